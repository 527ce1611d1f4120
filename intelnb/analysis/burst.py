"""Bursts: was some stretch of days busier than a steady rate would bring somewhere in a period?"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import short_day
from intelnb.errors import MethodError
from intelnb.stats import naus
from intelnb.tables import daily, options, placed, selection
from intelnb.tables.words import several

LEAST_CRIMES = 10
LEAST_WINDOWS = 4
GAP_CRIMES = 20.0  # a stretch without any crime, where so many were due, is a gap in recording and no lull
UNEVEN = 0.01  # chance below which the other days are too uneven for a steady rate
BUSY = (
    "Unusually busy: {most} crimes in the {window_days} {window_days|day|days} from {first}, {mean} on average; "
    "chance does that in {percent} of such periods."
)
PLAIN = "No unusually busy stretch: at most {most} {most|crime|crimes} in {window_days} {window_days|day|days}, from {first}, which chance alone may bring."
CAVEATS = (
    "A steady rate is assumed: a season, a trend, or crimes that follow from each other also make busy stretches.",
    "The busiest days were looked for afterwards, and the chance allows for that.",
)


def busiest(
    crimes: pd.DataFrame,
    *,
    name: str,
    since: date,
    until: date,
    window_days: int = 7,
    unusual: float = 0.05,
    breaks: pd.DataFrame | None = None,
    longest_interval_hours: float = 72.0,
) -> Result:
    """Find the busiest stretch of days in a period, and say how often chance makes one as busy.

    Crimes inside the area are counted by the day their middle lies in. The busiest window is sought wherever
    it begins; the earliest of those that tie is told.

    Parameters
    ----------
    crimes
        The crimes table, already chosen by kind.
    name
        Name of the Result on its page.
    since, until
        First day of the period, and the first day after it.
    window_days
        Length of the stretch in days; at least four must fit into the period.
    unusual
        Chance at or below which a stretch is called unusually busy, above 0 and up to 0.2.
    breaks
        Known breaks that touch these crimes: only days after the last one are used.
    longest_interval_hours
        A crime known less closely in time than this is left out and counted.

    Returns
    -------
    Result
        Table `day, n, window_n`, one row per day: crimes of the day, and of the window that ends with it (0
        until the first is full). Not assessed when data are monthly or withheld, with fewer than 10 crimes or
        four windows, over a gap in recording, or when the other days are too uneven for a steady rate.

    Raises
    ------
    MethodError
        For an impossible period, window or chance.

    References
    ----------
    Naus, J. I. (1982). Approximations for distributions of scan statistics. JASA 77(377).

    Examples
    --------
    >>> days = [*pd.date_range("2026-01-01", periods=50, freq="7D"), *pd.date_range("2026-06-01", periods=9, freq="8h")]
    >>> crimes = pd.DataFrame({"middle": days, "hours_wide": 1.0})
    >>> year = {"since": date(2026, 1, 1), "until": date(2026, 12, 31)}
    >>> busiest(crimes, name="burst", **year).sentence
    'Unusually busy: 10 crimes in the 7 days from 28 May, 1.1 on average; chance does that in under 0.1% of such periods.'
    """
    options.whole(1, window_days=window_days)
    options.number(0, longest_interval_hours=longest_interval_hours)
    options.chance(unusual=unusual)
    options.day(since=since, until=until)
    length = (pd.Timestamp(until) - pd.Timestamp(since)).days
    if length < LEAST_WINDOWS * window_days:
        raise MethodError(
            what=f"window_days is {window_days} in {several(max(length, 0), 'day')} from since to until",
            now=f"Give a time of at least {LEAST_WINDOWS} windows, or fewer window_days.",
        )
    status, reason = selection.refusal(crimes, needs=["middle", "hours_wide"])
    if not status and selection.resolution(crimes) == "month":
        status, reason = "not assessed", "data are monthly"
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",))
    own = crimes[placed.is_inside(crimes)]
    held = daily.per_place(
        own, np.zeros(len(own), dtype=np.int64), places=1, until=until, days=length,
        least_days=LEAST_WINDOWS * window_days, breaks=breaks, longest_interval_hours=longest_interval_hours,
    )  # fmt: skip
    n = held.counts[0]
    if reason := held.reason or _too_thin(held):
        return not_assessed(name, why=reason, status=held.status or "not assessed", sources=("crimes",))
    window = np.convolve(n, np.ones(window_days, dtype=np.int64))[: n.size]
    window[: window_days - 1] = 0
    last = int(window.argmax())
    if _is_uneven(n, last, window_days):
        why = "crimes are spread too unevenly over the other days for a steady rate"
        return not_assessed(name, why=why, sources=("crimes",))
    mean = float(n.sum()) * window_days / n.size
    p = naus.naus(int(window[last]), mean=mean, windows=n.size / window_days)
    first = held.begin + timedelta(days=last - window_days + 1)
    values: dict[str, Value] = {
        "n": int(n.sum()),
        "days": held.days,
        "most": int(window[last]),
        "mean": round(mean, 2),
        "window_days": window_days,
        "first": short_day(first),
        "p": p,
        "percent": f"{100 * p:.2g}%" if p >= 0.001 else "under 0.1%",
        "n_vague": held.vague,
        "n_future": held.future,
    }
    return Result(
        name=name,
        table=pd.DataFrame({"day": pd.date_range(held.begin, periods=n.size), "n": n, "window_n": window}),
        values=values,
        wording=BUSY if p <= unusual else PLAIN,
        settings={
            "method": "Naus scan statistic at a steady rate, windows beginning at any moment",
            "since": held.begin.isoformat(),
            "until": held.end.isoformat(),
            "window_days": window_days,
            "unusual": unusual,
            "least_crimes": LEAST_CRIMES,
            "longest_interval_hours": longest_interval_hours,
        },
        caveats=(*CAVEATS, *held.told),
        sources=("crimes",),
    )


def _too_thin(held: daily.Daily) -> str:
    """Why these days hold too few crimes or a gap; blank when they do not."""
    if held.counts.sum() < LEAST_CRIMES:
        return f"{several(int(held.counts.sum()), 'crime')} can be counted and a busiest stretch needs at least {LEAST_CRIMES}"
    if (held.counts.sum(axis=0) > 0).sum() == 1:
        return "all crimes fall on one day"
    return daily.gap(held, due=GAP_CRIMES)


def _is_uneven(n: NDArray[np.int64], last: int, window_days: int) -> bool:
    """Whether the days outside the busiest window, cut into windows, vary more than a steady rate lets them."""
    others = np.delete(n, slice(max(last - window_days + 1, 0), last + 1))
    cut = others[: others.size // window_days * window_days].reshape(-1, window_days).sum(axis=1)
    if cut.size < 2 or not cut.sum():
        return False
    spread = float(((cut - cut.mean()) ** 2).sum() / cut.mean())
    return bool(chi2.sf(spread, cut.size - 1) < UNEVEN)
