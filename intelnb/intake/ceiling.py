"""Material above the ceiling of this tool refuses the whole file, and none of its text is repeated."""

from __future__ import annotations

import re

import pandas as pd

from intelnb.doctrine import marking
from intelnb.errors import SecurityIncident
from intelnb.intake.records import Records

_HINT = re.compile(rb"secret|confidential|\bts\b|\(s\)", re.IGNORECASE)
_MARKING_HEADING = re.compile(r"marking|gsc|protect", re.IGNORECASE)
_LONGEST = 80


def refuse_above(data: bytes, records: Records, *, marking_headings: tuple[str, ...], name: str) -> None:
    """Refuse a file that holds a marking above OFFICIAL-SENSITIVE in any cell, record or heading.

    A column of markings is searched for every spelling of one; any other cell counts when it is, as a whole,
    a marking with the word SECRET (a narrative that speaks of a secret is not one).

    Parameters
    ----------
    data
        The file's text in UTF-8.
    records
        The same, cut into records.
    marking_headings
        Headings mapped to a marking.
    name
        File name for the message.

    Raises
    ------
    SecurityIncident
        Telling where, never what.
    """
    if not _HINT.search(data):
        return
    found = any(_is_secret(heading) for heading in records.headings)
    for bad in records.rejected:
        found = found or any(_is_secret(cell.strip(' "\r\n')) for cell in bad.text.split(records.delimiter))
    for heading in records.headings:
        marks = heading in marking_headings or bool(_MARKING_HEADING.search(heading))
        found = found or _column_is_above(records.table[heading], marks=marks)
    if found:
        raise SecurityIncident(
            what="The file holds material marked above OFFICIAL-SENSITIVE, and nothing of it was taken",
            where=name,
            now="Stop here: do not open, copy or send it again, and report a security incident to your information security team.",
        )


def _column_is_above(cells: pd.Series[str], *, marks: bool) -> bool:
    """Whether any cell of a column is above the ceiling."""
    distinct = cells[cells.str.contains(_HINT.pattern.decode(), case=False, regex=True)].unique()
    return any(marking.is_above_ceiling(cell) if marks else _is_secret(cell) for cell in distinct)


def _is_secret(cell: str) -> bool:
    """Whether a cell is, as a whole, a marking above the ceiling."""
    if len(cell) > _LONGEST or "SECRET" not in cell.upper():
        return False
    rank = marking.rank(cell)
    return rank is not None and rank > (marking.rank(marking.CEILING) or 0)
