"""Verbs of the alarm ledger: `alarms`, `alarm`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from intelnb.cli.running import here

_HERE = "Folder that holds intelnb.toml; this folder if it does."


def add(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    for verb in (alarms, alarm):
        app.command()(verb)


def alarms(workspace: Annotated[str | None, typer.Option(help=_HERE)] = None) -> None:
    """List the alarms of released pages, what became of each, and how often each kind was right."""
    from intelnb import settings
    from intelnb.registers.store import open_store
    from intelnb.run import alarm_ledger

    store = open_store(settings.load(here(workspace)).registers_url())
    for row in alarm_ledger.table(store).to_dict("records"):
        told = f"{row['outcome']} ({row['by']}: {row['why']})" if row["by"] else row["outcome"]
        print(f"{row['number']}  {row['period']}  {row['area']}  {row['series']}: {row['said']}  {told}")
    found = alarm_ledger.record(store)
    for row in found.table.to_dict("records"):
        print(f"{row['kind']}: {row['raised']} raised, {row['right']} right, {row['wrong']} wrong, "
              f"{row['cannot_tell']} cannot tell, {row['open']} open")  # fmt: skip
    print(found.sentence)


def alarm(
    number: Annotated[int, typer.Argument(help="The alarm's number, as 'intelnb alarms' lists it.")],
    verdict: Annotated[str, typer.Option(help="right, wrong or 'cannot tell'.")],
    by: Annotated[str, typer.Option(help="Who found it so, by name.")],
    why: Annotated[str, typer.Option(help="On what grounds.")],
    workspace: Annotated[str | None, typer.Option(help=_HERE)] = None,
) -> None:
    """Enter what an alarm was found to be; a later review stands above an earlier one, and both are kept."""
    from intelnb import settings
    from intelnb.registers import alarms as register
    from intelnb.registers.store import open_store

    loaded = settings.load(here(workspace))
    at = datetime.now(ZoneInfo(loaded.force.timezone)).replace(tzinfo=None).isoformat(timespec="minutes")
    register.review(open_store(loaded.registers_url()), number, verdict=verdict, by=by, at=at, why=why)
    print(f"Alarm {number} is entered as {verdict}.")
