"""Hexagons over an area, in metres: points to the north and south, anchored so that those of neighbouring areas line up."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from intelnb import grid
from intelnb.errors import MethodError

ROOT3 = float(np.sqrt(3))
AREA = ROOT3 / 2  # of a hexagon one metre wide, in square metres

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def cells_within(area: gpd.GeoDataFrame | gpd.GeoSeries, *, cell_m: int) -> gpd.GeoDataFrame:
    """Cover an area with hexagons; one belongs to it when its centre lies inside.

    Assumes a projected CRS in metres. A hexagon is `cell_m` wide between its west and east side, which is also how
    far the centres of neighbours lie apart, and 0.866 `cell_m` squared in area. Rows run west to east, the odd ones
    half a hexagon further east; one hexagon stands on the origin of the CRS, so that a hexagon has the same
    name in every area.

    Parameters
    ----------
    area
        One or more polygons, taken together.
    cell_m
        Width of a hexagon in whole metres, above 0.

    Returns
    -------
    GeoDataFrame
        `cell` (name: easting and northing of its centre), `row`, `col`, `geometry`; south to north, west to east.

    Raises
    ------
    MethodError
        When the CRS is missing or in degrees, the hexagon is not smaller than the area, or there are too many.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> area = gpd.GeoSeries([shapely.box(-50, -50, 350, 150)], crs="EPSG:27700")
    >>> cells_within(area, cell_m=200)["cell"].tolist()
    ['hexagon E0 N0', 'hexagon E200 N0']
    """
    shape = grid.metric_shape(area, cell_m=cell_m)
    west, south, east, north = shape.bounds
    low, high = int(np.floor(south / (AREA * cell_m))), int(np.ceil(north / (AREA * cell_m)))
    left, right = int(np.floor(west / cell_m)) - 1, int(np.ceil(east / cell_m))
    size = (high - low + 1) * (right - left + 1)
    if size > grid.MOST_CELLS:
        raise MethodError(
            what=f"hexagons of {cell_m:,} m would make a grid of {size:,}",
            now="Choose larger hexagons or a smaller area.",
        )
    row, col = (part.ravel() for part in np.mgrid[low : high + 1, left : right + 1].astype(np.int64))
    x, y = centres(row, col, cell_m=cell_m)
    inside = shapely.contains_xy(shape, x + grid.NUDGE_M, y + grid.NUDGE_M)
    if not inside.any():
        raise MethodError(
            what=f"no hexagon of {cell_m:,} m has its centre inside the area",
            now="Choose smaller hexagons or a larger area.",
        )
    row, col, x, y = row[inside], col[inside], x[inside], y[inside]
    names = [f"hexagon E{east:.0f} N{north:.0f}" for east, north in zip(x, y, strict=True)]
    outlines = _outlines(row, col, cell_m=cell_m)
    return gpd.GeoDataFrame({"cell": names, "row": row, "col": col}, geometry=outlines, crs=area.crs)


def centres(rows: ArrayLike, cols: ArrayLike, *, cell_m: int) -> tuple[Floats, Floats]:
    """Easting and northing of the middle of each hexagon.

    Examples
    --------
    >>> [part.round(1).tolist() for part in centres([0, 1], [0, 0], cell_m=100)]
    [[0.0, 50.0], [0.0, 86.6]]
    """
    row, col = np.asarray(rows, dtype=np.int64), np.asarray(cols, dtype=np.int64)
    x, y = (2 * col + row % 2) * (cell_m / 2), row * (AREA * cell_m)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def rows_cols(x: ArrayLike, y: ArrayLike, *, cell_m: int) -> tuple[Ints, Ints]:
    """Name the hexagon each point lies in, which is the one whose centre is nearest; on an edge the one further north.

    Examples
    --------
    >>> row, col = rows_cols([10, 49, 51], [0, 60, 60], cell_m=100)
    >>> row.tolist(), col.tolist()
    ([0, 1, 1], [0, 0, 0])
    """
    east, north = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    below = np.floor(north / (AREA * cell_m)).astype(np.int64)
    found = []
    for row in (below, below + 1):
        col = np.floor(east / cell_m - (row % 2) / 2 + 0.5).astype(np.int64)
        near_x, near_y = centres(row, col, cell_m=cell_m)
        found.append((row, col, (east - near_x) ** 2 + (north - near_y) ** 2))
    (low_row, low_col, low), (high_row, high_col, high) = found
    is_high = high <= low
    return np.where(is_high, high_row, low_row), np.where(is_high, high_col, low_col)


def _outlines(rows: Ints, cols: Ints, *, cell_m: int) -> NDArray[np.object_]:
    """The hexagons as polygons; corners are whole steps of one lattice, so that neighbours share them exactly."""
    across = 2 * cols + rows % 2
    steps_x = np.array([0, 1, 1, 0, -1, -1, 0])
    steps_y = np.array([-2, -1, 1, 2, 1, -1, -2])
    x = (across[:, None] + steps_x) * (cell_m / 2)
    y = (3 * rows[:, None] + steps_y) * (cell_m / ROOT3 / 2)
    polygons: NDArray[np.object_] = shapely.polygons(np.stack([x, y], axis=-1))
    return polygons


def ring(rows: ArrayLike, cols: ArrayLike) -> tuple[Ints, Ints]:
    """Name the hexagons that share a side with these and are not among them.

    Examples
    --------
    >>> row, col = ring([0], [0])
    >>> row.size
    6
    """
    row, col = np.asarray(rows, dtype=np.int64), np.asarray(cols, dtype=np.int64)
    odd, flat = row % 2, np.zeros(row.size, dtype=np.int64)
    across = [(flat, (flat - 1, flat, flat + 1)), (flat + 1, (odd - 1, odd)), (flat - 1, (odd - 1, odd))]
    near = [np.column_stack([row + up, col + step]) for up, steps in across for step in steps]
    grown = np.unique(np.concatenate(near), axis=0)
    new = grid.positions(grown[:, 0], grown[:, 1], among_rows=row, among_cols=col) < 0
    return grown[new, 0], grown[new, 1]
