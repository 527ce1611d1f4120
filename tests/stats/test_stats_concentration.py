"""Concentration: by hand, its limits, and what chance alone would bring."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.concentration import by_chance, gini, gini_adjusted, lorenz, places_holding

COUNTS = st.lists(st.integers(0, 30), min_size=1, max_size=60).filter(any)


def test_worked_by_hand() -> None:
    # ten events on five places: 6 2 1 1 0
    counts = [1, 6, 0, 2, 1]
    found = lorenz(counts)
    assert found.events == pytest.approx([0, 0.6, 0.8, 0.9, 1.0, 1.0])
    assert [places_holding(counts, share=s) for s in (0.25, 0.6, 0.61, 0.9, 1.0)] == [1, 1, 2, 3, 4]
    # the ten pairs differ by 26 together: mean difference 2 * 26 / 25, over twice the mean
    assert gini(counts) == pytest.approx(52 / 25 / (2 * 2))
    assert gini_adjusted(counts) == gini(counts)


def test_few_events_are_measured_against_one_a_place() -> None:
    # three events on ten places can at best be spread 1 1 1; two on one place are the next best
    even, uneven = np.r_[[1, 1, 1], np.zeros(7)], np.r_[[2, 1], np.zeros(8)]
    assert gini(even) == pytest.approx(0.7)
    assert gini_adjusted(even) == pytest.approx(0.0)
    # the formula of the paper, with shares y in rising order: max(1/c, 1/n) (2 sum(i y_i) - n - 1) - max(n/c, 1) + 1
    share = np.sort(uneven) / 3
    by_paper = (1 / 3) * (2 * (np.arange(1, 11) * share).sum() - 11) - 10 / 3 + 1
    assert gini_adjusted(uneven) == pytest.approx(by_paper)
    assert by_paper == pytest.approx(4 / 9)


@given(COUNTS)
def test_measures_stay_within_their_limits(counts: list[int]) -> None:
    curve = lorenz(counts)
    assert (np.diff(curve.events) >= -1e-12).all()
    assert (curve.events >= curve.places - 1e-12).all()
    assert -1e-9 <= gini_adjusted(counts) <= gini(counts) + 1e-9 < 1
    # Gini is twice the area between the curve and the diagonal
    area = np.trapezoid(curve.events - curve.places, curve.places)
    assert gini(counts) == pytest.approx(2 * area, abs=1e-9)
    for share in (0.25, 0.5, 1.0):
        k = places_holding(counts, share=share)
        assert curve.events[k] >= share - 1e-9
        assert curve.events[k - 1] < share - 1e-12


def test_chance_alone_gathers_events_and_a_planted_place_more() -> None:
    rng = np.random.default_rng(4)
    even = np.bincount(rng.integers(0, 200, 150), minlength=200)
    expected = by_chance(even, share=0.5)
    assert places_holding(even, share=0.5) == pytest.approx(expected, rel=0.15)
    planted = even.copy()
    planted[:3] += 50
    assert places_holding(planted, share=0.5) == 3
    assert by_chance(planted, share=0.5) > 40
    assert by_chance(even, share=0.5, seed=1) == by_chance(even, share=0.5, seed=1)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: lorenz([]), "no event"),
        (lambda: lorenz([0, 0]), "no event"),
        (lambda: gini([1, -1]), "below zero"),
        (lambda: gini([1, float("nan")]), "missing"),
        (lambda: gini_adjusted([0.5, 1]), "not whole"),
        (lambda: places_holding([1], share=0), "not a share"),
        (lambda: by_chance([1], share=0.5, runs=0), "drop nothing"),
    ],
)
def test_refuses_with_a_remedy(call: Any, told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        call()
    assert refused.value.now
