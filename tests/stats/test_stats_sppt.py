"""Spatial point pattern test: against crimepy and scipy, planted areas found, an empty area left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from intelnb.errors import MethodError
from intelnb.stats.discovery import q_values
from intelnb.stats.sppt import proportions, similarity

GOLDEN = Path(__file__).parents[1] / "golden" / "sppt"


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "input_areas.csv")


def test_equals_crimepy(areas: pd.DataFrame) -> None:
    peer = pd.read_csv(GOLDEN / "expected_crimepy_sppt.csv")
    found = proportions(areas["pre"], areas["post"])
    empty = areas["area"].to_numpy() == 31
    assert np.isnan(found.p[empty]).all()
    assert np.isnan(found.q[empty]).all()
    kept = ~empty
    assert areas.loc[kept, "area"].tolist() == peer["area"].tolist()
    for ours, theirs in ((found.first, "PropC1"), (found.second, "PropC2"), (found.difference, "Dif")):
        np.testing.assert_allclose(ours[kept], peer[theirs], rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(found.p[kept], peer["p"], rtol=1e-8)
    np.testing.assert_allclose(found.q[kept], peer["q"], rtol=1e-8)
    np.testing.assert_allclose(q_values(found.p)[kept], peer["q_bh"], rtol=1e-8)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), min_size=3, max_size=12))
def test_every_area_is_the_corrected_two_by_two_table(counts: list[tuple[int, int]]) -> None:
    one, two = (np.array(side) for side in zip(*counts, strict=True))
    if not one.sum() or not two.sum() or ((one + two) > 0).sum() < 2:
        return
    found = proportions(one, two)
    for i in np.flatnonzero((one + two) > 0):
        table = [[one[i], one.sum() - one[i]], [two[i], two.sum() - two[i]]]
        assert found.p[i] == pytest.approx(chi2_contingency(table).pvalue, rel=1e-9)


def test_the_index_by_hand_and_the_side_that_has_more(areas: pd.DataFrame) -> None:
    found = similarity(areas["pre"], areas["post"], seed=3)
    at = {int(code): i for i, code in enumerate(areas["area"])}
    # planted: 4 and 11 raised after, 21 before
    assert [found.direction[at[k]] for k in (4, 11, 21)] == [1, 1, -1]
    assert found.index == (found.direction == 0).mean()
    held = (areas["pre"] + areas["post"]) > 0
    assert found.index_held == (found.direction[held] == 0).mean()
    # an area empty in both lies in its range of 0 to 0
    assert (found.low[at[31]], found.high[at[31]], found.direction[at[31]]) == (0, 0, 0)


def test_the_range_is_the_middle_95_percent_of_samples() -> None:
    found = similarity([50, 50], [300, 700], draws=2000, seed=1)
    # a binomial share of 850: 0.3 -/+ 1.96 * sqrt(0.3 * 0.7 / 850)
    assert (found.low[0], found.high[0]) == pytest.approx((0.269, 0.331), abs=0.004)
    assert found.direction.tolist() == [-1, 1]
    again = similarity([50, 50], [300, 700], draws=2000, seed=1)
    assert (again.low == found.low).all()


@pytest.mark.parametrize(
    ("one", "two", "told"),
    [
        ([1, 2], [1], "unlike areas"),
        ([1, 2], [0, 0], "no event"),
        ([1, 0], [3, 0], "all events lie in one area"),
        ([1.5, 0], [3, 1], "not whole"),
        ([1, -2], [3, 1], "below zero"),
    ],
)
def test_refuses_with_a_remedy(one: Any, two: Any, told: str) -> None:
    for method in (proportions, similarity):
        with pytest.raises(MethodError, match=told) as refused:
            method(one, two)
        assert refused.value.now


def test_refuses_too_few_draws() -> None:
    with pytest.raises(MethodError, match="leave no tail"):
        similarity([1, 2], [2, 1], draws=20)
