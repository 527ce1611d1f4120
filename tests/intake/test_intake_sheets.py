"""Sheets that are not read are named with their rows, and a formula never worked out is told once."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl

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
    assert "Sheets 'Jan' and 'Feb' have the same headings, but 'Start' in place of 'start'" in report.reason
    (tmp_path / "m.toml").write_text('[columns]\nid="id"\nkind="kind"\nstart="start"\n[source]\nsheet="Jan"\n', "utf-8")
    report = check(tmp_path / "a.xlsx", kind="crimes", column_map=tmp_path / "m.toml")
    assert report.read == 1
    assert report.repairs[:2] == ("a.xlsx: sheet 'Jan'", "a.xlsx: visible sheet 'Feb' not read: 2 rows")


def test_a_cover_sheet_is_named_with_its_rows(tmp_path: Path) -> None:
    cover = [["Made by the unit"], [None], ["Not for release"]]
    path = saved(tmp_path / "a.xlsx", Cover=cover, Jan=[HEAD, ["1", "theft", "2026-01-05"]], Blank=[])
    report = check(path, kind="crimes")
    assert (report.read, report.accepted) == (1, 1)
    assert report.repairs == ("a.xlsx: sheet 'Jan'", "a.xlsx: visible sheet 'Cover' not read: 2 rows")


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
