"""Tables as CSV: marked, safe in a spreadsheet, the same bytes."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.bundle import Bundle, ColumnPart, Scalar, TablePart
from intelnb.errors import ProductError
from intelnb.publish import naming, tables

GIVEN = {"marking": "OFFICIAL-SENSITIVE", "reference": "WTA/NOR/2026-W46/internal", "as_at": "16 Nov 2026 05:00"}


def one(*values: Scalar) -> TablePart:
    """A table of one column."""
    column = ColumnPart(name="a", title="A")
    return TablePart(id="t", caption="Title", columns=(column,), rows=tuple((v,) for v in values))


def read(content: bytes) -> list[list[str]]:
    """The file as a spreadsheet reads it."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_first_line_is_the_marking_and_the_reference() -> None:
    rows = read(tables.csv_bytes(one("x"), **GIVEN))
    assert rows == [
        ["OFFICIAL-SENSITIVE", "WTA/NOR/2026-W46/internal"], ["Title"], ["As at 16 Nov 2026 05:00"], [], ["A"], ["x"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\N{FULLWIDTH EQUALS SIGN}1+1",
        "\N{FULLWIDTH PLUS SIGN}1", "\N{FULLWIDTH HYPHEN-MINUS}1+1", "\N{FULLWIDTH COMMERCIAL AT}a", " =1+1",
        "\N{NO-BREAK SPACE}=1", '=HYPERLINK("http://127.0.0.1")', "+44 7700 900123", "-", "\x00=1",
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(text: str) -> None:
    written = read(tables.csv_bytes(one(text), **GIVEN).replace(b"\x00", b""))[5][0]
    assert written.startswith("'")


@pytest.mark.parametrize(("value", "written"), [(-3, "-3"), (2.5, "2.5"), ("-3", "-3"), ("-2.5", "-2.5"), (None, "")])
def test_numbers_stay_numbers(value: Scalar, written: str) -> None:
    rows = read(tables.csv_bytes(one(value), **GIVEN))
    assert (rows[5] or [""])[0] == written


@given(st.lists(st.one_of(st.text(st.characters(blacklist_categories=["Cs", "Cc"])), st.integers()), max_size=8))
def test_every_cell_can_be_read_back_and_none_runs(values: list[Scalar]) -> None:
    rows = read(tables.csv_bytes(one(*values), **GIVEN))[5:]
    for value, row in zip(values, rows, strict=True):
        written = row[0] if row else ""
        assert written.removeprefix("'") == str(value).removeprefix("'")
        assert isinstance(value, int) or written[:1] not in {"=", "+", "@"}


def test_headings_and_captions_are_made_safe_too() -> None:
    column = ColumnPart(name="a", title="=cmd|'/c calc'!A1")
    rows = read(tables.csv_bytes(TablePart(id="t", caption="@x", columns=(column,), rows=()), **GIVEN))
    assert rows[1] == ["'@x"]
    assert rows[4] == ["'=cmd|'/c calc'!A1"]


def test_small_drawings_are_left_out_and_bytes_are_the_same(bundle: Bundle) -> None:
    table = next(t for t in bundle.tables() if t.id == "priorities")
    first = tables.csv_bytes(table, **GIVEN)
    assert first == tables.csv_bytes(table, **GIVEN)
    assert b"13 weeks" not in first
    assert b"sp1" not in first
    assert first.count(b"\r\n") == 5 + len(table.rows)


def test_a_file_name_begins_with_its_marking() -> None:
    name = tables.file_name(one(), marking="OFFICIAL, FOR PUBLIC RELEASE", reference="WTA/NOR/2026-W46/public")
    assert name == "OFFICIAL-FOR-PUBLIC-RELEASE_WTA_NOR_2026-W46_public_t.csv"


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_file_name_is_safe_on_any_system_or_refused(reference: str, identity: str) -> None:
    try:
        name = naming.marked_name("OFFICIAL", reference, identity, suffix=".csv")
    except ProductError:
        return
    assert name.startswith("OFFICIAL_")
    assert set(name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert len(name) <= 184


def test_a_file_without_a_marking_is_refused() -> None:
    with pytest.raises(ProductError, match="marking"):
        naming.marked_name("", "WTA/NOR", suffix=".html")
