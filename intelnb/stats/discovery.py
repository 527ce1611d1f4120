"""Correction for looking at many places at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import false_discovery_control

from intelnb.errors import MethodError


def q_values(p: ArrayLike) -> NDArray[np.float64]:
    """Turn p values into q values: of the places with q at or under 0.05, about 5 % at most are flukes.

    Assumes tests that are independent or positively related, as neighbouring cells are.

    Parameters
    ----------
    p
        P values, 0 to 1, any shape. NaN means "not assessed"; it stays NaN and does not count as a test.

    Returns
    -------
    numpy.ndarray
        Benjamini-Hochberg adjusted p values, the shape of `p`; never smaller than `p`.

    Raises
    ------
    MethodError
        When a value lies outside 0 to 1.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57(1).

    Examples
    --------
    >>> q_values([0.01, 0.04, 0.03, float("nan")]).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    given = np.asarray(p, dtype=np.float64)
    assessed = ~np.isnan(given)
    if np.any((given[assessed] < 0) | (given[assessed] > 1)):
        raise MethodError(what="a p value lies outside 0 to 1", now="Pass p values, not scores.")
    q = np.full(given.shape, np.nan)
    if assessed.any():
        q[assessed] = false_discovery_control(given[assessed], method="bh")
    return q
