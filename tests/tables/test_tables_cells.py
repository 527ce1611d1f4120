"""Places of any shape: laid out, touched, counted, and refused where crimes are too vague for them."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from intelnb.errors import MethodError
from intelnb.tables import cells, spread

WINDOW = {"since": date(2026, 10, 1), "until": date(2026, 12, 1)}
SHAPES = ("square", "hexagon", "area")


def _areas(crs: str | None = "EPSG:27700") -> gpd.GeoDataFrame:
    """Four quarters of 3 x 2 km, the last half a metre away from the others, and an island."""
    boxes = [(0, 0, 1500, 1000), (1500, 0, 3000, 1000), (0, 1000, 1500, 2000), (1500, 1000.5, 3000, 2000)]
    shapes = [shapely.box(*box) for box in boxes] + [shapely.box(9000, 9000, 9500, 9500)]
    codes = ["W1", "W2", "W3", "W4", "W5"]
    return gpd.GeoDataFrame(
        {"code": codes, "name": [f"Ward {c}" for c in codes], "level": "ward"}, geometry=shapes, crs=crs
    )


def _crimes(size: int = 60, **columns: Any) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(4)
    x, y = rng.uniform(0, 3000, size), rng.uniform(0, 2000, size)
    table = {"easting": x, "northing": y, "middle": pd.Timestamp("2026-11-01"), "hours_wide": 1.0, **columns}
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")


@pytest.mark.parametrize("shape", SHAPES)
def test_every_crime_lies_in_one_place_and_that_place_holds_it(shape: cells.Shape) -> None:
    crimes = _crimes()
    found = spread.over(crimes, within=_areas(), shape=shape, cell_m=250, **WINDOW)
    assert isinstance(found, spread.Spread)
    reported = found.position >= 0
    assert found.n.sum() == reported.sum() == 60 - found.elsewhere
    where = found.cells.table.geometry.to_numpy()[found.position[reported]]
    apart = shapely.distance(where, crimes.geometry.to_numpy()[reported])
    assert apart.max() < 1e-6
    assert found.sums(np.full(60, 2.5)).sum() == 2.5 * reported.sum()
    assert found.cells.settings()["shape"] == shape


def test_areas_touch_at_sides_corners_and_over_slits() -> None:
    laid = cells.lay(_areas(), shape="area", cell_m=0)
    assert laid.neighbours.degree.tolist() == [3, 3, 3, 3, 0]
    assert laid.km2.round(3).tolist() == [1.5, 1.5, 1.5, 1.499, 0.25]
    assert all(one.contains(shapely.Point(x, y)) for one, x, y in zip(laid.table.geometry, laid.x, laid.y, strict=True))


@pytest.mark.parametrize("shape", ["square", "hexagon"])
def test_the_ring_takes_part_where_there_is_a_margin(shape: cells.Shape) -> None:
    crimes = _crimes(inside=True)
    crimes.loc[0, ["easting", "northing", "inside"]] = [-150.0, 500.0, False]
    found = spread.over(crimes, within=_areas().iloc[:1], shape=shape, cell_m=250, **WINDOW)
    assert isinstance(found, spread.Spread)
    assert found.cells.ring > 0
    assert found.position[0] >= len(found.cells.table)
    assert found.cells.neighbours.size == found.cells.x.size == found.n.size


@pytest.mark.parametrize("shape", SHAPES)
def test_places_are_laid_out_again_from_a_result(shape: cells.Shape) -> None:
    laid = cells.lay(_areas(), shape=shape, cell_m=250, has_margin=shape != "area")
    again = cells.again(laid.table.rename(columns={"code": "cell"}), laid.settings())
    assert again.settings() == laid.settings()
    assert again.table["code"].tolist() == laid.table["code"].tolist()
    assert (again.x == laid.x).all()
    assert (again.neighbours.others == laid.neighbours.others).all()
    crimes = _crimes()
    assert (spread.anew(crimes, again, **WINDOW).position == laid.locate(crimes)).all()


def test_areas_are_counted_by_recorded_code_where_there_is_no_point() -> None:
    crimes = _crimes(4, ward=["W1", "W3", "", "W9"], placed_by=["point", "code", "unplaced", "code"])
    crimes.loc[1:, ["easting", "northing"]] = np.nan
    found = spread.over(crimes, within=_areas(), shape="area", **WINDOW)
    assert isinstance(found, spread.Spread)
    assert found.n.tolist() == [1, 0, 1, 0, 0]
    assert found.chosen.unplaced == 1
    assert found.elsewhere == 1  # a code of none of these areas
    assert any("1 crime lies in none of these places" in told for told in found.caveats)


def test_snapped_points_are_refused_by_small_cells_and_told_of_by_large_areas() -> None:
    snapped = _crimes(accuracy_m=500.0)
    refused = spread.over(snapped, within=_areas(), shape="hexagon", cell_m=250, **WINDOW)
    assert refused == ("not assessed", "locations are snapped to map points, too coarse for 250 m cells")
    found = spread.over(snapped, within=_areas().iloc[:4], shape="area", **WINDOW)
    assert isinstance(found, spread.Spread)
    assert "Points may be up to 500 m from the truth: crimes near a border may count next door." in found.caveats
    coarse = spread.over(_crimes(accuracy_m=1300.0), within=_areas().iloc[:4], shape="area", **WINDOW)
    assert coarse == ("not assessed", "locations are snapped to map points, too coarse for these areas")


def test_months_are_not_parted() -> None:
    monthly = _crimes(hours_wide=743.0)
    parted = spread.over(monthly, within=_areas(), since=date(2026, 10, 5), until=date(2026, 11, 9))
    assert parted == ("not assessed", "data are monthly and the window does not begin and end with a month")
    assert isinstance(spread.over(monthly, within=_areas(), **WINDOW), spread.Spread)


def test_withheld_and_missing_places_are_told_apart() -> None:
    crimes = _crimes(ward="W1")
    crimes.attrs["withheld"] = ("ward",)
    assert (
        spread.over(crimes, within=_areas(), shape="area", **WINDOW)[1] == "locations are withheld from this audience"
    )
    empty = _crimes(ward="", placed_by="unplaced")
    assert spread.over(empty, within=_areas(), shape="area", **WINDOW)[1] == "no crime has a location"
    few = spread.over(_crimes(3), within=_areas(), least=10, **WINDOW)
    assert few == ("not assessed", "3 crimes can be placed and this needs at least 10")


def _spoilt(how: str) -> gpd.GeoDataFrame:
    areas = _areas()
    if how == "twice":
        areas.loc[1, "code"] = "W1"
    if how == "levels":
        areas.loc[1, "level"] = "district"
    if how == "outline":
        areas.loc[1, "geometry"] = None
    return {"crs": _areas(crs=None), "none": areas.iloc[:0], "code": areas.drop(columns="code")}.get(how, areas)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("twice", "a code stands twice: W1"),
        ("levels", "several levels"),
        ("outline", "no outline"),
        ("crs", "no CRS"),
        ("none", "there are none"),
        ("code", "no code"),
    ],
)
def test_areas_that_cannot_be_places_are_refused(how: str, told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        cells.lay(_spoilt(how), shape="area", cell_m=0)
    assert refused.value.now


def test_shape_and_crs_must_fit() -> None:
    with pytest.raises(MethodError, match="not a shape"):
        cells.lay(_areas(), shape="triangle", cell_m=250)  # type: ignore[arg-type]
    with pytest.raises(MethodError, match="EPSG:32630"):
        spread.over(_crimes(), within=_areas().to_crs("EPSG:32630"), **WINDOW)
