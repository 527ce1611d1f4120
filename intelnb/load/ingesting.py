"""Take an export into the workspace's store, where files are read: nothing of it leaves but its account."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import re
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from typing import Any

from intelnb.dates import parse
from intelnb.errors import IntelError, UsageError
from intelnb.intake import gate
from intelnb.intake.request import Request
from intelnb.intake.store import keeping, months
from intelnb.intake.store.account import Asked
from intelnb.intake.store.catalogue import feed_of
from intelnb.intake.store.ingestion import commit
from intelnb.intake.store.staging import Staged, Staging
from intelnb.load.kinds import loader
from intelnb.registers import audit, store

_MUCH_BYTES = 400_000_000
"""From so much on, starting more processes costs less than it saves."""
_MOST_PROCESSES = 4


def answer(request: Request, options: Mapping[str, Any]) -> dict[str, Any]:
    """Take the files a request names into the store.

    Parameters
    ----------
    request
        The files, their kind, map or layout, the store's folder and the registers.
    options
        `feed`, `covers` (a period, or empty), `adds`, `at` and `by`.

    Returns
    -------
    The account of the ingestion, as its folder in the store keeps it.

    Raises
    ------
    UsageError
        When the kind does not come month by month, or nothing is to be taken in.
    IntelError
        When a file cannot be read, or nobody can know what it replaces; the store is then as it was.
    """
    contract = loader(request.kind).CONTRACT
    if not months.accumulates(contract):
        raise UsageError(
            what=f"{request.kind} do not come month by month, so there is nothing to add up",
            now="Name their file in the settings; it is read whole each time.",
        )
    whole = parse(options["covers"]) if options["covers"] else None
    asked = Asked(
        feed=options["feed"], adds=bool(options["adds"]), at=options["at"], by=options["by"], read_as=_read_as(request),
        since=whole.start if whole else None, until_end=whole.end if whole else None,
    )  # fmt: skip
    folder = Path(request.store)
    with keeping.locked(folder):
        keeping.sweep(folder, keeping.current(folder))
        account = commit(folder, _staged(request, asked), kind=contract.kind, asked=asked)
        if request.registers:
            _audit(request, account)
    return account


def _staged(request: Request, asked: Asked) -> list[Staged]:
    """Every file written aside: by several processes at once where there is much to do and it falls into feeds."""
    groups = _groups(request, asked)
    if len(groups) < 2:
        return [_taken(request, asked)]
    # fresh processes: what this one has open, no other needs
    shares = [replace(request, files=tuple(files)) for files in groups]
    try:
        with ProcessPoolExecutor(len(shares), mp_context=multiprocessing.get_context("spawn")) as pool:
            return list(pool.map(_taken, shares, [asked] * len(shares)))
    except BrokenProcessPool:
        raise IntelError(
            what="A process that was taking files in ended without an answer",
            where=request.kind,
            now="The store is as it was. Run it again with fewer files; the machine may be short of memory.",
        ) from None


def _groups(request: Request, asked: Asked) -> list[list[str]]:
    """The files, shared out so that the files of one feed stay together; one share where there is little to do."""
    if asked.feed or request.database or re.search(r"[*?\[]", "".join(request.files)):
        return [list(request.files)]
    size: dict[str, int] = {}
    feeds: dict[str, list[str]] = {}
    for file in request.files:
        path = request.folder / file
        feeds.setdefault(feed_of(file), []).append(file)
        size[file] = path.stat().st_size if path.is_file() else 0
    shares = min(os.cpu_count() or 1, _MOST_PROCESSES, len(feeds))
    if shares < 2 or sum(size.values()) < _MUCH_BYTES:
        return [list(request.files)]
    groups: list[list[str]] = [[] for _ in range(shares)]
    weight = [0] * shares
    for files in sorted(feeds.values(), key=lambda files: -sum(size[file] for file in files)):
        lightest = weight.index(min(weight))
        groups[lightest] += files
        weight[lightest] += sum(size[file] for file in files)
    return groups


def _taken(request: Request, asked: Asked) -> Staged:
    """Some files, written aside."""
    contract, force = loader(request.kind).CONTRACT, {"timezone": request.timezone, "crs": request.crs}
    with Staging(Path(request.store), contract=contract, asked=asked, **force) as work:
        loader(request.kind).read(replace(request, take=work.take, levels=(), lookup=None, workings="", registers=""))
        return work.staged()


def _read_as(request: Request) -> str:
    """What stands for how files are read: the map's digest, and the layout's name."""
    if not request.column_map:
        return f"{request.kind}:{request.layout}"
    path = request.folder / request.column_map
    opened = gate.open_file(path, folder=request.folder, allowed=request.allowed, largest=1_000_000)
    return f"{request.kind}:{hashlib.sha256(opened.data).hexdigest()}"


def _audit(request: Request, account: Mapping[str, Any]) -> None:
    """One audit row of an ingestion: who took in what, and how much of it; no text of any record."""
    files = account["files"]
    detail: dict[str, audit.Detail] = {
        "number": account["number"],
        "files": len(files),
        "unchanged": sum(one["unchanged"] for one in files),
        "feeds": ", ".join(sorted({one["feed"] for one in files})),
        "sha256": hashlib.sha256("".join(one["sha256"] for one in files).encode()).hexdigest(),
        "read": sum(one["read"] for one in files),
        "accepted": sum(one["accepted"] for one in files),
    }
    if len(files) == 1:
        detail["sha256"] = files[0]["sha256"]
    audit.append(
        store.open_store(request.registers), event="ingested", subject=account["kind"], detail=detail, by=account["by"]
    )
