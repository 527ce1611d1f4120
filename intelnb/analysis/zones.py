"""Priority locations: hot cells that hang together, lettered, named, timed, and with an option for the chair."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.errors import MethodError
from intelnb.stats import aoristic, peak_hours
from intelnb.tables import cells as places
from intelnb.tables import options, placed, spread, unsent
from intelnb.tables.words import labels

LETTERS = "ABCDEFGHIJ"
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
NEW_WITHIN = 3  # windows: a zone first hot this lately, and not persistent, is new
PEAK_SHARE = 0.5
LONGEST_PEAK_HOURS = 8  # half the crimes spread over more than this is no peak
LEAST_TIMED = 10
COLUMNS = (
    "zone", "n", "share", "cells", "place", "state", "is_persistent", "windows_hot", "windows_assessed",
    "first_hot", "radius_m", "peak", "option", "evidence", "geometry",
)  # fmt: skip
EVIDENCE = "Koper 1995 (read in source): stops of 10 to 16 minutes; patrols are weaker against property crime."
CAVEATS = (
    "Patrol is an option: the officer advises, the chair decides.",
    "Half of each zone's crimes fall in its peak, unknown hours shared out evenly.",
)


def priority_locations(
    hot: Result,
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    areas: gpd.GeoDataFrame,
    persistence: Result,
    most: int = 4,
    least_events: int = 10,
    timezone: str = "Europe/London",
) -> Result:
    """Join hot cells that touch into zones and say of each where, how much, how long, when, and what is an option.

    Zones are lettered by the crimes in their cells, most first. A zone is long-standing when one of its
    cells is persistent; else quiet now when none was hot in the latest window; else new when none was hot
    before the last three windows; else it is on and off.

    Parameters
    ----------
    hot
        A Result of `hotspot.gi_star`; its window and cells are used.
    crimes
        The crimes it was made from.
    name
        Name of the Result on its page.
    areas
        Named places that do not overlap, such as wards: `name, geometry`, and `code` to tell namesakes apart.
    persistence
        A Result of `persistence.hot_windows` for `hot`.
    most
        How many zones to letter, 1 to 10; the others are counted.
    least_events
        A group of hot cells holding fewer crimes is no zone; such groups are counted.
    timezone
        The force's time zone, for crimes known only as between two times.

    Returns
    -------
    Result
        Table `zone, n, share` (of the area's crimes, 0 to 1), `cells, place` (the area holding most of
        its crimes), `state, is_persistent, windows_hot` (of its longest-standing cell),
        `windows_assessed, first_hot, radius_m, peak` (`16:00 to 19:00`, or blank), `option, evidence,
        geometry`. Not assessed when `hot` is not.

    Raises
    ------
    MethodError
        When `most` is not 1 to 10.

    References
    ----------
    Koper, C. S. (1995). Just enough police presence. Justice Quarterly 12(4).

    Examples
    --------
    >>> import geopandas as gpd
    >>> from intelnb.analysis.result import not_assessed
    >>> hot, empty = not_assessed("hot", why="locations are withheld from this audience"), gpd.GeoDataFrame()
    >>> priority_locations(hot, empty, name="zones", areas=empty, persistence=hot).sentence
    'Not assessed: locations are withheld from this audience.'
    """
    options.whole(1, most=most)
    if most > len(LETTERS):
        raise MethodError(what=f"most is {most} and zones have letters", now=f"Give most as 1 to {len(LETTERS)}.")
    options.number(0, least_events=least_events)
    options.timezone(timezone=timezone)
    if not hot.is_assessed:
        return Result(
            name=name, table=hot.table, values={}, wording=hot.wording, status=hot.status, sources=("crimes",)
        )
    since, until = (pd.Timestamp(str(hot.settings[key])) for key in ("since", "until"))
    if why := unsent.outside(crimes, since=since, until=until):
        return not_assessed(name, why=why, sources=("crimes",))
    counted = spread.anew(crimes, places.again(hot.table, hot.settings), since=since, until=until)
    cells = _lettered(hot, counted)
    found = [
        _zone(letter, part, counted, areas=areas, persistence=persistence, timezone=timezone)
        for letter, part in zip(LETTERS[:most], _large(cells, least_events), strict=False)
    ]
    table = gpd.GeoDataFrame(pd.DataFrame(found, columns=list(COLUMNS)), geometry="geometry", crs=hot.table.crs)
    values = _values(table, zones=int(cells["order"].nunique()))
    return Result(
        name=name,
        table=table,
        values=values,
        wording=_wording(table),
        settings={
            "most": most,
            "least_events": least_events,
            "new_within_windows": NEW_WITHIN,
            "peak_share": PEAK_SHARE,
            **{key: hot.settings[key] for key in ("shape", "cell_m", "level", "since", "until") if key in hot.settings},
            "rule": str(persistence.settings.get("rule", "persistence not assessed")),
        },
        caveats=(
            *CAVEATS,
            *counted.chosen.lacks,
            *(() if persistence.is_assessed else (f"Persistence: {persistence.sentence}",)),
        ),
        grain="cell",
        sources=("crimes",),
        is_workbench=hot.is_workbench or persistence.is_workbench,
    )


def _lettered(hot: Result, counted: spread.Spread) -> pd.DataFrame:
    """The hot cells with the rank of their zone: most crimes first, then highest score, then place."""
    is_hot = (hot.table["level"] != "").to_numpy()
    cells = pd.DataFrame(hot.table[is_hot]).copy()
    cells["position"] = np.flatnonzero(is_hot)
    taking_part = np.append(is_hot, np.zeros(counted.cells.ring, dtype=np.bool_))
    cells["patch"] = counted.cells.neighbours.among(taking_part).groups()
    where = counted.position[placed.is_inside(counted.chosen.table)]
    cells["inside"] = np.bincount(where[where >= 0], minlength=is_hot.size + counted.cells.ring)[cells["position"]]
    size = cells.groupby("patch").agg(n=("inside", "sum"), z=("z", "max"), position=("position", "min"))
    ranked = size.sort_values(["n", "z", "position"], ascending=[False, False, True]).index
    cells["order"] = cells["patch"].map({patch: at for at, patch in enumerate(ranked)})
    return cells


def _large(cells: pd.DataFrame, least_events: int) -> list[pd.DataFrame]:
    """The groups that hold enough crimes, most first."""
    return [part for _, part in cells.groupby("order") if part["inside"].sum() >= least_events]


def _zone(
    letter: str,
    cells: pd.DataFrame,
    counted: spread.Spread,
    *,
    areas: gpd.GeoDataFrame,
    persistence: Result,
    timezone: str,
) -> dict[str, object]:
    """One zone as one row."""
    cell_m, is_here = counted.cells.cell_m, np.isin(counted.position, cells["position"])
    inside = counted.chosen.inside
    crimes = counted.chosen.table[is_here & placed.is_inside(counted.chosen.table)]
    shape = shapely.union_all(cells["geometry"].to_numpy())
    peak = _peak(crimes, timezone)
    dose = (
        f"15 minutes, at least every 2 hours, {peak}" if peak else "15 minutes, at least every 2 hours; no clear peak"
    )
    return {
        "zone": letter,
        "n": len(crimes),
        "share": round(len(crimes) / len(inside), 3),
        "cells": len(cells),
        "place": _place(crimes, shape, areas),
        **_record(cells, persistence),
        # to the nearest 10 m above: a circle drawn with it must hold the zone
        "radius_m": int(np.ceil(shapely.minimum_bounding_radius(shape) / 10) * 10),
        "peak": peak,
        "option": f"Foot patrol, {dose}.",
        "evidence": EVIDENCE,
        "geometry": shape.buffer(cell_m / 2).buffer(-cell_m / 4) if cell_m else shape,
    }


def _record(cells: pd.DataFrame, persistence: Result) -> dict[str, object]:
    """How long a zone has been hot, by its longest-standing cell."""
    blank = {"windows_hot": 0, "windows_assessed": 0, "first_hot": pd.NaT, "is_persistent": False}
    if not persistence.is_assessed:
        return {**blank, "state": "age not assessed"}
    own = persistence.table[persistence.table["cell"].isin(cells["cell"])]
    if own.empty:
        return {**blank, "state": "age not assessed"}
    is_persistent = bool(own["is_persistent"].any())
    latest = pd.Timestamp(str(persistence.settings["until"])) - pd.Timedelta(weeks=int(persistence.settings["weeks"]))
    is_new = int(own["windows_since_first"].max()) <= NEW_WITHIN
    is_quiet = not bool((own["last_hot"] >= latest).any())
    words = [(is_persistent, "long-standing"), (is_quiet, "quiet now"), (is_new, "new")]
    return {
        "windows_hot": int(own["windows_hot"].max()),
        "windows_assessed": int(own["windows_assessed"].iloc[0]),
        "first_hot": own["first_hot"].min(),
        "is_persistent": is_persistent,
        "state": next((word for is_so, word in words if is_so), "on and off"),
    }


def _place(crimes: gpd.GeoDataFrame, shape: shapely.Geometry, areas: gpd.GeoDataFrame) -> str:
    """The name of the area holding most of the crimes; of those that tie, or with no crimes, most of the ground."""
    shapes = areas.geometry.to_numpy()
    ground = shapely.area(shapely.intersection(shapes, shape))
    if not len(ground) or not ground.max() > 0:
        return "outside the named areas"
    x, y = crimes["easting"].to_numpy(), crimes["northing"].to_numpy()
    crimes_in = np.array([int(shapely.contains_xy(one, x, y).sum()) for one in shapes])
    named = list(labels(areas).values()) if "code" in areas else [str(name) for name in areas["name"]]
    return named[int(np.lexsort((-ground, -crimes_in))[0])]


def _peak(crimes: gpd.GeoDataFrame, timezone: str) -> str:
    """The hours that hold half of the crimes; blank when too few are timed or they are spread out."""
    timed = crimes[crimes["hours_wide"].to_numpy(dtype=np.float64) <= placed.MONTH_HOURS]
    weights: NDArray[np.float64] = aoristic.week_grid(timed["start"], timed["end"], timezone=timezone).grid.sum(axis=0)
    if weights.sum() < LEAST_TIMED:
        return ""
    first, last = peak_hours.peak_hours(weights, share=PEAK_SHARE)
    if (last - first) % 24 > LONGEST_PEAK_HOURS or (first, last) == (0, 24):
        return ""
    return f"{first:02d}:00 to {last % 24:02d}:00"


def _values(table: gpd.GeoDataFrame, *, zones: int) -> dict[str, Value]:
    """The numbers and names a page may speak of."""
    values: dict[str, Value] = {
        "zones": len(table),
        "zones_not_shown": zones - len(table),
        "n": int(table["n"].sum()),
        "share": round(float(table["share"].sum()), 3),
        "n_new": int((table["state"] == "new").sum()),
        "n_persistent": int(table["is_persistent"].sum()),
        "count": NUMBERS[len(table)],
    }
    for row in table.itertuples():
        key = f"zone_{str(row.zone).lower()}"
        values[key], values[f"{key}_state"] = f"{row.zone} {row.place}", str(row.state)
        values[f"{key}_n"], values[f"{key}_peak"] = int(row.n), str(row.peak)
    return values


def _wording(table: gpd.GeoDataFrame) -> str:
    """Name every zone with its state, the new ones first; only the largest when there are many."""
    if table.empty:
        return "No place stands out, so no location is proposed."
    shown = table.sort_values("zone") if len(table) <= 3 else table.head(1)
    order = {"new": 0, "on and off": 1, "long-standing": 2, "quiet now": 3, "age not assessed": 4}
    told = []
    for state in sorted(shown["state"].unique(), key=order.__getitem__):
        names = [f"{{zone_{letter.lower()}}}" for letter in shown.loc[shown["state"] == state, "zone"]]
        verb = "is" if len(names) == 1 else "are"
        listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
        told.append(f"{listed} {verb} {state}" if state != "age not assessed" else listed)
    matter = "{count} place matters" if len(table) == 1 else "{count} places matter"
    if len(shown) < len(table):
        return f"{matter}; {told[0].replace('} ', '}, the largest, ', 1)}."
    return f"{matter}: {', '.join(told)}."
