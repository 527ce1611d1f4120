"""Relative risk: where one set of events is denser than another would lead one to expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError
from intelnb.stats.kernel import M2_PER_KM2, Kernel

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RelativeRisk:
    """Ratio of the two shares at each point, its logarithm to base 2, and how many events either rests on.

    `ratio` and `log2` are NaN where too few events of both sets lie near; `log2` also where the first set has none.
    """

    ratio: Floats
    log2: Floats
    events_near: Floats


def relative_risk(
    density: ArrayLike,
    other: ArrayLike,
    *,
    total: float,
    other_total: float,
    bandwidth_m: float,
    kernel: Kernel = "gaussian",
    least_events: float = 5.0,
) -> RelativeRisk:
    """Divide the share of one set's events that falls at each point by the other set's.

    Assumes that both densities were smoothed alike; then the border spoils both alike, and the ratio hardly. A
    ratio of 2 says that a point has twice the share of the first set's events that it has of the second's. How
    many events a point rests on is the pooled density times the area over which the kernel averages.

    Parameters
    ----------
    density, other
        Densities of both sets at the same points, events per square kilometre, shape (m,).
    total, other_total
        Events (or weight) of each set.
    bandwidth_m, kernel
        How both were smoothed.
    least_events
        Fewest events of both sets together that a ratio may rest on; points with fewer, or with none of the
        second set, are not assessed.

    Returns
    -------
    RelativeRisk
        Each of shape (m,).

    Raises
    ------
    MethodError
        For densities of unlike length, or a set without events.

    References
    ----------
    Kelsall, J. E. and Diggle, P. J. (1995). Non-parametric estimation of spatial variation in relative risk.
    Statistics in Medicine 14(21-22).

    Examples
    --------
    >>> found = relative_risk([80.0, 0.1], [20.0, 0.1], total=200, other_total=100, bandwidth_m=300)
    >>> found.ratio.tolist()
    [2.0, nan]
    """
    one, two = np.asarray(density, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if one.shape != two.shape:
        raise MethodError(what="the two densities differ in length", now="Read both off at the same points.")
    if not total > 0 or not other_total > 0:
        raise MethodError(what="one of the two sets has no event", now="Choose longer windows or a larger area.")
    near = (one + two) * averaged_m2(bandwidth_m, kernel) / M2_PER_KM2
    rests = (near >= least_events) & (two > 0)
    ratio = np.divide(one * other_total, two * total, out=np.full(one.shape, np.nan), where=rests)
    with np.errstate(divide="ignore"):
        log2 = np.where(ratio > 0, np.log2(ratio), np.nan)
    return RelativeRisk(ratio=ratio, log2=log2, events_near=near)


def averaged_m2(bandwidth_m: float, kernel: Kernel) -> float:
    """The area a kernel averages over, in square metres: one over the integral of its square.

    Examples
    --------
    >>> round(averaged_m2(100, "gaussian")), round(averaged_m2(100, "quartic"))
    (125664, 17453)
    """
    return float(4 * np.pi * bandwidth_m**2 if kernel == "gaussian" else 5 * np.pi * bandwidth_m**2 / 9)
