"""Change points: where the level of a series changed for good, and between which periods that may have been."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import ruptures
from numpy.typing import ArrayLike, NDArray
from ruptures.base import BaseCost
from scipy.special import xlogy

from intelnb.errors import MethodError
from intelnb.stats.unevenness import unevenness

SHORTEST = 4  # periods a level must last to be called one
# what a further change must gain, in units of dispersion x log(periods): quiet series then show one in under 5 %
PRICE = 2.5
NEAR = 3.84  # a place is as likely as the best one while it costs no more than this many dispersions (95 %)

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ChangePoints:
    """First periods of the new levels, the earliest and latest each may be, and the rate of each stretch."""

    at: tuple[int, ...]
    earliest: tuple[int, ...]
    latest: tuple[int, ...]
    levels: Floats
    phi: float
    penalty: float


class _Poisson(BaseCost):  # type: ignore[misc]
    """Twice the negative log-likelihood of counts at one rate, over columns of counts and exposures."""

    model = "poisson"
    min_size = 1

    def fit(self, signal: Floats) -> _Poisson:
        """Keep running sums."""
        self.signal = signal
        self.sums = np.vstack([np.zeros(2), np.cumsum(signal, axis=0)])
        return self

    def error(self, start: int, end: int) -> float:
        """Cost of one stretch."""
        events, exposure = self.sums[end] - self.sums[start]
        return float(-2 * xlogy(events, events / exposure))


def change_points(
    counts: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
    cost: Literal["poisson", "rank", "l2"] = "poisson",
    penalty: float | None = None,
    shortest: int = SHORTEST,
) -> ChangePoints:
    """Find where the level of a series changed, however many times.

    Assumes levels that change at once and then hold; periods that are independent of each other given the level. A
    season or a trend must be taken out first (as `exposure`), or it shows as changes.

    Parameters
    ----------
    counts
        Events per period, oldest first, shape (periods,), none missing.
    exposure
        What each period would have had at one rate: its days, or its usual share of a year; above 0. Equal when not
        given. Of use to `poisson` only.
    cost
        `poisson` for counts; `rank` for counts with outliers; `l2` squares distances, as `ruptures` does by default.
    penalty
        What a further change must gain. When not given 2.5 x phi x log(periods), phi being the variance over mean of
        neighbours, at least 1 (for `rank` 2.5 x log(periods), for `l2` 2.5 x half the mean squared step x log(periods)).
    shortest
        Fewest periods a level lasts, 2 or more.

    Returns
    -------
    ChangePoints
        `at` holds the first period of each new level. `earliest` and `latest` hold it in about 19 of 20 cases, the
        others being right; they equal `at` but for `poisson`.

    Raises
    ------
    MethodError
        When the series is shorter than two levels, has gaps, or an option is out of range.

    References
    ----------
    Killick, R., Fearnhead, P. and Eckley, I. A. (2012). Optimal detection of changepoints with a linear computational
    cost. JASA 107(500).
    Truong, C., Oudre, L. and Vayatis, N. (2020). Selective review of offline change point detection methods.
    Signal Processing 167.

    Examples
    --------
    >>> found = change_points([5, 6, 4, 5, 6, 5, 14, 15, 13, 16, 14])
    >>> found.at, found.levels.round(1).tolist()
    ((6,), [5.2, 14.4])
    """
    y = np.asarray(counts, dtype=np.float64)
    size = np.ones(y.shape) if exposure is None else np.asarray(exposure, dtype=np.float64)
    _check(y, size, cost=cost, shortest=shortest, penalty=penalty)
    phi = unevenness(y, size)
    if penalty is None:
        scale = {"poisson": phi, "rank": 1.0, "l2": float(np.square(np.diff(y)).mean()) / 2}[cost]
        penalty = PRICE * scale * float(np.log(y.size))
    chosen: dict[str, Any] = {"custom_cost": _Poisson()} if cost == "poisson" else {"model": cost}
    signal = np.column_stack([y, size]) if cost == "poisson" else y
    found = ruptures.Pelt(min_size=shortest, jump=1, **chosen).fit(signal).predict(pen=max(penalty, 1e-9))
    edges = [0, *(int(edge) for edge in found)]
    at = tuple(edges[1:-1])
    spans = [
        _near(y, size, *edges[place : place + 3], within=NEAR * phi, shortest=shortest)
        if cost == "poisson" else (edges[place + 1],) * 2
        for place in range(len(at))
    ]  # fmt: skip
    return ChangePoints(
        at=at,
        earliest=tuple(first for first, _ in spans),
        latest=tuple(last for _, last in spans),
        levels=np.add.reduceat(y, edges[:-1]) / np.add.reduceat(size, edges[:-1]),
        phi=phi,
        penalty=float(penalty),
    )


def _check(y: Floats, size: Floats, *, cost: str, shortest: int, penalty: float | None) -> None:
    """Refuse impossible input, all faults at once."""
    faults = {
        "counts are not one series without gaps": y.ndim != 1 or not bool(np.isfinite(y).all()),
        "a count is negative": bool(np.any(y < 0)),
        "exposures do not fit the counts, or are not above 0": size.shape != y.shape
        or not bool(np.all(np.isfinite(size) & (size > 0))),
        f"shortest is {shortest}, below 2": shortest < 2,
        f"{y.size} periods are too few for two levels": y.size < 2 * max(shortest, 2),
        f"cost is {cost!r}": cost not in ("poisson", "rank", "l2"),
        f"a penalty of {penalty} is not above 0": penalty is not None and not penalty > 0,
    }
    if any(faults.values()):
        told = "; ".join(fault for fault, is_so in faults.items() if is_so)
        raise MethodError(what=told, now="Give one series, submitted throughout, of twice the shortest level or more.")


def _near(y: Floats, size: Floats, start: int, at: int, end: int, *, within: float, shortest: int) -> tuple[int, int]:
    """Earliest and latest place of a change that cost hardly more than the best, its neighbours held."""
    events, exposure = np.cumsum(y[start:end])[:-1], np.cumsum(size[start:end])[:-1]
    after, left = y[start:end].sum() - events, size[start:end].sum() - exposure
    cost = -2 * (xlogy(events, events / exposure) + xlogy(after, after / left))
    place = np.arange(start + 1, end)
    allowed = (place - start >= shortest) & (end - place >= shortest)
    likely = place[allowed & (cost <= cost[at - start - 1] + within)]
    return int(likely.min()), int(likely.max())
