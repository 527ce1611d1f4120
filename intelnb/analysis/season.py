"""Seasons apart, is it rising? A series taken apart into its level, its time of year, and the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.stats.mann_kendall import mann_kendall
from intelnb.stats.seasonal_parts import MONTHS, WEEKS, SeasonalParts, seasonal_parts
from intelnb.stats.yearly_wave import yearly_wave
from intelnb.tables import history, options

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intelnb.dates import Period

BLOCK_WEEKS = 4  # weeks are added up in fours before they are ranked: neighbours lean on each other
TREND_BELOW = 0.05
# straight lines laid through counts do not know that none is the least there can be
BELOW_NONE = "smoothing takes the level below none, as after a sudden fall or with few crimes; levels.changed counts crimes and can answer"
DIPS = "Where crimes were fewest the smoothed level lies below none; read it as none there."
COLUMNS = ["period", "start", "n", "level", "seasonal", "rest"]


def parts(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    breaks: pd.DataFrame | None = None,
    not_submitted: Mapping[str, str] | None = None,
    robust: bool = True,
    history_weeks: int = 261,
) -> Result:
    """Take a series apart into its level, what its time of year adds, and the rest, and say where the level goes.

    Assumes a season that comes back each year and changes slowly. Months are compared at one length. The level is
    called rising or falling where the last year's values, a plain yearly wave apart, rise or fall throughout more than
    chance would make them; what this time of year adds is read off that wave too, because the seasonal part of the
    table follows every year's chance.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen.
    name
        Name of the Result.
    period
        The week or month asked about; one that is not over is left out.
    as_at
        The moment the data are known to.
    breaks
        Known breaks that touch this series: what lies before the last, passing ones included, is not used, because
        the method takes no gaps.
    not_submitted
        Areas within this one that did not submit, code and name.
    robust
        Whether single outliers count less.
    history_weeks
        Longest history used; months to the same length.

    Returns
    -------
    Result
        Table `period, start, n, level, seasonal, rest`; months at the length of the last. Values: n, level, year_ago,
        seasonal (what this time of year adds), direction (`rising`, `falling` or `steady`). Not assessed under two
        whole years, or where smoothing takes the level now or a year ago below none: `levels.changed` answers there.

    Raises
    ------
    MethodError
        When an option is out of range.

    References
    ----------
    Cleveland, R. B. et al. (1990). STL: a seasonal-trend decomposition procedure based on loess.
    J. Official Statistics 6(1).
    Mann, H. B. (1945). Nonparametric tests against trend. Econometrica 13(3).

    Examples
    --------
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> days = pd.date_range("2023-01-02", "2026-11-15 12:00", freq="12h")
    >>> crimes = pd.DataFrame({"middle": days, "hours_wide": 0.0})
    >>> parts(crimes, name="p", period=parse("2026-W46"), as_at=datetime(2026, 11, 16)).sentence
    'Seasons apart, the level is steady: about 14 a week now, 14 a year ago; this time of year usually changes little.'
    """
    options.whole(1, history_weeks=history_weeks)
    options.stretch(period=period)
    a_year = WEEKS if period.kind == "week" else MONTHS
    series = history.back_from(
        crimes,
        period,
        as_at=as_at,
        weeks=history_weeks,
        least=2 * a_year,
        breaks=breaks,
        not_submitted=(not_submitted or {}).values(),
        is_level=True,
        is_whole=True,
    )
    if series.status:
        return not_assessed(name, why=series.why, status=series.status, sources=("crimes",))
    level = series.counts * series.days[-1] / series.days
    found = seasonal_parts(level, period=a_year, robust=robust)
    # the parts follow each year's own chance so closely that ranking them would find a trend nearly always
    wave = yearly_wave(series.counts, season=series.season, exposure=series.days)
    direction = _direction(level / wave, a_year)
    now, year_ago = (round(float(found.trend[at]), 1) + 0.0 for at in (-1, -1 - a_year))
    if min(now, year_ago) < 0:
        return not_assessed(name, why=BELOW_NONE, sources=("crimes",))
    seasonal = round(float(found.trend[-1] * (wave[-1] - 1)))
    values: dict[str, Value] = {
        "n": series.n,
        "level": now,
        "year_ago": year_ago,
        "seasonal": abs(seasonal),
        "direction": direction,
    }
    noun = period.noun
    adds = f"{'takes off' if seasonal < 0 else 'adds'} {{seasonal}}" if seasonal else "changes little"
    return Result(
        name=name,
        table=_table(series, found),
        values=values,
        wording=f"Seasons apart, the level is {{direction}}: about {{level}} a {noun} now, {{year_ago}} a year ago; "
        f"this time of year usually {adds}.",
        settings={
            "periods_in_a_year": a_year, "seasonal": 7, "robust": "yes" if robust else "no",
            "trend_below": TREND_BELOW, "history_periods": series.held, "as_at": as_at.isoformat(),
        },
        caveats=(
            "The newest level is the least certain: the next weeks can still move it.",
            *(("A year is taken as 52 weeks: over six years the season slips by one.",) if noun == "week" else ()),
            *((DIPS,) if (found.trend < 0).any() else ()),
            *series.on_top,
            *series.told,
        ),
        sources=("crimes",),
    )  # fmt: skip


def _direction(values: np.ndarray, a_year: int) -> str:
    """Whether the last year's values, seasons apart, rise or fall throughout."""
    last = values[-a_year:]
    if a_year == WEEKS:
        last = last.reshape(-1, BLOCK_WEEKS).sum(axis=1)
    found = mann_kendall(last)
    if found.p[0] >= TREND_BELOW:
        return "steady"
    return "rising" if found.s[0] > 0 else "falling"


def _table(series: history.History, found: SeasonalParts) -> pd.DataFrame:
    """The series and its parts."""
    return pd.DataFrame(
        {
            "period": [one.label for one in series.periods],
            "start": [one.start for one in series.periods],
            "n": series.counts.astype(np.int64),
            "level": found.trend.round(2),
            "seasonal": found.seasonal.round(2),
            "rest": found.rest.round(2),
        },
        columns=COLUMNS,
    )
