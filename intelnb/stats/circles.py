"""Circles over places: which places lie together within a circle round each, up to a share of all there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

SAME = 1e-9  # what a share or a radius may exceed its limit by: rounding
BLOCK = 2_000_000  # distances worked out at once

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Circles:
    """Places by their distance from each centre (rows), and how many of them the largest circle there holds.

    The first 1, 2, ... `size` places of a row of `order` are its circles, the last of them `radius` away from
    the centre. What stands behind them fills the row up and belongs to no circle.
    """

    order: NDArray[np.int32]
    size: NDArray[np.int64]
    radius: Floats


def circles(
    x: ArrayLike,
    y: ArrayLike,
    weight: ArrayLike,
    *,
    max_share: float = 0.5,
    max_radius_m: float = np.inf,
) -> Circles:
    """Draw circles of every size round every place, each holding at most a share of the whole.

    A circle grows by one place at a time. Places equally far from the centre join it from west to east, and
    from south to north where they share an easting, as they do in SaTScan.

    Parameters
    ----------
    x, y
        Places in metres, shape (n,).
    weight
        What each place holds of the whole, such as its people or its events; shape (n,), not negative.
    max_share
        Largest share of the whole weight in one circle, above 0 and up to 1.
    max_radius_m
        Largest radius in metres.

    Returns
    -------
    Circles
        `order` and `radius` of shape (n, most places in a circle), `size` of shape (n,); 0 for a place that
        alone holds more than the share.

    Raises
    ------
    MethodError
        For fewer than 2 places, places without coordinates or weight, weights below 0 or all 0, an impossible
        share, or when no circle is small enough.

    References
    ----------
    Kulldorff, M. (1997). A spatial scan statistic. Communications in Statistics 26(6).

    Examples
    --------
    >>> found = circles([0, 1, 5, 7], [0, 0, 0, 0], [1, 1, 1, 1])
    >>> found.order.tolist(), found.size.tolist()
    ([[0, 1], [1, 0], [2, 3], [3, 2]], [2, 2, 2, 2])
    """
    place = np.column_stack([np.asarray(x, np.float64), np.asarray(y, np.float64)])
    held = np.asarray(weight, dtype=np.float64)
    _check(place, held, max_share, max_radius_m)
    # sorting is stable: listing the places from west to east settles ties
    listed = np.lexsort((place[:, 1], place[:, 0])).astype(np.int32)
    count, share = place.shape[0], held / held.sum()
    orders: list[NDArray[np.int32]] = []
    sizes: list[NDArray[np.int64]] = []
    radii: list[Floats] = []
    rows = max(1, BLOCK // count)
    for at in range(0, count, rows):
        centres = place[at : at + rows]
        gap = centres[:, None, :] - place[None, listed, :]
        distance = np.hypot(gap[..., 0], gap[..., 1])
        near = np.argsort(distance, axis=1, kind="stable")
        order, radius = listed[near], np.take_along_axis(distance, near, axis=1)
        fits = (np.cumsum(share[order], axis=1) <= max_share + SAME) & (radius <= max_radius_m * (1 + SAME))
        size = fits.sum(axis=1)
        widest = int(size.max())
        orders.append(order[:, :widest])
        sizes.append(size)
        radii.append(radius[:, :widest])
    size = np.concatenate(sizes)
    if not size.any():
        raise MethodError(
            what=f"every place alone holds more than {max_share:.0%} of the whole",
            now="Use smaller places or allow a larger share.",
        )
    return Circles(order=_filled(orders, int(size.max())), size=size, radius=_filled(radii, int(size.max())))


def _filled(parts: list[NDArray[Any]], widest: int) -> NDArray[Any]:
    """Put blocks of rows under each other, filled up to one width."""
    return np.concatenate([np.pad(part, ((0, 0), (0, widest - part.shape[1]))) for part in parts])


def _check(place: Floats, held: Floats, max_share: float, max_radius_m: float) -> None:
    """Refuse what has no circles."""
    if place.shape[0] < 2 or held.shape != (place.shape[0],):
        raise MethodError(
            what=f"{place.shape[0]} places with {held.size} weights cannot be encircled",
            now="Give at least 2 places, each with its weight.",
        )
    if not np.all(np.isfinite(place)) or not np.all(np.isfinite(held)) or held.min() < 0 or held.sum() <= 0:
        raise MethodError(
            what="a place has no coordinates, or weights are missing, below zero or all zero",
            now="Leave out places that are not known, and say which.",
        )
    if not 0 < max_share <= 1 or not max_radius_m > 0:
        raise MethodError(
            what=f"circles of up to {max_share} of the whole and {max_radius_m} m cannot be drawn",
            now="Give a share up to 1 and a radius above 0.",
        )
