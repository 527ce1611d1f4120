"""Local Moran: which places are like their neighbours, high among high, and which stand out from them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError
from intelnb.stats.neighbours import Neighbours, numbered

QUADRANTS = ("high among high", "low among high", "low among low", "high among low")
SLACK = 1e-10  # sums of the same values in another order may differ by this much
FEW = 11  # the own neighbours and ten draws
DRAWS_AT_ONCE = 2_000_000  # random neighbours held in memory at a time

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LocalMoran:
    """One row per place, in the order given.

    `i` is the statistic, `quadrant` 1 high among high, 2 low among high, 3 low among low, 4 high among low (0 for an
    island), `p` the two-sided pseudo p, `p_above` and `p_below` those of neighbours at least as high, and at most as
    high, as its own. All but `quadrant` are NaN for an island.
    """

    i: Floats
    quadrant: Ints
    p: Floats
    p_above: Floats
    p_below: Floats


def local_moran(
    values: ArrayLike, neighbours: Neighbours, *, permutations: int = 999, most: int = 0, seed: int = 0
) -> LocalMoran:
    """Compare each place with the mean of its neighbours, and both with what chance would put next to it.

    Assumes that a place's neighbours could as well have been any other places. Each place keeps its value while
    its neighbours are drawn from all others without putting back. A place's neighbours together weigh 1.

    Parameters
    ----------
    values
        One number per place, shape (n,).
    neighbours
        Who touches whom.
    permutations
        How many sets of neighbours are drawn. No p can be smaller than 2 / (permutations + 1).
    most
        Where p matters most more is drawn: a place whose own neighbours were passed at most 10 times is drawn for
        anew, ten times as often, until so many draws; its p is that of its last draws alone. 0 draws once.
    seed
        Start of the random numbers.

    Returns
    -------
    LocalMoran
        `i` with divisor n - 1 of the variance left out as in Anselin's text (R's spdep gives n / (n - 1) times
        as much), `quadrant`, and `p` = 2 (smaller tail + 1) / (permutations + 1), at most 1. A draw exactly as
        high as the place's own neighbours counts in both tails; where counts are whole such ties are many, and
        packages that let them fall to either side give smaller p.

    Raises
    ------
    MethodError
        For fewer than 4 places, equal values everywhere, values that are no numbers, or no permutations.

    References
    ----------
    Anselin, L. (1995). Local indicators of spatial association: LISA. Geographical Analysis 27(2).

    Examples
    --------
    >>> from intelnb.stats.neighbours import of_pairs
    >>> row = of_pairs([0, 1, 2, 3, 4], [1, 2, 3, 4, 5], size=6)
    >>> found = local_moran([9, 8, 7, 2, 1, 0], row, permutations=99)
    >>> found.quadrant.tolist(), found.i.round(2).tolist()
    ([1, 1, 1, 3, 3, 3], [1.02, 0.79, 0.08, 0.08, 0.79, 1.02])
    """
    x = numbered(values, neighbours)
    if permutations < 1:
        raise MethodError(what=f"{permutations} permutations draw nothing", now="Give 99 or more.")
    n, degree = x.size, neighbours.degree
    about = (x - x.mean()) / x.std()
    touched = degree > 0
    around = np.divide(neighbours.sums(about), degree, out=np.full(n, np.nan), where=touched)
    high, high_around = about > 0, around > 0
    quadrant = np.where(high, np.where(high_around, 1, 4), np.where(high_around, 2, 3))
    above, below = _tails(about, neighbours, np.flatnonzero(touched), permutations=permutations, seed=seed)
    drawn = permutations
    while drawn < most and (again := np.flatnonzero(np.minimum(above, below) <= FEW / (drawn + 1))).size:
        drawn = min(10 * drawn, most)
        finer = _tails(about, neighbours, again, permutations=drawn, seed=seed + drawn)
        above[again], below[again] = (tail[again] for tail in finer)
    p = np.minimum(1.0, 2 * np.minimum(above, below))
    p[touched & (np.abs(about) < SLACK)] = 1.0  # exactly at the mean nothing depends on the neighbours
    return LocalMoran(
        i=(n - 1) / n * about * around,
        quadrant=np.where(touched, quadrant, 0).astype(np.int64),
        p=p,
        p_above=above,
        p_below=below,
    )


def _tails(
    about: Floats, neighbours: Neighbours, places: Ints, *, permutations: int, seed: int
) -> tuple[Floats, Floats]:
    """Pseudo p of some places in both tails: how often drawn neighbours are as high, and as low, as their own.

    The sum of the neighbours is compared, which orders draws as the statistic does: a place keeps its own value.
    """
    n, sums, degree = about.size, neighbours.sums(about), neighbours.degree
    above, below = np.full(n, np.nan), np.full(n, np.nan)
    if not places.size:
        return above, below
    draws = _drawn(n, int(degree[places].max()), permutations, seed)
    for count in np.unique(degree[places]):
        held = places[degree[places] == count]
        step = max(1, DRAWS_AT_ONCE // (permutations * int(count)))
        for start in range(0, held.size, step):
            at = held[start : start + step]
            drawn = np.zeros((at.size, permutations))
            for k in range(int(count)):
                # numbers count the other places, so those from the place itself on stand one further
                drawn += about[draws[None, k] + (draws[None, k] >= at[:, None])]
            above[at] = ((drawn >= sums[at, None] - SLACK).sum(axis=1) + 1) / (permutations + 1)
            below[at] = ((drawn <= sums[at, None] + SLACK).sum(axis=1) + 1) / (permutations + 1)
    return above, below


def _drawn(n: int, most: int, permutations: int, seed: int) -> Ints:
    """Sets of different numbers below n - 1, shape (most, permutations), shared by all places."""
    rng = np.random.default_rng(seed)
    if 3 * most > n:  # crowded: sets would repeat a number too often to be drawn anew
        return np.ascontiguousarray(rng.permuted(np.tile(np.arange(n - 1), (permutations, 1)), axis=1)[:, :most].T)
    drawn = rng.integers(0, n - 1, size=(permutations, most))
    while True:
        ranked = np.sort(drawn, axis=1)
        again = (ranked[:, 1:] == ranked[:, :-1]).any(axis=1)
        if not again.any():
            return np.ascontiguousarray(drawn.T)
        drawn[again] = rng.integers(0, n - 1, size=(int(again.sum()), most))
