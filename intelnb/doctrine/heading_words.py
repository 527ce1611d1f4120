"""Headings as the words they are made of: abbreviations, units, prefixes and two languages make no difference."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache

from intelnb.doctrine import code_table
from intelnb.doctrine.headings import folded

_FEWEST_PREFIXED = 4
_ALIKE = 0.5


@cache
def _plain_words() -> dict[str, str]:
    """The word we use for each word of headings that says the same."""
    return {other: ours for ours, listed in code_table.read("heading_words").body["words"].items() for other in listed}


@cache
def words(heading: str) -> tuple[str, ...]:
    """A heading as the words we use, each once, so that abbreviations and forms of a word make no difference.

    Examples
    --------
    >>> words("Occ. From Dt"), words("OffDesc"), words("XCoord"), words("Dyddiad / Date")
    (('occurred', 'from', 'date'), ('offence', 'description'), ('x', 'coordinate'), ('date',))
    """
    # XCoord is two words, and so are Date1 and UTC2
    split = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_])(?=\d)", " ", unicodedata.normalize("NFKC", heading))
    joined, plain = code_table.read("heading_words").body["joined"], _plain_words()
    apart = " ".join(joined.get(word, word) for word in folded(split).split()).split()
    return tuple(dict.fromkeys(plain.get(word, word) for word in apart))


@cache
def readings(heading: str, prefix: str = "") -> tuple[tuple[str, ...], ...]:
    """Every way a heading may be meant, as words, the whole first: without a system's prefix, without units or what
    else stands in brackets, and the parts on either side of a stroke or bar, as in two languages.

    Parameters
    ----------
    heading
        As the file has it.
    prefix
        The word most headings of the file begin with, folded; empty for none.

    Examples
    --------
    >>> readings("CRM_Easting (m)", "crm")
    (('crime', 'easting', 'm'), ('easting', 'm'), ('crime', 'easting'), ('easting',), ('m',))
    >>> readings("Dyddiad O / Date From")
    (('date', 'o', 'from'), ('date', 'o'), ('date', 'from'))
    """
    parts = [heading, outside_brackets(heading), *re.split(r"[/|(\[{)\]}]| [-\u2013\u2014] ", heading)]
    found: list[tuple[str, ...]] = []
    for part in parts:
        found.append(words(part))
        bare = folded(part).split()
        if prefix and bare[:1] == [prefix]:
            found.append(words(" ".join(bare[1:])))
    return tuple(dict.fromkeys(one for one in found if one))


def outside_brackets(heading: str) -> str:
    """A heading without what stands in brackets, such as its unit.

    Examples
    --------
    >>> outside_brackets("Easting (m)"), outside_brackets("[dbo].Status")
    ('Easting', '.Status')
    """
    return re.sub(r"[(\[{][^)\]}]*[)\]}]", " ", heading).strip()


def prefix_of(headings: Sequence[str]) -> str:
    """The word most headings of a file begin with, such as the name of its system; empty for none.

    Examples
    --------
    >>> prefix_of(["CRM_NO", "CRM_OFF_DESC", "CRM_FROM_DT", "CRM_STAT", "EXTRACTED"]), prefix_of(["Date From", "Date To"])
    ('crm', '')
    """
    first = Counter(folded(heading).split()[0] for heading in headings if " " in folded(heading))
    word, n = max(first.items(), key=lambda pair: pair[1], default=("", 0))
    return word if n >= _FEWEST_PREFIXED and n * 5 >= len(headings) * 3 else ""


def are_opposite(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one says the beginning and the other the end of something.

    Examples
    --------
    >>> are_opposite(words("Occ. From Dt"), words("Occ. To Dt")), are_opposite(words("First Date"), words("Start"))
    (True, False)
    """
    sides = [{"from", "to"} & set(told) for told in (one, other)]
    return all(sides) and not sides[0] & sides[1]


def nearest(heading: str, others: Sequence[str]) -> str:
    """The heading most like another, by its words and its letters; never one that says the opposite, empty for none.

    Examples
    --------
    >>> nearest("Occ. From Dt", ["Occ. To Dt", "Occurred From Date", "X Coord"])
    'Occurred From Date'
    """
    mine = words(heading)

    def likeness(other: str) -> float:
        theirs = words(other)
        if are_opposite(mine, theirs):
            return 0.0
        shared = len(set(mine) & set(theirs)) / max(len(set(mine) | set(theirs)), 1)
        return max(shared, difflib.SequenceMatcher(None, heading.casefold(), other.casefold()).ratio())

    best = max(others, key=likeness, default="")
    return best if best and likeness(best) >= _ALIKE else ""
