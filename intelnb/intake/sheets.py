"""Which sheet of a workbook is read, and what is said of those that are not: no row is left out unseen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from openpyxl.reader.excel import ExcelReader

from intelnb.errors import InputRefused
from intelnb.intake import cells, heading, other_sheets
from intelnb.intake.other_sheets import Table
from intelnb.tables.words import several

MOST_CELLS = 20_000_000
_ROW = re.compile(rb"<(?:\w+:)?row\b.*?</(?:\w+:)?row>", re.DOTALL)
_NUMBER = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=\"(\d{1,7})\"")
_HELD = re.compile(rb"<(?:\w+:)?(?:v|t)\b[^>/]*>[^<]")


@dataclass(frozen=True, eq=False)
class Sheet:
    """One visible sheet: its filled rows by number, and what its XML says beyond its values."""

    title: str
    rows: dict[int, list[Any]]
    xml: bytes


def chosen(
    reader: ExcelReader, parts: dict[str, bytes], *, name: str, sheet: str, wanted: Sequence[str]
) -> tuple[Sheet, list[str]]:
    """The one sheet that is read, and what to say of the others.

    A visible sheet that is not read is named with how many records it holds, a cover sheet with its rows. One that
    looks like more of the records that are read refuses the workbook, unless the map names a sheet: nobody chose. Of
    several with the headings wanted, the one that has records is read.

    Raises
    ------
    InputRefused
        When no one sheet can be told, or a sheet left out holds more of the same records.
    """
    where = {listed.name: rel.target.lstrip("/") for listed, rel in reader.parser.find_sheets()}
    every = {made.title: made for made in reader.wb.worksheets}
    shown = [title for title, made in every.items() if made.sheet_state == "visible"]
    if sheet and sheet not in every:
        told = f"There is no sheet '{sheet}'"
        raise InputRefused(what=told, where=name, now=f"Choose one of: {', '.join(shown[:12])}.")
    looked_at = {
        t: _sheet(every[t], b"", name, most=heading.LOOKED_AT)
        for t in dict.fromkeys([*([sheet] if sheet else []), *shown])
    }
    tables = {t: other_sheets.table(list(one.rows.values()), wanted) for t, one in looked_at.items() if one.rows}
    title = sheet or _only(tables, wanted, name)
    others = {one: table for one, table in tables.items() if one != title}
    if not sheet and wanted:
        _refuse_alike(tables[title], others, wanted, read=title, name=name)
    hidden = [one for one in every if one not in shown and one != title]
    notes = [f"sheet '{title}'"] if len(every) > 1 else []
    notes += [f"{several(len(hidden), 'hidden sheet')} ignored: {', '.join(hidden[:6])}"] if hidden else []
    for one, table in others.items():
        count = _rows(parts.get(where.get(one, ""), b"")) - (table.before if table.headings else 0)
        notes.append(f"visible sheet '{one}' not read: {several(count, 'record' if table.headings else 'row')}")
    xml = parts.get(where.get(title, ""), b"")
    _refuse_out_of_order(xml, title, name=name)
    return _sheet(every[title], xml, name), notes


def _only(tables: Mapping[str, Table], wanted: Sequence[str], name: str) -> str:
    """The one sheet that holds anything, or that has the headings wanted; of several, the one with records."""
    filled = list(tables)
    fitting = [one for one in filled if wanted and set(wanted) <= set(tables[one].headings)]
    fitting = [one for one in fitting if tables[one].records] or fitting[:1]
    filled = fitting if len(filled) > 1 and len(fitting) == 1 else filled
    if not filled:
        raise InputRefused(what="No visible sheet holds anything", where=name, now="Export it again, as one sheet.")
    if len(filled) > 1:
        listed = ", ".join(f"'{one}'" for one in filled[:12])
        raise InputRefused(
            what=f"Several sheets hold something: {listed}", where=name,
            now="Say which one in the column map: sheet, under [source].",
        )  # fmt: skip
    return filled[0]


def _refuse_alike(table: Table, others: Mapping[str, Table], wanted: Sequence[str], *, read: str, name: str) -> None:
    """Refuse a workbook in which other sheets hold more of the records that are read: all of them at once."""
    faults = {one: other_sheets.fault(table, other, wanted) for one, other in others.items()}
    told = [f"'{one}': {why}" for one, why in faults.items() if why]
    if told:
        raise InputRefused(
            what=f"Sheets beside '{read}' look like more of its records: {'; '.join(told)}", where=name,
            now="Put all of them into one sheet, or name one under [source] in the column map: sheet.",
        )  # fmt: skip


def _refuse_out_of_order(xml: bytes, title: str, *, name: str) -> None:
    """Refuse a sheet whose row numbers do not rise: readers of workbooks pass over the second row of a number."""
    numbers = [int(found) for found in _NUMBER.findall(xml)]
    twice = next((after for before, after in pairwise(numbers) if after <= before), 0)
    if twice:
        raise InputRefused(
            what=f"Row {twice} stands twice in the sheet, or out of order", where=f"{name}, sheet '{title}'",
            now="Open it in Excel, look whether all rows are there, and save it again.",
        )  # fmt: skip


def _rows(xml: bytes) -> int:
    """How many rows of a sheet hold anything."""
    return sum(_HELD.search(row) is not None for row in _ROW.findall(xml))


def _sheet(made: Any, xml: bytes, name: str, *, most: int = 0) -> Sheet:
    """The filled rows of a sheet, or the first so many; a far cell costs nothing but itself."""
    made.reset_dimensions()
    rows: dict[int, list[Any]] = {}
    size = 0
    for number, row in enumerate(made.iter_rows(values_only=True), start=1):
        if not row:
            continue
        last = len(row)
        while last and row[last - 1] is None:
            last -= 1
        if not last:
            continue
        size += last
        if size > MOST_CELLS:
            told = f"The sheet has more than {MOST_CELLS:,} cells"
            raise InputRefused(what=told, where=f"{name}, sheet '{made.title}'", now="Save it as CSV, or split it.")
        rows[number] = list(row[:last])
        if len(rows) == most:
            break
    return Sheet(made.title, rows, xml)


def text(value: Any, *, are_days: bool = False) -> str:
    """One cell as text; a truth as Excel writes it."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        exact = rounded(value)
        return cells.text(exact.date() if are_days else exact)
    if isinstance(value, (int, float, date, time, timedelta)):
        return cells.text(value)
    return str(value)


def rounded(moment: datetime) -> datetime:
    """A moment without the thousandths that a fraction of a day brings with it."""
    near = moment + timedelta(microseconds=500_000)
    whole = near.replace(microsecond=0)
    return whole if abs(whole - moment) <= timedelta(milliseconds=2) else moment
