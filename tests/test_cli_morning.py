"""The officer's morning: run at six, type in the desk file, render, release; always on the six o'clock numbers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from intelnb import share
from intelnb.cli import main as command
from intelnb.publish import desk_layout as layout
from intelnb.registers import audit, judgements, releases
from intelnb.registers.store import open_store
from intelnb.run import folders, manifest, pages

REFERENCE = "WTA/NOR/2026-W46/internal"
Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], small_workspace: Path,
    write_notebook: Callable[..., Path],
) -> Cli:  # fmt: skip
    """Type a command in a small workspace whose product is a small notebook."""
    notebook = write_notebook("SEAL")
    monkeypatch.setattr(share, "product", lambda _kind: notebook)
    monkeypatch.chdir(small_workspace)

    def typed(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["intelnb", *words])
        with pytest.raises(SystemExit) as left:
            command.main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return int(left.value.code or 0), out, err

    return typed


def fill(desk_file: Path, **words: object) -> None:
    """Type in the first row of a desk file, as an officer does."""
    book = load_workbook(desk_file)
    sheet = book[layout.SHEET]
    headings = {cell.value: cell.column for cell in sheet[layout.HEADER_ROW]}
    for name, value in words.items():
        sheet.cell(layout.HEADER_ROW + 1, headings[layout.heading_of(name)]).value = value
    book.save(desk_file)


RUN = ("run", "weekly_threat_assessment", "--area", "NOR", "--period", "2026-W46")
JUDGED = {
    "text": "One series, still open.", "action": "Task the burglary team", "likelihood": "likely",
    "confidence": "moderate", "why": "two of three scenes link", "by": "P. Example", "at": date(2026, 11, 16),
}  # fmt: skip


def test_from_run_to_release(cli: Cli, small_workspace: Path) -> None:
    code, out, err = cli(*RUN)
    assert code == 0
    reference, page = out.split("\n")[:2]
    assert reference == REFERENCE
    assert "cell 1 of" in err
    assert "DRAFT" in Path(page).read_text("utf-8").upper()
    parent = Path(page).parent.parent
    first = folders.pointed(parent)["run"]

    code, out, _ = cli("desk", REFERENCE)
    desk_file = Path(out.strip())
    assert code == 0
    assert desk_file.is_relative_to(small_workspace / "state")

    code, _, err = cli("release", REFERENCE, "--by", "A Chair", "--role", "Superintendent")
    assert code == 1
    assert "nothing typed" in err

    fill(desk_file, **{**JUDGED, "likelihood": "dead certain"})
    code, _, err = cli("render", REFERENCE)
    assert code == 1
    assert "dead certain" in err
    assert folders.pointed(parent)["run"] == first

    fill(desk_file, **JUDGED)
    code, _, err = cli("release", REFERENCE, "--by", "A Chair", "--role", "Superintendent")
    assert code == 1
    assert "does not show yet" in err

    code, out, _ = cli("render", REFERENCE)
    rendered = Path(out.strip())
    assert code == 0
    assert "One series, still open." in rendered.read_text("utf-8")
    note = manifest.load(rendered.parent)
    assert note.run["source_run"] == first
    assert note.content["status"] == "draft"

    code, out, err = cli("release", REFERENCE, "--by", "A Chair", "--role", "Superintendent")
    released = Path(out.strip())
    assert code == 0, err
    shown = released.read_text("utf-8")
    assert "RELEASED" in shown
    assert "Superintendent" in shown
    assert manifest.changed(released.parent) == []
    store = open_store(f"sqlite:///{small_workspace / 'state' / 'registers.sqlite'}")
    (entry,) = releases.of(store, REFERENCE)
    assert entry.page_sha256 == manifest.load(released.parent).content["files"][released.name]
    assert [e.by for e in audit.entries(store, event="released")] == ["A Chair"]
    assert len(list(parent.glob("2*"))) == 3

    code, out, _ = cli(*RUN)
    assert "One series, still open." in Path(out.split("\n")[1]).read_text("utf-8")
    pointer = folders.pointed(parent)
    assert pointer["status"] == "draft"
    assert pointer["released"] == {"number": 1, "run": released.parent.name}
    assert released.exists()


def test_a_release_that_cannot_be_entered_leaves_no_page(
    cli: Cli, small_workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, out, _ = cli(*RUN)
    parent = Path(out.split("\n")[1]).parent.parent
    _, out, _ = cli("desk", REFERENCE)
    fill(Path(out.strip()), **JUDGED)
    cli("render", REFERENCE)
    before = sorted(p.name for p in parent.iterdir())

    def refuse(*_: object) -> None:
        raise OSError(5, "gone")

    monkeypatch.setattr(pages.releases, "add", refuse)
    code, _, _ = cli("release", REFERENCE, "--by", "A Chair", "--role", "Superintendent")
    assert code == 1
    assert sorted(p.name for p in parent.iterdir()) == before
    assert folders.pointed(parent)["status"] == "draft"


def test_what_the_scan_refuses_is_not_kept(cli: Cli, small_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, out, _ = cli(*RUN)
    parent = Path(out.split("\n")[1]).parent.parent
    _, out, _ = cli("desk", REFERENCE)
    fill(Path(out.strip()), **{**JUDGED, "text": "Nominal N0412 again."})
    before = sorted(p.name for p in parent.iterdir())
    store = open_store(f"sqlite:///{small_workspace / 'state' / 'registers.sqlite'}")

    with monkeypatch.context() as patched:
        patched.setattr(pages.workings, "withheld_in", lambda _folder: ["Nominal N0412"])
        code, _, err = cli("render", REFERENCE)
    assert code == 1
    assert "1 withheld value stands" in err
    assert judgements.history(store, REFERENCE) == ()
    assert sorted(p.name for p in parent.iterdir()) == before

    fill(Path(out.strip()), **JUDGED)
    assert cli("render", REFERENCE)[0] == 0
    assert [one.text for one in judgements.history(store, REFERENCE)] == ["One series, still open."]


def test_a_damaged_desk_file_is_told_with_the_way_out(cli: Cli) -> None:
    cli(*RUN)
    _, out, _ = cli("desk", REFERENCE)
    desk_file = Path(out.strip())
    fill(desk_file, **JUDGED)
    assert cli("render", REFERENCE)[0] == 0
    desk_file.write_bytes(desk_file.read_bytes()[:500])
    for words in (("desk",), ("render",), ("release", "--by", "A Chair", "--role", "Superintendent")):
        code, _, err = cli(words[0], REFERENCE, *words[1:])
        assert (code, err.count("\n")) == (1, 1)
        assert f"({desk_file}). Move or delete this file and run 'intelnb desk {REFERENCE}' again; " in err
        assert "what was rendered before is kept" in err
    desk_file.unlink()
    assert cli("desk", REFERENCE)[0] == 0
    _, out, _ = cli("render", REFERENCE)
    assert "One series, still open." in Path(out.strip()).read_text("utf-8")


@pytest.mark.parametrize(
    ("reference", "code", "told"),
    [
        ("WTA/NOR/2026-W46", 2, "is not a reference"),
        ("XXX/NOR/2026-W46/internal", 2, "is not a reference"),
        ("WTA/../../internal", 2, "folder's name"),
        ("WTA/NOR/2026-W46/internal", 2, "no such product yet"),
    ],
)
def test_a_reference_that_leads_nowhere_is_one_plain_line(cli: Cli, reference: str, code: int, told: str) -> None:
    for verb in ("desk", "render"):
        left, _, err = cli(verb, reference)
        assert left == code
        assert told in err
