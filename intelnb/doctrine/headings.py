"""What others call our columns and our codes: usual headings, ready maps of the usual systems, usual words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from intelnb.doctrine import code_table


@dataclass(frozen=True)
class ReadyMap:
    """The headings one system is said to export, and how far that was checked."""

    name: str
    kind: str
    verified: str
    columns: dict[str, tuple[str, ...]]
    constants: dict[str, str | int | float]


def folded(text: str) -> str:
    """A heading or a code as its bare words, so that capitals, points, dashes and underscores make no difference.

    Examples
    --------
    >>> folded("Crime_No."), folded("CommittedFrom"), folded("BURGLARY - Dwelling")
    ('crime no', 'committed from', 'burglary dwelling')
    """
    plain = unicodedata.normalize("NFKC", text)
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    return " ".join(re.findall(r"[^\W_]+", split.replace("'", "").casefold()))


@cache
def synonyms(kind: str) -> dict[str, tuple[str, ...]]:
    """Usual headings of each column of a kind, folded, the most usual first.

    Examples
    --------
    >>> synonyms("crimes")["start"][0], "beat" in synonyms("crimes")["area"]
    ('committed from', True)
    """
    body = code_table.read("headings").body
    named = {**body["any"], **body.get(kind, {})}
    return {column: tuple(dict.fromkeys(folded(text) for text in listed)) for column, listed in named.items()}


@cache
def ready_maps(kind: str) -> tuple[ReadyMap, ...]:
    """The ready maps of a kind.

    Examples
    --------
    >>> [one.verified for one in ready_maps("logs")]
    ['unverified']
    """
    return tuple(
        ReadyMap(
            row["name"],
            row["kind"],
            row["verified"],
            {column: tuple(named) for column, named in row["columns"].items()},
            row.get("constants", {}),
        )
        for row in code_table.read("ready_maps").rows("maps")
        if row["kind"] == kind
    )


@cache
def vocabulary(column: str) -> dict[str, str]:
    """Usual words of one column, folded, and ours for each; empty where we have none.

    Examples
    --------
    >>> vocabulary("status")["no crime"], vocabulary("kind")["burglary dwelling"], vocabulary("mo")
    ('cancelled', 'residential burglary', {})
    """
    body = code_table.read("vocabulary").body
    return {folded(theirs): ours for ours, listed in body.get(column, {}).items() for theirs in listed}


def resembling(column: str, code: str) -> str:
    """Our word that a code may stand for, to be shown and never taken: all words of a usual phrase are in it.

    Examples
    --------
    >>> resembling("kind", "Theft from shop by employee"), resembling("kind", "Fly tipping")
    ('shoplifting', '')
    """
    words = set(folded(code).split())
    fitting = [phrase for phrase in vocabulary(column) if set(phrase.split()) <= words]
    return vocabulary(column)[max(fitting, key=lambda p: (len(p.split()), len(p)))] if fitting else ""
