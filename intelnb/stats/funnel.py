"""Funnels: many areas' rates against one target, wide where little is counted and narrow where much is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import nbinom, poisson

from intelnb.errors import MethodError

LIMITS = (0.95, 0.998)
WINSORISED = 0.1
FEWEST_AREAS = 10  # fewer areas say too little about how much areas differ beyond chance

Spread = Literal["none", "multiplicative", "additive"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Funnel:
    """Arrays of shape (areas,), limits of shape (limits, areas), and how uneven the areas are beyond chance.

    `z` is 2 (sqrt counted - sqrt expected). `position` is the share of outcomes below the area's own, had it the
    target rate: under 0.025 or over 0.975 is outside 95 %. `outside` is 1 above the limits, -1 below, else 0.
    """

    rate: Floats
    target: float
    expected: Floats
    z: Floats
    position: Floats
    lower: Floats
    upper: Floats
    outside: NDArray[np.int64]
    phi: float
    tau2: float
    spread: Spread


def funnel(
    counts: ArrayLike,
    exposure: ArrayLike,
    *,
    target: float | None = None,
    limits: tuple[float, ...] = LIMITS,
    spread: Spread = "none",
    winsorised: float = WINSORISED,
) -> Funnel:
    """Say which areas lie outside what chance, and the usual differences between areas, would do at one rate.

    Assumes counts that are chance about each area's own rate. With `spread` the rates themselves differ as most
    areas' do: the most extreme tenth at either end is pulled in before that is measured, so that the areas looked
    for do not hide themselves. Limits are whole counts turned into rates, of a Poisson distribution, or of a
    negative binomial one with the same mean and the larger variance.

    Parameters
    ----------
    counts, exposure
        Events and what they were counted over (residents, homes, hours), shape (areas,); exposure above 0.
    target
        The rate all are compared with; that of all areas together when not given.
    limits
        Shares of outcomes between each pair of limits, 0 to 1, rising.
    spread
        `none`; `multiplicative`, variance phi times the mean; `additive`, rates that differ by a constant share.
    winsorised
        Share of areas at each end whose distance is pulled in to the next, 0 to below 0.5.

    Returns
    -------
    Funnel
        Rates, limits and positions. `phi` (at least 1) and `tau2` (variance of the areas' rates over the squared
        target) are measured whatever `spread` is, used only as it says, and 1 and 0 for fewer than 10 areas.

    Raises
    ------
    MethodError
        When shapes differ, a number is impossible, or the target is not above 0.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics in Medicine 24(8).

    Examples
    --------
    >>> found = funnel([10, 12, 30], [1000, 1000, 1000], target=0.011)
    >>> found.outside.tolist(), found.upper[1].round(3).tolist()
    ([0, 0, 1], [0.023, 0.023, 0.023])
    """
    n, size = np.asarray(counts, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    _check(n, size, limits=limits, spread=spread, winsorised=winsorised)
    level = float(n.sum() / size.sum()) if target is None else float(target)
    if not level > 0:
        raise MethodError(
            what="the target rate is not above 0", now="Choose a period or kind with crimes, or a target."
        )
    expected = level * size
    z = 2 * (np.sqrt(n) - np.sqrt(expected))
    phi, tau2 = _unevenness(z, expected, winsorised)
    ratio = np.ones(n.shape)
    if spread == "multiplicative":
        ratio = np.full(n.shape, phi)
    elif spread == "additive":
        ratio = 1 + tau2 * expected
    tails = (1 - np.asarray(limits)[:, None]) / 2
    lower, upper = _quantile(tails, expected, ratio), _quantile(1 - tails, expected, ratio)
    position = _at_most(n, expected, ratio) - _chance(n, expected, ratio) / 2
    return Funnel(
        rate=n / size,
        target=level,
        expected=expected,
        z=z,
        position=position,
        lower=lower / size,
        upper=upper / size,
        outside=(n > upper[-1]).astype(np.int64) - (n < lower[-1]),
        phi=phi,
        tau2=tau2,
        spread=spread,
    )


def _check(n: Floats, size: Floats, *, limits: tuple[float, ...], spread: str, winsorised: float) -> None:
    """Refuse impossible input, all faults at once."""
    faults = {
        "counts and exposures are not two series of one length": n.ndim != 1 or n.shape != size.shape or not n.size,
        "a count is negative or not whole": not bool(np.all((n >= 0) & (n == np.floor(n)))),
        "an exposure is not above 0": not bool(np.all(np.isfinite(size) & (size > 0))),
        f"limits {limits} are not rising shares": not limits
        or not all(0 < a < b for a, b in zip(limits, (*limits[1:], 1.0), strict=True)),
        f"spread is {spread!r}": spread not in ("none", "multiplicative", "additive"),
        f"winsorised is {winsorised}, not 0 to below 0.5": not 0 <= winsorised < 0.5,
    }
    if any(faults.values()):
        told = "; ".join(fault for fault, is_so in faults.items() if is_so)
        raise MethodError(what=told, now="Correct the call; leave out areas without residents and say so.")


def _unevenness(z: Floats, expected: Floats, winsorised: float) -> tuple[float, float]:
    """Variance over what chance gives, and variance of the areas' rates over the squared target."""
    if z.size < FEWEST_AREAS:
        return 1.0, 0.0
    low, high = np.quantile(z, [winsorised, 1 - winsorised])
    phi = float(np.square(np.clip(z, low, high)).mean())
    # on the scale of square roots each area has variance 1 / (4 expected), and a share's variance counts a quarter
    weight = 4 * expected
    spare = z.size - 1
    tau2 = (z.size * phi - spare) / (weight.sum() - np.square(weight).sum() / weight.sum())
    return max(phi, 1.0), 4 * max(float(tau2), 0.0)


def _quantile(share: Floats, mean: Floats, ratio: Floats) -> Floats:
    """Smallest count that so large a share of outcomes does not pass."""
    uneven = ratio > 1
    size = mean / np.where(uneven, ratio - 1, 1.0)
    return np.asarray(np.where(uneven, nbinom.ppf(share, size, 1 / ratio), poisson.ppf(share, mean)))


def _at_most(n: Floats, mean: Floats, ratio: Floats) -> Floats:
    """Chance of the count or fewer."""
    uneven = ratio > 1
    size = mean / np.where(uneven, ratio - 1, 1.0)
    return np.asarray(np.where(uneven, nbinom.cdf(n, size, 1 / ratio), poisson.cdf(n, mean)))


def _chance(n: Floats, mean: Floats, ratio: Floats) -> Floats:
    """Chance of exactly the count."""
    return _at_most(n, mean, ratio) - np.where(n > 0, _at_most(n - 1, mean, ratio), 0.0)
