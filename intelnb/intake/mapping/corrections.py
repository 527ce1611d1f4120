"""What a person says against a proposed column map, one sentence at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import ValidationError

from intelnb.errors import UsageError, together
from intelnb.intake.column_map import COORDINATES, SourceRules
from intelnb.tables.contract import Contract

FORMS = (
    "Write start='Date From', start='Date From + Time From', start=%d/%m/%Y, dates=day-first, kind:THEIRS=ours, "
    "accuracy_m:=500, source.crs=EPSG:4326 or area= for no heading."
)
Order = Literal["", "day-first", "month-first"]


@dataclass(frozen=True)
class Corrections:
    """What was said, by what it is about.

    Parameters
    ----------
    headings
        Our column and the headings it comes from; none where it is to come from nowhere.
    layouts
        Our column and how its dates are written.
    order
        Whether the day or the month comes first wherever a column of dates cannot tell.
    codes
        Our column, their code, ours.
    constants, source
        As a map has them.
    kept
        Columns whose codes are taken as they are.
    """

    headings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    layouts: dict[str, str] = field(default_factory=dict)
    order: Order = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    constants: dict[str, str | int | float] = field(default_factory=dict)
    source: dict[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()


def parse(said: Sequence[str], *, kept: Sequence[str] = (), headings: Sequence[str], contract: Contract) -> Corrections:
    """Read what was said, all faults at once.

    Parameters
    ----------
    said
        Each `column=Heading`, `column=Heading + Heading`, `column=LAYOUT`, `column:THEIRS=ours`, `column:=constant`,
        `source.KEY=value`, `dates=day-first`, or `column=` for none.
    kept
        Columns whose codes are to be taken as they are.
    headings
        Headings of the file.
    contract
        The columns there are.

    Raises
    ------
    UsageError
        When something said names no column, no heading or no layout.

    Examples
    --------
    >>> from intelnb.tables.crimes import CONTRACT
    >>> found = parse(["start=Day + Hour", "start=%d/%m/%y %H%M"], headings=["Day", "Hour"], contract=CONTRACT)
    >>> found.headings, found.layouts
    ({'start': ('Day', 'Hour')}, {'start': '%d/%m/%y %H%M'})
    """
    found = Corrections(kept=tuple(kept))
    order: Order = ""
    columns = {*contract.names, *(name for name, ours in COORDINATES.items() if ours in contract.names)}
    faults = [f"--keep {name}: {contract.kind} have no such column" for name in kept if name not in columns]
    for one in said:
        left, mark, right = one.partition("=")
        left, right = left.strip(), right.strip()
        column, colon, theirs = left.partition(":")
        if not mark:
            faults.append(f"'{one}': there is no '='")
        elif left == "dates" and right in {"day-first", "month-first"}:
            order = "day-first" if right == "day-first" else "month-first"
        elif left.startswith("source.") and left.removeprefix("source.") in SourceRules.model_fields:
            found.source[left.removeprefix("source.")] = right
        elif column not in columns:
            faults.append(f"'{one}': {contract.kind} have no column '{column}'")
        elif colon and not theirs:
            found.constants[column] = _number(right)
        elif colon:
            found.codes.setdefault(column, {})[theirs] = right
        else:
            faults += _heading(found, column, right, headings, one)
    if faults:
        told = together(faults, what="This correction cannot be used", now=FORMS, kind=UsageError)
        raise told
    return Corrections(**{**vars(found), "order": order})


def source_rules(said: Sequence[str], *, crs: str = "") -> SourceRules:
    """How the file is written, as far as somebody said so.

    Raises
    ------
    UsageError
        When it could not be so.

    Examples
    --------
    >>> source_rules(["source.delimiter=|", "start=Date"]).delimiter
    '|'
    """
    stated = dict(one.removeprefix("source.").split("=", 1) for one in said if one.startswith("source.") and "=" in one)
    try:
        return SourceRules.model_validate({"crs": crs, **stated}, strict=False)
    except ValidationError as fault:
        faults = [f"source.{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in fault.errors()]
        told = together(faults, what="This correction cannot be used", now=FORMS, kind=UsageError)
        raise told from None


def _heading(found: Corrections, column: str, right: str, headings: Sequence[str], one: str) -> list[str]:
    """A heading, several, a layout, or none at all."""
    if not right:
        found.headings[column] = ()
    elif right in headings:
        found.headings[column] = (right,)
    elif all(part.strip() in headings for part in right.split(" + ")):
        found.headings[column] = tuple(part.strip() for part in right.split(" + "))
    elif "%" in right or right in {"iso", "month"}:
        found.layouts[column] = right
    else:
        return [f"'{one}': the file has no heading '{right}'"]
    return []


def _number(text: str) -> str | int | float:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
