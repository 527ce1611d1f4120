"""Prospective mapping: each recent event raises the risk near it, less the farther and the longer ago it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from intelnb.errors import MethodError

Floats = NDArray[np.float64]


def prospective(
    x: ArrayLike,
    y: ArrayLike,
    days_ago: ArrayLike,
    at_x: ArrayLike,
    at_y: ArrayLike,
    *,
    within_m: float = 400.0,
    within_days: float = 56.0,
    step_m: float = 50.0,
    step_days: float = 7.0,
) -> Floats:
    """Add up 1/(1 + steps away) x 1/(1 + weeks ago) over the events near each point and not long ago.

    Assumes exact places and days. The numbers rank points; they are no counts and no chances.

    Parameters
    ----------
    x, y, days_ago
        Events in metres, and how many days each lies back, shape (n,); events of the future are refused.
    at_x, at_y
        Points asked about, such as the centres of cells, in metres, shape (m,).
    within_m, within_days
        Events farther away, or longer ago, count for nothing.
    step_m, step_days
        Size of a step of distance and of time; whole steps are counted, the first being 0.

    Returns
    -------
    numpy.ndarray
        Risk at each point, shape (m,).

    Raises
    ------
    MethodError
        For unlike lengths, missing numbers, an event of the future, or a limit or step that is not above 0.

    References
    ----------
    Bowers, K. J., Johnson, S. D. and Pease, K. (2004). Prospective hot-spotting: the future of crime mapping? British
    Journal of Criminology 44(5).

    Examples
    --------
    >>> prospective([0.0, 0.0], [0.0, 0.0], [0.0, 8.0], [0.0, 120.0], [0.0, 0.0]).tolist()
    [1.5, 0.5]
    """
    place, ago = np.column_stack([np.asarray(x, float), np.asarray(y, float)]), np.asarray(days_ago, dtype=np.float64)
    points = np.column_stack([np.asarray(at_x, float), np.asarray(at_y, float)])
    if len(place) != ago.size or not all(np.all(np.isfinite(one)) for one in (place, ago, points)):
        raise MethodError(
            what="an event or a point has no place or no day", now="Leave unplaced events out and say how many."
        )
    if np.any(ago < 0):
        raise MethodError(what="an event lies in the future", now="Leave events after the moment asked about out.")
    if min(within_m, within_days, step_m, step_days) <= 0:
        raise MethodError(what="a limit or a step is not above 0", now="Give metres and days above 0.")
    recent = ago <= within_days
    risk = np.zeros(len(points))
    if not recent.any() or not len(points):
        return risk
    near = cKDTree(points).sparse_distance_matrix(cKDTree(place[recent]), within_m, output_type="ndarray")
    away, weeks = np.floor(near["v"] / step_m), np.floor(ago[recent][near["j"]] / step_days)
    np.add.at(risk, near["i"], 1 / (1 + away) / (1 + weeks))
    return risk
