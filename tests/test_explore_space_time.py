"""The space and time workbench runs on the sample and finds what was planted; nothing for whom places are withheld."""

from __future__ import annotations

from pathlib import Path

import pytest

from intelnb import share
from intelnb.cli.running import copy_sample
from tests.notebook_cells import answers

NOTEBOOK = share.notebooks() / "explore" / "space_time.ipynb"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = copy_sample(tmp_path_factory.mktemp("explore") / "force")
    return str(folder)


def test_the_workbench_finds_the_planted_burglaries(workspace: str) -> None:
    found = answers(NOTEBOOK, workspace=workspace, audience="internal")
    assert set(found) == {"near", "chains", "each", "emerging", "scan", "burst"}
    assert all(one.is_assessed for name, one in found.items() if name != "burst")
    assert "Brickfields" in found["scan"].sentence
    assert found["emerging"].values["n_first"] > 0
    assert found["each"].values["n_open"] > 0
    assert found["near"].values["p"] <= 0.05


def test_nothing_for_whom_places_are_withheld(workspace: str) -> None:
    found = answers(NOTEBOOK, workspace=workspace, audience="public")
    for name in ("near", "chains", "each", "emerging"):
        assert not found[name].is_assessed
        assert found[name].table.empty


def test_no_priority_is_judged_across_a_change_of_recording(workspace: str) -> None:
    """What counts as a repeat victim changed on 4 November: nothing is new, or busier, before and after it."""
    found = answers(NOTEBOOK, workspace=workspace, audience="internal", priority="domestic")
    for name in ("emerging", "scan", "burst"):
        assert found[name].status == "break in recording", name
        assert "4 Nov 2026" in found[name].sentence, name
