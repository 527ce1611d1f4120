"""High-risk issues: victims and places that must not be lost in the totals."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, not_assessed
from intelnb.dates import Period, day_words
from intelnb.stats import discovery, poisson
from intelnb.tables import options, placed, recording, selection

FLAGS: tuple[tuple[str, str], ...] = (
    ("repeat victim", "Repeat victims"),
    ("vulnerable", "Vulnerable victims"),
    ("child", "Children"),
    ("hate", "Hate crime"),
    ("knife", "Knife crime"),
)
SHARE_FALSE = 0.05
LEAST_COUNT = 5  # fewer than this now and in all the periods before together is not compared
SAME_PLACE_M = 20.0  # a place known less closely than half of this is not the same place
THREAT_TO_LIFE = "Threat to life is acted on when it is received; it is never left for a weekly page."
BROKEN = "break in recording"
REPEATED = "Places with {least} or more crimes in {within_days} days: {places}; the most at one place: {most}."
COLUMNS = ["flag", "issue", "n", "usual", "n_before", "periods_before", "ratio", "p", "q", "change"]


def issues(
    crimes: pd.DataFrame,
    *,
    name: str,
    period: Period,
    breaks: pd.DataFrame | None = None,
    areas: Collection[str] = (),
    back: int = 4,
    as_at: datetime | None = None,
) -> Result:
    """Compare flagged crimes of a period with the mean of the periods before, flag by flag.

    Crimes inside the area count, by their middle. A known break stops the comparison at the break. Words
    allow for five flags being looked at together; small counts are not compared.

    Parameters
    ----------
    crimes
        The crimes table.
    name
        Name of the Result on its page.
    period
        The period; the same kind of period is used before it.
    breaks
        The table of known breaks; None for none.
    areas
        Codes of the area and of those in it, so that breaks elsewhere are not used; none means all.
    back
        How many periods before.
    as_at
        Data speak up to this moment; a period that begins after it is not assessed. None asks nothing.

    Returns
    -------
    Result
        Table `flag, issue, n, usual` (mean of the periods compared)`, n_before, periods_before, ratio, p,
        q, change` ("more than usual", "fewer than usual", "no clear change", "too few to compare", "break
        in recording", "history too short"). Not assessed when flags are withheld or nobody filled them, or
        data are monthly and the period is not.

    Raises
    ------
    MethodError
        When an option is out of range.

    References
    ----------
    Krishnamoorthy, K. and Thomson, J. (2004). Journal of Statistical Planning and Inference 119(1).

    Examples
    --------
    >>> import pandas as pd
    >>> from intelnb.dates import parse
    >>> days = ["2026-10-13"] * 2 + ["2026-11-11"] * 12
    >>> crimes = pd.DataFrame({"middle": pd.to_datetime(days), "flags": [("knife",)] * 14, "hours_wide": 0.0})
    >>> issues(crimes, name="risk", period=parse("2026-W46")).sentence
    'Above their usual level: Knife crime.'
    """
    options.whole(1, back=back)
    status, reason = selection.refusal(crimes, needs=["middle", "flags"])
    if not status and selection.resolution(crimes) == "month" and period.kind == "week":
        status, reason = "not assessed", "data are monthly"
    if not status and not any(len(held) for held in crimes["flags"]):
        status, reason = "not assessed", "no crime carries a flag"
    if not status and as_at is not None and as_at < datetime.combine(period.start, datetime.min.time()):
        status, reason = "not assessed", f"data end on {day_words(as_at.date())}, before this {period.noun}"
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",))
    rows = crimes[placed.is_inside(crimes)]
    periods = [period.back(steps) for steps in range(back, -1, -1)]
    first = selection.covered_from(crimes)
    breaks = recording.known(crimes, breaks)
    compared = [
        _compared(rows, flag, issue, periods, breaks=_touching(breaks, flag, areas), first=first)
        for flag, issue in FLAGS
    ]
    table = pd.DataFrame(compared, columns=[c for c in COLUMNS if c != "q"])
    table["q"] = discovery.q_values(table["p"].to_numpy(dtype=float))
    unclear = (table["change"].isin(["more than usual", "fewer than usual"])) & (table["q"] >= SHARE_FALSE)
    table["change"] = table["change"].where(~unclear, "no clear change")
    up = table.loc[table["change"] == "more than usual", "issue"].tolist()
    return Result(
        name=name,
        table=table[COLUMNS],
        values={
            "n_up": len(up),
            "up": ", ".join(up),
            "n_broken": int((table["change"] == BROKEN).sum()),
            **{f"n_{flag.replace(' ', '_')}": int(n) for flag, n in zip(table["flag"], table["n"], strict=True)},
        },
        wording="Above their usual level: {up}." if up else "No high-risk flag is clearly above its usual level.",
        settings={"period": period.label, "back": back, "share_false": SHARE_FALSE, "least_count": LEAST_COUNT},
        caveats=(THREAT_TO_LIFE, "A flag is missing where nobody set it; one crime may carry several."),
        sources=("crimes",),
    )


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
        wording=REPEATED if len(table) else "No place had {least} or more crimes in {within_days} days.",
        settings={"until": str(pd.Timestamp(until).date()), "least": least, "within_days": within_days},
        caveats=(
            "Stations, hospitals and large shops are repeat places by their size.", THREAT_TO_LIFE, *chosen.caveats("left out of repeat places")
        ),
        grain="point",
        sources=("crimes",),
    )  # fmt: skip


def _touching(breaks: pd.DataFrame | None, flag: str, areas: Collection[str]) -> pd.DataFrame | None:
    """Breaks that change what a flag counts: those that name it, and those of everything."""
    if breaks is None or not len(breaks):
        return None
    mask = [
        (flag in row["flags"] or not (row["flags"] or row["kinds"] or row["priorities"]))
        and (not row["areas"] or not areas or bool(set(row["areas"]) & set(areas)))
        for row in breaks.to_dict("records")
    ]
    return breaks[np.array(mask, dtype=bool)]


def _compared(
    rows: pd.DataFrame,
    flag: str,
    issue: str,
    periods: list[Period],
    *,
    breaks: pd.DataFrame | None,
    first: date | None,
) -> tuple[str, str, int, float, int, int, float, float, str]:
    """One flag now against the comparable periods before."""
    flagged = rows[np.fromiter((flag in held for held in rows["flags"]), dtype=bool, count=len(rows))]
    counts = np.array([placed.in_window(flagged, since=p.start, until=p.end).sum() for p in periods], dtype=np.int64)
    same = recording.comparable(rows, periods, breaks=breaks).usable
    covered = np.array([first is not None and p.start >= first for p in periods], dtype=bool)
    past = (same & covered)[:-1]
    n, before, times = int(counts[-1]), int(counts[:-1][past].sum()), int(past.sum())
    if not same[-1] or not times:
        change = "history too short" if same.all() else BROKEN
        return flag, issue, n, float("nan"), before, times, float("nan"), float("nan"), change
    days = sum(p.days for p, is_used in zip(periods[:-1], past, strict=True) if is_used)
    found = poisson.e_test(n, before, periods[-1].days, days)
    if max(n, before) < LEAST_COUNT:
        change = "too few to compare"
    else:
        change = "more than usual" if found.ratio > 1 else "fewer than usual"
    ratio = found.ratio if np.isfinite(found.ratio) else float("nan")
    return flag, issue, n, round(before / times, 1), before, times, ratio, found.p, change
