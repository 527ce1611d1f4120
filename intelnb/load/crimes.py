"""Crimes: read through the force's column map, placed in its areas, and put in time by their middle."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb import geo
from intelnb.intake import boundaries, clearance, reading, values
from intelnb.intake.clearance import EXCLUDED, OUTSIDE_AREA, OUTSIDE_PERIOD, USED, Prepared
from intelnb.intake.column_map import Plan
from intelnb.intake.reading import Rows
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.intake.values import Problem, Typed
from intelnb.tables.contract import MOMENT
from intelnb.tables.crimes import CONTRACT
from intelnb.tables.crimes import EXCLUDED as NO_LONGER_CRIMES

_FAULTS = {
    "half": "only one of two coordinates: read as no location",
    "zero": "coordinates 0,0: read as no location",
    "swapped": "easting and northing swapped: read as no location",
    "impossible": "coordinates that are no place: read as no location",
}


def read(request: Request) -> Loaded:
    """Read crimes for one area and period, as one audience may have them.

    A crime counts in the period its middle lies in. An end written without a time is the end of that day; a
    start written without a time, and without an end, lasts to the end of its day or month. A crime lies where
    its point lies; without a point, in its recorded area; else it is unplaced, which is no fault. Unplaced
    crimes belong to the force as a whole. Cancelled and transferred crimes are excluded by rule.

    Parameters
    ----------
    request
        What is asked, and for whom.

    Returns
    -------
    The reduced table and its source.

    Raises
    ------
    IntelError
        When files, map, settings or the area asked for cannot be used.
    """
    areas, mended, _ = boundaries.levels(request)
    rows = reading.rows(request, CONTRACT, checks=CHECKS, settle=_ended)
    table, moved, faults = _in_metres(rows, areas, request)
    at = geo.points(table["easting"].to_numpy(), table["northing"].to_numpy())
    table = _placed(_in_time(table), at, areas, request)
    inside, near = _asked(table, at, areas, request)
    table["inside"] = inside
    table = table[[*CONTRACT.names, "middle", "hours_wide", "inside", "placed_by", *request.level_names()]]
    prepared = Prepared(
        rows=rows,
        table=table,
        scope=_scope(table, inside | near, request),
        recorded=_how_far(table),
        derived={"placed_by": "point"} | {level: level for level in request.level_names()},
        crs_operation=moved.operation,
        accuracy_m=moved.accuracy_m,
        repairs=(
            *mended,
            *(
                f"{int((faults == word).sum())} crimes with {told}"
                for word, told in _FAULTS.items()
                if (faults == word).any()
            ),
        ),
        remarks=_remarks(rows, faults),
    )
    return clearance.hand_over(prepared, CONTRACT, request)


def _intervals(typed: Typed, plan: Plan) -> Sequence[Problem]:
    return values.ends_before_start(typed, told=plan.heading("end"))


def _ended(typed: Typed) -> pd.DataFrame:
    """Ends as they are stated: to the last second of a day or month where no time is given."""
    end = typed.stated_end["end"]
    open_ended = typed.table["end"].isna() & ~typed.is_exact["start"]
    return typed.table.assign(end=end.where(~open_ended, typed.stated_end["start"]).astype(MOMENT))


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
    faults = geo.coordinate_faults(moved.x, moved.y, bounds=bounds)  # type: ignore[arg-type]
    faults[np.isfinite(x) & np.isfinite(y) & ~np.isfinite(moved.x)] = "impossible"
    faults[np.isfinite(x) != np.isfinite(y)] = "half"
    faults[(x == 0) & (y == 0)] = "zero"
    usable = faults == ""
    table = rows.table.assign(easting=np.where(usable, moved.x, np.nan), northing=np.where(usable, moved.y, np.nan))
    return table, moved, faults


def _in_time(table: pd.DataFrame) -> pd.DataFrame:
    """The middle of each interval, and how wide it is; a crime without an end happened at its start."""
    length = table["end"].fillna(table["start"]) - table["start"]
    middle = (table["start"] + length / 2).dt.floor("s").astype(MOMENT)
    hours = (length.dt.total_seconds() / 3600).astype("float64").round(4)
    return table.assign(middle=middle, hours_wide=hours)


def _placed(table: pd.DataFrame, at: geo.Points, areas: gpd.GeoDataFrame, request: Request) -> pd.DataFrame:
    """The area of every level each crime lies in: by its point, else by its recorded code."""
    names = request.level_names()
    x, y = table["easting"].to_numpy(), table["northing"].to_numpy()
    has_point = np.isfinite(x)
    above = boundaries.parents(areas, names)
    recorded = table["area"].to_numpy(dtype=object)
    by_code = ~has_point & np.isin(recorded, list(above))
    placed = {"placed_by": np.where(has_point, "point", np.where(by_code, "code", "unplaced"))}
    for level in names:
        codes = geo.place(x, y, areas[areas["level"] == level], crs=request.crs, at=at)
        codes[by_code] = [above[code].get(level, "") for code in recorded[by_code]]
        placed[level] = codes
    return table.assign(**{name: pd.Series(list(cells), dtype="str") for name, cells in placed.items()})


def _asked(
    table: pd.DataFrame, at: geo.Points, areas: gpd.GeoDataFrame, request: Request
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which crimes lie in the area asked for, and which in the margin round it.

    A margin is only read for those who may know points: a crime in it would tell where it lies.
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


def _scope(table: pd.DataFrame, in_area: NDArray[np.bool_], request: Request) -> NDArray[np.object_]:
    """What each crime counts as; the first that applies of: excluded, outside the period, outside the area."""
    scope = np.full(len(table), USED, dtype=object)
    scope[~in_area] = OUTSIDE_AREA
    scope[~reading.in_period(table["middle"], request)] = OUTSIDE_PERIOD
    scope[table["status"].isin(NO_LONGER_CRIMES).to_numpy(dtype=bool)] = EXCLUDED
    return scope


def _how_far(table: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    """When each crime was recorded; where the force does not say, when it was reported, or ended, or started."""
    told = ("recorded", "reported", "end", "start")
    return next((table[name] for name in told if table[name].notna().any()), table["start"])


def _remarks(rows: Rows, faults: NDArray[np.object_]) -> pd.DataFrame:
    """Accepted records that were read otherwise than written."""
    at = np.flatnonzero(faults != "")
    remark = [_FAULTS[faults[i]] for i in at]
    return pd.DataFrame({"file": rows.file[at], "row": rows.row[at], "remark": remark})


CHECKS = (_intervals,)
"""Checks of this kind beyond its contract."""
