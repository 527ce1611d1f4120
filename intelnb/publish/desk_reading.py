"""Reading a filled desk file: what was typed, by whom, on which evidence; or every fault with its cell."""

from __future__ import annotations

import warnings as python_warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from intelnb.bundle import Bundle, PlacePart, TypedJudgement
from intelnb.dates import Period, parse
from intelnb.doctrine import wording
from intelnb.errors import JudgementError, together
from intelnb.publish import desk_cells as cells
from intelnb.publish import desk_days as days
from intelnb.publish import desk_layout as layout
from intelnb.publish import judged
from intelnb.records import Judgement

_NOTHING: Mapping[str, Judgement] = MappingProxyType({})
_MOST_ROWS = 10_000
_LARGEST_BYTES = 20_000_000
_LARGEST_UNPACKED = 200_000_000
_BROKEN = (
    *(zipfile.BadZipFile, InvalidFileException, ParseError, zlib.error, KeyError, ValueError, TypeError),
    *(AttributeError, IndexError, EOFError, NotImplementedError, OverflowError, RuntimeError),
)


@dataclass(frozen=True, eq=False)
class DeskReading:
    """What a desk file holds.

    `typed` is what the page shows, `judgements` what the register keeps (an empty one withdraws what was kept),
    both by place; `warnings` never block.
    """

    typed: Mapping[str, TypedJudgement]
    judgements: Mapping[str, Judgement]
    warnings: tuple[str, ...]


@dataclass(eq=False)
class _Desk:
    """The sheet being read, and what was found so far."""

    sheet: Worksheet
    columns: Mapping[str, int]
    period: Period
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def cell(self, row: int, heading: str) -> Cell:
        return self.sheet.cell(row, self.columns[heading])

    def fault(self, cell: Cell, told: str) -> None:
        self.faults.append(f"{layout.SHEET}!{cell.coordinate}: {told}")

    def warn(self, cell: Cell, told: str) -> None:
        self.warnings.append(f"{layout.SHEET}!{cell.coordinate}: {told}")

    def value(self, cell: Cell, reader: Callable[[Cell], str]) -> str:
        try:
            return reader(cell)
        except cells.CellFaultError as fault:
            self.fault(cell, str(fault))
            return ""


@dataclass(frozen=True, eq=False)
class _Row:
    """One place and its row."""

    number: int
    place: PlacePart
    saved: Judgement | None


def read(path: Path, bundle: Bundle, *, saved: Mapping[str, Judgement] = _NOTHING) -> DeskReading:
    """Read a filled desk file against the draft it belongs to.

    A judgement made on other evidence stays stale until its row says yes under Confirm; one from the desk file
    of an earlier draft stays stale whatever the row says, because nobody has seen the new numbers yet.

    Parameters
    ----------
    path
        The workbook.
    bundle
        The sealed product, as it is now.
    saved
        Place and the judgement now in force there; an emptied row withdraws it.

    Raises
    ------
    JudgementError
        When the file is open in Excel or is no desk file of this product; or naming every cell that cannot be
        used, all at once.
    """
    desk = _desk(path, bundle)
    places = {place.id: place for place in bundle.places()}
    judgements: dict[str, Judgement] = {}
    for number in range(layout.HEADER_ROW + 1, desk.sheet.max_row + 1):
        name = _place_of(desk, number, places)
        if name in judgements:
            desk.fault(desk.cell(number, layout.PLACE), f"the place '{name}' stands in two rows; keep one")
        elif name:
            judgements[name] = _judgement(desk, _Row(number, places[name], saved.get(name)), bundle)
    if desk.faults:
        now = "Correct these cells in Excel, save, close it, and try again."
        raise together(
            list(dict.fromkeys(desk.faults)), what=f"{path.name} cannot be used", now=now, kind=JudgementError
        )
    gone = [
        f"{layout.SHEET}: the place '{name}' has no row; it stays as it was." for name in places.keys() - judgements
    ]
    kept = {name: one for name, one in judgements.items() if not one.is_empty or name in saved}
    typed = judged.shown(bundle, {name: one for name, one in kept.items() if not one.is_empty})
    return DeskReading(typed, kept, (*desk.warnings, *sorted(gone)))


def _place_of(desk: _Desk, row: int, places: Mapping[str, PlacePart]) -> str:
    """The place of a row; empty when the row has none that this draft knows."""
    cell = desk.cell(row, layout.PLACE)
    name = desk.value(cell, cells.text_in)
    if name in places:
        return name
    is_filled = any(
        desk.cell(row, column.heading).value is not None for column in layout.COLUMNS if column.field in judged.WORDS
    )
    if is_filled:
        told = f"'{name}' is not a place of this draft" if name else "the row has no place"
        desk.fault(cell, f"{told}; move its words to a row that is, or clear them")
    elif name:
        desk.warn(cell, f"'{name}' is not a place of this draft; its empty row is left out")
    return ""


def _judgement(desk: _Desk, row: _Row, bundle: Bundle) -> Judgement:
    """What one row holds, with the evidence it was made or confirmed on."""
    words = {
        column.field: _word(desk, row, column, bundle) for column in layout.COLUMNS if column.field in judged.WORDS
    }
    confirm = desk.value(desk.cell(row.number, layout.heading_of("confirm")), cells.confirmation_in) == layout.YES
    typed = judged.from_words(row.place.id, words)
    if typed.is_empty:
        by, at = _signature(desk, row, is_new=True, is_needed=False)
        return replace(typed, by=by, at=at)
    evidence, confirmed = _evidence(desk, row, confirm=confirm)
    is_new = confirmed or row.saved is None or not judged.same_words(typed, row.saved)
    by, at = _signature(desk, row, is_new=is_new, is_needed=True)
    _due(desk, row, due=typed.due, at=at)
    if row.place.kind in layout.JUDGED:
        first = desk.cell(row.number, layout.heading_of("text"))
        if not typed.text and not typed.action:
            desk.warn(first, "no words stand beside what was chosen.")
        chosen = {"likelihood": typed.likelihood, "confidence": typed.confidence, "why": typed.why}
        for told in wording.warnings(typed.text, **chosen):
            desk.warn(first, told)
    if row.saved is not None and not is_new:
        confirmed = row.saved.confirmed
    return replace(typed, by=by, at=at, evidence=evidence, confirmed=confirmed)


def _word(desk: _Desk, row: _Row, column: layout.DeskColumn, bundle: Bundle) -> str:
    """What was typed in one cell; a word in a cell that is not for this kind of place is a fault, never dropped."""
    cell = desk.cell(row.number, column.heading)
    if row.place.kind not in column.kinds:
        if desk.value(cell, cells.text_in):
            kind = layout.KINDS[row.place.kind].lower()
            desk.fault(cell, f"'{column.heading}' is not for a row of the kind '{kind}'; clear the cell")
        return ""
    readers: dict[str, Callable[[Cell], str]] = {
        "likelihood": cells.likelihood_in,
        "confidence": cells.confidence_in,
        "owner": lambda cell: cells.owner_in(cell, bundle.owners),
        "due": cells.day_in,
    }
    return desk.value(cell, readers.get(column.field, cells.text_in))


def _evidence(desk: _Desk, row: _Row, *, confirm: bool) -> tuple[Mapping[str, str], bool]:
    """The evidence a judgement rests on, and whether it was confirmed on it just now."""
    cell = desk.cell(row.number, layout.EVIDENCE)
    lines, code = desk.value(cell, cells.text_in), desk.value(desk.cell(row.number, layout.CODE), cells.text_in)
    if code != layout.check_code(row.place.id, lines):
        desk.fault(cell, "the evidence was changed in the file; undo that, or have the desk file written again")
    if lines != layout.evidence_lines(row.place.evidence):
        desk.warn(cell, "the numbers have changed since this desk file was written; have it written again to confirm.")
        return layout.evidence_in(lines), False
    if row.saved is not None:
        was_stale = row.saved.is_stale(row.place.evidence)
    else:
        was_stale = desk.value(desk.cell(row.number, layout.STATE), cells.text_in) == layout.CHANGED
    if was_stale and not confirm:
        told = f"the evidence has changed; read it again and choose {layout.YES}, or this judgement stays stale."
        desk.warn(desk.cell(row.number, layout.heading_of("confirm")), told)
        return (row.saved.evidence if row.saved is not None else {}), False
    return dict(row.place.evidence), was_stale


def _signature(desk: _Desk, row: _Row, *, is_new: bool, is_needed: bool) -> tuple[str, str]:
    """Who typed a row and when: the row says so, or else the line above the table.

    What stood in the row from last time does not sign what was typed since, where somebody signed above.
    """
    name_cell = desk.cell(row.number, layout.heading_of("by"))
    date_cell = desk.cell(row.number, layout.heading_of("at"))
    by, at = desk.value(name_cell, cells.text_in), desk.value(date_cell, _moment_in)
    top_name = desk.sheet.cell(layout.NAME_ROW, layout.NAME_COLUMN)
    top_date = desk.sheet.cell(layout.NAME_ROW, layout.DATE_COLUMN)
    top_by, top_at = desk.value(top_name, cells.text_in), desk.value(top_date, _moment_in)
    is_old = row.saved is not None and (by, at) == (row.saved.by, row.saved.at)
    if is_new and is_old and is_needed:
        if not top_by:
            desk.warn(name_cell, f"words typed or confirmed since are signed {by}, {at}: is that right?")
        by, at = (top_by, top_at) if top_by else (by, at)
    by, at = by or top_by, at or top_at
    if told := days.impossible_typing(at, period=desk.period):
        desk.fault(date_cell if date_cell.value is not None else top_date, told)
    if is_needed and not by and _are_blank(name_cell, top_name):
        desk.fault(name_cell, "who typed this? Put a name here or once above the table")
    if is_needed and not at and _are_blank(date_cell, top_date):
        desk.fault(date_cell, "on which day was this typed? Put a date here or once above the table")
    return by, at


def _due(desk: _Desk, row: _Row, *, due: str, at: str) -> None:
    """Refuse a day no decision can be due on, and ask about one that was over when it was typed."""
    cell = desk.cell(row.number, layout.heading_of("due"))
    if told := days.impossible_due(due, typed_on=at, period=desk.period):
        desk.fault(cell, told)
    elif told := days.doubtful_due(due, typed_on=at):
        desk.warn(cell, told)


def _are_blank(*found: Cell) -> bool:
    return all(cell.value is None or not str(cell.value).strip() for cell in found)


def _moment_in(cell: Cell) -> str:
    return cells.day_in(cell, with_time=True)


def _desk(path: Path, bundle: Bundle) -> _Desk:
    """Open the workbook and find the sheet, its headings and its reference."""
    again = "Have the desk file written again."
    book = _book(path)
    if layout.SHEET not in book.sheetnames:
        raise JudgementError(what=f"There is no sheet {layout.SHEET} in it", where=str(path), now=again)
    sheet = book[layout.SHEET]
    found = {str(cell.value): cell.column for cell in sheet[layout.HEADER_ROW] if cell.value is not None}
    missing = [column.heading for column in layout.COLUMNS if column.heading not in found]
    if missing:
        told = f"Row {layout.HEADER_ROW} of the desk file lacks the headings: {', '.join(missing)}"
        raise JudgementError(what=told, where=str(path), now=again)
    own = str(sheet.cell(layout.NAME_ROW, layout.REFERENCE_COLUMN).value or "").strip()
    if own != bundle.reference:
        told = f"This is the desk file of '{own[:60]}', not of {bundle.reference}"
        raise JudgementError(what=told, where=str(path), now="Give the one that belongs to this product.")
    if sheet.max_row > _MOST_ROWS:
        told = f"The sheet {layout.SHEET} has {sheet.max_row:,} rows"
        raise JudgementError(what=told, where=str(path), now="Delete the rows below the last place, then try again.")
    return _Desk(sheet, found, parse(bundle.period))


def _book(path: Path) -> Workbook:
    if not path.is_file():
        raise JudgementError(what="There is no desk file here", where=str(path), now="Write it first: intelnb desk.")
    closed = f"Save and close {path.name} in Excel, then try again."
    if layout.is_open(path):
        raise JudgementError(what="The desk file is open in Excel", where=str(path), now=closed)
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if path.stat().st_size > _LARGEST_BYTES or size > _LARGEST_UNPACKED:
            raise JudgementError(what="The file is far too large for a desk file", where=str(path))
        with python_warnings.catch_warnings():
            # openpyxl warns of every Excel feature it leaves out; none of them holds words
            python_warnings.simplefilter("ignore")
            return load_workbook(path, keep_links=False)
    except OSError:
        raise JudgementError(what="The desk file cannot be opened", where=str(path), now=closed) from None
    except _BROKEN:
        now = "Save it in Excel as an .xlsx workbook without a password, or have it written again."
        raise JudgementError(what="This is not an Excel workbook we can read", where=str(path), now=now) from None
