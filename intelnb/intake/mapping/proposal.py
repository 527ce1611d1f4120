"""A column map proposed for an export nobody has mapped: from headings and values, for a person to accept."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from intelnb.doctrine.headings import ReadyMap, folded, vocabulary
from intelnb.intake.column_map import ColumnMap
from intelnb.intake.mapping import choice as choices
from intelnb.intake.mapping import places, profile
from intelnb.intake.mapping.choice import Choice
from intelnb.intake.mapping.codes import Code, codes
from intelnb.intake.mapping.corrections import Corrections, source_rules
from intelnb.intake.mapping.dates import Question, dates
from intelnb.intake.mapping.places import Bounds
from intelnb.intake.mapping.profile import Profile
from intelnb.tables.contract import Contract

MOSTLY_WORDS = 0.5
"""A column is taken for one of words when at least this share of its cells are usual ones."""
_PLACES = ("easting", "northing", "longitude", "latitude")


@dataclass(frozen=True)
class Draft:
    """A proposed map with its reasons, and everything a person must see before accepting it.

    `reasons` says for each column why; `unread` are the headings nobody reads; `notes` what was noticed.
    """

    column_map: ColumnMap
    reasons: Mapping[str, str]
    questions: tuple[Question, ...]
    codes: tuple[Code, ...]
    unread: tuple[str, ...]
    notes: tuple[str, ...]


def draft(
    table: Mapping[str, pd.Series[str]],
    *,
    contract: Contract,
    crs: str,
    said: Corrections | None = None,
    bounds: Bounds | None = None,
    area_codes: frozenset[str] | None = None,
) -> Draft:
    """Propose a map for one file.

    Parameters
    ----------
    table
        The whole file as trimmed text, by heading.
    contract
        The table the map shall lead to.
    crs
        The force's grid.
    said
        What a person said already; it stands before everything else.
    bounds, area_codes
        Where the force's areas lie in its grid, and their codes; None where no areas are known.

    Examples
    --------
    >>> from intelnb.tables.crimes import CONTRACT
    >>> when = pd.Series(["25/12/2026 09:00", "03/01/2027 10:00"])
    >>> what = pd.Series(["BURGLARY DWELLING", "SHOPLIFTING"])
    >>> found = draft({"Offence": what, "Committed From": when}, contract=CONTRACT, crs="EPSG:27700")
    >>> found.column_map.columns, found.column_map.formats["start"]
    ({'kind': 'Offence', 'start': 'Committed From'}, '%d/%m/%Y %H:%M')
    """
    said = said or Corrections()
    profiles = profile.of(table)
    ready = choices.ready_map(contract.kind, list(table), contract)
    notes = [f"the headings are those of the ready map '{ready.name}' ({ready.verified})"] if ready else []
    chosen = _chosen(table, profiles, contract, said, ready)
    placed, told = _placed(table, profiles, contract, said, where=(crs, bounds), taken=_taken(chosen))
    notes += told
    joined = _with_times(chosen, profiles, contract, ready)
    written, questions = dates(table, joined, said, contract)
    values, unknown = codes(table, joined, said, contract, area_codes)
    questions += [
        Question(field.name, f"no heading was found for {field.name}, and a record without it says nothing")
        for field in contract.fields
        if field.required and field.name not in {*said.constants, *(choice.column for choice in joined)}
    ]
    every = [*joined, *placed]
    notes += _status_elsewhere(table, every, contract)
    constants = {**(ready.constants if ready else {}), **said.constants}
    made = ColumnMap(
        columns={choice.column: choice.headings[0] for choice in every if len(choice.headings) == 1},
        combine={choice.column: list(choice.headings) for choice in every if len(choice.headings) > 1},
        formats={column: named[0] if len(named) == 1 else list(named) for column, named in written.items()},
        values=values,
        source=source_rules([f"source.{key}={value}" for key, value in said.source.items()], crs=_system(placed)),
        constants={name: value for name, value in constants.items() if name not in {c.column for c in every}},
    )
    taken = _taken(every)
    return Draft(
        column_map=made,
        reasons={choice.column: choice.why for choice in every},
        questions=tuple(questions),
        codes=tuple(unknown),
        unread=tuple(heading for heading in table if heading not in taken),
        notes=tuple(notes),
    )


def _status_elsewhere(table: Mapping[str, pd.Series[str]], chosen: Sequence[Choice], contract: Contract) -> list[str]:
    """A column that says what is cancelled while nothing is read as the status, by which the cancelled are left out."""
    if "status" not in contract.names or any(choice.column == "status" for choice in chosen):
        return []
    words = vocabulary("status")
    found = []
    for choice in chosen:
        heading = choice.headings[0]
        if choice.column != "outcome" or profile.known_share("status", table[heading]) < MOSTLY_WORDS:
            continue
        gone = [cell for cell in table[heading].unique() if words.get(folded(cell)) == "cancelled"]
        if gone:
            told = "takes what is cancelled out of every count"
            found.append(f"{heading} holds words of a status, such as {gone[0]}; --set status='{heading}' {told}")
    return found


def _taken(made: Sequence[Choice]) -> list[str]:
    return [heading for choice in made for heading in choice.headings]


def _chosen(
    table: Mapping[str, pd.Series[str]],
    profiles: Mapping[str, Profile],
    contract: Contract,
    said: Corrections,
    ready: ReadyMap | None,
) -> list[Choice]:
    """Headings said, then headings named, then columns known by their values alone."""
    chosen = [
        Choice(name, named, "you said so") for name, named in said.headings.items() if named and name not in _PLACES
    ]
    without = [*said.headings, *said.constants]
    elsewhere = [h for name, named in said.headings.items() if name in _PLACES for h in named]
    taken = [*_taken(chosen), *elsewhere]
    chosen += choices.by_name(table, profiles, contract=contract, ready=ready, taken=taken, without=without)
    wanted = [
        name
        for name in ("kind", "status", "start", "received")
        if name in contract.names and name not in {*without, *(choice.column for choice in chosen)}
    ]
    taken = [*_taken(chosen), *elsewhere, *profile.times_of(profiles).values()]
    chosen += choices.by_value(table, profiles, contract=contract, taken=taken, wanted=wanted)
    order = {name: at for at, name in enumerate(contract.names)}
    return sorted(chosen, key=lambda choice: order[choice.column])


def _placed(
    table: Mapping[str, pd.Series[str]],
    profiles: Mapping[str, Profile],
    contract: Contract,
    said: Corrections,
    *,
    where: tuple[str, Bounds | None],
    taken: Sequence[str],
) -> tuple[list[_Place], list[str]]:
    """Coordinates, as said or as recognised, and what was noticed about them."""
    if not {"easting", "northing"} <= set(contract.names):
        return [], []
    stated = {name: named for name, named in said.headings.items() if name in _PLACES}
    if stated:
        system = said.source.get("crs", "")
        return [_Place(name, named, "you said so", system) for name, named in stated.items() if named], []
    pairs = [p for p in choices.place_pairs(table, profiles, contract.kind) if not set(p) & set(taken)]
    found = places.recognise(table, pairs, crs=where[0], bounds=where[1])
    if found is None:
        named = [pair for pair in pairs if choices.is_named(*pair, contract.kind, among=list(table))][:1]
        told = "in no system we know, and are left out; say which columns hold coordinates, and source.crs"
        return [], [f"{x} and {y} lie {_where(*where)} {told}" for x, y in named]
    names = ("longitude", "latitude") if found.in_degrees else ("easting", "northing")
    # nine in ten are enough, and all of them are said only where they are
    why = f"{math.floor(100 * found.inside)}% of its points lie {_where(*where)}"
    notes = [f"{found.x} and {found.y} seem to be swapped in the export: they are read the other way round"]
    chosen = [
        _Place(name, (heading,), why, found.system) for name, heading in zip(names, (found.x, found.y), strict=True)
    ]
    return chosen, notes if found.swapped and choices.is_named(
        found.y, found.x, contract.kind, among=list(table)
    ) else []


def _where(crs: str, bounds: Bounds | None) -> str:
    """Where points were looked for: in the force where its areas are known, else where its grid is used at all."""
    return "in the force" if bounds is not None else f"where {crs} is used; no areas of the force were looked at"


@dataclass(frozen=True)
class _Place(Choice):
    """A column of coordinates and the system it is in."""

    system: str = ""


def _system(placed: Sequence[_Place]) -> str:
    """The system a map must state: none for the force's own grid, nor for degrees of the usual kind."""
    named = {place.system for place in placed} - {"", "EPSG:4326"}
    return named.pop() if named else ""


def _with_times(
    chosen: Sequence[Choice],
    profiles: Mapping[str, Profile],
    contract: Contract,
    ready: ReadyMap | None,
) -> list[Choice]:
    """Columns of days together with the times that stand in columns of their own."""
    times = profile.times_of(profiles)
    stated = {folded(named[0]): named[1] for named in (ready.columns.values() if ready else ()) if len(named) == 2}
    joined = []
    for choice in chosen:
        day = choice.headings[0]
        is_moment = contract.field(choice.column).kind == "moment" and len(choice.headings) == 1
        wanted = stated.get(folded(day), "")
        time = next(
            (h for h in profiles if wanted and folded(h) == folded(wanted) and profiles[h].is_time), times.get(day)
        )
        joined.append(replace(choice, headings=(day, time)) if is_moment and time else choice)
    return joined
