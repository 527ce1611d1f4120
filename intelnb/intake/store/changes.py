"""What a newer issue changes: records that are new or late, classed anew, changed otherwise, or withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.tables.contract import Contract

NEW, LATE, RECLASSIFIED, CHANGED, WITHDRAWN = "new", "late", "re-classified", "changed", "withdrawn"
WORDS = (NEW, LATE, RECLASSIFIED, CHANGED, WITHDRAWN)
COLUMNS = ("change", "id", "month", "columns", "before", "after", "file", "row")
CLASSES = ("kind", "ho_class")
"""Columns that say what a record is classed as."""


@dataclass(frozen=True, eq=False)
class Side:
    """Records on one side of a comparison: their table, the moment each counts at, file and row."""

    table: pd.DataFrame
    at: NDArray[np.datetime64]
    file: NDArray[np.object_]
    row: NDArray[np.int64]

    def take(self, where: NDArray[np.bool_] | NDArray[np.int64]) -> Side:
        """Some of the records."""
        table = self.table[where] if where.dtype == bool else self.table.iloc[where]
        return Side(table.reset_index(drop=True), self.at[where], self.file[where], self.row[where])

    @property
    def month(self) -> NDArray[np.datetime64]:
        """The month each record counts in."""
        return self.at.astype("datetime64[M]")


@dataclass(frozen=True, eq=False)
class Difference:
    """A table of what changed, with how many records did not, and how many are new.

    New records are many and no news: they are counted, not listed.
    """

    table: pd.DataFrame
    unchanged: int
    new: int

    def counts(self) -> dict[str, int]:
        """How many records of each change."""
        found = Counter(self.table["change"].tolist())
        return {word: found[word] for word in WORDS} | {NEW: self.new}


def nothing() -> pd.DataFrame:
    """A table of no changes."""
    return _empty().copy()


@cache
def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([], dtype="int64" if name == "row" else "str") for name in COLUMNS})


def identity(contract: Contract) -> tuple[str, ...]:
    """The columns that name a record, the first of them what a person calls it: `id` or `urn`, or several together.

    Examples
    --------
    >>> from intelnb.tables import logs, outcomes
    >>> identity(logs.CONTRACT), identity(outcomes.CONTRACT)
    (('urn',), ('id', 'outcome', 'start'))
    """
    return contract.named_by or tuple(name for name in ("id", "urn") if name in contract.names)[:1]


def keys(table: pd.DataFrame, contract: Contract) -> NDArray[np.object_]:
    """What tells each record from every other; "" where nothing calls it anything."""
    called = _called(table, contract)
    names = list(identity(contract))
    return np.where(called == "", "", content(table[names])) if len(names) > 1 else called


def _called(table: pd.DataFrame, contract: Contract) -> NDArray[np.object_]:
    """What a person calls each record; "" where nothing calls it anything."""
    name = next(iter(identity(contract)), "")
    return table[name].to_numpy(dtype=object) if name else np.full(len(table), "", dtype=object)


def compare(
    before: Side, after: Side, *, contract: Contract, known_months: Sequence[str], known_until: pd.Timestamp
) -> Difference:
    """Compare what is replaced with what replaces it.

    Records alike in every column are the same record, as often as both sides have them. Of the others, those of
    one id are the same record, changed; a repeated id is paired in order. What is left on the old side is
    withdrawn. What is left on the new side is late where it counts in a month and at a moment the store knew
    already, else new. Of columns that are no codes only the name is told, never what stands in them.

    Parameters
    ----------
    before, after
        Records that go, and records that come.
    contract
        Their kind.
    known_months, known_until
        Months the store held before, and the latest moment it knew of.
    """
    known = np.isin(after.month.astype(str), list(known_months)) & (after.at <= known_until.to_numpy())
    if before.table.empty and not known.any():  # nothing was held: nothing to tell one by one
        return Difference(nothing(), unchanged=0, new=len(after.table))
    old, new = _unmatched(content(before.table), content(after.table))
    gone, come = before.take(old), after.take(new)
    paired_old, paired_new = _paired(keys(gone.table, contract), keys(come.table, contract))
    left_old = np.setdiff1d(np.arange(len(gone.table)), paired_old)
    left_new = np.setdiff1d(np.arange(len(come.table)), paired_new)
    late = left_new[known[new][left_new]]
    lines = [
        _alike(gone.take(paired_old), come.take(paired_new), contract),
        _alone(come.take(late), LATE, contract),
        _alone(gone.take(left_old), WITHDRAWN, contract),
    ]
    table = pd.concat([one for one in lines if len(one)] or [nothing()], ignore_index=True)
    return Difference(table, unchanged=len(after.table) - len(new), new=len(left_new) - len(late))


def content(table: pd.DataFrame) -> NDArray[np.object_]:
    """Each record as one value, equal where two are alike in every column."""
    if table.empty:
        return np.array([], dtype=object)
    parts = [
        table[name].map(";".join) if str(table[name].dtype) == "object" else table[name].astype("str").fillna("")
        for name in table.columns
    ]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + "\x1f" + part
    return joined.to_numpy(dtype=object)


def _unmatched(before: NDArray[np.object_], after: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where records stand that the other side does not have, counting copies."""
    return tuple(_not_in(*pair) for pair in ((before, after), (after, before)))  # type: ignore[return-value]


def _not_in(mine: NDArray[np.object_], theirs: NDArray[np.object_]) -> NDArray[np.int64]:
    numbered = pd.MultiIndex.from_arrays([mine, pd.Series(mine).groupby(mine).cumcount()]) if len(mine) else None
    if numbered is None:
        return np.array([], dtype=np.int64)
    if not len(theirs):
        return np.arange(len(mine))
    others = pd.MultiIndex.from_arrays([theirs, pd.Series(theirs).groupby(theirs).cumcount()])
    return np.flatnonzero(~numbered.isin(others))


def _paired(before: NDArray[np.object_], after: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of records of one id on both sides, the first with the first, the second with the second."""
    sides = []
    for side in (before, after):
        frame = pd.DataFrame({"id": side, "at": np.arange(len(side))})
        frame = frame[frame["id"] != ""]
        sides.append(frame.assign(n=frame.groupby("id").cumcount()))
    both = sides[0].merge(sides[1], on=["id", "n"], suffixes=("_old", "_new"))
    return both["at_old"].to_numpy(dtype=np.int64), both["at_new"].to_numpy(dtype=np.int64)


def _alike(before: Side, after: Side, contract: Contract) -> pd.DataFrame:
    """The same records on both sides, and what of each changed."""
    size = len(before.table)
    if not size:
        return nothing()
    names = np.full(size, "", dtype=object)
    told = {side: np.full(size, "", dtype=object) for side in ("before", "after")}
    for field in contract.fields:
        old, new = before.table[field.name], after.table[field.name]
        differ = ~((old == new) | (old.isna() & new.isna())).to_numpy(dtype=bool)
        names[differ] = _listed(names[differ], field.name)
        if field.kind == "code" and not field.personal:
            told["before"][differ] = _listed(told["before"][differ], old.to_numpy(dtype=object)[differ])
            told["after"][differ] = _listed(told["after"][differ], new.to_numpy(dtype=object)[differ])
    classed = np.array([bool(set(listed.split("; ")) & set(CLASSES)) for listed in names])
    return _lines(np.where(classed, RECLASSIFIED, CHANGED), after, contract, columns=names, **told)


def _listed(listed: NDArray[np.object_], more: str | NDArray[np.object_]) -> NDArray[np.object_]:
    joint = np.where(listed == "", "", "; ").astype(object)
    joined: NDArray[np.object_] = listed + joint + more
    return joined


def _alone(side: Side, change: str, contract: Contract) -> pd.DataFrame:
    blank = np.full(len(side.table), "", dtype=object)
    return _lines(np.full(len(blank), change), side, contract, columns=blank, before=blank, after=blank)


def _lines(
    change: NDArray[np.str_],
    side: Side,
    contract: Contract,
    *,
    columns: NDArray[np.object_],
    before: NDArray[np.object_],
    after: NDArray[np.object_],
) -> pd.DataFrame:
    told = [change, _called(side.table, contract), side.month.astype(str), columns, before, after, side.file, side.row]
    made = pd.DataFrame(dict(zip(COLUMNS, told, strict=True)))
    return made.astype({name: "int64" if name == "row" else "str" for name in COLUMNS})
