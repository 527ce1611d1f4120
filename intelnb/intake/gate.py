"""The one door every file comes through: where it may lie, what it may be, how large it may be."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from intelnb.errors import InputRefused, UsageError

LARGEST_BYTES = 1_000_000_000
LARGEST_UNPACKED_BYTES = 2_000_000_000
HIGHEST_RATIO = 200

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]+:")
_DEVICE = re.compile(r"^[/\\]+(vsi|dev[/\\]|proc[/\\]|\.[/\\])", re.IGNORECASE)
_SIGNS = (
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"PK\x03\x04", "zip"),
    (b"PAR1", "parquet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF", "pdf"),
)


@dataclass(frozen=True, eq=False)
class Opened:
    """One file that passed the gate: its bytes, unpacked, and what they are."""

    path: Path
    name: str
    data: bytes
    layer: str
    sha256: str


def find(patterns: Sequence[str], *, folder: Path, allowed: Sequence[Path] = ()) -> list[Path]:
    """The files some patterns name, in a fixed order.

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
        _no_scheme(pattern)
        root, rest = _root(pattern, folder)
        paths = [root / rest] if not re.search(r"[*?\[]", rest) else sorted(root.glob(rest))
        if not paths:
            raise InputRefused(
                what=f"No file fits '{pattern}'", where=str(folder), now="Put the export there, or mend the settings."
            )
        for path in paths:
            found.setdefault(path.as_posix(), _inside(path, [folder, *allowed]))
    return [found[name] for name in sorted(found)]


def open_file(path: Path, *, folder: Path, allowed: Sequence[Path] = (), largest: int = LARGEST_BYTES) -> Opened:
    """Take one file in: a regular file in an allowed folder, of a size we can hold, known by its content.

    Returns
    -------
    The unpacked bytes, what they are (`text`, `json`, `sqlite`, `zip`) and the digest of the file as it lies.

    Raises
    ------
    InputRefused
        When it is not there, not a regular file, too large, or of a kind we do not read.
    """
    _no_scheme(str(path))
    real = _inside(path, [folder, *allowed])
    raw = _bytes(real, largest)
    name = _name(real, folder, allowed)
    data = _unpacked(raw, name) if raw.startswith(b"\x1f\x8b") else raw
    return Opened(path=real, name=name, data=data, layer=_layer(data, name), sha256=hashlib.sha256(raw).hexdigest())


def _no_scheme(pattern: str) -> None:
    """Refuse web addresses, virtual files and devices before anything looks at them."""
    drive = re.match(r"^[A-Za-z]:[\\/]", pattern)
    if "\x00" in pattern or _DEVICE.match(pattern) or (_SCHEME.match(pattern) and not drive):
        raise UsageError(what=f"'{pattern[:80]}' is not a file", now="Give the path of a file on this machine.")


def _root(pattern: str, folder: Path) -> tuple[Path, str]:
    """Where a pattern starts, and the rest of it."""
    path = Path(pattern)
    if path.is_absolute():
        return Path(path.anchor), str(path.relative_to(path.anchor))
    return folder, pattern


def _inside(path: Path, allowed: Sequence[Path]) -> Path:
    """The real path, proven to lie in an allowed folder after every link was followed."""
    try:
        real = path.resolve()
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


def _bytes(path: Path, largest: int) -> bytes:
    """The content, read from the very file that was checked."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as stream:
            about = os.fstat(stream.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise InputRefused(what="This is not a regular file", where=str(path), now="Give a plain file.")
            if about.st_size > largest:
                told = f"The file is larger than {largest / 1e6:,.0f} MB"
                raise InputRefused(what=told, where=str(path), now="Split it, or read a shorter export.")
            return stream.read(largest + 1)
    except FileNotFoundError:
        raise InputRefused(
            what="There is no such file", where=str(path), now="Put the export there, or mend the path."
        ) from None
    except IsADirectoryError:
        raise InputRefused(what="This is a folder, not a file", where=str(path), now="Give a file in it.") from None
    except PermissionError:
        raise InputRefused(
            what="The file cannot be opened",
            where=str(path),
            now="If it is open in Excel, close it in Excel and run again; else ask for the right to read it.",
        ) from None
    except OSError as fault:
        raise InputRefused(
            what=f"The file cannot be read: {fault.strerror}", where=str(path), now="Check the drive and run again."
        ) from None


def _unpacked(raw: bytes, name: str) -> bytes:
    """The content of a gzip file, stopped before it can fill the memory."""
    cap = min(LARGEST_UNPACKED_BYTES, max(len(raw) * HIGHEST_RATIO, 50_000_000))
    parts: list[bytes] = []
    size, rest = 0, raw
    try:
        while rest.startswith(b"\x1f\x8b"):
            member = zlib.decompressobj(wbits=31)
            parts.append(member.decompress(rest, cap - size + 1))
            size += len(parts[-1])
            if size > cap:
                raise InputRefused(
                    what=f"Unpacked, the file is larger than {cap / 1e6:,.0f} MB", where=name, now="Split it."
                )
            if not member.eof:
                raise InputRefused(what="The gzip file is cut short", where=name, now="Fetch it again.")
            rest = member.unused_data
    except zlib.error:
        raise InputRefused(what="The gzip file is damaged", where=name, now="Fetch it again.") from None
    if rest.strip(b"\x00"):
        raise InputRefused(what="The gzip file has something after its end", where=name, now="Fetch it again.")
    data = b"".join(parts)
    if data.startswith(b"\x1f\x8b"):
        raise InputRefused(what="The file is packed twice", where=name, now="Unpack it once.")
    return data


def _layer(data: bytes, name: str) -> str:
    """What the bytes are, whatever the name says."""
    layer = next((layer for sign, layer in _SIGNS if data.startswith(sign)), "")
    if layer in {"ole", "pdf", "parquet", "gzip"}:
        words = {"ole": "an old or password-protected Office file", "pdf": "a PDF"}.get(layer, f"a {layer} file")
        raise InputRefused(
            what=f"This is {words}, which we do not read", where=name, now="Save it as CSV and run again."
        )
    if layer:
        return layer
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        raise InputRefused(
            what="This is XML or a web page, not records", where=name, now="Give a CSV, GeoJSON or GeoPackage file."
        )
    return "json" if start.startswith((b"{", b"[")) else "text"


def _name(path: Path, folder: Path, allowed: Sequence[Path]) -> str:
    """The path as it stands in the workspace or in a folder beside it, for messages and the account."""
    for root in (folder.resolve(), *(one.resolve().parent for one in allowed)):
        # two exports of one name in two folders must stay two in the account
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name
