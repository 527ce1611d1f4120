"""Expected ranges of counted periods, known breaks respected: each is judged only from those recorded as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.errors import MethodError
from intelnb.stats import overdispersed
from intelnb.stats.expected_range import (
    GUARD_YEARS,
    LEVEL_PERIODS,
    LEVEL_YEARS,
    MONTHS,
    SEASON_YEARS,
    WEEKS,
    expected_ranges,
)
from intelnb.stats.unevenness import unevenness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from intelnb.dates import Period

SIDES = {1: "above", -1: "below", 0: ""}


@dataclass(frozen=True, eq=False)
class Band:
    """Arrays of shape (series, periods judged); `method` is blank and `low` -1 where not assessed.

    `outside` is 1 above the range, -1 below it, else 0; `baseline` counts the periods learnt from.
    """

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    mean: NDArray[np.float64]
    p: NDArray[np.float64]
    outside: NDArray[np.int64]
    baseline: NDArray[np.int64]
    method: NDArray[np.str_]


@dataclass(frozen=True)
class Against:
    """A count beside the mean of a few periods before it: what is usual, and the chance of a count as far from it."""

    usual: float
    p: float
    unevenness: float


def against_few(
    count: int, before: int, *, days: float, before_days: float, history: ArrayLike, history_days: ArrayLike
) -> Against:
    """Say how likely a count this far from the mean of a few periods before it is, crime in batches allowed for.

    Assumes a steady level over these few periods, and periods independent of each other. How uneven they are is learnt
    from the whole history, by steps between neighbours, and counts as uncertain as so long a history leaves it.

    Parameters
    ----------
    count, before
        The count asked about, and all crimes of the few periods it is held against.
    days, before_days
        What each was counted over, above 0.
    history, history_days
        Counts of many earlier periods, the few among them, oldest first, shape (periods,), none missing; and their days.

    Returns
    -------
    Against
        `usual` is the mean over as many days as the count, `p` two-sided, `unevenness` variance over mean, at least 1.

    References
    ----------
    Noufaily, A. et al. (2013). An improved algorithm for outbreak detection. Statistics in Medicine 32(7).

    Examples
    --------
    >>> even, uneven = [9, 11] * 13, [2, 18] * 13
    >>> asked = {"days": 7, "before_days": 28, "history_days": [7] * 26}
    >>> [round(against_few(25, 40, history=past, **asked).p, 3) for past in (even, uneven)]
    [0.006, 0.206]
    """
    y, length = np.asarray(history, dtype=np.float64), np.asarray(history_days, dtype=np.float64)
    phi, level = unevenness(y, length), before + overdispersed.CONTINUITY
    found = overdispersed.predict(
        mean=np.array([level * days / before_days]),
        hat=np.array([1 / level]),
        spread=np.array([phi]),
        baseline=np.array([y.mean() + overdispersed.CONTINUITY / y.size]),
        # steps between neighbours tell two thirds as much as as many free counts
        spare=np.array([(y.size - 1) * 2 / 3]),
    )
    seen = np.array([float(count)])
    p = 2 * min(float(found.at_least(seen)[0]), float(found.at_most(seen)[0]))
    return Against(usual=before * days / before_days, p=min(p, 1.0), unevenness=phi)


def fewest_periods(period: Period) -> int:
    """How many earlier periods the model takes at least, the newest ones it keeps out included.

    Examples
    --------
    >>> from intelnb.dates import parse
    >>> fewest_periods(parse("2026-W46")), fewest_periods(parse("2026-10"))
    (30, 11)
    """
    season = _season(period)
    return max(LEVEL_PERIODS, int(LEVEL_YEARS * season)) + round(GUARD_YEARS * season)


def is_short(held: int, period: Period) -> bool:
    """Whether so many earlier periods are too few to show the time of year, so that the range must be wide.

    Examples
    --------
    >>> from intelnb.dates import parse
    >>> is_short(32, parse("2026-W46")), is_short(156, parse("2026-W46")), is_short(24, parse("2026-10"))
    (True, False, True)
    """
    season = _season(period)
    return held < int(SEASON_YEARS * season) + round(GUARD_YEARS * season)


def band(
    counts: ArrayLike, *, periods: Sequence[Period], segments: ArrayLike, alpha: float = 0.01, trailing: int = 1
) -> Band:
    """Judge the newest periods of each series, never learning across a known break.

    Assumes what `stats.expected_range` does, within each segment. Months are compared by their days.

    Parameters
    ----------
    counts
        Events per period, shape (series, periods).
    periods
        The weeks or months counted, oldest first.
    segments
        Number of the stretch each period belongs to, of the shape of the counts; -1 for a period a break
        falls in, which is neither judged nor learnt from.
    alpha
        Share of false alarms accepted per period judged, both sides together.
    trailing
        How many of the newest periods to judge.

    Returns
    -------
    Band
        Arrays of shape (series, trailing), oldest first.

    Raises
    ------
    MethodError
        When shapes differ, or as `expected_ranges`.

    Examples
    --------
    >>> from intelnb.dates import parse, periods_until
    >>> months = periods_until(parse("2026-10"), count=27)
    >>> found = band([[9] * 13 + [2] * 14], periods=months, segments=[[0] * 13 + [1] * 14])
    >>> found.baseline.tolist(), found.mean.round().tolist(), found.outside.tolist()
    ([[12]], [[2.0]], [[0]])
    """
    y, segment = np.asarray(counts, dtype=np.float64), np.asarray(segments)
    if y.ndim != 2 or y.shape != segment.shape:
        raise MethodError(what="counts and segments differ in shape", now="Give one segment per series and period.")
    # one row per series and stretch, everything outside the stretch missing; judged all at once
    owner, stretch = (
        np.array(
            [(i, s) for i, row in enumerate(segment) for s in np.unique(row[-trailing:]) if s >= 0], dtype=np.int64
        )
        .reshape(-1, 2)
        .T
    )
    shape = (y.shape[0], trailing)
    low, high, outside, baseline = np.full(shape, -1), np.full(shape, -1), np.zeros(shape, int), np.zeros(shape, int)
    mean, p, method = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, "", dtype="<U40")
    if owner.size:
        rows = np.where(segment[owner] == stretch[:, None], y[owner], np.nan)
        days = None if periods[-1].kind == "week" else [p.days for p in periods]
        found = expected_ranges(rows, season=_season(periods[-1]), exposure=days, alpha=alpha, trailing=trailing)
        row, step = np.nonzero(segment[owner, -trailing:] == stretch[:, None])
        at = (owner[row], step)
        low[at], high[at], mean[at] = found.low[row, step], found.high[row, step], found.mean[row, step]
        p[at] = np.minimum(1.0, 2 * np.minimum(found.p_high, found.p_low)[row, step])
        method[at], baseline[at] = found.method[row, step], found.baseline_periods[row, step]
        seen = y[:, -trailing:]
        outside = np.where(method == "", 0, (seen > high).astype(int) - (seen < low))
    return Band(low=low, high=high, mean=mean, p=p, outside=outside, baseline=baseline, method=method)


def whole(values: ArrayLike) -> pd.api.extensions.ExtensionArray:
    """Whole numbers as a column, blank where the model gave none (below 0)."""
    return pd.array([None if value < 0 else int(value) for value in np.asarray(values)], dtype="Int64")


def _season(period: Period) -> float:
    """How many such periods a year has."""
    return WEEKS if period.kind == "week" else MONTHS
