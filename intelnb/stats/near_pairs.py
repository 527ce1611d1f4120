"""Pairs of events that lie near each other, for methods that then ask how soon one came after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from intelnb.errors import MethodError

PAIR_LIMIT = 20_000_000  # pairs held at once; about 1 GB while they are found
MOST_SHORT = np.iinfo(np.int16).max

Metric = Literal["euclidean", "manhattan"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NearPairs:
    """Each pair once: both members, and the distance between them in metres."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    distance: Floats


def near_pairs(place: Floats, *, within_m: float, metric: Metric) -> NearPairs:
    """Find the pairs of places up to a distance apart, the limit included.

    A tree lists neighbours one after the other, so that what is looked up for them lies close in memory.

    Parameters
    ----------
    place
        Metres in one projected grid, shape (n, 2).
    within_m
        Largest distance in metres.
    metric
        "euclidean" (straight line) or "manhattan" (along a grid of streets).

    Raises
    ------
    MethodError
        For more pairs than can be held.

    Examples
    --------
    >>> found = near_pairs(np.array([[0.0, 0.0], [30.0, 40.0], [500.0, 0.0]]), within_m=70, metric="manhattan")
    >>> found.first.tolist(), found.second.tolist(), found.distance.tolist()
    ([0], [1], [70.0])
    """
    power = {"euclidean": 2, "manhattan": 1}[metric]
    tree, reach = cKDTree(place), within_m * (1 + 1e-9)
    total = (int(tree.count_neighbors(tree, reach, p=power)) - place.shape[0]) // 2
    if total > PAIR_LIMIT:
        raise MethodError(
            what=f"{total:,} pairs lie within {within_m:g} m, too many to shuffle",
            now="Shorten the largest distance or the period, and check for records placed on one default point.",
        )
    found = tree.query_pairs(reach, p=power, output_type="ndarray")
    first, second = found[:, 0].astype(np.int32), found[:, 1].astype(np.int32)
    del found
    gap = np.abs(place[first] - place[second])
    distance = np.hypot(gap[:, 0], gap[:, 1]) if metric == "euclidean" else gap.sum(axis=1)
    return NearPairs(first=first, second=second, distance=distance)


def places_and_days(x: ArrayLike, y: ArrayLike, day: ArrayLike, *, wanted: str) -> tuple[Floats, NDArray[Any]]:
    """Refuse events that cannot be compared; give places and days, these counted from the first in the smallest type.

    Raises
    ------
    MethodError
        For fewer than 2 events, a missing place, or days that are missing or not whole.

    Examples
    --------
    >>> places_and_days([0, 1], [0, 1], [7, 9], wanted="near repeats")[1].tolist()
    [0, 2]
    """
    place, days = np.column_stack([np.asarray(x, np.float64), np.asarray(y, np.float64)]), np.asarray(day)
    if place.shape[0] != days.size or days.size < 2:
        raise MethodError(
            what=f"{wanted} need at least 2 events, each with a place and a day; there are {days.size}",
            now="Choose a longer period or a wider area.",
        )
    if not np.all(np.isfinite(place)):
        raise MethodError(what="an event has no place", now="Leave unplaced events out and say how many.")
    if days.dtype.kind == "M":
        if np.isnat(days).any() or np.any(days != days.astype("datetime64[D]")):
            raise MethodError(what="an event has no day, or a time of day", now="Pass whole days.")
        days = days.astype("datetime64[D]").astype(np.int64)
    if days.dtype.kind not in "iu":
        raise MethodError(what="days are not whole numbers", now="Pass whole day numbers or datetime64[D].")
    days = days - days.min()
    return place, days.astype(np.int16 if days.max() < MOST_SHORT else np.int64)
