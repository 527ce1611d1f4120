"""Aoristic weights: by hand, against the R package, and through both clock changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.aoristic import hour_weights, week_grid

GOLDEN = Path(__file__).parents[1] / "golden" / "aoristic"
SUNDAY = 6 * 24


def spread(start: str | None, end: str | None) -> dict[int, float]:
    weights = hour_weights([start], [end]).weights.reshape(-1)
    return {int(hour): float(weights[hour]) for hour in np.flatnonzero(weights)}


@pytest.fixture
def events() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "input_events.csv", parse_dates=["from", "to"])


def test_equals_the_r_package_but_for_the_clock_change(events: pd.DataFrame) -> None:
    golden = pd.read_csv(GOLDEN / "expected_aoristic_R.csv")
    peer = np.zeros((len(events), 168))
    peer[golden["event"] - 1, golden["hour_of_week_1_is_Sunday_00"] - 1] = golden["weight"]
    found = hour_weights(events["from"], events["to"])
    ours = np.roll(found.weights.reshape(-1, 168), 24, axis=1)
    # row 7 ends before it starts (the peer weighs its start hour), row 8 crosses the spring change
    same = np.setdiff1d(np.arange(len(events)), [7, 8])
    np.testing.assert_allclose(ours[same], peer[same], rtol=0, atol=1e-12)
    assert found.ends_before_start.tolist() == [i == 7 for i in range(len(events))]
    assert not ours[7].any()
    in_order = {6 * 24 - 1: 1 / 7} | {SUNDAY + hour: 1 / 7 for hour in (0, 2, 3, 4, 5, 6)}
    assert spread("2024-03-30 23:00", "2024-03-31 07:00") == pytest.approx(in_order)
    assert np.abs(ours[8] - peer[8]).max() == pytest.approx(1 / 8)


def test_grid_equals_the_sum_of_the_events_and_crimepy(events: pd.DataFrame) -> None:
    summed = week_grid(events["from"], events["to"]).grid
    np.testing.assert_allclose(summed, hour_weights(events["from"], events["to"]).weights.sum(axis=0), atol=1e-12)
    golden = pd.read_csv(GOLDEN / "expected_crimepy_agg_weekhour.csv")
    peer = np.zeros((7, 24))
    peer[golden["weekday"], golden["hour"]] = golden["weight"]
    plain = events[events["to"].notna()].drop(index=[7, 8])  # without the flagged row and the clock change
    # crimepy weighs those two as 1 in the end hour and 8 equal hours
    peer[2, 13] -= 1
    peer[5, 23] -= 1 / 8
    peer[6, 0:7] -= 1 / 8
    np.testing.assert_allclose(week_grid(plain["from"], plain["to"]).grid, peer, atol=1e-12)


@pytest.mark.parametrize(
    ("start", "end", "weights"),
    [
        ("2026-03-02 10:15", None, {10: 1.0}),  # a point, whole in its hour
        ("2026-03-02 10:59:59", "2026-03-02 10:59:59", {10: 1.0}),
        ("2026-03-02 23:30", "2026-03-03 00:30", {23: 0.5, 24: 0.5}),
        ("2026-03-08 23:00", "2026-03-09 01:00", {167: 0.5, 0: 0.5}),  # Sunday into Monday
        ("2026-03-29 00:00", "2026-03-29 03:00", {SUNDAY: 0.5, SUNDAY + 2: 0.5}),  # spring: 2 hours passed
        ("2026-10-25 00:00", "2026-10-25 03:00", {SUNDAY: 0.25, SUNDAY + 1: 0.5, SUNDAY + 2: 0.25}),  # autumn: 4
        # repeated hour: a start is its first pass, an end its second
        ("2026-10-25 00:50", "2026-10-25 01:10", {SUNDAY: 10 / 80, SUNDAY + 1: 70 / 80}),
        ("2026-10-25 01:50", "2026-10-25 02:10", {SUNDAY + 1: 70 / 80, SUNDAY + 2: 10 / 80}),
        ("2026-10-25 01:40", "2026-10-25 01:20", {SUNDAY + 1: 1.0}),  # not reversed: 40 minutes passed
        # skipped hour: a start is the change itself, an end a clock not yet put forward
        ("2026-03-29 01:30", None, {SUNDAY + 2: 1.0}),
        ("2026-03-29 00:30", "2026-03-29 01:30", {SUNDAY: 0.5, SUNDAY + 2: 0.5}),
        ("2026-03-29 01:45", "2026-03-29 02:30", {SUNDAY + 2: 1.0}),
    ],
)
def test_worked_by_hand(start: str, end: str | None, weights: dict[int, float]) -> None:
    assert spread(start, end) == pytest.approx(weights)


def test_a_week_or_longer_is_flat_and_just_under_is_not() -> None:
    assert spread("2026-06-01 05:30", "2026-06-08 05:30") == pytest.approx(dict.fromkeys(range(168), 1 / 168))
    assert spread("2026-06-01 05:30", "2026-07-20 00:00") == pytest.approx(dict.fromkeys(range(168), 1 / 168))
    shorter = spread("2026-06-01 05:30", "2026-06-08 05:00")
    assert min(shorter.values()) == pytest.approx(0.5 / 167.5)


def test_what_cannot_be_weighted_is_marked_and_left_out() -> None:
    found = week_grid(["2026-03-02 10:00", None, "2026-03-02 10:00"], ["2026-03-02 09:00", "2026-03-02 09:00", None])
    assert found.ends_before_start.tolist() == [True, False, False]
    assert found.no_start.tolist() == [False, True, False]
    assert found.grid.sum() == 1


def test_no_events_give_an_empty_grid() -> None:
    assert week_grid([], []).grid.tolist() == np.zeros((7, 24)).tolist()


@pytest.mark.parametrize(
    ("start", "end", "zone", "told"),
    [
        (["2026-03-02"], [], "Europe/London", "1 starts and 0 ends"),
        (["2026-03-02T10:00Z"], ["2026-03-02T11:00Z"], "Europe/London", "carry a time zone"),
        (["2026-03-02"], ["2026-03-02"], "Asia/Kolkata", "not a whole number of hours"),
    ],
)
def test_refuses_with_a_remedy(start: list[str], end: list[str], zone: str, told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        week_grid(start, end, timezone=zone)
    assert refused.value.now


moments = st.integers(0, 3 * 366 * 86_400).map(
    lambda s: dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=s)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(moments, st.integers(0, 20_000)), min_size=1, max_size=8))
def test_each_event_weighs_one_and_matches_a_walk_minute_by_minute(cases: list[tuple[dt.datetime, int]]) -> None:
    london = ZoneInfo("Europe/London")
    starts, ends, walks = [], [], []
    for begin, minutes in cases:
        true = begin.replace(second=0)
        finish = true + dt.timedelta(minutes=minutes)
        local, local_end = true.astimezone(london), finish.astimezone(london)
        if local_end.replace(fold=0).utcoffset() != local_end.replace(fold=1).utcoffset():
            continue  # an end in the repeated hour is read as its second pass on purpose
        if local.fold:
            continue  # and a start there as its first
        walk = np.zeros(168)
        for minute in range(max(minutes, 1)):
            at = (true + dt.timedelta(minutes=minute)).astimezone(london)
            walk[at.weekday() * 24 + at.hour] += 1 / max(minutes, 1)
        starts.append(local.replace(tzinfo=None))
        ends.append(local_end.replace(tzinfo=None))
        walks.append(walk if minutes < 168 * 60 else np.full(168, 1 / 168))
    found = hour_weights(starts, ends).weights.reshape(-1, 168)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-12)
    np.testing.assert_allclose(found, np.asarray(walks).reshape(-1, 168), atol=1e-9)
