"""Markings above the ceiling are found however and wherever they are written, and prose that speaks of a secret is not."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from intelnb.errors import SecurityIncident
from intelnb.intake import ceiling, delimited, marked
from intelnb.intake.request import Request
from intelnb.load.check import check
from intelnb.load.kinds import loader

ABOVE = [
    "SECRET", "Secret", "Top Secret", "top secret", "UK SECRET", "TOP-SECRET", "TOP_SECRET", "Secret - UK Eyes Only",
    "SECRET - HMG ONLY", "TOP SECRET/STRAP", "Top Secret STRAP1", "OFFICIAL, SECRET", "OFFICIAL-SENSITIVE/SECRET",
    "(SECRET) target will meet", "[SECRET] target", "(Secret) target will meet", "<SECRET> he", "{SECRET} he",
    "UK SECRET target", "UK SECRET TARGET WILL MEET", "SECRET//NOFORN", "SECRET: source says", "SECRET; source says",
    "SECRET target will meet", "SECRET | target", "SECRET \u2013 target", "SECRET) target", "SECRET STRAP1 target",
    "Seen in town. SECRET: source says he left", "He left at nine. SECRET", "SECRET\nHe left at nine",
    "A first paragraph.\n(SECRET) A second one", "a text (TOP SECRET) and more", "[UK TOP SECRET//STRAP] he",
    "Classification: Secret", "Security Classification: secret", "marking=SECRET", '{"classification": "SECRET"}',
    "Protective Marking,SECRET", "Classification: CONFIDENTIAL", "*** SECRET ***", "NATO SECRET", "SECRET UKEO",
    "SECRET - PERSONAL DATA", "TOP SECRET - DRAGON",
]  # fmt: skip
PROSE = [
    "secret", "a secret compartment", "Secret Garden Lane", "The secret garden", "SECRETARY OF STATE", "Secretary",
    "he kept a secret", "SECRET COMPARTMENT IN VAN", "SECRET HIDEAWAY BAR", "TOP SECRET COMEDY CLUB, DRURY LANE",
    "Top Secret Comedy Club", "Official Secrets Act 1989", "confidential", "restricted", "CONFIDENTIAL",
    "Called a confidential hotline", "he was in a restricted area", "Victoria's Secret", "VICTORIA'S SECRET, HIGH STREET",
    "SECRET-AGENT COSTUME STOLEN", "SECRET/HIDDEN DRAWER FORCED", "SECRET, HIDDEN ROOM", "trade secrets (secret formula)",
    "a document marked SECRET was found on a train", "a sticker saying TOP SECRET on the bag", "(secret) panel",
    "UK SECRET SERVICE AGENT IMPERSONATED", "Secret camera found in changing room", "SECRET SANTA GIFTS TAKEN",
    "Secret recording of a meeting, and a secret door", "property marking, secret location used", "official secret",
    "not secret", "Found a secret (hidden) door. Secret tunnel below", "the classification of a secret",
]  # fmt: skip
CSV = "urn,received,scheme,source_grade,information_grade,handling,{},text\nU1,2026-01-02,3x5x2,1,A,P,{},x\n"


@pytest.mark.parametrize("text", ABOVE)
def test_what_bears_a_marking_is_found_in_a_column_of_any_kind(text: str) -> None:
    data = f"id,mo\n1,ok\n2,{json.dumps(text, ensure_ascii=False).replace(chr(92) + 'n', chr(10)).replace(chr(92), chr(34))}\n".encode()
    found = delimited.scan(data, name="x.csv")
    with pytest.raises(SecurityIncident) as caught:
        ceiling.refuse_above(data, found, marking_headings=(), name="x.csv")
    assert text not in str(caught.value)


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_no_marking(text: str) -> None:
    data = f'id,mo,location\n1,ok,"{text}"\n2,"{text}",ok\n'.encode()
    found = delimited.scan(data, name="x.csv")
    ceiling.refuse_above(data, found, marking_headings=(), name="x.csv")
    assert not marked.is_above(f"On Monday {text} was seen, and then he left by car.")


@pytest.mark.parametrize(
    "heading",
    ["Classification", "Security Classification", "Protective Security", "Sensitivity", "Sensitivity Label", "GSC", "GPMS",
     "Protective Marking", "classification_level", "meta.securityClassification", "Security"],
)  # fmt: skip
@pytest.mark.parametrize("cell", ["Secret - UK Eyes Only", "CONFIDENTIAL", "secret", "TS", "Confidential"])
def test_a_column_headed_as_one_of_markings_is_one(tmp_path: Path, heading: str, cell: str) -> None:
    (tmp_path / "a.csv").write_text(CSV.format(heading, cell), "utf-8")
    report = check(tmp_path / "a.csv", kind="logs")
    assert "security incident" in report.reason
    (tmp_path / "a.csv").write_text(CSV.format(heading, "Official-Sensitive"), "utf-8")
    assert not check(tmp_path / "a.csv", kind="logs").refused


@pytest.mark.parametrize(
    "heading", ["Home Office Classification", "Crime Classification", "Offence Classification", "Property Marking", "Classification"]
)  # fmt: skip
def test_a_column_of_offences_is_not(tmp_path: Path, heading: str) -> None:
    (tmp_path / "a.csv").write_text(CSV.format(heading, "Disclosing confidential information"), "utf-8")
    assert not check(tmp_path / "a.csv", kind="logs").refused


def test_a_column_is_one_of_markings_where_other_cells_of_it_are(tmp_path: Path) -> None:
    head = "id,kind,start,level\n1,theft,2026-01-05,{}\n2,theft,2026-01-05,{}\n"
    for first, second, refused in (
        ("Official", "Confidential", True),
        ("Official", "secret", True),
        ("Low", "Confidential", False),
    ):
        (tmp_path / "a.csv").write_text(head.format(first, second), "utf-8")
        assert check(tmp_path / "a.csv", kind="crimes").refused is refused


LOG = {"urn": "U1", "received": "2026-01-02", "scheme": "3x5x2", "handling": "P", "marking": "OFFICIAL", "text": "x"}


@pytest.mark.parametrize(
    "body",
    [
        {"classification": "SECRET", "logs": [LOG]},
        {"marking": "TOP SECRET", "records": [LOG]},
        {"about": {"handling": {"gsc": "confidential"}}, "logs": [LOG]},
        {"title": ["Logs", "(SECRET) Operation"], "logs": [LOG]},
        {"SECRET": 1, "logs": [LOG]},
        {"marking": "SECRET", "a": [LOG], "b": [LOG]},  # refused in any case, and yet an incident
        {"marking": "SECRET", "logs": []},
        [{**LOG, "notes": [{"classification": "SECRET"}]}],
        [{**LOG, "notes": [{"said": "TOP SECRET"}]}],
        [{**LOG, "about": {"classification": "Secret"}}],
    ],
)
def test_what_stands_round_the_records_of_json_is_searched(tmp_path: Path, body: object) -> None:
    (tmp_path / "a.json").write_text(json.dumps(body).replace("SECRET", "\\u0053ECRET"), "utf-8")
    report = check(tmp_path / "a.json", kind="logs")
    assert "security incident" in report.reason
    assert not report.problems
    assert "Operation" not in str(report.as_dict())


def test_an_envelope_that_speaks_of_a_secret_is_none(tmp_path: Path) -> None:
    body = {"title": "Logs of Secret Garden Lane", "classification": "OFFICIAL", "logs": [LOG]}
    (tmp_path / "a.json").write_text(json.dumps(body), "utf-8")
    assert check(tmp_path / "a.json", kind="logs").read == 1


def test_a_workbook_of_several_sheets_is_an_incident_before_anything_of_it_is_told(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.title = "Operation Name"
    for sheet in (made.active, made.create_sheet("Two")):
        sheet.append(["id", "kind", "start"])
    made["Two"].append(["1", "SECRET", "2026-01-05"])
    made.save(tmp_path / "a.xlsx")
    report = check(tmp_path / "a.xlsx", kind="crimes")
    assert "security incident" in report.reason
    assert "Operation" not in report.reason


def test_what_a_parquet_file_says_of_itself_is_searched(tmp_path: Path) -> None:
    table = pa.table({"id": ["1"], "kind": ["theft"], "start": ["2026-01-05"]})
    pq.write_table(table.replace_schema_metadata({"classification": "Secret"}), tmp_path / "a.parquet")
    assert "security incident" in check(tmp_path / "a.parquet", kind="crimes").reason
    pq.write_table(table.replace_schema_metadata({"classification": "Official"}), tmp_path / "a.parquet")
    assert not check(tmp_path / "a.parquet", kind="crimes").refused


SQUARE = shapely.box(400000, 300000, 401000, 301000)


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp"])
@pytest.mark.parametrize("told", [{"marking": "SECRET"}, {"class": "(SECRET) beat"}, {"sensitivit": "Confidential"}])
def test_properties_of_areas_are_searched(
    folder: Path, ask: Callable[..., Request], ending: str, told: dict[str, str]
) -> None:
    for values, refused in ((told, True), (dict.fromkeys(told, "Secret Garden"), False)):
        columns = {
            "code": ["W1"],
            "name": ["One"],
            **{key.replace("sensitivit", "gsc"): [v] for key, v in values.items()},
        }
        if not refused:
            columns = {key: value for key, value in columns.items() if key not in {"marking", "gsc"}} | {
                "note": ["Secret Garden"]
            }
        gpd.GeoDataFrame(columns, geometry=[SQUARE], crs="EPSG:27700").to_file(folder / f"w.{ending}", engine="pyogrio")
        asked = ask("areas", levels=[{"level": "ward", "file": f"w.{ending}"}])
        if not refused:
            assert len(loader("areas").read(asked).table) == 1
            continue
        with pytest.raises(SecurityIncident) as caught:
            loader("areas").read(asked)
        assert not any(text in str(caught.value) for text in values.values())
        (folder / f"w.{ending}").unlink()


def test_a_deleted_row_and_the_metadata_of_areas_are_searched(folder: Path, ask: Callable[..., Request]) -> None:
    table = gpd.GeoDataFrame(
        {"code": ["W1", "W2"], "name": ["One", "SECRET"]}, geometry=[SQUARE, SQUARE], crs="EPSG:27700"
    )
    table.to_file(folder / "w.shp", engine="pyogrio")
    body = bytearray((folder / "w.dbf").read_bytes())
    header, width = struct.unpack("<HH", body[8:12])
    body[header + width : header + width + 1] = b"*"
    (folder / "w.dbf").write_bytes(bytes(body))
    with pytest.raises(SecurityIncident):
        loader("areas").read(ask("areas", levels=[{"level": "ward", "file": "w.shp"}]))
    table.iloc[:1].to_file(folder / "w.gpkg", engine="pyogrio")
    with sqlite3.connect(folder / "w.gpkg") as base:
        base.execute("UPDATE gpkg_contents SET description = 'SECRET - beats'")
    base.close()
    with pytest.raises(SecurityIncident):
        loader("areas").read(ask("areas", levels=[{"level": "ward", "file": "w.gpkg"}]))
    body_json = json.loads(table.iloc[:1].to_json())
    (folder / "w.geojson").write_text(json.dumps({**body_json, "classification": "Secret"}), "utf-8")
    with pytest.raises(SecurityIncident):
        loader("areas").read(ask("areas", levels=[{"level": "ward", "file": "w.geojson"}]))
