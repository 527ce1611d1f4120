"""Kernel density: how many events per square kilometre there are round any point, smoothed over a stated distance."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from intelnb.errors import MethodError

Kernel = Literal["gaussian", "quartic", "quartic_qgis"]
REACH = 8.5  # bandwidths: a Gaussian is below 1e-15 of its peak beyond, and is taken for nothing
QGIS_MASS = 7.25  # what QGIS's scaled quartic integrates to, instead of 1
M2_PER_KM2 = 1e6
LATTICE_FACTOR = 8  # points are taken for part of a lattice when it has at most this many times as many points
TILES = 48  # events are gathered in at most so many tiles a side
ENTRIES_AT_ONCE = 4_000_000  # numbers of the work space

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def density(
    x: ArrayLike,
    y: ArrayLike,
    at_x: ArrayLike,
    at_y: ArrayLike,
    *,
    bandwidth_m: float,
    kernel: Kernel = "gaussian",
    weights: ArrayLike | None = None,
) -> Floats:
    """Smooth events over a distance, and read the density off at given points.

    Assumes places in metres, and that what lies beyond the events given is empty: near the border of what was
    read the density is too low (`mass_within` says by how much). Points that form a lattice, such as the centres
    of square cells or hexagons, are found to do so and done fast; any other points are done one by one. Both
    are exact: nothing is binned. A Gaussian is cut off where it is below 1e-15 of its peak.

    Parameters
    ----------
    x, y
        Events in metres, shape (n,), no blanks; none at all gives 0 everywhere.
    at_x, at_y
        Points to read the density at, in metres, shape (m,).
    bandwidth_m
        Above 0. "gaussian": standard deviation; "quartic": radius beyond which an event counts for nothing.
    kernel
        "gaussian" or "quartic", each integrating to 1 per event. "quartic_qgis" is what QGIS's heat map calls
        scaled: it integrates to 7.25 and is no density; it is here so that an old map can be made again.
    weights
        What each event counts for, not negative, shape (n,); None counts each as 1.

    Returns
    -------
    numpy.ndarray
        Events (or weight) per square kilometre at each point, shape (m,).

    Raises
    ------
    MethodError
        For a bandwidth that is not above 0, an unknown kernel, or places and weights that are no numbers.

    References
    ----------
    Silverman, B. W. (1986). Density estimation for statistics and data analysis. Chapman and Hall.

    Examples
    --------
    >>> density([0.0], [0.0], [0.0, 300.0], [0.0, 0.0], bandwidth_m=300, kernel="quartic").round(3).tolist()
    [10.61, 0.0]
    """
    east, north, up_x, up_y = (np.asarray(v, dtype=np.float64) for v in (x, y, at_x, at_y))
    weight = np.ones(east.size) if weights is None else np.asarray(weights, dtype=np.float64)
    _check(east, north, weight, up_x, up_y, bandwidth_m=bandwidth_m, kernel=kernel)
    if not east.size or not up_x.size:
        return np.zeros(up_x.size)
    columns, col = np.unique(up_x, return_inverse=True)
    lines, row = np.unique(up_y, return_inverse=True)
    events = (east, north, weight)
    if columns.size * lines.size <= LATTICE_FACTOR * up_x.size:
        on_lattice = _gaussian_on_lattice if kernel == "gaussian" else _quartic_on_lattice
        found = on_lattice(events, columns, lines, bandwidth_m)[row, col]
    else:
        found = _at_points(events, up_x, up_y, bandwidth_m, is_gaussian=kernel == "gaussian")
    mass = QGIS_MASS if kernel == "quartic_qgis" else 1.0
    peak = 1 / (2 * np.pi * bandwidth_m**2) if kernel == "gaussian" else 3 / (np.pi * bandwidth_m**2)
    return np.asarray(found * (mass * peak * M2_PER_KM2), dtype=np.float64)


def mass_within(
    at_x: ArrayLike,
    at_y: ArrayLike,
    *,
    area_x: ArrayLike,
    area_y: ArrayLike,
    piece_m2: float,
    bandwidth_m: float,
    kernel: Kernel = "gaussian",
) -> Floats:
    """Say which share of a kernel standing at each point lies inside the study area: near its border less than 1.

    A density divided by this share is corrected for the border, if what lies beyond is like what lies inside.

    Parameters
    ----------
    at_x, at_y
        Points in metres, shape (m,).
    area_x, area_y
        Centres of small pieces of one size that make up the study area, in metres, shape (pieces,).
    piece_m2
        Size of a piece in square metres; with sides of a quarter of the bandwidth shares are right to about 0.2 %.
    bandwidth_m, kernel
        As for `density`.

    Returns
    -------
    numpy.ndarray
        Shares, shape (m,), at most 1.

    References
    ----------
    Diggle, P. J. (1985). A kernel method for smoothing point process data. Applied Statistics 34(2).

    Examples
    --------
    >>> centre = np.arange(25.0, 2000, 50)
    >>> x, y = (part.ravel() for part in np.meshgrid(centre, centre))
    >>> piece = {"area_x": x, "area_y": y, "piece_m2": 2500}
    >>> mass_within([50.0, 1000.0], [50.0, 1000.0], bandwidth_m=150, **piece).round(2).tolist()
    [0.4, 1.0]
    """
    within = density(area_x, area_y, at_x, at_y, bandwidth_m=bandwidth_m, kernel=kernel) * piece_m2
    return np.minimum(within / M2_PER_KM2, 1.0)


def _check(*numbers: Floats, bandwidth_m: float, kernel: str) -> None:
    """Refuse what has no density."""
    x, y, weight, at_x, at_y = numbers
    if kernel not in {"gaussian", "quartic", "quartic_qgis"}:
        raise MethodError(what=f"'{kernel}' is not a kernel", now="Choose gaussian, quartic or quartic_qgis.")
    if not (np.isfinite(bandwidth_m) and bandwidth_m > 0):
        raise MethodError(what=f"{bandwidth_m} m is not a bandwidth", now="Give metres above 0, such as 300.")
    if x.shape != y.shape or x.shape != weight.shape or at_x.shape != at_y.shape:
        raise MethodError(what="coordinates and weights differ in length", now="Give one of each per event.")
    if not all(np.all(np.isfinite(v)) for v in numbers) or (weight.size and weight.min() < 0):
        raise MethodError(
            what="a coordinate or a weight is missing, or a weight is below zero",
            now="Leave out events without a place or a weight, and say how many.",
        )


def _gaussian_on_lattice(events: tuple[Floats, ...], columns: Floats, lines: Floats, h: float) -> Floats:
    """Sum exp(-d^2 / 2h^2) on a lattice: a product of one factor across and one up, tile of events by tile."""
    reach, out = REACH * h, np.zeros((lines.size, columns.size))
    for x, y, weight in _tiles(events, size_m=4 * h):
        left, right = np.searchsorted(columns, [x.min() - reach, x.max() + reach])
        low, high = np.searchsorted(lines, [y.min() - reach, y.max() + reach])
        step = max(1, ENTRIES_AT_ONCE // max(right - left + high - low, 1))
        for start in range(0, x.size, step):
            part = slice(start, start + step)
            across = np.exp(-0.5 * ((columns[None, left:right] - x[part, None]) / h) ** 2)
            up = np.exp(-0.5 * ((lines[low:high, None] - y[None, part]) / h) ** 2)
            out[low:high, left:right] += (up * weight[None, part]) @ across
    return out


def _tiles(events: tuple[Floats, ...], *, size_m: float) -> list[tuple[Floats, Floats, Floats]]:
    """Gather events into square tiles, so that each is only worked out where it reaches."""
    x, y, weight = events
    extent = max(np.ptp(x), np.ptp(y))
    side = max(size_m, extent / TILES)
    across, up = (np.floor((v - v.min()) / side).astype(np.int64) for v in (x, y))
    key = up * (int(across.max()) + 1) + across
    order = np.argsort(key, kind="stable")
    cuts = np.flatnonzero(np.diff(key[order])) + 1
    return [(x[part], y[part], weight[part]) for part in np.split(order, cuts)]


def _quartic_on_lattice(events: tuple[Floats, ...], columns: Floats, lines: Floats, r: float) -> Floats:
    """Sum (1 - d^2 / r^2)^2 on a lattice, each event only in the box its radius reaches."""
    x, y, weight = events
    first = np.searchsorted(columns, x - r), np.searchsorted(lines, y - r)
    last = np.searchsorted(columns, x + r, side="right"), np.searchsorted(lines, y + r, side="right")
    wide, tall = (int((b - a).max()) for a, b in zip(first, last, strict=True))
    out = np.zeros(lines.size * columns.size)
    if not wide or not tall:
        return out.reshape(lines.size, columns.size)
    step = max(1, ENTRIES_AT_ONCE // (wide * tall))
    for start in range(0, x.size, step):
        part = slice(start, start + step)
        col, across = _reached(columns, first[0][part], x[part], wide, r)
        row, up = _reached(lines, first[1][part], y[part], tall, r)
        near = np.maximum(1 - across[:, None, :] - up[:, :, None], 0.0)
        at = row[:, :, None] * columns.size + col[:, None, :]
        out += np.bincount(at.ravel(), weights=(near**2 * weight[part, None, None]).ravel(), minlength=out.size)
    return out.reshape(lines.size, columns.size)


def _reached(places: Floats, first: Ints, centre: Floats, many: int, r: float) -> tuple[Ints, Floats]:
    """The lattice lines each event may reach, and its squared distance to them in radii; off the lattice: far."""
    at = first[:, None] + np.arange(many)
    on = at < places.size
    at = np.minimum(at, places.size - 1)
    return at, np.where(on, ((places[at] - centre[:, None]) / r) ** 2, 2.0)


def _at_points(events: tuple[Floats, ...], at_x: Floats, at_y: Floats, h: float, *, is_gaussian: bool) -> Floats:
    """Sum either kernel at points that form no lattice, over the events within reach."""
    x, y, weight = events
    tree, out = cKDTree(np.column_stack([x, y])), np.zeros(at_x.size)
    step = max(1, ENTRIES_AT_ONCE // x.size)
    for start in range(0, at_x.size, step):
        asked = np.column_stack([at_x[start : start + step], at_y[start : start + step]])
        reach = REACH * h if is_gaussian else h
        near = cKDTree(asked).sparse_distance_matrix(tree, reach, output_type="ndarray")
        u2 = (near["v"] / h) ** 2
        share = np.exp(-0.5 * u2) if is_gaussian else np.maximum(1 - u2, 0.0) ** 2
        out[start : start + step] = np.bincount(near["i"], weights=share * weight[near["j"]], minlength=len(asked))
    return out
