"""What a window lacks: days outside the data, gaps and months nobody sent, said alike by every method that counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd

from intelnb.dates import Period, day_words, parse, short_day
from intelnb.tables import counting, coverage, selection
from intelnb.tables.words import listed

MOST_NAMED = 4


def told(crimes: pd.DataFrame, *, since: date, until: date, as_at: datetime | None = None) -> tuple[str, ...]:
    """Say which days of a window are no quiet time: outside the data, in what looks like a gap, or never submitted.

    Parameters
    ----------
    crimes
        The table as read, or rows chosen from it: its gaps, the months that were sent and the moment it is known to
        travel with it.
    since, until
        First day of the window, and the first day after it.
    as_at
        The moment the data are known to; None for the one the table carries.

    Returns
    -------
    tuple
        Caveats, each with its dates; none where everything is held.

    Examples
    --------
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs.update(covered=("2026-09", "2026-11"), gaps=(coverage.Gap(date(2026, 9, 7), date(2026, 9, 20), 0, 800),))
    >>> told(crimes, since=date(2026, 9, 1), until=date(2026, 11, 16))[0]
    'No records from 7 Sep to 20 Sep 2026, where about 800 were due: looks like a gap.'
    >>> told(crimes, since=date(2026, 9, 21), until=date(2026, 11, 16))
    ('Not submitted: 2026-10. What happened then is not counted, and is no quiet time.',)
    """
    first, end = pd.Timestamp(since).date(), pd.Timestamp(until).date()
    if first >= end:
        return ()
    begun, ended = held(crimes, since=first, until=end, as_at=as_at)
    edges = _edges(first, end, begun=begun, ended=ended)
    # what lies after the data end is told of once
    end = min(end, (ended + timedelta(hours=counting.SPARE_H)).date())
    if first >= end:
        return edges
    gaps = coverage.gaps(crimes, [_from_to(first, end)])
    months = pd.period_range(first, end - timedelta(days=1), freq="M")
    asked = [_from_to(max(m.start_time.date(), first), min((m + 1).start_time.date(), end)) for m in months]
    sent = coverage.months_held(crimes, asked)
    missing = [str(month) for month, is_sent in zip(months, sent, strict=True) if not is_sent]
    said = (
        f"Not submitted: {listed(missing, most=MOST_NAMED)}. What happened then is not counted, and is no quiet time."
    )
    return (*edges, *(one.caveat() for one in gaps), *((said,) if missing else ()))


def held(
    crimes: pd.DataFrame, *, since: date, until: date, as_at: datetime | None = None
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Find the part of a window that the data speak of: from their first day, and up to the moment they are known to.

    Assumes the data begin with their first crime where it lies so late that two were due before it; where the table was
    chosen from a larger one, with the first day of that.

    Parameters
    ----------
    crimes
        The table as read, or rows chosen from it.
    since, until
        First day of the window, and the first day after it.
    as_at
        The moment the data are known to; None for the one the table carries, and with neither they have no end.

    Returns
    -------
    tuple
        First moment held and the moment after the last; the first is no earlier than the second where nothing is.

    Examples
    --------
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs.update(covered_from=date(2026, 11, 14), as_at=datetime(2026, 11, 15, 5))
    >>> [str(moment) for moment in held(crimes, since=date(2026, 11, 9), until=date(2026, 11, 16))]
    ['2026-11-14 00:00:00', '2026-11-15 05:00:00']
    """
    first, end = pd.Timestamp(since), pd.Timestamp(until)
    known = _known_to(crimes, as_at)
    return pd.Timestamp(coverage.begun(crimes, since=first.date())), end if known is None else min(end, known)


def outside(crimes: pd.DataFrame, *, since: date, until: date, as_at: datetime | None = None) -> str:
    """Say why nothing can be counted in a window: it lies outside the data, or has only just begun; blank when it can.

    Examples
    --------
    >>> crimes = pd.DataFrame({"middle": pd.to_datetime(["2026-10-20", "2026-11-03"]), "hours_wide": 1.0})
    >>> crimes.attrs["as_at"] = datetime(2026, 11, 3, 5)
    >>> outside(crimes, since=date(2026, 11, 3), until=date(2026, 12, 1))
    'data end on Tue 3 Nov 2026, when this time has only just begun'
    >>> outside(crimes, since=date(2026, 10, 5), until=date(2026, 10, 12))
    'these data hold no crime as early as this time'
    """
    first, end = pd.Timestamp(since), pd.Timestamp(until)
    covered, known = selection.covered_from(crimes), _known_to(crimes, as_at)
    if first >= end:
        return ""
    if covered is not None and pd.Timestamp(covered) >= end:
        return "these data hold no crime as early as this time"
    if known is None or is_to_the_end(crimes, since=since, until=until, as_at=as_at):
        return ""
    if known < first:
        return f"data end on {day_words(known.date())}, before this time"
    if known < first + timedelta(days=1):
        return f"data end on {day_words(known.date())}, when this time has only just begun"
    return ""


def is_to_the_end(crimes: pd.DataFrame, *, since: date, until: date, as_at: datetime | None = None) -> bool:
    """Whether the data reach the end of a window, but for its last hours.

    Examples
    --------
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs["as_at"] = datetime(2026, 11, 15, 20)
    >>> [is_to_the_end(crimes, since=date(2026, 11, 9), until=date(2026, 11, day)) for day in (16, 17)]
    [True, False]
    """
    known = _known_to(crimes, as_at)
    return known is None or counting.is_over(_from_to(pd.Timestamp(since).date(), pd.Timestamp(until).date()), known)


def _edges(first: date, end: date, *, begun: pd.Timestamp, ended: pd.Timestamp) -> tuple[str, ...]:
    """Say that a window begins before the data do, or runs past their end."""
    told = []
    if begun > pd.Timestamp(first):
        told.append(
            f"These data hold no crime before {day_words(begun.date())}: the days from {short_day(first)} {first.year} "
            "are not held, and are no quiet time."
        )
    if not counting.is_over(_from_to(first, end), ended):
        last = end - timedelta(days=1)
        told.append(
            f"Data end on {day_words(ended.date())}: what happens after, to {short_day(last)} {last.year}, "
            "is not counted, and is no quiet time."
        )
    return tuple(told)


def _known_to(crimes: pd.DataFrame, as_at: datetime | None) -> pd.Timestamp | None:
    """The moment the data are known to, where anybody knows it."""
    known = crimes.attrs.get("as_at") if as_at is None else as_at
    return None if pd.isna(known) else pd.Timestamp(known)


def _from_to(first: date, end: date) -> Period:
    """The days from one up to, not with, another."""
    return parse(f"{first.isoformat()}/{(end - timedelta(days=1)).isoformat()}")
