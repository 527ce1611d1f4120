"""Displacement and interrupted series: ptools, the papers by hand, planted changes and the stated rate of false ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats import displacement
from intelnb.stats.interrupted_series import interrupted

GOLDEN = Path(__file__).parents[1] / "golden" / "poisson_tests" / "expected_wdd_ptools.csv"


def test_the_difference_equals_ptools() -> None:
    peer = pd.read_csv(GOLDEN)
    assert len(peer) >= 5
    for row in peer.itertuples():
        treated, comparison = (row.treated_pre, row.treated_post), (row.control_pre, row.control_post)
        ours = displacement.weighted_displacement_difference(treated, comparison, level=0.9)
        told = [ours.estimate, ours.se, ours.estimate / ours.se, ours.low, ours.high]
        assert told == pytest.approx([row.Est_Local, row.SE_Local, row.Z, row.LowCI, row.HighCI], rel=1e-9)


def test_rings_and_lengths_by_hand() -> None:
    found = displacement.weighted_displacement_difference(
        (40, 20), (30, 30), around=(10, 14), around_comparison=(12, 12), lengths=(30, 30)
    )
    assert found.estimate == (20 - 40) + (14 - 10)
    assert found.se == pytest.approx(np.sqrt(40 + 20 + 30 + 30 + 10 + 14 + 12 + 12))
    # twice as long before: half of its counts
    scaled = displacement.weighted_displacement_difference((40, 20), (30, 15), lengths=(2, 1))
    assert scaled.estimate == 0
    assert scaled.se == pytest.approx(np.sqrt(40 / 4 + 20 + 30 / 4 + 15))
    assert scaled.p == pytest.approx(1)


@pytest.mark.parametrize(
    ("treated", "around", "comparison", "quotient"),
    [
        ((100, 60), (80, 72), (200, 200), 0.2),  # 40 won inside, 8 more around
        ((100, 60), (80, 88), (200, 200), -0.2),  # 8 moved
        ((100, 60), (80, 80), (200, 200), 0.0),
        ((100, 90), (80, 60), (200, 200), 2.0),  # more won around than inside
        ((100, 90), (80, 100), (200, 200), -2.0),
        ((100, 60), (80, 40), (200, 100), 0.0),  # all halved but the treated, which fell less: nothing won
    ],
)
def test_the_quotient_by_hand(treated: tuple, around: tuple, comparison: tuple, quotient: float) -> None:
    found = displacement.displacement_quotient(treated, around, comparison)
    if comparison == (200, 100):
        assert found is None
    else:
        assert found == pytest.approx(quotient)


counts = st.integers(0, 500)


@given(counts, counts, counts, counts)
def test_turning_the_areas_round_turns_the_answer(a: int, b: int, c: int, d: int) -> None:
    if a + b + c + d:
        one = displacement.weighted_displacement_difference((a, b), (c, d))
        two = displacement.weighted_displacement_difference((c, d), (a, b))
        assert one.estimate == -two.estimate
        assert (one.low, one.high) == pytest.approx((-two.high, -two.low))
    ratio, back = displacement.relative_change((a, b), (c, d)), displacement.relative_change((c, d), (a, b))
    assert ratio.ratio * back.ratio == pytest.approx(1)
    assert ratio.low < ratio.ratio < ratio.high


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: displacement.weighted_displacement_difference((1, 2), (3, 4), around=(1, 1)), "no counterpart"),
        (lambda: displacement.weighted_displacement_difference((-1, 2), (3, 4)), "under 0"),
        (lambda: displacement.weighted_displacement_difference((float("nan"), 2), (3, 4)), "under 0 or missing"),
        (lambda: displacement.weighted_displacement_difference((1, 2), (3, 4), lengths=(0, 1)), "not above 0"),
        (lambda: displacement.weighted_displacement_difference((1, 2), (3, 4), level=1.0), "between 0 and 1"),
        (lambda: displacement.weighted_displacement_difference((0, 0), (0, 0)), "no crime"),
        (lambda: displacement.displacement_quotient((1, 2), (3, 4), (0, 4)), "comparison area had no crime"),
        (lambda: interrupted([1] * 15, 8), "too few, 8 before and 7 after"),
        (lambda: interrupted([1] * 20, 8, settling=5), "too few, 8 before and 7 after"),
        (lambda: interrupted([0] * 10 + [1] * 10, 10), "no crime before"),
        (lambda: interrupted([1.0, np.nan] * 10, 10), "has a gap"),
        (lambda: interrupted([1] * 20, 10, exposure=[0] * 20), "without a length"),
        (lambda: interrupted([1] * 20, 10, level=2), "cannot be"),
    ],
)  # fmt: skip
def test_what_has_no_answer_is_refused_with_a_remedy(call: object, told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        call()  # type: ignore[operator]
    assert refused.value.now


def _drawn(
    seed: int, n: int = 60, change: int = 36, factor: float = 1.0, phi: float = 1.0, base: float = 20.0
) -> np.ndarray:
    rng = np.random.default_rng(seed)
    mean = base * np.where(np.arange(n) >= change, factor, 1.0)
    return rng.poisson(mean if phi == 1 else rng.gamma(mean / (phi - 1), phi - 1))


def test_both_lines_equal_those_of_statsmodels() -> None:
    y, days = _drawn(3, factor=0.6), np.where(np.arange(60) % 2, 30.0, 31.0)
    found = interrupted(y, 36, exposure=days)
    step = np.arange(60)
    after = (step >= 36).astype(float)
    x = np.column_stack([np.ones(60), step, after, after * (step - 36)])
    peer = sm.GLM(y, x, family=sm.families.Poisson(), offset=np.log(days)).fit(scale="X2")
    np.testing.assert_allclose(found.fitted, peer.mu, rtol=1e-6)
    assert found.level.factor == pytest.approx(np.exp(peer.params[2]), rel=1e-6)
    assert found.slope.factor == pytest.approx(np.exp(peer.params[3]), rel=1e-6)
    assert found.phi == pytest.approx(peer.scale, rel=1e-6)
    width = np.log(found.level.high / found.level.low)
    assert width >= 0.999 * 2 * 2.003 * peer.bse[2], "never narrower than by its scatter"


def test_a_planted_fall_is_found_and_nothing_else_is() -> None:
    found = interrupted(_drawn(1, factor=0.5), 36)
    assert found.level.low < 0.5 < found.level.high < 1
    assert found.slope.low < 1 < found.slope.high
    assert found.effect_high < 0
    assert found.effect_low < -0.5 * 20 * 24 < found.effect_high


def test_steps_left_out_change_nothing_of_the_rest() -> None:
    y = _drawn(2, factor=0.5)
    spoilt = y.copy()
    spoilt[36:39] = 500
    one, two = interrupted(y, 36, settling=3), interrupted(spoilt, 36, settling=3)
    assert one.effect == two.effect
    assert np.isnan(one.fitted[36:39]).all()
    assert np.isfinite(np.delete(one.fitted, [36, 37, 38])).all()


def test_a_season_is_taken_out_where_two_years_are_there() -> None:
    week = np.arange(156)
    y = np.random.default_rng(5).poisson(30 * np.exp(0.4 * np.cos(2 * np.pi * week / 52.18)))
    with_season, without = interrupted(y, 140, per_year=52.18), interrupted(y, 140)
    assert with_season.has_season
    assert with_season.phi < 0.7 * without.phi
    assert not interrupted(y[:100], 80, per_year=52.18).has_season


@pytest.mark.long
@pytest.mark.parametrize("phi", [1.0, 2.0])
def test_false_effects_keep_near_the_stated_rate(phi: float) -> None:
    wrong = [not (f := interrupted(_drawn(seed, phi=phi), 36)).effect_low <= 0 <= f.effect_high for seed in range(600)]
    # 5 % stated: 30 of 600; up to 44 has a chance of about one in two hundred
    assert sum(wrong) <= 44
    missed = [f.effect_high >= 0 for f in (interrupted(_drawn(seed, factor=0.5, phi=phi), 36) for seed in range(100))]
    assert sum(missed) < 30
