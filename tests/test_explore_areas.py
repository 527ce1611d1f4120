"""The areas workbench runs on the sample: places named, rates from residents, silence and missing outcomes said."""

from __future__ import annotations

import pytest

from intelnb import share
from intelnb.analysis.result import Result
from intelnb.cli.running import copy_sample
from tests.notebook_cells import answers

NOTEBOOK = share.notebooks() / "explore" / "areas.ipynb"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    folder = copy_sample(tmp_path_factory.mktemp("explore") / "force")
    return answers(NOTEBOOK, workspace=str(folder), audience="internal")


def test_every_question_has_an_answer_or_a_reason(found: dict[str, Result]) -> None:
    assert set(found) == {"funnel", "alarms", "counts", "few", "silent", "outcomes"}
    assert all(one.is_assessed for name, one in found.items() if name != "outcomes")
    assert all(len(one.sentence.split()) <= 25 for one in found.values())


def test_residents_come_from_the_latest_year_and_it_is_said(found: dict[str, Result]) -> None:
    assert "Residents are those of 2025." in found["funnel"].caveats
    assert found["counts"].table["rate"].notna().all()
    assert found["funnel"].table["population"].notna().all()


def test_the_planted_ward_and_the_planted_silence_are_found(found: dict[str, Result]) -> None:
    assert "Brickfields" in found["alarms"].sentence
    assert "Reservoir" in found["silent"].sentence
    assert found["outcomes"].sentence == "Not submitted: no outcomes were received."
