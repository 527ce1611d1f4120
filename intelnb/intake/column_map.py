"""A column map: which of the file's headings is which of our columns, and what its codes mean.

A map is a TOML file:

    [columns]        our name = their heading
    [formats]        our name = layout of their dates, such as "%d/%m/%Y %H:%M", "iso" or "month"; several as a list
    [values.kind]    "their code" = "ours"
    [source]         encoding, delimiter, crs, timezone; sheet, heading_row; records of JSON; table or query of a database
    [constants]      our name = the value every record has
    [combine]        our name = [their headings, joined with a space]
    [repairs]        rule = [our names it holds for]; see `repairs`
    [spread.people]  their heading = {our name = value}: each of these headings makes a record of its own
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from intelnb.doctrine import heading_words
from intelnb.doctrine import headings as usual_headings
from intelnb.errors import SettingsError, together
from intelnb.intake import cells, repairs
from intelnb.tables.contract import Contract

COORDINATES = {"longitude": "easting", "latitude": "northing"}
"""Names a map may use in place of ours, for data in degrees."""

_Layouts = str | list[str]


class _Strict(BaseModel):
    """A part of a map that refuses names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class SourceRules(_Strict):
    """How the file is written."""

    encoding: str = ""
    delimiter: str = ""
    crs: str = ""
    timezone: str = ""
    sheet: str = ""
    heading_row: Annotated[int, Field(ge=0, le=1_048_576)] = 0
    records: str = ""
    table: str = ""
    query: str = ""

    @field_validator("delimiter")
    @classmethod
    def _one_mark(cls, mark: str) -> str:
        if mark and len(mark) != 1:
            raise ValueError("a delimiter is one character")
        return mark

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            return name and ZoneInfo(name).key
        except (KeyError, ValueError, OSError):
            raise ValueError(f"'{name}' is not a time zone") from None


class ColumnMap(_Strict):
    """A column map as its file says it."""

    columns: dict[str, str] = {}
    formats: dict[str, _Layouts] = {}
    values: dict[str, dict[str, str]] = {}
    source: SourceRules = SourceRules()
    constants: dict[str, str | int | float] = {}
    combine: dict[str, Annotated[list[str], Field(min_length=2)]] = {}
    repairs: dict[str, list[str]] = {}
    spread: dict[str, dict[str, dict[str, str | int | float]]] = {}


@dataclass(frozen=True)
class Plan:
    """A map fitted to one file: for each of our columns, the headings it comes from."""

    headings: Mapping[str, tuple[str, ...]]
    column_map: ColumnMap

    def needed(self) -> tuple[str, ...]:
        """Headings that are read; nothing else of the file is."""
        return tuple(dict.fromkeys(h for headings in self.headings.values() for h in headings))

    def heading(self, column: str) -> str:
        """How the file calls one of our columns."""
        return " + ".join(self.headings.get(column, (column,)))


def parse(text: bytes, *, name: str, contract: Contract) -> ColumnMap:
    r"""Read a column map for one kind of table.

    Parameters
    ----------
    text
        The TOML file's bytes.
    name
        File name for messages.
    contract
        The table the map leads to.

    Raises
    ------
    SettingsError
        When it is not TOML, or says what a map may not; all faults at once.

    Examples
    --------
    >>> from intelnb.tables.crimes import CONTRACT
    >>> parse(b'[columns]\nid = "Crime No"', name="crimes.toml", contract=CONTRACT).columns
    {'id': 'Crime No'}
    """
    try:
        column_map = ColumnMap.model_validate(tomllib.loads(text.decode("utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsError(what=f"The column map is not TOML: {fault}", where=name, now="Mend that line.") from None
    except ValidationError as fault:
        faults = [f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in fault.errors()]
        raise together(
            faults, what=f"The column map {name} cannot be used", now="Mend it.", kind=SettingsError
        ) from None
    faults = _unknown_names(column_map, contract) + _doubtful(column_map, contract)
    if faults:
        raise together(faults, what=f"The column map {name} cannot be used", now="Mend it.", kind=SettingsError)
    return column_map


def fit(column_map: ColumnMap | None, headings: Sequence[str], *, contract: Contract, name: str) -> Plan:
    """Find a map's headings in a file; without a map our own names are expected as headings.

    Raises
    ------
    SettingsError
        When a heading that is needed is gone, stands over several columns, or is mapped by nobody: all at once,
        each with the nearest heading the file has that the map does not use.

    Examples
    --------
    >>> from intelnb.tables.events import CONTRACT
    >>> fit(None, ["date", "name"], contract=CONTRACT, name="events.csv").headings
    {'date': ('date',), 'name': ('name',)}
    """
    several = cells.shared(headings)
    wanted: dict[str, tuple[str, ...]] = {}
    if column_map is None:
        ours = [*contract.names, *(n for n, own in COORDINATES.items() if own in contract.names)]
        wanted |= {column: (column,) for column in ours if column in headings}
        missing = [column for column in ours if column in several]
        missing += [f.name for f in contract.fields if f.required and f.name not in {*headings, *several}]
        told, remedy = f"{name} does not have our headings", "Write a column map for it, or use these headings."
    else:
        wanted |= {column: (heading,) for column, heading in column_map.columns.items()}
        wanted |= {column: tuple(parts) for column, parts in column_map.combine.items()}
        missing = sorted({h for parts in wanted.values() for h in parts} - set(headings))
        told, remedy = f"{name} does not fit its column map", "Mend the map, or export the file with these headings."
    used = {heading for parts in wanted.values() for heading in parts}
    free = [heading for heading in headings if heading not in used]
    faults = [
        _fault(h, [c for c, parts in wanted.items() if h in parts] or [h], headings, free, contract.kind)
        for h in missing
    ]
    there = {*wanted, *_constants(column_map), *(missing if column_map is None else ())}
    lacking = [f.name for f in contract.fields if f.required and f.name not in there]
    if lacking and not faults:
        told = f"Nothing in {name} is mapped to: {', '.join(lacking)}"
        raise SettingsError(what=told, now="Add them to the [columns] of the map; a record without them says nothing.")
    faults += [f"nothing is mapped to: {', '.join(lacking)}"] if lacking else []
    if faults:
        raise together(faults, what=told, now=remedy, kind=SettingsError)
    return Plan(wanted, column_map or ColumnMap())


def _fault(heading: str, columns: Sequence[str], headings: Sequence[str], free: Sequence[str], kind: str) -> str:
    """Why one heading does not fit, and which one was probably meant."""
    several = cells.shared(headings)
    if heading in several:
        return f"'{heading}' stands over several columns: {', '.join(several[heading])}"
    close = heading_words.nearest(heading, free)
    usual = {name for column in columns for name in usual_headings.synonyms(kind).get(column, ())}
    meant = [close] if close else [one for one in free if usual_headings.folded(one) in usual]
    hint = f"the nearest is '{meant[0]}'" if meant else _has(headings)
    return f"no heading '{heading}' ({hint})"


def _has(headings: Sequence[str]) -> str:
    """What headings a file has, the first of them."""
    return f"the file has: {', '.join(list(headings)[:12])}" if headings else "the file has no heading at all"


def _constants(column_map: ColumnMap | None) -> set[str]:
    return set(column_map.constants) if column_map else set()


def _unknown_names(column_map: ColumnMap, contract: Contract) -> list[str]:
    """Names that are not columns of the table, with the one that was probably meant."""
    known = {*contract.names, *(n for n, own in COORDINATES.items() if own in contract.names)}
    faults = []
    for part in ("columns", "formats", "values", "constants", "combine", "spread"):
        for column in getattr(column_map, part):
            if column not in known:
                close = difflib.get_close_matches(column, sorted(known), n=1)
                hint = f"; did you mean {close[0]}?" if close else ""
                faults.append(f"{part}.{column}: {contract.kind} have no such column{hint}")
    for rule, columns in column_map.repairs.items():
        if rule not in repairs.RULES:
            faults.append(f"repairs.{rule}: there is no such rule; choose from {', '.join(repairs.RULES)}")
        faults += [f"repairs.{rule}: {contract.kind} have no column {c}" for c in columns if c not in known]
    told = {column for headings in column_map.spread.values() for beside in headings.values() for column in beside}
    faults += [f"spread: {contract.kind} have no column {column}" for column in sorted(told - known)]
    if len(column_map.spread) > 1:
        faults.append("spread: only one of our columns can be spread over several headings")
    sources = [*column_map.columns, *column_map.combine, *column_map.constants, *column_map.spread, *told]
    faults += [f"{column} comes from two places" for column in sorted({c for c in sources if sources.count(c) > 1})]
    return faults


def _doubtful(column_map: ColumnMap, contract: Contract) -> list[str]:
    """Layouts that could be read in two ways, and half coordinates."""
    faults = []
    for column, layouts in column_map.formats.items():
        listed = [layouts] if isinstance(layouts, str) else layouts
        kind = next((field.kind for field in contract.fields if field.name == column), "moment")
        if kind not in {"moment", "day"}:
            faults.append(f"formats.{column}: only dates have a layout")
        if any("%d/%m" in x for x in listed) and any("%m/%d" in x for x in listed):
            faults.append(f"formats.{column}: day first and month first cannot both be right")
        faults += [
            f"formats.{column}: '{x}' is not a layout"
            for x in listed
            if x not in {"iso", "month"} and not _is_layout(x)
        ]
    mapped = {*column_map.columns, *column_map.combine, *column_map.constants}
    for pair in (("easting", "northing"), ("longitude", "latitude")):
        if len(mapped & set(pair)) == 1:
            faults.append(f"columns: {pair[0]} and {pair[1]} go together")
    if mapped & {"longitude", "latitude"} and mapped & {"easting", "northing"}:
        faults.append("columns: give either easting and northing or longitude and latitude")
    return faults


def _is_layout(layout: str) -> bool:
    """Whether a layout names at least a day, a month and a year."""
    has_day = all(any(mark in layout for mark in marks) for marks in (("%d", "%e"), ("%m", "%b", "%B"), ("%Y", "%y")))
    return has_day or "%s" in layout or "%j" in layout
