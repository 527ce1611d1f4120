"""Near-repeat chains: events of which each is close to another in place and time, and whether chance links as many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from intelnb.errors import MethodError
from intelnb.stats import near_pairs

ALONE = -1

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Chains:
    """`chain` names each event's chain (-1: none), 0 the longest; the others have one entry per chain.

    `size` counts the events, `first` and `last` are positions of the earliest and latest event, `days` lie
    between them; `x`, `y` is the centre (mean) and `radius_m` the farthest event from it. `linked` counts all
    events in chains, `chance_linked` what each shuffle of the days linked, `p` its rank among them.
    """

    chain: Ints
    size: Ints
    first: Ints
    last: Ints
    days: Ints
    x: Floats
    y: Floats
    radius_m: Floats
    linked: int
    chance_linked: Ints
    chance_longest: Ints
    p: float


def chains(
    x: ArrayLike,
    y: ArrayLike,
    day: ArrayLike,
    *,
    within_m: float = 200.0,
    within_days: int = 14,
    least_events: int = 3,
    metric: near_pairs.Metric = "euclidean",
    closed: Literal["left", "right"] = "left",
    permutations: int = 199,
    seed: int = 0,
) -> Chains:
    """Join events that follow each other closely: A to B and B to C make one chain, however far A is from C.

    Assumes exact places and days. In a busy place chance alone links events; the shuffles say how many it
    would, allowing for hot spots and busy weeks.

    Parameters
    ----------
    x, y
        Metres in one projected grid, shape (n,).
    day
        Whole day numbers (or datetime64[D]), shape (n,).
    within_m, within_days
        How near, in metres, and how soon, in days, two events must be to be linked.
    least_events
        Fewest events of a chain, 2 or more.
    metric
        "euclidean" (straight line) or "manhattan" (along a grid of streets).
    closed
        "left" links what is nearer and sooner than the limits, "right" also what is exactly on them.
    permutations
        How often days are shuffled; p is never under 1/(permutations + 1).
    seed
        Start of the random numbers; the same seed gives the same answer.

    Returns
    -------
    Chains
        Longest chain first; chains of one length by their first day.

    Raises
    ------
    MethodError
        For fewer than 2 events, a missing place, days that are not whole, limits that are not above 0, or too
        many pairs.

    References
    ----------
    Haberman, C. P. and Ratcliffe, J. H. (2012). The predictive policing challenges of near repeat armed street
    robberies. Policing 6(2).

    Examples
    --------
    >>> found = chains([0, 60, 120, 900], [0, 0, 0, 0], [1, 5, 12, 3], within_m=100, within_days=10)
    >>> found.chain.tolist(), found.size.tolist(), found.days.tolist(), found.x.tolist(), found.radius_m.tolist()
    ([0, 0, 0, -1], [3], [11], [60.0], [60.0])
    """
    place, days = near_pairs.places_and_days(x, y, day, wanted="chains")
    if not within_m > 0 or within_days < 1 or least_events < 2 or permutations < 1:
        raise MethodError(
            what=f"chains of {least_events} events within {within_m} m and {within_days} days, "
            f"against {permutations} shuffles, cannot be looked for",
            now="Give distances and days above 0, 2 events or more, and 1 shuffle or more.",
        )
    pairs = near_pairs.near_pairs(place, within_m=within_m, metric=metric)
    near = pairs.distance < within_m if closed == "left" else pairs.distance <= within_m
    first, second = pairs.first[near], pairs.second[near]
    limit = within_days if closed == "left" else within_days + 1
    chain = _ordered(_groups(days, first, second, limit, least_events), days)
    chance = np.zeros((permutations, 2), dtype=np.int64)
    for at, own in enumerate(np.random.SeedSequence(seed).spawn(permutations)):
        shuffled = np.random.default_rng(own).permutation(days)
        sizes = np.bincount(_groups(shuffled, first, second, limit, least_events) + 1)[1:]
        chance[at] = sizes.sum(), sizes.max(initial=0)
    linked = int((chain >= 0).sum())
    return _described(
        chain,
        place,
        days,
        linked=linked,
        chance=chance,
        p=(int((chance[:, 0] >= linked).sum()) + 1) / (permutations + 1),
    )


def _groups(
    days: NDArray[Any], first: NDArray[np.int32], second: NDArray[np.int32], limit: int, least_events: int
) -> Ints:
    """Number the groups of linked events; -1 for events in too small a group."""
    soon = np.abs(days[first] - days[second]) < limit
    links = coo_array((np.ones(int(soon.sum()), dtype=np.int8), (first[soon], second[soon])), shape=(days.size,) * 2)
    _, label = connected_components(links, directed=False)
    size = np.bincount(label)
    number = np.where(size >= least_events, np.cumsum(size >= least_events) - 1, ALONE)
    return number[label].astype(np.int64)


def _ordered(chain: Ints, days: NDArray[Any]) -> Ints:
    """Number the chains anew: the longest first, then the earliest, then as the events are listed."""
    size = np.bincount(chain + 1)[1:]
    begun = np.full(size.size, np.iinfo(np.int64).max)
    np.minimum.at(begun, chain[chain >= 0], days[chain >= 0].astype(np.int64))
    listed = np.unique(chain[chain >= 0], return_index=True)[1]
    rank = np.empty(size.size + 1, dtype=np.int64)
    rank[np.lexsort((listed, begun, -size))] = np.arange(size.size)
    rank[-1] = ALONE  # what position -1 finds
    return rank[chain]


def _described(chain: Ints, place: Floats, days: NDArray[Any], *, linked: int, chance: Ints, p: float) -> Chains:
    """Say of each chain how long it is, when it began and ended, and where it lies."""
    members = np.flatnonzero(chain >= 0)
    members = members[np.lexsort((members, days[members], chain[members]))]
    number, size = chain[members], np.bincount(chain + 1)[1:]
    ends = np.cumsum(size)
    first, last = members[ends - size], members[ends - 1]
    centre = [np.bincount(number, weights=place[members, axis], minlength=size.size) / size for axis in (0, 1)]
    away = np.hypot(place[members, 0] - centre[0][number], place[members, 1] - centre[1][number])
    radius = np.zeros(size.size)
    np.maximum.at(radius, number, away)
    return Chains(
        chain=chain,
        size=size.astype(np.int64),
        first=first,
        last=last,
        days=(days[last] - days[first]).astype(np.int64),
        x=centre[0],
        y=centre[1],
        radius_m=radius,
        linked=linked,
        chance_linked=chance[:, 0],
        chance_longest=chance[:, 1],
        p=p,
    )
