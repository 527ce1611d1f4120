"""Priority locations: lettered by crimes, named by place, timed, and offered, not ordered."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from intelnb.analysis import hotspot, persistence, zones
from intelnb.analysis.result import Result, not_assessed
from intelnb.errors import MethodError
from intelnb.tables import selection

UNTIL = date(2026, 11, 16)
AREA = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 8000, 5000)], crs="EPSG:27700")
WARDS = gpd.GeoDataFrame(
    {"code": ["W", "E"], "name": ["Westing {x}", "Easting"]},
    geometry=[shapely.box(0, 0, 4000, 5000), shapely.box(4000, 0, 8000, 5000)], crs="EPSG:27700",
)  # fmt: skip


def _town(crowds: list[tuple[float, float, int, int, int]]) -> gpd.GeoDataFrame:
    """Even crimes over a year, and crowds of (x, y, crimes, first week back, hour)."""
    rng = np.random.default_rng(5)
    size = 600
    x, y = rng.uniform(0, 8000, size), rng.uniform(0, 5000, size)
    start = pd.Timestamp(UNTIL) - pd.to_timedelta(rng.uniform(1, 364, size), unit="D")
    for cx, cy, number, back, hour in crowds:
        day = pd.Timestamp(UNTIL) - pd.to_timedelta(rng.integers(1, 7 * back, number), unit="D")
        x, y = np.r_[x, rng.normal(cx, 50, number)], np.r_[y, rng.normal(cy, 50, number)]
        start = start.append(day + pd.Timedelta(hours=hour))
    table = {
        "easting": x,
        "northing": y,
        "start": start,
        "end": start,
        "middle": start,
        "hours_wide": 0.0,
        "inside": True,
    }
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")


def _found(crimes: gpd.GeoDataFrame, *, areas: gpd.GeoDataFrame = WARDS, **options: Any) -> Result:
    hot = hotspot.gi_star(crimes, name="hot", within=AREA, since=date(2026, 8, 17), until=UNTIL)
    record = persistence.hot_windows(crimes, hot, name="p")
    return zones.priority_locations(hot, crimes, name="zones", areas=areas, persistence=record, **options)


LONG, FRESH = (1600.0, 1600.0, 400, 52, 22), (6600.0, 3600.0, 40, 3, 16)


def test_zones_hang_together_on_cells_of_any_shape() -> None:
    boxes = [shapely.box(x, y, x + 250, y + 250) for y in range(0, 5000, 250) for x in range(0, 8000, 250)]
    beats = gpd.GeoDataFrame(
        {"code": [f"A{i:03d}" for i in range(640)], "name": "beat"}, geometry=boxes, crs="EPSG:27700"
    )
    crimes = _town([(6600.0, 3600.0, 90, 3, 16), LONG])
    for shape in ("hexagon", "area"):
        hot = hotspot.gi_star(crimes, name="hot", within=beats, since=date(2026, 8, 17), until=UNTIL, shape=shape)
        record = persistence.hot_windows(crimes, hot, name="p")
        found = zones.priority_locations(hot, crimes, name="zones", areas=WARDS, persistence=record)
        assert found.table["zone"].tolist() == ["A", "B"]
        assert found.table["place"].tolist() == ["Westing {x}", "Easting"]
        assert found.table["n"].tolist() == [found.values["zone_a_n"], found.values["zone_b_n"]]
        assert found.table["n"].min() >= 40


def test_zones_are_lettered_by_crimes_named_and_aged() -> None:
    found = _found(_town([FRESH, LONG]))
    assert found.table["zone"].tolist() == ["A", "B"]
    assert found.table["place"].tolist() == ["Westing {x}", "Easting"]
    assert found.table["state"].tolist() == ["long-standing", "new"]
    assert found.sentence == "Two places matter: B Easting is new, A Westing {x} is long-standing."
    assert found.table["n"].is_monotonic_decreasing


def test_peak_option_and_circle() -> None:
    table = _found(_town([LONG, FRESH])).table
    assert table["peak"].tolist() == ["22:00 to 23:00", "16:00 to 17:00"]
    assert table["option"].iloc[1] == "Foot patrol, 15 minutes, at least every 2 hours, 16:00 to 17:00."
    assert table["evidence"].str.contains("read in source").all()
    for row in table.itertuples():
        assert row.geometry.area > row.cells * 250**2
        assert row.radius_m >= shapely.minimum_bounding_radius(row.geometry.buffer(-62.5)) - 65


def test_hours_nobody_knows_make_no_peak() -> None:
    town = _town([LONG])
    town["start"], town["end"] = town["start"].dt.normalize(), town["start"].dt.normalize() + pd.Timedelta(hours=24)
    table = _found(town).table
    assert table["peak"].tolist() == [""]
    assert "no clear peak" in table["option"].iloc[0]


def test_only_so_many_are_lettered_and_the_rest_counted() -> None:
    town = _town([LONG, FRESH])
    one, few = _found(town, most=1), _found(town, least_events=60)
    assert (one.values["zones"], one.values["zones_not_shown"]) == (1, 1)
    assert one.sentence == "One place matters: A Westing {x} is long-standing."
    assert few.table["zone"].tolist() == ["A"]
    for most in (0, 27):
        with pytest.raises(MethodError, match=f"most is {most}"):
            _found(town, most=most)


def test_no_hot_cell_no_zone() -> None:
    found = _found(_town([]))
    assert found.sentence == "No place stands out, so no location is proposed."
    assert found.table.empty


def test_without_persistence_the_age_is_not_assessed() -> None:
    town = _town([LONG])
    hot = hotspot.gi_star(town, name="hot", within=AREA, since=date(2026, 8, 17), until=UNTIL)
    missing = not_assessed("p", why="the data begin too late")
    found = zones.priority_locations(hot, town, name="z", areas=WARDS, persistence=missing)
    assert found.table["state"].tolist() == ["age not assessed"]
    assert found.sentence == "One place matters: A Westing {x}."
    assert "Persistence: Not assessed: the data begin too late." in found.caveats


def test_a_place_outside_every_named_area_says_so() -> None:
    assert _found(_town([FRESH]), areas=WARDS.iloc[:1]).table["place"].tolist() == ["outside the named areas"]


def test_the_sample_names_station_and_brickfields(
    crimes: gpd.GeoDataFrame, force: gpd.GeoDataFrame, wards: gpd.GeoDataFrame
) -> None:
    window = {"since": date(2026, 8, 17), "until": UNTIL}
    night = selection.of_priority(crimes, kinds=["violence with injury", "violence without injury"], hours="20-04")
    homes = selection.of_priority(crimes, kinds=["residential burglary"])
    named = {}
    for key, chosen in (("night", night), ("homes", homes)):
        hot = hotspot.gi_star(chosen, name="hot", within=force, **window)
        record = persistence.hot_windows(chosen, hot, name="p")
        table = zones.priority_locations(hot, chosen, name="z", areas=wards, persistence=record).table
        named[key] = table.set_index("place")["state"].to_dict()
        assert table["place"].iloc[0] == {"night": "Station", "homes": "Brickfields"}[key]
    assert named["night"]["Station"] == "long-standing"
    assert named["night"]["Elmfield"] != "long-standing"
    assert named["homes"]["Brickfields"] == "new"
