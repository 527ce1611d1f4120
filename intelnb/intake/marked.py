"""Whether a text is, or bears, a marking above the ceiling: certainly, perhaps, or no more than prose does."""

from __future__ import annotations

import html
import re
from enum import IntEnum

from intelnb.doctrine import marking, marking_columns


class Reading(IntEnum):
    """What a text is: no marking above the ceiling, perhaps one, or certainly one."""

    NOT = 0
    MAY_BE = 1
    ABOVE = 2


NOT, MAY_BE, ABOVE = Reading

_TIER = r"(?:UK[\s_]+)?(?:(?:TOP[\s_-]*)?SECRET|CONFIDENTIAL)(?![A-Za-z])"
_TIER_ALONE = re.compile(r"\b(?:TOP[\s_-]*)?SECRET\b|\bCONFIDENTIAL\b|\bTS\b")
_WRITTEN_LARGE = re.compile(r"S(?:ECRET|ecret)|C(?:ONFID|onfid)|\bTS\b|\(S\)")
_SAYS = re.compile(r"secret|confidential|\(TS|\(S/|TS//|\bS//|s[ ._-]e[ ._-]c[ ._-]r", re.IGNORECASE)
_SPACED = re.compile(r"(?<!\w)(?:T([ ._-])O\1P[ ._-]+)?S([ ._-])E\2C\2R\2E\2T(?!\w)")
_TAGS = re.compile(
    r"</?(?:[abipu]|em|h[1-6]|li|td|th|tr|br|ul|ol|div|font|mark|span|strong|small|big|center)\b[^<>]{0,80}>",
    re.IGNORECASE,
)
_LINES = re.compile(r"[\r\n\u2028\u2029]+")
_SENTENCES = re.compile(r"(?<=[.!?|])\s+|(?<=;)")
_BRACKETED = re.compile(r"[(\[{<]([^()\[\]{}<>]{2,60})[)\]}>]")
_AT_START = re.compile(rf"^[^\w'\"\u2018\u201c]*({_TIER})(.*)", re.DOTALL)
_AT_END = re.compile(rf"(?:^|[^\w'\u2019])(?<!['\u2019][Ss] )({_TIER})[\W_]*$")
_STOPS = re.compile(r"\s*(?:[:|!)\]*=>;]|\.(?!\w)|//)")
_TOLD = re.compile(
    r"(?:[:=]\s*|\b(?:classified|classed|marked|stamped|(?:up|down|re|\b)graded|handled?|treat(?:ed)?)\s+(?:(?:as|at|to|from)\s+)?[\"'(]?"
    r"|\b(?:classification|grading|gsc|gpms|(?:protective|security|document)\s+marking)\s+(?:(?:level|grade|status|of|as|at)\s+)?"
    r"|\b(?:this|these|it|documents?|reports?|information|intelligence|material|contents?|logs?|files?|attached)\s+"
    rf"(?:\w+\s+){{0,2}}(?:is|are|remains?)\s+)({_TIER})",
    re.IGNORECASE,
)
_LOUD = re.compile(r"(?<![A-Za-z])(?:TOP[\s_-]*SECRET(?![A-Za-z])|(?:TOP)?S(?:ECRET|ecret)\s*//)")
# the noun, which no marking is
_NOUN = re.compile(
    r"\b(?:A|THE|NO|HIS|HER|THEIR|MY|OUR|YOUR|ITS|IN|LITTLE|TRADE|(?:KEEP|KEPT|KEEPING)(?:\s+IT)?|VICTORIAS?)\s+SECRET[\W_]*$"
)
_LABELLED = re.compile(
    r"(?:classification|\bclassified|marking|\bgsc|\bgpms|sensitivity)(?:\s+(?:level|grade|status|label))?"
    r"(?:\s*\([^()]{1,30}\))?[\"']?\s*(?:\bis\b|[:=,;|\t\u2013\u2014-])[\"'\s]*([^\n.;\"'}\])]{2,60})",
    re.IGNORECASE,
)
_LABEL_OF_ANOTHER = re.compile(r"(?:crime|offen[cs]e|home office|property|body|vehicle|skin)\W*$", re.IGNORECASE)
_PORTION = re.compile(
    r"(?:\(T?S/|(?<![\w/])(?:T?S//|(?:TOP)?SECRET\s?//\s?))/?(?:SI|TK|HCS|NF|NOFORN|REL|STRAP|UK|UKEO|FVEY|ORCON|SAP)\b"
)
_LETTERS_AT_START = re.compile(r"^\W*\(TS\)\s*\w")
_SHORT = re.compile(r"[\W_]*(?:UK[\W_]+)?(?:T[\W_]{0,2}S|S|(?:TOP[\W_]*)?SECR?|C|CONF)(?![^\W_])", re.IGNORECASE)
_NAMED = (
    "SERVICE", "SERVICES", "INTELLIGENCE", "AGENT", "AGENTS", "POLICE", "SOCIETY", "SANTA", "GARDEN", "GARDENS",
)  # fmt: skip
_PHRASES = ("EYES ONLY", "USE ONLY", "REL TO", *(p for p in marking.ADDITIONS if " " in p))
_TIERS = {"SECRET", "TOP", "CONFIDENTIAL"}
_OF_MARKINGS_ALONE = {
    "NATO", "COSMIC", "UKEO", "NOFORN", "FVEY", "HMG", "AUSCANNZUKUS", "LOCSEN", "UMBRA", "ORCON", "STRAP",
}  # fmt: skip
_CAVEATS = {*_OF_MARKINGS_ALONE, "UK", "EU", "UE", "ATOMIC", "CODEWORD", "EYES"}
_WITH_A_MARK = {
    "OFFICIAL", "SENSITIVE", "RESTRICTED", "PROTECT", "UNCLASSIFIED", "US", "USA", "GBR", "AUS", "CAN", "NZ", "NZL",
    "ONLY", "TS", "AND", *(p for p in marking.ADDITIONS if " " not in p),
}  # fmt: skip


def judged(text: str, *, heading: str = "") -> Reading:
    """What a text of any kind is.

    It is certainly a marking above the ceiling, or bears one, where nothing stands in it but words of markings in
    capitals; where a line or sentence begins with one in capitals before a stop, or ends so; where a paragraph
    begins with one in brackets; and where a label says it. It may be one where such a word stands in capitals at
    the beginning or the end, or in brackets; where a text says so of itself; where TOP SECRET stands in capitals; and
    where the whole text is the word as a title. In small letters, and SECRET in capitals amid prose, it is none.
    CONFIDENTIAL, long out of use, is by itself never certain.

    Parameters
    ----------
    text
        One cell, title, property or paragraph.
    heading
        What it stands under: under a heading of names or places a word alone is one less sure, and what may be a
        marking is a name.

    Examples
    --------
    >>> [judged(text).name for text in ("SECRET", "(SECRET) target will meet", "SECRET compartment found", "a secret")]
    ['ABOVE', 'ABOVE', 'MAY_BE', 'NOT']
    """
    plain = _plain(text)
    if not _SAYS.search(plain) and not _LABELLED.search(plain):
        return NOT
    whole, is_word = _whole(plain), _is_word_alone(plain)
    lines = (line.strip() for line in _LINES.split(plain))
    found = max([whole, *(_of_line(line) for line in lines if line)])
    if (is_word or found == MAY_BE) and marking_columns.is_of_names(heading):
        return Reading(max(found - 1, NOT))
    return found


def judged_marking(cell: str, *, is_mapped: bool = False) -> Reading:
    """What a cell of a column of markings is: by its map, or, less surely, by its heading.

    Examples
    --------
    >>> [judged_marking(cell).name for cell in ("secret", "OFFICIAL (upgraded to SECRET)", "OFFICIAL (secret file)", "S")]
    ['ABOVE', 'ABOVE', 'MAY_BE', 'MAY_BE']
    """
    if not marking.is_above_ceiling(cell):
        return MAY_BE if _SHORT.match(marking.visible(cell)) else NOT
    plain = _plain(cell)
    if is_one(plain) or plain.strip(" .*") == "(S)":
        return ABOVE
    if is_mapped:
        is_within = plain.upper().startswith(("OFFICIAL", "UK OFFICIAL"))
        return MAY_BE if is_within and not _WRITTEN_LARGE.search(plain) else ABOVE
    return ABOVE if re.search(_TIER, plain) and not plain.isupper() else MAY_BE


def is_one(cell: str) -> bool:
    """Whether a cell of a column that may be of markings is one above the ceiling, however it is written.

    Examples
    --------
    >>> is_one("Secret - UK Eyes Only"), is_one("confidential"), is_one("Disclosing confidential information")
    (True, True, False)
    """
    return _only(_plain(cell)) is not None


def is_code(cell: str) -> bool:
    """Whether a cell is letters that are a marking among markings, and theft from a shop among offences.

    Examples
    --------
    >>> is_code("TS"), is_code("S"), is_code("T.S."), is_code("TS//SI")
    (True, True, True, False)
    """
    return cell.replace(".", "").replace("/", "").strip(" *") in {"S", "TS", "SEC", "SECR"}


def judged_name(name: str) -> Reading:
    """What the name of a file, or of a member of an archive, says of it.

    Examples
    --------
    >>> [judged_name(name).name for name in ("SECRET.csv", "report SECRET.csv", "secret_santa.csv")]
    ['ABOVE', 'MAY_BE', 'NOT']
    """
    if not _SAYS.search(_plain(name)):
        return NOT
    bare = (re.sub(r"(?:\.\w{1,5}(?:\.gz)?)?$", "", part) for part in re.split(r"[/\\]", _plain(name)))
    parts = [re.sub(r"[._]+", " ", part) for part in bare]
    found = max(judged(part.strip()) for part in parts)
    shouts = any(re.search(rf"(?<![A-Za-z'\u2019]){_TIER}", part) for part in parts)
    return max(found, MAY_BE if shouts else NOT)


def _plain(text: str) -> str:
    """What a reader would see of a text: no tags, nothing invisible, letters that are spaced out as words."""
    plain = marking.visible(html.unescape(text) if "&" in text else text)
    if "<" in plain:
        plain = _TAGS.sub(" ", plain)
    return _SPACED.sub(lambda found: "TOP SECRET" if found[0].startswith("T") else "SECRET", plain).strip()


def _of_line(line: str) -> Reading:
    """One line of a text."""
    found = [ABOVE if _PORTION.search(line) else NOT, MAY_BE if _LETTERS_AT_START.match(line) else NOT]
    found += [_labelled(label, line) for label in _LABELLED.finditer(line)]
    for bracketed in _BRACKETED.finditer(line):
        inside = _whole(bracketed[1].strip())
        begins, goes_on = not line[: bracketed.start()].strip(), bool(line[bracketed.end() :].strip(" .*"))
        if inside and (bracketed[1].isupper() or begins):
            has_caveats = bool((_only(bracketed[1]) or frozenset()) & _CAVEATS)
            found.append(inside if (begins and goes_on) or has_caveats else MAY_BE)
    is_told = any(told[1].isupper() and ("SECRET" in told[1] or not line.isupper()) for told in _TOLD.finditer(line))
    found.append(MAY_BE if is_told or _LOUD.search(line) else NOT)
    sentences = _SENTENCES.split(line)
    for place, sentence in enumerate(sentences):
        found.append(_of_sentence(sentence.strip(), after=sentences[place - 1].strip() if place else ""))
    return max(found)


def _labelled(found: re.Match[str], line: str) -> Reading:
    """What a label says, where it is not the label of an offence or a thing."""
    if _LABEL_OF_ANOTHER.search(line[: found.start()]):
        return NOT
    if _only(found[1]) is not None:
        return ABOVE
    tier = re.match(rf"{_TIER}(\s*[-\u2013\u2014/,|])?", found[1])
    return NOT if tier is None else ABOVE if tier[1] else MAY_BE


def _of_sentence(sentence: str, *, after: str) -> Reading:
    """One sentence of a line; what stands alone after a question or in a list may be the answer to it."""
    whole = _whole(sentence)
    if whole:
        return MAY_BE if after.endswith(("?", ";")) and _is_word_alone(sentence) else whole
    start, end = _AT_START.match(sentence), _AT_END.search(sentence)
    if start:
        return _begun(start[1], start[2], is_capitals=sentence.isupper())
    if end is None:
        return NOT
    is_apart = not sentence.isupper() or re.search(r"[\u2013\u2014)\]-]\s*$", sentence[: end.start(1)])
    # of a text that is all in capitals the last word may be the mark under it
    return MAY_BE if is_apart or ("SECRET" in end[1] and not _NOUN.search(sentence)) else NOT


def _begun(tier: str, rest: str, *, is_capitals: bool) -> Reading:
    """What a sentence is that begins with a tier in capitals, by what follows it."""
    after = re.search(r"[^\W\d_]+\d*", rest)
    word = re.sub(r"\d+$", "", after[0] if after else "")
    if word.upper() in (_OF_MARKINGS_ALONE if is_capitals else _CAVEATS):
        return ABOVE
    if _STOPS.match(rest):
        return ABOVE if "SECRET" in tier else MAY_BE
    if re.match(r"-\w", rest) or (word in _NAMED and not tier.startswith("TOP")):
        return NOT  # one word, or one name, with what follows
    if tier.startswith("UK") and not is_capitals:
        return ABOVE
    # in a text that is all in capitals the word is as any other
    return MAY_BE if "SECRET" in tier or not is_capitals else NOT


def _whole(text: str) -> Reading:
    """What a text is as a whole, where nothing stands in it but words of markings; NOT where something else does."""
    words = _only(text)
    if words is None or (text.islower() and not words & _CAVEATS):
        return NOT
    if words & _OF_MARKINGS_ALONE or (words & _CAVEATS and _is_marked(text)):
        return ABOVE
    plain_capitals = text.isupper() and not re.match(r"^[(\[{<'\"\u2018\u201c]", text) and not text.endswith("?")
    more = words - _TIERS - {"TS"}
    if "SECRET" in words and (plain_capitals or (more and _is_marked(text))):
        return ABOVE
    return MAY_BE if words & {"SECRET", "CONFIDENTIAL"} else NOT


def _is_word_alone(text: str) -> bool:
    """Whether nothing stands in a text but the words that are names as well."""
    words = _only(text)
    return words is not None and words <= _TIERS


def _is_marked(text: str) -> bool:
    """Whether a text is written as markings are, in capitals or with strokes and dashes, and not as prose is."""
    return text.isupper() or re.search(r"[-\u2013\u2014/:;,|(\[]", text) is not None


def _only(text: str) -> frozenset[str] | None:
    """The words of a text in which nothing stands but words of markings, one above the ceiling among them; else None."""
    if len(text) > 120:
        return None
    bare = " ".join(re.findall(r"[^\W_]+", text.upper())).replace("TOPSECRET", "TOP SECRET")
    if not _TIER_ALONE.search(bare):
        return None
    found = {"UKEO"} if "EYES ONLY" in bare else set()
    for phrase in _PHRASES:
        bare = bare.replace(phrase, " ")
    found |= {word for word in bare.split() if not re.fullmatch(r"(?:STRAP)?\d*", word)}
    found |= {"STRAP"} if "STRAP" in bare else set()
    return frozenset(found) if found <= _TIERS | _CAVEATS | _WITH_A_MARK else None
