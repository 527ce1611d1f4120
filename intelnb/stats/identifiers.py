"""Identifiers in text: which stretches are written as a vehicle mark, a telephone number or a postcode is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from intelnb.errors import MethodError

STRENGTHS = ("strong", "fair", "weak")
# part of a longer word or number: a letter or digit beside it, or a digit joined to it by a hyphen, slash or point
_BEFORE = r"(?<![^\W_])(?<!\d[-/.])(?<![+£$€])"
_AFTER = r"(?![^\W_])(?![-/.]\d)"
_MORE_DIGITS = r"(?![ -]?\d)"
_AREA = re.compile(r"[A-Z]+")


@dataclass(frozen=True)
class Rule:
    """How one sort of identifier is written, and how sure that form is.

    Parameters
    ----------
    name, kind, strength
        The rule's name; `vehicle`, `telephone` or `postcode`; `strong`, `fair` or `weak`. Strength is how seldom
        anything else is written so. It says nothing of a person.
    pattern
        Regular expression; its groups, joined with a space, are the value.
    any_case
        Whether small letters count too.
    age_at
        Place in the first group where the two digits of age begin; such a mark is weak while its age is not issued.
    not_words
        Groups that must not be one of the words given with the rules.
    digits
        For telephones: what the digits in international form must be.
    not_like
        Forms that are something else, such as dates.
    is_postcode
        Whether the letters it begins with must be a postcode area.
    """

    name: str
    kind: str
    strength: str
    pattern: str
    any_case: bool = False
    age_at: int = -1
    not_words: tuple[int, ...] = ()
    digits: str = ""
    not_like: tuple[str, ...] = ()
    is_postcode: bool = False

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern with what may not stand beside it."""
        after = _AFTER + (_MORE_DIGITS if self.digits else "")
        return re.compile(f"{_BEFORE}{self.pattern}{after}", re.IGNORECASE if self.any_case else 0)


@dataclass(frozen=True)
class Rules:
    """The rules, and the lists they refer to."""

    rules: tuple[Rule, ...]
    words: frozenset[str] = field(default_factory=frozenset)
    postcode_areas: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        """Refuse a strength nobody knows."""
        if wrong := sorted({rule.strength for rule in self.rules} - set(STRENGTHS)):
            raise MethodError(what=f"{', '.join(wrong)} is no strength", now=f"Choose from: {', '.join(STRENGTHS)}.")


@dataclass(frozen=True)
class Mark:
    """One identifier as it stands in a text: characters `start` up to, not with, `end`."""

    start: int
    end: int
    kind: str
    value: str
    rule: str
    strength: str


def marks(text: str, rules: Rules, *, year: int) -> tuple[tuple[Mark, ...], int]:
    r"""Find what is written as an identifier, the surest reading of each stretch.

    Assumes text as people type it. A stretch that two rules read is given to the stronger, then to the longer
    reading; what loses is counted. That something is written so does not say that it exists.

    Parameters
    ----------
    text
        Any text.
    rules
        The forms to look for.
    year
        Year the text is from: vehicle marks with an age issued later are weak.

    Returns
    -------
    tuple
        The marks in the order of the text, none overlapping another; and how many readings lost to a better one.

    Examples
    --------
    >>> plate = Rule("current", "vehicle", "strong", r"([A-Z]{2}\d{2}) ?([A-Z]{3})", any_case=True, age_at=2)
    >>> found, _ = marks("blue van ab12cde, then AB99 CDE", Rules((plate,)), year=2026)
    >>> [(one.value, one.start, one.strength) for one in found]
    [('AB12 CDE', 9, 'strong'), ('AB99 CDE', 23, 'weak')]
    """
    read = [one for rule in rules.rules for one in _read(text, rule, rules, year)]
    order = sorted(read, key=lambda one: (STRENGTHS.index(one.strength), one.start - one.end, one.start))
    kept: list[Mark] = []
    for one in order:
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start)), len(read) - len(kept)


def _read(text: str, rule: Rule, rules: Rules, year: int) -> list[Mark]:
    """Every reading of a text by one rule."""
    found = []
    for match in rule.compiled.finditer(text):
        groups = [group.upper() for group in match.groups() if group]
        value = _international(match[0]) if rule.digits else " ".join(groups)
        if not _holds(match[0], value, groups, rule, rules):
            continue
        name, strength = rule.name, rule.strength
        if rule.age_at >= 0 and _issued(groups[0][rule.age_at :]) > year:
            name, strength = f"{rule.name}, age not yet issued", "weak"
        found.append(Mark(match.start(), match.end(), rule.kind, value, name, strength))
    return found


def _holds(told: str, value: str, groups: Sequence[str], rule: Rule, rules: Rules) -> bool:
    """Whether a reading passes what its rule asks beyond the pattern."""
    if rule.digits and not re.fullmatch(rule.digits, value[1:]):
        return False
    if any(re.match(form, told) for form in rule.not_like):
        return False
    if any(groups[at - 1] in rules.words for at in rule.not_words):
        return False
    area = _AREA.match(value)
    return not rule.is_postcode or value == "GIR 0AA" or (area is not None and area[0] in rules.postcode_areas)


def _international(told: str) -> str:
    """A telephone number with its country code: `+447700900123`."""
    digits = re.sub(r"\D", "", told.replace("(0)", ""))
    if told.startswith("+"):
        return f"+{digits}"
    return f"+{digits[2:]}" if digits.startswith("00") else f"+44{digits[1:]}"


def _issued(age: str) -> int:
    """The year a two-digit age of a current vehicle mark was first issued."""
    number = int(age)
    return 2000 + number if number < 50 else 1950 + number
