"""Records as text, before any value is read: every format is brought to this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True)
class Rejected:
    """A record that is not taken: its text cannot be cut into the header's columns, or it may not be read on.

    `column` names the columns at fault, where it could be cut.
    """

    row: int
    code: str
    reason: str
    text: str
    column: str = ""


@dataclass(frozen=True, eq=False)
class Spoilt:
    """Cells of one column that hold no value anybody could take, such as a formula that was never worked out."""

    heading: str
    code: str
    reason: str
    at: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Records:
    """Records as text, before any value is read; every format is brought to this.

    Parameters
    ----------
    columns
        The records that could be cut into columns and may be read on, as text under their headings, each of its own name; "" where
        there is nothing.
    row
        For each, where it stands: the physical line of text, the sheet row, or its number counted from 1.
    rejected
        Records that could not be cut into columns, or are held back.
    blank_lines
        Lines or rows that hold nothing.
    delimiter, lane
        How text was cut.
    spoilt
        Cells that hold no value; they matter only in columns that are mapped.
    typed
        Whether the file itself says what is a date; such a date is then written in ISO form.
    head_at
        The line or row the headings stand in.
    date_system
        Year the day numbers of a workbook count from.
    aside
        Texts of the file that belong to no record and speak for all of them: titles, names of sheets, properties.
    around
        The same of a file that names such texts, as the envelope of JSON does: each with its name.
    elsewhere
        Texts that speak for no record that is read: cells of other sheets, comments.
    notes
        What its reader must be told of how it was read.
    """

    columns: pa.Table
    row: NDArray[np.int64]
    rejected: Sequence[Rejected] = ()
    blank_lines: int = 0
    delimiter: str = ""
    lane: str = ""
    spoilt: tuple[Spoilt, ...] = ()
    typed: bool = False
    head_at: int = 1
    date_system: int = 1900
    aside: tuple[str, ...] = ()
    around: tuple[tuple[str, str], ...] = ()
    elsewhere: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """The columns' headings."""
        return tuple(self.columns.column_names)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The columns as a data frame."""
        frame: pd.DataFrame = self.columns.to_pandas()
        return frame.astype("str")

    @property
    def is_empty_answer(self) -> bool:
        """Whether this is JSON without any record, which therefore names no heading either."""
        return self.lane == "json" and not self.read

    def under(self, headings: Sequence[str]) -> Records:
        """No records, under headings that a file without any does not name."""
        empty = pa.array([], type=pa.string())
        return replace(self, columns=pa.table([empty] * len(headings), names=list(headings)))

    @property
    def read(self) -> int:
        """How many records the file holds."""
        return len(self.row) + len(self.rejected)
