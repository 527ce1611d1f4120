"""Quick charts: each week against the few before it, or against the same week of earlier years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.stats.root_bands import Bands, bands, weekly_bands
from intelnb.tables import counting, history, options
from intelnb.tables.words import listed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intelnb.dates import Period

Z = 3.0
COLUMNS = ["period", "start", "n", "expected", "low", "high", "z", "outside"]
CHANCE = "The band is that of chance alone; crime is often more uneven. It is for looking, not an alarm."


def recent(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    breaks: pd.DataFrame | None = None,
    not_submitted: Mapping[str, str] | None = None,
    back: int = 8,
    z: float = Z,
    shown: int = 52,
) -> Result:
    """Chart each week or month with the band that the few before it lead to.

    Assumes crimes independent of each other and a level that moves slowly; the band allows for the mean being one of
    only so many periods.

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
    back
        How many periods make up each mean.
    z
        Half the width of the band, in standard deviations.
    shown
        Weeks in the table; months to the same length.

    Returns
    -------
    Result
        Table `period, start, n, expected, low, high, z, outside` (`above`, `below` or blank). Values: n, low, high,
        outside (periods), shown.

    Raises
    ------
    MethodError
        When an option is out of range.

    References
    ----------
    Wheeler, A. P. (2016). Tables and graphs for monitoring temporal crime trends. Int. J. Police Science 18(3).

    Examples
    --------
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> days = pd.date_range("2026-06-01", "2026-11-15 12:00", freq="12h")
    >>> crimes = pd.DataFrame({"middle": days, "hours_wide": 0.0})
    >>> recent(crimes, name="r", period=parse("2026-W46"), as_at=datetime(2026, 11, 16)).sentence
    '14 this week, 5 to 28 by the 8 before it; 0 of 16 weeks lie outside their bands.'
    """
    options.whole(1, back=back, shown=shown)
    options.above_zero(z=z)
    series = history.back_from(
        crimes,
        period,
        as_at=as_at,
        weeks=shown + back - 1,
        least=back,
        breaks=breaks,
        not_submitted=(not_submitted or {}).values(),
    )
    if series.status:
        return not_assessed(name, why=series.why, status=series.status, sources=("crimes",))
    before = zip(series.periods[-back - 1 : -1], series.counts[-back - 1 : -1], strict=True)
    if unlike := [one.label for one, n in before if np.isnan(n)]:
        why = (
            f"{listed(unlike, most=4)} cannot be compared, and this {period.noun}'s band rests on the {back} before it"
        )
        return not_assessed(name, why=why, caveats=series.told, sources=("crimes",))
    # a month is charted at the length of the last one
    level = series.counts * series.days[-1] / series.days
    found = weekly_bands(level, back=back, z=z * float(np.sqrt(1 + 1 / back)))
    return _result(
        name, series, found, period, settings={"back": back, "z": z}, how=f"the {back} before it", as_at=as_at
    )


def seasonal(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    breaks: pd.DataFrame | None = None,
    not_submitted: Mapping[str, str] | None = None,
    years: int = 3,
    z: float = Z,
) -> Result:
    """Chart the weeks or months of the last year with the band that the same time of earlier years leads to.

    Assumes crimes independent of each other and a level that did not change between the years. Weeks are those
    nearest to the same date, so a week 53 has neighbours like any other.

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
        Known breaks that touch this series: years before the last lasting one are not used.
    not_submitted
        Areas within this one that did not submit, code and name.
    years
        How many earlier years make up each mean; fewer are used, and told, where fewer can be.
    z
        Half the width of the band, in standard deviations.

    Returns
    -------
    Result
        Table `period, start, n, expected, low, high, z, outside` (`above`, `below` or blank). Values: n, low, high,
        outside (periods), shown, years.

    Raises
    ------
    MethodError
        When an option is out of range.

    References
    ----------
    Wheeler, A. P. (2016). Tables and graphs for monitoring temporal crime trends. Int. J. Police Science 18(3).

    Examples
    --------
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> days = pd.date_range("2023-06-01", "2026-11-15 12:00", freq="12h")
    >>> crimes = pd.DataFrame({"middle": days, "hours_wide": 0.0})
    >>> seasonal(crimes, name="s", period=parse("2026-W46"), as_at=datetime(2026, 11, 16)).sentence
    '14 this week, 5 to 29 by the same time of 3 years; 0 of 52 weeks lie outside their bands.'
    """
    options.whole(1, years=years)
    options.stretch(period=period)
    options.above_zero(z=z)
    one_year = round(history.WEEKS if period.kind == "week" else history.MONTHS)
    series = history.back_from(
        crimes,
        period,
        as_at=as_at,
        weeks=round((years + 1) * history.WEEKS),
        least=one_year + (1 if period.kind == "week" else 0),
        breaks=breaks,
        not_submitted=(not_submitted or {}).values(),
    )
    if series.status:
        return not_assessed(name, why=series.why, status=series.status, sources=("crimes",))
    last = series.counts.size - 1
    shown = np.arange(max(last - one_year + 1, 0), last + 1)
    rate = series.counts / series.days
    earlier = np.array([shown - round(year * series.season) for year in range(1, years + 1)])
    same = np.where(earlier >= 0, rate[np.maximum(earlier, 0)], np.nan)
    used = (~np.isnan(same)).sum(axis=0)
    expected = np.where(used > 0, np.nansum(same, axis=0) / np.maximum(used, 1), np.nan) * series.days[shown]
    widths = z * np.sqrt(1 + 1 / np.maximum(used, 1))
    parts = [
        bands([n], [mean], z=float(width))
        for n, mean, width in zip(series.counts[shown], expected, widths, strict=True)
    ]
    found = Bands(
        **{key: np.concatenate([getattr(part, key) for part in parts]) for key in ("expected", "low", "high", "z")}
    )
    held = int(used[-1])
    if not held:
        return not_assessed(name, why="the same time of earlier years cannot be compared", sources=("crimes",))
    how = f"the same time of {held} year{'s' if held != 1 else ''}"
    return _result(name, series, found, period, settings={"years": held, "z": z}, how=how, as_at=as_at)


def _result(
    name: str,
    series: history.History,
    found: Bands,
    period: Period,
    *,
    settings: dict[str, Value],
    how: str,
    as_at: datetime,
) -> Result:
    """The chart of the periods that have a band."""
    periods, counts = series.periods[-found.z.size :], series.counts[-found.z.size :]
    table = pd.DataFrame(
        {
            "period": [one.label for one in periods],
            "start": [one.start for one in periods],
            "n": pd.array([None if np.isnan(n) else int(n) for n in counts], dtype="Int64"),
            "expected": pd.array(found.expected.round(2), dtype="Float64"),
            "low": pd.array(found.low.round(2), dtype="Float64"),
            "high": pd.array(found.high.round(2), dtype="Float64"),
            "z": pd.array(found.z.round(2), dtype="Float64"),
            "outside": np.where(counts > found.high, "above", np.where(counts < found.low, "below", "")),
        },
        columns=COLUMNS,
    )
    table = table[~np.isnan(found.z)].reset_index(drop=True)
    low, high = int(np.ceil(found.low[-1])), int(np.floor(found.high[-1]))
    return Result(
        name=name,
        table=table,
        values={
            "n": series.n, "low": low, "high": high, "outside": int((table["outside"] != "").sum()),
            "shown": len(table), **{key: value for key, value in settings.items() if key == "years"},
        },
        wording=f"{{n}} {counting.this(period, as_at)}, {{low}} to {{high}} by {how}; {{outside}} of {{shown}} "
        f"{{shown|{period.noun}|{period.noun}s}} {{outside|lies|lie}} outside {{outside|its band|their bands}}.",
        settings={**settings, "as_at": as_at.isoformat()},
        caveats=(CHANCE, *series.told),
        sources=("crimes",),
    )  # fmt: skip
