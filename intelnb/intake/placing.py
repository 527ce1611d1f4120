"""Records put in space: in metres, each in one area of every level or in none, and every doubt said."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb import coordinates, geo
from intelnb.intake import boundaries, clearance, vintages
from intelnb.intake.nouns import counted
from intelnb.intake.request import Request
from intelnb.intake.rows import Rows
from intelnb.stats import default_location

_FAULTS = {
    "half": "only one of two coordinates: read as no location",
    "zero": "coordinates 0,0: read as no location",
    "swapped": "easting and northing swapped: read as no location",
    "degrees_swapped": "longitude and latitude swapped: read as no location",
    "degrees": "degrees under easting and northing: read as no location",
    "impossible": "coordinates that are no place: read as no location",
}


@dataclass(frozen=True, eq=False)
class Placing:
    """Records with their places: `placed_by`, one column for each level, and which lie in or near the area asked for.

    `told` are sentences for the account, `remarks` one line for each record read otherwise than written.
    """

    table: pd.DataFrame
    inside: NDArray[np.bool_]
    near: NDArray[np.bool_]
    operation: str
    accuracy_m: float | None
    told: tuple[str, ...]
    remarks: pd.DataFrame


def placed(rows: Rows, request: Request, *, noun: str) -> Placing:
    """Put records in metres and in areas.

    A record lies where its point lies; without a point, in its recorded area; else it is unplaced, which is no
    fault, and belongs to the force as a whole. A point outside every area is kept and lies in none. Coordinates
    that can be no place (0,0, half a pair, swapped) are read as no location. A recorded code of an older edition
    of areas counts for the newer one only through the lookup the settings name.

    Parameters
    ----------
    rows
        Records with `easting`, `northing` and `area`.
    request
        Whose areas, and which is asked for.
    noun
        What the records are called: `crimes`, `incidents`.

    Raises
    ------
    IntelError
        When the area files cannot be used, or the area asked for is unknown or finer than the audience may know.
    """
    areas, mended, _ = boundaries.levels(request)
    table, moved, faults = _in_metres(rows, areas, request)
    at = geo.points(table["easting"].to_numpy(), table["northing"].to_numpy(), crs=request.crs)
    editions = vintages.read(request) if (table["area"] != "").any() else vintages.NONE
    table, by_fit = _in_areas(table, at, areas, request, editions)
    inside, near = _asked(table, at, areas, request)
    common = default_location.is_default(table["easting"].to_numpy(), table["northing"].to_numpy())
    told = [
        *mended,
        *(
            f"{counted(int((faults == word).sum()), noun)} with {t}"
            for word, t in _FAULTS.items()
            if (faults == word).any()
        ),
        *_beyond(table, areas, request, noun),
        *editions.told(table["area"], rows.file, noun),
    ]
    if by_fit:
        told.append(
            f"{counted(by_fit, noun)} placed by the best fit of an older area code to a newer area, not by a point"
        )
    if common.any():
        told.append(
            f"{counted(int(common.sum()), noun)} at {_spots(table, common)}, which may be a default location: kept"
        )
    return Placing(table, inside, near, moved.operation, moved.accuracy_m, tuple(told), _remarks(rows, faults, common))


def _in_metres(
    rows: Rows, areas: gpd.GeoDataFrame, request: Request
) -> tuple[pd.DataFrame, geo.Moved, NDArray[np.object_]]:
    """Coordinates in the force's grid; those that cannot be a place are taken out, and named."""
    rules = rows.column_map
    in_degrees = "longitude" in rows.mapped
    source = (rules.source.crs if rules else "") or (geo.WGS84 if in_degrees else request.crs)
    x, y = (rows.table[name].to_numpy(dtype=float) for name in ("easting", "northing"))
    moved = geo.to_metres(x, y, source=source, target=request.crs)
    bounds = tuple(float(edge) for edge in areas.total_bounds) if len(areas) else None
    faults = coordinates.faults(moved.x, moved.y, bounds=bounds)  # type: ignore[arg-type]
    faults[np.isfinite(x) & np.isfinite(y) & ~np.isfinite(moved.x)] = "impossible"
    confused = _confused(x, y, source=source, target=request.crs)
    faults[confused != ""] = confused[confused != ""]
    faults[np.isfinite(x) != np.isfinite(y)] = "half"
    faults[(x == 0) & (y == 0)] = "zero"
    usable = faults == ""
    table = rows.table.assign(easting=np.where(usable, moved.x, np.nan), northing=np.where(usable, moved.y, np.nan))
    return table, moved, faults


def _confused(x: NDArray[np.float64], y: NDArray[np.float64], *, source: str, target: str) -> NDArray[np.object_]:
    """Degrees in the wrong order, or where metres should stand, told by what the force's grid is made for."""
    extent = coordinates.extent(target)
    if extent is None:
        return np.full(len(x), "", dtype=object)
    if coordinates.is_in_degrees(source):
        return coordinates.faults_in_degrees(x, y, extent=extent)
    return coordinates.faults_in_metres(x, y, extent=extent)


def _in_areas(
    table: pd.DataFrame, at: geo.Points, areas: gpd.GeoDataFrame, request: Request, editions: vintages.Editions
) -> tuple[pd.DataFrame, int]:
    """The area of every level each record lies in: by its point, else by its recorded code; and how many by best fit."""
    names = request.level_names()
    x, y = table["easting"].to_numpy(), table["northing"].to_numpy()
    has_point = np.isfinite(x)
    above = boundaries.parents(areas, names)
    without = np.flatnonzero(~has_point)
    recorded, is_fitted = editions.among(table["area"].to_numpy(dtype=object)[without], frozenset(above))
    is_coded = recorded != ""
    by_code = without[is_coded]
    how = np.where(has_point, "point", "unplaced").astype(object)
    how[by_code] = "code"
    placed_by = {"placed_by": how}
    for level in names:
        codes = geo.place(x, y, areas[areas["level"] == level], crs=request.crs, at=at)
        codes[by_code] = [above[code].get(level, "") for code in recorded[is_coded]]
        placed_by[level] = codes
    columns = {name: pd.Series(cells, dtype="str") for name, cells in placed_by.items()}
    return table.assign(**columns), int((is_coded & is_fitted).sum())


def _asked(
    table: pd.DataFrame, at: geo.Points, areas: gpd.GeoDataFrame, request: Request
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which records lie in the area asked for, and which in the margin round it.

    A margin is only read for those who may know points: a record in it would tell where it lies.
    """
    nowhere = np.zeros(len(table), dtype=bool)
    if not request.area:
        return ~nowhere, nowhere
    area = boundaries.chosen(areas, request.area)
    level = str(area["level"].iloc[0])
    clearance.refuse_finer_area(level, request)
    inside = (table[level] == request.area).to_numpy(dtype=bool)
    if boundaries.is_whole_force(areas, request):
        inside = inside | (table["placed_by"] == "unplaced").to_numpy(dtype=bool)
    if request.margin_m <= 0 or request.clearance.finest != "point":
        return inside, nowhere
    return inside, geo.is_within_m(at, area, distance_m=request.margin_m) & ~inside


def _beyond(table: pd.DataFrame, areas: gpd.GeoDataFrame, request: Request, noun: str) -> list[str]:
    """How many records have a point that lies in no area of the largest level."""
    if areas.empty:
        return []
    largest = request.levels[0].level
    count = int(((table["placed_by"] == "point") & (table[largest] == "")).sum())
    return [f"{counted(count, noun)} with a point outside every {largest}: kept, and placed in none"] if count else []


def _spots(table: pd.DataFrame, common: NDArray[np.bool_]) -> str:
    """Points by their coordinates, the fullest first."""
    counts = table.loc[common, ["easting", "northing"]].value_counts()
    told = [f"{x:.0f} {y:.0f}" for x, y in counts.index[:3]]
    return ", ".join(told) + (" ..." if len(counts) > len(told) else "")


def _remarks(rows: Rows, faults: NDArray[np.object_], common: NDArray[np.bool_]) -> pd.DataFrame:
    """Accepted records that were read otherwise than written, or that stand at a doubtful place."""
    at = np.flatnonzero((faults != "") | common)
    doubtful = "at a point that may be a default location: kept"
    words = np.array([_FAULTS.get(faults[i], doubtful) for i in at], dtype=object)
    return pd.DataFrame({"file": rows.file[at], "row": rows.row[at], "remark": words})
