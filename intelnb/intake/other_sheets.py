"""Sheets beside the one that is read: whether they look like more of the same records."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from intelnb.doctrine import heading_words
from intelnb.intake import heading

ALIKE = 0.5
"""A sheet with so large a share of the headings of the one that is read may hold the same records."""
_LOOKED_AT = 5
_DATE = re.compile(r"^\d{1,4}[-/.](\d{1,2}|[A-Za-z]{3})[-/.]\d{1,4}\b")
_NUMBER = re.compile(r"^[-+]?\d+([.,]\d+)?$")
_DAY_NUMBER = re.compile(r"[2-7]\d{4}(\.\d+)?")
Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class Table:
    """The first filled rows of a sheet, cut into headings and records; no heading where its first row is a record."""

    headings: tuple[str, ...]
    records: tuple[tuple[object, ...], ...]
    before: int
    """How many filled rows stand above the records."""

    def column(self, at: int) -> list[object]:
        """The filled cells of the first records under one heading."""
        cells = (record[at] if at < len(record) else None for record in self.records[:_LOOKED_AT])
        return [cell for cell in cells if cell not in {None, ""}]


def table(rows: Rows, wanted: Sequence[str]) -> Table:
    """Cut the first filled rows of a sheet into headings and records.

    The headings are the row that has most of those wanted. Where none has any, a row of one cell is a title or a note
    and heads nothing, and a row with a date or a number in it is a record.

    Examples
    --------
    >>> table([["Notes"], ["id", "kind"], [1, "theft"]], ["id"])
    Table(headings=('id', 'kind'), records=((1, 'theft'),), before=2)
    >>> table([[1, "theft"], [2, "arson"]], ["id"]).headings
    ()
    """
    texts = [[cell if isinstance(cell, str) else "" if cell is None else str(cell) for cell in row] for row in rows]
    met = [len({folded(one) for one in wanted} & {folded(cell) for cell in row}) for row in texts[: heading.LOOKED_AT]]
    top = met.index(max(met)) if any(met) else heading.at(texts, wanted)
    named = tuple(heading.trimmed(cell) for cell in texts[top]) if rows else ()
    says_names = len(named) > 1 and all(_sort(cell) in {"", "text"} for cell in rows[top])
    is_headed = says_names or (bool(wanted) and set(wanted) <= set(named))
    named = named if is_headed else ()
    before = top + is_headed
    return Table(named, tuple(tuple(row) for row in rows[before:]), before)


def fault(read: Table, other: Table, wanted: Sequence[str]) -> str:
    """Say why a sheet that would be left out looks like more of the records that are read; blank where it does not.

    It does where it has the headings wanted but for how they are written; where it has half the headings of the sheet
    that is read, and for each heading it lacks a column of its own with the same sort of cells; and where its rows
    have the same sorts of cells in the same columns, a date among them, whatever stands above them. A list of codes,
    a summary or a page of notes has not.

    Parameters
    ----------
    read, other
        The sheet that is read, and another one.
    wanted
        Headings a sheet must have to be read.

    Examples
    --------
    >>> january = table([["id", "kind", "start"], [1, "theft", "2026-01-05"]], [])
    >>> february = table([["id", "type", "start"], [2, "arson", "2026-02-05"]], [])
    >>> fault(january, february, ["id", "kind", "start"])
    "it has 'type' in place of 'kind'"
    >>> fault(january, table([["kind", "crimes"], ["theft", 1]], []), ["id", "kind", "start"])
    ''
    """
    if not other.records:
        return ""
    mine = {folded(one): at for at, one in enumerate(read.headings) if one}
    theirs = {folded(one): at for at, one in enumerate(other.headings) if one}
    lacking = [one for one in wanted if folded(one) not in theirs]
    if not lacking:
        spelt = [(other.headings[theirs[folded(one)]], one) for one in wanted]
        return _in_place([(found, one) for found, one in spelt if found != one])
    shared = set(mine) & set(theirs)
    if len(shared) >= ALIKE * len(mine):
        free = [at for name, at in theirs.items() if name not in mine]
        return _in_place(_replaced(read, other, lacking, free))
    if _same_columns(read, other):
        told = f"its headings are {', '.join(other.headings[:6])}" if other.headings else "it has no headings"
        return f"its rows look the same, and {told}"
    return ""


def folded(one: str) -> str:
    """A heading without capitals, blanks or marks."""
    return re.sub(r"[\W_]+", "", one).casefold()


def _in_place(pairs: Sequence[tuple[str, str]]) -> str:
    return "it has " + ", ".join(f"'{found}' in place of '{one}'" for found, one in pairs) if pairs else ""


def _replaced(read: Table, other: Table, lacking: Sequence[str], free: Sequence[int]) -> list[tuple[str, str]]:
    """For each heading a sheet lacks the one that stands for it, by its name or its place; nothing where one has none."""
    found: list[tuple[str, str]] = []
    left = list(free)
    for one in lacking:
        place = read.headings.index(one) if one in read.headings else 0
        cells = read.column(place) if one in read.headings else []
        fitting = {other.headings[at]: at for at in left if other.column(at) and _alike(cells, other.column(at))}
        if not fitting:
            return []
        chosen = heading_words.nearest(one, list(fitting)) or min(
            fitting, key=lambda name: (_sorts(other.column(fitting[name])) != _sorts(cells), abs(fitting[name] - place))
        )
        left.remove(fitting[chosen])
        found.append((chosen, one))
    return found


def _same_columns(read: Table, other: Table) -> bool:
    """Whether two sheets have the same sorts of cells column by column, dates in one of them."""
    width = len(read.headings)
    if max(map(len, other.records)) > width or (other.headings and len(other.headings) != width):
        return False
    pairs = [(read.column(at), other.column(at)) for at in range(width)]
    has_date = any(map(_is_dated, (mine for mine, theirs in pairs if mine and theirs)))
    return has_date and all(bool(theirs) and _alike(mine, theirs) for mine, theirs in pairs if mine)


def _is_dated(cells: Sequence[object]) -> bool:
    return all(_sort(cell) == "date" for cell in cells)


def _alike(mine: Sequence[object], theirs: Sequence[object]) -> bool:
    """Whether some cells are of the sort of others; numbers may stand for text, day numbers of Excel for dates."""
    sorts, others = _sorts(mine), _sorts(theirs)
    if "date" in sorts and all(_DAY_NUMBER.fullmatch(str(cell)) for cell in theirs):
        return True
    return not sorts or others <= sorts or ("text" in sorts and others <= {"text", "number"})


def _sorts(cells: Sequence[object]) -> set[str]:
    return {_sort(cell) for cell in cells}


def _sort(cell: object) -> str:
    """What a cell holds: a date, a number, text or nothing."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, (datetime, date)) or (isinstance(cell, str) and _DATE.match(cell.strip())):
        return "date"
    if isinstance(cell, (int, float)) or (isinstance(cell, str) and _NUMBER.match(cell.strip())):
        return "number"
    return "text"
