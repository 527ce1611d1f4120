"""Street segments: how many crimes lie on each piece of street, where a network of lines is given."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from intelnb.analysis.result import Result, not_assessed
from intelnb.errors import MethodError, together
from intelnb.tables import options, placed
from intelnb.tables.words import several

LINES = {"LineString", "MultiLineString", "LinearRing"}
TIE_M = 0.01  # segments this much nearer or further are as near
PLACED = "{n} {n|crime lies|crimes lie} on {held} of {segments} street {segments|segment|segments}; the fullest holds {top_n}, {n_far} {n_far|lies|lie} on none."
NONE = "No crime lies within {within_m} m of {segments} street {segments|segment|segments}."
CAVEATS = (
    "A crime counts on the nearest segment, which may not be the street it happened in.",
    "Long segments hold more for their length alone; see the rate per 100 m.",
)


def counts(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    lines: gpd.GeoDataFrame,
    since: date,
    until: date,
    within_m: float = 50.0,
) -> Result:
    """Count the crimes of a window on the nearest street segment within a distance; those on none are counted apart.

    A crime as near to several segments, such as one at a crossing, counts on the one whose code sorts first, and
    is counted as tied.

    Parameters
    ----------
    crimes
        The crimes table, already chosen by kind, in metres; only crimes inside the area count.
    name
        Name of the Result on its page.
    lines
        Street segments: `code, geometry` (lines), in the CRS of the crimes, and `name` where streets have one.
    since, until
        First day of the window, and the first day after it; a crime belongs by its middle.
    within_m
        How far from a segment a crime may lie, in metres.

    Returns
    -------
    Result
        Table `code, name, n, shown` (the count as words) `, length_m, per_100m, geometry`, one row per segment, most
        crimes first. Not assessed when places are withheld or missing, snapped to points, or none can be placed.

    Raises
    ------
    MethodError
        For lines in another CRS, without code or outline, areas given as lines, a code twice, or a distance that is
        none.

    References
    ----------
    Weisburd, D., Bushway, S., Lum, C. and Yang, S.-M. (2004). Trajectories of crime at places. Criminology 42(2).

    Examples
    --------
    >>> crimes = gpd.GeoDataFrame(
    ...     {"easting": [10.0, 90.0, 50.0], "northing": [4.0, 3.0, 400.0], "middle": pd.Timestamp("2026-11-10")},
    ...     geometry=gpd.points_from_xy([10.0, 90.0, 50.0], [4.0, 3.0, 400.0]), crs="EPSG:27700",
    ... )
    >>> lines = gpd.GeoDataFrame({"code": ["S1", "S2"]}, crs="EPSG:27700",
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(0, 900), (100, 900)])])
    >>> counts(crimes, name="s", lines=lines, since=date(2026, 11, 9), until=date(2026, 11, 16)).sentence
    '2 crimes lie on 1 of 2 street segments; the fullest holds 2, 1 lies on none.'
    """
    options.above_zero(within_m=within_m)
    status, reason = placed.refusal(crimes, cell_m=2 * within_m, wanted=f"streets within {within_m:g} m")
    if not status and (reason := placed.window_refusal(crimes, since=since, until=until)):
        status = "not assessed"
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",))
    chosen = placed.on_map(crimes, since=since, until=until, cell_m=2 * within_m)
    _check(lines, crimes)
    ordered = lines.sort_values("code", kind="stable").reset_index(drop=True)
    points = chosen.inside
    segment, tied = _nearest(points, ordered, within_m=within_m)
    n = np.bincount(segment[segment >= 0], minlength=len(ordered)).astype(np.int64)
    length = ordered.geometry.length.to_numpy()
    table = ordered[["code", "geometry"]].assign(
        name=ordered.get("name", ""),
        n=n, shown=[f"{k:,}" for k in n], length_m=length.round(1), per_100m=(100 * n / length).round(2),
    )  # fmt: skip
    table = table[["code", "name", "n", "shown", "length_m", "per_100m", "geometry"]]
    table = table.sort_values(["n", "code"], ascending=[False, True]).reset_index(drop=True)
    at_crossings = (
        (f"As near to several segments, and counted on the first by code: {several(tied, 'crime')}.",) if tied else ()
    )
    return Result(
        name=name,
        table=table,
        values={
            "n": int(n.sum()),
            "segments": len(table),
            "held": int((n > 0).sum()),
            "top_n": int(n.max()),
            "n_far": int((segment < 0).sum()),
            "n_tied": tied,
            "n_unplaced": chosen.unplaced,
            "n_coarse": chosen.coarse,
            "within_m": within_m,
        },
        wording=PLACED if n.sum() else NONE,
        settings={
            "within_m": within_m,
            "rule": "nearest segment; of several as near the one whose code sorts first",
            "since": str(pd.Timestamp(since).date()),
            "until": str(pd.Timestamp(until).date()),
        },
        caveats=(*CAVEATS, *at_crossings, *chosen.caveats()),
        grain="point",
        sources=("crimes",),
    )


def _check(lines: gpd.GeoDataFrame, crimes: gpd.GeoDataFrame) -> None:
    """Refuse a network that cannot be counted on, with every fault."""
    faults = []
    if not len(lines):
        faults.append("there is none")
    if lines.crs is None or lines.crs != crimes.crs:
        faults.append(f"they are in {lines.crs or 'no CRS'} and the crimes in {crimes.crs or 'no CRS'}")
    if "code" not in lines:
        faults.append("they have no code")
    elif lines["code"].duplicated().any():
        faults.append("a code stands twice")
    outlines = lines.geometry.to_numpy()
    if kinds := {one.geom_type for one in outlines if one is not None} - LINES:
        faults.append(f"they are not all lines: {', '.join(sorted(kinds))}")
    # measured without the CRS: in degrees that would only warn, and the CRS is refused above
    if lines.geometry.isna().any() or not (shapely.length(outlines) > 0).all():
        faults.append("one has no length")
    if faults:
        now = "Give street segments as lines with a code, in the force's CRS."
        raise together(faults, what="These street segments cannot be used", now=now, kind=MethodError)


def _nearest(points: gpd.GeoDataFrame, lines: gpd.GeoDataFrame, *, within_m: float) -> tuple[NDArray[np.int64], int]:
    """The position of each crime's segment, -1 for none, and how many crimes had several as near."""
    places = shapely.points(points["easting"].to_numpy(), points["northing"].to_numpy())
    outlines = lines.geometry.to_numpy()
    crime, line = shapely.STRtree(outlines).query(places, predicate="dwithin", distance=within_m)
    segment = np.full(len(points), -1, dtype=np.int64)
    if not crime.size:
        return segment, 0
    apart = shapely.distance(places[crime], outlines[line])
    nearest = np.full(len(points), np.inf)
    np.minimum.at(nearest, crime, apart)
    is_near = apart <= nearest[crime] + TIE_M
    crime, line = crime[is_near], line[is_near]
    # codes stand in order, so the lowest position is written last and stays
    backwards = np.argsort(-line, kind="stable")
    segment[crime[backwards]] = line[backwards]
    return segment, int((np.bincount(crime, minlength=len(points)) > 1).sum())
