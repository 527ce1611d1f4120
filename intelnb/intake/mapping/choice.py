"""Which heading is which of our columns: by what it is called and by what stands under it, never by one alone."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from intelnb.doctrine.heading_words import are_opposite, prefix_of, readings, words
from intelnb.doctrine.headings import ReadyMap, folded, ready_maps, synonyms
from intelnb.intake.mapping.profile import TIME_WORDS, Profile, known_share
from intelnb.tables.contract import Contract, Field

READY = 0.6
"""The share of a ready map's headings that a file must have for the map to be taken."""
_ALIKE, _WORDS = 0.86, 0.6
_WORDS_SAY = 10.0
"""How much more a heading counts over values that are all usual words of the column."""
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
    free, prefix = [heading for heading in table if heading not in taken], prefix_of(list(table))
    fields = [field for field in contract.fields if field.name not in {*without, *_PLACES}]
    offers = [
        (
            score + _WORDS_SAY * known_share(field.name, table[heading], is_list=field.kind == "list"),
            -at,
            field,
            heading,
        )
        for at, field in enumerate(fields)
        for heading in free
        if profiles[heading].could_be(field, table[heading])
        and (score := _score(field, heading, contract.kind, ready=ready, profile=profiles[heading], prefix=prefix)) > 0
    ]
    chosen: dict[str, Choice] = {}
    for _, _, field, heading in sorted(offers, key=lambda offer: (-offer[0], -offer[1], offer[3])):
        if field.name not in chosen and all(heading not in choice.headings for choice in chosen.values()):
            why = "its heading alone, it is empty" if profiles[heading].is_blank else "its heading and values"
            chosen[field.name] = Choice(field.name, (heading,), why)
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
    prefix = prefix_of(list(table))

    def named(heading: str, *columns: str) -> float:
        return max(_named(heading, kind, column, prefix) for column in columns)

    numeric = [h for h in table if profiles[h].numbers >= 0.5]
    east = {h: named(h, "easting", "longitude") for h in numeric}
    north = {h: named(h, "northing", "latitude") for h in numeric}
    both = [
        (x, y)
        for x in sorted(numeric, key=lambda h: -east[h])
        for y in sorted(numeric, key=lambda h: -north[h])
        if x != y and east[x] and north[y]
    ]
    beside = [(x, y) for x, y in itertools.pairwise(numeric) if (x, y) not in both]
    return [*both, *beside]


def is_named(east: str, north: str, kind: str, *, among: Sequence[str] = ()) -> bool:
    """Whether two headings of a file say that they are easting and northing, or longitude and latitude."""
    prefix = prefix_of(among)
    return any(_named(east, kind, column, prefix) for column in ("easting", "longitude")) and any(
        _named(north, kind, column, prefix) for column in ("northing", "latitude")
    )


def _score(field: Field, heading: str, kind: str, *, ready: ReadyMap | None, profile: Profile, prefix: str) -> float:
    """How well a heading names a column: 0 not at all, above 100 by a ready map."""
    if ready and field.name in ready.columns and folded(heading) in {folded(h) for h in ready.columns[field.name]}:
        return 120.0
    score = _named(heading, kind, field.name, prefix)
    if field.free_text and profile.is_list_of_words and not _exactly(folded(heading), kind, field.name):
        return 0.0  # a short list of words that come again and again is no narrative
    if field.kind in {"moment", "day"} and profile.dates.is_dates:
        score = max(score, _named_but_for_time(heading, kind, field.name, prefix))
    return score


def _named(heading: str, kind: str, column: str, prefix: str) -> float:
    """How well a heading names a column by the usual headings: the same, the same or most words, or nearly spelt so."""
    text = folded(heading)
    if exact := _exactly(text, kind, column):
        return exact
    best = 0.0
    for at, known in enumerate(_known(kind, column)):
        theirs = words(known)
        for depth, mine in enumerate(readings(heading, prefix)):
            shared = len(set(mine) & set(theirs)) / max(len(set(mine) | set(theirs)), 1)
            if shared < _WORDS or are_opposite(mine, theirs):
                continue
            best = max(best, (97 - 0.2 * at if shared == 1 else 60 * shared) - depth)
        alike = len(text) > 3 and difflib.SequenceMatcher(None, text, known).ratio() >= _ALIKE
        if alike and not are_opposite(words(heading), theirs):
            best = max(best, 50.0)
    return best


def _named_but_for_time(heading: str, kind: str, column: str, prefix: str) -> float:
    """How well a heading names a column of moments when the words that only say so are left out of both."""
    found = [
        94 - 0.2 * at - depth
        for depth, mine in enumerate(readings(heading, prefix))
        for at, known in enumerate(_known(kind, column))
        if (rest := set(mine) - TIME_WORDS) and rest == set(words(known)) - TIME_WORDS
    ]
    return max(found, default=0.0)


def _exactly(text: str, kind: str, column: str) -> float:
    """100 and less, the further back in the list of usual headings a text stands; 0 where it does not."""
    known = _known(kind, column)
    return 100.0 - 0.2 * known.index(text) if text in known else 0.0


def _known(kind: str, column: str) -> tuple[str, ...]:
    ours = folded(column)
    return (ours, *(one for one in synonyms(kind).get(column, ()) if one != ours))
