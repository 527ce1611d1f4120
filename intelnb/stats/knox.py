"""Knox test in bands: are events close in space also close in time more often than chance?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError
from intelnb.stats import near_pairs

ROWS = 255  # pairs per step, so that a column's count fits one byte
SHUFFLES = 1000  # columns of shuffled days that go through the pairs together
BLOCK_BYTES = 2**27  # shuffled days held at once

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Knox:
    """Pair counts by distance band (rows, the first one "same place") and time band (columns)."""

    observed: Ints
    mean: Floats
    median: Floats
    ratio_mean: Floats
    ratio_median: Floats
    p: Floats
    space_bands: tuple[str, ...]
    time_bands: tuple[str, ...]
    pairs: int
    permutations: int
    metric: str
    closed: str


def knox(
    x: ArrayLike,
    y: ArrayLike,
    day: ArrayLike,
    *,
    bands_m: tuple[float, ...] = (100, 200, 300, 400),
    bands_days: tuple[int, ...] = (7, 14, 21, 28, 35),
    same_place_m: float = 0.001,
    metric: near_pairs.Metric = "euclidean",
    closed: Literal["left", "right"] = "left",
    permutations: int = 999,
    seed: int = 0,
) -> Knox:
    """Count pairs of events by how near and how soon after each other, and compare with shuffled days.

    Assumes exact places and days: snapped or month-only records give false answers. Shuffling keeps every
    place and every day and breaks only their link, so it allows for hot spots and for busy weeks, but not
    for places whose crime comes and goes for other reasons.

    Parameters
    ----------
    x, y
        Metres in one projected grid, shape (n,).
    day
        Whole day numbers (or datetime64[D]), shape (n,).
    bands_m
        Upper ends of the distance bands in metres, rising; the first band begins at `same_place_m`.
    bands_days
        Upper ends of the time bands in days, rising; the first band begins at 0.
    same_place_m
        Events nearer than this (with "right", up to this) happened at the same place.
    metric
        "euclidean" (straight line) or "manhattan" (along a grid of streets).
    closed
        "left" counts a pair exactly on a limit in the farther band, [a, b); "right" in the nearer, (a, b].
        Pairs of the same day always count in the first time band.
    permutations
        How often days are shuffled; p is never under 1/(permutations + 1).
    seed
        Start of the random numbers; the same seed gives the same answer.

    Returns
    -------
    Knox
        `observed`, `mean`, `median` (of the shuffles), `ratio_mean`, `ratio_median` (observed over them;
        NaN for 0/0) and `p` = (shuffles with at least as many pairs + 1)/(permutations + 1), each of shape
        (len(bands_m) + 1, len(bands_days)); names of the bands; `pairs`, all pairs within the last distance.

    Raises
    ------
    MethodError
        For fewer than 2 events, a missing place, days that are not whole, bands that do not rise, no
        permutations, or too many pairs.

    References
    ----------
    Knox, E. G. (1964). The detection of space-time interactions. Applied Statistics 13(1).
    Johnson, S. D. et al. (2007). Space-time patterns of risk. Journal of Quantitative Criminology 23(3).

    Examples
    --------
    >>> found = knox([0, 0, 50, 900], [0, 0, 0, 0], [1, 4, 9, 2], bands_m=(100,), bands_days=(7, 14))
    >>> found.space_bands, found.observed.tolist()
    (('[0, 0.001)', '[0.001, 100)'), [[1, 0], [1, 1]])
    """
    place, days = near_pairs.places_and_days(x, y, day, wanted="near repeats")
    edges_m = (same_place_m, *bands_m)
    _check(edges_m, bands_days, permutations)
    pairs = _pairs(place, edges_m, metric=metric, closed=closed)
    # with whole days "up to and with 7" is "under 8", so one strict comparison serves both rules
    limits = np.asarray(bands_days, dtype=np.int64) + (1 if closed == "right" else 0)
    counted = _counts_and_chance(days, pairs, limits, permutations=permutations, seed=seed)
    observed, chance = counted[0], counted[1:]
    mean, median = chance.mean(axis=0), np.median(chance, axis=0)
    return Knox(
        observed=observed,
        mean=mean,
        median=median,
        ratio_mean=_ratio(observed, mean),
        ratio_median=_ratio(observed, median),
        p=((chance >= observed).sum(axis=0) + 1) / (permutations + 1),
        space_bands=_names(edges_m, closed),
        time_bands=_names(bands_days, closed),
        pairs=int(pairs.starts[-1]),
        permutations=permutations,
        metric=metric,
        closed=closed,
    )


def _check(edges_m: tuple[float, ...], bands_days: tuple[int, ...], permutations: int) -> None:
    """Refuse bands and shuffles that make no sense."""
    rising = all(a < b for a, b in pairwise(edges_m)) and all(a < b for a, b in pairwise((0, *bands_days)))
    if not rising or edges_m[0] < 0 or any(b != int(b) for b in bands_days):
        raise MethodError(
            what=f"bands {edges_m} m and {bands_days} days do not rise, or days are not whole",
            now="Give each band's upper end, smallest first.",
        )
    if permutations < 1:
        raise MethodError(what=f"{permutations} shuffles cannot show what chance brings", now="Give 1 or more.")


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Each pair within the last edge once, band after band: its members, and where each band begins and the last ends."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    starts: Ints


def _pairs(place: Floats, edges_m: tuple[float, ...], *, metric: near_pairs.Metric, closed: str) -> _Pairs:
    """Find the pairs and sort them by distance band."""
    found = near_pairs.near_pairs(place, within_m=edges_m[-1], metric=metric)
    side: Literal["left", "right"] = "right" if closed == "left" else "left"
    band = np.searchsorted(edges_m, found.distance, side=side).astype(np.int16)
    order = np.argsort(band, kind="stable")
    starts = np.searchsorted(band[order], np.arange(len(edges_m) + 1)).astype(np.int64)
    order = order[: starts[-1]]
    return _Pairs(found.first[order], found.second[order], starts)


def _counts_and_chance(days: NDArray[Any], pairs: _Pairs, limits: Ints, *, permutations: int, seed: int) -> Ints:
    """Count the pairs of the days as they are, then of each shuffle, shape (1 + permutations, bands, times).

    Every shuffle has a seed of its own, so that the size of a block changes no answer.
    """
    seeds = [None, *np.random.SeedSequence(seed).spawn(permutations)]
    width = max(1, min(SHUFFLES, BLOCK_BYTES // days.nbytes))
    counted = []
    for at in range(0, len(seeds), width):
        block = [
            days if one is None else np.random.default_rng(one).permutation(days) for one in seeds[at : at + width]
        ]
        counted.append(_counts(np.stack(block, axis=1), pairs, limits))
    return np.concatenate(counted)


def _counts(days: NDArray[Any], pairs: _Pairs, limits: Ints) -> Ints:
    """Count pairs per column of days (one row of the answer each), distance band and time band."""
    columns = days.shape[1]
    room = np.empty((2, ROWS, columns), dtype=days.dtype), np.empty((ROWS, columns), dtype=np.bool_)
    within = np.zeros((pairs.starts.size - 1, limits.size + 1, columns), dtype=np.int64)
    limits = np.minimum(limits, np.iinfo(days.dtype).max).astype(days.dtype)
    for band, (begin, end) in enumerate(pairwise(pairs.starts.tolist())):
        for at in range(begin, end, ROWS):
            part = slice(at, min(at + ROWS, end))
            apart, other, is_near = (one[: part.stop - at] for one in (*room[0], room[1]))
            # "clip" spares a copy; no index is out of bounds
            days.take(pairs.first[part], axis=0, out=apart, mode="clip")
            days.take(pairs.second[part], axis=0, out=other, mode="clip")
            np.abs(np.subtract(apart, other, out=apart), out=apart)
            for column, limit in enumerate(limits, start=1):
                np.less(apart, limit, out=is_near)
                within[band, column] += np.add.reduce(is_near.view(np.uint8), axis=0, dtype=np.uint8)
    return np.ascontiguousarray(np.diff(within, axis=1).transpose(2, 0, 1))


def _ratio(observed: Ints, expected: Floats) -> Floats:
    """Divide; 0/0 is NaN and n/0 infinite."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return observed / expected


def _names(edges: tuple[float, ...], closed: str) -> tuple[str, ...]:
    """Write the bands as intervals; the first always holds 0."""
    spans = pairwise((0, *edges))
    if closed == "left":
        return tuple(f"[{a:g}, {b:g})" for a, b in spans)
    return tuple(f"{'[' if a == 0 else '('}{a:g}, {b:g}]" for a, b in spans)
