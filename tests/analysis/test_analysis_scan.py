"""Prospective scan: a planted rise is found where and when it is, noise seldom alarms, and what cannot be compared is said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from intelnb.analysis import scan
from intelnb.analysis.result import Result
from intelnb.errors import MethodError
from intelnb.tables import selection

UNTIL = date(2026, 11, 16)
BEGIN = pd.Timestamp(UNTIL) - pd.Timedelta(days=90)
CODES = [f"W{at}" for at in range(16)]


def _wards() -> gpd.GeoDataFrame:
    """Sixteen square wards of 1 km; W5, W6, W9 and W10 are the middle ones."""
    boxes = [shapely.box(x, y, x + 1000, y + 1000) for y in range(0, 4000, 1000) for x in range(0, 4000, 1000)]
    names = [f"Ward {at}" for at in range(16)]
    table = gpd.GeoDataFrame({"code": CODES, "name": names, "level": "ward"}, geometry=boxes, crs="EPSG:27700")
    return table.assign(households=np.linspace(400, 900, 16).round())


def _crimes(size: int = 600, seed: int = 1, *, extra: int = 0) -> gpd.GeoDataFrame:
    """Noise over 90 days, busier in the north, and `extra` crimes in W5 and W6 in the last 6 days."""
    rng = np.random.default_rng(seed)
    ward = rng.choice(16, size, p=np.linspace(1, 3, 16) / np.linspace(1, 3, 16).sum())
    day = rng.uniform(0, 90, size)
    ward, day = np.r_[ward, rng.choice([5, 6], extra)], np.r_[day, rng.uniform(84, 90, extra)]
    day[0] = 0.01
    x = ward % 4 * 1000 + rng.uniform(0, 999, ward.size).round()
    y = ward // 4 * 1000 + rng.uniform(0, 999, ward.size).round()
    middle = BEGIN + pd.to_timedelta((day * 24 * 60).astype(int), unit="min")
    table = {
        "easting": x, "northing": y, "middle": middle, "hours_wide": 2.0, "inside": True,
        "ward": [CODES[at] for at in ward],
    }  # fmt: skip
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")


def _area(crimes: pd.DataFrame, **options: Any) -> Result:
    asked = {"name": "scan", "level": "ward", "areas": _wards(), "until": UNTIL, "permutations": 199, **options}
    return scan.by_area(crimes, **asked)


def _cell(crimes: gpd.GeoDataFrame, **options: Any) -> Result:
    return scan.by_cell(crimes, **{"name": "scan", "until": UNTIL, "permutations": 199, **options})


def test_a_planted_rise_is_found_where_and_when_it_is() -> None:
    crimes = _crimes(extra=25)
    found = _area(crimes)
    best = found.table.iloc[0]
    assert set(best["names"].split(", ")) == {"Ward 5", "Ward 6"}
    assert best["first"] >= pd.Timestamp("2026-11-09")
    late = crimes[(crimes["middle"] >= best["first"]) & crimes["ward"].isin(["W5", "W6"])]
    assert best["n"] == len(late)
    own = crimes["ward"].isin(["W5", "W6"]).mean()
    assert best["expected"] == pytest.approx(own * (crimes["middle"] >= best["first"]).sum(), abs=0.01)
    assert (best["p"], best["is_alarm"], best["recurrence_days"]) == (1 / 200, True, 1400)
    assert found.values["alarms"] == 1
    since = f"{best['first'].day} Nov"
    first, other = best["names"].split(", ")
    assert other
    expected = f"{best['expected']:.1f}".removesuffix(".0")
    assert found.sentence == (
        f"{best['n']} crimes since {since} in {first} and 1 more ward, {expected} expected; by chance alone: 1 in 200 weeks."
    )
    assert best["geometry"].area == pytest.approx(2e6)
    assert best["radius_m"] == 1000


def test_the_same_rise_is_found_among_cells() -> None:
    found = _cell(_crimes(extra=40), cell_m=1000)
    best = found.table.iloc[0]
    assert set(best["names"].split(", ")) == {"E1000 N1000", "E2000 N1000"}
    assert found.values["noun"] == "1,000 m cell"
    assert found.values["alarms"] >= 1


def test_a_rise_everywhere_or_a_place_always_busy_is_no_cluster() -> None:
    crimes = _crimes()
    rise = _crimes(300, seed=9)
    rise["middle"] = pd.Timestamp("2026-11-12") + (rise["middle"] - BEGIN) / 30
    busy = _crimes(300, seed=8)
    busy = busy.assign(ward="W0", easting=500.0, northing=500.0)
    for other in (rise, busy):
        found = _area(pd.concat([crimes, other], ignore_index=True))
        assert found.values["alarms"] == 0
    assert found.sentence == (
        "No group of wards has lately had more crimes than expected from its own share of each day's crimes."
    )
    # measured by households the place that is always busy shows
    by_house = _area(pd.concat([crimes, busy], ignore_index=True), at_risk="households")
    assert by_house.values["alarms"] >= 1
    assert by_house.table.iloc[0]["names"] == "Ward 0"
    assert any("Measured by households" in caveat for caveat in by_house.caveats)


def test_noise_alarms_about_as_often_as_stated() -> None:
    # one look in ten is accepted: of 30, 10 or more would come once in 2,000
    calls = [_area(_crimes(200, seed), permutations=39, alpha=0.1, seed=seed) for seed in range(30)]
    assert sum(call.values["alarms"] > 0 for call in calls) < 10


def test_days_before_a_break_or_before_the_data_are_not_compared() -> None:
    crimes = _crimes(extra=25)
    known = pd.DataFrame({"date": [pd.Timestamp("2026-10-01")], "until": [pd.NaT], "what": ["new form"]})
    found = _area(crimes, breaks=known)
    assert (found.settings["since"], found.values["days"]) == ("2026-10-01", 46)
    assert "Only 46 of 90 days can be compared: recording changed on Thu 1 Oct 2026." in found.caveats
    late = _area(crimes, breaks=known.assign(date=pd.Timestamp("2026-11-01")))
    assert late.status == "break in recording"
    assert late.sentence == (
        "Break in recording: recording changed on Sun 1 Nov 2026; 28 days are needed, 15 can be compared."
    )
    young = _area(crimes[crimes["middle"] >= "2026-11-05"])
    assert young.sentence == "Not assessed: data begin too late; 28 days are needed, 11 can be compared."


def test_data_known_to_an_earlier_moment_end_there() -> None:
    crimes = _crimes(extra=25)
    crimes.loc[3, "middle"] = pd.Timestamp("2026-11-14 20:00")
    crimes.attrs["as_at"] = datetime(2026, 11, 14, 5)
    found = _area(crimes)
    assert found.settings["until"] == "2026-11-14"
    after = (crimes["middle"] > "2026-11-14 05:00").sum()
    assert found.values["n_future"] == after
    assert f"{after} crimes are dated after the data end and left out." in found.caveats


def test_what_is_left_out_is_counted_and_said() -> None:
    crimes = _crimes(extra=25)
    crimes.loc[:4, "hours_wide"] = 100.0
    crimes.loc[5:7, "ward"] = "elsewhere"
    crimes.loc[8:9, "inside"] = False
    found = _area(crimes, not_submitted=["W15"])
    silent = ((crimes["ward"] == "W15") & crimes["inside"] & (crimes["hours_wide"] < 99)).sum()
    assert (found.values["n_vague"], found.values["n_nowhere"]) == (5, 3 + silent)
    assert found.values["n"] == len(crimes) - 5 - 3 - 2 - silent
    assert found.values["places"] == 15
    assert "Not submitted, so not scanned: W15." in found.caveats


def test_a_gap_is_no_lull_where_numbers_are_set_against_what_is_at_risk() -> None:
    crimes = _crimes()
    gap = (crimes["middle"] >= "2026-09-10") & (crimes["middle"] < "2026-09-20")
    found = _area(crimes[~gap], at_risk="households")
    assert found.sentence == (
        "Not assessed: there is no crime at all for 10 days from Thu 10 Sep 2026, which looks like a gap in recording."
    )
    assert _area(crimes[~gap]).is_assessed


@pytest.mark.parametrize(
    ("crimes", "sentence"),
    [
        (_crimes().assign(hours_wide=np.r_[np.full(400, 743.0), np.full(200, 1.0)]), "Not assessed: data are monthly."),
        (_crimes(29), "Not assessed: 29 crimes can be placed in these days and a scan needs at least 30."),
        (_crimes().assign(ward="W3"), "Not assessed: all crimes lie in one ward."),
        (_crimes().drop(columns="ward"), "Not assessed: wards are not in these data."),
    ],
)  # fmt: skip
def test_data_that_cannot_answer_are_refused(crimes: gpd.GeoDataFrame, sentence: str) -> None:
    assert _area(crimes).sentence == sentence


def test_snapped_points_answer_for_areas_and_not_for_cells() -> None:
    crimes = _crimes(extra=25).assign(accuracy_m=500.0)
    assert _area(crimes).is_assessed
    assert _cell(crimes).sentence == "Not assessed: locations are snapped to map points, too coarse for 500 m cells."


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"days": 20}, "days is 20"),
        ({"alpha": 0.001}, "permutations 199"),
        ({"areas": _wards().to_crs("EPSG:4326")}, "of level ward there are 16 areas"),
        ({"areas": _wards().iloc[:1]}, "there is 1 area"),
        ({"at_risk": "people"}, "how much people is at risk"),
        ({"at_risk": "households", "areas": _wards().assign(households=0)}, "how much households"),
    ],
)
def test_faults_of_the_call_say_what_to_do(options: dict[str, Any], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        _area(_crimes(), **options)
    assert refused.value.now


def test_a_large_cell_is_told_in_thousands() -> None:
    assert _cell(_crimes(), cell_m=100_000).sentence == "Not assessed: all crimes lie in one 100,000 m cell."


def test_the_planted_burglary_series_alarms(crimes: gpd.GeoDataFrame, wards: gpd.GeoDataFrame, truths: dict) -> None:
    burglary = selection.of_priority(crimes, kinds=["residential burglary"])
    joined = gpd.sjoin(burglary[burglary["easting"].notna()], wards[["code", "geometry"]], predicate="within")
    burglary = burglary.loc[joined.index].assign(ward=joined["code"])
    found = scan.by_area(burglary, name="scan", level="ward", areas=wards, until=UNTIL)
    best = found.table.iloc[0]
    assert best["is_alarm"]
    home = wards.loc[wards["code"] == truths["burglary_series"]["area"], "name"].item()
    assert home in best["names"].split(", ")
    # the series ran through the last two weeks
    assert pd.Timestamp("2026-10-26") <= best["first"] <= pd.Timestamp("2026-11-09")
