"""Hot spots: where crimes stand together more than the rest of the area would lead one to expect."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.errors import MethodError
from intelnb.stats import gi_star as getis_ord
from intelnb.tables import cells as places
from intelnb.tables import hot_cells, options, placed, spread, unsent
from intelnb.tables.words import several

LEAST_CRIMES = 30
LEVELS = ((0.001, "very unusual"), (0.01, "unusual"), (1.0, "raised"))
METHOD: dict[str, Value] = {
    "guard": "the larger of that p and the exact p under even spread, because the normal curve fails on handfuls",
    "correction": "Benjamini-Hochberg over the cells reported",
    "least_crimes": LEAST_CRIMES,
}
WITH_ITSELF = "Getis-Ord Gi*, a cell and those touching it weighing alike, two-sided"
WITHOUT_ITSELF = "Getis-Ord Gi, the cells touching a cell weighing alike, itself left out, two-sided"
HOT = "{n_in_hot} of {n} {n|crime|crimes} {n_in_hot|lies|lie} in {n_hot} hot {n_hot|cell|cells}, {area_percent}% of the area."
PLAIN = "No place stands out: {n} {n|crime|crimes}, {cells} {cells|cell|cells}, none hot."
CAVEATS = (
    "Hot means more crimes than elsewhere in the area, not more than its people and premises would lead one to expect.",
    "A hot cell says where recorded crime was, not who is responsible or what will happen next.",
)
UNLIKE_SIZES = "Areas differ in size and in how many live there: a large one may be hot for that alone."


def gi_star(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    within: gpd.GeoDataFrame,
    since: date,
    until: date,
    shape: places.Shape = "square",
    cell_m: int = 250,
    with_itself: bool = True,
    least_events: int = 5,
    share_false: float = 0.05,
) -> Result:
    """Find the cells where crimes in and around them stand out from the whole area.

    Cells whose centre lies inside the area are reported. When the crimes were read with a margin, the ring
    of cells touching them takes part in the sums and in the average, and is not reported, so that a hot
    spot at the border is not halved; without a margin only the reported cells take part. Of the cells
    called hot, at most about `share_false` are expected to be flukes.

    Parameters
    ----------
    crimes
        The crimes table, already chosen by kind, in metres.
    name
        Name of the Result on its page.
    within
        The area, in the CRS of the crimes; with "area" the areas to compare: `code, name, geometry`, one level.
    since, until
        First day of the window, and the first day after it; a crime belongs by its middle.
    shape
        "square", "hexagon" (points north and south, `cell_m` between opposite sides), or "area", the force's own.
    cell_m
        Side of a square or width of a hexagon in metres; not used for areas.
    with_itself
        Whether a cell counts among its own neighbours; when false it is judged by those round it alone.
    least_events
        A cell with fewer crimes in and around it is never called hot: the reckoning fails on handfuls.
    share_false
        Share of hot cells that may be flukes, above 0 and up to 0.2.

    Returns
    -------
    Result
        Table `cell, row, col, n, neighbourhood_n, z, p, p_even, q, level, is_cold, geometry` (for areas `name`
        instead of `row, col`): `n` counts every crime in the cell, `p` belongs to `z`, `p_even` is the exact
        chance of as many in and around the cell if crimes fell evenly, `q` corrects the larger of the two, `level`
        is "very unusual" (q under 0.001), "unusual" (under 0.01), "raised" (under `share_false`) or blank; `z`,
        `p`, `q` are blank where a cell touches the whole area. Values `held_from` and `held_to` are the first and last
        day of the window that the data hold. Not assessed when places are withheld, missing,
        snapped or all one, with fewer than 30 crimes, or for months parted by the window.

    Raises
    ------
    MethodError
        For a CRS that is missing, in degrees or not the area's, a cell larger than the area, or an
        impossible shape, window or share.

    References
    ----------
    Ord, J. K. and Getis, A. (1995). Local spatial autocorrelation statistics. Geographical Analysis 27(4).
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57(1).

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, shapely
    >>> x = [*range(50, 5000, 100), *[2100] * 15]
    >>> crimes = gpd.GeoDataFrame(
    ...     {"easting": x, "northing": 600.0, "middle": pd.Timestamp("2026-11-01"), "accuracy_m": float("nan")},
    ...     geometry=gpd.points_from_xy(x, [600.0] * len(x)), crs="EPSG:27700",
    ... )
    >>> area = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 5000, 1250)], crs="EPSG:27700")
    >>> hot = gi_star(crimes, name="hot", within=area, since=pd.Timestamp("2026-10-01"), until=pd.Timestamp("2026-11-15"))
    >>> hot.sentence
    '23 of 65 crimes lie in 9 hot cells, 9% of the area.'
    """
    options.whole(1, cell_m=cell_m)
    options.number(0, least_events=least_events)
    options.chance(share_false=share_false)
    found = spread.over(crimes, within=within, since=since, until=until, shape=shape, cell_m=cell_m, least=0)
    if isinstance(found, tuple):
        return not_assessed(name, why=found[1], status=found[0], sources=("crimes",))
    if found.cells.x.size < getis_ord.MINIMUM_CELLS:
        raise MethodError(
            what=f"the area holds {several(found.cells.x.size, 'cell')}{f' of {cell_m:,} m' * (shape != 'area')}, too few to compare",
            now="Choose smaller cells.",
        )
    if reason := _too_thin(found):
        return not_assessed(name, why=reason, sources=("crimes",))
    table = _table(found, least_events=least_events, share_false=share_false, with_itself=with_itself)
    begun, ended = unsent.held(crimes, since=since, until=until)
    values = _values(table, found) | {
        "held_from": begun.date().isoformat(),
        "held_to": (ended - pd.Timedelta(microseconds=1)).date().isoformat(),
    }
    edge = () if found.cells.ring else ("Nothing was read beyond the border: hot spots there may be missed.",)
    unlike = (UNLIKE_SIZES,) if shape == "area" else ()
    return Result(
        name=name,
        table=table,
        values=values,
        wording=HOT if values["n_hot"] else PLAIN,
        settings={
            "method": WITH_ITSELF if with_itself else WITHOUT_ITSELF,
            **METHOD,
            **found.cells.settings(),
            "with_itself": with_itself,
            "since": str(pd.Timestamp(since).date()),
            "until": str(pd.Timestamp(until).date()),
            "least_events": least_events,
            "share_false": share_false,
        },
        caveats=(*CAVEATS, *unlike, *edge, *found.chosen.caveats()),
        grain=found.cells.level or "cell",
        sources=("crimes",),
    )


def _too_thin(found: spread.Spread) -> str:
    """Why these crimes are too few or too alike to map; blank when they are not."""
    crimes = found.chosen
    if len(crimes.inside) < LEAST_CRIMES:
        return f"{several(len(crimes.inside), 'crime')} can be placed and hot spots need at least {LEAST_CRIMES}"
    if found.is_one_point:
        return spread.ONE_POINT
    return spread.too_alike(found.n, "cell")


def _table(found: spread.Spread, *, least_events: int, share_false: float, with_itself: bool) -> gpd.GeoDataFrame:
    """Every cell inside the area with its score."""
    n = found.n
    hot = hot_cells.scored(found.cells, n, least_events=least_events, share_false=share_false, with_itself=with_itself)
    level = np.select([hot.is_hot & (hot.q < limit) for limit, _ in LEVELS], [word for _, word in LEVELS], default="")
    named = found.cells.table.rename(columns={"code": "cell"})
    table = named.drop(columns="name") if found.cells.cell_m else named
    scores = {
        "n": n[found.cells.reported], "neighbourhood_n": hot.around, "z": hot.z, "p": hot.p, "p_even": hot.p_even,
        "q": hot.q, "level": level, "is_cold": hot.is_cold,
    }  # fmt: skip
    table = table.assign(**scores)
    return table[[*(c for c in table.columns if c != "geometry"), "geometry"]]


def _values(table: gpd.GeoDataFrame, found: spread.Spread) -> dict[str, Value]:
    """The numbers a page may speak of; crimes are those inside the area."""
    is_hot = (table["level"] != "").to_numpy()
    where = found.position[placed.is_inside(found.chosen.table)]
    where = where[(where >= 0) & (where < len(table))]
    inside, in_hot = len(found.chosen.inside), int(is_hot[where].sum())
    km2 = found.cells.km2[found.cells.reported]
    percent = 100 * float(km2[is_hot].sum() / km2.sum())
    return {
        "n": inside,
        "n_margin": len(found.chosen.table) - inside,
        "n_edge": found.elsewhere,
        "n_unplaced": found.chosen.unplaced,
        "n_coarse": found.chosen.coarse,
        "cells": len(table),
        "n_hot": int(is_hot.sum()),
        "n_very_unusual": int((table["level"] == "very unusual").sum()),
        "n_cold": int(table["is_cold"].sum()),
        "n_in_hot": in_hot,
        "share_in_hot": round(in_hot / inside, 3),
        "area_percent": round(percent, 0 if percent >= 1 else 2),
    }
