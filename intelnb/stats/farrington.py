"""Farrington's weekly alarm: this week against the same weeks of earlier years, for many series and weeks at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import nbinom, norm, poisson, t

from intelnb.errors import MethodError
from intelnb.stats.seasonal_rates import SeasonalRates, fit_seasonal

WEEKS = 52.1775  # weeks in a year; the same week of an earlier year is the nearest one
TREND_YEARS = 3  # a trend needs as many years (Farrington et al. 1996)
ROWS = 256  # series and weeks fitted at once: keeps them near the processor, and changes no answer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Settings:
    """The choices of the method; the presets below are the usual sets of them.

    Parameters
    ----------
    years, half_window
        How many earlier years, and how many weeks before and after the same week of each, are the reference.
    levels
        Levels of the seasonal factor; 1 learns from the reference weeks alone, more from every week.
    skip_newest
        Newest weeks kept out of the baseline.
    trend_below
        The trend is kept when its p is below this; 1 always keeps it, but for too short or too steep a one.
    reweight_above
        Standardised Anscombe residual above which a past week counts less.
    threshold
        `delta` (two-thirds power), `nbPlugin` (negative binomial about the fitted mean) or `muan` (about the
        upper limit of the mean).
    alpha
        Chance of a false alarm per week that the threshold aims at, one-sided.
    fewest_events, in_weeks
        No alarm is considered below so many events in so many newest weeks.
    relative_spread
        Take the fit's own uncertainty from relative residuals, as surveillance 1.20.3 does after re-weighting. It
        comes out far too small; for comparison with that program only.
    """

    years: int = 5
    half_window: int = 3
    levels: int = 10
    skip_newest: int = 26
    trend_below: float = 1.0
    reweight_above: float = 2.58
    threshold: Literal["delta", "nbPlugin", "muan"] = "nbPlugin"
    alpha: float = 0.01
    fewest_events: int = 5
    in_weeks: int = 4
    relative_spread: bool = False


NOUFAILY = Settings()
NOUFAILY_MUAN = Settings(threshold="muan")
FARRINGTON_1996 = Settings(levels=1, skip_newest=3, trend_below=0.05, reweight_above=1, threshold="delta")
# what R's package does when nothing is chosen
R_DEFAULT = Settings(levels=1, skip_newest=3, trend_below=0.05, threshold="delta", alpha=0.05, relative_spread=True)
PRESETS = {
    "noufaily": NOUFAILY,
    "noufaily muan": NOUFAILY_MUAN,
    "farrington 1996": FARRINGTON_1996,
    "r default": R_DEFAULT,
}


@dataclass(frozen=True, eq=False)
class Alarms:
    """Arrays of shape (series, weeks judged); where `why_not` is not blank there is no answer, and the rest is NaN or False.

    `upper` is the largest count that is no alarm. `phi` is variance over mean, at least 1.
    """

    observed: Floats
    expected: Floats
    upper: Floats
    p: Floats
    phi: Floats
    alarm: Bools
    trend_kept: Bools
    why_not: NDArray[np.str_]


def weeks_needed(settings: Settings = NOUFAILY, *, season: float = WEEKS) -> int:
    """Return how many earlier weeks the settings look back on.

    Examples
    --------
    >>> weeks_needed(), weeks_needed(season=52)
    (264, 263)
    """
    return round(settings.years * season) + settings.half_window


def farrington(counts: ArrayLike, *, settings: Settings = NOUFAILY, season: float = WEEKS, trailing: int = 1) -> Alarms:
    """Say in which of the newest weeks a count is higher than the same weeks of earlier years lead to expect.

    Assumes whole weeks, events recorded the same way throughout (stop at a known break), a log-linear trend and a
    season that repeats. Weeks are counted through, so a year with a week 53 shifts nothing: the same week of an
    earlier year is the one nearest to a whole number of years ago.

    Parameters
    ----------
    counts
        Events per week, oldest first, shape (weeks,) or (series, weeks). NaN marks a week that was not submitted: it
        is left out, never taken as 0.
    settings
        One of the presets, or a set of your own.
    season
        Weeks in a year: 52.1775, or 52 for series kept so.
    trailing
        How many of the newest weeks to judge, each from what came before it.

    Returns
    -------
    Alarms
        Arrays of shape (trailing,) or (series, trailing). `why_not` says why a week is not assessed: `not
        submitted`, `history too short`, `too few recent events`, or `nothing to learn from`.

    Raises
    ------
    MethodError
        When a count is negative or not whole, or a setting is out of range.

    References
    ----------
    Farrington, C. P. et al. (1996). A statistical algorithm for the early detection of outbreaks. JRSS A 159(3).
    Noufaily, A. et al. (2013). An improved algorithm for outbreak detection. Statistics in Medicine 32(7).
    Salmon, M., Schumacher, D. and Hoehle, M. (2016). Monitoring count time series in R. J. Statistical Software 70(10).

    Examples
    --------
    >>> found = farrington([4, 6, 5, 5, 3, 7] * 50 + [4, 6, 5, 15], trailing=2)
    >>> found.upper.tolist(), found.alarm.tolist()
    ([11.0, 11.0], [False, True])
    """
    y = np.asarray(counts, dtype=np.float64)
    _check(y, settings, trailing=trailing)
    lag, level = _reference(settings, season)
    if lag.size <= settings.levels + 1:
        raise MethodError(
            what=f"a baseline of {lag.size} weeks is too small for {settings.levels} levels and a trend",
            now="Take more years, wider windows or fewer levels.",
        )
    weeks = y.shape[-1]
    rows = y.reshape(-1, weeks)
    series, week = (part.ravel() for part in np.indices((rows.shape[0], trailing)))
    week = week + weeks - trailing
    observed = rows[series, week]
    recent = sum(np.nan_to_num(rows[series, np.maximum(week - back, 0)]) for back in range(settings.in_weeks))
    why = np.full(series.size, "", dtype="<U24")
    why[recent < settings.fewest_events] = "too few recent events"
    why[week < lag.max()] = "history too short"
    why[np.isnan(observed)] = "not submitted"
    found = np.full((5, series.size), np.nan)
    todo = np.flatnonzero(why == "")
    for part in np.split(todo, range(ROWS, todo.size, ROWS)) if todo.size else ():
        base = rows[series[part, None], week[part, None] - lag]
        found[:, part] = _judge(base, observed[part], lag, level, settings)
    why[(why == "") & ~np.isfinite(found[1])] = "nothing to learn from"
    found[:, why != ""] = np.nan
    shape = (*y.shape[:-1], trailing)
    expected, upper, p, phi, trend = (part.reshape(shape) for part in found)
    observed = observed.reshape(shape)
    return Alarms(
        observed=observed,
        expected=expected,
        upper=upper,
        p=p,
        phi=phi,
        alarm=observed > upper,
        trend_kept=trend == 1,
        why_not=why.reshape(shape),
    )


def _reference(settings: Settings, season: float) -> tuple[Ints, Ints]:
    """How many weeks ago each week of the baseline lies, oldest first, and its seasonal level; 0 is this time of year."""
    half, centre = settings.half_window, [round(year * season) for year in range(settings.years + 1)]
    lags: list[Ints] = []
    levels: list[Ints] = []
    for older, newer in zip(centre[:0:-1], centre[-2::-1], strict=True):
        window = np.arange(older + half, older - half - 1, -1)
        between = np.arange(older - half - 1, newer + half, -1)
        parts = np.array_split(between, settings.levels - 1) if settings.levels > 1 else []
        lags += [window, *parts]
        levels += [np.full(part.size, number) for number, part in enumerate([window, *parts])]
    lag, level = np.concatenate(lags), np.concatenate(levels)
    kept = lag > settings.skip_newest
    return lag[kept], level[kept]


def _check(y: Floats, settings: Settings, *, trailing: int) -> None:
    """Refuse impossible input, all faults at once."""
    known = y[~np.isnan(y)]
    s = settings
    faults = {
        "counts are not one or more series of weeks": y.ndim not in (1, 2) or y.size == 0,
        "a count is negative or not whole": bool(np.any((known < 0) | (known != np.floor(known)))),
        f"trailing is {trailing}, not 1 to the number of weeks": not 1 <= trailing <= y.shape[-1],
        f"alpha is {s.alpha}, not between 0 and 1": not 0 < s.alpha < 1,
        "years, half_window, levels or skip_newest is out of range": s.years < 1
        or not 0 <= s.half_window < 25 or s.levels < 1 or s.skip_newest < s.half_window,
        f"threshold is {s.threshold!r}": s.threshold not in ("delta", "nbPlugin", "muan"),
    }  # fmt: skip
    if any(faults.values()):
        told = "; ".join(fault for fault, is_so in faults.items() if is_so)
        raise MethodError(what=told, now="Correct the call, or use one of the presets.")


def _judge(base: Floats, observed: Floats, lag: Ints, level: Ints, settings: Settings) -> Floats:
    """Stack expected, upper, p, phi and whether the trend was kept, shape (5, rows)."""
    years_ago = -lag / WEEKS
    known = ~np.isnan(base)
    y = np.nan_to_num(base)
    with_trend = settings.years >= TREND_YEARS
    fit = _weighted(y, known, years_ago, level, settings, with_trend=with_trend)
    kept = np.full(observed.size, with_trend)
    if with_trend:
        kept = fit.mean_now <= np.where(known, y, -1.0).max(axis=1)
        if settings.trend_below < 1:
            error = np.sqrt(_spread(fit, settings) * fit.slope_variance)
            kept &= 2 * t.sf(np.abs(fit.slope) / error, fit.spare) < settings.trend_below
        flat = np.flatnonzero(~kept)
        if flat.size:
            fit = fit.replaced(flat, _weighted(y[flat], known[flat], years_ago, level, settings, with_trend=False))
    phi = np.maximum(1.0, fit.dispersion)
    upper, p = _threshold(fit, phi, _spread(fit, settings), observed, settings)
    learnt = (y.sum(axis=1) > 0) & fit.is_known_now
    return np.stack([fit.mean_now, np.where(learnt, upper, np.nan), p, phi, kept])


def _weighted(
    y: Floats, known: Bools, years_ago: Floats, level: Ints, settings: Settings, *, with_trend: bool
) -> SeasonalRates:
    """Fit, weigh past outbreaks down by their standardised Anscombe residuals, and fit again."""
    weight = known.astype(np.float64)
    fit = fit_seasonal(y, weight, years_ago, level, with_trend=with_trend)
    phi = np.maximum(1.0, fit.dispersion)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(fit.mean)
        residual = 1.5 * (np.square(np.cbrt(y)) / np.cbrt(root) - root)
        residual /= np.sqrt(phi * (1 - np.minimum(fit.leverage, 1 - 1e-9)))
        weight = np.where(residual > settings.reweight_above, 1 / np.square(residual), 1.0) * known
    weight *= (known.sum(axis=1) / weight.sum(axis=1))[:, None]
    return fit_seasonal(y, weight, years_ago, level, with_trend=with_trend)


def _spread(fit: SeasonalRates, settings: Settings) -> Floats:
    """The dispersion that scales the fit's own uncertainty."""
    return fit.relative_dispersion if settings.relative_spread else np.maximum(1.0, fit.dispersion)


def _threshold(
    fit: SeasonalRates, phi: Floats, spread: Floats, observed: Floats, settings: Settings
) -> tuple[Floats, Floats]:
    """Give the largest count that is no alarm, and the chance of the count seen or more."""
    mean, above = fit.mean_now, norm.isf(settings.alpha)
    log_variance = spread * fit.log_variance_now
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        if settings.threshold == "delta":
            error = np.sqrt(4 / 9 * mean ** (1 / 3) * (phi + mean * log_variance))
            upper = np.maximum(0.0, mean ** (2 / 3) + above * error) ** 1.5
            return upper, norm.sf((observed ** (2 / 3) - mean ** (2 / 3)) / error)
        about = mean * np.exp(above * np.sqrt(log_variance)) if settings.threshold == "muan" else mean
        is_uneven = phi > 1
        size = about / np.where(is_uneven, phi - 1, 1.0)
        upper = np.where(
            is_uneven, nbinom.ppf(1 - settings.alpha, size, 1 / phi), poisson.ppf(1 - settings.alpha, about)
        )
        p = np.where(is_uneven, nbinom.sf(observed - 1, size, 1 / phi), poisson.sf(observed - 1, about))
    return upper, p
