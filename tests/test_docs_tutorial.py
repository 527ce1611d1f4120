"""The tutorial does what it says: every file saved, every command typed, in order, and what it shows compared."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from intelnb.publish import desk_layout as layout
from tests.pages_of_docs import DOCS, Add, Command, Save, Step, Table, blocks, commands, fits, steps

PAGE = (DOCS / "tutorial.md").read_text("utf-8")
TYPED = "| Place | Heading | Type |"
PROGRAMS = {"intelnb": [sys.executable, "-m", "intelnb.cli.main"], "python": [sys.executable]}


class Reader:
    """Somebody who follows the page in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.home = self.here = folder

    def follow(self, step: Step) -> None:
        if isinstance(step, Save):
            path = self.here / step.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, "utf-8")
        elif isinstance(step, Add):
            path = self.here / step.path
            before = path.read_text("utf-8")
            assert f"[{step.section}]\n" in before
            path.write_text(before.replace(f"[{step.section}]\n", f"[{step.section}]\n{step.text}"), "utf-8")
        elif isinstance(step, Table):
            (desk_file,) = self.here.rglob("*.xlsx")
            self.type_in(desk_file, step.rows)
        else:
            self.command(step)

    def command(self, step: Command) -> None:
        verb, *words = shlex.split(step.words)
        if verb == "cd":
            self.here /= words[0]
        elif verb == "mkdir":
            (self.here / words[0]).mkdir()
        else:
            code, said = self.typed(verb, *words)
            assert code == step.code, f"$ {step.words}\n{said}"
            assert fits(step.shown, said), f"$ {step.words}\n{said}"

    def typed(self, verb: str, *words: str) -> tuple[int, str]:
        environment = {**os.environ, "XDG_DATA_HOME": str(self.home / ".data"), "PYTHONWARNINGS": "error"}
        done = subprocess.run(
            [*PROGRAMS[verb], *words], cwd=self.here, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False, timeout=300,
        )  # fmt: skip
        return done.returncode, done.stdout

    @staticmethod
    def type_in(desk_file: Path, rows: tuple[tuple[str, ...], ...]) -> None:
        book = load_workbook(desk_file)
        sheet = book[layout.SHEET]
        headings = {cell.value: cell.column for cell in sheet[layout.HEADER_ROW]}
        places = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=layout.HEADER_ROW + 1)}
        above = {cell.value: cell for cell in sheet[layout.NAME_ROW]}
        for place, heading, words in rows:
            if place == "above the table":
                at = above[heading]
                column = layout.NAME_COLUMN if heading.startswith("Your name") else layout.DATE_COLUMN
                assert at.column < column, "the box stands to the right of its label"
                sheet.cell(layout.NAME_ROW, column).value = words
            else:
                sheet.cell(places[place], headings[heading]).value = words
        book.save(desk_file)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """The reader at the end of the page."""
    reader = Reader(tmp_path_factory.mktemp("reader"))
    for step in steps(PAGE, table=TYPED):
        reader.follow(step)
    return reader


def test_every_step_does_what_the_page_says(reader: Reader) -> None:
    kinds = [type(step).__name__ for step in steps(PAGE, table=TYPED)]
    assert kinds.count("Table") == 1
    assert kinds.count("Save") == PAGE.count("Save this as")
    assert kinds.count("Add") == PAGE.count("Add to **")
    assert (reader.here / "weekly.py").is_file()


def test_the_released_page_says_what_was_typed_and_what_the_tutorial_quotes(reader: Reader) -> None:
    (pointer,) = reader.here.rglob("current.json")
    entry = json.loads(pointer.read_text("utf-8"))
    page = re.sub(r"\s+", " ", (pointer.parent / entry["run"] / entry["page"]).read_text("utf-8"))
    assert entry["status"] == "released"
    for words in (
        "RELEASED",
        "P. Example",
        "Senior analyst",
        "it has not stopped",
        "Burglary team",
        "Do not trust yet",
    ):
        assert words in page
    (quoted,) = re.findall(r"^> (.+)$", PAGE, re.MULTILINE)
    assert quoted in page
    assert page.count("not assessed") > 3
    assert "inside range" in page


def test_state_and_pages_lie_where_the_tutorial_says(reader: Reader) -> None:
    assert {p.name for p in reader.here.iterdir() if p.is_dir()} == {"exports", "areas", "maps", "reports", "state"}
    assert not (reader.home / ".data").exists()


def test_the_map_on_the_page_is_the_one_that_was_written(reader: Reader) -> None:
    (shown,) = (body for language, body, _ in blocks(PAGE) if language == "toml" and body.startswith("# Proposed"))
    assert (reader.here / "maps" / "crimes.toml").read_text("utf-8") == shown


def test_the_weekly_program_asks_for_the_week_that_has_ended(reader: Reader) -> None:
    program = (reader.here / "weekly.py").read_text("utf-8")
    for today, week in (("2026, 11, 16", "2026-W46"), ("2027, 1, 4", "2026-W53"), ("2026, 1, 5", "2026-W01")):
        told = program.replace("date.today()", f"date({today})").replace("subprocess.call(", "print(")
        done = subprocess.run([sys.executable, "-"], input=f"__file__ = 'x/weekly.py'\n{told}", text=True,
                              capture_output=True, check=False)  # fmt: skip
        assert f"'--period', '{week}'" in done.stdout, done.stderr


def test_a_wrong_line_on_the_page_would_be_seen() -> None:
    assert fits(["read ... = accepted 3", "...", "end"], "read 4 = accepted 3\na\nb\nend\n")
    assert not fits(["read 4 = accepted 3"], "read 4 = accepted 2\n")
    assert not fits(["one"], "one\ntwo\n")
    assert [c.code for c in commands("$ a\nx\n(exit code 3)\n$ b\n")] == [3, 0]


def test_every_exit_code_is_explained() -> None:
    table = PAGE.split("## What the exit codes mean")[1]
    assert re.findall(r"^\| (\d) \|", table, re.MULTILINE) == ["0", "1", "2", "3"]
