"""Check one file against what its kind must hold, without taking anything of it into a product."""

from __future__ import annotations

import importlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from intelnb.errors import InputRefused, IntelError, UsageError
from intelnb.intake import column_map as maps
from intelnb.intake import gate, reading
from intelnb.intake.request import Level, Request
from intelnb.records import Clearance
from intelnb.tables.contract import Contract

NOBODY = Clearance(
    audience="", title="", highest_marking="OFFICIAL-SENSITIVE", handling=("P", "C"), ungraded=True,
    personal_data=True, free_text=True, finest="point", sources=(), smallest_count=0, judgements=False,
    says_withheld=True, page_marking="", instruction="",
)  # fmt: skip
"""What whoever has the file before them may see of it: all of it, whoever they are."""


@dataclass(frozen=True)
class ProblemFound:
    """One fault of one record; `row` is the physical line it starts on."""

    row: int
    column: str
    code: str
    message: str


@dataclass(frozen=True)
class CheckReport:
    """What a file holds, and everything that is wrong with it."""

    file: str
    kind: str
    refused: bool
    reason: str
    read: int
    accepted: int
    quarantined: int
    encoding: str
    layer: str
    sha256: str
    problems: tuple[ProblemFound, ...]
    repairs: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0 all accepted, 1 the file is refused, 3 some records are quarantined."""
        return 1 if self.refused else (3 if self.quarantined else 0)

    def as_dict(self) -> dict[str, Any]:
        """The object `intelnb check --json` prints."""
        plain = asdict(self)
        return {**plain, "problems": list(plain["problems"]), "repairs": list(self.repairs)}


def check(
    file: str | Path,
    *,
    kind: str,
    column_map: str | Path | None = None,
    crs: str = "EPSG:27700",
    timezone: str = "Europe/London",
) -> CheckReport:
    """Check one file: everything a read would say of its records, as one object.

    Parameters
    ----------
    file
        Path of the file.
    kind
        What it is: `crimes`, `logs`, `areas` ...
    column_map
        Path of its column map; None where its headings are ours.
    crs, timezone
        The force's grid and clocks.

    Returns
    -------
    The report; a refused file is one too, with its reason.

    Raises
    ------
    UsageError
        When the kind is not known, or the path is no file's.

    Examples
    --------
    >>> check("data/samples/events.csv", kind="events").read
    4
    """
    module = _kind(kind)
    path = Path(file)
    try:
        opened = gate.open_file(path, folder=path.absolute().parent)
    except InputRefused as fault:
        return _refused(str(file), kind, fault, "", "")
    try:
        found = _areas(path, module, crs) if kind == "areas" else _records(path, module, column_map, crs, timezone)
    except UsageError:
        raise
    except IntelError as fault:
        return _refused(str(file), kind, fault, opened.layer, opened.sha256)
    return CheckReport(
        file=str(file), kind=kind, refused=False, reason="", layer=opened.layer, sha256=opened.sha256, **found
    )


def _kind(kind: str) -> Any:
    """The reader of a kind."""
    known = sorted(
        p.stem
        for p in Path(__file__).parent.glob("*.py")
        if p.stem not in {"__init__", "check", "reader", "proposing", "ingesting"}
    )
    if kind not in known:
        raise UsageError(what=f"'{kind}' is not a kind of source", now=f"Choose one of: {', '.join(known)}.")
    return importlib.import_module(f"intelnb.load.{kind}")


def _records(path: Path, module: Any, column_map: str | Path | None, crs: str, timezone: str) -> dict[str, Any]:
    """Every record of a table."""
    contract: Contract = module.CONTRACT
    name = ""
    if column_map is not None:
        # the map is read here as well, so that its faults are told under its own path
        opened = gate.open_file(Path(column_map), folder=Path(column_map).absolute().parent, largest=1_000_000)
        maps.parse(opened.data, name=str(column_map), contract=contract)
        name = str(Path(column_map).absolute())
    request = Request.of(
        kind=contract.kind, folder=path.absolute().parent, clearance=NOBODY, crs=crs, timezone=timezone,
        files=literal(path), column_map=name,
        allowed=[Path(name).parent] if name else [],
    )  # fmt: skip
    rows = reading.rows(request, contract, checks=getattr(module, "CHECKS", ()))
    problems = tuple(
        ProblemFound(int(str(row.row)), str(row.column), str(row.code), str(row.reason))
        for row in rows.quarantine.itertuples()
    )
    return {
        "read": rows.read, "accepted": len(rows.table), "quarantined": rows.quarantined,
        "encoding": ", ".join(rows.encodings), "problems": problems, "repairs": rows.repairs,
    }  # fmt: skip


def literal(path: Path) -> str:
    """A file name as a pattern that fits it alone."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in path.name)


def _areas(path: Path, module: Any, crs: str) -> dict[str, Any]:
    """Every outline of a boundary file."""
    request = Request.of(
        kind="areas", folder=path.absolute().parent, clearance=NOBODY, crs=crs, levels=[Level("area", path.name)]
    )
    loaded = module.read(request)
    count = loaded.source.ledger.read
    return {
        "read": count, "accepted": count, "quarantined": 0, "encoding": "", "problems": (),
        "repairs": loaded.source.repairs,
    }  # fmt: skip


def _refused(file: str, kind: str, fault: IntelError, layer: str, sha256: str) -> CheckReport:
    """The report of a file of which nothing is taken."""
    return CheckReport(
        file=file, kind=kind, refused=True, reason=str(fault), read=0, accepted=0, quarantined=0, encoding="",
        layer=layer, sha256=sha256, problems=(), repairs=(),
    )  # fmt: skip
