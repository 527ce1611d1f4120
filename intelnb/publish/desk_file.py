"""Writing the desk file: one row per place where an officer judges, with the evidence beside it.

Nothing in it is hidden: no hidden sheet, row, column or name, no comment, no formula. The same bundle and
judgements give the same bytes.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from intelnb.bundle import Bundle, PlacePart
from intelnb.doctrine import confidence, yardstick
from intelnb.errors import JudgementError
from intelnb.publish import desk_layout as layout
from intelnb.records import Judgement

_FIXED = (2000, 1, 1, 0, 0, 0)
_LINE_POINTS, _ROOM_LINES = 15.0, 8
_LONGEST_CELL = 32_767
_GREY = PatternFill("solid", fgColor="D9D9D9")
_PALE = PatternFill("solid", fgColor="F3F2F1")
_WHITE = PatternFill("solid", fgColor="FFFFFF")
_AMBER = PatternFill("solid", fgColor="FFF2CC")
_HEAD = PatternFill("solid", fgColor="12436D")
_EDGE = Border(*(Side(style="thin", color="B1B4B6") for _ in range(4)))
_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_|[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")


def write(bundle: Bundle, path: Path, *, saved: Mapping[str, Judgement]) -> None:
    """Write the desk file of a draft, filled with what was judged before.

    It replaces what stands at `path`: read a filled file, and keep what it holds, before writing anew.

    Parameters
    ----------
    bundle
        The sealed product; its places become the rows, its owners the choices.
    path
        Where the workbook goes, ending in `.xlsx`.
    saved
        Place and the judgement now in force there. One made on other evidence asks for confirmation.

    Raises
    ------
    JudgementError
        When the file is open in Excel, cannot be written, or a saved text is too long for a cell.
    """
    book = Workbook()
    desk = book.active
    desk.title = layout.SHEET
    _top(desk, bundle)
    for row, place in enumerate(bundle.places(), start=layout.HEADER_ROW + 1):
        _place_row(desk, row, bundle, place, saved.get(place.id))
    ranges = _lists(book.create_sheet(layout.LISTS), bundle)
    _choices(desk, bundle, ranges)
    for sheet in book.worksheets:
        _page_setup(sheet, bundle)
    _put(path, _same_bytes(book))


def _top(desk: Worksheet, bundle: Bundle) -> None:
    """Marking, title, help, the one place for name and date, and the headings."""
    last = len(layout.COLUMNS)
    _wide(desk, 1, last, bundle.marking, Font(name="Arial", bold=True, size=14))
    title = f"Desk file: {bundle.title}, {bundle.area_name}, {bundle.period_words} (DRAFT)"
    _wide(desk, layout.TITLE_ROW, last, title, Font(name="Arial", bold=True, size=13))
    _wide(desk, layout.HELP_ROW, last, layout.HELP, Font(name="Arial"))
    desk.row_dimensions[layout.HELP_ROW].height = 66
    row = layout.NAME_ROW
    desk.row_dimensions[row].height = 30
    _fill(desk.cell(row, layout.REFERENCE_COLUMN - 1), "Reference", font=Font(name="Arial", bold=True))
    _fill(desk.cell(row, layout.REFERENCE_COLUMN), bundle.reference)
    _fill(
        desk.cell(row, layout.NAME_COLUMN - 1), "Your name, for rows without one:", font=Font(name="Arial", bold=True)
    )
    _open(desk.cell(row, layout.NAME_COLUMN))
    _fill(desk.cell(row, layout.DATE_COLUMN - 1), "Today's date:", font=Font(name="Arial", bold=True))
    _open(desk.cell(row, layout.DATE_COLUMN), is_date=True)
    for number, column in enumerate(layout.COLUMNS, start=1):
        cell = desk.cell(layout.HEADER_ROW, number)
        _fill(cell, column.heading, font=Font(name="Arial", bold=True, color="FFFFFF"), fill=_HEAD)
        desk.column_dimensions[get_column_letter(number)].width = column.width
    desk.row_dimensions[layout.HEADER_ROW].height = 48
    desk.freeze_panes = desk.cell(layout.HEADER_ROW + 1, layout.REFERENCE_COLUMN + 1)


def _place_row(desk: Worksheet, row: int, bundle: Bundle, place: PlacePart, saved: Judgement | None) -> None:
    lines = layout.evidence_lines(place.evidence)
    is_stale = saved is not None and saved.is_stale(place.evidence)
    state = layout.NEW if saved is None else layout.CHANGED if is_stale else layout.KEPT
    shown = {
        layout.PLACE: place.id,
        layout.SECTION: layout.section_of(bundle, place),
        layout.SENTENCE: place.sentence,
        layout.EVIDENCE: lines,
        layout.STATE: state,
        layout.CODE: layout.check_code(place.id, lines),
    }
    for number, column in enumerate(layout.COLUMNS, start=1):
        cell = desk.cell(row, number)
        typed = getattr(saved, column.field, "") if saved is not None and column.field != "confirm" else ""
        if not column.is_typed:
            loud = column.heading == layout.STATE and is_stale
            _fill(cell, shown[column.heading], fill=_AMBER if loud else _PALE, font=Font(name="Arial", bold=loud))
        elif not typed and (place.kind not in column.kinds or (column.field == "confirm" and not is_stale)):
            _fill(cell, "", fill=_GREY)
        else:
            _open(cell, str(typed), is_date=column.field in layout.DATES)
        cell.border = _EDGE
    desk.row_dimensions[row].height = _height(desk, row)


def _height(desk: Worksheet, row: int) -> float:
    """Points for the longest cell of a row, with room for sixty words; no row is taller than Excel allows."""
    lines = [
        sum(1 + len(line) // (column.width - 1) for line in str(desk.cell(row, number).value or "").split("\n"))
        for number, column in enumerate(layout.COLUMNS, start=1)
    ]
    return min(_LINE_POINTS * max(*lines, _ROOM_LINES), 409)


def _lists(sheet: Worksheet, bundle: Bundle) -> dict[str, str]:
    """Write the choices on a sheet people can see; the ranges that hold them, by the name of the choice."""
    _wide(sheet, 1, 5, bundle.marking, Font(name="Arial", bold=True, size=14))
    terms = yardstick.terms()
    listed = {
        "likelihood": ("Likelihood", yardstick.names()),
        "range": ("What it means", tuple(term.range for term in terms)),
        "confidence": ("Confidence", confidence.levels()),
        "owners": ("Owners", bundle.owners),
        "confirm": ("Confirm", (layout.YES,)),
    }
    ranges = {}
    for number, (name, (heading, values)) in enumerate(listed.items(), start=1):
        _fill(sheet.cell(2, number), heading, font=Font(name="Arial", bold=True, color="FFFFFF"), fill=_HEAD)
        for row, value in enumerate(values, start=3):
            _fill(sheet.cell(row, number), value)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 34 if name == "owners" else 24
        if values:
            ranges[name] = f"{layout.LISTS}!${letter}$3:${letter}${2 + len(values)}"
    _wide(sheet, 12 + len(bundle.owners), 5, "Think of: " + "; ".join(confidence.prompts()) + ".", Font(name="Arial"))
    return ranges


def _choices(desk: Worksheet, bundle: Bundle, ranges: Mapping[str, str]) -> None:
    """Drop-down lists on the cells that have them."""
    first, last = layout.HEADER_ROW + 1, layout.HEADER_ROW + len(bundle.places())
    for number, column in enumerate(layout.COLUMNS, start=1):
        if column.choices not in ranges or last < first:
            continue
        letter = get_column_letter(number)
        rule = DataValidation(type="list", formula1=ranges[column.choices], allow_blank=True, showErrorMessage=True)
        rule.errorTitle, rule.error = column.heading, f"Choose one of the list on the sheet {layout.LISTS}."
        rule.add(f"{letter}{first}:{letter}{last}")
        desk.add_data_validation(rule)


def _page_setup(sheet: Worksheet, bundle: Bundle) -> None:
    """Marking in the header and footer of every printed page; what must not change is locked, without a password."""
    for edge in (sheet.oddHeader, sheet.oddFooter):
        edge.center.text = bundle.marking.replace("&", "&&")
    sheet.oddFooter.right.text = "&P / &N"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A3
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = f"1:{layout.HEADER_ROW}" if sheet.title == layout.SHEET else "1:2"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _wide(sheet: Worksheet, row: int, last: int, text: str, font: Font) -> None:
    """Text over the whole width of a sheet."""
    _fill(sheet.cell(row, 1), text, font=font)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=last)


def _open(cell: Cell, value: str = "", *, is_date: bool = False) -> None:
    """A cell people type in: text stays text, so that nothing typed becomes a formula; dates are dates."""
    _fill(cell, value, fill=_WHITE)
    cell.number_format = "dd/mm/yyyy" if is_date else "@"
    cell.protection = Protection(locked=False)
    cell.border = _EDGE
    if is_date and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        cell.value = date.fromisoformat(value)
        cell.number_format = "dd/mm/yyyy"


def _fill(cell: Cell, text: str, *, font: Font | None = None, fill: PatternFill | None = None) -> None:
    """Put text in a cell as text and nothing else, whatever it begins with."""
    if len(text) > _LONGEST_CELL:
        where = f"{layout.SHEET}!{cell.coordinate}"
        raise JudgementError(
            what="A text is too long for an Excel cell", where=where, now="Shorten it to a page or so."
        )
    if text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        cell.value = _ESCAPED.sub(_escape, text)
        cell.data_type = "s"
        cell.quotePrefix = text[0] in "=+-@\t\r"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.font = font or Font(name="Arial")
    if fill is not None:
        cell.fill = fill


def _escape(hit: re.Match[str]) -> str:
    """A character no workbook can hold, or text that looks like its escape, as Excel itself writes it."""
    found = hit.group()
    return f"_x005F{found}" if len(found) > 1 else f"_x{ord(found):04X}_"


def _same_bytes(book: Workbook) -> bytes:
    """The workbook without the moment and the program of its making."""
    book.properties.creator = "intelnb"
    made, fixed = io.BytesIO(), io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, _FIXED)
            entry.create_system = 3  # the same on every machine
            target.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def _put(path: Path, content: bytes) -> None:
    """Write whole or not at all, and never under somebody who has the file open."""
    closed = f"Close {path.name} in Excel, then try again."
    if layout.is_open(path):
        raise JudgementError(what="The desk file is open in Excel", where=str(path), now=closed)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".desk-", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as target:
                target.write(content)
                target.flush()
                os.fsync(target.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except PermissionError:
        raise JudgementError(what="The desk file cannot be written", where=str(path), now=closed) from None
    except OSError as fault:
        told = f"The desk file cannot be written: {fault.strerror}"
        raise JudgementError(what=told, where=str(path), now="Choose a folder you may write to.") from None
