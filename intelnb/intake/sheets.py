"""Which sheet of a workbook is read, and what is said of those that are not: no row is left out unseen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from openpyxl.reader.excel import ExcelReader

from intelnb.errors import InputRefused
from intelnb.intake import cells, heading
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

    A visible sheet that is not read is named with how many rows it holds, a cover sheet too. Where its headings are
    those of the sheet that is read but for capitals or blanks, it holds more of the same records, and nobody chose.

    Raises
    ------
    InputRefused
        When no one sheet can be told, or a sheet left out has the same headings.
    """
    where = {listed.name: rel.target.lstrip("/") for listed, rel in reader.parser.find_sheets()}
    every = {made.title: made for made in reader.wb.worksheets}
    shown = [title for title, made in every.items() if made.sheet_state == "visible"]
    if sheet and sheet not in every:
        told = f"There is no sheet '{sheet}'"
        raise InputRefused(what=told, where=name, now=f"Choose one of: {', '.join(shown[:12])}.")
    titles = [sheet] if sheet else shown
    looked_at = {t: _sheet(every[t], b"", name, most=heading.LOOKED_AT) for t in titles}
    filled = [made for made in looked_at.values() if made.rows]
    if len(filled) > 1 and wanted:
        fitting = [made for made in filled if _has(made, wanted)]
        filled = fitting if len(fitting) == 1 else filled
    if not filled:
        raise InputRefused(what="No visible sheet holds anything", where=name, now="Export it again, as one sheet.")
    if len(filled) > 1:
        listed = ", ".join(f"'{made.title}'" for made in filled[:12])
        raise InputRefused(
            what=f"Several sheets hold something: {listed}", where=name,
            now="Say which one in the column map: sheet, under [source].",
        )  # fmt: skip
    others = [made for made in looked_at.values() if made.rows and made.title != filled[0].title]
    _refuse_alike(others, wanted, chosen=filled[0].title, name=name)
    hidden = [title for title in every if title not in shown and title != filled[0].title]
    notes = [f"sheet '{filled[0].title}'"] if len(every) > 1 else []
    notes += [f"{several(len(hidden), 'hidden sheet')} ignored: {', '.join(hidden[:6])}"] if hidden else []
    title = filled[0].title
    left_out = [one for one in shown if one != title]
    counts = {one: _rows(parts.get(where.get(one, ""), b"")) for one in left_out}
    notes += [f"visible sheet '{one}' not read: {several(count, 'row')}" for one, count in counts.items() if count]
    xml = parts.get(where.get(title, ""), b"")
    _refuse_out_of_order(xml, title, name=name)
    return _sheet(every[title], xml, name), notes


def _refuse_out_of_order(xml: bytes, title: str, *, name: str) -> None:
    """Refuse a sheet whose row numbers do not rise: readers of workbooks pass over the second row of a number."""
    numbers = [int(found) for found in _NUMBER.findall(xml)]
    twice = next((after for before, after in pairwise(numbers) if after <= before), 0)
    if twice:
        raise InputRefused(
            what=f"Row {twice} stands twice in the sheet, or out of order", where=f"{name}, sheet '{title}'",
            now="Open it in Excel, look whether all rows are there, and save it again.",
        )  # fmt: skip


def _refuse_alike(others: Sequence[Sheet], wanted: Sequence[str], *, chosen: str, name: str) -> None:
    """Refuse a workbook in which another sheet has the headings wanted, written a little otherwise."""
    folded = {_folded(one) for one in wanted}
    for other in others:
        for row in list(other.rows.values())[: heading.LOOKED_AT]:
            has = {_folded(text(cell)): heading.trimmed(text(cell)) for cell in row}
            if wanted and folded <= set(has):
                differ = [f"'{has[_folded(one)]}' in place of '{one}'" for one in wanted if has[_folded(one)] != one]
                raise InputRefused(
                    what=f"Sheets '{chosen}' and '{other.title}' have the same headings, but {', '.join(differ)}",
                    where=name,
                    now="Give both the same headings in one sheet, or name one under [source] in the column map: sheet.",
                )


def _folded(cell: str) -> str:
    return re.sub(r"[\W_]+", "", cell).casefold()


def _rows(xml: bytes) -> int:
    """How many rows of a sheet hold anything."""
    return sum(_HELD.search(row) is not None for row in _ROW.findall(xml))


def _has(sheet: Sheet, wanted: Sequence[str]) -> bool:
    first = [[text(cell) for cell in row] for row in list(sheet.rows.values())[: heading.LOOKED_AT]]
    return any(set(wanted) <= {heading.trimmed(cell) for cell in row} for row in first)


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
