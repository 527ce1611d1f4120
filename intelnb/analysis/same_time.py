"""Is this like the same time of last years? A week, month or any stretch against the same one, day for day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import parse
from intelnb.stats.poisson import e_test
from intelnb.stats.unevenness import unevenness
from intelnb.tables import counting, history, options, recording, selection
from intelnb.tables.words import ALIKE_WITHIN, beside

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from intelnb.dates import Period

REAL_BELOW = 0.05  # two-sided chance below which two counts are called different
PERCENT_FROM = 20  # no percentage on smaller counts
COLUMNS = ["period", "start", "n", "days", "weight"]


@dataclass(frozen=True, eq=False)
class _Compared:
    """Counts and lengths of the same time of each year, oldest first, this year last."""

    periods: tuple[Period, ...]
    n: NDArray[np.int64]
    weight: NDArray[np.float64]


def against_last_years(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    years: int = 3,
    breaks: pd.DataFrame | None = None,
) -> Result:
    """Say whether a week, month or range of days had more, fewer or about as many crimes as the same time of last years.

    Assumes days of the week that keep their share: a month with five weekends, or a leap day, is allowed for by
    weighing each day with its share of a week where crimes are known to the day, else by the number of days. Crime
    that comes in batches makes chance look smaller than it is, so counts are judged after division by their
    unevenness between weeks. It words a comparison and raises no alarm.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen.
    name
        Name of the Result.
    period
        The week, month or range asked about, at most a year long. A week is compared with that nearest to its dates.
    as_at
        The moment the data are known to. Every year is counted at the same maturity.
    years
        How many earlier years, 1 or more; those the data or a known break do not allow are left out and told.
    breaks
        Known breaks that touch this series.

    Returns
    -------
    Result
        Table `period, start, n, days, weight` (days as this series weighs them). Values: n, usual (mean of the earlier
        years at this one's weight), years, words (`more than`, `fewer than`; within chance `about the same as` up to a
        tenth apart, else `no clear change from`), change (`up 35 %`; blank under 20 crimes and where chance would do),
        unevenness.

    Raises
    ------
    MethodError
        When an option is out of range.

    References
    ----------
    Krishnamoorthy, K. and Thomson, J. (2004). A more powerful test for comparing two Poisson means.
    Journal of Statistical Planning and Inference 119(1).

    Examples
    --------
    >>> from datetime import datetime
    >>> days = pd.date_range("2023-01-01", "2026-11-15 12:00", freq="12h")
    >>> crimes = pd.DataFrame({"middle": days, "hours_wide": 0.0})
    >>> against_last_years(crimes, name="y", period=parse("2024-02"), as_at=datetime(2026, 11, 16), years=1).sentence
    '58 this month, about the same as the 58 that the same time of last year leads to.'
    """
    options.whole(1, years=years)
    status, why = counting.unanswerable(crimes, period, as_at=as_at)
    if not why and period.days > 366:
        status, why = "not assessed", "more than a year has no same time of last year"
    if why:
        return not_assessed(name, why=why, status=status, sources=("crimes",))
    asked = [*(period.years_back(back) for back in range(years, 0, -1)), period]
    same = recording.comparable(crimes, asked, breaks=breaks)
    covered = selection.covered_from(crimes)
    held = [covered is None or one.start >= covered for one in asked]
    used = [one for one, is_alike, is_held in zip(asked, same.usable, held, strict=True) if is_alike and is_held]
    if len(used) < 2:
        if same.changed and any(held[:-1]):
            why, status = same.told, "break in recording"
        else:
            why, status = "these data do not reach back to the same time of last year", "not assessed"
        return not_assessed(name, why=why, status=status, sources=("crimes",))
    compared, counts = _counted(crimes, used, as_at)
    phi = _unevenness(crimes, period, as_at=as_at, years=years, breaks=breaks)
    values = _compare(compared, phi) | {"years": len(used) - 1, "unevenness": round(phi, 2)}
    earlier = "last year" if len(used) == 2 else f"{len(used) - 1} years"
    caveats = counting.caveats(counts, as_at=as_at)
    if len(used) <= years:
        caveats += (f"Only {len(used) - 1} of {years} earlier years can be compared.",)
    return Result(
        name=name,
        table=pd.DataFrame(
            {
                "period": [one.label for one in used],
                "start": [one.start for one in used],
                "n": compared.n,
                "days": [one.days for one in used],
                "weight": compared.weight.round(2),
            },
            columns=COLUMNS,
        ),
        values=values,
        wording=f"{{n}} {counting.this(period, as_at)}, {{words}} the {{usual}} that the same time of {earlier} leads to.",
        settings={
            "years": years, "real_below": REAL_BELOW, "percent_from": PERCENT_FROM, "alike_within": ALIKE_WITHIN, "as_at": as_at.isoformat(),
            "weighed_by": "share of each weekday" if history.is_to_the_day(crimes) else "days",
        },
        caveats=caveats,
        sources=("crimes",),
    )  # fmt: skip


def _counted(crimes: pd.DataFrame, used: list[Period], as_at: datetime) -> tuple[_Compared, counting.Counts]:
    """Count each year as it was known equally long after its period, and weigh its days."""
    counts = [
        # every year is looked at as long after its end as this one is
        counting.per_period(crimes, [one], as_at=as_at - timedelta(days=(used[-1].end - one.end).days))
        for one in used
    ]
    share = np.ones(7)
    if history.is_to_the_day(crimes):
        within = counting.inside(crimes)
        middle = within["middle"]
        chosen = np.zeros(len(within), dtype=bool)
        for one in used:
            chosen |= ((middle >= pd.Timestamp(one.start)) & (middle < pd.Timestamp(one.end))).to_numpy()
        seen = np.bincount(middle[chosen].dt.day_of_week.to_numpy(), minlength=7)
        came = np.sum([_weekdays(one) for one in used], axis=0)
        # half an event each, so that a weekday without any is not taken for one that never has any
        share = (seen + 0.5) / np.maximum(came, 1)
        share = share / share.mean()
    weight = np.array([float((_weekdays(one) * share).sum()) for one in used])
    n = np.array([int(one.n[0, 0]) for one in counts], dtype=np.int64)
    return _Compared(periods=tuple(used), n=n, weight=weight), counts[-1]


def _weekdays(period: Period) -> NDArray[np.int64]:
    """How often each day of the week comes in a period, Monday first."""
    days = np.arange(period.days) + period.start.weekday()
    return np.bincount(days % 7, minlength=7)


def _unevenness(
    crimes: pd.DataFrame, period: Period, *, as_at: datetime, years: int, breaks: pd.DataFrame | None
) -> float:
    """Variance over mean between neighbouring weeks, or months where no more is known; 1 where it cannot be told."""
    last = min(period.last_day, as_at.date())
    unit = "month" if selection.resolution(crimes) == "month" else "week"
    iso = last.isocalendar()
    step = parse(f"{last:%Y-%m}" if unit == "month" else f"{iso.year:04d}-W{iso.week:02d}").back(1)
    series = history.back_from(crimes, step, as_at=as_at, weeks=53 * (years + 1), least=8, breaks=breaks)
    if series.status:
        return 1.0
    known = ~np.isnan(series.counts)
    return unevenness(series.counts[known], series.days[known])


def _compare(compared: _Compared, phi: float) -> dict[str, Value]:
    """Compare this year with the others, each over its own weight."""
    n, before = int(compared.n[-1]), int(compared.n[:-1].sum())
    here, there = float(compared.weight[-1]), float(compared.weight[:-1].sum())
    usual = before * here / there
    is_real = e_test(round(n / phi), round(before / phi), here, there).p < REAL_BELOW
    words = beside(n, usual, is_real=is_real)
    change = ""
    if is_real and min(n, usual) >= PERCENT_FROM:
        change = f"{'up' if n > usual else 'down'} {abs(n / usual - 1) * 100:.0f} %"
    return {"n": n, "usual": round(usual, 1), "words": words, "change": change}
