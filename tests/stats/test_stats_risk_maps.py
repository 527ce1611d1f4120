"""Risk of the next week: the prospective kernel by hand and pair by pair, proper scores, and the count model."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.count_map import fit_and_foretell
from intelnb.stats.proper_scores import scores
from intelnb.stats.prospective import prospective


def test_steps_away_and_weeks_ago_by_hand() -> None:
    # at 0: one event here a day ago, one 3 steps off 9 days ago, one too far, one too long ago
    found = prospective([0, 170, 500, 0], [0, 0, 0, 0], [1, 9, 1, 60], [0], [0])
    assert found.tolist() == [1 + 1 / 4 * 1 / 2]


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_it_is_the_sum_over_all_pairs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y, ago = rng.uniform(0, 900, 12), rng.uniform(0, 900, 12), rng.uniform(0, 80, 12)
    px, py = rng.uniform(0, 900, 6), rng.uniform(0, 900, 6)
    expected = [
        sum(
            1 / (1 + np.hypot(a - p, b - q) // 50) / (1 + d // 7)
            for a, b, d in zip(x, y, ago, strict=True)
            if np.hypot(a - p, b - q) <= 400 and d <= 56
        )
        for p, q in zip(px, py, strict=True)
    ]
    np.testing.assert_allclose(prospective(x, y, ago, px, py), expected)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=5), st.integers(0, 1000))
@settings(max_examples=50, deadline=None)
def test_scores_equal_their_definition(seen: list[int], seed: int) -> None:
    told = np.random.default_rng(seed).uniform(0.05, 5, len(seen))
    from scipy.stats import poisson

    found = scores(seen, told)
    assert found.log_score == pytest.approx(-np.mean(poisson.logpmf(seen, told)))
    assert found.brier == pytest.approx(
        np.mean([(1 - poisson.pmf(0, m) - (y > 0)) ** 2 for y, m in zip(seen, told, strict=True)])
    )
    ranked = [sum((poisson.cdf(k, m) - (y <= k)) ** 2 for k in range(80)) for y, m in zip(seen, told, strict=True)]
    assert found.ranked == pytest.approx(np.mean(ranked), abs=1e-9)


def test_nobody_wins_by_overstating() -> None:
    rng = np.random.default_rng(1)
    truth = rng.uniform(0.05, 2, 60_000)
    seen = rng.poisson(truth)
    honest = scores(seen, truth)
    for factor in (0.5, 0.8, 1.25, 2.0):
        other = scores(seen, factor * truth)
        assert other.log_score > honest.log_score
        assert other.brier > honest.brier
        assert other.ranked > honest.ranked


def test_the_count_model_is_that_of_statsmodels_and_finds_what_was_planted() -> None:
    rng = np.random.default_rng(4)
    known = rng.poisson(4, (30, 50, 2)).astype(float)
    counts = rng.poisson(np.exp(-1.5 + 0.8 * np.log1p(known[..., 0])))
    now = np.array([[0.0, 3.0], [9.0, 3.0]])
    found = fit_and_foretell(counts, known, now)
    x = sm.add_constant(np.log1p(known.reshape(-1, 2)))
    peer = sm.GLM(counts.ravel(), x, family=sm.families.Poisson()).fit()
    np.testing.assert_allclose(found, peer.predict(np.column_stack([np.ones(2), np.log1p(now)])), rtol=1e-6)
    np.testing.assert_allclose(found, np.exp(-1.5 + 0.8 * np.log1p(now[:, 0])), rtol=0.25)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: prospective([0], [0], [-1], [0], [0]), "in the future"),
        (lambda: prospective([0], [0], [1, 2], [0], [0]), "no place or no day"),
        (lambda: prospective([np.nan], [0], [1], [0], [0]), "no place or no day"),
        (lambda: prospective([0], [0], [1], [0], [0], step_m=0), "not above 0"),
        (lambda: scores([1], [0.0]), "not above 0"),
        (lambda: scores([0.5], [1.0]), "not whole"),
        (lambda: scores([1, 2], [1.0]), "differ in length"),
        (lambda: scores([], []), "there are none"),
        (lambda: fit_and_foretell(np.zeros((2, 3)), np.zeros((2, 3, 1)), np.zeros((3, 1))), "0 events are too few"),
        (lambda: fit_and_foretell(np.ones((2, 3)), np.zeros((2, 4, 1)), np.zeros((3, 1))), "do not fit"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_remedy(call: object, told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        call()  # type: ignore[operator]
    assert refused.value.now


def test_no_event_is_no_risk() -> None:
    assert prospective([], [], [], [0, 1], [0, 1]).tolist() == [0, 0]
