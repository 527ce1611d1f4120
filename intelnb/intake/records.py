"""Text records with their physical line numbers: every record ends accepted or rejected, and none is swallowed.

A quote opened on one line and closed some lines later makes every CSV reader swallow the rows between, in
silence. A record takes at least one line; so where accepted and rejected records are as many as non-blank
lines less the header, nothing was swallowed and the fast lane is truthful. Otherwise a slow lane finds
out, line by line, which record went wrong.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from intelnb.errors import InputRefused

MOST_COLUMNS = 2000
LONGEST_RECORD_LINES = 2000
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Rejected:
    """A record whose text cannot be cut into the header's columns."""

    row: int
    code: str
    reason: str
    text: str


@dataclass(frozen=True, eq=False)
class Records:
    """Records as text, before any value is read."""

    headings: tuple[str, ...]
    table: pd.DataFrame
    row: NDArray[np.int64]
    rejected: tuple[Rejected, ...]
    blank_lines: int
    delimiter: str
    lane: str

    @property
    def read(self) -> int:
        """How many records the file holds."""
        return len(self.row) + len(self.rejected)


def scan(data: bytes, *, name: str, delimiter: str = "") -> Records:
    r"""Cut a text file into records.

    Parameters
    ----------
    data
        Text in UTF-8.
    name
        File name for messages.
    delimiter
        What stands between columns; recognised from the first line where it is not given.

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
    if b"\n" not in data and b"\r" in data:
        data = data.replace(b"\r", b"\n")  # an old Mac's line ends
    lines = _non_blank(data)
    if not len(lines):
        raise InputRefused(what="The file is empty", where=name, now="Export it again.")
    head_at = int(lines[0])
    delimiter = delimiter or _delimiter(data, head_at)
    headings = _headings(data, head_at, delimiter, name)
    found = None
    if b"\x00" not in data and data.count(b"\r") == data.count(b"\r\n"):
        found = _fast(data, lines, headings, delimiter)
    table, row, rejected, lane = found or _slow(data, head_at, headings, delimiter)
    blank = data.count(b"\n") + (not data.endswith(b"\n")) - len(lines)
    return Records(headings, table, row, tuple(rejected), int(blank), delimiter, lane)


def _non_blank(data: bytes) -> NDArray[np.int64]:
    """Line numbers of lines that hold anything at all."""
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 10)
    if not data.endswith(b"\n"):
        ends = np.append(ends, len(data))
    starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)
    long = ends - starts
    for index in np.flatnonzero(long == 1):
        if data[starts[index] : ends[index]] == b"\r":
            long[index] = 0
    return np.flatnonzero(long > 0) + 1


def _line(data: bytes, number: int) -> str:
    """One physical line as text."""
    stream = io.BytesIO(data)
    for _ in range(number - 1):
        stream.readline()
    return stream.readline().decode("utf-8", "replace").rstrip("\r\n")


def _delimiter(data: bytes, head_at: int) -> str:
    """What stands between the headings most often, outside quotes."""
    bare = re.sub(r'"[^"]*"', "", _line(data, head_at))
    return max(_DELIMITERS, key=lambda mark: (bare.count(mark), -_DELIMITERS.index(mark)))


def _headings(data: bytes, head_at: int, delimiter: str, name: str) -> tuple[str, ...]:
    """The headings, each of its own name."""
    try:
        cells = next(csv.reader([_line(data, head_at)], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        raise InputRefused(
            what="The headings cannot be read", where=f"{name}, line {head_at}", now="Mend the quotes in that line."
        ) from None
    if len(cells) > MOST_COLUMNS:
        raise InputRefused(
            what=f"There are more than {MOST_COLUMNS:,} columns", where=name, now="Export fewer columns."
        )
    headings = [cell.strip() for cell in cells]
    twice = sorted({heading for heading in headings if heading and headings.count(heading) > 1})
    if twice:
        told = ", ".join(f"'{heading}'" for heading in twice)
        raise InputRefused(
            what=f"Several columns have the same heading: {told}", where=name, now="Rename them in the export."
        )
    return tuple(heading or f"(column {i})" for i, heading in enumerate(headings, start=1))


def _fast(
    data: bytes, lines: NDArray[np.int64], headings: tuple[str, ...], delimiter: str
) -> tuple[pd.DataFrame, NDArray[np.int64], list[Rejected], str] | None:
    """Everything at once through Arrow; None where it cannot be proven that no line was swallowed."""
    if b'"' in data and not _is_plainly_quoted(data, delimiter):
        return None
    bad: list[tuple[int, int, str]] = []

    def reject(row: pyarrow.csv.InvalidRow) -> str:
        bad.append((row.number, row.actual_columns, row.text))
        return "skip"

    try:
        table = pyarrow.csv.read_csv(
            io.BytesIO(data),
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False, block_size=len(data) + 1, column_names=list(headings)
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=reject
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
    return table.slice(1).to_pandas(), kept[1:], rejected, "fast"


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
    return Rejected(row, code, f"The record has {found} columns where the headings have {expected}", text)


def _slow(
    data: bytes, head_at: int, headings: tuple[str, ...], delimiter: str
) -> tuple[pd.DataFrame, NDArray[np.int64], list[Rejected], str]:
    """Line by line: an open quote costs the line it stands on, never the lines after it."""
    lines = data.decode("utf-8").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    accepted: list[list[str]] = []
    rows: list[int] = []
    rejected: list[Rejected] = []
    at, width = head_at, len(headings)
    while at < len(lines):
        if not lines[at].rstrip("\r"):
            at += 1
            continue
        cells, used, fault = _record(lines, at, width, delimiter)
        if fault is None and len(cells) == width:
            accepted.append(cells)
            rows.append(at + 1)
        elif fault is None:
            rejected.append(_short_or_long(at + 1, width, len(cells), "\n".join(lines[at : at + used])))
        else:
            rejected.append(Rejected(at + 1, *fault, lines[at]))
        at += used
    columns = list(zip(*accepted, strict=True)) if accepted else [()] * width
    table = pd.DataFrame({h: pd.array(list(c), dtype="str") for h, c in zip(headings, columns, strict=True)})
    return table, np.array(rows, dtype=np.int64), rejected, "slow"


def _record(lines: list[str], at: int, width: int, delimiter: str) -> tuple[list[str], int, tuple[str, str] | None]:
    """One record starting at a line: its cells, how many lines it took, and what is wrong with it."""
    if "\x00" in lines[at]:
        return [], 1, ("nul", "The line holds a NUL character")
    taken = 0

    def feed() -> Iterator[str]:
        nonlocal taken
        for line in lines[at : at + LONGEST_RECORD_LINES]:
            if taken and ((line.count(delimiter) >= width - 1 and _width(line, delimiter) >= width) or "\x00" in line):
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


def _width(line: str, delimiter: str) -> int:
    """How many columns a line has by itself."""
    try:
        return len(next(csv.reader([line], delimiter=delimiter, strict=False), []))
    except csv.Error:
        return 0
