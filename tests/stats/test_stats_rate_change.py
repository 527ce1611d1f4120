"""Change in many places: exact by hand, against statsmodels and scipy, and rarely wrong where nothing changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from intelnb.errors import MethodError
from intelnb.stats.discovery import q_values
from intelnb.stats.rate_change import rate_change


def test_worked_by_hand() -> None:
    # 5 and 0 over equal days: (1/2)^5 in each tail
    found = rate_change([5, 0, 2], [0, 0, 1])
    assert found.p == pytest.approx([2 / 32, 1.0, 1.0])
    assert found.ratio[0] == np.inf
    assert np.isnan(found.ratio[1])
    # one in 7 days before, 2 in 28 days now: expected 4
    unlike = rate_change([2], [1], exposure_now=28, exposure_before=7)
    assert unlike.expected.tolist() == [4.0]
    assert unlike.ratio.tolist() == [0.5]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from([1.0, 0.25, 3.0]))
def test_twice_the_smaller_exact_tail(now: int, before: int, exposure: float) -> None:
    p = rate_change([now], [before], exposure_now=exposure).p[0]
    if now + before == 0:
        assert p == 1
        return
    share = exposure / (1 + exposure)
    tails = [binomtest(now, now + before, share, alternative=side).pvalue for side in ("greater", "less")]
    assert p == pytest.approx(min(1.0, 2 * min(tails)))


def test_equals_the_exact_conditional_test_of_statsmodels() -> None:
    rates = pytest.importorskip("statsmodels.stats.rates")
    for now, before in ((12, 3), (3, 12), (40, 25)):
        one_sided = rates.test_poisson_2indep(
            now, 7.0, before, 28.0, method="exact-cond", alternative="larger" if now * 4 > before else "smaller"
        ).pvalue
        ours = rate_change([now], [before], exposure_now=7, exposure_before=28).p[0]
        assert ours == pytest.approx(min(1.0, 2 * one_sided))


def test_places_without_change_are_rarely_called_changed_and_planted_ones_are() -> None:
    rng = np.random.default_rng(12)
    false = 0
    for _ in range(100):
        mean = rng.gamma(2, 2, 200)
        false += int((q_values(rate_change(rng.poisson(mean), rng.poisson(mean)).p) < 0.05).any())
    assert false <= 10  # at most about 5 of 100 maps; exact tests on small counts stay below
    before = rng.poisson(4.0, 200)
    now = rng.poisson(4.0, 200)
    now[:4] += 25
    assert (q_values(rate_change(now, before).p)[:4] < 0.05).all()


@pytest.mark.parametrize(
    ("given_", "options", "told"),
    [
        (([1], [1, 2]), {}, "differ in length"),
        (([1.5], [1]), {}, "not whole"),
        (([-1], [1]), {}, "below zero"),
        (([np.nan], [1]), {}, "missing"),
        (([1], [1]), {"exposure_now": 0}, "not both above 0"),
    ],
)
def test_refuses_with_a_remedy(given_: Any, options: Any, told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        rate_change(*given_, **options)
    assert refused.value.now
