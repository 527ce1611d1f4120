"""What may the next weeks bring, if nothing new happens? A range for each, and how past ranges did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.errors import MethodError
from intelnb.stats.forecast import SHORTEST_PERIODS, SHORTEST_YEARS, Forecast, count_model, smoothing
from intelnb.tables import counting, history, options

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from intelnb.dates import Period

LONGEST = 13
SHARES = (0.8, 0.95)
TRIED = 13  # most starting points in the past from which it is tried
COLUMNS = ["period", "start", "mean", "low", "high", "low_95", "high_95"]


def ahead(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    horizon: int = 4,
    method: Literal["count model", "smoothing"] = "count model",
    breaks: pd.DataFrame | None = None,
    not_submitted: Mapping[str, str] | None = None,
    history_weeks: int = 208,
) -> Result:
    """Give a range for each of the next weeks or months, and say how often ranges made in the past held.

    Assumes that level, trend and yearly wave go on as they did: it does not know what is planned, and it is no
    warning. The count model takes gaps; smoothing follows a level that wanders and takes none.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen.
    name
        Name of the Result.
    period
        The last week or month that is over.
    as_at
        The moment the data are known to. What is foretold is counted as young as the last period is.
    horizon
        Periods ahead, 1 to 13.
    method
        `count model` or `smoothing`.
    breaks
        Known breaks that touch this series: nothing before the last lasting one is learnt from.
    not_submitted
        Areas within this one that did not submit, code and name.
    history_weeks
        Longest history learnt from; months to the same length.

    Returns
    -------
    Result
        Table `period, start, mean, low, high` (8 cases of 10)`, low_95, high_95` (19 of 20), one row a period ahead.
        Values: low, high (of the next period), last_low, last_high (of the last one), held and tried (past periods
        inside their range of 8 in 10, of those tried), method. Not assessed under half a year.

    Raises
    ------
    MethodError
        For a horizon under 1 or over 13, or a method that is not known.

    References
    ----------
    McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, 2nd edition, chapter 6.
    Hyndman, R. J. et al. (2008). Forecasting with Exponential Smoothing: the State Space Approach.

    Examples
    --------
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> days = [pd.Timestamp("2025-01-06") + pd.Timedelta(weeks=w) for w in range(97) for _ in range(9 + w % 5)]
    >>> crimes = pd.DataFrame({"middle": pd.to_datetime(days), "hours_wide": 0.0})
    >>> ahead(crimes, name="f", period=parse("2026-W46"), as_at=datetime(2026, 11, 16)).sentence
    'If nothing new happens: 7 to 15 crimes next week in 8 cases of 10; past ranges held 52 of 52.'
    """
    options.whole(1, horizon=horizon, history_weeks=history_weeks)
    options.stretch(period=period)
    options.moment(as_at=as_at)
    if not 1 <= horizon <= LONGEST or method not in ("count model", "smoothing"):
        raise MethodError(
            what=f"a horizon of {horizon}, or the method '{method}', is not there",
            now=f"Look 1 to {LONGEST} periods ahead, by count model or smoothing.",
        )
    if as_at >= pd.Timestamp(period.start) and not counting.is_over(period, as_at):
        return not_assessed(name, why=f"this {period.noun} is not over", sources=("crimes",))
    per_year = history.WEEKS if period.kind == "week" else history.MONTHS
    least = max(SHORTEST_PERIODS, int(SHORTEST_YEARS * per_year))
    series = history.back_from(
        crimes,
        period,
        as_at=as_at,
        weeks=history_weeks,
        least=least,
        breaks=breaks,
        not_submitted=(not_submitted or {}).values(),
        is_whole=method == "smoothing",
    )
    if series.status:
        return not_assessed(name, why=series.why, status=series.status, sources=("crimes",))
    coming = [period.back(-step) for step in range(1, horizon + 1)]
    days = np.append(series.days, [one.days for one in coming])
    try:
        found = _foretold(series.counts, days, horizon=horizon, season=series.season, method=method)
    except MethodError as fault:
        return not_assessed(name, why=fault.what, sources=("crimes",))
    held, tried = _past(series, horizon, least, method)
    values: dict[str, Value] = {
        "low": int(found.low[0, 0]), "high": int(found.high[0, 0]), "last_low": int(found.low[0, -1]),
        "last_high": int(found.high[0, -1]), "held": held, "tried": tried, "method": found.method,
    }  # fmt: skip
    wording = f"If nothing new happens: {{low}} to {{high}} {{high|crime|crimes}} next {period.noun} in 8 cases of 10"
    return Result(
        name=name,
        table=_table(coming, found),
        values=values,
        wording=f"{wording}; past ranges held {{held}} of {{tried}}." if tried else f"{wording}.",
        settings={
            "method": method, "model": found.method, "learnt_from": found.learnt_from, "horizon": horizon,
            "unevenness": round(found.phi, 2), "history_periods": series.held, "as_at": as_at.isoformat(),
        },
        caveats=(
            "It goes on as before: it knows nothing of operations, offenders released, or events to come.",
            *series.on_top,
            *(("The history is too short to try past ranges on.",) if not tried else ()),
            *series.told,
        ),
        sources=("crimes",),
    )  # fmt: skip


def _foretold(
    counts: NDArray[np.float64], days: NDArray[np.float64], *, horizon: int, season: float, method: str
) -> Forecast:
    """The ranges of one method; smoothing takes months as they are, whatever their days."""
    if method == "smoothing":
        return smoothing(counts, horizon=horizon, season=season, shares=SHARES)
    return count_model(counts, horizon=horizon, season=season, exposure=days, shares=SHARES)


def _past(series: history.History, horizon: int, least: int, method: str) -> tuple[int, int]:
    """How many periods lay inside ranges made for them from what came before, and how many were tried."""
    size = series.counts.size
    held = tried = 0
    for start in list(range(size - horizon, least, -horizon))[:TRIED]:
        seen = series.counts[start : start + horizon]
        try:
            found = _foretold(
                series.counts[:start],
                series.days[: start + horizon],
                horizon=horizon,
                season=series.season,
                method=method,
            )
        except MethodError:
            continue  # too little lies before this one
        known = ~np.isnan(seen)
        tried += int(known.sum())
        held += int(((seen >= found.low[0]) & (seen <= found.high[0]))[known].sum())
    return held, tried


def _table(coming: list[Period], found: Forecast) -> pd.DataFrame:
    """The periods ahead."""
    return pd.DataFrame(
        {
            "period": [one.label for one in coming],
            "start": [one.start for one in coming],
            "mean": found.mean.round(1),
            "low": found.low[0],
            "high": found.high[0],
            "low_95": found.low[1],
            "high_95": found.high[1],
        },
        columns=COLUMNS,
    )
