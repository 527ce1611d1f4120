"""Sheets that are not read are named and never hold more records unseen; a formula never worked out is told once."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from intelnb.load.check import check

HEAD = ["id", "kind", "start"]


def saved(path: Path, **sheets: list[list[object]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    path.write_bytes(out.getvalue())
    return path


def test_a_sheet_of_nearly_the_same_headings_is_not_left_out(tmp_path: Path) -> None:
    jan, feb = [HEAD, ["1", "theft", "2026-01-05"]], [["id", "kind", "Start "], ["2", "theft", "2026-02-05"]]
    report = check(saved(tmp_path / "a.xlsx", Jan=jan, Feb=feb), kind="crimes")
    assert report.refused
    assert "look like more of its records: 'Feb': it has 'Start' in place of 'start' (a.xlsx)" in report.reason
    (tmp_path / "m.toml").write_text('[columns]\nid="id"\nkind="kind"\nstart="start"\n[source]\nsheet="Jan"\n', "utf-8")
    report = check(tmp_path / "a.xlsx", kind="crimes", column_map=tmp_path / "m.toml")
    assert report.read == 1
    assert report.repairs[:2] == ("a.xlsx: sheet 'Jan'", "a.xlsx: visible sheet 'Feb' not read: 1 record")


def test_a_cover_sheet_is_named_with_its_rows(tmp_path: Path) -> None:
    cover = [["Made by the unit"], [None], ["Not for release"]]
    path = saved(tmp_path / "a.xlsx", Cover=cover, Jan=[HEAD, ["1", "theft", "2026-01-05"]], Blank=[])
    report = check(path, kind="crimes")
    assert (report.read, report.accepted) == (1, 1)
    assert report.repairs == ("a.xlsx: sheet 'Jan'", "a.xlsx: visible sheet 'Cover' not read: 2 rows")


JAN = [HEAD, ["1", "theft", datetime(2026, 1, 5, 10)], ["2", "criminal damage", datetime(2026, 1, 6, 11)]]
FEB = ["7", "arson", datetime(2026, 2, 5, 9)]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["id", "type", "start"], FEB], "it has 'type' in place of 'kind'"),
        ([["id", "kind", "when"], ["7", "arson", "01.11.2026"]], "it has 'when' in place of 'start'"),
        ([["id", "kind", "when"], ["7", "arson", 46031.375]], "it has 'when' in place of 'start'"),
        (
            [["id", "Offence", "Date from"], ["7", "arson", "05/02/2026"]],
            "its rows look the same, and its headings are",
        ),
        ([["type", "beat", "id", "start"], ["arson", 4, *FEB[::2]]], "it has 'type' in place of 'kind'"),
        ([["February"], [None], ["id", "kind", "began"], FEB], "it has 'began' in place of 'start'"),
        ([["Month", "February"], ["id", "type", "start"], FEB], "it has 'type' in place of 'kind'"),
        ([["id", "kind", "began"], ["7", "arson", 46058]], "it has 'began' in place of 'start'"),
        ([["ID", "Kind", "START"], FEB], "it has 'Kind' in place of 'kind', 'START' in"),
        ([FEB, ["8", "theft", datetime(2026, 2, 6, 9)]], "its rows look the same, and it has no headings"),
        ([["ref", "offence", "from"], FEB], "its rows look the same, and its headings are ref, offence, from"),
    ],
)
def test_a_sheet_of_more_records_refuses_the_workbook(tmp_path: Path, rows: list[list[object]], why: str) -> None:
    report = check(saved(tmp_path / "a.xlsx", Notes=[["About this workbook"]], Jan=JAN, Feb=rows), kind="crimes")
    assert report.refused
    assert f"Sheets beside 'Jan' look like more of its records: 'Feb': {why}" in report.reason
    assert "Put all of them into one sheet, or name one under [source]" in report.reason


def test_of_several_headings_that_changed_each_is_named_by_its_place(tmp_path: Path) -> None:
    head, where = [*HEAD, "easting", "northing"], [400500, 300500]
    jan = [head, *([*row, *where] for row in JAN[1:])]
    feb = [["ref", "type", "start", "easting", "northing"], ["X/1", "arson", FEB[2], *where]]
    report = check(saved(tmp_path / "a.xlsx", Jan=jan, Feb=feb), kind="crimes")
    assert "'Feb': it has 'type' in place of 'kind'" in report.reason


@pytest.mark.parametrize("odd", ["9" * 400, "\u00b2", "1e999"])
def test_odd_numbers_in_another_sheet_are_no_damage(tmp_path: Path, odd: str) -> None:
    path = saved(tmp_path / "a.xlsx", Jan=JAN, Other=[["id", "kind", "when"], ["7", "arson", odd]])
    report = check(path, kind="crimes")
    assert (report.read, report.accepted) == (2, 2)
    assert "a.xlsx: visible sheet 'Other' not read: 1 record" in report.repairs


def test_every_sheet_of_more_records_is_named_at_once(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", Jan=JAN, Feb=[["id", "type", "start"], FEB], Mar=[FEB])
    assert "'Feb': it has 'type' in place of 'kind'; 'Mar': its rows look" in check(path, kind="crimes").reason


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["kind", "means"], ["theft", "taken without leave"], ["arson", "set on fire"]], "2 records"),
        ([["id", "kind"], [1, "theft"]], "1 record"),
        ([["kind", "crimes"], ["theft", 1], ["criminal damage", 1]], "2 records"),
        ([["kind", "Jan", "Feb"], ["theft", 1, 4]], "1 record"),
        ([["Exported on 2026-02-01"], ["by the unit"]], "2 rows"),
        ([["version", "date"], ["1.0", "2026-02-01"]], "1 record"),
        ([["name", "rank", "unit"], ["A. Nother", "PC", "North"]], "1 record"),
        ([HEAD], "0 records"),
        ([["id", "type", "start"]], "0 records"),
    ],
)
def test_a_sheet_that_holds_no_such_records_is_named_and_left_out(
    tmp_path: Path, rows: list[list[object]], told: str
) -> None:
    for order in ({"Other": rows, "Jan": JAN}, {"Jan": JAN, "Other": rows}):
        report = check(saved(tmp_path / "a.xlsx", **order), kind="crimes")
        assert (report.read, report.accepted, report.reason) == (2, 2, "")
        assert report.repairs[:2] == ("a.xlsx: sheet 'Jan'", f"a.xlsx: visible sheet 'Other' not read: {told}")


def test_sheets_of_headings_alone_are_read_as_no_rows(tmp_path: Path) -> None:
    report = check(saved(tmp_path / "a.xlsx", Jan=[HEAD], Feb=[HEAD]), kind="crimes")
    assert (report.read, report.refused) == (0, False)


def test_a_formula_never_worked_out_is_told_once_for_its_cell(tmp_path: Path) -> None:
    rows = [HEAD, ["1", "theft", "=A2"], ["2", "theft", None], ["3", "=A1", "=A2"]]
    report = check(saved(tmp_path / "a.xlsx", Jan=rows), kind="crimes")
    assert [(p.row, p.column, p.code) for p in report.problems] == [
        (2, "start", "formula_without_value"),
        (3, "start", "missing"),
        (4, "kind", "formula_without_value"),
        (4, "start", "formula_without_value"),
    ]
    assert report.quarantined == 3


def test_two_rows_of_one_number_are_never_read_as_one(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", Jan=[HEAD, ["1", "theft", "2026-01-05"], ["2", "theft", "2026-01-06"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = next(name for name in parts if name.startswith("xl/worksheets/sheet"))
    parts[sheet] = parts[sheet].replace(b'<row r="3"', b'<row r="2"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    report = check(path, kind="crimes")
    assert report.reason.startswith("Row 2 stands twice in the sheet, or out of order")
