"""The time workbench runs on the sample, finds what was planted, and says what three years cannot tell."""

from __future__ import annotations

import pytest

from intelnb import share
from intelnb.analysis.result import Result
from intelnb.cli.running import copy_sample
from tests.notebook_cells import answers

NOTEBOOK = share.notebooks() / "explore" / "time.ipynb"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(copy_sample(tmp_path_factory.mktemp("explore") / "force"))


@pytest.fixture(scope="module")
def found(workspace: str) -> dict[str, Result]:
    return answers(NOTEBOOK, workspace=workspace, audience="internal")


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
    assert "160 weeks of history are needed" in found["surveillance"].sentence


def test_no_priority_is_judged_across_a_change_of_recording(workspace: str) -> None:
    """What counts as a repeat victim changed on 4 November: it touches one priority and no other."""
    domestic = answers(NOTEBOOK, workspace=workspace, audience="internal", priority="domestic")
    for name in ("expected", "surveillance", "drift", "recent", "years", "control", "levels", "forecast"):
        assert not domestic[name].is_assessed, name
        assert "4 Nov 2026" in domestic[name].sentence, name
    vehicle = answers(NOTEBOOK, workspace=workspace, audience="internal", priority="vehicle")
    assert vehicle["expected"].is_assessed
    assert not [told for told in vehicle["expected"].caveats if "Recording" in told]
