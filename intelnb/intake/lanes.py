"""Two lanes for delimited text: all at once where it can be proven that no line was swallowed, else line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from intelnb.intake import cells, cutting, spans
from intelnb.intake.records import Rejected
from intelnb.tables.words import several

_SMALL_BYTES = 32_768
"""Below this size Arrow takes longer to begin than the csv module to end, and leaves holes in the memory it used."""


class Lane(NamedTuple):
    """What a lane made of a text.

    `blank` are the blank lines it passed over, None where each of them was; `bare` the records accepted with a
    quotation mark that opens and closes nothing.
    """

    table: pa.Table
    row: NDArray[np.int64]
    rejected: list[Rejected]
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
    return Lane(table.slice(1), kept[1:], rejected, "fast")


def _small(data: bytes, lines: NDArray[np.int64], headings: tuple[str, ...], delimiter: str) -> Lane | None:
    """The same for a text of a few lines."""
    text = io.StringIO(data.decode("utf-8"), newline="")
    try:
        rows = [row for row in csv.reader(text, delimiter=delimiter, strict=True) if row]
    except csv.Error:
        return None
    if len(rows) != len(lines):
        return None
    written = data.decode("utf-8").split("\n")
    kept = [place for place, row in enumerate(rows) if place and len(row) == len(headings)]
    rejected = [
        _short_or_long(int(lines[place]), len(headings), len(row), written[lines[place] - 1].rstrip("\r"))
        for place, row in enumerate(rows)
        if place and len(row) != len(headings)
    ]
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


def _short_or_long(row: int, expected: int, found: int, text: str) -> Rejected:
    """A record with the wrong number of columns."""
    code = "too_few_columns" if found < expected else "too_many_columns"
    return Rejected(row, code, f"The record has {several(found, 'column')} where the headings have {expected}", text)


def slow(data: bytes, head_at: int, headings: tuple[str, ...], delimiter: str) -> Lane:
    """Line by line: what a quotation mark holds is judged in `spans`."""
    lines = data.decode("utf-8").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    accepted: list[Sequence[str]] = []
    rows: list[int] = []
    rejected: list[Rejected] = []
    blank, bare, wide = 0, 0, len(headings)
    for one in spans.each(lines, head_at, wide=wide, delimiter=delimiter):
        if one.is_blank:
            blank += 1
        elif one.fault:
            rejected.append(Rejected(one.at + 1, *one.fault, one.text(lines)))
        elif len(one.cells) != wide:
            rejected.append(_short_or_long(one.at + 1, wide, len(one.cells), one.text(lines)))
        else:
            accepted.append(one.cells)
            rows.append(one.at + 1)
            bare += one.is_ill
    return Lane(_table(headings, accepted), np.array(rows, dtype=np.int64), rejected, "slow", blank, bare)


def width(line: str, delimiter: str) -> int:
    """How many columns a line has by itself."""
    return len(cutting.fields(line, delimiter))
