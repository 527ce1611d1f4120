"""The database the unit's registers live in: one SQLite file by default, PostgreSQL by URL.

Every register is append-only: rows are added, never changed or removed, and the database itself refuses
both. Each register is one file of this folder with its table; it is found by its place, not listed.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from sqlalchemy import (
    DDL,
    Connection,
    Engine,
    MetaData,
    NullPool,
    Table,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from intelnb.errors import IntelError, SettingsError

METADATA = MetaData()
_LOCK = 0x1A7E1  # the one advisory lock of all registers in a PostgreSQL database
_WAIT_S = 60
_NETWORK = ("nfs", "cifs", "smb", "fuse.sshfs", "afs", "gluster", "ceph", "lustre", "beegfs", "davfs", "ncpfs", "gpfs")
_WINDOWS_REMOTE_DRIVE = 4


@dataclass(frozen=True, eq=False)
class Store:
    """An open set of registers. It holds no connection between uses, so it may cross a fork."""

    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether the registers are one SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one consistent state."""
        with _told_plainly(self.engine.url), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one connection that may write at this moment; what it wrote is kept when the block ends well."""
        with _told_plainly(self.engine.url), self.engine.execution_options(writes=True).begin() as connection:
            if not self.is_sqlite:
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            yield connection


def open_store(url: str) -> Store:
    """Open the registers, making their tables where they are missing.

    SQLite keeps a rollback journal and waits for the disk at every commit: slower than a write-ahead log by
    little, and without side files that a copy could miss.

    Parameters
    ----------
    url
        `sqlite:////folder/registers.sqlite` or `postgresql://user@server/database`.

    Raises
    ------
    SettingsError
        When the URL is none of these, the file lies on a network share, or the driver is missing.
    IntelError
        When the database cannot be reached.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        _prepare_file(address)
    try:
        engine = create_engine(address, poolclass=NullPool)
    except ModuleNotFoundError as fault:
        told = f"The driver {fault.name} for the register database is not installed"
        raise SettingsError(what=told, now=f"Install it with: pip install {fault.name}") from None
    if address.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    store = Store(engine)
    for register in pkgutil.iter_modules([str(Path(__file__).parent)]):
        import_module(f"intelnb.registers.{register.name}")
    with store.writing() as connection:
        METADATA.create_all(connection)
    return store


def append_only(table: Table) -> Table:
    """Have the database itself refuse to change or remove rows of a table, whoever asks.

    The first column must be the running number: a row cannot be replaced by another of the same number either.
    """
    name, number = table.name, table.columns[0].name
    refusal = f"{name} is append-only"
    for verb in ("UPDATE", "DELETE"):
        body = f"BEFORE {verb} ON {name} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        _after_create(table, "sqlite", f"CREATE TRIGGER {name}_no_{verb.lower()} {body}")
    taken = f"EXISTS (SELECT 1 FROM {name} WHERE {number} = NEW.{number})"  # noqa: S608 - both names are ours
    body = f"BEFORE INSERT ON {name} WHEN {taken} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    _after_create(table, "sqlite", f"CREATE TRIGGER {name}_no_replace {body}")
    body = f"BEGIN RAISE EXCEPTION '{refusal}'; END"
    _after_create(
        table,
        "postgresql",
        f"CREATE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS $refuse$ {body} $refuse$",
    )
    rows = f"BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION {name}_refuse()"
    _after_create(table, "postgresql", f"CREATE TRIGGER {name}_no_change {rows}")
    whole = f"BEFORE TRUNCATE ON {name} FOR EACH STATEMENT EXECUTE FUNCTION {name}_refuse()"
    _after_create(table, "postgresql", f"CREATE TRIGGER {name}_no_truncate {whole}")
    return table


def next_number(connection: Connection, table: Table) -> int:
    """The running number of the next row; only true inside `Store.writing`."""
    return int(connection.scalar(select(func.coalesce(func.max(table.columns[0]), 0))) or 0) + 1


def plain(text: str) -> str:
    """Text as every database can keep it: no NUL and no half characters; nothing else is changed."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def filesystem_of(path: Path, mounts: str) -> str:
    """The kind of file system a path lies on, from the text of Linux' `/proc/self/mountinfo`; empty if unknown.

    Examples
    --------
    >>> filesystem_of(Path("/mnt/unit/a.db"), "9 1 0:5 / /mnt/unit rw - nfs4 server:/unit rw")
    'nfs4'
    """
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        point = Path(fields[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split()[0]
    return kind


def is_network_share(path: Path) -> bool:
    """Whether a file would lie on another machine, where SQLite's locks cannot be trusted."""
    path = path.absolute()
    if str(path).startswith(("\\\\", "//")):
        return True
    if path.drive:  # pragma: no cover - Windows only
        import ctypes  # noqa: PLC0415 - the call exists on Windows alone

        kind = getattr(ctypes, "windll").kernel32.GetDriveTypeW(f"{path.drive}\\")  # noqa: B009 - absent elsewhere
        return bool(kind == _WINDOWS_REMOTE_DRIVE)
    mounts = Path("/proc/self/mountinfo")
    kind = filesystem_of(path.resolve(), mounts.read_text(errors="replace")) if mounts.is_file() else ""
    return kind.startswith(_NETWORK)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
        backend = address.get_backend_name()
    except (ArgumentError, NoSuchModuleError):
        backend = ""
    if backend not in {"sqlite", "postgresql"}:
        raise SettingsError(
            what="The address of the registers is not one we know",
            where="registers URL",  # the address itself may hold a password
            now="Write sqlite:///path/to/registers.sqlite or postgresql://user@server/database.",
        )
    return address.set(drivername="postgresql+psycopg") if address.drivername == "postgresql" else address


def _prepare_file(address: URL) -> None:
    """Make the folder of a SQLite file, for its owner alone; refuse a place that cannot keep it."""
    if address.database in {None, "", ":memory:"} or str(address.database).startswith("file:"):
        raise SettingsError(
            what="Registers need a file", where=str(address), now="Write sqlite:///path/to/file.sqlite."
        )
    path = Path(str(address.database))
    if is_network_share(path):
        raise SettingsError(
            what="A SQLite register cannot lie on a network share: two writers could damage it unseen",
            where=str(path),
            now="Choose a folder on this machine, or give the URL of a PostgreSQL server.",
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
    except OSError as fault:
        told = fault.strerror or "it is not writable"
        raise SettingsError(what=f"The register file cannot be made: {told}", where=str(path)) from None


def _prepare_sqlite(connection: object, _record: object) -> None:
    """Settings of every new connection; transactions are begun by us, not by the driver."""
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for setting in (f"busy_timeout = {_WAIT_S * 1000}", "synchronous = FULL", "trusted_schema = OFF"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock before it reads, so that it never writes on what another has changed."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _after_create(table: Table, dialect: str, statement: str) -> None:
    event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]


@contextmanager
def _told_plainly(url: URL) -> Iterator[None]:
    """Turn a fault of the database into one line, without the password of its address."""
    try:
        yield
    except DBAPIError as fault:
        told = " ".join(str(fault.orig).split())[:200]
        where = url.render_as_string(hide_password=True)
        now = "Check that the database can be reached and written to, then try again."
        raise IntelError(what=f"The register database refused: {told}", where=where, now=now) from None
