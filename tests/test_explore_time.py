"""The time workbench runs on the sample, finds what was planted, and says what three years cannot tell."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import nbformat
import pytest

from intelnb import share
from intelnb.analysis.result import Result
from intelnb.cli.running import copy_sample

NOTEBOOK = share.notebooks() / "explore" / "time.ipynb"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """The Results the notebook's cells end with, by name."""
    folder: Path = copy_sample(tmp_path_factory.mktemp("explore") / "force")
    cells = [cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    names: dict[str, Any] = {}
    exec(compile(cells[0], "parameters", "exec"), names)
    names.update(audience="internal", workspace=str(folder))
    results = []
    for source in cells[1:]:
        tree = ast.parse(source)
        last = ast.Expression(tree.body.pop().value) if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        if last is not None:
            results.append(eval(compile(last, "cell", "eval"), names))
    return {one.name: one for one in results if isinstance(one, Result)}


def test_every_question_has_an_answer_or_a_reason(found: dict[str, Result]) -> None:
    assert len(found) == 12
    for name, one in found.items():
        assert one.is_assessed or one.sentence.startswith(("Not assessed: ", "Break in recording: ")), name
        assert len(one.sentence.split()) <= 25, one.sentence


def test_the_planted_series_shows_where_it_must(found: dict[str, Result]) -> None:
    assert found["expected"].values["real"] == "yes, above"
    assert found["recent"].table["outside"].iloc[-1] == "above"
    assert found["years"].values["words"] == "more than"
    # the sample holds three years: too few for three whole earlier ones
    assert not found["surveillance"].is_assessed
    assert "160 weeks are needed" in found["surveillance"].sentence
