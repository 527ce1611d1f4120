"""The space and time workbench runs on the sample and finds what was planted; nothing for whom places are withheld."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import nbformat
import pytest

from intelnb import share
from intelnb.analysis.result import Result
from intelnb.cli.running import copy_sample

NOTEBOOK = share.notebooks() / "explore" / "space_time.ipynb"


def _answers(workspace: str, **asked: Any) -> dict[str, Result]:
    """The Results the notebook's cells end with, by name."""
    cells = [cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    names: dict[str, Any] = {}
    exec(compile(cells[0], "parameters", "exec"), names)
    names.update(asked, workspace=workspace)
    found = []
    for source in cells[1:]:
        tree = ast.parse(source)
        last = ast.Expression(tree.body.pop().value) if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        if last is not None:
            found.append(eval(compile(last, "cell", "eval"), names))
    return {one.name: one for one in found if isinstance(one, Result)}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = copy_sample(tmp_path_factory.mktemp("explore") / "force")
    return str(folder)


def test_the_workbench_finds_the_planted_burglaries(workspace: str) -> None:
    found = _answers(workspace, audience="internal")
    assert set(found) == {"near", "chains", "each", "emerging", "scan", "burst"}
    assert all(one.is_assessed for name, one in found.items() if name != "burst")
    assert "Brickfields" in found["scan"].sentence
    assert found["emerging"].values["n_first"] > 0
    assert found["each"].values["n_open"] > 0
    assert found["near"].values["p"] <= 0.05


def test_nothing_for_whom_places_are_withheld(workspace: str) -> None:
    found = _answers(workspace, audience="public")
    for name in ("near", "chains", "each", "emerging"):
        assert not found[name].is_assessed
        assert found[name].table.empty
