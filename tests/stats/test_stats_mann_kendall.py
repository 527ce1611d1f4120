"""Mann-Kendall: by hand, against R's Kendall and pymannkendall, against scipy on random series, and on noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from intelnb.errors import MethodError
from intelnb.stats.mann_kendall import mann_kendall

GOLDEN = Path(__file__).parents[1] / "golden" / "mann_kendall" / "expected_Kendall.csv"


def test_worked_by_hand() -> None:
    # 1 2 2 4: rises 1-2 1-2 1-4 2-4 2-4, one tie; variance (4*3*13 - 2*1*9)/18 = 138/18
    found = mann_kendall([1, 2, 2, 4])
    assert found.s.tolist() == [5]
    assert found.variance.tolist() == pytest.approx([138 / 18])
    assert found.z.tolist() == pytest.approx([4 / np.sqrt(138 / 18)])
    assert found.tau.tolist() == pytest.approx([5 / np.sqrt(6 * 5)])


@pytest.mark.parametrize("row", pd.read_csv(GOLDEN).to_dict("records"), ids=lambda row: row["series"])
def test_equals_kendall_and_pymannkendall(row: dict[str, float]) -> None:
    found = mann_kendall([float(value) for value in str(row["values"]).split()])
    assert found.s.item() == row["S"] == row["pymk_S"]
    assert found.variance.item() == pytest.approx(row["pymk_varS"], rel=1e-12)
    assert found.p.item() == pytest.approx(row["pymk_p"], rel=1e-9)
    # R's package works in single precision
    assert found.variance.item() == pytest.approx(row["varS"], rel=1e-6)
    assert found.p.item() == pytest.approx(row["p_two_sided"], rel=1e-3)
    assert found.tau.item() == pytest.approx(row["tau"], rel=1e-6)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(4, 30), st.integers(1, 8))
def test_many_series_are_judged_one_by_one(seed: int, steps: int, levels: int) -> None:
    x = np.random.default_rng(seed).integers(0, levels, (3, steps))
    found = mann_kendall(x)
    for row, values in enumerate(x):
        pairs = [np.sign(values[j] - values[i]) for i in range(steps) for j in range(i + 1, steps)]
        assert found.s[row] == sum(pairs)
        peer = kendalltau(np.arange(steps), values).statistic
        assert found.tau[row] == pytest.approx(peer, nan_ok=True)
    mirrored, rescaled = mann_kendall(x[:, ::-1]), mann_kendall(3.5 * x - 2)
    np.testing.assert_array_equal(mirrored.s, -found.s)
    np.testing.assert_allclose(rescaled.p, found.p)


def test_level_series_have_no_trend() -> None:
    found = mann_kendall([[7.0] * 12, list(range(12))])
    assert (found.z[0], found.p[0]) == (0, 1)
    assert np.isnan(found.tau[0])
    assert found.p[1] < 1e-4


def test_noise_shows_a_trend_as_often_as_stated() -> None:
    p = mann_kendall(np.random.default_rng(3).normal(size=(20_000, 20))).p
    # 5 % of 20,000 is 1,000, give or take 31
    assert 850 < (p <= 0.05).sum() < 1150


@pytest.mark.parametrize(
    ("values", "told"), [([1.0, 2.0, 3.0], "at least 4 steps"), ([1.0, np.nan, 2.0, 3.0], "is missing")]
)
def test_refuses_with_a_remedy(values: list[float], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        mann_kendall(values)
    assert refused.value.now
