"""Pairs likely linked: likeness by hand, what drove each, and the planted series found among all others."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.analysis import linkage
from intelnb.errors import MethodError
from intelnb.stats import linkage as likeness
from intelnb.tables import selection

NAMED = {"impact_assessment": "DPIA-1", "equality_assessment": "EIA-1"}


def test_rarity_by_hand() -> None:
    found = likeness.likeness(
        [0, 40, 1000, 5000], [0, 0, 0, 0], [0.0, 0.5, 3.0, 30.0], [15.0, 15.2, np.nan, 3.0],
        method=[{"rear", "door"}, {"rear", "door"}, {"window", "door"}, {"rear", "window"}], taken=[{"ring"}, set(), {"ring"}, {"cash"}],
    )  # fmt: skip
    first = dict(zip(likeness.FEATURES, found.rarity[0], strict=True))
    assert (int(found.one[0]), int(found.two[0])) == (0, 1)
    # nearest and soonest of 6 pairs, closest in hour of the 3 whose hours are known; property unknown for one
    assert first["place"] == pytest.approx(np.log10(6))
    assert first["time"] == pytest.approx(np.log10(6))
    assert first["hour"] == pytest.approx(np.log10(3))
    assert first["method"] == pytest.approx(np.log10(6))
    assert first["property"] == 0
    assert found.score.tolist() == sorted(found.score, reverse=True)
    assert np.isnan(found.hours[[2 in pair for pair in zip(found.one, found.two, strict=True)]]).all()


def test_rare_words_shared_count_more_and_words_of_all_nothing() -> None:
    words = [
        {"door", "drilled", "x"},
        {"door", "drilled", "y"},
        {"door", "forced", "z"},
        {"door", "forced", "w"},
        {"door", "forced", "v"},
    ]
    share = likeness._shared(words, np.array([0, 2]), np.array([1, 3]))
    assert share[0] > share[1] > 0
    same = likeness._shared([{"door"}, {"door"}, {"door"}], np.array([0]), np.array([1]))
    assert same[0] == 0


@given(st.integers(0, 5000))
@settings(max_examples=25, deadline=None)
def test_order_of_the_crimes_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = 9
    x, y, day = rng.uniform(0, 999, size), rng.uniform(0, 999, size), rng.uniform(0, 30, size)
    hour = np.where(rng.random(size) < 0.3, np.nan, rng.uniform(0, 24, size))
    words = [set(rng.choice(list("abcde"), rng.integers(0, 4))) for _ in range(size)]
    turn = rng.permutation(size)
    one = likeness.likeness(x, y, day, hour, method=words, taken=words)
    two = likeness.likeness(
        x[turn], y[turn], day[turn], hour[turn], method=[words[i] for i in turn], taken=[words[i] for i in turn]
    )
    mine = {frozenset(pair): score for *pair, score in zip(one.one.tolist(), one.two.tolist(), one.score, strict=True)}
    yours = {
        frozenset((int(turn[a]), int(turn[b]))): score for a, b, score in zip(two.one, two.two, two.score, strict=True)
    }
    assert mine == pytest.approx(yours)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: likeness.likeness([0, 1], [0, 1], [0, 1], [0, 1], method=[set()] * 2, taken=[set()] * 2),
            "2 crimes cannot",
        ),
        (
            lambda: likeness.likeness(*[np.zeros(3001)] * 4, method=[set()] * 3001, taken=[set()] * 3001),
            "3,001 crimes cannot",
        ),
        (
            lambda: likeness.likeness([0, 1, np.nan], [0] * 3, [0] * 3, [0] * 3, method=[set()] * 3, taken=[set()] * 3),
            "no place",
        ),
        (
            lambda: likeness.likeness([0] * 3, [0] * 3, [0] * 3, [0] * 3, method=[set()] * 2, taken=[set()] * 3),
            "differ in length",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(call: Any, told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        call()
    assert refused.value.now


def _crimes(size: int = 30, **others: Any) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(3)
    x, when = (
        rng.uniform(0, 9000, size),
        pd.Timestamp("2026-11-01") + pd.to_timedelta(rng.uniform(0, 14, size), unit="D"),
    )
    table = {
        "id": [f"C{i}" for i in range(size)],
        "easting": x,
        "northing": x,
        "middle": when,
        "hours_wide": 1.0,
        "mo": "Window, cash taken",
    }
    return gpd.GeoDataFrame({**table, **others}, geometry=gpd.points_from_xy(x, x), crs="EPSG:27700")


ASKED: dict[str, Any] = {"name": "p", "since": date(2026, 11, 1), "until": date(2026, 11, 16), **NAMED}


def test_it_is_off_until_both_assessments_are_named() -> None:
    with pytest.raises(MethodError, match="equality assessment is not named"):
        linkage.pairs(_crimes(), **{**ASKED, "equality_assessment": ""})


def test_method_and_property_are_told_apart() -> None:
    assert linkage._parts("Rear door forced, bedrooms searched; jewellery taken") == (
        {"rear", "door", "forc", "bedroom", "search"}, {"jewellery"},
    )  # fmt: skip
    assert linkage._parts("") == (frozenset(), frozenset())


def test_data_that_cannot_answer_are_refused_and_what_is_unknown_is_said() -> None:
    assert linkage.pairs(_crimes(hours_wide=743.0), **ASKED).sentence == "Not assessed: data are monthly."
    assert "snapped" in linkage.pairs(_crimes(accuracy_m=500.0), **ASKED).sentence
    hidden = _crimes().drop(columns=["mo", "id"])
    hidden.attrs["withheld"] = ("id", "mo")
    assert (
        linkage.pairs(hidden, **ASKED).sentence
        == "Not assessed: crime numbers and methods are withheld from this audience."
    )
    assert "9 crimes of these days" in linkage.pairs(_crimes(9), **ASKED).sentence
    vague = _crimes()
    vague.loc[:4, "hours_wide"] = 20.0
    vague.loc[:1, "mo"] = ""
    found = linkage.pairs(vague, **ASKED)
    assert found.values["n_hour_unknown"] == 5
    assert any(told.startswith("No method is recorded for 2 crimes") for told in found.caveats)
    assert found.is_workbench


def test_precision_and_recall_by_hand() -> None:
    ranked = linkage.pairs(_crimes(), top=40, **ASKED)
    pairs = ranked.table[["one", "two"]].to_numpy().tolist()
    series = {*pairs[0], *pairs[3]}
    right = [set(pair) <= series for pair in pairs]
    found = linkage.found_of_series(ranked, name="f", series=series)
    every = len(series) * (len(series) - 1) // 2
    for row in found.table.itertuples():
        assert row.right == sum(right[: row.listed])
        assert row.precision == pytest.approx(row.right / row.listed, abs=5e-4)
        assert row.recall == pytest.approx(row.right / every, abs=5e-4)
    assert found.table["listed"].tolist() == [10, 20, 40]
    with pytest.raises(MethodError, match="fewer than 2"):
        linkage.found_of_series(ranked, name="f", series=["C1"])


def test_the_planted_series_leads_the_list(crimes: gpd.GeoDataFrame, truths: dict) -> None:
    burglary = selection.of_priority(crimes, kinds=[truths["near_repeat_process"]["kind"]])
    series = truths["burglary_series_rows"]["series"]
    ranked = linkage.pairs(burglary, name="p", since=date(2026, 9, 21), until=date(2026, 11, 16), top=200, **NAMED)
    found = linkage.found_of_series(ranked, name="f", series=series).table.set_index("listed")
    assert found.loc[10, "precision"] == 1
    assert found.loc[100, "precision"] >= 0.9
    assert found.loc[200, "recall"] >= 0.8
    assert found.loc[200, "crimes_recall"] == 1
    assert ranked.table["drove"].iloc[0].split(", ")[0] in likeness.FEATURES
    # shuffling which crime has which method, place and hour leaves nothing to find
    rng = np.random.default_rng(0)
    mixed = burglary[burglary["middle"] >= "2026-09-21"].copy()
    for column in (["mo"], ["easting", "northing"], ["hours_wide"]):
        mixed[column] = mixed[column].to_numpy()[rng.permutation(len(mixed))]
    mixed = mixed[mixed["easting"].notna()]
    chance = linkage.pairs(mixed, name="p", since=date(2026, 9, 21), until=date(2026, 11, 16), top=100, **NAMED)
    assert linkage.found_of_series(chance, name="f", series=series).values["precision"] < 0.4
