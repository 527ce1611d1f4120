"""Who is next to whom: lists of neighbours for squares, hexagons and areas of any outline, built once and used by many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from intelnb.errors import MethodError

SPARSE_BELOW = 16  # a bounding box this many times the cells is not laid out: its cells are looked up by rank
MINIMUM_PLACES = 4  # the variance under shuffling divides by n - 3

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The neighbours of place i are `others[starts[i]:starts[i + 1]]`; no place is its own, every tie is mutual."""

    starts: Ints
    others: Ints

    @property
    def size(self) -> int:
        """How many places there are."""
        return self.starts.size - 1

    @property
    def degree(self) -> Ints:
        """How many neighbours each place has, shape (n,)."""
        return np.diff(self.starts)

    def sums(self, values: ArrayLike) -> Floats:
        """Sum the values of each place's neighbours, the place itself not included, shape (n,) or (n, runs)."""
        summed: Floats = self._matrix() @ np.asarray(values, dtype=np.float64)
        return summed

    def groups(self) -> Ints:
        """Number the groups of places that hang together, from 0, shape (n,)."""
        return np.asarray(connected_components(self._matrix(), directed=False)[1], dtype=np.int64)

    def among(self, chosen: NDArray[np.bool_]) -> Neighbours:
        """The ties between chosen places only, numbered anew in their order."""
        new = np.cumsum(chosen) - 1
        first = np.repeat(np.arange(self.size), self.degree)
        both = chosen[first] & chosen[self.others]
        return _listed(new[first[both]], new[self.others[both]], size=int(chosen.sum()))

    def _matrix(self) -> csr_array:
        return csr_array((np.ones(self.others.size), self.others, self.starts), shape=(self.size, self.size))


def of_pairs(first: ArrayLike, second: ArrayLike, *, size: int) -> Neighbours:
    """Make lists of neighbours from pairs of touching places.

    Parameters
    ----------
    first, second
        Positions of the places of each pair, shape (pairs,); either order, repeats and a place with itself
        do no harm.
    size
        How many places there are; one in no pair is an island.

    Returns
    -------
    Neighbours
        Every pair both ways, each neighbour once, in rising order.

    Raises
    ------
    MethodError
        When a position is not one of the places.

    Examples
    --------
    >>> found = of_pairs([0, 2, 1], [1, 1, 2], size=4)
    >>> found.starts.tolist(), found.others.tolist()
    ([0, 1, 3, 4, 4], [1, 0, 2, 1])
    """
    one, two = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
    if one.size and (min(one.min(), two.min()) < 0 or max(one.max(), two.max()) >= size):
        raise MethodError(what=f"a pair names a place that is not one of the {size}", now="Number places from 0.")
    key = np.unique(np.concatenate([one * size + two, two * size + one]))
    left, right = key // max(size, 1), key % max(size, 1)
    return _listed(left[left != right], right[left != right], size=size)


def of_squares(rows: ArrayLike, cols: ArrayLike) -> Neighbours:
    """Find for each square cell the up to eight listed cells touching its sides and corners.

    Parameters
    ----------
    rows, cols
        Whole grid numbers of each cell, shape (n,); any outline, holes and far-off parts; each pair once.

    Examples
    --------
    >>> of_squares([0, 0, 1, 9], [0, 1, 2, 9]).degree.tolist()
    [1, 2, 1, 0]
    """
    row, col = np.asarray(rows, dtype=np.int64), np.asarray(cols, dtype=np.int64)
    flat = np.zeros(row.size, dtype=np.int64)
    steps = [(up, flat + across) for up in (-1, 0, 1) for across in (-1, 0, 1) if up or across]
    return _of_steps(row, col, steps)


def of_hexagons(rows: ArrayLike, cols: ArrayLike) -> Neighbours:
    """Find for each hexagon the up to six listed ones sharing a side; odd rows stand half a hexagon further east.

    Parameters
    ----------
    rows, cols
        Whole grid numbers of each hexagon, shape (n,), points of the hexagons north and south; each pair once.

    Examples
    --------
    >>> of_hexagons([0, 0, 1, 1], [0, 1, 0, 1]).degree.tolist()
    [2, 3, 3, 2]
    """
    row, col = np.asarray(rows, dtype=np.int64), np.asarray(cols, dtype=np.int64)
    flat, odd = np.zeros(row.size, dtype=np.int64), row % 2
    sides = [(up, odd + across) for up in (-1, 1) for across in (-1, 0)]
    return _of_steps(row, col, [(0, flat - 1), (0, flat + 1), *sides])


def numbered(values: ArrayLike, neighbours: Neighbours) -> Floats:
    """Take one number per place, refusing what the likeness of neighbours cannot be judged on.

    Raises
    ------
    MethodError
        For fewer than 4 places, equal values everywhere, values that are no numbers, or not one per place.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.shape != (neighbours.size,):
        raise MethodError(what="values and neighbours differ in length", now="Give one value per place.")
    if x.size < MINIMUM_PLACES:
        raise MethodError(
            what=f"likeness of neighbours needs at least {MINIMUM_PLACES} places and there are {x.size}",
            now="Choose smaller cells or a larger area.",
        )
    if not np.all(np.isfinite(x)):
        raise MethodError(what="a value is missing", now="Give a number for every place, or leave the place out.")
    if x.min() == x.max():
        raise MethodError(
            what=f"all {x.size} places have the same value ({x[0]:g})", now="Choose a longer period or larger cells."
        )
    return x


def _of_steps(row: Ints, col: Ints, steps: list[tuple[int, Ints]]) -> Neighbours:
    """Look up where each step leads from each cell, among the cells listed."""
    if not row.size:
        return _listed(row, col, size=0)
    row, col = row - row.min() + 1, col - col.min() + 1
    width = int(col.max()) + 2  # a free column on both sides, so that no step runs over into the next row
    key = row * width + col
    asked = [key + up * width + across for up, across in steps]
    boxed = (int(row.max()) + 2) * width
    found = _on_raster(key, asked, boxed) if boxed <= SPARSE_BELOW * key.size + 1000 else _by_rank(key, asked)
    near = np.stack(found, axis=1)
    met = near >= 0
    starts = np.concatenate([[0], np.cumsum(met.sum(axis=1))]).astype(np.int64)
    return Neighbours(starts=starts, others=near[met])


def _on_raster(key: Ints, asked: list[Ints], boxed: int) -> list[Ints]:
    """Find cells by laying all of them out."""
    number = np.full(boxed, -1, dtype=np.int64)
    number[key] = np.arange(key.size)
    return [number[one] for one in asked]


def _by_rank(key: Ints, asked: list[Ints]) -> list[Ints]:
    """Find cells by their rank, where they are too far apart to be laid out."""
    order = np.argsort(key, kind="stable")
    ranked, found = key[order], []
    for one in asked:
        at = np.minimum(np.searchsorted(ranked, one), ranked.size - 1)
        found.append(np.where(ranked[at] == one, order[at], -1))
    return found


def _listed(first: Ints, second: Ints, *, size: int) -> Neighbours:
    """Sort ties by place and neighbour."""
    order = np.argsort(first * max(size, 1) + second, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(first, minlength=size))]).astype(np.int64)
    return Neighbours(starts=starts, others=second[order])
