"""Which columns are of protective markings by their heading, which may be, and which are of names and places."""

from __future__ import annotations

import re

_STRONG = re.compile(
    r"(?:protective|secur\w*|gov\w*|classif\w*|doc\w*|file|report)[\s_.-]*marking|(?:^|[._])marking$|prot\w*\.?[\s_]*mark"
    r"|\bgsc|\bgpms|protective[\s_]*security|security[\s_.]*(?:class|label)|(?<![a-z])sec[\s_.]*class",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"classification|\bclassified\b|sensitivity|\bprotect\b|\bsecurity\b|security[\s_]*(?:level|grade|status)|\bcaveat|marking",
    re.IGNORECASE,
)
_OF_SOMETHING_ELSE = re.compile(
    r"crime|offen[cs]e|home[\s_]*office|\bho\b|incident|event|vehicle|property|distinguish|body|bodily|skin|tattoo|road"
    r"|animal|horse|drug|outcome|officer|informant|benchmark|disposal|occupation|industry|weapon|smart|camera|lock|alarm"
    r"|guard|person|suspect|physical|scar|feature",
    re.IGNORECASE,
)
_OF_NAMES = re.compile(
    r"alias|\baka\b|known[\s_]*as|nick|\bname|venue|premis|location|address|street|\bplace|\bpub\b|\bclub\b|shop|store\b"
    r"|brand|\bmake\b|model|product|item|business|company|person|victim|complainant|informant|reported[\s_]*by|witness"
    r"|caller|contact",
    re.IGNORECASE,
)
_OF_PROSE = re.compile(r"note|text|detail|comment|narrative|remark|summary|description", re.IGNORECASE)


def is_of_markings(heading: str) -> bool:
    """Whether a column is of markings by its heading, and of nothing else.

    Examples
    --------
    >>> is_of_markings("Protective Marking"), is_of_markings("meta.securityClassification"), is_of_markings("Property Marking")
    (True, True, False)
    """
    return bool(_STRONG.search(heading)) and not _OF_SOMETHING_ELSE.search(heading)


def may_be_of_markings(heading: str) -> bool:
    """Whether a column may be of markings by its heading, such as `Classification`: its cells decide.

    Examples
    --------
    >>> may_be_of_markings("Classification"), may_be_of_markings("Home Office Classification")
    (True, False)
    """
    return bool(_WEAK.search(heading)) and not _OF_SOMETHING_ELSE.search(heading)


def is_of_names(heading: str) -> bool:
    """Whether a column is of names or places, so that a word alone in it is more likely one of these than a marking.

    Examples
    --------
    >>> is_of_names("Alias"), is_of_names("Location notes")
    (True, False)
    """
    return bool(_OF_NAMES.search(heading)) and not _OF_PROSE.search(heading)
