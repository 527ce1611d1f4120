"""Take an export into the workspace's store, where files are read: nothing of it leaves but its account."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from intelnb.dates import parse
from intelnb.errors import UsageError
from intelnb.intake import gate
from intelnb.intake.request import Request
from intelnb.intake.store import keeping, months
from intelnb.intake.store.ingestion import Asked, Ingestion
from intelnb.load.kinds import loader
from intelnb.registers import audit, store


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
    force = {"timezone": request.timezone, "crs": request.crs}
    with keeping.locked(folder), Ingestion(folder, contract=contract, asked=asked, **force) as work:
        loader(request.kind).read(replace(request, take=work.take, levels=(), lookup=None, workings="", registers=""))
        account = work.commit()
        if request.registers:
            _audit(request, account)
    return account


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
