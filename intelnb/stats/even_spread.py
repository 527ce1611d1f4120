"""Even spread: how likely a count is where events fall on equal cells without any preference."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom

from intelnb.errors import MethodError


def even_spread(counts: ArrayLike, cells: ArrayLike, *, total: int, all_cells: int) -> NDArray[np.float64]:
    """Give the chance of a count this far out, if every event fell on any cell alike: exact, however few events.

    Assumes events independent of each other. It guards statistics that rest on the normal curve, which
    calls a handful of events in a nearly empty area impossibly rare.

    Parameters
    ----------
    counts
        Events found in each group of cells, shape (n,).
    cells
        How many cells each group has, shape (n,).
    total, all_cells
        Events and cells altogether.

    Returns
    -------
    numpy.ndarray
        Two-sided p, shape (n,): twice the smaller tail, at most 1.

    Raises
    ------
    MethodError
        When a group has more events or cells than there are.

    References
    ----------
    Diggle, P. J. (2013). Statistical analysis of spatial and spatio-temporal point patterns. 3rd ed.

    Examples
    --------
    >>> even_spread([2, 0], [1, 1], total=2, all_cells=4).round(4).tolist()
    [0.125, 1.0]
    """
    found, size = np.asarray(counts, dtype=np.int64), np.asarray(cells, dtype=np.int64)
    if np.any((found < 0) | (found > total) | (size < 0) | (size > all_cells)):
        raise MethodError(what="a group holds more events or cells than there are", now="Count the whole area.")
    share = size / all_cells
    tails = np.minimum(binom.sf(found - 1, total, share), binom.cdf(found, total, share))
    two_sided: NDArray[np.float64] = np.minimum(2 * tails, 1.0)
    return two_sided
