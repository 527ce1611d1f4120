"""Interrupted series: did the level or the slope of counts change at a known moment?"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student

from intelnb.errors import MethodError

LEAST_EACH = 8  # points before and after
YEARS_FOR_SEASON = 2.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Change:
    """A factor with its range: 1 for no change."""

    factor: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Interrupted:
    """What changed at the moment.

    `level` at once; `slope` a step more; `effect` the crimes more (or, negative, fewer) than would have come, summed
    over the time after, with its range. `fitted` and `without` have shape (n,): the model, and what it says
    would have come without the change; both are blank (NaN) for steps left out. `phi` is the scatter (1 is chance); `autocorrelation` that of neighbours.
    """

    level: Change
    slope: Change
    effect: float
    effect_low: float
    effect_high: float
    fitted: Floats
    without: Floats
    phi: float
    autocorrelation: float
    errors: str
    has_season: bool


def interrupted(
    counts: ArrayLike,
    change: int,
    *,
    exposure: ArrayLike | None = None,
    settling: int = 0,
    per_year: float = 0.0,
    level: float = 0.95,
) -> Interrupted:
    """Fit a line before and a line after a moment to a series of counts, and compare.

    Assumes that the slope before would have gone on, that nothing else changed at that moment, and that the moment was
    fixed beforehand. The scatter is allowed to be more than chance, and neighbours may be alike: every range is the
    wider of two, by the scatter (quasi-Poisson) and by Newey and West's for series.

    Parameters
    ----------
    counts
        Counts of equal steps without a gap, shape (n,).
    change
        Number of the first step after the moment.
    exposure
        Length of each step, such as its days; all alike where not given.
    settling
        How many steps from the moment on are left out, while the change was being brought in.
    per_year
        Steps a year, for one annual wave when the series holds two years or more; 0 for none.
    level
        Share of chance the ranges cover, under 1.

    Returns
    -------
    Interrupted
        Level, slope, effect and both lines.

    Raises
    ------
    MethodError
        With fewer than 8 steps on either side, no crime on either side, a gap, or counts that are none.

    References
    ----------
    Bernal, J. L., Cummins, S. and Gasparrini, A. (2017). Interrupted time series regression. Int. J. Epidemiology 46(1).
    Newey, W. K. and West, K. D. (1987). A simple, positive semi-definite covariance matrix. Econometrica 55(3).
    Penfold, R. B. and Zhang, F. (2013). Use of interrupted time series analysis. Academic Pediatrics 13(6).

    Examples
    --------
    >>> found = interrupted([20, 22, 19, 21, 20, 18, 21, 20, 10, 9, 11, 10, 12, 9, 10, 11], 8)
    >>> round(found.level.factor, 2), found.level.high < 1
    (0.5, True)
    """
    y, days, step = _checked(counts, change, exposure, settling, level)
    after = (step >= change).astype(np.float64)
    change += settling
    has_season = per_year > 0 and step[-1] + 1 >= YEARS_FOR_SEASON * per_year
    columns = [np.ones(y.size), (step - change) / y.size, after, after * (step - change) / y.size]
    if has_season:
        wave = 2 * np.pi * step / per_year
        columns += [np.cos(wave), np.sin(wave)]
    x = np.column_stack(columns)
    model = sm.GLM(y, x, family=sm.families.Poisson(), offset=np.log(days))
    lags = int(np.floor(4 * (y.size / 100) ** (2 / 9)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that does not settle is told by its own flag below
        # settled by its coefficients: a deviance of nothing, where the lines fit exactly, never settles
        fit = model.fit(tol_criterion="params")
        alike = model.fit(tol_criterion="params", cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    if not fit.converged or not np.all(np.isfinite(fit.params)):
        raise MethodError(what="no two lines fit these counts", now="Choose longer steps, so that few are empty.")
    pearson, free = np.asarray(fit.resid_pearson), y.size - x.shape[1]
    scatter = float(np.sum(pearson**2)) / free
    # counts that scatter less than chance are luck or rounding, never a reason for a narrower range
    phi = max(scatter, 1.0)
    covariances = {"scatter": phi * np.asarray(fit.cov_params()), "neighbours": np.asarray(alike.cov_params())}
    edge = float(student.ppf(0.5 + level / 2, free))
    bare = x.copy()
    bare[:, 2:4] = 0
    fitted, without = np.asarray(fit.mu), np.exp(bare @ fit.params) * days
    is_after = after > 0
    gain = (bare * without[:, None])[is_after].sum(axis=0)
    spread = {name: float(gain @ cov @ gain) for name, cov in covariances.items()}
    se = float(np.sqrt(max(spread.values()) + phi * fitted[is_after].sum()))
    effect = float(y[is_after].sum() - without[is_after].sum())
    return Interrupted(
        level=_factor(fit.params[2], max(float(np.sqrt(cov[2, 2])) for cov in covariances.values()), edge, 1.0),
        slope=_factor(fit.params[3], max(float(np.sqrt(cov[3, 3])) for cov in covariances.values()), edge, 1 / y.size),
        effect=effect,
        effect_low=effect - edge * se,
        effect_high=effect + edge * se,
        fitted=_laid_out(fitted, step),
        without=_laid_out(without, step),
        phi=scatter,
        autocorrelation=float(np.sum(pearson[1:] * pearson[:-1]) / max(np.sum(pearson**2), 1e-12)),
        errors=max(spread, key=lambda name: spread[name]),
        has_season=has_season,
    )


def _laid_out(values: Floats, step: Floats) -> Floats:
    """Values of the steps used, with blanks for those left out."""
    every = np.full(int(step[-1]) + 1, np.nan)
    every[step.astype(np.int64)] = values
    return every


def _factor(value: float, se: float, edge: float, scale: float) -> Change:
    """A coefficient on the log scale as a factor with its range."""
    low, middle, high = (float(np.exp(scale * (value + side * edge * se))) for side in (-1, 0, 1))
    return Change(middle, low, high)


def _checked(
    counts: ArrayLike, change: int, exposure: ArrayLike | None, settling: int, level: float
) -> tuple[Floats, Floats, Floats]:
    """Counts, lengths and numbers of the steps used, refused where the question has no answer."""
    y = np.asarray(counts, dtype=np.float64)
    days = np.ones(y.size) if exposure is None else np.asarray(exposure, dtype=np.float64)
    if y.ndim != 1 or not np.all(np.isfinite(y) & (y >= 0)) or days.shape != y.shape or not np.all(days > 0):
        raise MethodError(
            what="the series has a gap, a count under 0 or a step without a length",
            now="Give a whole series of counts.",
        )
    last = y.size - change - max(settling, 0)
    if change < LEAST_EACH or last < LEAST_EACH:
        raise MethodError(
            what=f"the steps are too few, {max(change, 0)} before and {max(last, 0)} after",
            now=f"Give {LEAST_EACH} or more on either side.",
        )
    if not y[:change].any() or not y[change + settling :].any():
        raise MethodError(what="there is no crime before, or none after", now="Choose longer steps or a larger place.")
    if not 0 < level < 1 or settling < 0:
        raise MethodError(what=f"level {level} or settling {settling} cannot be", now="Give 0.95, and 0 or more steps.")
    step = np.concatenate([np.arange(change), np.arange(change + settling, y.size)])
    return y[step], days[step], step.astype(np.float64)
