"""Control charts: how far each value lies from the level of a process that is left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm, poisson

from intelnb.errors import MethodError

SIGMAS = 3.0
MEAN_RANGE = 1.128  # mean range of two values of a normal curve, in standard deviations

Limits = Literal["sigma", "exact"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ControlChart:
    """Arrays of shape (periods,) and the level they are judged by.

    `z` is the distance from the level in standard deviations, for the run rules. `is_outside` marks values beyond
    the limits. NaN and False where the value is missing.
    """

    value: Floats
    centre: float
    lower: Floats
    upper: Floats
    z: Floats
    is_outside: NDArray[np.bool_]


def c_chart(counts: ArrayLike, *, learn: int | None = None, limits: Limits = "sigma") -> ControlChart:
    """Chart counts of periods of one length.

    Assumes that counts differ by chance alone, so that their variance is their mean; where crime comes in batches
    the limits are too narrow: chart its values with `xmr_chart`.

    Parameters
    ----------
    counts
        Whole, 0 or more, shape (periods,); NaN where not submitted.
    learn
        How many periods, from the first, the level is learnt from; all when not given.
    limits
        `sigma`: three standard deviations, the usual chart. `exact`: as rare on either side as three standard
        deviations of a normal curve, which counts under about 20 are not.

    Returns
    -------
    ControlChart
        The chart.

    Raises
    ------
    MethodError
        When a count is impossible, or fewer than two periods are there to learn from.

    References
    ----------
    Montgomery, D. C. (2013). Introduction to Statistical Quality Control, 7th edition, chapters 6 and 7.

    Examples
    --------
    >>> found = c_chart([9, 8, 10, 9, 20], learn=4)
    >>> found.centre, found.upper[0].item(), found.is_outside.tolist()
    (9.0, 18.0, [False, False, False, False, True])
    """
    y = _series(counts, whole=True)
    return _rates(y, np.ones(y.shape), learn=learn, limits=limits)


def u_chart(
    counts: ArrayLike, exposure: ArrayLike, *, learn: int | None = None, limits: Limits = "sigma"
) -> ControlChart:
    """Chart counts per unit of what they were counted over: days, incidents, officers on duty.

    Assumes what `c_chart` does.

    Parameters
    ----------
    counts
        Whole, 0 or more, shape (periods,); NaN where not submitted.
    exposure
        What each was counted over, above 0, shape (periods,).
    learn, limits
        As in `c_chart`.

    Returns
    -------
    ControlChart
        The chart; values, level and limits are rates.

    Raises
    ------
    MethodError
        As `c_chart`, or when an exposure is not above 0.

    References
    ----------
    Montgomery, D. C. (2013). Introduction to Statistical Quality Control, 7th edition, chapter 7.

    Examples
    --------
    >>> found = u_chart([30, 31, 28], [31, 31, 28])
    >>> round(found.centre, 3), found.is_outside.any().item()
    (0.989, False)
    """
    y, size = _series(counts, whole=True), np.asarray(exposure, dtype=np.float64)
    if size.shape != y.shape or not np.all(np.isfinite(size) & (size > 0)):
        raise MethodError(what="exposures do not fit the counts, or are not above 0", now="Give one for each count.")
    return _rates(y, size, learn=learn, limits=limits)


def xmr_chart(values: ArrayLike, *, learn: int | None = None) -> ControlChart:
    """Chart single values, their spread taken from how much neighbours differ: no assumption about counts.

    Assumes that neighbours are independent, and that the level is steady while it is learnt.

    Parameters
    ----------
    values
        Shape (periods,); NaN where not submitted.
    learn
        As in `c_chart`.

    Returns
    -------
    ControlChart
        The chart; a standard deviation is the mean moving range divided by 1.128.

    Raises
    ------
    MethodError
        When fewer than two periods are there to learn from, or all of them are alike.

    References
    ----------
    Wheeler, D. J. and Chambers, D. S. (1992). Understanding Statistical Process Control, 2nd edition.

    Examples
    --------
    >>> found = xmr_chart([10, 12, 11, 13, 12, 30], learn=5)
    >>> found.is_outside.tolist()
    [False, False, False, False, False, True]
    """
    y = _series(values, whole=False)
    learnt = _learnt(y, learn)
    # a move over a missing value is not one between neighbours
    moves = np.abs(np.diff(y[: learnt.size if learn is None else learn]))
    moves = moves[~np.isnan(moves)]
    sd = float(moves.mean()) / MEAN_RANGE if moves.size else 0.0
    if sd <= 0:
        raise MethodError(
            what="the values learnt from do not differ, so nothing says how much they usually do",
            now="Learn from more periods, or chart counts with c_chart.",
        )
    return _chart(y, float(np.nanmean(learnt)), np.full(y.shape, sd), floor=-np.inf)


def _rates(y: Floats, size: Floats, *, learn: int | None, limits: Limits) -> ControlChart:
    """The chart of counts over exposures."""
    learnt = ~np.isnan(_learnt(y, learn))
    held = np.flatnonzero(learnt)
    centre = float(y[held].sum() / size[held].sum())
    expected = centre * size
    chart = _chart(y / size, centre, np.sqrt(expected) / size, floor=0.0)
    if limits == "sigma":
        return chart
    if limits != "exact":
        raise MethodError(what=f"limits are {limits!r}", now="Choose sigma or exact.")
    tail = norm.sf(SIGMAS)
    # poisson.isf is the first count whose chance to be passed is small enough, so it lies inside itself
    lower, upper = poisson.ppf(tail, expected), poisson.isf(tail, expected)
    return ControlChart(
        value=chart.value, centre=centre, lower=lower / size, upper=upper / size, z=chart.z,
        is_outside=(y < lower) | (y > upper),
    )  # fmt: skip


def _chart(value: Floats, centre: float, sd: Floats, *, floor: float) -> ControlChart:
    """Three standard deviations about the level."""
    lower, upper = np.maximum(centre - SIGMAS * sd, floor), centre + SIGMAS * sd
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(sd > 0, (value - centre) / sd, 0.0)
    z = np.where(np.isnan(value), np.nan, z)
    outside = (value < lower) | (value > upper)
    return ControlChart(value=value, centre=centre, lower=lower, upper=upper, z=z, is_outside=outside)


def _series(values: ArrayLike, *, whole: bool) -> Floats:
    """Read one series and refuse impossible values."""
    y = np.asarray(values, dtype=np.float64)
    known = y[~np.isnan(y)]
    if y.ndim != 1 or not y.size or not np.isfinite(known).all():
        raise MethodError(what="values are not one series of numbers", now="Chart one series at a time.")
    if whole and np.any((known < 0) | (known != np.floor(known))):
        raise MethodError(what="a count is negative or not whole", now="Chart counts, or use xmr_chart for values.")
    return y


def _learnt(y: Floats, learn: int | None) -> Floats:
    """The periods the level is learnt from."""
    learnt = y if learn is None else y[:learn]
    if (learn is not None and not 2 <= learn <= y.size) or (~np.isnan(learnt)).sum() < 2:
        raise MethodError(what="fewer than two periods are there to learn from", now="Learn from more periods.")
    return learnt
