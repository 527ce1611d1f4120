"""The yearly wave: how much busier or quieter each time of the year is than the rest, trend apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError
from intelnb.stats.overdispersed import fit_rates

SEASON_YEARS, SEASON_EVENTS = 2.0, 40  # what a wave needs, as in the alarm model


def yearly_wave(counts: ArrayLike, *, season: float, exposure: ArrayLike | None = None) -> NDArray[np.float64]:
    """Estimate by how much each period's time of year multiplies what it would have had.

    Assumes one wave a year of steady size, and a log-linear trend. A history under two years or with fewer than 40
    events cannot show one: it gives 1 throughout.

    Parameters
    ----------
    counts
        Events per period, oldest first, shape (periods,); NaN is left out.
    season
        Periods in a year, such as 52.1775 or 12.
    exposure
        Length of each period, above 0; equal when not given.

    Returns
    -------
    numpy.ndarray
        Multipliers, shape (periods,); their logarithms average 0 over whole years.

    Raises
    ------
    MethodError
        When counts are not one series or an exposure is not above 0.

    References
    ----------
    Stolwijk, A. M., Straatman, H. and Zielhuis, G. A. (1999). Studying seasonality by using sine and cosine functions
    in regression analysis. J. Epidemiology and Community Health 53(4).

    Examples
    --------
    >>> month = np.arange(36)
    >>> wave = yearly_wave(np.round(100 * np.exp(0.5 * np.cos(2 * np.pi * month / 12))), season=12)
    >>> wave[[0, 3, 6]].round(2).tolist()
    [1.65, 1.0, 0.61]
    """
    y = np.asarray(counts, dtype=np.float64)
    length = np.ones(y.shape) if exposure is None else np.asarray(exposure, dtype=np.float64)
    if y.ndim != 1 or length.shape != y.shape or not np.all(np.isfinite(length) & (length > 0)):
        raise MethodError(
            what="counts are not one series, or exposures do not fit them", now="Give one exposure above 0 per count."
        )
    known = ~np.isnan(y)
    if known.sum() < int(SEASON_YEARS * season) or np.nansum(y) < SEASON_EVENTS:
        return np.ones(y.shape)
    when = np.arange(y.size) - (y.size - 1)
    turn = 2 * np.pi * when / season
    x = np.column_stack([np.ones(y.size), when / y.size, np.cos(turn), np.sin(turn)])
    mean, _ = fit_rates(np.nan_to_num(y)[None], known.astype(np.float64)[None], x, length)
    # the logarithm of the fit is a sum of these columns, so this finds its coefficients exactly
    beta, *_ = np.linalg.lstsq(x, np.log(mean[0] / length), rcond=None)
    wave: NDArray[np.float64] = np.exp(x[:, 2:] @ beta[2:])
    return wave
