"""Naus's scan statistic: how likely is it that some stretch of a series holds so many events?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from intelnb.errors import MethodError

MINIMUM_WINDOWS = 2


def naus(most: int, *, mean: float, windows: float) -> float:
    """Give the chance that a window of fixed length, wherever it begins, holds at least so many events.

    Looking for the busiest fortnight of a year finds a busy one by chance: this allows for having looked
    everywhere. Assumes events at a steady rate, independent of each other. Windows may begin at any moment;
    where they begin with whole days only, the true chance is a little smaller.

    Parameters
    ----------
    most
        Events in the busiest window, 1 or more.
    mean
        Events expected in one window, above 0.
    windows
        How many windows, laid end to end, the whole time holds: 365 days and windows of 7 are 365 / 7; at least 2.

    Returns
    -------
    float
        The chance, 0 to 1, by Naus's approximation; exact where the whole time is 2 or 3 windows.

    Raises
    ------
    MethodError
        For fewer than 1 event, a mean that is not above 0, or fewer than 2 windows.

    References
    ----------
    Naus, J. I. (1982). Approximations for distributions of scan statistics. JASA 77(377).

    Examples
    --------
    >>> round(naus(16, mean=5.6, windows=365 / 7), 4)
    0.0847
    """
    if most < 1 or most != int(most) or not mean > 0 or not np.isfinite(mean) or not windows >= MINIMUM_WINDOWS:
        raise MethodError(
            what=f"{most} events in one of {windows:g} windows of {mean:g} expected cannot be judged",
            now=f"Give 1 event or more, a mean above 0, and at least {MINIMUM_WINDOWS} windows.",
        )
    k, rate = int(most), float(mean)
    # without a window of k events: in twice a window's length, and in three times
    two, three = _two(k, rate), _three(k, rate)
    if two <= 0 or three <= 0:
        return 1.0  # fewer would be a wonder
    return float(min(max(1 - two * (three / two) ** (windows - 2), 0.0), 1.0))


def _exactly(k: int | NDArray[np.int64], rate: float) -> NDArray[np.float64]:
    """The chance of just k events in a window; 0 below 0."""
    return np.asarray(poisson.pmf(k, rate), dtype=np.float64)


def _at_most(k: int | NDArray[np.int64], rate: float) -> NDArray[np.float64]:
    """The chance of up to k events in a window; 0 below 0."""
    return np.asarray(poisson.cdf(k, rate), dtype=np.float64)


def _two(k: int, rate: float) -> float:
    """The chance that no window within two window lengths holds k events."""
    return float(
        _at_most(k - 1, rate) ** 2
        - (k - 1) * _exactly(k, rate) * _exactly(k - 2, rate)
        - (k - 1 - rate) * _exactly(k, rate) * _at_most(k - 3, rate)
    )


def _three(k: int, rate: float) -> float:
    """The chance that no window within three window lengths holds k events."""
    one = 2 * _exactly(k, rate) * _at_most(k - 1, rate)
    one *= (k - 1) * _at_most(k - 2, rate) - rate * _at_most(k - 3, rate)
    two = 0.5 * _exactly(k, rate) ** 2
    two *= (
        (k - 1) * (k - 2) * _at_most(k - 3, rate)
        - 2 * (k - 2) * rate * _at_most(k - 4, rate)
        + rate**2 * _at_most(k - 5, rate)
    )
    r = np.arange(1, k)
    three = (_exactly(2 * k - r, rate) * _at_most(r - 1, rate) ** 2).sum()
    r = np.arange(2, k)
    four = _exactly(2 * k - r, rate) * _exactly(r, rate)
    four = (four * ((r - 1) * _at_most(r - 2, rate) - rate * _at_most(r - 3, rate))).sum()
    return float(_at_most(k - 1, rate) ** 3 - one + two + three - four)
