"""Known names in text: where one stands as it is written, in another form of it, or one slip of the hand away."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from intelnb.stats.name_forms import (
    ALONE,
    APART,
    CLOSE,
    EXACT,
    HYPHENS,
    INITIALS,
    MIDDLE,
    PART,
    PARTED,
    PLACE,
    STRENGTH,
    TURNED,
    WITH_S,
    Form,
    forms,
    letters,
)
from intelnb.stats.words import APOSTROPHES, Word, words

OWNS = "'s"
LEAST_LETTERS = 5  # a shorter word is one slip away from too many others
LEAST_BEFORE_S = 3  # a shorter word with an s is too often another
# what may stand between two words of one name: blanks, one end of a line, a hyphen, an apostrophe
_JOINED = re.compile(rf"[{APOSTROPHES}]?(?:[^\S\n]*\n?[^\S\n]*|[{HYPHENS}])")
_SHORTENED = frozenset(["dr", "mr", "mrs", "ms", "prof", "rev", "sgt", "st"])
_STREETS = frozenset(["avenue", "crescent", "lane", "rd", "road", "street", "terrace"])
_PLACES = _STREETS | frozenset([
    "close", "court", "dale", "drive", "field", "fields", "garden", "gardens", "green", "grove", "heath", "hill",
    "house", "mews", "mount", "park", "place", "row", "square", "view", "walk", "way", "wood", "woods",
    "yard",
])  # fmt: skip
_BEFORE_PLACES = frozenset(["along", "at", "down", "in", "into", "near", "off", "on", "towards", "up"])


@dataclass(frozen=True, eq=False)
class Index:
    """Names prepared for looking up.

    `written` is each as it is recorded; `people` the numbers of persons' names; `by_word` and `slips` lead to names by a
    word or one a slip away; `by_letters` to every form by its letters, of which the longest has `longest`.
    """

    written: dict[int, Form]
    people: frozenset[int]
    by_word: dict[str, tuple[int, ...]]
    slips: dict[str, frozenset[str]]
    by_letters: dict[str, tuple[Form, ...]]
    longest: int

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


def index(names: Sequence[str], people: Sequence[bool] | None = None) -> Index:
    """Prepare names for looking up; a blank one is never found.

    Parameters
    ----------
    names
        Names as they are recorded.
    people
        Whether each is a person's, who may be written by initials, without middle names, by half of a double last name,
        and whose name may be a place's; nobody's where not given.

    Examples
    --------
    >>> {number: form.words for number, form in index(["Ann Other", ""]).written.items()}
    {0: ('ann', 'other')}
    """
    persons = frozenset(at for at, one in enumerate(people or ()) if one)
    held = {at: made for at, name in enumerate(names) if (made := forms(at, name, is_person=at in persons))}
    by_word: dict[str, list[int]] = defaultdict(list)
    by_letters: dict[str, list[Form]] = defaultdict(list)
    for at, made in held.items():
        for word in dict.fromkeys(made[0].words):
            by_word[word].append(at)
        for form in made:
            by_letters[letters(form.words)].append(form)
    slips: dict[str, set[str]] = defaultdict(set)
    for word in by_word:
        if len(word) >= LEAST_LETTERS and word.isalpha():
            for cut in _cuts(word):
                slips[cut].add(word)
    return Index(
        {at: made[0] for at, made in held.items()},
        persons,
        {word: tuple(numbers) for word, numbers in by_word.items()},
        {cut: frozenset(near) for cut, near in slips.items()},
        {run: tuple(same) for run, same in by_letters.items()},
        max(map(len, by_letters), default=0),
    )


def find(text: str, known: Index) -> tuple[Named, ...]:
    """Find known names in a text, one reading for each stretch, the surest first.

    Every word of the name must be there, side by side. Between them may stand blanks, a hyphen, a stop after an initial,
    a comma after a last name put first or a house number, or what stands there in the name itself; with any other mark
    it is a weak reading. So is a name joined to a further word, followed by `Street` and the like, or of a person where a
    place may be meant (`in Jordan Lane`). Close means that each word is the name's or one slip from it: a letter
    too many, missing, wrong, or two neighbours changed round. Only words of five letters and more may be close, never
    numbers, so house 12 is never house 13. A name of one word without a digit is a weak reading, and never a close one.
    A name may own something: `'s` is no part of it; and a name of several words may have an s without the apostrophe,
    which is a fair reading, as are its letters parted otherwise (`OBrien`). `name_forms` lists the other forms.

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
    spelt = [known.spelt(one.plain) for one in told]
    read = [_read_in_place(one, text, told, known) for one in _formed(text, told, known)]
    read += [_read_in_place(one, text, told, known) for one in _close(text, told, spelt, known)]
    order = list(STRENGTH)
    read.sort(key=lambda one: (order.index(one.rule), one.start - one.end, one.start, one.name))
    kept: list[Named] = []
    for one in dict.fromkeys(read):
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


def _formed(text: str, told: Sequence[Word], known: Index) -> Iterator[Named]:
    """Every stretch of words that has the letters of a form of a name."""
    for at in range(len(told)):
        size = 0
        for to in range(at + 1, len(told) + 1):
            size += len(told[to - 1].plain)
            yield from _owned(text, told[at:to], known)
            if size > known.longest + 2 * len(OWNS):
                break


def _owned(text: str, window: Sequence[Word], known: Index) -> Iterator[Named]:
    """What one stretch of words reads as: whole, and without what makes it own something."""
    bare = (*window[:-1], _bare(window[-1]))
    for held in (window, bare) if bare[-1] != window[-1] else (window,):
        for form in _alike(held, known):
            if rule := _rule(text, held, form):
                yield Named(held[0].start, held[-1].end, form.name, rule)
    if len(window) > 1:
        for form, rule in (*_first_owned(window, known), *_with_s(window, known), *_round_an_initial(bare, known)):
            if _is_joined(text, window, form):
                yield Named(window[0].start, bare[-1].end, form.name, rule)


def _first_owned(window: Sequence[Word], known: Index) -> Iterator[tuple[Form, str]]:
    """Last names first that own something: "Smith's, John"."""
    if window[0].plain.endswith(OWNS):
        held = _alike((_bare(window[0]), *window[1:]), known)
        yield from ((form, TURNED) for form in held if form.rule == TURNED)


def _with_s(window: Sequence[Word], known: Index) -> Iterator[tuple[Form, str]]:
    """Names of several words, with an s after the last."""
    last = window[-1].plain
    if last.endswith("s") and not last.endswith(OWNS):
        for form in known.by_letters.get(letters([one.plain for one in window])[:-1], ()):
            is_name = form.rule == EXACT and len(form.words) > 1 and letters(form.words).isalpha()
            if is_name and len(form.words[-1]) >= LEAST_BEFORE_S:
                yield form, WITH_S


def _round_an_initial(window: Sequence[Word], known: Index) -> Iterator[tuple[Form, str]]:
    """Persons' names of two words with one letter between."""
    if len(window) == 3 and len(window[1].plain) == 1:
        outer = (window[0].plain, window[2].plain)
        for form in known.by_letters.get(letters(outer), ()):
            if form.rule == EXACT and form.words == outer and form.name in known.people:
                yield form, MIDDLE


def _alike(window: Sequence[Word], known: Index) -> tuple[Form, ...]:
    """Forms of the same letters."""
    return known.by_letters.get(letters([one.plain for one in window]), ())


def _rule(text: str, window: Sequence[Word], form: Form) -> str:
    """How words of the same letters as a form read; blank where they do not."""
    told = tuple(one.plain for one in window)
    is_joined = _is_joined(text, window, form)
    if told == form.words:
        if form.rule == INITIALS and any(text[one.start : one.end] in ("a", "i") for one in window):
            return ""  # `a cook` is no Ann Cook
        return form.rule if is_joined else PARTED if form.rule in (EXACT, TURNED) else ""
    # numbers parted otherwise are other numbers: 1, 2 High Road is not 12 High Road
    if not is_joined or not letters(told).isalpha():
        return ""
    if form.rule == ALONE:
        return ALONE if "'" in form.words[0] else ""
    return APART if form.rule == EXACT and len(told) > 1 else ""


def _is_joined(text: str, window: Sequence[Word], form: Form) -> bool:
    """Whether nothing between the words keeps them from being one name."""
    for at, (one, two) in enumerate(pairwise(window)):
        gap = text[one.end : two.start]
        mark = gap.strip()
        is_own = bool(mark) and len(form.marks) == len(window) - 1 and mark == form.marks[at]
        is_short = mark == "." and (len(one.plain) == 1 or one.plain in _SHORTENED)
        is_number = mark == "," and one.plain[0].isdigit()
        if not (is_own or is_short or is_number or _JOINED.fullmatch(gap)):
            return False
    return True


def _close(text: str, told: Sequence[Word], spelt: Sequence[frozenset[str]], known: Index) -> Iterator[Named]:
    """Names of several words, each of which is there or one slip away."""
    bare = [_bare(one) for one in told]
    ending = [known.spelt(one.plain) for one in bare]
    for at, choices in enumerate(spelt):
        for number in sorted({name for word in choices | ending[at] for name in known.by_word[word]}):
            form = known.written[number]
            last = at + len(form.words) - 1
            if last >= len(told) or form.rule == ALONE or not _is_joined(text, told[at : last + 1], form):
                continue
            for end, choices_last in ((told[last], spelt[last]), (bare[last], ending[last])):
                held = [*spelt[at:last], choices_last]
                if all(word in choice for word, choice in zip(form.words, held, strict=True)):
                    yield Named(told[at].start, end.end, number, CLOSE)
                    break


def _read_in_place(found: Named, text: str, told: Sequence[Word], known: Index) -> Named:
    """A reading, made weaker where what stands round it makes it part of something else."""
    before = next((one for one in reversed(told) if one.end <= found.start), None)
    after = next((one for one in told if one.start >= found.end), None)
    held = known.written[found.name].words
    ahead = text[before.end : found.start] if before else ""
    behind = text[found.end : after.start] if after else ""
    is_joined = _hyphened(ahead, before, held[0]) or _hyphened(behind, after, held[-1])
    if is_joined or (after is not None and behind.isspace() and after.plain in _STREETS):
        return Named(found.start, found.end, found.name, PART)
    if found.name in known.people and before is not None and (ahead.isspace() or ahead == ", "):
        is_before = before.plain in _BEFORE_PLACES or before.plain.isdigit()
        if is_before and STRENGTH[found.rule] != "weak" and words(text[found.start : found.end])[-1].plain in _PLACES:
            return Named(found.start, found.end, found.name, PLACE)
    return found


def _hyphened(gap: str, other: Word | None, own: str) -> bool:
    """Whether a further word is joined on by a hyphen; a number before a name in letters only counts it."""
    is_hyphen = len(gap) == 1 and gap in HYPHENS
    return is_hyphen and other is not None and (other.plain.isalpha() or own[0].isdigit())
