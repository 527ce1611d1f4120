"""Ways a name may be written: as it is, last name first, by initials, short of a middle name; how sure each is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from intelnb.stats.words import words

EXACT, TURNED, CLOSE = "exact spelling", "names in the other order", "close spelling"
ALONE = "exact spelling, a name of one word"
WITH_S = "exact spelling with an s at the end"  # typed in haste: "john smiths van"
APART = "the same letters, parted otherwise"  # OBrien, O Brien
MIDDLE = "exact spelling round an initial"
SHORT = "first and last of a longer name"
INITIALS = "initial and last name"
HALF = "half of a double last name"
PART = "part of a longer name"  # John Smith-Jones, John Smith Street
PARTED = "words of a name with a mark between"  # "with John. Smith said"
PLACE = "a person's name where a place may be meant"  # "in Jordan Lane"
STRENGTH = {
    EXACT: "strong", APART: "fair", WITH_S: "fair", TURNED: "fair", MIDDLE: "fair", SHORT: "fair", ALONE: "weak",
    INITIALS: "weak", HALF: "weak", PLACE: "weak", PART: "weak", PARTED: "weak", CLOSE: "weak",
}  # fmt: skip
HYPHENS = "-\u2010\u2011\u2013"


@dataclass(frozen=True, eq=False)
class Form:
    """One way a name may be written: its number, the words, the mark each gap may have besides blanks, and the rule."""

    name: int
    words: tuple[str, ...]
    marks: tuple[str, ...]
    rule: str


def letters(told: Sequence[str]) -> str:
    """Words run together, without apostrophes.

    Examples
    --------
    >>> letters(["ann", "o'dell"])
    'annodell'
    """
    return "".join(told).replace("'", "")


def forms(number: int, name: str, *, is_person: bool) -> tuple[Form, ...]:
    """The ways one name may be written, as it is recorded first; none where it has no word.

    A person's name of letters alone has first names and a last name, which comes first where a comma follows it
    (`OTHER, Ann`) and may be of several words with hyphens between. Other names are turned round where they have two words.

    Parameters
    ----------
    number
        The number of the name, handed on.
    name
        The name as it is recorded.
    is_person
        Whether it is a person's.

    Examples
    --------
    >>> [(" ".join(one.words), one.rule) for one in forms(0, "Ann Other", is_person=True)]  # doctest: +NORMALIZE_WHITESPACE
    [('ann other', 'exact spelling'), ('other ann', 'names in the other order'),
     ('a other', 'initial and last name'), ('other a', 'initial and last name')]
    """
    told = words(name)
    whole = tuple(one.plain for one in told)
    if not whole:
        return ()
    marks = tuple(name[a.end : b.start].strip() for a, b in pairwise(told))
    is_lettered = letters(whole).isalpha()
    written = Form(number, whole, marks, ALONE if len(whole) == 1 and is_lettered else EXACT)
    if not (is_person and is_lettered):
        return (written, Form(number, whole[::-1], (",",), TURNED)) if len(whole) == 2 else (written,)
    return (written, *_of_person(number, _parts(whole, marks), is_last_first="," in marks))


def _parts(whole: Sequence[str], marks: Sequence[str]) -> list[tuple[str, ...]]:
    """The names a whole name is made of, words with a hyphen between as one."""
    parts: list[tuple[str, ...]] = [(whole[0],)]
    for mark, word in zip(marks, whole[1:], strict=True):
        if mark and mark in HYPHENS:
            parts[-1] = (*parts[-1], word)
        else:
            parts.append((word,))
    return parts


def _of_person(number: int, parts: Sequence[tuple[str, ...]], *, is_last_first: bool) -> Iterator[Form]:
    """Other ways a person's name is written."""
    if len(parts) < 2:
        return
    last, given = (parts[0], tuple(parts[1:])) if is_last_first else (parts[-1], tuple(parts[:-1]))
    usual, turned = _orders(number, given, last, TURNED)
    yield usual if is_last_first else turned
    if len(given) > 1:
        yield from _orders(number, given[:1], last, SHORT)
    if len(last) > 1:
        for half in last:
            yield from _orders(number, given, (half,), HALF)
    starts = tuple((one[0][0],) for one in given)
    for shorter in dict.fromkeys((starts, starts[:1], (given[0], *starts[1:]))):
        if any(one in starts and one not in given for one in shorter):
            yield from _orders(number, shorter, last, INITIALS)


def _orders(number: int, given: Sequence[tuple[str, ...]], last: tuple[str, ...], rule: str) -> tuple[Form, Form]:
    """First names before the last name, and after it with a comma between or without."""
    firsts = tuple(word for one in given for word in one)
    blank = ("",) * (len(firsts) + len(last) - 1)
    comma = (*blank[: len(last) - 1], ",", *blank[len(last) :])
    return Form(number, (*firsts, *last), blank, rule), Form(number, (*last, *firsts), comma, rule)
