"""Hot spots: where crimes stand together more than the rest of the area would lead one to expect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb import grid
from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.errors import MethodError
from intelnb.stats import discovery, even_spread
from intelnb.stats import gi_star as getis_ord
from intelnb.tables import placed

LEAST_CRIMES = 30
LEVELS = ((0.001, "very unusual"), (0.01, "unusual"), (1.0, "raised"))
METHOD: dict[str, Value] = {
    "method": "Getis-Ord Gi*, a cell and the eight round it weighing alike, two-sided",
    "guard": "the larger of that p and the exact p under even spread, because the normal curve fails on handfuls",
    "correction": "Benjamini-Hochberg over the cells reported",
    "cell_rule": "a cell belongs to the area its centre lies in",
    "least_crimes": LEAST_CRIMES,
}
HOT = "{n_in_hot} of {n} crimes lie in {n_hot} hot cells, {area_percent}% of the area."
PLAIN = "No place stands out: {n} crimes, {cells} cells, none hot."
CAVEATS = (
    "Hot means more crimes than elsewhere in the area, not more than its people and premises would lead one to expect.",
    "A hot cell says where recorded crime was, not who is responsible or what will happen next.",
)


@dataclass(frozen=True, eq=False)
class _Study:
    """The cells that take part: those inside the area first, then the ring round them when there is a margin."""

    cells: gpd.GeoDataFrame
    rows: NDArray[np.int64]
    cols: NDArray[np.int64]


def gi_star(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    within: gpd.GeoDataFrame,
    since: date,
    until: date,
    cell_m: int = 250,
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
        The area, in the CRS of the crimes.
    since, until
        First day of the window, and the first day after it; a crime belongs by its middle.
    cell_m
        Side of a cell in metres.
    least_events
        A cell with fewer crimes in and around it is never called hot: the reckoning fails on handfuls.
    share_false
        Share of hot cells that may be flukes, above 0 and up to 0.2.

    Returns
    -------
    Result
        Table `cell, row, col, n, neighbourhood_n, z, p, p_even, q, level, is_cold, geometry`: `n` counts
        every crime in the cell, `p` belongs to `z`, `p_even` is the exact chance of as many in and around
        the cell if crimes fell evenly, `q` corrects the larger of the two, `level` is "very unusual" (q under 0.001), "unusual" (under 0.01), "raised"
        (under `share_false`) or blank; `z`, `p`, `q` are blank where a cell touches the whole area. Not
        assessed when places are withheld, missing, snapped or all one, or with fewer than 30 crimes.

    Raises
    ------
    MethodError
        For a CRS that is missing, in degrees or not the area's, a cell larger than the area, or an
        impossible window or share.

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
    status, reason = placed.refusal(crimes, cell_m=cell_m)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",))
    if not 0 < share_false <= 0.2:
        raise MethodError(what=f"{share_false} is not a share of flukes to accept", now="Give one up to 0.2.")
    chosen = placed.on_map(crimes, since=since, until=until, cell_m=cell_m)
    if within.crs != crimes.crs:
        raise MethodError(
            what=f"the area is in {within.crs} and the crimes in {crimes.crs}", now="Give both in the force's CRS."
        )
    study = _study(within, cell_m=cell_m, has_margin=placed.has_margin(crimes))
    if reason := _too_thin(chosen):
        return not_assessed(name, why=reason, sources=("crimes",))
    counts = _counts(study, chosen.table, cell_m)
    if counts.min() == counts.max():
        return not_assessed(name, why="every cell holds the same number of crimes", sources=("crimes",))
    table = _scored(study, counts, least_events=least_events, share_false=share_false)
    ring = int(study.rows.size - len(study.cells))
    edge = () if ring else ("Nothing was read beyond the border: hot spots there may be missed.",)
    values = _values(table, chosen, cell_m)
    return Result(
        name=name,
        table=table,
        values=values,
        wording=HOT if values["n_hot"] else PLAIN,
        settings={
            **METHOD,
            "cell_m": cell_m,
            "cells_in_margin": ring,
            "since": str(pd.Timestamp(since).date()),
            "until": str(pd.Timestamp(until).date()),
            "least_events": least_events,
            "share_false": share_false,
        },
        caveats=(*CAVEATS, *edge, *chosen.caveats()),
        grain="cell",
        sources=("crimes",),
    )


def _study(within: gpd.GeoDataFrame, *, cell_m: int, has_margin: bool) -> _Study:
    """Lay the cells out, with the ring round them when crimes there are known."""
    cells = grid.cells_within(within, cell_m=cell_m)
    rows, cols = cells["row"].to_numpy(), cells["col"].to_numpy()
    if has_margin:
        ring_rows, ring_cols = grid.ring(rows, cols)
        rows, cols = np.concatenate([rows, ring_rows]), np.concatenate([cols, ring_cols])
    if rows.size < getis_ord.MINIMUM_CELLS:
        raise MethodError(
            what=f"the area holds {rows.size} cells of {cell_m:,} m, too few to compare", now="Choose smaller cells."
        )
    return _Study(cells=cells, rows=rows, cols=cols)


def _too_thin(chosen: placed.Placed) -> str:
    """Why these crimes are too few or too alike to map; blank when they are not."""
    if len(chosen.inside) < LEAST_CRIMES:
        return f"{len(chosen.inside)} crimes can be placed and hot spots need at least {LEAST_CRIMES}"
    if len(chosen.table[["easting", "northing"]].drop_duplicates()) == 1:
        return "all crimes are placed on one point"
    return ""


def _counts(study: _Study, crimes: gpd.GeoDataFrame, cell_m: int) -> NDArray[np.int64]:
    """Count crimes in every cell that takes part."""
    return grid.count(study.rows, study.cols, crimes["easting"], crimes["northing"], cell_m=cell_m)


def _scored(study: _Study, counts: NDArray[np.int64], *, least_events: int, share_false: float) -> gpd.GeoDataFrame:
    """Score the cells inside the area, with the ring taking part."""
    inside = slice(0, len(study.cells))
    found = getis_ord.gi_star(counts, study.rows, study.cols)
    around = grid.neighbourhood(counts, study.rows, study.cols)
    even = even_spread.even_spread(around, found.neighbours, total=int(counts.sum()), all_cells=counts.size)
    z, p, p_even, around = found.z[inside], found.p[inside], even[inside], around[inside]
    # both must find it rare: the normal curve fails on handfuls, even spread on crowded places
    q = discovery.q_values(np.maximum(p, p_even))
    unusual = np.nan_to_num(q, nan=1.0) < share_false
    hot = unusual & (z > 0) & (around >= least_events)
    level = np.select([hot & (q < limit) for limit, _ in LEVELS], [word for _, word in LEVELS], default="")
    scores = {"n": counts[inside], "neighbourhood_n": around, "z": z, "p": p, "p_even": p_even, "q": q, "level": level}
    table = study.cells.assign(**scores, is_cold=unusual & (z < 0))
    return table[[*(c for c in table.columns if c != "geometry"), "geometry"]]


def _values(table: gpd.GeoDataFrame, chosen: placed.Placed, cell_m: int) -> dict[str, Value]:
    """The numbers a page may speak of; crimes are those inside the area."""
    inside, is_hot = chosen.inside, (table["level"] != "").to_numpy()
    at = grid.positions(
        *grid.rows_cols(inside["easting"], inside["northing"], cell_m=cell_m),
        among_rows=table["row"],
        among_cols=table["col"],
    )
    in_hot, percent = int(is_hot[at[at >= 0]].sum()), 100 * float(is_hot.mean())
    return {
        "n": len(inside),
        "n_margin": len(chosen.table) - len(inside),
        "n_edge": int((at < 0).sum()),
        "n_unplaced": chosen.unplaced,
        "n_coarse": chosen.coarse,
        "cells": len(table),
        "n_hot": int(is_hot.sum()),
        "n_very_unusual": int((table["level"] == "very unusual").sum()),
        "n_cold": int(table["is_cold"].sum()),
        "n_in_hot": in_hot,
        "share_in_hot": round(in_hot / len(inside), 3),
        "area_percent": round(percent, 0 if percent >= 1 else 2),
    }
