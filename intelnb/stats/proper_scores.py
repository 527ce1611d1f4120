"""Proper scores: how good were expected counts, by rules that nobody can win by overstating or hedging?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln
from scipy.stats import poisson

from intelnb.errors import MethodError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """Means over all cells, each the better the lower.

    `log_score` is minus the log chance of what happened; `brier` the squared error of the chance of any event; `ranked`
    the squared error summed over all counts a cell might have had.
    """

    log_score: float
    brier: float
    ranked: float


def scores(observed: ArrayLike, expected: ArrayLike) -> Scores:
    """Score expected counts against what happened, taking each cell's count as Poisson.

    Parameters
    ----------
    observed
        Whole events in each cell, shape (n,).
    expected
        Expected events in each cell, above 0, shape (n,).

    Returns
    -------
    Scores
        Three means, lower is better.

    Raises
    ------
    MethodError
        For unlike lengths, no cell, missing or negative counts, or an expected count that is not above 0: an event
        where none was thought possible has no finite score.

    References
    ----------
    Gneiting, T. and Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and estimation. JASA 102.
    Czado, C., Gneiting, T. and Held, L. (2009). Predictive model assessment for count data. Biometrics 65(4).

    Examples
    --------
    >>> found = scores([0, 1], [0.5, 0.5])
    >>> round(found.log_score, 3), round(found.brier, 3)
    (0.847, 0.261)
    """
    seen, told = np.asarray(observed, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if seen.shape != told.shape or not seen.size:
        raise MethodError(
            what="counts and expectations differ in length, or there are none", now="Give one of each per cell."
        )
    if not np.all(np.isfinite(seen) & (seen >= 0) & (seen == np.floor(seen))):
        raise MethodError(what="a count is missing, below 0 or not whole", now="Give 0 where nothing happened.")
    if not np.all(np.isfinite(told) & (told > 0)):
        raise MethodError(
            what="an expected count is missing or not above 0", now="Mix the map with a little even spread."
        )
    any_event = 1 - np.exp(-told)
    return Scores(
        log_score=float(np.mean(told - seen * np.log(told) + gammaln(seen + 1))),
        brier=float(np.mean((any_event - (seen > 0)) ** 2)),
        ranked=float(np.mean(_ranked(seen, told))),
    )


def _ranked(seen: Floats, told: Floats) -> Floats:
    """Ranked probability score of a Poisson count: the squared distance of its steps from what happened, summed."""
    most = int(max(seen.max(), poisson.isf(1e-10, told.max()))) + 1
    total = np.zeros(seen.size)
    for count in range(most + 1):
        total += (poisson.cdf(count, told) - (seen <= count)) ** 2
    return total
