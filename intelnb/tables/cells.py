"""The places crimes are counted in: square cells, hexagons, or the force's own areas, all with one face.

Counts, densities, hot spots and likeness of neighbours work on any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from intelnb import geo, grid, hexagons
from intelnb.errors import MethodError, together
from intelnb.stats import neighbours as lists

Shape = Literal["square", "hexagon", "area"]
TOUCH_M = 1.0  # outlines made more general leave slits; areas this near touch
KM2 = 1e6
RULES = {
    "square": "squares; each touches the eight round it; a cell belongs to the area its centre lies in",
    "hexagon": "hexagons, points north and south, cell_m between opposite sides; each touches six; a cell belongs to "
    "the area its centre lies in",
    "area": f"the force's own areas; those sharing a side or a corner, or within {TOUCH_M:g} m, touch",
}

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Cells:
    """The places that take part: those reported first (`table`), then the ring round them when there is a margin.

    `table` holds `code, name, geometry`, and `row, col` for squares and hexagons. `x`, `y` (centres) and `km2` speak
    of all that take part.
    """

    shape: Shape
    cell_m: int
    table: gpd.GeoDataFrame
    rows: Ints
    cols: Ints
    x: Floats
    y: Floats
    km2: Floats
    neighbours: lists.Neighbours
    level: str = ""

    @property
    def reported(self) -> slice:
        """Which of the places that take part are reported."""
        return slice(0, len(self.table))

    @property
    def ring(self) -> int:
        """How many places take part without being reported."""
        return int(self.x.size - len(self.table))

    @property
    def fine_m(self) -> float:
        """The size points are judged by, in metres: they must be known to half of it."""
        return float(self.cell_m) if self.cell_m else fine_m(self.table, shape=self.shape, cell_m=0)

    def settings(self) -> dict[str, str | int]:
        """How the places were laid out, for the settings of a Result."""
        size: dict[str, str | int] = {"level": self.level} if self.shape == "area" else {"cell_m": self.cell_m}
        laid: dict[str, str | int] = {"shape": self.shape, "cell_rule": RULES[self.shape], "cells": len(self.table)}
        return {**laid, "cells_in_margin": self.ring, **size}

    def locate(self, crimes: pd.DataFrame) -> Ints:
        """Position of the place each crime lies in, -1 where it lies in none."""
        if self.shape == "area":
            return self._in_areas(crimes)
        find = grid.rows_cols if self.shape == "square" else hexagons.rows_cols
        row, col = find(crimes["easting"], crimes["northing"], cell_m=self.cell_m)
        return grid.positions(row, col, among_rows=self.rows, among_cols=self.cols)

    def _in_areas(self, crimes: pd.DataFrame) -> Ints:
        if self.level and self.level in crimes:
            codes = crimes[self.level].fillna("").astype(str).to_numpy(dtype=object)
        else:
            x, y = (crimes[axis].to_numpy(dtype=np.float64) for axis in ("easting", "northing"))
            codes = geo.place(x, y, self.table, crs=str(self.table.crs))
        return np.asarray(pd.Index(self.table["code"].astype(object)).get_indexer(pd.Index(codes)), dtype=np.int64)


def lay(within: gpd.GeoDataFrame, *, shape: Shape, cell_m: int, has_margin: bool = False) -> Cells:
    """Lay places out over an area.

    Parameters
    ----------
    within
        The area as one or more outlines; for "area" the places themselves: `code, name, geometry`, of one level.
    shape
        "square", "hexagon" or "area".
    cell_m
        Side of a square, width of a hexagon between opposite sides, in whole metres; not used for areas.
    has_margin
        Whether the ring of cells round the area takes part; own areas have none.

    Raises
    ------
    MethodError
        For an unknown shape, a CRS that is missing or in degrees, cells too large or too many, or areas that repeat a
        code, are of several levels, or lack an outline.
    """
    if shape == "area":
        return _own(within)
    if shape not in RULES:
        raise MethodError(what=f"'{shape}' is not a shape of cell", now="Choose square, hexagon or area.")
    base = grid if shape == "square" else hexagons
    found = base.cells_within(within, cell_m=cell_m)
    return _gridded(found.rename(columns={"cell": "code"}), shape=shape, cell_m=cell_m, has_margin=has_margin)


def again(table: gpd.GeoDataFrame, settings: Mapping[str, str | int | float]) -> Cells:
    """Lay the places of an earlier Result out again from its table (`cell`, ...) and its settings."""
    named = table.rename(columns={"cell": "code"})
    if settings["shape"] == "area":
        return replace(_own(named[["code", "name", "geometry"]]), level=str(settings["level"]))
    shape: Shape = "square" if settings["shape"] == "square" else "hexagon"
    has_ring = bool(settings["cells_in_margin"])
    return _gridded(named, shape=shape, cell_m=int(settings["cell_m"]), has_margin=has_ring)


def _gridded(table: gpd.GeoDataFrame, *, shape: Shape, cell_m: int, has_margin: bool) -> Cells:
    """Squares or hexagons from their rows and columns, with the ring round them when there is a margin."""
    rows, cols = table["row"].to_numpy(dtype=np.int64), table["col"].to_numpy(dtype=np.int64)
    if has_margin:
        ring = (grid if shape == "square" else hexagons).ring(rows, cols)
        rows, cols = np.concatenate([rows, ring[0]]), np.concatenate([cols, ring[1]])
    if shape == "square":
        x, y, area = (cols + 0.5) * cell_m, (rows + 0.5) * cell_m, float(cell_m) ** 2
        near = lists.of_squares(rows, cols)
    else:
        (x, y), area = hexagons.centres(rows, cols, cell_m=cell_m), hexagons.AREA * cell_m**2
        near = lists.of_hexagons(rows, cols)
    named = table[["code", "row", "col", "geometry"]].assign(name=table["code"])
    return Cells(
        shape=shape,
        cell_m=cell_m,
        table=named[["code", "name", "row", "col", "geometry"]],
        rows=rows,
        cols=cols,
        x=x,
        y=y,
        km2=np.full(x.size, area / KM2),
        neighbours=near,
    )


def _own(areas: gpd.GeoDataFrame) -> Cells:
    """The force's own areas as places."""
    _check_areas(areas)
    outlines = areas.geometry.to_numpy()
    first, second = shapely.STRtree(outlines).query(outlines, predicate="dwithin", distance=TOUCH_M)
    middle = shapely.point_on_surface(outlines)
    nothing = np.empty(0, dtype=np.int64)
    table = areas[["code", "name", "geometry"]] if "name" in areas else areas[["code", "geometry"]].assign(name="")
    level = str(areas["level"].iloc[0]) if "level" in areas else ""
    return Cells(
        shape="area",
        cell_m=0,
        table=table.reset_index(drop=True)[["code", "name", "geometry"]],
        rows=nothing,
        cols=nothing,
        x=shapely.get_x(middle),
        y=shapely.get_y(middle),
        km2=shapely.area(outlines) / KM2,
        neighbours=lists.of_pairs(first, second, size=len(areas)),
        level=level,
    )


def _check_areas(areas: gpd.GeoDataFrame) -> None:
    """Refuse areas that cannot be places, with every fault."""
    faults = []
    if areas.crs is None or not areas.crs.is_projected:
        faults.append(f"they are in {areas.crs.name if areas.crs else 'no CRS'}, not in metres")
    if not len(areas):
        faults.append("there are none")
    if "code" not in areas:
        faults.append("they have no code")
    elif areas["code"].duplicated().any():
        again_ = areas.loc[areas["code"].duplicated(), "code"].astype(str).unique()
        faults.append(f"a code stands twice: {', '.join(again_[:5])}")
    if "level" in areas and len(set(areas["level"])) > 1:
        faults.append("they are of several levels and lie on top of each other")
    if areas.geometry.isna().any() or areas.geometry.is_empty.any():
        faults.append("one has no outline")
    if faults:
        now = "Give the areas of one level, read through the workspace."
        raise together(faults, what="These areas cannot be counted in", now=now, kind=MethodError)


def fine_m(within: gpd.GeoDataFrame, *, shape: Shape, cell_m: int) -> float:
    """The size points are judged by: they must be known to half of it."""
    if shape != "area":
        return float(cell_m)
    if len(within) and within.crs is not None and not within.crs.is_projected:
        _check_areas(within)  # square degrees say nothing of size
    return 2 * float(np.sqrt(np.median(shapely.area(within.geometry.to_numpy())))) if len(within) else 0.0
