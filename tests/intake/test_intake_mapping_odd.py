"""First maps of exports with stranger headings: abbreviated, run together, with units, prefixes and two languages."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from intelnb.errors import SettingsError
from intelnb.intake import column_map
from intelnb.intake.mapping import places, proposal
from intelnb.intake.request import Request
from intelnb.load import crimes as crimes_of
from intelnb.load.check import check
from intelnb.tables.crimes import CONTRACT
from tests.intake.test_intake_mapping import degrees, propose, truth, words, write, written

Columns = dict[str, list[str]]


def grid(t: pd.DataFrame, east: str, north: str) -> Columns:
    return {name: t[c].astype(int).astype(str).tolist() for name, c in ((east, "easting"), (north, "northing"))}


def offences(t: pd.DataFrame) -> list[str]:
    return words(t["kind"], burglary="Burglary - Dwelling", violence="Common assault", shoplifting="Theft from shop")


def moments(t: pd.DataFrame, form: str, **headings: str) -> Columns:
    return {heading: written(t[column], form) for column, heading in headings.items()}


def apart(t: pd.DataFrame, column: str, day: str, time: str, clock: str = "%H:%M") -> Columns:
    return {day: written(t[column], "%d/%m/%Y"), time: written(t[column], clock)}


def abbreviated(t: pd.DataFrame) -> Columns:
    return {
        "CRN": t["id"].tolist(), "Off Desc": offences(t),
        **apart(t, "start", "Occ. From Dt", "Occ. From Tm"), **apart(t, "end", "Occ. To Dt", "Occ. To Tm"),
        **moments(t, "%d/%m/%Y %H:%M", recorded="Rec Dt"), "BCU": t["area"].tolist(), **grid(t, "East", "North"),
        "Stat": words(t["status"], live="Live", detected="DET", cancelled="CANX"), "Loc Addr": ["1 Low Lane"] * len(t),
        "Vic Surname": t["person"].tolist(), "Ofc No": [str(1000 + i) for i in range(len(t))],
    }  # fmt: skip


def run_together(t: pd.DataFrame) -> Columns:
    x, y = degrees(t["easting"].to_numpy(), t["northing"].to_numpy())
    return {
        "occurrenceRefNo": t["id"].tolist(), "offenceDesc": offences(t),
        **moments(t, "%Y-%m-%dT%H:%M:%S", start="occurredFromDateTime", end="occurredToDateTime", recorded="recordCreatedTS"),
        "beatCode": t["area"].tolist(), "geoLong": [f"{v:.7f}" for v in x], "geoLat": [f"{v:.7f}" for v in y],
        "crimeStatus": words(t["status"], live="Open", detected="Detected", cancelled="No crime"),
        "suspectDOB": ["01/01/1990"] * len(t), "hoClass": ["28/3"] * len(t),
    }  # fmt: skip


def with_units(t: pd.DataFrame) -> Columns:
    return {
        "Record No. [text]": t["id"].tolist(), "Offence Title (HOCR)": offences(t),
        **apart(t, "start", "Earliest Date (dd/mm/yyyy)", "Earliest Time (24h)", "%H%M"),
        **apart(t, "end", "Latest Date (dd/mm/yyyy)", "Latest Time (24h)", "%H%M"),
        **moments(t, "%d/%m/%Y %H:%M", recorded="Date Entered (dd/mm/yyyy)"), **grid(t, "Easting (m)", "Northing (m)"),
        "Ward [code]": t["area"].tolist(), "Loss Value (GBP)": ["12.50"] * len(t), "Duration (mins)": ["25"] * len(t),
        "Status (current)": words(t["status"], live="Active", detected="Solved", cancelled="Cancelled"),
    }  # fmt: skip


def prefixed(t: pd.DataFrame) -> Columns:
    return {
        "CRM_CRIME_NO": t["id"].tolist(), "CRM_OFF_CLS": offences(t),
        **moments(t, "%d-%b-%y %H:%M", start="CRM_COMM_FROM_DTTM", end="CRM_COMM_TO_DTTM", recorded="CRM_RECD_DTTM"),
        "CRM_BEAT_CD": t["area"].tolist(), **grid(t, "CRM_X_COORD", "CRM_Y_COORD"),
        "CRM_STAT_CD": words(t["status"], live="NEW", detected="DETD", cancelled="NO CRIME"),
        "CRM_MO_TXT": [f"Offender {i} came by a window" for i in range(len(t))], "CRM_OIC_COLLAR": ["1234"] * len(t),
    }  # fmt: skip


def bilingual(t: pd.DataFrame) -> Columns:
    return {
        "Rhif y Drosedd / Crime Number": t["id"].tolist(), "Trosedd / Offence": offences(t),
        **apart(t, "start", "Dyddiad O / Date From", "Amser O / Time From"),
        **apart(t, "end", "Dyddiad I / Date To", "Amser I / Time To"),
        **moments(t, "%d/%m/%Y %H:%M", recorded="Dyddiad Cofnodi (Date Recorded)"), "Ardal / Area": t["area"].tolist(),
        **grid(t, "Dwyreiniad / Easting", "Gogleddiad / Northing"), "Lleoliad / Location": ["Stryd Fawr"] * len(t),
        "Statws / Status": words(t["status"], live="Live", detected="Detected", cancelled="Cancelled"),
    }  # fmt: skip


# every export, the corrections it needs, and the headings nobody may read
EXPORTS: dict[str, tuple[Callable[[pd.DataFrame], Columns], list[str], set[str]]] = {
    "abbreviated": (abbreviated, [], {"Vic Surname", "Ofc No"}),
    "run together": (run_together, [], {"suspectDOB"}),
    "with units": (with_units, [], {"Loss Value (GBP)", "Duration (mins)"}),
    "prefixed": (prefixed, [], {"CRM_OIC_COLLAR"}),
    "bilingual": (bilingual, [], set()),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_odd_headings_reach_a_working_map_with_at_most_two_corrections(
    folder: Path, ask: Callable[..., Request], name: str
) -> None:
    make, said, unread = EXPORTS[name]
    assert len(said) <= 2
    t = truth()
    write(folder / "export.csv", make(t))
    found = propose(ask, "export.csv", *said)
    assert (found["questions"], found["codes"], set(found["unread"])) == ([], [], unread)
    (folder / "map.toml").write_text(found["toml"], "utf-8")
    report = check(folder / "export.csv", kind="crimes", column_map=folder / "map.toml")
    assert (report.read, report.quarantined) == (120, 0), report.reason
    table = crimes_of.read(ask("crimes", files="export.csv", column_map="map.toml")).table
    left = t[t["status"] != "cancelled"].reset_index(drop=True)
    for column in ("id", "area", "status", "start", "end", "recorded"):
        assert table[column].tolist() == left[column].tolist(), column
    assert table["kind"].tolist() == [
        {"burglary": "residential burglary", "violence": "violence without injury", "shoplifting": "shoplifting"}[kind]
        for kind in left["kind"]
    ]
    assert np.abs(table[["easting", "northing"]].to_numpy() - left[["easting", "northing"]].to_numpy()).max() < 0.02


def drafted(table: Columns, **options: object) -> proposal.Draft:
    texts = {heading: pd.Series(cells, dtype="str") for heading, cells in table.items()}
    return proposal.draft(texts, contract=CONTRACT, crs="EPSG:27700", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("heading", ["Crime Class", "Description", "HO Class"])
def test_titles_of_offences_are_kinds_whatever_stands_above_them(heading: str) -> None:
    t = truth()
    found = drafted({heading: offences(t), "Date From": written(t["start"], "%d/%m/%Y")}).column_map.columns
    assert found["kind"] == heading
    assert {"ho_class", "mo"} & set(found) == set()


def test_class_codes_and_narratives_keep_their_columns() -> None:
    t = truth()
    table = {
        "Offence": offences(t), "Crime Class Code": ["28/3", "8", "105/1A"] * 40, "Start": written(t["start"], "%d/%m/%Y"),
        "MO Description": [f"Number {i} came by the back door" for i in range(len(t))],
    }  # fmt: skip
    found = drafted(table).column_map.columns
    assert (found["ho_class"], found["mo"]) == ("Crime Class Code", "MO Description")


def test_a_heading_says_nothing_of_the_other_end_of_an_interval() -> None:
    t = truth()
    table = {"Offence": offences(t), "Occ. To Dt": written(t["end"], "%d/%m/%Y %H:%M")}
    found = drafted(table)
    assert found.column_map.columns["end"] == "Occ. To Dt"
    assert "start" not in found.column_map.columns


@pytest.mark.parametrize(
    ("gone", "there", "meant"),
    [
        ("Occ. From Dt", ["Occ. To Dt", "Occurred From Date"], "Occurred From Date"),
        ("Occ. To Dt", ["Occ. From Dt", "Occurred Until"], "Occurred Until"),
        ("Start Date", ["End Date", "First Date"], "First Date"),
        ("Last Seen", ["First Seen", "Latest Seen"], "Latest Seen"),
    ],
)
def test_the_nearest_heading_is_never_the_opposite(gone: str, there: list[str], meant: str) -> None:
    chosen = column_map.ColumnMap(columns={"kind": "Offence", "start": gone})
    with pytest.raises(SettingsError) as told:
        column_map.fit(chosen, ["Offence", *there], contract=CONTRACT, name="x.csv")
    assert f"no heading '{gone}' (the nearest is '{meant}')" in str(told.value)
    with pytest.raises(SettingsError, match="the file has"):
        column_map.fit(chosen, ["Offence", there[0]], contract=CONTRACT, name="x.csv")


def test_where_points_were_looked_for_is_said_and_all_of_them_only_where_it_is_all(
    folder: Path, ask: Callable[..., Request]
) -> None:
    t = truth()
    table = {"Offence": offences(t), "Start": written(t["start"], "%d/%m/%Y"), **grid(t, "Easting", "Northing")}
    alone = drafted(table).reasons["easting"]
    assert alone == "100% of its points lie where EPSG:27700 is used; no areas of the force were looked at"
    inside = drafted(table, bounds=(400000.0, 300000.0, 402000.0, 302000.0)).reasons["easting"]
    assert inside == "100% of its points lie in the force"
    many = {heading: cells * 5 for heading, cells in table.items()}
    many["Easting"][0] = "900000"  # one of six hundred
    assert drafted(many, bounds=(400000.0, 300000.0, 402000.0, 302000.0)).reasons["easting"].startswith("99% ")
    assert places.area_of("EPSG:27700", (1.0, 2.0, 3.0, 4.0)) == (1.0, 2.0, 3.0, 4.0)


def test_every_code_nobody_knows_is_listed(folder: Path, ask: Callable[..., Request]) -> None:
    odd = [f"Odd offence {i}" for i in range(450)]
    write(folder / "x.csv", {"Offence": [*odd, *["Burglary"] * 500], "Start": ["2026-11-01"] * 950})
    found = propose(ask, "x.csv")
    assert sorted(code["code"] for code in found["codes"]) == sorted(odd)
    assert all(f'# "{code}" = ""  # records: 1' in found["toml"] for code in odd)
    assert tomllib.loads(found["toml"])["values"]["kind"] == {"Burglary": "burglary"}


def test_a_status_that_stands_under_another_heading_is_pointed_at(folder: Path, ask: Callable[..., Request]) -> None:
    t = truth()
    status = words(t["status"], live="Live", detected="Filed", cancelled="Cancelled")
    write(folder / "x.csv", {"Offence": offences(t), "Start": written(t["start"], "%d/%m/%Y"), "Disposal": status})
    (note,) = [one for one in propose(ask, "x.csv")["notes"] if "status" in one]
    assert note == (
        "Disposal holds words of a status, such as Cancelled; --set status='Disposal' takes what is cancelled out of "
        "every count"
    )
    assert crimes_status(propose(ask, "x.csv", "status=Disposal")) == "Disposal"


def crimes_status(found: dict[str, object]) -> str:
    return str(tomllib.loads(str(found["toml"]))["columns"]["status"])
