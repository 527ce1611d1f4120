"""Chains: a planted one whole and described by hand, none on noise but what chance links, and clear refusals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import chains
from intelnb.analysis.result import Result
from intelnb.errors import MethodError
from intelnb.tables import selection

YEAR = {"since": date(2025, 11, 17), "until": date(2026, 11, 16)}


def _crimes(x: Any, y: Any, day: Any, **others: Any) -> gpd.GeoDataFrame:
    middle = pd.Timestamp("2025-11-17 12:00") + pd.to_timedelta(np.asarray(day), unit="D")
    x, y = np.asarray(x, float), np.asarray(y, float)
    table = {"id": [f"X{i}" for i in range(x.size)], "easting": x, "northing": y, "middle": middle, "hours_wide": 2.0}
    return gpd.GeoDataFrame({**table, **others}, geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")


def _noise(size: int = 200, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 9000, size).round(), rng.uniform(0, 9000, size).round(), rng.integers(0, 364, size)


def _with_chain() -> gpd.GeoDataFrame:
    """Noise in the south and a chain of five in the far north, 100 m and 3 days from step to step."""
    x, y, day = _noise()
    return _crimes(
        np.r_[x, 20_000 + 100 * np.arange(5)], np.r_[y, np.full(5, 30_000)], np.r_[day, 345 + 3 * np.arange(5)]
    )


def _linked(crimes: gpd.GeoDataFrame, **options: Any) -> Result:
    return chains.linked(crimes, name="chains", **{**YEAR, **options})


def test_a_planted_chain_is_whole_and_described() -> None:
    found = _linked(_with_chain())
    assert found.table.loc[200:, "chain"].tolist() == [0] * 5
    assert (found.values["longest_n"], found.values["longest_days"]) == (5, 13)
    assert found.values["longest_by_chance"] < 5
    # as many are linked as by chance but for the five
    assert found.values["n_linked"] == (found.table["chain"] >= 0).sum()
    each = chains.each(found, name="each").table.iloc[0]
    # day 345 of the window is 28 October; the last of the chain is 9 November
    assert (each["n"], each["first"], each["last"]) == (5, pd.Timestamp("2026-10-28"), pd.Timestamp("2026-11-09"))
    assert (each["span_days"], each["easting"], each["northing"], each["radius_m"]) == (13, 20_200, 30_000, 200)
    # 14 days with that of the last crime
    assert each["open_until"] == pd.Timestamp("2026-11-22")
    assert each["is_open"]
    assert each["geometry"].area == pytest.approx(np.pi * 400**2, rel=0.01)


def test_the_sentence_says_what_chance_would_link() -> None:
    found = _linked(_with_chain(), within_m=120)
    values = found.values
    assert values["p"] <= 0.05
    assert (
        found.sentence
        == f"{values['n_linked']} of 205 crimes lie in chains, where chance alone links about {values['expected']:.1g}; "
        "the longest holds 5, over 13 days."
    )
    each = chains.each(found, name="each")
    assert each.sentence == f"Chains still open: 1 of {each.values['chains']}; the longest holds 5 crimes."


def test_noise_seldom_holds_more_than_chance() -> None:
    calls = [_linked(_crimes(*_noise(250, seed)), within_m=500, permutations=39, seed=seed) for seed in range(30)]
    # 5 % of 30 is 1.5; 7 or more would come once in a thousand
    assert sum("alone" in call.sentence for call in calls) < 7


def test_no_chain_is_said() -> None:
    found = _linked(_crimes(np.arange(30) * 2000, np.zeros(30), np.arange(30)))
    assert found.sentence == "No chain: none of 30 crimes follows others within 200 m and 14 days."
    each = chains.each(found, name="each")
    assert (len(each.table), each.sentence) == (0, "No chain was found.")


def test_what_cannot_be_used_is_counted() -> None:
    crimes = _with_chain()
    crimes.loc[:4, "hours_wide"] = 90.0
    crimes.loc[5:6, ["easting", "northing"]] = np.nan
    crimes.loc[7, "middle"] = pd.Timestamp("2026-11-15 23:00")
    crimes.attrs["as_at"] = datetime(2026, 11, 15, 20)
    found = _linked(crimes)
    assert [found.values[key] for key in ("n", "n_vague", "n_unplaced", "n_future")] == [197, 5, 2, 1]
    assert "5 crimes are known only to within more than 72 hours and left out." in found.caveats
    assert "1 crime is dated after the data end and left out." in found.caveats


@pytest.mark.parametrize(
    ("crimes", "sentence"),
    [
        (_crimes(*_noise(), hours_wide=743.0), "Not assessed: data are monthly."),
        (_crimes(*_noise(), accuracy_m=500.0), "Not assessed: locations are snapped to map points, too coarse for chains."),
        (_crimes(*_noise(19)), "Not assessed: 19 crimes are known closely enough and chains need at least 20."),
        (_crimes(np.zeros(30), np.zeros(30), np.arange(30)), "Not assessed: all crimes are placed on one point."),
        (_crimes(*_noise(30)[:2], np.zeros(30)), "Not assessed: all crimes fall on one day."),
    ],
)  # fmt: skip
def test_data_that_cannot_answer_are_refused(crimes: gpd.GeoDataFrame, sentence: str) -> None:
    found = _linked(crimes)
    assert found.sentence == sentence
    assert chains.each(found, name="each").sentence == sentence


def test_rules_that_make_no_sense_are_refused() -> None:
    with pytest.raises(MethodError, match="least_events is 1"):
        _linked(_with_chain(), least_events=1)
    with pytest.raises(MethodError, match="is empty"):
        _linked(_with_chain(), until=date(2025, 1, 1))


def test_the_planted_burglary_chain_is_one_chain(crimes: gpd.GeoDataFrame, truths: dict) -> None:
    truth = truths["burglary_series_rows"]
    burglary = selection.of_priority(crimes, kinds=[truths["near_repeat_process"]["kind"]])
    # each lies within 170 m and two days of the one before
    found = _linked(burglary, within_m=truth["within_m"] + 1, within_days=truth["within_days"] + 1)
    chain = found.table[found.table["id"].isin(truth["chain"])]
    assert len(chain) >= 4
    (number,) = chain["chain"].unique()
    assert number >= 0
    # the chain lies in the planted series and reaches little beyond it
    members = found.table.loc[found.table["chain"] == number, "id"]
    assert members.isin(truth["series"]).mean() > 0.8
    assert found.values["p"] <= 0.05
