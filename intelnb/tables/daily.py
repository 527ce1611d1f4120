"""Counts per place and day, over the days up to a moment that can be compared with each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from intelnb.dates import day_words
from intelnb.doctrine.recording import passes
from intelnb.tables import coverage, recording, selection, timed


@dataclass(frozen=True, eq=False)
class Daily:
    """Counts of shape (places, days), oldest day first; and how many crimes of these days could not be counted.

    `begin` is the first day, `end` the first after the last; `status` and `reason` are blank unless the days
    cannot be compared. `vague` crimes are known too loosely, `future` ones dated after the data end, `nowhere`
    ones in none of the places.
    """

    counts: NDArray[np.int64]
    begin: date
    end: date
    vague: int
    future: int
    nowhere: int
    status: str
    reason: str
    told: tuple[str, ...]

    @property
    def days(self) -> int:
        """How many days are counted."""
        return (self.end - self.begin).days


def per_place(
    crimes: pd.DataFrame,
    place: ArrayLike,
    *,
    places: int,
    until: date,
    days: int,
    least_days: int,
    breaks: pd.DataFrame | None = None,
    longest_interval_hours: float = 72.0,
) -> Daily:
    """Count crimes per place and day by the middle of their interval.

    Days before the data begin, before a known break, or after the data end are not counted: there are then
    fewer than asked for.

    Parameters
    ----------
    crimes
        The crimes table, or rows chosen from it.
    place
        Number of each crime's place, from 0; -1 for none.
    places
        How many places there are.
    until
        The first day after the last one counted.
    days
        How many days are wanted.
    least_days
        With fewer comparable days there is a reason.
    breaks
        Known breaks that touch these crimes, with several places in any part of the area; None for those that travel
        with the table.
    longest_interval_hours
        A crime known less closely in time than this is left out and counted.

    Returns
    -------
    Daily
        The counts and what was left out.

    Examples
    --------
    >>> middle = pd.to_datetime(["2026-11-09 10:00", "2026-11-11 12:00", "2026-11-11 13:00", "2026-11-11 13:00"])
    >>> crimes = pd.DataFrame({"middle": middle, "hours_wide": [1.0, 1.0, 1.0, 90.0]})
    >>> found = per_place(crimes, [0, 1, -1, 0], places=2, until=date(2026, 11, 12), days=3, least_days=2)
    >>> found.counts.tolist(), found.vague, found.nowhere
    ([[1, 0, 0], [0, 0, 1]], 1, 1)
    """
    end = pd.Timestamp(until).date()
    if (as_at := crimes.attrs.get("as_at")) is not None:
        end = min(end, pd.Timestamp(as_at).date())
    first = end - timedelta(days=days)
    covered = selection.covered_from(crimes)
    begun = min(max(first, covered or end), end)
    touching = recording.anywhere(crimes, breaks) if places > 1 else breaks
    same = alike_since(crimes, first=begun, end=end, breaks=touching)
    begin = same.day
    middle = crimes["middle"]
    window = ((middle >= pd.Timestamp(begin)) & (middle < pd.Timestamp(until))).to_numpy()
    dated = timed.to_the_day(
        crimes.assign(place=np.asarray(place))[window], longest_interval_hours=longest_interval_hours
    )
    own = dated.table[(dated.table["middle"] < pd.Timestamp(end)).to_numpy()]
    used, held = own[own["place"] >= 0], (end - begin).days
    age = (used["middle"].dt.normalize() - pd.Timestamp(begin)).dt.days.to_numpy()
    cells = np.bincount(used["place"].to_numpy() * held + age, minlength=places * held)
    status, reason, why = "", "", f": {same.why}" if same.why else ""
    if held < least_days:
        status = same.status or "not assessed"
        reason = f"{same.why or 'data begin too late'}; {least_days} days are needed, {held} can be compared"
    return Daily(
        counts=cells.reshape(places, held).astype(np.int64),
        begin=begin,
        end=end,
        vague=dated.vague,
        future=dated.future,
        nowhere=len(own) - len(used),
        status=status,
        reason=reason,
        told=(*((f"Only {held} of {days} days can be compared{why}.",) if held < days else ()), *dated.caveats()),
    )


@dataclass(frozen=True)
class Alike:
    """The first day from which all days compare; status and reason are blank where no earlier day is unlike them."""

    day: date
    status: str
    why: str


def alike_since(crimes: pd.DataFrame, *, first: date, end: date, breaks: pd.DataFrame | None = None) -> Alike:
    """Find the first day, not before `first`, from which all days up to `end` were sent and recorded the same way.

    That is the day of the last lasting change, the day after the last passing disturbance (there is none while
    a backlog is open), the first of the month after the last one never submitted, or the day after the last gap.

    Parameters
    ----------
    crimes
        The table as read, or rows chosen from it; it knows which months were submitted.
    first, end
        The first day asked about, and the first after the last.
    breaks
        Known breaks that touch these crimes; None for those that travel with the table.

    Returns
    -------
    Alike
        The day, and why earlier ones are unlike it.

    Examples
    --------
    >>> known = pd.DataFrame({"date": pd.to_datetime(["2026-10-01", "2026-10-20"]), "until": pd.to_datetime([None, "2026-10-22"])})
    >>> found = alike_since(pd.DataFrame(), first=date(2026, 8, 1), end=date(2026, 11, 16), breaks=known)
    >>> found.day.isoformat(), found.why
    ('2026-10-23', 'recording was disturbed from Tue 20 Oct 2026')
    """
    breaks = recording.known(crimes, breaks)
    since, status, why = first, "", ""
    for row in [] if breaks is None else breaks.to_dict("records"):
        begun, until = pd.Timestamp(row["date"]).date(), pd.Timestamp(row.get("until", pd.NaT))
        ended = not pd.isna(until)
        passing = ended or passes(str(row.get("reason") or ""))
        after = until.date() + timedelta(days=1) if ended else end if passing else begun
        if begun < end and after > since:
            since, status = after, "break in recording"
            why = recording.told_of(begun, is_passing=passing)
    sent = coverage.sent_since(crimes, first=since, end=end)
    if sent > since:
        silent = [one for one in coverage.gaps_of(crimes) if one.last + timedelta(days=1) == sent]
        why = (
            f"{silent[0].words()}, {coverage.GAP}"
            if silent
            else f"nothing was submitted for a month before {day_words(sent)}"
        )
        since, status = sent, "not submitted"
    return Alike(min(since, end), status, why)


def gap(daily: Daily, *, due: float) -> str:
    """Say where a stretch of days without any crime, in which so many were due, looks like a gap; else blank.

    Examples
    --------
    >>> counts = np.array([[5, 5, 0, 0, 0, 0, 5, 5]])
    >>> whole = Daily(counts, date(2026, 11, 1), date(2026, 11, 9), 0, 0, 0, "", "", ())
    >>> gap(whole, due=10)
    'there is no crime at all for 4 days from Tue 3 Nov 2026, which looks like a gap in recording'
    """
    busy = np.flatnonzero(daily.counts.sum(axis=0))
    if not busy.size:
        return ""
    edges = np.r_[-1, busy, daily.days]
    longest = int(np.diff(edges).argmax())
    empty = int(edges[longest + 1] - edges[longest] - 1)
    if empty * daily.counts.sum() / max(daily.days - empty, 1) < due:
        return ""
    since = day_words(daily.begin + timedelta(days=int(edges[longest] + 1)))
    return f"there is no crime at all for {empty} days from {since}, which looks like a gap in recording"
