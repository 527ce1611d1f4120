"""The probability yardstick: seven terms, their ranges, and the gaps between them.

The terms are for judgements by a person. The output of a model is never worded with them.
"""

from __future__ import annotations

from dataclasses import dataclass

from intelnb.doctrine import code_table
from intelnb.errors import UsageError


@dataclass(frozen=True)
class Term:
    """One term of the yardstick; `low` and `high` are shares from 0 to 1."""

    term: str
    low: float
    high: float
    range: str
    open_end: str = ""
    aliases: tuple[str, ...] = ()

    def holds(self, share: float) -> bool:
        """Whether a share lies in the range of the term."""
        above = share > self.low if self.open_end == "low" else share >= self.low
        below = share < self.high if self.open_end == "high" else share <= self.high
        return above and below


_TABLE = code_table.read("yardstick")
_TERMS = tuple(Term(**{**row, "aliases": tuple(row.get("aliases", ()))}) for row in _TABLE.rows("terms"))
_SPELLINGS = {spelling: term.term for term in _TERMS for spelling in (term.term, *term.aliases)}


def terms() -> tuple[Term, ...]:
    """The seven terms, least likely first."""
    return _TERMS


def names() -> tuple[str, ...]:
    """The seven terms as they are written.

    Examples
    --------
    >>> names()[3]
    'realistic possibility'
    """
    return tuple(term.term for term in _TERMS)


def term_named(text: str) -> Term | None:
    """The term a text names, in any spelling of capitals; None when it is none of the seven.

    Examples
    --------
    >>> term_named("Probable").term, term_named("very likely")
    ('likely', None)
    """
    name = _SPELLINGS.get(" ".join(text.lower().split()))
    return next((term for term in _TERMS if term.term == name), None)


def term_for(share: float) -> Term | None:
    """The term whose range holds a share; None in a gap, where the writer must choose a side.

    Parameters
    ----------
    share
        From 0 to 1. Neither 0 nor 1 has a term: nothing assessed is impossible or certain.

    Raises
    ------
    UsageError
        When the share is not between 0 and 1.

    Examples
    --------
    >>> term_for(0.6).term, term_for(0.52)
    ('likely', None)
    """
    if not 0 <= share <= 1:
        raise UsageError(what=f"{share} is not a share", now="Give a number from 0 to 1.")
    return next((term for term in _TERMS if term.holds(share)), None)
