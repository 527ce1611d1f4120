"""Forecasts: how often their ranges hold what came, on planted series and on real ones, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from intelnb.errors import MethodError
from intelnb.stats.forecast import MONTHS, WEEKS, Forecast, count_model, smoothing

Floats = NDArray[np.float64]


def series(mean: float, phi: float, *, rows: int, periods: int, seed: int, season: float = WEEKS) -> Floats:
    """Counts with a yearly wave at any phase, a trend per year, and variance phi x mean."""
    rng = np.random.default_rng(seed)
    years = np.arange(periods) / season
    mu = mean * np.exp(0.3 * np.cos(2 * np.pi * (years + rng.random((rows, 1)))) + 0.05 * years)
    return rng.poisson(mu if phi == 1 else rng.gamma(mu / (phi - 1), phi - 1)).astype(float)


def held(forecast: Callable[..., Forecast], y: Floats, *, horizon: int, season: float) -> Floats:
    """Share of counts inside each range, over all rows and steps."""
    inside = []
    for row in y:
        found = forecast(row[:-horizon], horizon=horizon, season=season)
        inside.append((row[-horizon:] >= found.low) & (row[-horizon:] <= found.high))
    return np.mean(inside, axis=(0, 2))


@pytest.mark.parametrize(("mean", "phi"), [(3, 1.0), (20, 1.5), (60, 3.0)])
def test_ranges_of_the_count_model_hold_what_comes(mean: float, phi: float) -> None:
    share = held(count_model, series(mean, phi, rows=120, periods=169, seed=1), horizon=13, season=WEEKS)
    # whole numbers cannot hold exactly so much: more is allowed at small means, less is not
    assert 0.78 <= share[0] <= 0.93
    assert 0.94 <= share[1] <= 0.99


@pytest.mark.long
@pytest.mark.parametrize(("mean", "phi"), [(20, 1.5), (60, 3.0)])
def test_ranges_of_smoothing_hold_what_comes(mean: float, phi: float) -> None:
    share = held(smoothing, series(mean, phi, rows=60, periods=117, seed=2), horizon=13, season=WEEKS)
    assert 0.76 <= share[0] <= 0.94
    assert 0.92 <= share[1] <= 1


def test_a_level_that_wanders_is_followed_by_smoothing_and_its_ranges_widen() -> None:
    rng = np.random.default_rng(3)
    level = 60 + np.cumsum(rng.normal(0, 4, 90))
    y = rng.poisson(np.maximum(level, 5)).astype(float)
    found = smoothing(y, horizon=8, season=WEEKS)
    assert abs(found.mean[0] - y[-6:].mean()) < abs(found.mean[0] - y[:40].mean())
    width = found.high - found.low
    assert (np.diff(width, axis=1) >= -1).all()
    assert (width[1] > width[0]).all()


@pytest.mark.long
@pytest.mark.real_data
def test_ranges_hold_what_came_in_real_series(real_data: Path) -> None:
    thefts = pd.read_csv(real_data / "us_nyc_vehicle_thefts" / "nycvehiclethefts.csv")
    weeks = pd.to_datetime(thefts["date_single"]).dt.to_period("W")
    every = weeks.value_counts().sort_index()[1:-1]
    kinds = thefts["location_category"].value_counts().index[:5]
    table = [every] + [weeks[thefts["location_category"] == kind].value_counts() for kind in kinds]
    inside: dict[str, list[NDArray[np.bool_]]] = {"count_model": [], "smoothing": []}
    for counts in table:
        y = counts.reindex(every.index, fill_value=0).to_numpy(dtype=float)
        for start in range(104, y.size - 13, 13):
            for forecast in (count_model, smoothing):
                found = forecast(y[:start], horizon=13, season=WEEKS)
                inside[forecast.__name__].append(
                    (y[start : start + 13] >= found.low) & (y[start : start + 13] <= found.high)
                )
    for name, rows in inside.items():
        share = np.mean(rows, axis=(0, 2))
        assert 0.78 <= share[0] <= 0.95, name
        assert 0.93 <= share[1] <= 1, name


def test_worked_by_hand_with_a_steady_level() -> None:
    # 26 weeks of 10: the mean is (260 + a half) / 26, a Poisson with little uncertainty
    found = count_model([10] * 26, horizon=3, season=WEEKS, shares=(0.95,))
    np.testing.assert_allclose(found.mean, 260.5 / 26)
    assert (found.method, found.learnt_from) == ("level only", 26)
    assert found.low[0, 0] in range(2, 5)
    assert found.high[0, 0] in range(17, 20)


def test_months_are_forecast_by_their_days() -> None:
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28], dtype=float)
    found = count_model(days[:12] * 2, horizon=2, season=MONTHS, exposure=days)
    assert found.mean[1] / found.mean[0] == pytest.approx(28 / 31)


def test_a_period_not_submitted_is_left_out_and_never_zero() -> None:
    y = series(20, 1, rows=1, periods=150, seed=4)[0]
    y[40:60] = np.nan
    found, zeros = (count_model(one, horizon=1, season=WEEKS) for one in (y, np.nan_to_num(y)))
    assert found.learnt_from == 130
    assert zeros.high[1, 0] - zeros.low[1, 0] > 1.5 * (found.high[1, 0] - found.low[1, 0])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.2, 3.0, 50.0]), st.integers(26, 170))
def test_ranges_are_nested_whole_and_not_below_nothing(seed: int, mean: float, periods: int) -> None:
    rng = np.random.default_rng(seed)
    y = rng.negative_binomial(2, 2 / (2 + mean), periods).astype(float)
    found = count_model(y, horizon=13, season=WEEKS)
    assert found.low.shape == (2, 13)
    assert (found.low >= 0).all()
    assert (found.low[1] <= found.low[0]).all()
    assert (found.low[0] <= found.high[0]).all()
    assert (found.high[0] <= found.high[1]).all()
    assert np.isfinite(found.mean).all()


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: count_model([5] * 25, horizon=1, season=WEEKS), "25 periods are too few; a forecast needs 26"),
        (lambda: count_model([5] * 9, horizon=1, season=MONTHS), "needs 10"),
        (lambda: count_model([5] * 30, horizon=0, season=WEEKS), "horizon of 0"),
        (lambda: count_model([-5] * 30, horizon=1, season=WEEKS), "negative"),
        (lambda: count_model([5] * 30, horizon=1, season=WEEKS, exposure=[1]), "do not fit"),
        (lambda: count_model([5] * 30, horizon=1, season=WEEKS, shares=(1.0,)), "not between 0 and 1"),
        (lambda: smoothing([5] * 30, horizon=1, season=WEEKS), "all counts are alike"),
        (lambda: smoothing([5, np.nan] * 20, horizon=1, season=WEEKS), "without gaps"),
    ],
)
def test_refuses_with_a_remedy(call: Callable[[], Forecast], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        call()
    assert refused.value.now
