"""What the records of one file look like, column by column, so that a line may be told to be one of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

UNLIKE, NOTHING_TELLS, LIKE, MUCH_LIKE = -1, 0, 1, 2
_FEW = 3
_ONE_IN = 10
_LONG = 4
_BLANK_MATTERS = 10
_REMEMBERED = 20_000


@dataclass(frozen=True)
class _Column:
    """The shapes one column is written in, the texts it holds, and whether these tell it from other text."""

    shapes: frozenset[str]
    exact: frozenset[str]
    texts: frozenset[str]
    tells: bool
    count: int


@dataclass(frozen=True)
class Likeness:
    """What the records of a file look like: one entry for each of its columns."""

    columns: tuple[_Column, ...]

    def begins(self, cells: Sequence[str]) -> bool:
        """Whether cells begin as only a record does, however they go on: two of the first fit, one of them much."""
        like = much = 0
        for column, cell in zip(self.columns, cells, strict=False):
            how = _fits(column, cell.replace('"', ""))
            if how == UNLIKE:
                return False
            like, much = like + (how >= LIKE), much + (how == MUCH_LIKE)
            if like > 1 and much:
                return True
        return False

    def starts(self, cells: Sequence[str]) -> bool:
        """Whether a record may start with some cells: none is unlike its column, and one is like a column that tells,
        by a digit or by more than a few records.
        """
        told = False
        for column, cell in zip(self.columns, cells, strict=False):
            how = _fits(column, cell.replace('"', ""))
            if how == UNLIKE:
                return False
            told = told or (how >= LIKE and column.tells and (column.count > _FEW or "9" in _shape(cell)))
        return told

    def of(self, cells: Sequence[str], *, certain: Mapping[int, str] | None = None, first: int = 0) -> int:
        """How like a record some cells are.

        Parameters
        ----------
        cells
            As many as the file has columns.
        certain
            Cells, by column, that are known to be of a record of this file beside those looked at before.
        first
            The first column that is looked at.

        Returns
        -------
        `UNLIKE` where a cell is written as none of its column is; `NOTHING_TELLS` where no cell says anything;
        `LIKE`; `MUCH_LIKE` where one is as telling as a date, a reference or a word of several letters.

        Examples
        --------
        >>> usual = of([["1", "theft", "2026-01-05"], ["2", "arson", "2026-01-06"]], wide=3)
        >>> [usual.of(cells) for cells in (["3", "theft", "2026-02-01"], ["and", " then", " he left"])]
        [2, -1]
        """
        found = NOTHING_TELLS
        for place in range(first, len(cells)):
            column = self.columns[place]
            if certain and place in certain:
                column = _with(column, certain[place])
            how = _fits(column, cells[place].replace('"', ""))
            if how == UNLIKE:
                return UNLIKE
            found = max(found, how)
        return found


def of(rows: Sequence[Sequence[str]], *, wide: int) -> Likeness:
    """What the records of a file look like, told from some of them.

    Parameters
    ----------
    rows
        Records nobody doubts; may be none.
    wide
        How many columns the file has.
    """
    return Likeness(tuple(_column([row[place] for row in rows]) for place in range(wide)))


def typical(rows: Mapping[int, Sequence[str]], *, wide: int) -> dict[int, Sequence[str]]:
    """Records without those that are written as hardly any other is, in a column nearly all of which is written alike.

    Parameters
    ----------
    rows
        Records by their lines.
    wide
        How many columns the file has.

    Examples
    --------
    >>> rows = {i: [f"CR/{i}", "theft"] for i in range(12)} | {12: ["then", "left"]}
    >>> list(typical(rows, wide=2)) == list(range(12))
    True
    """
    odd: set[int] = set()
    for place in range(wide):
        shapes = {at: _shape(row[place]) for at, row in rows.items()}
        counts = Counter(shapes.values())
        common = {shape for shape, count in counts.items() if count * _ONE_IN > len(rows)}
        rare = {at for at, shape in shapes.items() if shape not in common}
        odd |= rare if len(rare) * _ONE_IN <= len(rows) else set()
    return {at: row for at, row in rows.items() if at not in odd}


def _column(cells: Sequence[str]) -> _Column:
    """One column. Prose does not tell; nor does what is written in very many ways."""
    shapes = frozenset(map(_shape, cells))
    is_prose = any(re.search(r"[^\W\d_]\s", cell) for cell in cells)
    tells = bool(cells) and not is_prose and len(shapes) <= max(_FEW, len(cells) // _ONE_IN)
    return _Column(shapes, frozenset(map(_exact, cells)), frozenset(cells), tells, len(cells))


def _with(column: _Column, cell: str) -> _Column:
    """A column with one cell more."""
    if not column.count:
        return _column([cell])
    return _Column(
        column.shapes | {_shape(cell)}, column.exact | {_exact(cell)}, column.texts | {cell}, column.tells,
        column.count + 1,
    )  # fmt: skip


def _fits(column: _Column, cell: str) -> int:
    """Whether one cell may stand in a column, and how much that tells."""
    if not column.count:
        return NOTHING_TELLS
    if cell[:1].isspace() and not any(shape[:1].isspace() for shape in column.shapes):
        # a blank after the comma is how prose is written
        return UNLIKE
    if cell in column.texts and sum(c.isalpha() for c in cell) >= _LONG:
        return MUCH_LIKE
    return _written(column, cell) if column.tells else NOTHING_TELLS


def _written(column: _Column, cell: str) -> int:
    """The same of a column that tells, by how its cells are written."""
    if _shape(cell) not in column.shapes:
        told_of = column.count > 1 or any("9" in shape for shape in column.shapes)
        return UNLIKE if told_of and (cell or column.count >= _BLANK_MATTERS) else NOTHING_TELLS
    exact = _exact(cell)
    if _LONG <= exact.count("9") < len(cell) and exact in column.exact:
        return MUCH_LIKE
    return LIKE if cell else NOTHING_TELLS


@lru_cache(maxsize=_REMEMBERED)
def _exact(cell: str) -> str:
    """A cell with its digits as nines and its letters as letters: 2026-01-05 is 9999-99-99."""
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", cell))


@lru_cache(maxsize=_REMEMBERED)
def _shape(cell: str) -> str:
    """How a cell is written, whatever it says: CR/1234 is A/9, Burglary is Aa.

    Examples
    --------
    >>> _shape("CR/1234"), _shape("2026-01-05 10:30"), _shape("Burglary"), _shape("")
    ('A/9', '9-9-9 9:9', 'Aa', '')
    """
    return re.sub(r"[^\W\d_]+", _letters, re.sub(r"\d+", "9", cell))


def _letters(found: re.Match[str]) -> str:
    word = found[0]
    if word.isupper():
        return "A"
    return "Aa" if word[0].isupper() else "a"
