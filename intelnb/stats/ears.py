"""Daily alarms from a few days of history: C1, C2 and C3 of the Early Aberration Reporting System."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from intelnb.errors import MethodError

ALPHA = {"C1": 0.001, "C2": 0.001, "C3": 0.025}
GAP_DAYS = {"C1": 0, "C2": 2, "C3": 2}  # days between the baseline and the day judged
BACK_DAYS = 2  # days whose excess C3 carries along
SPARSE_SD = 0.5  # Burkom's advice for sparse counts: without a floor one event after a still week is an alarm

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DailyAlarms:
    """Arrays of the shape of the counts; NaN and False where a day is not assessed. A count above `upper` is an alarm."""

    expected: Floats
    upper: Floats
    alarm: NDArray[np.bool_]


def ears(
    counts: ArrayLike,
    *,
    method: Literal["C1", "C2", "C3"] = "C2",
    baseline_days: int = 7,
    alpha: float | None = None,
    smallest_sd: float = SPARSE_SD,
    today_counts: bool = True,
) -> DailyAlarms:
    """Say on which days there were more events than the week before leads to expect.

    Assumes days that differ by chance alone, with no weekly rhythm but what a baseline of whole weeks evens out.
    Seven days say little about spread, so false alarms are several times as frequent as `alpha` promises.

    Parameters
    ----------
    counts
        Events per day, oldest first, shape (days,) or (series, days). NaN marks a day not submitted: no day whose
        baseline holds one is assessed.
    method
        `C1` judges by the days just before, `C2` leaves a gap of two days, `C3` adds up what the last three days lie
        more than one standard deviation above that.
    baseline_days
        Days of the baseline, 3 or more.
    alpha
        Nominal chance of a false alarm a day; 0.001 for C1 and C2 and 0.025 for C3 when not given.
    smallest_sd
        Smallest standard deviation believed, 0 or more.
    today_counts
        False leaves the day itself out of C3, as surveillance 1.20.3 does: it then alarms a day late and never on
        the day of a rise. For comparison with that program only.

    Returns
    -------
    DailyAlarms
        `expected`, `upper` and `alarm`. The first days, which have no whole baseline, are NaN. `upper` is -1 where
        C3 stays on whatever the day brings.

    Raises
    ------
    MethodError
        When a count is negative or not whole, or an option is out of range.

    References
    ----------
    Hutwagner, L. et al. (2003). The bioterrorism preparedness and response Early Aberration Reporting System.
    Journal of Urban Health 80(2).
    Fricker, R. D., Hegler, B. L. and Dunfee, D. A. (2008). Comparing syndromic surveillance detection methods.
    Statistics in Medicine 27(17).

    Examples
    --------
    >>> ears([3, 4, 2, 3, 5, 4, 3, 3, 2, 14], method="C1").alarm.tolist()[-2:]
    [False, True]
    """
    y = np.asarray(counts, dtype=np.float64)
    known = y[~np.isnan(y)]
    chosen = ALPHA.get(method, 0.0) if alpha is None else alpha
    faults = {
        "counts are not one or more series of days": y.ndim not in (1, 2) or y.size == 0,
        "a count is negative or not whole": bool(np.any((known < 0) | (known != np.floor(known)))),
        f"method is {method!r}": method not in ALPHA,
        f"alpha is {chosen}, not between 0 and 1": not 0 < chosen < 1,
        f"a baseline of {baseline_days} days is too short": baseline_days < 3,
        f"smallest_sd is {smallest_sd}, below 0": not smallest_sd >= 0,
    }
    if any(faults.values()):
        told = "; ".join(fault for fault, is_so in faults.items() if is_so)
        raise MethodError(what=told, now="Correct the call; the methods are C1, C2 and C3.")
    mean, sd = _baseline(y, baseline_days, GAP_DAYS[method])
    sd = np.maximum(sd, smallest_sd)
    limit, centre = np.full(y.shape, norm.isf(chosen)), mean
    if method == "C3":
        limit -= _carried(y, mean, sd)
        centre = mean + sd if today_counts else y
    with np.errstate(invalid="ignore"):
        upper = centre + sd * limit
        if method == "C3":
            upper = np.where(limit < 0, -1.0, upper) if today_counts else np.maximum(upper, 0.0)
    return DailyAlarms(expected=np.where(np.isnan(upper), np.nan, mean), upper=upper, alarm=y > upper)


def _baseline(y: Floats, days: int, gap: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the days before each day, NaN where there are too few."""
    mean, sd = np.full(y.shape, np.nan), np.full(y.shape, np.nan)
    first = days + gap
    if y.shape[-1] > first:
        windows = sliding_window_view(y, days, axis=-1)[..., : y.shape[-1] - first, :]
        mean[..., first:], sd[..., first:] = windows.mean(axis=-1), windows.std(axis=-1, ddof=1)
    return mean, sd


def _carried(y: Floats, mean: Floats, sd: Floats) -> Floats:
    """What the last days lay more than one standard deviation above their baselines, in standard deviations."""
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = np.maximum(0.0, (y - mean) / sd - 1)
    total = np.full(y.shape, np.nan)
    total[..., BACK_DAYS:] = sum(excess[..., BACK_DAYS - back : y.shape[-1] - back] for back in range(1, BACK_DAYS + 1))
    return total
