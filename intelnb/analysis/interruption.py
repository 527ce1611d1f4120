"""Did the level or the slope of a series change at a known moment?"""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import Period, day_words
from intelnb.errors import MethodError
from intelnb.stats import interrupted_series
from intelnb.tables import counting, options, recording

CAVEATS = (
    "It shows a change at that moment, not its cause: whatever else happened then is in it.",
    "The slope before is taken to go on; the longer the time after, the less that is worth.",
)
PER_YEAR = {"week": 365.25 / 7, "month": 12.0}


def at_moment(
    crimes: pd.DataFrame,
    *,
    name: str,
    changed: date,
    period: Period,
    as_at: datetime,
    breaks: pd.DataFrame | None = None,
    most: int = 156,
    settling: int = 0,
    level: float = 0.95,
) -> Result:
    """Compare a series before and after a moment: how many crimes fewer or more than its own past leads one to expect.

    Every period is counted at the same maturity. The period the moment falls in is left out, unless the moment is
    its first day.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen.
    name
        Name of the Result on its page.
    changed
        The day the action began, fixed beforehand.
    period
        The last week or month of the series.
    as_at
        The moment the data are known to.
    breaks
        Known breaks that touch this series: any in it refuses the question.
    most
        At most so many periods are used.
    settling
        Further periods left out while the action was being brought in.
    level
        Share of chance the ranges cover, under 1.

    Returns
    -------
    Result
        Table `period, start, n, is_after, is_left_out, fitted, without` (what would have come without the change). Not
        assessed with a break, fewer than 8 periods on either side, or no crime on either side.

    Raises
    ------
    MethodError
        For a period that is neither a week nor a month, or options out of range.

    References
    ----------
    Bernal, J. L., Cummins, S. and Gasparrini, A. (2017). Interrupted time series regression for the evaluation of
    public health interventions. International Journal of Epidemiology 46(1).

    Examples
    --------
    >>> from datetime import date, datetime
    >>> import numpy as np, pandas as pd
    >>> from intelnb.dates import parse
    >>> weeks = np.repeat(np.arange(30), [20] * 18 + [10] * 12)
    >>> crimes = pd.DataFrame({"middle": pd.Timestamp("2026-04-20 12:00") + pd.to_timedelta(weeks * 7, unit="D"), "hours_wide": 0.0})
    >>> at_moment(crimes, name="its", changed=date(2026, 8, 24), period=parse("2026-W46"), as_at=datetime(2026, 11, 16)).sentence
    'Over 12 weeks since 24 Aug: 120 fewer than its own past led to expect (range 203 fewer to 37 fewer).'
    """
    options.whole(1, most=most)
    options.whole(0, settling=settling)
    options.share(level=level)
    options.together_at_most(options.CENTURY_WEEKS, most=most)
    options.day(changed=changed)
    options.stretch(period=period)
    if period.kind not in PER_YEAR:
        raise MethodError(what=f"{period.label} is neither a week nor a month", now="Give the last week or month.")
    status, why = counting.unanswerable(crimes, period, as_at=as_at)
    if not why and not counting.is_over(period, as_at):
        status, why = "not assessed", f"this {period.noun} is not over"
    if why:
        return not_assessed(name, why=why, status=status, sources=("crimes",))
    periods = counting.history_until(crimes, period, most=most)
    same = recording.comparable(crimes, periods, breaks=breaks)
    if not same.usable.all():
        status, why = recording.why_unlike(same)
        return not_assessed(name, why=why, status=status, sources=("crimes",))
    counts = counting.per_period(crimes, periods, as_at=as_at)
    first = next((at for at, one in enumerate(periods) if one.end > changed), len(periods))
    is_within = first < len(periods) and periods[first].start < changed
    try:
        found = interrupted_series.interrupted(
            counts.n[0], first, exposure=[one.days for one in periods], settling=settling + is_within,
            per_year=PER_YEAR[period.kind], level=level,
        )  # fmt: skip
    except MethodError as fault:
        return not_assessed(name, why=fault.what, sources=("crimes",))
    table = _table(counts, found, first)
    values = _values(found, table, period, changed)
    return Result(
        name=name,
        table=table,
        values=values,
        wording=_wording(found, period.noun),
        settings={
            "method": "two lines on a log scale, ranges the wider of scatter and neighbours", "changed": str(changed), "as_at": str(as_at),
            "periods": len(periods), "left_out": settling + is_within, "season": "one wave a year" if found.has_season else "none: under two years",
            "level": level, "range_by": found.errors,
        },
        caveats=(*CAVEATS, *_said(found), *counting.caveats(counts, as_at=as_at)),
        sources=("crimes",),
    )  # fmt: skip


def _table(counts: counting.Counts, found: interrupted_series.Interrupted, first: int) -> pd.DataFrame:
    """The counts, and both lines."""
    at = np.arange(len(counts.periods))
    return pd.DataFrame(
        {
            "period": [one.label for one in counts.periods], "start": [one.start for one in counts.periods], "n": counts.n[0],
            "is_after": at >= first, "is_left_out": np.isnan(found.fitted), "fitted": found.fitted.round(2),
            "without": found.without.round(2),
        }
    )  # fmt: skip


def _values(
    found: interrupted_series.Interrupted, table: pd.DataFrame, period: Period, changed: date
) -> dict[str, Value]:
    """The numbers a page may speak of."""
    used = table[~table["is_left_out"]]
    words = [
        f"{abs(round(n)):,} {'fewer' if n < 0 else 'more'}" for n in (found.effect, found.effect_low, found.effect_high)
    ]
    return {
        "n_before": int((~used["is_after"]).sum()), "n_after": int(used["is_after"].sum()), "noun": period.noun,
        "since": " ".join(day_words(changed).split()[1:3]), "effect": round(found.effect, 1), "low": round(found.effect_low, 1),
        "high": round(found.effect_high, 1), "effect_words": words[0], "low_words": words[1], "high_words": words[2],
        "level_factor": round(found.level.factor, 3), "level_low": round(found.level.low, 3), "level_high": round(found.level.high, 3),
        "slope_factor": round(found.slope.factor, 4), "slope_low": round(found.slope.low, 4), "slope_high": round(found.slope.high, 4),
        "scatter": round(found.phi, 2), "alike": round(found.autocorrelation, 2),
        "is_shown": "yes" if found.effect_high < 0 or found.effect_low > 0 else "no",
    }  # fmt: skip


def _wording(found: interrupted_series.Interrupted, noun: str) -> str:
    """What came of it, with its range."""
    shown = found.effect_high < 0 or found.effect_low > 0
    told = "" if shown else "effect not shown, "
    return (
        f"Over {{n_after}} {{n_after|{noun}|{noun}s}} since {{since}}: {told}{{effect_words}} than its own past led to expect "
        "(range {low_words} to {high_words})."
    )


def _said(found: interrupted_series.Interrupted) -> tuple[str, ...]:
    """What the fit itself says against it."""
    told = []
    if not found.has_season:
        told.append("Under two years of history: the season is not taken out of the answer.")
    if abs(found.autocorrelation) > 0.3:
        told.append("Neighbouring periods are alike beyond the lines: something else moves this series.")
    return tuple(told)
