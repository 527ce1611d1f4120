"""Is it creeping up? Small rises of many weeks, added up against what the time before led to expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.stats.cusum import Drift, H, K, cusum
from intelnb.stats.forecast import Forecast, count_model
from intelnb.tables import history, options

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intelnb.dates import Period

LEARN = {"week": 52, "month": 12}  # fewest earlier periods learnt from
WATCH = {"week": 26, "month": 6}
COLUMNS = ["period", "start", "n", "expected", "total", "outside"]


def rising(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    breaks: pd.DataFrame | None = None,
    not_submitted: Mapping[str, str] | None = None,
    k: float = K,
    h: float = H,
    history_weeks: int = 156,
) -> Result:
    """Say whether counts of the last half year have run above what the time before it led to expect.

    Assumes a series recorded the same way throughout, but for the breaks given; level, trend and yearly wave are
    learnt from what came before the half year watched, and go on. Unevenness beyond chance is allowed for. It finds
    small rises that last and that no single week shows.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen.
    name
        Name of the Result.
    period
        The week or month asked about, the last of those watched; one that is not over is left out.
    as_at
        The moment the data are known to.
    breaks
        Known breaks that touch this series.
    not_submitted
        Areas within this one that did not submit, code and name.
    k, h
        What is taken off each period, and the sum that is an alarm, in standard deviations. As given, about one quiet
        series in a hundred is said to rise.
    history_weeks
        Longest history learnt from, the periods watched not counted.

    Returns
    -------
    Result
        Table `period, start, n, expected, total` (what has added up, in standard deviations)`, outside` (`above` or
        blank), one row a period watched. Values: n (over the periods of the rise, or all watched), expected (over
        the same), since, periods, watched, total, real (`yes` or `no`).

    Raises
    ------
    MethodError
        When an option is out of range.

    References
    ----------
    Rossi, G., Lampugnani, L. and Marchi, M. (1999). An approximate CUSUM procedure for surveillance of health
    events. Statistics in Medicine 18(16).

    Examples
    --------
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> days = pd.date_range("2024-01-01", "2026-11-15 12:00", freq="12h")
    >>> crimes = pd.DataFrame({"middle": days, "hours_wide": 0.0})
    >>> rising(crimes, name="d", period=parse("2026-W46"), as_at=datetime(2026, 11, 16)).sentence
    'No lasting rise in 26 weeks: 364 crimes, 364 expected.'
    """
    options.number(0, k=k)
    options.above_zero(h=h)
    options.whole(1, history_weeks=history_weeks)
    options.stretch(period=period)
    watched = WATCH.get(period.kind, 1)
    series = history.back_from(
        crimes,
        period,
        as_at=as_at,
        weeks=history_weeks + 26,
        least=LEARN.get(period.kind, 1) + watched - 1,
        breaks=breaks,
        not_submitted=(not_submitted or {}).values(),
        is_level=True,
    )
    if series.status:
        return not_assessed(name, why=series.why, status=series.status, sources=("crimes",))
    learnt = count_model(series.counts[:-watched], horizon=watched, season=series.season, exposure=series.days)
    seen = series.counts[-watched:]
    found = cusum(seen, learnt.mean, k=k, h=h, dispersion=learnt.phi)
    table = _table(series, learnt, found)
    is_alarm = bool(found.alarm[-1])
    begun = int(np.flatnonzero(found.total == 0)[-1] + 1) if is_alarm and (found.total == 0).any() else 0
    values: dict[str, Value] = {
        "n": int(np.nansum(seen[begun:])),
        "expected": round(float(learnt.mean[begun:][~np.isnan(seen[begun:])].sum())),
        "since": series.periods[-watched:][begun].label,
        "periods": watched - begun,
        "watched": watched,
        "total": round(float(found.total[-1]), 2),
        "real": "yes" if is_alarm else "no",
    }
    noun = period.noun
    return Result(
        name=name,
        table=table,
        values=values,
        wording=f"Counts have run above expectation for {{periods}} {{periods|{noun}|{noun}s}}: {{n}} {{n|crime|crimes}}, {{expected}} expected."
        if is_alarm
        else f"No lasting rise in {{watched}} {{watched|{noun}|{noun}s}}: {{n}} {{n|crime|crimes}}, {{expected}} expected.",
        settings={
            "k": k, "h": h, "transform": "rossi", "dispersion": round(learnt.phi, 2), "model": learnt.method,
            "learnt_from": learnt.learnt_from, "as_at": as_at.isoformat(),
        },
        caveats=(
            "It says that a rise has lasted, not that it is large; the first period of the rise is a guess.",
            "About one quiet series in a hundred is said to rise, of sparse and uneven ones up to five.",
            *series.on_top,
            *series.told,
        ),
        sources=("crimes",),
    )  # fmt: skip


def _table(series: history.History, learnt: Forecast, found: Drift) -> pd.DataFrame:
    """The periods watched."""
    watched = series.periods[-learnt.mean.size :]
    return pd.DataFrame(
        {
            "period": [one.label for one in watched],
            "start": [one.start for one in watched],
            "n": pd.array([None if np.isnan(n) else int(n) for n in series.counts[-len(watched) :]], dtype="Int64"),
            "expected": learnt.mean.round(2),
            "total": found.total.round(2),
            "outside": np.where(found.alarm, "above", ""),
        },
        columns=COLUMNS,
    )
