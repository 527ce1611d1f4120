"""Near repeats: found in the process planted, silent on noise, and every circle with its last day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import near_repeat
from intelnb.analysis.result import Result
from intelnb.errors import MethodError
from intelnb.tables import selection

YEAR = {"since": date(2025, 11, 17), "until": date(2026, 11, 16)}
AS_AT = datetime(2026, 11, 16, 5)


def _crimes(x: Any, y: Any, day: Any, **others: Any) -> gpd.GeoDataFrame:
    middle = pd.Timestamp("2025-11-17 12:00") + pd.to_timedelta(np.asarray(day), unit="D")
    table = {
        "easting": np.asarray(x, float),
        "northing": np.asarray(y, float),
        "middle": middle,
        "hours_wide": 2.0,
        "inside": True,
    }
    return gpd.GeoDataFrame({**table, **others}, geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")


def _noise(size: int = 200, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 6000, size).round(), rng.uniform(0, 6000, size).round(), rng.integers(0, 364, size)


def _followed(share: float = 0.4) -> gpd.GeoDataFrame:
    """Noise, of which a share is followed within a week and 100 m."""
    x, y, day = _noise()
    size = int(share * x.size)
    rng = np.random.default_rng(3)
    late = np.minimum(day[:size] + rng.integers(1, 7, size), 363)
    return _crimes(np.r_[x, x[:size] + 60], np.r_[y, y[:size] + 60], np.r_[day, late])


def _knox(crimes: gpd.GeoDataFrame, **options: Any) -> Result:
    return near_repeat.knox(crimes, name="near", noun="burglary", permutations=199, **YEAR, **options)


def test_a_planted_process_is_found_and_told_in_words() -> None:
    found = _knox(_followed())
    assert found.values["p"] == pytest.approx(1 / 200)
    assert found.values["ratio"] > 2
    ratio = f"{found.values['ratio']:.1f}"
    assert (
        found.sentence == f"After one burglary, risk nearby is about {ratio} times the usual within 200 m for 14 days."
    )
    near = found.table[(found.table["space"] == "[0.001, 100)") & (found.table["time"] == "[0, 7)")]
    assert near["observed"].item() >= 75


def test_bands_add_up_to_the_band_fixed_beforehand() -> None:
    found = _knox(_followed())
    inner = found.table["space"].isin(["[0.001, 100)", "[100, 200)"]) & found.table["time"].isin(["[0, 7)", "[7, 14)"])
    assert found.table.loc[inner, "observed"].sum() == found.values["pairs"]
    assert found.table.loc[inner, "expected"].sum() == pytest.approx(found.values["expected"], abs=0.06)


def test_noise_seldom_shows_a_pattern() -> None:
    # 5 % of 40 maps is 2; 8 or more would come once in a thousand
    calls = [_knox(_crimes(*_noise(120, seed)), within_m=400, seed=seed) for seed in range(40)]
    assert sum(call.is_assessed and call.sentence.startswith("After") for call in calls) < 8


def test_vague_times_are_left_out_and_counted() -> None:
    crimes = _followed()
    crimes.loc[crimes.index[:11], "hours_wide"] = 73.0
    found = _knox(crimes)
    assert (found.values["n"], found.values["n_vague"]) == (269, 11)
    assert "11 crimes are known only to within more than 72 hours and left out of near repeats." in found.caveats


def test_crimes_dated_after_the_data_end_are_left_out_and_counted() -> None:
    crimes = _followed()
    crimes.loc[crimes.index[:3], "middle"] = pd.Timestamp("2026-11-15 20:00")
    crimes.attrs["as_at"] = datetime(2026, 11, 15, 19)
    found = _knox(crimes)
    assert (found.values["n"], found.values["n_future"]) == (277, 3)
    assert "3 crimes are dated after the data end and left out of near repeats." in found.caveats


@pytest.mark.parametrize(
    ("crimes", "sentence"),
    [
        (_crimes(np.full(40, 9.0), np.full(40, 9.0), np.arange(40)), "Not assessed: all crimes are placed on one point."),
        (_crimes(*_noise(40)[:2], np.full(40, 7)), "Not assessed: all crimes fall on one day."),
        (_crimes(*_noise(), hours_wide=743.0), "Not assessed: data are monthly."),
        (_crimes(*_noise(), accuracy_m=500.0), "Not assessed: locations are snapped to map points, too coarse for near repeats."),
        (_crimes(*_noise(29)), "Not assessed: 29 crimes are known closely enough and near repeats need at least 30."),
        (_crimes(np.arange(40) * 5000, np.zeros(40), np.arange(40)), "Not assessed: chance brings no pair within 200 m and 14 days."),
    ],
)  # fmt: skip
def test_data_that_cannot_answer_are_refused(crimes: gpd.GeoDataFrame, sentence: str) -> None:
    near = _knox(crimes)
    assert near.sentence == sentence
    assert near_repeat.risk(crimes, near, name="risk", as_at=AS_AT).sentence == sentence


def test_bands_that_do_not_rise_are_refused() -> None:
    with pytest.raises(MethodError, match="smallest first"):
        _knox(_followed(), bands_m=(200, 100))


def _with_recent(*, inside: bool = True) -> gpd.GeoDataFrame:
    """The process, emptied of its last weeks, and four crimes of known days: 5, 9 and 10 together, 20 November excluded."""
    crimes = _followed()
    crimes = crimes[crimes["middle"] < "2026-10-20"]
    day = [
        (pd.Timestamp(text) - pd.Timestamp("2025-11-17")).days
        for text in ("2026-11-05", "2026-11-09", "2026-11-10", "2026-11-01")
    ]
    return gpd.GeoDataFrame(
        pd.concat(
            [crimes, _crimes([1000, 1300, 9000, 5000], [1000, 1000, 9000, 5000], day, inside=inside)], ignore_index=True
        ),
        crs="EPSG:27700",
    )


def test_zones_join_overlapping_circles_and_end_with_their_last_crime() -> None:
    crimes = _with_recent()
    found = near_repeat.risk(crimes, _knox(crimes), name="risk", as_at=AS_AT)
    # 14 days from that of the crime: the crime of 1 November ran out on the 14th
    assert found.table["events"].tolist() == [2, 1]
    assert found.table["until"].dt.date.tolist() == [date(2026, 11, 22), date(2026, 11, 23)]
    assert found.table["first"].dt.date.tolist() == [date(2026, 11, 5), date(2026, 11, 10)]
    assert found.sentence == "Risk is raised within 200 m of 3 recent crimes; the last zone ends on 23 Nov."
    single = found.table.geometry.iloc[1]
    assert single.area == pytest.approx(np.pi * 200**2, rel=0.01)


def test_a_zone_lasts_as_long_as_the_band_it_rests_on() -> None:
    # days apart under 14 were tested: a crime of the 5th raises risk up to and with the 18th
    crimes = _with_recent()
    near = _knox(crimes)
    on = {day: near_repeat.risk(crimes, near, name="risk", as_at=datetime(2026, 11, day, 5)) for day in (18, 19)}
    assert [found.values["events"] for found in on.values()] == [3, 2]
    assert on[18].table["until"].min() >= pd.Timestamp("2026-11-18")


def test_crimes_of_the_margin_or_after_the_moment_raise_no_zone() -> None:
    outside = _with_recent(inside=False)
    found = near_repeat.risk(outside, _knox(outside), name="risk", as_at=AS_AT)
    assert found.sentence == "No recent burglary is close enough in time to raise the risk nearby."
    crimes = _with_recent()
    early = near_repeat.risk(crimes, _knox(crimes), name="risk", as_at=datetime(2026, 11, 6))
    assert early.values["events"] == 2


def test_a_pattern_too_weak_to_act_on_is_told_and_not_drawn() -> None:
    # twenty places of 300 crimes each at even times, and a few pairs more than chance
    rng = np.random.default_rng(0)
    x, y, day = np.repeat(np.arange(20) * 1000.0, 60), np.tile(np.arange(60) * 3.0, 20), rng.integers(0, 364, 1200)
    day[1::12] = np.minimum(day[::12] + 1, 363)
    crimes = _crimes(x, y, day)
    near = _knox(crimes)
    assert near.values["p"] <= 0.05
    assert 1 < near.values["ratio"] < 1.2
    assert near.sentence.startswith("Risk nearby is hardly raised after one burglary: 1.")
    assert near_repeat.risk(crimes, near, name="risk", as_at=AS_AT).table.empty


def test_without_a_pattern_nothing_is_drawn() -> None:
    crimes = _crimes(*_noise(seed=8))
    near = _knox(crimes)
    assert near.sentence == "One burglary does not raise the risk nearby within 200 m and 14 days by more than chance."
    found = near_repeat.risk(crimes, near, name="risk", as_at=AS_AT)
    assert found.table.empty
    assert found.is_assessed
    assert found.sentence == "No near-repeat pattern was found, so no risk zone is drawn."


def test_the_planted_process_and_series_are_found(crimes: gpd.GeoDataFrame, truths: dict) -> None:
    burglary = selection.of_priority(crimes, kinds=[truths["near_repeat_process"]["kind"]])
    near = _knox(
        burglary,
        within_m=truths["near_repeat_process"]["within_m"],
        within_days=truths["near_repeat_process"]["within_days"],
    )
    assert near.sentence.startswith("After one burglary")
    zones = near_repeat.risk(burglary, near, name="risk", as_at=AS_AT).table
    chain = burglary[burglary["id"].isin(truths["burglary_series_rows"]["chain"]) & burglary["easting"].notna()]
    recent = chain[chain["middle"] >= "2026-11-03"]
    assert len(recent)
    assert recent.geometry.within(zones.geometry.union_all()).all()


@pytest.mark.real_data
def test_real_arson_shows_the_pattern_another_tool_found(real_data: Path) -> None:
    # Near Repeat Calculator 1.3 on these 522 fires: 9 pairs within 200 m (along streets) and 0 to 1 days, 0.12 expected;
    # straight-line distance is never longer, so we count at least as many
    fires = pd.read_csv(real_data / "near_repeat_chicago" / "chicago_arson.csv", parse_dates=["date"])
    day = (fires["date"] - pd.Timestamp("2025-11-17")).dt.days
    crimes = _crimes(fires["X"], fires["Y"], day).set_crs("EPSG:32616", allow_override=True)
    window = {"since": fires["date"].min(), "until": fires["date"].max() + pd.Timedelta(days=1)}
    found = near_repeat.knox(crimes, name="near", within_m=200, within_days=2, permutations=99, **window)
    assert found.values["n"] == 522
    assert found.values["pairs"] >= 9
    assert found.values["expected"] < 1
    assert found.values["p"] == pytest.approx(0.01)
