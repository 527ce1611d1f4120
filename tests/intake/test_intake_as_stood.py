"""Quarantined records written out as they stood, corrected, and loaded again: the set is complete, and nothing is twice."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intelnb.errors import UsageError
from intelnb.intake import delimited, reading
from intelnb.intake.request import Request
from intelnb.load.check import check
from intelnb.tables.crimes import CONTRACT

HEAD = ["id", "kind", "start", "easting", "northing", "mo"]
GOOD = [[str(i), "theft", f"2026-01-{i:02d} 10:00:00", "400500", "300500", f"née; {i}"] for i in range(1, 10)]
DAMAGE = {2: (1, "", "theft"), 4: (2, "2026-13-40", GOOD[4][2]), 7: (3, "40O500", "400500"), 8: (2, "soon", GOOD[8][2])}


def damaged() -> list[list[str]]:
    rows = [list(row) for row in GOOD]
    for at, (column, text, _) in DAMAGE.items():
        rows[at][column] = text
    return rows


def as_text(rows: list[list[str]]) -> bytes:
    return "".join(",".join(row) + "\r\n" for row in [["Crimes"], [], HEAD, *rows]).encode("cp1252")


def as_workbook(rows: list[list[str]]) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "Crimes"
    made.create_sheet("Notes").append(["x"])
    for row in [["Title"], [], HEAD]:
        made["Crimes"].append(row)
    for row in rows:
        made["Crimes"].append([int(c) if c.isdigit() and i in {3, 4} else c for i, c in enumerate(row)])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def as_json(rows: list[list[str]]) -> bytes:
    return json.dumps({"data": {"rows": [dict(zip(HEAD, row, strict=True)) for row in rows]}}).encode()


def as_lines(rows: list[list[str]]) -> bytes:
    return b"\n".join(json.dumps(dict(zip(HEAD, row, strict=True))).encode() for row in rows)


def correct_text(data: bytes, encoding: str) -> bytes:
    text = data.decode(encoding)
    for _, wrong, right in DAMAGE.values():
        text = text.replace(f",{wrong},", f",{right},", 1)
    return text.encode(encoding)


def correct_workbook(data: bytes) -> bytes:
    made = openpyxl.load_workbook(io.BytesIO(data))
    assert made.sheetnames == ["Crimes"]
    for (column, _, right), row in zip(DAMAGE.values(), range(4, 8), strict=True):
        made["Crimes"].cell(row, column + 1).value = right
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def correct_json(data: bytes) -> bytes:
    text = data.decode()
    for column, wrong, right in DAMAGE.values():
        text = text.replace(f'"{HEAD[column]}": "{wrong}"', f'"{HEAD[column]}": "{right}"', 1)
    return text.encode()


FORMS: dict[str, tuple[Callable[..., bytes], str, str, Callable[[bytes], bytes]]] = {
    "text": (as_text, ".csv", "heading_row = 3", lambda data: correct_text(data, "utf-8-sig")),
    "stated": (as_text, ".csv", "encoding = 'cp1252'\nheading_row = 3", lambda data: correct_text(data, "cp1252")),
    "workbook": (as_workbook, ".xlsx", "sheet = 'Crimes'\nheading_row = 3", correct_workbook),
    "json": (as_json, ".json", "records = 'data.rows'", correct_json),
    "json lines": (as_lines, ".jsonl", "", correct_json),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_round_trip_yields_exactly_the_missing_rows(folder: Path, ask: Callable[..., Request], form: str) -> None:
    written, ending, rules, corrected = FORMS[form]
    columns = "".join(f'{h} = "{h}"\n' for h in HEAD)
    (folder / "map.toml").write_text(f"[columns]\n{columns}[source]\n{rules}\n", "utf-8")
    (folder / "a.dat").write_bytes(written(damaged()))
    asked = {"kind": "crimes", "column_map": folder / "map.toml"}
    report = check(folder / "a.dat", **asked, quarantine=folder / f"q{ending}")
    assert (report.read, report.accepted, report.quarantined) == (9, 5, 4)

    # as it stands it is quarantined again, record for record
    again = check(folder / f"q{ending}", **asked)
    assert not again.reason
    assert (again.read, again.accepted, again.quarantined) == (4, 0, 4)
    told = [(p.column, p.code) for p in report.problems]
    assert [(p.column, p.code) for p in again.problems] == told

    (folder / f"q{ending}").write_bytes(corrected((folder / f"q{ending}").read_bytes()))
    both = reading.rows(ask("crimes", files=["a.dat", f"q{ending}"], column_map="map.toml"), CONTRACT)
    (folder / "a.dat").write_bytes(written(GOOD))
    whole = reading.rows(ask("crimes", files="a.dat", column_map="map.toml"), CONTRACT)
    assert whole.quarantined == 0
    pd.testing.assert_frame_equal(
        both.table.sort_values("id", ignore_index=True), whole.table.sort_values("id", ignore_index=True)
    )


def test_records_that_could_not_be_cut_stand_as_their_lines(folder: Path) -> None:
    body = b'id,kind,start\n1,theft,2026-01-05\n2,theft\n3,theft,"open\n4,"two\nlines",soon\n5,a,b,c\n\n6,theft,2026-01-06\n'
    (folder / "a.csv").write_bytes(body)
    report = check(folder / "a.csv", kind="crimes", quarantine=folder / "q.csv")
    assert (report.read, report.quarantined) == (6, 4)
    assert (folder / "q.csv").read_text("utf-8-sig").splitlines() == [
        "id,kind,start", "2,theft", '3,theft,"open', '4,"two', 'lines",soon', "5,a,b,c",
    ]  # fmt: skip
    assert (folder / "q.csv").stat().st_mode & 0o077 == 0


def test_nothing_is_overwritten_and_nothing_written_without_need(folder: Path) -> None:
    (folder / "good.csv").write_text("id,kind,start\n1,theft,2026-01-05\n", "utf-8")
    check(folder / "good.csv", kind="crimes", quarantine=folder / "q.csv")
    assert not (folder / "q.csv").exists()
    (folder / "bad.csv").write_text("id,kind,start\n1,,2026-01-05\n", "utf-8")
    with pytest.raises(UsageError, match=r"Name it q\.csv"):
        check(folder / "bad.csv", kind="crimes", quarantine=folder / "q.xlsx")
    (folder / "q.csv").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="already"):
        check(folder / "bad.csv", kind="crimes", quarantine=folder / "q.csv")
    assert (folder / "q.csv").read_text("utf-8") == "mine"


def test_nothing_above_the_ceiling_is_written(folder: Path) -> None:
    (folder / "a.csv").write_text("id,kind,start,mo\n1,,2026-01-05,SECRET\n", "utf-8")
    report = check(folder / "a.csv", kind="crimes", quarantine=folder / "q.csv")
    assert report.refused
    assert not (folder / "q.csv").exists()


@given(st.lists(st.lists(st.text(alphabet='ab,"\n;é', max_size=4), min_size=1, max_size=4), max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_quarantined_is_there_to_be_corrected(tmp_path: Path, table: list[list[str]]) -> None:
    text = "id,kind,start\n" + "\n".join(",".join(row) for row in table) + "\n"
    (tmp_path / "a.csv").write_bytes(text.encode())
    (tmp_path / "q.csv").unlink(missing_ok=True)
    report = check(tmp_path / "a.csv", kind="crimes", quarantine=tmp_path / "q.csv")
    if report.quarantined:
        again = delimited.scan((tmp_path / "q.csv").read_bytes().removeprefix(b"\xef\xbb\xbf"), name="q", delimiter=",")
        lines = set(text.split("\n"))
        assert set((tmp_path / "q.csv").read_text("utf-8-sig").split("\n")) <= lines
        assert again.read >= report.quarantined
