"""A table or query of a database as records: read only, and only where the workspace's settings declare it."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from intelnb.errors import InputRefused, SettingsError
from intelnb.intake import cells, gate
from intelnb.intake.records import Records, Spoilt

MOST_ROWS = 20_000_000
SYSTEMS = ("sqlite", "postgresql", "mssql", "oracle", "mysql", "mariadb")
_URL = re.compile(rf"^({'|'.join(SYSTEMS)})(\+\w+)?://", re.IGNORECASE)
_READS = re.compile(r"^\s*(select|with)\b", re.IGNORECASE)
_LONGEST_VALUE_BYTES = 50_000_000


@dataclass(frozen=True, eq=False)
class Answer:
    """What a database answered: how it is called in the account (without its password), and the records."""

    name: str
    records: Records
    sha256: str


def is_url(text: str) -> bool:
    """Whether a setting is the address of a database rather than a file.

    Examples
    --------
    >>> is_url("postgresql://reader@host/rms"), is_url("exports/*.csv"), is_url("https://host/a.csv")
    (True, False, False)
    """
    return bool(_URL.match(text))


def shown(url: str) -> str:
    """The address without its password.

    Examples
    --------
    >>> shown("postgresql://reader:secret@host/rms")
    'postgresql://reader:***@host/rms'
    """
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url.split(":", 1)[0] + "://..."


def read(url: str, *, table: str, query: str, folder: Path, allowed: Sequence[Path]) -> Answer:
    """Read one table or query.

    Parameters
    ----------
    url
        Address of the database. An SQLite file must lie where files may lie, and is opened so that nothing is
        written beside it.
    table, query
        What to read, one of the two; a query is a single SELECT.
    folder, allowed
        Where files may lie.

    Returns
    -------
    Records in the order of the table's key (of a query: its own order), numbered from 1.

    Raises
    ------
    SettingsError
        When address, table or query cannot be used.
    InputRefused
        When the database does not answer, or with too much.
    """
    name = shown(url)
    statement = _statement(table, query)
    try:
        address = make_url(url)
        with _connected(address, folder, allowed) as connection:
            chosen = statement if statement is not None else _whole_table(connection, table, name)
            records = _records(connection.execute(chosen), f"{name} {table}".strip())
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
        raise SettingsError(
            what="The address of the database cannot be used", where=name,
            now="Check it, and that its driver is installed here.",
        ) from None  # fmt: skip
    except (SQLAlchemyError, sqlite3.Error) as fault:
        raise InputRefused(
            what=f"The database did not answer ({type(fault).__name__})", where=name,
            now="Check the address, your right to read, and the names of table and columns.",
        ) from None  # fmt: skip
    body = json.dumps(records.columns.to_pydict(), ensure_ascii=False)
    label = f"{name} {table or 'query'}"
    return Answer(label, records, hashlib.sha256(body.encode("utf-8")).hexdigest())


def of_file(opened: gate.Opened, *, table: str, query: str) -> Records:
    """Records of an SQLite file that came in as a file, opened in memory.

    Raises
    ------
    InputRefused
        When the map names neither table nor query, or the file is damaged.
    """
    statement = _statement(table, query, where=opened.name)
    # a copy left in write-ahead mode cannot be opened from memory; the two bytes name the mode
    data = opened.data[:18] + b"\x01\x01" + opened.data[20:]
    engine = sa.create_engine("sqlite://", creator=lambda: _in_memory(data), poolclass=sa.StaticPool)
    try:
        with engine.connect() as connection:
            chosen = statement if statement is not None else _whole_table(connection, table, opened.name)
            return _records(connection.execute(chosen), opened.name)
    except (SQLAlchemyError, sqlite3.Error, UnicodeDecodeError) as fault:
        raise InputRefused(
            what=f"The database cannot be read ({type(fault).__name__})", where=opened.name,
            now="Check the names of table and columns in the map, or export it again.",
        ) from None  # fmt: skip
    finally:
        engine.dispose()


def _in_memory(data: bytes) -> sqlite3.Connection:
    base = sqlite3.connect(":memory:")
    base.deserialize(data)
    return _guarded(base)


def _guarded(base: sqlite3.Connection) -> sqlite3.Connection:
    """A connection on which nothing but reading runs: no attached file, no function with effects."""
    base.execute("PRAGMA trusted_schema = OFF")
    base.execute("PRAGMA query_only = ON")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE_BYTES)
    base.text_factory = _as_text
    return base


def _as_text(raw: bytes) -> str | bytes:
    """Text, or the bytes of what calls itself text and is none."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


def _statement(table: str, query: str, *, where: str = "") -> sa.TextClause | None:
    """A query as it is stated; None where a whole table is asked for."""
    if bool(table) == bool(query):
        raise SettingsError(
            what="A database needs one of table and query in its column map", where=where,
            now="Name a table or a view, or write a SELECT, under [source].",
        )  # fmt: skip
    if not query:
        return None
    if not _READS.match(query) or ";" in query.rstrip().rstrip(";"):
        raise SettingsError(what="The query is not a single SELECT", where=where, now="Write one SELECT, nothing else.")
    return sa.text(query.rstrip().rstrip(";").replace(":", "\\:"))


def _whole_table(connection: Connection, table: str, name: str) -> sa.Select[Any]:
    """Every row and column of one table or view, in the order of its key; of all columns where it has none."""
    schema, _, plain = table.rpartition(".")
    within = schema or None
    about = sa.inspect(connection)
    try:
        known = sorted([*about.get_table_names(schema=within), *about.get_view_names(schema=within)])
        if plain not in known:
            told = ", ".join(known[:12]) or "none is there"
            raise InputRefused(what=f"There is no table '{table}'", where=name, now=f"Choose one of: {told}.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of column types the library does not know; we take values as they come
            names = [str(column["name"]) for column in about.get_columns(plain, schema=within)]
        key = about.get_pk_constraint(plain, schema=within)["constrained_columns"]
    except TypeError:
        # the library takes for granted that a database describes itself in text
        told = "The database is damaged: what it says of its own tables is not text"
        raise InputRefused(what=told, where=name, now="Export it again.") from None
    columns: dict[str, sa.ColumnClause[Any]] = {column: sa.column(column) for column in names}
    whole = sa.table(plain, *columns.values(), schema=within)
    return sa.select(*columns.values()).select_from(whole).order_by(*(columns[c] for c in key or names))


@contextmanager
def _connected(address: URL, folder: Path, allowed: Sequence[Path]) -> Iterator[Connection]:
    """A connection in a transaction that only reads, and is rolled back in any case."""
    system = address.get_backend_name()
    if system not in SYSTEMS:
        raise SettingsError(what=f"'{system}' is not a database we read", now=f"Use one of: {', '.join(SYSTEMS)}.")
    if system == "sqlite":
        path = gate.checked(folder / (address.database or ""), folder=folder, allowed=allowed)
        uri = f"{path.as_uri()}?mode=ro&immutable=1"
        engine = sa.create_engine("sqlite://", creator=lambda: _guarded(sqlite3.connect(uri, uri=True)))
    else:
        plain = address.set(drivername="postgresql+psycopg") if address.drivername == "postgresql" else address
        engine = sa.create_engine(plain, poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            if system in {"postgresql", "oracle", "mysql", "mariadb"}:
                connection.execute(sa.text("SET TRANSACTION READ ONLY"))
            yield connection
            connection.rollback()
    finally:
        engine.dispose()


def _records(answer: sa.CursorResult[Any], name: str) -> Records:
    """Rows of an answer as text."""
    headings = cells.headings([str(key) for key in answer.keys()], name)  # noqa: SIM118 - a result is not its keys
    rows = [tuple(row) for row in answer.fetchmany(MOST_ROWS + 1)]
    if len(rows) > MOST_ROWS:
        told = f"The answer has more than {MOST_ROWS:,} rows"
        raise InputRefused(what=told, where=name, now="Ask for a shorter period in the query.")
    columns, spoilt = [], []
    for place, heading in enumerate(headings):
        texts, bad = _column([row[place] for row in rows])
        columns.append(texts)
        if bad:
            spoilt.append(Spoilt(heading, "not_text", "The value is no text, number or date", np.array(bad)))
    row = np.arange(1, len(rows) + 1, dtype=np.int64)
    return Records(cells.table(headings, columns), row, lane="database", spoilt=tuple(spoilt), typed=True)


def _column(values: list[Any]) -> tuple[list[str], list[int]]:
    """One column as text, and which values are none; moments without a single time of day are days."""
    moments = [value for value in values if isinstance(value, datetime)]
    are_days = bool(moments) and all(m.time() == datetime.min.time() and m.tzinfo is None for m in moments)
    texts, bad = [], []
    for at, value in enumerate(values):
        try:
            texts.append(cells.text(value.date() if are_days and isinstance(value, datetime) else value))
        except TypeError:
            texts.append("")
            bad.append(at)
    return texts, bad
