"""Square cells over an area, in metres: anchored so that the grids of neighbouring areas line up."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

MOST_CELLS = 4_000_000
NUDGE_M = 1e-4  # a centre exactly on a border belongs to the area north-east of it, never to both or neither

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def cells_within(area: gpd.GeoDataFrame | gpd.GeoSeries, *, cell_m: int) -> gpd.GeoDataFrame:
    """Cover an area with square cells; a cell belongs to it when the cell's centre lies inside.

    Assumes a projected CRS in metres. Edges lie at multiples of `cell_m`, so a cell has the same name in
    every area, and neighbouring areas share out the cells between them without overlap or gap.

    Parameters
    ----------
    area
        One or more polygons, taken together.
    cell_m
        Side of a cell in whole metres, above 0.

    Returns
    -------
    GeoDataFrame
        `cell` (name: easting and northing of its south-west corner), `row`, `col` (whole cells from the
        origin of the CRS), `geometry`; south to north, west to east; CRS as given.

    Raises
    ------
    MethodError
        When the CRS is missing or in degrees, the cell is not smaller than the area, or there are too many.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> area = gpd.GeoSeries([shapely.box(1000, 2000, 1500, 2250)], crs="EPSG:27700")
    >>> cells_within(area, cell_m=250)["cell"].tolist()
    ['E1000 N2000', 'E1250 N2000']
    """
    shape = metric_shape(area, cell_m=cell_m)
    west, south, east, north = (int(np.floor(edge / cell_m)) for edge in shape.bounds)
    size = (north - south + 1) * (east - west + 1)
    if size > MOST_CELLS:
        raise MethodError(
            what=f"cells of {cell_m:,} m would make a grid of {size:,}", now="Choose larger cells or a smaller area."
        )
    row, col = (part.ravel() for part in np.mgrid[south : north + 1, west : east + 1].astype(np.int64))
    inside = shapely.contains_xy(shape, (col + 0.5) * cell_m + NUDGE_M, (row + 0.5) * cell_m + NUDGE_M)
    if not inside.any():
        raise MethodError(
            what=f"no cell of {cell_m:,} m has its centre inside the area", now="Choose smaller cells or a larger area."
        )
    row, col = row[inside], col[inside]
    boxes = shapely.box(col * cell_m, row * cell_m, (col + 1) * cell_m, (row + 1) * cell_m)
    names = [f"E{c * cell_m} N{r * cell_m}" for r, c in zip(row, col, strict=True)]
    return gpd.GeoDataFrame({"cell": names, "row": row, "col": col}, geometry=boxes, crs=area.crs)


def rows_cols(x: ArrayLike, y: ArrayLike, *, cell_m: int) -> tuple[Ints, Ints]:
    """Name the cell each point lies in; a point on an edge lies north or east of it.

    Examples
    --------
    >>> row, col = rows_cols([1249.9, 1250], [2000, 2000], cell_m=250)
    >>> row.tolist(), col.tolist()
    ([8, 8], [4, 5])
    """
    across, up = (np.floor(np.asarray(axis, dtype=np.float64) / cell_m).astype(np.int64) for axis in (x, y))
    return up, across


def positions(rows: ArrayLike, cols: ArrayLike, *, among_rows: ArrayLike, among_cols: ArrayLike) -> Ints:
    """Find each cell (`rows`, `cols`) in a list of cells: its position, -1 where it is not listed.

    Examples
    --------
    >>> positions([7, 9], [1, 1], among_rows=[9, 8], among_cols=[1, 1]).tolist()
    [-1, 0]
    """
    listed_row, listed_col = np.asarray(among_rows, dtype=np.int64), np.asarray(among_cols, dtype=np.int64)
    row, col = np.asarray(rows, dtype=np.int64), np.asarray(cols, dtype=np.int64)
    if not listed_row.size or not row.size:
        return np.full(row.size, -1, dtype=np.int64)
    width = int(max(listed_col.max(), col.max()) - min(listed_col.min(), col.min())) + 1
    west = int(min(listed_col.min(), col.min()))
    listed, asked = listed_row * width + listed_col - west, row * width + col - west
    order = np.argsort(listed)
    at = np.minimum(np.searchsorted(listed, asked, sorter=order), listed.size - 1)
    found = order[at]
    return np.where(listed[found] == asked, found, -1).astype(np.int64)


def count(rows: ArrayLike, cols: ArrayLike, x: ArrayLike, y: ArrayLike, *, cell_m: int) -> Ints:
    """Count points per cell; points in none of the cells are not counted.

    Parameters
    ----------
    rows, cols
        The cells, shape (n,) each, as `cells_within` numbers them.
    x, y
        Points in metres, no blanks.
    cell_m
        Side of a cell in metres.

    Returns
    -------
    numpy.ndarray
        Points per cell, shape (n,), in the order of the cells.

    Examples
    --------
    >>> count([8, 8], [4, 5], [1000, 1249, 1300, 9999], [2000, 2001, 2002, 2000], cell_m=250).tolist()
    [2, 1]
    """
    size = np.asarray(rows).size
    found = positions(*rows_cols(x, y, cell_m=cell_m), among_rows=rows, among_cols=cols)
    return np.bincount(found[found >= 0], minlength=size).astype(np.int64)


def ring(rows: ArrayLike, cols: ArrayLike) -> tuple[Ints, Ints]:
    """Name the cells that touch these by side or corner and are not among them.

    Examples
    --------
    >>> row, col = ring([0], [0])
    >>> row.size
    8
    """
    row, col = np.asarray(rows, dtype=np.int64), np.asarray(cols, dtype=np.int64)
    step = np.array([(up, across) for up in (-1, 0, 1) for across in (-1, 0, 1)], dtype=np.int64)
    grown = np.unique((np.column_stack([row, col])[:, None, :] + step[None, :, :]).reshape(-1, 2), axis=0)
    new = positions(grown[:, 0], grown[:, 1], among_rows=row, among_cols=col) < 0
    return grown[new, 0], grown[new, 1]


def neighbourhood(values: ArrayLike, rows: ArrayLike, cols: ArrayLike) -> Ints:
    """Sum whole numbers over each cell and the listed cells touching it.

    Examples
    --------
    >>> neighbourhood([1, 2, 4], rows=[0, 0, 0], cols=[0, 1, 3]).tolist()
    [3, 3, 4]
    """
    field, row, col = _raster(values, rows, cols)
    padded = np.pad(field, 1)
    lines = padded[:-2] + padded[1:-1] + padded[2:]
    boxes: Ints = (lines[:, :-2] + lines[:, 1:-1] + lines[:, 2:])[row, col]
    return boxes


def _raster(values: ArrayLike, rows: ArrayLike, cols: ArrayLike) -> tuple[Ints, Ints, Ints]:
    """Lay values out on the smallest rectangle that holds the cells."""
    row, col = np.asarray(rows, dtype=np.int64), np.asarray(cols, dtype=np.int64)
    row, col = row - row.min(), col - col.min()
    field = np.zeros((int(row.max()) + 1, int(col.max()) + 1), dtype=np.int64)
    field[row, col] = np.asarray(values, dtype=np.int64)
    return field, row, col


def metric_shape(area: gpd.GeoDataFrame | gpd.GeoSeries, *, cell_m: int) -> shapely.Geometry:
    """The area as one shape, refused when it cannot carry cells of this size."""
    if area.crs is None or not area.crs.is_projected:
        raise MethodError(
            what=f"the area is in {area.crs.name if area.crs else 'no CRS'}, not in metres",
            now="Give it in the force's projected CRS, such as EPSG:27700.",
        )
    shape = area.geometry.union_all() if len(area) else shapely.Polygon()
    if cell_m <= 0 or cell_m != int(cell_m):
        raise MethodError(what=f"{cell_m} m is not a size of cell", now="Give whole metres above 0, such as 250.")
    if shape.is_empty or shape.area <= cell_m**2:
        raise MethodError(
            what=f"a cell of {cell_m:,} m is not smaller than the area ({shape.area:,.0f} square metres)",
            now="Choose smaller cells or a larger area.",
        )
    return shape
