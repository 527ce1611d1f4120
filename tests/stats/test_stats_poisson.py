"""The E-test: peers' real output, zeros, and what must hold for all counts."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.poisson import E_TEST_LIMIT, e_test

GOLDEN = pd.read_csv(Path(__file__).parents[1] / "golden" / "poisson_tests" / "expected_etest_all.csv")
# d = 1 asks another question, on which the peers disagree
CASES = GOLDEN[GOLDEN["d"] == 0][["k1", "k2", "n1", "n2", "ptools_p"]].to_numpy().tolist()


@pytest.mark.parametrize(("k1", "k2", "n1", "n2", "p"), CASES)
def test_equals_ptools(k1: float, k2: float, n1: float, n2: float, p: float) -> None:
    assert e_test(int(k1), int(k2), n1, n2).p == pytest.approx(p, abs=1e-6)


def test_ratio_is_of_rates() -> None:
    assert e_test(8, 14, 7, 28).ratio == pytest.approx((8 / 7) / (14 / 28))


def test_zeros() -> None:
    neither = e_test(0, 0, 7, 28)
    assert math.isnan(neither.ratio)
    assert neither.p == 1
    assert e_test(4, 0).ratio == math.inf
    assert e_test(0, 4).ratio == 0
    assert e_test(0, 4).p == pytest.approx(e_test(4, 0).p)


def test_large_counts_use_the_score_test_and_say_so() -> None:
    below, above = e_test(E_TEST_LIMIT, 900), e_test(E_TEST_LIMIT + 1, 900)
    assert (below.method, above.method) == ("E-test", "score test")
    # by hand: z = 101 / sqrt 1901 = 2.31648
    assert above.p == pytest.approx(0.020532, abs=1e-5)
    assert above.p == pytest.approx(below.p, abs=2e-3)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 80), st.integers(0, 80), st.sampled_from([1.0, 4.0, 7.0]), st.sampled_from([1.0, 28.0]))
def test_p_is_a_chance_the_same_from_either_side_and_in_any_unit(k1: int, k2: int, n1: float, n2: float) -> None:
    p = e_test(k1, k2, n1, n2).p
    assert 0 <= p <= 1
    assert e_test(k2, k1, n2, n1).p == pytest.approx(p, abs=1e-8)
    assert e_test(k1, k2, 10 * n1, 10 * n2).p == pytest.approx(p, abs=1e-8)


@pytest.mark.parametrize(("k1", "k2", "n1", "n2"), [(-1, 2, 1, 1), (1.5, 2, 1, 1), (1, 2, 0, 1), (1, 2, 1, math.nan)])
def test_refuses_with_a_remedy(k1: float, k2: float, n1: float, n2: float) -> None:
    with pytest.raises(MethodError, match="are not both") as refused:
        e_test(k1, k2, n1, n2)  # type: ignore[arg-type]
    assert refused.value.now
