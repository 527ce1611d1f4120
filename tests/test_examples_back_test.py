"""The page of tested maps is what its command makes, and says what each data set could not answer."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

PAGE = Path("docs") / "backtest.md"


@pytest.fixture(scope="module")
def made(checkout: Path, real_data: Path) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTELNB_REAL_DATA", str(real_data))
        return runpy.run_path(str(checkout / "examples" / "back_test" / "make.py"))


@pytest.mark.real_data
def test_snapped_monthly_data_are_refused_with_their_reason(made: dict[str, Any], checkout: Path) -> None:
    case = made["CASES"][-1]
    size, found = made["tested"](case)
    assert found.sentence == "Not assessed: locations are snapped to map points, too coarse for maps of a week's risk."
    assert made["section"](case, size, found) in (checkout / PAGE).read_text("utf-8")


@pytest.mark.real_data
@pytest.mark.long
def test_the_page_is_what_the_command_makes(made: dict[str, Any], checkout: Path, tmp_path: Path) -> None:
    made["make"](tmp_path / "backtest.md")
    assert (tmp_path / "backtest.md").read_text("utf-8") == (checkout / PAGE).read_text("utf-8")


def test_every_data_set_has_its_section(checkout: Path) -> None:
    text = (checkout / PAGE).read_text("utf-8")
    for name in ("Houston burglary", "New York vehicle thefts", "Chicago break-ins", "Cheshire burglary"):
        assert f"## {name}" in text
