"""What docs/adding.md shows is complete: put into a copy of the package, it runs, and keeps every contract."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.pages_of_docs import CHECKOUT, DOCS, Save, blocks, steps

PAGE = (DOCS / "adding.md").read_text("utf-8")
CELLS = re.compile(r"Save the cells as \*\*`(?P<path>[^`]+)`\*\*:$")
COPIED = ("intelnb", "notebooks", "data", "tests")
CONTRACTS = ("tests/test_floors.py", "tests/test_tables_contracts.py", "tests/test_analysis_contract.py")


def notebook(text: str) -> nbformat.NotebookNode:
    """A notebook from cells in plain text."""
    cells = []
    for part in re.split(r"^# %%", text, flags=re.MULTILINE)[1:]:
        kind, _, source = part.partition("\n")
        if "markdown" in kind:
            cells.append(nbformat.v4.new_markdown_cell(re.sub(r"^# ?", "", source.strip(), flags=re.MULTILINE)))
        else:
            cells.append(nbformat.v4.new_code_cell(source.strip()))
    first = next(cell for cell in cells if cell.cell_type == "code")
    first.metadata["tags"] = ["parameters"]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house with everything on the page added to it."""
    folder = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        # what is compiled stays compiled: every command below starts afresh
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("golden"))
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    for step in steps(PAGE):
        assert isinstance(step, Save)
        assert not (folder / step.path).exists(), f"{step.path} is there already"
        (folder / step.path).write_text(step.text, "utf-8")
    for _, body, lead in blocks(PAGE):
        if told := CELLS.search(lead):
            nbformat.write(notebook(body), folder / told["path"])
    return folder


def ran(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy), "XDG_DATA_HOME": str(copy / ".data")}
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_the_examples_pass_their_own_tests_and_their_doctests(copy: Path) -> None:
    own = [step.path for step in steps(PAGE) if isinstance(step, Save) and step.path.endswith(".py")]
    done = ran(copy, "pytest", "-q", "-p", "no:cacheprovider", *own)
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"\b7 passed", done.stdout), done.stdout


def test_the_contract_tests_find_the_examples_and_pass(copy: Path) -> None:
    chosen = "weekend or premises or floors or house or only_from_below or every_notebook or circle or see_neither"
    done = ran(copy, "pytest", "-v", "-p", "no:cacheprovider", *CONTRACTS, "-k", chosen)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "test_an_empty_table_keeps_its_contract_and_survives_the_pipe[premises] PASSED" in done.stdout
    for contract in ("answer_is_plain_and_complete", "what_it_is_given_stays_as_it_was", "nothing_to_judge_by_is_said"):
        assert re.search(rf"{contract}\[weekend\.share\] PASSED", done.stdout), contract
    for rule in ("a_file_imports_only_from_below", "see_neither_files_nor_clocks", "every_notebook_keeps_the_rules"):
        assert re.search(rf"{rule} PASSED", done.stdout), rule


def test_an_undocumented_source_is_noticed(copy: Path) -> None:
    shutil.copytree(DOCS, copy / "docs", dirs_exist_ok=True)
    done = ran(copy, "pytest", "-q", "-p", "no:cacheprovider", "tests/test_docs_settings.py", "-k", "every_column")
    assert done.returncode == 1
    assert "premises" in done.stdout


def test_the_product_is_listed_and_its_source_can_be_checked(copy: Path) -> None:
    listed = ran(copy, "intelnb.cli.main", "products").stdout
    assert "weekend_note: Weekend note" in listed
    assert "who the note is for" in listed
    (copy / "premises.csv").write_text("code,name\nP1,The Anchor\n", "utf-8")
    done = ran(copy, "intelnb.cli.main", "check", "premises.csv", "--as", "premises")
    assert done.stdout == "premises.csv: read 1 = accepted 1 + quarantined 0\n"


def test_files_of_the_page_pass_the_linters(copy: Path) -> None:
    own = [step.path for step in steps(PAGE) if isinstance(step, Save) and step.path.endswith(".py")]
    done = ran(copy, "ruff", "check", "--no-cache", *own)
    assert done.returncode == 0, done.stdout
    done = ran(copy, "ruff", "format", "--check", "--no-cache", *own)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE)) - {
    "tests/intake/test_load_premises.py", "tests/analysis/test_analysis_weekend.py",
    "tests/product/test_product_weekend_note.py",
}))  # fmt: skip
def test_the_contract_tests_the_page_names_are_there(path: str) -> None:
    assert (CHECKOUT / path).is_file()
