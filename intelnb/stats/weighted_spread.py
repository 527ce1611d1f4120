"""Even spread of weighted events: how likely so much harm is, where heavy and light events fall anywhere alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

STEPS = 2**16  # steps the sum of all weights is told in
SMALLEST = 1e-12  # the transform is right to about 1e-14; nothing smaller is told

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def weighted_spread(found: ArrayLike, cells: ArrayLike, weights: ArrayLike, *, all_cells: int) -> Floats:
    """Give the chance of as much weight or more in a group of cells, if every event fell on any cell alike.

    Assumes events independent of each other; their weights are those observed. One event of great weight makes
    its cell heavy whatever the pattern, and this chance says so: it is then no smaller than the chance that the
    one event falls there.

    Parameters
    ----------
    found
        Weight found in each group of cells, shape (n,).
    cells
        How many cells each group has, shape (n,).
    weights
        Weight of every event there was, shape (events,), above 0.
    all_cells
        Cells altogether.

    Returns
    -------
    numpy.ndarray
        One-sided p, shape (n,), at least 1e-12. Exact where weights are whole and sum to at most 65,536; else
        weights are rounded up to a 65,536th of their sum, so that p is a little too large and never too small.

    Raises
    ------
    MethodError
        For weights that are not above 0, or groups with more weight or cells than there are.

    References
    ----------
    Embrechts, P. and Frei, M. (2009). Panjer recursion versus FFT for compound distributions. Mathematical
    Methods of Operations Research 69.

    Examples
    --------
    >>> weighted_spread([10, 2, 0], [1, 1, 1], [10, 1, 1], all_cells=4).round(4).tolist()
    [0.25, 0.2969, 1.0]
    """
    seen, size = np.asarray(found, dtype=np.float64), np.asarray(cells, dtype=np.int64)
    weight = np.asarray(weights, dtype=np.float64)
    if not weight.size or not np.all(np.isfinite(weight)) or weight.min() <= 0:
        raise MethodError(
            what="an event has no weight above zero", now="Leave out events without a weight, and say so."
        )
    total = float(weight.sum())
    if np.any((size < 0) | (size > all_cells) | (seen < 0) | (seen > total * (1 + 1e-9))):
        raise MethodError(what="a group holds more weight or cells than there are", now="Count the whole area.")
    is_exact = bool(np.all(weight == np.rint(weight))) and total <= STEPS
    step = 1.0 if is_exact else total / STEPS
    units, times = np.unique(np.ceil(weight / step - 1e-9).astype(np.int64), return_counts=True)
    at = np.ceil(seen / step - 1e-9).astype(np.int64)
    p = np.ones(seen.size)
    for count in np.unique(size):
        held = size == count
        tail = _tail(units, times, chance=count / all_cells)
        p[held] = tail[np.minimum(at[held], tail.size - 1)]
    return np.where(at == 0, 1.0, np.maximum(p, SMALLEST))


def _tail(units: Ints, times: Ints, *, chance: float) -> Floats:
    """Chance of each sum of units or more, every event taken up with one chance: by its transform."""
    longest = int(units @ times) + 1
    size = 1 << (longest - 1).bit_length()
    angle = -2 * np.pi * np.arange(size // 2 + 1) / size
    magnitude, turn = np.zeros(angle.size), np.zeros(angle.size)
    with np.errstate(divide="ignore"):  # a factor may vanish: its logarithm is minus infinity, and the product 0
        for unit, many in zip(units, times, strict=True):
            factor = 1 - chance + chance * np.exp(1j * angle * unit)
            magnitude += many * np.log(np.abs(factor))
            turn += many * np.angle(factor)
    mass = np.fft.irfft(np.exp(magnitude) * np.exp(1j * turn), n=max(size, 2))
    tail: Floats = np.clip(np.cumsum(mass[::-1])[::-1], 0.0, 1.0)
    return tail[:longest]
