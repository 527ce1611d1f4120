"""Change points: against ruptures' kept output, planted steps, and silence where nothing changes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from intelnb.errors import MethodError
from intelnb.stats.change_points import _Poisson, change_points

GOLDEN = Path(__file__).parents[1] / "golden" / "stl_changepoint"
STEPS = pd.read_csv(GOLDEN / "input_changepoint.csv").iloc[:, -1].to_numpy()  # Poisson 10 x 60, 16 x 50, 7 x 40
PEER = json.loads((GOLDEN / "expected_ruptures.json").read_text())


@pytest.mark.parametrize("penalty", [20, 60, 120])
def test_equals_ruptures(penalty: int) -> None:
    found = change_points(STEPS, cost="l2", penalty=penalty)
    assert [*found.at, STEPS.size] == PEER[f"pelt_l2_pen{penalty}"]


def test_the_planted_steps_are_found_where_they_are() -> None:
    found = change_points(STEPS)
    assert found.at == (60, 110)
    assert all(first <= at <= last for first, at, last in zip(found.earliest, found.at, found.latest, strict=True))
    np.testing.assert_allclose(found.levels, [10, 16, 7], rtol=0.15)
    assert change_points(STEPS, cost="rank").at == pytest.approx((60, 110), abs=3)


def test_the_range_of_a_place_holds_it_as_often_as_told() -> None:
    rng = np.random.default_rng(4)
    held, tried = 0, 0
    for _ in range(150):
        found = change_points(np.append(rng.poisson(8, 50), rng.poisson(13, 40)))
        if len(found.at) == 1:
            tried += 1
            held += found.earliest[0] <= 50 <= found.latest[0]
    assert tried > 100
    assert held >= binom.ppf(1e-3, tried, 0.95)


def test_the_cost_is_the_likelihood() -> None:
    y, size = np.array([3.0, 7, 2]), np.array([1.0, 2, 1])
    cost = _Poisson().fit(np.column_stack([y, size]))
    rates = [y[a:b].sum() / size[a:b].sum() for a, b in ((0, 3), (0, 2), (2, 3))]
    likelihoods = [
        -2 * poisson.logpmf(y[a:b], rate * size[a:b]).sum()
        for rate, (a, b) in zip(rates, ((0, 3), (0, 2), (2, 3)), strict=True)
    ]
    gain = cost.error(0, 3) - cost.error(0, 2) - cost.error(2, 3)
    assert gain == pytest.approx(likelihoods[0] - likelihoods[1] - likelihoods[2])


def test_days_of_months_and_usual_seasons_are_no_changes() -> None:
    days = np.tile([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], 4).astype(float)
    wave = days * np.exp(0.6 * np.cos(2 * np.pi * np.arange(48) / 12))
    counts = np.random.default_rng(5).poisson(2 * wave)
    assert change_points(counts, exposure=wave).at == ()
    assert len(change_points(counts).at) > 3


@pytest.mark.parametrize("phi", [1.0, 2.5])
def test_quiet_series_show_a_change_in_under_one_in_twenty(phi: float) -> None:
    rng, series = np.random.default_rng(6), 150
    y = rng.poisson(8, (series, 80)) if phi == 1 else rng.negative_binomial(8 / (phi - 1), 1 / phi, (series, 80))
    false = sum(bool(change_points(row).at) for row in y)
    assert false <= binom.ppf(1 - 1e-3, series, 0.05)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=8, max_size=60), st.integers(1, 9))
def test_unit_of_exposure_and_zeros_do_not_matter(counts: list[int], unit: int) -> None:
    found = change_points(counts)
    other = change_points(counts, exposure=np.full(len(counts), float(unit)))
    assert other.at == found.at
    assert all(a < b for a, b in zip((0, *found.at), (*found.at, len(counts)), strict=True))
    assert found.phi >= 1
    assert change_points(np.zeros(len(counts))).at == ()


@pytest.mark.parametrize(
    ("counts", "options", "told"),
    [
        ([1, 2, 3], {}, "too few for two levels"),
        ([1.0] * 9 + [np.nan], {}, "without gaps"),
        ([-1] * 10, {}, "negative"),
        ([1] * 10, {"exposure": [0] * 10}, "not above 0"),
        ([1] * 10, {"shortest": 1}, "shortest is 1"),
        ([1] * 10, {"penalty": 0}, "penalty of 0"),
        ([1] * 10, {"cost": "rbf"}, "cost is 'rbf'"),
    ],
)
def test_refuses_with_a_remedy(counts: list[float], options: dict[str, object], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        change_points(counts, **options)  # type: ignore[arg-type]
    assert refused.value.now
