"""The sample's page on paper, as the chair is handed it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from intelnb import share
from intelnb.publish import desk, render
from tests.printed import pages_of

pytestmark = pytest.mark.browser
A4_POINTS = 842
FOOT = 800  # below it stands what every sheet repeats


@pytest.fixture(scope="module")
def sheets(internal: Any, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> list[float]:
    """How far down each sheet of the judged page is filled, as a share of A4."""
    (filled,) = (share.samples() / "desk").glob("*_internal.xlsx")
    typed = desk.read(filled, internal.bundle).typed
    path: Path = tmp_path_factory.mktemp("printed") / "page.html"
    path.write_text(render.page(internal.bundle, typed=typed), "utf-8")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(path.as_uri())
        printed = pages_of(page.pdf(prefer_css_page_size=True, print_background=True))
        browser.close()
    return [max(y for y, _ in lines if y < FOOT) / A4_POINTS for lines in printed]


def test_four_to_six_sheets_are_read_and_twelve_are_not(sheets: list[float]) -> None:
    assert 4 <= len(sheets) <= 6


def test_no_sheet_but_the_last_is_left_a_quarter_white(sheets: list[float]) -> None:
    assert min(sheets[:-1]) > 0.75
    assert sheets[0] > 0.8
