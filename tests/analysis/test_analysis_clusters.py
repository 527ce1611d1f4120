"""Groups for exploring: as scikit-learn finds them, numbered by size."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import clusters
from intelnb.errors import MethodError

WINDOW = {"since": date(2026, 8, 17), "until": date(2026, 11, 16)}


def _crimes() -> gpd.GeoDataFrame:
    rng = np.random.default_rng(3)
    x = np.r_[rng.normal(1000, 30, 20), rng.normal(3000, 30, 45), [9000.0, 9900.0]]
    y = np.r_[rng.normal(1000, 30, 20), rng.normal(3000, 30, 45), [9000.0, 100.0]]
    table = {
        "id": [f"c{i}" for i in range(67)],
        "easting": x,
        "northing": y,
        "middle": pd.Timestamp("2026-11-01"),
        "inside": True,
    }
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")


@pytest.mark.parametrize("method", ["dbscan", "hdbscan"])
def test_two_crowds_are_two_groups_the_larger_first(method: str) -> None:
    found = clusters.groups(_crimes(), name="g", method=method, **WINDOW)
    assert found.table["cluster"].tolist() == [1] * 20 + [0] * 45 + [-1] * 2
    assert found.values == {"n": 67, "n_grouped": 65, "groups": 2}
    drawn = clusters.outlines(found, name="o")
    assert drawn.table[["cluster", "n"]].to_numpy().tolist() == [[0, 45], [1, 20]]
    points = found.table[found.table["cluster"] == 0].geometry
    assert points.within(drawn.table.geometry.iloc[0]).all()


def test_scattered_crimes_make_no_group_and_no_line() -> None:
    crimes = _crimes().assign(easting=np.arange(67) * 1000.0)
    found = clusters.groups(crimes, name="g", **WINDOW)
    assert found.values["groups"] == 0
    assert clusters.outlines(found, name="o").table.empty


def test_too_few_and_too_vague_are_refused() -> None:
    assert (
        clusters.groups(_crimes().iloc[:9], name="g", **WINDOW).sentence
        == "Not assessed: 9 crimes can be placed; groups need 10 to 50,000."
    )
    vague = clusters.groups(_crimes().assign(accuracy_m=500.0), name="g", **WINDOW)
    assert vague.sentence == "Not assessed: locations are snapped to map points, too coarse for groups within 150 m."
    with pytest.raises(MethodError, match="within_m is 0"):
        clusters.groups(_crimes(), name="g", within_m=0, **WINDOW)


def test_outlines_are_as_asked_and_small_groups_are_left_undrawn() -> None:
    angle = np.linspace(0, 1.5 * np.pi, 200)
    crimes = _crimes().iloc[:20]
    horseshoe = pd.concat([_crimes()] * 3, ignore_index=True).iloc[:200]
    far = np.where(np.arange(200) % 2, 500, 420)
    horseshoe = horseshoe.assign(easting=6000 + far * np.cos(angle), northing=6000 + far * np.sin(angle))
    both = pd.concat([crimes, horseshoe], ignore_index=True)
    both = both.set_geometry(gpd.points_from_xy(both["easting"], both["northing"]), crs="EPSG:27700")
    found = clusters.groups(both, name="g", **WINDOW)
    convex, concave = (clusters.outlines(found, name="o", hull=hull) for hull in ("convex", "concave"))
    assert concave.table["km2"].iloc[0] < 0.8 * convex.table["km2"].iloc[0]
    assert both.geometry.within(concave.table.union_all().buffer(1)).all()
    assert convex.table["per_km2"].iloc[0] == pytest.approx(200 / convex.table["km2"].iloc[0], rel=0.01)
    large = clusters.outlines(found, name="o", least=50)
    assert (large.values["groups"], large.values["groups_not_drawn"]) == (1, 1)
    with pytest.raises(MethodError, match="not a hull"):
        clusters.outlines(found, name="o", hull="box")  # type: ignore[arg-type]


def test_a_heap_on_one_point_is_one_group_or_not_assessed() -> None:
    crimes = _crimes().assign(easting=1000.0, northing=1000.0)
    crimes = crimes.set_geometry(gpd.points_from_xy(crimes["easting"], crimes["northing"]), crs="EPSG:27700")
    drawn = clusters.outlines(clusters.groups(crimes, name="g", **WINDOW), name="o")
    assert drawn.table[["n", "places"]].to_numpy().tolist() == [[67, 1]]
    assert drawn.values["one_place"] == 1
    by_density = clusters.groups(crimes, name="g", method="hdbscan", **WINDOW)
    assert by_density.sentence == "Not assessed: all crimes are placed on one point."
    assert clusters.NEVER_ONE in clusters.groups(_crimes(), name="g", method="hdbscan", **WINDOW).caveats
