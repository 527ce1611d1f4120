"""Space is always metres in the force's own projected grid, with a stated precision."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pyproj.network
import shapely
from numpy.typing import NDArray
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import CRSError
from pyproj.transformer import TransformerGroup

from intelnb.errors import InputRefused, SettingsError

pyproj.network.set_network_enabled(active=False)  # type: ignore[attr-defined]  # grids are never fetched: a read must not reach the network

WGS84 = "EPSG:4326"


@dataclass(frozen=True)
class Moved:
    """Coordinates in metres and how they came to be: the operation and its stated accuracy."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    operation: str
    accuracy_m: float | None


def metric_crs(name: str) -> pyproj.CRS:
    """The force's grid, proven to be projected and in metres.

    Parameters
    ----------
    name
        A name PROJ knows: `EPSG:27700`, `EPSG:32615`.

    Raises
    ------
    SettingsError
        When the name is unknown, or the system is in degrees or feet.

    Examples
    --------
    >>> metric_crs("EPSG:27700").name
    'OSGB36 / British National Grid'
    """
    remedy = "Name a projected grid in metres, such as EPSG:27700."
    try:
        crs = pyproj.CRS.from_user_input(name)
    except CRSError:
        raise SettingsError(what=f"'{name}' is not a coordinate reference system", now=remedy) from None
    in_metres = crs.is_projected and all(axis.unit_conversion_factor == 1.0 for axis in crs.axis_info)
    if not in_metres:
        units = ", ".join(sorted({axis.unit_name for axis in crs.axis_info}))
        raise SettingsError(what=f"{name} measures in {units}, and we work in metres", now=remedy)
    return crs


def to_metres(x: NDArray[np.float64], y: NDArray[np.float64], *, source: str, target: str) -> Moved:
    """Bring coordinates into the force's grid; data already in it are left exactly as they are.

    Points that are not numbers, or that cannot be moved, come back as not-a-number. Moved points are
    rounded to a centimetre, which is far below the accuracy of any operation used.

    Parameters
    ----------
    x, y
        Longitude and latitude in degrees, or easting and northing, in this order always.
    source, target
        Names of the systems the data are in and the force works in.

    Returns
    -------
    The points in metres, with the operation and its accuracy in metres (None where PROJ states none).

    Raises
    ------
    SettingsError
        When a system is unknown, or the target is not in metres.

    Examples
    --------
    >>> moved = to_metres(np.array([-95.0]), np.array([29.0]), source="EPSG:4326", target="EPSG:32615")
    >>> moved.x.round(0).tolist(), moved.y.round(0).tolist()
    ([305179.0], [3209635.0])
    """
    grid = metric_crs(target)
    try:
        native = pyproj.CRS.from_user_input(source)
    except CRSError:
        raise SettingsError(
            what=f"'{source}' is not a coordinate reference system", now="Name one PROJ knows, such as EPSG:4326."
        ) from None
    if native == grid:
        return Moved(x, y, "none: native grid", 0.0)
    transformer, best = _operation(native, grid)
    spot, first = spots(x, y)
    moved_x, moved_y = (moved[spot] for moved in transformer.transform(x[first], y[first]))
    lost = ~(np.isfinite(moved_x) & np.isfinite(moved_y))
    moved_x, moved_y = np.round(moved_x, 2), np.round(moved_y, 2)
    moved_x[lost], moved_y[lost] = np.nan, np.nan
    accuracy = float(transformer.accuracy) if transformer.accuracy >= 0 else None
    note = "" if best else " (a finer operation needs a grid that is not installed)"
    return Moved(moved_x, moved_y, f"{transformer.description}{note}", accuracy)


def spots(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each point which place it lies at, and for each place the first point there: published points repeat."""
    across, up = pd.factorize(x)[0].astype(np.int64), pd.factorize(y)[0]
    spot, distinct = pd.factorize(across * (int(up.max(initial=0)) + 2) + up)
    first = np.zeros(len(distinct), dtype=np.int64)
    first[spot[::-1]] = np.arange(len(x))[::-1]
    return spot, first


def _operation(native: pyproj.CRS, grid: pyproj.CRS) -> tuple[pyproj.Transformer, bool]:
    """The one operation used for every point, and whether PROJ knows a better one it lacks a grid for."""
    use = grid.area_of_use
    within = AreaOfInterest(use.west, use.south, use.east, use.north) if use else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it warns of is recorded in the operation's words
        group = TransformerGroup(native, grid, always_xy=True, area_of_interest=within)  # type: ignore[arg-type]
    return group.transformers[0], bool(group.best_available)


def place(
    x: NDArray[np.float64], y: NDArray[np.float64], areas: gpd.GeoDataFrame, *, crs: str, at: Points | None = None
) -> NDArray[np.object_]:
    """Say in which area each point lies: exactly one, or none.

    On a border two areas share, or where two overlap, it is the one whose code sorts first; in a hole it is none.

    Parameters
    ----------
    x, y
        Points in metres; not-a-number where there is no location.
    areas
        `code` and `geometry` of areas of one level.
    crs
        System the points are in; it must be the one the areas are in.
    at
        The same points, where they are indexed already.

    Returns
    -------
    One code per point, "" where it lies in no area.

    Raises
    ------
    InputRefused
        When points and areas are not in the same system.

    Examples
    --------
    >>> import geopandas, numpy, shapely
    >>> two = geopandas.GeoDataFrame(
    ...     {"code": ["B", "A"]}, geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], crs="EPSG:27700"
    ... )
    >>> place(numpy.array([0.5, 1.0, 5.0]), numpy.array([0.5, 0.5, 0.5]), two, crs="EPSG:27700").tolist()
    ['B', 'A', '']
    """
    at = at or points(x, y, crs=crs)
    _same_system(crs, areas)
    _same_system(at.crs, areas)
    return _placed(at, areas)


def _same_system(crs: str, areas: gpd.GeoDataFrame) -> None:
    """Refuse to join points to areas of another system."""
    if areas.crs is None or pyproj.CRS.from_user_input(crs) != areas.crs:
        found = areas.crs.to_string() if areas.crs is not None else "not declared"
        raise InputRefused(
            what=f"Points are in {crs} but areas are in another system: {found}",
            now="Declare the system of both; they are never joined across systems.",
        )


@dataclass(frozen=True, eq=False)
class Points:
    """Points in metres, indexed once so that they can be placed in several levels of areas, and their system."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    known: NDArray[np.int64]
    crs: str

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The index, built when it is first asked for."""
        return shapely.STRtree(shapely.points(self.x[self.known], self.y[self.known]))


def points(x: NDArray[np.float64], y: NDArray[np.float64], *, crs: str) -> Points:
    """Index points in metres; not-a-number where there is no location."""
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    return Points(x, y, known, crs)


def _placed(at: Points, areas: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """The area each point lies in."""
    codes = np.full(len(at.x), "", dtype=object)
    if not len(at.known) or areas.empty:
        return codes
    ordered = areas.sort_values("code", kind="stable")
    area_index, point_index = at.tree.query(ordered.geometry.to_numpy(), predicate="intersects")
    names = ordered["code"].to_numpy(dtype=object)
    # the lowest code is written last, so that it stays on shared borders
    backwards = np.argsort(-area_index, kind="stable")
    codes[at.known[point_index[backwards]]] = names[area_index[backwards]]
    return codes


def repaired(geometry: NDArray[np.object_]) -> tuple[NDArray[np.object_], int]:
    """Make broken outlines valid, and say how many were broken.

    Examples
    --------
    >>> import numpy, shapely
    >>> bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    >>> repaired(numpy.array([bow_tie], dtype=object))[1]
    1
    """
    broken = ~shapely.is_valid(geometry)
    whole = geometry.copy()
    whole[broken] = [_polygonal(shape) for shape in shapely.make_valid(geometry[broken])]
    return whole, int(broken.sum())


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    """Keep what has an area: mending may leave stray lines, which no point should fall on."""
    if shape.geom_type != "GeometryCollection":
        return shape
    return shapely.union_all([part for part in shape.geoms if part.geom_type in {"Polygon", "MultiPolygon"}])


def is_within_m(at: Points, area: gpd.GeoDataFrame, *, distance_m: float) -> NDArray[np.bool_]:
    """Whether points lie in an area or within a distance of it.

    Parameters
    ----------
    at
        Points in metres.
    area
        One or more outlines in the same system.
    distance_m
        How far beyond the outline, in metres.

    Returns
    -------
    One truth per point; a point without a location is within nothing.

    Raises
    ------
    InputRefused
        When points and outlines are not in the same system.

    Examples
    --------
    >>> import geopandas, numpy, shapely
    >>> one = geopandas.GeoDataFrame(geometry=[shapely.box(0, 0, 10, 10)], crs="EPSG:27700")
    >>> spots = points(numpy.array([12.0, 20.0]), numpy.array([5.0, 5.0]), crs="EPSG:27700")
    >>> is_within_m(spots, one, distance_m=5).tolist()
    [True, False]
    """
    _same_system(at.crs, area)
    near = np.zeros(len(at.x), dtype=bool)
    near[at.known[at.tree.query(area.union_all(), predicate="dwithin", distance=distance_m)]] = True
    return near
