"""Clusters: groups of crimes that lie close together, for exploring; no test of chance stands behind them."""

from __future__ import annotations

from datetime import date
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sklearn.cluster import DBSCAN, HDBSCAN

from intelnb.analysis.result import Result, not_assessed
from intelnb.errors import MethodError
from intelnb.tables import options, placed
from intelnb.tables.words import several

NOISE = -1
MOST_CRIMES = 50_000
CAVEATS = (
    "Descriptive only: groups are found in any crowded place, and no test of chance stands behind them.",
    "Other distances and sizes give other groups.",
)
NEVER_ONE = "This way of grouping never calls all crimes one group: it needs two, or finds none."
OUTLINE = "The line is drawn round the crimes: it is no border, and the ground inside may be empty."
CONCAVITY = 0.3  # 0 follows every point, 1 none; the outline stays in one piece


def groups(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    since: date,
    until: date,
    method: Literal["dbscan", "hdbscan"] = "dbscan",
    within_m: float = 150.0,
    least_events: int = 10,
) -> Result:
    """Group crimes that lie close together, each crime with the number of its group.

    Parameters
    ----------
    crimes
        The crimes table, already chosen by kind, in metres; only crimes inside the area are grouped.
    name
        Name of the Result.
    since, until
        First day of the window, and the first day after it.
    method
        "dbscan": crimes with enough others within `within_m`; "hdbscan": as dense as each place allows.
    within_m
        With "dbscan", how near others must lie, in metres; with "hdbscan", nearer groups are joined.
    least_events
        Fewest crimes in a group, 2 or more.

    Returns
    -------
    Result
        Table `id, kind, middle, easting, northing, geometry, cluster`, index kept: 0 is the largest group,
        -1 stands for none. Not assessed when places are withheld, missing or snapped, for months parted by the
        window, or with too few crimes.

    Raises
    ------
    MethodError
        For an impossible method, distance, size or window, or a CRS that is missing or in degrees.

    References
    ----------
    Ester, M. et al. (1996). A density-based algorithm for discovering clusters. KDD-96.
    Campello, R., Moulavi, D. and Sander, J. (2013). Density-based clustering. PAKDD 2013.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> x = [*range(0, 120, 10), 5000.0]
    >>> crimes = gpd.GeoDataFrame(
    ...     {"easting": x, "northing": 0.0, "middle": pd.Timestamp("2026-11-01")},
    ...     geometry=gpd.points_from_xy(x, [0.0] * 13), crs="EPSG:27700",
    ... )
    >>> groups(crimes, name="groups", since=pd.Timestamp("2026-10-01"), until=pd.Timestamp("2026-12-01")).sentence
    'Close together: 12 of 13 crimes, in 1 group.'
    """
    options.above_zero(within_m=within_m)
    options.whole(2, least_events=least_events)
    if method not in {"dbscan", "hdbscan"} or within_m <= 0 or least_events < 2:
        raise MethodError(
            what=f"{method} within {within_m} m and {least_events} events is not a way to group",
            now="Choose dbscan or hdbscan, metres above 0 and at least 2 events.",
        )
    status, reason = placed.refusal(crimes, cell_m=within_m, wanted=f"groups within {within_m:g} m")
    if not status and (reason := placed.window_refusal(crimes, since=since, until=until)):
        status = "not assessed"
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",))
    chosen = placed.on_map(crimes, since=since, until=until, cell_m=within_m)
    points = chosen.inside
    if not least_events <= len(points) <= MOST_CRIMES:
        why = f"{several(len(points), 'crime')} can be placed; groups need {least_events} to {MOST_CRIMES:,}"
        return not_assessed(name, why=why, sources=("crimes",))
    if method == "hdbscan" and len(points[["easting", "northing"]].drop_duplicates()) == 1:
        return not_assessed(name, why="all crimes are placed on one point", sources=("crimes",))
    columns = [c for c in ("id", "kind", "middle", "easting", "northing", "geometry") if c in points]
    label = _largest_first(_labels(points, method, within_m, least_events))
    table = points[columns].assign(cluster=label)
    return Result(
        name=name,
        table=table,
        values={"n": len(table), "n_grouped": int((label >= 0).sum()), "groups": int(label.max()) + 1},
        wording="Close together: {n_grouped} of {n} {n|crime|crimes}, in {groups} {groups|group|groups}."
        if label.max() >= 0
        else "No group: none of {n} {n|crime|crimes} lies close to enough others.",
        settings={
            "method": method,
            "within_m": within_m,
            "least_events": least_events,
            "since": str(pd.Timestamp(since).date()),
            "until": str(pd.Timestamp(until).date()),
        },
        caveats=(
            *CAVEATS,
            *((NEVER_ONE,) if method == "hdbscan" else ()),
            *chosen.caveats("left out of the groups"),
        ),
        grain="point",
        sources=("crimes",),
    )


def outlines(found: Result, *, name: str, hull: Literal["convex", "concave"] = "convex", least: int = 0) -> Result:
    """Draw a line round each group of `groups`, and say how crowded it is.

    Parameters
    ----------
    found
        A Result of `groups`.
    name
        Name of the Result.
    hull
        "convex": the tightest line without dents; "concave": one that follows the points into dents.
    least
        Groups with fewer crimes are not drawn, and counted.

    Returns
    -------
    Result
        Table `cluster, n, places` (different points) `, km2, per_km2, geometry`, the hull of each group's points grown by
        half of `within_m`.

    Raises
    ------
    MethodError
        For a hull we do not know.

    Examples
    --------
    >>> from intelnb.analysis.result import not_assessed
    >>> outlines(not_assessed("groups", why="no crime has a location"), name="outlines").sentence
    'Not assessed: no crime has a location.'
    """
    options.whole(0, least=least)
    if hull not in {"convex", "concave"}:
        raise MethodError(what=f"'{hull}' is not a hull", now="Choose convex or concave.")
    if not found.is_assessed:
        return Result(
            name=name, table=found.table, values={}, wording=found.wording, status=found.status, sources=("crimes",)
        )
    grouped = found.table[found.table["cluster"] != NOISE].groupby("cluster")
    reach = float(found.settings["within_m"]) / 2
    parts = [part for _, part in grouped if len(part) >= least]
    shapes = [_hull(part, hull).buffer(reach) for part in parts]
    n = np.array([len(part) for part in parts], dtype=np.int64)
    km2 = np.array([shape.area for shape in shapes]) / 1e6
    table = gpd.GeoDataFrame(
        {
            "cluster": [int(part["cluster"].iloc[0]) for part in parts],
            "n": n,
            "places": [len(part[["easting", "northing"]].drop_duplicates()) for part in parts],
            "km2": km2.round(4),
            "per_km2": np.divide(n, km2, out=np.zeros(n.size), where=km2 > 0).round(1),
        },
        geometry=shapes,
        crs=found.table.crs,
    )
    return Result(
        name=name,
        table=table,
        values={
            "groups": len(table),
            "groups_not_drawn": grouped.ngroups - len(table),
            "largest": int(n.max()) if n.size else 0,
            "one_place": int((table["places"] == 1).sum()),
        },
        wording="Groups: {groups}; the largest holds {largest} {largest|crime|crimes}.",
        settings={**found.settings, "hull": hull, "least": least},
        caveats=(*found.caveats, OUTLINE),
        grain="point",
        sources=("crimes",),
    )


def _hull(part: gpd.GeoDataFrame, hull: str) -> shapely.Geometry:
    """The line round one group's points."""
    points = shapely.MultiPoint(shapely.get_coordinates(part.geometry.to_numpy()))
    return points.convex_hull if hull == "convex" else shapely.concave_hull(points, ratio=CONCAVITY)


def _labels(points: gpd.GeoDataFrame, method: str, within_m: float, least_events: int) -> np.ndarray:
    """Group by density."""
    where = points[["easting", "northing"]].to_numpy(dtype=np.float64)
    if method == "dbscan":
        return np.asarray(DBSCAN(eps=within_m, min_samples=least_events).fit_predict(where))
    model = HDBSCAN(min_cluster_size=least_events, cluster_selection_epsilon=within_m, copy=True)
    return np.asarray(model.fit_predict(where))


def _largest_first(label: np.ndarray) -> np.ndarray:
    """Number the groups by size, so that 0 is the largest; ties keep their order."""
    sizes = np.bincount(label[label >= 0]) if (label >= 0).any() else np.empty(0, dtype=np.int64)
    rank = np.empty(sizes.size, dtype=np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(sizes.size)
    result = np.full(label.size, NOISE, dtype=np.int64)
    result[label >= 0] = rank[label[label >= 0]]
    return result
