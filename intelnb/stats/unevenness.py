"""How much more counts of neighbouring periods differ than chance makes them, changes of level apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def unevenness(counts: ArrayLike, exposure: ArrayLike) -> float:
    """Measure variance over mean, at least 1, by steps between neighbours, which changes of level hardly touch.

    Assumes periods that are independent of each other, and a level that moves slowly or seldom.

    Parameters
    ----------
    counts, exposure
        Events and what they were counted over, oldest first, shape (periods,); exposure above 0.

    Returns
    -------
    float
        1 for chance alone, more for crime that comes in batches.

    References
    ----------
    von Neumann, J. (1941). Distribution of the ratio of the mean square successive difference to the variance.
    Annals of Mathematical Statistics 12(4).

    Examples
    --------
    >>> unevenness([4, 6, 4, 6], [1, 1, 1, 1]), round(unevenness([1, 9, 1, 9], [1, 1, 1, 1]), 1)
    (1.0, 6.4)
    """
    y, size = np.asarray(counts, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    rate, variance = y / size, 1 / size[1:] + 1 / size[:-1]
    level = (y[1:] + y[:-1]) / (size[1:] + size[:-1])
    expected = level * variance
    seen = expected > 0
    if not seen.any():
        return 1.0
    return max(1.0, float((np.square(np.diff(rate))[seen] / variance[seen]).sum() / level[seen].sum()))
