"""Trend, season and rest: against statsmodels' kept output and both settings of R, and a planted wave."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from intelnb.errors import MethodError
from intelnb.stats.seasonal_parts import MONTHS, seasonal_parts

GOLDEN = Path(__file__).parents[1] / "golden"
SERIES = pd.read_csv(GOLDEN / "farrington_flexible" / "input_weekly_counts.csv")["burglary"].to_numpy()


@pytest.mark.parametrize("robust", [False, True])
def test_equals_statsmodels(robust: bool) -> None:
    peer = pd.read_csv(GOLDEN / "stl_changepoint" / f"expected_statsmodels_STL_period52_seasonal7_robust{robust}.csv")
    found = seasonal_parts(SERIES, robust=robust)
    for ours, name in ((found.trend, "trend"), (found.seasonal, "seasonal"), (found.rest, "resid")):
        np.testing.assert_allclose(ours, peer[name], atol=1e-9)
    np.testing.assert_allclose(found.weight, peer["weight"], atol=1e-9)


def test_equals_r_in_its_own_settings_and_in_ours() -> None:
    matched = pd.read_csv(GOLDEN / "stl_changepoint" / "expected_R_stl_sdeg1_jump1_inner5.csv")
    own = pd.read_csv(GOLDEN / "stl_changepoint" / "expected_R_stl.csv")
    ours, theirs = seasonal_parts(SERIES), seasonal_parts(SERIES, like="r")
    np.testing.assert_allclose(ours.trend, matched["trend"], atol=1e-9)
    np.testing.assert_allclose(ours.seasonal, matched["seasonal"], atol=1e-9)
    np.testing.assert_allclose(theirs.trend, own["s7_trend"], atol=1e-9)
    np.testing.assert_allclose(theirs.seasonal, own["s7_seasonal"], atol=1e-9)
    # the two differ by design
    assert np.abs(ours.seasonal - theirs.seasonal).max() > 0.5


def test_finds_a_planted_wave_and_line_and_adds_up() -> None:
    month = np.arange(72)
    wave, line = 5 * np.sin(2 * np.pi * month / 12), 40 + 0.2 * month
    y = wave + line + np.random.default_rng(1).normal(0, 0.3, 72)
    found = seasonal_parts(y, period=MONTHS)
    assert np.abs(found.trend - line).max() < 0.7
    assert np.abs(found.seasonal - wave).max() < 0.9
    np.testing.assert_allclose(found.trend + found.seasonal + found.rest, y)


@pytest.mark.parametrize(
    ("values", "options", "told"),
    [
        (np.ones(100), {}, "less than two years"),
        (np.append(np.ones(110), np.nan), {}, "without gaps"),
        (np.ones(110), {"seasonal": 8}, "not odd"),
        (np.ones(110), {"period": 1}, "no season"),
        (np.ones(110), {"like": "prophet"}, "like is 'prophet'"),
    ],
)
def test_refuses_with_a_remedy(values: np.ndarray, options: dict[str, object], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        seasonal_parts(values, **options)  # type: ignore[arg-type]
    assert refused.value.now
