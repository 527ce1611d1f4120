"""Expected ranges across known breaks: each period judged only from those recorded as it was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError
from intelnb.stats.expected_range import GUARD_YEARS, LEVEL_PERIODS, LEVEL_YEARS, expected_ranges


@dataclass(frozen=True, eq=False)
class SegmentedRange:
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


def fewest_periods(season: float) -> int:
    """How many earlier periods the model takes at least, the newest ones it keeps out included.

    Examples
    --------
    >>> fewest_periods(52.1775), fewest_periods(12)
    (30, 13)
    """
    return max(LEVEL_PERIODS, int(LEVEL_YEARS * season)) + round(GUARD_YEARS * season)


def segmented_range(
    counts: ArrayLike,
    segments: ArrayLike,
    *,
    season: float,
    exposure: ArrayLike | None = None,
    alpha: float = 0.01,
    trailing: int = 1,
) -> SegmentedRange:
    """Judge the newest periods of each series, never learning across a known break.

    Assumes what `expected_ranges` does, within each segment.

    Parameters
    ----------
    counts
        Events per period, oldest first, shape (series, periods).
    segments
        Number of the stretch each period belongs to, of the same shape; -1 for a period a break falls in,
        which is neither judged nor learnt from.
    season
        Periods in a year.
    exposure
        Length of each period, shape (periods,); equal when not given.
    alpha
        Share of false alarms accepted per period judged, both sides together.
    trailing
        How many of the newest periods to judge.

    Returns
    -------
    SegmentedRange
        Arrays of shape (series, trailing), oldest first.

    Raises
    ------
    MethodError
        When shapes differ, or as `expected_ranges`.

    Examples
    --------
    >>> found = segmented_range([[9] * 13 + [2] * 14], [[0] * 13 + [1] * 14], season=12)
    >>> found.baseline.tolist(), found.mean.round(1).tolist(), found.outside.tolist()
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
        found = expected_ranges(rows, season=season, exposure=exposure, alpha=alpha, trailing=trailing)
        row, step = np.nonzero(segment[owner, -trailing:] == stretch[:, None])
        at = (owner[row], step)
        low[at], high[at], mean[at] = found.low[row, step], found.high[row, step], found.mean[row, step]
        p[at] = np.minimum(1.0, 2 * np.minimum(found.p_high, found.p_low)[row, step])
        method[at], baseline[at] = found.method[row, step], found.baseline_periods[row, step]
        seen = y[:, -trailing:]
        outside = np.where(method == "", 0, (seen > high).astype(int) - (seen < low))
    return SegmentedRange(low=low, high=high, mean=mean, p=p, outside=outside, baseline=baseline, method=method)
