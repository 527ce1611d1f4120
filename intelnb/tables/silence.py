"""Gaps nobody reported: stretches of a whole table that hold hardly a record where chance would have brought many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betainc, pdtr

from intelnb.stats.unevenness import unevenness
from intelnb.tables import counting, lateness, selection
from intelnb.tables.coverage import ALL_AREAS, ONE_SENDER, Gap

SHORTEST_DAYS = 7  # weekends and bank holidays without records are no gaps
LEAST_A_WEEK = 50  # a thinner table can fall silent by chance, season and batches together
THIN = 0.1  # a stretch with less than this share of the mean is looked at closer
NEARLY_NONE = 0.05  # of what was due: more than this is a fall, not a gap
FALSE = 0.01  # chance of calling any stretch of a table a gap wrongly
SIDE_DAYS, LEAST_SIDE_DAYS = 28, 14  # what was due is read off the weeks before and after
NONE_DAYS, ALL_DAYS = 14, 28  # where nobody knows how late records are made: none is expected so soon, all are so late

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Steps:
    """Counts per step of a table, a day or a month each, oldest first; the others are numbers of steps.

    `edges` holds the first day of each step, and the first day after the last.
    """

    edges: tuple[date, ...]
    counts: Floats
    window: int
    near: int
    least_near: int
    year: int
    slack: int


def found(table: pd.DataFrame, *, delay: Sequence[float] = (), until: date | None = None) -> tuple[Gap, ...]:
    """Find stretches of a week or longer in which so many records were due that chance does not explain their absence.

    What was due is the lowest of three: the pace of the four weeks before, that of the four weeks after, and that of
    the same dates in other years; so no season the table has seen before is a gap. Of what was due at most one in
    twenty may be there: one kind of crime that stops is no gap. Where all kinds together truly fall so far, as at a
    closure seen for the first time, it is called a gap all the same: nothing in the records tells the two apart, and
    the words are "looks like". Assumes a whole table, all records of an area as read:
    never ask it of one series.

    Parameters
    ----------
    table
        A table of events as read, with `middle` and `hours_wide`; rows outside the area asked for are not used.
    delay
        How late its records are made, as `lateness.measured` gives it. Without it none is expected within two weeks of
        the end and all within four, so that only a silence of weeks is a gap there.
    until
        First day that was not asked for; None for the end of the data.

    Returns
    -------
    tuple of Gap
        Oldest first; none for a table too thin to tell.

    References
    ----------
    von Neumann, J. (1941). Distribution of the ratio of the mean square successive difference to the variance.
    Annals of Mathematical Statistics 12(4).

    Examples
    --------
    >>> days = [*pd.date_range("2026-01-01", "2026-05-31 22:00", freq="2h"), *pd.date_range("2026-07-16", "2026-11-15", freq="2h")]
    >>> found(pd.DataFrame({"middle": days, "hours_wide": 0.0}))[0].words()
    'no records from 1 Jun to 15 Jul 2026'
    """
    if not {"middle", "hours_wide"} <= set(table.columns) or not len(table):
        return ()
    steps = _steps(counting.inside(table), selection.covered_from(table), until)
    if steps is None:
        return ()
    n, window = steps.counts, steps.window
    sums = np.convolve(n, np.ones(window), mode="valid")
    thin = np.zeros(n.size, dtype=bool)
    for at in np.flatnonzero(sums <= THIN * sums.mean()):
        thin[at : at + window] = True
    # thin stretches count too: without them an uneven table would look like an even one
    blocks = n[: n.size // window * window].reshape(-1, window).sum(axis=1)
    phi = unevenness(blocks, np.ones(blocks.size))
    edges = np.flatnonzero(np.diff(np.r_[False, thin, False].astype(int)))
    stretches = [_trimmed(n, int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    gaps = [
        _judged(table, steps, thin, first, end, phi=phi, delay=delay)
        for first, end in stretches
        if end - first >= window
    ]
    return tuple(one for one in gaps if one is not None and _is_news(table, one))


def looked_for(
    source: pd.DataFrame,
    area: pd.DataFrame,
    *,
    delay: Sequence[float] = (),
    until: date | None = None,
    senders: NDArray[np.int64] | None = None,
    levels: Sequence[str] = (),
) -> tuple[Gap, ...]:
    """Find the gaps of an area: those of the whole source it was read from, of its own records, and of its senders.

    A small area alone holds too few records to tell; a large one may fall silent while others go on, and so may one
    sender of several. A sender of under a twentieth of the area's records is no matter. A stretch that lies within
    another is told once.

    Parameters
    ----------
    source
        The records of every area in the time asked for, as for `found`.
    area
        Those of the area itself; all of them where everything was asked for.
    delay
        How late the records of the source are made.
    until
        First day that was not asked for; None for the end of the data.
    senders
        The number of the sender of each record of the source; None where there is one.
    levels
        Columns of the source that name the areas whose records may be told of.

    Returns
    -------
    tuple of Gap
        Oldest first; those of the source say so, where the area is only a part of it.

    Examples
    --------
    >>> days = [*pd.date_range("2026-01-01", "2026-05-31", freq="2h"), *pd.date_range("2026-07-16", "2026-11-15", freq="2h")]
    >>> source = pd.DataFrame({"middle": days, "hours_wide": 0.0})
    >>> looked_for(source, source[::20])[0].of
    'all areas'
    """
    gaps = list(found(source, delay=delay, until=until))
    if len(area) < len(source):
        own = found(area, delay=delay, until=until)
        wider = [replace(one, of=ALL_AREAS) for one in gaps if not any(_holds(other, one) for other in own)]
        gaps = [*wider, *(one for one in own if not any(_holds(other, one) for other in wider))]
    for sent, of, areas in _parts(source, area, senders, levels):
        own = found(sent, delay=delay, until=until)
        gaps += [replace(one, of=of, areas=areas) for one in own if not any(_holds(other, one) for other in gaps)]
    return tuple(sorted(gaps, key=lambda one: (one.first, one.last)))


def _parts(
    source: pd.DataFrame, area: pd.DataFrame, senders: NDArray[np.int64] | None, levels: Sequence[str]
) -> list[tuple[pd.DataFrame, str, tuple[str, ...]]]:
    """The records of each sender the area rests on, what its gaps are told of, and which areas rest on it."""
    if senders is None or len(every := np.unique(senders)) < 2:
        return []
    inside, parts = source.index.isin(area.index), []
    for one in every:
        mine = senders == one
        share = float(mine[inside].mean()) if inside.any() else 0.0
        if share < NEARLY_NONE:
            continue
        is_all = share > 1 - NEARLY_NONE
        shares = [pd.Series(mine[inside]).groupby(source.loc[inside, level].to_numpy()).mean() for level in levels]
        codes = tuple(sorted({str(code) for held in shares for code in held.index[held >= NEARLY_NONE]} - {""}))
        parts.append((source[mine], ALL_AREAS if is_all else ONE_SENDER, () if is_all else codes))
    return parts


def _holds(wide: Gap, narrow: Gap) -> bool:
    """Whether one gap lies within another."""
    return wide.first <= narrow.first and narrow.last <= wide.last


def _steps(rows: pd.DataFrame, first: date | None, until: date | None) -> _Steps | None:
    """The table counted day by day, or month by month where no more is known; None where it holds too little."""
    grain = selection.resolution(rows)
    if not grain or first is None:
        return None
    as_at: datetime | None = rows.attrs.get("as_at")
    middle = rows["middle"].dropna()
    end = (middle.max() if as_at is None else pd.Timestamp(as_at)).date() + timedelta(days=as_at is None)
    end = min(end, until) if until else end
    if grain == "month":
        # the month the data end in is not over
        months = pd.period_range(first, pd.Period(end, freq="M") - 1, freq="M")
        at = months.get_indexer(middle.dt.to_period("M"))
        edges = tuple(month.start_time.date() for month in (*months, months[-1] + 1)) if len(months) else ()
        shape = {"window": 1, "near": 3, "least_near": 2, "year": 12, "slack": 0}
    else:
        days = pd.date_range(first, end, inclusive="left")
        at = days.get_indexer(middle.dt.normalize())
        edges = (*(day.date() for day in days), end)
        shape = {"window": SHORTEST_DAYS, "near": SIDE_DAYS, "least_near": LEAST_SIDE_DAYS, "year": 365, "slack": 14}
    counts = np.bincount(at[at >= 0], minlength=max(len(edges) - 1, 0)).astype(np.float64)
    length = (edges[-1] - edges[0]).days if counts.size else 0
    is_judged = counts.size >= 4 * int(shape["window"]) and counts.sum() * 7 >= LEAST_A_WEEK * length
    return _Steps(edges, counts, **shape) if is_judged else None


def _trimmed(n: Floats, first: int, end: int) -> tuple[int, int]:
    """A stretch without the ordinary days at its ends."""
    few = np.flatnonzero(n[first:end] <= THIN * n.mean())
    return (first + int(few[0]), first + int(few[-1]) + 1) if few.size else (first, first)


def _judged(
    table: pd.DataFrame, steps: _Steps, thin: Bools, first: int, end: int, *, phi: float, delay: Sequence[float]
) -> Gap | None:
    """A stretch as a gap, where what was due and is not there is more than chance explains."""
    n, length = steps.counts, end - first
    begins, ends = steps.edges[first], steps.edges[end]
    sides, close = ((slice(max(first - far, 0), first), slice(end, end + far)) for far in (steps.near, steps.window))
    paces = [
        min(float(n[one][~thin[one]].mean()), float(n[near].mean()))
        for one, near in zip(sides, close, strict=True)
        if (~thin[one]).sum() >= steps.least_near
    ]
    share = _complete(table, begins, ends, delay) if end == n.size else 1.0
    if not paces or np.isnan(share):
        return None
    moving = np.convolve(n, np.ones(length), mode="valid") / length
    for at in range(first % steps.year, moving.size, steps.year):
        # what closes every year closes some days sooner or later
        paces += [float(moving[max(at - steps.slack, 0) : at + steps.slack + 1].min())] if at != first else []
    there, due = float(n[first:end].sum()), min(paces) * length * share
    if not due or there > NEARLY_NONE * due:
        return None
    # so few or fewer, of a Poisson or a negative binomial distribution: the reader starts without scipy's slow `stats`
    chance = pdtr(there, due) if phi <= 1 else betainc(due / (phi - 1), there + 1, 1 / phi)
    if chance * n.size >= FALSE:
        return None
    return Gap(begins, ends - timedelta(days=1), int(there), round(due))


def _is_news(table: pd.DataFrame, gap: Gap) -> bool:
    """Whether some of a gap lies in months that were sent: of the others it is known already."""
    touched = pd.period_range(gap.first, gap.last, freq="M")
    held = set(table.attrs.get("covered", map(str, touched)))
    return any(str(month) in held for month in touched)


def _complete(table: pd.DataFrame, begins: date, ends: date, delay: Sequence[float]) -> float:
    """The share of a stretch the data end with that is recorded by now; not-a-number where nobody can tell."""
    as_at: datetime | None = table.attrs.get("as_at")
    if as_at is None:
        return float("nan")
    return lateness.complete(delay or _unknown(), pd.Timestamp(begins), pd.Timestamp(ends), as_at=as_at)


def _unknown() -> Sequence[float]:
    """The share recorded by a time after the event, as carefully as may be."""
    days = np.arange(0, ALL_DAYS + 0.1, lateness.STEP_H / 24)
    shares: list[float] = np.interp(days, [NONE_DAYS, ALL_DAYS], [0.0, 1.0]).tolist()
    return shares
