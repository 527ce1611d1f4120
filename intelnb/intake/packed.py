"""Packed files: gzip and zip, unpacked in memory and stopped before they can fill it."""

from __future__ import annotations

import fnmatch
import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from intelnb.errors import InputRefused
from intelnb.intake import ceiling

LARGEST_UNPACKED_BYTES = 2_000_000_000
HIGHEST_RATIO = 200
ALWAYS_ALLOWED_BYTES = 50_000_000
MOST_MEMBERS = 50_000
_NOT_RECORDS = ("__MACOSX/*", "*/.*", ".*", "*/Thumbs.db", "Thumbs.db", "*/desktop.ini", "*/~$*", "~$*")


@dataclass(frozen=True)
class Member:
    """One file of an archive: its name in it, its bytes, and their digest."""

    name: str
    data: bytes
    sha256: str


def allowed_bytes(packed_bytes: int) -> int:
    """How large something packed may become: 200 times itself, but 50 MB in any case and never over 2 GB.

    Examples
    --------
    >>> allowed_bytes(1_000), allowed_bytes(1_000_000), allowed_bytes(10**9)
    (50000000, 200000000, 2000000000)
    """
    return min(LARGEST_UNPACKED_BYTES, max(packed_bytes * HIGHEST_RATIO, ALWAYS_ALLOWED_BYTES))


def gunzipped(raw: bytes, name: str) -> bytes:
    """The content of a gzip file of one or several members.

    Raises
    ------
    InputRefused
        When it is damaged, cut short, packed twice, or larger than it may be.
    """
    cap = allowed_bytes(len(raw))
    parts: list[bytes] = []
    size, rest = 0, raw
    try:
        while rest.startswith(b"\x1f\x8b"):
            member = zlib.decompressobj(wbits=31)
            parts.append(member.decompress(rest, cap - size + 1))
            size += len(parts[-1])
            if size > cap:
                raise _too_large(cap, name)
            if not member.eof:
                raise InputRefused(what="The gzip file is cut short", where=name, now="Fetch it again.")
            rest = member.unused_data
    except zlib.error:
        raise InputRefused(what="The gzip file is damaged", where=name, now="Fetch it again.") from None
    if rest.strip(b"\x00"):
        raise InputRefused(what="The gzip file has something after its end", where=name, now="Fetch it again.")
    data = parts[0] if len(parts) == 1 else b"".join(parts)
    if data.startswith(b"\x1f\x8b"):
        raise InputRefused(what="The file is packed twice", where=name, now="Unpack it once.")
    return data


def members(stream: BinaryIO, name: str, *, patterns: Sequence[str] = ()) -> Iterator[Member]:
    """The files of a zip archive that fit a pattern, one at a time, in the order of their names.

    Parameters
    ----------
    stream
        The archive, open for reading.
    name
        Its name for messages.
    patterns
        Patterns of which one must fit the member's path or its last part; empty takes every file.

    Raises
    ------
    InputRefused
        When the archive is damaged, a name leads out of it or stands twice, a member is encrypted or too
        large, or none fits.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            for info in _chosen(archive, name, patterns):
                data = _read(archive, info, f"{name}/{info.filename}")
                yield Member(info.filename, data, hashlib.sha256(data).hexdigest())
    except NotImplementedError:
        raise InputRefused(
            what="The zip archive is packed in a way we do not read", where=name, now="Pack it again as a plain .zip."
        ) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError):
        raise InputRefused(what="The zip archive is damaged", where=name, now="Fetch it again.") from None


def _chosen(archive: zipfile.ZipFile, name: str, patterns: Sequence[str]) -> list[zipfile.ZipInfo]:
    """Which members are read."""
    every = archive.infolist()
    if len(every) > MOST_MEMBERS:
        told = f"The archive holds more than {MOST_MEMBERS:,} files"
        raise InputRefused(what=told, where=name, now="Unpack it, and read the files you need.")
    comments = [archive.comment, *(info.comment for info in every)]
    ceiling.refuse_above_in((("", said.decode("utf-8", "replace")) for said in comments if said), name=name)
    files = [info for info in every if not info.is_dir()]
    names = [info.filename for info in files]
    for one in names:
        ceiling.refuse_name(one, within=name)
    strange = [n for n in names if re.match(r"[/\\]|[A-Za-z]:[/\\]", n) or ".." in re.split(r"[/\\]", n)]
    if strange:
        raise InputRefused(
            what=f"The archive holds a file whose name leads out of it: '{strange[0][:60]}'", where=name,
            now="Do not unpack it; ask whoever sent it.",
        )  # fmt: skip
    if len(set(names)) < len(names):
        raise InputRefused(what="The archive holds two files of one name", where=name, now="Ask for it again.")
    files = [info for info in files if not any(fnmatch.fnmatchcase(info.filename, p) for p in _NOT_RECORDS)]
    if patterns:
        files = [info for info in files if any(_fits(info.filename, p) for p in patterns)]
    if not files:
        told = f"No file in the archive fits '{', '.join(patterns)}'" if patterns else "The archive is empty"
        raise InputRefused(what=told, where=name, now="Mend 'members' in the settings, or fetch the archive again.")
    return sorted(files, key=lambda info: info.filename)


def _fits(member: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(member, pattern) or fnmatch.fnmatchcase(member.rpartition("/")[2], pattern)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    """One member, no larger than it may be, whatever the archive says of its size."""
    if info.flag_bits & 0x1:
        raise InputRefused(
            what="The archive is protected by a password", where=name,
            now="Unpack it into the workspace with its password, and read the files.",
        )  # fmt: skip
    cap = allowed_bytes(info.compress_size)
    with archive.open(info) as stream:
        data = stream.read(cap + 1)
    if len(data) > cap:
        raise _too_large(cap, name)
    if data.startswith(b"\x1f\x8b"):
        return gunzipped(data, name)
    return data


def _too_large(cap: int, name: str) -> InputRefused:
    return InputRefused(what=f"Unpacked, the file is larger than {cap / 1e6:,.0f} MB", where=name, now="Split it.")
