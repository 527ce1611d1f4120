"""JSON as records: an array of objects, or one object a line; nested ones are flattened by dots, numbers kept as written."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from intelnb.errors import InputRefused
from intelnb.intake import ceiling, cells
from intelnb.intake.records import Records, Rejected

LARGEST_BYTES = 500_000_000
DEEPEST = 20


class _RecordFaultError(ValueError):
    """Why one record cannot be taken; `code` names it."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def scan(text: bytes, *, name: str, records: str = "") -> Records:
    r"""Cut JSON into records.

    Parameters
    ----------
    text
        JSON or JSON lines in UTF-8.
    name
        File name for messages.
    records
        Where the array of records lies, its names joined by dots; found where it is not given.

    Returns
    -------
    Records. A JSON line stands where its line is; a record of an array has its number in it, from 1.

    Raises
    ------
    InputRefused
        When it is no JSON, or holds no one array of records.

    Examples
    --------
    >>> found = scan(b'[{"id": 7, "at": {"street": "High St", "x": 1.50}}]', name="crimes.json")
    >>> found.headings, found.table.iloc[0].tolist()
    (('id', 'at.street', 'at.x'), ['7', 'High St', '1.50'])
    """
    if len(text) > LARGEST_BYTES:
        told = f"The JSON is larger than {LARGEST_BYTES / 1e6:,.0f} MB"
        raise InputRefused(what=told, where=name, now="Export it as CSV, Parquet or JSON lines in parts.")
    if not records and _is_lines(text):
        return _of(_line_by_line(text), blank=_blank(text), lane="json lines")
    body = _document(text, name)
    try:
        listed = _listed(body, name, records)
    except InputRefused:
        ceiling.refuse_above_in(named(body), name=name)
        raise
    notes = () if listed else ("it holds no record",)
    made = _of(_one_by_one(listed), blank=0, lane="json")
    return replace(made, around=tuple(named(body, but=listed)), notes=notes)


def _is_lines(text: bytes) -> bool:
    """Whether each line is a value of its own: the first that holds anything is a whole object, and no list of them."""
    lines = (line for line in text.split(b"\n", 1000) if line.strip())
    first = next(lines, b"")
    try:
        value = _value(first)
    except (ValueError, RecursionError):
        # a damaged first line is a line all the same where the next one is whole
        second = next(lines, b"").strip()
        return first.lstrip().startswith(b"{") and second.startswith(b"{") and second.endswith(b"}")
    if next(lines, None) is not None:
        return isinstance(value, dict)
    return isinstance(value, dict) and not _arrays(value) and list(value.values()) != [[]]


def _value(text: bytes) -> Any:
    """One JSON value, its numbers as they are written."""
    return json.loads(
        text.decode("utf-8"), parse_float=str, parse_int=str, parse_constant=_no_constant, object_pairs_hook=_once
    )


def _no_constant(word: str) -> Any:
    raise _RecordFaultError("not_json", f"{word} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no name stands twice."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _RecordFaultError("same_name_twice", "An object of the record has the same name twice")
    return made


def _document(text: bytes, name: str) -> Any:
    """A whole document."""
    try:
        return _value(text)
    except _RecordFaultError as fault:
        raise InputRefused(what=f"The JSON cannot be read: {fault}", where=name, now="Export it again.") from None
    except json.JSONDecodeError as fault:
        raise InputRefused(
            what="The JSON breaks off or is damaged", where=f"{name}, line {fault.lineno}", now="Fetch it again."
        ) from None
    except (ValueError, RecursionError):
        raise InputRefused(what="The JSON cannot be read", where=name, now="Fetch it again.") from None


def named(body: Any, *, but: Any = None, without: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Every text of a document with the name it stands under, and every name.

    Nothing is told of one list or object, nor of what stands under some names.

    Examples
    --------
    >>> listed = [{"id": "1"}]
    >>> list(named({"marking": "OFFICIAL", "logs": listed}, but=listed))
    [('marking', ''), ('logs', ''), ('marking', 'OFFICIAL')]
    """
    held: list[tuple[str, Any]] = [("", body)]
    while held:
        name, value = held.pop()
        if but is not None and value is but:
            continue
        if isinstance(value, dict):
            held += [(str(key), inner) for key, inner in value.items() if key not in without]
            yield from ((str(key), "") for key in value)
        elif isinstance(value, list):
            held += [(name, inner) for inner in value]
        elif isinstance(value, str):
            yield name, value


def _listed(body: Any, name: str, records: str) -> list[Any]:
    """The one array of records in a document."""
    if records:
        for part in records.split("."):
            body = body.get(part) if isinstance(body, dict) else None
        if not isinstance(body, list):
            told = f"There is no array '{records}' in the JSON"
            raise InputRefused(what=told, where=name, now="Mend 'records' in the column map.")
        return body
    if isinstance(body, list):
        return body
    arrays = _arrays(body) if isinstance(body, dict) else {}
    if not arrays and isinstance(body, dict):
        # an answer without any record
        arrays = {key: inner for key, inner in body.items() if inner == []}
    if len(arrays) != 1:
        listed = ", ".join(f"'{key}'" for key in list(arrays)[:8]) or "none"
        raise InputRefused(
            what=f"It cannot be told which array of the JSON holds the records: {listed}", where=name,
            now="Name it in the column map: records, under [source].",
        )  # fmt: skip
    return next(iter(arrays.values()))


def _arrays(body: dict[str, Any]) -> dict[str, list[Any]]:
    """The members of an object that are arrays of objects."""
    return {key: v for key, v in body.items() if isinstance(v, list) and v and all(isinstance(i, dict) for i in v)}


def _line_by_line(text: bytes) -> Iterator[tuple[int, dict[str, str] | Rejected]]:
    for number, line in enumerate(text.split(b"\n"), start=1):
        if not line.strip():
            continue
        shown = line.decode("utf-8", "replace").rstrip("\r")
        try:
            yield number, _flat(_value(line))
        except _RecordFaultError as fault:
            yield number, Rejected(number, fault.code, str(fault), shown)
        except (ValueError, RecursionError):
            yield number, Rejected(number, "not_json", "The line is not one JSON object", shown)


def _blank(text: bytes) -> int:
    lines = text.split(b"\n")
    return sum(not line.strip() for line in lines) - (not lines[-1].strip())


def _one_by_one(listed: list[Any]) -> Iterator[tuple[int, dict[str, str] | Rejected]]:
    for number, value in enumerate(listed, start=1):
        try:
            yield number, _flat(value)
        except _RecordFaultError as fault:
            yield number, Rejected(number, fault.code, str(fault), json.dumps(value, ensure_ascii=False))


def _flat(value: Any) -> dict[str, str]:
    """One record as text by dotted names."""
    if not isinstance(value, dict):
        raise _RecordFaultError("not_an_object", "The record is not an object with names and values")
    made: dict[str, str] = {}
    _fill(made, "", value, 0)
    return made


def _fill(made: dict[str, str], before: str, value: dict[str, Any], depth: int) -> None:
    if depth > DEEPEST:
        raise _RecordFaultError("too_deep", f"The record is nested more than {DEEPEST} deep")
    for key, inner in value.items():
        heading = f"{before}{' '.join(key.split())}"
        if isinstance(inner, dict):
            _fill(made, f"{heading}.", inner, depth + 1)
        elif heading in made:
            raise _RecordFaultError("same_name_twice", "Two values of the record have the same name")
        else:
            made[heading] = cells.text(inner)


def _of(found: Iterator[tuple[int, dict[str, str] | Rejected]], *, blank: int, lane: str) -> Records:
    """Records under all names that occur, in the order they occur in."""
    rows: list[int] = []
    taken: list[dict[str, str]] = []
    rejected: list[Rejected] = []
    for number, record in found:
        if isinstance(record, Rejected):
            rejected.append(record)
        else:
            rows.append(number)
            taken.append(record)
    headings = cells.headings(_names(taken), lane)
    columns = cells.table(headings, [[record.get(h, "") for record in taken] for h in headings])
    return Records(columns, np.array(rows, dtype=np.int64), tuple(rejected), blank, lane=lane)


def _names(taken: Sequence[dict[str, str]]) -> list[str]:
    names: dict[str, None] = {}
    for record in taken:
        names.update(dict.fromkeys(record))
    return list(names)
