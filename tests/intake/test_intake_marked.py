"""Markings above the ceiling are found however and wherever they are written, and prose that speaks of a secret is not."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from intelnb.errors import InputRefused, SecurityIncident
from intelnb.intake import ceiling, delimited, marked
from intelnb.intake.request import Request
from intelnb.load.check import check
from intelnb.load.kinds import loader

REFUSED = [
    "SECRET", "UK SECRET", "TOP-SECRET", "TOP_SECRET", "TOPSECRET", "Secret - UK Eyes Only", "Top Secret STRAP1",
    "SECRET - HMG ONLY", "TOP SECRET/STRAP", "OFFICIAL, SECRET", "OFFICIAL-SENSITIVE/SECRET", "*** SECRET ***",
    "(SECRET) target will meet", "[SECRET] target", "<SECRET> he", "{SECRET} he", "[UK TOP SECRET//STRAP] he",
    "UK SECRET target", "SECRET//NOFORN", "SECRET: source says", "SECRET; source says", "SECRET | target",
    "SECRET) target", "SECRET STRAP1 target", "SECRET STRAP1 TARGET", "He is known. SECRET: source says he left",
    "He left at nine. SECRET", "SECRET\nHe left at nine", "A first paragraph.\n(SECRET) A second one",
    "Classification: Secret", "Security Classification: secret", "marking=SECRET", '{"classification": "SECRET"}',
    "Protective Marking,SECRET", "Classification: CONFIDENTIAL", "Classification level: Top Secret",
    "Classification (GSC): SECRET", "Classified: SECRET", "NATO SECRET", "SECRET UKEO", "SECRET - PERSONAL DATA",
    "CONFIDENTIAL - UK EYES ONLY", "NATO CONFIDENTIAL", "CONFIDENTIAL UKEO", "(CONFIDENTIAL//NOFORN) target",
    "\uff33\uff25\uff23\uff32\uff25\uff34", "S\u200bECRET", "SE\u00adCRET", "S\u0332E\u0332C\u0332R\u0332E\u0332T\u0332",
    "\U0001d412\U0001d404\U0001d402\U0001d411\U0001d404\U0001d413", "SEC\u2060RET: he", "<b>SECRET</b>", "<p>SECRET</p>",
    "&#83;ECRET - UKEO SECRET", "(TS//SI) target", "met (TS//SI//NF) again", "(S//NF) target", "(TS/STRAP) target",
    "SECRET UK EYES ONLY", "Secret//Noforn", "COSMIC TOP SECRET", "SECRET UE", "SECRET 12 PERSONAL DATA", "** SECRET **\nHe",
    "Marking: SECRET - he left", "GSC - Top Secret", "OFFICIAL; SECRET", "(SECRET//UKEO)",
    "the attached is SECRET//NF and", "THE ATTACHED IS TOP SECRET // SI AND", "it is TOPSECRET//STRAP so",
]  # fmt: skip
HELD = [
    "Secret", "Top Secret", "(Secret) target will meet", "Confidential", "CONFIDENTIAL", "(SECRET)", "(TOP SECRET)",
    "(CONFIDENTIAL) target seen", "CONFIDENTIAL: source says", "CONFIDENTIAL target seen", "COMMERCIAL - CONFIDENTIAL",
    "SECRET target will meet", "SECRET compartment found", "SECRET filming of neighbour", "SECRET \u2013 target",
    "TOP SECRET nightclub", "TOP SECRET - nightclub", "TOP SECRET - DRAGON", "TOP SECRET COMEDY CLUB, DRURY LANE",
    "a text (TOP SECRET) and more", "Tattoo reads (SECRET)", "Deodorant - SECRET", "DEODORANT - SECRET", "seen by us SECRET",
    "UK SECRET TARGET WILL MEET", "SECRET COMPARTMENT IN VAN", "SECRET HIDEAWAY BAR", "SECRET/HIDDEN DRAWER FORCED",
    "SECRET, HIDDEN ROOM", "a document marked SECRET was found on a train", "classified SECRET", "It was graded as SECRET by him",
    "What is it called? SECRET", "Chanel; SECRET; Dior", "ring;SECRET", "Seen at nine. SECRET meeting held", "'SECRET'",
    "SECRET?", "upgraded to SECRET on review", "Handling: SECRET do not copy", "CLASS:SECRET;REF:1", "Classification: SECRET target seen", "<b>SECRET</b> target seen", "SECRET\u00a0target seen", "(TS) target seen", "Brand: SECRET", "Page 1 of 2 SECRET",
    "\u2022 SECRET compartment", "(CONFIDENTIAL) INFORMANT", "SECRET Lane", "SECRET sauce stolen", "VAN STOPPED. SECRET HOLD FOUND",
    "S\u200bECRET target seen", "Top Secret.", "SECRET & hidden", "SECRET door\nopened",
    "THIS DOCUMENT IS SECRET.", "THIS REPORT IS TOP SECRET", "END OF REPORT SECRET", "NO MORE TO ADD. END OF LOG TOP SECRET.",
    "INFORMATION IS SECRET AND MUST NOT BE SHARED", "THE INFORMATION IN IT IS SECRET AND MUST NOT", "CLASSIFICATION SECRET",
    "LOG CLASSIFICATION TOP SECRET REF 12", "PROTECTIVE MARKING SECRET PAGE 1", "GSC SECRET REF 1", "the file is SECRET and must not go",
    "This document is TOP SECRET and must not", "attached TOP SECRET report", "SEE THE ATTACHED TOP SECRET REPORT",
    "a sticker saying TOP SECRET on the bag", "went to TOP SECRET nightclub at nine", "the attached is SECRET//ODD and",
    "see Secret//x for it", "END OF REPORT SECRET\nPAGE 2", "WE KEPT WATCH SECRET", "LOG IS CLASSED SECRET AND SO", "HANDLE AS SECRET AND LOCK", "GRADING SECRET SEE P2", "ALL OF THIS IS TOP SECRET NOW",
]  # fmt: skip
TAKEN = [
    "secret", "top secret", "a secret compartment", "Secret Garden Lane", "The secret garden", "SECRETARY OF STATE",
    "Secretary", "he kept a secret", "Top Secret Comedy Club", "Official Secrets Act 1989", "confidential", "restricted",
    "Called a confidential hotline", "he was in a restricted area", "Victoria's Secret", "VICTORIA'S SECRET, HIGH STREET",
    "bag from VICTORIA'S SECRET", "SECRET-AGENT COSTUME STOLEN", "trade secrets (secret formula)", "(secret) panel",
    "UK SECRET SERVICE AGENT IMPERSONATED", "TOLD HER IT WAS THEIR SECRET", "HE SAID TO KEEP IT SECRET", "THEY MET IN SECRET",
    "BAG TAKEN FROM VICTORIAS SECRET", "THERE IS A SECRET DOOR", "THE VAN HAS SECRET COMPARTMENTS", "CALLER WISHES TO REMAIN CONFIDENTIAL",
    "the file is secret and must not go", "the attached top secret report", "he used a secret//hidden door", "a coat size S // UK 10",
    "UK SECRET SANTA", "Secret camera found in changing room", "SECRET SANTA GIFTS TAKEN", "SECRET GARDEN WALL DAMAGED",
    "Secret recording of a meeting, and a secret door", "property marking, secret location used", "official secret",
    "not secret", "Found a secret (hidden) door. Secret tunnel below", "the classification of a secret", "IT WAS A SECRET",
    "FOUND A SECRET COMPARTMENT IN VAN", "CONFIDENTIAL HOTLINE CALLED", "CONFIDENTIAL INFORMATION RECEIVED", "informant (confidential)",
    "Confidential waste bin set alight", "Confidential informant", "TS", "Theft from shop (TS) at nine", "U/S//no fault found",
    "Crime classification: TS", "secretly filmed", "SECRETED IN SHOE", "secreted about his person", "Seen at SECRETS, HIGH STREET",
    "Op SECRET SQUIRREL", "a non-secret matter", "in confidence", "strictly private and confidential", "Secret Cinema, Secret Santa; secret door",
    "Confidentiality agreement breached", "\u00a320 secret stash \u2013 taken", "caf\u00e9 Secreto", "https://secret.example/", "",
]  # fmt: skip
CSV = "urn,received,scheme,source_grade,information_grade,handling,{},text\nU1,2026-01-02,3x5x2,1,A,P,{},x\n"


OUTCOMES = [("refused", REFUSED), ("held", HELD), ("taken", TAKEN)]
CASES = [(text, outcome) for outcome, texts in OUTCOMES for text in texts]


def outcome_of(data: bytes, *, name: str = "x.csv", mapped: tuple[str, ...] = ()) -> str:
    """What becomes of a file whose second record is the one in question."""
    cut = delimited.scan(data, name=name)
    try:
        found = ceiling.taken(data, cut, marking_headings=mapped, name=name)
    except SecurityIncident:
        return "refused"
    assert found.read == cut.read
    held = [bad for bad in found.rejected if bad.code == ceiling.HELD]
    assert all(not bad.text for bad in held)
    return "held" if held else "taken"


def csv_of(heading: str, cells: Sequence[str]) -> bytes:
    stream = io.StringIO()
    rows = [["id", heading, "note"], *([f"c{i}", cell, "seen"] for i, cell in enumerate(cells))]
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode("utf-8")


@pytest.mark.parametrize(("text", "outcome"), CASES)
def test_three_outcomes_of_a_text_in_a_column_of_any_kind(text: str, outcome: str) -> None:
    assert outcome_of(csv_of("mo", ["door forced", text, "window forced"])) == outcome
    if outcome == "taken":
        assert marked.judged(f"On Monday {text} was seen, and then he left by car.") == marked.NOT


@pytest.mark.parametrize("text", [text for text in HELD if "\n" not in text])
def test_what_is_held_is_taken_once_it_is_written_in_small_letters(text: str) -> None:
    assert outcome_of(csv_of("mo", ["door forced", text.lower()])) == "taken"


@pytest.mark.parametrize(
    ("heading", "cells", "outcome"),
    [
        ("Sec Class", ["CONFIDENTIAL"], "refused"), ("Sec Class", ["OFFICIAL", "secret"], "refused"),
        ("Prot. Mark", ["CONFIDENTIAL"], "refused"), ("Prot. Mark", ["SECRET until 2031"], "refused"),
        ("PM", ["CONFIDENTIAL"], "held"), ("PM", ["SECRET"], "refused"), ("PM", ["OFFICIAL", "Confidential"], "refused"),
        ("Handling", ["CONFIDENTIAL"], "held"), ("Handling", ["SECRET"], "refused"), ("level", ["Low", "Confidential"], "held"),
        ("Security Marking", ["OFFICIAL (upgraded to SECRET)"], "refused"), ("Security Marking", ["OFFICIAL (SECRET FILE)"], "held"),
        ("Security Marking", ["OFFICIAL (confidential informant)"], "held"), ("Protective Marking", ["(S)"], "refused"),
        ("marking", ["secret until 2031"], "held"), ("Protective Marking", ["TS"], "refused"),
        ("Classification", ["TS", "BD", "VC"], "taken"), ("Security", ["TS", "BD"], "taken"), ("Security level", ["BD", "TS"], "taken"),
        ("Classification", ["TS", "OFFICIAL"], "refused"), ("Classification", ["", "TS"], "refused"),
        ("Security Class", ["TS", "BD"], "held"), ("Security level", ["Secret", "BD"], "refused"),
        ("Markings", ["Secret tattoo", "scar"], "taken"), ("Markings", ["SECRET TATTOO"], "held"),
        ("Scars and markings", ["Secret tattoo"], "taken"), ("Body marking", ["Tattoo reads (SECRET)"], "held"),
        ("Protective Marking", ["O", "S"], "refused"), ("Protective Marking", ["S"], "held"), ("Classification", ["S", "BD"], "taken"),
        ("Classification", ["Public", "Confidential"], "held"), ("Classification", ["Public", "Secret"], "refused"),
        ("Protective Marking", ["NPM", "Confidential"], "refused"), ("Complainant", ["CONFIDENTIAL"], "taken"),
        ("Location", ["SECRET LANE"], "taken"), ("Location notes", ["SECRET LANE"], "held"), ("Item", ["SECRET"], "held"),
        ("Alias", ["SECRET UKEO"], "refused"), ("Confidential", ["Y"], "taken"), ("Venue", ["TOP SECRET NIGHTCLUB"], "taken"),
        ("Alias", ["Top Secret"], "taken"), ("Alias", ["TOP SECRET"], "held"), ("Venue", ["(TOP SECRET)"], "taken"),
        ("Address", ["CONFIDENTIAL"], "taken"), ("Brand", ["SECRET"], "held"), ("Alias", ["SECRET: he left"], "refused"),
        ("Crime Classification", ["Secret"], "held"), ("Data sensitivity", ["confidential"], "refused"),
        ("Handling", ["Disclosing confidential information"], "taken"), ("SECRET", ["x"], "refused"),
        ("CONFIDENTIAL", ["Y"], "taken"), ("notes", ['["a", "SECRET"]'], "refused"), ("notes", ['[{"level": "CONFIDENTIAL"}]'], "held"),
    ],
)  # fmt: skip
def test_three_outcomes_of_a_column_by_its_heading_and_its_other_cells(
    heading: str, cells: list[str], outcome: str
) -> None:
    assert outcome_of(csv_of(heading, ["", *cells])) == outcome


@pytest.mark.parametrize("heading", ["Protective Marking", "GSC", "Security Classification"])
@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        (["OS", "TS", "OS", "TS"], "refused"), (["OS", "S"], "refused"), (["Off-Sens", "S", "TS"], "refused"), (["O/S", "S"], "refused"),
        (["NPM", "S"], "refused"), (["Unmarked", "S"], "refused"), (["OS", "SEC"], "refused"), (["O", "OS", "S"], "refused"),
        (["OFFICIAL", "S"], "refused"), (["R", "S"], "refused"), (["P", "TS"], "refused"), (["RESTRICTED", "S"], "refused"),
        (["O/S [COMMERCIAL]", "S"], "refused"), (["Off. Sens.", "SEC"], "refused"), (["TS", "TS"], "refused"), (["S", "TS"], "refused"),
        (["N/A", "TS"], "held"), (["N/A", "S"], "held"), (["", "S"], "held"), (["S", "S"], "held"), (["SEC"], "held"),
        (["OS", "s"], "held"), (["S//NF"], "held"), (["UK S", "OS"], "held"), (["T/S"], "held"), (["Top Sec", "BD"], "held"),
        (["C", "R"], "held"), (["OS", "T.S."], "refused"), (["OS", "SECR"], "refused"), (["Secr"], "held"), (["OS", "Conf"], "held"), (["S until 2031", "O"], "held"), ([*"ABDEFGHIJK", "S"], "held"),
        (["BD", "VC", "AR", "RB", "CD", "SEC"], "held"), (["BD", "VC", "AR", "RB", "CD", "TS"], "held"),
        (["OS", "O/S", "NPM", "R", "P", "Off-Sens"], "taken"), (["SR", "SX", "TSX", "CONFIRMED", "SECTOR", "O-S"], "taken"),
    ],
)  # fmt: skip
def test_letters_in_a_column_surely_of_markings_are_never_taken_for_codes(
    heading: str, cells: list[str], outcome: str
) -> None:
    assert outcome_of(csv_of(heading, cells)) == outcome
    # the map makes it as sure, and surer of TS
    is_ts = "TS" in cells
    assert outcome_of(csv_of("col7", cells), mapped=("col7",)) == ("refused" if is_ts else outcome)


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        (["OS", "TS", "OS"], "held"), (["Off-Sens", "S"], "held"), (["NPM", "SEC"], "held"), (["O", "S"], "refused"),
        (["R", "B", "TS"], "taken"), (["BD", "VC", "S"], "taken"), (["BD", "SEC"], "taken"), (["OFFICIAL", "T/S"], "refused"), (["BD", "T.S."], "taken"), (["C", "BD"], "taken"),
    ],
)  # fmt: skip
def test_letters_in_a_column_that_may_be_of_markings_are_judged_by_its_other_cells(
    cells: list[str], outcome: str
) -> None:
    assert outcome_of(csv_of("Classification", cells)) == outcome


@pytest.mark.parametrize(
    ("cell", "outcome"),
    [
        ("secret", "refused"), ("secret until 2031", "refused"), ("OFFICIAL (confidential informant)", "held"), ("TS", "refused"),
        ("OFFICIAL (SECRET FILE)", "refused"), ("(S)", "refused"), ("Official-Sensitive", "taken"), ("RESTRICTED", "taken"),
    ],
)  # fmt: skip
def test_three_outcomes_of_a_column_the_map_says_is_of_markings(cell: str, outcome: str) -> None:
    assert outcome_of(csv_of("col7", ["BD", cell]), mapped=("col7",)) == outcome


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("SECRET.csv", SecurityIncident), ("[SECRET] crimes.csv", SecurityIncident), ("TOPSECRET.csv.gz", SecurityIncident),
        ("a.zip/SECRET/crimes.csv", SecurityIncident), ("report SECRET.csv", InputRefused), ("SECRET_crimes.csv", InputRefused),
        ("crimes.CONFIDENTIAL.csv", InputRefused), ("secret_santa.csv", None), ("Secret Garden.csv", None),
    ],
)  # fmt: skip
def test_the_name_of_a_file_is_a_text_too(name: str, outcome: type[Exception] | None) -> None:
    data = csv_of("mo", ["x"])
    if outcome is None:
        assert outcome_of(data, name=name) == "taken"
        return
    with pytest.raises(InputRefused) as caught:
        ceiling.taken(data, delimited.scan(data, name=name), marking_headings=(), name=name)
    assert type(caught.value) is outcome


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
        {"code": ["W1", "W2"], "name": ["One", "SECRET UKEO"]}, geometry=[SQUARE, SQUARE], crs="EPSG:27700"
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
        base.execute("UPDATE gpkg_contents SET description = 'SECRET: beats'")
    base.close()
    with pytest.raises(SecurityIncident):
        loader("areas").read(ask("areas", levels=[{"level": "ward", "file": "w.gpkg"}]))
    body_json = json.loads(table.iloc[:1].to_json())
    (folder / "w.geojson").write_text(json.dumps({**body_json, "classification": "Secret"}), "utf-8")
    with pytest.raises(SecurityIncident):
        loader("areas").read(ask("areas", levels=[{"level": "ward", "file": "w.geojson"}]))
