"""The desk file as it is written: nothing hidden, marked, the same bytes, and no text a formula."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest

from intelnb.errors import JudgementError
from intelnb.publish import desk
from intelnb.publish import desk_layout as layout
from intelnb.records import Judgement

EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")')


@pytest.fixture
def written(draft, tmp_path):
    def write(bundle=None, saved=None):
        path = tmp_path / "OFFICIAL-SENSITIVE desk.xlsx"
        desk.write(bundle or draft(), path, saved=saved or {})
        return path

    return write


def test_nothing_is_hidden_and_nothing_is_a_formula(draft, written):
    places = [
        place.model_copy(update={"title": evil, "sentence": evil, "evidence": {evil: evil}})
        for place, evil in zip(draft().places(), EVIL, strict=False)
    ]
    bundle = draft(*places, owners=EVIL, title=EVIL[0], marking="OFFICIAL")
    judgement = Judgement(places[0].id, EVIL[5], action=EVIL[1], why=EVIL[3], by=EVIL[0], at="2026-11-16")
    path = written(bundle, {places[0].id: judgement})
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Desk", "Lists"]
    assert not list(book.defined_names)
    for sheet in book:
        assert sheet.sheet_state == "visible"
        assert not any(dimension.hidden for dimension in sheet.row_dimensions.values())
        assert not any(dimension.hidden for dimension in sheet.column_dimensions.values())
        for row in sheet.iter_rows():
            assert not any(cell.data_type == "f" or cell.comment or cell.hyperlink for cell in row)
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        sheet = packed.read("xl/worksheets/sheet1.xml")
    assert not [
        name for name in names if any(part in name.lower() for part in ("vba", "comment", "external", "custom"))
    ]
    assert b"<f>" not in sheet
    assert b"<f/>" not in sheet


def test_text_that_begins_like_a_formula_stays_text_when_a_person_edits_it(written):
    saved = {"bottom.burglary": Judgement("bottom.burglary", "=1+1", by="A", at="2026-11-16")}
    cell = openpyxl.load_workbook(written(saved=saved))["Desk"]["E6"]
    assert (cell.value, cell.data_type, cell.number_format, cell.quotePrefix) == ("=1+1", "s", "@", True)


def test_the_marking_stands_first_and_on_every_printed_page(written):
    for sheet in openpyxl.load_workbook(written()):
        assert sheet["A1"].value == "OFFICIAL-SENSITIVE"
        assert sheet.oddHeader.center.text == sheet.oddFooter.center.text == "OFFICIAL-SENSITIVE"


def test_each_place_has_its_row_with_its_evidence(draft, written):
    sheet = openpyxl.load_workbook(written())["Desk"]
    ids = [sheet.cell(row, 1).value for row in range(layout.HEADER_ROW + 1, sheet.max_row + 1)]
    assert ids == [place.id for place in draft().places()]
    assert sheet["C6"].value == "29 burglaries, 11 to 22 expected."
    assert sheet["D6"].value == "burglaries this week = 29\nexpected, low = 11\nexpected, high = 22"
    assert sheet.freeze_panes == "C6"
    # an ask has an owner and a date, and neither likelihood nor confidence
    assert [sheet[f"{letter}8"].protection.locked for letter in "GHJK"] == [True, True, False, False]
    assert [sheet[f"{letter}6"].protection.locked for letter in "GHJK"] == [False, False, True, True]


def test_the_drop_downs_offer_the_terms_and_the_owners(draft, written):
    book = openpyxl.load_workbook(written())
    rules = {str(rule.sqref)[0]: rule.formula1 for rule in book["Desk"].data_validations.dataValidation}
    assert sorted(rules) == ["G", "H", "J", "Q"]
    offered = [cell.value for (cell,) in book["Lists"][rules["G"].split("!")[1].replace("$", "")]]
    assert offered[0] == "remote chance"
    assert len(offered) == 7
    owners = [cell.value for (cell,) in book["Lists"][rules["J"].split("!")[1].replace("$", "")]]
    assert tuple(owners) == draft().owners


def test_the_state_says_whether_the_evidence_changed(draft, written):
    first = draft().places()[0]
    kept = Judgement(first.id, "words", by="A", at="2026-11-16", evidence=first.evidence)
    stale = Judgement(first.id, "words", by="A", at="2026-11-16", evidence={"burglaries this week": "28"})
    for saved, state in (({}, "new"), ({first.id: kept}, "kept"), ({first.id: stale}, "evidence changed: confirm")):
        assert openpyxl.load_workbook(written(saved=saved))["Desk"]["P6"].value == state


def test_the_same_input_gives_the_same_bytes(draft, written):
    saved = {
        "ask.one": Judgement("ask.one", "", action="Task it", owner="Sgt T. Holt", due="2026-11-20", by="A", at="x")
    }
    path = written(saved=saved)
    first = path.read_bytes()
    assert written(saved=saved).read_bytes() == first
    assert written(draft(data_to="x")).read_bytes() != first
    with zipfile.ZipFile(path) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(2000, 1, 1, 0, 0, 0)}


def test_a_file_open_in_excel_is_left_alone(written, tmp_path):
    path = written()
    before = path.read_bytes()
    for sign in (f"~${path.name}", f".~lock.{path.name}#"):
        (tmp_path / sign).write_text("")
        with pytest.raises(JudgementError, match=r"[Cc]lose .* in Excel"):
            written(saved={"ask.one": Judgement("ask.one", "x")})
        (tmp_path / sign).unlink()
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_is_not_there_is_one_plain_line(draft, tmp_path):
    with pytest.raises(JudgementError, match="cannot be written"):
        desk.write(draft(), tmp_path / "none" / "desk.xlsx", saved={})


def test_a_text_too_long_for_a_cell_is_refused_not_cut(written):
    with pytest.raises(JudgementError, match="too long"):
        written(saved={"bottom.burglary": Judgement("bottom.burglary", "x" * 32_768)})


def test_a_page_without_places_still_has_its_file(draft, tmp_path):
    section = draft().sections[0].model_copy(update={"findings": ()})
    empty = draft(sections=(section,))
    desk.write(empty, tmp_path / "desk.xlsx", saved={})
    reading = desk.read(tmp_path / "desk.xlsx", empty)
    assert (dict(reading.typed), reading.warnings) == ({}, ())
