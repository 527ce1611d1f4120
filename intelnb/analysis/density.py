"""Density: crimes, or their harm, per square kilometre, smoothed over a stated distance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.analysis.result import Result, not_assessed
from intelnb.doctrine import harm as doctrine
from intelnb.errors import MethodError
from intelnb.stats import kernel
from intelnb.tables import cells as places
from intelnb.tables import options, placed, smoothing, spread

DENSEST = "The densest cell has about {highest} %s per square kilometre, {times} {times|time|times} the area's average."
UNITS = {"crimes": "{highest|crime|crimes}", "days of harm": "{highest|day|days} of harm"}
QGIS = "Heat map made as QGIS makes it: values are no density and compare only within this map."
SMOOTH = "Smoothing spreads each crime over its surroundings, rivers and parks included."
ONE_POINT = "All crimes are placed on one point: the map shows how far it was smoothed, and no pattern."
NO_TEST = "No test of chance stands behind this map."

Floats = NDArray[np.float64]


def smoothed(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    within: gpd.GeoDataFrame,
    since: date,
    until: date,
    bandwidth_m: float | None = 300.0,
    kind: kernel.Kernel = "gaussian",
    shape: places.Shape = "square",
    cell_m: int = 100,
    corrects_border: bool = False,
    weights: pd.DataFrame | None = None,
) -> Result:
    """Smooth the crimes of a window over a distance, and read their density off at the middle of each cell.

    Crimes in the margin round the area take part. Without a margin the density is too low near the border, unless
    it is corrected: divided by the share of the kernel that lies inside the area.

    Parameters
    ----------
    crimes
        The crimes table, already chosen by kind, in metres.
    name
        Name of the Result on its page.
    within
        The area, in the CRS of the crimes; with "area" the areas to read the density off at: `code, name, geometry`.
    since, until
        First day of the window, and the first day after it; a crime belongs by its middle.
    bandwidth_m
        How far to smooth, in metres: a Gaussian's standard deviation, a quartic's radius. None takes Scott's rule,
        which smooths too much where crimes gather, and records it.
    kind
        "gaussian", "quartic", or "quartic_qgis", which is no density and only makes an old map again.
    shape
        "square", "hexagon" (points north and south, `cell_m` between opposite sides), or "area".
    cell_m
        Side of a square or width of a hexagon in metres; not used for areas.
    corrects_border
        Whether to correct for what lies beyond the border, as if it were like what lies inside.
    weights
        Harm tables; then days of harm are smoothed instead of crimes.

    Returns
    -------
    Result
        Table `code, name, n, density, shown` (the density as words) `, geometry`. Not assessed when places are
        withheld, missing or snapped too coarsely for the cells or the bandwidth, with fewer than 10 crimes, or where
        none lies in the area.

    Raises
    ------
    MethodError
        For a CRS that is missing, in degrees or not the area's, a bandwidth that is none, cells larger than the
        area, or an impossible window.

    References
    ----------
    Silverman, B. W. (1986). Density estimation for statistics and data analysis. Chapman and Hall.
    Diggle, P. J. (1985). A kernel method for smoothing point process data. Applied Statistics 34(2).

    Examples
    --------
    >>> import shapely
    >>> x = [500.0] * 30
    >>> crimes = gpd.GeoDataFrame(
    ...     {"easting": x, "northing": x, "middle": pd.Timestamp("2026-11-10")},
    ...     geometry=gpd.points_from_xy(x, x), crs="EPSG:27700",
    ... )
    >>> area = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1000, 1000)], crs="EPSG:27700")
    >>> smoothed(crimes, name="d", within=area, since=date(2026, 11, 9), until=date(2026, 11, 16)).sentence
    "The densest cell has about 52 crimes per square kilometre, 2.1 times the area's average."
    """
    options.whole(1, cell_m=cell_m)
    made = smoothing.of(
        crimes, within=within, since=since, until=until, bandwidth_m=bandwidth_m, kind=kind, shape=shape, cell_m=cell_m
    )
    if isinstance(made, tuple):
        return not_assessed(name, why=made[1], status=made[0], sources=("crimes",))
    counted, weight, told, label = _weighed(made.chosen, weights, until=until)
    if counted.inside.empty:
        return not_assessed(name, why="no crime of this window has a weight", sources=("crimes", "harm_weights"))
    density = made.density(counted.table, weights=weight)
    if corrects_border:
        density = density / made.share_within(within)
    table = _table(made, density, counted)
    km2 = made.cells.km2[made.cells.reported]
    average = float((density * km2).sum() / km2.sum())
    scale = 1 / kernel.M2_PER_KM2 if kind == "quartic_qgis" else 1.0
    unit = "crimes" if weights is None else "days of harm"
    return Result(
        name=name,
        table=table.assign(density=density * scale, shown=[_words(d * scale) for d in density]),
        values={
            "n": len(counted.inside),
            "n_margin": len(counted.table) - len(counted.inside),
            "n_unplaced": counted.unplaced,
            "n_coarse": counted.coarse,
            "n_elsewhere": len(counted.inside) - int(table["n"].sum()),
            "cells": len(table),
            "highest": _rounded(float(density.max()) * scale),
            "average": _rounded(average * scale),
            "times": round(float(density.max()) / average, 1) if average > 0 else 0.0,
            "bandwidth_m": round(made.bandwidth_m, 1),
            "unit": unit,
        },
        wording=QGIS if kind == "quartic_qgis" else DENSEST % UNITS[unit],
        settings={
            **made.settings(since=since, until=until),
            "border": _border(made, corrects_border=corrects_border),
            **({} if weights is None else {"weights": label}),
        },
        caveats=(SMOOTH, NO_TEST, *_of_map(made, corrects_border=corrects_border), *told, *counted.caveats()),
        grain="cell",
        sources=("crimes",) if weights is None else ("crimes", "harm_weights"),
    )


def _weighed(
    chosen: placed.Placed, weights: pd.DataFrame | None, *, until: date
) -> tuple[placed.Placed, Floats | None, tuple[str, ...], str]:
    """The crimes that count, what each counts for, and what a reader must know of the weights."""
    if weights is None:
        return chosen, None, (), ""
    weigh = doctrine.in_force(weights, on=(pd.Timestamp(until) - pd.Timedelta(days=1)).date())
    if not weigh.weights:
        raise MethodError(what="no table of harm is loaded", now="Load the force's own, or ask without weights.")
    days = weigh.days(chosen.table["kind"])
    has = ~np.isnan(days)
    return replace(chosen, table=chosen.table[has]), days[has], weigh.caveats(chosen.table["kind"]), weigh.label


def _table(made: smoothing.Smoothing, density: Floats, chosen: placed.Placed) -> gpd.GeoDataFrame:
    """Reported cells with their crimes and density."""
    where = made.cells.locate(chosen.inside)
    n = np.bincount(where[where >= 0], minlength=made.cells.x.size)[made.cells.reported].astype(np.int64)
    table = made.cells.table[["code", "name", "geometry"]].assign(n=n, density=density, shown="")
    return table[["code", "name", "n", "density", "shown", "geometry"]]


def _border(made: smoothing.Smoothing, *, corrects_border: bool) -> str:
    """What was done about the border."""
    if corrects_border:
        return "divided by the share of the kernel inside the area"
    return "crimes in the margin take part" if placed.has_margin(made.chosen.table) else "not corrected"


def _of_map(made: smoothing.Smoothing, *, corrects_border: bool) -> tuple[str, ...]:
    """What a reader must know of the border and of cells too wide for the smoothing."""
    told = [ONE_POINT] if spread.on_one_point(made.chosen.table) else []
    if not corrects_border and not placed.has_margin(made.chosen.table):
        told.append("Nothing was read beyond the border: the density is too low near it.")
    if made.cells.shape == "area":
        told.append("The density is read off at one point inside each area.")
    elif made.cells.cell_m > made.bandwidth_m:
        told.append("Cells are wider than the smoothing: peaks may fall between their middles.")
    return tuple(told)


def _rounded(value: float) -> float:
    """A density with no more digits than a reader needs."""
    return float(f"{value:.2g}") if 0 < value < 10 else round(value)


def _words(value: float) -> str:
    """A density as words."""
    return f"{_rounded(value):,g}"
