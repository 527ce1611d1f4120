"""Counts per place and day: by hand, and never over a break, before the data or after their end."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from intelnb.tables import daily, timed

UNTIL = date(2026, 11, 16)


def _crimes(*moments: str, wide: float = 1.0) -> pd.DataFrame:
    return pd.DataFrame({"middle": pd.to_datetime(list(moments)), "hours_wide": wide})


def _counted(crimes: pd.DataFrame, place: list[int], **options: object) -> daily.Daily:
    asked = {"places": 2, "until": UNTIL, "days": 5, "least_days": 3, **options}
    return daily.per_place(crimes, place, **asked)  # type: ignore[arg-type]


def test_counts_by_hand() -> None:
    crimes = _crimes("2026-11-01 09:00", "2026-11-11 00:00", "2026-11-15 23:59", "2026-11-15 08:00", "2026-11-16 00:00")
    found = _counted(crimes, [0, 0, 1, -1, 0])
    # 11 to 15 November; the first is earlier, the fourth lies nowhere, the last is the day after
    assert found.counts.tolist() == [[1, 0, 0, 0, 0], [0, 0, 0, 0, 1]]
    assert (found.begin, found.end, found.days, found.nowhere) == (date(2026, 11, 11), UNTIL, 5, 1)
    assert (found.status, found.reason, found.told) == ("", "", ())


def test_days_before_the_data_are_not_counted_as_empty() -> None:
    found = _counted(_crimes("2026-11-13 09:00", "2026-11-14 00:00"), [0, 1])
    assert found.counts.tolist() == [[1, 0, 0], [0, 1, 0]]
    assert found.told == ("Only 3 of 5 days can be compared.",)
    short = _counted(_crimes("2026-11-14 09:00"), [0])
    assert short.reason == "data begin too late; 3 days are needed, 2 can be compared"


def test_days_after_the_data_end_are_not_counted_as_empty() -> None:
    crimes = _crimes("2026-11-01 09:00", "2026-11-13 09:00", "2026-11-14 03:00", "2026-11-14 09:00")
    crimes.attrs["as_at"] = datetime(2026, 11, 14, 5)
    found = _counted(crimes, [0, 0, 1, 1])
    # the 14th has only begun, and what is dated after five o'clock cannot be known
    assert (found.begin, found.end) == (date(2026, 11, 9), date(2026, 11, 14))
    assert found.counts.sum(axis=0).tolist() == [0, 0, 0, 0, 1]
    assert found.future == 1


@pytest.mark.parametrize(
    ("begun", "until", "since"),
    [
        ("2026-11-12", None, date(2026, 11, 12)),  # a lasting change
        ("2026-11-10", "2026-11-12", date(2026, 11, 13)),  # a passing disturbance
        ("2026-11-01", None, date(2026, 11, 11)),  # long before
        ("2026-11-20", None, date(2026, 11, 11)),  # still to come
        ("2026-11-15", "2026-11-30", UNTIL),  # going on
    ],
)
def test_days_before_a_break_are_not_compared(begun: str, until: str | None, since: date) -> None:
    known = pd.DataFrame({"date": pd.to_datetime([begun]), "until": pd.to_datetime([until]), "what": ["x"]})
    crimes = _crimes("2026-11-01 09:00", "2026-11-15 09:00")
    found = _counted(crimes, [0, 0], breaks=known)
    assert found.begin == since
    assert found.status == ("" if found.days >= 3 else "break in recording")


def test_breaks_and_months_never_sent_travel_with_the_table() -> None:
    crimes = _crimes("2026-09-01 09:00", "2026-11-15 09:00")
    row = {"date": pd.Timestamp("2026-11-12"), "until": pd.NaT, "areas": (), "reason": "", "what": "x"}
    crimes.attrs["breaks"] = (row,)
    assert _counted(crimes, [0, 0]).begin == date(2026, 11, 12)
    crimes.attrs["breaks"] = ({**row, "reason": "backlog"},)
    still_open = _counted(crimes, [0, 0])
    assert (still_open.days, still_open.status) == (0, "break in recording")
    assert still_open.reason == "recording was disturbed from Thu 12 Nov 2026; 3 days are needed, 0 can be compared"
    crimes.attrs = {"covered": ("2026-09", "2026-11")}
    sent = _counted(crimes, [0, 0], days=40)
    assert (sent.begin, sent.status) == (date(2026, 11, 1), "")
    short = _counted(crimes, [0, 0], days=40, least_days=20)
    assert (short.status, short.reason) == (
        "not submitted",
        "nothing was submitted for a month before Sun 1 Nov 2026; 20 days are needed, 15 can be compared",
    )
    crimes.attrs = {"covered": ("2026-09",)}
    assert _counted(crimes, [0, 0]).days == 0


def test_a_gap_is_found_when_enough_was_due() -> None:
    full = _counted(_crimes(*[f"2026-11-{day} 0{hour}:00" for day in (11, 12, 15) for hour in range(6)]), [0] * 18)
    assert daily.gap(full, due=10) == (
        "there is no crime at all for 2 days from Fri 13 Nov 2026, which looks like a gap in recording"
    )
    assert daily.gap(full, due=20) == ""
    none = _counted(_crimes("2026-11-01 09:00"), [0])
    assert daily.gap(none, due=1) == ""


def test_dates_known_loosely_or_still_to_come_are_counted_apart() -> None:
    crimes = pd.DataFrame({"middle": pd.to_datetime(["2026-11-09", "2026-11-10", "2062-01-01", "2062-01-01"])})
    crimes["hours_wide"] = [1.0, 90.0, 1.0, 90.0]
    crimes.attrs["as_at"] = datetime(2026, 11, 16)
    found = timed.to_the_day(crimes)
    assert (len(found.table), found.vague, found.future) == (1, 1, 2)
    assert found.days.tolist() == [date(2026, 11, 9)]
    crimes.attrs.clear()
    assert timed.to_the_day(crimes).future == 0
    assert np.array_equal(timed.to_the_day(crimes).table.index, [0, 2])
