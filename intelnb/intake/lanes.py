"""Two lanes for delimited text: all at once where it can be proven that no line was swallowed, else line by line."""

from __future__ import annotations

import csv
import ctypes
import io
import sys
from array import array
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from intelnb.intake import cells, cutting, spans, uncut
from intelnb.intake.uncut import Uncut

_SMALL_BYTES = 32_768
"""Below this size Arrow takes longer to begin than the csv module to end, and leaves holes in the memory it used."""
_MANY_COLUMNS = 50
_MMAP_THRESHOLD = -3
"""Name of the size, for the C library, from which memory that is given back leaves no hole."""
_LARGE_BYTES = 131_072


class Lane(NamedTuple):
    """What a lane made of a text.

    `blank` are the blank lines it passed over, None where each of them was; `bare` the records accepted with a
    quotation mark that opens and closes nothing.
    """

    table: pa.Table
    row: NDArray[np.int64]
    rejected: Uncut
    name: str
    blank: int | None = None
    bare: int = 0


def fast(data: bytes, lines: NDArray[np.int64], headings: tuple[str, ...], delimiter: str) -> Lane | None:
    """Everything at once through Arrow; None where it cannot be proven that no line was swallowed."""
    is_quoted = b'"' in data
    if is_quoted and not _is_plainly_quoted(data, delimiter):
        return None
    if len(data) <= _SMALL_BYTES:
        return _small(data, lines, headings, delimiter)
    table = _cut(data, headings, delimiter, is_quoted=is_quoted)
    if table is not None and table.num_rows == len(lines):
        return Lane(table.slice(1), lines[1:], uncut.nothing(), "fast")
    # some line has more columns than the headings, or fewer
    begin, end = _edges(data, lines)
    wide = _widths(data, begin, end, delimiter)
    if wide is None or wide[0] != len(headings):
        return None
    wrong = wide != len(headings)
    table = _cut(_without(data, begin[wrong], end[wrong]), headings, delimiter, is_quoted=is_quoted)
    if table is None or table.num_rows != np.count_nonzero(~wrong):
        return None
    return Lane(table.slice(1), lines[~wrong][1:], _of_wrong_width(data, lines, wide, headings), "fast")


def _cut(data: bytes, headings: tuple[str, ...], delimiter: str, *, is_quoted: bool) -> pa.Table | None:
    """A text cut by Arrow, its headings among the rows; None where any line is none of its records."""
    if len(headings) > _MANY_COLUMNS and sys.platform == "linux":
        # Arrow reserves half a text for each column and shrinks it: of hundreds of columns that left gigabytes of holes
        if tell := getattr(ctypes.CDLL(None), "mallopt", None):
            tell(_MMAP_THRESHOLD, _LARGE_BYTES)
    try:
        return pyarrow.csv.read_csv(
            pa.BufferReader(data),
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False,
                block_size=len(data) + 1,
                column_names=list(headings),
            ),
            parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=is_quoted),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(headings, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowException:
        return None


def _lines_at(data: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each physical line begins and ends, in bytes; a return before its end is part of it."""
    ends = np.append(np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord("\n")), len(data))
    return np.append(0, ends[:-1] + 1), ends


def _edges(data: bytes, lines: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where some lines that hold anything begin, and where they end but for their line ends, in bytes."""
    begin, end = (edge[lines - 1] for edge in _lines_at(data))
    return begin, end - (np.frombuffer(data, dtype=np.uint8)[end - 1] == ord("\r"))


def _widths(data: bytes, begin: NDArray[np.int64], end: NDArray[np.int64], delimiter: str) -> NDArray[np.int64] | None:
    """How many columns each line has, where every mark opens and closes in turn; None where a cell goes on below."""
    text = np.frombuffer(data, dtype=np.uint8)
    marks = np.flatnonzero(text == ord('"'))
    if (np.searchsorted(marks, end) % 2).any():
        return None
    cuts = np.flatnonzero(text == ord(delimiter))
    cuts = cuts[np.searchsorted(marks, cuts) % 2 == 0]
    return np.searchsorted(cuts, end) - np.searchsorted(cuts, begin) + 1


def _without(data: bytes, begin: NDArray[np.int64], end: NDArray[np.int64]) -> bytes:
    """A text without what stands in some of its lines."""
    if not len(begin):
        return data
    text = np.frombuffer(data, dtype=np.uint8)
    step = np.zeros(len(text) + 1, dtype=np.int8)
    step[begin] += 1
    step[end] -= 1
    left: bytes = text[np.cumsum(step[:-1], dtype=np.int8) == 0].tobytes()
    return left


def _of_wrong_width(
    data: bytes,
    lines: NDArray[np.int64],
    wide: NDArray[np.int64],
    headings: tuple[str, ...],
) -> Uncut:
    """The lines below the headings that have more columns than these, or fewer."""
    at = np.flatnonzero(wide != len(headings))
    widths, which = np.unique(wide[at], return_inverse=True)
    faults = tuple(uncut.of_width(found, len(headings)) for found in widths.tolist())
    return Uncut(lines[at], which, faults, data, *_edges(data, lines[at]))


def _small(data: bytes, lines: NDArray[np.int64], headings: tuple[str, ...], delimiter: str) -> Lane | None:
    """The same for a text of a few lines."""
    text = io.StringIO(data.decode("utf-8"), newline="")
    try:
        rows = [row for row in csv.reader(text, delimiter=delimiter, strict=True) if row]
    except csv.Error:
        return None
    if len(rows) != len(lines):
        return None
    wide = np.array([len(row) for row in rows], dtype=np.int64)
    kept = np.flatnonzero(wide == len(headings))[1:]
    rejected = _of_wrong_width(data, lines, wide, headings)
    return Lane(_table(headings, [rows[place] for place in kept]), lines[kept], rejected, "fast")


def _table(headings: tuple[str, ...], rows: Sequence[Sequence[str]]) -> pa.Table:
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * len(headings)
    return cells.table(headings, columns)


def _is_plainly_quoted(data: bytes, delimiter: str) -> bool:
    """Whether every quotation mark opens a field at its beginning, closes it at its end, or is doubled inside.

    Read one by one, marks open and close in turn; a doubled one closes and opens again at once.
    """
    text = np.frombuffer(data, dtype=np.uint8)
    marks = np.flatnonzero(text == ord('"'))
    if len(marks) % 2:
        return False
    edges = np.array([ord(delimiter), ord("\n"), ord("\r"), ord('"')], dtype=np.uint8)
    before, after = marks[::2] - 1, marks[1::2] + 1
    opens = (before < 0) | np.isin(text[np.maximum(before, 0)], edges)
    closes = (after >= len(text)) | np.isin(text[np.minimum(after, len(text) - 1)], edges)
    return bool(opens.all() and closes.all())


def slow(data: bytes, head_at: int, headings: tuple[str, ...], delimiter: str) -> Lane:
    """Line by line: what a quotation mark holds is judged in `spans`."""
    lines = data.decode("utf-8").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    accepted: list[Sequence[str]] = []
    rows = array("q")
    first, last, which = array("q"), array("q"), array("q")
    faults: dict[uncut.Fault, int] = {}
    blank, bare, wide = 0, 0, len(headings)
    for one in spans.each(lines, head_at, wide=wide, delimiter=delimiter):
        if one.is_blank:
            blank += 1
        elif one.fault or len(one.cells) != wide:
            fault = ("", *one.fault) if one.fault else uncut.of_width(len(one.cells), wide)
            first.append(one.at)
            last.append(one.at + one.used - 1)
            which.append(faults.setdefault(fault, len(faults)))
        else:
            accepted.append(one.cells)
            rows.append(one.at + 1)
            bare += one.is_ill
    begin, end = _lines_at(data)
    rejected = Uncut(_array(first) + 1, _array(which), tuple(faults), data, begin[_array(first)], end[_array(last)])
    return Lane(_table(headings, accepted), _array(rows), rejected, "slow", blank, bare)


def _array(numbers: array[int]) -> NDArray[np.int64]:
    return np.array(numbers, dtype=np.int64)


def width(line: str, delimiter: str) -> int:
    """How many columns a line has by itself."""
    return len(cutting.fields(line, delimiter))
