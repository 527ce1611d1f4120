"""What a workspace reads, looked at before anything runs: its areas, its maps, the files of its sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from intelnb.dates import Period
from intelnb.errors import IntelError
from intelnb.intake import clearance, gate
from intelnb.intake.request import Request
from intelnb.load import areas
from intelnb.load.check import CheckReport, check
from intelnb.run.looked import Check
from intelnb.settings import Settings, SourceFiles
from intelnb.tables.words import several
from intelnb.workspace import refuse_after_data


def refuse(here: Settings, *, area: str, period: Period, audience: str) -> None:
    """Refuse, before a kernel starts, an area nobody knows or this audience may not, and a period after the data.

    Parameters
    ----------
    here
        The workspace's settings.
    area, audience
        The code of the area, and who the page is for.
    period
        What the page is about; it is set against the data's end only where the settings say it.

    Raises
    ------
    IntelError
        With one line that says what to choose instead.
    """
    request = _request(here, audience, area=area)
    (level,) = areas.read(request).table["level"]
    clearance.refuse_finer_area(level, request)
    if here.force.as_at is not None:
        refuse_after_data(period, here.force.as_at)


def look(here: Settings) -> Iterator[Check]:
    """Look at the areas and at every source: is the file there, does the map fit, how much of it can be read?

    Parameters
    ----------
    here
        The workspace's settings.
    """
    yield _areas(here)
    for kind, source in here.sources.items():
        yield _source(here, kind, source)


def _areas(here: Settings) -> Check:
    """Whether the outlines of every level can be read, and who the areas are."""
    try:
        read = areas.read(_request(here, next(iter(here.audiences))))
    except IntelError as fault:
        return Check("areas", good=False, told=str(fault))
    found = read.table["level"].value_counts()
    told = ", ".join(f"{found[level.level]} at the level '{level.level}'" for level in here.areas)
    return Check("areas", good=True, told="; ".join((told, *read.source.repairs)))


def _source(here: Settings, kind: str, source: SourceFiles) -> Check:
    """One source, file by file."""
    name = f"source {kind}"
    try:
        folder, allowed = here.folder.resolve(), here.allowed_folders()
        column_map = gate.find((source.map,), folder=folder, allowed=allowed)[0] if source.map else None
        files = gate.find((source.files,), folder=folder, allowed=allowed)
        reports = [
            check(path, kind=kind, column_map=column_map, crs=here.force.crs, timezone=here.force.timezone)
            for path in files
        ]
    except IntelError as fault:
        return Check(name, good=False, told=str(fault))
    if refused := [one for one in reports if one.refused]:
        return Check(name, good=False, told="; ".join(one.reason for one in refused))
    return _read(name, reports, tolerated=here.tolerance.quarantined_share)


def _read(name: str, reports: list[CheckReport], *, tolerated: float) -> Check:
    """How much of a source could be read, and where to look for what could not."""
    read, quarantined = (sum(getattr(one, field) for one in reports) for field in ("read", "quarantined"))
    told = f"{several(len(reports), 'file')}, {several(read, 'record')}"
    if not quarantined:
        return Check(name, good=bool(read), told=told if read else f"{told}: nothing to read", only_told=True)
    first = next(one for one in reports if one.quarantined)
    problem = first.problems[0]
    where = f"{Path(first.file).name} line {problem.row}: {problem.message}"
    told = f"{told}, {quarantined:,} cannot be read; the first is {where}"
    return Check(name, good=quarantined <= tolerated * read, told=told, only_told=True)


def _request(here: Settings, audience: str, *, area: str = "") -> Request:
    """A read of the areas, which are public."""
    return Request.of(kind="areas", clearance=here.clearance(audience), area=area, **here.standing())
