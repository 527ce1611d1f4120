"""Adjacency matrices: one row and one column for each name, and a number where two of them meet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from intelnb.errors import InputRefused
from intelnb.intake import cells
from intelnb.intake.records import Records, Rejected
from intelnb.tables.words import several


@dataclass(frozen=True, eq=False)
class _Matrix:
    """Numbers by the names of rows and columns; `has_one_mode` where both are the same names."""

    rows: NDArray[np.object_]
    columns: NDArray[np.object_]
    value: NDArray[np.float64]
    line: NDArray[np.int64]
    rejected: tuple[Rejected, ...]
    blank: int
    has_one_mode: bool

    def column_of_row(self) -> NDArray[np.int64]:
        """For each row, where the column of its name stands."""
        at = {column: i for i, column in enumerate(self.columns)}
        return np.array([at[row] for row in self.rows], dtype=np.int64)

    @property
    def is_symmetric(self) -> bool:
        """Whether each tie is written in both directions with the same number, as far as both rows were read."""
        if not self.has_one_mode:
            return False
        square = self.value[:, self.column_of_row()]
        return bool((square == square.T).all())


def links(cut: Records, name: str) -> Records:
    r"""Records of `source`, `target` and `weight`: one for each number that is not zero, on the line it stands.

    A symmetric matrix says each tie twice, and gives it once. One whose rows and columns have different names
    (persons by meetings) gives ties from row to column.

    Parameters
    ----------
    cut
        The matrix as cut into records; its first column holds the names of its rows.
    name
        File name for messages.

    Returns
    -------
    The records, with a note of what was found. A row with a cell that is no number is rejected.

    Raises
    ------
    InputRefused
        When names are missing or repeated, or rows and columns share only some of their names.

    Examples
    --------
    >>> from intelnb.intake.delimited import scan
    >>> made = links(scan(b"'',A,B\nA,0,2\nB,1,0\n", name="m.csv"), "m.csv")
    >>> made.table.to_numpy().tolist(), made.notes[-1]
    ([['A', 'B', '2'], ['B', 'A', '1']], 'a matrix of 2 by 2: 2 links, each from row to column, and 2 zeros')
    """
    found = _read(cut, name)
    value = found.value
    if found.is_symmetric:
        own = found.column_of_row()
        other = np.arange(len(found.columns))
        once = (own[:, None] <= other[None, :]) | ~np.isin(other, own)[None, :]
        value = np.where(once, value, 0)
    source, target = np.nonzero(value)
    table = pd.DataFrame(
        {
            "source": pd.Series(found.rows[source], dtype="str"),
            "target": pd.Series(found.columns[target], dtype="str"),
            "weight": pd.Series([f"{number:.15g}" for number in value[source, target]], dtype="str"),
        }
    )
    way = "symmetric, so each tie once" if found.is_symmetric else "each from row to column"
    zeros = int((found.value == 0).sum())
    shape = f"a matrix of {len(found.rows)} by {len(found.columns)}"
    blank = _blank(found.blank)
    told = f"{shape}: {several(len(table), 'link')}, {way}, and {several(zeros, 'zero')}{blank}"
    return _records(cut, table, found.line[source], found, told)


def entities(cut: Records, name: str) -> Records:
    r"""Records of `id`, `type` and `name`: one for each name of a row, and of a column where those differ.

    A matrix does not say what its names are: their type is `row` or `column`, or `node` where both are the same.

    Raises
    ------
    InputRefused
        When names are missing or repeated, or rows and columns share only some of their names.

    Examples
    --------
    >>> from intelnb.intake.delimited import scan
    >>> made = entities(scan(b"'',M1\nA,1\nB,0\n", name="m.csv"), "m.csv")
    >>> made.table["id"].tolist(), made.table["type"].tolist()
    (['A', 'B', 'M1'], ['row', 'row', 'column'])
    """
    found = _read(cut, name)
    columns = found.columns[:0] if found.has_one_mode else found.columns
    names = np.concatenate([found.rows, columns])
    types = ["node"] * len(names) if found.has_one_mode else ["row"] * len(found.rows) + ["column"] * len(columns)
    table = pd.DataFrame({"id": names, "type": types, "name": names}, dtype="str")
    line = np.concatenate([found.line, np.full(len(columns), 1, dtype=np.int64)])
    told = f"a matrix of {len(found.rows)} by {len(found.columns)}: {several(len(table), 'name')}"
    return _records(cut, table, line, found, told)


def _blank(count: int) -> str:
    """How many of the zeros are blank cells."""
    if not count:
        return ""
    return f", of which {count:,} are blank cells" if count > 1 else ", of which 1 is a blank cell"


def _records(cut: Records, table: pd.DataFrame, line: NDArray[np.int64], found: _Matrix, told: str) -> Records:
    columns = pa.table({name: pa.array(table[name].tolist(), type=pa.string()) for name in table})
    return replace(cut, columns=columns, row=line, rejected=found.rejected, spoilt=(), notes=(*cut.notes, told))


def _read(cut: Records, name: str) -> _Matrix:
    """The numbers of a matrix; rows that hold anything else are rejected whole."""
    if len(cut.headings) < 2 or not cut.read:
        told = "it has one column" if cut.read else "it has no rows"
        raise InputRefused(what=f"This is not a matrix: {told}", where=name, now="Read it as a list of links.")
    first, *under = cut.headings
    names = [name.strip() for name in cut.columns.column(first).to_pylist()]
    numbers, blank = np.empty((cut.columns.num_rows, len(under))), np.empty((cut.columns.num_rows, len(under)), bool)
    # column by column: as one table of text a matrix takes ten times what its numbers do
    for place, heading in enumerate(under):
        numbers[:, place], blank[:, place] = _numbers(cut.columns.column(heading))
    bad = ~np.isfinite(numbers)
    for cell in cut.spoilt:
        if cell.heading in under:
            bad[cell.at, under.index(cell.heading)] = True
    rejected = [*cut.rejected]
    for at in np.flatnonzero(bad.any(axis=1)):
        told = f"The cell under '{under[int(np.flatnonzero(bad[at])[0])][:40]}' is not a number"
        text = (cut.delimiter or ",").join(cut.columns.slice(at, 1).to_pylist()[0].values())
        rejected.append(Rejected(int(cut.row[at]), "not_a_number", told, text))
    whole = ~bad.any(axis=1)
    columns = np.array(cut.headings[1:], dtype=object)
    has_one_mode = _has_one_mode(names, columns.tolist(), name, lost=len(cut.rejected))
    rows = np.array(names, dtype=object)[whole]
    return _Matrix(
        rows, columns, numbers[whole], cut.row[whole], tuple(rejected), int(blank[whole].sum()), has_one_mode
    )


def _numbers(column: pa.ChunkedArray) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The numbers of one column, NaN where a cell is none; and which cells are blank, which stands for 0."""
    texts = pc.utf8_trim_whitespace(column)
    blank = pc.equal(texts, "")
    filled = pc.if_else(blank, "0", texts)
    try:
        numbers = pc.cast(filled, pa.float64()).to_numpy()
    except pa.ArrowInvalid:
        numbers = pd.to_numeric(filled.to_pandas(), errors="coerce").to_numpy(dtype=np.float64)
    return numbers, blank.to_numpy()


def _has_one_mode(rows: list[str], columns: list[str], name: str, *, lost: int) -> bool:
    """Whether rows and columns are the same names; names that cannot be told apart are refused.

    As many rows as could not be read at all (`lost`) may be missing.
    """
    twice = sorted({*(row for row, often in Counter(rows).items() if often > 1), *cells.shared(columns)})
    blank = rows.count("") + sum(column.startswith("(column ") for column in columns)
    if twice or blank:
        told = (
            f"rows or columns of the same name: {', '.join(twice[:5])}"
            if twice
            else f"{blank} {'row or column' if blank == 1 else 'rows or columns'} without a name"
        )
        raise InputRefused(what=f"The matrix has {told}", where=name, now="Give each row and column its own name.")
    shared = set(rows) & set(columns)
    odd = sorted(set(rows) ^ set(columns))
    if shared and odd and (set(rows) - shared or len(odd) > lost):
        raise InputRefused(
            what=f"Rows and columns share some names and not others, such as {', '.join(odd[:5])}",
            where=name,
            now="Export the matrix whole: the same names both ways, or different ones.",
        )
    return bool(shared)
