"""Concentration: how few places hold how much, and how much of that chance alone would bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Lorenz:
    """The curve from the fullest place down: after each place, the share of places and of events (0 to 1)."""

    places: Floats
    events: Floats


def lorenz(counts: ArrayLike) -> Lorenz:
    """Rank places from the fullest and add their events up.

    Parameters
    ----------
    counts
        Events per place, shape (n,), places without any included; not negative, or weights such as harm.

    Returns
    -------
    Lorenz
        Both of shape (n + 1,), beginning at 0.

    Raises
    ------
    MethodError
        For no place, no event, or counts that are not numbers of 0 or more.

    References
    ----------
    Lorenz, M. O. (1905). Methods of measuring the concentration of wealth. Publications of the ASA 9(70).

    Examples
    --------
    >>> found = lorenz([0, 6, 3, 1])
    >>> found.places.tolist(), found.events.tolist()
    ([0.0, 0.25, 0.5, 0.75, 1.0], [0.0, 0.6, 0.9, 1.0, 1.0])
    """
    x = np.sort(_checked(counts))[::-1]
    held = np.concatenate([[0.0], np.cumsum(x)]) / x.sum()
    return Lorenz(places=np.arange(x.size + 1) / x.size, events=held)


def places_holding(counts: ArrayLike, *, share: float) -> int:
    """Count the fewest places that together hold at least a share of all events.

    Parameters
    ----------
    counts
        As for `lorenz`.
    share
        Above 0 and at most 1.

    Raises
    ------
    MethodError
        As `lorenz`, and for a share that is none.

    References
    ----------
    Weisburd, D. (2015). The law of crime concentration and the criminology of place. Criminology 53(2).

    Examples
    --------
    >>> places_holding([0, 6, 3, 1], share=0.5), places_holding([0, 6, 3, 1], share=1.0)
    (1, 3)
    """
    if not 0 < share <= 1:
        raise MethodError(what=f"{share} is not a share", now="Give one above 0 and at most 1, such as 0.5.")
    x = np.sort(_checked(counts))[::-1]
    held = np.cumsum(x)
    return int(np.searchsorted(held, share * held[-1] * (1 - 1e-12))) + 1


def gini(counts: ArrayLike) -> float:
    """Measure how unevenly events are spread over places: 0 all alike, near 1 all in one place.

    With fewer events than places it is high whatever happens, because most places must be empty: use
    `gini_adjusted` then.

    References
    ----------
    Gini, C. (1912). Variabilita e mutabilita. Bologna.

    Examples
    --------
    >>> gini([2, 2, 2, 2]), gini([8, 0, 0, 0])
    (0.0, 0.75)
    """
    x = np.sort(_checked(counts))
    rank = np.arange(1, x.size + 1)
    return float((2 * rank - x.size - 1) @ x / (x.size * x.sum()))


def gini_adjusted(counts: ArrayLike) -> float:
    """Measure unevenness against the most even spread that was possible: one event a place when there are few.

    Equals `gini` when there are at least as many events as places.

    Parameters
    ----------
    counts
        Whole events per place, shape (n,), places without any included.

    Returns
    -------
    float
        0 when no spread could have been more even, below 1.

    Raises
    ------
    MethodError
        As `lorenz`, and for counts that are not whole.

    References
    ----------
    Bernasco, W. and Steenbeek, W. (2017). More places than crimes: implications for evaluating the law of crime
    concentration at place. Journal of Quantitative Criminology 33(3).

    Examples
    --------
    >>> gini([1, 1, 0, 0]), gini_adjusted([1, 1, 0, 0])
    (0.5, 0.0)
    """
    x = _whole(counts)
    return float(1 - max(x.size / x.sum(), 1.0) * (1 - gini(x)))


def by_chance(counts: ArrayLike, *, share: float, runs: int = 199, seed: int = 0) -> float:
    """Say how many places would hold a share of the events if each event fell on any place alike.

    Chance gathers events too: 100 events dropped on 100 places leave about 37 of them empty. A concentration says
    something only beyond that.

    Parameters
    ----------
    counts
        Whole events per place, shape (n,); only their sum and number matter.
    share
        As for `places_holding`.
    runs, seed
        How often events are dropped anew, and the start of the random numbers.

    Returns
    -------
    float
        The mean number of places over the runs.

    Raises
    ------
    MethodError
        As `places_holding`, and for no runs.

    References
    ----------
    Hipp, J. R. and Kim, Y. (2017). Measuring crime concentration across cities of varying sizes. Journal of
    Quantitative Criminology 33(3).

    Examples
    --------
    >>> by_chance([100, 0, 0, 0], share=1.0)
    4.0
    """
    x = _whole(counts)
    if runs < 1:
        raise MethodError(what=f"{runs} runs drop nothing", now="Give 99 or more.")
    rng, total = np.random.default_rng(seed), int(x.sum())
    dropped = (np.bincount(rng.integers(0, x.size, total), minlength=x.size) for _ in range(runs))
    return float(np.mean([places_holding(one, share=share) for one in dropped]))


def _checked(counts: ArrayLike) -> Floats:
    """Counts as numbers, refused when nothing can be concentrated."""
    x = np.asarray(counts, dtype=np.float64)
    if not np.all(np.isfinite(x)) or (x.size and x.min() < 0):
        raise MethodError(what="a count is missing or below zero", now="Give 0 for a place without events.")
    if not x.size or x.sum() <= 0:
        raise MethodError(what="there is no event in any place", now="Choose a longer period or a larger area.")
    return x


def _whole(counts: ArrayLike) -> Floats:
    """Counts proven whole."""
    x = _checked(counts)
    if np.any(x != np.floor(x)):
        raise MethodError(what="counts are not whole", now="Give events per place, not weights.")
    return x
