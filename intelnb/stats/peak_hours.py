"""Peak hours: the shortest run of hours that holds a stated share of what happens in a day."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from intelnb.errors import MethodError

HOURS = 24


def peak_hours(weights: ArrayLike, *, share: float = 0.5) -> tuple[int, int]:
    """Find the shortest run of hours, over midnight if need be, that holds a share of the day's events.

    Assumes nothing about shape: a day with two peaks gives a run that spans both.

    Parameters
    ----------
    weights
        Weight of each hour of the day, shape (24,), not negative, such as a week grid summed over days.
    share
        Share of the weight the run must hold, above 0 and below 1.

    Returns
    -------
    tuple
        First hour and the hour after the last (0 to 23 and 1 to 24, or less than the first over
        midnight). Of runs of one length the heaviest, then the earliest.

    Raises
    ------
    MethodError
        When there are not 24 weights, one is negative, or all are 0.

    Examples
    --------
    >>> day = [0.0] * 24
    >>> day[23], day[0], day[12] = 4, 3, 1
    >>> peak_hours(day), peak_hours(day, share=0.8)
    ((23, 24), (23, 1))
    """
    hours = np.asarray(weights, dtype=np.float64)
    if hours.shape != (HOURS,) or not np.all(hours >= 0) or hours.sum() <= 0 or not 0 < share < 1:
        raise MethodError(
            what=f"{hours.size} weights with a sum of {hours.sum():g} and a share of {share:g} have no peak",
            now="Give 24 weights of 0 or more, not all 0, and a share between 0 and 1.",
        )
    totals = np.concatenate([[0.0], np.cumsum(np.concatenate([hours, hours]))])
    for length in range(1, HOURS + 1):
        runs = totals[length : length + HOURS] - totals[:HOURS]
        best = int(np.argmax(np.round(runs, 9)))
        if runs[best] >= share * hours.sum() - 1e-9:
            break
    last = (best + length) % HOURS
    return best, last or HOURS
