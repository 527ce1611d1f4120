"""Whether a text is, or bears, a marking above the ceiling: told from prose that speaks of a secret."""

from __future__ import annotations

import re

from intelnb.doctrine import marking

_STRONG = re.compile(
    r"marking|prot\w*\.?[\s_]*mark|\bgsc|\bgpms|protective[\s_]*security|security[\s_]*(class|level|label|grade|status)|securityclass",
    re.IGNORECASE,
)
_WEAK = re.compile(r"classification|\bclassified\b|sensitivity|\bprotect\b|\bsecurity\b|\bcaveat", re.IGNORECASE)
_OF_SOMETHING_ELSE = re.compile(
    r"crime|offen[cs]e|home[\s_]*office|\bho\b|incident|event|vehicle|property|distinguish|body|skin|tattoo|road|animal"
    r"|horse|drug|outcome|officer|informant|benchmark|disposal|occupation|industry|weapon|smart|camera|lock|alarm|guard",
    re.IGNORECASE,
)
_TIER = r"(?:UK[\s_]+)?(?:TOP[\s_-]*)?SECRET(?![A-Za-z])"
_TIER_ALONE = re.compile(r"\b(?:TOP[\s_-]*)?SECRET\b|\bCONFIDENTIAL\b|\bTS\b")
_BRACKETED = re.compile(r"[(\[{<]([^()\[\]{}<>]{2,60})[)\]}>]")
_AT_START = re.compile(rf"^[^\w'\"\u2018\u201c]*({_TIER})(.*)", re.DOTALL)
_BEGUN = re.compile(rf"[.!?;|]\s+{_TIER}\s*(?:[:|]|//|[-\u2013\u2014]\s)")
_AT_END = re.compile(rf"[.!?;|)\]\u2013\u2014-]\s+{_TIER}\W*$")
_STOPS = re.compile(r"\s*(?:[:|.!)\]*=>;]|//|[\u2013\u2014]|-\s)|\s+-")
_LABELLED = re.compile(
    r"(?:classification|marking|\bgsc|\bgpms|sensitivity)[\"']?\s*(?:\bis\b|[:=,;|\t\u2013\u2014-])[\"'\s]*([^\n.;\"'}\])]{2,60})",
    re.IGNORECASE,
)
_SERVICES = ("SERVICE", "SERVICES", "INTELLIGENCE", "AGENT", "AGENTS", "POLICE", "SOCIETY")
_PHRASES = ("EYES ONLY", "USE ONLY", "REL TO", *(p for p in marking.ADDITIONS if " " in p))
_CAVEATS = {
    "SECRET", "TOP", "UK", "NATO", "COSMIC", "EU", "UE", "UKEO", "NOFORN", "FVEY", "HMG", "AUSCANNZUKUS", "ATOMIC",
    "LOCSEN", "UMBRA", "ORCON", "CODEWORD",
}  # fmt: skip
_WITH_A_MARK = {
    "OFFICIAL", "SENSITIVE", "CONFIDENTIAL", "RESTRICTED", "PROTECT", "UNCLASSIFIED", "US", "USA", "GBR", "AUS", "CAN",
    "NZ", "NZL", "ONLY", "TS", "AND", *(p for p in marking.ADDITIONS if " " not in p),
}  # fmt: skip


def is_heading(heading: str) -> bool:
    """Whether a column is of markings by its heading, and of nothing else.

    Examples
    --------
    >>> is_heading("Protective Marking"), is_heading("meta.securityClassification"), is_heading("Property Marking")
    (True, True, False)
    """
    return bool(_STRONG.search(heading)) and not _OF_SOMETHING_ELSE.search(heading)


def may_be_heading(heading: str) -> bool:
    """Whether a column may be of markings by its heading, such as `Classification`: its cells decide.

    Examples
    --------
    >>> may_be_heading("Classification"), may_be_heading("Home Office Classification")
    (True, False)
    """
    return bool(_WEAK.search(heading)) and not _OF_SOMETHING_ELSE.search(heading)


def is_above(text: str) -> bool:
    """Whether a text of any kind is a marking above the ceiling, or bears one as whoever marks a text writes it.

    It is one where nothing stands in it but words of markings. It bears one where a line or sentence begins with
    it in capitals, before a stop or before words that are not in capitals; where it ends so; where a paragraph
    bears it in brackets; and where a label says it. The word itself, in prose or in a name, is none.

    Parameters
    ----------
    text
        One cell, title, property or paragraph.

    Examples
    --------
    >>> [is_above(text) for text in ("Top Secret", "(SECRET) target will meet", "UK SECRET target", "OFFICIAL, SECRET")]
    [True, True, True, True]
    >>> [is_above(text) for text in ("secret", "a secret compartment", "SECRET COMPARTMENT IN VAN", "Secret Garden Lane")]
    [False, False, False, False]
    """
    if "SECRET" not in text.upper() and not _LABELLED.search(text):
        return False
    lines = (line.strip() for line in re.split(r"[\r\n\u2028\u2029]+", text))
    return any(_line_is_above(line) for line in lines if line)


def is_one(text: str) -> bool:
    """Whether a cell of a column that may be of markings is one above the ceiling, however it is written.

    Examples
    --------
    >>> is_one("Secret - UK Eyes Only"), is_one("confidential"), is_one("Disclosing confidential information")
    (True, True, False)
    """
    return bool(_TIER_ALONE.search(text.upper())) and (_is_only_marking(text, lone=True) or is_above(text))


def _line_is_above(line: str) -> bool:
    """One line of a text."""
    if _is_only_marking(line):
        return True
    for found in _BRACKETED.finditer(line):
        inside, at_start = found[1].strip(), not line[: found.start()].strip()
        if _is_only_marking(inside) and (inside.isupper() or at_start):
            return True
    start = _AT_START.match(line)
    if start and _goes_on(start[1], start[2]):
        return True
    if _BEGUN.search(line) or _AT_END.search(line):
        return True
    return any(_is_only_marking(found[1], lone=True) for found in _LABELLED.finditer(line))


def _goes_on(tier: str, rest: str) -> bool:
    """Whether what follows a line's first word, SECRET in capitals, shows that word to be its marking."""
    after = re.search(r"[^\W\d_]+\d*", rest)
    word = after[0] if after else ""
    if tier.startswith("UK"):
        return word.upper() not in _SERVICES
    if _STOPS.match(rest) or re.sub(r"\d+$", "", word.upper()) in {*_CAVEATS, "STRAP", "EYES"}:
        return True
    # in a text that is all in capitals the word is as any other
    return word != word.upper()


def _is_only_marking(text: str, *, lone: bool = False) -> bool:
    """Whether nothing stands in a text but words of markings, one above the ceiling among them.

    `lone` takes what prose could say as well: the word alone in small letters, and CONFIDENTIAL.
    """
    if len(text) > 120:
        return False
    bare = " ".join(re.findall(r"[^\W_]+", text.upper()))
    if bare in {"SECRET", "CONFIDENTIAL", "TS"}:
        return lone or (bare == "SECRET" and text.strip(" .*\"'()[]") != "secret")
    if not _TIER_ALONE.search(bare) or not (lone or "SECRET" in bare):
        return False
    for phrase in _PHRASES:
        bare = bare.replace(phrase, " ")
    words = [word for word in bare.split() if not re.fullmatch(r"(?:STRAP)?\d*", word)]
    is_marked = text.isupper() or re.search(r"[-\u2013\u2014/:;,|(\[]", text) is not None
    return all(word in _CAVEATS or ((is_marked or lone) and word in _WITH_A_MARK) for word in words)
