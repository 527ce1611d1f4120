"""Crimes that can stand on a map: inside a window, placed by a point, and placed finely enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from intelnb.dates import short_day
from intelnb.errors import MethodError
from intelnb.tables import selection
from intelnb.tables.words import several

MONTH_HOURS = 600.0  # an interval longer than this says the month, not the day


@dataclass(frozen=True, eq=False)
class Placed:
    """Crimes since a day with a usable point, and how many had none (`unplaced`) or one too vague (`coarse`)."""

    table: gpd.GeoDataFrame
    unplaced: int
    coarse: int
    since: date

    @property
    def inside(self) -> gpd.GeoDataFrame:
        """Only those inside the area asked for, not in the margin round it."""
        return self.table[is_inside(self.table)]

    def caveats(self, left: str = "left off the map") -> tuple[str, ...]:
        """What was left out, since when, and of what, in words: several windows may stand in one paragraph."""
        first = f"Since {short_day(self.since)} {self.since.year}"
        told = []
        if self.unplaced:
            n = several(self.unplaced, "crime", "has", "have")
            told.append(f"{first}, {n} no location and {'is' if self.unplaced == 1 else 'are'} {left}.")
        if self.coarse:
            told.append(f"{first}, {several(self.coarse, 'crime', 'is', 'are')} placed too vaguely and {left}.")
        return tuple(told)


def refusal(crimes: pd.DataFrame, *, cell_m: float, wanted: str = "") -> tuple[str, str]:
    """Say why these crimes cannot be mapped this finely: status and reason, both blank when they can.

    Parameters
    ----------
    crimes
        The crimes table.
    cell_m
        Size of a cell, or the distance asked about, in metres.
    wanted
        What snapped points are too coarse for; blank means `250 m cells`.

    Examples
    --------
    >>> import pandas as pd
    >>> refusal(pd.DataFrame({"easting": [1.0], "accuracy_m": [500.0], "middle": [pd.NaT]}), cell_m=250)
    ('not assessed', 'locations are snapped to map points, too coarse for 250 m cells')
    """
    status, reason = selection.refusal(crimes, needs=["middle"])
    if status:
        return status, reason
    withheld = {"easting", "northing", "geometry"} & set(crimes.attrs.get("withheld", ()))
    if withheld:
        return "not assessed", "locations are withheld from this audience"
    if not len(crimes):
        return "not assessed", "there are no crimes to map"
    if not selection.has_points(crimes):
        return "not assessed", "no crime has a location"
    if selection.is_snapped(crimes, cell_m=cell_m):
        wanted = wanted or f"{cell_m:g} m cells"
        return "not assessed", f"locations are snapped to map points, too coarse for {wanted}"
    return "", ""


def on_map(crimes: gpd.GeoDataFrame, *, since: date, until: date, cell_m: float) -> Placed:
    """Choose the crimes of a window that have a point known to half a cell or better.

    Parameters
    ----------
    crimes
        The crimes table; `middle` puts a crime in the window.
    since, until
        First day of the window, and the first day after it.
    cell_m
        Size of a cell, or the distance asked about, in metres.

    Raises
    ------
    MethodError
        When the table is not in a projected CRS, or the window ends before it begins.
    """
    _check(crimes, since, until)
    within = crimes[in_window(crimes, since=since, until=until)]
    has_point = within["easting"].notna() & within["northing"].notna()
    if "placed_by" in within:
        has_point &= within["placed_by"] == "point"
    vague = np.zeros(len(within), dtype=bool)
    if "accuracy_m" in within:
        vague = (within["accuracy_m"].astype(float) > cell_m / 2).to_numpy()
    fine = has_point.to_numpy() & ~vague
    inside = is_inside(within)
    return Placed(
        table=within[fine],
        unplaced=int((~has_point.to_numpy() & inside).sum()),
        coarse=int((has_point.to_numpy() & vague & inside).sum()),
        since=pd.Timestamp(since).date(),
    )


def in_window(crimes: pd.DataFrame, *, since: date, until: date) -> np.ndarray:
    """Whether each crime's middle lies from `since` up to, not with, `until`.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.to_datetime(["2026-11-08", "2026-11-09", "2026-11-16"])
    >>> crimes = pd.DataFrame({"middle": days})
    >>> in_window(crimes, since=date(2026, 11, 9), until=date(2026, 11, 16)).tolist()
    [False, True, False]
    """
    middle = crimes["middle"]
    return ((middle >= pd.Timestamp(since)) & (middle < pd.Timestamp(until))).to_numpy()


def is_inside(crimes: pd.DataFrame) -> np.ndarray:
    """Whether each crime lies inside the area asked for; all do when the table was read without a margin."""
    return crimes["inside"].to_numpy(dtype=bool) if "inside" in crimes else np.ones(len(crimes), dtype=bool)


def has_margin(crimes: pd.DataFrame) -> bool:
    """Whether the table was read with a margin round the area and something lies in it."""
    return not bool(is_inside(crimes).all())


def _check(crimes: gpd.GeoDataFrame, since: date, until: date) -> None:
    """Refuse degrees and windows that end before they begin."""
    crs = getattr(crimes, "crs", None)
    if crs is None or not crs.is_projected:
        raise MethodError(
            what=f"the crimes are in {crs.name if crs else 'no CRS'}, not in metres",
            now="Read them through the workspace, which puts them in the force's projected CRS.",
        )
    if pd.Timestamp(until) <= pd.Timestamp(since):
        raise MethodError(what=f"the window from {since} to {until} is empty", now="Give a later end.")
