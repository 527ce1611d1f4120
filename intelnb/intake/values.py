"""Text into values by contract: what cannot be read is named, row by row, and nothing is guessed.

Each distinct text of a column is read once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from intelnb.intake import damaged, date_order, moments, numbers, repairs
from intelnb.intake.column_map import COORDINATES, Plan
from intelnb.intake.words import Words
from intelnb.tables.contract import MOMENT, Contract, Field


@dataclass(frozen=True, eq=False)
class Problem:
    """The same fault in several records: which ones, in which column, and what to say of it."""

    column: str
    code: str
    reason: str
    at: NDArray[np.int64]
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Typed:
    """A table with every column of its contract, its faults, and the stated end of day-only starts.

    `stated_end` holds, for each moment column, the last second of what its text states; `is_stated` which texts say
    an offset. `repairs` says what was read otherwise than written, and how often.
    """

    table: pd.DataFrame
    problems: tuple[Problem, ...]
    stated_end: dict[str, pd.Series[pd.Timestamp]]
    is_exact: dict[str, NDArray[np.bool_]]
    is_stated: dict[str, NDArray[np.bool_]]
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Rules:
    """What holds for every column of a file.

    Parameters
    ----------
    timezone
        The force's clocks, which all times are brought to.
    also_iso
        Whether dates may stand in ISO form beside the layouts of the map: the file's format knew them as dates.
    date_system
        Year the day numbers of a workbook count from.
    names, owner
        Names of the files, and which of them each record is of; None where all are of the first.
    """

    timezone: str
    also_iso: bool = False
    date_system: int = 1900
    names: tuple[str, ...] = ("",)
    owner: NDArray[np.int64] | None = None


@dataclass(eq=False)
class _Columns:
    """What has been read so far."""

    plan: Plan
    rules: Rules
    size: int
    texts: dict[str, pa.Array] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)
    ends: dict[str, pd.Series[pd.Timestamp]] = field(default_factory=dict)
    exact: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    stated: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)


def typed(
    texts: pd.DataFrame | pa.Table,
    plan: Plan,
    *,
    contract: Contract,
    timezone: str,
    also_iso: bool = False,
    date_system: int = 1900,
    names: tuple[str, ...] = ("",),
    owner: NDArray[np.int64] | None = None,
) -> Typed:
    """Read every column of a contract from the text of a file.

    Parameters
    ----------
    texts
        Records as text, under the file's headings.
    plan
        The map fitted to this file.
    timezone, also_iso, date_system, names, owner
        See `Rules`.

    Returns
    -------
    A table with all columns of the contract in order (easting and northing still in the file's own system),
    and every fault found. Faulty values are missing in the table; their rows are for quarantine.

    Raises
    ------
    InputRefused
        When it cannot be told how a column of dates is written.

    Examples
    --------
    >>> from intelnb.intake.column_map import fit
    >>> from intelnb.tables.harm_weights import CONTRACT
    >>> texts = pd.DataFrame({"kind": ["theft", "arson"], "weight_days": ["3", "4O"]}, dtype="str")
    >>> found = typed(texts, fit(None, list(texts), contract=CONTRACT, name="x"), contract=CONTRACT, timezone="UTC")
    >>> found.table["weight_days"].tolist(), found.problems[0].code
    ([3.0, nan], 'not_a_number')
    """
    held = texts if isinstance(texts, pa.Table) else pa.Table.from_pandas(texts, preserve_index=False)
    made = _Columns(plan, Rules(timezone, also_iso, date_system, names, owner), len(texts))
    own = {ours: theirs for theirs, ours in COORDINATES.items() if theirs in plan.headings}
    for one in contract.fields:
        _read(made, one, own.get(one.name, one.name), held)
    text = pa.table(made.texts).to_pandas() if made.texts else pd.DataFrame(index=range(made.size))
    columns = {n: text[n] if n in made.texts else made.others[n] for n in contract.names}
    table = pd.DataFrame(columns, copy=False)
    return Typed(table, tuple(made.problems), made.ends, made.exact, made.stated, tuple(made.repairs))


def _read(made: _Columns, one: Field, source: str, texts: pa.Table) -> None:
    """One column of the contract, from wherever the map says it comes."""
    words = _words(texts, made, source, one)
    told = made.plan.heading(source)
    if words is None:
        _nothing(made, one)
        if one.required:
            made.problems += _found(told, "missing", _missing(one), np.ones(made.size, dtype=bool))
        return
    words = _repaired(made, words, source, told)
    rules = made.plan.column_map
    repaired = one.name in rules.repairs.get(repairs.AGE_BANDS, ())
    damages = damaged.found(words, one.name, bands=rules.values.get(one.name, {}), repaired=repaired)
    faulty = np.zeros(len(words.distinct), dtype=bool)
    for code, reason, where in damages:
        made.problems += _found(told, code, reason, words.where(where))
        faulty |= where
    if one.required:
        made.problems += _found(told, "missing", _missing(one), words.where(~faulty & ~words.filled()))
    if faulty.any():
        words = words.instead(["" if bad else text for bad, text in zip(faulty, words.listed(), strict=True)])
    if one.kind in {"moment", "day"}:
        _moments(made, one, words, source, told)
    elif one.kind in {"number", "whole"}:
        made.others[one.name], bad = numbers.read(words, whole=one.kind == "whole")
        made.problems += _found(told, "not_a_number", "This is not a number", words.where(bad))
    elif one.kind == "list":
        made.others[one.name], problems = _lists(words, made.plan, one, told)
        made.problems += problems
    else:
        made.texts[one.name], problems = _codes(words, made.plan, one, told)
        made.problems += problems


def _missing(one: Field) -> str:
    return f"There is no {one.name.replace('_', ' ')}"


def _words(texts: pa.Table, made: _Columns, column: str, one: Field) -> Words | None:
    """The texts of one column; None where nothing is mapped to it."""
    headings = made.plan.headings.get(column)
    if headings:
        return Words.of([texts.column(h) for h in headings], joint=";" if one.kind == "list" else " ")
    constant = str(made.plan.column_map.constants.get(column, "")).strip()
    return Words.same(constant, made.size) if constant else None


def _nothing(made: _Columns, one: Field) -> None:
    """A column nothing is mapped to: empty throughout."""
    if one.kind in {"moment", "day"}:
        empty = pd.Series(np.full(made.size, np.datetime64("NaT"), dtype=MOMENT))
        made.others[one.name] = made.ends[one.name] = empty
        made.exact[one.name] = np.zeros(made.size, dtype=bool)
    elif one.kind == "number":
        made.others[one.name] = np.full(made.size, np.nan)
    elif one.kind == "whole":
        made.others[one.name] = pd.array([None] * made.size, dtype="Int64")
    elif one.kind == "list":
        made.others[one.name] = _filled([()], Words.same("", made.size))
    else:
        made.texts[one.name] = Words.same("", made.size).column()


def _repaired(made: _Columns, words: Words, column: str, told: str) -> Words:
    """The texts after the repairs the map names for this column, each counted."""
    for rule, columns in made.plan.column_map.repairs.items():
        if column in columns:
            codes = made.plan.column_map.values.get(column, {})
            texts, names = repairs.repaired(words.listed(), rule, date_system=made.rules.date_system, codes=codes)
            for name in sorted(set(names) - {""}):
                count = int(words.where(np.array([one == name for one in names])).sum())
                made.repairs.append(f"{repairs.told(rule, count, name)}, in column '{told}' ({rule})")
            words = words.instead(texts) if any(names) else words
    return words


def _moments(made: _Columns, one: Field, words: Words, column: str, told: str) -> None:
    """A column of dates, in the layouts its map states or the whole column proves."""
    stated = made.plan.column_map.formats.get(column, ())
    layouts = [stated] if isinstance(stated, str) else list(stated)
    series, owner = words.series(), made.rules.owner
    files = date_order.Files(made.rules.names, owner, words)
    orders, notes = date_order.settled(files, stated=layouts, column=told)
    made.repairs += notes
    repaired = any(column in columns for columns in made.plan.column_map.repairs.values())
    found: dict[str, NDArray[Any]] = {}
    serial_like = words.like(repairs.SERIAL.pattern)
    for order in orders:
        also = ["iso"] if (made.rules.also_iso or repaired) and "iso" not in order.layouts else []
        zone = made.plan.column_map.source.timezone
        read = moments.read(series, [*order.layouts, *also], timezone=zone, local=made.rules.timezone)
        parts = {
            "start": read.start.to_numpy(),
            "end": read.end.to_numpy(),
            "exact": read.is_exact,
            "stated": read.is_stated,
        }
        spread = {name: words.spread(values) for name, values in parts.items()}
        held = order.holds(owner) if len(orders) > 1 and owner is not None else np.True_
        found = {name: np.where(held, values, found[name]) for name, values in spread.items()} if found else spread
        reason = f"The date does not exist, or is not written as {' or '.join(order.layouts)}"
        serial = read.is_bad & serial_like
        made.problems += _found(told, "not_a_date", reason, words.where(read.is_bad & ~serial) & held)
        hint = "This is a day number of Excel, which is read where the map names it under [repairs] excel_serial_dates"
        made.problems += _found(told, "excel_date", hint, words.where(serial) & held)
    made.others[one.name], made.ends[one.name] = pd.Series(found["start"]), pd.Series(found["end"])
    made.exact[one.name], made.stated[one.name] = found["exact"], found["stated"]


def _found(column: str, code: str, reason: str, where: NDArray[np.bool_] | pd.Series[bool]) -> list[Problem]:
    """A problem, if any record has it."""
    at = np.flatnonzero(np.asarray(where, dtype=bool))
    return [Problem(column, code, reason, at)] if len(at) else []


def _codes(words: Words, plan: Plan, one: Field, told: str) -> tuple[pa.Array, list[Problem]]:
    """Codes and text; a code the map or the contract does not know is named."""
    values = plan.column_map.values.get(one.name)
    if values is None and not one.codes:
        return words.column(), []
    known = {"": "", **{code: code for code in one.codes}, **(values or {})}
    listed = words.listed()
    problems = []
    for code in sorted({text for text in listed if text not in known}):
        reason = f"The code '{code[:40]}' is not in the column map"
        problems += _found(told, "unknown_code", reason, words.where(np.array([text == code for text in listed])))
    return words.instead([known.get(text, text) for text in listed]).column(), problems


def _lists(words: Words, plan: Plan, one: Field, told: str) -> tuple[NDArray[np.object_], list[Problem]]:
    """Several values in one cell, between semicolons or bars."""
    values = plan.column_map.values.get(one.name)
    split: list[tuple[str, ...]] = []
    strange: dict[str, list[int]] = {}
    for place, cell in enumerate(words.listed()):
        items = [item.strip() for item in cell.replace("|", ";").split(";") if item.strip()]
        for code in sorted(set(items) - set(values)) if values is not None else []:
            strange.setdefault(code, []).append(place)
        split.append(tuple((values or {}).get(item, item) for item in items))
    problems = []
    for code, places in strange.items():
        reason = f"The code '{code[:40]}' is not in the column map"
        problems += _found(told, "unknown_code", reason, words.where(np.isin(np.arange(len(split)), places)))
    return _filled(split, words), problems


def _filled(distinct: Sequence[tuple[str, ...]], words: Words) -> NDArray[np.object_]:
    """Tuples as a column of objects."""
    held = np.empty(len(distinct), dtype=object)
    held[:] = distinct
    return words.spread(held)


def ends_before_start(
    typed_rows: Typed, columns: Sequence[str] = ("start", "end"), *, told: str = "end"
) -> list[Problem]:
    """Name records whose interval ends before it starts; an end without a time is the end of that day."""
    first, last = (typed_rows.table[name] for name in columns)
    ended = typed_rows.stated_end[columns[1]]
    return _found(told, "ends_before_start", "The interval ends before it starts", (ended < first) & last.notna())
