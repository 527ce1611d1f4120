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
    with pytest.raises(MethodError, match="not a way to group"):
        clusters.groups(_crimes(), name="g", within_m=0, **WINDOW)
