"""What every method of analysis owes its readers, whoever wrote it: found by folder, none registered by hand."""

from __future__ import annotations

import importlib
import inspect
import math
import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import intelnb.analysis
from intelnb.analysis import chains, hotspot, linkage, near_repeat, persistence, risk_map
from intelnb.analysis import clusters as clusters_
from intelnb.analysis import counts as counts_
from intelnb.analysis.result import Result, not_assessed
from intelnb.dates import parse, short_day
from intelnb.errors import MethodError
from intelnb.tables.coverage import Gap

AS_AT = datetime(2026, 11, 16, 5, 0)
PERIOD = parse("2026-W46")
STATUSES = {"assessed", "not assessed", "not submitted", "break in recording"}
UNSPOKEN = re.compile(
    r"p[- ]value|z[- ]score|poisson|regression|chi[- ]squared?|binomial|gi\*|getis|knox|benjamini|hochberg|e-test"
    r"|standard deviation|quantile|percentile|confidence interval|significan|dbscan|null hypothesis|\bnan\b|\binf\b",
    re.IGNORECASE,
)
TABLES = ("crimes", "logs", "requirements", "actions", "ledgers", "links", "deliveries", "alarms", "outcomes")
TOLD = ("left by the rear door", "was carrying tools", "")


def _methods() -> list[Any]:
    """Every public function in the folder that returns a Result."""
    found = []
    for file in sorted(Path(intelnb.analysis.__path__[0]).glob("*.py")):
        if file.stem in {"__init__", "result"}:
            continue
        module = importlib.import_module(f"intelnb.analysis.{file.stem}")
        found += [
            pytest.param(thing, id=f"{file.stem}.{name}")
            for name, thing in vars(module).items()
            if inspect.isfunction(thing) and thing.__module__ == module.__name__ and not name.startswith("_")
            and thing.__annotations__.get("return") == "Result"
        ]  # fmt: skip
    return found


METHODS = _methods()


@cache
def _crimes() -> gpd.GeoDataFrame:
    """Three years in a town of 6 by 4 km with one crowded corner, where crimes also follow each other."""
    rng = np.random.default_rng(11)
    size = 3000
    x, y = rng.uniform(100, 5900, size), rng.uniform(100, 3900, size)
    when = pd.Timestamp("2023-11-13") + pd.to_timedelta(
        np.sort(rng.uniform(0, 1098 * 24 * 60, size)).round(), unit="min"
    )
    crowd = rng.random(size) < 0.3
    x[crowd], y[crowd] = rng.normal(1500, 150, crowd.sum()), rng.normal(1500, 150, crowd.sum())
    x[1::9], y[1::9] = x[::9][: x[1::9].size] + 40, y[::9][: y[1::9].size] + 40
    x, y = x.round(), y.round()
    table = gpd.GeoDataFrame(
        {
            "id": [f"X/{i}" for i in range(size)], "kind": "burglary", "ho_class": "", "start": when,
            "end": when + pd.Timedelta(hours=2), "reported": when, "recorded": when + pd.Timedelta(hours=9),
            "easting": x, "northing": y, "area": "W1", "location": "1 Low Lane", "mo": "", "status": "", "outcome": "",
            "flags": [(("knife",), ("child", "hate"), ())[i % 3] for i in range(size)], "accuracy_m": np.nan,
            "middle": when + pd.Timedelta(hours=1), "hours_wide": 2.0, "inside": True, "placed_by": "point",
            "force": "F", "ward": np.where(x < 3000, "W1", "W2"),
        },
        geometry=gpd.points_from_xy(x, y), crs="EPSG:27700",
    )  # fmt: skip
    table = table[table["recorded"] <= pd.Timestamp(AS_AT)]
    table.attrs.update(kind="crimes", status="submitted", withheld=(), as_at=AS_AT)
    return table


@cache
def _logs() -> pd.DataFrame:
    """Fourteen weeks of logs with every grade, a repeated story, and some still to grade."""
    size = 400
    when = pd.Timestamp("2026-08-10") + pd.to_timedelta(np.linspace(0, 97.9 * 24, size), unit="h").round("min")
    handling = ["P", "C", "P", ""] * (size // 4)
    table = pd.DataFrame(
        {
            "urn": [f"U{i}" for i in range(size)], "received": when, "scheme": "3x5x2",
            "source_grade": ["1", "2", "3", "2"] * (size // 4), "information_grade": list("ABCDE") * (size // 5),
            "handling": handling, "conditions": "", "marking": "OFFICIAL-SENSITIVE",
            "area": [("W1",), (), ("W1", "W2"), ("W2",)] * (size // 4), "priority": [("burglary",), (), ("drugs",)] * 133 + [()],
            "requirement": [("IR-1",), (), ()] * 133 + [()], "subjects": [(f"N{i % 37}",) for i in range(size)],
            "text": [f"N{i % 37} {TOLD[i % 3]} {f'AB{i // 10 + 10} CDE' if i % 7 == 0 else ''}".strip() for i in range(size)],
            "linked": [()] * (size - 1) + [("U398",)], "review": pd.Timestamp("2026-11-01"), "audiences": [()] * size,
            "provenance": ["public", "officer"] * (size // 2), "origin": [f"R{i // 3}" for i in range(size)],
        }
    )  # fmt: skip
    table["to_grade"] = table["handling"] == ""
    table["conditional"] = table["handling"] != "P"
    table.attrs.update(kind="logs", status="submitted", withheld=(), as_at=AS_AT)
    return table


def _areas() -> gpd.GeoDataFrame:
    table = gpd.GeoDataFrame(
        {"code": ["W1", "W2"], "name": ["East {side}", "West"], "level": "ward"},
        geometry=[shapely.box(0, 0, 3000, 4000), shapely.box(3000, 0, 6000, 4000)], crs="EPSG:27700",
    )  # fmt: skip
    table.attrs["levels"] = ("ward",)
    return table


def _places() -> gpd.GeoDataFrame:
    """A treated place, the ring round it, and a comparison area."""
    corner, ring = shapely.box(1000, 1000, 2000, 2000), shapely.box(700, 700, 2300, 2300)
    shapes = [corner, ring.difference(corner), shapely.box(3500, 500, 5500, 3500)]
    return gpd.GeoDataFrame({"role": ["treated", "around", "comparison"]}, geometry=shapes, crs="EPSG:27700")


def _links() -> pd.DataFrame:
    """Sixty links of thirty persons and ten vehicles, some new, some ended, some resting on a log."""
    rng = np.random.default_rng(5)
    pairs = pd.DataFrame(rng.integers(0, 40, (80, 2)), columns=["source", "target"]).drop_duplicates()
    pairs = pairs[(pairs["source"] < 30) & (pairs["source"] != pairs["target"])].map("N{}".format)
    start = pd.Timestamp("2026-11-12") - pd.to_timedelta(np.arange(len(pairs)) * 5, unit="D")
    ended = pd.Series(start + pd.Timedelta(days=20)).where(np.arange(len(pairs)) % 9 == 5)
    urn = [f"U{i}" if i % 4 == 0 else "" for i in range(len(pairs))]
    return pairs.assign(type="associate", start=start, end=ended.to_numpy(), weight=1.0, urn=urn).reset_index(drop=True)


def _lines() -> gpd.GeoDataFrame:
    """Streets every 200 m, west to east, each in two segments."""
    ends = [(x, y) for y in range(100, 4000, 200) for x in (0, 3000)]
    shapes = [shapely.LineString([(x, y), (x + 3000, y)]) for x, y in ends]
    codes = [f"S{i}" for i in range(len(ends))]
    return gpd.GeoDataFrame({"code": codes, "name": "Low Lane"}, geometry=shapes, crs="EPSG:27700")


def _registers() -> dict[str, pd.DataFrame]:
    due = pd.to_datetime(["2026-11-11", "2026-11-20"])
    tables = {
        "requirements": pd.DataFrame(
            {"code": ["IR-1", "IR-2"], "question": "Who?", "priority": "burglary", "owner": "x", "due": due, "status": "open"}
        ),
        "actions": pd.DataFrame(
            {"code": ["A1", "A2"], "action": "Visit", "priority": "burglary", "owner": "x", "due": due,
             "status": ["open", "closed"], "result": ["", "done"]}
        ),
        "breaks": pd.DataFrame(
            {"date": pd.to_datetime(["2024-02-01"]), "until": pd.to_datetime(["2024-02-09"]), "kinds": [("burglary",)],
             "flags": [()], "areas": [()], "priorities": [()], "what": "new form"}
        ),
        "priorities": pd.DataFrame(
            {"code": ["burglary"], "name": ["Burglary"], "rank": [1], "kinds": [("burglary",)], "flags": [()], "hours": [""]}
        ),
        "links": _links(),
        "entities": pd.DataFrame(
            {"id": [f"N{i}" for i in range(40)], "type": ["person"] * 30 + ["vehicle"] * 10, "name": [f"Invented Name {i}" for i in range(40)]}
        ),
        "outcomes": pd.DataFrame(
            {"id": ["X/2900", "X/2900", "X/2901", "Y/1", ""], "outcome": ["charged", "cautioned", "charged", "charged", "charged"],
             "start": pd.to_datetime(["2026-11-01", "2026-11-02", "2026-11-01", "2026-11-01", "2026-11-01"])}
        ),
        "alarms": pd.DataFrame(
            {"kind": ["count"] * 5 + ["zone"], "outcome": ["right", "right", "wrong", "open", "cannot tell", "open"]}
        ),
        "deliveries": pd.DataFrame(
            {"place": ["P1", "P1", "P2"], "date": pd.to_datetime(["2026-11-09", "2026-11-10", "2026-11-09"]), "action": "A1",
             "planned_minutes": [45.0, 45.0, 30.0], "delivered_minutes": [25.0, np.nan, 30.0], "planned_visits": 3.0,
             "delivered_visits": [2.0, 1.0, np.nan]}
        ),
        "weights": pd.DataFrame(
            {"kind": "burglary", "weight_days": [20.0, 25.0, 400.0], "source": "invented", "version": ["1", "2", "1"],
             "measure": ["harm", "harm", "severity"],
             "effective_from": pd.to_datetime(["2023-01-01", "2027-01-01", "2023-01-01"])}
        ),
        "ledgers": pd.DataFrame({"source": ["crimes"], "read": [100], "accepted": [99], "quarantined": [1]}),
    }  # fmt: skip
    for kind, table in tables.items():
        table.attrs.update(kind=kind, status="submitted", withheld=())
    return tables


@cache
def _results() -> dict[str, Result]:
    """Results that other methods take."""
    hot = hotspot.gi_star(_crimes(), name="hot", within=_areas(), since=date(2026, 8, 17), until=PERIOD.end)
    window = {"since": date(2026, 5, 1), "until": PERIOD.end}
    return {
        "hot": hot,
        "persistence": persistence.hot_windows(_crimes(), hot, name="persistence"),
        "near": near_repeat.knox(_crimes(), name="near", permutations=99, **window),
        "chained": chains.linked(_crimes(), name="chains", permutations=19, **window),
        "found": clusters_.groups(_crimes(), name="groups", **window),
        "counted": counts_.per_place(_crimes(), name="counts", within=_areas(), shape="square", **window),
        "tested": risk_map.back_test(
            _crimes(),
            name="tested",
            within=_areas(),
            since=date(2026, 6, 1),
            until=date(2026, 9, 1),
            cell_m=500,
            impact_assessment="DPIA-1",
            equality_assessment="EIA-1",
        ),
        "ranked": linkage.pairs(
            _crimes(),
            name="ranked",
            since=date(2026, 10, 1),
            until=date(2026, 11, 16),
            impact_assessment="DPIA-1",
            equality_assessment="EIA-1",
        ),
    }


@cache
def _long_crimes() -> gpd.GeoDataFrame:
    """The same town over six years, for methods that look back on more than three."""
    times = ["start", "end", "reported", "recorded", "middle"]
    earlier = _crimes().copy()
    earlier[times] -= pd.Timedelta(weeks=156)
    table = pd.concat([earlier, _crimes()], ignore_index=True)
    table.attrs.update(_crimes().attrs)
    return table


LONG_HISTORY = {"surveillance"}


def _given(method: Callable[..., Result], **others: Any) -> dict[str, Any]:
    """An argument for every parameter without a default, by its name, each a fresh copy."""
    if method.__module__.rpartition(".")[2] in LONG_HISTORY:
        others = {"crimes": _long_crimes(), **others}
    told: dict[str, Any] = {
        "name": "one", "crimes": _crimes(), "logs": _logs(), "areas": _areas(), "within": _areas(), "lines": _lines(), **_registers(), **_results(),
        "since": date(2026, 8, 17), "until": PERIOD.end, "period": PERIOD, "as_at": AS_AT, "level": "ward",
        "priority": "burglary", "terms": "doors NOT tools", "centre": "N11", "members": [f"N{i}" for i in range(12)],
        "before": parse("2025-10-06/2025-11-16"), "after": parse("2026-10-05/2026-11-15"), "places": _places(),
        "changed": date(2026, 6, 1), "series": ["X/2900", "X/2909"], "impact_assessment": "DPIA-1", "equality_assessment": "EIA-1",
        "population": pd.DataFrame({"code": ["W1", "W2"], "population": [12_000, 9_000]}), **others,
    }  # fmt: skip
    wanted = {
        key
        for key, parameter in inspect.signature(method).parameters.items()
        if parameter.default is inspect.Parameter.empty
    }
    missing = wanted - told.keys()
    assert not missing, f"teach this test what to give for {sorted(missing)}"
    return {key: _copied(told[key]) for key in wanted}


def _copied(thing: Any) -> Any:
    return thing.copy() if isinstance(thing, pd.DataFrame) else thing


@pytest.mark.parametrize("method", METHODS)
def test_the_answer_is_plain_and_complete(method: Callable[..., Result]) -> None:
    found = method(**_given(method))
    assert found.is_assessed, found.sentence
    _is_plain(found)
    assert all(isinstance(value, (str, int, float, np.integer, np.floating)) for value in found.settings.values())
    assert found.settings, "every choice made is told"
    assert found.sources


def _is_plain(found: Result) -> None:
    sentence = found.sentence
    assert 0 < len(sentence.split()) <= 25, sentence
    assert sentence.endswith("."), sentence
    assert not UNSPOKEN.search(sentence), sentence
    assert "  " not in sentence
    assert found.status in STATUSES
    assert isinstance(found.caveats, tuple)
    assert all(isinstance(caveat, str) and caveat for caveat in found.caveats)
    for key, value in found.values.items():
        assert isinstance(value, (str, int, float)), f"{key} is a {type(value).__name__}"
        assert isinstance(value, str) or math.isfinite(value), f"{key} is {value}"


@pytest.mark.parametrize("method", METHODS)
def test_columns_are_those_the_docstring_promises(method: Callable[..., Result]) -> None:
    table = method(**_given(method)).table
    promised = set(re.findall(r"[A-Za-z_]\w*", inspect.getdoc(method) or ""))
    assert not set(map(str, table.columns)) - promised
    assert table.columns.is_unique
    assert table.index.is_unique


@pytest.mark.parametrize("method", METHODS)
def test_what_it_is_given_stays_as_it_was(method: Callable[..., Result]) -> None:
    given = _given(method)
    before = {key: _copied(thing) for key, thing in given.items()}
    before |= {key: thing.table.copy() for key, thing in given.items() if isinstance(thing, Result)}
    method(**given)
    for key, thing in given.items():
        table = thing.table if isinstance(thing, Result) else thing
        if isinstance(table, pd.DataFrame):
            pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(before[key]))
            assert table.attrs == before[key].attrs


@pytest.mark.parametrize("method", METHODS)
def test_the_same_input_gives_the_same_answer(method: Callable[..., Result]) -> None:
    one, two = (method(**_given(method)) for _ in range(2))
    assert one.sentence == two.sentence
    assert dict(one.values) == dict(two.values)
    pd.testing.assert_frame_equal(pd.DataFrame(one.table), pd.DataFrame(two.table))


@pytest.mark.parametrize("method", METHODS)
def test_nothing_to_judge_by_is_said(method: Callable[..., Result]) -> None:
    given = _given(method)
    emptied = {key: _emptied(thing) if key in TABLES else thing for key, thing in given.items()}
    emptied |= {key: not_assessed(key, why="nothing") for key, thing in given.items() if isinstance(thing, Result)}
    try:
        found = method(**emptied)
    except MethodError:
        return
    _is_plain(found)
    # an empty week is a true zero and may be said; nothing may be made of it
    assert not found.is_assessed or re.match(r"No\b|Nothing\b|0 |Not ", found.sentence), found.sentence


def _emptied(table: pd.DataFrame) -> pd.DataFrame:
    empty = table.iloc[:0].copy()
    empty.attrs = {} if "quarantined" in table else dict(table.attrs)
    return empty


@pytest.mark.parametrize(
    "method",
    [
        m
        for m in METHODS
        if {"crimes", "logs", "actions", "links", "deliveries", "alarms"}
        & set(inspect.signature(m.values[0]).parameters)
    ],
)
@pytest.mark.parametrize("status", ["not submitted", "withheld"])
def test_a_source_we_do_not_have_is_not_a_zero(method: Callable[..., Result], status: str) -> None:
    given = _given(method)
    for key in {"crimes", "logs", "actions", "links", "deliveries", "alarms"} & given.keys():
        given[key] = given[key].iloc[:0]
        given[key].attrs["status"] = status
    given |= {
        key: not_assessed(key, why="nothing", status="not submitted")
        for key, t in given.items()
        if isinstance(t, Result)
    }
    found = method(**given)
    _is_plain(found)
    gathers = "ledgers" in given
    assert found.status in ({"not submitted", "not assessed"} if not gathers else STATUSES)
    if status == "not submitted" and not gathers:
        assert found.status == "not submitted"


LAST_WEEK, WEEK_BEFORE = (Gap(date(2026, 11, day), date(2026, 11, day + 6), 0, 20) for day in (9, 2))
EARLY = Gap(date(2026, 9, 7), date(2026, 9, 13), 0, 20)
SENT = tuple(str(month) for month in pd.period_range("2016-01", "2026-09", freq="M"))
NOT_SENT = re.compile("(not|never) (submitted|sent)", re.IGNORECASE)
OF_CRIMES = [m for m in METHODS if "crimes" in inspect.signature(m.values[0]).parameters]
OUTSIDE = {
    "same_time.against_last_years": [WEEK_BEFORE, EARLY],  # the week asked about, and the same of other years
    "comparison.with_usual": [EARLY],  # the eight weeks before
    "harm.harm": [EARLY],
    "high_risk.issues": [EARLY],
    "high_risk.repeat_places": [EARLY],  # four weeks
    "near_repeat.risk": [EARLY],  # the days on which the risk is still raised
    "evaluation.before_after": [EARLY],  # the two times, both later
    "risk_week.next_week": [LAST_WEEK],  # the weeks before the one asked about
    "quality.trust": [LAST_WEEK, WEEK_BEFORE],  # what was read, over no time
    "delay.recording_delay": [LAST_WEEK, WEEK_BEFORE],  # how late what is there was recorded
}
"""Gaps that lie outside what a method counts over, which its parameters do not tell."""
PAST = {
    "since", "until", "before", "changed", "back", "history", "history_weeks", "years", "shown", "windows", "hot", "near",
    "tested",
}  # fmt: skip
"""What a method is given that looks at more than the one period asked about: the week before is then in it."""


def _named(method: Callable[..., Result]) -> str:
    return f"{method.__module__.rpartition('.')[2]}.{method.__name__}"


def _said(found: Result) -> str:
    return " ".join((found.sentence, *found.caveats))


@pytest.mark.parametrize(
    ("method", "gap"),
    [
        pytest.param(m.values[0], gap, id=f"{m.id}-{gap.first}")
        for m in OF_CRIMES
        for gap in (LAST_WEEK, WEEK_BEFORE, EARLY)
        if gap is LAST_WEEK or PAST & set(inspect.signature(m.values[0]).parameters)
    ],
)
def test_a_gap_in_what_is_counted_is_told_with_its_days(method: Callable[..., Result], gap: Gap) -> None:
    given = _given(method)
    given["crimes"].attrs["gaps"] = (gap,)
    days = f"from {short_day(gap.first)} to {short_day(gap.last)} 2026"
    is_counted_over = gap not in OUTSIDE.get(_named(method), [])
    assert (days in _said(method(**given))) == is_counted_over


@pytest.mark.parametrize("method", OF_CRIMES)
def test_months_never_sent_are_told(method: Callable[..., Result]) -> None:
    given = _given(method)
    given["crimes"].attrs["covered"] = SENT
    is_counted_over = LAST_WEEK not in OUTSIDE.get(_named(method), []) or WEEK_BEFORE not in OUTSIDE[_named(method)]
    assert bool(NOT_SENT.search(_said(method(**given)))) == is_counted_over


EDGES = {
    "begin": ("2026-11-14", None, "14 Nov"),
    "end": (None, "2026-11-11 05:00", "11 Nov"),
}
"""Data that begin, or end, within the last week asked about: from when, up to when, and the day a reader must be told."""
WHOLE = {
    "quality.trust",  # what was read, over no time
    "delay.recording_delay",  # how late what is there was recorded
    "submission.silent_areas",  # who went silent before the data end
    "burst.busiest",  # the days held, of any time
    "scan.by_area", "risk_week.next_week",  # the last days held
    "near_repeat.risk",  # the moment asked about is the one the data are known to
}  # fmt: skip
"""Methods that ask for no time beyond what is held."""
OWN_PLACES = {"evaluation.before_after", "risk_map.back_test", "risk_week.next_week", "quality.trust"}
"""Methods that count in places given to them, or in none."""


def _cut(given: dict[str, Any], *, first: str | None = None, end: str | None = None) -> dict[str, Any]:
    """The same call with crimes from a day on, or known only up to a moment."""
    crimes = given["crimes"]
    middle = crimes["middle"]
    kept = crimes[(middle >= pd.Timestamp(first or middle.min())) & (middle < pd.Timestamp(end or middle.max()))].copy()
    kept.attrs = dict(crimes.attrs)
    given = {**given, "crimes": kept}
    if end:
        kept.attrs["as_at"] = pd.Timestamp(end).to_pydatetime()
        given |= {"as_at": kept.attrs["as_at"]} if "as_at" in given else {}
    return given


def _answered(method: Callable[..., Result], given: dict[str, Any]) -> Result:
    """The answer; a time too short to ask about is as good as no answer."""
    try:
        return method(**given)
    except MethodError as error:
        return not_assessed("one", why=str(error))


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("method", OF_CRIMES)
def test_a_window_that_goes_beyond_the_data_says_so(method: Callable[..., Result], edge: str) -> None:
    first, end, day = EDGES[edge]
    found = _answered(method, _cut(_given(method, since=date(2026, 11, 2)), first=first, end=end))
    if _named(method) not in WHOLE:
        assert not found.is_assessed or day in _said(found) or (end and "not over" in _said(found))


@pytest.mark.parametrize("method", OF_CRIMES)
def test_a_window_wholly_after_the_data_is_no_quiet_time(method: Callable[..., Result]) -> None:
    given = _given(method)
    found = _answered(method, _cut(given, end="2026-07-01 05:00"))
    # what is hot is itself refused
    if _named(method) not in WHOLE and "hot" not in given:
        assert not found.is_assessed, found.sentence


@pytest.mark.parametrize("method", OF_CRIMES)
def test_crimes_round_an_area_are_none_of_it(method: Callable[..., Result]) -> None:
    given = _given(method)
    given["crimes"]["inside"] = False
    found = _answered(method, given)
    _is_plain(found)
    if _named(method) not in OWN_PLACES:
        assert not found.is_assessed or re.search(r"^(No|None)\b|\b0\b", found.sentence), found.sentence
