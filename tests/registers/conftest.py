"""A register in SQLite, and the same in a real PostgreSQL where the machine has one."""

from __future__ import annotations

import getpass
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from intelnb.registers.store import open_store


def _program(name: str) -> str | None:
    places = [shutil.which(name), *sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))]
    return next((str(place) for place in places if place), None)


@pytest.fixture(scope="session")
def server():
    """The address of a private PostgreSQL server that lives as long as the tests."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if not (initdb and pg_ctl and importlib.util.find_spec("psycopg")):
        pytest.skip("no PostgreSQL server or no psycopg on this machine")
    # a folder of its own: pytest closes its folders to every other user, and the server may have to be one
    with tempfile.TemporaryDirectory(prefix="intelnb-pg-", ignore_cleanup_errors=True) as made:
        yield from _serve(Path(made), initdb, pg_ctl)


def _serve(folder, initdb, pg_ctl):
    """Start a server in a folder, give its address, stop it."""
    as_user, owner = [], getpass.getuser()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # PostgreSQL refuses to run as root
        owner = "postgres"
        runuser = shutil.which("runuser")
        if not runuser or subprocess.run(["id", owner], capture_output=True, check=False).returncode:
            pytest.skip("no user to run PostgreSQL as")
        as_user = [runuser, "-u", owner, "--"]
        shutil.chown(folder, owner)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    run = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "timeout": 120}
    subprocess.run([*as_user, initdb, "-D", str(data), "-A", "trust", "-U", "unit", "-E", "UTF8"], check=True, **run)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    start = [*as_user, pg_ctl, "-D", str(data), "-l", str(folder / "log"), "-w", "-o", options, "start"]
    subprocess.run(start, check=True, **run)
    try:
        yield f"postgresql://unit@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*as_user, pg_ctl, "-D", str(data), "-m", "immediate", "stop"], check=True, **run)


@pytest.fixture
def sqlite_url(tmp_path):
    return f"sqlite:///{tmp_path / 'state' / 'registers.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    """Each database in turn, empty."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_url")
    address = request.getfixturevalue("server")
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        name = f"registers_{abs(hash(request.node.nodeid)) % 10**9}"
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
    return address.replace("/postgres", f"/{name}")


@pytest.fixture
def store(url):
    return open_store(url)
