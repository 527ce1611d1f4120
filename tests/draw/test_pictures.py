"""What every picture owes its reader, and what each shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from intelnb.analysis.result import Result
from intelnb.draw import area_map, places, spark, trend, week_grid
from intelnb.draw.ink import colour, letters
from intelnb.draw.ink.svg import TEXT
from intelnb.draw.picture import Picture
from intelnb.errors import ProductError
from intelnb.publish import svg

MARKING = "OFFICIAL-SENSITIVE"
SPACE = "{http://www.w3.org/2000/svg}"
EVIL = "</title><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"


def by_area(areas: gpd.GeoDataFrame) -> Result:
    """Counts of the wards: zero, numbers, one suppressed, one not submitted."""
    table = areas.copy()
    table["n"] = [0.0, *range(10, 23), np.nan, np.nan]
    table["shown"] = ["0", *(str(n) for n in range(10, 23)), "under 5", "not submitted"]
    return Result(name="by_area", table=table, values={}, wording="Sixteen wards.")


@pytest.fixture
def drawn(
    series: Callable[..., Result], week: Result, cells: Result, backdrop: places.Backdrop, areas: gpd.GeoDataFrame
) -> Callable[..., dict[str, Picture]]:
    """Draws one of each."""

    def draw(title: str = "A title", prefix: str = "p") -> dict[str, Picture]:
        given = {"marking": MARKING, "title": title, "caption": "As at 16 Nov 2026.", "prefix": prefix}
        return {
            "trend": trend.picture(series(missing=(60, 61), broken_from=100), **given),
            "week_grid": week_grid.picture(week, **given),
            "places": places.picture(cells, backdrop=backdrop, **given),
            "area_map": area_map.picture(by_area(areas), **given),
            "spark": spark.picture(series(), prefix=prefix, title=title),
        }

    return draw


def test_every_picture_speaks_and_is_marked(drawn: Callable[..., dict[str, Picture]]) -> None:
    for name, picture in drawn().items():
        root = ET.fromstring(picture.svg)
        labelled = root.attrib["aria-labelledby"].split()
        words = {e.attrib["id"]: e.text for e in root if e.tag in (f"{SPACE}title", f"{SPACE}desc")}
        assert root.attrib["role"] == "img"
        assert [words[i] for i in labelled] == [picture.title, picture.alt], name
        assert len(picture.alt) > 20
        texts = [e.text for e in root.iter(f"{SPACE}text")]
        assert (MARKING in texts) is (name != "spark")


def test_no_words_are_smaller_than_twelve_pixels(drawn: Callable[..., dict[str, Picture]]) -> None:
    for picture in drawn().values():
        assert all(float(size) >= 12 for size in re.findall(r'font-size="([\d.]+)"', picture.svg))


def test_every_picture_passes_the_gate_of_the_page(drawn: Callable[..., dict[str, Picture]]) -> None:
    for picture in drawn().values():
        assert svg.cleaned(picture.svg, prefix="x").startswith("<svg")


def test_ids_differ_between_prefixes_and_are_unique(drawn: Callable[..., dict[str, Picture]]) -> None:
    first = re.findall(r' id="([^"]+)"', "".join(p.svg for p in drawn(prefix="a").values() if p.title))
    for picture in drawn(prefix="b").values():
        ids = re.findall(r' id="([^"]+)"', picture.svg)
        assert len(ids) == len(set(ids))
        assert not set(ids) & set(first)


def test_the_same_input_gives_the_same_bytes(drawn: Callable[..., dict[str, Picture]]) -> None:
    assert {n: p.svg for n, p in drawn().items()} == {n: p.svg for n, p in drawn().items()}


def test_words_from_data_stay_words(drawn: Callable[..., dict[str, Picture]]) -> None:
    for picture in drawn(title=EVIL).values():
        root = ET.fromstring(picture.svg)
        assert root[0].text == EVIL
        assert not [e for e in root.iter() if e.tag in (f"{SPACE}script", f"{SPACE}img")]


def test_pictures_are_small(drawn: Callable[..., dict[str, Picture]]) -> None:
    limits = {"trend": 14_000, "week_grid": 24_000, "places": 12_000, "area_map": 12_000, "spark": 1_500}
    for name, picture in drawn().items():
        assert len(picture.svg) < limits[name], name


def test_drawing_leaves_its_input_alone(cells: Result, backdrop: places.Backdrop) -> None:
    before, areas = cells.table.copy(), backdrop.areas.copy()
    places.picture(cells, backdrop=backdrop, marking=MARKING, prefix="p", title="T")
    assert_frame_equal(cells.table, before)
    assert_frame_equal(backdrop.areas, areas)


def lines(picture: Picture) -> list[str]:
    """The data of the drawn lines of counts."""
    root = ET.fromstring(picture.svg)
    return [e.attrib["d"] for e in root.iter(f"{SPACE}path") if e.attrib.get("stroke-linejoin") == "round"]


def test_weeks_without_submission_are_hatched_never_zero(series: Callable[..., Result]) -> None:
    whole = trend.picture(series(13), marking=MARKING, prefix="p", title="T")
    gap = trend.picture(series(13, missing=(5, 6)), marking=MARKING, prefix="p", title="T")
    assert "url(#p-missing)" not in whole.svg
    assert gap.svg.count('fill="url(#p-missing)"') == 1
    assert "not submitted" in gap.svg
    assert "Nothing submitted for 2 periods" in gap.alt
    # twelve segments in a whole series; two missing weeks take three of them away
    assert sum(d.count("M") for d in lines(whole)) == 12
    assert sum(d.count("M") for d in lines(gap)) == 9
    assert not re.search(r" 220(?!\d)", "".join(lines(gap)))


def test_a_break_in_recording_cuts_the_line(series: Callable[..., Result]) -> None:
    broken = trend.picture(series(60, broken_from=50), marking=MARKING, prefix="p", title="T")
    assert "break in recording" in broken.svg
    assert 'stroke-dasharray="5 4"' in broken.svg
    assert sum(d.count("M") for d in lines(broken)) == 58
    assert "range not assessed" in broken.svg


def test_the_caption_says_how_periods_compare(series: Callable[..., Result]) -> None:
    given = {"marking": MARKING, "prefix": "p", "title": "T"}
    picture = trend.picture(series(13), caption="As at 16 Nov 2026.", **given)
    assert (
        picture.caption
        == "As at 16 Nov 2026. Each period as known equally long after its end; what was recorded later is not drawn."
    )
    assert (
        trend.picture(series(13), **given).caption
        == "Each period as known equally long after its end; what was recorded later is not drawn."
    )
    assert ">known by then<" in picture.svg


@pytest.mark.parametrize("last", [26.0, 23.0, 16.0, 4.0])
def test_words_of_a_break_leave_the_last_point_and_other_numbers_alone(
    series: Callable[..., Result], last: float
) -> None:
    table = series(60, broken_from=59).table
    table["n"] = 10.0
    table.loc[[40, 50, 54], ["n", "outside"]] = [26.0, True]
    table.loc[59, ["n", "outside"]] = [last, False]
    result = Result(name="a", table=table, values={}, wording="A break.")
    root = ET.fromstring(trend.picture(result, marking=MARKING, prefix="p", title="T").svg)
    words = {str(e.text): (float(e.attrib["x"]), float(e.attrib["y"])) for e in root.iter(f"{SPACE}text")}
    x, y = words["break in recording"]
    for point in root.iter(f"{SPACE}circle"):
        cx, cy = float(point.attrib["cx"]), float(point.attrib["cy"])
        assert abs(cx - x) > 55 or not y - 13 < cy < y + 5
    numbers = [e for e in root.iter(f"{SPACE}text") if e.attrib.get("fill") == colour.PLUM]
    assert all(float(e.attrib["y"]) - 12 >= 50 for e in numbers)


def test_points_outside_the_range_are_marked(series: Callable[..., Result]) -> None:
    result = series(104)
    picture = trend.picture(result, marking=MARKING, prefix="p", title="T")
    root = ET.fromstring(picture.svg)
    plum = [e for e in root.iter(f"{SPACE}circle") if e.attrib["fill"] == colour.PLUM]
    assert len(plum) == int(result.table["outside"].sum()) + 1  # and one in the key
    assert "26 in 2026-W46, expected" in picture.svg


def test_a_side_in_words_marks_a_point_and_a_blank_does_not(series: Callable[..., Result]) -> None:
    table = series(20).table.assign(outside=["above" if i == 7 else "" for i in range(20)])
    sided = Result(name="a", table=table, values={}, wording="One above.")
    root = ET.fromstring(trend.picture(sided, marking=MARKING, prefix="p", title="T").svg)
    assert len([e for e in root.iter(f"{SPACE}circle") if e.attrib["fill"] == colour.PLUM]) == 2


def test_a_series_of_one_period_and_one_of_nothing(series: Callable[..., Result]) -> None:
    one = series(2)
    single = Result(name="a", table=one.table.tail(1), values={}, wording="One week.")
    assert "26 in 2026-W46" in trend.picture(single, marking=MARKING, prefix="p", title="T").svg
    assert spark.picture(single, prefix="p", title="T").svg
    empty = Result(name="a", table=one.table.head(0), values={}, wording="None.")
    with pytest.raises(ProductError, match="without periods"):
        trend.picture(empty, marking=MARKING, prefix="p", title="T")


def test_a_series_that_lacks_a_column_is_refused(series: Callable[..., Result]) -> None:
    lacking = Result(name="a", table=series(5).table.drop(columns=["low", "status"]), values={}, wording="x")
    with pytest.raises(ProductError, match="low, status"):
        spark.picture(lacking, prefix="p", title="T")


def test_a_spark_shows_the_last_thirteen_periods(series: Callable[..., Result]) -> None:
    picture = spark.picture(series(104), prefix="p", title="T")
    root = ET.fromstring(picture.svg)
    line = next(e.attrib["d"] for e in root.iter(f"{SPACE}path") if e.attrib.get("stroke") == colour.NAVY)
    assert (root.attrib["width"], root.attrib["height"]) == ("132", "24")
    assert line.count("L") == 12
    assert picture.alt.endswith("2026-W34 to 2026-W46.")


def test_the_week_has_168_hours_and_the_busiest_is_darkest(week: Result) -> None:
    root = ET.fromstring(week_grid.picture(week, marking=MARKING, prefix="p", title="T").svg)
    squares = [e for e in root.iter(f"{SPACE}rect") if e.attrib["width"] == "21"]
    assert len(squares) == 168
    assert squares[17].attrib["fill"] == colour.DARK
    assert squares[3].attrib["fill"] == colour.WHITE


def test_shades_double_so_that_white_hides_no_real_count() -> None:
    counts = {0: 0.0, 1: 2.4, 2: 2.6, 3: 5.0, 4: 5.1, 5: 10.0, 6: 20.0, 7: 20.5, 8: 39.0}
    table = pd.DataFrame({"weekday": 0, "hour": list(counts), "n": list(counts.values())})
    result = Result(name="t", table=table, values={}, wording="One.")
    root = ET.fromstring(week_grid.picture(result, marking=MARKING, prefix="p", title="T").svg)
    fills = [e.attrib["fill"] for e in root.iter(f"{SPACE}rect") if e.attrib["width"] == "21"][: len(counts)]
    assert fills == [
        colour.WHITE, colour.WHITE, colour.PALE, colour.PALE, colour.LIGHT, colour.LIGHT, colour.MIDDLE, colour.DARK,
        colour.DARK,
    ]  # fmt: skip
    texts = [str(e.text) for e in root.iter(f"{SPACE}text")]
    assert [t for t in texts if t.startswith(("under", "to "))] == ["under 2.5", "to 5", "to 10", "to 20", "to 40"]


@given(st.floats(min_value=0.01, max_value=1e6))
def test_the_highest_hour_is_darkest_and_a_sixteenth_is_not_hidden(highest: float) -> None:
    limits = week_grid._limits(highest)
    assert limits[-1] >= highest * 0.999
    assert week_grid._fill(highest, limits) == colour.DARK
    assert week_grid._fill(highest / 10, limits) != colour.WHITE
    assert week_grid._fill(0, limits) == colour.WHITE


def test_a_week_without_any_event_is_white_and_says_so() -> None:
    table = pd.DataFrame({"weekday": [0], "hour": [0], "n": [0.0]})
    result = Result(name="t", table=table, values={}, wording="None.")
    picture = week_grid.picture(result, marking=MARKING, prefix="p", title="T")
    assert ">none<" in picture.svg
    assert colour.DARK not in re.findall(r'<rect[^>]*width="21"[^>]*fill="([^"]+)"', picture.svg)


def test_hours_that_are_not_listed_hold_none() -> None:
    table = pd.DataFrame({"weekday": [6], "hour": [23], "n": [1.0]})
    result = Result(name="t", table=table, values={}, wording="One.")
    picture = week_grid.picture(result, marking=MARKING, prefix="p", title="T")
    squares = [e for e in ET.fromstring(picture.svg).iter(f"{SPACE}rect") if e.attrib["width"] == "21"]
    assert [e.attrib["fill"] for e in squares].count(colour.WHITE) == 167
    assert squares[-1].attrib["fill"] == colour.DARK
    assert "Sun 23:00 (1)" in picture.alt


def test_the_map_counts_its_cells_and_names_its_zones(cells: Result, backdrop: places.Backdrop) -> None:
    picture = places.picture(cells, backdrop=backdrop, marking=MARKING, prefix="p", title="T")
    for level in ("very unusual", "unusual", "raised"):
        assert f"{level} (1 cell)" in picture.svg
    assert "Zones: A (long-standing), B (not long-standing)." in picture.alt
    assert "near-repeat risk until 22 Nov" in picture.svg
    assert ">2 km<" in picture.svg


@pytest.mark.parametrize("highest", [0.9, 4, 39, 96, 470, 980, 4100])
def test_the_key_of_the_week_stays_inside_the_picture(week: Result, highest: float) -> None:
    table = week.table.assign(n=week.table["n"] / week.table["n"].max() * highest)
    root = ET.fromstring(week_grid.picture(replace(week, table=table), marking=MARKING, prefix="p", title="T").svg)
    words = [e for e in root.iter() if e.tag.endswith("text") and (e.text or "").startswith(("to ", "under "))]
    assert len(words) == 5
    ends = [float(e.get("x", "0")) + letters.width(e.text or "", size=TEXT) for e in words]
    assert max(ends) <= 560


@pytest.mark.parametrize(
    ("states", "keyed", "told"),
    [
        (["long-standing", "new"], {"long-standing zone", "new zone"}, "A (long-standing), B (new)"),
        (["long-standing", "quiet now"], {"long-standing zone", "zone quiet now"}, "A (long-standing), B (quiet now)"),
        (["on and off", "on and off"], {"zone on and off"}, "A (on and off), B (on and off)"),
        (["new", "age not assessed"], {"other zone"}, "A (new), B (age not assessed)"),
    ],
)
def test_the_key_names_the_states_that_occur(
    cells: Result, backdrop: places.Backdrop, states: list[str], keyed: set[str], told: str
) -> None:
    assert backdrop.zones is not None
    zones = backdrop.zones.assign(state=states, is_persistent=[state == "long-standing" for state in states])
    given = places.Backdrop(areas=backdrop.areas, zones=zones)
    picture = places.picture(cells, backdrop=given, marking=MARKING, prefix="p", title="T")
    texts = {str(e.text) for e in ET.fromstring(picture.svg).iter(f"{SPACE}text")}
    assert {text for text in texts if "zone" in text} == keyed
    assert f"Zones: {told}." in picture.alt


def test_a_map_without_any_cell_says_so(backdrop: places.Backdrop, areas: gpd.GeoDataFrame) -> None:
    empty = gpd.GeoDataFrame({"level": []}, geometry=[], crs=27700)
    result = Result(name="h", table=empty, values={}, wording="No place stands out.")
    plain = places.Backdrop(areas=areas)
    picture = places.picture(result, backdrop=plain, marking=MARKING, prefix="p", title="T")
    assert "No cell stands out." in picture.alt
    assert "Ward N05" in picture.svg


def test_suppressed_missing_and_zero_look_different(areas: gpd.GeoDataFrame) -> None:
    picture = area_map.picture(by_area(areas), marking=MARKING, prefix="p", title="T")
    root = ET.fromstring(picture.svg)
    fills = {
        shape[0].text: group.attrib["fill"]
        for group in root.iter(f"{SPACE}g")
        for shape in group
        if group.attrib.get("fill") and len(shape)
    }
    special = {fills["Ward N00: 0"], fills["Ward N14: under 5"], fills["Ward N15: not submitted"]}
    assert len(special) == 3
    assert fills["Ward N14: under 5"].startswith("url(")
    assert "under 5 (1 area)" in picture.svg


def test_each_area_falls_into_one_class_that_says_its_count(areas: gpd.GeoDataFrame) -> None:
    picture = area_map.picture(by_area(areas), marking=MARKING, prefix="p", title="T")
    counted = [int(n) for n in re.findall(r"\((\d+) areas?\)", picture.svg)]
    assert sum(counted) == len(areas)


def test_five_thousand_areas_stay_under_half_a_megabyte() -> None:
    rng = np.random.default_rng(1)
    x, y = np.meshgrid(np.arange(72) * 900.0, np.arange(72) * 900.0)
    x, y = x + rng.uniform(-250, 250, x.shape), y + rng.uniform(-250, 250, y.shape)
    shapes = [
        shapely.Polygon([(x[j, i], y[j, i]), (x[j, i + 1], y[j, i + 1]), (x[j + 1, i + 1], y[j + 1, i + 1]),
                         (x[j + 1, i], y[j + 1, i])])
        for j in range(71) for i in range(71)
    ]  # fmt: skip
    n = rng.poisson(9, len(shapes)).astype(float)
    n[n < 5] = np.nan
    table = gpd.GeoDataFrame({
        "code": [f"N{i:07d}" for i in range(len(shapes))], "name": [f"Northmere {i:04d}A" for i in range(len(shapes))],
        "n": n, "shown": ["under 5" if np.isnan(v) else f"{v:.0f}" for v in n],
    }, geometry=shapes, crs=27700)  # fmt: skip
    result = Result(name="a", table=table, values={}, wording="Many areas.")
    picture = area_map.picture(result, marking=MARKING, prefix="p", title="T")
    assert picture.svg.count("<path") >= 5_041
    assert len(picture.svg) < 500_000
