"""Counts per place: by hand, with people, with harm, and drawn as the map of areas takes them."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from intelnb.analysis import counts
from intelnb.draw import area_map
from intelnb.errors import MethodError

WINDOW = {"since": date(2026, 11, 9), "until": date(2026, 11, 16)}
WEIGHTS = pd.DataFrame({"kind": ["robbery", "theft"], "weight_days": [365, 2], "source": "invented"})


def _areas() -> gpd.GeoDataFrame:
    shapes = [shapely.box(x, 0, x + 1000, 2000) for x in (0, 1000, 2000)]
    named = {"code": ["W1", "W2", "W3"], "name": ["Low", "Middle", "High"], "level": "ward"}
    return gpd.GeoDataFrame(named, geometry=shapes, crs="EPSG:27700")


def _crimes(**columns: Any) -> gpd.GeoDataFrame:
    x = np.array([100.0, 200, 300, 400, 1500, 1600, 1700, 9000])
    kinds = ["robbery", "theft", "theft", "arson", "theft", "theft", "theft", "theft"]
    table = {"easting": x, "northing": 500.0, "middle": pd.Timestamp("2026-11-11"), "kind": kinds, **columns}
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, [500.0] * 8), crs="EPSG:27700")


def test_worked_by_hand() -> None:
    found = counts.per_place(_crimes(), name="n", within=_areas(), **WINDOW)
    assert found.table[["code", "name", "n", "shown", "km2", "per_km2"]].to_numpy().tolist() == [
        ["W1", "Low", 4, "4", 2.0, 2.0],
        ["W2", "Middle", 3, "3", 2.0, 1.5],
        ["W3", "High", 0, "0", 2.0, 0.0],
    ]
    assert found.sentence == "7 crimes in 3 areas; Low holds most, 4."
    assert found.values["n_elsewhere"] == 1
    assert (found.grain, found.key, found.counts) == ("ward", "code", ("n",))


def test_areas_that_tie_for_most_are_all_named_or_counted() -> None:
    pair = pd.concat([_crimes().iloc[:2], _crimes().iloc[4:6]])
    found = counts.per_place(pair, name="n", within=_areas(), **WINDOW)
    held = found.table.loc[found.table["n"] == found.table["n"].max(), "name"]
    assert len(held) == 2
    assert found.sentence == f"4 crimes in 3 areas; {' and '.join(held)} hold most, 2 each."


def test_the_margin_does_not_count() -> None:
    crimes = _crimes(inside=[True] * 3 + [False] * 5)
    assert counts.per_place(crimes, name="n", within=_areas(), **WINDOW).table["n"].tolist() == [3, 0, 0]
    squares = counts.per_place(crimes, name="n", within=_areas(), shape="square", cell_m=500, **WINDOW)
    assert squares.values["n"] == 3
    assert squares.sentence == "3 crimes in 24 cells; 1 cell holds any, the fullest 3."


def test_rates_stand_beside_their_limits_and_not_where_nobody_lives() -> None:
    people = pd.DataFrame({"code": ["W1", "W2"], "population": [2000.0, 0.0]})
    found = counts.per_place(_crimes(), name="n", within=_areas(), population=people, **WINDOW)
    table = found.table.set_index("code")
    assert table.loc["W1", ["rate", "rate_low", "rate_high"]].tolist() == [2.0, 0.54, 5.12]  # 4: limits 1.09 to 10.24
    assert table.loc[["W2", "W3"], ["rate", "rate_low", "rate_high"]].isna().all(axis=None)
    assert "No rate for 2 places: nobody lives there, or how many is not known." in found.caveats
    assert counts.RESIDENTS in found.caveats
    with pytest.raises(MethodError, match="stands twice: W1"):
        counts.per_place(_crimes(), name="n", within=_areas(), population=people.assign(code="W1"), **WINDOW)


def test_a_population_that_cannot_be_read_is_refused_or_left_blank() -> None:
    with pytest.raises(MethodError, match="lacks population"):
        counts.per_place(_crimes(), name="n", within=_areas(), population=pd.DataFrame({"code": ["W1"]}), **WINDOW)
    words = pd.DataFrame({"code": ["W1", "W2"], "population": ["many", "100"]})
    table = counts.per_place(_crimes(), name="n", within=_areas(), population=words, **WINDOW).table.set_index("code")
    assert table["rate"].isna().tolist() == [True, False, True]
    with pytest.raises(MethodError, match="no table of harm"):
        counts.per_place(_crimes(), name="n", within=_areas(), weights=pd.DataFrame(), **WINDOW)


def test_harm_is_summed_and_what_has_no_weight_is_named() -> None:
    found = counts.per_place(_crimes(), name="n", within=_areas(), weights=WEIGHTS, **WINDOW)
    assert found.table["harm_days"].tolist() == [369.0, 6.0, 0.0]
    assert any("No weight for arson" in told for told in found.caveats)
    assert found.settings["weights"] == "invented"
    with pytest.raises(MethodError, match="no table of harm"):
        counts.per_place(_crimes(), name="n", within=_areas(), weights=WEIGHTS.assign(measure="severity"), **WINDOW)


def test_no_crime_is_said_and_the_map_can_draw_it() -> None:
    quiet = {"since": date(2026, 12, 7), "until": date(2026, 12, 14)}
    found = counts.per_place(_crimes(), name="n", within=_areas(), **quiet)
    assert found.sentence == "No crime lies in any of 3 places."
    drawn = area_map.picture(
        counts.per_place(_crimes(), name="n", within=_areas(), **WINDOW), marking="OFFICIAL", prefix="m", title="Counts"
    )
    assert "Low 4" in drawn.alt


def test_snapped_points_are_refused_for_cells_and_counted_in_large_areas() -> None:
    snapped = _crimes(accuracy_m=500.0)
    refused = counts.per_place(snapped, name="n", within=_areas(), shape="square", **WINDOW)
    assert refused.sentence == "Not assessed: locations are snapped to map points, too coarse for 250 m cells."
    found = counts.per_place(snapped, name="n", within=_areas(), **WINDOW)
    assert found.values["n"] == 7
    assert any("up to 500 m from the truth" in told for told in found.caveats)


def test_the_wards_of_the_sample_add_up(crimes: gpd.GeoDataFrame, wards: gpd.GeoDataFrame) -> None:
    year = {"since": date(2025, 11, 17), "until": date(2026, 11, 16)}
    found = counts.per_place(crimes, name="n", within=wards, **year)
    own = crimes[(crimes["middle"] >= "2025-11-17") & (crimes["middle"] < "2026-11-16") & crimes["easting"].notna()]
    assert found.values["n"] + found.values["n_elsewhere"] == len(own)
    assert found.values["n"] == own.geometry.within(wards.union_all()).sum()
    assert found.table["km2"].sum() == pytest.approx(wards.area.sum() / 1e6, rel=1e-4)
