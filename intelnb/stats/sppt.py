"""Spatial point pattern test: do two sets of events share themselves out over areas alike?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2, false_discovery_control

from intelnb.errors import MethodError

DRAWN_SHARE = 0.85  # of the second set's events, as in Andresen (2009)
MIDDLE = 0.95

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Proportions:
    """One row per area: its share of each set, the difference, p and q; NaN where neither set has an event."""

    first: Floats
    second: Floats
    difference: Floats
    p: Floats
    q: Floats


def proportions(first: ArrayLike, second: ArrayLike) -> Proportions:
    """Test in each area whether its share of the events is the same in both sets.

    Assumes events independent of each other. A 2 x 2 table of events in the area and elsewhere is tested by
    chi-squared with Yates's correction; q allows for all areas at once whatever their dependence, which shares
    that must sum to 1 always have.

    Parameters
    ----------
    first, second
        Whole events of each set per area, shape (n,); an area without any is left out of the test.

    Returns
    -------
    Proportions
        Shares 0 to 1, `difference` second less first, two-sided `p`, and `q` by Benjamini and Yekutieli.

    Raises
    ------
    MethodError
        For unlike lengths, counts that are not whole or below 0, fewer than 2 areas with events, or an empty set.

    References
    ----------
    Wheeler, A. P., Steenbeek, W. and Andresen, M. A. (2018). Testing for similarity in area-based spatial patterns.
    Transactions in GIS 22(3).
    Benjamini, Y. and Yekutieli, D. (2001). The control of the false discovery rate. Annals of Statistics 29(4).

    Examples
    --------
    >>> found = proportions([10, 10, 10], [30, 10, 10])
    >>> found.difference.round(2).tolist(), found.p.round(3).tolist()
    ([0.27, -0.13, -0.13], [0.038, 0.286, 0.286])
    """
    one, two = _checked(first, second)
    total_one, total_two = one.sum(), two.sum()
    held = (one + two) > 0
    # the 2 x 2 table: in the area, elsewhere; every expected count departs by the same amount
    both = total_one + total_two
    inside = (one + two)[held]
    expected = total_one * inside / both
    gap = np.maximum(np.abs(one[held] - expected) - np.minimum(0.5, np.abs(one[held] - expected)), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        turns = sum(1 / (t * side / both) for t in (total_one, total_two) for side in (inside, both - inside))
        statistic = np.where(gap > 0, gap**2 * turns, 0.0)
    p, q = np.full(one.size, np.nan), np.full(one.size, np.nan)
    p[held] = chi2.sf(statistic, 1)
    q[held] = false_discovery_control(p[held], method="by")
    shares = one / total_one, two / total_two
    return Proportions(first=shares[0], second=shares[1], difference=shares[1] - shares[0], p=p, q=q)


@dataclass(frozen=True, eq=False)
class Similarity:
    """How many areas are alike (`index`, 0 to 1), of those with any event (`index_held`), and which way each differs.

    `direction` is 0 where the first set's share lies in the range, 1 where the second set has more, -1 where less.
    """

    index: float
    index_held: float
    direction: NDArray[np.int64]
    low: Floats
    high: Floats


def similarity(first: ArrayLike, second: ArrayLike, *, draws: int = 200, seed: int = 0) -> Similarity:
    """Say in how many areas the first set's share lies where the second set's could: Andresen's index S.

    Samples of 85 % of the second set are drawn with putting back, and each area's middle 95 % of shares kept.
    No allowance is made for many areas, so that some differ by chance; S above 0.8 is often called alike.

    Parameters
    ----------
    first, second
        As for `proportions`: the base set, and the one tested against it.
    draws, seed
        How many samples, and the start of the random numbers.

    Returns
    -------
    Similarity
        The index over all areas and over those with an event in either set; direction, `low`, `high`, shape (n,).

    Raises
    ------
    MethodError
        As `proportions`, and for fewer than 40 draws, which leave no tail.

    References
    ----------
    Andresen, M. A. (2009). Testing for similarity in area-based spatial patterns. Applied Geography 29(3).
    Andresen, M. A. (2016). An area-based nonparametric spatial point pattern test. Methodological Innovations 9.

    Examples
    --------
    >>> similarity([50, 50, 0], [49, 51, 0]).index
    1.0
    """
    one, two = _checked(first, second)
    if draws * (1 - MIDDLE) / 2 < 1:
        raise MethodError(what=f"{draws} draws leave no tail", now="Give 40 or more; 200 is usual.")
    total = int(two.sum())
    size = max(1, round(DRAWN_SHARE * total))
    drawn = np.sort(np.random.default_rng(seed).multinomial(size, two / total, size=draws) / size, axis=0)
    cut = int(draws * (1 - MIDDLE) / 2)
    low, high = drawn[cut], drawn[draws - 1 - cut]
    share = one / one.sum()
    direction = np.where(share < low - 1e-12, 1, np.where(share > high + 1e-12, -1, 0)).astype(np.int64)
    held = (one + two) > 0
    return Similarity(
        index=float((direction == 0).mean()),
        index_held=float((direction[held] == 0).mean()),
        direction=direction,
        low=low,
        high=high,
    )


def _checked(first: ArrayLike, second: ArrayLike) -> tuple[Floats, Floats]:
    """Both sets as whole counts, refused when there is nothing to compare."""
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.shape != two.shape:
        raise MethodError(what="the two sets are counted over unlike areas", now="Count both over the same areas.")
    if not all(np.all(np.isfinite(k)) and np.all(k >= 0) and np.all(k == np.floor(k)) for k in (one, two)):
        raise MethodError(what="a count is missing, not whole or below zero", now="Give 0 for an area without events.")
    if not one.sum() or not two.sum():
        raise MethodError(what="one of the two sets has no event", now="Choose longer periods or a larger area.")
    if int(((one + two) > 0).sum()) <= 1:
        raise MethodError(what="all events lie in one area", now="Choose smaller areas.")
    return one, two
