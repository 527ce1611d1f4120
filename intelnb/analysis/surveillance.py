"""Is this week higher than the same weeks of earlier years? Farrington's alarm, for histories of three years and more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.errors import MethodError
from intelnb.stats.farrington import PRESETS, TREND_YEARS, Alarms, Settings, farrington, weeks_needed
from intelnb.tables import counting, history, options
from intelnb.tables.words import several

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intelnb.dates import Period

Preset = Literal["noufaily", "noufaily muan", "farrington 1996", "r default"]
COLUMNS = ["period", "start", "n", "expected", "upper", "outside", "status"]
# how many of 1,000 quiet weeks alarm at the preset's own chance, even series to uneven ones: docs/calibration.md
QUIET_IN_1000 = {"noufaily muan": (0, 6), "noufaily": (5, 20), "farrington 1996": (13, 50), "r default": (35, 80)}
SPOKEN = {
    "too few recent events": "fewer than {fewest} crimes in {in_weeks} weeks are too few for it",
    "nothing to learn from": "earlier years have no crime to learn from",
    "history too short": "the history is too short",
    "not submitted": "a disturbance of recording touches this week",
}


def weekly(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    breaks: pd.DataFrame | None = None,
    not_submitted: Mapping[str, str] | None = None,
    preset: Preset = "noufaily muan",
    alpha: float | None = None,
    shown: int = 53,
) -> Result:
    """Say whether a week had more crimes than the same time of earlier years leads to expect.

    Assumes a series recorded the same way throughout, but for the breaks given, a log-linear trend and a season that
    repeats. Every week is counted at the maturity of the last. Where fewer years can be compared than the preset
    looks back on, but three at least, these are used and the caveats say so. It raises alarms for more, never for
    fewer; for shorter histories and for falls there is `alarms.expected`.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen.
    name
        Name of the Result.
    period
        The week asked about.
    as_at
        The moment the data are known to.
    breaks
        Known breaks that touch this series.
    not_submitted
        Areas within this one that did not submit, code and name.
    preset
        `noufaily muan` (the improved method with the uncertainty of the mean: it keeps the chance it aims at),
        `noufaily` (without it: the field's standard, which alarms more often than it aims at where counts are uneven),
        `farrington 1996`, or `r default` (what R's package does when nothing is chosen).
    alpha
        Chance of a false alarm per week the threshold aims at; the preset's when not given.
    shown
        Weeks in the table.

    Returns
    -------
    Result
        Table `period, start, n, expected, upper` (the largest count that is no alarm)`, outside` (`above` or blank)`,
        status`; each week judged from what came before it. Values: n, expected, upper, real (`yes` or `no`), years,
        alarms (in the table), alpha. Not assessed with fewer than three years, fewer than five crimes in four weeks,
        or no crime to learn from: never a zero.

    Raises
    ------
    MethodError
        For a preset that is not known.

    References
    ----------
    Noufaily, A. et al. (2013). An improved algorithm for outbreak detection. Statistics in Medicine 32(7).

    Examples
    --------
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> days = pd.date_range("2020-01-06", "2026-11-15 12:00", freq="12h")
    >>> crimes = pd.DataFrame({"middle": days, "hours_wide": 0.0})
    >>> weekly(crimes, name="s", period=parse("2026-W46"), as_at=datetime(2026, 11, 16)).sentence
    '14 this week; up to 26 is usual for the time of year.'
    """
    options.whole(1, shown=shown)
    if alpha is not None:
        options.share(alpha=alpha)
    if preset not in PRESETS:
        raise MethodError(what=f"there is no preset '{preset}'", now=f"Choose one of: {', '.join(PRESETS)}.")
    chosen = PRESETS[preset] if alpha is None else replace(PRESETS[preset], alpha=alpha)
    series = history.back_from(
        crimes,
        period,
        as_at=as_at,
        weeks=weeks_needed(chosen) + shown - 1,
        least=weeks_needed(replace(chosen, years=TREND_YEARS)),
        kinds=("week",),
        breaks=breaks,
        not_submitted=(not_submitted or {}).values(),
    )
    if series.status:
        return not_assessed(name, why=series.why, status=series.status, sources=("crimes",))
    used = replace(chosen, years=_years(series.counts.size - 1, chosen))
    found = farrington(series.counts, settings=used, season=history.WEEKS, trailing=min(shown, series.counts.size))
    values: dict[str, Value] = {"n": series.n, "years": used.years, "alpha": used.alpha}
    why = str(found.why_not[-1])
    if why:
        told = SPOKEN[why].format(fewest=used.fewest_events, in_weeks=used.in_weeks)
        wording = f"Not assessed: {told}."
    else:
        upper = int(np.floor(found.upper[-1]))
        is_alarm = bool(found.alarm[-1])
        values |= {
            "expected": round(float(found.expected[-1]), 1), "upper": upper, "real": "yes" if is_alarm else "no",
            "alarms": int(found.alarm.sum()),
        }  # fmt: skip
        wording = f"{{n}} {counting.this(period, as_at)}" + (
            ": more than the {upper} that are usual at most for the time of year."
            if is_alarm
            else "; up to {upper} is usual for the time of year."
        )
    return Result(
        name=name,
        table=_table(series, found),
        values=values,
        wording=wording,
        settings=_settings(used, preset, as_at),
        caveats=(*_caveats(used, chosen, preset), *series.told),
        sources=("crimes",),
        status="not assessed" if why else "assessed",
    )


def _years(earlier: int, chosen: Settings) -> int:
    """How many whole years can be looked back on, at most as many as the preset has."""
    years = chosen.years
    while weeks_needed(replace(chosen, years=years)) > earlier:
        years -= 1
    return years


def _table(series: history.History, found: Alarms) -> pd.DataFrame:
    """The last weeks, each with its limit."""
    shown = series.periods[-found.alarm.size :]
    return pd.DataFrame(
        {
            "period": [one.label for one in shown],
            "start": [one.start for one in shown],
            "n": pd.array([None if np.isnan(n) else int(n) for n in found.observed], dtype="Int64"),
            "expected": pd.array(found.expected.round(2), dtype="Float64"),
            "upper": pd.array(np.floor(found.upper), dtype="Float64"),
            "outside": np.where(found.alarm, "above", ""),
            "status": np.where(found.why_not == "", "assessed", "not assessed"),
        },
        columns=COLUMNS,
    )


def _settings(used: Settings, preset: str, as_at: datetime) -> dict[str, Value]:
    """Every choice made."""
    return {
        "preset": preset, "alpha": used.alpha, "years": used.years, "half_window_weeks": used.half_window,
        "seasonal_levels": used.levels, "newest_weeks_left_out": used.skip_newest, "threshold": used.threshold,
        "reweight_above": used.reweight_above, "trend_below": used.trend_below, "fewest_crimes": used.fewest_events,
        "in_weeks": used.in_weeks, "as_at": as_at.isoformat(),
    }  # fmt: skip


def _caveats(used: Settings, chosen: Settings, preset: str) -> tuple[str, ...]:
    """What a reader must know of the method."""
    found = ["Only more than usual raises this alarm; fewer does not."]
    if used.alpha == PRESETS[preset].alpha:
        few, many = QUIET_IN_1000[preset]
        found.append(f"{few} to {many} of 1,000 quiet weeks alarm all the same, most where counts are uneven.")
    if used.years < chosen.years:
        found.append(f"It rests on {several(used.years, 'earlier year')} instead of {chosen.years}.")
    if used.relative_spread:
        found.append("This preset copies a program whose limits are too narrow; do not act on it.")
    return tuple(found)
