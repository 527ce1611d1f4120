"""Emerging hot spots: is a place hot for the first time, on and off, nearly always, or no longer?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb import dates, grid
from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.errors import MethodError
from intelnb.stats import discovery, even_spread, mann_kendall, space_time_gi_star
from intelnb.stats import emerging as records
from intelnb.tables import options, placed, recording, selection, spread, timed
from intelnb.tables.words import several

LEAST_CRIMES = 100
GAP_MEAN = 10.0  # a step without any crime, where others hold this many, is a gap in recording and no quiet time
FIRST, OFTEN, ON_OFF = (
    ("new", "consecutive"),
    ("intensifying", "persistent", "diminishing"),
    ("sporadic", "oscillating"),
)
HOT = (
    "Hot now: {n_hot_now} of {cells} {cells|cell|cells}, {n_first} for the first time, {n_on_off} on and off, "
    "{n_often} nearly always; formerly hot: {n_historical}."
)
PLAIN = "No place is hot now: {n} {n|crime|crimes}, {cells} {cells|cell|cells}, the last {steps} {steps|window|windows} of {weeks} {weeks|week|weeks}."
CAVEATS = (
    "Hot means more crimes than elsewhere and at other times, not more than people and premises would lead one to expect.",
    "A window is judged with the one before it: a place that has just gone quiet counts as hot for one window more.",
    "A class describes what was recorded; it does not say why, or what will happen next.",
)
Rules = Literal["esri", "esri-2.8/sfdep"]


@dataclass(frozen=True, eq=False)
class _Cube:
    """Counts of shape (cells, steps), the reported cells first; and the first day of each step."""

    cells: gpd.GeoDataFrame
    rows: NDArray[np.int64]
    cols: NDArray[np.int64]
    counts: NDArray[np.int64]
    starts: tuple[pd.Timestamp, ...]


def classes(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    within: gpd.GeoDataFrame,
    until: date,
    steps: int = 13,
    weeks: int = 4,
    cell_m: int = 500,
    breaks: pd.DataFrame | None = None,
    rules: Rules = "esri",
    least_events: int = 5,
    share_false: float = 0.05,
    trend_level: float = 0.01,
    longest_interval_hours: float = 168.0,
) -> Result:
    """Class each cell by when it was hot or cold over a row of windows that ends now.

    Each cell in each window is scored with its neighbours in that window and the one before, against the
    average of all cells and windows; of the cells and windows called hot or cold at most about `share_false`
    are expected to be flukes. The classes are those of Esri's Emerging Hot Spot Analysis: see
    `stats.emerging` for their definitions and the order in which they are tried. When the crimes were read
    with a margin, the ring of cells round the area takes part and is not reported.

    Parameters
    ----------
    crimes
        The crimes table, already chosen by kind, in metres.
    name
        Name of the Result on its page.
    within
        The area, in the CRS of the crimes.
    until
        The first day after the last window.
    steps, weeks
        How many windows, at least 10, of how many weeks each.
    cell_m
        Side of a cell in metres.
    breaks
        Known breaks that touch these crimes, in any part of the area; windows before the last lasting one are not
        used. None for those that travel with the table.
    rules
        "esri" (current definitions), or "esri-2.8/sfdep" (older ones, and the average of each window alone).
    least_events
        A cell with fewer crimes in and around it is never called hot: the reckoning fails on handfuls.
    share_false
        Share of hot and cold bins that may be flukes, above 0 and up to 0.2.
    trend_level
        Chance below which a score counts as rising or falling. Windows overlap by one, so that at 0.01 about
        1 in 20 steady cells seems to rise or fall.
    longest_interval_hours
        A crime known less closely in time than this is left out and counted.

    Returns
    -------
    Result
        Table `cell, row, col, n, class_name, is_hot_now, steps_hot, steps_cold, first_hot, last_hot, z_now, trend, tau,
        p_trend, geometry`, one row per cell; `first_hot` and `last_hot` are first days of windows (blank: in
        none), `trend` is "rising", "falling" or blank, `z_now` the score of the last window. Not assessed when
        places are withheld or snapped, data are monthly, with fewer than 100 crimes or 10 comparable windows,
        or when a window looks like a gap in recording.

    Raises
    ------
    MethodError
        For a CRS that is missing, in degrees or not the area's, a cell larger than the area, or options that
        make no sense.

    References
    ----------
    Esri. How Emerging Hot Spot Analysis works. ArcGIS Pro 3, Space Time Pattern Mining toolbox.
    Getis, A. and Ord, J. K. (1992). The analysis of spatial association by use of distance statistics.
    Geographical Analysis 24(3).

    Examples
    --------
    >>> from intelnb.analysis.result import not_assessed
    >>> crimes = gpd.GeoDataFrame({"easting": [1.0], "accuracy_m": [900.0], "middle": [pd.NaT], "hours_wide": [1.0]})
    >>> classes(crimes, name="emerging", within=crimes, until=date(2026, 11, 16)).sentence
    'Not assessed: locations are snapped to map points, too coarse for 500 m cells.'
    """
    options.whole(1, weeks=weeks, cell_m=cell_m)
    options.number(0, least_events=least_events, longest_interval_hours=longest_interval_hours)
    _check(steps, weeks, share_false, trend_level)
    options.day(until=until)
    status, reason = placed.refusal(crimes, cell_m=cell_m)
    if not status and selection.resolution(crimes) == "month":
        status, reason = "not assessed", "data are monthly"
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",))
    options.outlines(within=within)
    if within.crs != crimes.crs:
        raise placed.unlike_crs(within, crimes)
    starts, status, reason = _windows(crimes, breaks, until=until, steps=steps, weeks=weeks)
    if not status and (reason := placed.window_refusal(crimes, since=starts[-1], until=until)):
        status = "not assessed"
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",))
    chosen = placed.on_map(crimes, since=starts[0], until=until, cell_m=cell_m)
    dated = timed.to_the_day(chosen.table, longest_interval_hours=longest_interval_hours)
    cube = _cube(dated.table, within, starts, weeks=weeks, cell_m=cell_m)
    inside = int(placed.is_inside(dated.table).sum())
    if reason := _too_thin(dated.table, cube, inside):
        return not_assessed(name, why=reason, sources=("crimes",))
    table = _classed(cube, rules=rules, least_events=least_events, share_false=share_false, trend_level=trend_level)
    values = _values(table, n=inside, steps=len(starts), weeks=weeks)
    values |= {
        "n_vague": dated.vague,
        "n_future": dated.future,
        "n_unplaced": chosen.unplaced,
        "n_coarse": chosen.coarse,
    }
    short = (f"Only {len(starts)} of {steps} windows can be compared.",) if len(starts) < steps else ()
    return Result(
        name=name,
        table=table,
        values=values,
        wording=HOT if values["n_hot_now"] or values["n_historical"] else PLAIN,
        settings={
            "method": "Getis-Ord Gi* on space and the window before, two-sided, and Mann-Kendall on its scores",
            "rules": rules,
            "mean_of": "all cells and windows" if rules == "esri" else "each window alone",
            "guard": "the larger of that p and the exact p under even spread, because the normal curve fails on handfuls",
            "correction": "Benjamini-Hochberg over all cells and windows reported",
            "until": str(pd.Timestamp(until).date()),
            "steps": len(starts),
            "weeks": weeks,
            "cell_m": cell_m,
            "cells_in_margin": int(cube.rows.size - len(cube.cells)),
            "least_events": least_events,
            "least_crimes": LEAST_CRIMES,
            "share_false": share_false,
            "trend_level": trend_level,
            "longest_interval_hours": longest_interval_hours,
        },
        caveats=(*CAVEATS, *short, *dated.caveats(), *chosen.caveats()),
        grain="cell",
        sources=("crimes",),
    )


def _check(steps: int, weeks: int, share_false: float, trend_level: float) -> None:
    """Refuse options that make no sense."""
    options.whole(records.MINIMUM_STEPS, steps=steps)
    options.together_at_most(options.CENTURY_WEEKS, steps=steps, weeks=weeks)
    options.chance(share_false=share_false, trend_level=trend_level)


def _windows(
    crimes: gpd.GeoDataFrame, breaks: pd.DataFrame | None, *, until: date, steps: int, weeks: int
) -> tuple[tuple[pd.Timestamp, ...], str, str]:
    """First days of the windows that can be compared with the last; else a status and the reason."""
    end = pd.Timestamp(until).date()
    first, last = end - timedelta(weeks=weeks), end - timedelta(days=1)
    periods = dates.periods_until(dates.parse(f"{first.isoformat()}/{last.isoformat()}"), count=steps)
    same = recording.comparable(crimes, periods, breaks=recording.anywhere(crimes, breaks))
    begun = selection.covered_from(crimes)
    usable = same.usable & np.array([begun is not None and period.start >= begun for period in periods])
    # only the unbroken row that ends now is a record
    held = periods[int(np.flatnonzero(~usable).max(initial=-1)) + 1 :]
    if len(held) < records.MINIMUM_STEPS:
        needed = records.MINIMUM_STEPS
        return (), *recording.why_none(same, held=len(held), needed=needed, noun=f"window of {several(weeks, 'week')}")
    return tuple(pd.Timestamp(period.start) for period in held), "", ""


def _cube(
    crimes: gpd.GeoDataFrame, within: gpd.GeoDataFrame, starts: tuple[pd.Timestamp, ...], *, weeks: int, cell_m: int
) -> _Cube:
    """Count crimes per cell and window, with the ring round the area when crimes there are known."""
    cells = grid.cells_within(within, cell_m=cell_m)
    rows, cols = cells["row"].to_numpy(), cells["col"].to_numpy()
    if placed.has_margin(crimes):
        ring_rows, ring_cols = grid.ring(rows, cols)
        rows, cols = np.concatenate([rows, ring_rows]), np.concatenate([cols, ring_cols])
    if rows.size < space_time_gi_star.MINIMUM_CELLS:
        raise MethodError(
            what=f"the area holds {several(rows.size, 'cell')} of {cell_m:,} m, too few to compare",
            now="Choose smaller cells.",
        )
    step = (crimes["middle"] - starts[0]).dt.days.to_numpy() // (7 * weeks)
    x, y = crimes["easting"].to_numpy(), crimes["northing"].to_numpy()
    counts = [grid.count(rows, cols, x[step == at], y[step == at], cell_m=cell_m) for at in range(len(starts))]
    return _Cube(cells=cells, rows=rows, cols=cols, counts=np.column_stack(counts), starts=starts)


def _too_thin(crimes: gpd.GeoDataFrame, cube: _Cube, inside: int) -> str:
    """Why these crimes are too few, too alike or too patchy; blank when they are not."""
    if inside < LEAST_CRIMES:
        return f"{several(inside, 'crime')} can be placed and emerging hot spots need at least {LEAST_CRIMES}"
    if reason := timed.too_alike(crimes):
        return reason
    by_step = cube.counts.sum(axis=0)
    if by_step.min() == 0 and by_step.mean() >= GAP_MEAN:
        empty = cube.starts[int(by_step.argmin())]
        return f"there is no crime at all in the window from {dates.day_words(empty.date())}, which looks like a gap"
    return spread.too_alike(cube.counts, "cell")


def _classed(
    cube: _Cube, *, rules: Rules, least_events: int, share_false: float, trend_level: float
) -> gpd.GeoDataFrame:
    """Score every bin, judge the reported ones, and name each cell's record."""
    inside = slice(0, len(cube.cells))
    found = space_time_gi_star.space_time_gi_star(
        cube.counts, cube.rows, cube.cols, mean_of="cube" if rules == "esri" else "step"
    )
    even = even_spread.even_spread(
        found.around, found.neighbours, total=int(cube.counts.sum()), all_cells=cube.counts.size
    )
    z, around = found.z[inside], found.around[inside]
    # both must find it rare: the normal curve fails on handfuls, even spread on crowded places
    q = np.nan_to_num(discovery.q_values(np.maximum(found.p, even)[inside]), nan=1.0)
    z = np.nan_to_num(z)  # a bin with nothing to compare with is neither hot nor cold
    is_hot, is_cold = (q < share_false) & (z > 0) & (around >= least_events), (q < share_false) & (z < 0)
    moved = mann_kendall.mann_kendall(z)
    trend = np.where(moved.p < trend_level, np.sign(moved.s), 0)
    ever, blank = is_hot.any(axis=1), np.datetime64("NaT", "us")
    begins = np.array(cube.starts, dtype="datetime64[us]")
    last = len(begins) - 1 - is_hot[:, ::-1].argmax(axis=1)
    table = cube.cells.assign(
        n=cube.counts[inside].sum(axis=1),
        class_name=records.emerging(is_hot, is_cold, trend, rules=rules),
        is_hot_now=is_hot[:, -1],
        steps_hot=is_hot.sum(axis=1),
        steps_cold=is_cold.sum(axis=1),
        first_hot=np.where(ever, begins[is_hot.argmax(axis=1)], blank),
        last_hot=np.where(ever, begins[last], blank),
        z_now=z[:, -1],
        trend=np.select([trend > 0, trend < 0], ["rising", "falling"], default=""),
        tau=np.nan_to_num(moved.tau),
        p_trend=moved.p,
    )
    return table[[*(c for c in table.columns if c != "geometry"), "geometry"]]


def _values(table: gpd.GeoDataFrame, *, n: int, steps: int, weeks: int) -> dict[str, Value]:
    """The numbers a page may speak of."""
    held = {kind: int((table["class_name"] == f"{kind} hot spot").sum()) for kind in records.KINDS}
    kind_now = table.loc[table["is_hot_now"], "class_name"].str.removesuffix(" hot spot")
    return {
        "n": n,
        "cells": len(table),
        "steps": steps,
        "weeks": weeks,
        "n_hot_now": len(kind_now),
        "n_first": int(kind_now.isin(FIRST).sum()),
        "n_often": int(kind_now.isin(OFTEN).sum()),
        "n_on_off": int(kind_now.isin(ON_OFF).sum()),
        **{f"n_{kind}": number for kind, number in held.items()},
        "n_cold": int(table["class_name"].str.endswith("cold spot").sum()),
    }
