"""Quick bands round an expected count: square roots of counts are about equally spread whatever their size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bands:
    """Arrays of the shape of the counts; NaN where nothing is expected. `z` is 2 (sqrt observed - sqrt expected)."""

    expected: Floats
    low: Floats
    high: Floats
    z: Floats


def bands(counts: ArrayLike, expected: ArrayLike, *, z: float = 3.0) -> Bands:
    """Put a band round expected counts, and say how far each count lies from what was expected.

    Assumes that counts differ by chance alone and that what was expected is known. Crime is often more uneven, and
    an expectation learnt from a few periods is itself uncertain: more counts lie outside than the normal curve says.

    Parameters
    ----------
    counts
        Counts, 0 or more; NaN where not submitted.
    expected
        What was expected, of the same shape; NaN where nothing is.
    z
        Half the width of the band, in standard deviations, above 0.

    Returns
    -------
    Bands
        `low` is never below 0.

    Raises
    ------
    MethodError
        When shapes differ, or a number is negative.

    References
    ----------
    Freeman, M. F. and Tukey, J. W. (1950). Transformations related to the angular and the square root.
    Annals of Mathematical Statistics 21(4).

    Examples
    --------
    >>> found = bands([36], [25])
    >>> found.low.tolist(), found.high.tolist(), found.z.tolist()
    ([12.25], [42.25], [2.0])
    """
    y, mean = np.asarray(counts, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if y.shape != mean.shape or np.any(y < 0) or np.any(mean < 0) or not z > 0:
        raise MethodError(
            what="counts and expected counts differ in shape, a number is negative, or z is not above 0",
            now="Give one expected count for each count.",
        )
    root = np.sqrt(mean)
    return Bands(
        expected=mean,
        low=np.square(np.maximum(root - z / 2, 0.0)),
        high=np.square(root + z / 2),
        z=2 * (np.sqrt(y) - root),
    )


def weekly_bands(counts: ArrayLike, *, back: int = 8, z: float = 3.0) -> Bands:
    """Put round each period's count the band that the mean of the few periods before it leads to.

    Assumes what `bands` does, and a level that moves slowly.

    Parameters
    ----------
    counts
        Counts per period, oldest first, shape (periods,); NaN where not submitted.
    back
        How many periods before each make up its mean, 1 or more; one that is missing leaves it without a band.
    z
        As in `bands`.

    Returns
    -------
    Bands
        NaN for the first `back` periods.

    Raises
    ------
    MethodError
        As `bands`, or when `back` is below 1.

    References
    ----------
    Wheeler, A. P. (2016). Tables and graphs for monitoring temporal crime trends. Int. J. Police Science 18(3).

    Examples
    --------
    >>> weekly_bands([25, 25, 36], back=2).high.tolist()
    [nan, nan, 42.25]
    """
    y = np.asarray(counts, dtype=np.float64)
    if y.ndim != 1 or back < 1:
        raise MethodError(what="counts are not one series, or back is below 1", now="Give one series of counts.")
    mean = np.full(y.shape, np.nan)
    if y.size > back:
        mean[back:] = sliding_window_view(y, back)[:-1].mean(axis=1)
    return bands(y, mean, z=z)
