"""Counts at one maturity."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.dates import parse, periods_until
from intelnb.tables import counting

W46 = parse("2026-W46")
AS_AT = datetime.fromisoformat("2026-11-16T05:00")


def test_late_recording_makes_no_false_fall() -> None:
    """A crime every six hours; each second one is recorded ten days late: every week counts alike."""
    middle = pd.date_range("2026-08-31", "2026-11-15 18:00", freq="6h")
    late = middle + pd.to_timedelta(np.tile([0, 10], middle.size)[: middle.size], unit="D")
    crimes = pd.DataFrame({"middle": middle, "recorded": late, "hours_wide": 0.0})
    known = crimes[crimes["recorded"] <= AS_AT]
    assert ((known["middle"] >= "2026-11-09").sum(), (known["middle"] < "2026-09-07").sum()) == (14, 28)
    counts = counting.per_period(known, periods_until(W46, count=11), as_at=AS_AT)
    assert counts.n.tolist() == [[14] * 11]


def test_what_was_recorded_after_the_data_end_is_not_known() -> None:
    crimes = pd.DataFrame(
        {"middle": pd.to_datetime(["2026-11-10"] * 2), "recorded": pd.to_datetime(["2026-11-15", "2026-11-17"])}
    )
    assert counting.per_period(crimes, [W46], as_at=AS_AT).n.tolist() == [[1]]


def test_an_unfinished_week_is_compared_with_the_same_part_of_others() -> None:
    middle = pd.date_range("2026-11-02", "2026-11-15", freq="D")
    counts = counting.per_period(
        pd.DataFrame({"middle": middle}), periods_until(W46, count=2), as_at=datetime.fromisoformat("2026-11-11T12:00")
    )
    assert counts.n.tolist() == [[3, 3]]
    told = counting.caveats(counts, as_at=datetime.fromisoformat("2026-11-11T12:00"))
    assert any("not over" in one for one in told)
    assert counts.in_future == 4
    assert any("4 crimes are dated after the data end" in one for one in told)


def test_rows_without_a_recording_date_count_at_once_and_are_told() -> None:
    crimes = pd.DataFrame({"middle": pd.to_datetime(["2026-11-10"]), "recorded": pd.to_datetime([None])})
    counts = counting.per_period(crimes, [W46], as_at=AS_AT)
    assert counts.n.tolist() == [[1]]
    assert counting.caveats(counts, as_at=AS_AT) == (
        "No crime has a recording date: each counts as known at once, so the latest week may be incomplete.",
    )


def test_some_rows_without_a_recording_date_are_told_with_their_window() -> None:
    days = pd.to_datetime(["2026-11-10", "2026-11-10", "2026-11-03"])
    crimes = pd.DataFrame({"middle": days, "recorded": pd.to_datetime([None, "2026-11-11", "2026-11-04"])})
    counts = counting.per_period(crimes, periods_until(W46, count=2), as_at=AS_AT)
    (told,) = counting.caveats(counts, as_at=AS_AT)
    assert told.startswith("Since Mon 2 Nov 2026, 1 crime has no recording date and counts as known at once")


def test_rows_of_the_margin_are_not_counted() -> None:
    crimes = pd.DataFrame({"middle": pd.to_datetime(["2026-11-10"] * 3), "inside": [True, False, True]})
    assert counting.per_period(crimes, [W46], as_at=AS_AT).n.tolist() == [[2]]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-40, 20), st.integers(-3, 30), st.sampled_from(["A", "B", "", "Z"])), max_size=40),
    st.integers(-60, 300),
)
def test_areas_and_unplaced_add_up_to_the_total(rows: list[tuple[int, int, str]], hours: int) -> None:
    day = pd.Timestamp("2026-11-09")
    crimes = pd.DataFrame(
        {
            "middle": pd.Series([day + timedelta(days=a) for a, _, _ in rows], dtype="datetime64[us]"),
            "recorded": pd.Series([day + timedelta(days=a + b) for a, b, _ in rows], dtype="datetime64[us]"),
            "ward": pd.Series([ward for *_, ward in rows], dtype=object),
        }
    )
    as_at = datetime.fromisoformat("2026-11-16") + timedelta(hours=hours)
    weeks = periods_until(W46, count=4)
    total = counting.per_period(crimes, weeks, as_at=as_at)
    parts = counting.per_period(crimes, weeks, as_at=as_at, by="ward", groups=["A", "B"])
    assert (parts.n.sum(axis=0) + parts.ungrouped).tolist() == total.n[0].tolist()


def test_history_begins_where_data_begin_and_keeps_the_period_itself() -> None:
    crimes = pd.DataFrame({"middle": pd.to_datetime(["2026-10-28"]), "hours_wide": [0.0]})
    assert [p.label for p in counting.history_until(crimes, W46, most=9)] == ["2026-W45", "2026-W46"]
    assert [p.label for p in counting.history_until(crimes, parse("2026-W20"), most=9)] == ["2026-W20"]


def test_monthly_data_and_the_future_cannot_be_counted_by_week() -> None:
    monthly = pd.DataFrame({"middle": pd.to_datetime(["2026-10-16"]), "hours_wide": [743.0]})
    assert counting.unanswerable(monthly, W46, as_at=AS_AT) == ("not assessed", "data are monthly")
    assert counting.unanswerable(monthly, parse("2026-10"), as_at=AS_AT) == ("", "")
    assert "data end on Mon 16 Nov 2026" in counting.unanswerable(monthly, parse("2026-12"), as_at=AS_AT)[1]
