"""How far to smooth when nobody says: a rule of thumb, which is too wide for crime and says so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from intelnb.errors import MethodError

QUARTIC_PER_SD = float(np.sqrt(8))  # a quartic of radius r spreads like a Gaussian of standard deviation r / sqrt 8
LEAST_EVENTS = 2


@dataclass(frozen=True)
class Bandwidth:
    """Standard deviations for a Gaussian, in metres: along each axis, and one for both (their geometric mean)."""

    x_m: float
    y_m: float
    gaussian_m: float

    @property
    def quartic_m(self) -> float:
        """The radius of a quartic that smooths as much."""
        return self.gaussian_m * QUARTIC_PER_SD


def scott(x: ArrayLike, y: ArrayLike) -> Bandwidth:
    """Choose a distance to smooth over from the number of events and how far they spread: Scott's rule.

    Assumes one smooth heap of events. Crimes gather in many small heaps, so that the rule smooths too much: it is
    a starting point, and the distance used belongs on the page. In two dimensions Silverman's rule is the same.

    Parameters
    ----------
    x, y
        Events in metres, shape (n,), at least 2, not all on one line along an axis.

    Returns
    -------
    Bandwidth
        Standard deviation of each axis times n to the power of -1/6, and their geometric mean.

    Raises
    ------
    MethodError
        For fewer than 2 events, or events all on one line.

    References
    ----------
    Scott, D. W. (1992). Multivariate density estimation. Wiley. Equation 6.42.

    Examples
    --------
    >>> round(scott([0, 100, 200, 300], [0, 300, 100, 200]).gaussian_m, 1)
    102.5
    """
    east, north = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    spread = [float(v.std(ddof=1)) if v.size >= LEAST_EVENTS else 0.0 for v in (east, north)]
    if min(spread) <= 0 or not all(np.isfinite(spread)):
        raise MethodError(
            what="no bandwidth can be chosen for events that are fewer than 2 or lie on one line",
            now="Give bandwidth_m in metres.",
        )
    x_m, y_m = (sd * float(east.size) ** (-1 / 6) for sd in spread)
    return Bandwidth(x_m=x_m, y_m=y_m, gaussian_m=float(np.sqrt(x_m * y_m)))
