"""Cells: anchored, shared out between neighbours, counted without loss."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb import grid
from intelnb.errors import MethodError


def _area(*shapes: shapely.Geometry, crs: str | None = "EPSG:27700") -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=crs)


def test_a_cell_belongs_when_its_centre_is_inside_and_is_named_by_its_corner() -> None:
    # 400 m wide: the second column's centre (375) lies inside, the border cuts the cell
    cells = grid.cells_within(_area(shapely.box(0, 0, 400, 250)), cell_m=250)
    assert cells["cell"].tolist() == ["E0 N0", "E250 N0"]
    assert cells.geometry.iloc[1].bounds == (250, 0, 500, 250)
    assert str(cells.crs) == "EPSG:27700"


def test_the_same_cell_has_the_same_name_in_every_area() -> None:
    west = grid.cells_within(_area(shapely.box(130, 70, 1130, 1070)), cell_m=100)
    east = grid.cells_within(_area(shapely.box(530, 470, 1530, 1470)), cell_m=100)
    both = west.merge(east, on="cell")
    assert len(both) == 36
    assert (both["geometry_x"].geom_equals(both["geometry_y"])).all()


@settings(deadline=None, max_examples=60)
@given(
    border=st.integers(150, 1850), slant=st.integers(-140, 140), cell_m=st.sampled_from([50, 100, 125]),
)  # fmt: skip
def test_neighbours_share_the_cells_out_without_overlap_or_gap(border: int, slant: int, cell_m: int) -> None:
    west = shapely.Polygon([(0, 0), (border + slant, 0), (border - slant, 1000), (0, 1000)])
    whole = shapely.box(0, 0, 2000, 1000)
    names = [set(grid.cells_within(_area(part), cell_m=cell_m)["cell"]) for part in (west, whole - west, whole)]
    assert not names[0] & names[1]
    assert names[0] | names[1] == names[2]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(-5000, 25000), st.integers(-5000, 15000)), max_size=60))
def test_every_point_is_counted_once_or_lies_outside(decimetres: list[tuple[int, int]]) -> None:
    cells = grid.cells_within(_area(shapely.box(0, 0, 2000, 1000)), cell_m=250)
    x, y = np.array([p[0] / 10 for p in decimetres]), np.array([p[1] / 10 for p in decimetres])
    counts = grid.count(cells["row"], cells["col"], x, y, cell_m=250)
    assert counts.sum() == ((x >= 0) & (x < 2000) & (y >= 0) & (y < 1000)).sum()


def test_counts_stand_in_the_order_of_the_cells() -> None:
    assert grid.count([1, 0, 0], [0, 1, 0], [10, 260, 270, 20], [260, 10, 20, 990], cell_m=250).tolist() == [1, 2, 0]


def test_the_ring_is_the_queen_neighbours_that_are_not_cells() -> None:
    row, col = grid.ring([0, 0], [0, 1])
    assert sorted(zip(row.tolist(), col.tolist(), strict=True)) == [
        (-1, -1), (-1, 0), (-1, 1), (-1, 2), (0, -1), (0, 2), (1, -1), (1, 0), (1, 1), (1, 2)
    ]  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.sets(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=1), st.integers(0, 2**16))
def test_neighbourhood_is_the_plain_sum_over_touching_cells(cells: set[tuple[int, int]], seed: int) -> None:
    rows, cols = (np.array(part) for part in zip(*sorted(cells), strict=True))
    values = np.random.default_rng(seed).integers(0, 9, rows.size)
    near = (abs(rows[:, None] - rows) <= 1) & (abs(cols[:, None] - cols) <= 1)
    assert grid.neighbourhood(values, rows, cols).tolist() == (near * values).sum(axis=1).tolist()


@pytest.mark.parametrize(
    ("area", "cell_m", "words"),
    [
        (_area(shapely.box(0, 0, 200, 200)), 250, "not smaller than the area"),
        (_area(shapely.box(0, 0, 1, 90000)), 250, "has its centre inside"),
        (_area(shapely.box(0, 0, 200, 200), crs="EPSG:4326"), 50, "not in metres"),
        (_area(shapely.box(0, 0, 200, 200), crs=None), 50, "no CRS"),
        (_area(shapely.box(0, 0, 900, 900)), 0, "not a size"),
        (_area(shapely.box(0, 0, 9e6, 9e6)), 10, "Choose larger cells"),
        (_area(), 10, "not smaller"),
    ],
)
def test_what_cannot_be_gridded_is_refused_in_one_line(area: gpd.GeoSeries, cell_m: int, words: str) -> None:
    with pytest.raises(MethodError, match=words):
        grid.cells_within(area, cell_m=cell_m)
