"""When did the level change, for good? Change points of a series, seasons apart, never across a known break."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import short_day
from intelnb.stats.change_points import PRICE, SHORTEST, ChangePoints, change_points
from intelnb.stats.yearly_wave import yearly_wave
from intelnb.tables import history, options

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intelnb.dates import Period

LEAST = {"week": 26, "month": 12}
COLUMNS = ["since", "start", "earliest", "latest", "periods", "n", "level"]


def changed(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    breaks: pd.DataFrame | None = None,
    not_submitted: Mapping[str, str] | None = None,
    cost: Literal["poisson", "rank"] = "poisson",
    history_weeks: int = 156,
) -> Result:
    """Find when the level of a series changed for good, and between which weeks or months that may have been.

    Assumes levels that change at once and hold for four periods at least. The yearly wave is taken out where two
    years show it; below that a season can look like a change. Only the stretch since the last known break is looked
    at, so that a change of recording is never found as one of crime.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen.
    name
        Name of the Result.
    period
        The week or month asked about, the last looked at; one that is not over is left out.
    as_at
        The moment the data are known to.
    breaks
        Known breaks that touch this series, passing ones included.
    not_submitted
        Areas within this one that did not submit, code and name.
    cost
        `poisson`, or `rank` where single outliers should count less.
    history_weeks
        Longest history looked at; months to the same length.

    Returns
    -------
    Result
        Table `since, start, earliest, latest` (first days of the periods it may have begun in)`, periods, n, level`
        (crimes a period, seasons apart), one row a level. Values: changes, level, before (the level before the last
        change), since, earliest, latest, unevenness, periods.

    Raises
    ------
    MethodError
        When an option is out of range.

    References
    ----------
    Killick, R., Fearnhead, P. and Eckley, I. A. (2012). Optimal detection of changepoints with a linear computational
    cost. JASA 107(500).

    Examples
    --------
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> weeks = [pd.Timestamp("2026-03-02") + pd.Timedelta(weeks=w) for w in range(37) for _ in range(5 if w < 20 else 14)]
    >>> crimes = pd.DataFrame({"middle": pd.to_datetime(weeks), "hours_wide": 0.0})
    >>> changed(crimes, name="l", period=parse("2026-W46"), as_at=datetime(2026, 11, 16)).sentence
    'The level changed around 20 Jul, from about 5 to 14 a week.'
    """
    options.whole(1, history_weeks=history_weeks)
    options.stretch(period=period)
    series = history.back_from(
        crimes,
        period,
        as_at=as_at,
        weeks=history_weeks,
        least=LEAST.get(period.kind, 1),
        breaks=breaks,
        not_submitted=(not_submitted or {}).values(),
        is_level=True,
        is_whole=True,
    )
    if series.status:
        return not_assessed(name, why=series.why, status=series.status, sources=("crimes",))
    wave = yearly_wave(series.counts, season=series.season, exposure=series.days)
    # one unit of exposure is a period as long as the last, at an ordinary time of year
    exposure = wave * series.days / series.days[-1]
    found = change_points(series.counts, exposure=exposure, cost=cost)
    table = _table(series, found)
    values: dict[str, Value] = {
        "changes": len(found.at),
        "level": round(float(found.levels[-1]), 1),
        "unevenness": round(found.phi, 2),
        "periods": series.counts.size,
    }
    noun = period.noun
    if found.at:
        last = table.iloc[-1]
        values |= {"before": round(float(found.levels[-2]), 1)}
        values |= {key: _day(last[column], period) for key, column in (
            ("since", "start"), ("earliest", "earliest"), ("latest", "latest"))}  # fmt: skip
        wording = f"The level changed around {{since}}, from about {{before}} to {{level}} a {noun}"
        is_open = cost == "poisson" and values["earliest"] != values["latest"]
        wording += "; it may have been {earliest} to {latest}." if is_open else "."
    else:
        wording = (
            f"No change of level in {{periods}} {{periods|{noun}|{noun}s}}: about {{level}} a {noun}, seasons apart."
        )
    is_flat = bool(np.ptp(wave) == 0)
    return Result(
        name=name,
        table=table,
        values=values,
        wording=wording,
        settings={
            "cost": cost, "penalty": round(found.penalty, 2), "price": PRICE, "shortest_periods": SHORTEST,
            "season_taken_out": "no" if is_flat else "yes", "as_at": as_at.isoformat(),
        },
        caveats=(
            "Quiet series show a change in up to one case of twenty.",
            *(("The history is too short to know the time of year: a season can look like a change.",) if is_flat else ()),
            *series.on_top,
            *series.told,
        ),
        sources=("crimes",),
    )  # fmt: skip


def _day(day: pd.Timestamp, period: Period) -> str:
    """A day as the sentence says it: with its year where that is not this one."""
    told = short_day(day)
    return told if day.year == period.start.year else f"{told} {day.year}"


def _table(series: history.History, found: ChangePoints) -> pd.DataFrame:
    """One row a level, oldest first."""
    starts, edges = [one.start for one in series.periods], [0, *found.at, len(series.periods)]
    return pd.DataFrame(
        {
            "since": [series.periods[at].label for at in edges[:-1]],
            "start": [starts[at] for at in edges[:-1]],
            "earliest": [starts[at] for at in (0, *found.earliest)],
            "latest": [starts[at] for at in (0, *found.latest)],
            "periods": np.diff(edges),
            "n": [int(series.counts[a:b].sum()) for a, b in pairwise(edges)],
            "level": found.levels.round(2),
        },
        columns=COLUMNS,
    )
