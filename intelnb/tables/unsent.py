"""What a window lacks: its gaps and the months nobody sent, said alike by every method that counts over it."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from intelnb.dates import Period, parse
from intelnb.tables import coverage
from intelnb.tables.words import listed

MOST_NAMED = 4


def told(crimes: pd.DataFrame, *, since: date, until: date) -> tuple[str, ...]:
    """Say which days of a window hold no records because they look like a gap, or were never submitted.

    Parameters
    ----------
    crimes
        The table as read, or rows chosen from it: its gaps and the months that were sent travel with it.
    since, until
        First day of the window, and the first day after it.

    Returns
    -------
    tuple
        Caveats, each with its dates; none where everything was sent.

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
    gaps = coverage.gaps(crimes, [_from_to(first, end)])
    months = pd.period_range(first, end - timedelta(days=1), freq="M")
    asked = [_from_to(max(m.start_time.date(), first), min((m + 1).start_time.date(), end)) for m in months]
    held = coverage.months_held(crimes, asked)
    missing = [str(month) for month, sent in zip(months, held, strict=True) if not sent]
    said = (
        f"Not submitted: {listed(missing, most=MOST_NAMED)}. What happened then is not counted, and is no quiet time."
    )
    return (*(one.caveat() for one in gaps), *((said,) if missing else ()))


def _from_to(first: date, end: date) -> Period:
    """The days from one up to, not with, another."""
    return parse(f"{first.isoformat()}/{(end - timedelta(days=1)).isoformat()}")
