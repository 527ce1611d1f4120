"""Choosing crimes of a priority, and what their times and places can bear."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.tables import selection


def crimes(**columns: object) -> pd.DataFrame:
    rows = {
        "kind": ["violence", "violence", "burglary", "violence"],
        "flags": [("domestic",), ("domestic", "repeat"), (), ()],
        "middle": pd.to_datetime(["2026-11-09 19:59", "2026-11-09 20:00", "2026-11-10 03:59", "2026-11-10 04:00"]),
        "hours_wide": [0.0, 24.0, 1.0, 0.0],
        **columns,
    }
    table = pd.DataFrame(rows, index=[10, 20, 30, 40])
    table.attrs.update(kind="crimes", status="submitted", withheld=())
    return table


def test_kinds_flags_and_hours_must_all_be_met() -> None:
    table = crimes()
    assert selection.of_priority(table, kinds=["violence"]).index.tolist() == [10, 20, 40]
    assert selection.of_priority(table, flags=["domestic"]).index.tolist() == [10, 20]
    assert selection.of_priority(table, flags=["repeat", "domestic"]).index.tolist() == [20]
    assert selection.of_priority(table, hours="20-04").index.tolist() == [20, 30]
    assert selection.of_priority(table, hours="04-20").index.tolist() == [10, 40]
    assert selection.of_priority(table, hours="04-24").index.tolist() == [10, 20, 40]
    assert selection.of_priority(table, kinds=["burglary"], hours="20-04").index.tolist() == [30]


def test_an_interval_over_a_day_belongs_to_no_hour_and_is_counted() -> None:
    chosen = selection.of_priority(crimes(hours_wide=[0.0, 24.1, 1.0, 0.0]), kinds=["violence"], hours="20-04")
    assert chosen.empty
    assert selection.hours_unknown(chosen) == 1
    assert selection.refusal(chosen) == ("", "")


def test_monthly_data_have_no_hours_and_say_so() -> None:
    chosen = selection.of_priority(crimes(hours_wide=[743.9] * 4), hours="20-04")
    assert chosen.empty
    assert selection.refusal(chosen) == ("not assessed", "data are monthly")
    # the refusal stays with what is chosen from it
    assert selection.refusal(selection.of_priority(chosen, kinds=["violence"])) == ("not assessed", "data are monthly")


def test_a_withheld_column_is_named_as_withheld() -> None:
    table = crimes().drop(columns="flags")
    assert selection.refusal(selection.of_priority(table, flags=["repeat"]))[1] == "flags are not in these data"
    table.attrs["withheld"] = ("flags",)
    assert (
        selection.refusal(selection.of_priority(table, flags=["repeat"]))[1] == "flags are withheld from this audience"
    )
    assert selection.refusal(table, needs=["ward"])[1] == "wards are not in these data"


def test_not_submitted_is_not_zero() -> None:
    table = crimes().iloc[:0]
    table.attrs["status"] = "not submitted"
    assert selection.refusal(selection.of_priority(table, kinds=["x"])) == (
        "not submitted",
        "no crime records were received",
    )


@pytest.mark.parametrize("hours", ["20", "20-20", "24-04", "00-24", "8-12", "20:00-04:00"])
def test_hours_that_cannot_be_read_are_refused(hours: str) -> None:
    with pytest.raises(MethodError, match="are not hours of the day"):
        selection.of_priority(crimes(), hours=hours)


@given(first=st.integers(0, 23), last=st.integers(0, 23))
def test_hours_and_the_other_hours_make_a_whole_day(first: int, last: int) -> None:
    if first == last:
        return
    table = crimes()
    sides = [selection.of_priority(table, hours=f"{a:02d}-{b:02d}") for a, b in ((first, last), (last, first))]
    assert sorted([*sides[0].index, *sides[1].index]) == table.index.tolist()


def test_the_table_given_is_not_changed() -> None:
    table = crimes()
    before, attrs = table.copy(deep=True), dict(table.attrs)
    selection.of_priority(table, kinds=["violence"], flags=["domestic"], hours="20-04")
    pd.testing.assert_frame_equal(table, before)
    assert table.attrs == attrs


@pytest.mark.parametrize(
    ("wide", "grain"),
    [
        ([], ""),
        ([0, 12], "hour"),
        ([12.1, 24], "day"),
        ([0, 0, 0, 0, 900], "hour"),
        ([160, 30], "week"),
        ([720], "month"),
    ],
)
def test_resolution_is_that_of_four_fifths_of_the_rows(wide: list[float], grain: str) -> None:
    assert selection.resolution(pd.DataFrame({"hours_wide": pd.Series(wide, dtype=float)})) == grain


def test_coverage_travels_with_what_is_chosen_and_monthly_data_cover_whole_months() -> None:
    table = crimes()
    assert selection.covered_from(table) == date(2026, 11, 9)
    assert selection.covered_from(selection.of_priority(table, kinds=["burglary"])) == date(2026, 11, 9)
    monthly = pd.DataFrame({"middle": pd.to_datetime(["2026-10-16"]), "hours_wide": [743.0]})
    assert selection.covered_from(monthly) == date(2026, 10, 1)
    assert selection.covered_from(monthly.iloc[:0]) is None


def test_places_withheld_or_snapped() -> None:
    placed = pd.DataFrame({"easting": [1.0, None, 3.0], "accuracy_m": [None, 500.0, 500.0]})
    assert selection.has_points(placed)
    assert not selection.has_points(placed.drop(columns="easting"))
    assert not selection.is_snapped(placed, cell_m=250)
    assert selection.is_snapped(placed.iloc[1:], cell_m=250)
    assert not selection.is_snapped(placed.iloc[1:], cell_m=1000)
