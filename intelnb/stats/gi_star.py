"""Getis-Ord Gi* on square cells: where high (or low) counts stand together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from intelnb.errors import MethodError

MINIMUM_CELLS = 3
RASTER_LIMIT = 50_000_000  # cells of the bounding box; about 800 MB of work space


@dataclass(frozen=True, eq=False)
class GiStar:
    """One row per cell, in the order given: score, two-sided p, and how many cells it was judged with."""

    z: NDArray[np.float64]
    p: NDArray[np.float64]
    neighbours: NDArray[np.int64]


def gi_star(counts: ArrayLike, rows: ArrayLike, cols: ArrayLike) -> GiStar:
    """Score each square cell by how far the count in and around it departs from the study area's average.

    Assumes square cells of one size. Only the cells given belong to the study area, so it may have any
    outline and holes; cells with no event must be given, with count 0. Neighbours are the up to eight
    cells touching side or corner, and the cell itself, each with weight 1.

    Parameters
    ----------
    counts
        Events per cell, shape (n,), not negative.
    rows, cols
        Whole grid numbers of each cell, shape (n,); any origin; each pair at most once.

    Returns
    -------
    GiStar
        `z`, `p` (two-sided, normal, not corrected for many tests) and `neighbours` (the cell included),
        each of shape (n,). A cell that touches the whole study area has nothing to be compared with:
        its `z` and `p` are NaN.

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
    _check(x, row, col)
    row, col = row.astype(np.int64) - row.min(), col.astype(np.int64) - col.min()
    shape = (int(row.max()) + 1, int(col.max()) + 1)
    if shape[0] * shape[1] > RASTER_LIMIT:
        raise MethodError(
            what=f"the cells span a grid of {shape[0]:,} x {shape[1]:,}, too large to score",
            now="Choose larger cells, or look for a grid reference far outside the area.",
        )
    if np.unique(row * shape[1] + col).size != x.size:
        raise MethodError(what="the same cell is given more than once", now="Count events per cell first.")
    n = x.size
    mean = x.mean()
    sums = _box_sums(x - mean, row, col, shape)
    reach = _box_sums(np.ones(n), row, col, shape)
    room = (n * reach - reach**2) / (n - 1)
    scale = np.sqrt(np.mean((x - mean) ** 2) * room)
    z = np.full(n, np.nan)
    np.divide(sums, scale, out=z, where=room > 0)
    return GiStar(z=z, p=2 * norm.sf(np.abs(z)), neighbours=reach.astype(np.int64))


def _check(x: NDArray[np.float64], row: NDArray[np.int64], col: NDArray[np.int64]) -> None:
    """Refuse what cannot be scored."""
    if x.ndim != 1 or x.shape != row.shape or x.shape != col.shape:
        raise MethodError(what="counts, rows and columns differ in length", now="Give one of each per cell.")
    if x.size < MINIMUM_CELLS:
        raise MethodError(
            what=f"hot spots need at least {MINIMUM_CELLS} cells and there are {x.size}",
            now="Choose smaller cells or a larger area.",
        )
    if row.dtype.kind not in "iu" or col.dtype.kind not in "iu":
        raise MethodError(what="rows and columns must be whole grid numbers", now="Number the cells first.")
    if not np.all(np.isfinite(x)) or x.min() < 0:
        raise MethodError(what="a count is missing or below zero", now="Give 0 for a cell without events.")
    if x.min() == x.max():
        raise MethodError(
            what=f"all {x.size} cells hold the same count ({x[0]:g}), so no cell stands out",
            now="Choose a longer period or larger cells.",
        )


def _box_sums(
    values: NDArray[np.float64], row: NDArray[np.int64], col: NDArray[np.int64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Sum each cell's 3 x 3 box; cells outside the study area add nothing."""
    field = np.zeros((shape[0] + 2, shape[1] + 2))
    field[row + 1, col + 1] = values
    lines = field[:-2] + field[1:-1] + field[2:]
    boxes: NDArray[np.float64] = lines[:, :-2] + lines[:, 1:-1] + lines[:, 2:]
    return boxes[row, col]
