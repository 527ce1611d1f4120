"""The tables behind a page as CSV: marked in the first line, safe in a spreadsheet, the same bytes every time."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

from intelnb.bundle import Scalar, TablePart
from intelnb.publish import naming

_FORMULA = frozenset("=+-@\t\r\n")
_PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def csv_bytes(table: TablePart, *, marking: str, reference: str, as_at: str) -> bytes:
    """One table as CSV, in UTF-8 with a byte-order mark so that Excel reads names right.

    The lines are: marking and reference; title; as-at date; an empty line; headings; rows. Small drawings are left
    out. A text that a spreadsheet would take for a formula begins with an apostrophe; numbers stay numbers.

    Parameters
    ----------
    table
        A table of a sealed product.
    marking, reference
        Protective marking and reference of the product.
    as_at
        When the records were read, in words.

    Examples
    --------
    >>> from intelnb.bundle import ColumnPart
    >>> columns = (ColumnPart(name="area", title="Area"), ColumnPart(name="n", title="Crimes", kind="number"))
    >>> part = TablePart(id="t", caption="By area", columns=columns, rows=(("=A1", -3),))
    >>> csv_bytes(part, marking="OFFICIAL", reference="WTA/NOR", as_at="16 Nov 2026").decode("utf-8-sig").splitlines()
    ['OFFICIAL,WTA/NOR', 'By area', 'As at 16 Nov 2026', '', 'Area,Crimes', "'=A1,-3"]
    """
    kept = [i for i, column in enumerate(table.columns) if column.kind != "spark"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_safe(marking), _safe(reference)])
    writer.writerow([_safe(table.caption)])
    writer.writerow([_safe(f"As at {as_at}")])
    writer.writerow([])
    writer.writerow([_safe(table.columns[i].title) for i in kept])
    writer.writerows([_safe(row[i]) for i in kept] for row in table.rows)
    return out.getvalue().encode("utf-8-sig", errors="replace")


def file_name(table: TablePart, *, marking: str, reference: str) -> str:
    """Name of the table's file; it begins with the marking.

    Examples
    --------
    >>> part = TablePart(id="priorities", caption="Priorities", columns=(), rows=())
    >>> file_name(part, marking="OFFICIAL", reference="WTA/NOR/2026-W46/public")
    'OFFICIAL_WTA_NOR_2026-W46_public_priorities.csv'
    """
    return naming.marked_name(marking, reference, table.id, suffix=".csv")


def _safe(value: Scalar) -> Scalar:
    """A cell no spreadsheet runs."""
    if not isinstance(value, str) or not value:
        return value
    # full-width = + - @ become formulas in some spreadsheets, and blanks before them are trimmed
    folded = unicodedata.normalize("NFKC", value)
    first = folded.lstrip(" \u00a0\ufeff\u200b")[:1] or folded[:1]
    runs = first in _FORMULA or value[0] in _FORMULA or unicodedata.category(value[0]) == "Cc"
    return f"'{value}" if runs and not _PLAIN_NUMBER.fullmatch(value) else value
