"""Change between two windows: which places have more or fewer crimes than before, and which hot spots came or went?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.stats import discovery
from intelnb.stats import rate_change as conditional
from intelnb.tables import cells as places
from intelnb.tables import hot_cells, options, placed, spread, windows
from intelnb.tables.words import several

LEAST_CRIMES = 10  # in both windows together
LEAST_HOT = 30  # in a window, for it to be scored for hot spots
LEAST_EVENTS = 5
MINIMUM_PLACES = 3
CHANGED = (
    "{n_up} of {cells} {cells|place|places} {n_up|has|have} more crimes than before, {n_down} fewer; "
    "{n_new} {n_new|hot spot is|hot spots are} clearly new, "
    "{n_gone} clearly gone."
)
NOT_SCORED = "{n_up} of {cells} {cells|place|places} {n_up|has|have} more crimes than before, {n_down} fewer; the others stay within chance."
CAVEATS = (
    "A place with few crimes must change much before it can be told from chance.",
    "Displacement, recording and weather change counts as crime does.",
)
LIKE = {
    "days": "each place's earlier count, scaled by the days of the windows",
    "area": "each place's earlier count, scaled by the change of the whole area",
}

Bools = NDArray[np.bool_]


def between(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    within: gpd.GeoDataFrame,
    since: date,
    until: date,
    before_since: date | None = None,
    before_until: date | None = None,
    against: Literal["days", "area"] = "days",
    shape: places.Shape = "square",
    cell_m: int = 250,
    share_false: float = 0.05,
    as_at: datetime | None = None,
    breaks: pd.DataFrame | None = None,
) -> Result:
    """Compare each place's crimes with an earlier window, exactly, and say which hot spots are new, kept or gone.

    Of the places called changed at most about `share_false` are expected to be flukes. Hot spots are scored in each
    window by itself, as `hotspot.gi_star` does. A cell just over the line in one window and just under it in the other
    has not changed: one is called new or gone only where the crimes in and around it changed beyond chance. Both windows
    are counted as they were known equally long after their end, so that late recording makes no fall.

    Parameters
    ----------
    crimes
        The crimes table, already chosen by kind, in metres, holding both windows.
    name
        Name of the Result on its page.
    within
        The area, in the CRS of the crimes; with "area" the areas to compare: `code, name, geometry`, one level.
    since, until
        First day of the later window, and the first day after it; a crime belongs by its middle.
    before_since, before_until
        The earlier window; None gives the window of the same length that ends where the later one begins.
    against
        "days": has the place's own rate changed; "area": has it changed otherwise than the area as a whole.
    shape
        "square", "hexagon" (points north and south, `cell_m` between opposite sides), or "area", the force's own.
    cell_m
        Side of a square or width of a hexagon in metres; not used for areas.
    share_false
        Share of changes that may be flukes, above 0 and up to 0.2.
    as_at
        The moment the data are known to; None for the one that travels with the table.
    breaks
        Known breaks that touch these crimes, in any part of the area; None for those that travel with the table.

    Returns
    -------
    Result
        Table `code, name, n_before, n, shown` (`n` as words) `, expected, ratio, p, q, change` ("more", "fewer" or
        blank) `, hot` ("new", "persistent", "gone", "unclear" where it is hot in one window without a clear change, or
        blank) `, geometry`; `ratio` is blank where none was expected.
        Not assessed when places are withheld, missing or too vague, data begin later than the earlier window, recording
        changed between the windows or was disturbed in one, a month was never submitted, or with fewer than 10 crimes.

    Raises
    ------
    MethodError
        For a CRS that is missing, in degrees or not the area's, cells larger than the area, windows that are empty
        or overlap, or an impossible share.

    References
    ----------
    Przyborowski, J. and Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson series.
    Biometrika 31(3/4).
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57(1).

    Examples
    --------
    >>> import shapely
    >>> day = pd.to_datetime(["2026-11-03"] * 2 + ["2026-11-10"] * 14)
    >>> x = [1.0, 9.0] + [1.0] * 13 + [9.0]
    >>> crimes = gpd.GeoDataFrame(
    ...     {"easting": x, "northing": 1.0, "middle": day, "hours_wide": 1.0},
    ...     geometry=gpd.points_from_xy(x, [1.0] * 16), crs="EPSG:27700",
    ... )
    >>> two = gpd.GeoDataFrame({"code": ["A", "B"], "name": ["Low", "High"]},
    ...     geometry=[shapely.box(0, 0, 5, 5), shapely.box(5, 0, 10, 5)], crs="EPSG:27700")
    >>> window = {"since": date(2026, 11, 9), "until": date(2026, 11, 16), "before_since": date(2026, 11, 3)}
    >>> between(crimes, name="c", within=two, shape="area", **window).sentence
    '1 of 2 places has more crimes than before, 0 fewer; the others stay within chance.'
    """
    options.whole(1, cell_m=cell_m)
    options.chance(share_false=share_false)
    options.choice(LIKE, against=against)
    first, last = placed.window_before(since, until, before_since=before_since, before_until=before_until)
    laid = spread.over(crimes, within=within, since=since, until=until, shape=shape, cell_m=cell_m, least=0)
    if isinstance(laid, tuple):
        return not_assessed(name, why=laid[1], status=laid[0], sources=("crimes",))
    fit = windows.alike(crimes, earlier=(first, last), later=(since, until), as_at=as_at, breaks=breaks)
    if fit.status:
        return not_assessed(name, why=fit.why, status=fit.status, sources=("crimes",))
    earlier = spread.anew(fit.table, laid.cells, since=first, until=last)
    found = spread.anew(fit.table, laid.cells, since=since, until=until)
    here = found.cells.reported
    now, before = found.n[here], earlier.n[here]
    if now.sum() + before.sum() < LEAST_CRIMES or (against == "area" and not (now.sum() and before.sum())):
        why = f"{several(int(now.sum()), 'crime')} now and {before.sum()} before are too few to compare"
        return not_assessed(name, why=why, sources=("crimes",))
    if shape != "area" and spread.on_one_point(pd.concat([earlier.chosen.table, found.chosen.table])):
        return not_assessed(name, why=spread.ONE_POINT, sources=("crimes",))
    days_before, days = fit.days
    exposure = (days, days_before) if against == "days" else (float(now.sum()), float(before.sum()))
    tested = conditional.rate_change(now, before, exposure_now=exposure[0], exposure_before=exposure[1])
    q = discovery.q_values(tested.p)
    hot = [_hot(one, share_false=share_false) for one in (earlier, found)]
    kept = _kept(earlier, found, *hot, exposure=exposure, share_false=share_false)
    ratio = np.where(np.isfinite(tested.ratio), tested.ratio, np.nan)
    more = (q < share_false) & (now > tested.expected)
    fewer = (q < share_false) & (now < tested.expected)
    table = found.cells.table[["code", "name", "geometry"]].assign(
        n_before=before, n=now, shown=[f"{k:,}" for k in now], expected=tested.expected.round(2), ratio=ratio.round(2),
        p=tested.p, q=q, change=np.select([more, fewer], ["more", "fewer"], default=""), hot=kept,
    )  # fmt: skip
    is_scored = all(one is not None for one in hot)
    told = () if is_scored else (f"Hot spots need {LEAST_HOT} crimes in each window and are not compared.",)
    return Result(
        name=name,
        table=table[[*(c for c in table.columns if c != "geometry"), "geometry"]],
        values=_values(table),
        wording=CHANGED if is_scored else NOT_SCORED,
        settings={
            "method": "exact test of each place's two counts given their sum, two-sided; Benjamini-Hochberg over places",
            "expected": LIKE[against],
            **found.cells.settings(),
            "since": str(pd.Timestamp(since).date()),
            "until": str(pd.Timestamp(until).date()),
            "before_since": str(first.date()),
            "before_until": str(last.date()),
            "days": round(days, 2),
            "days_before": round(days_before, 2),
            "counted": "each window as known equally long after its end",
            "share_false": share_false,
            "least_events_hot": LEAST_EVENTS,
        },
        caveats=(*CAVEATS, *told, *fit.told, *found.caveats),
        grain=found.cells.level or "cell",
        sources=("crimes",),
    )


def _hot(found: spread.Spread, *, share_false: float) -> Bools | None:
    """Which places were hot in one window; None where it holds too few crimes or places to say."""
    n = found.n
    if len(found.chosen.inside) < LEAST_HOT or n.size < MINIMUM_PLACES or n.min() == n.max():
        return None
    return hot_cells.scored(found.cells, n, least_events=LEAST_EVENTS, share_false=share_false).is_hot


def _kept(
    earlier: spread.Spread,
    later: spread.Spread,
    before: Bools | None,
    now: Bools | None,
    *,
    exposure: tuple[float, float],
    share_false: float,
) -> NDArray[np.str_]:
    """New, persistent, gone or unclear, where both windows could be scored; blank where hot in neither."""
    here, near = later.cells.reported, later.cells.neighbours
    if before is None or now is None:
        return np.full(len(later.cells.table), "", dtype=np.str_)
    around = [np.rint(near.sums(one.n)).astype(np.int64)[here] + one.n[here] for one in (later, earlier)]
    tested = conditional.rate_change(*around, exposure_now=exposure[0], exposure_before=exposure[1])
    once = before ^ now
    q = discovery.q_values(np.where(once, tested.p, np.nan))
    is_clear = once & (np.nan_to_num(q, nan=1.0) < share_false) & ((around[0] > tested.expected) == now)
    rules = [before & now, now & is_clear, before & is_clear, once]
    words = ["persistent", "new", "gone", "unclear"]
    return np.asarray(np.select(rules, words, default=""), dtype=np.str_)


def _values(table: gpd.GeoDataFrame) -> dict[str, Value]:
    """The numbers a page may speak of."""
    return {
        "n": int(table["n"].sum()),
        "n_before": int(table["n_before"].sum()),
        "cells": len(table),
        "n_up": int((table["change"] == "more").sum()),
        "n_down": int((table["change"] == "fewer").sum()),
        **{f"n_{word}": int((table["hot"] == word).sum()) for word in ("new", "persistent", "gone", "unclear")},
    }
