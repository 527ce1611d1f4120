"""Mann-Kendall: does a series rise or fall throughout, whatever the shape of the rise?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from intelnb.errors import MethodError

MINIMUM_STEPS = 4

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MannKendall:
    """One entry per series: rises less falls, its variance, score, two-sided p, and tau-b."""

    s: NDArray[np.int64]
    variance: Floats
    z: Floats
    p: Floats
    tau: Floats


def mann_kendall(values: ArrayLike) -> MannKendall:
    """Compare every value of a series with every later one, and say whether rises outnumber falls.

    Assumes that without a trend any order of the values is as likely as any other: steps independent of each
    other, no season within them. A series that leans on its own last value shows trends too easily.

    Parameters
    ----------
    values
        One series, shape (steps,), or many, shape (series, steps); oldest first, at least 4 steps, no blanks.

    Returns
    -------
    MannKendall
        `s`, `variance` (corrected for ties), `z` (corrected for continuity), `p` (two-sided, normal) and
        `tau` (Kendall's tau-b), each of shape (series,). Where all values are equal `z` is 0, `p` is 1 and
        `tau` is NaN: there is nothing to rank.

    Raises
    ------
    MethodError
        For fewer than 4 steps, or a value that is missing.

    References
    ----------
    Mann, H. B. (1945). Nonparametric tests against trend. Econometrica 13(3).
    Kendall, M. G. (1975). Rank correlation methods. 4th ed.

    Examples
    --------
    >>> found = mann_kendall([3, 3, 4, 4, 4, 5, 2, 6, 6, 7, 7, 8])
    >>> found.s.tolist(), found.variance.tolist(), found.p.round(5).tolist(), found.tau.round(3).tolist()
    ([48], [206.0], [0.00106], [0.763])
    """
    x = np.atleast_2d(np.asarray(values, dtype=np.float64))
    steps = x.shape[1]
    if x.ndim != 2 or steps < MINIMUM_STEPS:
        raise MethodError(
            what=f"a trend needs at least {MINIMUM_STEPS} steps and there are {steps}", now="Choose a longer period."
        )
    if not np.all(np.isfinite(x)):
        raise MethodError(what="a value of the series is missing", now="Choose a period without gaps.")
    s = np.zeros(x.shape[0], dtype=np.int64)
    for apart in range(1, steps):
        s += np.sign(x[:, apart:] - x[:, :-apart]).astype(np.int64).sum(axis=1)
    tied_pairs, tied_variance = _ties(x)
    variance = (steps * (steps - 1) * (2 * steps + 5) - tied_variance) / 18
    z, tau = np.zeros(s.size), np.full(s.size, np.nan)
    np.divide(s - np.sign(s), np.sqrt(variance), out=z, where=variance > 0)
    pairs = steps * (steps - 1) / 2
    np.divide(s, np.sqrt(pairs * (pairs - tied_pairs)), out=tau, where=tied_pairs < pairs)
    return MannKendall(s=s, variance=variance, z=z, p=2 * norm.sf(np.abs(z)), tau=tau)


def _ties(x: Floats) -> tuple[Floats, Floats]:
    """Sum over the groups of equal values of each series: their pairs, and what they take from the variance."""
    ordered = np.sort(x, axis=1)
    size, pairs, taken = np.ones(x.shape[0]), np.zeros(x.shape[0]), np.zeros(x.shape[0])
    # walking along the sorted values and adding what each lengthening of a group adds
    for at in range(1, x.shape[1]):
        size = np.where(ordered[:, at] == ordered[:, at - 1], size + 1, 1.0)
        pairs += size - 1
        taken += _share(size) - _share(size - 1)
    return pairs, taken


def _share(size: Floats) -> Floats:
    """What a group of this many equal values takes from eighteen times the variance."""
    return size * (size - 1) * (2 * size + 5)
