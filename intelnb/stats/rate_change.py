"""Change in many places at once: is each place's count now more or less than its count before allows for?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom

from intelnb.errors import MethodError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RateChange:
    """One row per place: what was expected now, the ratio of the rates, and the exact two-sided p.

    `ratio` is infinite where there was nothing before, NaN where there was nothing at all; there `p` is 1.
    """

    expected: Floats
    ratio: Floats
    p: Floats


def rate_change(
    now: ArrayLike, before: ArrayLike, *, exposure_now: float = 1.0, exposure_before: float = 1.0
) -> RateChange:
    """Compare two counts of each place exactly, however small, given how long (or how much) each was counted over.

    Assumes events happen independently of each other. Given that a place had so many events in both periods
    together, each fell in the later one with the chance exposure_now / (exposure_now + exposure_before). With days
    as exposures the question is whether the place's rate changed; with the totals of the whole area, whether it
    changed otherwise than the whole. P are not corrected for many places.

    Parameters
    ----------
    now, before
        Whole events of each place in the later and the earlier period, shape (n,).
    exposure_now, exposure_before
        Days of each period, or events of the whole area in each; above 0, in one unit.

    Returns
    -------
    RateChange
        Each of shape (n,); `expected` is what the earlier count comes to over the later exposure.

    Raises
    ------
    MethodError
        For counts that are not whole or below 0, of unlike length, or exposures that are not above 0.

    References
    ----------
    Przyborowski, J. and Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson series.
    Biometrika 31(3/4).

    Examples
    --------
    >>> found = rate_change([9, 1, 0], [1, 1, 0])
    >>> found.p.round(4).tolist()
    [0.0215, 1.0, 1.0]
    """
    late, early = np.asarray(now, dtype=np.float64), np.asarray(before, dtype=np.float64)
    if late.shape != early.shape:
        raise MethodError(what="counts now and before differ in length", now="Give one of each per place.")
    if not all(np.all(np.isfinite(k)) and np.all(k >= 0) and np.all(k == np.floor(k)) for k in (late, early)):
        raise MethodError(what="a count is missing, not whole or below zero", now="Give 0 for a place without events.")
    if not all(np.isfinite(e) and e > 0 for e in (exposure_now, exposure_before)):
        raise MethodError(
            what=f"exposures {exposure_now} and {exposure_before} are not both above 0", now="Give days or totals."
        )
    together, share = late + early, exposure_now / (exposure_now + exposure_before)
    tails = np.minimum(binom.sf(late - 1, together, share), binom.cdf(late, together, share))
    expected = early * exposure_now / exposure_before
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = late / expected
    return RateChange(expected=expected, ratio=ratio, p=np.minimum(2 * tails, 1.0))
