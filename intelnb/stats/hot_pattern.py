"""Patterns of a place over time: always hot, newly hot, hot on and off, hot no more."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

PATTERNS = ("", "persistent", "emerging", "former", "intermittent")


def hot_pattern(
    is_hot: ArrayLike,
    *,
    recent: int | None = None,
    least_share: float = 0.1,
    persistent_share: float = 0.8,
    recent_share: float = 0.2,
) -> NDArray[np.int64]:
    """Class each place by the windows it was hot in.

    The first rule that holds counts: *persistent*, hot in at least `persistent_share` of all windows; *emerging*,
    hot in less than `least_share` of the older windows and at least `recent_share` of the recent ones; *former*,
    hot in at least `least_share` of the older windows and less than that of the recent ones; *intermittent*, hot in
    at least `least_share` of all windows.

    Parameters
    ----------
    is_hot
        Whether each place was hot in each window, oldest first, shape (windows, places).
    recent
        How many of the last windows are recent, the others being older; None for `recent_share` of them,
        rounded down, at least 1. R's sfhotspot counts one window more as recent, and that one as older besides.
    least_share, persistent_share, recent_share
        As above, between 0 and 1.

    Returns
    -------
    numpy.ndarray
        Position in `PATTERNS` of each place: 0 none, 1 persistent, 2 emerging, 3 former, 4 intermittent.

    Raises
    ------
    MethodError
        When windows cannot be parted into older and recent ones, or a share is none.

    References
    ----------
    Chainey, S. (2020). Understanding crime: analyzing the geography of crime. Esri Press.

    Examples
    --------
    >>> windows = np.zeros((10, 4), dtype=bool)
    >>> windows[:, 0] = windows[8:, 1] = windows[:3, 2] = windows[::3, 3] = True
    >>> [PATTERNS[k] for k in hot_pattern(windows)]
    ['persistent', 'emerging', 'former', 'intermittent']
    """
    hot = np.asarray(is_hot, dtype=np.bool_)
    shares = (least_share, persistent_share, recent_share)
    if hot.ndim != 2 or not all(0 < share <= 1 for share in shares):
        raise MethodError(what="windows or shares cannot be read", now="Give windows by places, and shares up to 1.")
    windows = hot.shape[0]
    late = max(1, int(recent_share * windows + 1e-9)) if recent is None else recent
    if not 0 < late < windows:
        raise MethodError(
            what=f"{windows} windows cannot be parted into {late} recent ones and older ones", now="Give more windows."
        )
    ever, newer, older = hot.mean(axis=0), hot[-late:].mean(axis=0), hot[:-late].mean(axis=0)
    rules = [
        ever >= persistent_share,
        (older < least_share) & (newer >= recent_share),
        (older >= least_share) & (newer < least_share),
        ever >= least_share,
    ]
    return np.select(rules, [1, 2, 3, 4], default=0).astype(np.int64)
