"""Is the process left alone? A control chart of weekly or monthly counts, with runs that chance seldom makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.errors import MethodError
from intelnb.stats.control_chart import ControlChart, u_chart, xmr_chart
from intelnb.stats.run_rules import NELSON, WESTERN_ELECTRIC, signals
from intelnb.tables import counting, history, options
from intelnb.tables.words import listed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intelnb.dates import Period

LEAST = 12
RULES = {"western electric": WESTERN_ELECTRIC, "nelson": NELSON}
# how many of 100 quiet weeks are outside or complete a run, busy series to sparse ones: docs/calibration.md
QUIET_IN_100 = {"western electric": (1, 10), "nelson": (2, 16)}
COLUMNS = ["period", "start", "n", "centre", "lower", "upper", "outside", "runs"]


def chart(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    breaks: pd.DataFrame | None = None,
    not_submitted: Mapping[str, str] | None = None,
    kind: Literal["single values", "counts"] = "single values",
    rules: Literal["western electric", "nelson"] = "western electric",
    history_weeks: int = 104,
) -> Result:
    """Chart a count against the level of the periods before it, and name runs within the limits.

    Assumes a level that is steady but for what is looked for: no season and no trend, which show as runs. `single
    values` takes spread from how much neighbouring periods differ; `counts` takes it from chance alone, months by
    their days, and is right only where crimes do not come in batches.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen.
    name
        Name of the Result.
    period
        The week or month asked about.
    as_at
        The moment the data are known to.
    breaks
        Known breaks that touch this series.
    not_submitted
        Areas within this one that did not submit, code and name.
    kind
        `single values` (XmR chart) or `counts` (c or u chart, limits exact).
    rules
        Which runs are looked for.
    history_weeks
        Longest history the level is learnt from; months to the same length.

    Returns
    -------
    Result
        Table `period, start, n, centre, lower, upper, outside` (`above`, `below` or blank)`, runs` (the rules met, in
        words). Values: n, centre, low, high, real (`above`, `below` or `no`), runs (met by the last period), learnt
        (periods the level is learnt from).

    Raises
    ------
    MethodError
        For rules or a kind that are not known.

    References
    ----------
    Wheeler, D. J. and Chambers, D. S. (1992). Understanding Statistical Process Control, 2nd edition.
    Nelson, L. S. (1984). The Shewhart control chart: tests for special causes. J. Quality Technology 16(4).

    Examples
    --------
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> days = [pd.Timestamp("2026-06-01") + pd.Timedelta(weeks=w) for w in range(24) for _ in range(9 + w % 3)]
    >>> crimes = pd.DataFrame({"middle": pd.to_datetime(days), "hours_wide": 0.0})
    >>> chart(crimes, name="c", period=parse("2026-W46"), as_at=datetime(2026, 11, 16)).sentence
    '11 this week, usually 7 to 13: inside, and no run stands out.'
    """
    options.whole(1, history_weeks=history_weeks)
    if rules not in RULES or kind not in ("single values", "counts"):
        raise MethodError(
            what=f"there are no rules '{rules}', or no chart of '{kind}'",
            now=f"Choose {' or '.join(RULES)}, and single values or counts.",
        )
    series = history.back_from(
        crimes,
        period,
        as_at=as_at,
        weeks=history_weeks,
        least=LEAST,
        breaks=breaks,
        not_submitted=(not_submitted or {}).values(),
    )
    if series.status:
        return not_assessed(name, why=series.why, status=series.status, sources=("crimes",))
    learn = series.counts.size - 1
    size = series.days / series.days[-1]
    try:
        found = (
            xmr_chart(series.counts / size, learn=learn)
            if kind == "single values"
            else u_chart(series.counts, size, learn=learn, limits="exact")
        )
    except MethodError as fault:
        return not_assessed(name, why=fault.what, sources=("crimes",))
    met = signals(found.z, rules=RULES[rules])
    table = _table(series, found, {rule: where for rule, where in met.items() if not rule.startswith("one ")})
    side, runs = str(table["outside"].iloc[-1]), str(table["runs"].iloc[-1])
    values: dict[str, Value] = {
        "n": series.n,
        "centre": round(found.centre, 1),
        "low": max(int(np.ceil(found.lower[-1])), 0),
        "high": int(np.floor(found.upper[-1])),
        "real": side or "no",
        "runs": runs,
        "learnt": series.held,
    }
    run = "a run stands out" if runs else "no run stands out"
    joined = "and" if not side and not runs else "but" if not side else "and"
    return Result(
        name=name,
        table=table,
        values=values,
        wording=f"{{n}} {counting.this(period, as_at)}, usually {{low}} to {{high}}: {side or 'inside'}, {joined} {run}.",
        settings={"kind": kind, "rules": rules, "learnt_from": series.held, "as_at": as_at.isoformat()},
        caveats=(
            "A season or a trend shows here as a run; the alarm model takes both into account.",
            "Limits and runs together speak in {} to {} of 100 quiet {}s, most where counts are small.".format(
                *QUIET_IN_100[rules], period.noun
            ),
            *(("Limits are those of chance alone.",) if kind == "counts" else ()),
            *series.told,
        ),
        sources=("crimes",),
    )


def _table(series: history.History, found: ControlChart, met: dict[str, np.ndarray]) -> pd.DataFrame:
    """The chart as a table; values and limits of months are those of a month as long as the last."""
    sides = np.where(found.value > found.upper, "above", np.where(found.value < found.lower, "below", ""))
    return pd.DataFrame(
        {
            "period": [one.label for one in series.periods],
            "start": [one.start for one in series.periods],
            "n": pd.array([None if np.isnan(n) else int(n) for n in series.counts], dtype="Int64"),
            "centre": round(found.centre, 2),
            "lower": np.maximum(found.lower, 0).round(2),
            "upper": found.upper.round(2),
            "outside": sides,
            "runs": [
                listed([rule for rule, where in met.items() if where[step]], most=8)
                for step in range(len(series.periods))
            ],
        },
        columns=COLUMNS,
    )
