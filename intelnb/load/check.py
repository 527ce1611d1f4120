"""Check one file against what its kind must hold, without taking anything of it into a product."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, cast, overload
from zoneinfo import available_timezones

import pandas as pd

from intelnb import geo
from intelnb.errors import InputRefused, IntelError, UsageError
from intelnb.intake import as_stood, ceiling, fitting, gate, layouts
from intelnb.intake import column_map as maps
from intelnb.intake import database as databases
from intelnb.intake.request import Level, Request
from intelnb.intake.source import Workings
from intelnb.load.kinds import loader
from intelnb.records import Clearance

NOBODY = Clearance(
    audience="", title="", highest_marking="OFFICIAL-SENSITIVE", handling=("P", "C"), ungraded=True,
    personal_data=True, free_text=True, finest="point", sources=(), smallest_count=0, judgements=False,
    says_withheld=True, page_marking="", instruction="",
)  # fmt: skip
"""What whoever has the file before them may see of it: all of it, whoever they are."""


class ProblemFound(NamedTuple):
    """One fault of one record; `row` is the physical line it starts on."""

    row: int
    column: str
    code: str
    message: str


@dataclass(frozen=True, eq=False)
class Problems(Sequence[ProblemFound]):
    """Faults in the order of their rows, each made where it is asked for: a damaged file may have a million.

    Parameters
    ----------
    row
        The row of each.
    which
        For each, the place in `said` of what is wrong.
    said
        Column, code and message, every one once.

    Examples
    --------
    >>> Problems((2, 3), (0, 0), (("id", "missing", "No id"),))[1].row
    3
    """

    row: Sequence[int] = ()
    which: Sequence[int] = ()
    said: Sequence[Sequence[str]] = ()

    def __len__(self) -> int:
        return len(self.row)

    @overload
    def __getitem__(self, place: int) -> ProblemFound: ...
    @overload
    def __getitem__(self, place: slice) -> Problems: ...
    def __getitem__(self, place: int | slice) -> ProblemFound | Problems:
        if isinstance(place, slice):
            return replace(self, row=self.row[place], which=self.which[place])
        return ProblemFound(self.row[place], *self.said[self.which[place]])


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
    problems: Problems
    repairs: tuple[str, ...]

    @classmethod
    def of_answer(cls, plain: Mapping[str, Any]) -> CheckReport:
        """The report again, as a reader process answers it."""
        return cls(**{**plain, "problems": Problems(**plain["problems"]), "repairs": tuple(plain["repairs"])})

    def as_answer(self) -> dict[str, Any]:
        """Plain values in which every message stands once."""
        return {**vars(self), "problems": vars(self.problems)}

    @property
    def exit_code(self) -> int:
        """0 all accepted, 1 the file is refused, 3 some records are quarantined."""
        return 1 if self.refused else (3 if self.quarantined else 0)

    def as_dict(self) -> dict[str, Any]:
        """The object `intelnb check --json` prints."""
        return {**vars(self), "problems": [one._asdict() for one in self.problems], "repairs": list(self.repairs)}


def check(
    file: str | Path,
    *,
    kind: str,
    column_map: str | Path | None = None,
    layout: str = "",
    crs: str = "EPSG:27700",
    timezone: str = "Europe/London",
    members: str = "",
    quarantine: str | Path | None = None,
    database: str = "",
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
    layout
        The layout it is written in, such as `matrix`; empty for a table.
    crs, timezone
        The force's grid and clocks.
    members
        Which files of a zip archive; empty for all, or for those of the layout.
    quarantine
        Where the quarantined records are written as they stood, to be corrected and loaded again; a new file.
        Those that may be above the ceiling are not written.
    database
        Address of a database the settings declare, which is looked at in place of a file; `file` is then the
        folder of the workspace.

    Returns
    -------
    The report; a refused file is one too, with its reason.

    Raises
    ------
    UsageError
        When the kind, the grid or the clocks are not known, or the records cannot be written where `quarantine` says.

    Examples
    --------
    >>> check("data/samples/events.csv", kind="events").read
    4
    """
    loader(kind)
    geo.metric_crs(crs)
    if timezone not in available_timezones():
        raise UsageError(what=f"'{timezone}' are no clocks we know", now="Name them as in Europe/London.")
    path = Path(file)
    own_map = str(Path(column_map).absolute()) if column_map is not None else ""
    request = Request.of(
        kind=kind, folder=path.absolute().parent, clearance=NOBODY, crs=crs, timezone=timezone, files=literal(path),
        column_map=own_map, layout=layout, members=members, allowed=[Path(own_map).parent] if own_map else [],
    )  # fmt: skip
    name, layer, sha256 = str(file), "database", ""
    if database:
        name = databases.shown(database)
        request = replace(request, folder=path.absolute(), files=(), database=database)
    else:
        try:
            layer, sha256 = gate.about(path, folder=path.absolute().parent)
        except (InputRefused, UsageError) as fault:  # a web address is no file either
            return refused(name, kind, fault)
    try:
        found = _looked_at(path, kind, request, quarantine)
    except UsageError:
        raise
    except IntelError as fault:
        return refused(name, kind, fault, layer, sha256)
    return CheckReport(file=name, kind=kind, refused=False, reason="", layer=layer, **{"sha256": sha256, **found})


def answer(request: Request, options: Mapping[str, Any]) -> dict[str, Any]:
    """Check one file in a reader process: `options` are what `check` is asked."""
    return check(options["file"], kind=request.kind, **options["asked"]).as_answer()


def _looked_at(path: Path, kind: str, request: Request, quarantine: str | Path | None) -> dict[str, Any]:
    """What a read of the whole file would say."""
    columns: dict[str, str] = {}
    if request.column_map:
        # the map is read here as well, so that its faults are told under its own path
        opened = gate.open_file(Path(request.column_map), folder=request.allowed[0], largest=1_000_000)
        columns = maps.parse(opened.data, name=request.column_map, contract=loader(kind).CONTRACT).columns
    if kind == "areas":
        named = {ours: columns[ours] for ours in ("code", "name") if ours in columns}
        request = replace(request, files=(), levels=(Level("area", literal(path), **named),))
    loaded = loader(kind).read(request)
    # a reader in this very process leaves its workings
    workings = cast("Workings", loaded.workings)
    told = workings.quarantine[["column", "code", "reason"]]
    which = told.groupby(list(told), sort=False).ngroup()
    said = told[~which.duplicated()].to_numpy().tolist()
    problems = Problems(workings.quarantine["row"].tolist(), which.tolist(), said)
    source = workings.source
    # what may be above the ceiling is copied nowhere: its owner corrects it where it stands
    copied = workings.quarantine[workings.quarantine["code"] != ceiling.HELD]
    if quarantine is not None and len(copied):
        _written_out(Path(quarantine), kind, request, copied)
    return {
        "read": source.ledger.read, "accepted": source.ledger.accepted, "quarantined": source.ledger.quarantined,
        "encoding": source.encoding, "problems": problems, "repairs": source.repairs,
        **({"sha256": next(iter(source.sha256.values()))} if request.database else {}),
    }  # fmt: skip


def _written_out(place: Path, kind: str, request: Request, quarantine: pd.DataFrame) -> None:
    """The quarantined records as they stood, in a new file for its owner's eyes."""
    if kind == "areas":
        raise UsageError(what="Areas are taken whole or not at all", now="Leave --quarantine out.")
    contract = loader(kind).CONTRACT
    layout = request.layout or (kind if kind in layouts.of_kind(contract.kind) else "")
    cuts = list(fitting.cuts(replace(request, layout=layout), contract))
    rows = [set(quarantine.loc[quarantine["file"] == cut.name, "row"].tolist()) for cut in cuts]
    if place.suffix.lower() != as_stood.ending(cuts[0]):
        told = f"Records of this file are written as {as_stood.ending(cuts[0])}"
        raise UsageError(what=told, where=str(place), now=f"Name it {place.stem}{as_stood.ending(cuts[0])}.")
    body = as_stood.written(cuts, rows, fitting.rules(fitting.chosen_map(request, contract)))
    try:
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(body)
    except FileExistsError:
        raise UsageError(what="There is a file of this name already", where=str(place), now="Name another.") from None
    except OSError as fault:
        told = f"The file cannot be written: {fault.strerror}"
        raise IntelError(what=told, where=str(place), now="Name another place.") from None


def literal(path: Path) -> str:
    """A file name as a pattern that fits it alone."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in path.name)


def refused(file: str, kind: str, fault: IntelError, layer: str = "", sha256: str = "") -> CheckReport:
    """The report of a file of which nothing is taken."""
    return CheckReport(
        file=file, kind=kind, refused=True, reason=str(fault), read=0, accepted=0, quarantined=0, encoding="",
        layer=layer, sha256=sha256, problems=Problems(), repairs=(),
    )  # fmt: skip
