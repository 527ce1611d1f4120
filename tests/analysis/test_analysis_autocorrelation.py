"""Likeness of neighbours: a planted crowd, a lone heap, noise, and places of every shape."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from intelnb.analysis import autocorrelation
from intelnb.errors import MethodError
from intelnb.stats import local_moran, moran
from intelnb.stats.neighbours import of_squares

WINDOW = {"since": date(2026, 11, 1), "until": date(2026, 12, 1)}
AREA = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 5000, 5000)], crs="EPSG:27700")


def _crimes(x: Any, y: Any) -> gpd.GeoDataFrame:
    table = {"easting": x, "northing": y, "middle": pd.Timestamp("2026-11-11"), "hours_wide": 1.0}
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")


def _even(size: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 5000, size), rng.uniform(0, 5000, size)


def _crowded() -> gpd.GeoDataFrame:
    x, y = _even(800)
    rng = np.random.default_rng(7)
    return _crimes(np.r_[x, rng.normal(2600, 250, 200)], np.r_[y, rng.normal(2600, 250, 200)])


def test_both_answers_are_those_of_the_statistics() -> None:
    crimes = _crowded()
    whole = autocorrelation.overall(crimes, name="m", within=AREA, permutations=99, seed=2, **WINDOW)
    table = whole.table
    near = of_squares(*_rows_cols(table))
    tested = moran.moran(table["n"], near, permutations=99, seed=2)
    assert whole.values["likeness"] == round(tested.i, 3)
    assert whole.values["p"] == tested.p_shuffled
    assert table["around"].iloc[0] == pytest.approx(near.sums(table["n"])[0] / near.degree[0], abs=1e-4)
    local = autocorrelation.local(crimes, name="m", within=AREA, permutations=99, most=0, seed=2, **WINDOW)
    ours = local_moran.local_moran(table["n"], near, permutations=99, seed=2)
    np.testing.assert_allclose(local.table["i"], ours.i)
    np.testing.assert_allclose(local.table["p"], ours.p)


def _rows_cols(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    east, north = (table["code"].str.extract(r"E(\d+) N(\d+)").astype(int) // 250).to_numpy().T
    return north, east


@pytest.mark.parametrize("shape", ["square", "hexagon"])
def test_a_crowd_gathers_and_stands_high_among_high(shape: Any) -> None:
    whole = autocorrelation.overall(
        _crowded(), name="m", noun="Burglary", within=AREA, shape=shape, permutations=99, **WINDOW
    )
    assert whole.sentence == "Burglary gathers: places next to each other are more alike than chance would make them."
    local = autocorrelation.local(_crowded(), name="m", within=AREA, shape=shape, **WINDOW)
    high = local.table[local.table["group"] == "high among high"]
    assert len(high) == local.values["n_high"] > 3
    assert (high.geometry.distance(shapely.Point(2600, 2600)) < 1000).all()
    assert (local.table.loc[local.table["group"] != "", "q"] < 0.05).all()


def test_noise_seldom_gathers_and_names_no_place() -> None:
    found = [
        autocorrelation.overall(
            _crimes(*_even(600, seed)), name="m", within=AREA, cell_m=500, permutations=99, **WINDOW
        )
        for seed in range(30)
    ]
    assert sum("no more alike" not in one.sentence for one in found) <= 6  # 5 % of 30; more than 6 once in 2,000
    named = autocorrelation.local(_crimes(*_even(600, 4)), name="m", within=AREA, **WINDOW)
    assert named.sentence == "No place of 400 stands out together with its neighbours or from them."


def test_too_few_draws_to_name_a_place_are_told() -> None:
    found = autocorrelation.local(_crowded(), name="m", within=AREA, permutations=99, most=0, **WINDOW)
    assert found.sentence == (
        "Not told: 99 draws are too few to name a place among 400; ask for more draws or larger cells."
    )


def test_even_as_a_chessboard_scatters() -> None:
    rows, cols = (part.ravel() for part in np.mgrid[0:20, 0:20])
    # stripes of one cell: left and right unlike, up and down alike, corners unlike
    full = (cols % 2) == 0
    x, y = np.repeat(cols[full] * 250 + 125, 3), np.repeat(rows[full] * 250 + 125, 3)
    found = autocorrelation.overall(_crimes(x, y), name="m", within=AREA, permutations=99, **WINDOW)
    assert found.sentence.startswith("Crime scatters")


def test_areas_are_compared_by_count_or_by_size_and_islands_told() -> None:
    shapes = [shapely.box(x, 0, x + 1000, 1000) for x in range(0, 5000, 1000)] + [shapely.box(9000, 0, 9500, 500)]
    areas = gpd.GeoDataFrame(
        {"code": list("abcdef"), "name": "beat", "level": "beat"}, geometry=shapes, crs="EPSG:27700"
    )
    crimes = _crimes(np.r_[np.full(30, 500.0), np.full(8, 1500.0), 2500.0, 9100.0], np.full(40, 100.0))
    by_count = autocorrelation.overall(crimes, name="m", within=areas, shape="area", permutations=9, **WINDOW)
    assert any("Areas differ in size" in told for told in by_count.caveats)
    assert "Touching no other, and so not compared: 1 place." in by_count.caveats
    assert by_count.grain == "beat"
    by_size = autocorrelation.overall(crimes, name="m", within=areas, shape="area", of="km2", permutations=9, **WINDOW)
    assert by_size.table["value"].tolist() == [30.0, 8.0, 1.0, 0.0, 0.0, 4.0]


def test_refusals_name_the_remedy() -> None:
    few = autocorrelation.local(_crimes(*_even(29)), name="m", within=AREA, **WINDOW)
    assert few.sentence == "Not assessed: 29 crimes can be placed and this needs at least 30."
    rows, cols = (part.ravel() for part in np.mgrid[0:20, 0:20])
    same = autocorrelation.local(_crimes(cols * 250.0 + 9, rows * 250.0 + 9), name="m", within=AREA, **WINDOW)
    assert same.sentence == "Not assessed: every place holds the same number of crimes."
    with pytest.raises(MethodError, match="share_false is"):
        autocorrelation.local(_crowded(), name="m", within=AREA, share_false=0.5, **WINDOW)
    with pytest.raises(MethodError, match="not a value"):
        autocorrelation.overall(_crowded(), name="m", within=AREA, of="rate", **WINDOW)  # type: ignore[arg-type]
    with pytest.raises(MethodError, match="too few to compare"):
        autocorrelation.overall(_crowded(), name="m", within=AREA, cell_m=4000, **WINDOW)
