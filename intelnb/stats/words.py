"""Words of a text: where each stands, in one plain spelling, and the stem its word forms share."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

APOSTROPHES = "'\u2018\u2019\u02bc`\u00b4"
# a letter and the accents typed after it, which are signs of their own in some systems
_RUN = rf"(?:[^\W_{APOSTROPHES}][\u0300-\u036f]*)+"
_WORD = re.compile(rf"{_RUN}(?:[{APOSTROPHES}]{_RUN})*")
_STRAIGHT = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
# letters of their own that no accent can be taken off
_BASIC = str.maketrans(
    {
        "\u00f8": "o",
        "\u0142": "l",
        "\u0111": "d",
        "\u00f0": "d",
        "\u0131": "i",
        "\u00e6": "ae",
        "\u0153": "oe",
        "\u00fe": "th",
    }
)
_VOWEL = re.compile(r"[aeiouy]")
_DOUBLE = re.compile(r"([^aeiou\d])\1$")


@dataclass(frozen=True)
class Word:
    """One word: its plain spelling, and characters `start` up to, not with, `end` of the text."""

    plain: str
    start: int
    end: int


def words(text: str) -> tuple[Word, ...]:
    """Split a text into words: runs of letters and digits, an apostrophe between two of them included.

    The plain spelling has small letters and no accents; hyphens, points and slashes part words.

    Examples
    --------
    >>> [(one.plain, one.start) for one in words("Ren\u00e9's off-road cycle")]
    [("rene's", 0), ('off', 7), ('road', 11), ('cycle', 16)]
    """
    return tuple(Word(plain(found[0]), found.start(), found.end()) for found in _WORD.finditer(text))


def plain(word: str) -> str:
    """A word in small letters, without accents, with a straight apostrophe; letters of other alphabets in their usual stead.

    Examples
    --------
    >>> plain("\u00c9lan\u2019s"), plain("J\u00f8rgen"), plain("O`Dell")
    ("elan's", 'jorgen', "o'dell")
    """
    straight = word.translate(_STRAIGHT)
    if straight.isascii():
        return straight.lower()
    parts = unicodedata.normalize("NFKD", straight)
    return "".join(one for one in parts if not unicodedata.combining(one)).casefold().translate(_BASIC)


def stem(word: str) -> str:
    """Cut a plain word down to what its usual English forms share.

    The rules, in this order: words with a digit or of three letters stay as they are; `'s` is dropped; a plural
    ending is dropped (`ies` becomes `y`; `es` goes after ch, sh, ss, x and z; `s` goes unless after s, u or i);
    `ing` and `ed` are dropped where three letters with a vowel remain (`ied` becomes `y`); a final `e` is
    dropped; a doubled last consonant is made single; a final `f` becomes `v`. Irregular forms are not known:
    `take` and `took` stay apart, `burglar` and `burglary` too.

    Parameters
    ----------
    word
        A word in plain spelling.

    Examples
    --------
    >>> [stem(one) for one in ("carries", "carried", "carrying", "knives", "knife", "stopped", "stops", "taking", "take")]
    ['carry', 'carry', 'carry', 'kniv', 'kniv', 'stop', 'stop', 'tak', 'tak']
    """
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) <= 3 or any(letter.isdigit() for letter in word):
        return word
    word = _singular(word)
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and ending == "ed" and rest.endswith("i") and len(rest) > 2:
            word = f"{rest[:-1]}y"
        elif rest != word and len(rest) >= 3 and _VOWEL.search(rest):
            word = rest
            break
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 3:
        word = _DOUBLE.sub(r"\1", word)
    return f"{word[:-1]}v" if len(word) > 3 and word.endswith("f") else word


def _singular(word: str) -> str:
    """A word without its plural ending."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
