"""Was a day out of the ordinary? Each day against the week before it, when nothing longer is known."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, not_assessed
from intelnb.dates import Period, day_words, parse, short_day
from intelnb.stats.ears import ALPHA, GAP_DAYS, SPARSE_SD, DailyAlarms, ears
from intelnb.tables import counting, history, options
from intelnb.tables.words import listed, several

if TYPE_CHECKING:
    from collections.abc import Mapping

BASELINE_DAYS = 7
# how many of 1,000 quiet days alarm, busy and even series to sparse and uneven ones: docs/calibration.md
QUIET_IN_1000 = {"C1": (15, 65), "C2": (15, 65), "C3": (75, 190)}
COLUMNS = ["day", "start", "n", "expected", "upper", "outside"]


def ears_days(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    breaks: pd.DataFrame | None = None,
    not_submitted: Mapping[str, str] | None = None,
    method: Literal["C1", "C2", "C3"] = "C2",
) -> Result:
    """Name the days of a period that had more crimes than the week before each leads to expect.

    Assumes days that differ by chance alone, and a weekly rhythm that a baseline of seven days evens out. It needs
    next to no history, and pays for it with false alarms; where there is half a year, use `alarms.expected`.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen, most of them known to the day.
    name
        Name of the Result.
    period
        The week, month or days asked about; days that are not over are left out.
    as_at
        The moment the data are known to.
    breaks
        Known breaks that touch this series.
    not_submitted
        Areas within this one that did not submit, code and name.
    method
        `C1` judges by the days just before, `C2` leaves out the last two, `C3` adds up three days.

    Returns
    -------
    Result
        Table `day, start, n, expected, upper, outside` (`above` or blank), one row a day of the period that could be
        judged. Values: n (crimes of these days), days, alarms, named (the days, in words), method.

    Raises
    ------
    MethodError
        For a method that is none of the three.

    References
    ----------
    Hutwagner, L. et al. (2003). The bioterrorism preparedness and response Early Aberration Reporting System.
    Journal of Urban Health 80(2).

    Examples
    --------
    >>> days = pd.to_datetime([f"2026-11-{day:02d} 12:00" for day in range(1, 16) for _ in range(4 + 14 * (day == 12))])
    >>> crimes = pd.DataFrame({"middle": days, "hours_wide": 0.0})
    >>> ears_days(crimes, name="d", period=parse("2026-W46"), as_at=datetime(2026, 11, 16)).sentence
    '1 of 6 days had more crimes than the week before it leads to expect: 12 Nov.'
    """
    options.choice(QUIET_IN_1000, method=method)
    options.stretch(period=period)
    options.moment(as_at=as_at)
    last = min(period.last_day, (as_at - timedelta(days=1)).date())
    asked = max((last - period.start).days + 1, 1)
    before = BASELINE_DAYS + GAP_DAYS[method] + (2 if method == "C3" else 0)
    # a day is judged as soon as it is over: every day counts as it was known that long after its end
    series = history.back_from(
        crimes,
        _day(max(last, period.start)),
        as_at=as_at,
        weeks=(asked - 1 + before) // 7 + 1,
        least=before,
        kinds=("range",),
        breaks=breaks,
        not_submitted=(not_submitted or {}).values(),
    )
    if not series.status and not history.is_to_the_day(crimes):
        return not_assessed(name, why="most of these crimes are not known to the day", sources=("crimes",))
    if series.status:
        return not_assessed(name, why=series.why, status=series.status, sources=("crimes",))
    found = ears(series.counts, method=method)
    judged = np.array([one.start >= period.start for one in series.periods]) & ~np.isnan(found.upper)
    if not judged.any():
        why = "no day of this period has a whole week before it"
        return not_assessed(name, why=why, caveats=series.told, sources=("crimes",))
    table = _table(series, found, judged)
    outside = [short_day(day) for day in table.loc[table["outside"] != "", "start"]]
    return Result(
        name=name,
        table=table,
        values={
            "n": int(table["n"].sum()),
            "days": len(table),
            "alarms": len(outside),
            "named": listed(outside),
            "method": method,
        },
        wording="{alarms} of {days} days had more crimes than the week before it leads to expect: {named}."
        if outside
        else f"None of {several(len(table), 'day')} had more crimes than the week before it leads to expect.",
        settings={
            "method": method, "alpha": ALPHA[method], "baseline_days": BASELINE_DAYS, "gap_days": GAP_DAYS[method],
            "smallest_sd": SPARSE_SD, "as_at": as_at.isoformat(),
        },
        caveats=(
            "A week says little of what is usual: {} to {} of 1,000 quiet days alarm all the same.".format(
                *QUIET_IN_1000[method]
            ),
            *(() if counting.is_over(period, as_at) else (f"The {period.noun} is not over: judged to {day_words(last)}.",)),
            *series.told,
        ),
        sources=("crimes",),
    )  # fmt: skip


def _day(day: date) -> Period:
    """One day as a period."""
    return parse(f"{day.isoformat()}/{day.isoformat()}")


def _table(series: history.History, found: DailyAlarms, judged: np.ndarray) -> pd.DataFrame:
    """The days judged."""
    days = [one for one, is_in in zip(series.periods, judged, strict=True) if is_in]
    return pd.DataFrame(
        {
            "day": [f"{datetime.combine(one.start, time()):%A}" for one in days],
            "start": [one.start for one in days],
            "n": series.counts[judged].astype(np.int64),
            "expected": found.expected[judged].round(2),
            "upper": np.floor(found.upper[judged]).astype(np.int64),
            "outside": np.where(found.alarm[judged], "above", ""),
        },
        columns=COLUMNS,
    )
