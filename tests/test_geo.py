"""Space: metres only, one area for each point, and every choice recorded."""

import geopandas as gpd
import numpy as np
import pyproj.network
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from intelnb import coordinates, geo
from intelnb.errors import InputRefused, SettingsError

GRID = "EPSG:27700"


def squares(crs: str = GRID) -> gpd.GeoDataFrame:
    """Four squares of one metre that share borders, in no order."""
    boxes = {"D": (1, 1), "A": (0, 0), "C": (0, 1), "B": (1, 0)}
    shapes = [shapely.box(x, y, x + 1, y + 1) for x, y in boxes.values()]
    return gpd.GeoDataFrame({"code": list(boxes)}, geometry=shapes, crs=crs)


@pytest.mark.parametrize("name", ["EPSG:4326", "EPSG:2263", "EPSG:999999", "metres"])
def test_degrees_feet_and_unknown_grids_are_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="EPSG:27700"):
        geo.metric_crs(name)


def test_native_coordinates_are_never_touched() -> None:
    x, y = np.array([400000.123456789]), np.array([300000.987654321])
    moved = geo.to_metres(x, y, source=GRID, target=GRID)
    assert moved.x is x
    assert moved.y is y
    assert moved.accuracy_m == 0


def test_degrees_land_where_the_ordnance_survey_says() -> None:
    # OS worked example (Transverse Mercator guide): Caister water tower, 52 39 28.8282 N 1 42 57.8663 E (ETRS89)
    # lies at 651409.804, 313177.450 in OSGB36 with OSTN15; without its grid a few metres are lost, as stated
    moved = geo.to_metres(np.array([1.716073973]), np.array([52.658007833]), source="EPSG:4326", target=GRID)
    assert np.hypot(moved.x[0] - 651409.804, moved.y[0] - 313177.450) < 6
    assert "OSGB" in moved.operation
    assert moved.accuracy_m is None or moved.accuracy_m > 0


def test_longitude_comes_first_always() -> None:
    moved = geo.to_metres(np.array([-95.4]), np.array([29.7]), source="EPSG:4326", target="EPSG:32615")
    assert 200_000 < moved.x[0] < 300_000
    assert 3_200_000 < moved.y[0] < 3_400_000


def test_what_cannot_be_moved_is_not_a_number() -> None:
    moved = geo.to_metres(np.array([np.nan, -1.0]), np.array([52.0, 200.0]), source="EPSG:4326", target=GRID)
    assert np.isnan(moved.x).all()
    assert np.isnan(moved.y).all()


def test_the_network_is_off() -> None:
    assert not pyproj.network.is_network_enabled()


def test_shared_borders_go_to_the_lowest_code() -> None:
    x, y = np.array([1.0, 1.0, 0.5, 1.5, 3.0, np.nan]), np.array([1.0, 0.5, 1.0, 1.0, 3.0, 0.5])
    assert geo.place(x, y, squares(), crs=GRID).tolist() == ["A", "A", "A", "B", "", ""]


@given(st.lists(st.tuples(st.integers(-1, 9), st.integers(-1, 9)), max_size=40))
def test_every_point_is_in_exactly_one_area_and_the_sums_close(spots: list[tuple[int, int]]) -> None:
    x = np.array([a / 4 for a, _ in spots], dtype=float)
    y = np.array([b / 4 for _, b in spots], dtype=float)
    codes = geo.place(x, y, squares(), crs=GRID)
    inside = (x >= 0) & (x <= 2) & (y >= 0) & (y <= 2)
    assert len(codes) == len(spots)
    assert ((codes != "") == inside).all()
    assert sum((codes == code).sum() for code in "ABCD") + (codes == "").sum() == len(spots)


def test_two_systems_are_never_joined() -> None:
    with pytest.raises(InputRefused, match="another system"):
        geo.place(np.array([0.5]), np.array([0.5]), squares("EPSG:32630"), crs=GRID)


def test_broken_outlines_are_mended_and_counted() -> None:
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    whole, mended = geo.repaired(np.array([bow_tie, shapely.box(0, 0, 1, 1)], dtype=object))
    assert mended == 1
    assert shapely.is_valid(whole).all()
    assert whole[0].area == pytest.approx(2)
    assert not bow_tie.is_valid


def test_coordinates_that_are_no_place_are_named() -> None:
    x = np.array([0.0, 400500, 300500, 400500, np.nan, 9e6])
    y = np.array([0.0, 300500, 400500, np.nan, np.nan, 9e6])
    faults = coordinates.faults(x, y, bounds=(400000, 300000, 401000, 301000))
    assert faults.tolist() == ["zero", "", "swapped", "half", "", ""]


def test_a_force_on_the_diagonal_sees_no_swaps() -> None:
    x, y = np.array([400500.0]), np.array([400200.0])
    assert coordinates.faults(x, y, bounds=(400000, 400000, 401000, 401000)).tolist() == [""]


def test_margin_reaches_as_far_as_it_says() -> None:
    at = geo.points(np.array([2.0, 2.5, 3.1, np.nan]), np.array([0.5, 0.5, 0.5, 0.5]), crs=GRID)
    assert geo.is_within_m(at, squares(), distance_m=1).tolist() == [True, True, False, False]
