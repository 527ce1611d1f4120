"""Are a few events spread evenly over the days of the week? Exact, because a curve says nothing of eight events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, xlogy
from scipy.stats import chi2

from intelnb.errors import MethodError

EXACT_UP_TO = 25  # events; all 736,281 ways to spread them over a week are looked at, beyond that the curve is good
ROUNDING = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Evenness:
    """How far counts lie from an even spread, the chance of being so far or farther, and how it was found."""

    statistic: float
    p: float
    method: str


def day_of_week(
    counts: ArrayLike, *, exposure: ArrayLike | None = None, statistic: Literal["G", "chi-square"] = "G"
) -> Evenness:
    """Say how likely it is that events spread over the days as unevenly as these, when every day is alike.

    Assumes events independent of each other, each with a known day.

    Parameters
    ----------
    counts
        Events of each day of the week, shape (7,), or of any other few classes.
    exposure
        How often each day came: a month holds four or five Mondays. Equal when not given.
    statistic
        `G` (likelihood ratio) or `chi-square`: what "as unevenly" means.

    Returns
    -------
    Evenness
        `p` is exact for up to 25 events over seven days, all ways to spread them counted; else of the chi-square curve, and
        `method` says which.

    Raises
    ------
    MethodError
        When a count is negative or not whole, all are 0, or a day's exposure is not above 0.

    References
    ----------
    Wheeler, A. P. (2016). Testing serial crime events for randomness in day of week patterns with small samples.
    J. Investigative Psychology and Offender Profiling 13(2).

    Examples
    --------
    >>> found = day_of_week([3, 1, 1, 0, 0, 1, 1])
    >>> round(found.p, 4), found.method
    (0.5441, 'exact')
    """
    y = np.asarray(counts, dtype=np.float64)
    days = np.ones(y.shape) if exposure is None else np.asarray(exposure, dtype=np.float64)
    faults = {
        "counts are not one series of two classes or more": y.ndim != 1 or y.size < 2,
        "a count is negative or not whole": not bool(np.all((y >= 0) & (y == np.floor(y)))),
        "there are no events": y.sum() == 0,
        "an exposure is missing or not above 0": days.shape != y.shape
        or not bool(np.all(np.isfinite(days) & (days > 0))),
        f"statistic is {statistic!r}": statistic not in ("G", "chi-square"),
    }
    if any(faults.values()):
        told = "; ".join(fault for fault, is_so in faults.items() if is_so)
        raise MethodError(what=told, now="Give the events of each day, and how often each day came.")
    share, total = days / days.sum(), int(y.sum())
    seen = float(_distance(y, total * share, statistic).sum())
    if total > EXACT_UP_TO or y.size > 7:
        return Evenness(statistic=seen, p=float(chi2.sf(seen, y.size - 1)), method="chi-square curve")
    distance, chance = _every_spread(total, share, statistic)
    p = float(chance[distance >= seen - ROUNDING * max(seen, 1.0)].sum())
    return Evenness(statistic=seen, p=min(p, 1.0), method="exact")


def _distance(y: Floats, expected: Floats, statistic: str) -> Floats:
    """What each class adds to the statistic."""
    if statistic == "G":
        return np.asarray(2 * xlogy(y, y / expected))
    return np.asarray(np.square(y - expected) / expected)


def _every_spread(total: int, share: Floats, statistic: str) -> tuple[Floats, Floats]:
    """Statistic and chance of every way to spread the events, one class after the other."""
    left = np.array([total])
    distance, log_chance = np.zeros(1), np.full(1, gammaln(total + 1))
    for number, own in enumerate(share):
        is_last = number == share.size - 1
        ways = np.ones(left.size, dtype=np.int64) if is_last else left + 1
        rows = np.repeat(np.arange(left.size), ways)
        count = left[rows] if is_last else np.arange(rows.size) - np.repeat(np.cumsum(ways) - ways, ways)
        # each class has few different counts: work them out once
        table = np.arange(total + 1.0)
        distance = distance[rows] + _distance(table, total * own, statistic)[count]
        log_chance = log_chance[rows] + (table * np.log(own) - gammaln(table + 1))[count]
        left = left[rows] - count
    return distance, np.exp(log_chance)
