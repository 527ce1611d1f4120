"""Formats: whatever a file is, the same records come out, and what a format hides is told."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from intelnb.errors import InputRefused, SecurityIncident, SettingsError, UsageError
from intelnb.intake import ceiling, formats, gate, json_records, parquet, reading, workbook
from intelnb.intake.column_map import SourceRules
from intelnb.intake.request import Request
from intelnb.tables.crimes import CONTRACT

HEADINGS = ["id", "kind", "start", "easting", "northing", "mo"]
ROWS = [
    ["007", "theft", "2026-01-05 10:30:00", "400500.5", "300500", "through a window"],
    ["12E5", "arson", "2026-01-06 00:00:00", "400501", "300501", "né à Hull, said; so|what"],
    ["", "theft", "2026-01-07 23:59:59", "", "", ""],
]


def book(*sheets: tuple[str, list[list[object]]], **options: object) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    if options.get("epoch") == 1904:
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for title, state in options.get("states", {}).items():
        made[title].sheet_state = state
    for title, ref in options.get("merged", ()):
        made[title].merge_cells(ref)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def text(mark: str = ",", end: str = "\n") -> str:
    quoted = [[f'"{c}"' if mark in c or c == "007" else c for c in row] for row in [HEADINGS, *ROWS]]
    return "".join(mark.join(row) + end for row in quoted)


def typed_rows() -> list[list[object]]:
    return [
        [
            i or None, kind, datetime.fromisoformat(start), float(e) if e else None, int(n) if n else None, mo or None,
        ]
        for i, kind, start, e, n, mo in ROWS
    ]  # fmt: skip


def as_sqlite(folder: Path) -> bytes:
    path = folder / "x.sqlite"
    with sqlite3.connect(path) as base:
        base.execute(f"CREATE TABLE crimes (no INTEGER PRIMARY KEY, {', '.join(HEADINGS)})")
        base.executemany("INSERT INTO crimes VALUES (?,?,?,?,?,?,?)", [[i, *row] for i, row in enumerate(ROWS)])
    base.close()
    data = path.read_bytes()
    path.unlink()
    return data


def as_parquet() -> bytes:
    out = io.BytesIO()
    columns = {h: [row[i] for row in typed_rows()] for i, h in enumerate(HEADINGS)}
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def as_zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_csv", ".csv"), data)
    return out.getvalue()


def nested() -> list[dict[str, object]]:
    return [dict(zip(HEADINGS, row, strict=True)) for row in ROWS]


FORMS: dict[str, Callable[[Path], bytes]] = {
    "comma": lambda _: text().encode(),
    "semicolon": lambda _: text(";").encode(),
    "tab": lambda _: text("\t").encode("utf-16"),
    "bar": lambda _: text("|", "\r\n").encode("utf-8-sig"),
    "cp1252": lambda _: text().encode("cp1252"),
    "titled": lambda _: ("Crimes of January\nmade for the unit\n\n" + text()).encode(),
    "gzip": lambda _: gzip.compress(text().encode()),
    "xlsx": lambda _: book(("Sheet1", [HEADINGS, *ROWS])),
    "xlsx typed": lambda _: book(("Sheet1", [["Crimes"], [], HEADINGS, *typed_rows()])),
    "xlsx 1904": lambda _: book(("Sheet1", [HEADINGS, *typed_rows()]), epoch=1904),
    "json": lambda _: json.dumps(nested()).encode(),
    "json inside": lambda _: json.dumps({"count": 3, "items": nested()}, indent=1).encode(),
    "json lines": lambda _: "\n".join(json.dumps(row) for row in nested()).encode(),
    "parquet": lambda _: as_parquet(),
    "sqlite": as_sqlite,
    "zip": lambda _: as_zip(a_csv=text().encode()),
    "zip of gzip": lambda _: as_zip(a_csv=gzip.compress(text().encode())),
    "zip of xlsx": lambda _: as_zip(a_csv=book(("Sheet1", [HEADINGS, *ROWS]))),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_format_gives_the_same_table(folder: Path, ask: Callable[..., Request], form: str) -> None:
    (folder / "any.csv").write_bytes(FORMS[form](folder))
    (folder / "map.toml").write_text("[columns]\n" + "".join(f'{h} = "{h}"\n' for h in HEADINGS), "utf-8")
    if form == "sqlite":
        (folder / "map.toml").write_text(
            (folder / "map.toml").read_text("utf-8") + '[source]\ntable = "crimes"', "utf-8"
        )
    (folder / "plain.csv").write_text(text(), "utf-8")
    found = reading.rows(ask("crimes", files="any.csv", column_map="map.toml"), CONTRACT)
    plain = reading.rows(ask("crimes", files="plain.csv"), CONTRACT)
    pd.testing.assert_frame_equal(found.table, plain.table)
    assert found.table["id"].tolist() == ["007", "12E5", ""]
    assert (found.read, found.quarantined) == (3, 0)


def test_a_record_stands_where_a_person_would_look_for_it(folder: Path, ask: Callable[..., Request]) -> None:
    bad = [
        ["1", "theft", "bad", "", "", ""],
        ["2", "theft", "2026-01-05", "", "", ""],
        ["3", "", "2026-01-05", "", "", ""],
    ]
    places = {
        "titled": ("Title\n\n" + "\n".join(",".join(r) for r in [HEADINGS, *bad]), [4, 6]),
        "xlsx": (book(("S", [["Title"], [], HEADINGS, bad[0], [], *bad[1:]])), [4, 7]),
        "json": (json.dumps([dict(zip(HEADINGS, r, strict=True)) for r in bad], indent=2), [1, 3]),
        "lines": ("\n\n".join(json.dumps(dict(zip(HEADINGS, r, strict=True))) for r in bad), [1, 5]),
    }
    for name, (data, rows) in places.items():
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        found = reading.rows(ask("crimes", files=name), CONTRACT)
        assert found.quarantine["row"].tolist() == rows, name
        assert found.read == 3


# ------------------------------------------------------------------------------------------------------- workbooks


def cut(data: bytes, **rules: object) -> formats.Cut:
    opened = gate.Opened(Path("x"), "x", data, gate.layers.layer(data, "x"), "")
    return formats.cut(opened, SourceRules(**rules), wanted=rules.pop("wanted", ()))


def test_hidden_sheets_are_ignored_and_named() -> None:
    sheets = [("Crimes", [["id"], ["1"]]), ("Staff", [["id"], ["x"]]), ("Old", [["id"], ["y"]])]
    found = workbook.scan(book(*sheets, states={"Staff": "hidden", "Old": "veryHidden"}), name="x.xlsx")
    assert found.table["id"].tolist() == ["1"]
    assert any("2 hidden sheets ignored: Staff, Old" in note for note in found.notes)


def test_of_several_sheets_the_map_names_one_or_its_headings_do() -> None:
    data = book(("Notes", [["Read me"]]), ("Crimes", [["id", "kind"], ["1", "theft"]]), ("2025", [["id"], ["2"]]))
    with pytest.raises(InputRefused, match=r"Several sheets.*'Notes', 'Crimes', '2025'.*column map"):
        workbook.scan(data, name="x.xlsx")
    assert workbook.scan(data, name="x", sheet="2025").table["id"].tolist() == ["2"]
    assert workbook.scan(data, name="x", wanted=["id", "kind"]).table["id"].tolist() == ["1"]
    with pytest.raises(InputRefused, match=r"no sheet 'Crime'.*Choose one of: Notes"):
        workbook.scan(data, name="x", sheet="Crime")


def test_merged_headings_give_their_name_to_the_columns_below() -> None:
    rows = [["Crime No", "Committed", None, "Where"], [None, "From", "To", None], ["1", "a", "b", "c"]]
    merged = [("S", "B1:C1"), ("S", "A1:A2"), ("S", "D1:D2")]
    found = workbook.scan(book(("S", rows), merged=merged), name="x")
    assert found.headings == ("Crime No", "Committed From", "Committed To", "Where")
    assert found.table.iloc[0].tolist() == ["1", "a", "b", "c"]
    titled = workbook.scan(
        book(("S", [["Crimes", None], ["id", "kind"], ["1", "x"]]), merged=[("S", "A1:B1")]), name="x"
    )
    assert titled.headings == ("id", "kind")
    assert titled.row.tolist() == [3]


def test_dates_times_and_numbers_are_what_the_sheet_says() -> None:
    rows = [
        ["day", "at", "clock", "n", "whole", "text", "yes"],
        [date(2026, 3, 4), datetime(2026, 3, 4, 0, 0), time(9, 5), 0.1, 12345678901, "03/04/2026", True],
        [date(2026, 3, 5), datetime(2026, 3, 4, 10, 30), time(23, 0), 51.123456789, 7, "007", False],
    ]
    for epoch in (1900, 1904):
        found = workbook.scan(book(("S", rows), epoch=epoch), name="x")
        assert found.date_system == epoch
        assert found.table.to_numpy().tolist() == [
            ["2026-03-04", "2026-03-04 00:00:00", "09:05:00", "0.1", "12345678901", "03/04/2026", "TRUE"],
            ["2026-03-05", "2026-03-04 10:30:00", "23:00:00", "51.123456789", "7", "007", "FALSE"],
        ]


def test_what_a_cell_does_not_hold_is_quarantined_where_it_is_mapped(folder: Path, ask: Callable[..., Request]) -> None:
    rows = [
        ["id", "kind", "start", "note"],
        ["=1+1", "theft", "2026-01-05", "a"],
        ["2", "theft", "2026-01-05", "=A1"],
        ["3", "theft", "2026-01-05", "c"],
        [None, "theft", "2026-01-05", "d"],
        ["5", "#REF!", "2026-01-05", "#N/A"],
    ]
    (folder / "x.xlsx").write_bytes(book(("S", rows), merged=[("S", "A4:A5")]))
    found = reading.rows(ask("crimes", files="x.xlsx"), CONTRACT)
    assert found.quarantine[["row", "column", "code"]].to_numpy().tolist() == [
        [2, "id", "formula_without_value"], [5, "id", "merged_cell"], [6, "kind", "excel_error"],
    ]  # fmt: skip
    assert found.table["id"].tolist() == ["2", "3"]


def test_a_workbook_s_own_secrets_refuse_it() -> None:
    plain = [("S", [["id", "kind", "start"], ["1", "theft", "2026-01-05"]])]
    hidden = book(*plain, ("H", [["x"], ["TOP SECRET"]]), states={"H": "hidden"})
    made = openpyxl.load_workbook(io.BytesIO(book(*plain)))
    made["S"].oddHeader.center.text = "SECRET - UK EYES ONLY"
    headed = io.BytesIO()
    made.save(headed)
    for data in (hidden, headed.getvalue()):
        found = cut(data)
        with pytest.raises(SecurityIncident):
            ceiling.taken(found.text, found.records, marking_headings=(), name="x")
    told = book(("S", [["id", "mo"], ["1", "kept a secret. The secret was out"]]))
    assert not ceiling.taken(b"", cut(told).records, marking_headings=(), name="x").rejected


@pytest.mark.real_data
def test_a_real_workbook_of_five_sheets_and_a_preamble(real_data: Path) -> None:
    data = (real_data / "uk_population" / "ons_lsoa21_population_density_mid2022_mid2024.xlsx").read_bytes()
    with pytest.raises(InputRefused, match="Several sheets"):
        workbook.scan(data, name="x")
    sheets = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    longest = max(sheets.worksheets, key=lambda sheet: sheet.max_row)
    found = workbook.scan(data, name="x", sheet=longest.title)
    assert len(found.row) == 35_672
    assert found.row[0] == 5


# ---------------------------------------------------------------------------------------------- JSON, Parquet, zip


def test_json_as_the_police_service_writes_it() -> None:
    crime = {
        "category": "anti-social-behaviour", "location_type": "Force", "outcome_status": None, "persistent_id": "",
        "location": {"latitude": "52.640961", "street": {"id": 883407, "name": "On or near High Street"}},
        "id": 54164419, "month": "2026-01",
    }  # fmt: skip
    found = json_records.scan(json.dumps([crime]).encode(), name="x")
    assert found.table.iloc[0].to_dict() == {
        "category": "anti-social-behaviour", "location_type": "Force", "outcome_status": "", "persistent_id": "",
        "location.latitude": "52.640961", "location.street.id": "883407",
        "location.street.name": "On or near High Street", "id": "54164419", "month": "2026-01",
    }  # fmt: skip


def test_json_records_that_are_none_are_rejected_by_name() -> None:
    data = b'{"a": 1}\n{"a": 1, "a": 2}\n[1]\n{"a": NaN}\n{"a": \n\n{"a": {"b": 1}, "a.b": 2}\n{"b": [1, "x"], "c": [{"d": 1}]}\n'
    found = json_records.scan(data, name="x")
    assert [(bad.row, bad.code) for bad in found.rejected] == [
        (2, "same_name_twice"), (3, "not_an_object"), (4, "not_json"), (5, "not_json"), (7, "same_name_twice"),
    ]  # fmt: skip
    assert found.row.tolist() == [1, 8]
    assert found.table.iloc[1].to_dict() == {"a": "", "b": "1;x", "c": '[{"d": "1"}]'}


@pytest.mark.parametrize(
    "data", [b'[{"a": 1}, {"a"', b'{"a": [1}', b'{"x": [{"a": 1}], "y": [{"b": 1}]}', b"[" * 100_000]
)
def test_json_that_cannot_be_told_is_refused(data: bytes) -> None:
    with pytest.raises(InputRefused):
        json_records.scan(data, name="x")


def test_numbers_in_json_stay_as_they_are_written() -> None:
    found = json_records.scan(b'[{"x": 1.50, "n": 12345678901234567890, "t": true, "d": 1e3}]', name="x")
    assert found.table.iloc[0].tolist() == ["1.50", "12345678901234567890", "true", "1e3"]


def test_parquet_columns_of_every_plain_type() -> None:
    moments = [datetime(2026, 1, 5, 10, 30), None]
    made = pa.table(
        {
            "s": pa.array(["a", None]), "d": pa.array(["x", "y"]).dictionary_encode(), "i": pa.array([1, None]),
            "f": pa.array([0.5, float("nan")]), "day": pa.array([date(2026, 1, 5), None]),
            "at": pa.array(moments), "utc": pa.array(moments, pa.timestamp("ns", "UTC")),
            "midnight": pa.array([datetime(2026, 1, 5)] * 2), "l": pa.array([["a", "b"], None]),
            "o": pa.array([{"in": 1}, {"in": 2}]), "b": pa.array([b"x", None]), "t": pa.array([True, False]),
        }
    )  # fmt: skip
    out = io.BytesIO()
    pq.write_table(made, out)
    found = parquet.scan(out.getvalue(), name="x")
    assert found.table.to_numpy().tolist() == [
        ["a", "x", "1", "0.5", "2026-01-05", "2026-01-05 10:30:00.000000", "2026-01-05 10:30:00.000000Z", "2026-01-05",
         "a;b", "1", "", "true"],
        ["", "y", "", "", "", "", "", "2026-01-05", "", "2", "", "false"],
    ]  # fmt: skip
    assert [(s.heading, s.code, s.at.tolist()) for s in found.spoilt] == [("b", "not_text", [0])]


def test_members_of_an_archive_are_files_of_their_own(folder: Path, ask: Callable[..., Request]) -> None:
    street, other = "id,kind,start\n1,theft,2026-01-05\n2,,x\n", "Outcome\nnone\n"
    (folder / "a.zip").write_bytes(
        as_zip(**{"2026-01__b-street_csv": street.encode(), "2026-01__b-outcomes_csv": other.encode(),
                  "x__._b-street_csv": b"\x00", "2026-02__b-street_csv": street.encode()})
    )  # fmt: skip
    found = reading.rows(ask("crimes", files="*.zip", members="*-street.csv"), CONTRACT)
    assert (found.read, found.quarantined) == (4, 2)
    assert sorted(set(found.file)) == ["a.zip/2026-01/b-street.csv", "a.zip/2026-02/b-street.csv"]
    assert list(found.sha256) == ["a.zip", "a.zip/2026-01/b-street.csv", "a.zip/2026-02/b-street.csv"]
    with pytest.raises(InputRefused, match=r"No file in the archive fits '\*.txt'"):
        reading.rows(ask("crimes", files="*.zip", members="*.txt"), CONTRACT)
    with pytest.raises(SettingsError, match="b-outcomes"):
        reading.rows(ask("crimes", files="*.zip"), CONTRACT)


# ------------------------------------------------------------------------------------------------------- databases


def test_a_database_is_read_where_the_settings_declare_it(folder: Path, ask: Callable[..., Request]) -> None:
    (folder / "rms.sqlite").write_bytes(as_sqlite(folder))
    before = sorted(p.name for p in folder.iterdir())
    for rules, count in (('table = "crimes"', 3), ("query = \"SELECT * FROM crimes WHERE kind = 'theft'\"", 2)):
        (folder / "map.toml").write_text(
            "[columns]\n" + "".join(f'{h} = "{h}"\n' for h in HEADINGS) + f"[source]\n{rules}", "utf-8"
        )
        found = reading.rows(ask("crimes", database="sqlite:///rms.sqlite", column_map="map.toml"), CONTRACT)
        assert (found.read, len(found.table)) == (count, count)
        assert found.row.tolist() == list(range(1, count + 1))
        assert len(found.sha256) == 1
    assert sorted(p.name for p in folder.iterdir()) == sorted([*before, "map.toml"])
    with pytest.raises(UsageError):
        reading.rows(ask("crimes", files="sqlite:///rms.sqlite"), CONTRACT)


@pytest.mark.parametrize(
    ("url", "rules", "error", "word"),
    [
        ("sqlite:///rms.sqlite", "", SettingsError, "one of table and query"),
        ("sqlite:///rms.sqlite", 'query = "DROP TABLE crimes"', SettingsError, "single SELECT"),
        ("sqlite:///rms.sqlite", 'query = "SELECT 1; DELETE FROM crimes"', SettingsError, "single SELECT"),
        ("sqlite:///rms.sqlite", 'table = "crime"', InputRefused, "Choose one of: crimes"),
        ("sqlite:///rms.sqlite", 'query = "SELECT * FROM nothing"', InputRefused, "did not answer"),
        ("sqlite:////etc/passwd", 'table = "x"', InputRefused, "outside the folders"),
        ("sqlite:///none.sqlite", 'table = "x"', InputRefused, "no such file"),
        ("postgresql://unit:hidden@127.0.0.1:1/rms", 'table = "x"', InputRefused, r"unit:\*\*\*@"),
    ],
)
def test_a_database_that_cannot_be_read_says_why(
    folder: Path, ask: Callable[..., Request], url: str, rules: str, error: type[Exception], word: str
) -> None:
    (folder / "rms.sqlite").write_bytes(as_sqlite(folder))
    (folder / "map.toml").write_text(f'[columns]\nkind = "kind"\nstart = "start"\n[source]\n{rules}\n', "utf-8")
    with pytest.raises(error, match=word) as caught:
        reading.rows(ask("crimes", database=url, column_map="map.toml"), CONTRACT)
    assert "hidden" not in str(caught.value)


def test_a_database_that_describes_itself_in_bytes_is_one_plain_line(folder: Path, ask: Callable[..., Request]) -> None:
    with sqlite3.connect(folder / "rms.sqlite") as connection:
        connection.execute("create table t (kind text, start text)")
        connection.execute("pragma writable_schema = on")
        connection.execute("update sqlite_master set sql = cast(sql as blob)")
    connection.close()
    (folder / "map.toml").write_text('[columns]\nkind = "kind"\nstart = "start"\n[source]\ntable = "t"\n', "utf-8")
    with pytest.raises(InputRefused, match="what it says of its own tables is not text"):
        reading.rows(ask("crimes", files="rms.sqlite", column_map="map.toml"), CONTRACT)
