"""Which lines of a text are one record: a quotation mark may hold several lines, or may have swallowed records.

A cell opened and closed as RFC 4180 says is believed, whatever stands in it, unless a line of it looks like a record
of this very file: as many columns as the headings, and each cell written as others of its column are. Then nobody
can tell, and all its lines are set aside, each with its reason. Only where every line of it, the first and the last
too, is much like a record was the mark a stray one: it costs its own line.

Where marks do not open and close as they should, the line costs itself; of the lines that follow, until the marks
are even again, only those that look like records are taken.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from intelnb.intake import likeness
from intelnb.intake.likeness import LIKE, MUCH_LIKE, Likeness

LONGEST_RECORD_LINES = 2000
_LOOKED_AT = 500
_ENOUGH_TO_GO_BY = 10
_MOSTLY = 0.9
_OPEN = ("open_quote", "A quotation mark is opened in this line and not closed as it should be")
_IN_DOUBT = "in_doubt"


@dataclass(frozen=True)
class Span:
    """Some lines of a text: the first of them, how many, their cells or what is wrong with them."""

    at: int
    used: int = 1
    cells: list[str] = field(default_factory=list)
    fault: tuple[str, str] | None = None
    is_blank: bool = False

    def text(self, lines: list[str]) -> str:
        """The lines as they stand."""
        return "\n".join(lines[self.at : self.at + self.used])


def each(lines: list[str], head_at: int, *, wide: int, delimiter: str) -> Iterator[Span]:
    r"""The records of a text, line by line, and its blank lines.

    Parameters
    ----------
    lines
        The text without its line ends.
    head_at
        The first line below the headings, counted from 0.
    wide
        How many columns the headings have.
    delimiter
        What stands between columns.

    Returns
    -------
    Records with their cells, however many; lines that are none, with their fault; blank lines.

    Examples
    --------
    >>> [one.cells for one in each(["id,text", '1,"two', 'lines"', "2,one"], 1, wide=2, delimiter=",")]
    [['1', 'two\nlines'], ['2', 'one']]
    """
    text = _Text(lines, head_at, wide, delimiter)
    at, doubt_until, opened, broken_at = head_at, 0, 0, -1
    while at < len(lines):
        if not lines[at].rstrip("\r"):
            yield Span(at, is_blank=True)
            at += 1
            continue
        one = text.record(at)
        if one.fault is None and one.used > 1 and (judged := text.judged(one)) != "cell":
            if judged == "doubt":
                yield from text.set_aside(one)
                at += one.used
                continue
            # the records below are read by themselves
            doubt_until, opened = max(doubt_until, at + one.used), at
            one = Span(at, fault=_OPEN)
        elif one.fault is not None and at >= doubt_until:
            doubt_until, opened = text.even_again(at), at
        elif one.fault is None and text.is_doubted(one, opened, by_marks=at < doubt_until, behind=broken_at == at):
            told = f"It cannot be told whether this is a record, or part of a text that begins in line {opened + 1}"
            one = Span(at, one.used, fault=(_IN_DOUBT, told))
        if one.fault is not None and one.fault[0] != _IN_DOUBT:
            opened, broken_at = (opened if at < doubt_until else at), at + one.used
        yield one
        at += one.used


@dataclass(frozen=True)
class _Text:
    """A text and its headings' width; what its records look like is found out where it is needed."""

    lines: list[str]
    head_at: int
    wide: int
    delimiter: str

    def record(self, at: int) -> Span:
        """One record starting at a line: its cells, how many lines it took, or what is wrong with it."""
        if "\x00" in self.lines[at]:
            return Span(at, fault=("nul", "The line holds a NUL character"))
        taken = 0

        def feed() -> Iterator[str]:
            nonlocal taken
            for line in self.lines[at : at + LONGEST_RECORD_LINES]:
                if taken and "\x00" in line:
                    return
                taken += 1
                yield line + "\n"

        try:
            cells = next(csv.reader(feed(), delimiter=self.delimiter, strict=True))
        except csv.Error as fault:
            return Span(at, fault=_fault(str(fault), taken))
        return Span(at, taken, cells)

    def judged(self, one: Span) -> str:
        """What several lines are: one `cell`, several `rows`, or in `doubt`."""
        below = [line for line in self.lines[one.at + 1 : one.at + one.used] if self.delimiter in line]
        several = [place for place, cell in enumerate(one.cells) if "\n" in cell]
        # what stands before the mark and behind it is of a record, whichever way the lines are read
        known = len(one.cells) if len(one.cells) == self.wide else several[0]
        certain = {i: cell for i, cell in enumerate(one.cells[:known]) if not several[0] <= i <= several[-1]}
        looks = [max(self._look(cut, certain) for cut in self._cuts(line)) for line in below]
        # a record whose other marks are lost has too many columns, and begins as one all the same
        begins = any(self.usual.begins(cut) for line in below for cut in self._cuts(line))
        if not begins and max(looks, default=likeness.UNLIKE) < LIKE:
            return "cell"
        if len(one.cells) != self.wide or not self._is_tidy(one):
            return "rows"
        before, opened = one.cells[: several[0]], one.cells[several[0]].split("\n", 1)[0].rstrip("\r")
        first = [*before, *fields(opened, self.delimiter)]
        behind = len(before) + 1
        is_row = self._look(first, certain) == MUCH_LIKE and behind < self.wide
        is_row = is_row and self.usual.of(first, certain=certain, first=behind) >= LIKE
        filled = sum(bool(line.rstrip("\r")) for line in self.lines[one.at + 1 : one.at + one.used])
        return "rows" if is_row and len(looks) == filled and min(looks) == MUCH_LIKE else "doubt"

    def set_aside(self, one: Span) -> Iterator[Span]:
        """Every line of a record that may be several."""
        last = one.at + one.used
        told = (
            f"The quotation mark opened here closes in line {last}, around lines that look like records: "
            "remove it, or put the text on one line"
        )
        yield Span(one.at, fault=("open_quote", told))
        told = f"It cannot be told whether this is a record, or part of the text that begins in line {one.at + 1}"
        for at in range(one.at + 1, last):
            if self.lines[at].rstrip("\r"):
                yield Span(at, fault=(_IN_DOUBT, told))

    def even_again(self, at: int) -> int:
        """The line behind the one that makes the number of quotation marks even, counted from a line on."""
        marks = 0
        for place in range(at, min(len(self.lines), at + LONGEST_RECORD_LINES)):
            marks += self.lines[place].count('"')
            if marks % 2 == 0:
                return place + 1
        return len(self.lines)

    def is_doubted(self, one: Span, opened: int, *, by_marks: bool, behind: bool) -> bool:
        """Whether a record may be part of the text a faulty line opened: it stands where marks are not even again, or
        directly behind that line with a mark that opens nothing; and it does not look like a record of this file.
        """
        return (by_marks or (behind and self._is_odd(one))) and self.likeness_of(one.cells, opened) < LIKE

    def _is_odd(self, one: Span) -> bool:
        """Whether a line has a mark that opens nothing and closes nothing of its own."""
        return one.used == 1 and self.lines[one.at].count('"') % 2 == 1

    def likeness_of(self, cells: list[str], opened: int) -> int:
        """How like a record of this file some cells are; what stands before an open mark is of one in any case."""
        return self._look(cells, dict(enumerate(fields(self.lines[opened], self.delimiter)[:-1][: self.wide])))

    @cached_property
    def usual(self) -> Likeness:
        """What the records nobody doubts look like; where all are in doubt, those that are nearly all there is."""
        sure: list[list[str]] = []
        doubtful: list[list[str]] = []
        at, doubt_until, others, broken_at = self.head_at, 0, 0, -1
        while at < len(self.lines) and len(sure) < _LOOKED_AT and len(doubtful) < 2 * _LOOKED_AT:
            one = self.record(at) if self.lines[at].rstrip("\r") else Span(at, is_blank=True)
            below = self.lines[at + 1 : at + one.used]
            is_whole = len(one.cells) == self.wide and not any(self._is_wide(line) for line in below)
            if one.fault is not None:
                doubt_until = self.even_again(at) if at >= doubt_until else doubt_until
                broken_at = at + one.used
            elif is_whole:
                is_doubtful = at < doubt_until or (at == broken_at and self._is_odd(one))
                (doubtful if is_doubtful else sure).append(one.cells)
            elif not one.is_blank:
                others += 1
            at += one.used
        if not sure and len(doubtful) >= max(_ENOUGH_TO_GO_BY, _MOSTLY * (len(doubtful) + others)):
            sure = doubtful
        return likeness.of(sure, wide=self.wide)

    def _is_wide(self, line: str) -> bool:
        """Whether a line by itself has the columns of a record."""
        enough = line.count(self.delimiter) >= self.wide - 1
        return enough and any(len(cut) == self.wide for cut in self._cuts(line))

    def _cuts(self, line: str) -> list[list[str]]:
        """A line cut by itself, by its quotation marks and as if it had none: one of them may be another line's."""
        line = line.rstrip("\r")
        cut = fields(line, self.delimiter)
        return [cut, line.replace('"', "").split(self.delimiter)] if '"' in line else [cut]

    def _look(self, cells: list[str], certain: dict[int, str]) -> int:
        return self.usual.of(cells, certain=certain) if len(cells) == self.wide else likeness.UNLIKE

    def _is_tidy(self, one: Span) -> bool:
        """Whether no mark stands inside a cell without marks, behind the cell of several lines."""
        text = one.text(self.lines)
        closing = re.compile(r'(?:[^"]|"")*"').match(text, text.rindex("\n") + 1)
        rest = text[closing.end() :].rstrip("\r") if closing else '"'
        mark = re.escape(self.delimiter)
        return re.fullmatch(rf'(?:{mark}(?:"(?:[^"]|"")*"|[^"{mark}]*))*', rest) is not None


def _fault(told: str, taken: int) -> tuple[str, str]:
    """What is wrong with a record, in our words."""
    if "new-line" in told:
        return ("stray_cr", "The line holds a carriage return outside quotation marks")
    if "limit" in told:
        return ("too_long", "A field is longer than 131,072 characters")
    if "unexpected end" in told:
        often = f" in {LONGEST_RECORD_LINES:,} lines" if taken == LONGEST_RECORD_LINES else ""
        return ("open_quote", f"A quotation mark is opened and not closed{often}")
    return _OPEN if taken > 1 else ("stray_quote", "There is text after a closing quotation mark")


def fields(line: str, delimiter: str) -> list[str]:
    """A line cut by itself; nothing where it cannot be."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=False), [])
    except csv.Error:
        return []
