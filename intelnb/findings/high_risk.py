"""High-risk issues: victims and places that must not be lost in the totals."""

from __future__ import annotations

from dataclasses import replace

from intelnb.analysis.result import Result
from intelnb.finding import Column, Finding, TableView

ISSUES = (
    Column("issue", "Issue"),
    Column("n", "This period", "number"),
    Column("usual", "Usual", "number"),
    Column("change", "Change"),
)
PLACES = (
    Column("location", "Place"),
    Column("n", "Crimes", "number"),
    Column("kinds", "Kinds"),
    Column("latest", "Latest"),
)


def finding(*, issues: Result, places: Result) -> Finding:
    """Flagged crimes against their usual level, and places with several crimes.

    Parameters
    ----------
    issues
        A Result of `high_risk.issues`.
    places
        A Result of `high_risk.repeat_places`.
    """
    if not places.is_assessed:
        why = places.wording[:1].lower() + places.wording[1:]
        places = replace(places, name=f"{places.name}.why", wording=f"Repeat places {why}")
    return Finding(
        section="high_risk",
        id="high_risk",
        headline=issues.name,
        evidence=(issues, places),
        facts=(places.name,),
        tables=(
            TableView(issues.name, "Flagged crimes", ISSUES),
            TableView(places.name, "Places with several crimes in four weeks", PLACES, rows=5),
        ),
        sources=("Crime export",),
        status=issues.status,
    )
