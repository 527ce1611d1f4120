"""Scales, letters, land and elements."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from intelnb.draw.ink import land, letters, scale, svg
from intelnb.errors import ProductError


@given(st.floats(min_value=0.01, max_value=1e7))
def test_ticks_begin_at_zero_cover_the_highest_and_are_evenly_spaced(highest: float) -> None:
    marks = scale.ticks(highest)
    steps = np.diff(marks)
    assert marks[0] == 0
    assert marks[-1] >= highest * (1 - 1e-6)
    assert marks[-2] < highest
    assert np.allclose(steps, steps[0])
    assert len(marks) <= 6


def test_a_scale_is_a_straight_line() -> None:
    y = scale.Scale(0, 30, 228, 40)
    assert [y(v) for v in (0, 15, 30)] == [228, 134, 40]


def test_a_scale_without_breadth_points_at_its_middle() -> None:
    assert scale.Scale(3, 3, 0, 10)(3) == 5


def test_months_are_told_apart_by_year() -> None:
    told = [words for _, words in scale.month_ticks(date(2025, 9, 3), date(2026, 3, 2), most=10)]
    assert told == ["Oct 25", "Nov", "Dec", "Jan 26", "Feb", "Mar"]


@pytest.mark.parametrize(
    ("first", "last"), [(date(1990, 1, 1), date(2026, 1, 1)), (date(2020, 5, 5), date(2026, 4, 1))]
)
def test_long_series_keep_few_dates(first: date, last: date) -> None:
    assert 1 <= len(scale.month_ticks(first, last)) <= 8


@given(st.text(max_size=60), st.floats(min_value=20, max_value=300))
def test_shortened_words_fit(text: str, within: float) -> None:
    short = letters.shortened(text, size=14, within=within)
    assert letters.width(short, size=14) <= within
    assert short == text or short.endswith("…")


def test_a_long_name_is_wrapped_and_loses_nothing_when_it_fits() -> None:
    lines = letters.wrapped("Great Northmere Common", size=14, within=120)
    assert " ".join(lines) == "Great Northmere Common"
    assert len(lines) == 2


@given(st.text(max_size=40))
def test_any_words_leave_well_formed_xml(text: str) -> None:
    made = svg.frame(
        [svg.label(text, x=1, y=2)], width=10, height=10, title=text, alt=text, marking="OFFICIAL", prefix="p"
    )  # fmt: skip
    root = ET.fromstring(made)
    assert len(root.findall("{http://www.w3.org/2000/svg}text")) == 2


@pytest.mark.parametrize("prefix", ["", "1a", 'a"', "a b", "é"])
def test_a_prefix_that_cannot_stand_in_an_id_is_refused(prefix: str) -> None:
    with pytest.raises(ProductError, match="ids"):
        svg.frame([], width=1, height=1, title="t", alt="a", marking="", prefix=prefix)


def test_a_path_counts_tenths_of_pixels_from_the_north_west_corner() -> None:
    view = land.View(west=100, north=200, metres_per_pixel=10, width=20, height=20)
    square = shapely.Polygon([(100, 200), (150, 200), (150, 100), (100, 100)])
    assert land.path(square, of=view) == "M0 0l50 0l0 100l-50 0Z"


def test_a_view_holds_all_land_and_keeps_its_shape() -> None:
    shapes = np.array([shapely.box(0, 0, 1000, 500)])
    view = land.view(shapes, width=560, highest=470)
    assert view.width == 560
    assert view.height == pytest.approx(280, rel=0.01)
    assert 0 < view.x(0) < view.x(1000) < 560
    assert 0 < view.y(500) < view.y(0) < view.height


def test_a_map_without_land_is_refused() -> None:
    with pytest.raises(ProductError, match="outline"):
        land.view(np.array([]), width=560, highest=470)


def wavy(count: int) -> gpd.GeoSeries:
    """Neighbours in a row that share a border of many points."""
    y = np.linspace(0, 4000, 400)
    borders = [np.column_stack([1000 * i + 60 * np.sin(y / 150 + i), y]) for i in range(count + 1)]
    return gpd.GeoSeries([
        shapely.Polygon(np.vstack([left, right[::-1]])) for left, right in pairwise(borders)
    ])  # fmt: skip


def test_lighter_borders_open_no_gaps() -> None:
    shapes = np.asarray(wavy(5))
    light = land.lighter(shapes, metres=20)
    assert shapely.get_num_coordinates(light).sum() < shapely.get_num_coordinates(shapes).sum() / 3
    assert shapely.coverage_is_valid(light)
    assert not shapely.union_all(light).interiors


def test_shapes_that_overlap_are_made_lighter_without_gaps_too() -> None:
    shapes = np.append(np.asarray(wavy(5)), shapely.box(900, 900, 1900, 1900))
    assert not shapely.coverage_is_valid(shapes)
    light = land.lighter(shapes, metres=20)
    assert not shapely.union_all(shapely.make_valid(light)).interiors


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 400), st.sampled_from(["Station", "Old Town"])), max_size=30))
def test_placed_words_never_collide(asked: list[tuple[float, float, str]]) -> None:
    labels = land.Labels(within=(0, 0, 560, 470))
    labels.keep_free(100, 100, 200, 200)
    for x, y, words in asked:
        labels.place([words], x=x, y=y, size=13, shifts=(0, -12, 12))
    for i, a in enumerate(labels.taken):
        for b in labels.taken[i + 1 :]:
            assert a[2] <= b[0] or a[0] >= b[2] or a[3] <= b[1] or a[1] >= b[3]


def test_numbers_have_at_most_one_decimal() -> None:
    made = svg.tag("rect", x=1 / 3, y=-1e-9, width=10.0)
    assert made == '<rect x="0.3" y="0" width="10"/>'
    assert not re.search(r"\d\.\d\d", made)
