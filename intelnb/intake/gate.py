"""The one door every file comes through: where it may lie, what it may be, how large it may be."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from intelnb.errors import InputRefused
from intelnb.intake import layers, packed, paths

LARGEST_BYTES = 1_000_000_000
LARGEST_ARCHIVE_BYTES = 20_000_000_000
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, eq=False)
class Opened:
    """One file, or one member of an archive, that passed the gate.

    Parameters
    ----------
    path
        The file as it lies.
    name
        How messages and the account call it: its path in the workspace; `archive.zip/member.csv` for a member.
    data
        Its bytes, unpacked if they were gzip.
    layer
        What the bytes are: `text`, `json`, `xlsx`, `parquet`, `sqlite`, `zip`, `shapefile`, `dbf`.
    sha256
        Digest of the file as it lies; of its unpacked bytes for a member.
    archive, archive_sha256
        Name and digest of the archive it came from; empty for a plain file.
    notes
        What its reader must be told, such as that it is open in Excel.
    """

    path: Path
    name: str
    data: bytes
    layer: str
    sha256: str
    archive: str = ""
    archive_sha256: str = ""
    notes: tuple[str, ...] = ()


def find(patterns: Sequence[str], *, folder: Path, allowed: Sequence[Path] = ()) -> list[Path]:
    """The files some patterns name, in a fixed order; the lock files Excel leaves beside a workbook are none.

    Parameters
    ----------
    patterns
        Paths or glob patterns, relative to `folder` or absolute.
    folder
        The workspace.
    allowed
        Other folders that files may lie in.

    Raises
    ------
    UsageError
        When a pattern is a web address or names a device.
    InputRefused
        When a pattern leads out of the allowed folders, or no file fits it.
    """
    found: dict[str, Path] = {}
    for pattern in patterns:
        paths.no_scheme(pattern)
        root, rest = _root(pattern, folder)
        if re.search(r"[*?\[]", rest):
            listed = sorted(path for path in root.glob(rest) if not paths.is_lock_file(path))
        else:
            listed = [root / rest]
        if not listed:
            raise InputRefused(
                what=f"No file fits '{pattern}'", where=str(folder), now="Put the export there, or mend the settings."
            )
        for path in listed:
            found.setdefault(path.as_posix(), _inside(path, [folder, *allowed]))
    return [found[name] for name in sorted(found)]


def checked(path: Path, *, folder: Path, allowed: Sequence[Path] = ()) -> Path:
    """The real path of a regular file in an allowed folder, for the one reader that opens it itself: SQLite.

    Raises
    ------
    InputRefused
        When it is not there, not a regular file, or lies elsewhere.
    """
    paths.no_scheme(str(path))
    real = _inside(path, [folder, *allowed])
    with _stream(real, LARGEST_ARCHIVE_BYTES):
        return real


def open_file(path: Path, *, folder: Path, allowed: Sequence[Path] = (), largest: int = LARGEST_BYTES) -> Opened:
    """Take one file in: a regular file in an allowed folder, of a size we can hold, known by its content.

    Returns
    -------
    The unpacked bytes, what they are, and the digest of the file as it lies. An archive stays packed.

    Raises
    ------
    InputRefused
        When it is not there, not a regular file, too large, or of a kind we do not read.
    """
    paths.no_scheme(str(path))
    real = _inside(path, [folder, *allowed])
    with _stream(real, largest) as stream:
        return _whole(stream, real, _name(real, folder, allowed), largest)


def about(path: Path, *, folder: Path) -> tuple[str, str]:
    """What a file is, and its digest as it lies; an archive of any size is not unpacked.

    Raises
    ------
    InputRefused
        When it is none we can take.
    """
    paths.no_scheme(str(path))
    real = _inside(path, [folder])
    name = _name(real, folder, ())
    with _stream(real, LARGEST_ARCHIVE_BYTES) as stream:
        if _is_archive(stream, name):
            return "zip", _digest(stream)
        stream.seek(0)
        opened = _whole(stream, real, name, LARGEST_BYTES)
        return opened.layer, opened.sha256


def each(path: Path, *, folder: Path, allowed: Sequence[Path] = (), members: Sequence[str] = ()) -> Iterator[Opened]:
    """Take in one file, or every member of a zip archive that fits a pattern, each like a file of its own.

    Parameters
    ----------
    path
        The file or archive.
    folder, allowed
        Where files may lie.
    members
        Patterns of the members wanted, such as `*-street.csv`; empty takes every file of the archive.

    Raises
    ------
    InputRefused
        When the file, or a member, is none we can take.
    """
    paths.no_scheme(str(path))
    real = _inside(path, [folder, *allowed])
    name = _name(real, folder, allowed)
    with _stream(real, LARGEST_ARCHIVE_BYTES) as stream:
        if not _is_archive(stream, name):
            stream.seek(0)
            yield _whole(stream, real, name, LARGEST_BYTES)
            return
        digest = _digest(stream)
        before = os.fstat(stream.fileno())
        for member in packed.members(stream, name, patterns=members):
            inner = f"{name}/{member.name}"
            layer = layers.layer(member.data, inner)
            if layer == "zip":
                raise InputRefused(what="This is an archive in an archive", where=inner, now="Unpack the outer one.")
            yield Opened(real, inner, member.data, layer, member.sha256, name, digest, _notes(real))
        after = os.fstat(stream.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise InputRefused(what="The archive changed while it was read", where=name, now="Run it again.")


def _whole(stream: BinaryIO, real: Path, name: str, largest: int) -> Opened:
    """A file's content, unpacked if it is gzip."""
    size = os.fstat(stream.fileno()).st_size
    if size > largest:
        raise _too_large(name, largest)
    raw = stream.read(size + 1)
    if len(raw) > size:
        raise InputRefused(what="The file grew while it was read", where=name, now="Wait until it is written whole.")
    data = packed.gunzipped(raw, name) if raw.startswith(b"\x1f\x8b") else raw
    digest = hashlib.sha256(raw).hexdigest()
    return Opened(real, name, data, layers.layer(data, name), digest, notes=_notes(real))


def _notes(real: Path) -> tuple[str, ...]:
    return ("open in Excel: read as it was last saved",) if paths.open_in_excel(real) else ()


def _is_archive(stream: BinaryIO, name: str) -> bool:
    """Whether this is a zip archive of files, rather than a workbook or anything else."""
    if not stream.read(4).startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    return layers.package(stream, name) == "zip"


def _digest(stream: BinaryIO) -> str:
    """SHA-256 of a file too large to hold."""
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(_PIECE_BYTES):
        digest.update(piece)
    stream.seek(0)
    return digest.hexdigest()


def _root(pattern: str, folder: Path) -> tuple[Path, str]:
    """Where a pattern starts, and the rest of it."""
    path = Path(pattern)
    if path.is_absolute():
        return Path(path.anchor), str(path.relative_to(path.anchor))
    return folder, pattern


def _inside(path: Path, allowed: Sequence[Path]) -> Path:
    """The real path, proven to lie in an allowed folder after every link was followed."""
    try:
        real = paths.plain(path).resolve()
    except (OSError, RuntimeError):
        raise InputRefused(what="The path cannot be followed", where=str(path), now="Give a plain path.") from None
    roots = [Path(os.path.normcase(root.resolve())) for root in allowed]
    if not any(Path(os.path.normcase(real)).is_relative_to(root) for root in roots):
        raise InputRefused(
            what="The file lies outside the folders this workspace may read",
            where=str(path),
            now="Copy it into the workspace, or allow its folder in the settings.",
        )
    return real


@contextlib.contextmanager
def _stream(path: Path, largest: int) -> Iterator[BinaryIO]:
    """The very file that was checked, open for reading; every fault of the system is one plain line."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(paths.reachable(path), flags), "rb") as stream:
            about = os.fstat(stream.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise InputRefused(what="This is not a regular file", where=str(path), now="Give a plain file.")
            paths.refuse_cloud_only(about, path)
            if about.st_size > largest:
                raise _too_large(str(path), largest)
            yield stream
    except FileNotFoundError:
        raise InputRefused(
            what="There is no such file", where=str(path), now="Put the export there, or mend the path."
        ) from None
    except IsADirectoryError:
        raise InputRefused(what="This is a folder, not a file", where=str(path), now="Give a file in it.") from None
    except PermissionError:
        raise paths.not_allowed(path) from None
    except OSError as fault:
        raise InputRefused(
            what=f"The file cannot be read: {fault.strerror or fault}",
            where=str(path),
            now="Check the drive and run again.",
        ) from None


def _too_large(name: str, largest: int) -> InputRefused:
    told = f"The file is larger than {largest / 1e6:,.0f} MB"
    return InputRefused(what=told, where=name, now="Split it, or read a shorter export.")


def _name(path: Path, folder: Path, allowed: Sequence[Path]) -> str:
    """The path as it stands in the workspace or in a folder beside it, for messages and the account."""
    for root in (folder.resolve(), *(one.resolve().parent for one in allowed)):
        # two exports of one name in two folders must stay two in the account
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name
