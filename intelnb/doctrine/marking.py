"""Protective markings: what a marking is, which is higher, and which this tool may not hold.

A missing marking is never OFFICIAL. SECRET and above, and the legacy CONFIDENTIAL, are above the ceiling.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from intelnb.doctrine import code_table
from intelnb.errors import UsageError

_TABLE = code_table.read("marking")
_RANKS = {str(row["name"]): int(row["rank"]) for row in _TABLE.rows("tiers")}
_NAMES = {
    spelling: str(row["name"]) for row in _TABLE.rows("tiers") for spelling in (row["name"], *row.get("aliases", ()))
}
_SHORT = frozenset(
    ("O", "OFF", "OS", "OFFS", "OFFSEN", "OFFSENS", "OSEN", "OSENS", "OFFICIALS", "OFFICIALSEN", "OFFICIALSENS", "NPM",
     "NM", "UNMARKED", "NOTMARKED", "U", "UC", "UNCLAS", "UNCLASS", "UNCLASSIFIED", "P", "PROT", "R", "RES", "RESTR")
)  # fmt: skip
_LEGACY = tuple(str(row["name"]) for row in _TABLE.rows("legacy"))
_ABOVE_WORDS = re.compile(r"(?<![A-Z])(?:TOP[ -]?)?(?:SECRET|CONFIDENTIAL)(?![A-Z])|(?<![A-Z])TS(?![A-Z])|\(S\)")
ADDITIONS = tuple(str(text) for listed in _TABLE.body["additions"].values() for text in listed)
_PREFIXES = tuple(str(text) for text in _TABLE.body["prefixes"])

CEILING = str(_TABLE.body["ceiling"])
ALLOWED = tuple(str(row["name"]) for row in _TABLE.rows("tiers") if row["allowed"])
INSTRUCTIONS = tuple(str(text) for text in _TABLE.body["additions"]["instructions"])


def visible(text: str) -> str:
    """A text in plain letters, without what is invisible in it or only underlines it: what a reader would see.

    Examples
    --------
    >>> visible("S\u200bEC\u00adRET"), visible("\uff33\uff25\uff23\uff32\uff25\uff34")
    ('SECRET', 'SECRET')
    """
    if text.isascii() and text.isprintable():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if unicodedata.category(c) not in {"Cf", "Cc", "Mn"} or c in "\t\n\r")


def _cleaned(marking: str) -> str:
    """Capitals, plain hyphens, single spaces, nothing invisible."""
    text = visible(marking)
    text = "".join("-" if unicodedata.category(c) == "Pd" or c == "\u2212" else c for c in text)
    text = re.sub(r"\s*-\s*", "-", " ".join(text.upper().split()))
    return text.strip(" .*")


def _without_additions(text: str) -> str:
    """What is left of a cleaned text without known handling instructions, descriptors, caveats, blanks and strokes."""
    for addition in sorted(ADDITIONS, key=len, reverse=True):
        text = text.replace(addition, " ")
    return re.sub(r"[\s\-/:;,\[\]()|+]", "", text)


def _tier(text: str) -> str:
    """The tier a cleaned marking begins with; empty when unknown."""
    for prefix in _PREFIXES:
        text = text.removeprefix(f"{prefix} ")
    for spelling in sorted(_NAMES, key=len, reverse=True):
        rest = text.removeprefix(spelling)
        if rest != text and (not rest or (not rest[0].isalnum() and not _without_additions(rest))):
            return _NAMES[spelling]
    return ""


def is_above_ceiling(marking: str | None) -> bool:
    """Whether a marking, however it is spelt, names material this tool may not hold.

    Examples
    --------
    >>> is_above_ceiling("uk top secret - UK EYES ONLY"), is_above_ceiling("CONFIDENTIAL"), is_above_ceiling("OFFICIAL")
    (True, True, False)
    """
    return bool(marking) and _ABOVE_WORDS.search(_cleaned(str(marking))) is not None


def normalise(marking: str | None) -> str:
    """The tier of a marking in its official spelling.

    Handling instructions, descriptors and caveats of the closed list may follow the tier. Nothing is guessed:
    a missing marking gives an empty text, one we do not know comes back cleaned but otherwise as it was.

    Returns
    -------
    `OFFICIAL`, `OFFICIAL-SENSITIVE`, `SECRET`, `TOP SECRET`, a legacy marking, the unknown text, or "".

    Examples
    --------
    >>> normalise("Official \u2013 Sensitive [PERSONAL DATA]"), normalise(" "), normalise("restricted")
    ('OFFICIAL-SENSITIVE', '', 'RESTRICTED')
    """
    text = _cleaned(marking or "")
    if is_above_ceiling(text):
        if "CONFIDENTIAL" in text and "SECRET" not in text:
            return "CONFIDENTIAL"
        return "TOP SECRET" if re.search(r"(?<![A-Z])(?:TOP[ -]?SECRET|TS)(?![A-Z])", text) else "SECRET"
    return _tier(text) or text


def rank(marking: str | None) -> int | None:
    """How high a marking stands: OFFICIAL 0, OFFICIAL-SENSITIVE 1, above the ceiling 2 or more.

    Returns
    -------
    None when the marking is missing, unknown or a legacy one without a place in today's scheme: not marked is
    never OFFICIAL.

    Examples
    --------
    >>> rank("OFFICIAL-SENSITIVE"), rank("CONFIDENTIAL"), rank(""), rank("PROTECT")
    (1, 2, None, None)
    """
    name = normalise(marking)
    return _RANKS["SECRET"] if name == "CONFIDENTIAL" else _RANKS.get(name)


def is_known(marking: str | None) -> bool:
    """Whether a marking is one of the scheme or of the legacy scheme; false for a missing one."""
    name = normalise(marking)
    return name in _RANKS or name in _LEGACY


def is_spelling(marking: str) -> bool:
    """Whether a text is a marking in any spelling in use, known or only short for one: what the cells beside it tell.

    Nothing is normalised by it: a short spelling stays as it is, and unknown.

    Examples
    --------
    >>> is_spelling("Off-Sens"), is_spelling("O/S [COMMERCIAL]"), is_spelling("npm"), is_spelling("BD")
    (True, True, True, False)
    """
    return is_known(marking) or _without_additions(_cleaned(marking)).replace(".", "") in _SHORT


def is_within(marking: str | None, highest_marking: str) -> bool:
    """Whether material so marked may go to somebody cleared up to `highest_marking`; never when it is not marked.

    Examples
    --------
    >>> is_within("OFFICIAL", "OFFICIAL-SENSITIVE"), is_within("", "OFFICIAL-SENSITIVE")
    (True, False)
    """
    own, top = rank(marking), rank(highest_marking)
    return own is not None and top is not None and own <= top


def highest(markings: Iterable[str | None]) -> str:
    """The highest marking of any content governs the whole.

    Content without a known marking counts as the ceiling, OFFICIAL-SENSITIVE, and so does no content at all.

    Examples
    --------
    >>> highest(["OFFICIAL", "OFFICIAL-SENSITIVE"]), highest(["OFFICIAL", ""]), highest(["OFFICIAL"])
    ('OFFICIAL-SENSITIVE', 'OFFICIAL-SENSITIVE', 'OFFICIAL')
    """
    ceiling = _RANKS[CEILING]
    ranks = [ceiling if place is None else place for place in map(rank, markings)]
    top = max(ranks, default=ceiling)
    return next(name for name, place in _RANKS.items() if place == top)


def page_marking(marking: str, instruction: str = "") -> tuple[str, str]:
    """Check the marking and handling instruction a page is to carry against the closed lists.

    Raises
    ------
    UsageError
        When the marking is not one this tool may print, or the instruction is not on the list.

    Examples
    --------
    >>> page_marking("official", "for public release")
    ('OFFICIAL', 'FOR PUBLIC RELEASE')
    """
    name, told = normalise(marking), _cleaned(instruction)
    if name not in ALLOWED:
        raise UsageError(what="A page cannot carry this marking", now=f"Choose one of: {', '.join(ALLOWED)}.")
    if told and told not in INSTRUCTIONS:
        listed = ", ".join(INSTRUCTIONS)
        raise UsageError(what=f"'{told[:40]}' is not a handling instruction we know", now=f"Choose one of: {listed}.")
    return name, told
