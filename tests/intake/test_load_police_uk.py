"""Published crimes, outcomes and searches: read without a map, months as wide as they are, times on local clocks."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from intelnb.errors import SettingsError, UsageError
from intelnb.intake import layouts
from intelnb.intake.request import Request
from intelnb.intake.source import Ledger, Loaded
from intelnb.load.check import check
from intelnb.load.kinds import loader
from intelnb.records import Clearance

STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
OUTCOMES = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type"
SEARCHES = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,"
    "Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome,"
    "Outcome linked to object of search,Removal of more than just outer clothing"
)
LOOKUP = {"files": "lookup.csv", "layout": "ons-lsoa-2011-2021"}
# the small workspace lies about here
AT = "-1.99,52.6"


def street(crime_id: str = "", kind: str = "Burglary", at: str = AT, lsoa: str = "E01", month: str = "2025-02") -> str:
    return f"{crime_id},{month},Invented Police,Invented Police,{at},On or near Dane Hill,{lsoa},X 001A,{kind},,"


def search(when: str, *, age: str = "25-34", at: str = "52.6,-1.99") -> str:
    return f"Person search,{when},False,,{at},Male,{age},Not stated,White,Some Act (section 1),Stolen goods,Arrest,,"


def written(folder: Path, name: str, head: str, *lines: str) -> str:
    (folder / name).write_text("\r\n".join([head, *lines, ""]), "utf-8")
    return name


def read(request: Request) -> Loaded:
    return loader(request.kind).read(request)


@pytest.fixture
def full(clearance: Callable[..., Clearance]) -> Clearance:
    return clearance(sources=("crimes", "outcomes", "searches", "incidents"))


def test_a_street_file_makes_crimes(folder: Path, ask: Callable[..., Request]) -> None:
    name = written(
        folder, "2025-02-invented-street.csv", STREET,
        street("a1"), street(kind="Anti-social behaviour"), street(kind="Anti-social behaviour"), street("a1"),
        street("a2", at=",", lsoa=""), street("a3", at="1.0,51.0"),
    )  # fmt: skip
    loaded = read(ask("police-uk-street", files=name))
    table = loaded.table
    assert loaded.source.ledger == Ledger(read=6, accepted=6, used=6)
    assert table["kind"].tolist()[:2] == ["burglary", "anti-social behaviour"]
    assert {str(t) for t in table["start"]} == {"2025-02-01 00:00:00"}
    assert {str(t) for t in table["end"]} == {"2025-02-28 23:59:59"}
    assert (table["accuracy_m"] == 500).all()
    assert table["area"].tolist() == ["E01", "E01", "E01", "E01", "", "E01"]
    assert table["placed_by"].tolist() == ["point"] * 4 + ["unplaced", "point"]
    assert table["ward"].tolist() == ["W1"] * 4 + ["", ""]
    assert loaded.source.repairs == (
        "1 crime with a point outside every force: kept, and placed in none",
        "2 crimes have no id: kept",
        "1 crime repeats the id of another: kept",
        "2 crimes are like another in every column: kept",
    )


def test_settings_may_say_that_crimes_are_in_this_layout(folder: Path, ask: Callable[..., Request]) -> None:
    name = written(folder, "s.csv", STREET, street("a1"), street("a2", kind="Public disorder and weapons"))
    by_layout = read(ask("crimes", files=name, layout="police-uk-street"))
    assert by_layout.source.digest == read(ask("police-uk-street", files=name)).source.digest
    assert by_layout.table["kind"].tolist() == ["burglary", "public disorder and weapons"]
    with pytest.raises(UsageError, match=r"'police' is not a layout of crimes.*police-uk-street"):
        read(ask("crimes", files=name, layout="police"))
    with pytest.raises(UsageError, match=r"not a layout of logs.*column map"):
        read(ask("logs", files=name, layout="police-uk-street"))


def test_a_file_in_another_layout_is_refused_by_its_headings(folder: Path, ask: Callable[..., Request]) -> None:
    written(folder, "s.csv", STREET.replace("Crime type", "Offence"), street("a1"))
    with pytest.raises(SettingsError, match=r"s\.csv is not laid out as police-uk-street: no heading 'Crime type'"):
        read(ask("police-uk-street", files="s.csv"))
    report = check(folder / "s.csv", kind="police-uk-street")
    assert (report.exit_code, report.refused) == (1, True)


def test_a_crime_type_nobody_knows_is_named(folder: Path, ask: Callable[..., Request]) -> None:
    written(folder, "s.csv", STREET, street("a1"), street("a2", kind="Piracy"))
    report = check(folder / "s.csv", kind="police-uk-street")
    assert (report.read, report.accepted, report.exit_code) == (2, 1, 3)
    assert [(p.row, p.column, p.code) for p in report.problems] == [(3, "Crime type", "unknown_code")]
    assert "Piracy" in report.problems[0].message


def test_years_on_the_national_grid_are_not_taken_for_degrees(folder: Path, ask: Callable[..., Request]) -> None:
    head = "Month,Reported by,Falls within,Easting,Northing,Location,Crime type,Context"
    written(folder, "2011.csv", head, "2011-05,P,P,400500,300500,On or near X,Violent crime,")
    table = read(ask("police-uk-street", files="2011.csv")).table
    assert table[["easting", "northing", "ward", "kind"]].iloc[0].tolist() == [400500, 300500, "W1", "violent crime"]
    written(folder, "2025.csv", STREET, street("a1"))
    with pytest.raises(SettingsError, match="another system"):
        read(ask("police-uk-street", files=["2011.csv", "2025.csv"]))


def test_outcomes_keep_several_of_one_crime(folder: Path, ask: Callable[..., Request], full: Clearance) -> None:
    line = "a1,2025-03,P,P,-1.99,52.6,On or near X,E01,X 001A,"
    name = written(folder, "o.csv", OUTCOMES, f"{line}Suspect charged", f"{line}Offender sent to prison", f"{line}")
    loaded = read(ask("police-uk-outcomes", files=name, clearance=full))
    assert loaded.table["outcome"].tolist() == ["Suspect charged", "Offender sent to prison"]
    assert loaded.table["ward"].tolist() == ["W1", "W1"]
    assert loaded.source.ledger == Ledger(read=3, accepted=2, quarantined=1, used=2)
    assert "1 outcome repeats the id of another: kept" in loaded.source.repairs


def test_search_times_are_brought_to_local_clocks(folder: Path, ask: Callable[..., Request], full: Clearance) -> None:
    name = written(
        folder, "s.csv", SEARCHES,
        search("2023-08-31T23:01:00+00:00"),  # the first minute of September by local clocks
        search("2023-09-30T22:59:00+00:00"),
        search("2023-10-29T00:30:00+00:00"),  # half past one, twice that night
        search("2023-10-29T01:30:00+00:00"),
        search("2023-12-01T10:00:00+00:00"),
        search("2023-12-01T10:00:00"),  # no offset: the force's own clocks
    )  # fmt: skip
    loaded = read(ask("police-uk-stop-and-search", files=name, clearance=full))
    assert [f"{t:%m-%d %H:%M}" for t in loaded.table["start"]] == [
        "09-01 00:01", "09-30 23:59", "10-29 01:30", "10-29 01:30", "12-01 10:00", "12-01 10:00",
    ]  # fmt: skip
    assert (loaded.table["hours_wide"] == 0).all()
    september = {"since": "2023-09-01", "until_end": "2023-10-01"}
    assert len(read(ask("police-uk-stop-and-search", files=name, clearance=full, **september)).table) == 2


def test_age_bands_are_bands_and_not_dates(folder: Path, ask: Callable[..., Request], full: Clearance) -> None:
    bands = ["10-17", "Oct-17", "18-24", "under 10", "over 34", "", "17-Oct"]
    name = written(folder, "s.csv", SEARCHES, *(search("2023-12-01T10:00:00+00:00", age=band) for band in bands))
    loaded = read(ask("searches", files=name, layout="police-uk-stop-and-search", clearance=full))
    assert loaded.table["age"].tolist() == ["10-17", "10-17", "18-24", "under 10", "over 34", "", "10-17"]
    told = "2 age bands that Excel wrote as a date read as 10-17, in column 'Age range' (excel_age_bands)"
    assert told in loaded.source.repairs
    assert loaded.source.ledger.quarantined == 0
    assert (loaded.table["placed_by"] == "point").all()


@pytest.mark.parametrize("text", ["17-Oct", "OCT-17", "17/10/2024", "10/17/2024", "2017-10-01", "2024-10-17", "45582"])
def test_whatever_excel_made_of_an_age_band_is_told_as_the_one_that_it_was(
    folder: Path, ask: Callable[..., Request], full: Clearance, text: str
) -> None:
    name = written(folder, "s.csv", SEARCHES, search("2023-12-01T10:00:00+00:00", age=text))
    loaded = read(ask("searches", files=name, layout="police-uk-stop-and-search", clearance=full))
    assert loaded.table["age"].tolist() == ["10-17"]
    told = "1 age band that Excel wrote as a date read as 10-17, in column 'Age range' (excel_age_bands)"
    assert told in loaded.source.repairs


@pytest.mark.parametrize("text", ["10-Jul", "17-Nov", "Jan-24", "2018-01-24", "01/01/2017"])
def test_a_date_no_band_can_have_become_is_quarantined_naming_excel(
    folder: Path, ask: Callable[..., Request], full: Clearance, text: str
) -> None:
    name = written(folder, "s.csv", SEARCHES, search("2023-12-01T10:00:00+00:00", age=text))
    loaded = read(ask("searches", files=name, layout="police-uk-stop-and-search", clearance=full))
    assert loaded.workings is not None
    (row,) = loaded.workings.quarantine.itertuples()
    assert (row.code, row.reason.startswith("Excel has written a date over the age band")) == ("excel_date", True)


@pytest.mark.parametrize(
    ("bands", "repairs", "text", "read_as"),
    [
        (("5-9", "10-12"), True, "05-Sep", "5-9"),
        (("5-9", "9-5"), True, "05-Sep", ""),
        (("5-9", "10-17"), True, "01/10/2017", "10-17"),
        (("1-10", "10-17"), True, "01/10/2017", ""),
        (("10-17",), False, "17-Oct", ""),
    ],
)
def test_the_list_of_the_map_says_which_band_it_was(
    folder: Path,
    ask: Callable[..., Request],
    full: Clearance,
    bands: tuple[str, ...],
    repairs: bool,
    text: str,
    read_as: str,
) -> None:
    rules = '[repairs]\nexcel_age_bands=["age"]\n' if repairs else ""
    values = "".join(f'"{one}"="{one}"\n' for one in bands)
    columns = '[columns]\nkind="kind"\nstart="start"\nage="age"\n'
    (folder / "m.toml").write_text(f"{columns}{rules}[values.age]\n{values}", "utf-8")
    (folder / "s.csv").write_text(f"kind,start,age\nperson,2023-12-01,{text}\nperson,2023-12-02,{bands[0]}\n", "utf-8")
    loaded = read(ask("searches", files="s.csv", column_map="m.toml", clearance=full))
    assert loaded.table["age"].tolist() == ([read_as] if read_as else []) + [bands[0]]
    assert loaded.workings is not None
    assert ["Excel" in reason for reason in loaded.workings.quarantine["reason"]] == [True] * (not read_as)


def test_who_was_searched_is_personal(folder: Path, ask: Callable[..., Request], full: Clearance) -> None:
    name = written(folder, "s.csv", SEARCHES, search("2023-12-01T10:00:00+00:00"))
    told = {**vars(full), "personal_data": False}
    table = read(ask("police-uk-stop-and-search", files=name, clearance=told)).table
    personal = {"gender", "age", "self_defined_ethnicity", "officer_defined_ethnicity"}
    assert personal <= set(table.attrs["withheld"])
    assert not personal & set(table.columns)


def test_many_midnights_are_said(folder: Path, ask: Callable[..., Request], full: Clearance) -> None:
    times = ["2023-12-01T00:00:00+00:00", *(f"2023-12-{d:02d}T10:00:00+00:00" for d in range(1, 10))]
    name = written(folder, "s.csv", SEARCHES, *map(search, times))
    loaded = read(ask("police-uk-stop-and-search", files=name, clearance=full))
    assert loaded.source.repairs == ("1 search is timed at midnight sharp, which may stand for no time: kept",)


def test_editions_of_areas_are_told_apart_by_the_lookup_alone(folder: Path, ask: Callable[..., Request]) -> None:
    (folder / "lookup.csv").write_text("\ufeffObjectId,LSOA11CD,LSOA21CD\n1,E01,E01\n2,E02,E08\n3,E03,E08\n", "utf-8")
    rows = [street(lsoa="E01"), street(lsoa="E02"), street(lsoa="E03"), street(lsoa="E08")]
    written(folder, "a.csv", STREET, *rows)
    written(folder, "b.csv", STREET, street(lsoa="E08"), street(lsoa="E77"))
    plain = read(ask("police-uk-street", files=["a.csv", "b.csv"]))
    assert not [told for told in plain.source.repairs if "codes" in told], "nothing is guessed"
    loaded = read(ask("police-uk-street", files=["a.csv", "b.csv"], lookup=LOOKUP))
    assert loaded.source.repairs[:2] == (
        "area codes only LSOA 2011 has: 2 crimes; only LSOA 2021 has: 2; in neither list: 1",
        "1 file mixes codes of LSOA 2011 and LSOA 2021, such as a.csv: 2 and 1",
    )
    assert loaded.table["area"].tolist() == ["E01", "E02", "E03", "E08", "E08", "E77"], "codes stay as written"


def test_an_older_code_is_placed_in_a_newer_area_only_by_the_lookup(folder: Path, ask: Callable[..., Request]) -> None:
    head = "LSOA11CD,LSOA21CD"
    written(folder, "lookup.csv", head, "OLD,W2", "W1,W1", "GONE,W9")
    rows = [street(at=",", lsoa=code) for code in ("OLD", "W1", "GONE", "XX")]
    written(folder, "a.csv", STREET, *rows, street(lsoa="OLD"))
    plain = read(ask("police-uk-street", files="a.csv")).table
    assert plain["ward"].tolist() == ["", "W1", "", "", "W1"]
    loaded = read(ask("police-uk-street", files="a.csv", lookup=LOOKUP))
    assert loaded.table["ward"].tolist() == ["W2", "W1", "", "", "W1"], "a point goes before any code"
    assert loaded.table["placed_by"].tolist() == ["code", "code", "unplaced", "unplaced", "point"]
    assert "1 crime placed by the best fit of an older area code to a newer area, not by a point" in (
        loaded.source.repairs
    )


def test_one_id_in_two_files_is_said(folder: Path, ask: Callable[..., Request]) -> None:
    for name in ("a.csv", "b.csv"):
        written(folder, name, STREET, street("a1"), street(f"only in {name}"), street())
    loaded = read(ask("police-uk-street", files=["a.csv", "b.csv"]))
    assert len(loaded.table) == 6
    assert "1 crime has an id that an earlier file has too: kept, and counted twice" in loaded.source.repairs


@pytest.mark.parametrize("kind", ["crimes", "outcomes", "searches", "area_lookup", "links", "entities"])
def test_every_ready_map_leads_to_its_contract(kind: str) -> None:
    contract: Any = loader(kind).CONTRACT
    for name in layouts.of_kind(kind):
        found = layouts.named(name, contract)
        assert found.maps or found.shape
        for ready in found.maps:
            needed = {field.name for field in contract.fields if field.required}
            assert needed <= {*ready.columns, *ready.constants}


def test_a_default_location_is_flagged_and_kept(folder: Path, ask: Callable[..., Request]) -> None:
    lines = [f"{i},burglary,2026-01-01,{400000 + 7 * i},{300000 + 5 * i}" for i in range(200)]
    lines += [f"hq{i},burglary,2026-01-01,400750,300750" for i in range(30)]
    written(folder, "c.csv", "id,kind,start,easting,northing", *lines)
    loaded = read(ask("crimes", files="c.csv"))
    assert len(loaded.table) == 230
    assert (loaded.table["placed_by"] == "point").all()
    assert loaded.source.repairs == ("30 crimes at 400750 300750, which may be a default location: kept",)
    assert loaded.workings is not None
    assert loaded.workings.remarks["row"].tolist() == list(range(202, 232))


def test_incidents_are_read_like_crimes_but_none_is_excluded(
    folder: Path, ask: Callable[..., Request], full: Clearance
) -> None:
    (folder / "m.toml").write_text(
        '[columns]\nid="Log"\nkind="Type"\nstart="Opened"\nend="Closed"\ngrade="Priority"\nstatus="State"\n'
        'easting="E"\nnorthing="N"\ntext="Remarks"\n[formats]\nstart="%d/%m/%Y %H:%M"\nend="%d/%m/%Y %H:%M"\n',
        "utf-8",
    )
    head = "Log;Type;Opened;Closed;Priority;State;E;N;Remarks"
    written(
        folder, "i.csv", head,
        "1;Noise;25/10/2026 01:30;25/10/2026 02:30;2;cancelled;400500;300500;loud",
        "2;Noise;24/10/2026 01:30;23/10/2026 01:30;2;;;;ends first",
        "3;Noise;31/02/2026 01:30;;2;;;;no such day",
    )  # fmt: skip
    loaded = read(ask("incidents", files="i.csv", column_map="m.toml", clearance=full))
    assert loaded.source.ledger == Ledger(read=3, accepted=1, quarantined=2, used=1)
    assert loaded.table[["kind", "status", "ward", "text"]].iloc[0].tolist() == ["Noise", "cancelled", "W1", "loud"]
    told = {**vars(full), "free_text": False, "personal_data": False}
    reduced = read(ask("incidents", files="i.csv", column_map="m.toml", clearance=told)).table
    assert not {"text", "id", "crime_id"} & set(reduced.columns)


CRIME = {
    "category": "burglary", "location_type": "Force", "context": "", "persistent_id": "a1", "id": 1, "month": "2025-02",
    "location": {"latitude": "52.6", "longitude": "-1.99", "street": {"id": 9, "name": "On or near Dane Hill"}},
    "outcome_status": {"category": "Under investigation", "date": "2025-03"}, "location_subtype": "",
}  # fmt: skip
ASB = {**CRIME, "category": "anti-social-behaviour", "persistent_id": "", "outcome_status": None}
NOWHERE = {**CRIME, "location": None, "location_type": None, "persistent_id": "a3", "category": "violent-crime"}


def test_answers_of_the_api_make_the_same_crimes(folder: Path, ask: Callable[..., Request]) -> None:
    (folder / "street.json").write_text(json.dumps([CRIME, ASB, NOWHERE]), "utf-8")
    loaded = read(ask("police-uk-street", files="street.json"))
    table = loaded.table
    assert table["kind"].tolist() == ["burglary", "anti-social behaviour", "violence and sexual offences"]
    assert table["id"].tolist() == ["a1", "", "a3"]
    assert table["ward"].tolist() == ["W1", "W1", ""]
    assert table["outcome"].tolist() == ["Under investigation", "", "Under investigation"]
    assert str(table["end"][0]) == "2025-02-28 23:59:59"
    (folder / "street.json").write_text(json.dumps([NOWHERE]), "utf-8")
    assert read(ask("police-uk-street", files="street.json")).table["placed_by"].tolist() == ["unplaced"]
    (folder / "street.json").write_text(json.dumps([{"category": "burglary"}]), "utf-8")
    with pytest.raises(SettingsError, match="no heading 'month'"):
        read(ask("police-uk-street", files="street.json"))


def test_answers_of_the_api_make_outcomes_and_searches(
    folder: Path, ask: Callable[..., Request], full: Clearance
) -> None:
    outcome = {
        "category": {"code": "charged", "name": "Suspect charged"}, "date": "2025-03", "person_id": None, "crime": CRIME,
    }  # fmt: skip
    (folder / "o.json").write_text(json.dumps([outcome, outcome]), "utf-8")
    table = read(ask("police-uk-outcomes", files="o.json", clearance=full)).table
    assert table[["id", "outcome", "ward"]].to_numpy().tolist() == [["a1", "Suspect charged", "W1"]] * 2
    stop = {
        "type": "Person search", "datetime": "2023-08-31T23:01:00+00:00", "operation": False, "operation_name": None,
        "location": CRIME["location"], "gender": "Male", "age_range": "10-17", "self_defined_ethnicity": "Not stated",
        "officer_defined_ethnicity": None, "legislation": "Some Act", "object_of_search": "Stolen goods",
        "outcome": "Arrest", "outcome_linked_to_object_of_search": None, "removal_of_more_than_outer_clothing": True,
        "involved_person": True, "outcome_object": {"id": "bu-arrest", "name": "Arrest"},
    }  # fmt: skip
    (folder / "s.json").write_text(json.dumps([stop]), "utf-8")
    (one,) = read(ask("police-uk-stop-and-search", files="s.json", clearance=full)).table.to_dict("records")
    assert (str(one["start"]), one["age"], one["ward"]) == ("2023-09-01 00:01:00", "10-17", "W1")
    assert (one["is_operation"], one["is_outcome_linked"], one["is_clothing_removed"]) == ("false", "", "true")


def test_a_whole_archive_gives_the_files_of_its_layout(
    folder: Path, ask: Callable[..., Request], full: Clearance
) -> None:
    line = "a1,2025-02,P,P,-1.99,52.6,On or near X,E01,X 001A,Suspect charged"
    with zipfile.ZipFile(folder / "latest.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for force in ("east-invented", "west-invented"):
            for month in ("2025-01", "2025-02"):
                name = f"{month}/{month}-{force}"
                archive.writestr(f"{name}-street.csv", f"{STREET}\r\n{street(force, month=month)}\r\n")
                archive.writestr(f"{name}-outcomes.csv", f"{OUTCOMES}\r\n{line}\r\n")
                archive.writestr(
                    f"{name}-stop-and-search.csv", f"{SEARCHES}\r\n{search('2025-02-01T10:00:00+00:00')}\r\n"
                )
    kinds = {"police-uk-street": "crimes", "police-uk-outcomes": "outcomes", "police-uk-stop-and-search": "searches"}
    for kind, contract in kinds.items():
        loaded = read(ask(kind, files="latest.zip", clearance=full))
        assert (loaded.table.attrs["kind"], len(loaded.table)) == (contract, 4)
        assert loaded.workings is not None
        assert len(loaded.workings.source.sha256) == 5  # the archive and four of its files
        report = check(folder / "latest.zip", kind=kind)
        assert (report.read, report.exit_code) == (4, 0)
    one = read(ask("police-uk-street", files="latest.zip", members="*-west-invented-street.csv"))
    assert one.table["id"].tolist() == ["west-invented"] * 2
    assert one.workings is not None
    assert set(one.workings.source.sha256) == {
        "latest.zip", "latest.zip/2025-01/2025-01-west-invented-street.csv",
        "latest.zip/2025-02/2025-02-west-invented-street.csv",
    }  # fmt: skip


def test_every_format_of_a_street_file_gives_the_same_crimes(folder: Path, ask: Callable[..., Request]) -> None:
    text = "\r\n".join([STREET, street("a1"), street(kind="Drugs", at=",", lsoa=""), ""])
    records = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    (folder / "a.csv").write_text(text, "utf-8")
    (folder / "b.csv.gz").write_bytes(gzip.compress(text.encode("utf-16")))
    (folder / "c.tsv").write_text(records.to_csv(sep="\t", index=False), "utf-8-sig")
    (folder / "d.csv").write_text(records.to_csv(sep=";", index=False), "utf-8")
    records.to_excel(folder / "e.xlsx", index=False)
    records.to_parquet(folder / "f.parquet")
    records.to_json(folder / "g.json", orient="records")
    records.to_json(folder / "h.jsonl", orient="records", lines=True)
    with sqlite3.connect(folder / "base.sqlite") as base:
        records.to_sql("street", base, index=False)
    base.close()
    (folder / "m.toml").write_text('[source]\ntable = "street"\n', "utf-8")
    files = ["a.csv", "b.csv.gz", "c.tsv", "d.csv", "e.xlsx", "f.parquet", "g.json", "h.jsonl", "base.sqlite"]
    tables = {name: read(ask("police-uk-street", files=name, column_map="m.toml")).table for name in files}
    address = f"sqlite:///{folder / 'base.sqlite'}"
    tables["address"] = read(ask("crimes", layout="police-uk-street", database=address, column_map="m.toml")).table
    files.append("address")
    for name in files[1:]:
        # a table without a key has no order of its own
        ours, theirs = (tables[n].sort_values("id", ignore_index=True) for n in (name, "a.csv"))
        pd.testing.assert_frame_equal(ours, theirs, obj=name)


def test_a_layout_and_columns_of_ones_own_are_refused(folder: Path, ask: Callable[..., Request]) -> None:
    written(folder, "a.csv", STREET, street("a1"))
    (folder / "m.toml").write_text('[columns]\nkind = "Crime type"\nstart = "Month"\n', "utf-8")
    with pytest.raises(SettingsError, match="both the layout police-uk-street and a column map"):
        read(ask("police-uk-street", files="a.csv", column_map="m.toml"))


def test_a_month_that_a_spreadsheet_made_a_day_is_still_a_month(folder: Path, ask: Callable[..., Request]) -> None:
    records = pd.read_csv(io.StringIO("\n".join([STREET, street("a1")])), dtype=str, keep_default_na=False)
    records.assign(Month=pd.Timestamp("2025-02-01")).to_excel(folder / "e.xlsx", index=False)
    table = read(ask("police-uk-street", files="e.xlsx")).table
    assert (str(table["start"][0]), str(table["end"][0])) == ("2025-02-01 00:00:00", "2025-02-28 23:59:59")
    written(folder, "s.csv", STREET, street("a1", month="2025-02-03"), street("a2", month="Feb-25"))
    assert [p.code for p in check(folder / "s.csv", kind="police-uk-street").problems] == ["not_a_date"] * 2
