"""Two cases every method of places must bear: all crimes on one point, and none of them in the area."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from intelnb.analysis.result import Result
from intelnb.errors import MethodError
from tests.test_analysis_contract import METHODS, _crimes, _given, _is_plain

# what a library would only warn of is an error here
pytestmark = pytest.mark.filterwarnings("error")
SPATIAL = {"within", "places", "lines"}
# what is still true of one point, each with its reason
TRUE_OF_ONE_POINT = {
    "counts.per_place": "a count is a count",
    "density.smoothed": "a caveat says that the map shows the smoothing alone",
    "street_segments.counts": "a count is a count",
    "risk_week.next_week": "it rests on the test handed to it",
}


def _methods(parameters: set[str]) -> list[Any]:
    every = [(m, set(inspect.signature(m.values[0]).parameters)) for m in METHODS]
    return [m for m, held in every if "crimes" in held and parameters & held]


def _moved(x: float | None, *, by: float = 0.0) -> gpd.GeoDataFrame:
    """The crimes on one point, or all moved by so much; recorded areas are left out, so that points alone tell."""
    crimes = _crimes().copy()
    for axis in ("easting", "northing"):
        crimes[axis] = (crimes[axis] + by) if x is None else x
    moved = gpd.GeoDataFrame(
        pd.DataFrame(crimes).drop(columns="ward"),
        geometry=gpd.points_from_xy(crimes["easting"], crimes["northing"]),
        crs="EPSG:27700",
    )
    moved.attrs.update(_crimes().attrs)
    return moved


def test_methods_of_places_are_found() -> None:
    assert len(_methods(SPATIAL)) >= 12


@pytest.mark.parametrize("method", _methods(SPATIAL))
def test_all_on_one_point_is_no_pattern(method: Callable[..., Result], request: pytest.FixtureRequest) -> None:
    found = method(**{**_given(method), "crimes": _moved(1500.0)})
    _is_plain(found)
    named = f"{method.__module__.rpartition('.')[2]}.{method.__name__}"
    assert found.is_assessed == (named in TRUE_OF_ONE_POINT), found.sentence
    if not found.is_assessed:
        assert any(word in found.sentence for word in ("one ", "no crime", "are too few")), found.sentence


@pytest.mark.parametrize("method", _methods(SPATIAL))
def test_none_in_the_area_is_said(method: Callable[..., Result]) -> None:
    found = method(**{**_given(method), "crimes": _moved(None, by=1e6)})
    _is_plain(found)
    assert not found.is_assessed or found.sentence.startswith("No crime "), found.sentence
    assert "same number" not in found.sentence


@pytest.mark.parametrize("method", _methods(SPATIAL))
def test_a_map_in_another_crs_is_refused(method: Callable[..., Result]) -> None:
    given = _given(method)
    for name in SPATIAL & given.keys():
        with pytest.raises(MethodError) as refused:
            method(**{**given, name: given[name].to_crs("EPSG:4326")})
        assert refused.value.now
        with pytest.raises(MethodError) as refused:
            method(**{**given, name: given[name].set_crs(None, allow_override=True)})
        assert "None" not in str(refused.value)
