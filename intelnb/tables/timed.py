"""Crimes known to the day: those with an interval short enough to say which, and not dated after the data end."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.tables.words import several


@dataclass(frozen=True, eq=False)
class Timed:
    """Crimes with a usable day, and how many had an interval too long (`vague`) or a date still to come (`future`)."""

    table: gpd.GeoDataFrame
    vague: int
    future: int
    longest_interval_hours: float

    @property
    def days(self) -> NDArray[np.datetime64]:
        """The day each crime's middle lies in, as whole days."""
        return np.asarray(self.table["middle"].to_numpy()).astype("datetime64[D]")

    def caveats(self, left: str = "left out") -> tuple[str, ...]:
        """What was left out, and of what, in words."""
        told = []
        if self.vague:
            known = several(self.vague, "crime", "is known", "are known")
            told.append(f"{known} only to within more than {self.longest_interval_hours:g} hours and {left}.")
        if self.future:
            told.append(f"{several(self.future, 'crime', 'is', 'are')} dated after the data end and {left}.")
        return tuple(told)


def to_the_day(crimes: gpd.GeoDataFrame, *, longest_interval_hours: float = 72.0) -> Timed:
    """Choose the crimes whose day is known and lies no later than the moment the data are known to.

    Assumes the middle of an interval is a fair guess of its day while the interval is short. Where the table
    does not say to which moment it is known (`attrs["as_at"]`), no date counts as still to come.

    Parameters
    ----------
    crimes
        The crimes table, or rows chosen from it.
    longest_interval_hours
        A crime known less closely in time than this is left out and counted.

    Returns
    -------
    Timed
        The rows kept, index and columns as they were; `vague` and `future` count the others, each once.

    Examples
    --------
    >>> from datetime import datetime
    >>> middle = pd.to_datetime(["2026-11-09", "2026-11-10", "2062-11-11"])
    >>> crimes = pd.DataFrame({"middle": middle, "hours_wide": [1.0, 90.0, 0.0]})
    >>> crimes.attrs["as_at"] = datetime(2026, 11, 16, 5)
    >>> found = to_the_day(crimes)
    >>> found.table.index.tolist(), found.vague, found.future
    ([0], 1, 1)
    """
    as_at = pd.Timestamp(crimes.attrs.get("as_at"))
    is_close = (crimes["hours_wide"] <= longest_interval_hours).to_numpy()
    is_future = np.zeros(len(crimes), dtype=bool) if pd.isna(as_at) else (crimes["middle"] > as_at).to_numpy()
    return Timed(
        table=crimes[is_close & ~is_future],
        vague=int((~is_close & ~is_future).sum()),
        future=int(is_future.sum()),
        longest_interval_hours=longest_interval_hours,
    )


def too_alike(crimes: gpd.GeoDataFrame) -> str:
    """Say why crimes that share one point or one day cannot show a pattern in both; blank when they can.

    Examples
    --------
    >>> middle = pd.to_datetime(["2026-11-09 01:00", "2026-11-09 23:00"])
    >>> too_alike(pd.DataFrame({"easting": [1.0, 2.0], "northing": [0.0, 0.0], "middle": middle}))
    'all crimes fall on one day'
    """
    if len(crimes[["easting", "northing"]].drop_duplicates()) == 1:
        return "all crimes are placed on one point"
    days = crimes["middle"].dt.normalize()
    return "all crimes fall on one day" if len(days) and days.min() == days.max() else ""
