"""Two snapshots of one source: what the later one says otherwise of records both have, what it lost, what came late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.errors import MethodError

WATCHED = ("kind", "status", "outcome", "start", "end", "area", "easting", "northing")


@dataclass(frozen=True, eq=False)
class Changes:
    """What changed between two snapshots.

    Parameters
    ----------
    changed
        One line for each value that differs: `id, column, before, after`.
    gone, late, new
        Ids only the earlier has; ids only the later has, of what began before the earlier was made; and of what began since.
    not_comparable
        Records of both without an id, or with one that stands twice in a snapshot: nobody can tell which is which.
    """

    changed: pd.DataFrame
    gone: tuple[str, ...]
    late: tuple[str, ...]
    new: tuple[str, ...]
    not_comparable: int


def changes(
    earlier: pd.DataFrame, later: pd.DataFrame, *, made_at: datetime, watched: Sequence[str] = WATCHED
) -> Changes:
    """Compare two snapshots of one source record by record, by their ids.

    A crime that was re-classified has another `kind`; one that was cancelled or transferred, or withdrawn, is gone.

    Parameters
    ----------
    earlier, later
        Tables of one kind, as read, with `id` and `start`.
    made_at
        The moment the earlier snapshot speaks of, local clock time.
    watched
        Columns that are compared; those a table does not have are passed over.

    Returns
    -------
    Changes
        In the order of ids; columns in the order given.

    Raises
    ------
    MethodError
        When a table has no ids, or they are withheld from this audience.

    Examples
    --------
    >>> first = pd.DataFrame({"id": ["1", "2"], "kind": ["theft", "theft"], "start": pd.to_datetime(["2026-11-01"] * 2)})
    >>> second = first.assign(kind=["robbery", "theft"])
    >>> changes(first, second, made_at=datetime(2026, 11, 9)).changed.to_numpy().tolist()
    [['1', 'kind', 'theft', 'robbery']]
    """
    for table in (earlier, later):
        if "id" not in table:
            raise MethodError(
                what="snapshots cannot be compared without the ids of their records",
                now="Read them for an audience that may have ids, and map the column that holds them.",
            )
    first, second = (table[~_doubtful(table["id"])].set_index("id").sort_index() for table in (earlier, later))
    not_comparable = len(earlier) - len(first) + len(later) - len(second)
    doubtful = {*earlier.loc[_doubtful(earlier["id"]), "id"], *later.loc[_doubtful(later["id"]), "id"]}
    both = first.index.intersection(second.index, sort=True)
    parts = [
        _differing(first.loc[both, column], second.loc[both, column], column)
        for column in watched
        if column in first and column in second
    ]
    changed = pd.concat(parts, ignore_index=True) if parts else _differing(pd.Series(dtype="str"), pd.Series(), "")
    gone = first.index.difference(second.index)
    came = second.index.difference(first.index)
    began_before = (second.loc[came, "start"] < pd.Timestamp(made_at)).to_numpy(dtype=bool)
    return Changes(
        changed=changed.sort_values("id", kind="stable", ignore_index=True),
        gone=tuple(name for name in gone if name not in doubtful),
        late=tuple(name for name in came[began_before] if name not in doubtful),
        new=tuple(name for name in came[~began_before] if name not in doubtful),
        not_comparable=not_comparable,
    )


def _doubtful(ids: pd.Series[str]) -> NDArray[np.bool_]:
    """Records nobody can find again: without an id, or with one that stands twice."""
    found: NDArray[np.bool_] = ((ids == "") | ids.duplicated(keep=False)).to_numpy(dtype=bool)
    return found


def _differing(before: pd.Series, after: pd.Series, column: str) -> pd.DataFrame:
    """Values of one column that are not the same; two missing ones are."""
    other = ((before != after) & ~(before.isna() & after.isna())).to_numpy(dtype=bool)
    return pd.DataFrame(
        {
            "id": before.index[other].astype("str"),
            "column": pd.Series([column] * int(other.sum()), dtype="str"),
            "before": pd.Series([_said(value) for value in before[other]], dtype="str"),
            "after": pd.Series([_said(value) for value in after[other]], dtype="str"),
        }
    )


def _said(value: object) -> str:
    return "" if value is None or value is pd.NaT or value != value else str(value)  # noqa: PLR0124 - not a number
