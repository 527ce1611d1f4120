"""The lines of a text, and the one record that begins in a line of it: its cells, or what is wrong with it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

LONGEST_RECORD_LINES = 2000
OPEN = ("open_quote", "A quotation mark is opened in this line and not closed as it should be")

_NOT_CLOSED = "A quotation mark is opened and not closed"
_SHORT = 30
_REMEMBERED = 20_000


class Span(NamedTuple):
    """Some lines of a text: the first of them, how many, their cells or what is wrong with them.

    `is_marked` says that a cell of it is held in quotation marks and all is well formed, `is_ill` that a mark stands
    where no cell is opened or closed.
    """

    at: int
    used: int = 1
    cells: Sequence[str] = ()
    fault: tuple[str, str] | None = None
    is_blank: bool = False
    is_marked: bool = False
    is_ill: bool = False

    def text(self, lines: list[str]) -> str:
        """The lines as they stand."""
        return lines[self.at] if self.used == 1 else "\n".join(lines[self.at : self.at + self.used])


def slim(one: Span, wide: int) -> Span:
    """A record without its cells where these are more or fewer than the headings: then only their number counts."""
    if one.fault or not one.cells or len(one.cells) == wide:
        return one
    return Span(one.at, one.used, _empty(len(one.cells)), is_marked=one.is_marked, is_ill=one.is_ill)


@lru_cache
def _empty(count: int) -> Sequence[str]:
    return ("",) * count


@dataclass(frozen=True)
class Text:
    """A text without its line ends, the first line below its headings, how many columns these have, and what stands
    between columns.
    """

    lines: list[str]
    head_at: int
    wide: int
    delimiter: str

    def record(self, at: int) -> Span:
        """What begins at a line: a blank one, a record, or a line with its fault."""
        line = self.lines[at]
        if '"' in line or "\x00" in line or "\r" in line[:-1] or len(line) > csv.field_size_limit():
            return self._read(at)
        line = line.rstrip("\r")
        return Span(at, cells=line.split(self.delimiter)) if line else Span(at, is_blank=True)

    def _read(self, at: int) -> Span:
        """The same of a line that cannot simply be cut."""
        line = self.lines[at]
        if line[:1] == "\r" and not line.rstrip("\r"):
            return Span(at, is_blank=True)
        if "\x00" in line:
            return Span(at, fault=("nul", "The line holds a NUL character"))
        # damaged lines are short and much alike: what one of them is, or two, is remembered
        known = None
        if len(line) <= _SHORT and (known := _of_short(line, self.delimiter)) is None:
            two = "\n".join(self.lines[at : at + 2])
            known = _of_short(two, self.delimiter) if len(two) <= 2 * _SHORT else None
        return Span(at, *known[1:]) if known else self.fed(at)

    def fed(self, at: int) -> Span:
        """The same, read on from line to line as far as it goes."""
        taken = 0

        def feed() -> Iterator[str]:
            nonlocal taken
            for place in range(at, min(len(self.lines), at + LONGEST_RECORD_LINES)):
                if taken and "\x00" in self.lines[place]:
                    return
                taken += 1
                yield self.lines[place] + "\n"

        try:
            cells = next(csv.reader(feed(), delimiter=self.delimiter, strict=True))
        except csv.Error as fault:
            return Span(at, fault=_fault(str(fault), taken), is_ill='"' in self.lines[at])
        text = Span(at, taken).text(self.lines)
        is_ill = '"' in text and _well_formed(self.delimiter).fullmatch(text) is None
        return Span(at, taken, cells, is_marked='"' in text and not is_ill, is_ill=is_ill)

    def even_again(self, at: int) -> int:
        """The line behind the one that makes the number of quotation marks even, counted from a line on."""
        marks = 0
        for place in range(at, min(len(self.lines), at + LONGEST_RECORD_LINES)):
            marks += self.lines[place].count('"')
            if marks % 2 == 0:
                return place + 1
        return len(self.lines)

    def cuts(self, line: str) -> list[list[str]]:
        """A line cut by itself, by its quotation marks and as if it had none: one of them may be another line's."""
        line = line.rstrip("\r")
        cut = fields(line, self.delimiter)
        return [cut, line.replace('"', "").split(self.delimiter)] if '"' in line else [cut]

    def ahead(self, line: str) -> tuple[list[str], str]:
        """The cells of a line that are well formed and end, and what follows them up to the end of the line."""
        line = line.rstrip("\r")
        found = _ended(self.delimiter).match(line)
        end = found.end() if found else 0
        return (fields(line[:end], self.delimiter)[:-1] if end else []), line[end:]


@lru_cache(maxsize=_REMEMBERED)
def _of_short(text: str, delimiter: str) -> Span | None:
    """What a short line is, or two, counted from 0; None where it cannot be told without those that follow."""
    found = Text(text.split("\n"), 0, 0, delimiter).fed(0)
    return None if found.fault and found.fault[1].startswith(_NOT_CLOSED) else found


@lru_cache
def _cell(delimiter: str) -> str:
    return rf'(?:"(?:[^"]++|"")*+"|[^"\n{re.escape(delimiter)}]*+)'


@lru_cache
def _ended(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_cell(delimiter)}{re.escape(delimiter)})*+")


@lru_cache
def _well_formed(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf"{_ended(delimiter).pattern}{_cell(delimiter)}\r?")


def _fault(told: str, taken: int) -> tuple[str, str]:
    """What is wrong with a record, in our words."""
    if "new-line" in told:
        return ("stray_cr", "The line holds a carriage return outside quotation marks")
    if "limit" in told:
        return ("too_long", "A field is longer than 131,072 characters")
    if "unexpected end" in told:
        often = f" in {LONGEST_RECORD_LINES:,} lines" if taken == LONGEST_RECORD_LINES else ""
        return ("open_quote", f"{_NOT_CLOSED}{often}")
    return OPEN if taken > 1 else ("stray_quote", "There is text after a closing quotation mark")


def fields(line: str, delimiter: str) -> list[str]:
    """A line cut by itself; nothing where it cannot be."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=False), [])
    except csv.Error:
        return []
