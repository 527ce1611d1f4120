"""Excel workbooks as records: one visible sheet, real dates as dates, and no cell whose value is not there."""

from __future__ import annotations

import html
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Any

import numpy as np
import openpyxl.xml
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from intelnb.errors import InputRefused, IntelError
from intelnb.intake import ceiling, cells, heading, packed, sheets, spoken
from intelnb.intake.records import Records, Spoilt
from intelnb.intake.sheets import Sheet
from intelnb.tables.words import several

_FORMULA = re.compile(
    rb'<(?:\w+:)?c (?=[^>]*\br="([A-Z]{1,3})(\d{1,7})")([^>]*)>\s*(?:<(?:\w+:)?f\b[^>]*/>|<(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"\s*(<(?:\w+:)?v>[^<]+<)?"
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row [^>]*hidden="(?:1|true)"')
_OF_THE_WHOLE = ("docProps/", "customXml/", "xl/workbook.xml")
_HEADER = re.compile(r"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)>([^<]+)<")
_SAID = re.compile(r'>([^<]+)<|"([^"]+)"')
_WORKED_OUT = re.compile(r"<(?:\w+:)?(?:f|formula[12]?)(?: [^>]*)?>[^<]*<")
_IN_RUNS = re.compile(r"<(?:\w+:)?(si|is|text|p)>(.*?)</(?:\w+:)?\1>", re.DOTALL)
_RUN = re.compile(r"<(?:\w+:)?t(?: [^>]*)?>([^<]*)<")
_ONE_RUN = re.compile(r"<(?:\w+:)?r>")
_FOOTER_CODE = re.compile(r'&(?:"[^"]*"|\d+|[A-Z])')


def scan(data: bytes, *, name: str, sheet: str = "", heading_row: int = 0, wanted: Sequence[str] = ()) -> Records:
    """Cut a workbook into records.

    Parameters
    ----------
    data
        The workbook.
    name
        File name for messages.
    sheet
        Which sheet; the only visible one that holds anything, or has the headings wanted, where it is not given.
    heading_row
        Sheet row of the headings; found where it is 0. The row above it gives names to groups of columns.
    wanted
        Headings that must be there.

    Returns
    -------
    Records with their sheet rows. Values worked out by formulas are taken as they were last saved.

    Raises
    ------
    InputRefused
        When it is damaged, too large, or no one sheet can be told.
    """
    parts = _parts(data, name)
    said, elsewhere = _set_aside(parts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            reader.read()
            chosen, notes = sheets.chosen(reader, parts, name=name, sheet=sheet, wanted=wanted)
        except IntelError:
            # before anything of the workbook, such as the names of its sheets, is told
            ceiling.refuse_above_in((("", text) for text in said), name=name)
            for text in elsewhere:
                ceiling.is_in_doubt(text, name=name)
            raise
        except Exception:  # noqa: BLE001 - a damaged workbook raises whatever its bytes lead to
            raise InputRefused(
                what="The workbook is damaged", where=name, now="Open it in Excel, save it again, and run again."
            ) from None
    found = _records(chosen, heading_row=heading_row, wanted=wanted, name=name)
    hidden = len(_HIDDEN_ROW.findall(chosen.xml))
    notes += [f"{several(hidden, 'hidden row')} read like the others"] if hidden else []
    return Records(
        **found, lane="xlsx", typed=True, aside=(*said, *_above(chosen, found["head_at"])), elsewhere=elsewhere,
        notes=tuple(notes),
        date_system=1904 if reader.wb.epoch == CALENDAR_MAC_1904 else 1900,
    )  # fmt: skip


def _parts(data: bytes, name: str) -> dict[str, bytes]:
    """Every part of XML, of a size we can hold and without a document type: no entity is ever resolved."""
    if openpyxl.xml.DEFUSEDXML is not True:
        raise IntelError(
            what="Workbooks cannot be read safely: defusedxml is not in use", now="Run 'make setup' again."
        )
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            _refuse_too_large(listed, len(data), name)
            for info in listed:
                if info.filename.endswith((".xml", ".rels", ".vml")):
                    parts[info.filename] = archive.read(info)
    except InputRefused:
        raise
    except Exception:  # noqa: BLE001 - a damaged package raises whatever its bytes lead to
        raise InputRefused(what="The workbook is damaged", where=name, now="Save it again in Excel.") from None
    if any(
        b"<!DOCTYPE" in part or b"<!ENTITY" in part or part[:2] in {b"\xff\xfe", b"\xfe\xff"} for part in parts.values()
    ):
        raise InputRefused(
            what="The workbook holds a document type, which Excel never writes", where=name,
            now="Do not open it; tell your information security team.",
        )  # fmt: skip
    return parts


def _refuse_too_large(listed: Sequence[zipfile.ZipInfo], packed_bytes: int, name: str) -> None:
    total = sum(info.file_size for info in listed)
    if total > packed.allowed_bytes(packed_bytes) or len(listed) > packed.MOST_MEMBERS:
        raise InputRefused(
            what=f"Unpacked, the workbook is larger than it may be ({total / 1e6:,.0f} MB)", where=name,
            now="Save the sheet you need as a workbook or CSV of its own.",
        )  # fmt: skip


def _records(sheet: Sheet, *, heading_row: int, wanted: Sequence[str], name: str) -> dict[str, Any]:
    """Headings, records and their rows, and cells without a value."""
    numbers = list(sheet.rows)
    if heading_row and heading_row not in sheet.rows:
        told = f"Row {heading_row} of sheet '{sheet.title}' is empty"
        raise InputRefused(what=told, where=name, now="Mend heading_row in the column map.")
    first = [[sheets.text(cell) for cell in sheet.rows[number]] for number in numbers[: heading.LOOKED_AT]]
    merged = _merged(sheet.xml)
    top = heading_row or _bottom(numbers[heading.at(_whole(first, numbers, merged), wanted)], sheet, merged)
    headings = cells.headings(
        [sheets.text(cell) for cell in _named(sheet, top, merged)], f"{name}, sheet '{sheet.title}', row {top}"
    )
    width, body = len(headings), [number for number in numbers if number > top]
    columns = [_column([_at(sheet.rows[number], i) for number in body]) for i in range(width)]
    row = np.array(body, dtype=np.int64)
    return {
        "columns": cells.table(headings, columns),
        "head_at": top,
        "row": row,
        "blank_lines": (body[-1] - top - len(body)) if body else 0,
        "spoilt": tuple(_spoilt(sheet, headings, row, merged)),
    }


def _bottom(top: int, sheet: Sheet, merged: list[tuple[int, int, int, int]]) -> int:
    """The last row of the headings that begin in a row: groups of columns have their own names below them."""
    is_group = any(up == down == top and right > left for left, up, right, down in merged)
    is_group = is_group and sum(cell is not None for cell in sheet.rows[top]) > 1
    tall = [down for left, up, right, down in merged if up == top and left == right]
    last = max([top + 1 if is_group else top, *tall])
    return last if last in sheet.rows else top


def _at(row: list[Any], column: int) -> Any:
    return row[column] if column < len(row) else None


def _whole(first: list[list[str]], numbers: list[int], merged: list[tuple[int, int, int, int]]) -> list[list[str]]:
    """The first rows with the headings they would make, groups of columns included."""
    made = []
    for place, row in enumerate(first):
        above = first[place - 1] if place and numbers[place] == numbers[place - 1] + 1 else []
        made.append(_joined(above, row, numbers[place], merged))
    return made


def _named(sheet: Sheet, top: int, merged: list[tuple[int, int, int, int]]) -> list[str]:
    above = [sheets.text(cell) for cell in sheet.rows.get(top - 1, [])]
    return _joined(above, [sheets.text(cell) for cell in sheet.rows[top]], top, merged)


def _joined(above: list[str], row: list[str], number: int, merged: list[tuple[int, int, int, int]]) -> list[str]:
    """A row of headings, with the names of groups above them; a title over the whole sheet is no group."""
    groups = [(left, right) for left, up, right, down in merged if up == down == number - 1 and right > left]
    tall = [left for left, up, right, down in merged if up <= number - 1 and down == number and left == right]
    if (groups and sum(bool(cell) for cell in above) > 1) or tall:
        kept = {column for first, last in groups for column in range(first, last + 1)} | set(tall)
        return heading.grouped([cell if i in kept else "" for i, cell in enumerate(above)], row, groups)
    return row


def _merged(xml: bytes) -> list[tuple[int, int, int, int]]:
    """Merged ranges as left, top, right, bottom; columns count from 0, rows from 1."""
    found = (range_boundaries(ref.decode()) for ref in _MERGED.findall(xml))
    return [(left - 1, top, right - 1, bottom) for left, top, right, bottom in found]


def _spoilt(
    sheet: Sheet, headings: Sequence[str], row: np.ndarray[Any, Any], merged: list[tuple[int, int, int, int]]
) -> Iterator[Spoilt]:
    """Cells of records whose value is not there: formulas never worked out, and cells merged with another."""
    place = {int(number): i for i, number in enumerate(row)}
    empty: dict[int, set[int]] = {}
    for letters, number, attributes, value in _FORMULA.findall(sheet.xml):
        if not value and b't="str"' not in attributes and int(number) in place:
            column = range_boundaries(f"{letters.decode()}1")[0] - 1
            empty.setdefault(column, set()).add(place[int(number)])
    told = ("formula_without_value", "The formula was never worked out: open the file in Excel and save it")
    yield from _named_cells(empty, headings, *told)
    under: dict[int, set[int]] = {}
    for left, top, right, bottom in merged:
        for number in range(top, bottom + 1):
            for column in range(left, min(right, len(headings) - 1) + 1):
                if number in place and (number, column) != (top, left):
                    under.setdefault(column, set()).add(place[number])
    told = ("merged_cell", "The cell is merged with another: unmerge it and fill in every row")
    yield from _named_cells(under, headings, *told)


def _named_cells(at: dict[int, set[int]], headings: Sequence[str], code: str, reason: str) -> Iterator[Spoilt]:
    for column, places in sorted(at.items()):
        if column < len(headings):
            yield Spoilt(headings[column], code, reason, np.array(sorted(places), dtype=np.int64))


def _column(values: list[Any]) -> list[str]:
    """One column as text; where no date of it has a time of day, its dates are days."""
    moments = [value for value in values if isinstance(value, datetime)]
    are_days = bool(moments) and not any(sheets.rounded(m).time() != time(0) for m in moments)
    return [sheets.text(value, are_days=are_days) for value in values]


def _above(sheet: Sheet, top: int) -> Iterator[str]:
    """The texts above the headings: titles and notes of whoever made the export."""
    yield from (sheets.text(cell) for number, row in sheet.rows.items() if number < top for cell in row)


def _set_aside(parts: dict[str, bytes]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Texts anywhere in the package: what speaks for the whole workbook, and what else may speak of a secret.

    Headers, footers, properties and names of sheets speak for all of it; cells and comments for their own row.
    """
    whole: dict[str, None] = {}
    others: dict[str, None] = {}
    for place, part in parts.items():
        # the choices of a drop-down list, and what a formula compares with, mark nothing
        text = _WORKED_OUT.sub("<", part.decode("utf-8", "replace")) if _may_speak(place, part) else ""
        whole |= dict.fromkeys(
            piece for said in _HEADER.findall(text) for piece in _FOOTER_CODE.split(html.unescape(said))
        )
        # a text written in several hands is one
        told = ["".join(_RUN.findall(runs)) for _, runs in _IN_RUNS.findall(text)] if _ONE_RUN.search(text) else []
        told += [inside or attribute for inside, attribute in _SAID.findall(text)]
        (whole if place.startswith(_OF_THE_WHOLE) else others).update(dict.fromkeys(map(html.unescape, told)))
    return tuple(whole), tuple(said for said in others if spoken.says(said) and said not in whole)


def _may_speak(place: str, part: bytes) -> bool:
    """Whether a part of the package is worth looking through."""
    telling = place.startswith(_OF_THE_WHOLE) or any(mark in part for mark in (b"&#", b"Header>", b"Footer>", b"r><"))
    return telling or spoken.anywhere(part)
