"""docs/workbench.md lists what the two assessments must cover, as the methods themselves do."""

from __future__ import annotations

import re

from intelnb.tables import workbench
from tests.pages_of_docs import DOCS


def test_the_page_lists_what_the_methods_ask_for() -> None:
    text = " ".join((DOCS / "workbench.md").read_text("utf-8").split())
    for part in (*workbench.IMPACT, *workbench.EQUALITY):
        assert part in text, part


def test_files_the_page_names_are_there() -> None:
    text = (DOCS / "workbench.md").read_text("utf-8")
    for name in re.findall(r"`(analysis/\w+\.py)`", text):
        assert (DOCS.parent / "intelnb" / name).is_file()
