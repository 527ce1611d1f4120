"""Hexagons: anchored, shared out between neighbours, every point in exactly one."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb import hexagons
from intelnb.errors import MethodError


def _area(*shapes: shapely.Geometry, crs: str | None = "EPSG:27700") -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=crs)


def test_a_hexagon_is_as_wide_as_asked_and_points_north() -> None:
    cells = hexagons.cells_within(_area(shapely.box(-120, -120, 120, 120)), cell_m=200)
    one = cells.set_index("cell").geometry["hexagon E0 N0"]
    west, south, east, north = one.bounds
    assert (west, east) == pytest.approx((-100, 100))
    assert (south, north) == pytest.approx((-200 / np.sqrt(3), 200 / np.sqrt(3)))
    assert one.area == pytest.approx(hexagons.AREA * 200**2)


def test_hexagons_cover_without_gap_or_overlap() -> None:
    cells = hexagons.cells_within(_area(shapely.box(0, 0, 3000, 2000)), cell_m=250)
    whole = cells.geometry.union_all()
    assert whole.area == pytest.approx(cells.geometry.area.sum())
    assert whole.contains(shapely.box(200, 200, 2800, 1800))
    assert shapely.coverage_is_valid(cells.geometry.to_numpy())


@settings(deadline=None, max_examples=40)
@given(border=st.integers(200, 1800), slant=st.integers(-140, 140), cell_m=st.sampled_from([50, 100, 125]))
def test_neighbours_share_the_cells_out_without_overlap_or_gap(border: int, slant: int, cell_m: int) -> None:
    west = shapely.Polygon([(0, 0), (border + slant, 0), (border - slant, 1000), (0, 1000)])
    whole = shapely.box(0, 0, 2000, 1000)
    names = [set(hexagons.cells_within(_area(part), cell_m=cell_m)["cell"]) for part in (west, whole - west, whole)]
    assert not names[0] & names[1]
    assert names[0] | names[1] == names[2]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(-3000, 3000), st.floats(-3000, 3000)), min_size=1, max_size=40))
def test_every_point_lies_in_the_hexagon_named(points: list[tuple[float, float]]) -> None:
    x, y = (np.array(axis) for axis in zip(*points, strict=True))
    row, col = hexagons.rows_cols(x, y, cell_m=130)
    near_x, near_y = hexagons.centres(row, col, cell_m=130)
    # nearest of all centres there are
    rows, cols = (part.ravel() for part in np.mgrid[-32:33, -28:29])
    all_x, all_y = hexagons.centres(rows, cols, cell_m=130)
    nearest = np.hypot(all_x[:, None] - x, all_y[:, None] - y).min(axis=0)
    assert np.hypot(near_x - x, near_y - y) == pytest.approx(nearest, abs=1e-6)


def test_the_ring_touches_all_round() -> None:
    cells = hexagons.cells_within(_area(shapely.box(0, 0, 900, 700)), cell_m=100)
    row, col = hexagons.ring(cells["row"], cells["col"])
    x, y = hexagons.centres(row, col, cell_m=100)
    apart = shapely.distance(cells.geometry.union_all(), shapely.points(x, y))
    assert apart == pytest.approx(np.full(x.size, 50.0), abs=10)
    assert not {*zip(row, col, strict=True)} & {*zip(cells["row"], cells["col"], strict=True)}


@pytest.mark.parametrize(
    ("area", "cell_m", "told"),
    [
        (_area(shapely.box(0, 0, 100, 100)), 250, "not smaller than the area"),
        (_area(shapely.box(0, 0, 100, 100), crs=None), 10, "no CRS"),
        (_area(shapely.box(0, 0, 1e6, 1e6)), 10, "grid of"),
        (_area(shapely.box(1, 1, 400, 50)), 60, "centre inside the area"),
    ],
)
def test_refuses_with_a_remedy(area: gpd.GeoSeries, cell_m: int, told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        hexagons.cells_within(area, cell_m=cell_m)
    assert refused.value.now
