"""Counts more uneven than chance: fit their rates, and say how the next one may turn out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, chdtri

CONTINUITY = 0.5  # half an event added to the level, so that an empty baseline still has a range (Jeffreys)
STEPS = 30  # most rounds of the fit; it settles in about six
NODES = 24  # points at which the uncertain dispersion is averaged
_AT, _SHARES = np.polynomial.legendre.leggauss(NODES)

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Predicted:
    """The next count of each series: an average of negative binomials over the uncertain dispersion.

    `mean` and `phi` have shape (series,); `size` and `success` (series, NODES).
    """

    mean: Floats
    phi: Floats
    size: Floats
    success: Floats

    def at_least(self, count: Floats) -> Floats:
        """Return the chance of this count or more, shape (series,)."""
        k = count[:, None]
        tails = np.where(k <= 0, 1.0, betainc(np.maximum(k, 1), self.size, 1 - self.success))
        return np.minimum(tails @ (_SHARES / 2), 1.0)

    def at_most(self, count: Floats) -> Floats:
        """Return the chance of this count or fewer, shape (series,)."""
        tails = betainc(self.size, count[:, None] + 1, self.success)
        return np.minimum(tails @ (_SHARES / 2), 1.0)

    def first(self, is_met: Callable[[Floats], NDArray[np.bool_]]) -> Floats:
        """Return the smallest count from which on a condition holds, shape (series,)."""
        below, above = np.full(self.mean.shape, -1.0), np.ceil(self.mean) + 1
        while not (met := is_met(above)).all():
            above = np.where(met, above, 2 * above)
        while np.any(is_open := above - below > 1):
            middle = np.where(is_open, np.floor((below + above) / 2), above)
            met = is_met(middle)
            below, above = np.where(met, below, middle), np.where(met, middle, above)
        return above


def fit_rates(y: Floats, weight: Floats, x: Floats, length: Floats) -> tuple[Floats, Floats]:
    """Fit log-linear Poisson rates to many series that share their explanatory columns, all at once.

    Assumes the first column is the level (all 1). With that column alone the answer is exact, half an event added.

    Parameters
    ----------
    y, weight
        Counts and weights, shape (series, periods); weight 0 leaves a period out.
    x
        Explanatory columns, shape (periods, columns).
    length
        Exposure of each period, shape (periods,), above 0.

    Returns
    -------
    tuple of numpy.ndarray
        Means, and the variance of their logarithm at dispersion 1, each (series, periods), periods of weight 0 included.

    References
    ----------
    McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, 2nd edition, chapters 2 and 6.

    Examples
    --------
    >>> mean, variance = fit_rates(np.array([[3.0, 5.0, 3.5]]), np.ones((1, 3)), np.ones((3, 1)), np.ones(3))
    >>> mean.round(2).tolist(), variance[0, 0].round(3).item()
    ([[4.0, 4.0, 4.0]], 0.083)
    """
    total = (weight * y).sum(axis=1) + CONTINUITY
    level = total / (weight * length).sum(axis=1)
    mu = level[:, None] * length
    if x.shape[1] == 1:
        return mu, np.broadcast_to(1 / total[:, None], y.shape)
    columns = x.shape[1]
    products = (x[:, :, None] * x[:, None, :]).reshape(-1, columns**2)
    # a touch of ridge keeps the odd empty season from running away
    ridge = 1e-6 * np.eye(columns)
    beta = np.zeros((y.shape[0], columns))
    beta[:, 0] = np.log(level)
    inverse = np.empty(0)
    for _ in range(STEPS):
        inverse = np.linalg.inv(((weight * mu) @ products).reshape(-1, columns, columns) + ridge)
        step = np.clip(np.einsum("bpq,bq->bp", inverse, (weight * (y - mu)) @ x), -2, 2)
        beta = beta + step
        mu = np.exp(np.clip(beta @ x.T, -15, 25)) * length
        if np.abs(step).max() < 1e-7:
            break
    return mu, inverse.reshape(-1, columns**2) @ products.T


def predict(
    *, mean: Floats, hat: Floats, spread: Floats, baseline: Floats, spare: Floats, unseen: Floats | float = 0.0
) -> Predicted:
    """Say how the next count of each series may turn out, its mean and its unevenness both being estimates.

    Assumes variance = phi x mean. The dispersion phi is uncertain as a scaled chi-square with fewer degrees of
    freedom the more skewed the counts (their kurtosis as negative binomials with the phi supposed); phi under 1 is
    not believed.

    Parameters
    ----------
    mean
        Expected next counts, shape (series,), above 0.
    hat
        Variance of the mean's logarithm at dispersion 1.
    spread
        Estimated dispersion, before any floor.
    baseline
        Mean count of the periods the dispersion was estimated on.
    spare
        Periods less coefficients of that estimate.
    unseen
        Standard deviation, on the log scale, of what may move the mean but could not show in the baseline.

    Returns
    -------
    Predicted
        The distributions, with `phi` at least 1.

    References
    ----------
    Noufaily, A. et al. (2013). An improved algorithm for outbreak detection. Statistics in Medicine 32(7).

    Examples
    --------
    >>> ten, sure = np.array([10.0]), np.array([1e-9])
    >>> poisson = predict(mean=ten, hat=sure, spread=np.array([0.5]), baseline=ten, spare=np.array([1e6]))
    >>> poisson.at_least(np.array([20.0])).round(4).tolist()
    [0.0035]
    """
    phi = np.maximum(1, spread)
    # how uncertain a dispersion is hangs on the dispersion: judged once at the estimate, and again at each value that
    # may be true, because sparse and uneven counts often show less unevenness than they have
    uncertain = np.broadcast_to(phi[:, None], (phi.size, NODES))
    for _ in range(2):
        kurtosis = (6 * (uncertain - 1) + 1 / uncertain) / baseline[:, None]
        freedom = np.maximum(2, spare[:, None] * 2 / (2 + kurtosis))
        uncertain = np.maximum(1, spread[:, None] * freedom / chdtri(freedom, (1 - _AT) / 2))
    ratio = uncertain * (1 + mean * hat)[:, None] + (mean * np.square(unseen))[:, None]
    return Predicted(mean=mean, phi=phi, size=mean[:, None] / (ratio - 1), success=1 / ratio)
