"""One series as far back as it can be compared: counted like with like, stopped at known breaks, its gaps marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from intelnb.tables import counting, options, recording, selection

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    import pandas as pd
    from numpy.typing import NDArray

    from intelnb.dates import Period

WEEKS, MONTHS = 52.1775, 12.0  # periods in a year
ASKED = {"week": "a week", "month": "a month", "range": "a range of days"}


@dataclass(frozen=True, eq=False)
class History:
    """The periods up to the one asked about that were recorded as it was, oldest first.

    `counts` has NaN for periods a passing disturbance touched; `held` counts the earlier ones without. Where
    `status` is not blank there is no answer, and `why` is the reason. `told` is for every reader, `on_top` for those who
    are told a level: that later records come on top of it.
    """

    periods: tuple[Period, ...]
    counts: NDArray[np.float64]
    held: int
    status: str
    why: str
    told: tuple[str, ...]
    on_top: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """The count asked about."""
        return int(self.counts[-1])

    @property
    def noun(self) -> str:
        """What a reader calls one of the periods."""
        return self.periods[-1].noun

    @property
    def season(self) -> float:
        """How many such periods a year has."""
        return WEEKS if self.periods[-1].kind == "week" else MONTHS

    @property
    def days(self) -> NDArray[np.float64]:
        """Length of each period in days."""
        return np.array([one.days for one in self.periods], dtype=np.float64)


def back_from(
    crimes: pd.DataFrame,
    period: Period,
    *,
    as_at: datetime,
    weeks: int,
    least: int,
    kinds: Sequence[str] = ("week", "month"),
    breaks: pd.DataFrame | None = None,
    not_submitted: Collection[str] = (),
    is_whole: bool = False,
    is_level: bool = False,
) -> History:
    """Count the period asked about and those before it, as far back as they compare with it.

    Every period is counted at the maturity of the last. A lasting change of recording ends the history; a
    disturbance that passed leaves gaps, which are never zeros.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen.
    period
        The period asked about.
    as_at
        The moment the data are known to.
    weeks
        How long the history is at most; months are counted to the same length.
    least
        Fewest earlier periods the method takes.
    kinds
        Kinds of period the method can answer for.
    breaks
        Known breaks that touch the series.
    not_submitted
        Names of areas that did not submit.
    is_whole
        Whether the method takes no gaps: the history then also ends at the last disturbance.
    is_level
        Whether the method tells a level: a period that is not over is then left out, and the one before it is the last.

    Returns
    -------
    History
        The counts, or why there are none.

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> days = pd.date_range("2026-10-05", "2026-11-15 12:00", freq="D")
    >>> crimes = pd.DataFrame({"middle": days, "hours_wide": 0.0})
    >>> found = back_from(crimes, parse("2026-W46"), as_at=datetime(2026, 11, 16), weeks=4, least=3)
    >>> found.counts.tolist(), found.held
    ([7.0, 7.0, 7.0, 7.0, 7.0], 4)
    """
    options.moment(as_at=as_at)
    is_left_out = is_level and period.start <= as_at.date() and not counting.is_over(period, as_at)
    if is_left_out:
        period = period.back(1)
    status, why = counting.unanswerable(crimes, period, as_at=as_at)
    if not why and period.kind not in kinds:
        status, why = "not assessed", f"this needs {' or '.join(ASKED[kind] for kind in kinds)}"
    if why:
        return History((period,), np.full(1, np.nan), 0, status, why, ())
    most = counting.as_long_as(weeks, period)
    every = counting.history_until(crimes, period, most=most + 1)
    counts = counting.per_period(crimes, every, as_at=as_at)
    same = recording.comparable(crimes, every, breaks=breaks)
    usable = same.usable.copy()
    if is_whole and not usable.all():
        usable[: int(np.flatnonzero(~usable)[-1]) + 1] = False
    held = int(usable[:-1].sum())
    left = f"The {period.noun} asked about is not over and is left out: the last one looked at is {period.label}."
    called = period.label if is_left_out else ""
    said = counting.caveats(counts, as_at=as_at, not_submitted=not_submitted, called=called)
    told = (*((left,) if is_left_out else ()), *said)
    if same.changed:
        told += (recording.left_out(same, period.noun),)
    if usable[-1] and held >= least:
        if held < most:
            told += (f"Only {held} of {most} earlier {period.noun}s can be compared.",)
    else:
        status, why = recording.why_none(same, held=held, needed=least, noun=period.noun)
    first = int(np.flatnonzero(usable)[0]) if usable.any() else len(every) - 1
    shown = np.where(usable, counts.n[0].astype(np.float64), np.nan)[first:]
    return History(tuple(every[first:]), shown, held, status, why, told, counting.on_top(counts, as_at=as_at))


def is_to_the_day(crimes: pd.DataFrame) -> bool:
    """Whether most crimes are known to the day."""
    return selection.resolution(crimes) in ("hour", "day")
