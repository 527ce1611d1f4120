"""JupyterLab as a user starts it: its own settings, a kernel of its own, the hotspots notebook run in it, a clean end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import websocket

from intelnb.cli.running import copy_sample

PATIENCE_S = 90
ENCRYPTED = """\
import json
from ipykernel.kernelapp import IPKernelApp
with open(IPKernelApp.instance().abs_connection_file) as file: connection = json.load(file)
"curve_publickey" in connection"""


@dataclass(frozen=True)
class Lab:
    """A running server: where it answers, with which token, and its process."""

    url: str
    token: str
    process: subprocess.Popen[bytes]

    def ask(self, path: str, *, told: object = None, method: str = "GET") -> Any:
        """One request of its interface; what it answers, as an object where it is JSON."""
        body = None if told is None else json.dumps(told).encode()
        asked = urllib.request.Request(
            f"{self.url}{path}", data=body, method=method, headers={"Authorization": f"token {self.token}"}
        )
        # a proxy of this machine has no business here
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(asked, timeout=PATIENCE_S) as answer:
            said = answer.read()
        return json.loads(said) if said.startswith((b"{", b"[")) else said.decode()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_sample(tmp_path_factory.mktemp("lab") / "force")


@pytest.fixture
def lab(workspace: Path, tmp_path: Path) -> Iterator[Lab]:
    """`intelnb lab` on a free port, in an empty home, without a browser; stopped whatever happens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    runtime = tmp_path / "runtime"
    home = {"HOME": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    words = ["lab", "--workspace", str(workspace), "--no-browser", "--port", str(port)]
    told = tmp_path / "told.txt"
    with told.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", "from intelnb.cli.main import main; main()", *words],
            env={**os.environ, **home}, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        note = wait(lambda: next(runtime.glob("jpserver-*.json"), None), process, told)
        server = wait(lambda: written(note), process, told)
        wait(lambda: listens(port), process, told)
        yield Lab(url=server["url"], token=server["token"], process=process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=PATIENCE_S)


def written(note: Path) -> dict[str, Any]:
    """What the server noted of itself, once it is whole."""
    try:
        noted: dict[str, Any] = json.loads(note.read_text("utf-8"))
    except ValueError:
        return {}
    return noted


def listens(port: int) -> bool:
    """Whether anybody answers on a port of this machine."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def wait(seen: Callable[[], Any], process: subprocess.Popen[bytes], told: Path) -> Any:
    """What is seen once it is there; the server's own words where it ends instead."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if found := seen():
            return found
        assert process.poll() is None, told.read_text("utf-8")
        time.sleep(0.1)
    raise AssertionError(told.read_text("utf-8"))


def stop(lab: Lab) -> None:
    """Stop the server through its interface, and see that it and what it started are gone."""
    lab.ask("api/shutdown", told={}, method="POST")
    assert lab.process.wait(timeout=PATIENCE_S) == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(lab.process.pid, 0)


def executed(channel: websocket.WebSocket, source: str) -> list[dict[str, Any]]:
    """What a cell shows, run by the kernel at the other end; a cell that fails fails the test."""
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": "execute_request",
        "username": "",
        "session": "s",
        "version": "5.3",
    }
    content = {"code": source, "silent": False, "store_history": False, "allow_stdin": False, "stop_on_error": True}
    told = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    channel.send(json.dumps(told))
    shown: list[dict[str, Any]] = []
    while True:
        message = json.loads(channel.recv())
        if message["parent_header"].get("msg_id") != header["msg_id"]:
            continue
        if message["msg_type"] in {"execute_result", "display_data"}:
            shown.append(message["content"]["data"])
        assert message["msg_type"] != "error", message["content"]["evalue"]
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return shown


def test_the_lab_answers_to_its_token_alone_and_ends_cleanly(lab: Lab) -> None:
    assert "hotspots.ipynb" in [one["name"] for one in lab.ask("api/contents/explore")["content"]]
    assert lab.ask("lab").lower().startswith("<!doctype html>")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        Lab(lab.url, "wrong", lab.process).ask("api/contents")
    stop(lab)


@pytest.mark.long
def test_the_hotspots_notebook_runs_in_a_kernel_of_the_lab(lab: Lab) -> None:
    notebook = lab.ask("api/contents/explore/hotspots.ipynb")["content"]
    session = {"path": "explore/hotspots.ipynb", "name": "", "type": "notebook", "kernel": {"name": "python3"}}
    kernel = lab.ask("api/sessions", told=session, method="POST")["kernel"]["id"]
    address = f"{lab.url.replace('http', 'ws', 1)}api/kernels/{kernel}/channels?token={lab.token}"
    channel = websocket.create_connection(address, timeout=PATIENCE_S)
    try:
        sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
        shown = [data for source in sources for data in executed(channel, source)]
        (is_encrypted,), (pid,) = executed(channel, ENCRYPTED), executed(channel, "import os\nos.getpid()")
    finally:
        channel.close()
    # two interactive figures and three answers, as the analyst sees them
    assert sum("application/vnd.plotly.v1+json" in data for data in shown) == 2
    assert any("Brickfields" in str(data.get("text/html", "")) for data in shown)
    assert is_encrypted["text/plain"] == "True"
    stop(lab)
    # the kernel leads a session of its own, and must not outlive its server
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid["text/plain"]), 0)
