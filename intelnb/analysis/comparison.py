"""Is this period like the ones just before it? A comparison in words, never an alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.stats.poisson import e_test
from intelnb.tables import counting, options, recording
from intelnb.tables.words import ALIKE_WITHIN, beside, several

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from intelnb.dates import Period

REAL_BELOW = 0.05  # two-sided chance below which two counts are called different
PERCENT_FROM = 20  # no percentage on smaller counts


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

    Assumes crimes happen independently of each other; batches and series make chance look smaller than it
    is, so this words a comparison and raises no alarm. Every period is counted at the same maturity.

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
        days), back, words (`more than`, `fewer than`; within chance `about the same as` up to a tenth apart, else
        `no clear change from`), change (`up 35 %`; blank for counts under 20 and for what chance explains).

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
    values = _compare(counts, same.usable) | {"back": used}
    caveats = counting.caveats(counts, as_at=as_at)
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
            "as_at": as_at.isoformat(),
        },
        caveats=caveats,
        sources=("crimes",),
    )


def _compare(counts: counting.Counts, usable: NDArray[np.bool_]) -> dict[str, Value]:
    """Compare this period with the usable ones before it, each over its own days."""
    days = np.array([p.days for p in counts.periods], dtype=float)
    n, before = int(counts.n[0, -1]), int(counts.n[0, :-1][usable[:-1]].sum())
    exposure = float(days[:-1][usable[:-1]].sum())
    usual = before * days[-1] / exposure
    is_real = e_test(n, before, float(days[-1]), exposure).p < REAL_BELOW
    words = beside(n, usual, is_real=is_real)
    change = ""
    if is_real and min(n, usual) >= PERCENT_FROM:
        change = f"{'up' if n > usual else 'down'} {abs(n / usual - 1) * 100:.0f} %"
    return {"n": n, "usual": round(usual, 1), "words": words, "change": change}


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
