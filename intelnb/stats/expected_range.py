"""How many would we expect? The alarm model for short histories: weeks or months, under five years."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError
from intelnb.stats.overdispersed import Predicted, fit_rates, predict

WEEKS = 52.1775  # periods in a year
MONTHS = 12.0
LEVEL_YEARS, LEVEL_PERIODS = 0.5, 10  # shortest baseline: half a year and 10 points (26 weeks, 10 months)
SEASON_YEARS = 2.0  # trend and season need two whole years (104 weeks, 24 months) ...
SEASON_EVENTS = 40  # ... and ten events for each of their four coefficients
GUARD_YEARS = 1 / 13  # four weeks or one month: a series that is just emerging must not hide itself in its own baseline
UNSEEN_SEASON = (
    0.2  # log-scale spread granted for a yearly cycle of about 20 % that a baseline under a year cannot show
)
OUTBREAK = 2.58  # standardised Anscombe residual above which a past period counts less (Noufaily et al. 2013)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class ExpectedRange:
    """What one period's count was expected to be, and how rare the count is that came."""

    observed: int
    mean: float
    low: int
    high: int
    p_high: float
    p_low: float
    phi: float
    method: str
    baseline_periods: int
    trend_kept: bool
    season_kept: bool

    @property
    def p(self) -> float:
        """Chance of a count this far out on either side."""
        return min(1.0, 2 * min(self.p_high, self.p_low))

    @property
    def is_outside(self) -> bool:
        """Whether the count lies outside low to high; true exactly when `p` <= alpha."""
        return not self.low <= self.observed <= self.high


@dataclass(frozen=True, eq=False)
class ExpectedRanges:
    """The fields of `ExpectedRange` as arrays of one shape; NaN, -1 and "" where not assessed."""

    observed: Ints
    mean: Floats
    low: Ints
    high: Ints
    p_high: Floats
    p_low: Floats
    phi: Floats
    method: NDArray[np.str_]
    baseline_periods: Ints
    trend_kept: NDArray[np.bool_]
    season_kept: NDArray[np.bool_]


def expected_range(
    counts: ArrayLike,
    *,
    season: float,
    exposure: ArrayLike | None = None,
    alpha: float = 0.01,
    guard: int | None = None,
) -> ExpectedRange:
    """Say how many events the newest period should have had, and whether its count lies outside that.

    Assumes periods of equal length, events recorded the same way throughout (stop at a known break), a
    steady trend and one yearly cycle; with less than two years the level of the newest year, and with less
    than one a level that an unseen yearly cycle of about 20 % may move. The range allows for
    unevenness beyond chance, for what the history leaves uncertain, and for past outbreaks, which count
    less. Over periods in which nothing changed, at most a share `alpha` fall outside it, both sides together.

    Parameters
    ----------
    counts
        Events per period, oldest first, shape (periods,); the last is the one asked about. NaN marks a
        period that was not submitted: it is left out, never taken as 0.
    season
        Periods in a year: `WEEKS` (52.1775) or `MONTHS` (12).
    exposure
        Length of each period, such as days, shape (periods,), above 0; equal when not given.
    alpha
        Share of false alarms accepted, 0 to 1.
    guard
        Newest earlier periods kept out of the baseline, 0 or more; four weeks or one month when not given, so
        that a series just emerging does not hide itself.

    Returns
    -------
    ExpectedRange
        `low` to `high` (whole, both inside), `p_high` and `p_low` (chance of this count or more, or less),
        `phi` (variance over mean, at least 1), and which model was used on how many periods.

    Raises
    ------
    MethodError
        When the baseline is under half a year or 10 periods, the newest count is missing, or a value is impossible.

    References
    ----------
    Farrington, C. P. et al. (1996). A statistical algorithm for the early detection of outbreaks. JRSS A 159(3).
    Noufaily, A. et al. (2013). An improved algorithm for outbreak detection. Statistics in Medicine 32(7).

    Examples
    --------
    >>> found = expected_range([4, 6, 5, 5, 3, 7, 5, 6, 4, 5, 5, 6, 4, 14], season=MONTHS)
    >>> found.low, found.high, found.observed, found.is_outside
    (0, 12, 14, True)
    """
    found = expected_ranges(counts, season=season, exposure=exposure, alpha=alpha, guard=guard)
    if found.mean.shape != (1,):
        raise MethodError(what="more than one series was given", now="Use expected_ranges for several series.")
    if not found.method[0]:
        given = np.asarray(counts, dtype=np.float64)
        if np.isnan(given[-1]):
            raise MethodError(what="the period asked about was not submitted", now="Judge it when its records are in.")
        raise MethodError(
            what=f"{found.baseline_periods[0]} earlier periods are too few; the alarm model needs {_shortest(season)}",
            now="Read an earlier start, or wait until the history is long enough.",
        )
    return ExpectedRange(**{field.name: getattr(found, field.name)[0].item() for field in fields(found)})


def expected_ranges(
    counts: ArrayLike,
    *,
    season: float,
    trailing: int = 1,
    exposure: ArrayLike | None = None,
    alpha: float = 0.01,
    guard: int | None = None,
) -> ExpectedRanges:
    """Judge the newest periods of one or many series, each from what came before it.

    Assumes what `expected_range` does. A period with too short a baseline, or without a count, is not
    assessed: its `method` is empty. That is not an error here, because others in the batch may be long enough.

    Parameters
    ----------
    counts
        Shape (periods,) or (series, periods), oldest first; NaN where not submitted.
    season
        Periods in a year: `WEEKS` or `MONTHS`.
    trailing
        How many of the newest periods to judge.
    exposure
        Shape (periods,), above 0; equal when not given.
    alpha
        Share of false alarms accepted per period judged, 0 to 1.
    guard
        Newest earlier periods kept out of each baseline; four weeks or one month when not given.

    Returns
    -------
    ExpectedRanges
        Arrays of shape (trailing,) or (series, trailing), oldest first.

    Raises
    ------
    MethodError
        When a count is negative or not whole, or an option is out of range.

    Examples
    --------
    >>> found = expected_ranges([5, 4, 6] * 4, season=MONTHS, trailing=2)
    >>> found.low.tolist(), found.high.tolist(), found.method[0] == ""
    ([-1, 0], [-1, 13], True)
    """
    y = np.asarray(counts, dtype=np.float64)
    length = np.ones(y.shape[-1:]) if exposure is None else np.asarray(exposure, dtype=np.float64)
    guard = round(GUARD_YEARS * season) if guard is None else guard
    _check(y, length, trailing=trailing, alpha=alpha, guard=guard)
    periods = y.shape[-1]
    target = np.tile(np.arange(periods - trailing, periods), y.size // periods)
    rows = np.repeat(y.reshape(-1, periods), trailing, axis=0)
    used = (np.arange(periods) < (target - guard)[:, None]) & ~np.isnan(rows)
    rows, known = np.nan_to_num(rows), ~np.isnan(rows[np.arange(target.size), target])
    is_two_years = used.sum(axis=1) >= int(SEASON_YEARS * season)
    # without a trend in the model the newest year says more than a longer history
    used &= is_two_years[:, None] | (np.arange(periods) >= (target - guard - round(season))[:, None])
    size, events = used.sum(axis=1), (rows * used).sum(axis=1)
    is_long = known & (size >= _shortest(season))
    is_full = is_long & is_two_years & (events >= SEASON_EVENTS)
    unseen = np.where(size < int(season), UNSEEN_SEASON, 0.0)
    found = np.full((6, target.size), np.nan)
    for chosen, design in ((is_long & ~is_full, np.ones((periods, 1))), (is_full, _yearly(periods, season))):
        if chosen.any():
            predicted = _predicted(rows[chosen], used[chosen], target[chosen], design, length, unseen=unseen[chosen])
            found[:, chosen] = _judged(predicted, rows[chosen, target[chosen]], alpha)
    mean, phi, p_high, p_low, low, high = (part.reshape(*y.shape[:-1], trailing) for part in found)
    shape = mean.shape
    observed = np.where(known, rows[np.arange(target.size), target], -1).astype(np.int64)
    method = np.select([is_full, is_long], ["level, trend and yearly cycle", "level only"], "")
    return ExpectedRanges(
        observed=observed.reshape(shape),
        mean=mean,
        low=np.nan_to_num(low, nan=-1).astype(np.int64),
        high=np.nan_to_num(high, nan=-1).astype(np.int64),
        p_high=p_high,
        p_low=p_low,
        phi=phi,
        method=method.reshape(shape),
        baseline_periods=size.reshape(shape),
        trend_kept=is_full.reshape(shape),
        season_kept=is_full.reshape(shape),
    )


def _shortest(season: float) -> int:
    """Fewest baseline periods the model takes: 26 weeks, 10 months."""
    return max(LEVEL_PERIODS, int(LEVEL_YEARS * season))


def _check(y: Floats, length: Floats, *, trailing: int, alpha: float, guard: int) -> None:
    """Refuse impossible input, all faults at once."""
    known = y[~np.isnan(y)]
    faults = {
        "counts are not one or more series of periods": y.ndim not in (1, 2) or y.size == 0,
        "a count is negative or not whole": bool(np.any((known < 0) | (known != np.floor(known)))),
        "exposures do not match the periods, or are not above 0": length.shape != y.shape[-1:]
        or not bool(np.all(np.isfinite(length) & (length > 0))),
        f"trailing is {trailing}, not 1 to the number of periods": not 1 <= trailing <= y.shape[-1],
        f"alpha is {alpha}, not between 0 and 1": not 0 < alpha < 1,
        f"guard is {guard}, below 0": guard < 0,
    }
    if any(faults.values()):
        told = "; ".join(fault for fault, is_so in faults.items() if is_so)
        raise MethodError(what=told, now="Correct the call.")


def _yearly(periods: int, season: float) -> Floats:
    """Columns for level, trend and one yearly wave."""
    t = np.arange(periods) - (periods - 1)
    turn = 2 * np.pi * t / season
    return np.column_stack([np.ones(periods), t / periods, np.cos(turn), np.sin(turn)])


def _predicted(
    y: Floats, used: NDArray[np.bool_], target: Ints, x: Floats, length: Floats, *, unseen: Floats
) -> Predicted:
    """Fit the baseline, weigh past outbreaks down, fit again, and predict the target period."""
    weight, every = used.astype(np.float64), np.arange(target.size)
    size = weight.sum(axis=1)
    spare = size - x.shape[1]
    mu, hat = fit_rates(y, weight, x, length)
    phi = np.maximum(1, (weight * (y - mu) ** 2 / mu).sum(axis=1) / spare)
    residual = 1.5 * (y ** (2 / 3) - mu ** (2 / 3)) / mu ** (1 / 6)
    residual /= np.sqrt(phi[:, None] * (1 - np.clip(mu * hat, 0, 0.95)))
    is_outbreak = used & (residual > OUTBREAK)
    down = np.where(is_outbreak, np.maximum(residual, OUTBREAK) ** -2.0, weight)
    mu, hat = fit_rates(y, down * (size / down.sum(axis=1))[:, None], x, length)
    # an outbreak's spread counts up to the cut: weighing it down here too would shrink phi in quiet series
    squares = np.minimum((y - mu) ** 2 / mu, np.where(is_outbreak, OUTBREAK**2 * phi[:, None], np.inf))
    return predict(
        mean=mu[every, target],
        hat=hat[every, target],
        spread=(weight * squares).sum(axis=1) / spare,
        baseline=(weight * mu).sum(axis=1) / size,
        spare=spare,
        unseen=unseen,
    )


def _judged(predicted: Predicted, observed: Floats, alpha: float) -> Floats:
    """Stack mean, phi, chance of so many, chance of so few, low and high."""
    high = predicted.first(lambda k: predicted.at_least(k + 1) <= alpha / 2)
    low = predicted.first(lambda k: predicted.at_most(k) > alpha / 2)
    tails = predicted.at_least(observed), predicted.at_most(observed)
    return np.stack([predicted.mean, predicted.phi, *tails, low, high])
