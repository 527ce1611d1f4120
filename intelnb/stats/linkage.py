"""Likeness of crimes: how rarely two crimes are as alike as these, by each feature and by all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.stats import rankdata

from intelnb.errors import MethodError

MOST = 3000  # crimes; all pairs of more would not fit into memory
STEP_M, STEP_DAYS, STEP_HOURS = 50.0, 1.0, 0.5  # nearer than this is no more alike: records are not that exact
FEATURES = ("place", "time", "hour", "method", "property")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Likeness:
    """All pairs of crimes, the most alike first.

    `one` and `two` are positions; `metres`, `days`, `hours` how far apart (hours blank where either is not known);
    `rarity` has shape (pairs, 5): for each feature the logarithm to base 10 of one over the share of all pairs
    that are at least as alike, 0 where it is not known; `score` is their sum.
    """

    one: Ints
    two: Ints
    metres: Floats
    days: Floats
    hours: Floats
    rarity: Floats
    score: Floats


def likeness(
    x: ArrayLike,
    y: ArrayLike,
    day: ArrayLike,
    hour: ArrayLike,
    *,
    method: Sequence[Collection[str]],
    taken: Sequence[Collection[str]],
) -> Likeness:
    """Compare every pair of crimes by place, time, hour of the day, method and property.

    Places are compared in steps of 50 m, days in steps of a day, hours in steps of half an hour.

    Assumes that features are independent of each other: they are not quite, so a score ranks and is no chance. What
    all crimes share tells nothing and counts for nothing; a rare word shared counts more than a common one. A feature
    that is not known for one of two crimes neither speaks for nor against them.

    Parameters
    ----------
    x, y
        Metres in one projected grid, shape (n,).
    day
        Days, with fractions, shape (n,).
    hour
        Hour of the day, 0 up to, not with, 24; NaN where not known, shape (n,).
    method, taken
        Words of how it was done and of what was taken, for each crime; none where not known.

    Returns
    -------
    Likeness
        All n (n - 1) / 2 pairs, the highest score first, ties by position.

    Raises
    ------
    MethodError
        For fewer than 3 crimes, more than 3,000, unlike lengths, or places and days that are missing.

    References
    ----------
    Bennell, C. and Canter, D. (2002). Linking commercial burglaries by modus operandi. Science and Justice 42(3).
    Tonkin, M. et al. (2011). Linking different types of crime using geographical and temporal proximity. Criminal Justice
    and Behavior 38(11).

    Examples
    --------
    >>> found = likeness([0, 10, 5000], [0, 0, 0], [1.0, 2.0, 90.0], [15.0, 15.5, 3.0],
    ...     method=[{"rear", "door"}, {"rear", "door"}, {"window"}], taken=[{"ring"}, {"ring"}, set()])
    >>> (int(found.one[0]), int(found.two[0])), found.rarity[0].round(2).tolist()
    ((0, 1), [0.48, 0.48, 0.48, 0.48, 0.0])
    """
    east, north, when, clock = (np.asarray(v, dtype=np.float64) for v in (x, y, day, hour))
    size = east.size
    if not east.shape == north.shape == when.shape == clock.shape or not size == len(method) == len(taken):
        raise MethodError(what="features differ in length", now="Give one of each per crime.")
    if not 3 <= size <= MOST:
        raise MethodError(what=f"{size:,} crimes cannot be compared pair by pair", now=f"Choose 3 to {MOST:,} of them.")
    if not all(np.all(np.isfinite(one)) for one in (east, north, when)):
        raise MethodError(what="a crime has no place or no day", now="Leave it out and say how many.")
    one, two = np.triu_indices(size, k=1)
    metres = np.hypot(east[one] - east[two], north[one] - north[two])
    days = np.abs(when[one] - when[two])
    apart = np.abs(clock[one] - clock[two])
    hours = np.minimum(apart, 24 - apart)
    steps = ((metres, STEP_M), (days, STEP_DAYS), (hours, STEP_HOURS))
    alike = [
        *(-np.floor(away / step) for away, step in steps),
        *(_shared(words, one, two) for words in (method, taken)),
    ]
    rarity = np.column_stack([_rarity(values) for values in alike])
    score = rarity.sum(axis=1)
    order = np.lexsort((two, one, -score.round(12)))
    return Likeness(
        one=one[order].astype(np.int64), two=two[order].astype(np.int64), metres=metres[order], days=days[order],
        hours=hours[order], rarity=rarity[order], score=score[order],
    )  # fmt: skip


def _shared(words: Sequence[Collection[str]], one: Ints, two: Ints) -> Floats:
    """Share of the words of two crimes that both have, rare words counting more; NaN where either has none."""
    counts = Counter(word for held in words for word in set(held))
    size, known = len(words), sorted(counts)
    column = {word: at for at, word in enumerate(known)}
    # a word of every crime tells nothing
    weight = np.array([log(size / counts[word]) for word in known])
    pairs = [(at, column[word]) for at, held in enumerate(words) for word in set(held)]
    if not pairs:
        return np.full(one.size, np.nan)
    rows, cols = np.array(pairs, dtype=np.int64).T
    held = csr_array((np.ones(len(pairs)), (rows, cols)), shape=(size, len(known)))
    both = np.asarray((held.multiply(weight[None, :]) @ held.T).todense())[one, two]
    own = np.asarray(held @ weight).ravel()
    either = own[one] + own[two] - both
    told = np.diff(held.indptr) > 0
    share = np.divide(both, either, out=np.zeros_like(both), where=either > 0)
    return np.where(told[one] & told[two], share, np.nan)


def _rarity(alike: Floats) -> Floats:
    """How rare it is, among the pairs that are known, to be at least so alike; nothing for the unknown."""
    known = np.isfinite(alike)
    rarity = np.zeros(alike.size)
    if known.any():
        values = alike[known]
        # rank 1 is the most alike; pairs that tie share the worst of their ranks
        at_least = rankdata(-values, method="max")
        rarity[known] = np.log10(values.size / at_least)
    return rarity
