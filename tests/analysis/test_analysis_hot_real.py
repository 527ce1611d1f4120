"""The force's own areas with real crimes: open data of Cheshire on its lower super output areas, snapped and monthly."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import change, counts, density, hotspot
from intelnb.tables import cells

DISTRICTS = ("E06000006", "E06000007", "E06000049", "E06000050")
QUARTER = {"since": date(2016, 6, 1), "until": date(2016, 9, 1)}


@pytest.fixture(scope="module")
def small_areas(real_data: Path) -> gpd.GeoDataFrame:
    folder = real_data / "uk_boundaries" / "lsoa_2011_by_lad"
    found = pd.concat([gpd.read_file(folder / f"{code}.json") for code in DISTRICTS]).to_crs("EPSG:27700")
    named = found.rename(columns={"LSOA11CD": "code", "LSOA11NM": "name"})[["code", "name", "geometry"]]
    return named.assign(level="lsoa", geometry=named.make_valid()).reset_index(drop=True)


@pytest.fixture(scope="module")
def burglary(real_data: Path, small_areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    files = sorted((real_data / "police_uk_cheshire").glob("2016-0[3-8]/*street.csv.gz"))
    rows = pd.concat([pd.read_csv(file) for file in files], ignore_index=True)
    rows = rows[rows["Crime type"] == "Burglary"].reset_index(drop=True)
    points = gpd.points_from_xy(rows["Longitude"], rows["Latitude"], crs="EPSG:4326").to_crs("EPSG:27700")
    return gpd.GeoDataFrame(
        {
            "kind": "burglary", "middle": pd.to_datetime(rows["Month"]) + pd.Timedelta(days=15), "hours_wide": 720.0,
            "easting": points.x, "northing": points.y, "accuracy_m": 500.0, "inside": True,
            "placed_by": np.where(rows["Longitude"].notna(), "point", "unplaced"),
            "lsoa": rows["LSOA code"].where(rows["LSOA code"].isin(small_areas["code"]), "").fillna(""),
        },
        geometry=points, crs="EPSG:27700",
    )  # fmt: skip


@pytest.mark.real_data
def test_real_outlines_touch_though_their_corners_do_not_match(small_areas: gpd.GeoDataFrame) -> None:
    near = cells.lay(small_areas, shape="area", cell_m=0).neighbours
    assert near.size == 652
    assert near.degree.min() >= 1
    assert 5 < near.degree.mean() < 6.5
    assert len(set(near.groups().tolist())) == 1


@pytest.mark.real_data
def test_real_counts_are_those_of_the_codes(burglary: gpd.GeoDataFrame, small_areas: gpd.GeoDataFrame) -> None:
    found = counts.per_place(burglary, name="n", within=small_areas, **QUARTER)
    own = burglary[(burglary["middle"] >= "2016-06-01") & (burglary["lsoa"] != "")]
    assert found.table.set_index("code")["n"].sort_index().tolist() == (
        own["lsoa"].value_counts().reindex(sorted(small_areas["code"]), fill_value=0).tolist()
    )
    assert any("up to 500 m" in told for told in found.caveats)


@pytest.mark.real_data
def test_real_snapped_and_monthly_data_are_refused_where_they_cannot_answer(
    burglary: gpd.GeoDataFrame, small_areas: gpd.GeoDataFrame
) -> None:
    fine = hotspot.gi_star(burglary, name="hot", within=small_areas, **QUARTER)
    assert "too coarse for 250 m cells" in fine.sentence
    assert (
        "too coarse for a map this fine" in density.smoothed(burglary, name="d", within=small_areas, **QUARTER).sentence
    )
    weeks = {"since": date(2016, 6, 6), "until": date(2016, 8, 29)}
    parted = hotspot.gi_star(burglary, name="hot", within=small_areas, shape="area", **weeks)
    assert "does not begin and end with a month" in parted.sentence


@pytest.mark.real_data
def test_real_hot_areas_are_few_and_hold_more_than_their_share(
    burglary: gpd.GeoDataFrame, small_areas: gpd.GeoDataFrame
) -> None:
    found = hotspot.gi_star(burglary, name="hot", within=small_areas, shape="area", **QUARTER)
    assert found.grain == "lsoa"
    hot = found.table[found.table["level"] != ""]
    assert 0 < len(hot) < 0.1 * len(found.table)
    assert hot["n"].mean() > 2 * found.table["n"].mean()
    moved = change.between(
        burglary, name="c", within=small_areas, shape="area", before_since=date(2016, 3, 1), **QUARTER
    )
    # most areas hot in one quarter alone have not changed beyond chance
    assert moved.values["n_unclear"] > moved.values["n_new"] + moved.values["n_gone"]
