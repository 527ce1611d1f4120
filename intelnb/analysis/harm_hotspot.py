"""Hot spots of harm: where days of harm, not only crimes, stand together more than chance would put them."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.doctrine import harm as doctrine
from intelnb.tables import cells as places
from intelnb.tables import hot_cells, options, placed, spread
from intelnb.tables.words import several

LEAST_CRIMES = 30
LEAST_PLACES = 3
HOT = "{harm_percent}% of harm lies in {n_hot} hot {n_hot|cell|cells}, {area_percent}% of the area."
PLAIN = "No place stands out by harm: {n} {n|crime|crimes}, {cells} {cells|cell|cells}, none hot."
CAVEATS = (
    "One grave crime can hold most of a cell's harm; such a cell is not called hot for it alone.",
    "Weights are days a guideline gives, not what victims feel.",
)
SOURCES = ("crimes", "harm_weights")


def gi_star(
    crimes: gpd.GeoDataFrame,
    *,
    weights: pd.DataFrame,
    name: str,
    within: gpd.GeoDataFrame,
    since: date,
    until: date,
    shape: places.Shape = "square",
    cell_m: int = 250,
    measure: str = doctrine.HARM,
    least_events: int = 5,
    share_false: float = 0.05,
) -> Result:
    """Find the cells where harm in and around them stands out from the whole area.

    As `hotspot.gi_star`, with each crime counting for the weight of its kind. A cell must stand out by its score and
    hold more harm than crimes of these weights falling anywhere alike would bring there: chance is reckoned exactly
    from the weights there were, so that one grave crime alone makes no hot spot.

    Parameters
    ----------
    crimes, name, within, since, until, shape, cell_m, least_events, share_false
        As for `hotspot.gi_star`; crimes of kinds without a weight are left out and named.
    weights
        Harm tables; the version in force on the last day of the window is used.
    measure
        "harm" or "severity"; never both mixed.

    Returns
    -------
    Result
        Table `cell, name, n, harm_days, neighbourhood_n, z, p, p_even, q, is_hot, geometry`: `p` belongs to `z`, `p_even`
        is the exact chance of as much harm or more if crimes fell evenly, doubled; `q` corrects the larger. Not
        assessed as `hotspot.gi_star`, and without a table of the measure.

    Raises
    ------
    MethodError
        As `hotspot.gi_star`, and when the weights could mislead.

    References
    ----------
    Ord, J. K. and Getis, A. (1995). Local spatial autocorrelation statistics. Geographical Analysis 27(4).
    Sherman, L., Neyroud, P. W. and Neyroud, E. (2016). The Cambridge crime harm index. Policing 10(3).

    Examples
    --------
    >>> from intelnb.tables.crimes import CONTRACT
    >>> none = gpd.GeoDataFrame(CONTRACT.empty())
    >>> none.attrs["status"] = "not submitted"
    >>> window = {"since": date(2026, 11, 9), "until": date(2026, 11, 16)}
    >>> gi_star(none, weights=pd.DataFrame(), name="h", within=none, **window).sentence
    'Not submitted: no crime records were received.'
    """
    options.whole(1, cell_m=cell_m)
    options.number(0, least_events=least_events)
    options.chance(share_false=share_false)
    found = spread.over(crimes, within=within, since=since, until=until, shape=shape, cell_m=cell_m, least=0)
    if isinstance(found, tuple):
        return not_assessed(name, why=found[1], status=found[0], sources=SOURCES)
    if not len(weights):
        return not_assessed(name, why="no harm table is loaded", sources=SOURCES)
    weigh = doctrine.in_force(weights, on=(pd.Timestamp(until) - pd.Timedelta(days=1)).date(), measure=measure)
    kinds = found.chosen.table["kind"]
    days = weigh.days(kinds)
    takes_part = ~np.isnan(days) & (found.position >= 0)
    inside = takes_part & placed.is_inside(found.chosen.table)
    n = np.bincount(found.position[takes_part], minlength=found.cells.x.size).astype(np.int64)
    harm = hot_cells.Harm(found.sums(np.where(takes_part, days, 0.0)), days[takes_part])
    is_one_point = found.cells.shape != "area" and spread.on_one_point(found.chosen.table[takes_part])
    why = _too_thin(int(inside.sum()), harm, measure=measure, has_table=bool(weigh.weights), is_one_point=is_one_point)
    if why:
        return not_assessed(name, why=why, sources=SOURCES)
    hot = hot_cells.scored(found.cells, n, least_events=least_events, share_false=share_false, harm=harm)
    here = found.cells.reported
    table = found.cells.table.rename(columns={"code": "cell"})[["cell", "name", "geometry"]].assign(
        n=n[here], harm_days=harm.sums[here].round(1), neighbourhood_n=hot.around, z=hot.z, p=hot.p, p_even=hot.p_even,
        q=hot.q, is_hot=hot.is_hot,
    )  # fmt: skip
    edge = () if found.cells.ring else ("Nothing was read beyond the border: hot spots there may be missed.",)
    values = _values(table, found, inside)
    return Result(
        name=name,
        table=table[[*(c for c in table.columns if c != "geometry"), "geometry"]],
        values=values,
        wording=HOT if values["n_hot"] else PLAIN,
        settings={
            "method": "Getis-Ord Gi* on days of harm, two-sided",
            "guard": "the larger of that p and twice the exact chance of the harm under even spread of these weights",
            "correction": "Benjamini-Hochberg over the cells reported",
            "measure": doctrine.MEASURES[measure],
            "weights": weigh.label,
            **found.cells.settings(),
            "since": str(pd.Timestamp(since).date()),
            "until": str(pd.Timestamp(until).date()),
            "least_events": least_events,
            "share_false": share_false,
            "least_crimes": LEAST_CRIMES,
        },
        caveats=(*CAVEATS, *weigh.caveats(kinds), *edge, *found.chosen.caveats()),
        grain=found.cells.level or "cell",
        sources=SOURCES,
    )


def _too_thin(inside: int, harm: hot_cells.Harm, *, measure: str, has_table: bool, is_one_point: bool) -> str:
    """Why harm cannot be mapped; blank when it can."""
    if not has_table:
        return f"no table of {measure} is loaded"
    if inside < LEAST_CRIMES:
        have = several(inside, "crime", "has", "have")
        return f"{have} a place and a weight, and hot spots need at least {LEAST_CRIMES}"
    if is_one_point:
        return spread.ONE_POINT
    if harm.sums.size < LEAST_PLACES or harm.sums.min() == harm.sums.max():
        return "every cell holds the same harm"
    return ""


def _values(table: gpd.GeoDataFrame, found: spread.Spread, inside: np.ndarray) -> dict[str, Value]:
    """The numbers a page may speak of."""
    is_hot, km2 = table["is_hot"].to_numpy(), found.cells.km2[found.cells.reported]
    harm, total = table["harm_days"].to_numpy(), float(table["harm_days"].sum())
    percent = 100 * float(km2[is_hot].sum() / km2.sum())
    return {
        "n": int(inside.sum()),
        "harm_days": round(total, 1),
        "cells": len(table),
        "n_hot": int(is_hot.sum()),
        "harm_percent": round(100 * float(harm[is_hot].sum()) / total) if total > 0 else 0,
        "area_percent": round(percent, 0 if percent >= 1 else 2),
        "n_unplaced": found.chosen.unplaced,
        "n_coarse": found.chosen.coarse,
    }
