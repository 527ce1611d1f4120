"""Hot spots: found where planted, silent on noise, never halved at a border, refused on data that lie."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from intelnb.analysis import hotspot
from intelnb.dates import parse
from intelnb.errors import MethodError
from intelnb.stats import gi_star as getis_ord
from intelnb.tables import selection

WINDOW = {"since": date(2026, 8, 17), "until": date(2026, 11, 16)}


def _crimes(
    x: np.ndarray, y: np.ndarray, *, accuracy_m: float = np.nan, crs: str | None = "EPSG:27700"
) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"easting": x, "northing": y, "middle": pd.Timestamp("2026-11-01"), "accuracy_m": accuracy_m, "inside": True},
        geometry=gpd.points_from_xy(x, y), crs=crs,
    )  # fmt: skip


def _area(*bounds: float, crs: str = "EPSG:27700") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shapely.box(*bounds)], crs=crs)


def _even(size: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 5000, size), rng.uniform(0, 5000, size)


def _found(crimes: gpd.GeoDataFrame, area: gpd.GeoDataFrame | None = None, **options: float) -> hotspot.Result:
    return hotspot.gi_star(
        crimes, name="hot", within=_area(0, 0, 5000, 5000) if area is None else area, **WINDOW, **options
    )


def _with_crowd(*, at: tuple[float, float], size: int = 40) -> gpd.GeoDataFrame:
    x, y = _even(400)
    rng = np.random.default_rng(7)
    return _crimes(np.r_[x, rng.normal(at[0], 100, size)], np.r_[y, rng.normal(at[1], 100, size)])


def test_a_crowd_is_hot_and_the_numbers_close() -> None:
    found = _found(_with_crowd(at=(2600, 2600)))
    hot = found.table[found.table["level"] != ""]
    assert "E2500 N2500" in hot["cell"].tolist()
    assert (abs(hot["col"] - 10) <= 2).all()
    assert (abs(hot["row"] - 10) <= 2).all()
    assert found.values["n"] == 440
    assert found.values["n_in_hot"] == hot["n"].sum()
    assert found.table["n"].sum() == found.values["n"] - found.values["n_edge"]
    assert (
        found.sentence
        == f"{hot['n'].sum()} of 440 crimes lie in {len(hot)} hot cells, {found.values['area_percent']:g}% of the area."
    )


def test_scores_are_gi_star_on_the_cells_and_q_the_larger_p_corrected() -> None:
    table = _found(_with_crowd(at=(2600, 2600))).table
    ours = getis_ord.gi_star(table["n"], table["row"], table["col"])
    np.testing.assert_array_equal(table["z"], ours.z)
    np.testing.assert_array_equal(table["p"], ours.p)
    larger = np.maximum(table["p"], table["p_even"])
    order, size = np.argsort(larger), len(table)
    steps = np.minimum.accumulate((larger.to_numpy()[order] * size / np.arange(1, size + 1))[::-1])[::-1]
    np.testing.assert_allclose(table["q"].to_numpy()[order], np.minimum(steps, 1), rtol=1e-12)


def test_levels_follow_q() -> None:
    table = _found(_with_crowd(at=(2600, 2600), size=25)).table
    hot = table["level"] != ""
    assert (table.loc[hot, "q"] < 0.05).all()
    assert (table.loc[table["level"] == "very unusual", "q"] < 0.001).all()
    assert table.loc[table["level"] == "unusual", "q"].between(0.001, 0.01, inclusive="left").all()
    assert table.loc[table["level"] == "raised", "q"].between(0.01, 0.05, inclusive="left").all()
    assert (table.loc[hot, "z"] > 0).all()


def test_even_noise_is_seldom_hot() -> None:
    # of maps without any hot spot at most 5 % may show one; 11 or more of 60 would come once in 10,000
    false = sum(_found(_crimes(*_even(150, seed))).values["n_hot"] > 0 for seed in range(60))
    assert false <= 10


def test_a_handful_is_never_hot() -> None:
    x, y = _even(60, 3)
    crowded = _crimes(np.r_[x, [2600] * 4], np.r_[y, [2600] * 4])
    found = _found(crowded, least_events=20)
    assert found.values["n_hot"] == 0
    assert found.sentence == "No place stands out: 64 crimes, 400 cells, none hot."


def test_crimes_across_the_border_hold_up_a_hot_spot_on_it() -> None:
    crimes = _with_crowd(at=(2500, 2600))
    crimes["inside"] = crimes["easting"] < 2500
    west = _area(0, 0, 2500, 5000)
    with_margin, without = _found(crimes, west), _found(crimes[crimes["inside"]], west)
    border = with_margin.table["cell"] == "E2250 N2500"
    assert with_margin.table.loc[border, "neighbourhood_n"].item() > without.table.loc[border, "neighbourhood_n"].item()
    assert len(with_margin.table) == len(without.table) == 200
    assert with_margin.settings["cells_in_margin"] == 64  # two rows of 12 and two columns of 20
    assert with_margin.values["n"] == without.values["n"] == int(crimes["inside"].sum())
    assert any("beyond the border" in caveat for caveat in without.caveats)
    assert not any("beyond the border" in caveat for caveat in with_margin.caveats)


def test_what_has_no_place_is_counted_and_left_off() -> None:
    crimes = _with_crowd(at=(2600, 2600))
    crimes.loc[crimes.index[:7], ["easting", "northing"]] = np.nan
    crimes.loc[crimes.index[7:10], "accuracy_m"] = 900.0
    found = _found(crimes)
    assert (found.values["n"], found.values["n_unplaced"], found.values["n_coarse"]) == (430, 7, 3)
    assert "Since 17 Aug 2026, 7 crimes have no location and are left off the map." in found.caveats


def test_a_crime_belongs_to_the_window_of_its_middle() -> None:
    crimes = _with_crowd(at=(2600, 2600))
    crimes.loc[crimes.index[:5], "middle"] = pd.Timestamp("2026-11-16 00:00")
    crimes.loc[crimes.index[5:8], "middle"] = pd.Timestamp("2026-08-17 00:00")
    assert _found(crimes).values["n"] == 435


def _withheld() -> gpd.GeoDataFrame:
    crimes = _with_crowd(at=(2600, 2600))
    bare = pd.DataFrame(crimes.drop(columns=["geometry", "easting", "northing"]))
    bare.attrs["withheld"] = ("easting", "northing", "geometry")
    return bare


@pytest.mark.parametrize(
    ("crimes", "sentence"),
    [
        (_withheld(), "Not assessed: locations are withheld from this audience."),
        (
            _crimes(*_even(300), accuracy_m=500.0),
            "Not assessed: locations are snapped to map points, too coarse for 250 m cells.",
        ),
        (_crimes(*_even(29)), "Not assessed: 29 crimes can be placed and hot spots need at least 30."),
        (_crimes(np.full(50, 9.0), np.full(50, 9.0)), "Not assessed: all crimes are placed on one point."),
        (_crimes(np.full(50, np.nan), np.full(50, np.nan)), "Not assessed: no crime has a location."),
        (_crimes(*(part.ravel() for part in np.mgrid[125:5000:250, 125:5000:250])), "Not assessed: every cell holds the same number of crimes."),
    ],
)  # fmt: skip
def test_data_that_cannot_answer_are_refused(crimes: gpd.GeoDataFrame, sentence: str) -> None:
    found = _found(crimes)
    assert (found.status, found.sentence) == ("not assessed", sentence)


def test_faults_of_the_call_say_what_to_do() -> None:
    crimes = _crimes(*_even(100))
    with pytest.raises(MethodError, match="Give both in the force"):
        _found(crimes, _area(0, 0, 5000, 5000, crs="EPSG:32615"))
    with pytest.raises(MethodError, match="not in metres"):
        _found(_crimes(*_even(100), crs="EPSG:4326"))
    with pytest.raises(MethodError, match="not smaller than the area"):
        _found(crimes, cell_m=5000)
    with pytest.raises(MethodError, match="share_false is"):
        _found(crimes, share_false=0.0)
    with pytest.raises(MethodError, match="is empty"):
        hotspot.gi_star(
            crimes, name="hot", within=_area(0, 0, 5000, 5000), since=date(2026, 1, 2), until=date(2026, 1, 2)
        )


def test_the_planted_hot_spots_are_found(crimes: gpd.GeoDataFrame, force: gpd.GeoDataFrame, truths: dict) -> None:
    night = selection.of_priority(crimes, kinds=["violence with injury", "violence without injury"], hours="20-04")
    found = hotspot.gi_star(night, name="hot", within=force, **WINDOW)
    hot = found.table[found.table["level"] == "very unusual"]
    for truth in (truths["station_hot_spot"], truths["elmfield_hot_spot"]):
        assert hot.intersects(shapely.Point(truth["easting"], truth["northing"])).any()


def test_the_burglary_series_is_a_hot_spot(crimes: gpd.GeoDataFrame, force: gpd.GeoDataFrame, truths: dict) -> None:
    burglary = selection.of_priority(crimes, kinds=["residential burglary"])
    found = hotspot.gi_star(burglary, name="hot", within=force, since=WINDOW["since"], until=parse("2026-W46").end)
    series = burglary[burglary["id"].isin(truths["burglary_series_rows"]["series"]) & burglary["easting"].notna()]
    hot = found.table[found.table["level"] != ""].union_all()
    assert series.geometry.within(hot).mean() > 0.9


@pytest.mark.parametrize("shape", ["hexagon", "area"])
def test_a_crowd_is_hot_on_cells_of_any_shape(shape: str) -> None:
    boxes = [shapely.box(x, y, x + 500, y + 500) for y in range(0, 5000, 500) for x in range(0, 5000, 500)]
    areas = gpd.GeoDataFrame(
        {"code": [f"A{i:02d}" for i in range(100)], "name": "a beat", "level": "beat"}, geometry=boxes, crs="EPSG:27700"
    )
    crimes = _with_crowd(at=(2750, 2750), size=80)
    found = _found(crimes, areas, shape=shape)
    hot = found.table[found.table["level"] != ""]
    assert len(hot)
    assert found.values["n_in_hot"] == hot["n"].sum()
    assert (hot.geometry.distance(shapely.Point(2750, 2750)) < 600).all()
    assert found.settings["shape"] == shape
    assert ("name" in found.table) == (shape == "area")
    assert found.grain == ("beat" if shape == "area" else "cell")
    assert any("differ in size" in told for told in found.caveats) == (shape == "area")


def test_without_itself_a_lone_heap_is_not_hot_but_its_neighbours_are() -> None:
    x, y = _even(400)
    crimes = _crimes(np.r_[x, np.full(30, 2600)], np.r_[y, np.full(30, 2600)])
    table = _found(crimes, with_itself=False).table.set_index("cell")
    assert table.loc["E2500 N2500", "level"] == ""
    assert table.loc["E2750 N2500", "z"] > 3


def test_months_are_not_parted_by_the_window() -> None:
    crimes = _with_crowd(at=(2600, 2600)).assign(hours_wide=743.0)
    assert (
        _found(crimes).sentence == "Not assessed: data are monthly and the window does not begin and end with a month."
    )


@pytest.mark.long
@pytest.mark.parametrize("shape", ["square", "hexagon", "area"])
@pytest.mark.parametrize("size", [60, 150, 1000])
def test_maps_without_a_hot_spot_seldom_show_one(shape: str, size: int) -> None:
    # at most 5 % of such maps may; more than 22 of 250 would come once in 500
    boxes = [shapely.box(x, y, x + 500, y + 500) for y in range(0, 5000, 500) for x in range(0, 5000, 500)]
    beats = gpd.GeoDataFrame(
        {"code": [f"A{i:02d}" for i in range(100)], "name": "beat"}, geometry=boxes, crs="EPSG:27700"
    )
    false = sum(_found(_crimes(*_even(size, seed)), beats, shape=shape).values["n_hot"] > 0 for seed in range(250))
    assert false <= 22
