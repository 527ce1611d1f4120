"""Clock times on the nights clocks change: an hour that never was, and an hour that came twice. Nothing is shifted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.intake.nouns import counted
from intelnb.tables.contract import Contract

_NEVER = "in an hour that never was, as clocks went forward: kept, and not shifted"
_TWICE = "in an hour that came twice, as clocks went back: kept, and not shifted"


def told(
    table: pd.DataFrame,
    contract: Contract,
    *,
    timezone: str,
    file: NDArray[np.object_],
    row: NDArray[np.int64],
    stated: Collection[tuple[str, str, int]] = frozenset(),
) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Say which records have a time that no clock showed, or that clocks showed twice.

    Parameters
    ----------
    table
        Records with the columns of the contract, their times by the force's clocks.
    contract
        Which columns are moments.
    timezone
        The force's clocks.
    file, row
        Where each record stood.
    stated
        Times, by column, file and row, whose text says an offset: it says which hour it was.

    Returns
    -------
    A sentence for each column and each sort, with how many records; and `file`, `row`, `remark` of each of them.

    Examples
    --------
    >>> from intelnb.tables.logs import CONTRACT
    >>> logs = CONTRACT.empty().reindex(range(1)).assign(received=pd.to_datetime(["2025-03-30 01:30"]))
    >>> told(logs, CONTRACT, timezone="Europe/London", file=np.array(["a.csv"], object), row=np.array([2]))[0]
    ("1 log has 'received' in an hour that never was, as clocks went forward: kept, and not shifted",)
    """
    sentences: list[str] = []
    remarks: list[pd.DataFrame] = []
    for one in contract.fields:
        if one.kind != "moment" or one.name not in table:
            continue
        own = {(name, line) for column, name, line in stated if column == one.name}
        for words, every in zip((_NEVER, _TWICE), _doubtful(table[one.name], ZoneInfo(timezone)), strict=True):
            at = np.array([i for i in every.tolist() if (file[i], int(row[i])) not in own], dtype=np.int64)
            if len(at):
                sentences.append(f"{counted(len(at), contract.kind, 'has', 'have')} '{one.name}' {words}")
                remarks.append(pd.DataFrame({"file": file[at], "row": row[at], "remark": f"'{one.name}' {words}"}))
    nothing = pd.DataFrame({"file": np.array([], dtype=object), "row": [], "remark": []})
    return tuple(sentences), pd.concat(remarks, ignore_index=True) if remarks else nothing


def doubtful(column: pd.Series[pd.Timestamp], where: NDArray[np.bool_], *, timezone: str) -> list[int]:
    """Which of some times clocks showed twice or never, by their place in the column.

    Examples
    --------
    >>> times = pd.Series(pd.to_datetime(["2025-10-26 01:30", "2025-10-26 03:30"]))
    >>> doubtful(times, np.array([True, True]), timezone="Europe/London")
    [0]
    """
    if not where.any():
        return []
    at = np.flatnonzero(where)
    found: list[int] = at[np.concatenate(_doubtful(column.iloc[at], ZoneInfo(timezone)))].tolist()
    return found


def _doubtful(column: pd.Series[pd.Timestamp], zone: ZoneInfo) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where a column has a time that never was, and where it has one that came twice; a day alone has no time."""
    moments = column.to_numpy(dtype="datetime64[us]")
    days = moments.astype("datetime64[D]")
    known = days[~np.isnat(days)]
    if not len(known):
        return np.array([], dtype=np.int64), np.array([], dtype=np.int64)
    first = known.min()
    seen = np.flatnonzero(np.bincount((known - first).astype(np.int64)))
    changing = [first + int(day) for day in seen if _changes(first + int(day), zone)]
    at = np.flatnonzero(np.isin(days, np.array(changing, dtype="datetime64[D]")) & (moments != days))
    texts: Sequence[datetime] = moments[at].astype(object).tolist()
    never: list[int] = []
    twice: list[int] = []
    for place, moment in zip(at.tolist(), texts, strict=True):
        before, after = (moment.replace(fold=fold, tzinfo=zone).utcoffset() for fold in (0, 1))
        if before != after:
            # in a gap the later reading has the larger offset, in a fold the smaller
            (never if (before or timedelta()) < (after or timedelta()) else twice).append(place)
    return np.array(never, dtype=np.int64), np.array(twice, dtype=np.int64)


def _changes(day: np.datetime64, zone: ZoneInfo) -> bool:
    """Whether the clocks change on a day."""
    morning = datetime.combine(day.astype(object), time(), tzinfo=zone)
    return morning.utcoffset() != (morning + timedelta(days=1)).utcoffset()
