"""When does it happen? Crimes by hour and weekday, unknown hours shared out, and the busiest time named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import betainc, gammainc, xlogy

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import day_words, periods_until
from intelnb.stats.aoristic import week_grid
from intelnb.tables import counting, options, placed, selection, unsent
from intelnb.tables.words import several

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from intelnb.dates import Period

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# groups of days a window may begin on, and the first hour it may begin at
GROUPS: tuple[tuple[str, tuple[int, ...], int], ...] = (
    ("any day", tuple(range(7)), 0),
    ("Monday to Friday", (0, 1, 2, 3, 4), 0),
    ("Saturday and Sunday", (5, 6), 0),
    ("Friday and Saturday", (4, 5), 18),
)
LENGTHS_H = (3, 4)
FEWEST = 20  # crimes below which no busiest time is named
FALSE_CHANCE = 0.05  # chance of naming a busiest time in an even week, all windows together
EVERY_DAY = GROUPS[0][0]
DAYS_TIMES = 1.5  # some days are named only where an hour on them holds so many times what it holds on the others
KNOWN_WITHIN_H = 1.0
WIDE_H = 24.0


@dataclass(frozen=True)
class Window:
    """A stretch of hours on a group of days, the crimes in it and in its first hour, and what an even week would put there.

    `of` holds the crimes of the same hours on all days, where the days were named in a second step; else 0.
    """

    days: str
    start: int
    hours: int
    n: float
    expected: float
    gain: float
    first_hour: float
    of: float = 0.0

    @property
    def words(self) -> str:
        """The window as a reader says it."""
        return f"{self.days}, {self.start:02d}:00 to {(self.start + self.hours) % 24:02d}:00"


def hour_by_weekday(
    crimes: pd.DataFrame, *, name: str, period: Period, back: int = 12, timezone: str = "Europe/London"
) -> Result:
    """Share crimes over the hours of the week they may have happened in, and name the busiest time.

    Assumes that every moment between first and last possible is equally likely; clock changes are counted
    as they passed. The busiest time is the window of 3 or 4 hours (on any day, Monday to Friday, Saturday
    and Sunday, or Friday and Saturday evenings) that stands out most from an even week; a window over
    midnight belongs to the day it begins on. None is named for under 20 crimes or where chance would do. Hours outside
    the data are no hours without crime: each hour of the week is held against how often it came in what is held, and
    no time is named before every day of the week came whole.

    Where hours on any day stand out most, a second question is asked of these hours alone: do some days hold
    so many more that chance does not explain it, and half as many again an hour as the others at least? Then
    these days are named, because a patrol meets more there in fewer hours. In an even week the second question
    is never reached more often than the first allows, so the chance of a false name stays as stated.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen.
    name
        Name of the result.
    period
        The last period counted.
    back
        How many periods before it are counted too.
    timezone
        Name of the force's time zone.

    Returns
    -------
    Result
        `table`: weekday (0 is Monday), day, hour (0 to 23), n (weights, summing to the crimes counted). `values`: n, known_hour
        (hour known to within 1), wide (interval over 24 hours), left_out, outside (the data: dated before or after them),
        since, days_held (of the week, that came whole) and, where one is named,
        peak (words), peak_percent, peak_n and, where days were named in the second step, hours_percent (of
        the same hours on all days).

    Raises
    ------
    MethodError
        When an option is out of range.

    References
    ----------
    Ratcliffe, J. H. (2000). Aoristic analysis. Int. Journal of Geographical Information Science 14(7).
    Kulldorff, M. (1997). A spatial scan statistic. Communications in Statistics 26(6), for "stands out most".

    Examples
    --------
    >>> from intelnb.dates import parse
    >>> start = pd.to_datetime(["2026-11-09 16:10"] * 12 + ["2026-11-12 17:30"] * 12)
    >>> crimes = pd.DataFrame({"start": start, "end": start, "middle": start, "hours_wide": 0.0})
    >>> hour_by_weekday(crimes, name="timing", period=parse("2026-W46")).sentence
    'Busiest time: Monday to Friday, 16:00 to 19:00, with 100 % of 24 crimes.'
    """
    options.whole(0, back=back)
    options.stretch(period=period)
    options.timezone(timezone=timezone)
    status, why = selection.refusal(crimes, needs=["start", "end", "middle", "hours_wide"])
    if not why and selection.resolution(crimes) == "month":
        why = "data are monthly"
    if why:
        return not_assessed(name, why=why, status=status or "not assessed", sources=("crimes",))
    first = periods_until(period, count=back + 1)[0]
    if why := unsent.outside(crimes, since=first.start, until=period.end):
        return not_assessed(name, why=why, sources=("crimes",))
    begun, ended = unsent.held(crimes, since=first.start, until=period.end)
    rows, outside = _within(crimes, first, period, begun=begun, ended=ended)
    came = _came(begun, ended)
    shared = week_grid(rows["start"].to_numpy(), rows["end"].to_numpy(), timezone=timezone)
    left_out = int((shared.no_start | shared.ends_before_start).sum())
    n = len(rows) - left_out
    counted = rows[~(shared.no_start | shared.ends_before_start)]
    values: dict[str, Value] = {
        "n": n,
        "known_hour": int((counted["hours_wide"] <= KNOWN_WITHIN_H).sum()),
        "wide": int((counted["hours_wide"] > WIDE_H).sum()),
        "left_out": left_out,
        "outside": outside,
        "since": day_words(begun.date()),
        "days_held": int(came.all(axis=1).sum()),
    }
    peak = _peak(shared.grid, n, came)
    if peak:
        values |= {"peak": peak.words, "peak_percent": round(100 * peak.n / n), "peak_n": round(peak.n)}
        values |= {"hours_percent": round(100 * peak.of / n)} if peak.of else {}
    return Result(
        name=name,
        table=_table(shared.grid),
        values=values,
        wording=_wording(n, peak, came),
        settings={
            "first": first.label,
            "last": period.label,
            "timezone": timezone,
            "fewest": FEWEST,
            "false_chance": FALSE_CHANCE,
            "window_hours": "3 or 4",
            "windows_tried": len(_windows()),
            "days_times": DAYS_TIMES,
        },
        caveats=(*_caveats(values, peak), *unsent.told(crimes, since=first.start, until=period.end)),
        sources=("crimes",),
    )


def _within(
    crimes: pd.DataFrame, first: Period, last: Period, *, begun: pd.Timestamp, ended: pd.Timestamp
) -> tuple[pd.DataFrame, int]:
    """Crimes whose middle lies in what is held of the periods, and how many of the periods lie outside that."""
    rows = counting.inside(crimes)
    rows = rows[placed.in_window(rows, since=first.start, until=last.end)]
    is_held = ((rows["middle"] >= begun) & (rows["middle"] <= ended)).to_numpy()
    return rows[is_held], int((~is_held).sum())


def _came(begun: pd.Timestamp, ended: pd.Timestamp) -> NDArray[np.int64]:
    """How often each whole hour of the week came in a stretch of clock time, of shape (days, hours)."""
    hours = np.arange(int((ended - begun) / pd.Timedelta(hours=1))) + begun.weekday() * 24 + begun.hour
    return np.bincount(hours % 168, minlength=168).reshape(7, 24).astype(np.int64)


def _windows() -> list[tuple[str, int, int, NDArray[np.int64]]]:
    """Every window tried: its days in words, first hour, length, and its cells of the 168 of a week."""
    return [
        (words, start, hours, np.array([(day * 24 + start + h) % 168 for day in days for h in range(hours)]))
        for words, days, earliest in GROUPS
        for hours in LENGTHS_H
        for start in range(earliest, 24)
    ]


def _peak(grid: NDArray[np.float64], n: int, came: NDArray[np.int64]) -> Window | None:
    """The window that stands out most, or None with too few crimes, a day not held, or where an even week would do."""
    if n < FEWEST or not came.all():
        return None
    cells, times, tried = grid.ravel(), came.ravel(), []
    for words, start, hours, held in _windows():
        count, expected = float(cells[held].sum()), n * int(times[held].sum()) / int(times.sum())
        rest = n - count
        gain = float(xlogy(count, count / expected) + xlogy(rest, max(rest, 1e-12) / (n - expected)))
        first = float(cells[held[::hours]].sum())
        tried.append(Window(words, start, hours, count, expected, gain if count > expected else 0.0, first))
    # rounded, so that windows equal but for the order of adding tie; of those, the one that begins with most
    best = max(tried, key=lambda window: (round(window.gain, 9), round(window.first_hour, 9)))
    chance = gammainc(best.n, best.expected) * len(tried) if best.n > best.expected else 1.0
    if chance > FALSE_CHANCE:
        return None
    return _on_some_days(best, cells, n, times) if best.days == EVERY_DAY else best


def _on_some_days(whole: Window, cells: NDArray[np.float64], n: int, came: NDArray[np.int64]) -> Window:
    """The same hours on the days that hold far more of them than the others, or on every day as it was.

    Given how many crimes fell in these hours, their days say nothing of the hours: if the days were alike, a group
    of d of the 7 would hold a binomial share of d/7, or what they came of these hours. The chance is corrected for the
    groups tried.
    """
    every = int(came[[(day * 24 + whole.start + h) % 168 for day in range(7) for h in range(whole.hours)]].sum())
    groups = [(words, days) for words, days, earliest in GROUPS[1:] if earliest <= whole.start]
    found = []
    for words, days in groups:
        held = np.array([(day * 24 + whole.start + h) % 168 for day in days for h in range(whole.hours)])
        count, theirs = float(cells[held].sum()), int(came[held].sum())
        share = theirs / every
        chance = float(betainc(count, whole.n - count + 1, share)) * len(groups) if count > 0 else 1.0
        times = (count / theirs) / max((whole.n - count) / (every - theirs), 1e-12)
        if chance <= FALSE_CHANCE and times >= DAYS_TIMES:
            first = float(cells[held[:: whole.hours]].sum())
            named = Window(
                words, whole.start, whole.hours, count, n * theirs / int(came.sum()), whole.gain, first, of=whole.n
            )
            found.append((chance, named))
    return min(found, key=lambda one: one[0])[1] if found else whole


def _table(grid: NDArray[np.float64]) -> pd.DataFrame:
    """One row per hour of the week."""
    return pd.DataFrame(
        {
            "weekday": np.repeat(np.arange(7), 24),
            "day": np.repeat(DAYS, 24),
            "hour": np.tile(np.arange(24), 7),
            "n": grid.ravel().round(4),
        }
    )


def _wording(n: int, peak: Window | None, came: NDArray[np.int64]) -> str:
    """The sentence, with or without a busiest time."""
    if peak:
        over_all = "; on all days these hours hold {hours_percent} %" if peak.of else ""
        return f"Busiest time: {{peak}}, with {{peak_percent}} % of {{n}} crimes{over_all}."
    if n == 0:
        return "No crimes in this time."
    if n < FEWEST:
        return "{n} {n|crime|crimes}: too few to name a busiest time."
    if not came.all():
        return "{n} crimes, and {days_held} of 7 days of the week held whole: too few days to name a busiest time."
    return "No time of the week stands out."


def _caveats(values: dict[str, Value], peak: Window | None) -> tuple[str, ...]:
    """What a reader must know of the hours."""
    found = []
    if peak and peak.days != EVERY_DAY and peak.start + peak.hours > 24:
        found.append("Hours after midnight belong to the day before.")
    if values["known_hour"] != values["n"]:
        found.append(
            f"The hour is known for {values['known_hour']:,} of {several(int(values['n']), 'crime')}; the others are shared out."
        )
    if values["wide"]:
        found.append(
            f"{several(int(values['wide']), 'crime', 'has', 'have')} an interval over 24 hours, which says little of the hour."
        )
    if values["outside"]:
        found.append(
            f"Dated before the data begin or after they end, so not counted: {several(int(values['outside']), 'crime')}."
        )
    if values["left_out"]:
        found.append(
            f"Without a start, or ending before it, so not counted: {several(int(values['left_out']), 'crime')}."
        )
    return tuple(found)
