"""Places crimes are counted in: areas that have a code, or the cells of a grid that hold a crime."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from intelnb import grid
from intelnb.errors import MethodError
from intelnb.tables.words import several


@dataclass(frozen=True, eq=False)
class Places:
    """The places, one row each with `name` and `geometry`; and the number of the place of each crime, -1 for none."""

    noun: str
    table: gpd.GeoDataFrame
    of_crime: NDArray[np.int64]


def of_areas(
    crimes: pd.DataFrame, areas: gpd.GeoDataFrame, *, level: str, without: Collection[str] = (), at_risk: str = ""
) -> Places:
    """Find the area each crime lies in, by its code.

    Parameters
    ----------
    crimes
        The crimes table; its column `level` holds codes.
    areas
        The areas: `code, name, geometry`, in metres; rows of other levels are left out where `level` is a column.
    level
        What one area is called.
    without
        Codes of areas to leave out.
    at_risk
        Column that must hold a number above 0 for each area; blank for none.

    Raises
    ------
    MethodError
        For fewer than 2 areas, areas that are not in metres, or `at_risk` that is missing or not above 0.

    Examples
    --------
    >>> areas = gpd.GeoDataFrame({"code": ["C1", "C2"], "name": ["Castle", "Linden"]},
    ...     geometry=[shapely.box(0, 0, 9, 9), shapely.box(9, 0, 18, 9)], crs="EPSG:27700")
    >>> of_areas(pd.DataFrame({"ward": ["C2", "C1", ""]}), areas, level="ward").of_crime.tolist()
    [1, 0, -1]
    """
    rows = areas[areas["level"] == level] if "level" in areas else areas
    rows = rows[~rows["code"].astype(str).isin(list(without))].reset_index(drop=True)
    crs = getattr(rows, "crs", None)
    if len(rows) < 2 or crs is None or not crs.is_projected:
        raise MethodError(
            what=f"of level {level} there {'is' if len(rows) == 1 else 'are'} {several(len(rows), 'area')}, in {crs.name if crs else 'no CRS'}",
            now="Give at least 2 areas in the force's projected CRS.",
        )
    if at_risk and (at_risk not in rows or not (rows[at_risk].astype(float) > 0).all()):
        raise MethodError(
            what=f"the areas do not all say how much {at_risk} is at risk there", now="Give a number above 0 for each."
        )
    codes = pd.Index(rows["code"].astype(str))
    found = codes.get_indexer(pd.Index(crimes[level].astype(str)))
    return Places(level, rows, np.asarray(found, dtype=np.int64))


def of_cells(crimes: gpd.GeoDataFrame, *, cell_m: int) -> Places:
    """Find the cell each crime lies in; cells without one are no places.

    Parameters
    ----------
    crimes
        Crimes that have a point, in metres.
    cell_m
        Side of a cell in metres.

    Examples
    --------
    >>> crimes = gpd.GeoDataFrame({"easting": [10.0, 600.0], "northing": [10.0, 10.0]},
    ...     geometry=gpd.points_from_xy([10, 600], [10, 10]), crs="EPSG:27700")
    >>> found = of_cells(crimes, cell_m=500)
    >>> found.table["name"].tolist(), found.of_crime.tolist()
    (['E0 N0', 'E500 N0'], [0, 1])
    """
    row, col = grid.rows_cols(crimes["easting"], crimes["northing"], cell_m=cell_m)
    cells, of_crime = np.unique(np.column_stack([row, col]), axis=0, return_inverse=True)
    y, x = (cells * cell_m).T
    names = [f"E{east} N{north}" for east, north in zip(x, y, strict=True)]
    table = gpd.GeoDataFrame({"name": names}, geometry=shapely.box(x, y, x + cell_m, y + cell_m), crs=crimes.crs)
    return Places(f"{cell_m:,} m cell", table, of_crime.ravel().astype(np.int64))
