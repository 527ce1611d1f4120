"""Material above the ceiling of this tool refuses the whole file, and none of its text is repeated."""

from __future__ import annotations

import re
import sys

import numpy as np

from intelnb.doctrine import marking
from intelnb.errors import SecurityIncident
from intelnb.intake.records import Records

_WORD = b"SECRET"
_MARKING_HEADING = re.compile(r"marking|gsc|protect", re.IGNORECASE)
_WHOLE = re.compile(r"^\W*(uk\s+)?(top[\s-]*)?secret\W*$", re.IGNORECASE)
_BEGINNING = re.compile(r"^\W*(UK\s+)?(TOP[\s-]*)?SECRET\s*[-\u2013\u2014/,:;|(\[]")


def refuse_above(text: bytes, records: Records, *, marking_headings: tuple[str, ...], name: str) -> None:
    """Refuse a file that holds a marking above OFFICIAL-SENSITIVE in any cell, record or heading.

    A column of markings is searched for every spelling of one; any other cell counts when it is, or in
    capitals begins with, a marking with the word SECRET (a narrative that speaks of a secret does not).

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
    found = (speaks_of_it and _is_in_text(records)) or any(_is_secret(said) for said in records.aside)
    for heading in records.headings:
        if found:
            break
        if heading in marking_headings or _MARKING_HEADING.search(heading):
            found = any(marking.is_above_ceiling(cell) for cell in _distinct(records, heading))
        elif speaks_of_it:
            found = any(_is_secret(cell) for cell in _distinct(records, heading) if "SECRET" in cell.upper())
    if found:
        raise SecurityIncident(
            what="The file holds material marked above OFFICIAL-SENSITIVE, and nothing of it was taken",
            where=name,
            now="Stop here: do not open, copy or send it again, and report a security incident to your information security team.",
        )


def _speaks_of_it(text: bytes) -> bool:
    """Whether SECRET stands anywhere in a text, in capitals or not: what `in` says, four times as fast.

    Of its first two fours of letters one begins at an even place, wherever the word stands; so every other place
    is looked at, four letters at once.
    """
    letters = np.frombuffer(text, dtype=np.uint8)
    fours = [int.from_bytes(part, sys.byteorder) for part in (b"SECR", b"ECRE")]
    for first in (0, 2):
        whole = max(len(letters) - first, 0) // 4 * 4
        # the one bit that tells capitals from small letters is taken out
        words = letters[first : first + whole].view(np.uint32) & 0xDFDFDFDF
        for before, four in enumerate(fours):
            alike = words == four
            if not alike.any():
                continue
            at = np.flatnonzero(alike) * 4 + first - before
            at = at[(at >= 0) & (at + len(_WORD) <= len(letters))]
            for place, letter in enumerate(_WORD):
                at = at[letters[at + place] & 0xDF == letter]
            if len(at):
                return True
    return False


def _distinct(records: Records, heading: str) -> list[str]:
    """The texts of one column, each once."""
    texts: list[str] = records.columns.column(heading).unique().to_pylist()
    return texts


def _is_in_text(records: Records) -> bool:
    """Whether a heading, or a cell of a record that could not be cut into columns, is above the ceiling."""
    cells = [*records.headings]
    for bad in records.rejected:
        cells += [cell.strip(' "\r\n') for cell in bad.text.split(records.delimiter or '"')]
    return any(_is_secret(cell) for cell in cells)


def _is_secret(cell: str) -> bool:
    """Whether a cell is a marking above the ceiling, alone or, in capitals, before more of its words."""
    return bool(_WHOLE.match(cell) or _BEGINNING.match(cell))
