"""Hot spots of harm: a heap of grave crimes found, one grave crime alone never, few weights named."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from intelnb.analysis import harm_hotspot, hotspot
from intelnb.errors import MethodError

WINDOW = {"since": date(2026, 8, 17), "until": date(2026, 11, 16)}
AREA = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 5000, 5000)], crs="EPSG:27700")
WEIGHTS = pd.DataFrame({"kind": ["theft", "robbery", "homicide"], "weight_days": [2, 365, 5475], "source": "invented"})


def _crimes(heap: list[str], seed: int = 3, size: int = 400) -> gpd.GeoDataFrame:
    """Thefts and a few robberies anywhere, and a heap of named kinds at one place."""
    rng = np.random.default_rng(seed)
    x = np.r_[rng.uniform(0, 5000, size), rng.normal(2600, 40, len(heap))]
    y = np.r_[rng.uniform(0, 5000, size), rng.normal(2600, 40, len(heap))]
    kinds = np.where(rng.random(size) < 0.05, "robbery", "theft").tolist() + heap
    table = {"easting": x, "northing": y, "middle": pd.Timestamp("2026-11-01"), "kind": kinds, "hours_wide": 1.0}
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")


def _found(crimes: gpd.GeoDataFrame, **options: Any) -> Any:
    return harm_hotspot.gi_star(crimes, **{"weights": WEIGHTS, "name": "h", "within": AREA, **WINDOW, **options})


def test_a_heap_of_grave_crimes_is_hot_though_not_by_count() -> None:
    crimes = _crimes(["robbery"] * 9)
    found = _found(crimes)
    hot = found.table[found.table["is_hot"]]
    assert hot.geometry.contains(shapely.Point(2600, 2600)).any()
    assert (hot.geometry.distance(shapely.Point(2600, 2600)) < 400).all()
    assert (hot["neighbourhood_n"] >= 5).all()
    by_count = hotspot.gi_star(crimes, name="c", within=AREA, **WINDOW)
    assert by_count.values["n_very_unusual"] == 0
    days = crimes["kind"].map(WEIGHTS.set_index("kind")["weight_days"])
    assert found.table["harm_days"].sum() == days.sum()
    percent = round(100 * hot["harm_days"].sum() / days.sum())
    assert (
        found.sentence
        == f"{percent}% of harm lies in {len(hot)} hot cells, {found.values['area_percent']:g}% of the area."
    )


def test_one_grave_crime_is_no_hot_spot() -> None:
    found = _found(_crimes(["homicide", *["theft"] * 5]))
    assert found.table["z"].max() > 5  # by its score alone it would be
    assert found.values["n_hot"] == 0
    assert found.sentence == "No place stands out by harm: 406 crimes, 400 cells, none hot."


def test_noise_is_seldom_hot() -> None:
    assert sum(_found(_crimes([], seed), cell_m=500).values["n_hot"] > 0 for seed in range(30)) <= 6


def test_measures_and_weights_are_named_and_needed() -> None:
    both = pd.concat([WEIGHTS, WEIGHTS.assign(measure="severity", weight_days=[5, 700, 8000])])
    found = _found(_crimes(["robbery"] * 9), weights=both, measure="severity")
    assert found.settings["measure"] == "severity: days from sentences passed"
    assert _found(_crimes([]), measure="severity").sentence == "Not assessed: no table of severity is loaded."
    assert _found(_crimes([]), weights=WEIGHTS.iloc[:0]).sentence == "Not assessed: no harm table is loaded."
    arson = _found(_crimes(["arson"] * 9))
    assert arson.values["n"] == 400
    assert any("No weight for arson" in told for told in arson.caveats)
    few = _found(_crimes([], size=29))
    assert few.sentence == "Not assessed: 29 crimes have a place and a weight, and hot spots need at least 30."
    with pytest.raises(MethodError, match="share_false is"):
        _found(_crimes([]), share_false=0)


@pytest.mark.parametrize("shape", ["hexagon", "area"])
def test_cells_of_any_shape(shape: str) -> None:
    boxes = [shapely.box(x, y, x + 500, y + 500) for y in range(0, 5000, 500) for x in range(0, 5000, 500)]
    areas = gpd.GeoDataFrame(
        {"code": [f"A{i:02d}" for i in range(100)], "name": "beat"}, geometry=boxes, crs="EPSG:27700"
    )
    found = _found(_crimes(["robbery"] * 12), within=areas, shape=shape)
    assert found.table.loc[found.table["is_hot"]].geometry.distance(shapely.Point(2600, 2600)).max() < 600
