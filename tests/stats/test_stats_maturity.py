"""Recording delay: by hand, a planted delay under truncation, and counts at one age."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.maturity import known_by, recording_delay

START = np.datetime64("2026-01-01", "D")


def days(*numbers: float) -> np.ndarray:
    return np.array(["NaT" if np.isnan(n) else START + int(n) for n in numbers], dtype="datetime64[D]")


def test_product_limit_by_hand() -> None:
    # 40 old events: 20 at once, 10 after 1 day, 10 after 2; 10 of age 1: 8 at once, 2 after 1 day; 6 of today at once
    event = np.concatenate([np.full(40, START), np.full(10, START + 99), np.full(6, START + 100)])
    delay = np.concatenate([np.repeat([0, 1, 2], [20, 10, 10]), np.repeat([0, 1], [8, 2]), np.zeros(6, dtype=int)])
    found = recording_delay(event, event + delay, as_at=str(START + 100), horizon_days=3)
    # within 1 of within 2: 1 - 10/40; at once of within 1: 1 - 12/40 (30 old and 10 of age 1)
    assert found.share == pytest.approx([0.75 * 0.7, 0.75, 1, 1])
    assert found.incomplete(2) == pytest.approx(1 - (0.75 * 0.7 + 0.75) / 2)
    assert found.events == 56


def test_finds_the_planted_delay_where_the_naive_share_does_not() -> None:
    rng = np.random.default_rng(5)
    event = START + rng.integers(0, 60, 20_000)
    delay = rng.geometric(0.1, 20_000) - 1
    as_at = START + 59
    known = (event + delay <= as_at) & (delay <= 40)
    found = recording_delay(event[known], (event + delay)[known], as_at=str(as_at), horizon_days=40)
    truth = (1 - 0.9 ** (np.arange(41) + 1)) / (1 - 0.9**41)
    naive = np.array([(delay[known] <= d).mean() for d in range(41)])
    assert np.abs(found.share - truth).max() < 0.02
    assert np.abs(naive - truth).max() > 0.05
    newest = event > as_at - 3
    assert found.incomplete(3) == pytest.approx(1 - known[newest].mean(), abs=0.04)


def test_what_is_left_out_is_counted_by_reason() -> None:
    event = np.full(36, START)
    recorded = np.concatenate([np.full(30, START + 1), days(np.nan, np.nan, -1, 50, 50, 400)])
    found = recording_delay(event, recorded, as_at=str(START + 100), horizon_days=10)
    reasons = (
        found.events,
        found.without_recorded,
        found.recorded_before_event,
        found.beyond_horizon,
        found.not_yet_known,
    )
    assert reasons == (30, 2, 1, 2, 1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 30))
def test_share_rises_to_one(seed: int, horizon: int) -> None:
    rng = np.random.default_rng(seed)
    event = START + rng.integers(0, 40, 300)
    share = recording_delay(event, event + rng.poisson(0.5, 300), as_at="2027-01-01", horizon_days=horizon).share
    assert share.shape == (horizon + 1,)
    assert (np.diff(share) >= 0).all()
    assert share[-1] == 1
    assert share[0] >= 0


def test_known_by_looks_at_every_period_at_the_same_age() -> None:
    event, recorded = days(0, 6, 6, 7, 13, 13, 14, -1), days(0, 8, 9, 7, 15, 16, 14, 0)
    found = known_by(event, recorded, edges=days(0, 7, 14), lag_days=2)
    assert found.counts.tolist() == [2, 2]  # looked at on days 8 and 15
    assert found.late.tolist() == [1, 1]
    assert found.mask.tolist() == [True, True, False, True, True, False, False, False]


def test_without_a_recorded_day_counts_at_once_and_is_told() -> None:
    found = known_by(days(1, 2), days(np.nan, 30), edges=days(0, 7))
    assert (found.counts.tolist(), found.late.tolist(), found.without_recorded.tolist()) == ([1], [1], [1])


def test_later_records_do_not_change_an_earlier_look() -> None:
    rng = np.random.default_rng(1)
    event = START + rng.integers(0, 70, 500)
    recorded = event + rng.poisson(4, 500)
    edges = START + np.arange(0, 71, 7)
    then = recorded <= START + 69 + 1  # what was known the day after the last week
    whole = known_by(event, recorded, edges=edges, lag_days=1).counts
    assert known_by(event[then], recorded[then], edges=edges, lag_days=1).counts.tolist() == whole.tolist()


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: recording_delay(days(0), days(1), as_at="2026-02-01", horizon_days=5), "only 1 event shows"),
        (lambda: recording_delay(days(np.nan), days(1), as_at="2026-02-01", horizon_days=5), "have no day"),
        (lambda: recording_delay(days(0), days(1), as_at="2026-02-01", horizon_days=0), "too short"),
        (lambda: known_by(days(0), days(1, 2), edges=days(0, 7)), "differ in number"),
        (lambda: known_by(days(0), days(1), edges=days(7, 0)), "do not rise"),
        (lambda: known_by(days(0), days(1), edges=days(0, 7), lag_days=-1), "lag is below 0"),
    ],
)
def test_refuses_with_a_remedy(call: object, told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        call()  # type: ignore[operator]
    assert refused.value.now
