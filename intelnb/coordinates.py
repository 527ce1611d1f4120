"""Coordinates that cannot be a place: half of a pair, 0,0, or easting and northing swapped."""

from __future__ import annotations

import numpy as np
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


def _near(
    x: NDArray[np.float64], y: NDArray[np.float64], bounds: tuple[float, float, float, float]
) -> NDArray[np.bool_]:
    """Whether points lie within the bounds or 50 km beside them."""
    west, south, east, north = bounds
    across = (x >= west - _BESIDE_M) & (x <= east + _BESIDE_M)
    return across & (y >= south - _BESIDE_M) & (y <= north + _BESIDE_M)
