"""A notebook's cells run in this process, so that a test sees what each shows."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import nbformat

from intelnb.analysis.result import Result


def execute(notebook: Path, **asked: Any) -> dict[str, Any]:
    """Run a notebook's code cells; `Out` keeps what each cell shows."""
    cells = [cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    names: dict[str, Any] = {"__name__": "__main__", "Out": []}
    exec(compile(cells[0], "parameters", "exec"), names)
    assert set(asked) <= set(names), "the notebook does not ask this"
    names.update(asked)
    for number, source in enumerate(cells[1:], start=2):
        tree = ast.parse(source)
        shown = ast.Expression(tree.body.pop().value) if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"cell {number}", "exec"), names)
        if shown is not None:
            names["Out"].append(eval(compile(shown, f"cell {number}", "eval"), names))
    return names


def answers(notebook: Path, **asked: Any) -> dict[str, Result]:
    """The Results a notebook's cells show, by name."""
    return {one.name: one for one in execute(notebook, **asked)["Out"] if isinstance(one, Result)}
