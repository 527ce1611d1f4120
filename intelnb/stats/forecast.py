"""What the next periods may bring: a range for each, from a count model or from smoothing."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from intelnb.errors import MethodError
from intelnb.stats.overdispersed import fit_rates, predict

WEEKS, MONTHS = 52.1775, 12.0  # periods in a year
SHORTEST_YEARS, SHORTEST_PERIODS = 0.5, 10
SEASON_YEARS, SEASON_EVENTS = 2.0, 40  # what trend and season need, as in the alarm model
UNSEEN_SEASON = 0.2  # log-scale spread granted for a yearly cycle that under a year cannot show
ROOT_SHIFT = 3 / 8  # Anscombe: 2 sqrt(y + 3/8) has a spread of about 1 whatever the mean

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Forecast:
    """Mean, and whole-number ranges of shape (shares, horizon), of the periods to come; and what it was learnt from.

    `phi` is variance over mean, at least 1, of the periods learnt from.
    """

    mean: Floats
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    shares: tuple[float, ...]
    method: str
    learnt_from: int
    phi: float


def count_model(
    counts: ArrayLike,
    *,
    horizon: int,
    season: float,
    exposure: ArrayLike | None = None,
    shares: tuple[float, ...] = (0.8, 0.95),
) -> Forecast:
    """Say how many events the next periods may have, from level, trend and yearly wave.

    Assumes periods recorded alike, a steady trend and one yearly cycle that go on as they did; with less than two
    years the level of the newest year. The range allows for unevenness beyond chance and for what the history leaves
    uncertain, not for something new.

    Parameters
    ----------
    counts
        Events per period, oldest first, shape (periods,). NaN marks a period not submitted: it is left out.
    horizon
        Periods ahead, 1 or more.
    season
        Periods in a year: `WEEKS` or `MONTHS`.
    exposure
        Length of each period, those ahead included, shape (periods + horizon,), above 0; equal when not given.
    shares
        How often the range should hold the count, 0 to 1.

    Returns
    -------
    Forecast
        The ranges, both ends included.

    Raises
    ------
    MethodError
        When the history is under half a year or 10 periods, or a number is impossible.

    References
    ----------
    McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, 2nd edition, chapter 6.

    Examples
    --------
    >>> found = count_model([9, 11, 10, 8, 12, 10, 9, 11, 10, 10, 9, 11], horizon=2, season=MONTHS, shares=(0.8,))
    >>> found.low.tolist(), found.high.tolist(), found.method
    ([[6, 6]], [[14, 14]], 'level only')
    """
    y = _series(counts, horizon=horizon, shares=shares)
    n = y.size
    known = ~np.isnan(y)
    length = np.ones(n + horizon) if exposure is None else np.asarray(exposure, dtype=np.float64)
    if length.shape != (n + horizon,) or not np.all(np.isfinite(length) & (length > 0)):
        raise MethodError(
            what="exposures do not fit the periods and those ahead, or are not above 0", now="Give one for each period."
        )
    is_full = known.sum() >= int(SEASON_YEARS * season) and np.nansum(y) >= SEASON_EVENTS
    if not is_full:
        # without a trend in the model the newest year says more than a longer history
        known &= np.arange(n) >= n - round(season)
    held = int(known.sum())
    _long_enough(held, season)
    x = _columns(n, horizon, season) if is_full else np.ones((n + horizon, 1))
    weight = np.concatenate([known, np.zeros(horizon, dtype=bool)]).astype(np.float64)[None]
    padded = np.concatenate([np.nan_to_num(y), np.zeros(horizon)])[None]
    mean, log_variance = fit_rates(padded, weight, x, length)
    spare = held - x.shape[1]
    ahead, every = slice(n, None), np.ones(horizon)
    predicted = predict(
        mean=mean[0, ahead],
        hat=log_variance[0, ahead],
        spread=every * float((weight * np.square(padded - mean) / mean).sum()) / spare,
        baseline=every * float((weight * mean).sum()) / held,
        spare=every * spare,
        unseen=0.0 if held >= int(season) else UNSEEN_SEASON,
    )
    tails = [(1 - share) / 2 for share in shares]
    low = [predicted.first(lambda k, t=tail: predicted.at_most(k) > t) for tail in tails]  # type: ignore[misc]
    high = [predicted.first(lambda k, t=tail: predicted.at_least(k + 1) <= t) for tail in tails]  # type: ignore[misc]
    return Forecast(
        mean=mean[0, ahead],
        low=np.array(low).astype(np.int64),
        high=np.array(high).astype(np.int64),
        shares=tuple(shares),
        method="level, trend and yearly cycle" if is_full else "level only",
        learnt_from=held,
        phi=float(predicted.phi[0]),
    )


def smoothing(counts: ArrayLike, *, horizon: int, season: float, shares: tuple[float, ...] = (0.8, 0.95)) -> Forecast:
    """Say how many events the next periods may have, giving the newest periods the most weight.

    Assumes a level that wanders, perhaps with a trend that dies out, and from two years on a yearly wave. Counts are
    smoothed on the scale of their square roots, where their spread hardly depends on their size. Ranges widen with
    the distance.

    Parameters
    ----------
    counts
        Events per period, oldest first, shape (periods,), none missing.
    horizon, season, shares
        As in `count_model`.

    Returns
    -------
    Forecast
        The ranges, both ends included.

    Raises
    ------
    MethodError
        When the series has gaps, is under half a year or 10 periods, or cannot be smoothed.

    References
    ----------
    Hyndman, R. J. et al. (2008). Forecasting with Exponential Smoothing: the State Space Approach.

    Examples
    --------
    >>> found = smoothing([9, 11, 10, 8, 12, 10, 9, 11, 10, 10, 9, 11], horizon=2, season=MONTHS, shares=(0.8,))
    >>> found.low.tolist(), found.high.tolist()
    ([[8, 8]], [[12, 12]])
    """
    y = _series(counts, horizon=horizon, shares=shares)
    n = y.size
    if np.isnan(y).any():
        raise MethodError(
            what="smoothing needs a series without gaps", now="Use the count model, or a shorter history."
        )
    _long_enough(n, season)
    z = 2 * np.sqrt(y + ROOT_SHIFT)
    wave, extra = np.zeros(n + horizon), 0.0
    if n >= int(SEASON_YEARS * season):
        x = _columns(n, horizon, season)
        beta, *_ = np.linalg.lstsq(x[:n], z, rcond=None)
        wave = x[:, 2:] @ beta[2:]
        # the wave is itself an estimate: two coefficients, each with the variance of a mean over half the periods
        extra = 2 * 2 / n
    found = _smoothed(z - wave[:n])
    path = found.get_prediction(start=n, end=n + horizon - 1)
    middle = np.asarray(path.predicted_mean) + wave[n:]
    sd = np.sqrt(np.asarray(path.forecast_variance) * (1 + extra))
    reach = np.array([norm.isf((1 - share) / 2) for share in shares])[:, None] * sd
    low, high = _back(middle - reach), _back(middle + reach)
    return Forecast(
        # the mean of a square exceeds the square of the mean by a quarter of the variance
        mean=_back(middle) + sd**2 / 4,
        low=np.floor(low).astype(np.int64),
        high=np.ceil(high).astype(np.int64),
        shares=tuple(shares),
        method=f"smoothing, {'damped trend' if found.model.has_trend else 'level only'}{', yearly cycle' if extra else ''}",
        learnt_from=n,
        # on this scale chance alone has a variance of 1
        phi=max(1.0, float(np.square(found.resid).mean())),
    )


def _series(counts: ArrayLike, *, horizon: int, shares: tuple[float, ...]) -> Floats:
    """Read one series and refuse impossible input, all faults at once."""
    y = np.asarray(counts, dtype=np.float64)
    known = y[~np.isnan(y)]
    faults = {
        "counts are not one series": y.ndim != 1 or not known.size,
        "a count is negative or not whole": bool(np.any((known < 0) | (known != np.floor(known)))),
        f"a horizon of {horizon} is below 1": horizon < 1,
        f"shares {shares} are not between 0 and 1": not shares or not all(0 < share < 1 for share in shares),
    }
    if any(faults.values()):
        told = "; ".join(fault for fault, is_so in faults.items() if is_so)
        raise MethodError(what=told, now="Correct the call.")
    return y


def _long_enough(held: int, season: float) -> None:
    """Refuse a history too short to learn from."""
    needed = max(SHORTEST_PERIODS, int(SHORTEST_YEARS * season))
    if held < needed:
        raise MethodError(
            what=f"{held} periods are too few; a forecast needs {needed}", now="Read an earlier start, or wait."
        )


def _columns(n: int, horizon: int, season: float) -> Floats:
    """Level, trend and one yearly wave, over the past and the periods ahead."""
    when = np.arange(n + horizon) - (n - 1)
    turn = 2 * np.pi * when / season
    return np.column_stack([np.ones(n + horizon), when / n, np.cos(turn), np.sin(turn)])


def _smoothed(z: Floats) -> ETSModel:
    """The better of a wandering level and one with a damped trend, by Akaike's criterion."""
    if np.ptp(z) <= 1e-9 * max(1.0, float(np.abs(z).max())):
        raise MethodError(what="all counts are alike, so smoothing has no spread to learn", now="Use the count model.")
    fits = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that does not settle is left out below
        for options in ({}, {"trend": "add", "damped_trend": True}):
            fitted = ETSModel(pd.Series(z), error="add", **options).fit(disp=False)
            if fitted.mle_retvals["converged"]:
                fits.append(fitted)
    if not fits:
        raise MethodError(what="smoothing does not settle on this series", now="Use the count model.")
    return min(fits, key=lambda fitted: float(fitted.aicc))


def _back(z: Floats) -> Floats:
    """From square roots to counts, never below 0."""
    return np.maximum(np.square(np.maximum(z, 0.0) / 2) - ROOT_SHIFT, 0.0)
