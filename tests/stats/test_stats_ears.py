"""C1, C2 and C3: worked by hand, against R surveillance, and what must hold for all counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from intelnb.errors import MethodError
from intelnb.stats.ears import ears

GOLDEN = Path(__file__).parents[1] / "golden" / "ears"
COUNTS = pd.read_csv(GOLDEN / "input_daily_counts.csv")["count"].to_numpy()


@pytest.mark.parametrize("method", ["C1", "C2", "C3"])
def test_equals_r_surveillance(method: str) -> None:
    peer = pd.read_csv(GOLDEN / "expected_earsC_defaults.csv").query("method == @method")
    found = ears(COUNTS, method=method, smallest_sd=0, today_counts=False)  # type: ignore[arg-type]
    first = int(peer["day"].min()) - 1
    assert np.isnan(found.upper[:first]).all()
    np.testing.assert_allclose(found.upper[first:], peer["upperbound"], rtol=1e-10)
    assert found.alarm[first:].tolist() == (peer["alarm"] == 1).tolist()


def test_worked_by_hand() -> None:
    # baseline 1 2 3 4 5 6 7: mean 4, sample standard deviation sqrt(28 / 6)
    sd = np.sqrt(28 / 6)
    limit = 4 + sd * norm.isf(0.001)
    assert ears([1, 2, 3, 4, 5, 6, 7, 9], method="C1").upper[-1] == pytest.approx(limit)
    assert ears([1, 2, 3, 4, 5, 6, 7, 0, 0, 9], method="C2").upper[-1] == pytest.approx(limit)


def test_c3_adds_today_to_what_the_two_days_before_left_over() -> None:
    quiet = [4, 2, 4, 6, 4, 2, 6, 4, 5, 4, 3, 4, 4]
    # no day alone is far enough off, three raised days together are
    raised = [*quiet, 6, 7, 7]
    assert not ears(raised, method="C2").alarm.any()
    assert ears(raised, method="C3").alarm[-3:].tolist() == [False, False, True]
    late = ears([*raised, 4], method="C3", today_counts=False)
    assert not late.alarm[-2]
    assert late.alarm[-1]


def test_an_alarm_that_stays_on_says_so() -> None:
    found = ears([4, 2, 4, 6, 4, 2, 6, 4, 5, 4, 3, 4, 4, 30, 0], method="C3")
    assert found.upper[-1] == -1
    assert found.alarm[-2:].tolist() == [True, True]


def test_a_still_week_does_not_make_one_event_an_alarm() -> None:
    counts = [0] * 9 + [1]
    assert not ears(counts).alarm[-1]
    assert ears(counts, smallest_sd=0).alarm[-1]


def test_a_day_not_submitted_is_not_a_zero() -> None:
    counts = np.array([5.0, 6, 4, np.nan, 5, 4, 6, 5, 4, 5, 6, 20])
    found = ears(counts, method="C1")
    assert np.isnan(found.upper[7:11]).all()
    assert found.alarm.tolist() == [False] * 11 + [True]
    assert np.isnan(ears([5, 6], method="C1").upper).all()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(0, 200), min_size=1, max_size=40),
    st.sampled_from(["C1", "C2", "C3"]),
    st.integers(0, 500),
)
def test_more_events_never_end_an_alarm_and_level_does_not_matter(counts: list[int], method: str, more: int) -> None:
    found = ears(counts, method=method)  # type: ignore[arg-type]
    assert found.upper.shape == (len(counts),)
    assert (found.alarm == (np.array(counts) > found.upper)).all()
    larger = ears([*counts[:-1], counts[-1] + more], method=method)  # type: ignore[arg-type]
    assert larger.alarm[-1] >= found.alarm[-1]
    lifted = ears(np.array(counts) + 50, method=method)  # type: ignore[arg-type]
    settled = np.abs(np.array(counts) - found.upper) > 1e-6
    assert (lifted.alarm == found.alarm)[settled].all()


@pytest.mark.parametrize(
    ("counts", "options", "told"),
    [
        ([-1] * 10, {}, "negative or not whole"),
        ([0.5] * 10, {}, "negative or not whole"),
        ([], {}, "not one or more series"),
        ([1] * 10, {"method": "C4"}, "method is 'C4'"),
        ([1] * 10, {"alpha": 0}, "alpha is 0"),
        ([1] * 10, {"baseline_days": 2}, "baseline of 2 days"),
        ([1] * 10, {"smallest_sd": -1}, "smallest_sd is -1"),
    ],
)
def test_refuses_with_a_remedy(counts: list[float], options: dict[str, float], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        ears(counts, **options)  # type: ignore[arg-type]
    assert refused.value.now
