"""Recording delay: how complete the newest days are, and counts compared at the same age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

MINIMUM_EVENTS = 30  # fewer dated events say too little about delay

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class RecordingDelay:
    """Share of events recorded within 0, 1, 2 ... days of happening, and what it was learnt from.

    `share[d]` is the share recorded no later than `d` days after the event, of those recorded within the
    horizon; `events` the number used; the rest counts what was left out, by reason.
    """

    share: Floats
    events: int
    without_recorded: int
    recorded_before_event: int
    beyond_horizon: int
    not_yet_known: int

    def incomplete(self, days: int) -> float:
        """Return the share still to come of the newest `days` days together, were each as busy as the other."""
        if days < 1:
            raise MethodError(what=f"{days} days cannot be incomplete", now="Ask about 1 day or more.")
        ages = np.minimum(np.arange(days), self.share.size - 1)
        return float(1 - self.share[ages].mean())


@dataclass(frozen=True, eq=False)
class KnownBy:
    """Counts per period of what was known soon after its end, of what came later, and of what has no recorded day.

    `counts` includes `without_recorded`. `mask` marks the events in `counts`.
    """

    counts: Ints
    late: Ints
    without_recorded: Ints
    mask: Bools


def recording_delay(event_day: ArrayLike, recorded_day: ArrayLike, *, as_at: str, horizon_days: int) -> RecordingDelay:
    """Learn from past records how many days it takes until events are recorded.

    Assumes that delays have kept their pattern, and that what is not recorded within the horizon never will
    be. Newest events have had no time to be recorded late, which makes naive shares too high: each day's
    share is therefore taken only among events old enough to show it (product limit in reverse time).

    Parameters
    ----------
    event_day, recorded_day
        Days (datetime64[D]), shape (n,); a missing recorded day is counted apart and not used.
    as_at
        Last day whose records are in, such as "2026-11-15".
    horizon_days
        Longest delay considered, 1 or more.

    Returns
    -------
    RecordingDelay
        `share` of shape (horizon_days + 1,), rising to 1.

    Raises
    ------
    MethodError
        When an event has no day, or fewer than 30 events have a usable delay.

    References
    ----------
    Lawless, J. F. (1994). Adjustments for reporting delays and the prediction of occurred but not reported
    events. Canadian Journal of Statistics 22(1).

    Examples
    --------
    >>> event = np.arange("2026-01-01", "2026-03-02", dtype="datetime64[D]")
    >>> recorded = event + np.tile([0, 0, 0, 2], 15)
    >>> delay = recording_delay(event, recorded, as_at="2026-03-01", horizon_days=7)
    >>> delay.share[:3].round(2).tolist(), round(delay.incomplete(3), 2)
    ([0.76, 0.76, 1.0], 0.16)
    """
    event, recorded = _days(event_day, recorded_day)
    if horizon_days < 1:
        raise MethodError(what=f"a horizon of {horizon_days} days is too short", now="Look 1 day or more ahead.")
    is_dated = ~np.isnat(recorded)
    delay = np.where(is_dated, (recorded - event).astype(np.int64), 0)
    age = (np.datetime64(as_at, "D") - event).astype(np.int64)
    is_before = is_dated & (delay < 0)
    is_future = is_dated & ~is_before & (delay > age)
    is_beyond = is_dated & ~is_before & ~is_future & (delay > horizon_days)
    used = is_dated & ~is_before & ~is_future & ~is_beyond
    if used.sum() < MINIMUM_EVENTS:
        held = {0: "no event shows", 1: "only 1 event shows"}.get(int(used.sum()), f"only {used.sum()} events show")
        raise MethodError(
            what=f"{held} how long recording takes, and {MINIMUM_EVENTS} are needed",
            now="Read a longer history, or leave the newest days uncorrected and say so.",
        )
    return RecordingDelay(
        share=_product_limit(delay[used], age[used], horizon_days),
        events=int(used.sum()),
        without_recorded=int((~is_dated).sum()),
        recorded_before_event=int(is_before.sum()),
        beyond_horizon=int(is_beyond.sum()),
        not_yet_known=int(is_future.sum()),
    )


def known_by(event_day: ArrayLike, recorded_day: ArrayLike, *, edges: ArrayLike, lag_days: int = 0) -> KnownBy:
    """Count each period's events as they stood a fixed number of days after its end.

    Assumes nothing beyond the dates: this week is counted as young as every earlier week was counted, so they
    compare like with like. An event without a recorded day counts as known at once.

    Parameters
    ----------
    event_day, recorded_day
        Days (datetime64[D]), shape (n,).
    edges
        First day of each period and the day after the last one, rising, shape (periods + 1,).
    lag_days
        Days after a period's last day on which it is counted, 0 or more.

    Returns
    -------
    KnownBy
        `counts`, `late` and `without_recorded` of shape (periods,); `mask` of shape (n,). Events outside the
        periods are in none of them.

    Raises
    ------
    MethodError
        When an event has no day, edges do not rise, or the lag is below 0.

    Examples
    --------
    >>> day = np.array(["2026-03-02", "2026-03-03", "2026-03-09"], dtype="datetime64[D]")
    >>> seen = np.array(["2026-03-02", "2026-03-20", "NaT"], dtype="datetime64[D]")
    >>> found = known_by(day, seen, edges=["2026-03-02", "2026-03-09", "2026-03-16"], lag_days=1)
    >>> found.counts.tolist(), found.late.tolist(), found.without_recorded.tolist()
    ([1, 1], [1, 0], [0, 1])
    """
    event, recorded = _days(event_day, recorded_day)
    limits = np.asarray(edges, dtype="datetime64[D]")
    if limits.size < 2 or np.any(np.diff(limits) <= np.timedelta64(0, "D")) or lag_days < 0:
        raise MethodError(
            what="period edges do not rise, or the lag is below 0", now="Give rising days, lag 0 or more."
        )
    periods = limits.size - 1
    period = np.searchsorted(limits, event, side="right") - 1
    inside = (period >= 0) & (period < periods)
    last_look = limits[np.clip(period, 0, periods - 1) + 1] - 1 + lag_days
    is_undated = np.isnat(recorded)
    mask = inside & (is_undated | (recorded <= last_look))

    def per_period(chosen: Bools) -> Ints:
        return np.bincount(period[chosen], minlength=periods).astype(np.int64)

    return KnownBy(
        counts=per_period(mask),
        late=per_period(inside & ~mask),
        without_recorded=per_period(inside & is_undated),
        mask=mask,
    )


def _days(event_day: ArrayLike, recorded_day: ArrayLike) -> tuple[Days, Days]:
    """Read both as days and refuse events without one."""
    event, recorded = np.asarray(event_day, dtype="datetime64[D]"), np.asarray(recorded_day, dtype="datetime64[D]")
    if event.shape != recorded.shape:
        raise MethodError(what="events and recorded days differ in number", now="Give one recorded day each, or NaT.")
    if np.isnat(event).any():
        raise MethodError(what=f"{np.isnat(event).sum()} events have no day", now="Leave them out and say how many.")
    return event, recorded


def _product_limit(delay: Ints, age: Ints, horizon_days: int) -> Floats:
    """Multiply back from the horizon: of those within d days and old enough to show d, the share not at d."""
    share = np.ones(horizon_days + 1)
    for d in range(horizon_days, 0, -1):
        at_risk = (age >= d) & (delay <= d)
        share[d - 1] = share[d] * (1 - ((delay[at_risk] == d).mean() if at_risk.any() else 0.0))
    return share
