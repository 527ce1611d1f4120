"""Moran's I: are high counts near high counts, over the whole area?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from intelnb.errors import MethodError
from intelnb.stats.neighbours import Neighbours, numbered

RUNS_AT_ONCE = 50

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moran:
    """The statistic, what chance brings, and how rare it is: by the formula, and among shuffled values.

    `expected` and `variance` are those of values shuffled over the places (randomisation), `variance_normal` that of
    normal values; `z` and `p` (two-sided) go with the first. `p_shuffled` (two-sided) is NaN without permutations.
    """

    i: float
    expected: float
    variance: float
    variance_normal: float
    z: float
    z_normal: float
    p: float
    p_shuffled: float


def moran(values: ArrayLike, neighbours: Neighbours, *, permutations: int = 999, seed: int = 0) -> Moran:
    """Measure how alike neighbouring places are, and how far that goes beyond chance.

    Assumes that every place could as well have had any other's value: places of very unlike size break it, so
    give rates, or cells of one size. Each place's neighbours together weigh 1; islands weigh nothing.

    Parameters
    ----------
    values
        One number per place, shape (n,).
    neighbours
        Who touches whom.
    permutations
        How often values are shuffled over all places; 0 for the formula alone.
    seed
        Start of the random numbers.

    Returns
    -------
    Moran
        Statistic, moments and both p.

    Raises
    ------
    MethodError
        For fewer than 4 places, equal values everywhere, values that are no numbers, or no two that touch.

    References
    ----------
    Cliff, A. D. and Ord, J. K. (1981). Spatial processes: models and applications.

    Examples
    --------
    >>> from intelnb.stats.neighbours import of_pairs
    >>> row = of_pairs([0, 1, 2, 3, 4], [1, 2, 3, 4, 5], size=6)
    >>> round(moran([9, 8, 7, 2, 1, 0], row).i, 3)
    0.755
    """
    x = numbered(values, neighbours)
    if not neighbours.others.size:
        raise MethodError(what="no two places touch", now="Choose places that border on each other.")
    n, about = x.size, x - x.mean()
    degree = neighbours.degree.astype(np.float64)
    share = np.divide(1.0, degree, out=np.zeros(n), where=degree > 0)
    total = float((degree > 0).sum())
    found = _statistic(about, neighbours, share, total)
    expected = -1.0 / (n - 1)
    s1, s2 = _weights(neighbours, share)
    normal = (n**2 * s1 - n * s2 + 3 * total**2) / ((n**2 - 1) * total**2) - expected**2
    kurtosis = n * (about**4).sum() / (about @ about) ** 2
    shuffled = (
        n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * total**2) - kurtosis * ((n**2 - n) * s1 - 2 * n * s2 + 6 * total**2)
    ) / ((n - 1) * (n - 2) * (n - 3) * total**2) - expected**2
    z = (found - expected) / np.sqrt(shuffled)
    return Moran(
        i=found,
        expected=expected,
        variance=float(shuffled),
        variance_normal=float(normal),
        z=float(z),
        z_normal=float((found - expected) / np.sqrt(normal)),
        p=float(2 * norm.sf(abs(z))),
        p_shuffled=_shuffled(about, neighbours, share, permutations=permutations, seed=seed),
    )


def _statistic(about: Floats, neighbours: Neighbours, share: Floats, total: float) -> float:
    return float(about.size / total * (about * share) @ neighbours.sums(about) / (about @ about))


def _weights(neighbours: Neighbours, share: Floats) -> tuple[float, float]:
    """The two sums over weights that the variance needs: each pair there and back, each place's out and in."""
    here = np.repeat(np.arange(neighbours.size), neighbours.degree)
    there = share[here] + share[neighbours.others]
    out = (neighbours.degree > 0).astype(np.float64)
    return float((there**2).sum() / 2), float(((out + neighbours.sums(share)) ** 2).sum())


def _shuffled(about: Floats, neighbours: Neighbours, share: Floats, *, permutations: int, seed: int) -> float:
    """Twice the smaller share of shuffles that reach as far, the observed one counted among them."""
    if not permutations:
        return float("nan")
    rng = np.random.default_rng(seed)
    found = float((about * share) @ neighbours.sums(about))
    slack = 1e-10 * float(about @ about)
    more = less = 0
    for start in range(0, permutations, RUNS_AT_ONCE):
        runs = min(RUNS_AT_ONCE, permutations - start)
        drawn = rng.permuted(np.tile(about[:, None], (1, runs)), axis=0)
        products = (drawn * share[:, None] * neighbours.sums(drawn)).sum(axis=0)
        more += int((products >= found - slack).sum())
        less += int((products <= found + slack).sum())
    return min(1.0, 2 * (min(more, less) + 1) / (permutations + 1))
