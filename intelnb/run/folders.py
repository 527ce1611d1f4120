"""Where runs lie: a new immutable folder for each, complete or not there, and one pointer to the current one."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from intelnb.errors import IntelError, UsageError

POINTER = "current.json"
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
_STALE_S = 24 * 3600


@dataclass(frozen=True)
class Place:
    """What runs of one page have in common; the folder they lie in below reports or workings."""

    kind: str
    area: str
    period: str
    audience: str

    def below(self, root: Path) -> Path:
        """Name the folder of this place below a root.

        Raises
        ------
        UsageError
            When a part could not be a folder's name everywhere.
        """
        for part in (self.kind, self.area, self.period, self.audience):
            check_name(part)
        return root / self.kind / self.area / self.period / self.audience


def check_name(part: str) -> None:
    """Refuse what could not be a folder's name on every machine, or would lead out of its folder."""
    if not _SAFE.fullmatch(part) or part.endswith(".") or part.lower().split(".")[0] in _RESERVED:
        raise UsageError(
            what=f"{part!r} cannot be part of a folder's name",
            now="Use letters, digits, dots, hyphens and underscores.",
        )


def run_id(moment: datetime) -> str:
    """A new name for a run: sorted by its moment (UTC), never given twice."""
    return f"{moment:%Y%m%dT%H%M%SZ}-{token_hex(3)}"


def complete(parent: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """Write a folder of files so that it is either whole or not there.

    Parameters
    ----------
    parent
        Where the folder goes; made when missing.
    name
        The folder's name; there must be none of that name yet.
    files
        Contents by file name.

    Raises
    ------
    IntelError
        When the folder is there already or the disk refuses; nothing half written stays.
    """
    check_name(name)
    final, part = parent / name, parent / f".{name}.part"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        _sweep(parent)
        part.mkdir(mode=0o750)
        for file_name, content in files.items():
            _write(part / file_name, content, mode=0o440)
        _settle(part)
        if final.exists():
            raise FileExistsError(17, "it is there already")
        part.rename(final)
        _settle(parent)
    except OSError as fault:
        raise _refused(fault, final) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return final


def point(parent: Path, entry: Mapping[str, Any]) -> None:
    """Let the pointer beside the runs name another; a reader sees the old one or the new one, never half."""
    part = parent / f".{POINTER}.{token_hex(3)}.part"
    try:
        _write(part, (json.dumps(entry, indent=1, sort_keys=True) + "\n").encode(), mode=0o640)
        part.replace(parent / POINTER)
        _settle(parent)
    except OSError as fault:
        raise _refused(fault, parent / POINTER) from None
    finally:
        part.unlink(missing_ok=True)


def pointed(parent: Path) -> dict[str, Any]:
    """What the pointer says.

    Raises
    ------
    UsageError
        When there is no run here yet.
    """
    try:
        entry = json.loads((parent / POINTER).read_text(encoding="utf-8"))
        check_name(entry["run"])
    except FileNotFoundError:
        raise UsageError(
            what="There is no such product yet", where=str(parent), now="Make it first with 'intelnb run'."
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise IntelError(
            what="The pointer to the current run cannot be read",
            where=str(parent / POINTER),
            now="The runs beside it are whole; run the product again.",
        ) from None
    return dict(entry)


def workings(state: Path, place: Place, run: str) -> Path:
    """A new folder for what no reader gets, open to its owner alone."""
    folder = place.below(state / "workings") / run
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(parents=True, mode=0o700)
    except OSError as fault:
        raise _refused(fault, folder) from None
    return folder


def _write(path: Path, content: bytes, *, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Have the disk keep a folder's names; Windows keeps them by itself and cannot be asked."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(parent: Path) -> None:
    """Clear what a killed run left behind a day ago or more."""
    for part in parent.glob(".*.part"):
        if time.time() - part.stat().st_mtime > _STALE_S:
            shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink(missing_ok=True)


def _refused(fault: OSError, path: Path) -> IntelError:
    return IntelError(
        what=f"Nothing was published: {(fault.strerror or 'the disk refused').lower()}",
        where=str(path),
        now="Check the folder's rights and the space on the disk, then run it again.",
    )
