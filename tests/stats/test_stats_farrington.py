"""Farrington's alarm: every configuration of R surveillance to the last digits, gaps, week 53, and planted rises."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import nbinom

from intelnb.errors import MethodError
from intelnb.stats.farrington import (
    FARRINGTON_1996,
    NOUFAILY,
    NOUFAILY_MUAN,
    PRESETS,
    R_DEFAULT,
    WEEKS,
    Settings,
    farrington,
    weeks_needed,
)
from intelnb.stats.seasonal_rates import fit_seasonal

GOLDEN = Path(__file__).parents[1] / "golden" / "farrington_flexible"
COUNTS = pd.read_csv(GOLDEN / "input_weekly_counts.csv").drop(columns="week")
CONFIGS = {
    "default": R_DEFAULT,
    "noufaily_alpha01": NOUFAILY,
    "noufaily_muan": replace(NOUFAILY_MUAN, relative_spread=True),
    "original_farrington": replace(FARRINGTON_1996, relative_spread=True),
}
SHORT = Settings(years=1, half_window=1, levels=1, skip_newest=1, threshold="nbPlugin")


def quiet(series: int, weeks: int, *, mean: float = 12, seed: int = 1) -> NDArray[np.float64]:
    """Counts with a yearly wave in which nothing happens."""
    wave = mean * np.exp(0.3 * np.cos(2 * np.pi * np.arange(weeks) / WEEKS))
    return np.random.default_rng(seed).poisson(wave, (series, weeks)).astype(float)


@pytest.mark.parametrize("config", list(CONFIGS))
def test_equals_r_surveillance(config: str) -> None:
    peer = pd.read_csv(GOLDEN / "expected_farringtonFlexible.csv").query("config == @config")
    found = farrington(COUNTS.T.to_numpy(), settings=CONFIGS[config], season=52, trailing=52)
    for row, name in enumerate(COUNTS):
        theirs = peer[peer["series"] == name]
        known = theirs["upperbound"].notna().to_numpy()
        # the peer gives no threshold where the last four weeks hold fewer than five: that is not a zero
        assert (found.why_not[row] == "").tolist() == known.tolist()
        assert set(found.why_not[row][~known]) <= {"too few recent events"}
        assert np.isnan(found.upper[row][~known]).all()
        for ours, column in ((found.expected, "expected"), (found.upper, "upperbound"), (found.p, "pvalue")):
            np.testing.assert_allclose(ours[row][known], theirs[column][known], rtol=1e-9, atol=1e-12)
        assert found.alarm[row].tolist() == (theirs["alarm"] == 1).tolist()
        assert found.trend_kept[row][known].tolist() == (theirs["trend"][known] == 1).tolist()
    assert found.alarm[0].any()


def test_worked_by_hand_without_trend_or_season() -> None:
    # one year back, one week either side: weeks 51 to 53 ago hold 8, 10 and 12
    counts = np.full(54, 100.0)
    counts[:3], counts[-4:] = (8, 10, 12), (5, 5, 5, 16)
    found = farrington(counts, settings=SHORT, season=52)
    assert found.expected.tolist() == [pytest.approx(10)]
    # variance over mean is (4 + 0 + 4) / 10 / 2 = 0.4, not believed below 1: a Poisson of 10 passes 99 % at 18
    assert (found.phi.tolist(), found.upper.tolist(), found.alarm.tolist()) == ([1], [18], [False])
    counts[:3] = (2, 10, 18)
    found = farrington(counts, settings=SHORT, season=52)
    assert found.phi.tolist() == [pytest.approx(6.4)]
    assert found.upper.tolist() == [nbinom.ppf(0.99, 10 / 5.4, 1 / 6.4)]


@pytest.mark.parametrize("with_trend", [True, False])
def test_rates_equal_statsmodels(with_trend: bool) -> None:
    rng = np.random.default_rng(4)
    level = np.repeat(np.arange(10), 6)
    rng.shuffle(level)
    when = np.linspace(-5, -0.5, 60)
    y, weight = rng.poisson(7, (3, 60)).astype(float), rng.uniform(0.2, 2, (3, 60))
    found = fit_seasonal(y, weight, when, level, with_trend=with_trend)
    x = np.column_stack([level[:, None] == np.arange(10), when]).astype(float)[:, : 10 + with_trend]
    now = np.eye(10 + with_trend)[0]
    for row in range(3):
        peer = sm.GLM(y[row], x, family=sm.families.Poisson(), var_weights=weight[row]).fit(tol=1e-12)
        np.testing.assert_allclose(found.mean[row], peer.fittedvalues, rtol=1e-6)
        np.testing.assert_allclose(found.mean_now[row], np.exp(peer.params[0]), rtol=1e-6)
        # spread is taken at the weights of the last round, one step behind the means
        np.testing.assert_allclose(found.log_variance_now[row], now @ peer.cov_params() @ now, rtol=1e-4)
        hat = peer.get_influence().hat_matrix_diag
        np.testing.assert_allclose(found.leverage[row], hat, rtol=1e-4)
        assert found.dispersion[row] == pytest.approx(peer.pearson_chi2 / peer.df_resid, rel=1e-4)


def test_planted_rises_are_found_and_quiet_weeks_are_not() -> None:
    counts = quiet(300, 300)
    assert farrington(counts).alarm.mean() < 0.03
    counts[:, -1] = np.random.default_rng(2).poisson(3 * counts[:, :-1].mean(axis=1))
    assert farrington(counts).alarm.mean() > 0.95


def test_a_year_with_a_week_53_shifts_nothing() -> None:
    # 2020 had 53 weeks: the same week of each earlier year is the one that starts nearest to the same day
    this = date.fromisocalendar(2025, 46, 1)
    for back in range(1, 6):
        earlier = date.fromordinal(this.toordinal() - 7 * round(back * WEEKS))
        assert abs((earlier - this.replace(year=this.year - back)).days) <= 3
    # a burst at Christmas each year is usual at Christmas, whatever the calendar counts
    counts = np.full(300, 10.0)
    counts[[299 - round(back * WEEKS) for back in range(6)]] = 25
    found = farrington(counts, trailing=2, settings=replace(NOUFAILY, half_window=0))
    assert found.alarm.tolist() == [False, False]
    assert found.expected[1] > 20


def test_short_history_says_so_and_is_not_an_error() -> None:
    counts = quiet(2, 300)
    assert weeks_needed() == 264
    found = farrington(counts[:, :266], trailing=4)
    assert found.why_not.tolist() == [["history too short"] * 2 + ["", ""]] * 2
    assert np.isnan(found.upper[:, :2]).all()
    assert not found.alarm[:, :2].any()
    assert (farrington(counts[:, :12]).why_not == "history too short").all()


def test_missing_weeks_are_left_out_and_never_zero() -> None:
    counts = quiet(1, 300)[0]
    gaps = counts.copy()
    gaps[100:140] = np.nan
    with_gaps, with_zeros, whole = (farrington(one) for one in (gaps, np.nan_to_num(gaps), counts))
    assert with_gaps.expected[0] == pytest.approx(whole.expected[0], rel=0.1)
    assert with_zeros.phi[0] > with_gaps.phi[0]
    gaps[-1] = np.nan
    assert farrington(gaps).why_not.tolist() == ["not submitted"]
    # this time of year was never submitted: nothing to learn from
    counts[[299 - round(back * WEEKS) + step for back in range(1, 6) for step in range(-3, 4)]] = np.nan
    assert farrington(counts).why_not.tolist() == ["nothing to learn from"]


@pytest.mark.parametrize("preset", list(PRESETS))
def test_no_events_before_is_not_assessed(preset: str) -> None:
    counts = np.zeros(300)
    counts[-4:] = 3, 2, 1, 4
    found = farrington(counts, settings=PRESETS[preset])
    assert found.why_not.tolist() == ["nothing to learn from"]
    assert np.isnan(found.expected).all()


def test_relative_spread_narrows_the_limit_and_is_off_by_default() -> None:
    counts = quiet(40, 300)
    ours, theirs = (farrington(counts, settings=replace(NOUFAILY_MUAN, relative_spread=on)) for on in (False, True))
    assert (ours.upper >= theirs.upper).all()
    assert ours.upper.sum() > theirs.upper.sum()
    assert not any(PRESETS[name].relative_spread for name in PRESETS if name != "r default")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(list(PRESETS)), st.sampled_from([0.3, 3.0, 40.0]))
def test_a_series_is_judged_alike_alone_and_in_company(seed: int, preset: str, mean: float) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.negative_binomial(3, 3 / (3 + mean), (4, 280)).astype(float)
    counts[rng.random(counts.shape) < 0.05] = np.nan
    order = rng.permutation(4)
    both = farrington(counts, settings=PRESETS[preset], trailing=3)
    shuffled = farrington(counts[order], settings=PRESETS[preset], trailing=3)
    alone = farrington(counts[0, :-1], settings=PRESETS[preset])
    np.testing.assert_allclose(shuffled.upper, both.upper[order], rtol=1e-9)
    np.testing.assert_allclose(alone.upper, both.upper[:1, 1], rtol=1e-9)
    assert alone.why_not.tolist() == both.why_not[:1, 1].tolist()
    assessed = both.why_not == ""
    assert (both.alarm[assessed] == (both.observed > both.upper)[assessed]).all()
    assert not both.alarm[~assessed].any()
    # more crimes than this never turn an alarm off
    more = counts.copy()
    more[:, -1] += 50
    assert (farrington(more, settings=PRESETS[preset]).alarm[:, 0] >= both.alarm[:, -1]).all()


@pytest.mark.parametrize(
    ("counts", "options", "told"),
    [
        (np.full(300, -1.0), {}, "negative or not whole"),
        (np.full(300, 0.5), {}, "negative or not whole"),
        (np.zeros(0), {}, "not one or more series"),
        (np.zeros((2, 2, 2)), {}, "not one or more series"),
        (np.full(300, 1.0), {"trailing": 0}, "trailing is 0"),
        (np.full(300, 1.0), {"settings": replace(NOUFAILY, alpha=1)}, "alpha is 1"),
        (np.full(300, 1.0), {"settings": replace(NOUFAILY, years=0)}, "out of range"),
        (np.full(300, 1.0), {"settings": replace(SHORT, half_window=0)}, "too small for 1 levels"),
        (np.full(300, 1.0), {"settings": replace(NOUFAILY, threshold="p")}, "threshold is 'p'"),
    ],
)
def test_refuses_with_a_remedy(counts: NDArray[np.float64], options: dict[str, object], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        farrington(counts, **options)  # type: ignore[arg-type]
    assert refused.value.now
