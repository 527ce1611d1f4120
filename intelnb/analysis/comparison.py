"""Is this period like the ones just before it? A comparison in words, never an alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.stats.poisson import e_test
from intelnb.tables import counting, expectation, options, recording
from intelnb.tables.words import ALIKE_WITHIN, beside, several

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from intelnb.dates import Period

REAL_BELOW = 0.05  # two-sided chance below which two counts are called different
PERCENT_FROM = 20  # no percentage on smaller counts
HISTORY_WEEKS = 156  # how far back is looked for how uneven a series is
LEAST_PERIODS = 13  # comparable earlier periods that show it
ALONE = "Too few earlier {noun}s show how uneven these crimes are: chance is taken as if each came by itself."


def with_usual(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    back: int = 4,
    breaks: pd.DataFrame | None = None,
) -> Result:
    """Say whether this period had more, fewer or about as many crimes as the few before it.

    It words a comparison and raises no alarm. From 13 comparable earlier periods on, of up to three years, how uneven
    the series is is learnt from them and allowed for. With fewer, crimes are taken to come independently of each other,
    and batches and series make chance look smaller than it is. Every period is counted at the same maturity.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen.
    name
        Name of the result, unique on a page.
    period
        The week, month or range asked about.
    as_at
        The moment the data are known to.
    back
        How many earlier periods make up what is usual, 1 or more.
    breaks
        Known breaks that touch this series.

    Returns
    -------
    Result
        `table`: period, start, n. `values`: n, usual (mean of the earlier periods, scaled to this one's
        days), back, unevenness (variance over mean; 0 where not known), words (`more than`, `fewer than`; within chance `about the same as` up to a tenth apart, else
        `no clear change from`), change (`up 35 %`; blank for counts under 20 and for what chance explains).

    Raises
    ------
    MethodError
        When an option is out of range.

    References
    ----------
    Krishnamoorthy, K. and Thomson, J. (2004). A more powerful test for comparing two Poisson means.
    Journal of Statistical Planning and Inference 119(1), where unevenness is not known.
    Noufaily, A. et al. (2013). An improved algorithm for outbreak detection. Statistics in Medicine 32(7), where it is.

    Examples
    --------
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> days = pd.to_datetime(["2026-10-26"] * 9 + ["2026-11-02"] * 8 + ["2026-11-09"] * 9)
    >>> crimes = pd.DataFrame({"middle": days, "hours_wide": 0.0})
    >>> with_usual(crimes, name="usual", period=parse("2026-W46"), as_at=datetime(2026, 11, 16), back=2).sentence
    '9 this week, about the same as the usual 8.5.'
    """
    options.whole(1, back=back)
    status, why = counting.unanswerable(crimes, period, as_at=as_at)
    if why:
        return not_assessed(name, why=why, status=status, sources=("crimes",))
    periods = counting.history_until(crimes, period, most=back + 1)
    same = recording.comparable(crimes, periods, breaks=breaks)
    if same.changed and (same.is_last_broken or not same.usable[:-1].any()):
        why = same.told
        return not_assessed(name, why=why, status="break in recording", sources=("crimes",))
    if len(periods) < 2:
        return not_assessed(name, why=f"these data hold no earlier {period.noun}", sources=("crimes",))
    used = int(same.usable[:-1].sum())
    if not used:
        status, why = recording.why_none(same, held=0, needed=1, noun=period.noun)
        return not_assessed(name, why=why, status=status, sources=("crimes",))
    counts = counting.per_period(crimes, periods, as_at=as_at)
    known = _history(crimes, period, as_at=as_at, breaks=breaks)
    values = _compare(counts, same.usable, *known) | {"back": used}
    caveats = counting.caveats(counts, as_at=as_at)
    if len(known[0]) < LEAST_PERIODS:
        caveats += (ALONE.format(noun=period.noun),)
    if used < back:
        caveats += (f"Only {several(used, f'comparable earlier {period.noun}')} instead of {back}.",)
    return Result(
        name=name,
        table=_table(counts),
        values=values,
        wording=f"{{n}} {counting.this(period, as_at)}, {{words}} the usual {{usual}}.",
        settings={
            "back": back,
            "real_below": REAL_BELOW,
            "percent_from": PERCENT_FROM,
            "alike_within": ALIKE_WITHIN,
            "history_periods": len(known[0]),
            "as_at": as_at.isoformat(),
        },
        caveats=caveats,
        sources=("crimes",),
    )


def _history(
    crimes: pd.DataFrame, period: Period, *, as_at: datetime, breaks: pd.DataFrame | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts and days of the many earlier periods that compare with this one."""
    most = counting.as_long_as(HISTORY_WEEKS, period)
    periods = counting.history_until(crimes, period, most=most + 1)
    usable = recording.comparable(crimes, periods, breaks=breaks).usable[:-1]
    n = counting.per_period(crimes, periods, as_at=as_at).n[0, :-1].astype(np.float64)
    return n[usable], np.array([p.days for p in periods[:-1]], dtype=np.float64)[usable]


def _compare(
    counts: counting.Counts, usable: NDArray[np.bool_], past: NDArray[np.float64], past_days: NDArray[np.float64]
) -> dict[str, Value]:
    """Compare this period with the usable ones before it, each over its own days."""
    days = np.array([p.days for p in counts.periods], dtype=float)
    n, before = int(counts.n[0, -1]), int(counts.n[0, :-1][usable[:-1]].sum())
    exposure = float(days[:-1][usable[:-1]].sum())
    usual = before * days[-1] / exposure
    uneven = 0.0
    if past.size < LEAST_PERIODS:
        p = e_test(n, before, float(days[-1]), exposure).p
    else:
        found = expectation.against_few(
            n, before, days=float(days[-1]), before_days=exposure, history=past, history_days=past_days
        )
        p, uneven = found.p, round(found.unevenness, 2)
    is_real = p < REAL_BELOW
    words = beside(n, usual, is_real=is_real)
    change = ""
    if is_real and min(n, usual) >= PERCENT_FROM:
        change = f"{'up' if n > usual else 'down'} {abs(n / usual - 1) * 100:.0f} %"
    return {"n": n, "usual": round(usual, 1), "words": words, "change": change, "unevenness": uneven}


def _table(counts: counting.Counts) -> pd.DataFrame:
    """The counts behind the comparison."""
    n = pd.array(
        [int(n) if sent else None for n, sent in zip(counts.n[0], counts.submitted, strict=True)], dtype="Int64"
    )
    return pd.DataFrame(
        {
            "period": [p.label for p in counts.periods],
            "start": [p.start for p in counts.periods],
            "n": n,
        }
    )
