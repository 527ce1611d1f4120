"""Every option a method can be given: one of no use is refused by name, with what to give instead."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from intelnb.analysis import funnel, scan
from intelnb.analysis.result import Result
from intelnb.errors import MethodError
from tests.test_analysis_contract import METHODS, _given, _is_plain

# what a library would only warn of is an error here
pytestmark = pytest.mark.filterwarnings("error")
NUMBERS: tuple[object, ...] = (float("nan"), float("inf"), -1, -0.5)
ROWS: tuple[object, ...] = ((), (float("nan"),), (0,), (-1,))
# what no option of a kind may be, by how its annotation begins; `None` only where it is not allowed
OF_NO_USE: dict[str, tuple[object, ...]] = {
    "int": ("", "4", None, True),
    "float": ("", "4", None, True),
    "tuple[int": ("", None, ("a",)),
    "tuple[float": ("", None, ("a",)),
    "date": (None, pd.NaT, "", "yesterday", 5),
    "datetime": (None, pd.NaT, "", "today", 5),
    "Period": (None, "2026-W46", ""),
}
FAR = 10**12
TIME_ZONES = ("", " ", "Europe/Londres", None, 5)


def _options() -> Iterator[Any]:
    """Every option that is a number or a row of numbers, found by its annotation."""
    for method in METHODS:
        for name, parameter in inspect.signature(method.values[0]).parameters.items():
            kind = str(parameter.annotation)
            if kind.startswith(("int", "float", "tuple[int", "tuple[float")):
                yield pytest.param(method.values[0], name, kind, id=f"{method.id}-{name}")


OPTIONS = list(_options())


def test_options_are_found_at_all() -> None:
    assert len(OPTIONS) > 100


@pytest.mark.parametrize(("method", "name", "kind"), OPTIONS)
def test_a_number_that_is_none_is_refused_by_name(method: Callable[..., Result], name: str, kind: str) -> None:
    given = _given(method)
    for value in ROWS if kind.startswith("tuple") else NUMBERS:
        with pytest.raises(MethodError) as refused:
            method(**{**given, name: value})
        assert refused.value.now, f"{value}: no remedy"


@pytest.mark.parametrize(("method", "name", "kind"), [one for one in OPTIONS if not one.values[2].startswith("tuple")])
def test_none_at_all_is_refused_or_answered_plainly(method: Callable[..., Result], name: str, kind: str) -> None:
    try:
        found = method(**{**_given(method), name: 0})
    except MethodError:
        return
    _is_plain(found)


def _every(*begins: str) -> Iterator[Any]:
    """Every option of these kinds."""
    for method in METHODS:
        for name, parameter in inspect.signature(method.values[0]).parameters.items():
            kind = str(parameter.annotation)
            if (stem := kind.partition(" |")[0].partition(",")[0]) in begins:
                bad = tuple(v for v in OF_NO_USE.get(stem, ()) if not (v is None and "None" in kind))
                yield pytest.param(method.values[0], name, bad, id=f"{method.id}-{name}")


def _is_refused_by_name(method: Callable[..., Result], name: str, *values: object) -> None:
    given = _given(method)
    for value in values:
        with pytest.raises(MethodError) as refused:
            method(**{**given, name: value})
        assert name in refused.value.what, f"{value!r}: {refused.value}"
        assert refused.value.now, f"{value!r}: no remedy"


@pytest.mark.parametrize(("method", "name", "bad"), list(_every(*OF_NO_USE)))
def test_what_is_of_no_use_is_refused_by_name(
    method: Callable[..., Result], name: str, bad: tuple[object, ...]
) -> None:
    _is_refused_by_name(method, name, *bad)


@pytest.mark.parametrize(("method", "name", "bad"), [one for one in _every("int") if one.values[1] != "seed"])
def test_a_number_beyond_all_reach_is_refused_by_name(method: Callable[..., Result], name: str, bad: object) -> None:
    _is_refused_by_name(method, name, FAR)


@pytest.mark.parametrize("method", [m for m in METHODS if "within" in inspect.signature(m.values[0]).parameters])
def test_areas_without_any_outline_are_refused_by_name(method: Callable[..., Result]) -> None:
    _is_refused_by_name(method, "within", gpd.GeoDataFrame(geometry=[], crs="EPSG:27700"), None)


@pytest.mark.parametrize("method", [m for m in METHODS if "timezone" in inspect.signature(m.values[0]).parameters])
def test_a_time_zone_nobody_knows_is_refused_by_name(method: Callable[..., Result]) -> None:
    _is_refused_by_name(method, "timezone", *TIME_ZONES)


def test_a_population_below_none_is_refused() -> None:
    population = pd.DataFrame({"code": ["W1", "W2"], "population": [-5, 9_000]})
    with pytest.raises(MethodError, match="below 0 in: W1") as refused:
        funnel.areas_compared(**{**_given(funnel.areas_compared), "population": population})
    assert refused.value.now


def test_a_scan_of_one_day_is_refused_by_name() -> None:
    for method in (scan.by_area, scan.by_cell):
        _is_refused_by_name(method, "days", 1)
