"""Surveillance, daily alarms and drift: planted rises, short history, breaks, late recording, coarse data."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import daily_alarms, drift, surveillance
from intelnb.dates import parse
from intelnb.errors import MethodError
from intelnb.stats.farrington import NOUFAILY_MUAN, farrington
from tests.analysis.made_series import AS_AT, W46, crimes_in, monthly, one_break, quiet

MINUTE = pd.Timedelta(minutes=1)


def test_a_planted_rise_alarms_and_the_numbers_are_those_of_the_method() -> None:
    counts = quiet(15, 330)
    calm = surveillance.weekly(crimes_in(counts), name="s", period=W46, as_at=AS_AT)
    assert calm.values["real"] == "no"
    assert calm.sentence == f"{counts[-1]} this week; up to {calm.values['upper']} is usual for the time of year."
    counts[-1] = 45
    found = surveillance.weekly(crimes_in(counts), name="s", period=W46, as_at=AS_AT)
    assert (
        found.sentence
        == f"45 this week: more than the {found.values['upper']} that are usual at most for the time of year."
    )
    ours = farrington(np.array(counts[-317:]), settings=NOUFAILY_MUAN, trailing=53)
    assert found.values["upper"] == int(ours.upper[-1])
    assert found.values["expected"] == round(float(ours.expected[-1]), 1)
    assert found.table["outside"].tolist() == np.where(ours.alarm, "above", "").tolist()
    assert (len(found.table), found.values["years"]) == (53, 5)


def test_fewer_years_are_used_and_told_and_fewer_than_three_are_not_enough() -> None:
    counts = quiet(15, 230)
    found = surveillance.weekly(crimes_in(counts), name="s", period=W46, as_at=AS_AT)
    assert found.values["years"] == 4
    assert "It rests on 4 earlier years instead of 5." in found.caveats
    short = surveillance.weekly(crimes_in(counts[-150:]), name="s", period=W46, as_at=AS_AT)
    assert short.sentence == "Not assessed: 160 weeks of history are needed, 149 are there."


def test_nothing_is_learnt_across_a_break() -> None:
    counts = [*quiet(5, 165), *quiet(20, 165)]
    day = pd.Timestamp(W46.end) - pd.Timedelta(weeks=165)
    free = surveillance.weekly(crimes_in(counts), name="s", period=W46, as_at=AS_AT)
    known = surveillance.weekly(crimes_in(counts), name="s", period=W46, as_at=AS_AT, breaks=one_break(str(day.date())))
    assert free.values["years"] == 5
    assert known.values["years"] == 3
    assert known.values["expected"] == pytest.approx(20, rel=0.25)
    late = surveillance.weekly(crimes_in(counts), name="s", period=W46, as_at=AS_AT, breaks=one_break("2026-05-01"))
    assert late.status == "break in recording"


def test_few_crimes_are_not_a_zero() -> None:
    counts = [1 if week % 9 == 0 else 0 for week in range(330)]
    counts[-4:] = 0, 1, 0, 2
    found = surveillance.weekly(crimes_in(counts), name="s", period=W46, as_at=AS_AT)
    assert found.sentence == "Not assessed: fewer than 5 crimes in 4 weeks are too few for it."
    assert (found.status, found.values["n"]) == ("not assessed", 2)
    assert "upper" not in found.values


def test_late_recording_makes_no_false_calm() -> None:
    counts = quiet(20, 330)
    counts[-1] = 60
    # half of each week is recorded only after it: what is compared is what was known as soon
    late = surveillance.weekly(crimes_in(counts, lag_days=3.5), name="s", period=W46, as_at=AS_AT)
    assert late.values["n"] < 40
    assert late.values["real"] == "yes"


def test_presets_differ_and_unknown_ones_are_refused() -> None:
    counts = quiet(15, 330, phi=2)
    upper = {
        name: surveillance.weekly(crimes_in(counts), name="s", period=W46, as_at=AS_AT, preset=name).values["upper"]
        for name in surveillance.PRESETS
    }
    assert upper["noufaily muan"] > upper["noufaily"]
    with pytest.raises(MethodError, match="there is no preset 'ears'"):
        surveillance.weekly(crimes_in(counts), name="s", period=W46, as_at=AS_AT, preset="ears")  # type: ignore[arg-type]
    theirs = surveillance.weekly(crimes_in(counts), name="s", period=W46, as_at=AS_AT, preset="r default")
    assert any("do not act on it" in one for one in theirs.caveats)


@pytest.mark.parametrize("method", [surveillance.weekly, daily_alarms.ears_days, drift.rising])
def test_monthly_data_are_refused_for_a_week(method: object) -> None:
    found = method(monthly([30] * 80), name="m", period=W46, as_at=AS_AT)  # type: ignore[operator]
    assert (found.sentence, found.status) == ("Not assessed: data are monthly.", "not assessed")


def test_a_month_is_no_week() -> None:
    found = surveillance.weekly(crimes_in(quiet(9, 330)), name="s", period=parse("2026-10"), as_at=AS_AT)
    assert found.sentence == "Not assessed: this needs a week."


def days_of(counts: list[int], end: str = "2026-11-15") -> pd.DataFrame:
    dates = pd.date_range(end=end, periods=len(counts))
    times = [day + pd.Timedelta(hours=12) for day, n in zip(dates, counts, strict=True) for _ in range(n)]
    return pd.DataFrame({"middle": pd.to_datetime(times), "hours_wide": 0.0})


def test_a_planted_day_is_named() -> None:
    counts = [4, 5, 3, 4, 5, 4, 3] * 4
    counts[-3] = 20
    found = daily_alarms.ears_days(days_of(counts), name="d", period=W46, as_at=AS_AT)
    assert found.sentence == "1 of 7 days had more crimes than the week before it leads to expect: 13 Nov."
    assert found.table["day"].tolist()[0] == "Monday"
    assert found.values["n"] == sum(counts[-7:])
    calm = daily_alarms.ears_days(days_of([4, 5, 3, 4, 5, 4, 3] * 4), name="d", period=W46, as_at=AS_AT)
    assert calm.sentence == "None of 7 days had more crimes than the week before it leads to expect."


def test_days_that_are_not_over_are_left_out() -> None:
    counts = [4, 5, 3, 4, 5, 4, 3] * 4
    found = daily_alarms.ears_days(days_of(counts), name="d", period=W46, as_at=datetime(2026, 11, 12, 9))
    assert found.table["start"].astype(str).tolist()[-1] == "2026-11-11"
    assert found.values["days"] == 3


def test_crimes_known_to_the_week_are_no_days() -> None:
    crimes = days_of([4] * 28)
    crimes["hours_wide"] = 150.0
    found = daily_alarms.ears_days(crimes, name="d", period=W46, as_at=AS_AT)
    assert found.sentence == "Not assessed: most of these crimes are not known to the day."


def test_a_small_rise_that_lasts_is_found_where_no_week_stands_out() -> None:
    counts = quiet(20, 180, seed=4)
    calm = drift.rising(crimes_in(counts), name="r", period=W46, as_at=AS_AT)
    assert calm.values["real"] == "no"
    assert calm.sentence.startswith("No lasting rise in 26 weeks: ")
    rng = np.random.default_rng(5)
    counts[-10:] = [int(n) for n in rng.poisson(31, 10)]
    found = drift.rising(crimes_in(counts), name="r", period=W46, as_at=AS_AT)
    assert found.values["real"] == "yes"
    assert 7 <= found.values["periods"] <= 14
    assert found.values["n"] > found.values["expected"]
    assert found.sentence.startswith(f"Counts have run above expectation for {found.values['periods']} weeks: ")


def test_drift_needs_a_year_and_stops_at_breaks() -> None:
    found = drift.rising(crimes_in(quiet(20, 70)), name="r", period=W46, as_at=AS_AT)
    assert found.sentence == "Not assessed: 77 weeks of history are needed, 69 are there."
    broken = drift.rising(crimes_in(quiet(20, 180)), name="r", period=W46, as_at=AS_AT, breaks=one_break("2026-01-14"))
    assert broken.status == "break in recording"
    # weeks a passing disturbance touched are gaps, not zeros
    gap = drift.rising(
        crimes_in(quiet(20, 180, seed=4)),
        name="r",
        period=W46,
        as_at=AS_AT,
        breaks=one_break("2026-09-07", "2026-09-20"),
    )
    assert gap.table["n"].isna().sum() == 2
    assert gap.values["real"] == "no"
