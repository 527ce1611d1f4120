"""Material above the ceiling of this tool refuses the whole file, and none of its text is repeated."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from intelnb.doctrine import marking
from intelnb.errors import SecurityIncident
from intelnb.intake import marked
from intelnb.intake.records import Records

_PIECE_BYTES = 1 << 20
_OVERLAP = 16


def _fours(word: bytes, *, most: int) -> tuple[int, ...]:
    """The first fours of letters of a word, as numbers."""
    return tuple(int.from_bytes(word[at : at + 4], sys.byteorder) for at in range(most))


_WORDS = {b"SECRET": _fours(b"SECRET", most=2), b"CONFIDENTIAL": _fours(b"CONFIDENTIAL", most=4)}
_SPEAKS = "secret|confidential"
_MOST_MARKINGS = 50
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def refuse_above(text: bytes, records: Records, *, marking_headings: tuple[str, ...], name: str) -> None:
    """Refuse a file that holds a marking above OFFICIAL-SENSITIVE in any cell, record, heading, or round them.

    A column of markings is searched for every spelling of one. It is one by its map, by its heading, or because
    other cells of it are markings. Any other text is searched for what is a marking, or bears one (`marked`): a
    narrative that speaks of a secret does not.

    Parameters
    ----------
    text
        The file's text in UTF-8, searched at once; empty where the file is not text.
    records
        The file cut into records.
    marking_headings
        Headings mapped to a marking.
    name
        File name for the message.

    Raises
    ------
    SecurityIncident
        Telling where, never what.
    """
    # JSON may write any letter as its number
    speaks_of_it = not text or records.lane.startswith("json") or _speaks_of_it(text)
    refuse_above_in([*records.around, *(("", said) for said in records.aside)], name=name)
    found = speaks_of_it and _is_in_text(records)
    for heading in records.headings:
        if found:
            break
        if heading in marking_headings or marked.is_heading(heading):
            found = any(marking.is_above_ceiling(cell) for cell in _distinct(records, heading))
        elif marked.may_be_heading(heading):
            found = any(marked.is_one(cell) or marked.is_above(cell) for cell in _distinct(records, heading))
        elif speaks_of_it:
            found = _is_in_column(records, heading)
    if found:
        raise _incident(name)


def refuse_above_in(named: Iterable[tuple[str, str]], *, name: str) -> None:
    """Refuse a file for texts that belong to none of its records, each under its own name, "" where it has none.

    Raises
    ------
    SecurityIncident
        Telling where, never what.

    Examples
    --------
    >>> refuse_above_in([("title", "Crimes of a secret garden"), ("classification", "Official")], name="crimes.json")
    """
    for heading, said in named:
        is_marking = marked.is_heading(heading) and marking.is_above_ceiling(said)
        is_marking = is_marking or (marked.may_be_heading(heading) and marked.is_one(said))
        if is_marking or marked.is_above(said) or marked.is_above(heading):
            raise _incident(name)


def _incident(name: str) -> SecurityIncident:
    return SecurityIncident(
        what="The file holds material marked above OFFICIAL-SENSITIVE, and nothing of it was taken",
        where=name,
        now="Stop here: do not open, copy or send it again, and report a security incident to your information security team.",
    )


def _speaks_of_it(text: bytes) -> bool:
    """Whether SECRET or CONFIDENTIAL stands anywhere in a text, in capitals or not: what `in` says, much faster.

    Every fourth place is looked at, four letters at once; of a short word so begins one of its first two fours of
    letters at one of two such rows of places, of a long word one of its first four at the first row already.
    """
    letters = np.frombuffer(text, dtype=np.uint8)
    # a piece at a time, so that what is made of it is never far away
    return any(_stands_in(letters[at : at + _PIECE_BYTES + _OVERLAP]) for at in range(0, len(letters), _PIECE_BYTES))


def _stands_in(letters: NDArray[np.uint8]) -> bool:
    """The same of one piece."""
    for first in (0, 2):
        whole = max(len(letters) - first, 0) // 4 * 4
        # the one bit that tells capitals from small letters is taken out
        fours = letters[first : first + whole].view(np.uint32) & 0xDFDFDFDF
        for word, places in _WORDS.items():
            for before, four in enumerate(places if first == 0 or len(places) == 2 else ()):
                alike = fours == four
                if alike.any() and _is_there(word, letters, np.flatnonzero(alike) * 4 + first - before):
                    return True
    return False


def _is_there(word: bytes, letters: NDArray[np.uint8], at: NDArray[np.int64]) -> bool:
    """Whether a word begins at one of some places."""
    at = at[(at >= 0) & (at + len(word) <= len(letters))]
    for place, letter in enumerate(word):
        at = at[letters[at + place] & 0xDF == letter]
    return len(at) > 0


def _distinct(records: Records, heading: str) -> list[str]:
    """The texts of one column, each once."""
    texts: list[str] = records.columns.column(heading).unique().to_pylist()
    return texts


def _is_in_column(records: Records, heading: str) -> bool:
    """Whether a cell of a column of any kind is above the ceiling, or the column is of markings and one of them is."""
    column = records.columns.column(heading)
    speaking = column.filter(pc.match_substring_regex(column, _SPEAKS, ignore_case=True)).unique().to_pylist()
    if any(marked.is_above(piece) for cell in speaking for piece in _pieces(cell)):
        return True
    if not any(marked.is_one(cell) for cell in speaking):
        return False
    every = column.unique()
    return len(every) <= _MOST_MARKINGS and any(marking.rank(cell) in {0, 1} for cell in every.to_pylist())


def _pieces(cell: str) -> list[str]:
    """A cell; and, where it is JSON, the texts in it."""
    return [cell, *cell.split('"')] if cell[:1] in {"[", "{"} and '"' in cell else [cell]


def _is_in_text(records: Records) -> bool:
    """Whether a heading, or a cell of a record that could not be cut into columns, is above the ceiling."""
    texts = [*records.headings]
    for bad in records.rejected:
        plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), bad.text)
        texts += [plain, *(cell.strip(' "\r\n') for cell in plain.split(records.delimiter or '"'))]
    return any(marked.is_above(text) for text in texts if "SECRET" in text.upper())
