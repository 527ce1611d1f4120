"""Two windows made fit to compare: recorded alike, sent whole, and each known equally long after its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

import numpy as np
import pandas as pd

from intelnb import dates
from intelnb.tables import counting, options, placed, recording
from intelnb.tables.words import several

Table = TypeVar("Table", bound=pd.DataFrame)
Window = tuple[date, date]  # first day, and the first day after
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False)
class Alike(Generic[Table]):
    """A table without the crimes of its windows that were recorded too late to compare, and what is left of each.

    `days` is how long each window is counted over, in the order given: all of it, unless the data end within one.
    Where `status` is not blank the windows cannot be compared, and `why` is the reason.
    """

    table: Table
    days: tuple[float, ...]
    told: tuple[str, ...]
    status: str = ""
    why: str = ""


def alike(
    crimes: Table,
    *,
    earlier: Window,
    later: Window,
    as_at: datetime | None = None,
    breaks: pd.DataFrame | None = None,
) -> Alike[Table]:
    """Make two windows of a table of places fit to compare, or say why they are not.

    Windows on two sides of a lasting change of recording, or touched by a disturbance or by a month never submitted,
    are not compared; a break in any part of the area counts.

    Parameters
    ----------
    crimes
        The crimes table.
    earlier, later
        First day of each window and the first day after it; they do not overlap.
    as_at
        The moment the data are known to; None for the one the table carries. Where neither is known every crime counts.
    breaks
        Known breaks that touch these crimes; None for those that travel with the table.

    Returns
    -------
    Alike
        The table to count both windows from.

    Examples
    --------
    >>> crimes = pd.DataFrame({"middle": pd.to_datetime(["2026-10-20", "2026-11-10"]), "hours_wide": 1.0})
    >>> crimes.attrs["breaks"] = ({"date": pd.Timestamp("2026-11-04"), "areas": ("E1",), "what": "new form"},)
    >>> found = alike(crimes, earlier=(date(2026, 10, 20), date(2026, 11, 1)), later=(date(2026, 11, 9), date(2026, 11, 16)))
    >>> found.status, found.why
    ('break in recording', 'recording changed on Wed 4 Nov 2026')
    """
    if as_at is not None:
        options.moment(as_at=as_at)
    moment = as_at if as_at is not None else crimes.attrs.get("as_at")
    if why := placed.history_refusal(crimes, first=earlier[0]):
        return Alike(crimes, (), (), "not assessed", why)
    status, why = unlike(crimes, [earlier, later], breaks=breaks)
    if status:
        return Alike(crimes, (), (), status, why)
    aged = equal_age(crimes, [earlier, later], as_at=moment)
    if min(aged.days) <= 0:
        why = "the data end before enough of the later window is over"
        return Alike(crimes, (), (), "not assessed", why)
    return aged


def unlike(crimes: pd.DataFrame, windows: Sequence[Window], *, breaks: pd.DataFrame | None = None) -> tuple[str, str]:
    """Say why windows of a table of places were not recorded alike or not sent: status and reason, blank when they were.

    A break in any part of the area counts.

    Examples
    --------
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs["covered"] = ("2026-11",)
    >>> unlike(crimes, [(date(2026, 10, 26), date(2026, 11, 9))])
    ('not submitted', 'part of this time was never submitted')
    """
    same = recorded_alike(crimes, windows, breaks=breaks)
    return ("", "") if same.usable.all() else recording.why_unlike(same)


def recorded_alike(
    crimes: pd.DataFrame, windows: Sequence[Window], *, breaks: pd.DataFrame | None = None
) -> recording.Comparable:
    """Which windows of a table of places, oldest first, were sent and recorded as the last one was.

    Examples
    --------
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs["covered"] = ("2026-11",)
    >>> recorded_alike(crimes, [(date(2026, 10, 26), date(2026, 11, 9)), (date(2026, 11, 9), date(2026, 11, 16))]).usable.tolist()
    [False, True]
    """
    periods = [_period(one) for one in windows]
    return recording.comparable(crimes, periods, breaks=recording.anywhere(crimes, breaks))


def equal_age(crimes: Table, windows: Sequence[Window], *, as_at: datetime | None) -> Alike[Table]:
    """Leave out the crimes recorded so late that the last window's like of them cannot be known yet.

    If the last window ended two days before `as_at`, every other is counted as it was known two days after its own end.
    A much longer window is cut into stretches as long as the shortest, and each is counted so. Where the data end
    within the last window, only the same part of the others counts. A crime without a recording date counts as known
    at once.

    Parameters
    ----------
    crimes
        The crimes table.
    windows
        First day of each window and the first day after it, the last window last; none overlaps another.
    as_at
        The moment the data are known to; None leaves all in.

    Returns
    -------
    Alike
        The table, in which rows outside the windows stay, and the days counted.

    Examples
    --------
    >>> middle = pd.to_datetime(["2026-11-03", "2026-11-04", "2026-11-10"])
    >>> recorded = pd.to_datetime(["2026-11-03", "2026-11-12", "2026-11-10"])
    >>> crimes = pd.DataFrame({"middle": middle, "recorded": recorded})
    >>> weeks = [(date(2026, 11, 2), date(2026, 11, 9)), (date(2026, 11, 9), date(2026, 11, 16))]
    >>> equal_age(crimes, weeks, as_at=datetime(2026, 11, 16, 5)).table.index.tolist()
    [0, 2]
    """
    edges = [(np.datetime64(pd.Timestamp(a), "us"), np.datetime64(pd.Timestamp(b), "us")) for a, b in windows]
    lengths = [float((b - a) / _DAY) for a, b in edges]
    if as_at is None:
        return Alike(crimes, tuple(lengths), ())
    lag = np.datetime64(as_at, "us") - edges[-1][1]
    middle, known = crimes["middle"].to_numpy().astype("datetime64[us]"), counting.known_at(crimes)
    is_late, is_undated = np.zeros(len(crimes), dtype=bool), np.zeros(len(crimes), dtype=bool)
    days = []
    for (first, end), length in zip(edges, lengths, strict=True):
        stretches = max(round(length / min(lengths)), 1)
        inside = (middle >= first) & (middle < end)
        width = int((end - first) / np.timedelta64(1, "us")) // stretches
        back = ((end - middle[inside]).astype(np.int64) - 1) // width
        is_late[inside] = known[inside] > end + lag - (back * width).astype("timedelta64[us]")
        is_undated |= inside & np.isnat(counting.recorded_at(crimes))
        days.append(length + stretches * min(float(lag / _DAY), 0.0))
    told = _told(
        int(is_late.sum()), int(is_undated.sum()), as_at=as_at, is_over=counting.is_over(_period(windows[-1]), as_at)
    )
    kept: Table = crimes[~is_late]
    return Alike(kept, tuple(days), told)


def _told(late: int, undated: int, *, as_at: datetime, is_over: bool) -> tuple[str, ...]:
    """What a reader must know of how the windows were counted."""
    told = []
    if not is_over:
        to = dates.day_words(as_at.date())
        told.append(f"The later window is not over: counted to {to} and compared with the same part of the earlier.")
    elif late:
        gone = f"{several(late, 'crime')} recorded later {'is' if late == 1 else 'are'} left out"
        told.append(f"Each window is counted as known equally long after its end: {gone}.")
    if undated:
        told.append(
            f"{several(undated, 'crime', 'has', 'have')} no recording date and "
            f"{'counts' if undated == 1 else 'count'} as known at once, so the later window may be incomplete."
        )
    return tuple(told)


def _period(window: Window) -> dates.Period:
    """A window as a period."""
    first, last = pd.Timestamp(window[0]).date(), (pd.Timestamp(window[1]) - pd.Timedelta(days=1)).date()
    return dates.parse(f"{first.isoformat()}/{last.isoformat()}")
