"""Is it real? A count against the range its own history leads us to expect, with a stated false-alarm budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import short_day
from intelnb.stats.rarity import one_in
from intelnb.tables import counting, expectation, options, recording
from intelnb.tables.words import several

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from intelnb.dates import Period

LARGEST_ALPHA = 0.05
TRAIL = ["period", "start", "n", "by_now", "low", "high", "mean", "outside", "status"]
TOLD = {1: "more than chance explains", -1: "fewer than chance explains", 0: "inside the usual range"}
SHORT = "on short history"


@dataclass(frozen=True)
class Budget:
    """How many false alarms a week are accepted, and how they are shared out.

    Half of them go to the priorities over the whole area, half to the areas of every priority: an even share
    would spend nearly all on areas and leave the priorities blind.

    Parameters
    ----------
    false_alarms_per_week
        False alarms a unit accepts per look, over everything together: 0.25 is one in four weeks.
    priorities, areas
        How many priorities are looked at, and in how many areas each.

    Examples
    --------
    >>> budget = Budget(false_alarms_per_week=0.25, priorities=5, areas=24)
    >>> budget.alpha, round(budget.area_alpha, 5)
    (0.025, 0.00104)
    >>> budget.words()
    'about one false alarm in 4 weeks over 5 priorities and 24 areas of each'
    """

    false_alarms_per_week: float
    priorities: int
    areas: int

    @property
    def alpha(self) -> float:
        """The chance of a false alarm allowed to each priority, both sides together; never above 0.05."""
        return self._share(self.priorities)

    @property
    def area_alpha(self) -> float:
        """The chance of a false alarm allowed to each area of each priority; never above 0.05."""
        return self._share(self.priorities * self.areas)

    def _share(self, series: int) -> float:
        return min(self.false_alarms_per_week / 2 / max(series, 1), LARGEST_ALPHA)

    def words(self, noun: str = "week") -> str:
        """The budget as a reader hears it; for a monthly page the budget holds for each month."""
        rate = self.priorities * (self.alpha + self.areas * self.area_alpha)
        often = (
            f"{rate:,.1f} false alarms a {noun}"
            if rate > 1
            else f"one false alarm in {1 / max(rate, 1e-9):,.0f} {noun}s"
        )
        about = f"about {often.replace(f' 1 {noun}s', f' 1 {noun}')}"
        asked = "1 priority" if self.priorities == 1 else f"{self.priorities:,} priorities"
        return f"{about} over {asked} and {several(self.areas, 'area')} of each"


def expected(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    breaks: pd.DataFrame | None = None,
    not_submitted: Mapping[str, str] | None = None,
    alpha: float = 0.01,
    history: int = 156,
    shown: int = 53,
) -> Result:
    """Say whether this week's (or month's) count is more, or less, than chance explains.

    Assumes the series was recorded the same way throughout, but for the breaks given, with a steady trend
    and one yearly cycle. Every period is counted at the maturity of the last, so late recording makes no
    false fall. Under two years of history a steady level is assumed, the range is wide, and the sentence
    says so; under half a year nothing is assessed.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen.
    name
        Name of the result, unique on a page.
    period
        The week or month asked about.
    as_at
        The moment the data are known to.
    breaks
        Known breaks that touch this series; history before the last lasting one is not used.
    not_submitted
        Areas within this one that did not submit, code and name: the count is then said to be too low.
    alpha
        Chance of a false alarm accepted, both sides together (see `Budget`).
    history
        Weeks of history to learn from at most; months are counted to the same length.
    shown
        Weeks in the table; months to the same length.

    Returns
    -------
    Result
        `table`: period, start, n (as known equally long after its end), by_now (with what was recorded
        since), low, high, mean, outside (`above`, `below` or blank), status; each row judged from what came
        before it. `values`: n, low, high, mean, real (`yes, above`, `yes, below`,
        `no`), one_in, periods_outside (in a row, to now), alpha, method, history (periods learnt from) and, where
        they are too few to show the time of year, short (periods held).

    Raises
    ------
    MethodError
        When an option is out of range.

    References
    ----------
    Farrington, C. P. et al. (1996). A statistical algorithm for the early detection of outbreaks. JRSS A 159(3).
    Noufaily, A. et al. (2013). An improved algorithm for outbreak detection. Statistics in Medicine 32(7).

    Examples
    --------
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> days = pd.date_range("2026-01-05", "2026-11-15 12:00", freq="12h")
    >>> crimes = pd.DataFrame({"middle": days, "hours_wide": 0.0})
    >>> expected(crimes, name="alarm", period=parse("2026-W46"), as_at=datetime(2026, 11, 16)).sentence
    '14 this week, 4 to 28 expected on short history: inside the usual range.'
    """
    options.whole(1, history=history, shown=shown)
    options.share(alpha=alpha)
    status, why = counting.unanswerable(crimes, period, as_at=as_at)
    if not why and period.kind not in ("week", "month"):
        status, why = "not assessed", "an expected range needs a week or a month"
    if why:
        return not_assessed(name, why=why, status=status, sources=("crimes",))
    most = counting.as_long_as(history, period)
    periods = counting.history_until(crimes, period, most=most + 1)
    counts = counting.per_period(crimes, periods, as_at=as_at)
    same = recording.comparable(crimes, periods, breaks=breaks)
    trailing = min(counting.as_long_as(shown, period), len(periods))
    band = expectation.band(counts.n, periods=periods, segments=same.segment[None], alpha=alpha, trailing=trailing)
    values: dict[str, Value] = {"n": int(counts.n[0, -1])}
    held, is_assessed = int(same.usable[:-1].sum()), bool(band.method[0, -1])
    caveats = counting.caveats(counts, as_at=as_at, not_submitted=(not_submitted or {}).values())
    if is_assessed:
        values |= _values(band, noun=period.noun) | {"alpha": alpha}
        caveats += _history_caveats(same, held, period, most=most)
        short = f" {SHORT}" if expectation.is_short(held, period) else ""
        values |= {"short": held} if short else {}
        told = TOLD[int(band.outside[0, -1])]
        wording = f"{{n}} {counting.this(period, as_at)}, {{low}} to {{high}} expected{short}: {told}."
    else:
        needed = expectation.fewest_periods(period)
        status, why = recording.why_none(same, held=held, needed=needed, noun=period.noun)
        values |= {"changed": short_day(same.changed)} if same.changed and status == "break in recording" else {}
        wording = f"Not assessed: {why}."
    return Result(
        name=name,
        table=_trail(counts, band, same.segment),
        values=values,
        wording=wording,
        settings={"alpha": alpha, "history_periods": len(periods) - 1, "as_at": as_at.isoformat()},
        caveats=caveats,
        sources=("crimes",),
        status="assessed" if is_assessed else status,
    )


def _values(band: expectation.Band, *, noun: str) -> dict[str, Value]:
    """The numbers of the last period."""
    side = int(band.outside[0, -1])
    run = np.flatnonzero(band.outside[0, ::-1] != side)
    in_a_row = int(run[0]) if run.size else band.outside.shape[1]
    return {
        "low": int(band.low[0, -1]),
        "high": int(band.high[0, -1]),
        "mean": round(float(band.mean[0, -1]), 1),
        "real": f"yes, {expectation.SIDES[side]}" if side else "no",
        "one_in": one_in(float(band.p[0, -1]), noun=noun),
        "periods_outside": in_a_row if side else 0,
        "method": str(band.method[0, -1]),
        "history": int(band.baseline[0, -1]),
    }


def _trail(counts: counting.Counts, band: expectation.Band, segment: NDArray[np.int64]) -> pd.DataFrame:
    """The last periods, each with the range that what came before it led to expect."""
    trailing = band.low.shape[1]
    method, broken = band.method[0], segment[-trailing:]
    status = np.where(
        method != "", "assessed", np.where((broken < 0) | (broken > 0), "break in recording", "not assessed")
    )
    sent = counts.submitted[-trailing:]
    status = np.where(sent, status, "not submitted")
    return pd.DataFrame(
        {
            "period": [p.label for p in counts.periods[-trailing:]],
            "start": [p.start for p in counts.periods[-trailing:]],
            "n": expectation.whole(np.where(sent, counts.n[0, -trailing:], -1)),
            "by_now": expectation.whole(np.where(sent, counts.by_now[0, -trailing:], -1)),
            "low": expectation.whole(band.low[0]),
            "high": expectation.whole(band.high[0]),
            "mean": pd.array(band.mean[0].round(2), dtype="Float64"),
            "outside": [expectation.SIDES[int(side)] for side in band.outside[0]],
            "status": status,
        },
        columns=TRAIL,
    )


def _history_caveats(same: recording.Comparable, held: int, period: Period, *, most: int) -> tuple[str, ...]:
    """What a reader must know of the history learnt from."""
    found = []
    if held < most:
        wide = ": the time of year is not known yet, so it is wide" if expectation.is_short(held, period) else ""
        found.append(f"The expected range rests on {held} {period.noun}s of comparable history, not {most}{wide}.")
    if same.changed:
        found.append(recording.left_out(same, period.noun))
    return tuple(found)
