"""Two weekly snapshots: re-classified, gone, late and new records, and those nobody can find again."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.tables.snapshots import changes

MADE = datetime(2026, 11, 9, 6)


def crimes(*rows: tuple[str, str, str, str, float | None]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["id", "kind", "status", "start", "easting"])
    return table.assign(start=pd.to_datetime(table["start"])).astype({"id": "str", "kind": "str", "status": "str"})


def test_changes_by_hand() -> None:
    first = crimes(
        ("1", "theft", "live", "2026-11-01", 400.0),
        ("2", "theft", "live", "2026-11-01", None),
        ("3", "theft", "live", "2026-11-02", 400.0),
        ("", "asb", "", "2026-11-02", 400.0),
        ("9", "theft", "", "2026-11-03", 400.0),
        ("9", "theft", "", "2026-11-03", 400.0),
    )
    second = crimes(
        ("2", "theft", "filed", "2026-11-01", None),  # another status; still no location
        ("1", "robbery", "live", "2026-11-01", 401.0),  # re-classified and moved
        ("4", "theft", "live", "2026-11-03", 400.0),  # happened before the first snapshot, recorded after it
        ("5", "theft", "live", "2026-11-10", 400.0),
        ("9", "fraud", "", "2026-11-03", 400.0),  # which of the two was it?
    )
    found = changes(first, second, made_at=MADE)
    assert found.changed.to_numpy().tolist() == [
        ["1", "kind", "theft", "robbery"], ["1", "easting", "400.0", "401.0"], ["2", "status", "live", "filed"],
    ]  # fmt: skip
    assert (found.gone, found.late, found.new, found.not_comparable) == (("3",), ("4",), ("5",), 3)


def test_ids_that_are_withheld_are_not_guessed() -> None:
    table = crimes(("1", "theft", "live", "2026-11-01", 1.0))
    with pytest.raises(MethodError, match="without the ids"):
        changes(table.drop(columns="id"), table, made_at=MADE)


def test_an_empty_snapshot_loses_or_brings_everything() -> None:
    table = crimes(("1", "theft", "live", "2026-11-01", 1.0))
    empty = table.iloc[:0]
    assert changes(table, empty, made_at=MADE).gone == ("1",)
    assert changes(empty, table, made_at=MADE).late == ("1",)
    assert changes(empty, empty, made_at=MADE).changed.empty


rows = st.lists(
    st.tuples(st.sampled_from(["", *"abcdef"]), st.sampled_from(["x", "y"]), st.sampled_from([1.0, np.nan])), max_size=8
)


@settings(deadline=None, max_examples=80)
@given(rows, rows)
def test_every_record_of_both_is_accounted_for(one: list[tuple], two: list[tuple]) -> None:
    first, second = (
        crimes(*((name, kind, "", "2026-11-01", easting) for name, kind, easting in listed)) for listed in (one, two)
    )
    found = changes(first, second, made_at=MADE)
    unique = [set(t["id"]) - set(t.loc[t["id"].duplicated(keep=False), "id"]) - {""} for t in (first, second)]
    both = unique[0] & unique[1]
    # an id that stands twice in one of the two is in no list
    assert set(found.changed["id"]) <= both
    assert set(found.gone) == unique[0] - set(second["id"])
    assert set(found.late) == unique[1] - set(first["id"])
    same = changes(first, first, made_at=MADE)
    assert same.changed.empty
    assert (same.gone, same.late, same.new) == ((), (), ())
