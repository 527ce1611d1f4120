"""Concentration and street segments: by hand, against luck, ties and what lies too far counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.analysis import concentration, counts, street_segments
from intelnb.analysis.result import Result, not_assessed
from intelnb.errors import MethodError
from intelnb.stats import concentration as measures

WINDOW = {"since": date(2026, 11, 9), "until": date(2026, 11, 16)}


def _counted(n: list[int], **columns: Any) -> Result:
    table = pd.DataFrame({"code": [f"c{i}" for i in range(len(n))], "n": n, **columns})
    return Result("counts", table, {}, "", settings={"shape": "square"}, caveats=("One.",), sources=("crimes",))


def _crimes(x: Any, y: Any, **columns: Any) -> gpd.GeoDataFrame:
    table = {"easting": np.asarray(x, dtype=float), "northing": np.asarray(y, dtype=float),
             "middle": pd.Timestamp("2026-11-11"), "hours_wide": 1.0, **columns}  # fmt: skip
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["easting"], table["northing"]), crs="EPSG:27700")


def _streets(**columns: Any) -> gpd.GeoDataFrame:
    shapes = [((0, 0), (200, 0)), ((200, 0), (200, 100)), ((0, 500), (100, 500))]
    named = {"code": ["S2", "S1", "S3"], "name": ["Low", "Cross", "Far"], **columns}
    return gpd.GeoDataFrame(named, geometry=[shapely.LineString(ends) for ends in shapes], crs="EPSG:27700")


def test_worked_by_hand() -> None:
    found = concentration.few_places(_counted([10, 5, 3, 2, *[0] * 16]), name="few")
    assert found.table[["share_of_crimes", "places", "share_of_places"]].to_numpy().tolist() == [
        [0.25, 1, 0.05],
        [0.5, 1, 0.05],
        [0.8, 3, 0.15],
    ]
    assert found.values["unevenness"] == round(measures.gini([10, 5, 3, 2, *[0] * 16]), 3)
    assert found.values["by_luck"] > found.values["share_of_places"] == 5.0
    assert found.caveats[-1] == "One."


def test_luck_alone_is_told_as_luck() -> None:
    rng = np.random.default_rng(2)
    even = np.bincount(rng.integers(0, 400, 300), minlength=400).tolist()
    found = concentration.few_places(_counted(even), name="few")
    assert found.values["share_of_places"] == pytest.approx(found.values["by_luck"], abs=2.5)
    assert abs(float(found.values["unevenness_adjusted"])) < 0.5 < float(found.values["unevenness"])


def test_the_curve_is_short_and_keeps_its_ends() -> None:
    n = np.arange(1000)[::-1] ** 2
    found = concentration.curve(_counted(n.tolist()), name="curve")
    assert len(found.table) == 200
    assert found.table.iloc[[0, -1], 1:].to_numpy().tolist() == [[0, 0], [1, 1]]
    assert found.values["tenth_holds"] == round(100 * n[:100].sum() / n.sum())
    harm = concentration.curve(_counted([1, 1], harm_days=[365.0, 2.0]), name="curve", of="harm_days")
    assert harm.table["share_held"].tolist() == [0, 0.9946, 1]
    assert harm.sentence.endswith("% of harm.")
    assert not concentration.curve(_counted([0, 0]), name="curve").is_assessed
    assert not concentration.curve(_counted([1, 2]), name="curve", of="harm_days").is_assessed
    with pytest.raises(MethodError, match="Give of as one of"):
        concentration.curve(_counted([1, 2], expected=[1.0, 2.0]), name="curve", of="expected")
    assert concentration.curve(replace(_counted([3, 1]), is_workbench=True), name="curve").is_workbench


def test_too_few_and_no_counts_are_passed_on() -> None:
    few = concentration.few_places(_counted([9, 1]), name="few")
    assert few.sentence == "Not assessed: 10 crimes are too few; concentration needs at least 20."
    for method in (concentration.few_places, concentration.curve):
        nothing = method(not_assessed("counts", why="no crime has a location"), name="few")
        assert nothing.sentence == "Not assessed: no crime has a location."


def test_segments_by_hand() -> None:
    # on Low, on Cross, at their crossing, 40 m from Far, 60 m from Far
    crimes = _crimes([50, 205, 210, 50, 50], [3, 60, -10, 540, 560])
    found = street_segments.counts(crimes, name="s", lines=_streets(), **WINDOW)
    assert found.table[["code", "name", "n", "length_m", "per_100m"]].to_numpy().tolist() == [
        ["S1", "Cross", 2, 100.0, 2.0],
        ["S2", "Low", 1, 200.0, 0.5],
        ["S3", "Far", 1, 100.0, 1.0],
    ]
    assert (found.values["n_tied"], found.values["n_far"]) == (1, 1)
    assert "As near to several segments, and counted on the first by code: 1 crime." in found.caveats
    none = street_segments.counts(crimes, name="s", lines=_streets(), within_m=1, **WINDOW)
    assert none.sentence == "No crime lies within 1 m of 3 street segments."


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_every_crime_is_on_its_nearest_segment_or_on_none(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ends = rng.uniform(0, 1000, (12, 2, 2))
    lines = gpd.GeoDataFrame(
        {"code": [f"S{i:02d}" for i in range(12)]}, geometry=list(shapely.linestrings(ends)), crs="EPSG:27700"
    )
    crimes = _crimes(rng.uniform(0, 1000, 30), rng.uniform(0, 1000, 30))
    found = street_segments.counts(crimes, name="s", lines=lines, within_m=60, **WINDOW)
    apart = shapely.distance(crimes.geometry.to_numpy()[:, None], lines.geometry.to_numpy()[None, :])
    expected = np.bincount(apart.argmin(axis=1)[apart.min(axis=1) <= 60], minlength=12)
    assert found.table.set_index("code")["n"].sort_index().tolist() == expected.tolist()
    assert found.values["n"] + found.values["n_far"] == 30


def test_segments_that_cannot_be_used_and_vague_points_are_refused() -> None:
    crimes, broken = _crimes([50], [3]), _streets(code="S1")
    broken.loc[0, "geometry"] = shapely.LineString([(0, 0), (0, 0)])
    with pytest.raises(MethodError, match=r"a code stands twice.*one has no length") as refused:
        street_segments.counts(crimes, name="s", lines=broken, **WINDOW)
    assert refused.value.now
    with pytest.raises(MethodError, match="EPSG:32630"):
        street_segments.counts(crimes, name="s", lines=_streets().to_crs("EPSG:32630"), **WINDOW)
    areas = _streets().set_geometry(_streets().buffer(5))
    with pytest.raises(MethodError, match="they are not all lines: Polygon"):
        street_segments.counts(crimes, name="s", lines=areas, **WINDOW)
    with pytest.raises(MethodError, match="they are in EPSG:4326"):
        street_segments.counts(crimes, name="s", lines=_streets().to_crs("EPSG:4326"), **WINDOW)
    with pytest.raises(MethodError, match="there is none"):
        street_segments.counts(crimes, name="s", lines=_streets().iloc[:0], **WINDOW)
    with pytest.raises(MethodError, match="within_m is"):
        street_segments.counts(crimes, name="s", lines=_streets(), within_m=0, **WINDOW)
    vague = street_segments.counts(_crimes([50], [3], accuracy_m=100.0), name="s", lines=_streets(), **WINDOW)
    assert vague.sentence == "Not assessed: locations are snapped to map points, too coarse for streets within 50 m."


def test_the_sample_is_concentrated_beyond_luck(crimes: gpd.GeoDataFrame, force: gpd.GeoDataFrame) -> None:
    year = {"since": date(2025, 11, 17), "until": date(2026, 11, 16)}
    counted = counts.per_place(crimes, name="n", within=force, shape="square", **year)
    found = concentration.few_places(counted, name="few")
    assert float(found.values["share_of_places"]) < 0.5 * float(found.values["by_luck"])
    assert found.settings["cell_m"] == 250
