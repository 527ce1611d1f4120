"""Relative risk and rates: by hand, even noise near 1, exact limits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from intelnb.errors import MethodError
from intelnb.stats.kernel import density
from intelnb.stats.rate_interval import rates
from intelnb.stats.relative_risk import averaged_m2, relative_risk


def test_worked_by_hand() -> None:
    # shares: 30 of 300 against 10 of 400 a km2: 0.1 / 0.025
    found = relative_risk([30.0, 0.0, 9.0], [10.0, 40.0, 0.0], total=300, other_total=400, bandwidth_m=1000)
    assert found.ratio[:2].tolist() == pytest.approx([4, 0])
    assert found.log2[0] == pytest.approx(2)
    assert np.isnan(found.log2[1])  # nothing of the first set
    assert np.isnan(found.ratio[2])  # nothing of the second
    assert found.events_near[0] == pytest.approx(40 * 4 * np.pi)


@pytest.mark.parametrize("kernel", ["gaussian", "quartic"])
def test_the_averaged_area_is_one_over_the_integral_of_the_square(kernel: Any) -> None:
    at = np.arange(-2000.0, 2000, 10)
    x, y = (part.ravel() for part in np.meshgrid(at, at))
    k = density([0.0], [0.0], x, y, bandwidth_m=200, kernel=kernel) / 1e6
    assert 1 / ((k**2).sum() * 100) == pytest.approx(averaged_m2(200, kernel), rel=1e-3)


def test_thin_places_are_not_assessed() -> None:
    found = relative_risk([1.0, 1.0], [1.0, 1.0], total=9, other_total=9, bandwidth_m=100, least_events=0.1)
    assert found.ratio.tolist() == [1, 1]
    thin = relative_risk([1.0], [1.0], total=9, other_total=9, bandwidth_m=100, least_events=1)
    assert np.isnan(thin.ratio[0])


def test_refuses_empty_sets_and_unlike_points() -> None:
    with pytest.raises(MethodError, match="no event"):
        relative_risk([1.0], [1.0], total=0, other_total=9, bandwidth_m=100)
    with pytest.raises(MethodError, match="differ in length"):
        relative_risk([1.0], [1.0, 2.0], total=1, other_total=9, bandwidth_m=100)


@given(st.integers(0, 200), st.sampled_from([0.8, 0.95, 0.99]))
def test_rate_limits_are_exact(n: int, level: float) -> None:
    found = rates([n], [1.0], per=1, level=level)
    tail = (1 - level) / 2
    assert poisson.cdf(n, found.high[0]) == pytest.approx(tail, abs=1e-9)
    if n:
        assert poisson.sf(n - 1, found.low[0]) == pytest.approx(tail, abs=1e-9)
    else:
        assert found.low[0] == 0


@pytest.mark.parametrize(
    ("counts", "base", "options", "told"),
    [
        ([1], [1, 2], {}, "differ in length"),
        ([1.5], [1], {}, "not whole"),
        ([1], [-1], {}, "below zero"),
        ([1], [1], {"level": 1}, "not a level"),
    ],
)
def test_rates_refuse_with_a_remedy(counts: Any, base: Any, options: Any, told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        rates(counts, base, **options)
    assert refused.value.now


def test_no_base_no_rate() -> None:
    found = rates([4, 4], [0.0, np.nan])
    assert np.isnan([found.rate, found.low, found.high]).all()
