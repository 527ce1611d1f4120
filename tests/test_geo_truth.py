"""Spatial truth: whatever the areas are, every point counts once, and the sums over them are the total."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb import geo
from intelnb.errors import InputRefused

GRID = "EPSG:27700"
spots = st.lists(st.tuples(st.integers(-2, 22), st.integers(-2, 22)), min_size=0, max_size=60)
centres = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=12, unique=True)
few = settings(deadline=None, max_examples=60)


def points(listed: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Points on a lattice, so that many of them lie on borders and corners; every fifth has no location."""
    x = np.array([float(a) for a, _ in listed])
    y = np.array([float(b) for _, b in listed])
    x[::5] = np.nan
    return x, y


def partition(seeds: list[tuple[int, int]]) -> gpd.GeoDataFrame:
    """A square of 20 by 20 cut into cells without gaps or overlaps, by the nearest of some centres."""
    square = shapely.box(0, 0, 20, 20)
    if len(seeds) == 1:
        cells = [square]
    else:
        found = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=square)
        cells = [cell.intersection(square) for cell in found.geoms]
        cells = [cell for cell in cells if cell.area > 0]
    codes = [f"A{(7 * i) % 13:02d}" for i in range(len(cells))]
    return gpd.GeoDataFrame({"code": codes}, geometry=cells, crs=GRID)


def counted(codes: np.ndarray, areas: gpd.GeoDataFrame) -> int:
    return sum(int((codes == code).sum()) for code in areas["code"]) + int((codes == "").sum())


@few
@given(centres, spots)
def test_areas_without_gaps_take_every_point_once(seeds: list[tuple[int, int]], listed: list[tuple[int, int]]) -> None:
    areas, (x, y) = partition(seeds), points(listed)
    codes = geo.place(x, y, areas, crs=GRID)
    assert len(codes) == len(listed)
    assert counted(codes, areas) == len(listed)
    # borders are cut from floating-point centres: a point on one may lie a hair beside both, never in a third
    inside = (x > 0) & (x < 20) & (y > 0) & (y < 20)
    for at in np.flatnonzero(codes != ""):
        own = areas.loc[areas["code"] == codes[at]].geometry.iloc[0]
        assert own.distance(shapely.Point(x[at], y[at])) == 0
    lost = np.flatnonzero(inside & (codes == ""))
    assert all(areas.distance(shapely.Point(x[at], y[at])).min() < 1e-9 for at in lost)
    assert (codes[~np.isfinite(x)] == "").all()


@few
@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15), st.integers(1, 12)), min_size=1, max_size=8), spots)
def test_where_areas_overlap_a_point_is_in_the_first_of_them(
    boxes: list[tuple[int, int, int]], listed: list[tuple[int, int]]
) -> None:
    codes = [f"B{i}" for i in range(len(boxes))][::-1]
    shapes = [shapely.box(a, b, a + side, b + side) for a, b, side in boxes]
    areas = gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=GRID)
    x, y = points(listed)
    found = geo.place(x, y, areas, crs=GRID)
    assert counted(found, areas) == len(listed)
    for at in range(len(listed)):
        holds = [
            code
            for code, (a, b, side) in zip(codes, boxes, strict=True)
            if a <= x[at] <= a + side and b <= y[at] <= b + side
        ]
        assert found[at] == min(holds, default="")


@few
@given(spots)
def test_a_hole_belongs_to_nobody_or_to_what_fills_it(listed: list[tuple[int, int]]) -> None:
    ring = shapely.box(0, 0, 20, 20).difference(shapely.box(5, 5, 15, 15))
    x, y = points(listed)
    alone = gpd.GeoDataFrame({"code": ["ring"]}, geometry=[ring], crs=GRID)
    filled = gpd.GeoDataFrame({"code": ["ring", "lake"]}, geometry=[ring, shapely.box(5, 5, 15, 15)], crs=GRID)
    in_square = (x >= 0) & (x <= 20) & (y >= 0) & (y <= 20)
    in_hole = (x > 5) & (x < 15) & (y > 5) & (y < 15)
    on_edge = (x >= 5) & (x <= 15) & (y >= 5) & (y <= 15) & ~in_hole
    assert (geo.place(x, y, alone, crs=GRID) == np.where(in_square & ~in_hole, "ring", "")).all()
    both = geo.place(x, y, filled, crs=GRID)
    # the lake's code sorts first, so the shore is its
    assert (both == np.where(in_hole | on_edge, "lake", np.where(in_square, "ring", ""))).all()
    assert counted(both, filled) == len(listed)


@few
@given(centres, spots, st.randoms(use_true_random=False))
def test_the_order_of_areas_and_points_makes_no_difference(
    seeds: list[tuple[int, int]], listed: list[tuple[int, int]], rng: object
) -> None:
    areas, (x, y) = partition(seeds), points(listed)
    codes = geo.place(x, y, areas, crs=GRID)
    order = np.array(rng.sample(range(len(listed)), len(listed)), dtype=int)  # type: ignore[attr-defined]
    turned = areas.iloc[::-1]
    assert (geo.place(x[order], y[order], turned, crs=GRID) == codes[order]).all()


def test_points_that_know_their_system_are_never_joined_to_another() -> None:
    areas = partition([(5, 5), (15, 15)])
    at = geo.points(np.array([1.0]), np.array([1.0]), crs="EPSG:32630")
    with pytest.raises(InputRefused, match="another system"):
        geo.place(at.x, at.y, areas, crs=GRID, at=at)
    with pytest.raises(InputRefused, match="another system"):
        geo.is_within_m(at, areas, distance_m=5)
    with pytest.raises(InputRefused, match="not declared"):
        geo.place(at.x, at.y, areas.set_crs(None, allow_override=True), crs=GRID)


def test_a_borough_in_degrees_and_points_in_metres_meet_only_after_both_are_in_metres() -> None:
    degrees = gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.box(-2.0, 52.5, -1.9, 52.6)], crs="EPSG:4326")
    x, y = np.array([403390.0]), np.array([295000.0])
    with pytest.raises(InputRefused, match="another system"):
        geo.place(x, y, degrees, crs=GRID)
    assert geo.place(x, y, degrees.to_crs(GRID), crs=GRID).tolist() == ["A"]
