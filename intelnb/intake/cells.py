"""Cells of typed formats written as text, so that every format meets the same rules for values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from intelnb.errors import InputRefused

MOST_COLUMNS = 2000
MOST_CELLS = 50_000_000
LONGEST_FIELD = 10_000_000


def text(value: Any) -> str:
    """One value as the text a CSV of it would hold: nothing is rounded, and nothing is added.

    Dates and times are written in ISO form, numbers in their shortest exact form, what is missing as "".

    Raises
    ------
    TypeError
        When the value is no text, number, truth, date or list of these, such as bytes.

    Examples
    --------
    >>> [text(v) for v in ("007", 7.0, 0.5, None, True, date(2026, 11, 16), ["a", "b"])]
    ['007', '7', '0.5', '', 'true', '2026-11-16', 'a;b']
    """
    for kind, written in _WRITERS:
        if isinstance(value, kind):
            return written(value)
    raise TypeError(type(value).__name__)


def number(value: float) -> str:
    """A number in its shortest exact form; not a number is missing."""
    if value != value:  # noqa: PLR0124 - the one value that is not itself
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def clock(value: timedelta) -> str:
    """A time of day, as some workbooks keep it.

    Examples
    --------
    >>> clock(timedelta(hours=9, minutes=5))
    '09:05:00'
    """
    seconds = round(value.total_seconds())
    if not 0 <= seconds < 86_400:
        return str(value)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60).isoformat()


def several(values: Sequence[Any]) -> str:
    """A list as one cell: its items between semicolons; a list of more than plain values as JSON."""
    if any(isinstance(item, (dict, list, tuple)) for item in values):
        return json.dumps(values, ensure_ascii=False, default=text)
    return ";".join(text(item) for item in values)


_WRITERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (str, str),
    (type(None), lambda _: ""),
    (bool, lambda value: "true" if value else "false"),
    (int, str),
    (float, number),
    (Decimal, lambda value: "" if value.is_nan() else format(value, "f")),
    (datetime, lambda value: value.isoformat(sep=" ")),
    (date, date.isoformat),
    (time, time.isoformat),
    (timedelta, clock),
    (list, several),
    (tuple, several),
)


def headings(cells: Sequence[str], name: str) -> tuple[str, ...]:
    """Headings trimmed and of one name each; a column without one is named by its place, and so is one of several.

    Which of two columns of one heading a map means nobody can know: named by their places, neither answers to it.

    Raises
    ------
    InputRefused
        When there are too many.

    Examples
    --------
    >>> headings([" id ", "", "kind"], "crimes.csv")
    ('id', '(column 2)', 'kind')
    >>> headings(["Date", "id", "Date"], "crimes.csv")
    ('Date (column 1)', 'id', 'Date (column 3)')
    """
    if len(cells) > MOST_COLUMNS:
        told = f"There are more than {MOST_COLUMNS:,} columns"
        raise InputRefused(
            what=told, where=name, now="Export fewer columns; give a matrix as a list of links: source, target, weight."
        )
    trimmed = [" ".join(cell.split()) for cell in cells]
    seen: dict[str, int] = {}
    for heading in trimmed:
        seen[heading] = seen.get(heading, 0) + 1
    return tuple(
        heading if heading and seen[heading] == 1 else f"{heading} (column {i})".strip()
        for i, heading in enumerate(trimmed, start=1)
    )


def shared(headings: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Headings that stand over several columns, and the numbers of these.

    Examples
    --------
    >>> shared(["Date (column 1)", "id", "Date (column 3)", "(column 4)"])
    {'Date': ('1', '3')}
    """
    found: dict[str, tuple[str, ...]] = {}
    for heading in headings:
        if named := re.fullmatch(r"(.+) \(column (\d+)\)", heading):
            found[named[1]] = (*found.get(named[1], ()), named[2])
    return {heading: columns for heading, columns in found.items() if len(columns) > 1}


def table(headings: Sequence[str], columns: Sequence[Sequence[str]]) -> pa.Table:
    """Columns of text under their headings."""
    return pa.table([pa.array(column, type=pa.string()) for column in columns], names=list(headings))
