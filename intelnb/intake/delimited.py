"""Delimited text as records, with their physical line numbers: every record ends accepted or rejected.

A quote opened on one line and closed some lines later makes every CSV reader swallow the rows between, in
silence. A record takes at least one line; so where accepted and rejected records are as many as non-blank
lines less the header, nothing was swallowed and the fast lane is truthful. Otherwise a slow lane finds
out, line by line, which record went wrong.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from intelnb.errors import InputRefused
from intelnb.intake import cells, cutting, heading, lanes
from intelnb.intake.records import Records
from intelnb.tables.words import several

_DELIMITERS = (",", ";", "\t", "|")
_MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_LINES_LOOKED_AT = 15
_LONGEST_LINE_LOOKED_AT = 100_000


def scan(data: bytes, *, name: str, delimiter: str = "", heading_row: int = 0, wanted: Sequence[str] = ()) -> Records:
    r"""Cut a text file into records.

    Parameters
    ----------
    data
        Text in UTF-8.
    name
        File name for messages.
    delimiter
        What stands between columns; recognised from the headings and the lines below where it is not given.
    heading_row
        Physical line of the headings; where it is 0, the first line, or the first that has all headings wanted.
    wanted
        Headings that must be there.

    Returns
    -------
    Records, their physical line numbers (1 is the first line of the file), and those rejected.

    Raises
    ------
    InputRefused
        When there is no header, or two columns have the same heading.

    Examples
    --------
    >>> found = scan(b"id,kind\n1,burglary\n2\n3,theft\n", name="crimes.csv")
    >>> found.row.tolist(), [(bad.row, bad.code) for bad in found.rejected]
    ([2, 4], [(3, 'too_few_columns')])
    """
    has_returns = b"\r" in data
    if has_returns and b"\n" not in data:
        data, has_returns = data.replace(b"\r", b"\n"), False  # an old Mac's line ends
    lines, every, longest = _non_blank(data)
    if not len(lines):
        raise InputRefused(what="The file is empty", where=name, now="Export it again.")
    blank = every - len(lines)
    above = _stated(lines, heading_row, name) if heading_row else _lines_above(data, lines, wanted, delimiter)
    aside, lines = _lines(data, lines[:above]), lines[above:]
    offset = _offset(data, int(lines[0])) if above else 0
    body, lines_cut = (data[offset:], lines - int(lines[0]) + 1) if above else (data, lines)
    notes = [f"headings in line {lines[0]}"] if above else []
    if not delimiter:
        delimiter = _delimiter(body, lines_cut, wanted)
        notes += [f"columns cut at {_MARKS[delimiter]}"] if delimiter != "," else []
    headings = _headings(body, int(lines_cut[0]), delimiter, name)
    found = None
    if (
        longest <= cells.LONGEST_FIELD
        and b"\x00" not in body
        and (not has_returns or body.count(b"\r") == body.count(b"\r\n"))
    ):
        found = lanes.fast(body, lines_cut, headings, delimiter)
    table, row, rejected, lane, passed_over, bare = found or lanes.slow(body, int(lines_cut[0]), headings, delimiter)
    if passed_over is not None:
        # a blank line inside a cell is part of it
        blank = int(lines[0]) - 1 - above + passed_over
    if bare:
        notes += [f"{several(bare, 'record')} with a quotation mark that opens no cell, kept as written"]
    if above:
        row = row + (int(lines[0]) - 1)
        rejected = rejected.further(int(lines[0]) - 1)
    return Records(
        table, row, rejected or (), int(blank), delimiter, lane, head_at=int(lines[0]), aside=tuple(aside),
        notes=tuple(notes),
    )  # fmt: skip


def _stated(lines: NDArray[np.int64], heading_row: int, name: str) -> int:
    """How many lines that hold something stand above the line the map names."""
    place = np.flatnonzero(lines == heading_row)
    if not len(place):
        told = f"Line {heading_row} is empty"
        raise InputRefused(what=told, where=name, now="Mend heading_row in the column map.")
    return int(place[0])


def _lines_above(data: bytes, lines: NDArray[np.int64], wanted: Sequence[str], delimiter: str) -> int:
    """How many lines that hold something stand above the headings: titles and notes of whoever made the export."""
    if not wanted:
        return 0
    for place, line in enumerate(_lines(data, lines[: heading.LOOKED_AT])):
        for mark in [delimiter] if delimiter else _DELIMITERS:
            if set(wanted) <= {heading.trimmed(cell) for cell in cutting.fields(line, mark)}:
                return place
    return 0


def _offset(data: bytes, line: int) -> int:
    """Where a physical line begins."""
    at = 0
    for _ in range(line - 1):
        at = data.index(b"\n", at) + 1
    return at


def _non_blank(data: bytes) -> tuple[NDArray[np.int64], int, int]:
    """Line numbers of lines that hold anything at all, how many lines there are, and how long the longest is."""
    text = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(text == ord("\n"))
    if not data.endswith(b"\n"):
        ends = np.append(ends, len(data))
    long = np.diff(ends, prepend=-1) - 1
    single = np.flatnonzero(long == 1)
    long[single[text[ends[single] - 1] == ord("\r")]] = 0
    return np.flatnonzero(long > 0) + 1, len(ends), int(long.max(initial=0))


def _line(data: bytes, number: int) -> str:
    """One physical line as text."""
    stream = io.BytesIO(data)
    for _ in range(number - 1):
        stream.readline()
    return stream.readline().decode("utf-8", "replace").rstrip("\r\n")


def _delimiter(data: bytes, lines: NDArray[np.int64], wanted: Sequence[str]) -> str:
    """What stands between the columns: the mark that cuts the heading line and the lines below it most alike.

    Of several that do, the one that makes most columns; a comma where there is but one column. Where some marks make
    all headings wanted, it is one of these.
    """
    first = _lines(data, lines[:_LINES_LOOKED_AT])
    fitting = [
        m for m in _DELIMITERS if wanted and set(wanted) <= set(map(heading.trimmed, cutting.fields(first[0], m)))
    ]
    best, best_score = (fitting or _DELIMITERS)[0], (0.0, 0)
    for mark in fitting or _DELIMITERS:
        wide = [lanes.width(line, mark) for line in first]
        if wide[0] < 2:
            continue
        alike = sum(width == wide[0] for width in wide) / len(wide)
        if (alike, wide[0]) > best_score:
            best, best_score = mark, (alike, wide[0])
    return best


def _lines(data: bytes, numbers: NDArray[np.int64]) -> list[str]:
    """Some of the first physical lines as text."""
    wanted, found = set(numbers.tolist()), []
    if not wanted:
        return []
    stream = io.BytesIO(data)
    for number in range(1, int(numbers[-1]) + 1):
        line = stream.readline()
        if number in wanted:
            found.append(line[:_LONGEST_LINE_LOOKED_AT].decode("utf-8", "replace").rstrip("\r\n"))
    return found


def _headings(data: bytes, head_at: int, delimiter: str, name: str) -> tuple[str, ...]:
    """The headings, each of its own name."""
    try:
        read = next(csv.reader([_line(data, head_at)], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        raise InputRefused(
            what="The headings cannot be read", where=f"{name}, line {head_at}", now="Mend the quotes in that line."
        ) from None
    return cells.headings(read, name)
