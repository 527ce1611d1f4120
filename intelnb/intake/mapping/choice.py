"""Which heading is which of our columns: by what it is called and by what stands under it, never by one alone."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from intelnb.doctrine.headings import ReadyMap, folded, ready_maps, synonyms
from intelnb.intake.mapping.profile import Profile, bare, known_share
from intelnb.tables.contract import Contract, Field

READY = 0.6
"""The share of a ready map's headings that a file must have for the map to be taken."""
_ALIKE, _WORDS = 0.86, 0.6
_PLACES = {"easting", "northing", "longitude", "latitude"}


@dataclass(frozen=True)
class Choice:
    """The headings one of our columns comes from, and why."""

    column: str
    headings: tuple[str, ...]
    why: str


def ready_map(kind: str, headings: Sequence[str], contract: Contract) -> ReadyMap | None:
    """The ready map most of whose headings the file has, every needed one among them.

    Examples
    --------
    >>> from intelnb.tables.crimes import CONTRACT
    >>> file = ["Crime ID", "Month", "Longitude", "Latitude", "Location", "Crime type"]
    >>> ready_map("crimes", file, CONTRACT).name
    'data.police.uk, street-level crime'
    """
    there = {folded(heading) for heading in headings}
    best, most = None, READY
    for one in ready_maps(kind):
        held = {column: all(folded(h) in there for h in named) for column, named in one.columns.items()}
        needed = [field.name for field in contract.fields if field.required]
        share = sum(held.values()) / len(held)
        if share >= most and all(held.get(column, False) for column in needed):
            best, most = one, share
    return best


def by_name(
    table: Mapping[str, pd.Series[str]],
    profiles: Mapping[str, Profile],
    *,
    contract: Contract,
    ready: ReadyMap | None,
    taken: Sequence[str] = (),
    without: Sequence[str] = (),
) -> list[Choice]:
    """Choose a heading for every column that has one of a fitting name over fitting values.

    Coordinates are not chosen here: their values say more than their names.

    Parameters
    ----------
    table, profiles
        The file's columns and what they hold.
    contract
        The columns wanted.
    ready
        A ready map that fits, if any; its headings come first.
    taken, without
        Headings that are given away already, and columns not to look for.
    """
    free = [heading for heading in table if heading not in taken]
    fields = [field for field in contract.fields if field.name not in {*without, *_PLACES}]
    offers = [
        (score, -at, field, heading)
        for at, field in enumerate(fields)
        for heading in free
        if profiles[heading].could_be(field, table[heading])
        and (score := _score(field, heading, contract.kind, ready, profiles[heading])) > 0
    ]
    chosen: dict[str, Choice] = {}
    for _, _, field, heading in sorted(offers, key=lambda offer: (-offer[0], -offer[1], offer[3])):
        if field.name not in chosen and all(heading not in choice.headings for choice in chosen.values()):
            chosen[field.name] = Choice(field.name, (heading,), "its heading and values")
    return [chosen[field.name] for field in fields if field.name in chosen]


def by_value(
    table: Mapping[str, pd.Series[str]],
    profiles: Mapping[str, Profile],
    *,
    contract: Contract,
    taken: Sequence[str],
    wanted: Sequence[str],
) -> list[Choice]:
    """Choose for columns no heading names: the one column whose words are theirs, or the one column of dates.

    Where two could be it, neither is: that is for a person to say.
    """
    found: list[Choice] = []
    free = [heading for heading in table if heading not in taken]
    for name in wanted:
        field = contract.field(name)
        if field.kind in {"code", "list"}:
            fitting = [h for h in free if known_share(name, table[h], is_list=field.kind == "list") >= 0.5]
        elif field.kind in {"moment", "day"} and field.required:
            fitting = [h for h in free if profiles[h].dates.is_dates]
        else:
            continue
        if len(fitting) == 1:
            found.append(Choice(name, (fitting[0],), "its values alone"))
            free.remove(fitting[0])
    return found


def place_pairs(
    table: Mapping[str, pd.Series[str]], profiles: Mapping[str, Profile], kind: str
) -> list[tuple[str, str]]:
    """Pairs of headings that may be coordinates, the likeliest first: named as such, else numbers side by side."""
    numeric = [h for h in table if profiles[h].numbers >= 0.5]
    east = sorted(numeric, key=lambda h: -max(_named(h, kind, "easting"), _named(h, kind, "longitude")))
    north = sorted(numeric, key=lambda h: -max(_named(h, kind, "northing"), _named(h, kind, "latitude")))
    named = [
        (x, y)
        for x in east
        for y in north
        if x != y
        and (_named(x, kind, "easting") or _named(x, kind, "longitude"))
        and (_named(y, kind, "northing") or _named(y, kind, "latitude"))
    ]
    beside = [(x, y) for x, y in itertools.pairwise(numeric) if (x, y) not in named]
    return [*named, *beside]


def is_named(east: str, north: str, kind: str) -> bool:
    """Whether two headings say that they are easting and northing, or longitude and latitude."""
    return bool(_named(east, kind, "easting") or _named(east, kind, "longitude")) and bool(
        _named(north, kind, "northing") or _named(north, kind, "latitude")
    )


def _score(field: Field, heading: str, kind: str, ready: ReadyMap | None, profile: Profile) -> float:
    """How well a heading names a column: 0 not at all, above 100 by a ready map."""
    if ready and field.name in ready.columns and folded(heading) in {folded(h) for h in ready.columns[field.name]}:
        return 120.0
    score = _named(heading, kind, field.name)
    if field.kind in {"moment", "day"} and profile.dates.is_dates:
        rest = bare(heading)
        score = max(score, _exactly(rest, kind, field.name) - 1) if rest else score
    return score


def _named(heading: str, kind: str, column: str) -> float:
    """How well a heading names a column by the usual headings: the same, most words the same, or nearly spelt so."""
    text = folded(heading)
    if exact := _exactly(text, kind, column):
        return exact
    words = set(text.split())
    best = 0.0
    for known in _known(kind, column):
        shared = len(words & set(known.split())) / max(len(words | set(known.split())), 1)
        if shared >= _WORDS:
            best = max(best, 60 * shared)
        elif len(text) > 3 and difflib.SequenceMatcher(None, text, known).ratio() >= _ALIKE:
            best = max(best, 50.0)
    return best


def _exactly(text: str, kind: str, column: str) -> float:
    """100 and less, the further back in the list of usual headings a text stands; 0 where it does not."""
    known = _known(kind, column)
    return 100.0 - 0.2 * known.index(text) if text in known else 0.0


def _known(kind: str, column: str) -> tuple[str, ...]:
    ours = folded(column)
    return (ours, *(one for one in synonyms(kind).get(column, ()) if one != ours))
