"""A count model of a map: how the events of past weeks, in a cell and round it, foretell those of the next."""

from __future__ import annotations

import warnings

import numpy as np
import statsmodels.api as sm
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

Floats = NDArray[np.float64]
LEAST_EVENTS = 30


def fit_and_foretell(counts: ArrayLike, features: ArrayLike, now: ArrayLike) -> Floats:
    """Fit counts of cells in past weeks to what was known before each, and foretell the next week.

    A Poisson model, log-linear in log(1 + feature). Nothing of the week foretold is used. Counts more uneven than
    chance leave the mean right; no range is given.

    Parameters
    ----------
    counts
        Events in each cell of each past week, shape (weeks, cells).
    features
        What was known before each of those weeks, not negative, shape (weeks, cells, features).
    now
        What is known before the week to foretell, shape (any cells, features).

    Returns
    -------
    numpy.ndarray
        Expected events in each cell, shape (cells,).

    Raises
    ------
    MethodError
        For shapes that do not fit, fewer than 30 events to learn from, or a fit that does not settle.

    References
    ----------
    Cameron, A. C. and Trivedi, P. K. (2013). Regression Analysis of Count Data, 2nd ed. Cambridge University Press.

    Examples
    --------
    >>> known = np.array([[[0.0], [3.0]]] * 20)
    >>> fit_and_foretell(np.array([[0, 4], [1, 4]] * 10), known, known[0]).round(2).tolist()
    [0.5, 4.0]
    """
    y, known, asked = (np.asarray(one, dtype=np.float64) for one in (counts, features, now))
    if y.ndim != 2 or known.shape[:2] != y.shape or asked.ndim != 2 or asked.shape[1:] != known.shape[2:]:
        raise MethodError(
            what="counts and features do not fit each other", now="Give weeks x cells, and features of each."
        )
    if y.sum() < LEAST_EVENTS:
        raise MethodError(
            what=f"{y.sum():.0f} events are too few to learn from", now=f"Give past weeks with {LEAST_EVENTS} or more."
        )
    x = sm.add_constant(np.log1p(known.reshape(-1, known.shape[-1])), has_constant="add")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that does not settle is told by its own flag
        fit = sm.GLM(y.ravel(), x, family=sm.families.Poisson()).fit(tol_criterion="params")
    if not fit.converged or not np.all(np.isfinite(fit.params)):
        raise MethodError(what="no model fits these counts", now="Leave a feature out, or choose larger cells.")
    return np.asarray(np.exp(sm.add_constant(np.log1p(asked), has_constant="add") @ fit.params), dtype=np.float64)
