"""High-risk issues: victims and places that must not be lost in the totals."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, not_assessed
from intelnb.dates import Period
from intelnb.tables import counting, expectation, history, options, placed, recording, selection

FLAGS: tuple[tuple[str, str], ...] = (
    ("repeat victim", "Repeat victims"),
    ("vulnerable", "Vulnerable victims"),
    ("child", "Children"),
    ("hate", "Hate crime"),
    ("knife", "Knife crime"),
)
SHARE_FALSE = 0.05  # of quiet pages, one flag or another is called changed in at most this share
HISTORY_WEEKS, LEAST_PERIODS = 156, 13  # how uneven a flag is cannot be told from fewer periods
LEAST_COUNT = 5  # fewer than this now and in all the periods before together is not compared
SAME_PLACE_M = 20.0  # a place known less closely than half of this is not the same place
THREAT_TO_LIFE = "Threat to life is acted on when it is received; it is never left for a weekly page."
BROKEN = "break in recording"
REPEATED = "Places with {least} or more crimes in {within_days} {within_days|day|days}: {places}; the most at one place: {most}."
COLUMNS = ["flag", "issue", "n", "usual", "n_before", "periods_before", "ratio", "unevenness", "p", "change"]
CAVEATS = (
    THREAT_TO_LIFE,
    "A flag is missing where nobody set it; one crime may carry several.",
    "More or fewer than usual is a comparison and no alarm: it stands outside the page's budget of false alarms.",
    "In quiet times at most about 1 page in 20 calls one of these flags changed.",
)


def issues(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    breaks: pd.DataFrame | None = None,
    areas: Collection[str] = (),
    back: int = 4,
) -> Result:
    """Compare flagged crimes of a period with the mean of the periods before, flag by flag.

    Crimes inside the area count, by their middle. Every period is counted as it was known equally long after its end,
    an unfinished one against the same part of those before. A known break stops the comparison at the break. Words
    allow for crimes that come in batches and for five flags being looked at together; small counts are not compared.

    Parameters
    ----------
    crimes
        The crimes table.
    name
        Name of the Result on its page.
    period
        The period; the same kind of period is used before it.
    as_at
        The moment the data are known to.
    breaks
        The table of known breaks; None for those that travel with the table.
    areas
        Codes of the area and of those in it, so that breaks elsewhere are not used; none means all.
    back
        How many periods before.

    Returns
    -------
    Result
        Table `flag, issue, n, usual` (mean of the periods compared)`, n_before, periods_before, ratio, unevenness`
        (variance over mean)`, p, change` ("more than usual", "fewer than usual", "no clear change", "too few to compare",
        "break in recording", "history too short": under 13 comparable periods). Not assessed when flags are withheld or
        nobody filled them, or data are monthly and the period is not.

    Raises
    ------
    MethodError
        When an option is out of range.

    References
    ----------
    Noufaily, A. et al. (2013). An improved algorithm for outbreak detection. Statistics in Medicine 32(7).

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> days = [*pd.date_range("2026-01-05", "2026-11-08", freq="2D"), *[pd.Timestamp("2026-11-11")] * 20]
    >>> crimes = pd.DataFrame({"middle": days, "flags": [("knife",)] * len(days), "hours_wide": 0.0})
    >>> issues(crimes, name="risk", period=parse("2026-W46"), as_at=datetime(2026, 11, 16)).sentence
    'Above their usual level: Knife crime.'
    """
    options.whole(1, back=back)
    status, reason = counting.unanswerable(crimes, period, as_at=as_at, needs=["middle", "flags"])
    if not status and not any(len(held) for held in crimes["flags"]):
        status, reason = "not assessed", "no crime carries a flag"
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",))
    breaks = recording.known(crimes, breaks)
    compared = [
        _compared(crimes, flag, issue, period, as_at=as_at, back=back, breaks=breaks, areas=areas)
        for flag, issue in FLAGS
    ]
    table = pd.DataFrame(compared, columns=COLUMNS)
    up = table.loc[table["change"] == "more than usual", "issue"].tolist()
    counted = counting.per_period(crimes, counting.history_until(crimes, period, most=back + 1), as_at=as_at)
    return Result(
        name=name,
        table=table,
        values={
            "n_up": len(up),
            "up": ", ".join(up),
            "n_broken": int((table["change"] == BROKEN).sum()),
            **{f"n_{flag.replace(' ', '_')}": int(n) for flag, n in zip(table["flag"], table["n"], strict=True)},
        },
        wording="Above their usual level: {up}." if up else "No high-risk flag is clearly above its usual level.",
        settings={
            "period": period.label, "back": back, "as_at": as_at.isoformat(), "share_false": SHARE_FALSE,
            "share_false_a_flag": SHARE_FALSE / len(FLAGS), "least_count": LEAST_COUNT, "least_periods": LEAST_PERIODS,
        },
        caveats=(*CAVEATS, *counting.caveats(counted, as_at=as_at)),
        sources=("crimes",),
    )  # fmt: skip


def repeat_places(crimes: gpd.GeoDataFrame, *, name: str, until: date, least: int = 3, within_days: int = 28) -> Result:
    """List exact places with several crimes in the last weeks.

    Parameters
    ----------
    crimes
        The crimes table, chosen by kind where that is wanted; only crimes inside the area count.
    name
        Name of the Result on its page.
    until
        First day after the window.
    least
        Fewest crimes at one place, 2 or more.
    within_days
        Length of the window.

    Returns
    -------
    Result
        Table `location, easting, northing, n, kinds, first, latest, geometry`, most crimes first. Not
        assessed when places are withheld, missing, or not exact, or for months parted by the window.

    Raises
    ------
    MethodError
        When an option is out of range.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> x = [100.0, 100.0, 100.0, 900.0]
    >>> crimes = gpd.GeoDataFrame(
    ...     {"easting": x, "northing": 5.0, "middle": pd.Timestamp("2026-11-10"), "kind": "arson", "location": "1 Low Lane"},
    ...     geometry=gpd.points_from_xy(x, [5.0] * 4), crs="EPSG:27700",
    ... )
    >>> repeat_places(crimes, name="places", until=pd.Timestamp("2026-11-16")).sentence
    'Places with 3 or more crimes in 28 days: 1; the most at one place: 3.'
    """
    options.whole(2, least=least)
    options.whole(1, within_days=within_days)
    options.day(until=until)
    status, reason = placed.refusal(crimes, cell_m=SAME_PLACE_M, wanted="repeat places")
    since = pd.Timestamp(until) - pd.Timedelta(days=within_days)
    if not status and (reason := placed.window_refusal(crimes, since=since, until=until)):
        status = "not assessed"
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",))
    chosen = placed.on_map(crimes, since=since, until=until, cell_m=SAME_PLACE_M)
    points = chosen.inside.assign(x=chosen.inside["easting"].round(), y=chosen.inside["northing"].round())
    if "location" not in points:
        points = points.assign(location="")
    found = pd.DataFrame(points).groupby(["x", "y"]).agg(
        location=("location", lambda told: told.value_counts().index[0]), n=("x", "size"),
        kinds=("kind", lambda told: ", ".join(sorted(set(told)))), first=("middle", "min"), latest=("middle", "max"),
    )  # fmt: skip
    table = found[found["n"] >= least].reset_index().rename(columns={"x": "easting", "y": "northing"})
    table = table.sort_values(["n", "easting", "northing"], ascending=[False, True, True]).reset_index(drop=True)
    columns = ["location", "easting", "northing", "n", "kinds", "first", "latest"]
    shapes = gpd.points_from_xy(table["easting"].astype(float), table["northing"].astype(float))
    return Result(
        name=name,
        table=gpd.GeoDataFrame(table[columns], geometry=shapes, crs=crimes.crs),
        values={
            "places": len(table),
            "n": int(table["n"].sum()),
            "most": int(table["n"].max()) if len(table) else 0,
            "least": least,
            "within_days": within_days,
        },
        wording=REPEATED if len(table) else "No place had {least} or more crimes in {within_days} {within_days|day|days}.",
        settings={"until": str(pd.Timestamp(until).date()), "least": least, "within_days": within_days},
        caveats=(
            "Stations, hospitals and large shops are repeat places by their size.", THREAT_TO_LIFE, *chosen.caveats("left out of repeat places")
        ),
        grain="point",
        sources=("crimes",),
    )  # fmt: skip


def _touching(
    breaks: pd.DataFrame | None, flagged: pd.DataFrame, flag: str, areas: Collection[str]
) -> pd.DataFrame | None:
    """Breaks that change what a flag counts: those that name it, of everything, or of a kind some of its crimes are of."""
    if breaks is None:
        return None
    kinds = set(flagged["kind"]) if "kind" in flagged else set()
    mask = [
        (flag in row["flags"] or not (row["flags"] or row["priorities"] or (row["kinds"] and not kinds & set(row["kinds"]))))
        and (not row["areas"] or not areas or bool(set(row["areas"]) & set(areas)))
        for row in breaks.to_dict("records")
    ]  # fmt: skip
    return breaks[np.array(mask, dtype=bool)]


def _compared(
    crimes: pd.DataFrame,
    flag: str,
    issue: str,
    period: Period,
    *,
    as_at: datetime,
    back: int,
    breaks: pd.DataFrame | None,
    areas: Collection[str],
) -> tuple[str, str, int, float, int, int, float, float, float, str]:
    """One flag now against the comparable periods before."""
    flagged = selection.of_priority(crimes, flags=[flag])
    series = history.back_from(
        flagged,
        period,
        as_at=as_at,
        weeks=HISTORY_WEEKS,
        least=LEAST_PERIODS,
        kinds=tuple(history.ASKED),
        breaks=_touching(breaks, flagged, flag, areas),
    )
    n = int(counting.per_period(flagged, [period], as_at=as_at).n[0, 0])
    seen = ~np.isnan(series.counts[:-1])
    recent = seen & (np.arange(seen.size) >= seen.size - back)
    before, times, blank = int(series.counts[:-1][recent].sum()), int(recent.sum()), float("nan")
    if series.status or not times:
        change = BROKEN if series.status == BROKEN else "history too short"
        return flag, issue, n, blank, before, times, blank, blank, blank, change
    past, days = series.counts[:-1], series.days
    found = expectation.against_few(
        n, before, days=days[-1], before_days=days[:-1][recent].sum(), history=past[seen], history_days=days[:-1][seen]
    )
    if max(n, before) < LEAST_COUNT:
        change = "too few to compare"
    elif found.p >= SHARE_FALSE / len(FLAGS):
        change = "no clear change"
    else:
        change = "more than usual" if n > found.usual else "fewer than usual"
    ratio = n / found.usual if before else blank
    return flag, issue, n, round(found.usual, 1), before, times, ratio, round(found.unevenness, 2), found.p, change
