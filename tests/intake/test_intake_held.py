"""A record that may be above the ceiling is held back alone, in every format, and nothing of it is repeated."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation
from typer.testing import CliRunner

from intelnb.cli.main import app
from intelnb.errors import InputRefused, SecurityIncident
from intelnb.intake import ceiling
from intelnb.intake.request import Request
from intelnb.load.check import CheckReport, check
from intelnb.load.kinds import loader

HEAD = ["id", "kind", "start", "mo"]
IN_DOUBT = "SECRET compartment found by Zebedee"
MAP = '[source]\ntable = "crimes"\n'


def records(text: str) -> list[dict[str, str]]:
    moment = "2026-01-05T10:00"
    return [
        dict(zip(HEAD, row, strict=True))
        for row in (["1", "theft", moment, "door forced"], ["2", "theft", moment, text], ["3", "theft", moment, "none"])
    ]


def as_csv(text: str) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, HEAD, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records(text))
    return stream.getvalue().encode("utf-8")


def as_xlsx(text: str) -> bytes:
    made = openpyxl.Workbook()
    for row in (HEAD, *(list(one.values()) for one in records(text))):
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def as_parquet(text: str) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records(text)), out)
    return out.getvalue()


def as_zip(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("crimes.csv", as_csv(text))
    return out.getvalue()


def as_sqlite(text: str) -> bytes:
    with sqlite3.connect(":memory:") as base:
        base.execute("CREATE TABLE crimes (id TEXT PRIMARY KEY, kind TEXT, start TEXT, mo TEXT)")
        base.executemany("INSERT INTO crimes VALUES (:id, :kind, :start, :mo)", records(text))
        base.commit()
        made: bytes = base.serialize()
    base.close()
    return made


FORMATS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "csv": (".csv", as_csv),
    "xlsx": (".xlsx", as_xlsx),
    "json": (".json", lambda text: json.dumps(records(text)).encode()),
    "json lines": (".jsonl", lambda text: "\n".join(json.dumps(one) for one in records(text)).encode()),
    "json lists": (
        ".json",
        lambda text: json.dumps([one | {"mo": ["x", one["mo"]]} for one in records(text)]).encode(),
    ),
    "parquet": (".parquet", as_parquet),
    "zip": (".zip", as_zip),
    "sqlite": (".sqlite", as_sqlite),
}


def checked(folder: Path, data: bytes, ending: str, **asked: str) -> CheckReport:
    (folder / f"file{ending}").write_bytes(data)
    if ending == ".sqlite":
        (folder / "map.toml").write_text(
            MAP + '[columns]\nid = "id"\nkind = "kind"\nstart = "start"\nmo = "mo"\n', "utf-8"
        )
        asked["column_map"] = str(folder / "map.toml")
    return check(folder / f"file{ending}", kind="crimes", **asked)


def outcome(report: CheckReport) -> str:
    if report.refused:
        return "incident" if "report a security incident to your" in report.reason else "refused"
    return "held" if ceiling.HELD in {one.code for one in report.problems} else "taken"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SECRET: Zebedee will meet", "incident"), ("(TS//SI) Zebedee", "incident"), ("S\u200bECRET//NOFORN", "incident"),
        (IN_DOUBT, "held"), ("(CONFIDENTIAL) Zebedee seen", "held"), ("Top Secret", "held"), ("SECRET", "incident"),
        ("a secret door at Zebedee Lane", "taken"), ("confidential informant Zebedee", "taken"),
    ],
)  # fmt: skip
def test_three_outcomes_in_every_format(tmp_path: Path, form: str, text: str, expected: str) -> None:
    ending, made = FORMATS[form]
    report = checked(tmp_path, made(text), ending)
    if form == "json lists" and expected == "incident":
        # an item of a list may be one of many names
        assert outcome(report) in ({"incident", "held"} if text == "SECRET" else {"incident"})
    else:
        assert outcome(report) == expected
    assert "Zebedee" not in json.dumps(report.as_dict())
    if expected == "held":
        assert (report.exit_code, report.read, report.accepted, report.quarantined) == (3, 3, 2, 1)
        (problem,) = report.problems
        first = 3 if form in {"csv", "xlsx", "zip"} else 2
        assert (problem.row, problem.column, problem.code) == (first, "mo", ceiling.HELD)
        assert "report a security incident" in problem.message


def test_a_record_in_doubt_twice_is_one_record_and_its_other_faults_are_not_told(tmp_path: Path) -> None:
    lines = [
        "id,kind,start,mo,result",
        "1,theft,2026-13-01,SECRET Zebedee seen,Seen by Zebedee SECRET",
        "2,theft,2026-01-05,x,y",
    ]
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n", "utf-8")
    report = check(tmp_path / "a.csv", kind="crimes")
    assert [(one.row, one.column, one.code) for one in report.problems] == [(2, "mo, result", ceiling.HELD)]
    assert (report.read, report.accepted) == (2, 1)


def test_a_record_that_cannot_be_cut_is_held_back_too(tmp_path: Path) -> None:
    for last, expected in (
        ("CONFIDENTIAL", ceiling.HELD),
        ("SECRET Zebedee seen", ceiling.HELD),
        ("end", "too_few_columns"),
    ):
        (tmp_path / "a.csv").write_bytes(as_csv("x") + last.encode() + b"\n")
        report = check(tmp_path / "a.csv", kind="crimes")
        assert [(one.row, one.code) for one in report.problems] == [(5, expected)]
    (tmp_path / "a.csv").write_bytes(as_csv("x") + b"SECRET\n")
    assert outcome(check(tmp_path / "a.csv", kind="crimes")) == "incident"


def test_cells_without_a_value_stay_those_of_their_own_records(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for row in (
        HEAD,
        ["1", "theft", "2026-01-05", IN_DOUBT],
        ["2", "theft", "=1+1", "x"],
        ["3", "theft", "2026-01-05", "x"],
    ):
        made.active.append(row)
    made.save(tmp_path / "a.xlsx")
    report = check(tmp_path / "a.xlsx", kind="crimes")
    assert [(one.row, one.code) for one in report.problems] == [(2, ceiling.HELD), (3, "formula_without_value")]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("SECRET", "incident"), ("CONFIDENTIAL", "refused"), ("SECRET crimes of October", "refused"),
        ("Crimes of Secret Garden Lane", "taken"), ("Classification: Secret", "incident"), ("T O P  S E C R E T", "incident"),
    ],
)  # fmt: skip
def test_a_title_speaks_for_the_whole_file(tmp_path: Path, title: str, expected: str) -> None:
    plain = as_csv("x")
    assert outcome(checked(tmp_path, title.encode() + b"\n" + plain, ".csv")) == expected
    body = {"level": title, "crimes": records("x")}
    assert outcome(checked(tmp_path, json.dumps(body).encode(), ".json")) == expected
    for place in ("row", "sheet", "header", "property"):
        made = openpyxl.load_workbook(io.BytesIO(as_xlsx("x")))
        if place == "row":
            made.active.insert_rows(1)
            made.active["A1"] = title
        elif place == "sheet":
            made.active.title = title.replace(":", " ")
        elif place == "header":
            made.active.oddHeader.center.text = title
        else:
            made.properties.title = title
        made.save(tmp_path / "t.xlsx")
        report = check(tmp_path / "t.xlsx", kind="crimes")
        if (place, title) == ("sheet", "Classification: Secret"):  # a sheet's name holds no colon
            continue
        assert (place, outcome(report)) == (place, expected)
        assert expected == "taken" or "October" not in report.reason


def test_a_file_that_is_an_incident_is_never_told_to_be_mended_first(tmp_path: Path) -> None:
    (tmp_path / "report SECRET.csv").write_bytes(b"SECRET crimes of October\n" + as_csv("SECRET: Zebedee"))
    assert outcome(check(tmp_path / "report SECRET.csv", kind="crimes")) == "incident"


@pytest.mark.parametrize(
    ("cell", "expected", "is_said"),
    [("SECRET", "incident", False), ("CONFIDENTIAL", "refused", False), (IN_DOUBT, "taken", True), ("a secret door", "taken", False)],
)  # fmt: skip
def test_a_sheet_that_is_not_read_and_a_comment_are_said(
    tmp_path: Path, cell: str, expected: str, is_said: bool
) -> None:
    for place in ("sheet", "comment", "two hands"):
        made = openpyxl.load_workbook(io.BytesIO(as_xlsx("x")))
        if place == "comment":
            made.active["A2"].comment = Comment(cell, "me")
        else:
            made.create_sheet("Notes").append([cell])
        made.save(tmp_path / "t.xlsx")
        if place == "two hands":
            _in_two_hands(tmp_path / "t.xlsx", cell)
        report = check(tmp_path / "t.xlsx", kind="crimes")
        assert (place, outcome(report)) == (place, expected)
        assert (place, any("that is not read" in note for note in report.repairs)) == (place, is_said)
        assert "Zebedee" not in json.dumps(report.as_dict())


def test_choices_of_a_drop_down_list_mark_nothing(tmp_path: Path) -> None:
    made = openpyxl.load_workbook(io.BytesIO(as_xlsx("x")))
    choices = DataValidation(type="list", formula1='"OFFICIAL,OFFICIAL-SENSITIVE,SECRET"')
    choices.add("D2:D9")
    made.active.add_data_validation(choices)
    made.active["F2"] = '=IF(D2="SECRET",1,0)'
    made.save(tmp_path / "t.xlsx")
    report = check(tmp_path / "t.xlsx", kind="crimes")
    assert (outcome(report), report.accepted) == ("taken", 3)
    assert not any("not read" in note for note in report.repairs)


def _in_two_hands(path: Path, cell: str) -> None:
    """Write the one text of a sheet in two runs, as Excel does where part of it is bold."""
    runs = f'<r><t>{cell[:3]}</t></r><r><rPr><b/></rPr><t xml:space="preserve">{cell[3:]}</t></r>'
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part.replace(f"<t>{cell}</t>".encode(), runs.encode()))


def test_a_cell_of_the_sheet_that_is_read_is_told_once(tmp_path: Path) -> None:
    report = checked(tmp_path, as_xlsx(IN_DOUBT), ".xlsx")
    assert outcome(report) == "held"
    assert not any("not read" in note for note in report.repairs)
    named = [
        one | {"mo": "x", "location": text}
        for one, text in zip(records(""), ("SECRET", "CONFIDENTIAL", ""), strict=True)
    ]
    made = openpyxl.Workbook()
    for row in ([*HEAD, "location"], *(list(one.values()) for one in named)):
        made.active.append(row)
    made.save(tmp_path / "named.xlsx")
    report = check(tmp_path / "named.xlsx", kind="crimes")
    assert [(one.row, one.column) for one in report.problems] == [(2, "location")]
    assert not any("not read" in note for note in report.repairs)


def test_the_name_of_a_member_refuses_its_archive(tmp_path: Path) -> None:
    for name, expected in (
        ("SECRET.txt", "incident"),
        ("report SECRET.txt", "refused"),
        ("Secret Garden.csv", "taken"),
    ):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("crimes.csv", as_csv("x"))
            archive.writestr(name, as_csv("y"))
        report = check(tmp_path / "a.zip", kind="crimes", members="*.csv")
        assert outcome(report) == expected
        assert expected == "taken" or name not in report.reason


@pytest.mark.parametrize("of", ["archive", "member"])
@pytest.mark.parametrize(
    ("comment", "expected"), [("SECRET", "incident"), (IN_DOUBT, "refused"), ("Secret Garden, weekly", "taken")]
)
def test_the_comment_of_an_archive_speaks_for_all_of_it(tmp_path: Path, of: str, comment: str, expected: str) -> None:
    member = zipfile.ZipInfo("crimes.csv")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        (archive if of == "archive" else member).comment = comment.encode()
        archive.writestr(member, as_csv("x"))
    report = check(tmp_path / "a.zip", kind="crimes")
    assert outcome(report) == expected
    assert "Zebedee" not in str(report.as_dict())


@pytest.mark.parametrize("ending", ["geojson", "gpkg"])
def test_an_area_in_doubt_refuses_all_areas_since_none_may_be_missing(
    folder: Path, ask: Callable[..., Request], ending: str
) -> None:
    square = shapely.box(400000, 300000, 401000, 301000)
    for note, fault in (("SECRET: Zebedee", SecurityIncident), (IN_DOUBT, InputRefused)):
        columns = {"code": ["W1"], "name": ["One"], "note": [note]}
        gpd.GeoDataFrame(columns, geometry=[square], crs="EPSG:27700").to_file(folder / f"w.{ending}", engine="pyogrio")
        with pytest.raises(InputRefused) as caught:
            loader("areas").read(ask("areas", levels=[{"level": "ward", "file": f"w.{ending}"}]))
        assert type(caught.value) is fault
        assert "Zebedee" not in str(caught.value)
        (folder / f"w.{ending}").unlink()


def test_a_database_table_is_no_other(tmp_path: Path) -> None:
    (tmp_path / "d.sqlite").write_bytes(as_sqlite(IN_DOUBT))
    (tmp_path / "map.toml").write_text(MAP + '[columns]\nid = "id"\nkind = "kind"\nstart = "start"\n', "utf-8")
    asked = {"kind": "crimes", "database": f"sqlite:///{tmp_path / 'd.sqlite'}", "column_map": tmp_path / "map.toml"}
    report = check(tmp_path, **asked)  # type: ignore[arg-type]
    assert outcome(report) == "held"
    assert report.accepted == 2


def test_what_is_held_is_not_copied_to_be_corrected(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(as_csv(IN_DOUBT) + b"4,theft,2026-13-01,x\n")
    report = check(tmp_path / "a.csv", kind="crimes", quarantine=tmp_path / "rest.csv")
    assert report.quarantined == 2
    lines = (tmp_path / "rest.csv").read_text("utf-8-sig").splitlines()
    assert lines == [",".join(HEAD), "4,theft,2026-13-01,x"]
    (tmp_path / "b.csv").write_bytes(as_csv(IN_DOUBT))
    check(tmp_path / "b.csv", kind="crimes", quarantine=tmp_path / "none.csv")
    assert not (tmp_path / "none.csv").exists()


def test_the_store_keeps_nothing_of_what_is_held_and_takes_it_corrected(small_workspace: Path) -> None:
    def ingest(name: str, text: str, *more: str) -> str:
        (small_workspace / name).write_bytes(as_csv(text))
        words = [str(small_workspace / name), "--as", "crimes", "--workspace", str(small_workspace), *more]
        done = CliRunner().invoke(app, ["ingest", *words])
        assert done.exit_code == (3 if text == IN_DOUBT else 0), done.output
        return done.output

    told = ingest("crimes.csv", IN_DOUBT, "--json")
    assert [(one["read"], one["accepted"]) for one in json.loads(told)["files"]] == [(3, 2)]
    # nowhere, not even in the account, the quarantine or the audit
    (small_workspace / "crimes.csv").unlink()
    for path in small_workspace.rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            if path.suffix == ".parquet":
                body = repr(pq.read_table(path).to_pydict()).encode()
            assert b"Zebedee" not in body, path
    assert "Zebedee" not in told
    told = ingest("crimes.csv", IN_DOUBT.lower(), "--json")
    assert [(one["read"], one["accepted"]) for one in json.loads(told)["files"]] == [(3, 3)]
