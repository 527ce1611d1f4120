"""A rate and how far it can be trusted: exact limits of a count over what it was counted in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2, norm

from intelnb.errors import MethodError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rates:
    """Rate, lower and upper limit of each place; NaN where there is nothing to divide by."""

    rate: Floats
    low: Floats
    high: Floats


def rates(
    counts: ArrayLike,
    base: ArrayLike,
    *,
    per: float = 1000.0,
    level: float = 0.95,
    method: Literal["exact", "byar"] = "exact",
) -> Rates:
    """Divide counts by a base, such as residents, and give exact limits however small the count.

    Assumes events independent of each other. The base is taken as known; it is seldom those who were at risk.

    Parameters
    ----------
    counts
        Whole events per place, shape (n,).
    base
        What each was counted in, such as residents, shape (n,); 0 and NaN give no rate.
    per
        How many of the base a rate speaks of.
    level
        Share of such intervals that hold the true rate, at least; above 0 and below 1.
    method
        `exact`, or Byar's approximation, which is usual in public health and close to it from ten events on.

    Returns
    -------
    Rates
        Each of shape (n,), per `per` of the base.

    Raises
    ------
    MethodError
        For counts that are not whole or below 0, a base below 0, unlike lengths, or a level that is none.

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28(3/4).
    Breslow, N. E. and Day, N. E. (1987). Statistical Methods in Cancer Research, volume 2, chapter 2.

    Examples
    --------
    >>> found = rates([10, 0], [2000, 500])
    >>> found.rate.tolist(), found.low.round(2).tolist(), found.high.round(2).tolist()
    ([5.0, 0.0], [2.4, 0.0], [9.2, 7.38])
    """
    n, size = np.asarray(counts, dtype=np.float64), np.asarray(base, dtype=np.float64)
    if n.shape != size.shape:
        raise MethodError(what="counts and their base differ in length", now="Give one of each per place.")
    if not np.all(np.isfinite(n)) or np.any(n < 0) or np.any(n != np.floor(n)):
        raise MethodError(what="a count is missing, not whole or below zero", now="Give 0 for a place without events.")
    if np.any(size < 0):
        raise MethodError(what="a base is below zero", now="Correct it, or leave it blank where it is not known.")
    if not 0 < level < 1:
        raise MethodError(what=f"{level} is not a level", now="Give one between 0 and 1, such as 0.95.")
    if method not in ("exact", "byar"):
        raise MethodError(what=f"there is no method {method!r}", now="Choose exact or byar.")
    outside, more = (1 - level) / 2, n + 1
    if method == "byar":
        z, some = norm.isf(outside), np.maximum(n, 1)
        low = np.where(n > 0, n * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3, 0.0)
        high = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    else:
        low = np.where(n > 0, chi2.ppf(outside, np.maximum(2 * n, 1)) / 2, 0.0)
        high = np.asarray(chi2.ppf(1 - outside, 2 * more)) / 2
    scale = np.divide(per, size, out=np.full(n.shape, np.nan), where=size > 0)
    return Rates(rate=n * scale, low=low * scale, high=high * scale)
