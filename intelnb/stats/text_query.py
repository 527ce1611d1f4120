"""A search of text: words joined by AND, OR and NOT, and the places in a text that answer it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intelnb.errors import MethodError
from intelnb.stats.words import Word, stem, words

_TOKEN = re.compile(r'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<quoted>[^"]*)"|(?P<bare>[^\s()"]+))')
HOW = 'Write words; join them with AND, OR and NOT in capitals; put a phrase in "quotation marks", choices in brackets.'

Span = tuple[int, int]


@dataclass(frozen=True)
class Term:
    """Words that must follow each other; each by its stem, unless they are looked for as written."""

    parts: tuple[str, ...]
    as_written: bool = False
    is_beginning: bool = False

    def places(self, text: Sequence[Word]) -> list[Span]:
        """Where the term stands."""
        size = len(self.parts)
        told = [one.plain if self.as_written or self.is_beginning else stem(one.plain) for one in text]
        found = []
        for at in range(len(told) - size + 1):
            window = told[at : at + size]
            ends = window[-1].startswith(self.parts[-1]) if self.is_beginning else window[-1] == self.parts[-1]
            if ends and tuple(window[:-1]) == self.parts[:-1]:
                found.append((text[at].start, text[at + size - 1].end))
        return found


@dataclass(frozen=True)
class Query:
    """A search: `join` is `term`, `and`, `or` or `not`."""

    join: str
    parts: tuple[Query, ...] = ()
    term: Term | None = None

    def places(self, text: str) -> tuple[Span, ...] | None:
        """Where a text answers the search, in its order: None where it does not answer.

        Examples
        --------
        >>> parse("door AND NOT front").places("Rear doors forced, door open"), parse("window").places("A door")
        (((5, 10), (19, 23)), None)
        """
        spans = self._answer(words(text))
        return None if spans is None else tuple(sorted(set(spans)))

    def _answer(self, text: Sequence[Word]) -> list[Span] | None:
        """The places that answer, or None."""
        if self.term is not None:
            return self.term.places(text) or None
        answers = [part._answer(text) for part in self.parts]  # noqa: SLF001 - its own kind
        if self.join == "not":
            return [] if answers[0] is None else None
        held = [answer for answer in answers if answer is not None]
        if not held or (self.join == "and" and len(held) < len(answers)):
            return None
        return [span for answer in held for span in answer]


def parse(query: str) -> Query:
    """Read a search as it is typed.

    Words side by side must all be there. `OR` gives a choice, `NOT` forbids what follows it, brackets group;
    `AND` binds closer than `OR`. A word finds its usual forms (`stem` in `stats/words.py` lists the rules); a
    word or phrase in quotation marks is looked for as written; `burgl*` finds every word that begins so. Case
    and accents never matter. A word with a hyphen is the two words side by side.

    Parameters
    ----------
    query
        What was typed.

    Raises
    ------
    MethodError
        When nothing is asked for, a bracket or quotation mark is alone, an operator has nothing to join, or the
        search would be answered by any text that lacks a word.

    Examples
    --------
    >>> parse('knife OR "flat bar"').places("carrying knives")
    ((9, 15),)
    """
    if query.count('"') % 2:
        raise _refused("a quotation mark is alone", query)
    tokens = [_token(found) for found in _TOKEN.finditer(query)]
    if not tokens:
        raise _refused("nothing is asked for", query)
    found, rest = _any_of(tokens, query)
    if rest:
        raise _refused("a bracket is closed that was not opened", query)
    if found.places("") is not None:
        raise _refused("it would be answered by every text that lacks a word", query)
    return found


def _token(found: re.Match[str]) -> tuple[str, str]:
    """One token: its sort and its text."""
    bare = found["bare"]
    if bare in {"AND", "OR", "NOT"}:
        return bare, ""
    return next((name, text) for name, text in found.groupdict().items() if text is not None)


def _any_of(tokens: list[tuple[str, str]], query: str) -> tuple[Query, list[tuple[str, str]]]:
    """Choices joined by OR."""
    first, rest = _all_of(tokens, query)
    parts = [first]
    while rest and rest[0][0] == "OR":
        part, rest = _all_of(rest[1:], query)
        parts.append(part)
    return (first if len(parts) == 1 else Query("or", tuple(parts))), rest


def _all_of(tokens: list[tuple[str, str]], query: str) -> tuple[Query, list[tuple[str, str]]]:
    """What must all be there, with or without AND between."""
    first, rest = _one(tokens, query)
    parts = [first]
    while rest and rest[0][0] not in {"OR", "close"}:
        rest = rest[1:] if rest[0][0] == "AND" else rest
        part, rest = _one(rest, query)
        parts.append(part)
    return (first if len(parts) == 1 else Query("and", tuple(parts))), rest


def _one(tokens: list[tuple[str, str]], query: str) -> tuple[Query, list[tuple[str, str]]]:
    """A word, a phrase, something forbidden, or what stands in brackets."""
    if not tokens or tokens[0][0] in {"AND", "OR", "close"}:
        raise _refused("AND, OR, NOT or a bracket has nothing to join", query)
    (sort, text), rest = tokens[0], tokens[1:]
    if sort == "NOT":
        part, rest = _one(rest, query)
        return Query("not", (part,)), rest
    if sort == "open":
        part, rest = _any_of(rest, query)
        if not rest or rest[0][0] != "close":
            raise _refused("a bracket is open that was not closed", query)
        return part, rest[1:]
    parts = tuple(one.plain for one in words(text))
    if not parts:
        raise _refused(f"'{text}' holds no word", query)
    is_beginning = sort == "bare" and text.endswith("*")
    as_written = sort == "quoted" or is_beginning
    return Query("term", term=Term(parts if as_written else tuple(map(stem, parts)), as_written, is_beginning)), rest


def _refused(why: str, query: str) -> MethodError:
    """The error for a search nobody can answer."""
    return MethodError(what=f"The search '{query}' cannot be read: {why}", now=HOW)
