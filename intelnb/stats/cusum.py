"""Cumulative sums: small rises that last, added up until they can no longer be chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

# about one false alarm in 500 periods where nothing changes (Rossi et al. 1999)
K, H = 1.04, 2.26

Transform = Literal["rossi", "standard", "anscombe"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Drift:
    """Arrays of the shape of the counts: the sum so far, the count from which there is an alarm, and the alarms."""

    total: Floats
    reaches: Floats
    alarm: NDArray[np.bool_]


def cusum(
    counts: ArrayLike,
    expected: ArrayLike,
    *,
    k: float = K,
    h: float = H,
    transform: Transform = "rossi",
    dispersion: ArrayLike = 1.0,
    restart: bool = False,
) -> Drift:
    """Add up how far each count lies above what was expected, and say when the sum is too large for chance.

    Assumes counts whose expected values are known and whose variance is `dispersion` times the mean; where it is
    larger than told, false alarms multiply.

    Parameters
    ----------
    counts
        Events per period, oldest first, shape (periods,) or (series, periods). NaN marks a period not submitted:
        the sum waits.
    expected
        Expected counts, above 0: one number, or an array that fits the counts.
    k
        What is taken off each period: half the rise, in standard deviations, that is to be found quickest.
    h
        The sum at which there is an alarm, above 0.
    transform
        How counts are brought near a normal curve: `rossi`, `standard` or `anscombe`.
    dispersion
        Variance over mean, 1 or more, one number or an array that fits the counts.
    restart
        Begin again at 0 after an alarm; else the alarm stays on while the rise lasts.

    Returns
    -------
    Drift
        `total`, `reaches` (the count from which there is an alarm, not rounded; 0 where even no event keeps it on)
        and `alarm`.

    Raises
    ------
    MethodError
        When a count is negative, an expected count is not above 0, or an option is out of range.

    References
    ----------
    Page, E. S. (1954). Continuous inspection schemes. Biometrika 41(1/2).
    Rossi, G., Lampugnani, L. and Marchi, M. (1999). An approximate CUSUM procedure for surveillance of health
    events. Statistics in Medicine 18(16).

    Examples
    --------
    >>> found = cusum([4, 3, 5, 8, 9, 8], 4)
    >>> found.alarm.tolist(), found.total.round(2).tolist()
    ([False, False, False, False, False, True], [0.0, 0.0, 0.0, 0.79, 2.0, 2.79])
    """
    y, mean, phi = np.asarray(counts, dtype=np.float64), np.asarray(expected, float), np.asarray(dispersion, float)
    _check(y, mean, phi, k=k, h=h, transform=transform)
    mean, phi = np.broadcast_to(mean, y.shape), np.broadcast_to(phi, y.shape)
    steps = _standardised(y, mean, transform) / np.sqrt(phi) - k
    total, reaches = np.empty(y.shape), np.empty(y.shape)
    so_far = np.zeros(y.shape[:-1])
    for period in range(y.shape[-1]):
        reaches[..., period] = _smallest(mean[..., period], (h - so_far + k) * np.sqrt(phi[..., period]), transform)
        step = steps[..., period]
        so_far = np.where(np.isnan(step), so_far, np.maximum(0.0, so_far + step))
        total[..., period] = so_far
        if restart:
            so_far = np.where(so_far >= h, 0.0, so_far)
    return Drift(total=total, reaches=reaches, alarm=(total >= h) & ~np.isnan(y))


def _standardised(y: Floats, mean: Floats, transform: Transform) -> Floats:
    """Bring counts near a standard normal curve."""
    root = np.sqrt(mean)
    if transform == "standard":
        return np.asarray((y - mean) / root)
    if transform == "anscombe":
        return np.asarray(1.5 * (np.cbrt(y) ** 2 - np.cbrt(mean) ** 2) / np.cbrt(root))
    return np.asarray((y - 3 * mean + 2 * np.sqrt(y * mean)) / (2 * root))


def _smallest(mean: Floats, needed: Floats, transform: Transform) -> Floats:
    """The count whose standardised value reaches what is needed."""
    root = np.sqrt(mean)
    if transform == "standard":
        count = mean + root * needed
    elif transform == "anscombe":
        count = np.maximum(0.0, np.cbrt(mean) ** 2 + needed * np.cbrt(root) / 1.5) ** 1.5
    else:
        # solves y + 2 sqrt(y mean) = 3 mean + 2 needed sqrt(mean) for sqrt(y)
        count = np.maximum(0.0, np.sqrt(np.maximum(0.0, 4 * mean + 2 * needed * root)) - root) ** 2
    return np.maximum(0.0, count)


def _check(y: Floats, mean: Floats, phi: Floats, *, k: float, h: float, transform: str) -> None:
    """Refuse impossible input, all faults at once."""
    fits = y.ndim in (1, 2) and y.size > 0
    try:
        fits = fits and np.broadcast_shapes(y.shape, mean.shape, phi.shape) == y.shape
    except ValueError:
        fits = False
    faults = {
        "counts are not one or more series, or expected counts do not fit them": not fits,
        "a count is negative": bool(np.any(y < 0)),
        "an expected count is not above 0": not bool(np.all(mean > 0)),
        "a dispersion is below 1": not bool(np.all(phi >= 1)),
        f"k is {k} and h is {h}": not (k >= 0 and h > 0),
        f"transform is {transform!r}": transform not in ("rossi", "standard", "anscombe"),
    }
    if any(faults.values()):
        told = "; ".join(fault for fault, is_so in faults.items() if is_so)
        raise MethodError(what=told, now="Correct the call; a series without events has no expected count.")
