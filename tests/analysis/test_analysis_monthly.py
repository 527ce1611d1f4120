"""Crimes known by month only: a question about days or weeks is refused, whole months are answered."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from intelnb.analysis import clusters, high_risk, hotspot, persistence, zones
from intelnb.analysis.result import Result

AREA = gpd.GeoDataFrame({"code": ["A"], "name": ["Town"]}, geometry=[shapely.box(0, 0, 5000, 5000)], crs="EPSG:27700")
QUARTER = {"since": date(2026, 8, 1), "until": date(2026, 11, 1)}


@pytest.fixture(scope="module")
def crimes() -> gpd.GeoDataFrame:
    """Forty even crimes a month, and a crowd at one place in each."""
    rng = np.random.default_rng(4)
    months = pd.date_range("2025-09-01", "2026-10-01", freq="MS").repeat(65)
    crowd = np.arange(months.size) % 65 >= 40
    x, y = (np.where(crowd, 2600.0, rng.uniform(0, 5000, months.size)).round() for _ in range(2))
    ends = months + pd.offsets.MonthEnd(1)
    table = {
        "id": "", "kind": "burglary", "location": "", "easting": x, "northing": y, "start": months, "end": ends,
        "middle": months + (ends - months) / 2, "hours_wide": 730.0, "accuracy_m": np.nan, "inside": True,
    }  # fmt: skip
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")


@pytest.fixture(scope="module")
def hot(crimes: gpd.GeoDataFrame) -> Result:
    found = hotspot.gi_star(crimes, name="hot", within=AREA, **QUARTER)
    assert found.is_assessed, "three whole months can be answered"
    return found


@pytest.mark.parametrize("method", [persistence.hot_windows, persistence.patterns])
def test_windows_of_weeks_are_not_cut_out_of_months(crimes: gpd.GeoDataFrame, hot: Result, method: object) -> None:
    found = method(crimes, hot, name="p")  # type: ignore[operator]
    assert found.sentence == "Not assessed: data are monthly, and windows of whole weeks part months."


def test_no_zone_is_called_long_standing_on_months(crimes: gpd.GeoDataFrame, hot: Result) -> None:
    age = persistence.hot_windows(crimes, hot, name="p")
    found = zones.priority_locations(hot, crimes, name="z", areas=AREA, persistence=age)
    assert found.table["state"].tolist() == ["age not assessed"]
    assert any("data are monthly" in one for one in found.caveats)


def test_groups_and_repeat_places_are_asked_of_whole_months_only(crimes: gpd.GeoDataFrame) -> None:
    parted = "Not assessed: data are monthly and the window does not begin and end with a month."
    assert clusters.groups(crimes, name="g", since=date(2026, 8, 17), until=date(2026, 11, 16)).sentence == parted
    assert clusters.groups(crimes, name="g", **QUARTER).values["groups"] == 1
    assert high_risk.repeat_places(crimes, name="r", until=date(2026, 11, 16)).sentence == parted
    # the 28 days to 1 March are February
    february = high_risk.repeat_places(crimes, name="r", until=date(2026, 3, 1))
    assert (february.values["places"], february.values["most"]) == (1, 25)
