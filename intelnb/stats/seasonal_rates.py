"""Log-linear rates with a seasonal factor and a trend, fitted to many series at once without building a matrix each."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

TOLERANCE = 1e-8  # a fit has settled when its deviance moves by less than this share (the usual rule of such fits)
ROUNDS = 25
LARGEST = 700.0  # largest logarithm a number can hold

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class SeasonalRates:
    """Fits of shape (series, ...); "now" is level 0 at time 0.

    `log_variance_now` and `slope_variance` hold at dispersion 1. `dispersion` is Pearson's, with no floor;
    `relative_dispersion` is the same of residuals divided by their means.
    """

    mean: Floats
    leverage: Floats
    mean_now: Floats
    log_variance_now: Floats
    is_known_now: Bools
    slope: Floats
    slope_variance: Floats
    dispersion: Floats
    relative_dispersion: Floats
    spare: Floats

    def replaced(self, rows: Ints, other: SeasonalRates) -> SeasonalRates:
        """Return these fits with some rows taken from others."""
        changed = {}
        for field in fields(self):
            values = getattr(self, field.name).copy()
            values[rows] = getattr(other, field.name)
            changed[field.name] = values
        return replace(self, **changed)


@dataclass(frozen=True, eq=False)
class _Design:
    """What all series share: sums per level are products with `sums` (levels, levels x time, time squared)."""

    when: Floats
    one_hot: Floats
    sums: Floats
    with_trend: bool

    def solved(self, totals: Floats, answers: Floats) -> tuple[Floats, Floats]:
        """Weighted least squares by sums per level: levels (series, levels) and slope (series,)."""
        size = self.one_hot.shape[1]
        total, answer = totals[:, :size], answers[:, :size]
        safe = np.where(total > 0, total, 1.0)
        if not self.with_trend:
            return answer / safe, np.zeros(total.shape[0])
        centre = totals[:, size:-1] / safe
        cross = answers[:, -1] - (centre * answer).sum(axis=1)
        within = totals[:, -1] - (centre**2 * total).sum(axis=1)
        slope = cross / np.where(within > 0, within, 1.0)
        return (answer - slope[:, None] * totals[:, size:-1]) / safe, slope

    def predictor(self, levels: Floats, slope: Floats) -> Floats:
        """Logarithm of the means; kept where a number can hold them."""
        found = levels @ self.one_hot.T
        if self.with_trend:
            found += slope[:, None] * self.when
        return np.clip(found, -LARGEST, LARGEST, out=found)


def fit_seasonal(
    y: ArrayLike, weight: ArrayLike, time: ArrayLike, level: ArrayLike, *, with_trend: bool
) -> SeasonalRates:
    """Fit log mean = level + slope x time to many series that share their times and levels.

    Assumes counts whose variance is proportional to their mean. Because a week has exactly one level, each round
    of the fit is solved by sums per level. Starts, stops and takes its weights as general programs for such models
    do, so that it agrees with them to the last digits: a level without events runs towards minus infinity until
    the deviance no longer moves.

    Parameters
    ----------
    y, weight
        Counts and weights, shape (series, weeks); weight 0 leaves a week out.
    time, level
        Shape (weeks,): when it was, counted so that now is 0, and the number of its level; 0 is the level of now.
    with_trend
        Whether a slope is fitted; without one it is 0.

    Returns
    -------
    SeasonalRates
        The fits.

    References
    ----------
    McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, 2nd edition, chapter 2.

    Examples
    --------
    >>> found = fit_seasonal([[2, 8, 4, 16]], np.ones((1, 4)), [-2, -2, -1, -1], [0, 1, 0, 1], with_trend=True)
    >>> found.mean_now.round(6).tolist(), found.slope.round(6).tolist()
    ([8.0], [0.693147])
    """
    counts, weights = np.asarray(y, dtype=np.float64), np.asarray(weight, dtype=np.float64)
    when = np.asarray(time, dtype=np.float64)
    known_levels, number = np.unique(np.asarray(level), return_inverse=True)
    one_hot = (number[:, None] == np.arange(known_levels.size)).astype(np.float64)
    sums = np.column_stack([one_hot, one_hot * when[:, None], when**2])
    design = _Design(when=when, one_hot=one_hot, sums=sums, with_trend=with_trend)
    found, working = _settled(counts, weights, design)
    return _described(counts, weights, working, found, design)


def _settled(y: Floats, weight: Floats, design: _Design) -> tuple[tuple[Floats, Floats], Floats]:
    """Rounds of scoring from the counts themselves until each deviance has settled; also the last round's weights."""
    linear = np.column_stack([design.one_hot, design.when])
    events = weight * y
    observed = events @ linear
    perfect = np.where(y > 0, np.log(np.where(y > 0, y, 1.0)) - 1, 0.0)
    perfect_fit = (events * perfect).sum(axis=1)
    levels, slope = np.zeros((y.shape[0], design.one_hot.shape[1])), np.zeros(y.shape[0])
    last = np.empty_like(y)
    open_ = np.arange(y.shape[0])
    predictor = np.log(y + 0.1)
    working = weight * (y + 0.1)
    totals = working @ design.sums
    before = perfect_fit - (events * predictor).sum(axis=1) + working.sum(axis=1)
    for _ in range(ROUNDS):
        last[open_] = working
        predictor -= 1
        predictor *= working
        levels[open_], slope[open_] = design.solved(totals, predictor @ linear + observed)
        predictor = design.predictor(levels[open_], slope[open_])
        working = np.exp(predictor)
        working *= weight
        totals = working @ design.sums
        told = (observed[:, :-1] * levels[open_]).sum(axis=1) + observed[:, -1] * slope[open_]
        after = perfect_fit - told + totals[:, : levels.shape[1]].sum(axis=1)
        # a deviance is twice what is kept here
        moving = np.abs(after - before) >= TOLERANCE * (np.abs(after) + 0.05)
        if not moving.any():
            break
        before = after
        if not moving.all():
            open_, weight, predictor, working, totals, observed, perfect_fit, before = (
                part[moving] for part in (open_, weight, predictor, working, totals, observed, perfect_fit, after)
            )
    return (levels, slope), last


def _described(
    y: Floats, weight: Floats, working: Floats, found: tuple[Floats, Floats], design: _Design
) -> SeasonalRates:
    """Work out variances, leverage and dispersion, with the weights of the last round as other programs do."""
    levels, slope = found
    size = levels.shape[1]
    mean = np.exp(design.predictor(levels, slope))
    totals = working @ design.sums
    holds = weight @ design.one_hot > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.where(holds, 1 / totals[:, :size], 0.0)
    spare = (weight > 0).sum(axis=1) - holds.sum(axis=1) - design.with_trend
    leverage, log_variance = inverse @ design.one_hot.T, inverse[:, 0].copy()
    slope_variance = np.full(y.shape[0], np.nan)
    if design.with_trend:
        centre = totals[:, size:-1] * inverse
        with np.errstate(divide="ignore", invalid="ignore"):
            slope_variance = 1 / (totals[:, -1] - (centre**2 * totals[:, :size]).sum(axis=1))
        leverage += np.square(design.when - centre @ design.one_hot.T) * slope_variance[:, None]
        log_variance += centre[:, 0] ** 2 * slope_variance
    leverage *= working
    residual = np.square(y / mean - 1)
    return SeasonalRates(
        mean=mean,
        leverage=leverage,
        mean_now=np.exp(np.clip(levels[:, 0], -LARGEST, LARGEST)),
        log_variance_now=log_variance,
        is_known_now=holds[:, 0] & (spare > 0),
        slope=slope,
        slope_variance=slope_variance,
        dispersion=np.einsum("st,st->s", residual, working) / np.maximum(spare, 1),
        relative_dispersion=np.einsum("st,st->s", residual, weight) / np.maximum(spare, 1),
        spare=spare.astype(np.float64),
    )
