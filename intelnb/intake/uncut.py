"""Lines of a text that are no record of it, kept as columns: a damaged file may have nothing else, a million of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import starmap
from typing import overload

import numpy as np
from numpy.typing import NDArray

from intelnb.intake.records import Rejected
from intelnb.tables.words import several

Fault = tuple[str, str, str]
"""A column, a code and a reason, as many records may have them."""


@dataclass(frozen=True, eq=False)
class Uncut(Sequence[Rejected]):
    """Records that could not be cut, each made where it is asked for.

    Parameters
    ----------
    row
        Physical line of each.
    which
        For each, the place of its fault in `faults`.
    faults
        Every fault once.
    data
        The text they stand in, in UTF-8.
    begin, end
        Where each begins and ends in it, in bytes.

    Examples
    --------
    >>> at = np.array([0])
    >>> Uncut(at + 2, at, (("", "nul", "A NUL"),), b"id", at, at + 2)[0]
    Rejected(row=2, code='nul', reason='A NUL', text='id', column='')
    """

    row: NDArray[np.int64]
    which: NDArray[np.int64]
    faults: tuple[Fault, ...]
    data: bytes
    begin: NDArray[np.int64]
    end: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.row)

    @overload
    def __getitem__(self, place: int) -> Rejected: ...
    @overload
    def __getitem__(self, place: slice) -> Uncut: ...
    def __getitem__(self, place: int | slice) -> Rejected | Uncut:
        if isinstance(place, slice):
            return replace(
                self, row=self.row[place], which=self.which[place], begin=self.begin[place], end=self.end[place]
            )
        told = (self.row[place], self.which[place], self.begin[place], self.end[place])
        return self._one(*map(int, told))

    def __iter__(self) -> Iterator[Rejected]:
        columns = (self.row, self.which, self.begin, self.end)
        return starmap(self._one, zip(*(column.tolist() for column in columns), strict=True))

    def _one(self, row: int, which: int, begin: int, end: int) -> Rejected:
        column, code, reason = self.faults[which]
        return Rejected(row, code, reason, self.data[begin:end].decode("utf-8"), column)

    def further(self, lines: int) -> Uncut:
        """The same, so many lines further down."""
        return replace(self, row=self.row + lines)


def nothing() -> Uncut:
    """No records at all."""
    none = np.array([], dtype=np.int64)
    return Uncut(none, none, (), b"", none, none)


def faults_of(rejected: Sequence[Rejected]) -> tuple[NDArray[np.int64], NDArray[np.int64], tuple[Fault, ...]]:
    """The rows of some records, the number of the fault of each, and every fault once.

    Examples
    --------
    >>> row, which, faults = faults_of([Rejected(4, "nul", "A NUL", "id"), Rejected(7, "nul", "A NUL", "")])
    >>> row.tolist(), which.tolist(), faults
    ([4, 7], [0, 0], (('', 'nul', 'A NUL'),))
    """
    if isinstance(rejected, Uncut):
        return rejected.row, rejected.which, rejected.faults
    known: dict[Fault, int] = {}
    which = [known.setdefault((bad.column, bad.code, bad.reason), len(known)) for bad in rejected]
    row = [bad.row for bad in rejected]
    return np.array(row, dtype=np.int64), np.array(which, dtype=np.int64), tuple(known)


@lru_cache(maxsize=1000)
def of_width(found: int, expected: int) -> Fault:
    """The fault of a record with the wrong number of columns.

    Examples
    --------
    >>> of_width(1, 2)
    ('', 'too_few_columns', 'The record has 1 column where the headings have 2')
    """
    code = "too_few_columns" if found < expected else "too_many_columns"
    return "", code, f"The record has {several(found, 'column')} where the headings have {expected}"
