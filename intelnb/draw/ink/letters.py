"""How much room words take, without a font: close enough to shorten and wrap them."""

from __future__ import annotations

_NARROW = frozenset("iljtfrI.,:;'|!()[]/ -")
_WIDE = frozenset("mwMW@%\N{EM DASH}")


def width(text: str, *, size: float) -> float:
    """Width of words set in Arial, in the unit of `size`; within about a tenth.

    Examples
    --------
    >>> round(width("Station", size=14))
    45
    """
    return size * sum(_share(letter) for letter in text)


def shortened(text: str, *, size: float, within: float) -> str:
    """Words that fit, cut with an ellipsis where they must be.

    Examples
    --------
    >>> shortened("Great Northmere Common", size=14, within=90)
    'Great North…'
    """
    if width(text, size=size) <= within:
        return text
    kept = text
    while kept and width(kept + "…", size=size) > within:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrapped(text: str, *, size: float, within: float, lines: int = 2) -> list[str]:
    """Words broken into at most `lines` lines, the last one shortened.

    Examples
    --------
    >>> wrapped("Great Northmere Common", size=14, within=90)
    ['Great', 'Northmere C…']
    """
    broken: list[str] = []
    line = ""
    pending = text.split()
    while pending:
        tried = f"{line} {pending[0]}".strip()
        if line and width(tried, size=size) > within and len(broken) < lines - 1:
            broken.append(line)
            line = ""
            continue
        line = tried
        pending.pop(0)
    return [shortened(part, size=size, within=within) for part in [*broken, line] if part]


def _share(letter: str) -> float:
    """Width of one letter as a share of the type's size."""
    if letter in _NARROW:
        return 0.3
    if letter in _WIDE:
        return 0.86
    return 0.69 if letter.isupper() else 0.55
