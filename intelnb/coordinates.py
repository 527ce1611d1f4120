"""Coordinates that cannot be a place: half of a pair, 0,0, swapped, or degrees where metres should stand."""

from __future__ import annotations

import numpy as np
import pyproj
from numpy.typing import NDArray

_BESIDE_M = 50_000.0


def faults(
    x: NDArray[np.float64], y: NDArray[np.float64], *, bounds: tuple[float, float, float, float] | None
) -> NDArray[np.object_]:
    """Name coordinates that cannot be a place: half of a pair, 0,0, or easting and northing swapped.

    Parameters
    ----------
    x, y
        Points in metres as recorded.
    bounds
        West, south, east, north of the force in metres; None where no area is known (then swaps go unseen).

    Returns
    -------
    One word per point: "" (nothing wrong, or no location), `half`, `zero`, `swapped`. A point is swapped
    when it lies more than 50 km outside the force and its mirror image does not.

    Examples
    --------
    >>> import numpy
    >>> x, y = numpy.array([0.0, 400000.0, 300000.0]), numpy.array([0.0, 300000.0, 400000.0])
    >>> faults(x, y, bounds=(390000, 290000, 410000, 310000)).tolist()
    ['zero', '', 'swapped']
    """
    found = np.full(len(x), "", dtype=object)
    found[np.isfinite(x) != np.isfinite(y)] = "half"
    found[(x == 0) & (y == 0)] = "zero"
    if bounds is not None:
        mirrored = ~_near(x, y, bounds) & _near(y, x, bounds)
        found[mirrored & (found == "")] = "swapped"
    return found


def extent(crs: str) -> tuple[float, float, float, float] | None:
    """All that a grid is made for: west, south, east, north in degrees; None where nobody states it.

    Examples
    --------
    >>> extent("EPSG:27700")
    (-9.01, 49.75, 2.01, 61.01)
    """
    use = pyproj.CRS.from_user_input(crs).area_of_use
    return None if use is None or use.west > use.east else (use.west, use.south, use.east, use.north)


def is_in_degrees(crs: str) -> bool:
    """Whether a system measures in degrees.

    Examples
    --------
    >>> is_in_degrees("EPSG:4326"), is_in_degrees("EPSG:27700")
    (True, False)
    """
    return bool(pyproj.CRS.from_user_input(crs).is_geographic)


def faults_in_degrees(
    longitude: NDArray[np.float64], latitude: NDArray[np.float64], *, extent: tuple[float, float, float, float]
) -> NDArray[np.object_]:
    """Name pairs of degrees whose longitude and latitude are swapped.

    Parameters
    ----------
    longitude, latitude
        Points in degrees as recorded.
    extent
        West, south, east, north in degrees of all that the force's grid is made for.

    Returns
    -------
    One word per point: "" or `degrees_swapped`, where the point lies outside the grid and its mirror image within.

    Examples
    --------
    >>> import numpy
    >>> x, y = numpy.array([-0.1, 51.5, 80.0]), numpy.array([51.5, -0.1, 10.0])
    >>> faults_in_degrees(x, y, extent=(-9.0, 49.8, 2.0, 61.0)).tolist()
    ['', 'degrees_swapped', '']
    """
    swapped = ~_inside(longitude, latitude, extent) & _inside(latitude, longitude, extent)
    return np.where(swapped, "degrees_swapped", "").astype(object)


def faults_in_metres(
    x: NDArray[np.float64], y: NDArray[np.float64], *, extent: tuple[float, float, float, float]
) -> NDArray[np.object_]:
    """Name pairs under easting and northing that are degrees, in either order.

    Parameters
    ----------
    x, y
        Easting and northing as recorded, in metres.
    extent
        West, south, east, north in degrees of all that the force's grid is made for.

    Returns
    -------
    One word per point: "" or `degrees`. What lies within some metres of the grid's own origin is no place in it.

    Examples
    --------
    >>> import numpy
    >>> x, y = numpy.array([530000.0, -0.1, 51.5, 0.0]), numpy.array([180000.0, 51.5, -0.1, 0.0])
    >>> faults_in_metres(x, y, extent=(-9.0, 49.8, 2.0, 61.0)).tolist()
    ['', 'degrees', 'degrees', '']
    """
    found = _inside(x, y, extent) | _inside(y, x, extent)
    return np.where(found, "degrees", "").astype(object)


def _inside(
    x: NDArray[np.float64], y: NDArray[np.float64], extent: tuple[float, float, float, float]
) -> NDArray[np.bool_]:
    """Whether points lie in an extent."""
    west, south, east, north = extent
    return (x >= west) & (x <= east) & (y >= south) & (y <= north)


def _near(
    x: NDArray[np.float64], y: NDArray[np.float64], bounds: tuple[float, float, float, float]
) -> NDArray[np.bool_]:
    """Whether points lie within the bounds or 50 km beside them."""
    west, south, east, north = bounds
    across = (x >= west - _BESIDE_M) & (x <= east + _BESIDE_M)
    return across & (y >= south - _BESIDE_M) & (y <= north + _BESIDE_M)
