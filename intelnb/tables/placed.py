"""Crimes that can stand on a map: inside a window, placed by a point, and placed finely enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from intelnb.dates import short_day
from intelnb.errors import MethodError
from intelnb.tables import options, selection, unsent
from intelnb.tables.words import several

MONTH_HOURS = 600.0  # an interval longer than this says the month, not the day


@dataclass(frozen=True, eq=False)
class Placed:
    """Crimes since a day with a usable place, and how many had none (`unplaced`) or one too vague (`coarse`).

    `vaguest_m` is how far the vaguest point used may be from the truth, in metres; 0 where all are exact. `lacks` says
    what the window lacks: gaps and months never submitted.
    """

    table: gpd.GeoDataFrame
    unplaced: int
    coarse: int
    since: date
    vaguest_m: float = 0.0
    lacks: tuple[str, ...] = ()

    @property
    def inside(self) -> gpd.GeoDataFrame:
        """Only those inside the area asked for, not in the margin round it."""
        return self.table[is_inside(self.table)]

    def caveats(self, left: str = "left off the map") -> tuple[str, ...]:
        """What the window lacks and what was left out, since when, in words: several may stand in one paragraph."""
        first = f"Since {short_day(self.since)} {self.since.year}"
        told = [*self.lacks]
        if self.unplaced:
            n = several(self.unplaced, "crime", "has", "have")
            told.append(f"{first}, {n} no location and {'is' if self.unplaced == 1 else 'are'} {left}.")
        if self.coarse:
            told.append(f"{first}, {several(self.coarse, 'crime', 'is', 'are')} placed too vaguely and {left}.")
        return tuple(told)


def refusal(crimes: pd.DataFrame, *, cell_m: float, wanted: str = "", level: str = "") -> tuple[str, str]:
    """Say why these crimes cannot be mapped this finely: status and reason, both blank when they can.

    Parameters
    ----------
    crimes
        The crimes table.
    cell_m
        Size of a cell, or the distance asked about, in metres.
    wanted
        What snapped points are too coarse for; blank means `250 m cells`.
    level
        Column of area codes the crimes are placed by; blank for points.

    Examples
    --------
    >>> import pandas as pd
    >>> refusal(pd.DataFrame({"easting": [1.0], "accuracy_m": [500.0], "middle": [pd.NaT]}), cell_m=250)
    ('not assessed', 'locations are snapped to map points, too coarse for 250 m cells')
    """
    status, reason = selection.refusal(crimes, needs=["middle"])
    if status:
        return status, reason
    places = {level} if level else {"easting", "northing", "geometry"}
    if places & set(crimes.attrs.get("withheld", ())):
        return "not assessed", "locations are withheld from this audience"
    if not len(crimes):
        return "not assessed", "there are no crimes to map"
    if not (has_codes(crimes, level) if level else selection.has_points(crimes)):
        return "not assessed", "no crime has a location"
    if selection.is_snapped(crimes, cell_m=cell_m):
        wanted = wanted or f"{cell_m:,.10g} m cells"
        return "not assessed", f"locations are snapped to map points, too coarse for {wanted}"
    return "", ""


def has_codes(crimes: pd.DataFrame, level: str) -> bool:
    """Whether any crime lies in an area of this level."""
    return level in crimes and bool((crimes[level].fillna("") != "").any())


def on_map(crimes: gpd.GeoDataFrame, *, since: date, until: date, cell_m: float, level: str = "") -> Placed:
    """Choose the crimes of a window that have a point known to half a cell or better, or an area of a level.

    Parameters
    ----------
    crimes
        The crimes table; `middle` puts a crime in the window.
    since, until
        First day of the window, and the first day after it.
    cell_m
        Size of a cell, or the distance asked about, in metres.
    level
        Column of area codes to place by: a crime without a point counts where its recorded code lies. Blank
        for points only.

    Raises
    ------
    MethodError
        When the table is not in a projected CRS, or the window ends before it begins.
    """
    options.day(since=since, until=until)
    _check(crimes, since, until)
    within = crimes[in_window(crimes, since=since, until=until)]
    by_point = _by_point(within)
    has_place = (within[level].fillna("") != "").to_numpy() if level else by_point
    accuracy = within["accuracy_m"].astype(float).fillna(0).to_numpy() if "accuracy_m" in within else np.zeros(1)
    vague = by_point & (accuracy > cell_m / 2)
    fine = has_place & ~vague
    inside = is_inside(within)
    return Placed(
        table=within[fine],
        unplaced=int((~has_place & inside).sum()),
        coarse=int((has_place & vague & inside).sum()),
        since=pd.Timestamp(since).date(),
        vaguest_m=float(np.max(np.where(fine & by_point, accuracy, 0.0), initial=0.0)),
        lacks=unsent.told(crimes, since=since, until=until),
    )


def window_refusal(crimes: pd.DataFrame, *, since: date, until: date) -> str:
    """Say why crimes cannot be counted in a window: monthly data part a month, or it lies outside them; blank when they can.

    Examples
    --------
    >>> import pandas as pd
    >>> monthly = pd.DataFrame({"hours_wide": [743.0]})
    >>> window_refusal(monthly, since=date(2026, 10, 1), until=date(2026, 11, 1))
    ''
    >>> window_refusal(monthly, since=date(2026, 10, 5), until=date(2026, 11, 2))
    'data are monthly and the window does not begin and end with a month'
    """
    options.day(since=since, until=until)
    parts_a_month = pd.Timestamp(since).day != 1 or pd.Timestamp(until).day != 1
    if parts_a_month and "hours_wide" in crimes and selection.resolution(crimes) == "month":
        return "data are monthly and the window does not begin and end with a month"
    return unsent.outside(crimes, since=since, until=until)


def window_before(
    since: date, until: date, *, before_since: date | None, before_until: date | None
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Choose the earlier window: as given, or as long as the later one and up to it; never overlapping it.

    Raises
    ------
    MethodError
        When the earlier window is empty or overlaps the later one.

    Examples
    --------
    >>> [str(day.date()) for day in window_before(date(2026, 11, 9), date(2026, 11, 16), before_since=None, before_until=None)]
    ['2026-11-02', '2026-11-09']
    """
    before = {"before_since": before_since, "before_until": before_until}
    options.day(since=since, until=until, **{name: one for name, one in before.items() if one is not None})
    last = pd.Timestamp(since if before_until is None else before_until)
    first = last - (pd.Timestamp(until) - pd.Timestamp(since)) if before_since is None else pd.Timestamp(before_since)
    if first >= last or last > pd.Timestamp(since):
        raise MethodError(
            what=f"the earlier window, {first.date()} to {last.date()}, is empty or overlaps the later one",
            now="Give one that ends where the later one begins, or sooner.",
        )
    return first, last


def history_refusal(crimes: pd.DataFrame, *, first: date) -> str:
    """Say that the data begin after a day, so that what lies before is not a quiet time; blank when they do not.

    Examples
    --------
    >>> import pandas as pd
    >>> crimes = pd.DataFrame({"middle": pd.to_datetime(["2026-11-03"]), "hours_wide": 1.0})
    >>> history_refusal(crimes, first=date(2026, 11, 2))
    'the data begin on 2026-11-03, after the earlier window does'
    """
    covered = selection.covered_from(crimes)
    is_covered = covered is None or pd.Timestamp(covered) <= pd.Timestamp(first)
    return "" if is_covered else f"the data begin on {covered}, after the earlier window does"


def none_inside(chosen: Placed) -> str:
    """Say that crimes lie only in the margin round the area, and tell nothing of it; blank where some lie inside.

    Examples
    --------
    >>> margin = pd.DataFrame({"inside": [False]})
    >>> none_inside(Placed(margin, unplaced=0, coarse=0, since=date(2026, 11, 9)))
    'no crime of this time lies in the area, and those round it say nothing of it'
    """
    if not len(chosen.table) or len(chosen.inside):
        return ""
    return "no crime of this time lies in the area, and those round it say nothing of it"


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
    options.day(since=since, until=until)
    middle = crimes["middle"]
    return ((middle >= pd.Timestamp(since)) & (middle < pd.Timestamp(until))).to_numpy()


def is_inside(crimes: pd.DataFrame) -> np.ndarray:
    """Whether each crime lies inside the area asked for; all do when the table was read without a margin."""
    return crimes["inside"].to_numpy(dtype=bool) if "inside" in crimes else np.ones(len(crimes), dtype=bool)


def has_margin(crimes: pd.DataFrame) -> bool:
    """Whether the table was read with a margin round the area and something lies in it."""
    return not bool(is_inside(crimes).all())


def unlike_crs(within: gpd.GeoDataFrame, crimes: gpd.GeoDataFrame, what: str = "the area is") -> MethodError:
    """The error for an area and crimes that do not lie on one map.

    Examples
    --------
    >>> import geopandas as gpd
    >>> str(unlike_crs(gpd.GeoDataFrame(geometry=[], crs="EPSG:27700"), gpd.GeoDataFrame(geometry=[])))
    "the area is in EPSG:27700 and the crimes in no CRS. Give both in the force's CRS."
    """
    one, two = (getattr(table, "crs", None) or "no CRS" for table in (within, crimes))
    return MethodError(what=f"{what} in {one} and the crimes in {two}", now="Give both in the force's CRS.")


def _by_point(crimes: pd.DataFrame) -> np.ndarray:
    """Whether each crime has a point it was placed by."""
    if "easting" not in crimes:
        return np.zeros(len(crimes), dtype=bool)
    has_point = crimes["easting"].notna() & crimes["northing"].notna()
    if "placed_by" in crimes:
        has_point &= crimes["placed_by"] == "point"
    return has_point.to_numpy()


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
