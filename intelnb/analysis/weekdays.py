"""Do they favour a day of the week? Exact for the few crimes of a series, which no picture can settle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import periods_until
from intelnb.stats.day_of_week import day_of_week
from intelnb.tables import counting, history, options, recording, timed, unsent
from intelnb.tables.unsent import MOST_NAMED
from intelnb.tables.words import listed, several

if TYPE_CHECKING:
    from datetime import date, datetime

    from intelnb.dates import Period

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
KNOWN_WITHIN_H = 24.0
FEWEST = 5  # so few cannot be uneven beyond chance, whatever their days
RARE_BELOW = 0.05


def favoured(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    back: int = 12,
    breaks: pd.DataFrame | None = None,
) -> Result:
    """Say whether crimes fall on some days of the week more than an even spread would bring.

    Assumes crimes independent of each other, each with a known day; several in one night make chance look smaller
    than it is. Days that came more often in what the data hold of the stretch are allowed for.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen: often the few that may have one offender.
    name
        Name of the Result.
    period
        The last period looked at.
    as_at
        The moment the data are known to.
    back
        How many periods before it are looked at too.
    breaks
        Known breaks that touch this series: periods before the last one are left out.

    Returns
    -------
    Result
        Table `weekday` (0 is Monday)`, day, n, came` (how often the day came)`, expected`. Values: n, top (the day
        with most for how often it came), top_n, chance (of a spread so uneven), uneven (`yes` or `no`), left_out (of
        these periods: known too loosely, or dated on a day the data do not hold whole).

    Raises
    ------
    MethodError
        When an option is out of range.

    References
    ----------
    Wheeler, A. P. (2016). Testing serial crime events for randomness in day of week patterns with small samples.
    J. Investigative Psychology and Offender Profiling 13(2).

    Examples
    --------
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> days = pd.to_datetime(["2026-10-02", "2026-10-09", "2026-10-16", "2026-10-23", "2026-11-06", "2026-11-10"])
    >>> crimes = pd.DataFrame({"middle": days, "hours_wide": 0.0})
    >>> favoured(crimes, name="w", period=parse("2026-W46"), as_at=datetime(2026, 11, 16)).sentence
    'Fridays have 5 of 6 crimes, more uneven than chance would make them.'
    """
    options.whole(0, back=back)
    status, why = counting.unanswerable(crimes, period, as_at=as_at, needs=["middle", "hours_wide"])
    if not why and not history.is_to_the_day(crimes):
        status, why = "not assessed", "most of these crimes are not known to the day"
    if why:
        return not_assessed(name, why=why, status=status, sources=("crimes",))
    periods = periods_until(period, count=back + 1)
    same = recording.comparable(crimes, periods, breaks=breaks)
    if not same.usable[-1]:
        why = "a change or disturbance of recording touches this period"
        return not_assessed(name, why=why, status="break in recording", sources=("crimes",))
    used = [one for one, is_alike in zip(periods, same.usable, strict=True) if is_alike]
    # only what lies in these periods can be left out of them
    known = timed.to_the_day(_within(counting.inside(crimes), used), longest_interval_hours=KNOWN_WITHIN_H)
    begun, ended = unsent.held(crimes, since=used[0].start, until=used[-1].end, as_at=as_at)
    first, end = begun.date(), ended.date()  # the day they end on is not over
    middle = known.table["middle"]
    is_held = (middle >= begun) & (middle < pd.Timestamp(end))
    days, outside = middle[is_held].dt, int((~is_held).sum())
    came = np.sum([_weekdays(one, first=first, end=end) for one in used], axis=0)
    counts = np.bincount(days.day_of_week.to_numpy(dtype=np.int64), minlength=7)
    total = int(counts.sum())
    if total < FEWEST:
        why = f"{several(total, 'crime')} with a known day {'is' if total == 1 else 'are'} too few; {FEWEST} are needed"
        return not_assessed(name, why=why, sources=("crimes",))
    if absent := [DAYS[day] for day in np.flatnonzero(came == 0)]:
        return not_assessed(
            name, why=f"this time lacks every {listed(absent, most=7)} in the data", sources=("crimes",)
        )
    found = day_of_week(counts, exposure=came)
    top = int(np.argmax(counts / came))
    values: dict[str, Value] = {
        "n": total,
        "top": DAYS[top],
        "top_n": int(counts[top]),
        "chance": round(found.p, 4),
        "uneven": "yes" if found.p < RARE_BELOW else "no",
        "left_out": known.vague + known.future + outside,
    }
    return Result(
        name=name,
        table=pd.DataFrame(
            {
                "weekday": range(7), "day": DAYS, "n": counts, "came": came,
                "expected": (total * came / came.sum()).round(2),
            }
        ),
        values=values,
        wording="{top}s have {top_n} of {n} {n|crime|crimes}, more uneven than chance would make them."
        if found.p < RARE_BELOW
        else "{n} {n|crime is|crimes are} spread over the days of the week as chance may spread them.",
        settings={
            "first": used[0].label, "last": period.label, "method": found.method, "statistic": "G",
            "rare_below": RARE_BELOW, "known_within_hours": KNOWN_WITHIN_H, "as_at": as_at.isoformat(),
        },
        caveats=(
            "Several crimes of one night are counted as if each came by itself.",
            *known.caveats(),
            *_outside(outside),
            *unsent.told(crimes, since=periods[0].start, until=periods[-1].end, as_at=as_at),
            *_left_out(periods, same),
        ),
        sources=("crimes",),
    )  # fmt: skip


def _outside(n: int) -> tuple[str, ...]:
    """What was left out because its day is not held whole."""
    left = f"{several(n, 'crime', 'is', 'are')} dated before the data begin, or on the day they end or later, and left out."
    return (left,) if n else ()


def _left_out(periods: list[Period], same: recording.Comparable) -> tuple[str, ...]:
    """Which periods could not be compared, and why."""
    unlike = [one.label for one, is_alike in zip(periods, same.usable, strict=True) if not is_alike]
    if not unlike:
        return ()
    held, noun = len(periods) - len(unlike), periods[-1].noun
    return (
        f"Only {held} of {len(periods)} {noun}s can be compared; left out: {listed(unlike, most=MOST_NAMED)}.",
        *((recording.left_out(same, noun),) if same.changed else ()),
    )


def _within(crimes: pd.DataFrame, periods: list[Period]) -> pd.DataFrame:
    """The crimes whose middle lies in one of the periods."""
    middle = crimes["middle"]
    chosen = [((middle >= pd.Timestamp(one.start)) & (middle < pd.Timestamp(one.end))).to_numpy() for one in periods]
    return crimes[np.logical_or.reduce(chosen)]


def _weekdays(period: Period, *, first: date, end: date) -> np.ndarray:
    """How often each day of the week came in what is held of a period, Monday first."""
    begins = max(period.start, first)
    held = max((min(period.end, end) - begins).days, 0)
    return np.bincount((np.arange(held) + begins.weekday()) % 7, minlength=7)
