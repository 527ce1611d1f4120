"""Alarms: what was planted is found, what is chance is not, and what cannot be answered says why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import alarms, area_alarms
from intelnb.dates import parse
from intelnb.tables import recording, selection

AS_AT = datetime.fromisoformat("2026-11-16T05:00")
W46 = parse("2026-W46")
ALPHA = alarms.Budget(false_alarms_per_week=0.25, priorities=5, areas=28).area_alpha


def weekly(counts: list[int], last: str = "2026-W46") -> pd.DataFrame:
    """So many crimes in each week, spread over it, recorded at once."""
    end = parse(last).end
    starts = [pd.Timestamp(end) - pd.Timedelta(weeks=len(counts) - i) for i in range(len(counts))]
    middle = [
        start + pd.Timedelta(hours=168 * (k + 0.001) / max(n, 1))
        for start, n in zip(starts, counts, strict=True)
        for k in range(n)
    ]
    times = pd.Series(middle, dtype="datetime64[us]")
    return pd.DataFrame({"middle": times, "recorded": times, "hours_wide": 0.0, "ward": "A"})


def one_break(day: str, until: str | None = None, areas: tuple[str, ...] = ()) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": pd.to_datetime([day]),
            "until": pd.to_datetime([until]),
            "kinds": [()],
            "flags": [()],
            "areas": [areas],
            "priorities": [()],
            "what": ["new form"],
        }
    )


def chosen(crimes: pd.DataFrame, registers: dict[str, pd.DataFrame], code: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The crimes of a priority and the breaks that touch it."""
    row: dict[Any, Any] = registers["priorities"].set_index("code").loc[code].to_dict()
    asked = {"kinds": row["kinds"], "flags": row["flags"]}
    touched = recording.breaks_for(registers["breaks"], **asked, areas=None, priority=code)
    return selection.of_priority(crimes, **asked, hours=row["hours"]), touched


def judged(
    crimes: pd.DataFrame, registers: dict[str, pd.DataFrame], code: str, week: str, as_at: datetime = AS_AT
) -> Any:
    rows, breaks = chosen(crimes, registers, code)
    in_force = recording.in_areas(breaks, codes=["NOR"])
    return alarms.expected(rows, name="a", period=parse(week), as_at=as_at, breaks=in_force, alpha=ALPHA)


def test_the_planted_series_alarms(crimes: Any, registers: Any, truths: Any) -> None:
    truth = truths["burglary_series"]
    found = judged(crimes, registers, "burglary", truth["alarm_week"])
    assert found.values["n"] == truth["force_counts"][truth["alarm_week"]]
    assert found.values["real"] == "yes, above"
    assert found.sentence.startswith("26 this week, ")
    assert found.sentence.endswith(" expected: more than chance explains.")
    last = found.table.iloc[-1]
    assert (last["period"], last["outside"], last["status"]) == ("2026-W46", "above", "assessed")
    assert len(found.table) == 53


def test_the_planted_series_alarms_in_its_ward_and_the_noise_bump_does_not(
    crimes: Any, wards: Any, registers: Any, truths: Any
) -> None:
    for code, area, is_real in (("burglary", "C2", True), ("vehicle", "C6", False)):
        rows, breaks = chosen(crimes, registers, code)
        found = area_alarms.by_area(
            rows, name="w", level="area", areas=wards, period=W46, as_at=AS_AT, breaks=breaks, alpha=ALPHA
        )
        row = found.table.set_index("code").loc[area]
        assert (row["outside"] == "above") is is_real
        assert found.values["outside"] == int(is_real)
    assert found.table.set_index("code").loc["C6", "n"] == truths["noise_bump"]["count"]


def test_steady_priorities_do_not_alarm(crimes: Any, registers: Any, truths: Any) -> None:
    counts = truths["steady_priorities"]["counts"]
    for code, label in (
        ("violence", "night-time violence"),
        ("vehicle", "vehicle crime"),
        ("cuckooing", "drug trafficking"),
    ):
        found = judged(crimes, registers, code, "2026-W46")
        assert (found.values["n"], found.values["real"]) == (counts[label], "no")


def test_no_ward_but_that_of_the_series_stands_out(crimes: Any, wards: Any, registers: Any, truths: Any) -> None:
    truth = truths["quiet_wards"]
    for code in truth["priorities"]:
        rows, breaks = chosen(crimes, registers, code)
        found = area_alarms.by_area(
            rows, name="w", level="area", areas=wards, period=W46, as_at=AS_AT, breaks=breaks, alpha=ALPHA
        )
        outside = found.table.loc[found.table["outside"] != "", "code"]
        assert set(outside) <= {truth["except_area"]}, code


def test_plain_weeks_do_not_alarm(crimes: Any, registers: Any, truths: Any) -> None:
    for week in truths["plain_weeks"]["weeks"]:
        as_at = datetime.combine(parse(week).end, datetime.min.time())
        for code in registers["priorities"]["code"]:
            found = judged(crimes, registers, code, week, as_at)
            assert (found.status, found.values["real"]) == ("assessed", "no"), (week, code)


def test_a_known_break_is_told_and_nothing_is_assessed(crimes: Any, registers: Any, truths: Any) -> None:
    truth = truths["repeat_domestic_break"]
    found = judged(crimes, registers, truth["priority"], "2026-W46")
    assert found.status == "break in recording"
    assert found.values == {"n": truth["counts"]["2026-W46"], "changed": "4 Nov"}
    assert (
        found.sentence == "Not assessed: recording changed on Wed 4 Nov 2026; 30 weeks are needed, none is there yet."
    )
    by_period = found.table.set_index("period")["status"]
    assert by_period["2026-W44"] == "assessed"
    assert list(by_period[["2026-W45", "2026-W46"]]) == ["break in recording"] * 2


def test_a_step_after_a_break_is_learnt_anew() -> None:
    crimes = weekly([5, 6, 4, 5] * 20 + [20, 22, 18, 21] * 9)
    free = alarms.expected(crimes, name="a", period=W46, as_at=AS_AT)
    step = pd.Timestamp(W46.end) - pd.Timedelta(weeks=36)
    known = alarms.expected(crimes, name="a", period=W46, as_at=AS_AT, breaks=one_break(str(step.date())))
    assert known.values["real"] == "no"
    assert known.values["mean"] == pytest.approx(20.25, abs=1)
    assert free.values["mean"] < 19
    assert any("rests on 35 weeks of comparable history, not 156: the time of year" in one for one in known.caveats)
    assert "expected on short history: inside" in known.sentence
    assert known.values["short"] == 35
    assert "short" not in free.values


def test_a_history_of_two_years_is_not_called_short() -> None:
    """108 weeks hold two years and the four that are kept out of the learning."""
    for weeks, is_short in ((107, True), (108, False)):
        found = alarms.expected(weekly([5, 6, 4, 5] * 27 + [5])[-(5 * weeks + 5) :], name="a", period=W46, as_at=AS_AT)
        assert found.settings["history_periods"] == weeks
        assert ("on short history" in found.sentence) == is_short


def test_later_records_stand_beside_the_counts_that_compare() -> None:
    crimes = weekly([6] * 60)
    crimes["recorded"] = crimes["middle"]
    late = crimes.index[(crimes["middle"] >= "2026-11-02") & (crimes["middle"] < "2026-11-09")][0]
    crimes.loc[late, "recorded"] = pd.Timestamp("2026-11-13")
    table = alarms.expected(crimes, name="a", period=W46, as_at=AS_AT).table
    assert table["n"].tolist()[-3:] == [6, 5, 6]
    assert table["by_now"].tolist()[-3:] == [6, 6, 6]


def test_a_passing_disturbance_is_left_out_of_the_history() -> None:
    counts = [10, 9, 11, 10] * 12
    counts[20:23] = [60, 70, 65]
    day = pd.Timestamp(W46.end) - pd.Timedelta(weeks=28)
    until = day + pd.Timedelta(days=20)
    found = alarms.expected(
        weekly(counts), name="a", period=W46, as_at=AS_AT, breaks=one_break(str(day.date()), str(until.date()))
    )
    assert found.values["mean"] == pytest.approx(10, abs=0.3)
    assert found.status == "assessed"


def test_weeks_outside_in_a_row_are_counted() -> None:
    found = alarms.expected(weekly([10, 9, 11, 10] * 20 + [40, 45]), name="a", period=W46, as_at=AS_AT)
    assert found.values["periods_outside"] == 2
    low = alarms.expected(weekly([40, 39, 41, 40] * 20 + [2]), name="a", period=W46, as_at=AS_AT)
    assert (low.values["real"], low.values["periods_outside"]) == ("yes, below", 1)
    assert low.sentence.endswith("fewer than chance explains.")


@pytest.mark.parametrize("weeks", [1, 12, 30])
def test_too_short_a_history_names_the_minimum(weeks: int) -> None:
    found = alarms.expected(weekly([5] * weeks), name="a", period=W46, as_at=AS_AT)
    held = {1: "none is there yet", 12: "11 are there", 30: "29 are there"}[weeks]
    assert found.sentence == f"Not assessed: 30 weeks of history are needed, {held}."
    assert (found.status, dict(found.values)) == ("not assessed", {"n": 5})
    assert alarms.expected(weekly([5] * 31), name="a", period=W46, as_at=AS_AT).is_assessed


def test_a_history_of_zeros_has_a_range() -> None:
    crimes = weekly([0] * 60 + [0])
    crimes.attrs["covered_from"] = parse("2025-W30").start
    none = alarms.expected(crimes, name="a", period=W46, as_at=AS_AT)
    assert (none.values["n"], none.values["low"], none.values["real"]) == (0, 0, "no")
    burst = weekly([0] * 60 + [9])
    burst.attrs["covered_from"] = parse("2025-W30").start
    assert alarms.expected(burst, name="a", period=W46, as_at=AS_AT).values["real"] == "yes, above"


def test_monthly_data_answer_for_months_only() -> None:
    months = pd.period_range("2024-01", "2026-10", freq="M")
    middle = pd.Series(np.repeat((months.to_timestamp() + pd.Timedelta(days=15)).to_numpy(), 30))
    crimes = pd.DataFrame({"middle": middle, "hours_wide": 743.0})
    week = alarms.expected(crimes, name="a", period=W46, as_at=AS_AT)
    assert (week.sentence, week.status) == ("Not assessed: data are monthly.", "not assessed")
    month = alarms.expected(crimes, name="a", period=parse("2026-10"), as_at=AS_AT)
    assert month.sentence.startswith("30 this month, ")
    assert month.values["real"] == "no"
    assert any("No crime has a recording date" in one for one in month.caveats)


def test_what_cannot_be_answered_says_why() -> None:
    crimes = weekly([5] * 40)
    span = alarms.expected(crimes, name="a", period=parse("2026-10-01/2026-10-20"), as_at=AS_AT)
    assert span.sentence == "Not assessed: an expected range needs a week or a month."
    ahead = alarms.expected(crimes, name="a", period=parse("2026-W50"), as_at=AS_AT)
    assert ahead.sentence == "Not assessed: data end on Mon 16 Nov 2026, before this week."
    crimes.attrs["status"] = "not submitted"
    assert alarms.expected(crimes, name="a", period=W46, as_at=AS_AT).status == "not submitted"


def test_areas_and_unplaced_add_up_and_a_silent_area_has_no_count() -> None:
    crimes = weekly([12] * 60)
    crimes["ward"] = np.tile(["A", "B", ""], len(crimes) // 3)
    areas = pd.DataFrame({"code": ["A", "B", "C"], "name": ["Ash", "Birch", "Cedar"], "level": "ward"})
    found = area_alarms.by_area(
        crimes,
        name="w",
        level="ward",
        areas=areas,
        period=W46,
        as_at=AS_AT,
        not_submitted={"B": "Birch"},
        breaks=one_break("2026-11-04", areas=("C",)),
    )
    assert found.table["n"].tolist() == [4, pd.NA, 0]
    assert found.table["before_silence"].tolist() == [pd.NA, 4, pd.NA]
    assert found.table["status"].tolist() == ["assessed", "not submitted", "break in recording"]
    assert (found.values["n"], found.values["unplaced"], found.values["assessed"]) == (12, 4, 1)
    assert found.caveats[-3:] == (
        "4 crimes lie in no ward and are counted apart.",
        "No count is given for Birch; 4 crimes of this week from before the silence count in the total alone.",
        "Break in recording, so no range is given: Cedar.",
    )


def test_many_areas_are_told_by_number_and_namesakes_by_code() -> None:
    crimes = weekly([12] * 60)
    crimes["ward"] = "A"
    areas = pd.DataFrame({"code": list("ABCDEF"), "name": ["Ash", "Birch", "Birch", "Dill", "Elm", "Fir"]})
    asked = {"name": "w", "level": "ward", "areas": areas, "period": W46, "as_at": AS_AT}
    few = area_alarms.by_area(crimes, **asked, breaks=one_break("2026-11-04", areas=("B", "D")))
    assert few.caveats[-1] == "Break in recording, so no range is given: Birch (B) and Dill."
    many = area_alarms.by_area(crimes, **asked, breaks=one_break("2026-11-04", areas=tuple("BCDE")))
    assert many.caveats[-1] == "Break in recording, so no range is given: 4 of 6 wards."
    every = area_alarms.by_area(crimes, **asked, breaks=one_break("2026-11-04"))
    assert every.sentence == "Break in recording: no ward has enough comparable history."
    assert (few.status, every.status, every.values["assessed"]) == ("assessed", "break in recording", 0)
    some = area_alarms.by_area(crimes, **asked, breaks=one_break("2026-11-04"), not_submitted={"A": "Ash"})
    assert some.status == "break in recording"
    short = area_alarms.by_area(crimes[crimes["middle"] >= "2026-10-05"], **asked)
    assert (short.status, short.sentence) == ("not assessed", "Not assessed: no ward has enough comparable history.")
    silent = area_alarms.by_area(crimes, **asked, not_submitted=dict.fromkeys("ABCDEF", "x"))
    assert (silent.status, silent.sentence) == (
        "not submitted",
        "Not submitted: no ward has sent its crimes of this week.",
    )


def test_a_break_in_a_district_touches_its_wards() -> None:
    crimes = weekly([12] * 60)
    crimes["ward"] = np.tile(["A", "B"], len(crimes) // 2)
    crimes["district"] = np.where(crimes["ward"] == "A", "N", "S")
    areas = pd.DataFrame({"code": ["A", "B"], "name": ["Ash", "Birch"]})
    areas.attrs["levels"] = ("district", "ward")
    found = area_alarms.by_area(
        crimes,
        name="w",
        level="ward",
        areas=areas,
        period=W46,
        as_at=AS_AT,
        breaks=one_break("2026-11-04", areas=("S",)),
    )
    assert found.table["status"].tolist() == ["assessed", "break in recording"]


def test_a_district_with_a_silent_ward_says_its_count_is_too_low() -> None:
    areas = pd.DataFrame({"code": ["A"], "name": ["Ash"]})
    found = area_alarms.by_area(
        weekly([12] * 60),
        name="w",
        level="ward",
        areas=areas,
        period=W46,
        as_at=AS_AT,
        not_submitted={"S4": "Saltings"},
    )
    assert "Saltings did not submit: counts that include it are too low." in found.caveats


def test_the_budget_is_shared_in_two_halves_and_said() -> None:
    budget = alarms.Budget(false_alarms_per_week=0.25, priorities=5, areas=24)
    assert 5 * budget.alpha == pytest.approx(0.125)
    assert 5 * 24 * budget.area_alpha == pytest.approx(0.125)
    assert budget.words() == "about one false alarm in 4 weeks over 5 priorities and 24 areas of each"
    assert alarms.Budget(false_alarms_per_week=0.25, priorities=1, areas=1).alpha == alarms.LARGEST_ALPHA
    few = alarms.Budget(false_alarms_per_week=0.1, priorities=1, areas=1)
    assert few.words() == "about one false alarm in 10 weeks over 1 priority and 1 area of each"
    many = alarms.Budget(false_alarms_per_week=3, priorities=30, areas=24)
    assert many.words() == "about 3.0 false alarms a week over 30 priorities and 24 areas of each"
