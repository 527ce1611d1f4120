"""Which month a record counts in, and which months a file can be taken to hold whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.errors import UsageError
from intelnb.tables.contract import MOMENT, Contract

THIN = 0.2
"""A month with less than this share of the file's usual month is its tail, not its body."""
FEW = 5
"""Where fewer records than this are usual in a month, one without any may be true: the chance is above 1 in 150."""
MONTH_HOURS = 600.0
"""A record whose time is no better known than this says its month alone."""


def accumulates(contract: Contract) -> bool:
    """Whether records of a kind come month by month: each has a moment it cannot do without.

    Examples
    --------
    >>> from intelnb.tables import crimes, priorities
    >>> accumulates(crimes.CONTRACT), accumulates(priorities.CONTRACT)
    (True, False)
    """
    return any(field.required and field.kind == "moment" for field in contract.fields)


def counted_at(table: pd.DataFrame, contract: Contract) -> NDArray[np.datetime64]:
    """The moment each record counts at: the middle of its interval, or its one needed moment.

    Raises
    ------
    UsageError
        When records of this kind have no such moment.

    Examples
    --------
    >>> from intelnb.tables.crimes import CONTRACT
    >>> hours = pd.to_datetime(pd.Series(["2026-10-31 22:00", "2026-11-01 04:00"]))
    >>> str(counted_at(pd.DataFrame({"start": hours[:1], "end": hours[1:].to_numpy()}), CONTRACT)[0])
    '2026-11-01T01:00:00.000000'
    """
    if {"start", "end"} <= set(contract.names):
        start, length = _spans(table)
        # halves of odd microseconds do not matter: the middle is told to the second
        return (start + length // 2).astype("datetime64[s]").astype(MOMENT)
    needed = [field.name for field in contract.fields if field.required and field.kind == "moment"]
    if not needed:
        raise UsageError(
            what=f"{contract.kind} do not come month by month, so there is nothing to add up",
            now="Name their file in the settings; it is read whole each time.",
        )
    return table[needed[0]].to_numpy(dtype=MOMENT)


def is_monthly(table: pd.DataFrame, contract: Contract) -> bool:
    """Whether every record says its month alone, as published ones do."""
    if not {"start", "end"} <= set(contract.names) or table.empty:
        return False
    return bool((_spans(table)[1] >= np.timedelta64(int(MONTH_HOURS), "h")).all())


def _spans(table: pd.DataFrame) -> tuple[NDArray[np.datetime64], NDArray[np.timedelta64]]:
    """Start and length of each interval; what has no end has no length."""
    start, end = (table[name].to_numpy(dtype=MOMENT) for name in ("start", "end"))
    length = end - start
    length[np.isnat(end)] = np.timedelta64(0, "us")
    return start, length


def body(months: NDArray[np.datetime64]) -> list[str]:
    """The months a file is about, without the thin tail of things that happened long before or are misdated.

    Half of a file's records lie in months at least as large as its usual month. The body runs from the first
    month that is not thin beside it to the last, and on through the months directly after: the newest has only
    begun. A month of that run without any record is in it only where so few are usual that chance explains it.

    Examples
    --------
    >>> body(np.array(["1998-03"] + ["2026-10"] * 20 + ["2026-11"] * 18 + ["2026-12", "2062-01"], dtype="datetime64[M]"))
    ['2026-10', '2026-11', '2026-12']
    """
    if not len(months):
        return []
    found, counts = np.unique(months, return_counts=True)
    ordered = np.sort(counts)[::-1]
    usual = ordered[np.searchsorted(np.cumsum(ordered), counts.sum() / 2)]
    large = np.flatnonzero(counts >= THIN * usual)
    first, last = int(large[0]), int(large[-1])
    while last + 1 < len(found) and found[last + 1] == found[last] + 1:
        last += 1
    if usual < FEW:
        return [str(month) for month in np.arange(found[first], found[last] + 1)]
    return [str(month) for month in found[first : last + 1]]


def between(first: pd.Timestamp, end: pd.Timestamp) -> list[str]:
    """Every month that lies whole in a stretch of days.

    Examples
    --------
    >>> between(pd.Timestamp("2026-10-01"), pd.Timestamp("2026-12-15"))
    ['2026-10', '2026-11']
    """
    months = pd.period_range(first, end, freq="M")
    return [str(m) for m in months if m.start_time >= first and (m + 1).start_time <= end]


def touching(since: date, until_end: date) -> set[str]:
    """Every month a stretch of days has a day in.

    Examples
    --------
    >>> sorted(touching(date(2026, 10, 26), date(2026, 11, 2)))
    ['2026-10', '2026-11']
    """
    return {str(month) for month in pd.period_range(since, until_end - timedelta(days=1), freq="M")}


def days_of(month: str) -> list[str]:
    """Every day of a month.

    Examples
    --------
    >>> days_of("2026-02")[-1]
    '2026-02-28'
    """
    whole = pd.Period(month, freq="M")
    return [str(day.date()) for day in pd.date_range(whole.start_time, whole.end_time.normalize())]


def together(spans: Iterable[Collection[str]]) -> frozenset[str]:
    """Months and days that are in any of several sets; days that fill a month are the month.

    Examples
    --------
    >>> halves = [days_of("2026-10")[:15], days_of("2026-10")[14:], ["2026-11", "2026-11-03", "2026-12-01"]]
    >>> sorted(together(halves))
    ['2026-10', '2026-11', '2026-12-01']
    """
    found = {one for span in spans for one in span}
    parted = {one[:7] for one in found if len(one) > len("2026-10")}
    full = {month for month in parted if month in found or found.issuperset(days_of(month))}
    return frozenset({one for one in found if one[:7] not in full} | full)


def levelled(spans: Sequence[Collection[str]]) -> list[set[str]]:
    """Sets of months and days with a month as its days wherever another set has some of them: they can be compared.

    Examples
    --------
    >>> [len(span) for span in levelled([{"2026-10", "2026-11"}, {"2026-10", "2026-11-02"}])]
    [31, 2]
    """
    parted = {one[:7] for span in spans for one in span if len(one) > len("2026-10")}
    return [
        {*(one for one in span if one not in parted), *(day for month in parted & set(span) for day in days_of(month))}
        for span in spans
    ]


def in_common(spans: Sequence[Collection[str]]) -> frozenset[str]:
    """Months and days that are in every one of several sets, a day of a whole month among them.

    Examples
    --------
    >>> sorted(in_common([{"2026-10", "2026-11"}, {"2026-10", "2026-11-02", "2026-12"}]))
    ['2026-10', '2026-11-02']
    """
    return together([set.intersection(*levelled(spans))]) if spans else frozenset()


def tight(months: Sequence[str]) -> str:
    """Months as a person writes them: runs of three and more by their ends.

    Examples
    --------
    >>> tight(["2026-01", "2026-02", "2026-03", "2026-05"])
    '2026-01 to 2026-03, 2026-05'
    """
    runs: list[list[pd.Period]] = []
    for month in sorted({pd.Period(one, freq="M") for one in months}):
        if runs and runs[-1][-1] + 1 == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    told = [f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(told)
