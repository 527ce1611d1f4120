"""Getis-Ord Gi* through time: where and when counts stand together, each step judged with the step before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from intelnb.errors import MethodError

MINIMUM_CELLS = 3
RASTER_LIMIT = 50_000_000  # cells of the bounding box times steps; about 800 MB of work space

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SpaceTimeGiStar:
    """One row per cell and one column per step: score, two-sided p, and what was found in and around the bin.

    `around` sums the counts of the bin and its neighbours, `neighbours` counts them.
    """

    z: Floats
    p: Floats
    around: Floats
    neighbours: NDArray[np.int64]


def space_time_gi_star(
    counts: ArrayLike,
    rows: ArrayLike,
    cols: ArrayLike,
    *,
    steps_back: int = 1,
    mean_of: Literal["cube", "step"] = "cube",
) -> SpaceTimeGiStar:
    """Score each cell in each step by how far the count in and around it departs from the average.

    Assumes square cells of one size and steps of one length. A bin's neighbours are the cell itself and the
    up to eight cells touching it, in the step itself and in `steps_back` steps before it, each with weight 1.
    Every cell of the study area must be given, also those without events.

    Parameters
    ----------
    counts
        Events per cell and step, shape (cells, steps), oldest step first, not negative.
    rows, cols
        Whole grid numbers of each cell, shape (cells,); any origin; each pair at most once.
    steps_back
        How many earlier steps count as near, 0 or more.
    mean_of
        "cube" compares with the average over all cells and steps, so that a time when everything rises is hot;
        "step" with the average of the step alone, so that only its places differ.

    Returns
    -------
    SpaceTimeGiStar
        `z`, `p` (two-sided, normal, not corrected for many tests), `around` and `neighbours`, each of shape
        (cells, steps). `z` and `p` are NaN where there is nothing to compare with: a neighbourhood as large
        as the area, or a step without differences under "step".

    Raises
    ------
    MethodError
        For fewer than 3 cells, equal counts everywhere, repeated cells, or counts that are not numbers >= 0.

    References
    ----------
    Ord, J. K. and Getis, A. (1995). Local spatial autocorrelation statistics. Geographical Analysis 27(4).
    Esri. How Emerging Hot Spot Analysis works. ArcGIS Pro, Space Time Pattern Mining toolbox.

    Examples
    --------
    >>> counts = [[0, 0, 9], [0, 0, 8], [0, 0, 0], [0, 0, 0], [1, 0, 0]]
    >>> found = space_time_gi_star(counts, rows=[0, 0, 0, 0, 0], cols=[0, 1, 2, 3, 4])
    >>> found.z.round(2).tolist()[0]
    [-0.61, -0.94, 2.39]
    """
    x = np.asarray(counts, dtype=np.float64)
    row, col = np.asarray(rows), np.asarray(cols)
    _check(x, row, col, steps_back)
    row, col = row.astype(np.int64) - row.min(), col.astype(np.int64) - col.min()
    shape = (int(row.max()) + 1, int(col.max()) + 1)
    if shape[0] * shape[1] * x.shape[1] > RASTER_LIMIT:
        raise MethodError(
            what=f"the cells span a grid of {shape[0]:,} x {shape[1]:,} in {x.shape[1]} steps, too large to score",
            now="Choose larger cells or fewer steps, or look for a grid reference far outside the area.",
        )
    if np.unique(row * shape[1] + col).size != x.shape[0]:
        raise MethodError(what="the same cell is given more than once", now="Count events per cell first.")
    axis = None if mean_of == "cube" else 0
    size = x.size if mean_of == "cube" else x.shape[0]
    mean, spread = x.mean(axis=axis), x.std(axis=axis)
    around = _sums(x, row, col, shape, steps_back)
    reach = _sums(np.ones_like(x), row, col, shape, steps_back)
    room = np.maximum(size * reach - reach**2, 0) / (size - 1)
    scale = spread * np.sqrt(room)
    z = np.full(x.shape, np.nan)
    np.divide(around - mean * reach, scale, out=z, where=scale > 0)
    return SpaceTimeGiStar(z=z, p=2 * norm.sf(np.abs(z)), around=around, neighbours=reach.astype(np.int64))


def _check(x: Floats, row: NDArray[np.int64], col: NDArray[np.int64], steps_back: int) -> None:
    """Refuse what cannot be scored."""
    if x.ndim != 2 or (x.shape[0],) != row.shape or (x.shape[0],) != col.shape:
        raise MethodError(what="counts, rows and columns differ in length", now="Give a row of counts for each cell.")
    if x.shape[0] < MINIMUM_CELLS or x.shape[1] <= steps_back or steps_back < 0:
        raise MethodError(
            what=f"{x.shape[0]} cells in {x.shape[1]} steps, {steps_back} of them looked back, cannot be compared",
            now=f"Give at least {MINIMUM_CELLS} cells and more steps than are looked back.",
        )
    if row.dtype.kind not in "iu" or col.dtype.kind not in "iu":
        raise MethodError(what="rows and columns must be whole grid numbers", now="Number the cells first.")
    if not np.all(np.isfinite(x)) or x.min() < 0:
        raise MethodError(what="a count is missing or below zero", now="Give 0 for a cell without events.")
    if x.min() == x.max():
        raise MethodError(
            what=f"all cells hold the same count ({x[0, 0]:g}) in all steps, so none stands out",
            now="Choose longer steps or larger cells.",
        )


def _sums(
    values: Floats, row: NDArray[np.int64], col: NDArray[np.int64], shape: tuple[int, int], steps_back: int
) -> Floats:
    """Sum each bin's 3 x 3 cells over its step and the ones before; cells outside the area add nothing."""
    steps = values.shape[1]
    field = np.zeros((shape[0] + 2, shape[1] + 2, steps))
    field[row + 1, col + 1] = values
    field = field[:-2] + field[1:-1] + field[2:]
    boxes = (field[:, :-2] + field[:, 1:-1] + field[:, 2:])[row, col]
    summed: Floats = boxes.copy()
    for back in range(1, steps_back + 1):
        summed[:, back:] += boxes[:, : steps - back]
    return summed
