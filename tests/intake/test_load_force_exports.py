"""Exports of a force, in every format an office has: the same map, the same table, each kind of source."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from intelnb.doctrine import grading
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.load.check import check
from intelnb.load.kinds import kinds, loader
from intelnb.records import Clearance

FORMATS = ("csv", "tsv", "semicolon", "utf-16", "cp1252", "xlsx", "json", "jsonl", "parquet", "sqlite", "address")


@dataclass(frozen=True)
class Export:
    """A small export under headings of its own, and the map that reads it."""

    rows: list[dict[str, str]]
    column_map: str


CRIMES = Export(
    [
        {"Crime No": "C/1", "Offence": "BURG DWELL", "From": "14/11/2026 22:00", "To": "15/11/2026 07:30",
         "East": "400500", "North": "300500", "Stat": "Recorded", "Flags": "dom|repeat", "MO": "Rear door, café \u00a320"},
        {"Crime No": "C/2", "Offence": "TFMV", "From": "26/10/2025 01:30", "To": "", "East": "", "North": "",
         "Stat": "Cancelled", "Flags": "", "MO": ""},
        {"Crime No": "C/3", "Offence": "TFMV", "From": "31/02/2026 10:00", "To": "", "East": "", "North": "",
         "Stat": "Recorded", "Flags": "", "MO": ""},
    ],
    """
[columns]
id = "Crime No"
kind = "Offence"
start = "From"
end = "To"
easting = "East"
northing = "North"
status = "Stat"
flags = "Flags"
mo = "MO"
[formats]
start = "%d/%m/%Y %H:%M"
end = "%d/%m/%Y %H:%M"
[values.kind]
"BURG DWELL" = "burglary"
TFMV = "theft from vehicle"
[values.status]
Recorded = "live"
Cancelled = "cancelled"
[values.flags]
dom = "domestic"
repeat = "repeat"
""",
)  # fmt: skip
INCIDENTS = Export(
    [
        {"Log": "1", "Type": "Noise", "Opened": "15/11/2026 22:00", "Closed": "15/11/2026 23:10", "Grade": "2", "Beat": "W1"},
        {"Log": "2", "Type": "", "Opened": "15/11/2026 22:05", "Closed": "", "Grade": "1", "Beat": ""},
    ],
    """
[columns]
id = "Log"
kind = "Type"
start = "Opened"
end = "Closed"
grade = "Grade"
area = "Beat"
[formats]
start = "%d/%m/%Y %H:%M"
end = "%d/%m/%Y %H:%M"
""",
)  # fmt: skip
SEARCHES = Export(
    [
        {
            "Ref": "S1",
            "Search": "Person search",
            "Day": "15/11/2026",
            "Time": "22:00",
            "Age": "10-17",
            "Found": "Nothing",
        },
        {"Ref": "S2", "Search": "Vehicle search", "Day": "15/11/2026", "Time": "", "Age": "over 34", "Found": "Knife"},
    ],
    """
[columns]
id = "Ref"
kind = "Search"
age = "Age"
outcome = "Found"
[combine]
start = ["Day", "Time"]
[formats]
start = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
""",
)
LOGS = Export(
    [
        {"Log No": "L1", "In": "15/11/2026 22:00", "Scheme": "3x5x2", "S": "2", "I": "B", "H": "P",
         "Mark": "OFFICIAL", "Text": "A \u201cword\u201d; another", "Where": "W1; W2"},
        {"Log No": "L2", "In": "15/11/2026 22:01", "Scheme": "5X5X5", "S": "c", "I": "3", "H": "1",
         "Mark": "RESTRICTED", "Text": "Legacy", "Where": ""},
        {"Log No": "L3", "In": "15/11/2026 22:02", "Scheme": "NATO", "S": "F", "I": "6", "H": "",
         "Mark": "OFFICIAL", "Text": "Partner", "Where": ""},
        {"Log No": "L4", "In": "15/11/2026 22:03", "Scheme": "3x5x2", "S": "A", "I": "1", "H": "P",
         "Mark": "OFFICIAL", "Text": "An Admiralty grade under another name", "Where": ""},
    ],
    """
[columns]
urn = "Log No"
received = "In"
scheme = "Scheme"
source_grade = "S"
information_grade = "I"
handling = "H"
marking = "Mark"
text = "Text"
area = "Where"
[formats]
received = "%d/%m/%Y %H:%M"
""",
)  # fmt: skip
EXPORTS = {"crimes": CRIMES, "incidents": INCIDENTS, "searches": SEARCHES, "logs": LOGS}


@pytest.fixture
def full(clearance: Callable[..., Clearance]) -> Clearance:
    return clearance(sources=tuple(kind.replace("-", "_") for kind in kinds()))


def written(folder: Path, how: str, rows: list[dict[str, str]]) -> dict[str, str]:
    """An export in one format; what a request says of where it is."""
    table = pd.DataFrame(rows, dtype="str")
    path = folder / f"export.{how}"
    if how in {"csv", "utf-16", "cp1252"}:
        path.write_text(table.to_csv(index=False), "utf-8" if how == "csv" else how)
    elif how in {"tsv", "semicolon"}:
        path.write_text(table.to_csv(index=False, sep="\t" if how == "tsv" else ";"), "utf-8-sig")
    elif how == "xlsx":
        book = openpyxl.Workbook()
        book.active.append(["Export of last night"])
        book.active.append(list(table))
        for row in rows:
            book.active.append([cell or None for cell in row.values()])
        book.create_sheet("Lists").sheet_state = "hidden"
        book.save(path)
    elif how in {"json", "jsonl"}:
        table.to_json(path, orient="records", lines=how == "jsonl", force_ascii=False)
    elif how == "parquet":
        table.to_parquet(path)
    else:
        path = folder / "base.sqlite"
        with sqlite3.connect(path) as base:
            table.to_sql("export", base, index=False, if_exists="replace")
        base.close()
        if how == "address":
            return {"database": f"sqlite:///{path}"}
    return {"files": path.name}


def read(folder: Path, ask: Callable[..., Request], kind: str, how: str, full: Clearance) -> Loaded:
    export = EXPORTS[kind]
    rules = export.column_map + ('[source]\ntable = "export"\n' if how in {"sqlite", "address"} else "")
    (folder / "m.toml").write_text(rules, "utf-8")
    where = written(folder, how, export.rows)
    return loader(kind).read(ask(kind, column_map="m.toml", clearance=full, **where))


@pytest.mark.parametrize("kind", EXPORTS)
def test_every_format_gives_the_same_table(
    folder: Path, ask: Callable[..., Request], full: Clearance, kind: str
) -> None:
    found = {how: read(folder, ask, kind, how, full) for how in FORMATS}
    first = found["csv"]
    for how, loaded in found.items():
        assert loaded.source.ledger == first.source.ledger, how
        # rows of a database without a key have no order
        ours, theirs = (t.sort_values(list(t.columns[:1]), ignore_index=True) for t in (loaded.table, first.table))
        pd.testing.assert_frame_equal(ours, theirs, obj=how)
        assert loaded.workings is not None
        codes = sorted(loaded.workings.quarantine["code"])
        assert first.workings is not None
        assert codes == sorted(first.workings.quarantine["code"]), how


def test_crimes_as_the_map_says(folder: Path, ask: Callable[..., Request], full: Clearance) -> None:
    loaded = read(folder, ask, "crimes", "xlsx", full)
    ledger = loaded.source.ledger
    assert (ledger.read, ledger.quarantined, ledger.excluded_by_rule, ledger.used) == (3, 1, 1, 1)
    (one,) = loaded.table.to_dict("records")
    assert (one["kind"], one["flags"], one["ward"], one["hours_wide"]) == (
        "burglary",
        ("domestic", "repeat"),
        "W1",
        9.5,
    )
    assert one["mo"] == "Rear door, caf\u00e9 \u00a320"
    assert loaded.workings is not None
    assert loaded.workings.quarantine["row"].tolist() == [5]  # the sheet row, under a title and the headings


def test_a_search_without_a_time_is_as_wide_as_its_day(
    folder: Path, ask: Callable[..., Request], full: Clearance
) -> None:
    table = read(folder, ask, "searches", "csv", full).table
    assert table["hours_wide"].round(2).tolist() == [0.0, 24.0]
    assert table["age"].tolist() == ["10-17", "over 34"]


@pytest.mark.parametrize("how", ["csv", "xlsx", "json", "jsonl"])
def test_legacy_and_partner_grades_are_kept_word_for_word(
    folder: Path, ask: Callable[..., Request], full: Clearance, how: str
) -> None:
    loaded = read(folder, ask, "logs", how, full)
    grades = loaded.table.set_index("urn")[["scheme", "source_grade", "information_grade", "handling", "marking"]]
    assert grades.loc["L2"].tolist() == ["5x5x5", "C", "3", "1", "RESTRICTED"]
    assert grades.loc["L3"].tolist() == ["Admiralty", "F", "6", "", "OFFICIAL"]
    assert "L4" not in grades.index, "A1 is no 3x5x2 grade, whatever else it may be"
    legacy = grading.indicative(grading.parse("C31", "5x5x5"))
    assert (legacy.source, legacy.information) == (grading.NOT_DERIVABLE, "B")
    to_grade = loaded.table.set_index("urn")["to_grade"]
    assert to_grade.to_dict() == {"L1": False, "L2": True, "L3": True}


@pytest.mark.parametrize("kind", EXPORTS)
def test_a_check_says_what_a_read_does(folder: Path, ask: Callable[..., Request], full: Clearance, kind: str) -> None:
    loaded = read(folder, ask, kind, "csv", full)
    report = check(folder / "export.csv", kind=kind, column_map=folder / "m.toml")
    ledger = loaded.source.ledger
    assert (report.read, report.accepted, report.quarantined) == (ledger.read, ledger.accepted, ledger.quarantined)


def test_a_matrix_may_have_a_map_that_says_what_its_ties_are(
    folder: Path, ask: Callable[..., Request], full: Clearance
) -> None:
    (folder / "x.csv").write_text(",A,B\nA,0,2\nB,1,0\n", "utf-8")
    (folder / "m.toml").write_text(
        '[columns]\nsource = "source"\ntarget = "target"\nweight = "weight"\n[constants]\ntype = "telephone"\n', "utf-8"
    )
    asked = ask("links", files="x.csv", layout="matrix", column_map="m.toml", clearance=full)
    assert set(loader("links").read(asked).table["type"]) == {"telephone"}
