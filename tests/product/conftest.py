"""The product notebook run cell by cell in this process, which is quicker than a kernel and leaves every Result to look at."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from intelnb import share
from intelnb.bundle import Bundle, FindingPart
from intelnb.cli.running import copy_sample
from intelnb.publish import render
from intelnb.run import publishing, workings


@dataclass(frozen=True)
class Made:
    """What a run made: every name of the notebook, the bundle, and the files a reader gets."""

    names: dict[str, Any]
    bundle: Bundle
    files: dict[str, bytes]
    workings: Path

    def section(self, name: str) -> tuple[FindingPart, ...]:
        """The findings of one section."""
        return next((s.findings for s in self.bundle.sections if s.id == name), ())

    def finding(self, name: str) -> FindingPart:
        """One finding by its id."""
        return next(f for s in self.bundle.sections for f in s.findings if f.id == name)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of one table of the page, by column name."""
        found = next(t for t in self.bundle.tables() if t.id == table)
        return [dict(zip([c.name for c in found.columns], row, strict=True)) for row in found.rows]

    @property
    def page(self) -> str:
        """The draft page."""
        return render.page(self.bundle)


Execute = Callable[..., dict[str, Any]]


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


def run(workspace: Path, kept: Path, **asked: Any) -> Made:
    """Run the weekly threat assessment in this process."""
    before = os.environ.get(workings.VARIABLE)
    os.environ[workings.VARIABLE] = str(kept)
    try:
        names = execute(share.product("weekly_threat_assessment"), workspace=str(workspace), **asked)
    finally:
        if before is None:
            del os.environ[workings.VARIABLE]
        else:
            os.environ[workings.VARIABLE] = before
    bundle: Bundle = names["Out"][-1].bundle
    page = {render.file_name(bundle): render.page(bundle).encode("utf-8")}
    return Made(names, bundle, {**page, **publishing._tables(bundle)}, kept)


@pytest.fixture(scope="session")
def run_cells() -> Execute:
    return execute


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample force, with its state and reports inside."""
    return copy_sample(tmp_path_factory.mktemp("sample") / "force")


@pytest.fixture(scope="session")
def run_product(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Made]:
    """Run the product on a workspace."""

    def made(workspace: Path, **asked: Any) -> Made:
        return run(workspace, tmp_path_factory.mktemp("kept"), **asked)

    return made


@pytest.fixture(scope="session")
def internal(sample: Path, run_product: Callable[..., Made]) -> Made:
    """The sample's page of week 46 for the tasking meeting."""
    return run_product(sample, audience="internal")


@pytest.fixture(scope="session")
def public(sample: Path, run_product: Callable[..., Made]) -> Made:
    """The sample's page of week 46 for the public."""
    return run_product(sample, audience="public")


