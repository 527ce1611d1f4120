"""What was sent at all: a month nobody sent, or a stretch that holds hardly a record, is no time without crime."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.dates import short_day
from intelnb.tables import selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from intelnb.dates import Period


GAP = "which looks like a gap"
ALL_AREAS, ONE_SENDER = "all areas", "one sender"
LEAST_DUE = 2.0
"""Crimes due before the first one: with fewer, the days before it may as well be quiet as not held."""


@dataclass(frozen=True)
class Gap:
    """A stretch of a whole table that holds `n` records where about `due` were due: it looks like a gap.

    `of` names what was looked at where that is not the table itself: `all areas` of the source it was chosen from, or
    `one sender` of several, on whom only the `areas` named rest.
    """

    first: date
    last: date
    n: int
    due: int
    of: str = ""
    areas: tuple[str, ...] = ()

    def words(self) -> str:
        """The gap as it stands within a sentence.

        Examples
        --------
        >>> Gap(date(2026, 6, 1), date(2026, 7, 15), 2, 2400).words()
        'hardly any records from 1 Jun to 15 Jul 2026'
        """
        since = short_day(self.first) + (f" {self.first.year}" if self.first.year != self.last.year else "")
        whose = f" of {self.of}" if self.of == ONE_SENDER else ""
        return (
            f"{'hardly any' if self.n else 'no'} records{whose} from {since} to {short_day(self.last)} {self.last.year}"
        )

    def caveat(self, noun: str = "") -> str:
        """What a reader must know of it; with what the periods left out are called.

        Examples
        --------
        >>> Gap(date(2026, 6, 1), date(2026, 7, 15), 0, 2437).caveat("week")
        'No records from 1 Jun to 15 Jul 2026, where about 2,400 were due: looks like a gap; weeks it touches are left out.'
        """
        text, due = self.words(), float(f"{self.due:.2g}")
        left = f"; {noun}s it touches are left out" if noun else ""
        within = f" in {self.of}" if self.of == ALL_AREAS else ""
        return f"{text[0].upper()}{text[1:]}, where about {due:,.0f} were due{within}: looks like a gap{left}."

    def touches(self, period: Period) -> bool:
        """Whether any day of a period lies in it."""
        return self.first < period.end and self.last >= period.start


def gaps_of(crimes: pd.DataFrame) -> tuple[Gap, ...]:
    """The gaps found in the whole table a series was chosen from: they travel with it, and are never looked for in it."""
    return tuple(crimes.attrs.get("gaps", ()))


def gaps(crimes: pd.DataFrame, periods: Sequence[Period], *, area: str = "") -> tuple[Gap, ...]:
    """The gaps that travel with a series, as far as they touch periods, and an area where one is named.

    Examples
    --------
    >>> from intelnb.dates import parse
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs["gaps"] = (Gap(date(2026, 6, 1), date(2026, 7, 15), 2, 2400),)
    >>> [len(gaps(crimes, [parse(text)])) for text in ("2026-W28", "2026-W30")]
    [1, 0]
    """
    found = (one for one in gaps_of(crimes) if not area or not one.areas or area in one.areas)
    return tuple(one for one in found if any(one.touches(period) for period in periods))


def why_unsent(crimes: pd.DataFrame, periods: Sequence[Period], *, area: str = "") -> tuple[str, ...]:
    """Why each period is not there, to stand within a sentence; blank for one that was sent.

    Examples
    --------
    >>> from intelnb.dates import parse
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs.update(covered=("2026-06", "2026-09"), gaps=(Gap(date(2026, 6, 1), date(2026, 6, 15), 0, 800),))
    >>> why_unsent(crimes, [parse("2026-06"), parse("2026-08"), parse("2026-09")])
    ('no records from 1 Jun to 15 Jun 2026, which looks like a gap', 'this month was not submitted whole', '')
    """
    held, told = months_held(crimes, periods, area=area), []
    for period, is_held in zip(periods, held, strict=True):
        found = gaps(crimes, [period], area=area)
        silent = f"{found[-1].words()}, {GAP}" if found else ""
        told.append(silent if is_held else f"this {period.noun} was not submitted whole")
    return tuple(told)


def submitted(crimes: pd.DataFrame, periods: Sequence[Period], *, area: str = "") -> NDArray[np.bool_]:
    """Say for each period whether the force sent its records: what was never sent is not a zero.

    A table that was read knows which months were sent by those nearly all of its records come from, and which stretches
    look like gaps; one that does not know is taken as whole. A period counts as sent when every month it touches was, months
    before the first and after the last ones included, and no gap touches it; a month of which only some days were sent
    counts for periods within those. Of several feeds, one alone may have sent a month: then an area whose records come
    from that feed was sent, and the table as a whole only where the others hold hardly a record of it.

    Parameters
    ----------
    crimes
        The table as read, or one chosen from it.
    periods
        The periods asked about.
    area
        Code of an area in the table, to ask about it alone; empty for the table as a whole.

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
    >>> crimes.attrs["covered"] = ("2026-10",)
    >>> crimes.attrs["covered_by"] = ((("2026-10", "2026-11"), ("EAST",)),)
    >>> [submitted(crimes, [parse("2026-11")], area=code).item() for code in ("", "EAST", "WEST")]
    [False, True, False]
    """
    return np.array([not why for why in why_unsent(crimes, periods, area=area)], dtype=bool)


def months_held(crimes: pd.DataFrame, periods: Sequence[Period], *, area: str = "") -> NDArray[np.bool_]:
    """Say for each period whether every month it touches was sent; a table that does not know is taken as whole."""
    held = _sent(crimes, area)
    if held is None:
        return np.ones(len(periods), dtype=bool)
    return np.array([_is_whole(held, one.start, one.end) for one in periods], dtype=bool)


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
    held = _sent(crimes, "")
    if held is not None:
        days = pd.date_range(first, end - timedelta(days=1))
        silent = days[~(days.strftime("%Y-%m").isin(held) | days.strftime("%Y-%m-%d").isin(held))]
        since += [silent[-1].date() + timedelta(days=1)] if len(silent) else []
    return min(max([first, *since]), end)


def begun(crimes: pd.DataFrame, *, since: date) -> date:
    """Find the first day, not before `since`, that the data hold.

    They begin with their first crime where it lies so late that two were due before it; where the table was chosen from
    a larger one, with the first day of that.

    Examples
    --------
    >>> days = pd.date_range("2026-11-12", "2026-11-15")
    >>> [begun(pd.DataFrame({"middle": days, "hours_wide": 1.0}), since=date(2026, 11, day)).day for day in (9, 11)]
    [12, 11]
    """
    covered = selection.covered_from(crimes)
    if covered is None or covered <= since:
        return since
    if "covered_from" in crimes.attrs:
        return covered
    days = crimes["middle"].dropna().dt.normalize()
    due = len(days) * ((pd.Timestamp(covered) - pd.Timestamp(since)) / (days.max() - days.min() + pd.Timedelta(days=1)))
    return covered if due >= LEAST_DUE else since


def sent_until(crimes: pd.DataFrame, *, area: str = "", end: date) -> date:
    """Find the first day, not after `end`, after which nothing more was submitted, of all or of one area.

    Examples
    --------
    >>> from datetime import date
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs["covered"] = ("2026-09", "2026-10", "2026-11-01")
    >>> sent_until(crimes, end=date(2026, 12, 1)).isoformat(), sent_until(crimes, end=date(2026, 10, 5)).isoformat()
    ('2026-11-02', '2026-10-05')
    """
    held = _sent(crimes, area)
    if not held:
        return end
    last = max(held, key=lambda one: f"{one}-99"[:10])
    after = (pd.Period(last) + 1).start_time.date()
    return min(after, end)


def _sent(crimes: pd.DataFrame, area: str) -> set[str] | None:
    """The months that were sent, and days of others; None where the table does not know."""
    whole = crimes.attrs.get("covered")
    if whole is None:
        return None
    by = (sent for sent, areas in crimes.attrs.get("covered_by", ()) if area and area in areas)
    return set(next(by, whole))


def _is_whole(held: set[str], start: date, end: date) -> bool:
    """Whether every day of a period was sent: in a month that was, or by itself."""
    touched = pd.period_range(start, end - timedelta(days=1), freq="M")
    parted = [month for month in touched if str(month) not in held]
    return all(
        str(day.date()) in held
        for month in parted
        for day in pd.date_range(
            max(month.start_time.date(), start), min((month + 1).start_time.date(), end), inclusive="left"
        )
    )
