"""Text into values by contract: what cannot be read is named, row by row, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.intake import moments
from intelnb.intake.column_map import COORDINATES, Plan
from intelnb.tables.contract import Contract, Field

_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
_EXCEL_ERROR = r"^#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!|#{2,})$"
_THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"


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

    `stated_end` holds, for each moment column, the last second of what its text states.
    """

    table: pd.DataFrame
    problems: tuple[Problem, ...]
    stated_end: dict[str, pd.Series[pd.Timestamp]]
    is_exact: dict[str, NDArray[np.bool_]]


def typed(texts: pd.DataFrame, plan: Plan, *, contract: Contract, timezone: str, also_iso: bool = False) -> Typed:
    """Read every column of a contract from the text of a file.

    Parameters
    ----------
    texts
        Records as text, under the file's headings.
    plan
        The map fitted to this file.
    timezone
        The force's clocks, which all times are brought to.
    also_iso
        Whether dates may stand in ISO form beside the layouts of the map: the file's format knew them as dates.

    Returns
    -------
    A table with all columns of the contract in order (easting and northing still in the file's own system),
    and every fault found. Faulty values are missing in the table; their rows are for quarantine.

    Examples
    --------
    >>> from intelnb.intake.column_map import fit
    >>> from intelnb.tables.harm_weights import CONTRACT
    >>> texts = pd.DataFrame({"kind": ["theft", "arson"], "weight_days": ["3", "4O"]}, dtype="str")
    >>> found = typed(texts, fit(None, list(texts), contract=CONTRACT, name="x"), contract=CONTRACT, timezone="UTC")
    >>> found.table["weight_days"].tolist(), found.problems[0].code
    ([3.0, nan], 'not_a_number')
    """
    columns: dict[str, pd.Series[Any]] = {}
    problems: list[Problem] = []
    ends: dict[str, pd.Series[pd.Timestamp]] = {}
    exact: dict[str, NDArray[np.bool_]] = {}
    own = {ours: theirs for theirs, ours in COORDINATES.items() if theirs in plan.headings}
    for field in contract.fields:
        name = own.get(field.name, field.name)
        raw = _texts(texts, plan, name, field)
        told = plan.heading(name)
        errors = raw.str.match(_EXCEL_ERROR).to_numpy(dtype=bool)
        if errors.any():
            problems += _found(told, "excel_error", "Excel could not work this cell out, or show it", errors)
            raw = raw.mask(errors, "")
        if field.required:
            is_missing = (raw == "").to_numpy(dtype=bool) & ~errors
            problems += _found(told, "missing", f"There is no {field.name.replace('_', ' ')}", is_missing)
        if field.kind in {"moment", "day"}:
            layouts = [*_layouts(plan, name), *(["iso"] if also_iso else [])]
            read = moments.read(raw, layouts, timezone=plan.column_map.source.timezone, local=timezone)
            columns[field.name], ends[field.name], exact[field.name] = read.start, read.end, read.is_exact
            reason = f"The date does not exist, or is not written as {' or '.join(_layouts(plan, name))}"
            problems += _found(told, "not_a_date", reason, read.is_bad)
        elif field.kind in {"number", "whole"}:
            columns[field.name], bad = _numbers(raw, whole=field.kind == "whole")
            problems += _found(told, "not_a_number", "This is not a number", bad)
        elif field.kind == "list":
            columns[field.name], faults = _lists(raw, plan, field, told)
            problems += faults
        else:
            columns[field.name], faults = _codes(raw, plan, field, told)
            problems += faults
    return Typed(pd.DataFrame(columns), tuple(problems), ends, exact)


def _texts(texts: pd.DataFrame, plan: Plan, column: str, field: Field) -> pd.Series[str]:
    """One column as trimmed text, wherever the map says it comes from."""
    headings = plan.headings.get(column)
    if not headings:
        constant = plan.column_map.constants.get(column, "")
        return pd.Series([str(constant)] * len(texts), index=texts.index, dtype="str")
    joint = ";" if field.kind == "list" else " "
    joined = texts[headings[0]].str.strip()
    for heading in headings[1:]:
        joined = joined + joint + texts[heading].str.strip()
    return joined.str.strip().astype("str")


def _layouts(plan: Plan, column: str) -> list[str]:
    """The layouts a date column may be written in."""
    layouts = plan.column_map.formats.get(column, "iso")
    return [layouts] if isinstance(layouts, str) else list(layouts)


def _found(column: str, code: str, reason: str, where: pd.Series[bool] | NDArray[np.bool_]) -> list[Problem]:
    """A problem, if any record has it."""
    at = np.flatnonzero(np.asarray(where, dtype=bool))
    return [Problem(column, code, reason, at)] if len(at) else []


def _numbers(raw: pd.Series[str], *, whole: bool) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Numbers, written plainly or with commas between thousands; missing where there is none."""
    filled = (raw != "").to_numpy()
    plain = raw.str.match(_NUMBER).to_numpy(bool)
    if not (plain | ~filled).all():
        grouped = raw.str.match(_THOUSANDS).to_numpy(bool)
        raw = raw.mask(grouped, raw.str.replace(",", "", regex=False))
        plain = plain | grouped
    numbers = pd.to_numeric(raw.where(plain, None), errors="coerce").astype("float64")
    good = np.isfinite(numbers.to_numpy())
    if whole:
        good = good & (numbers % 1 == 0).to_numpy() & (numbers.abs() < 2**53).to_numpy()
        return numbers.where(good).astype("Int64"), filled & ~good
    return numbers.where(good), filled & ~good


def _codes(raw: pd.Series[str], plan: Plan, field: Field, told: str) -> tuple[pd.Series, list[Problem]]:
    """Codes and text; a code the map or the contract does not know is named."""
    values = plan.column_map.values.get(field.name)
    if values is None and not field.codes:
        return raw, []
    distinct = {code: (values or {}).get(code, code) for code in raw.unique()}
    known = {"", *(values or {}), *field.codes}
    unknown = sorted(code for code in distinct if code not in known)
    problems = []
    for code in unknown:
        reason = f"The code '{code[:40]}' is not in the column map"
        problems += _found(told, "unknown_code", reason, raw == code)
    return raw.map(distinct).astype("str"), problems


def _lists(raw: pd.Series[str], plan: Plan, field: Field, told: str) -> tuple[pd.Series, list[Problem]]:
    """Several values in one cell, between semicolons or bars."""
    values = plan.column_map.values.get(field.name)
    split: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for cell in raw.unique():
        items = [item.strip() for item in cell.replace("|", ";").split(";") if item.strip()]
        strange = sorted(set(items) - set(values)) if values is not None else []
        for code in strange:
            problems += _found(told, "unknown_code", f"The code '{code[:40]}' is not in the column map", raw == cell)
        split[cell] = tuple((values or {}).get(item, item) for item in items)
    listed = pd.Series([split[cell] for cell in raw], index=raw.index, dtype="object")
    return listed, problems


def ends_before_start(
    typed_rows: Typed, columns: Sequence[str] = ("start", "end"), *, told: str = "end"
) -> list[Problem]:
    """Name records whose interval ends before it starts; an end without a time is the end of that day."""
    first, last = (typed_rows.table[name] for name in columns)
    ended = typed_rows.stated_end[columns[1]]
    return _found(told, "ends_before_start", "The interval ends before it starts", (ended < first) & last.notna())
