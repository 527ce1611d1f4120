"""Keeping the store: written aside, put on disk, and made true by one pointer that is swapped whole."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from intelnb.errors import InputRefused, SettingsError
from intelnb.intake.store import catalogue as catalogues
from intelnb.intake.store.catalogue import Catalogue

POINTER = "pointer.json"
INGESTIONS = "ingestions"
_LOCK = "lock.sqlite"
_WAIT_S = 5.0
_OWNER_ONLY = 0o700


@dataclass(frozen=True)
class Current:
    """What the pointer says: how many ingestions there were, and the catalogue of every feed.

    `before` are the catalogues of the state before, kept so that a read that began then can end.
    """

    number: int = 0
    catalogues: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)


def current(folder: Path) -> Current:
    """What the store holds now; nothing where it was never written to.

    Raises
    ------
    SettingsError
        When the pointer is damaged.
    """
    try:
        plain = json.loads((folder / POINTER).read_text(encoding="utf-8"))
        return Current(int(plain["number"]), dict(plain["catalogues"]), dict(plain["before"]))
    except FileNotFoundError:
        return Current()
    except (OSError, ValueError, KeyError, TypeError):
        raise SettingsError(
            what="The store's pointer is damaged", where=str(folder / POINTER), now="Take it from a copy of the store."
        ) from None


def load(folder: Path, name: str) -> Catalogue:
    """One catalogue by the name the pointer gives it.

    Raises
    ------
    SettingsError
        When it is gone or damaged.
    """
    path = folder / name
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise SettingsError(
            what="A catalogue of the store is gone", where=str(path), now="Take the store from a copy, or ingest again."
        ) from None
    return catalogues.parse(text, name=str(path))


def home(folder: Path, kind: str, feed: str) -> Path:
    """Where the files of a feed lie."""
    return folder / kind / feed


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only one who writes to the store; the lock ends with the process, however that ends.

    Raises
    ------
    InputRefused
        When somebody else is writing.
    SettingsError
        When the folder cannot be made or written to.
    """
    try:
        _make(folder)
        folder.chmod(_OWNER_ONLY)
        (folder / _LOCK).touch(mode=0o600)
        lock = sqlite3.connect(folder / _LOCK, timeout=_WAIT_S, isolation_level=None)
    except (OSError, sqlite3.Error):
        raise SettingsError(
            what="The store cannot be written to", where=str(folder), now="Check the folder's rights, or name another."
        ) from None
    with contextlib.closing(lock):
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise InputRefused(
                what="Somebody else is writing to the store",
                where=str(folder),
                now="Wait for it to end, then run again.",
            ) from None
        yield


def write(path: Path, data: bytes) -> None:
    """A file on disk, for its owner alone; it counts for nothing until the pointer names it.

    Raises
    ------
    SettingsError
        When it cannot be written, such as on a full disk.
    """
    with _told(path.parent):
        _make(path.parent)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """A fault of the disk in one plain line; nothing counts that the pointer does not name yet."""
    try:
        yield
    except OSError as fault:
        raise SettingsError(
            what=f"The store cannot be written to: {fault.strerror or fault}",
            where=str(folder),
            now="It is as it was. Make room or mend the folder's rights, then run again.",
        ) from None


def _make(folder: Path) -> None:
    """A folder and those above it, each for its owner alone."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True, mode=_OWNER_ONLY)


def on_disk(folder: Path) -> None:
    """Make sure that the names of new files in a folder are on disk too, where the system can say so."""
    if os.name == "nt":  # pragma: no cover - a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def swap(folder: Path, changed: Mapping[str, Catalogue], now: Current) -> Current:
    """Make a new state true, all of it at one moment: before the pointer is swapped nothing has changed.

    Parameters
    ----------
    folder
        The store.
    changed
        The new catalogues by `kind/feed`; every file they name must be on disk.
    now
        The state they were made from.
    """
    number = now.number + 1
    named = {}
    for key, catalogue in changed.items():
        name = f"{key}/catalogue-{number:06d}.json"
        write(folder / name, catalogue.as_text().encode("utf-8"))
        on_disk((folder / name).parent)
        named[key] = name
    made = Current(number, {**now.catalogues, **named}, dict(now.catalogues))
    part = folder / f".{POINTER}.part"
    write(part, json.dumps(vars(made), indent=1, sort_keys=True).encode("utf-8"))
    with _told(folder):
        part.replace(folder / POINTER)
    on_disk(folder)
    return made


def sweep(folder: Path, now: Current) -> None:
    """Take away what neither this state nor the one before it names, such as what a broken-off ingestion left.

    What cannot be taken away now, because somebody reads it on a system that then holds it, the next sweep takes.
    """
    kept = {folder / name for name in (*now.catalogues.values(), *now.before.values())}
    for name in {*now.catalogues.values(), *now.before.values()}:
        if (folder / name).is_file():
            one = load(folder, name)
            kept |= {home(folder, one.kind, one.feed) / file for file in one.files()}
    for path in [*folder.glob("*/*/*/*.parquet"), *folder.glob("*/*/catalogue-*.json")]:
        if path not in kept:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
    for path in (folder / INGESTIONS).glob("[0-9]*"):
        if path.name.isdigit() and int(path.name) > now.number:
            with contextlib.suppress(OSError):
                for file in path.iterdir():
                    file.unlink(missing_ok=True)
                path.rmdir()
