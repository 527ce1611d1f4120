"""Which columns hold places, and in which system: told by their range, against where the force lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray

from intelnb import geo

MOST = 0.9
"""The share of points that must lie in the force's area for a system to be theirs."""
FEWEST = 1
SYSTEMS = ("", "EPSG:4326", "EPSG:27700", "EPSG:3857", "EPSG:29903", "EPSG:2157")
"""Systems tried, the force's own first: degrees, the British and both Irish grids, web maps."""
_SAMPLE = 5000
_BESIDE = 0.02

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Places:
    """Two columns of coordinates.

    Parameters
    ----------
    x, y
        Headings of easting (or longitude) and northing (or latitude).
    system
        Name of their system; "" for the force's own.
    in_degrees
        Whether they are degrees.
    swapped
        Whether their headings say the opposite of what their values do.
    inside
        The share of points that lie in the force's area.
    """

    x: str
    y: str
    system: str
    in_degrees: bool
    swapped: bool
    inside: float


def area_of(crs: str, bounds: Bounds | None = None) -> Bounds:
    """West, south, east, north of where the force can lie, in its grid: its areas where known, else its grid's use.

    Examples
    --------
    >>> west, _, east, _ = area_of("EPSG:27700")
    >>> round(east - west, -5)
    800000.0
    """
    if bounds is not None:
        return bounds
    grid = geo.metric_crs(crs)
    use = grid.area_of_use
    if use is None:
        return (-np.inf, -np.inf, np.inf, np.inf)
    moved = pyproj.Transformer.from_crs(geo.WGS84, grid, always_xy=True)
    west, south, east, north = moved.transform_bounds(use.west, use.south, use.east, use.north)
    return (west, south, east, north)


def recognise(
    texts: Mapping[str, pd.Series[str]], pairs: Sequence[tuple[str, str]], *, crs: str, bounds: Bounds | None = None
) -> Places | None:
    """Find the pair of columns whose values are places in the force's area, and the system they are in.

    Parameters
    ----------
    texts
        Columns of the file by heading.
    pairs
        Pairs of headings to try, the likeliest first, easting (or longitude) before northing.
    crs
        The force's grid.
    bounds
        West, south, east, north of the force's areas in that grid; None where none are known.

    Returns
    -------
    The first pair of which nine in ten points lie there in some system; swapped where only the other order does.

    Examples
    --------
    >>> east, north = pd.Series(["-1.78", "-1.79"]), pd.Series(["52.56", "52.57"])
    >>> found = recognise({"GeoX": east, "GeoY": north}, [("GeoX", "GeoY")], crs="EPSG:27700")
    >>> found.in_degrees, found.swapped
    (True, False)
    """
    within = area_of(crs, bounds)
    for swapped in (False, True):
        for first, second in pairs:
            x, y = (second, first) if swapped else (first, second)
            points = _points(texts[x], texts[y])
            if points is None:
                continue
            shares = {system: _inside(*points, system or crs, crs, within) for system in SYSTEMS}
            best = max(SYSTEMS, key=lambda system: shares[system])
            if shares[best] >= MOST:
                in_degrees = pyproj.CRS.from_user_input(best or crs).is_geographic
                named = "" if best == "" or pyproj.CRS.from_user_input(best) == geo.metric_crs(crs) else best
                return Places(x, y, named, bool(in_degrees), swapped, shares[best])
    return None


def _points(x: pd.Series[str], y: pd.Series[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """The points of two columns that are numbers, but for 0,0; None where they are not."""
    filled = (x != "") & (y != "")
    if not filled.any():
        return None
    east, north = (pd.to_numeric(c[filled].str.replace(",", ""), errors="coerce").to_numpy(float) for c in (x, y))
    good = np.isfinite(east) & np.isfinite(north)
    if good.mean() < MOST:
        return None
    good &= (east != 0) | (north != 0)
    east, north = east[good], north[good]
    if len(east) < FEWEST:
        return None
    step = max(1, len(east) // _SAMPLE)
    return east[::step], north[::step]


def _inside(x: NDArray[np.float64], y: NDArray[np.float64], system: str, crs: str, within: Bounds) -> float:
    """The share of points that lie in the force's area when they are read in a system."""
    if pyproj.CRS.from_user_input(system).is_geographic:
        if not (np.abs(x) <= 180).all() or not (np.abs(y) <= 90).all():
            return 0.0
    elif (np.abs(x) <= 180).all() and (np.abs(y) <= 90).all():
        return 0.0  # so near the corner of a grid that they can only be degrees
    moved = geo.to_metres(x, y, source=system, target=crs)
    west, south, east, north = within
    wide, high = (east - west) * _BESIDE, (north - south) * _BESIDE
    across = (moved.x >= west - wide) & (moved.x <= east + wide)
    return float((across & (moved.y >= south - high) & (moved.y <= north + high)).mean())
