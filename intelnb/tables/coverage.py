"""What was sent at all: a month nobody sent, or a stretch that holds hardly a record, is no time without crime."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.dates import short_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from intelnb.dates import Period


GAP = "which looks like a gap"


@dataclass(frozen=True)
class Gap:
    """A stretch of a whole table that holds `n` records where about `due` were due: it looks like a gap."""

    first: date
    last: date
    n: int
    due: int

    def words(self) -> str:
        """The gap as it stands within a sentence.

        Examples
        --------
        >>> Gap(date(2026, 6, 1), date(2026, 7, 15), 2, 2400).words()
        'hardly any records from 1 Jun to 15 Jul 2026'
        """
        since = short_day(self.first) + (f" {self.first.year}" if self.first.year != self.last.year else "")
        return f"{'hardly any' if self.n else 'no'} records from {since} to {short_day(self.last)} {self.last.year}"

    def caveat(self, noun: str = "") -> str:
        """What a reader must know of it; with what the periods left out are called.

        Examples
        --------
        >>> Gap(date(2026, 6, 1), date(2026, 7, 15), 0, 2437).caveat("week")
        'No records from 1 Jun to 15 Jul 2026, where about 2,400 were due: looks like a gap; weeks it touches are left out.'
        """
        text, due = self.words(), float(f"{self.due:.2g}")
        left = f"; {noun}s it touches are left out" if noun else ""
        return f"{text[0].upper()}{text[1:]}, where about {due:,.0f} were due: looks like a gap{left}."

    def touches(self, period: Period) -> bool:
        """Whether any day of a period lies in it."""
        return self.first < period.end and self.last >= period.start


def gaps_of(crimes: pd.DataFrame) -> tuple[Gap, ...]:
    """The gaps found in the whole table a series was chosen from: they travel with it, and are never looked for in it."""
    return tuple(crimes.attrs.get("gaps", ()))


def gaps(crimes: pd.DataFrame, periods: Sequence[Period]) -> tuple[Gap, ...]:
    """The gaps that travel with a series, as far as they touch periods.

    Examples
    --------
    >>> from intelnb.dates import parse
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs["gaps"] = (Gap(date(2026, 6, 1), date(2026, 7, 15), 2, 2400),)
    >>> [len(gaps(crimes, [parse(text)])) for text in ("2026-W28", "2026-W30")]
    [1, 0]
    """
    return tuple(one for one in gaps_of(crimes) if any(one.touches(period) for period in periods))


def why_unsent(crimes: pd.DataFrame, periods: Sequence[Period]) -> tuple[str, ...]:
    """Why each period is not there, to stand within a sentence; blank for one that was sent.

    Examples
    --------
    >>> from intelnb.dates import parse
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs.update(covered=("2026-06", "2026-09"), gaps=(Gap(date(2026, 6, 1), date(2026, 6, 15), 0, 800),))
    >>> why_unsent(crimes, [parse("2026-06"), parse("2026-08"), parse("2026-09")])
    ('no records from 1 Jun to 15 Jun 2026, which looks like a gap', 'nothing was submitted for this month', '')
    """
    held, told = months_held(crimes, periods), []
    for period, is_held in zip(periods, held, strict=True):
        found = gaps(crimes, [period])
        silent = f"{found[-1].words()}, {GAP}" if found else ""
        told.append(silent if is_held else f"nothing was submitted for this {period.noun}")
    return tuple(told)


def submitted(crimes: pd.DataFrame, periods: Sequence[Period]) -> NDArray[np.bool_]:
    """Say for each period whether the force sent its records: what was never sent is not a zero.

    A table that was read knows which months its files hold and which stretches look like gaps; one that does not know
    is taken as whole. A period counts as sent when every month it touches was, months before the first and after the
    last ones included, and no gap touches it.

    Parameters
    ----------
    crimes
        The table as read, or one chosen from it.
    periods
        The periods asked about.

    Returns
    -------
    array
        One truth per period.

    Examples
    --------
    >>> import pandas as pd
    >>> from intelnb.dates import parse
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs["covered"] = ("2026-10", "2026-12")
    >>> submitted(crimes, [parse("2026-10"), parse("2026-11"), parse("2026-W49")]).tolist()
    [True, False, False]
    """
    return np.array([not why for why in why_unsent(crimes, periods)], dtype=bool)


def months_held(crimes: pd.DataFrame, periods: Sequence[Period]) -> NDArray[np.bool_]:
    """Say for each period whether the files hold every month it touches; a table that does not know is taken as whole."""
    months = crimes.attrs.get("covered")
    if months is None:
        return np.ones(len(periods), dtype=bool)
    held = set(months)
    touched = (pd.period_range(p.start, p.last_day, freq="M") for p in periods)
    return np.array([all(str(month) in held for month in one) for one in touched], dtype=bool)


def sent_since(crimes: pd.DataFrame, *, first: date, end: date) -> date:
    """Find the first day, not before `first`, from which all days up to `end` were sent; `end` when none was.

    Examples
    --------
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs["covered"] = ("2026-09", "2026-11")
    >>> sent_since(crimes, first=date(2026, 9, 7), end=date(2026, 11, 16)).isoformat()
    '2026-11-01'
    """
    if first >= end:
        return first
    since = [one.last + timedelta(days=1) for one in gaps_of(crimes) if one.first < end]
    months = crimes.attrs.get("covered")
    if months is not None:
        asked = pd.period_range(first, end - timedelta(days=1), freq="M")
        since += [(month + 1).start_time.date() for month in asked if str(month) not in set(months)]
    return min(max([first, *since]), end)
