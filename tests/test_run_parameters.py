"""Parameters are read without running a notebook, and wrong ones are refused before a kernel starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.errors import ProductError, UsageError
from intelnb.run import parameters

CELL = """\
# what may be asked
area: str = "NOR"               # area code
period: str = "2026-W46"        # week or month
audience: str = ""              # who it is for
weeks: int = 13
share: float = 0.5              # 0 to 1
deep: bool = False              # slower
kinds: list[str] = [
    "burglary",
]                               # kinds of crime
"""


def test_the_cell_is_the_one_definition() -> None:
    known = parameters.define(CELL)
    assert [(p.name, p.type, p.default, p.help) for p in known.values()] == [
        ("area", "str", "NOR", "area code"),
        ("period", "str", "2026-W46", "week or month"),
        ("audience", "str", "", "who it is for"),
        ("weeks", "int", 13, ""),
        ("share", "float", 0.5, "0 to 1"),
        ("deep", "bool", False, "slower"),
        ("kinds", "list[str]", ["burglary"], "kinds of crime"),
    ]


def test_text_from_a_command_line_becomes_values_of_their_types() -> None:
    asked = {"audience": "public", "weeks": "26", "share": "1", "deep": "yes", "kinds": "burglary, theft"}
    settled = parameters.settle(parameters.define(CELL), asked)
    assert settled == {
        "area": "NOR", "period": "2026-W46", "audience": "public", "weeks": 26, "share": 1.0, "deep": True,
        "kinds": ["burglary", "theft"],
    }  # fmt: skip
    assert isinstance(settled["share"], float)


def test_all_faults_are_told_at_once_with_the_nearest_name() -> None:
    asked = {"audiance": "public", "weeks": "many", "deep": "perhaps", "share": "nan", "zz": "1"}
    with pytest.raises(UsageError) as told:
        parameters.settle(parameters.define(CELL), asked, where="weekly")
    line = str(told.value)
    assert told.value.exit_code == 2
    assert "\n" not in line
    for part in (
        "did you mean 'audience'", "weeks: 'many' is not a whole number", "deep: 'perhaps' is not true or false",
        "share: nan is not a finite number", "audience is missing (who it is for)", "'zz' is not a parameter; known: area",
    ):  # fmt: skip
        assert part in line


@pytest.mark.parametrize("name", ["x=1;print('in');y", "__import__('os')", "area ", "Area", "audience\n"])
def test_a_name_that_would_run_as_code_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is not a parameter"):
        parameters.settle(parameters.define(CELL), {"audience": "internal", name: "1"})


@given(
    name=st.text(),
    value=st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.lists(st.integers()), st.none()),
)
def test_nothing_but_known_names_and_right_types_ever_passes(name: str, value: object) -> None:
    known = parameters.define(CELL)
    try:
        settled = parameters.settle(known, {"audience": "internal", name: value})
    except UsageError as refused:
        assert "\n" not in str(refused)  # noqa: PT017 - both outcomes are right
        return
    assert name in known
    assert list(settled) == list(known)
    types = {"str": str, "int": int, "float": float, "bool": bool, "list[str]": list}
    assert all(type(settled[n]) is types[p.type] for n, p in known.items())


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("area = 'NOR'", "is not 'name: type = literal'"),
        ("area: str", "no default"),
        ("area: dict = {}", "the type dict"),
        ("area: str = chr(65)", "not a literal"),
        ("weeks: int = '3'", "not int"),
        ("weeks: int = True", "not int"),
        ("kinds: list[str] = [1]", "not list[str]"),
        ("import os", "is not 'name: type = literal'"),
        ("area: str = 'A'\narea: str = 'B'", "again"),
        ("area: str = (", "is not Python"),
    ],
)
def test_a_cell_that_is_anything_else_is_refused(line: str, told: str) -> None:
    with pytest.raises(ProductError, match="parameters cell") as fault:
        parameters.define(line)
    assert told in str(fault.value)


def test_a_notebook_needs_exactly_one_parameters_cell(write_notebook: Callable[..., Path], tmp_path: Path) -> None:
    assert list(parameters.read(write_notebook("x = 1"))) == ["area", "period", "audience", "workspace", "weeks"]
    none = tmp_path / "none.ipynb"
    none.write_text('{"cells": []}', "utf-8")
    with pytest.raises(ProductError, match="0 cells tagged"):
        parameters.read(none)
    none.write_text("not json", "utf-8")
    with pytest.raises(ProductError, match="not a notebook"):
        parameters.read(none)
    with pytest.raises(UsageError, match="cannot be opened"):
        parameters.read(tmp_path / "missing.ipynb")
