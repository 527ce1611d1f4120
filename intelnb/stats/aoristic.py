"""Aoristic weights: share an event known only as "between then and then" over the hours it may have happened in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

HOURS_PER_WEEK = 168
HOUR_US = 3_600_000_000  # microseconds

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class HourWeights:
    """Weights (n, 7, 24), Monday first, and which events could not be weighted (their weights are all 0)."""

    weights: Floats
    ends_before_start: Bools
    no_start: Bools


@dataclass(frozen=True, eq=False)
class WeekGrid:
    """Weights summed over events (7, 24), Monday first, and which events are not in it."""

    grid: Floats
    ends_before_start: Bools
    no_start: Bools


@dataclass(frozen=True, eq=False)
class _Spans:
    """Where and how long each event lies, in true (UTC) microseconds."""

    start: Ints
    length: Ints
    usable: Bools
    ends_before_start: Bools
    no_start: Bools


def hour_weights(start: ArrayLike, end: ArrayLike, *, timezone: str = "Europe/London") -> HourWeights:
    """Give each event's weight in each hour of the week, in proportion to the time it spent there.

    Assumes that every moment between start and end is equally likely. Time is counted as it passed: the
    hour skipped in spring gets nothing, the hour repeated in autumn counts double. Clock readings the
    clock change makes doubtful are read as the widest span the record allows: in the repeated hour a start
    is its first pass and an end its second; in the skipped hour a start is the moment of the change
    (01:30 becomes 02:00) and an end a clock not yet put forward (01:30 becomes 02:30).

    Parameters
    ----------
    start, end
        Local clock times without time zone, shape (n,) each; datetime64 or what pandas reads as such. A
        missing end means the event happened at its start.
    timezone
        Name of a time zone whose distance from UTC is always whole hours.

    Returns
    -------
    HourWeights
        `weights` of shape (n, 7, 24) with Monday first. Each event sums to 1: a point in time lies whole
        in its hour, and 168 hours or longer is 1/168 everywhere. Events without a start or ending before
        it have no weight and are marked in `no_start` and `ends_before_start`.

    Raises
    ------
    MethodError
        When start and end differ in length, carry a time zone, or the zone has part-hour offsets.

    References
    ----------
    Ratcliffe, J. H. (2000). Aoristic analysis. Int. Journal of Geographical Information Science 14(7).

    Examples
    --------
    >>> found = hour_weights(["2026-03-02 22:30"], ["2026-03-03 00:30"])
    >>> found.weights[0, 0, 22:].tolist(), found.weights[0, 1, 0].item()
    ([0.25, 0.5], 0.25)
    """
    spans = _spans(start, end, timezone)
    weights = np.zeros((spans.start.size, HOURS_PER_WEEK))
    for events, hours, shares in _shares(spans, timezone):
        weights[events, hours] += shares
    return HourWeights(
        weights=weights.reshape(-1, 7, 24), ends_before_start=spans.ends_before_start, no_start=spans.no_start
    )


def week_grid(start: ArrayLike, end: ArrayLike, *, timezone: str = "Europe/London") -> WeekGrid:
    """Sum the hour weights of all events into one weekday by hour grid, without holding them all.

    Assumes, takes and raises what `hour_weights` does.

    Parameters
    ----------
    start, end
        Local clock times without time zone, shape (n,) each.
    timezone
        Name of a time zone whose distance from UTC is always whole hours.

    Returns
    -------
    WeekGrid
        `grid` of shape (7, 24), Monday first; it sums to the number of events in neither mask.

    Raises
    ------
    MethodError
        As `hour_weights`.

    Examples
    --------
    >>> week_grid(["2026-03-02 22:30", "2026-03-09 22:10"], ["2026-03-02 23:30", None]).grid[0, 22:].tolist()
    [1.5, 0.5]
    """
    spans = _spans(start, end, timezone)
    grid = np.zeros(HOURS_PER_WEEK)
    for _, hours, shares in _shares(spans, timezone):
        grid += np.bincount(hours, weights=shares, minlength=HOURS_PER_WEEK)
    return WeekGrid(grid=grid.reshape(7, 24), ends_before_start=spans.ends_before_start, no_start=spans.no_start)


def _shares(spans: _Spans, timezone: str) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Yield (events, hour of the week, weight) in steps of at most one hour per event."""
    week = HOURS_PER_WEEK * HOUR_US
    everywhere = np.flatnonzero(spans.usable & (spans.length >= week))
    for slot in range(HOURS_PER_WEEK if everywhere.size else 0):
        yield everywhere, np.full(everywhere.size, slot), np.full(everywhere.size, 1 / HOURS_PER_WEEK)
    events = np.flatnonzero(spans.usable & (spans.length < week))
    if not events.size:
        return
    first_hour = int(spans.start[events].min() // HOUR_US)
    last_hour = int((spans.start + spans.length)[events].max() // HOUR_US)
    week_hours = _hours_of_week(first_hour, last_hour, timezone)
    step = 0
    while events.size:
        start, length = spans.start[events], spans.length[events]
        hour = start // HOUR_US + step
        overlap = np.minimum(start + length, (hour + 1) * HOUR_US) - np.maximum(start, hour * HOUR_US)
        share = np.where(length == 0, 1.0, overlap / np.maximum(length, 1))
        yield events, week_hours[hour - first_hour], share
        step += 1
        events = events[start + length > (hour + 1) * HOUR_US]


def _hours_of_week(first_hour: int, last_hour: int, timezone: str) -> Ints:
    """Name the local hour of the week (Monday 00:00 is 0) of each true hour since 1970."""
    hours = np.arange(first_hour, last_hour + 1).astype("datetime64[h]").astype("datetime64[s]")
    local = pd.DatetimeIndex(hours, tz="UTC").tz_convert(timezone)
    if np.any(local.minute) or np.any(local.second):
        raise MethodError(
            what=f"{timezone} is not a whole number of hours from UTC on these dates",
            now="Use a zone such as Europe/London, and check for years before 1972.",
        )
    return np.asarray(local.day_of_week * 24 + local.hour, dtype=np.int64)


def _spans(start: ArrayLike, end: ArrayLike, timezone: str) -> _Spans:
    """Read both clocks as true time and mark what cannot be placed."""
    begins, ends = pd.DatetimeIndex(cast("Any", start)), pd.DatetimeIndex(cast("Any", end))
    if begins.size != ends.size:
        raise MethodError(what=f"{begins.size} starts and {ends.size} ends", now="Give one end per start, or a blank.")
    if begins.tz is not None or ends.tz is not None:
        raise MethodError(what="times carry a time zone", now="Pass local clock times without one.")
    is_point = np.asarray(ends.isna() | (begins == ends))
    first, last = _true_time(begins, timezone, is_first=True), _true_time(ends, timezone, is_first=False)
    no_start = np.asarray(begins.isna())
    length = np.where(is_point | no_start, 0, last - first)
    return _Spans(
        start=np.where(no_start, 0, first),
        length=np.maximum(length, 0),
        usable=~no_start & (length >= 0),
        ends_before_start=length < 0,
        no_start=no_start,
    )


def _true_time(clock: pd.DatetimeIndex, timezone: str, *, is_first: bool) -> Ints:
    """Turn local clock times into microseconds UTC, doubtful ones as wide as they allow; missing ones become 0."""
    clock = clock.as_unit("us")
    placed = clock.tz_localize(timezone, ambiguous=np.full(clock.size, is_first), nonexistent="shift_forward")
    true = _microseconds(placed.tz_convert("UTC").tz_localize(None))
    skipped = np.asarray(placed.tz_localize(None) != clock) & ~np.asarray(clock.isna())
    if skipped.any() and not is_first:
        # a clock not yet put forward: read with the offset in force just before the gap
        before = clock[skipped].tz_localize(timezone, nonexistent="shift_backward")
        offset = _microseconds(before.tz_localize(None)) - _microseconds(before.tz_convert("UTC").tz_localize(None))
        true[skipped] = _microseconds(clock[skipped]) - offset
    return np.where(np.asarray(clock.isna()), 0, true)


def _microseconds(times: pd.DatetimeIndex) -> Ints:
    """Count microseconds since 1970."""
    return np.array(times, dtype="datetime64[us]").astype(np.int64)
