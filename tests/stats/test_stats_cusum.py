"""Cumulative sums: worked by hand, against R surveillance, their promise, and what must hold for all counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.cusum import cusum

PEER = pd.read_csv(Path(__file__).parents[1] / "golden" / "cusum" / "expected_algo_cusum.csv")


@pytest.mark.parametrize("transform", ["standard", "rossi", "anscombe"])
def test_equals_r_surveillance(transform: str) -> None:
    peer = PEER[PEER["trans"] == transform]
    found = cusum(peer["observed"].to_numpy(), 4, transform=transform)  # type: ignore[arg-type]
    # the peer rounds up for one of the three only
    ours = np.ceil(found.reaches - 1e-9) if transform == "standard" else found.reaches
    np.testing.assert_allclose(ours, peer["upperbound"], rtol=1e-9, atol=1e-9)
    assert found.alarm.tolist() == (peer["alarm"] == 1).tolist()
    assert found.alarm.any()


def test_worked_by_hand() -> None:
    # expected 4: standardised (y - 4) / 2; 8 gives 2, less k of 0.5 is 1.5, twice that is 3
    found = cusum([4, 8, 8, 2, 4], 4, k=0.5, h=3, transform="standard")
    assert found.total.tolist() == [0, 1.5, 3, 1.5, 1]
    assert found.alarm.tolist() == [False, False, True, False, False]
    assert found.reaches.tolist() == [11, 11, 8, 5, 8]
    again = cusum([4, 8, 8, 2, 4], 4, k=0.5, h=3, transform="standard", restart=True)
    assert again.total.tolist() == [0, 1.5, 3, 0, 0]


def test_a_small_rise_that_lasts_is_found_and_quiet_weeks_rarely_alarm() -> None:
    rng = np.random.default_rng(3)
    quiet = cusum(rng.poisson(10, (200, 500)), 10, restart=True).alarm
    # one in 500 is what k and h stand for; the transformation is not exact
    assert quiet.mean() < 2 / 500
    raised = cusum(rng.poisson(14, (200, 26)), 10).alarm
    assert raised.any(axis=1).mean() > 0.95


def test_unevenness_told_keeps_false_alarms_down() -> None:
    counts = np.random.default_rng(4).negative_binomial(10 / 2, 1 / 3, (200, 200))
    plain, told = (cusum(counts, 10, restart=True, dispersion=phi).alarm.mean() for phi in (1, 3))
    assert plain > 5 * told


def test_a_period_not_submitted_leaves_the_sum_where_it_is() -> None:
    found = cusum([8, np.nan, 8], 4, k=0.5, h=3, transform="standard")
    assert found.total.tolist() == [1.5, 1.5, 3]
    assert found.alarm.tolist() == [False, False, True]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=30),
    st.floats(0.2, 40),
    st.sampled_from(["rossi", "standard", "anscombe"]),
)
def test_alarm_is_reaching_the_count_told(counts: list[int], mean: float, transform: str) -> None:
    found = cusum(counts, mean, transform=transform)  # type: ignore[arg-type]
    assert (found.total >= 0).all()
    clear = np.abs(np.array(counts) - found.reaches) > 1e-6
    assert (found.alarm == (np.array(counts) >= found.reaches))[clear].all()
    both = cusum([counts, [0] * len(counts)], mean, transform=transform)  # type: ignore[arg-type]
    assert both.total[0].tolist() == found.total.tolist()


@pytest.mark.parametrize(
    ("counts", "expected", "options", "told"),
    [
        ([-1], 4, {}, "negative"),
        ([], 4, {}, "not one or more series"),
        ([1, 2, 3], [4, 4], {}, "do not fit"),
        ([1], 0, {}, "not above 0"),
        ([1], 4, {"h": 0}, "h is 0"),
        ([1], 4, {"dispersion": 0.5}, "dispersion is below 1"),
        ([1], 4, {"transform": "log"}, "transform is 'log'"),
    ],
)
def test_refuses_with_a_remedy(counts: list[float], expected: object, options: dict[str, float], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        cusum(counts, expected, **options)  # type: ignore[arg-type]
    assert refused.value.now
