"""One control-strategy priority: the crime and this period's logs, where, since when, at which hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import geopandas as gpd
import pandas as pd

from intelnb.analysis.result import Result
from intelnb.dates import short_day
from intelnb.finding import Column, Drawing, Finding, Place, TableView
from intelnb.findings import words

ZONES = (
    Column("zone", "Zone"),
    Column("place", "Where"),
    Column("n", "Crimes", "number"),
    Column("state", "Standing"),
    Column("peak", "Peak hours"),
    Column("option", "Option for the chair"),
)
AREAS = (
    Column("code", "Code"),
    Column("name", "Area"),
    Column("n", "Crimes", "number"),
    Column("before_silence", "Crimes before it fell silent", "number"),
    Column("low", "Expected from", "number"),
    Column("high", "to", "number"),
    Column("outside", "Outside"),
    Column("status", "Status"),
)
TREND = (
    Column("period", "Period"),
    Column("n", "As known then", "number"),
    Column("by_now", "Recorded by now", "number"),
    Column("low", "Expected from", "number"),
    Column("high", "to", "number"),
    Column("status", "Status"),
)
LABELS = {
    "usual": "Comparison with the usual",
    "areas": "Areas",
    "hot": "Hot places",
    "zones": "Hot places",
    "near": "Near repeats",
    "risk": "Near repeats",
    "hours": "Hours",
    "logs": "Intelligence",
    "growth": "Intelligence",
    "subjects": "Intelligence",
}
HOURS = (Column("day", "Weekday"), Column("hour", "Hour"), Column("n", "Crimes", "number"))


@dataclass(frozen=True, eq=False)
class Places:
    """The area the page is about, and the smaller areas in it: code, name and geometry."""

    outline: gpd.GeoDataFrame
    within: gpd.GeoDataFrame


@dataclass(frozen=True, eq=False)
class Evidence:
    """The Results one priority rests on, by the question they answer.

    `alarm`, `usual` and `areas` say whether the count is real; `hot`, `zones`, `near` and `risk` where; `hours`
    when; `logs`, `growth` and `subjects` what intelligence there is and what is new in it.
    """

    alarm: Result
    usual: Result
    areas: Result
    hot: Result
    zones: Result
    near: Result
    risk: Result
    hours: Result
    logs: Result
    growth: Result
    subjects: Result

    def all(self) -> tuple[Result, ...]:
        """Every Result, in reading order."""
        return (
            self.alarm, self.usual, self.areas, self.zones, self.near, self.risk, self.hours, self.logs,
            self.growth, self.subjects, self.hot,
        )  # fmt: skip


def gather(**asked: Mapping[str, Result]) -> dict[str, Evidence]:
    """The evidence of every priority, by code: one Result of each question for each.

    Parameters
    ----------
    asked
        For each field of `Evidence`, its Results by code of the priority.
    """
    return {code: Evidence(**{field: found[code] for field, found in asked.items()}) for code in asked["alarm"]}


def findings(
    priorities: pd.DataFrame,
    evidence: Mapping[str, Evidence],
    *,
    places: Places,
    source: str,
) -> tuple[Finding, ...]:
    """One finding for each priority, in the order of the control strategy.

    Parameters
    ----------
    priorities
        Priorities: code, name, rank.
    evidence
        What stands behind each, by code.
    places
        The area of the page and the smaller ones drawn under its maps.
    source
        Where the crimes come from and which dates they cover, for captions.
    """
    ordered = priorities.sort_values("rank", kind="stable").to_dict("records")
    return tuple(
        _finding(str(row["code"]), f"{row['rank']} {row['name']}", evidence[str(row["code"])], places, source)
        for row in ordered
    )


def _finding(code: str, title: str, evidence: Evidence, places: Places, source: str) -> Finding:
    """The finding of one priority; what cannot be assessed is said in its facts, never drawn as nothing."""
    evidence = _labelled(evidence)
    by_area = _map_of_areas(code, evidence.areas, places.within)
    rests_on = (evidence.alarm.name, evidence.zones.name, evidence.logs.name)
    return Finding(
        section="priorities",
        id=f"priority.{code}",
        title=title,
        headline=_headline(evidence),
        evidence=(*evidence.all(), by_area),
        facts=tuple(result.name for result in _facts(evidence)),
        drawings=_drawings(evidence, by_area, places, source),
        tables=(
            TableView(evidence.zones.name, f"Priority locations, {_bare(title)}", ZONES),
            TableView(evidence.areas.name, f"By area, {_bare(title)}", AREAS, shown=False),
            TableView(evidence.alarm.name, f"Against the expected range, {_bare(title)}", TREND, shown=False),
            TableView(evidence.hours.name, f"Hour by weekday, {_bare(title)}", HOURS, shown=False),
        ),
        place=Place(f"assessment.{code}", "assessment", f"Assessment: {_bare(title)}", rests_on),
        sources=(source, "Intelligence logs"),
        status=evidence.alarm.status,
    )


def _labelled(evidence: Evidence) -> Evidence:
    """The same evidence; what could not be answered says which question that was."""
    found = {field: getattr(evidence, field) for field in LABELS}
    said = {
        field: replace(one, name=f"{one.name}.why", wording=_why(LABELS[field], one))
        for field, one in found.items()
        if not one.is_assessed
    }
    return replace(evidence, **said)


def _why(label: str, one: Result) -> str:
    """What could not be answered, and why not."""
    if one.status == "break in recording":
        return f"{label} not possible: {one.wording.partition(': ')[2]}"
    return f"{label} {one.wording[:1].lower()}{one.wording[1:]}"


def _bare(title: str) -> str:
    """The priority's name without its rank."""
    return title.partition(" ")[2]


def _headline(evidence: Evidence) -> str:
    """What matters most: places where there are some, else the count."""
    if evidence.zones.is_assessed and len(evidence.zones.table):
        return evidence.zones.name
    return evidence.alarm.name


def _facts(evidence: Evidence) -> list[Result]:
    """Sentences that stand as facts; a question that could not be answered stands among them once."""
    said: list[Result] = []
    quiet = {evidence.hot.name, *_nothing_new(evidence)}
    headline = _headline(evidence)
    told = {result.sentence for result in evidence.all() if result.name == headline}
    for result in evidence.all():
        if result.name not in {*quiet, headline} and result.sentence not in told:
            said.append(result)
            told.add(result.sentence)
    return said


def _nothing_new(evidence: Evidence) -> set[str]:
    """Results that only say again, or in other words, that there is nothing to say."""
    # the expected range says more than the mean of four weeks
    quiet = {evidence.usual.name} if evidence.alarm.is_assessed else set()
    if evidence.near.is_assessed and not len(evidence.risk.table):
        quiet.add(evidence.near.name)
    if evidence.risk.is_assessed and not len(evidence.risk.table):
        quiet.add(evidence.risk.name)
    if evidence.growth.is_assessed and not evidence.growth.values.get("n_growing"):
        quiet.add(evidence.growth.name)
    if evidence.subjects.is_assessed and not evidence.subjects.values.get("n"):
        quiet.add(evidence.subjects.name)
    return quiet


def _drawings(evidence: Evidence, by_area: Result, places: Places, source: str) -> tuple[Drawing, ...]:
    """Trend and hours, and a map where a place stands out; where exact places cannot be used, areas are shaded."""
    trend = Drawing("trend", of=evidence.alarm.name, title=_trend_title(evidence.alarm), caption=source)
    hours = Drawing(
        "week_grid",
        of=evidence.hours.name,
        title=_hours_title(evidence.hours),
        caption=f"Since {evidence.hours.values.get('since', '')}; unknown hours shared out. {source}",
    )
    if not evidence.hot.is_assessed:
        return (trend, hours, Drawing("area_map", of=by_area.name, title="Crimes by area", caption=source))
    if not len(evidence.zones.table):
        return (trend, hours)
    where = Drawing(
        "places",
        of=evidence.hot.name,
        title="Where it stands out",
        caption=f"{evidence.hot.settings['cell_m']} m cells, crimes of {_window(evidence.hot)}. {source}",
        layers={"zones": evidence.zones.name, "risk": evidence.risk.name},
        backdrop=places.within,
        outline=places.outline,
    )
    return (trend, hours, where)


def _window(hot: Result) -> str:
    """The days a map holds, in words: both included, and none outside the data."""
    first, last = (date.fromisoformat(str(hot.values[key])) for key in ("held_from", "held_to"))
    year = f" {first.year}" if first.year != last.year else ""
    return f"{short_day(first)}{year} to {short_day(last)} {last.year}"


def _trend_title(alarm: Result) -> str:
    """What the trend says, in a few words."""
    if not alarm.is_assessed:
        return "Counts, not assessed against a range"
    run = int(alarm.values.get("periods_outside", 0))
    if not run:
        return "Inside the expected range"
    side = "Above" if str(alarm.values["real"]).endswith("above") else "Below"
    return f"{side} the expected range" + (f", {run} in a row" if run > 1 else "")


def _hours_title(hours: Result) -> str:
    """When it happens, in a few words."""
    return f"Busiest: {hours.values['peak']}" if "peak" in hours.values else "No hours stand out"


def _map_of_areas(code: str, areas: Result, wards: gpd.GeoDataFrame) -> Result:
    """Counts by area with their outlines, for data too coarse for cells."""
    counted = areas.table if "code" in areas.table else pd.DataFrame({"code": [], "n": [], "status": []})
    shapes = wards[["code", "name", "geometry"]].merge(counted[["code", "n", "status"]], on="code", how="inner")
    shapes["shown"] = [words.shown(n, status) for n, status in zip(shapes["n"], shapes["status"], strict=True)]
    return Result(
        name=f"map.{code}",
        table=gpd.GeoDataFrame(shapes, geometry="geometry", crs=wards.crs),
        values={},
        wording="Crimes by area.",
        grain=areas.grain,
        sources=areas.sources,
        status="assessed" if len(shapes) else "not assessed",
    )
