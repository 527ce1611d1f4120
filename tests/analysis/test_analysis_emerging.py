"""Emerging hot spots: planted records get their classes, breaks and gaps stop them, and noise is seldom hot."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from intelnb.analysis import emerging
from intelnb.analysis.result import Result
from intelnb.errors import MethodError
from intelnb.tables import selection

UNTIL = date(2026, 11, 16)
STEPS, WEEKS = 13, 4
FIRST = pd.Timestamp(UNTIL) - pd.Timedelta(weeks=STEPS * WEEKS)
AREA = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 10_000, 10_000)], crs="EPSG:27700")


def _table(x: np.ndarray, y: np.ndarray, step: np.ndarray, rng: np.random.Generator, **others: Any) -> gpd.GeoDataFrame:
    middle = FIRST + pd.to_timedelta(
        (step * 28 + np.r_[0.0, rng.uniform(0, 27.9, step.size - 1)]) * 24 * 60, unit="min"
    ).round("min")
    table = {"easting": x, "northing": y, "middle": middle, "hours_wide": 2.0, "inside": True, **others}
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")


def _crimes(*planted: tuple[float, float, str], each: int = 40, seed: int = 3, **others: Any) -> gpd.GeoDataFrame:
    """Even noise, and crowds in one cell each in the windows marked `H`."""
    rng = np.random.default_rng(seed)
    size = 1300
    x, y, step = rng.uniform(0, 10_000, size), rng.uniform(0, 10_000, size), np.arange(size) % STEPS
    for east, north, record in planted:
        for at, mark in enumerate(record):
            if mark == "H":
                x, y = np.r_[x, east + rng.uniform(0, 400, each)], np.r_[y, north + rng.uniform(0, 400, each)]
                step = np.r_[step, np.full(each, at)]
    return _table(x, y, step, rng, **others)


def _classes(crimes: gpd.GeoDataFrame, **options: Any) -> Result:
    return emerging.classes(crimes, **{"name": "emerging", "within": AREA, "until": UNTIL, **options})


def _at(found: Result, x: float, y: float) -> pd.Series:
    return found.table[found.table.contains(shapely.Point(x + 250, y + 250))].iloc[0]


@pytest.mark.parametrize(
    ("record", "told", "steps_hot"),
    [
        ("............H", "new hot spot", 1),
        ("..........HHH", "consecutive hot spot", 3),
        ("HHHHHHHHHHHHH", "persistent hot spot", 13),
        ("H....H......H", "sporadic hot spot", 5),
        ("HHHHHHHHHHH..", "historical hot spot", 12),
        ("H.H..........", "no pattern", 4),
    ],
)
def test_planted_records_get_their_classes(record: str, told: str, steps_hot: int) -> None:
    # a window is judged with the one before: a crowd in one window makes it and the next hot
    found = _classes(_crimes((4000, 1000, record)))
    place = _at(found, 4000, 1000)
    assert (place["class_name"], place["steps_hot"]) == (told, steps_hot)
    assert place["is_hot_now"] == (record[-2:] != ".." and told != "no pattern")
    last = max(at for at, mark in enumerate(record) if mark == "H")
    assert place["last_hot"] == FIRST + pd.Timedelta(weeks=WEEKS * min(last + 1, STEPS - 1))
    values = found.values
    assert values["n_hot_now"] == found.table["is_hot_now"].sum()
    assert values["n_first"] + values["n_on_off"] + values["n_often"] == values["n_hot_now"]


def test_a_rising_crowd_intensifies_and_a_waning_one_diminishes() -> None:
    rng = np.random.default_rng(2)
    crimes = _crimes()
    sizes = np.arange(24, 24 + 2 * STEPS, 2)
    parts = [crimes]
    for x, wanted in ((2000, sizes), (6000, sizes[::-1])):
        step = np.repeat(np.arange(STEPS), wanted)
        places = rng.uniform(0, 400, (2, step.size))
        parts.append(_table(x + places[0], 5000 + places[1], step, rng))
    found = _classes(gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs="EPSG:27700"))
    up, down = _at(found, 2000, 5000), _at(found, 6000, 5000)
    assert (up["class_name"], up["trend"]) == ("intensifying hot spot", "rising")
    assert (down["class_name"], down["trend"]) == ("diminishing hot spot", "falling")
    assert up["tau"] > 0 > down["tau"]


def test_noise_is_seldom_hot() -> None:
    # of maps without any hot spot at most 5 % may show one; 6 or more of 20 would come once in 3,000
    calls = [_classes(_crimes(seed=seed)) for seed in range(20)]
    assert sum(call.values["n_hot_now"] > 0 for call in calls) < 6
    quiet = next(call for call in calls if not call.values["n_hot_now"] and not call.values["n_historical"])
    assert quiet.sentence == "No place is hot now: 1,300 crimes, 400 cells, the last 13 windows of 4 weeks."


def test_steady_cells_seem_to_move_about_as_seldom_as_stated() -> None:
    table = pd.concat([pd.DataFrame(_classes(_crimes(seed=seed)).table) for seed in range(8)])
    assert 0.01 < (table["trend"] != "").mean() < 0.1


def test_a_lasting_break_leaves_too_short_a_record_and_an_early_one_is_told() -> None:
    crimes = _crimes((7000, 1000, "H" * STEPS))
    known = pd.DataFrame({"date": [FIRST + pd.Timedelta(weeks=20)], "until": [pd.NaT], "what": ["new form"]})
    found = _classes(crimes, breaks=known)
    assert found.status == "break in recording"
    assert "10 windows of 4 weeks are needed, 8 are there" in found.sentence
    early = _classes(crimes, breaks=known.assign(date=FIRST + pd.Timedelta(weeks=8)))
    assert early.values["steps"] == 11
    assert "Only 11 of 13 windows can be compared." in early.caveats
    passing = known.assign(until=FIRST + pd.Timedelta(weeks=21))
    assert _classes(crimes, breaks=passing).status == "break in recording"


def test_windows_before_the_data_begin_are_not_quiet() -> None:
    crimes = _crimes((7000, 1000, "H" * STEPS))
    found = _classes(crimes[crimes["middle"] >= FIRST + pd.Timedelta(weeks=8)])
    assert found.values["steps"] < STEPS
    short = _classes(crimes[crimes["middle"] >= FIRST + pd.Timedelta(weeks=30)])
    assert short.status == "not assessed"


def test_a_window_without_any_crime_looks_like_a_gap() -> None:
    crimes = _crimes()
    gap = (crimes["middle"] >= FIRST + pd.Timedelta(weeks=16)) & (crimes["middle"] < FIRST + pd.Timedelta(weeks=20))
    found = _classes(crimes[~gap])
    assert found.status == "not assessed"
    assert "no crime at all in the window from Mon 9 Mar 2026" in found.sentence


def test_what_cannot_be_used_is_counted_and_the_margin_takes_part() -> None:
    crimes = _crimes((7000, 1000, "H" * STEPS))
    crimes.loc[:3, "hours_wide"] = 400.0
    crimes.loc[4:5, ["easting", "northing"]] = np.nan
    crimes.loc[6, "middle"] = pd.Timestamp("2026-11-15 23:00")
    crimes.attrs["as_at"] = datetime(2026, 11, 15, 20)
    crimes["inside"] = crimes["easting"] < 8000
    west = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 8000, 10_000)], crs="EPSG:27700")
    found = _classes(crimes, within=west)
    assert [found.values[key] for key in ("n_vague", "n_future")] == [4, 1]
    assert found.settings["cells_in_margin"] == 2 * 16 + 2 * 22
    assert len(found.table) == 16 * 20
    assert found.values["n"] < len(crimes)


def test_older_rules_are_a_named_preset() -> None:
    crimes = _crimes((7000, 4000, "H.H.........."), (7000, 1000, "H" * STEPS))
    found = _classes(crimes, rules="esri-2.8/sfdep")
    assert _at(found, 7000, 4000)["class_name"] == "sporadic hot spot"
    assert not _at(found, 7000, 4000)["is_hot_now"]
    assert found.settings["mean_of"] == "each window alone"
    assert found.values["n_on_off"] <= found.values["n_hot_now"]


@pytest.mark.parametrize(
    ("crimes", "sentence"),
    [
        (_crimes(accuracy_m=500.0), "Not assessed: locations are snapped to map points, too coarse for 500 m cells."),
        (_crimes().assign(hours_wide=743.0), "Not assessed: data are monthly."),
        (_crimes().iloc[:97], "Not assessed: 97 crimes can be placed and emerging hot spots need at least 100."),
        (_crimes().assign(easting=9.0, northing=9.0), "Not assessed: all crimes are placed on one point."),
    ],
)
def test_data_that_cannot_answer_are_refused(crimes: gpd.GeoDataFrame, sentence: str) -> None:
    assert _classes(crimes).sentence == sentence


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"steps": 9}, "steps is 9"),
        ({"share_false": 0.0}, "share_false is 0.0"),
        ({"cell_m": 10_000}, "not smaller than the area"),
        ({"within": AREA.to_crs("EPSG:32630")}, "Give both in the force"),
    ],
)
def test_faults_of_the_call_say_what_to_do(options: dict[str, Any], told: str) -> None:
    with pytest.raises(MethodError, match=told):
        _classes(_crimes(), **options)


def test_the_planted_hot_spots_have_their_records(
    crimes: gpd.GeoDataFrame, force: gpd.GeoDataFrame, truths: dict
) -> None:
    night = selection.of_priority(crimes, kinds=["violence with injury", "violence without injury"], hours="20-04")
    found = _classes(night, within=force)
    station, elmfield = (
        found.table[found.table.contains(shapely.Point(truths[one]["easting"], truths[one]["northing"]))].iloc[0]
        for one in ("station_hot_spot", "elmfield_hot_spot")
    )
    assert station["class_name"] in {"persistent hot spot", "intensifying hot spot", "diminishing hot spot"}
    # six weeks from the middle of September: hot for the first time, and not for most of the year
    assert elmfield["class_name"] == "consecutive hot spot"
    assert pd.Timestamp("2026-08-24") <= elmfield["first_hot"] <= pd.Timestamp("2026-09-21")


def test_a_break_in_one_part_of_the_area_counts_when_it_travels_with_the_table() -> None:
    crimes = _crimes().assign(area="E1")
    row = {"date": pd.Timestamp("2026-11-04"), "until": pd.NaT, "areas": ("E1",), "what": "new border"}
    crimes.attrs = {"breaks": (row,), "area": "E"}
    found = emerging.classes(crimes, name="e", within=AREA, until=UNTIL, cell_m=1000)
    assert found.status == "break in recording"
    crimes.attrs = {"breaks": ({**row, "areas": ("S9",)},), "area": "E"}
    assert emerging.classes(crimes, name="e", within=AREA, until=UNTIL, cell_m=1000).is_assessed
