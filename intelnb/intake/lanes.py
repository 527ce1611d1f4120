"""Two lanes for delimited text: all at once where it can be proven that no line was swallowed, else line by line."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from intelnb.intake import cells
from intelnb.intake.records import Rejected
from intelnb.tables.words import several

LONGEST_RECORD_LINES = 2000


def fast(
    data: bytes, lines: NDArray[np.int64], headings: tuple[str, ...], delimiter: str
) -> tuple[pa.Table, NDArray[np.int64], list[Rejected], str] | None:
    """Everything at once through Arrow; None where it cannot be proven that no line was swallowed."""
    is_quoted = b'"' in data
    if is_quoted and not _is_plainly_quoted(data, delimiter):
        return None
    bad: list[tuple[int, int, str]] = []

    def reject(row: pyarrow.csv.InvalidRow) -> str:
        bad.append((row.number, row.actual_columns, row.text))
        return "skip"

    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(data),
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False, block_size=len(data) + 1, column_names=list(headings)
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=is_quoted, invalid_row_handler=reject
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(headings, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowException:
        return None
    if table.num_rows + len(bad) != len(lines) or any(number is None for number, _, _ in bad):
        return None
    where = np.array([number - 1 for number, _, _ in bad], dtype=np.int64)
    rejected = [_short_or_long(int(lines[number - 1]), len(headings), n, text) for number, n, text in bad]
    kept = np.delete(lines, where)
    return table.slice(1), kept[1:], rejected, "fast"


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


def _short_or_long(row: int, expected: int, found: int, text: str) -> Rejected:
    """A record with the wrong number of columns."""
    code = "too_few_columns" if found < expected else "too_many_columns"
    return Rejected(row, code, f"The record has {several(found, 'column')} where the headings have {expected}", text)


def slow(
    data: bytes, head_at: int, headings: tuple[str, ...], delimiter: str
) -> tuple[pa.Table, NDArray[np.int64], list[Rejected], str]:
    """Line by line: an open quote costs the line it stands on, never the lines after it."""
    lines = data.decode("utf-8").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    accepted: list[list[str]] = []
    rows: list[int] = []
    rejected: list[Rejected] = []
    at, wide = head_at, len(headings)
    while at < len(lines):
        if not lines[at].rstrip("\r"):
            at += 1
            continue
        cut, used, fault = _record(lines, at, wide, delimiter)
        if fault is None and len(cut) == wide:
            accepted.append(cut)
            rows.append(at + 1)
        elif fault is None:
            rejected.append(_short_or_long(at + 1, wide, len(cut), "\n".join(lines[at : at + used])))
        else:
            rejected.append(Rejected(at + 1, *fault, lines[at]))
        at += used
    columns = list(zip(*accepted, strict=True)) if accepted else [()] * wide
    return cells.table(headings, columns), np.array(rows, dtype=np.int64), rejected, "slow"


def _record(lines: list[str], at: int, wide: int, delimiter: str) -> tuple[list[str], int, tuple[str, str] | None]:
    """One record starting at a line: its cells, how many lines it took, and what is wrong with it."""
    if "\x00" in lines[at]:
        return [], 1, ("nul", "The line holds a NUL character")
    taken = 0

    def feed() -> Iterator[str]:
        nonlocal taken
        for line in lines[at : at + LONGEST_RECORD_LINES]:
            if taken and ((line.count(delimiter) >= wide - 1 and width(line, delimiter) >= wide) or "\x00" in line):
                return
            taken += 1
            yield line + "\n"

    try:
        return next(csv.reader(feed(), delimiter=delimiter, strict=True)), taken, None
    except csv.Error as fault:
        if "unexpected end" in str(fault):
            return [], 1, ("open_quote", "A quotation mark is opened and not closed")
        if "new-line" in str(fault):
            return [], 1, ("stray_cr", "The line holds a carriage return outside quotation marks")
        if "limit" in str(fault):
            return [], 1, ("too_long", "A field is longer than 131,072 characters")
        return [], 1, ("stray_quote", "There is text after a closing quotation mark")


def width(line: str, delimiter: str) -> int:
    """How many columns a line has by itself."""
    return len(fields(line, delimiter))


def fields(line: str, delimiter: str) -> list[str]:
    """A line cut by itself; nothing where it cannot be."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=False), [])
    except csv.Error:
        return []
