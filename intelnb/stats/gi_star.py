"""Getis-Ord Gi*: where high (or low) counts stand together, on square cells or among places of any outline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erfc

from intelnb.errors import MethodError
from intelnb.stats.neighbours import Neighbours

MINIMUM_CELLS = 3
RASTER_LIMIT = 50_000_000  # cells of the bounding box that are laid out; about 800 MB of work space
SPARSE_BELOW = 16  # a bounding box this many times the cells is not laid out: its cells are looked up instead
WIDEST = 2**60  # cells of a bounding box that can be numbered

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class GiStar:
    """One row per cell, in the order given: score, two-sided p, and how many cells it was judged with."""

    z: Floats
    p: Floats
    neighbours: Ints


def gi_star(counts: ArrayLike, rows: ArrayLike, cols: ArrayLike, *, with_itself: bool = True) -> GiStar:
    """Score each square cell by how far the count in and around it departs from the study area's average.

    Assumes square cells of one size. Only the cells given belong to the study area, so it may have any
    outline, holes and far-off parts; cells with no event must be given, with count 0. Neighbours are the up
    to eight cells touching side or corner, and the cell itself, each with weight 1.

    Parameters
    ----------
    counts
        Events per cell, shape (n,), not negative; or weights summed per cell.
    rows, cols
        Whole grid numbers of each cell, shape (n,); any origin; each pair at most once.
    with_itself
        Gi* when true; Gi, which judges a cell by the cells around it alone, when false.

    Returns
    -------
    GiStar
        `z`, `p` (two-sided, normal, not corrected for many tests) and `neighbours` (the cell included with
        Gi*), each of shape (n,). A cell that touches the whole study area, or with Gi no cell at all, has
        nothing to be compared with: its `z` and `p` are NaN.

    Raises
    ------
    MethodError
        For fewer than 3 cells, equal counts everywhere, repeated cells, or counts that are not numbers >= 0.

    References
    ----------
    Ord, J. K. and Getis, A. (1995). Local spatial autocorrelation statistics. Geographical Analysis 27(4).

    Examples
    --------
    >>> found = gi_star([9, 8, 0, 0, 0, 0], rows=[0, 0, 0, 0, 0, 0], cols=[0, 1, 2, 3, 4, 5])
    >>> found.z.round(2).tolist()
    [2.23, 1.58, -0.09, -1.58, -1.58, -1.12]
    """
    x = np.asarray(counts, dtype=np.float64)
    row, col = np.asarray(rows), np.asarray(cols)
    if x.ndim != 1 or x.shape != row.shape or x.shape != col.shape:
        raise MethodError(what="counts, rows and columns differ in length", now="Give one of each per cell.")
    _check(x)
    if row.dtype.kind not in "iu" or col.dtype.kind not in "iu":
        raise MethodError(what="rows and columns must be whole grid numbers", now="Number the cells first.")
    row, col = row.astype(np.int64) - row.min(), col.astype(np.int64) - col.min()
    shape = (int(row.max()) + 1, int(col.max()) + 1)
    if shape[0] * shape[1] > WIDEST:
        raise MethodError(
            what=f"the cells span a grid of {shape[0]:,} x {shape[1]:,}, too large to score",
            now="Choose larger cells, or look for a grid reference far outside the area.",
        )
    box_sums = _raster_sums if shape[0] * shape[1] <= min(RASTER_LIMIT, SPARSE_BELOW * x.size + 1000) else _keyed_sums
    about = x - x.mean()
    sums, reach = box_sums(about, row, col, shape)
    return _scored(about, sums, reach) if with_itself else _scored_without(about, sums - about, reach - 1)


def among(values: ArrayLike, neighbours: Neighbours, *, with_itself: bool = True) -> GiStar:
    """Score each place as `gi_star` does, with neighbours of any kind: hexagons, or areas that touch.

    Parameters
    ----------
    values
        Events per place, shape (n,), not negative; or weights summed per place.
    neighbours
        Who touches whom.
    with_itself
        As for `gi_star`.

    Returns
    -------
    GiStar
        As `gi_star` gives it.

    Raises
    ------
    MethodError
        As `gi_star`, and when values and neighbours are not of the same places.

    References
    ----------
    Ord, J. K. and Getis, A. (1995). Local spatial autocorrelation statistics. Geographical Analysis 27(4).

    Examples
    --------
    >>> from intelnb.stats.neighbours import of_pairs
    >>> among([4, 0, 0, 0], of_pairs([0, 1, 2], [1, 2, 3], size=4)).z.round(2).tolist()
    [1.0, 0.58, -1.73, -1.0]
    """
    x = np.asarray(values, dtype=np.float64)
    if x.shape != (neighbours.size,):
        raise MethodError(what="counts and neighbours differ in length", now="Give one count per place.")
    _check(x)
    about, reach = x - x.mean(), neighbours.degree.astype(np.float64)
    around = neighbours.sums(about)
    return _scored(about, around + about, reach + 1) if with_itself else _scored_without(about, around, reach)


def _check(x: Floats) -> None:
    """Refuse what cannot be scored."""
    if x.size < MINIMUM_CELLS:
        raise MethodError(
            what=f"hot spots need at least {MINIMUM_CELLS} cells and there are {x.size}",
            now="Choose smaller cells or a larger area.",
        )
    if not np.all(np.isfinite(x)) or x.min() < 0:
        raise MethodError(what="a count is missing or below zero", now="Give 0 for a cell without events.")
    if x.min() == x.max():
        raise MethodError(
            what=f"all {x.size} cells hold the same count ({x[0]:g}), so no cell stands out",
            now="Choose a longer period or larger cells.",
        )


def _scored(about: Floats, sums: Floats, reach: Floats) -> GiStar:
    """Gi*: sums and average take the place itself in; values are told as they depart from the average."""
    n = about.size
    room = (n * reach - reach**2) / (n - 1)
    z = np.full(n, np.nan)
    np.divide(sums, np.sqrt(about @ about / n * room), out=z, where=room > 0)
    return GiStar(z=z, p=_two_sided(z), neighbours=reach.astype(np.int64))


def _scored_without(about: Floats, sums: Floats, reach: Floats) -> GiStar:
    """Gi: sums, average and spread are those of the other places."""
    n = about.size
    mean = -about / (n - 1)
    variance = (about @ about - about**2) / (n - 1) - mean**2
    room = ((n - 1) * reach - reach**2) / (n - 2)
    z = np.full(n, np.nan)
    is_judged = (room > 0) & (variance > 1e-12 * (about @ about / n))
    np.divide(sums - reach * mean, np.sqrt(np.maximum(variance * room, 0)), out=z, where=is_judged)
    return GiStar(z=z, p=_two_sided(z), neighbours=reach.astype(np.int64))


def _two_sided(z: Floats) -> Floats:
    """The chance of a score this far from 0 either way."""
    p: Floats = erfc(np.abs(z) / np.sqrt(2))
    return p


def _raster_sums(values: Floats, row: Ints, col: Ints, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Sum each cell's 3 x 3 box on the smallest rectangle; cells outside the study area add nothing."""
    width = shape[1] + 2
    at = (row + 1) * width + (col + 1)
    held = np.zeros((shape[0] + 2) * width)
    held[at] = 1.0
    if np.count_nonzero(held) != values.size:
        raise MethodError(what="the same cell is given more than once", now="Count events per cell first.")
    field = np.zeros_like(held)
    field[at] = values
    return _boxes(field, width)[at], _boxes(held, width)[at]


def _boxes(field: Floats, width: int) -> Floats:
    """Sum 3 x 3 boxes of a padded field laid out row by row; its outermost cells are not summed."""
    lines = field.copy()
    lines[width:-width] += field[: -2 * width] + field[2 * width :]
    boxes = lines.copy()
    boxes[1:-1] += lines[:-2] + lines[2:]
    return boxes


def _keyed_sums(values: Floats, row: Ints, col: Ints, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Sum each cell's 3 x 3 box by looking its cells up: for parts so far apart that no rectangle should hold them."""
    width = shape[1] + 2
    key = (row + 1) * width + (col + 1)
    order = np.argsort(key)
    ranked, n = key[order], key.size
    if np.any(ranked[1:] == ranked[:-1]):
        raise MethodError(what="the same cell is given more than once", now="Count events per cell first.")
    given = np.append(values[order], 0.0)
    padded = np.append(ranked, np.iinfo(np.int64).max)
    sums, reach = np.zeros(n), np.zeros(n)
    for up in (-width, 0, width):
        west = ranked + up - 1
        at = np.searchsorted(ranked, west)
        # up to three cells of one row stand next to each other in the ranking
        for _ in range(3):
            met = padded[at] <= west + 2
            sums += np.where(met, given[at], 0.0)
            reach += met
            at = np.minimum(at + 1, n)
    back = np.empty(n, dtype=np.int64)
    back[order] = np.arange(n)
    return sums[back], reach[back]
