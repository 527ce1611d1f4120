"""How far a file holds again what is held already, told by its records: months sent again, and ids given again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from intelnb.errors import InputRefused
from intelnb.intake.store import changes
from intelnb.intake.store.changes import Side
from intelnb.tables.contract import Contract

MOST_ABSENT = 0.10
"""A month counts as sent again whole when at most this share of its held records is not in the file, or one record ..."""
LEAST_ALIKE = 0.75
"""... and at least this share is."""
_FEW_MOVED = 5


@dataclass(frozen=True)
class Weighed:
    """How far a file holds a month again: of the `held` records the store has of it, `alike` are in the file.

    `beyond` of the others count before the file's first record or after its last one: it never reached them. `sent`
    are the file's own records of the month.
    """

    held: int
    alike: int
    beyond: int
    sent: int

    @property
    def is_nearly_all(self) -> bool:
        """Whether nearly all that is held of the month is in the file."""
        return self.held - self.alike <= max(1, MOST_ABSENT * self.held) and self.alike >= LEAST_ALIKE * self.held

    @property
    def is_again(self) -> bool:
        """Whether this is plainly the month sent again, so that what is not in it is withdrawn."""
        return self.is_nearly_all and not self.beyond

    @property
    def is_doubtful(self) -> bool:
        """Whether it may be a part of the month sent again: half of what it holds, or of what is held, is in both."""
        return not self.is_again and 2 * self.alike >= max(min(self.held, self.sent), 1)


def weighed(before: Side, after: Side, body: Sequence[str], contract: Contract) -> dict[str, Weighed]:
    """How far a file holds each month of its body again, of those the store has records of."""
    old, new = changes.keys(before.table, contract), changes.keys(after.table, contract)
    there = pd.Series(old).isin(set(new) - {""}).to_numpy(dtype=bool, copy=True)
    unnamed = np.flatnonzero(old == "")
    if len(unnamed):
        contents = changes.content(before.table.iloc[unnamed])
        there[unnamed] = pd.Series(contents).isin(set(changes.content(after.table[new == ""]))).to_numpy(dtype=bool)
    beyond = ~there & ((before.at < after.at.min()) | (before.at > after.at.max()))
    known, sent = before.month.astype(str), after.month.astype(str)
    held = {month: known == month for month in body}
    return {
        month: Weighed(
            int(mine.sum()), int((mine & there).sum()), int((mine & beyond).sum()), int((sent == month).sum())
        )
        for month, mine in held.items()
        if mine.any()
    }


def refuse_numbered(before: Side, after: Side, contract: Contract, name: str) -> None:
    """Refuse a file whose ids are held of other records: rows counted from one in each export are no ids.

    Such an id would replace a record that has nothing to do with it. An id tells that it is another's by its day:
    records are put right one by one, and seldom by a day or more.

    Raises
    ------
    InputRefused
        When more than half of the ids that are held too, and more than a handful, are of records of other days.
    """
    held, sent = (
        pd.DataFrame({"id": changes.keys(one.table, contract), "day": one.at.astype("datetime64[D]")})
        for one in (before, after)
    )
    pairs = sent[sent["id"] != ""].merge(held.drop_duplicates(), on="id")
    apart = (pairs["day_x"] != pairs["day_y"]).groupby(pairs["id"]).all()
    moved = int(apart.sum())
    if moved > max(_FEW_MOVED, len(apart) // 2):
        raise InputRefused(
            what=f"{moved:,} of the {len(apart):,} ids that are held already belong to records of other days",
            where=name,
            now="An id must be the record's own, not its row: map the force's reference to id, or none. "
            "If so many dates were put right, ingest into a new store.",
        )
