"""Dates: every day in every form; what could be read in two ways is proven or refused; damage is repaired by name only."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel

from intelnb.errors import InputRefused
from intelnb.intake import reading, repairs
from intelnb.intake.reading import Rows
from intelnb.intake.request import Request
from intelnb.tables.crimes import CONTRACT

YEAR = [date(2024, 1, 1) + timedelta(days=i) for i in range(366)]
EPOCHS = {1900: openpyxl.utils.datetime.CALENDAR_WINDOWS_1900, 1904: CALENDAR_MAC_1904}
Read = Callable[..., Rows]


@pytest.fixture
def read(folder: Path, ask: Callable[..., Request]) -> Read:
    """Read one column of dates from text or a workbook, through a map that says how."""

    def done(cells: list[object], rules: str = "", *, epoch: int = 0) -> Rows:
        (folder / "map.toml").write_text('[columns]\nid = "id"\nkind = "kind"\nstart = "start"\n' + rules, "utf-8")
        rows = [[str(i), "theft", cell] for i, cell in enumerate(cells)]
        if epoch:
            made = openpyxl.Workbook()
            made.epoch = EPOCHS[epoch]
            for row in [["id", "kind", "start"], *rows]:
                made.active.append(row)
            out = io.BytesIO()
            made.save(out)
            (folder / "a.dat").write_bytes(out.getvalue())
        else:
            lines = ["id,kind,start", *(f'{i},{kind},"{cell}"' for i, kind, cell in rows)]
            (folder / "a.dat").write_text("\n".join(lines), "utf-8")
        return reading.rows(ask("crimes", files="a.dat", column_map="map.toml"), CONTRACT)

    return done


def days(found: Rows) -> list[date]:
    return found.table["start"].dt.date.tolist()


def told(found: Rows) -> list[tuple[int, str]]:
    return list(zip(found.quarantine["row"], found.quarantine["code"], strict=True))


@pytest.mark.parametrize("layout", ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %b %Y"])
def test_every_day_as_text_stated_or_proven(read: Read, layout: str) -> None:
    texts: list[object] = [day.strftime(layout) for day in YEAR]
    stated = "iso" if layout == "%Y-%m-%d" else layout
    assert days(read(texts, f'[formats]\nstart = "{stated}"')) == YEAR
    found = read(texts)
    assert days(found) == YEAR
    assert any("no other order fits" in note for note in found.repairs) == (stated != "iso")


@pytest.mark.parametrize("epoch", EPOCHS)
@pytest.mark.parametrize("rules", ["", '[formats]\nstart = "%d/%m/%Y"'])
def test_every_day_as_a_true_date_in_both_systems(read: Read, epoch: int, rules: str) -> None:
    assert days(read(list(YEAR), rules, epoch=epoch)) == YEAR
    timed = [datetime(day.year, day.month, day.day, 9, 30) for day in YEAR]
    found = read(timed, rules, epoch=epoch)
    assert found.table["start"].dt.to_pydatetime().tolist() == timed


@pytest.mark.parametrize("epoch", EPOCHS)
def test_every_day_as_a_day_number_where_the_map_allows_it(read: Read, epoch: int) -> None:
    numbers = [int(to_excel(day, EPOCHS[epoch])) for day in YEAR]
    refused = read(numbers, epoch=epoch)
    assert {code for _, code in told(refused)} == {"excel_date"}
    assert refused.quarantined == 366
    found = read(numbers, '[repairs]\nexcel_serial_dates = ["start"]', epoch=epoch)
    assert days(found) == YEAR
    assert any("366 day numbers of Excel read as dates" in note for note in found.repairs)


def test_day_numbers_in_text_count_from_1900_and_keep_their_time(read: Read) -> None:
    found = read(
        ["45748", "45748.4375", "01/04/2025"], '[formats]\nstart="%d/%m/%Y"\n[repairs]\nexcel_serial_dates=["start"]'
    )
    assert found.table["start"].astype(str).tolist() == [
        "2025-04-01 00:00:00",
        "2025-04-01 10:30:00",
        "2025-04-01 00:00:00",
    ]
    assert repairs.serial_date("60") is None


@pytest.mark.parametrize(
    ("texts", "rules", "word"),
    [
        (["03/04/2025", "05/06/2025"], "", "cannot be told.*03/04/2025.*State the layout"),
        (["13/04/2025", "04/13/2025"], "", "cannot be told|both"),
        (
            ["13/04/2025", "04/13/2025"],
            '[formats]\nstart = "%d/%m/%Y"',
            "both %d/%m/%Y and %m/%d/%Y, such as '04/13/2025'",
        ),
        (["13/04/25", "14/04/25"], "", "two digits"),
        (["03/04/25", "05/06/25"], "", "two digits"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(read: Read, texts: list[object], rules: str, word: str) -> None:
    with pytest.raises(InputRefused, match=word):
        read(texts, rules)


def test_two_digits_of_a_year_are_read_where_the_layout_states_them(read: Read) -> None:
    assert days(read(["13/04/25", "03/04/25"], '[formats]\nstart = "%d/%m/%y"')) == [
        date(2025, 4, 13),
        date(2025, 4, 3),
    ]


def test_a_slip_among_many_is_quarantined_by_itself(read: Read) -> None:
    texts: list[object] = [day.strftime("%d/%m/%Y") for day in YEAR]
    for rules in ("", '[formats]\nstart = "%d/%m/%Y"'):
        found = read([*texts, "04/13/2024", "31/02/2024"], rules)
        assert told(found) == [(368, "not_a_date"), (369, "not_a_date")]
        assert days(found) == YEAR


def test_one_file_of_another_order_is_found_among_many(folder: Path, ask: Callable[..., Request]) -> None:
    (folder / "map.toml").write_text(
        '[columns]\nkind = "kind"\nstart = "start"\n[formats]\nstart = "%d/%m/%Y"', "utf-8"
    )
    for number in range(120):
        layout = "%m/%d/%Y" if number == 7 else "%d/%m/%Y"
        lines = [f"theft,{day.strftime(layout)}" for day in YEAR[:60]]
        (folder / f"{number:03d}.csv").write_text("\n".join(["kind,start", *lines]), "utf-8")
    with pytest.raises(InputRefused, match=r"007\.csv, column 'start'"):
        reading.rows(ask("crimes", files="*.csv", column_map="map.toml"), CONTRACT)


def test_an_iso_column_stays_iso_whatever_else_is_in_it(read: Read) -> None:
    found = read(["2026-01-05", "2026-13-04", "05/01/2026", "2026-04"])
    assert told(found) == [(3, "not_a_date"), (4, "not_a_date"), (5, "not_a_date")]


def test_clock_changes_are_kept_as_written(read: Read) -> None:
    found = read(["2025-10-26 01:30", "2025-03-30 01:30"])
    assert found.table["start"].astype(str).tolist() == ["2025-10-26 01:30:00", "2025-03-30 01:30:00"]


# ----------------------------------------------------------------------------------------------------------- damage


def test_what_excel_made_of_an_id_is_quarantined_or_left_blank_by_name(
    folder: Path, ask: Callable[..., Request]
) -> None:
    (folder / "a.csv").write_text(
        "id,kind,start\n1.23457E+11,theft,2026-01-05\n12E5,theft,2026-01-05\n'007,theft,2026-01-05\n"
    )
    found = reading.rows(ask("crimes", files="a.csv"), CONTRACT)
    assert told(found) == [(2, "excel_number")]
    assert found.table["id"].tolist() == ["12E5", "'007"]
    columns = '[columns]\nid="id"\nkind="kind"\nstart="start"\n'
    (folder / "map.toml").write_text(columns + '[repairs]\nexcel_scientific_ids = ["id"]\napostrophes = ["id"]')
    found = reading.rows(ask("crimes", files="a.csv", column_map="map.toml"), CONTRACT)
    assert found.table["id"].tolist() == ["", "12E5", "007"]
    assert [note.split(",")[0] for note in found.repairs] == [
        "1 id that Excel wrote as 1.2E+11 left blank", "1 apostrophe before a value taken off",
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "########"])
def test_what_excel_could_not_show_is_quarantined(folder: Path, ask: Callable[..., Request], cell: str) -> None:
    (folder / "a.csv").write_text(f"id,kind,start,mo\n1,theft,2026-01-05,{cell}\n2,{cell},2026-01-05,# of doors: 2\n")
    found = reading.rows(ask("crimes", files="a.csv"), CONTRACT)
    assert told(found) == [(2, "excel_error"), (3, "excel_error")]


def test_a_rule_nobody_knows_is_refused(folder: Path, ask: Callable[..., Request]) -> None:
    from intelnb.errors import SettingsError

    (folder / "a.csv").write_text("kind,start\ntheft,2026-01-05\n")
    (folder / "map.toml").write_text(
        '[columns]\nkind="kind"\nstart="start"\n[repairs]\nguess = ["start"]\napostrophes = ["x"]'
    )
    with pytest.raises(SettingsError, match=r"no such rule.*choose from excel_serial_dates.*no column x"):
        reading.rows(ask("crimes", files="a.csv", column_map="map.toml"), CONTRACT)


def test_every_word_is_read_as_its_column_would_be() -> None:
    # reading each distinct text once is reading every text
    import pyarrow as pa

    from intelnb.intake.words import Words

    texts = [f" {i % 7} " if i % 3 else str(i) for i in range(5000)]
    words = Words.of([pa.chunked_array([texts[:100], texts[100:]])])
    assert words.column().to_pylist() == [text.strip() for text in texts]
    assert words.often().sum() == len(texts)
    assert pd.Series(words.spread(words.like("^3$"))).tolist() == [text.strip() == "3" for text in texts]


# -------------------------------------------------------------------------------------------- several files of one source

WEEKS = {
    "wk1.csv": ["25/02/2025", "03/02/2025"],  # day first, and proven
    "wk2.csv": ["04/03/2025", "05/03/2025"],  # either
    "wk3.csv": ["03/14/2025", "03/05/2025"],  # month first, and proven
    "wk4.csv": ["2025-03-14", ""],
}


@pytest.fixture
def weeks(folder: Path, ask: Callable[..., Request]) -> Callable[..., Rows]:
    """Read some weeks as one source."""

    def done(*names: str, rules: str = "") -> Rows:
        (folder / "map.toml").write_text(f'[columns]\nkind = "kind"\nreported = "reported"\nstart = "start"\n{rules}')
        for name in names:
            lines = [f"theft,{text},2025-01-01" for text in WEEKS[name]]
            (folder / name).write_text("\n".join(["kind,reported,start", *lines]), "utf-8")
        return reading.rows(ask("crimes", files=list(names), column_map="map.toml"), CONTRACT)

    return done


def test_no_file_proves_the_order_of_another(weeks: Callable[..., Rows]) -> None:
    for names in (("wk2.csv",), ("wk1.csv", "wk2.csv"), ("wk2.csv", "wk3.csv", "wk4.csv")):
        with pytest.raises(InputRefused, match=r"cannot be told.*'04/03/2025' \(wk2\.csv, column 'reported'\)"):
            weeks(*names)
    found = weeks("wk1.csv", "wk2.csv", rules='[formats]\nreported = "%d/%m/%Y"')
    assert found.table["reported"].dt.date.tolist()[2:] == [date(2025, 3, 4), date(2025, 3, 5)]
    assert not found.repairs


def test_each_file_is_read_in_the_order_it_proves(weeks: Callable[..., Rows]) -> None:
    found = weeks("wk1.csv", "wk3.csv", "wk4.csv")
    days = [date(2025, 2, 25), date(2025, 2, 3), date(2025, 3, 14), date(2025, 3, 5), date(2025, 3, 14)]
    assert found.table["reported"].dropna().dt.date.tolist() == days
    assert found.quarantined == 0
    assert found.repairs == (
        "column 'reported' read as %d/%m/%Y: no other order fits wk1.csv",
        "column 'reported' read as %m/%d/%Y: no other order fits wk3.csv",
    )
