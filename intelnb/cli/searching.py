"""The verb that asks what is held: `search`."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import typer

from intelnb.cli.running import here

_DAY = ["%Y-%m-%d"]


def add(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(search)


def search(
    terms: Annotated[
        str, typer.Argument(help='Words: all of them; OR, NOT, brackets; "as written"; burgl* for every ending.')
    ],
    audience: Annotated[str, typer.Option(help="For whom: what they may not have is not searched.")] = "",
    workspace: Annotated[
        str | None, typer.Option(help="Folder that holds intelnb.toml; this folder if it does.")
    ] = None,
    since: Annotated[datetime | None, typer.Option(formats=_DAY, help="First day searched.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=_DAY, help="Last day searched.")] = None,
    why: Annotated[str, typer.Option(help="On what grounds; kept with the search.")] = "",
) -> None:
    """Ask what the logs hold. Who asked what, and that nothing was found, is kept in the audit register."""
    import getpass

    from intelnb.analysis import search as searching
    from intelnb.errors import UsageError
    from intelnb.registers import audit
    from intelnb.registers.store import open_store
    from intelnb.workspace import Workspace

    first, last = (day.date() if day else None for day in (since, until))
    if first and last and last < first:
        raise UsageError(what=f"{last} comes before {first}", now="Turn the two days round.")
    unit = Workspace.open(here(workspace), audience=audience)
    logs = unit.read("logs")
    found = searching.find(logs, name="search", terms=terms, as_at=logs.attrs["as_at"], since=first, until=_after(last))
    detail: dict[str, audit.Detail] = {
        "terms": terms, "why": why, "audience": unit.clearance.audience, "since": str(first or ""), "until": str(last or ""),
        "status": found.status, "searched": int(found.values.get("n_searched", 0)), "found": int(found.values.get("n", 0)),
    }  # fmt: skip
    by = getpass.getuser()
    audit.append(open_store(unit.settings.registers_url()), event="searched", subject="logs", detail=detail, by=by)
    print(unit.clearance.page_marking)
    for line in lines(found.table.to_dict("records")):
        print(line)
    print(found.sentence)
    for caveat in found.caveats:
        print(f"- {caveat}")
    print(unit.clearance.page_marking)
    if not found.is_assessed:
        raise typer.Exit(1)


def lines(places: Sequence[Mapping[Hashable, Any]]) -> list[str]:
    r"""One line for each log found: what to mind, and the first place in it, as a terminal may show it.

    Examples
    --------
    >>> place = {"urn": "U1", "received": datetime(2026, 11, 10), "standing": "to grade", "conditional": True, "around": "by the rear\ndoor"}
    >>> lines([place, {**place, "around": "again"}])
    ['U1  2026-11-10  to grade, conditional: ... by the rear door ...  (2 places)']
    """
    from intelnb.intake.mapping.profile import readable
    from intelnb.tables import standing

    by_log: dict[str, list[Mapping[Hashable, Any]]] = {}
    for place in places:
        by_log.setdefault(place["urn"], []).append(place)
    told = []
    for urn, held in by_log.items():
        first = held[0]
        around = " ".join(str(first["around"]).split())
        mind = [first["standing"]] * (first["standing"] != standing.COUNTED) + ["conditional"] * bool(
            first["conditional"]
        )
        heed = f"{', '.join(mind)}: " if mind else ""
        more = f"  ({len(held)} places)" if len(held) > 1 else ""
        told.append(readable(f"{urn}  {first['received']:%Y-%m-%d}  {heed}... {around} ...{more}"))
    return told


def _after(day: date | None) -> date | None:
    """The first day after a last one."""
    return day + timedelta(days=1) if day else None
