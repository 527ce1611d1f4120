"""Residents and deprivation: long or wide, of a stated edition, and never joined to another without the lookup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from intelnb.errors import MethodError, SettingsError
from intelnb.intake.request import Request
from intelnb.intake.source import Ledger, Loaded
from intelnb.load.check import check
from intelnb.load.kinds import loader
from intelnb.records import Clearance
from intelnb.tables.editions import brought

WIDE = """
[columns]
area = "LSOA"
name = "Names"
[constants]
edition = "LSOA 2011"
year = 2013
[spread.residents]
"People;Aged 0-15;2013" = {age = "0-15"}
"People;Aged 65+;2013" = {age = "65+"}
"""


@pytest.fixture
def full(clearance: Callable[..., Clearance]) -> Clearance:
    return clearance(sources=("population", "deprivation", "area_lookup"))


def read(request: Request) -> Loaded:
    return loader(request.kind).read(request)


def test_a_wide_table_makes_one_record_for_each_heading(
    folder: Path, ask: Callable[..., Request], full: Clearance
) -> None:
    (folder / "m.toml").write_text(WIDE, "utf-8")
    text = (
        'LSOA;Names;"People;Aged 0-15;2013";"People;Aged 65+;2013";Price £\nE1;One;5;6;1\nE2;Two;seven;8;2\nE3;Three\n'
    )
    (folder / "p.csv").write_bytes(text.encode("cp1252"))
    loaded = read(ask("population", files="p.csv", column_map="m.toml", clearance=full))
    assert loaded.table[["area", "age", "residents"]].to_numpy().tolist() == [
        ["E1", "0-15", 5], ["E1", "65+", 6], ["E2", "65+", 8],
    ]  # fmt: skip
    assert set(loaded.table["edition"]) == {"LSOA 2011"}
    assert set(loaded.table["year"]) == {2013}
    assert loaded.source.ledger == Ledger(read=5, accepted=3, quarantined=2, used=3)
    assert loaded.workings is not None
    assert loaded.workings.source.encoding == "cp1252"
    assert loaded.workings.quarantine[["row", "code"]].to_numpy().tolist() == [
        [3, "not_a_number"],
        [4, "too_few_columns"],
    ]
    assert loaded.source.repairs == ("p.csv: columns cut at semicolons", "p.csv: 2 rows of 2 records each")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('age = "65+"', 'colour = "65+"'), "population have no column colour"),
        (("[spread.residents]", "[spread.folk]"), "spread.folk"),
        (('area = "LSOA"', 'area = "LSOA"\nage = "Names"'), "age comes from two places"),
        (("Aged 65+;2013", "Aged 66+;2013"), "no heading 'People;Aged 66\\+;2013'"),
    ],
)
def test_a_spread_that_cannot_be_is_told(
    folder: Path, ask: Callable[..., Request], full: Clearance, change: tuple[str, str], told: str
) -> None:
    (folder / "m.toml").write_text(WIDE.replace(*change), "utf-8")
    (folder / "p.csv").write_text('LSOA,Names,"People;Aged 0-15;2013","People;Aged 65+;2013"\nE1,One,5,6\n', "utf-8")
    with pytest.raises(SettingsError, match=told):
        read(ask("population", files="p.csv", column_map="m.toml", clearance=full))


def test_a_heading_of_the_file_is_not_lost_under_a_spread_name(
    folder: Path, ask: Callable[..., Request], full: Clearance
) -> None:
    (folder / "m.toml").write_text(
        '[columns]\narea="residents"\n[spread.residents]\n"a"={age="young"}\n"b"={age="old"}\n', "utf-8"
    )
    (folder / "p.csv").write_text("residents,age,a,b\nE1,x,5,6\n", "utf-8")
    table = read(ask("population", files="p.csv", column_map="m.toml", clearance=full)).table
    assert table[["area", "age", "residents"]].to_numpy().tolist() == [["E1", "young", 5], ["E1", "old", 6]]


def test_codes_that_contradict_the_stated_edition_are_counted(
    folder: Path, ask: Callable[..., Request], full: Clearance
) -> None:
    (folder / "lookup.csv").write_text("LSOA11CD,LSOA21CD\nE1,E9\nE2,E2\n", "utf-8")
    (folder / "d.csv").write_text("area,edition,rank\nE1,LSOA 2021,1\nE2,LSOA 2021,2\nE9,LSOA 2021,3\n", "utf-8")
    lookup = {"files": "lookup.csv", "layout": "ons-lsoa-2011-2021"}
    loaded = read(ask("deprivation", files="d.csv", clearance=full, lookup=lookup))
    assert loaded.source.repairs == ("1 record states LSOA 2021 and has a code that only LSOA 2011 has: kept",)
    assert loaded.table["rank"].tolist() == [1, 2, 3]


def lookup() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": ["E1", "E2", "E3"],
            "becomes": ["E9", "E9", "E3"],
            "edition": "LSOA 2011",
            "becomes_edition": "LSOA 2021",
        }
    )


def test_codes_are_brought_to_the_newer_edition_and_counted() -> None:
    found = brought(pd.Series(["E1", "E2", "E3", "E9", "", "X"], index=list("abcdef")), to="LSOA 2021", lookup=lookup())
    assert found.codes.to_dict() == {"a": "E9", "b": "E9", "c": "E3", "d": "E9", "e": "", "f": "X"}
    assert (found.fitted, found.unknown) == (2, 1)
    assert found.caveats("LSOA 2021") == (
        "2 area codes were brought to LSOA 2021 by best fit, which is not exact.",
        "1 area code is in neither edition of the lookup.",
    )


@pytest.mark.parametrize(
    ("stated", "to", "with_lookup"),
    [
        ("LSOA 2011", "LSOA 2021", False),  # two editions and no lookup
        ("", "LSOA 2021", False),  # perhaps two editions
        ("LSOA 2021", "LSOA 2011", True),  # backwards
        ("MSOA 2011", "LSOA 2021", True),  # areas of another kind
    ],
)
def test_two_editions_are_never_joined_without_the_lookup(stated: str, to: str, with_lookup: bool) -> None:
    with pytest.raises(MethodError, match="area_lookup"):
        brought(pd.Series(["E1"]), to=to, lookup=lookup() if with_lookup else None, stated=stated)
    same = brought(pd.Series(["E1"]), to=to, lookup=None, stated=to)
    assert (same.codes.tolist(), same.fitted) == (["E1"], 0)


def test_a_check_reads_a_wide_table_too(folder: Path) -> None:
    (folder / "m.toml").write_text(WIDE, "utf-8")
    (folder / "p.csv").write_text('LSOA,Names,"People;Aged 0-15;2013","People;Aged 65+;2013"\nE1,One,5,6\n', "utf-8")
    report = check(folder / "p.csv", kind="population", column_map=folder / "m.toml")
    assert (report.exit_code, report.read, report.repairs) == (0, 2, ("p.csv: 1 row of 2 records each",))


def test_a_formula_that_was_never_worked_out_spoils_its_own_record_alone(
    folder: Path, ask: Callable[..., Request], full: Clearance
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Title"], [], ["LSOA", "Names", "2023", "2024"], ["E1", "One", 5, "=C4+1"], ["E2", "=1+1", 6, 7]):
        sheet.append(row)
    book.save(folder / "p.xlsx")
    (folder / "m.toml").write_text(
        '[columns]\narea="LSOA"\n[spread.residents]\n"2023"={year=2023}\n"2024"={year=2024}\n', "utf-8"
    )
    loaded = read(ask("population", files="p.xlsx", column_map="m.toml", clearance=full))
    assert loaded.table[["area", "year", "residents"]].to_numpy().tolist() == [
        ["E1", 2023, 5], ["E2", 2023, 6], ["E2", 2024, 7],
    ]  # fmt: skip
    assert loaded.workings is not None
    faults = loaded.workings.quarantine
    assert set(zip(faults["row"], faults["column"], strict=True)) == {(4, "residents (spread)")}


def test_a_wide_table_or_a_matrix_without_anything_in_it_is_no_fault(
    folder: Path, ask: Callable[..., Request], full: Clearance
) -> None:
    (folder / "m.toml").write_text(
        '[columns]\narea="LSOA"\n[spread.residents]\n"a"={age="a"}\n"b"={age="b"}\n', "utf-8"
    )
    (folder / "p.csv").write_text("LSOA,a,b\n", "utf-8")
    loaded = read(ask("population", files="p.csv", column_map="m.toml", clearance=full))
    assert loaded.source.ledger == Ledger()
    (folder / "x.csv").write_text(",A,B\nA,0,0\nB,0,0\n", "utf-8")
    assert check(folder / "x.csv", kind="links", layout="matrix").read == 0
