"""Density and its shift: as the kernel says, corrected at the border, labelled where it is none, planted and found."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.stats import norm

from intelnb.analysis import density, density_shift
from intelnb.errors import MethodError
from intelnb.stats import kernel
from intelnb.stats.bandwidth import scott

WINDOW = {"since": date(2026, 11, 1), "until": date(2026, 12, 1)}
AREA = gpd.GeoDataFrame(
    {"code": ["A", "B"], "name": ["West", "East"]},
    geometry=[shapely.box(0, 0, 2000, 3000), shapely.box(2000, 0, 4000, 3000)], crs="EPSG:27700",
)  # fmt: skip


def _crimes(size: int = 200, *, seed: int = 1, day: str = "2026-11-11", **columns: Any) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 4000, size), rng.uniform(0, 3000, size)
    table = {"easting": x, "northing": y, "middle": pd.Timestamp(day), "hours_wide": 1.0, "kind": "theft", **columns}
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")


def _placed(table: gpd.GeoDataFrame, x: float, y: float) -> gpd.GeoDataFrame:
    return table.assign(easting=x, northing=y, geometry=gpd.points_from_xy([x] * len(table), [y] * len(table)))


@pytest.mark.parametrize("kind", ["gaussian", "quartic"])
@pytest.mark.parametrize("shape", ["square", "hexagon", "area"])
def test_the_table_holds_what_the_kernel_says(kind: Any, shape: Any) -> None:
    crimes = _crimes()
    found = density.smoothed(crimes, name="d", within=AREA, kind=kind, shape=shape, **WINDOW)
    middle = found.table.geometry.representative_point() if shape == "area" else found.table.geometry.centroid
    direct = kernel.density(crimes["easting"], crimes["northing"], middle.x, middle.y, bandwidth_m=300, kernel=kind)
    np.testing.assert_allclose(found.table["density"], direct, rtol=1e-6)
    assert found.table["n"].sum() + found.values["n_elsewhere"] == 200
    assert found.values["highest"] == pytest.approx(direct.max(), rel=0.05)
    assert found.settings["bandwidth_m"] == 300
    assert found.settings["bandwidth_rule"] == "given"
    assert "integrating to 1 per event" in str(found.settings["unit"])


def test_the_highest_cell_is_where_they_stand() -> None:
    crimes = pd.concat([_crimes(100), _placed(_crimes(60, seed=2), 1250.0, 750.0)])
    found = density.smoothed(crimes, name="d", within=AREA, **WINDOW)
    top = found.table.loc[found.table["density"].idxmax()]
    assert top.geometry.contains(shapely.Point(1250, 750)) or top.geometry.distance(shapely.Point(1250, 750)) < 1
    assert found.sentence.startswith("The densest cell has about ")
    assert found.table.loc[found.table["density"].idxmax(), "shown"] == f"{found.values['highest']:,g}"


def test_the_border_is_corrected_or_told_of() -> None:
    crimes = _crimes(4000, seed=5)
    plain = density.smoothed(crimes, name="d", within=AREA, **WINDOW)
    corrected = density.smoothed(crimes, name="d", within=AREA, corrects_border=True, **WINDOW)
    assert any("too low near it" in told for told in plain.caveats)
    assert not any("too low near it" in told for told in corrected.caveats)
    corner = plain.table["code"] == "E0 N0"
    lost = corrected.table.loc[corner, "density"].item() / plain.table.loc[corner, "density"].item()
    assert lost == pytest.approx(1 / norm.cdf(50 / 300) ** 2, rel=0.01)
    true = 4000 / 12
    assert np.abs(corrected.table["density"] - true).mean() < np.abs(plain.table["density"] - true).mean()
    margin = density.smoothed(crimes.assign(inside=crimes["easting"] < 3500), name="d", within=AREA, **WINDOW)
    assert margin.settings["border"] == "crimes in the margin take part"
    assert margin.values["n_margin"] == (crimes["easting"] >= 3500).sum()


def test_the_rule_of_thumb_is_recorded() -> None:
    crimes = _crimes()
    found = density.smoothed(crimes, name="d", within=AREA, bandwidth_m=None, kind="quartic", **WINDOW)
    assert found.settings["bandwidth_m"] == round(scott(crimes["easting"], crimes["northing"]).quartic_m, 1)
    assert str(found.settings["bandwidth_rule"]).startswith("Scott's rule; it smooths too much")


def test_qgis_scaling_is_no_density_and_says_so() -> None:
    plain = density.smoothed(_crimes(), name="d", within=AREA, kind="quartic", **WINDOW)
    qgis = density.smoothed(_crimes(), name="d", within=AREA, kind="quartic_qgis", **WINDOW)
    np.testing.assert_allclose(qgis.table["density"], plain.table["density"] * 7.25 / 1e6)
    assert qgis.sentence == "Heat map made as QGIS makes it: values are no density and compare only within this map."
    assert "is no density" in str(qgis.settings["unit"])


def test_harm_is_smoothed_by_its_weights() -> None:
    crimes = _crimes(40)
    crimes["kind"] = ["robbery", "theft", "arson", "theft"] * 10
    weights = pd.DataFrame({"kind": ["robbery", "theft"], "weight_days": [365, 2], "source": "invented"})
    found = density.smoothed(crimes, name="d", within=AREA, weights=weights, **WINDOW)
    days = crimes["kind"].map({"robbery": 365.0, "theft": 2.0, "arson": 0.0})
    middle = found.table.geometry.centroid
    direct = kernel.density(crimes["easting"], crimes["northing"], middle.x, middle.y, bandwidth_m=300, weights=days)
    np.testing.assert_allclose(found.table["density"], direct, rtol=1e-6)
    assert "days of harm" in found.sentence
    assert found.values["n"] == 30
    assert any("No weight for arson" in told for told in found.caveats)


def test_vague_few_and_lined_up_crimes_are_refused() -> None:
    vague = density.smoothed(_crimes(accuracy_m=120.0), name="d", within=AREA, cell_m=500, bandwidth_m=200, **WINDOW)
    assert (
        vague.sentence == "Not assessed: locations are snapped to map points, too coarse for a map this fine (200 m)."
    )
    few = density.smoothed(_crimes(9), name="d", within=AREA, **WINDOW)
    assert few.sentence == "Not assessed: 9 crimes can be placed and a density needs at least 10."
    with pytest.raises(MethodError, match="Give bandwidth_m"):
        density.smoothed(_placed(_crimes(), 100.0, 100.0), name="d", within=AREA, bandwidth_m=None, **WINDOW)
    with pytest.raises(MethodError, match="bandwidth_m is"):
        density.smoothed(_crimes(), name="d", within=AREA, bandwidth_m=-1, **WINDOW)
    with pytest.raises(MethodError, match="not in metres"):
        density.smoothed(_crimes().to_crs("EPSG:4326"), name="d", within=AREA, **WINDOW)


def _two_months(*, now: gpd.GeoDataFrame, before: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return pd.concat([now, before.assign(middle=pd.Timestamp("2026-10-11"))], ignore_index=True)


def test_a_shift_is_found_where_it_was_planted_and_a_general_rise_is_none() -> None:
    doubled = _two_months(now=pd.concat([_crimes(300, seed=s) for s in (3, 4)]), before=_crimes(300, seed=3))
    options: dict[str, Any] = {"within": AREA, "before_since": date(2026, 10, 11), **WINDOW}
    flat = density_shift.shift(doubled, name="s", **options)
    assert flat.values["n_more"] + flat.values["n_less"] < 0.05 * flat.values["assessed"]
    moved = _two_months(
        now=pd.concat([_crimes(300), _placed(_crimes(150), 3250.0, 2250.0)]), before=_crimes(300, seed=9)
    )
    found = density_shift.shift(moved, name="s", **options)
    more = found.table[found.table["ratio"] > 2]
    assert len(more)
    assert (more.geometry.distance(shapely.Point(3250, 2250)) < 1200).all()
    assert found.table.loc[more.index, "log2_ratio"].min() > 1
    assert found.settings["before_until"] == "2026-11-01"


def test_a_shift_against_another_set_by_hand() -> None:
    crimes = _placed(_crimes(20), 550.0, 550.0)
    others = pd.concat([crimes, _placed(_crimes(60), 3450.0, 2450.0)]).assign(middle=pd.Timestamp("2026-10-20"))
    found = density_shift.shift(crimes, others=others, name="s", within=AREA, **WINDOW)
    table = found.table.set_index("code")
    # all of one set, a quarter of the other
    assert table.loc["E500 N500", "ratio"] == pytest.approx(4)
    assert table.loc["E3400 N2400", "ratio"] == pytest.approx(0, abs=1e-6)
    assert np.isnan(table.loc["E3900 N0", "ratio"])
    assert "share of the others" in found.sentence


def test_a_shift_needs_two_sets_and_a_history() -> None:
    late = density_shift.shift(_crimes(), name="s", within=AREA, **WINDOW)
    assert late.sentence == "Not assessed: the data begin on 2026-11-11, after the earlier window does."
    with pytest.raises(MethodError, match="overlaps"):
        density_shift.shift(_crimes(), name="s", within=AREA, before_until=date(2026, 11, 5), **WINDOW)
    with pytest.raises(MethodError, match="no density"):
        density_shift.shift(_crimes(), name="s", within=AREA, kind="quartic_qgis", **WINDOW)
