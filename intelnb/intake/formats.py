"""Every format brought to the same records, so that what comes after need not know what a file was."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow.compute as pc

from intelnb.errors import InputRefused
from intelnb.intake import ahead, cells, database, delimited, encoding, gate, json_records, parquet, workbook
from intelnb.intake.column_map import SourceRules
from intelnb.intake.records import Records, Spoilt
from intelnb.intake.request import Request

_DATABASE = "database"
_NOT_RECORDS = {
    "zip": "This is an archive",
    "shapefile": "This is a shapefile",
    "dbf": "This is the table of a shapefile",
}


@dataclass(frozen=True, eq=False)
class Cut:
    """One file, or one member of an archive, cut into records.

    Parameters
    ----------
    name, sha256, layer
        How it is called, its digest, and what it is.
    encoding
        How its text was written; empty where it is not text.
    records
        Its records.
    archive, archive_sha256
        The archive it came from, if any.
    text
        Its text in UTF-8; empty where it is not text.
    """

    name: str
    sha256: str
    layer: str
    encoding: str
    records: Records
    archive: str = ""
    archive_sha256: str = ""
    text: bytes = b""


def each(request: Request, rules: SourceRules, *, wanted: Sequence[str] = ()) -> Iterator[Cut]:
    """The files of a request one by one, archives member by member, a database as one; each cut into records.

    Parameters
    ----------
    request
        Whose files, in which folders.
    rules
        How the column map says they are written.
    wanted
        Headings that must be there; they tell the heading row and the sheet where the map does not.

    Raises
    ------
    InputRefused
        When a file as a whole cannot be read.
    """
    if request.database:
        answer = database.read(
            request.database, table=rules.table, query=rules.query, folder=request.folder, allowed=request.allowed
        )
        yield Cut(answer.name, answer.sha256, _DATABASE, "", answer.records)
        return
    for opened in ahead.one(_opened(request)):
        yield cut(opened, rules, wanted=wanted)


def _opened(request: Request) -> Generator[gate.Opened]:
    """Every file, and every member of an archive, as the gate lets it in."""
    for path in gate.find(request.files, folder=request.folder, allowed=request.allowed):
        yield from gate.each(path, folder=request.folder, allowed=request.allowed, members=request.members)


def cut(opened: gate.Opened, rules: SourceRules, *, wanted: Sequence[str] = ()) -> Cut:
    """Cut what passed the gate into records.

    Raises
    ------
    InputRefused
        When it is of a kind that holds no records, or cannot be read.
    """
    text, written = b"", ""
    if opened.layer in {"text", "json"}:
        text, written = encoding.decoded(opened.data, name=opened.name, encoding=rules.encoding)
    if opened.layer == "text":
        found = delimited.scan(
            text, name=opened.name, delimiter=rules.delimiter, heading_row=rules.heading_row, wanted=wanted
        )
    elif opened.layer == "json":
        found = json_records.scan(text, name=opened.name, records=rules.records)
    elif opened.layer == "xlsx":
        found = workbook.scan(
            opened.data, name=opened.name, sheet=rules.sheet, heading_row=rules.heading_row, wanted=wanted
        )
    elif opened.layer == "parquet":
        found = parquet.scan(opened.data, name=opened.name)
    elif opened.layer == "sqlite":
        found = database.of_file(opened, table=rules.table, query=rules.query)
    else:
        told = _NOT_RECORDS.get(opened.layer, f"This is {opened.layer}")
        raise InputRefused(
            what=f"{told}, and records are read from CSV, Excel, JSON, Parquet or a database", where=opened.name,
            now="Export it as one of these.",
        )  # fmt: skip
    found = replace(found, notes=(*opened.notes, *found.notes), spoilt=(*found.spoilt, *_too_long(found)))
    return Cut(opened.name, opened.sha256, opened.layer, written, found, opened.archive, opened.archive_sha256, text)


def _too_long(found: Records) -> Iterator[Spoilt]:
    """Cells longer than anybody types; in text the record is rejected already."""
    for heading in found.headings if found.lane not in {"fast", "slow"} else ():
        long = pc.binary_length(found.columns.column(heading)).to_numpy() > cells.LONGEST_FIELD
        if long.any():
            told = f"The cell is longer than {cells.LONGEST_FIELD / 1e6:g} MB"
            yield Spoilt(heading, "too_long", told, np.flatnonzero(long))
