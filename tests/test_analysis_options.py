"""Every number a method can be given: one that is none is refused by name, with what to give instead."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from intelnb.analysis.result import Result
from intelnb.errors import MethodError
from tests.test_analysis_contract import METHODS, _given, _is_plain

# what a library would only warn of is an error here
pytestmark = pytest.mark.filterwarnings("error")
NUMBERS: tuple[object, ...] = (float("nan"), float("inf"), -1, -0.5)
ROWS: tuple[object, ...] = ((), (float("nan"),), (0,), (-1,))


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
