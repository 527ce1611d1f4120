"""What a window lacks: days outside the data, and whether it lies outside them altogether."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest

from intelnb.dates import parse
from intelnb.tables import counting, unsent
from intelnb.tables.coverage import Gap

NOVEMBER = {"since": date(2026, 11, 3), "until": date(2026, 12, 1)}
W46 = {"since": date(2026, 11, 9), "until": date(2026, 11, 16)}


def crimes_of(first: str, last: str, *, a_day: int = 4, as_at: datetime | None = None) -> pd.DataFrame:
    """So many crimes each day, at noon."""
    days = pd.date_range(first, last).repeat(a_day) + pd.Timedelta(hours=12)
    crimes = pd.DataFrame({"middle": days, "hours_wide": 1.0})
    crimes.attrs["as_at"] = as_at
    return crimes


@pytest.mark.parametrize(
    ("as_at", "why"),
    [
        (datetime(2026, 11, 2, 5), "data end on Mon 2 Nov 2026, before this time"),
        (datetime(2026, 11, 3, 5), "data end on Tue 3 Nov 2026, when this time has only just begun"),
        (datetime(2026, 11, 4, 5), ""),
        (datetime(2026, 12, 1, 5), ""),
        (None, ""),
    ],
)
def test_a_window_after_the_data_or_just_begun_is_refused(as_at: datetime | None, why: str) -> None:
    assert unsent.outside(crimes_of("2026-08-01", "2026-11-02", as_at=as_at), **NOVEMBER) == why


def test_a_day_asked_about_whole_is_not_only_just_begun() -> None:
    day = {"since": date(2026, 11, 9), "until": date(2026, 11, 10)}
    crimes = crimes_of("2026-08-01", "2026-11-09", as_at=datetime(2026, 11, 9, 23, 30))
    assert unsent.outside(crimes, **day) == ""


def test_a_window_before_the_data_is_refused() -> None:
    assert (
        unsent.outside(crimes_of("2026-11-16", "2026-11-20"), **W46) == "these data hold no crime as early as this time"
    )


def test_the_days_beyond_both_ends_are_named() -> None:
    crimes = crimes_of("2026-11-11", "2026-11-13", as_at=datetime(2026, 11, 14, 5))
    assert unsent.told(crimes, **W46) == (
        "These data hold no crime before Wed 11 Nov 2026: the days from 9 Nov 2026 are not held, and are no quiet time.",
        "Data end on Sat 14 Nov 2026: what happens after, to 15 Nov 2026, is not counted, and is no quiet time.",
    )


def test_a_window_the_data_hold_lacks_nothing() -> None:
    assert unsent.told(crimes_of("2026-10-01", "2026-11-15", as_at=datetime(2026, 11, 15, 20)), **W46) == ()


def test_the_moment_given_stands_above_the_one_the_table_carries() -> None:
    crimes = crimes_of("2026-10-01", "2026-11-15", as_at=datetime(2026, 11, 16, 5))
    (said,) = unsent.told(crimes, **W46, as_at=datetime(2026, 11, 12, 5))
    assert said.startswith("Data end on Thu 12 Nov 2026")


def test_few_crimes_may_begin_late_by_chance_and_those_of_a_larger_table_do_not() -> None:
    """One every third day: two days before the first are no sign that the data begin late."""
    few = pd.DataFrame({"middle": pd.date_range("2026-11-11", "2026-12-20", freq="3D"), "hours_wide": 1.0})
    assert unsent.held(few, **W46)[0] == pd.Timestamp("2026-11-09")
    few.attrs["covered_from"] = date(2026, 11, 11)
    assert unsent.held(few, **W46)[0] == pd.Timestamp("2026-11-11")


def test_a_month_not_sent_after_the_data_end_is_told_once() -> None:
    crimes = crimes_of("2026-08-01", "2026-11-09", as_at=datetime(2026, 11, 10, 5))
    crimes.attrs["covered"] = ("2026-08", "2026-09", "2026-10", *(f"2026-11-{day:02d}" for day in range(1, 10)))
    crimes.attrs["gaps"] = (Gap(date(2026, 11, 4), date(2026, 11, 8), 0, 20),)
    end, gap = unsent.told(crimes, **NOVEMBER)
    assert end.startswith("Data end on Tue 10 Nov 2026")
    assert gap.startswith("No records from 4 Nov to 8 Nov 2026")


def test_one_period_counted_from_the_middle_of_it_says_so() -> None:
    crimes, week = crimes_of("2026-11-12", "2026-11-15"), parse("2026-W46")
    said = counting.caveats(
        counting.per_period(crimes, [week], as_at=datetime(2026, 11, 16, 5)), as_at=datetime(2026, 11, 16, 5)
    )
    assert (
        "These data hold no crime before Thu 12 Nov 2026: the days of this week before it are not held, and are no quiet time."
        in said
    )
    longer = crimes_of("2026-11-09", "2026-11-15")
    said = counting.caveats(
        counting.per_period(longer, [week], as_at=datetime(2026, 11, 16, 5)), as_at=datetime(2026, 11, 16, 5)
    )
    assert not any("hold no crime before" in one for one in said)
