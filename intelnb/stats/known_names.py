"""Known names in text: where one stands as it is written, in the other order, or one slip of the hand away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intelnb.stats.words import Word, words

EXACT, TURNED, CLOSE = "exact spelling", "names in the other order", "close spelling"
ALONE = "exact spelling, a name of one word"
WITH_S = "exact spelling with an s at the end"  # typed in haste: "john smiths van"
STRENGTH = {EXACT: "strong", WITH_S: "fair", TURNED: "fair", ALONE: "weak", CLOSE: "weak"}
OWNS = "'s"
LEAST_LETTERS = 5  # a shorter word is one slip away from too many others
LEAST_BEFORE_S = 3  # a shorter word with an s is too often another


@dataclass(frozen=True, eq=False)
class Index:
    """Names prepared for looking up: the words of each, and the words that are one slip away from one of theirs."""

    names: tuple[tuple[str, ...], ...]
    by_word: dict[str, tuple[int, ...]]
    slips: dict[str, frozenset[str]]

    def spelt(self, word: str) -> frozenset[str]:
        """The words of names that a word may be, itself and those one slip away."""
        same = {word} if word in self.by_word else set()
        if len(word) < LEAST_LETTERS - 1 or not word.isalpha():
            return frozenset(same)
        near = {one for cut in _cuts(word) for one in self.slips.get(cut, ())}
        return frozenset(same | {one for one in near if is_one_slip(word, one)})


@dataclass(frozen=True)
class Named:
    """One name as it stands in a text: characters `start` up to, not with, `end`, and the number of the name."""

    start: int
    end: int
    name: int
    rule: str


def index(names: Sequence[str]) -> Index:
    """Prepare names for looking up; a blank one is never found.

    Examples
    --------
    >>> index(["Ann Other", ""]).names
    (('ann', 'other'), ())
    """
    parts = tuple(tuple(one.plain for one in words(name)) for name in names)
    by_word: dict[str, list[int]] = defaultdict(list)
    for at, held in enumerate(parts):
        for word in dict.fromkeys(held):
            by_word[word].append(at)
    slips: dict[str, set[str]] = defaultdict(set)
    for word in by_word:
        if len(word) >= LEAST_LETTERS and word.isalpha():
            for cut in _cuts(word):
                slips[cut].add(word)
    return Index(
        parts,
        {word: tuple(held) for word, held in by_word.items()},
        {cut: frozenset(held) for cut, held in slips.items()},
    )


def find(text: str, known: Index) -> tuple[Named, ...]:
    """Find known names in a text, one reading for each stretch: exact before other order before close.

    Every word of the name must be there, side by side. Close means that each word is the name's or one slip
    from it: a letter too many, missing, wrong, or two neighbours changed round. Only words of five letters and more
    may be close, never numbers, so house 12 is never house 13. A name of two words is also found last name first.
    A name of one word without a digit is a weak reading, and never a close one. A name may own something: `'s` after its
    last word is no part of it; and a name of several words may have an s without the apostrophe, which is a fair reading.

    Parameters
    ----------
    text
        Any text.
    known
        The names, prepared by `index`.

    Returns
    -------
    tuple
        What was found, in the order of the text, none overlapping another; where names tie, all that tie.

    Examples
    --------
    >>> known = index(["Jon Sandmartin", "4 Pewter Row"])
    >>> [(one.name, one.rule) for one in find("SANDMARTIN, Jon of 4 pewter row; Jon Sandmratin", known)]
    [(0, 'names in the other order'), (1, 'exact spelling'), (0, 'close spelling')]
    """
    told = words(text)
    # a word in the possessive is also read without it, where it stands last in a name
    bare = [_bare(one) for one in told]
    spelt = [known.spelt(one.plain) for one in told]
    ending = [known.spelt(one.plain) for one in bare]
    read = []
    for at, choices in enumerate(spelt):
        for number in sorted({name for word in choices | ending[at] for name in known.by_word[word]}):
            size = len(known.names[number])
            last = at + size - 1
            if last >= len(told):
                continue
            whole = [*told[at:last], told[last]], [*spelt[at:last], spelt[last]]
            owned = [*told[at:last], bare[last]], [*spelt[at:last], ending[last]]
            for window, held in (whole, owned) if bare[last] != told[last] else (whole,):
                if rule := _reading(known.names[number], [one.plain for one in window], held):
                    read.append(Named(window[0].start, window[-1].end, number, rule))
                    break
    order = list(STRENGTH)
    read.sort(key=lambda one: (order.index(one.rule), one.start - one.end, one.start, one.name))
    kept: list[Named] = []
    for one in read:
        ties = [(other.start, other.end, other.rule) == (one.start, one.end, one.rule) for other in kept]
        if all(tie or one.end <= k.start or one.start >= k.end for tie, k in zip(ties, kept, strict=True)):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: (one.start, one.name)))


def is_one_slip(one: str, two: str) -> bool:
    """Whether two words differ by one letter added, left out, wrong, or two neighbours changed round.

    Examples
    --------
    >>> is_one_slip("martin", "matrin"), is_one_slip("martin", "marten"), is_one_slip("martin", "marlon")
    (True, True, False)
    """
    if one == two or abs(len(one) - len(two)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    a, b = one[start:], two[start:]
    if len(one) == len(two):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b if len(one) > len(two) else a == b[1:]


def _cuts(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters: words one slip apart share at least one of these."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _bare(word: Word) -> Word:
    """The word without `'s`; as it is where it has none."""
    if not word.plain.endswith(OWNS):
        return word
    return Word(word.plain.removesuffix(OWNS), word.start, word.end - len(OWNS))


def _reading(name: tuple[str, ...], window: Sequence[str], spelt: Sequence[frozenset[str]]) -> str:
    """How words read as a name of as many; blank where they do not."""
    told, is_alone = tuple(window), len(name) == 1 and name[0].isalpha()
    if told == name:
        return ALONE if is_alone else EXACT
    if is_alone:
        return ""
    if _has_s(name, told):
        return WITH_S
    if len(name) == 2 and told[::-1] == name:
        return TURNED
    return CLOSE if all(word in choices for word, choices in zip(name, spelt, strict=True)) else ""


def _has_s(name: tuple[str, ...], told: tuple[str, ...]) -> bool:
    """Whether these are a name of several words of letters, with an s after the last."""
    is_name = len(name) > 1 and "".join(name).isalpha() and len(name[-1]) >= LEAST_BEFORE_S
    return is_name and told[:-1] == name[:-1] and told[-1] == f"{name[-1]}s"
