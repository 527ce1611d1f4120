"""How the crimes of a window spread over places: each in one, or in none; counted, and refused where they are too vague."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from intelnb.tables import cells, options, placed
from intelnb.tables.words import several

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Spread:
    """Crimes of one window in their places: `position` is where each chosen crime lies, -1 in none of them."""

    cells: cells.Cells
    chosen: placed.Placed
    position: Ints
    caveats: tuple[str, ...] = field(default=())

    @property
    def n(self) -> Ints:
        """Crimes per place, those of the ring last."""
        return np.bincount(self.position[self.position >= 0], minlength=self.cells.x.size).astype(np.int64)

    def sums(self, weights: ArrayLike) -> Floats:
        """Weights of the chosen crimes summed per place."""
        weight, met = np.asarray(weights, dtype=np.float64), self.position >= 0
        summed = np.bincount(self.position[met], weights=weight[met], minlength=self.cells.x.size)
        return summed.astype(np.float64)

    @property
    def is_one_point(self) -> bool:
        """Whether all chosen crimes lie on one point; crimes placed by the code of an area have none."""
        return self.cells.shape != "area" and on_one_point(self.chosen.table)

    @property
    def elsewhere(self) -> int:
        """Crimes inside the area asked for that lie in none of the reported places."""
        reported = (self.position >= 0) & (self.position < len(self.cells.table))
        return int((placed.is_inside(self.chosen.table) & ~reported).sum())


ONE_POINT = "all crimes are placed on one point"


def on_one_point(crimes: pd.DataFrame) -> bool:
    """Whether crimes with a point all share it.

    Examples
    --------
    >>> on_one_point(pd.DataFrame({"easting": [1.0, 1.0], "northing": [2.0, 2.0]}))
    True
    """
    return len(crimes[["easting", "northing"]].drop_duplicates()) == 1


def too_alike(n: ArrayLike, noun: str = "place") -> str:
    """Say why counts of places cannot be told apart: none holds anything, or all hold the same; blank when they can.

    Examples
    --------
    >>> too_alike([0, 0]), too_alike([2, 2], "cell"), too_alike([0, 1])
    ('no crime lies in these places', 'every cell holds the same number of crimes', '')
    """
    held = np.asarray(n)
    if not held.any():
        return f"no crime lies in these {noun}s"
    return f"every {noun} holds the same number of crimes" if held.min() == held.max() else ""


def over(
    crimes: gpd.GeoDataFrame,
    *,
    within: gpd.GeoDataFrame,
    since: date,
    until: date,
    shape: cells.Shape = "square",
    cell_m: int = 250,
    least: int = 1,
) -> Spread | tuple[str, str]:
    """Count the crimes of a window in places of any shape, or say why they cannot be.

    Points snapped or known too vaguely for the places are refused: a point must be known to half a square or
    hexagon, or to the side of a square as large as the median area. Crimes are counted in own areas as they were
    read: by their point, else by their recorded code.

    Parameters
    ----------
    crimes, since, until
        The crimes table; first day of the window, and the first day after it. A crime belongs by its middle.
    within, shape, cell_m
        As for `lay`; the ring takes part where crimes were read with a margin.
    least
        Fewest crimes inside the area that can be answered from.

    Returns
    -------
    The counted crimes, or a status of `Result` and a reason.

    Raises
    ------
    MethodError
        As `lay`, and for crimes in another CRS than the area, or an impossible window.
    """
    if within is None:
        options.outlines(within=within)
    level = _level(within, crimes) if shape == "area" else ""
    fine_m = cells.fine_m(within, shape=shape, cell_m=cell_m)
    wanted = "these areas" if shape == "area" else ""
    status, reason = placed.refusal(crimes, cell_m=fine_m, wanted=wanted, level=level)
    if not status and (reason := placed.window_refusal(crimes, since=since, until=until)):
        status = "not assessed"
    if status:
        return status, reason
    options.outlines(within=within)
    chosen = placed.on_map(crimes, since=since, until=until, cell_m=fine_m, level=level)
    if within.crs != crimes.crs:
        raise placed.unlike_crs(within, crimes)
    laid = cells.lay(within, shape=shape, cell_m=cell_m, has_margin=placed.has_margin(crimes))
    if len(chosen.inside) < least:
        return "not assessed", f"{several(len(chosen.inside), 'crime')} can be placed and this needs at least {least}"
    return _spread(laid, chosen)


def anew(crimes: gpd.GeoDataFrame, laid: cells.Cells, *, since: date, until: date) -> Spread:
    """Count the crimes of another window in the same places; nothing is refused, which was done before."""
    level = laid.level if laid.level in crimes else ""
    chosen = placed.on_map(crimes, since=since, until=until, cell_m=laid.fine_m, level=level)
    return _spread(laid, chosen)


def _spread(laid: cells.Cells, chosen: placed.Placed) -> Spread:
    """The chosen crimes in their places, and what a reader must know of them."""
    found = Spread(laid, chosen, laid.locate(chosen.table))
    return replace(found, caveats=_caveats(found))


def _level(within: gpd.GeoDataFrame, crimes: pd.DataFrame) -> str:
    """The column of the crimes that holds the codes of these areas; blank where there is none."""
    level = str(within["level"].iloc[0]) if "level" in within and len(within) else ""
    return level if level in crimes else ""


def _caveats(found: Spread) -> tuple[str, ...]:
    """What was left off, and what snapping does to areas."""
    told = list(found.chosen.caveats())
    if found.cells.shape == "area" and found.chosen.vaguest_m > 0:
        told.append(
            f"Points may be up to {found.chosen.vaguest_m:,.0f} m from the truth: crimes near a border may count next door."
        )
    if found.elsewhere:
        lie = several(found.elsewhere, "crime", "lies", "lie")
        told.append(f"{lie} in none of these places, at the border or outside.")
    return tuple(told)
