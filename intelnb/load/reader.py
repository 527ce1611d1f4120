"""The reader process: it alone sees what an audience may not have, and hands over the reduced table.

Started as `python -m intelnb.load.reader`; it answers one request at a time on its own pipes until they close.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import getpass
import hashlib
import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from intelnb.errors import IntelError
from intelnb.intake import database, forking, frames, limits, plain_csv
from intelnb.intake.limits import TIME_LIMIT_S, Limits
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded, Workings
from intelnb.load.kinds import kinds, loader
from intelnb.registers import audit, store
from intelnb.tables.contract import proven

WORKS = ("proposing", "ingesting", "check")
"""What can be done with a source beside reading it: one file of this folder each, with one `answer`."""
UNBOUNDED = ("ingesting",)
"""Work whose size is not that of its files."""


def answer(request: Request) -> Loaded:
    """Read one source: the full account goes to the workings folder, the audit gets its row.

    Raises
    ------
    UsageError
        When no reader is known for the kind.
    IntelError
        When the source cannot be read.
    """
    loaded = loader(request.kind).read(request)
    if loaded.workings is not None:
        if request.workings:
            write_workings(Path(request.workings), request, loaded.workings, digest=loaded.source.digest)
        if request.registers:
            _audit(request, loaded)
    return loaded


def write_workings(folder: Path, request: Request, workings: Workings, *, digest: str) -> str:
    """Write the full account of one read, with the digest of what was handed over, under the next free number.

    Returns
    -------
    The stem of the files written: `01-crimes`.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = 1 + max((int(p.name[:2]) for p in folder.glob("[0-9][0-9]-*.ledger.json")), default=0)
    stem = f"{number:02d}-{request.kind}"
    asked = {
        name: value
        for name, value in request.as_dict().items()
        if name not in {"workings", "registers", "folder", "store"}
    }
    asked["database"] = database.shown(request.database) if request.database else ""
    values = {"kind": request.kind, "texts": workings.withheld_texts, "numbers": workings.withheld_numbers}
    withheld = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
    # the account names its list of withheld values, so that a page is never scanned with another
    bound = hashlib.sha256(withheld.encode("utf-8")).hexdigest()
    source = {**workings.source.as_dict(), "digest": digest}
    account = {"source": source, "request": asked, "withheld_sha256": bound}
    _write(folder / f"{stem}.withheld.json", withheld)
    _write(folder / f"{stem}.quarantine.csv", plain_csv.written(workings.quarantine))
    _write(folder / f"{stem}.remarks.csv", plain_csv.written(workings.remarks))
    _write(folder / f"{stem}.ledger.json", json.dumps(account, indent=1, sort_keys=True))
    return stem


def _write(path: Path, text: str) -> None:
    """A file whole or not at all, for the owner's eyes."""
    part = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(text.encode("utf-8"))
    part.replace(path)


def _audit(request: Request, loaded: Loaded) -> None:
    """One audit row: who asked for what, and how much they got; no text of any record."""
    source = loaded.source
    detail: dict[str, audit.Detail] = {
        "audience": request.clearance.audience,
        "area": request.area,
        "since": request.since.isoformat() if request.since else "",
        "until_end": request.until_end.isoformat() if request.until_end else "",
        "status": str(loaded.table.attrs["status"]),
        "rows": len(loaded.table),
        "digest": source.digest,
        "reference": request.reference,
        "run": Path(request.workings).name if request.reference else "",
    }
    register = store.open_store(request.registers)
    audit.append(register, event="read", subject=request.kind, detail=detail, by=_who())


def _who() -> str:
    """The account this process runs under, where the system tells."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the pipe closes, each in a process of its own where the system can fork one.

    A fault of ours leaves its traceback in the workings alone.
    """
    while (message := frames.receive(requests)) is not None:
        asked, _ = message
        seconds = float(asked.pop("seconds", TIME_LIMIT_S))
        if not forking.is_available():
            frames.send(answers, *_answered(asked))
            continue
        held = _limits(asked, seconds)
        outcome = forking.run(functools.partial(_answer_alone, asked, answers, held), seconds=seconds)
        if outcome.began and outcome.how != "done":
            return  # half an answer is on its way: whoever waits for it sees the pipe close
        if outcome.how in {"overdue", "spent"}:
            most = seconds if outcome.how == "overdue" else held.seconds
            frames.send(answers, _told_fault(limits.overdue(most, str(asked.get("kind", "")))))
        elif outcome.how == "broken_off" and not outcome.began:
            frames.send(answers, _told_fault(limits.broken_off(held, str(asked.get("kind", "")))))
        elif not outcome.began:
            frames.send(answers, _told_fault(limits.died(str(asked.get("kind", "")))))


def _limits(asked: dict[str, Any], seconds: float) -> Limits:
    """What one read may take; other work with a source has the limits of the machine."""
    whole = Limits(limits.of_the_machine(), seconds)
    if asked.get("work", "") in UNBOUNDED:
        return whole
    try:
        plain = {name: value for name, value in asked.items() if name not in {"work", "options"}}
        return limits.of(Request.of(**plain), seconds=seconds)
    except Exception:  # noqa: BLE001 - a request that makes no sense is told of where it is answered
        return whole


def _answer_alone(asked: dict[str, Any], answers: BinaryIO, held: Limits, begin: Callable[[], None]) -> None:
    """Answer one request in this process, within its limits."""
    limits.hold(held)
    try:
        header, body = _answered(asked)
    except MemoryError:
        header, body = _told_fault(limits.out_of_memory(held, str(asked.get("kind", "")))), b""
    begin()
    frames.send(answers, header, body)


def _answered(asked: dict[str, Any]) -> tuple[dict[str, Any], bytes | memoryview]:
    """The answer to one request, or what is wrong with it."""
    try:
        return _done(asked)
    except IntelError as fault:
        return _told_fault(fault), b""
    except MemoryError:
        raise
    except Exception as fault:  # noqa: BLE001 - whatever it is, the user gets one line and no traceback
        _keep_traceback(asked)
        told = f"The reader met a fault it does not know ({type(fault).__name__})"
        where = str(asked.get("kind", ""))
        now = "Please report it; the details are with the workings of this run."
        return _told_fault(IntelError(what=told, where=where, now=now)), b""


def _told_fault(fault: IntelError) -> dict[str, Any]:
    return {"error": frames.error_as_dict(fault)}


def _done(asked: dict[str, Any]) -> tuple[dict[str, Any], bytes | memoryview]:
    """Read, or do the other work that is asked for."""
    work, options = asked.pop("work", ""), asked.pop("options", {})
    request = Request.of(**asked)
    if work in WORKS:
        return {"answer": importlib.import_module(f"intelnb.load.{work}").answer(request, options)}, b""
    loaded = answer(request)
    return _told(loaded), loaded.workings.stream if loaded.workings else b""


def _told(loaded: Loaded) -> dict[str, Any]:
    """What is said beside the table."""
    attrs = dict(loaded.table.attrs)
    attrs["as_at"] = attrs["as_at"].isoformat() if attrs["as_at"] else None
    if "gaps" in attrs:
        attrs["gaps"] = [
            {**vars(one), "first": one.first.isoformat(), "last": one.last.isoformat()} for one in attrs["gaps"]
        ]
    return {"source": loaded.source.as_dict(), "attrs": attrs}


def _keep_traceback(asked: dict[str, Any]) -> None:
    """Leave the details of a fault where the workings lie, if there is such a place."""
    folder = str(asked.get("workings") or "")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(Path(folder) / "reader-fault.txt", traceback.format_exc())


def warm() -> None:
    """Import now what every read needs, so that no forked process pays for it."""
    for kind in kinds():
        contract = loader(kind).CONTRACT
        proven(contract.empty(), contract)
    for name in (*WORKS, "reader"):
        with contextlib.suppress(ImportError):
            importlib.import_module(f"intelnb.load.{name}")


def main() -> None:
    """Serve on the pipes this process was started with; nothing else may write to them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    warm()
    # what is imported stays: nobody need look through it for garbage again and again
    gc.freeze()
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
