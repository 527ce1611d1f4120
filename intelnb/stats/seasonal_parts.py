"""A series taken apart: its trend, what comes back each year, and the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from statsmodels.tsa.seasonal import STL

from intelnb.errors import MethodError

WEEKS, MONTHS = 52, 12

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SeasonalParts:
    """Arrays of shape (periods,); trend, seasonal and rest add up to the series. `weight` is 1 but in a robust fit."""

    trend: Floats
    seasonal: Floats
    rest: Floats
    weight: Floats


def seasonal_parts(
    values: ArrayLike,
    *,
    period: int = WEEKS,
    seasonal: int = 7,
    robust: bool = False,
    like: Literal["statsmodels", "r"] = "statsmodels",
) -> SeasonalParts:
    """Split a series into trend, season and rest by local smoothing.

    Assumes a season that comes back each `period` and changes slowly, and no missing period: nothing is filled. With
    52 weeks to a year the season slips by a week in about six years.

    Parameters
    ----------
    values
        Values per period, oldest first, shape (periods,): two whole years at least.
    period
        Periods in a year, 2 or more: 52 or 12.
    seasonal
        Years the season is smoothed over, odd, 7 or more.
    robust
        Whether single outliers count less.
    like
        `statsmodels` smooths straight lines at every point; `r` has the defaults of R's `stl`: seasonal levels, every
        tenth point of the trend, two rounds.

    Returns
    -------
    SeasonalParts
        The parts.

    Raises
    ------
    MethodError
        When the series is short, has gaps, or an option is out of range.

    References
    ----------
    Cleveland, R. B. et al. (1990). STL: a seasonal-trend decomposition procedure based on loess.
    J. Official Statistics 6(1).

    Examples
    --------
    >>> parts = seasonal_parts([10, 20] * 12 + [10, 30], period=2)
    >>> parts.seasonal[:2].round(1).tolist(), parts.trend[:2].round(1).tolist()
    ([-5.0, 5.0], [15.0, 15.0])
    """
    y = np.asarray(values, dtype=np.float64)
    faults = {
        "values are not one series of numbers without gaps": y.ndim != 1 or not bool(np.isfinite(y).all()),
        f"a period of {period} is no season": period < 2,
        f"{y.size} periods are less than two years": y.size < 2 * period,
        f"seasonal is {seasonal}, not odd and 7 or more": seasonal < 7 or seasonal % 2 == 0,
        f"like is {like!r}": like not in ("statsmodels", "r"),
    }
    if any(faults.values()):
        told = "; ".join(fault for fault, is_so in faults.items() if is_so)
        raise MethodError(what=told, now="Give two whole years or more, submitted throughout.")
    options: dict[str, Any] = {}
    rounds: dict[str, int] = {}
    if like == "r":
        trend = _next_odd(1.5 * period / (1 - 1.5 / seasonal))
        options = {
            "seasonal_deg": 0, "trend": trend, "seasonal_jump": -(-seasonal // 10), "trend_jump": -(-trend // 10),
            "low_pass_jump": -(-_next_odd(period) // 10),
        }  # fmt: skip
        rounds = {"inner_iter": 1, "outer_iter": 15} if robust else {"inner_iter": 2, "outer_iter": 0}
    found = STL(y, period=period, seasonal=seasonal, robust=robust, **options).fit(**rounds)
    return SeasonalParts(
        trend=np.asarray(found.trend),
        seasonal=np.asarray(found.seasonal),
        rest=np.asarray(found.resid),
        weight=np.asarray(found.weights),
    )


def _next_odd(width: float) -> int:
    """The next odd whole number."""
    up = int(np.ceil(width))
    return up + 1 if up % 2 == 0 else up
