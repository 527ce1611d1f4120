"""Material above the ceiling of this tool: what is certain refuses the file, what is in doubt holds its record back.

Nothing of either is repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from intelnb.doctrine import marking, marking_columns
from intelnb.errors import InputRefused, SecurityIncident
from intelnb.intake import marked, spoken
from intelnb.intake.marked import ABOVE, MAY_BE, NOT, Reading
from intelnb.intake.records import Records, Rejected

HELD = "may_be_above_ceiling"
"""Code of a record that is held back."""
_REPORT = "stop and report a security incident"
_IN_TEXT = (
    "This may be a marking above OFFICIAL-SENSITIVE, so the record is held back and not shown. "
    f"If it is one, {_REPORT}. If it is a name or prose, write it in small letters and load the corrected record."
)
_IN_MARKING = (
    "This may be a marking above OFFICIAL-SENSITIVE, so the record is held back and not shown. "
    f"If it is one, {_REPORT}. If it is not, write the marking alone and load the corrected record."
)
# the words themselves, marks in brackets, and letters in disguise
_SPEAKS = (
    r"(?i:secret|confidential)|\((?:TS|S/)|[\x{AD}\x{300}-\x{36F}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2040}-\x{207F}"
    r"\x{FE00}-\x{FE0F}\x{FEFF}\x{FF01}-\x{FF5E}\x{10000}-\x{1FFFF}]"
)
_MOST_MARKINGS = 50
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def taken(text: bytes, records: Records, *, marking_headings: tuple[str, ...], name: str) -> Records:
    """The records of a file that may be read on; the others are held back, or the whole file is refused.

    A column of markings is searched for every spelling of one. It is one by its map, by its heading, or because
    other cells of it are markings. Any other text is searched for what is a marking, or bears one (`marked`): a
    narrative that speaks of a secret does not. A record in which that is in doubt is held back, alone.

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
        When a text is certainly marked above the ceiling, telling where, never what.
    InputRefused
        When it is in doubt of a text that speaks for the whole file, such as its title.
    """
    doubt_of_all = _of_name(name) or _of_whole([*records.around, *(("", said) for said in records.aside)], name)
    # JSON may write any letter as its number
    speaks_of_it = not text or records.lane.startswith("json") or spoken.anywhere(text)
    doubts: dict[str, tuple[list[str], str]] = {}
    for heading in records.headings:
        found, reason = _of_column(records, heading, is_mapped=heading in marking_headings, speaks_of_it=speaks_of_it)
        if ABOVE in found.values():
            raise _incident(name)
        if MAY_BE in found.values():
            doubts[heading] = ([cell for cell, one in found.items() if one == MAY_BE], reason)
    if speaks_of_it:
        rejected = tuple(_uncut(bad, records.delimiter, name) for bad in records.rejected)
        elsewhere = _elsewhere(records, name)
        records = replace(records, rejected=rejected, notes=(*records.notes, *_beside(records, elsewhere, name)))
        # a cover sheet speaks for the whole workbook
        if any(said.isupper() and marked.is_one(said) for said in elsewhere):
            doubt_of_all = doubt_of_all or _in_doubt("A sheet that is not read, or a comment,", name)
    # last, since a file told to be mended must not turn out an incident then
    if doubt_of_all:
        raise doubt_of_all
    return _held(records, doubts)


def refuse_above_in(named: Iterable[tuple[str, str]], *, name: str) -> None:
    """Refuse a file for texts that speak for the whole of it, each under its own name, "" where it has none.

    Where that is in doubt the file is refused as well, since what stands over all records marks them all; but it is
    no incident yet.

    Raises
    ------
    SecurityIncident
        Telling where, never what.
    InputRefused
        When it is in doubt.

    Examples
    --------
    >>> refuse_above_in([("title", "Crimes of a secret garden"), ("classification", "Official")], name="crimes.json")
    """
    if doubt := _of_whole(named, name):
        raise doubt


def refuse_name(name: str, *, within: str = "") -> None:
    """Refuse a file for what its own name says; `within` is the archive it lies in, named in its place.

    Raises
    ------
    SecurityIncident
        When the name is certainly a marking above the ceiling, or bears one.
    InputRefused
        When it is in doubt.
    """
    if doubt := _of_name(name, within=within):
        raise doubt


def _of_whole(named: Iterable[tuple[str, str]], name: str) -> InputRefused | None:
    """The refusal for texts that speak for the whole file, where they are in doubt; none where they are not."""
    found = NOT
    for heading, said in named:
        # a name that may be a marking is far oftener a name
        found = max(found, _named(heading, said), ABOVE if marked.judged(heading) == ABOVE else NOT)
    if found == ABOVE:
        raise _incident(name)
    return _in_doubt("A title, property or other text that speaks for the whole file", name) if found else None


def _of_name(name: str, *, within: str = "") -> InputRefused | None:
    """The same for the name of a file."""
    found = marked.judged_name(name)
    if found == ABOVE:
        raise _incident(within or name)
    told = "The name of a file of the archive" if within else "The name of the file"
    return _in_doubt(told, within or name) if found else None


def is_in_doubt(text: str, *, name: str) -> bool:
    """Whether a text that speaks for no record and for no file may be above the ceiling.

    Raises
    ------
    SecurityIncident
        Where it certainly is.
    """
    found = marked.judged(text)
    if found == ABOVE:
        raise _incident(name)
    return found == MAY_BE


def _incident(name: str) -> SecurityIncident:
    return SecurityIncident(
        what="The file holds material marked above OFFICIAL-SENSITIVE, and nothing of it was taken",
        where=name,
        now="Stop here: do not open, copy or send it again, and report a security incident to your information security team.",
    )


def _in_doubt(told: str, name: str) -> InputRefused:
    return InputRefused(
        what=f"{told} may be a marking above OFFICIAL-SENSITIVE, and nothing of it was taken",
        where=name,
        now=f"If it is one, {_REPORT}. If it is a name or prose, write it in small letters and load the file again.",
    )


def _named(heading: str, said: str) -> Reading:
    """What a text under a name is, all by itself."""
    if marking_columns.is_of_markings(heading):
        return marked.judged_marking(said)
    if marking_columns.may_be_of_markings(heading) and marked.is_one(said):
        return ABOVE
    return marked.judged(said, heading=heading)


def _of_column(
    records: Records, heading: str, *, is_mapped: bool, speaks_of_it: bool
) -> tuple[dict[str, Reading], str]:
    """What the cells of a column are, and why those in doubt are held back; nothing of the others is said."""
    column = records.columns.column(heading)
    if is_mapped or marking_columns.is_of_markings(heading):
        every: list[str] = column.unique().to_pylist()
        judged = {cell: marked.judged_marking(cell, is_mapped=is_mapped) for cell in every}
        return _by_the_others(judged, is_mapped=is_mapped), _IN_MARKING
    if marking_columns.may_be_of_markings(heading):
        every = column.unique().to_pylist()
        judged = {cell: ABOVE if marked.is_one(cell) else _of_cell(cell, heading) for cell in every}
        return _by_the_others(judged, is_sure=False), _IN_TEXT
    if not speaks_of_it:
        return {}, _IN_TEXT
    speaking = column.filter(pc.match_substring_regex(column, _SPEAKS)).unique().to_pylist()
    found = {cell: _of_cell(cell, heading) for cell in speaking}
    if any(marked.is_one(cell) for cell in speaking) and _has_markings(column.unique()):
        found |= {cell: ABOVE for cell in speaking if marked.is_one(cell)}
    return found, _IN_TEXT


def _of_cell(cell: str, heading: str) -> Reading:
    """What a cell is; where it is JSON, the texts in it too."""
    pieces = cell.split('"') if cell[:1] in {"[", "{"} and '"' in cell else []
    return max(marked.judged(piece, heading=heading) for piece in (cell, *pieces))


def _by_the_others(judged: dict[str, Reading], *, is_sure: bool = True, is_mapped: bool = False) -> dict[str, Reading]:
    """The cells of a column that is or may be of markings, judged by what its other cells are.

    S, TS and SEC are markings among markings. Among codes of something else they are in doubt where the heading is
    sure, and codes where it is not; there they are in doubt beside short spellings of markings, and CONFIDENTIAL is
    among labels of another scheme.
    """
    codes = [cell for cell in judged if marked.is_code(cell)]
    others = [cell for cell, one in judged.items() if cell.strip() and one != ABOVE and not marked.is_code(cell)]
    if any((marking.is_spelling if is_sure else marking.is_known)(cell) for cell in others):
        return judged | dict.fromkeys(codes, ABOVE)
    if is_mapped or not others:
        return judged
    if is_sure:
        return judged | dict.fromkeys(codes, MAY_BE)
    # one letter is as often an offence
    beside = any(len(cell.strip()) > 1 and marking.is_spelling(cell) for cell in others)
    found = judged | dict.fromkeys(codes, MAY_BE if beside else NOT)
    return found | {cell: MAY_BE for cell, one in found.items() if one and marking.normalise(cell) == "CONFIDENTIAL"}


def _has_markings(every: pa.Array) -> bool:
    """Whether other cells of a column are markings this tool may hold."""
    return len(every) <= _MOST_MARKINGS and any(marking.rank(cell) in {0, 1} for cell in every.to_pylist())


def _uncut(bad: Rejected, delimiter: str, name: str) -> Rejected:
    """A record that could not be cut into columns, held back where it may be marked above the ceiling."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), bad.text)
    cells = (cell.strip(' "\r\n') for cell in plain.split(delimiter or '"'))
    found = max(marked.judged(text) for text in (plain, *cells))
    if found == ABOVE:
        raise _incident(name)
    return Rejected(bad.row, HELD, _IN_TEXT, "") if found else bad


def _beside(records: Records, elsewhere: list[str], name: str) -> Iterator[str]:
    """What to say of headings, and of texts that are not read, in which a marking is in doubt."""
    doubts = [
        place for place, one in enumerate(records.headings, start=1) if is_in_doubt(one, name=name) and one.isupper()
    ]
    headings = ", ".join(map(str, doubts))
    if headings:
        yield f"the heading of column {headings} may be a marking above OFFICIAL-SENSITIVE: if it is one, {_REPORT}"
    if elsewhere:
        yield f"a text that is not read may be a marking above OFFICIAL-SENSITIVE: if it is one, {_REPORT}"


def _elsewhere(records: Records, name: str) -> list[str]:
    """The texts in doubt of sheets that are not read, and of comments; a cell of the records is judged in its column."""
    telling = [said for said in records.elsewhere if marked.judged(said) and not _stands_in(records, said)]
    return [said for said in telling if is_in_doubt(said, name=name)]


def _stands_in(records: Records, text: str) -> bool:
    """Whether a text is a cell of the records."""
    return any(pc.index(column, text).as_py() >= 0 for column in records.columns.columns)


def _held(records: Records, doubts: dict[str, tuple[list[str], str]]) -> Records:
    """The records but for those in doubt, which are set aside with the columns they are in doubt for."""
    if not doubts:
        return records
    columns: dict[int, list[str]] = {}
    reasons: dict[int, str] = {}
    for heading, (cells, reason) in doubts.items():
        at = pc.is_in(records.columns.column(heading), value_set=pa.array(cells, type=pa.string())).to_numpy()
        for place in np.flatnonzero(at).tolist():
            columns.setdefault(place, []).append(heading)
            reasons.setdefault(place, reason)
    held = [
        Rejected(int(records.row[place]), HELD, reasons[place], "", ", ".join(columns[place]))
        for place in sorted(columns)
    ]
    kept = np.ones(len(records.row), dtype=bool)
    kept[list(columns)] = False
    moved = np.cumsum(kept) - 1
    spoilt = tuple(replace(one, at=moved[one.at[kept[one.at]]]) for one in records.spoilt)
    return replace(
        records, columns=records.columns.filter(pa.array(kept)), row=records.row[kept], spoilt=spoilt,
        rejected=(*records.rejected, *held),
    )  # fmt: skip
