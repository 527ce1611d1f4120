"""Maps of a week's risk, each made only from what was known before the week began. For the workbench alone.

Every map is brought to the same number of expected crimes and mixed with the same little even spread, so that they
differ in where they put them and in nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from intelnb import grid
from intelnb.errors import MethodError
from intelnb.stats import count_map, kernel, prospective
from intelnb.tables import options, placed, selection
from intelnb.tables.words import several

MAPS = {
    "last year": "crimes of each cell in the 52 weeks before",
    "near repeat": "last year's map, raised within 200 m of a crime of the last 14 days by what past weeks showed",
    "kernel": "smoothed density of the last 13 weeks, Gaussian of 300 m",
    "prospective": "1/(1 + 50 m steps) x 1/(1 + weeks) over the last 56 days within 400 m",
    "count model": "Poisson model of past weeks on last year's and the last 28 days' crimes in and round each cell",
}
NAIVE = "last year"
NAIVE_WEEKS, LEAST_WEEKS = 52, 26
NEAR_M, NEAR_DAYS, KERNEL_WEEKS, KERNEL_M, RECENT_DAYS, LEVEL_WEEKS = 200.0, 14, 13, 300.0, 28, 8
LEARN_WEEKS = 12  # past weeks the count model and the rise near recent crimes are learned from
LONGEST_HOURS = 84.0
EVEN_SHARE = 0.05  # of the expected crimes, spread evenly: no cell is impossible, and no map wins by daring

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Ground:
    """Cells and crimes as numbers: days are counted from 1970, `known` is the day a crime was recorded."""

    cells: gpd.GeoDataFrame
    centre_x: Floats
    centre_y: Floats
    x: Floats
    y: Floats
    day: Floats
    known: Floats
    cell: NDArray[np.int64]

    def counts(self, since: float, until: float, *, known_by: float = np.inf) -> Floats:
        """Crimes in each cell from `since` up to, not with, `until`, recorded before a day."""
        mask = (self.day >= since) & (self.day < until) & (self.known < known_by) & (self.cell >= 0)
        return np.bincount(self.cell[mask], minlength=len(self.cells)).astype(np.float64)

    def before(self, moment: float, *, days: float) -> Bools:
        """Which crimes, in the cells or round them, happened in the days before a moment and were known at it."""
        return np.asarray((self.day >= moment - days) & (self.day < moment) & (self.known < moment), dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class Week:
    """One week and what was known before it began.

    `learned` are its crimes as known a week after its end, which is all later weeks may learn from it; `happened`
    all its crimes, which its maps are scored by.
    """

    start: float
    last_year: Floats
    recent: Floats
    is_near: Bools
    level: float
    learned: Floats
    happened: Floats


def ground(table: gpd.GeoDataFrame, within: gpd.GeoDataFrame, *, cell_m: int) -> Ground:
    """Lay cells over an area and crimes into them; crimes in the margin count for what lies near them.

    Raises
    ------
    MethodError
        When the area cannot carry cells of this size.
    """
    cells = grid.cells_within(within, cell_m=cell_m)
    rows, cols = cells["row"].to_numpy(), cells["col"].to_numpy()
    x, y = table["easting"].to_numpy(dtype=float), table["northing"].to_numpy(dtype=float)
    day = _days(table["middle"].to_numpy())
    known = _days(table["recorded"].to_numpy()) if "recorded" in table else np.full(len(table), np.nan)
    at = grid.positions(*grid.rows_cols(x, y, cell_m=cell_m), among_rows=rows, among_cols=cols)
    known = np.where(np.isnan(known), day, np.maximum(known, day))
    return Ground(cells, (cols + 0.5) * cell_m, (rows + 0.5) * cell_m, x, y, day, known, at)


def refusal(crimes: gpd.GeoDataFrame, *, cell_m: int) -> tuple[str, str]:
    """Say why no map of a week can be made of these crimes: status and reason, both blank when it can."""
    status, reason = placed.refusal(crimes, cell_m=cell_m, wanted="maps of a week's risk")
    if not status and selection.resolution(crimes) == "month":
        return "not assessed", "days are not known closely enough to tell one week from the next"
    return status, reason


def laid(
    crimes: gpd.GeoDataFrame, within: gpd.GeoDataFrame, *, since: date, until: date, cell_m: int
) -> tuple[Ground, tuple[str, ...]]:
    """The cells with the crimes of the weeks asked about and of all that their maps are made from; and what was left out.

    A crime known less closely than half a week belongs to no week for sure and is left out.
    """
    back = 7 * (NAIVE_WEEKS + LEARN_WEEKS + 2)
    options.outlines(within=within)
    chosen = placed.on_map(crimes, since=since - timedelta(days=back), until=until, cell_m=cell_m)
    if within.crs != crimes.crs:
        raise placed.unlike_crs(within, crimes)
    is_close = (chosen.table["hours_wide"] <= LONGEST_HOURS).to_numpy()
    vague = int((~is_close).sum())
    are = "is" if vague == 1 else "are"
    told = (
        (f"{several(vague, 'crime')} with a longer interval than {LONGEST_HOURS:g} hours {are} left out.",)
        if vague
        else ()
    )
    return ground(chosen.table[is_close], within, cell_m=cell_m), (*told, *chosen.caveats("left out"))


def week(held: Ground, start: date) -> Week:
    """One week, and what was known before it began."""
    moment = float(np.datetime64(start, "D").astype(np.int64))
    recent = held.before(moment, days=NEAR_DAYS)
    is_near = np.zeros(len(held.cells), dtype=np.bool_)
    if recent.any():
        centres = cKDTree(np.column_stack([held.centre_x, held.centre_y]))
        # a cell is near when its centre is, or when the crime lies in the cell itself
        for at in centres.query_ball_point(np.column_stack([held.x[recent], held.y[recent]]), NEAR_M):
            is_near[at] = True
        is_near[held.cell[recent & (held.cell >= 0)]] = True
    return Week(
        start=moment,
        last_year=held.counts(moment - 7 * NAIVE_WEEKS, moment, known_by=moment),
        recent=held.counts(moment - RECENT_DAYS, moment, known_by=moment),
        is_near=is_near,
        level=float(held.counts(moment - 7 * LEVEL_WEEKS, moment, known_by=moment).sum()) / LEVEL_WEEKS,
        learned=held.counts(moment, moment + 7, known_by=moment + 14),
        happened=held.counts(moment, moment + 7),
    )


def expected(name: str, held: Ground, now: Week, past: Sequence[Week]) -> Floats:
    """Expected crimes of each cell in a week, by one map.

    Parameters
    ----------
    name
        One of `MAPS`.
    held, now
        The ground and the week.
    past
        Earlier weeks, oldest first; those that ended less than a week before are left out.

    Raises
    ------
    MethodError
        For an unknown map, no crime to make one from, or too few past weeks for a map that learns from them.
    """
    if name not in MAPS:
        raise MethodError(what=f"there is no map '{name}'", now=f"Choose from: {', '.join(MAPS)}.")
    learn = [one for one in past if one.start + 14 <= now.start][-LEARN_WEEKS:]
    if name == NAIVE:
        risk = now.last_year
    elif name == "near repeat":
        risk = now.last_year + EVEN_SHARE * now.last_year.mean()
        risk = np.where(now.is_near, _rise(learn) * risk, risk)
    elif name == "kernel":
        used = held.before(now.start, days=7 * KERNEL_WEEKS)
        risk = kernel.density(held.x[used], held.y[used], held.centre_x, held.centre_y, bandwidth_m=KERNEL_M)
    elif name == "prospective":
        used = held.before(now.start, days=56)
        risk = prospective.prospective(
            held.x[used], held.y[used], now.start - held.day[used], held.centre_x, held.centre_y
        )
    else:
        risk = _modelled(held, now, learn)
    if not risk.sum() or not now.level:
        raise MethodError(what="there is no crime to make this map from", now="Begin later, or widen the area.")
    even = np.full(risk.size, 1 / risk.size)
    return np.asarray(now.level * ((1 - EVEN_SHARE) * risk / risk.sum() + EVEN_SHARE * even), dtype=np.float64)


def _rise(learn: Sequence[Week]) -> float:
    """How many times as many crimes cells near recent ones had as last year's map led to expect, against other cells."""
    near, far = np.zeros(2), np.zeros(2)
    for one in learn:
        share = one.last_year / max(one.last_year.sum(), 1)
        for total, mask in ((near, one.is_near), (far, ~one.is_near)):
            total[:] += (one.learned[mask].sum(), share[mask].sum() * one.learned.sum())
    # half a crime on either side keeps a first few weeks from deciding everything
    return float(((near[0] + 0.5) / (near[1] + 0.5)) / ((far[0] + 0.5) / (far[1] + 0.5)))


def _modelled(held: Ground, now: Week, learn: Sequence[Week]) -> Floats:
    """The count model's map."""
    if len(learn) < LEARN_WEEKS:
        raise MethodError(
            what=f"{several(len(learn), 'past week', 'is', 'are')} too few to learn from",
            now=f"Give {LEARN_WEEKS} or more.",
        )
    rows, cols = held.cells["row"].to_numpy(), held.cells["col"].to_numpy()

    def features(one: Week) -> Floats:
        around = [grid.neighbourhood(counts, rows, cols) - counts for counts in (one.last_year, one.recent)]
        return np.column_stack([one.last_year, one.recent, *around])

    return count_map.fit_and_foretell(
        np.stack([one.learned for one in learn]), np.stack([features(one) for one in learn]), features(now)
    )


def _days(moments: NDArray[np.datetime64]) -> Floats:
    """Moments as days since 1970, blanks as NaN."""
    since = moments.astype("datetime64[us]") - np.datetime64(0, "us")
    return np.where(np.isnat(since), np.nan, since / np.timedelta64(1, "D"))
