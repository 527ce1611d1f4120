"""A default location: one point that far more records share than any other, such as a headquarters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEWEST = 20
SMALLEST_SHARE = 0.01
TIMES_OTHERS = 10.0


def is_default(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    *,
    fewest: int = FEWEST,
    smallest_share: float = SMALLEST_SHARE,
    times_others: float = TIMES_OTHERS,
) -> NDArray[np.bool_]:
    """Find records at a point so full that it is more likely a form's default than a place.

    Where a system fills in a station or a headquarters for an unknown place, that point holds a share of all
    records that no real place does. A point is called a default when it holds at least `fewest` records, at least
    `smallest_share` of all placed ones, and `times_others` times as many as the point below which 99 in 100 of
    the other records lie. Snapped data, in which points repeat by design, therefore have none. The rule is ours, and says
    where to look: a hospital or a shopping centre may meet it too.

    Parameters
    ----------
    x, y
        Points in metres, exactly as recorded; not-a-number where there is no location.
    fewest
        Records a default point must hold, 2 or more.
    smallest_share
        Share of all placed records it must hold, 0 to 1.
    times_others
        How many times as full as other points it must be.

    Returns
    -------
    One truth per record; never true for a record without a location.

    Examples
    --------
    >>> spread = np.arange(400.0)
    >>> x, y = np.append(spread, np.full(25, 7.5)), np.append(spread, np.full(25, 7.5))
    >>> int(is_default(x, y).sum())
    25
    """
    found = np.zeros(len(x), dtype=bool)
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if len(known) < fewest:
        return found
    _, which, held = np.unique(x[known] + 1j * y[known], return_inverse=True, return_counts=True)
    full = held >= max(fewest, smallest_share * len(known))
    if not full.any() or full.all():
        return found
    # as full as the spot of a typical record elsewhere: each other record counts once
    others = np.sort(np.repeat(held[~full], held[~full]))
    usual = others[min(len(others) - 1, int(0.99 * len(others)))]
    default = full & (held >= times_others * usual)
    found[known] = default[which.reshape(-1)]
    return found
