"""Control charts, quick charts, funnels, weekdays, and the same time of last years."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import (
    alarms,
    comparison,
    control_chart,
    daily_alarms,
    drift,
    forecast,
    funnel,
    levels,
    same_time,
    season,
    surveillance,
    weekdays,
    weekly_chart,
)
from intelnb.dates import parse
from intelnb.errors import MethodError
from intelnb.tables.coverage import Gap
from tests.analysis.made_series import AS_AT, W46, crimes_in, monthly, one_break, quiet

PLAIN = [10, 12, 9, 11, 10, 8, 11, 9, 12, 10, 11, 10, 9]


def test_a_value_outside_and_a_run_inside_are_told_apart() -> None:
    calm = control_chart.chart(crimes_in(PLAIN * 2), name="c", period=W46, as_at=AS_AT)
    assert calm.sentence.endswith(": inside, and no run stands out.")
    high = control_chart.chart(crimes_in([*PLAIN, *PLAIN, 30]), name="c", period=W46, as_at=AS_AT)
    assert high.values["real"] == "above"
    assert ": above, and " in high.sentence
    run = control_chart.chart(crimes_in([*PLAIN, *PLAIN, *[12, 11] * 4]), name="c", period=W46, as_at=AS_AT)
    assert run.values["real"] == "no"
    assert "eight in a row on one side" in run.values["runs"]
    assert run.sentence.endswith(": inside, but a run stands out.")


def test_the_level_is_learnt_from_what_came_before_and_worked_by_hand() -> None:
    found = control_chart.chart(crimes_in([*PLAIN, 50]), name="c", period=W46, as_at=AS_AT)
    moves = np.abs(np.diff(PLAIN)).mean()
    assert found.values["centre"] == round(float(np.mean(PLAIN)), 1)
    assert found.values["high"] == int(np.mean(PLAIN) + 3 * moves / 1.128)
    assert found.values["learnt"] == 13


def test_months_are_charted_by_their_days() -> None:
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31] * 2
    found = control_chart.chart(
        monthly([2 * d for d in days]), name="c", period=parse("2026-10"), as_at=AS_AT, kind="counts"
    )
    assert found.values["centre"] == pytest.approx(62, rel=0.03)
    assert found.values["real"] == "no"


def test_a_chart_of_equal_values_says_why_there_is_none() -> None:
    found = control_chart.chart(crimes_in([5] * 20), name="c", period=W46, as_at=AS_AT)
    assert found.sentence.startswith("Not assessed: the values learnt from do not differ")
    assert control_chart.chart(crimes_in([5] * 20), name="c", period=W46, as_at=AS_AT, kind="counts").is_assessed
    with pytest.raises(MethodError, match="no rules 'six sigma'"):
        control_chart.chart(crimes_in([5] * 20), name="c", period=W46, as_at=AS_AT, rules="six sigma")  # type: ignore[arg-type]


def test_charts_stop_at_a_break_and_tell_short_history() -> None:
    for method in (control_chart.chart, weekly_chart.recent, weekly_chart.seasonal):
        found = method(crimes_in(PLAIN * 9), name="c", period=W46, as_at=AS_AT, breaks=one_break("2026-10-14"))
        assert found.status == "break in recording", method
        assert "recording changed on Wed 14 Oct 2026" in found.sentence
        short = method(crimes_in([9, 8]), name="c", period=W46, as_at=AS_AT)
        assert "weeks of history are needed, 1 is there" in short.sentence
        assert (
            method(monthly([30] * 40), name="c", period=W46, as_at=AS_AT).sentence == "Not assessed: data are monthly."
        )


def test_the_quick_band_by_hand() -> None:
    found = weekly_chart.recent(crimes_in([25] * 8 + [36]), name="q", period=W46, as_at=AS_AT, shown=1)
    (row,) = found.table.to_dict("records")
    reach = 3 * np.sqrt(1 + 1 / 8) / 2
    assert (row["expected"], row["z"]) == (25, 2)
    assert row["low"] == pytest.approx((5 - reach) ** 2, abs=0.01)
    assert row["high"] == pytest.approx((5 + reach) ** 2, abs=0.01)
    assert found.values["outside"] == 0
    high = weekly_chart.recent(crimes_in([25] * 8 + [60]), name="q", period=W46, as_at=AS_AT, shown=1)
    assert high.table["outside"].tolist() == ["above"]


def test_the_seasonal_band_knows_christmas() -> None:
    counts = [10] * 160
    # every year's week of 21 to 27 December is busy
    for week in (15, 67, 119):
        counts[-week] = 40
    counts = counts[:-8]
    last = "2026-W38"
    ordinary = weekly_chart.seasonal(crimes_in(counts, last), name="s", period=parse(last), as_at=AS_AT)
    assert ordinary.values["years"] == 2
    busy = ordinary.table[ordinary.table["n"] == 40]
    assert busy["expected"].tolist()[0] == 40
    assert (busy["outside"] == "").all()


def test_a_leap_day_and_five_weekends_are_no_rise() -> None:
    # two crimes on every Saturday and Sunday, one on other days
    days = [d for d in pd.date_range("2023-01-01", "2026-11-15") for _ in range(2 if d.day_of_week >= 5 else 1)]
    crimes = pd.DataFrame({"middle": pd.to_datetime(days) + pd.Timedelta(hours=12), "hours_wide": 0.0})
    # August 2026 has five Saturdays and Sundays, that of 2025 five Fridays, Saturdays and Sundays, that of 2023 four and four
    august = same_time.against_last_years(crimes, name="y", period=parse("2026-08"), as_at=AS_AT)
    assert august.values["words"] == "about the same as"
    assert august.values["usual"] == pytest.approx(august.values["n"], abs=1)
    assert len(set(august.table["n"])) > 1
    assert august.settings["weighed_by"] == "share of each weekday"
    leap = same_time.against_last_years(crimes, name="y", period=parse("2024-02"), as_at=AS_AT, years=1)
    assert leap.table["days"].tolist() == [28, 29]
    assert leap.values["usual"] == pytest.approx(leap.values["n"], abs=1)


def test_a_planted_rise_over_last_years_is_told_with_its_size() -> None:
    counts = [100] * 200
    counts[-1] = 150
    found = same_time.against_last_years(crimes_in(counts), name="y", period=W46, as_at=AS_AT)
    assert found.sentence == "150 this week, more than the 100 that the same time of 3 years leads to."
    assert found.values["change"] == "up 50 %"
    assert found.table["period"].tolist() == ["2023-W45", "2024-W46", "2025-W46", "2026-W46"]


def test_uneven_series_need_more_to_be_called_different() -> None:
    rng = np.random.default_rng(2)
    even, uneven = rng.poisson(100, 200), rng.negative_binomial(100 / 5, 1 / 6, 200)
    for counts in (even, uneven):
        counts[[-1, -53, -105, -157]] = 128, 100, 100, 100
    words = [
        same_time.against_last_years(crimes_in(counts.tolist()), name="y", period=W46, as_at=AS_AT).values["words"]
        for counts in (even, uneven)
    ]
    assert words == ["more than", "no clear change from"]


def test_years_before_a_break_or_before_the_data_are_left_out() -> None:
    crimes = crimes_in([20] * 120)
    found = same_time.against_last_years(crimes, name="y", period=W46, as_at=AS_AT)
    assert found.values["years"] == 2
    assert "Only 2 of 3 earlier years can be compared." in found.caveats
    known = same_time.against_last_years(crimes, name="y", period=W46, as_at=AS_AT, breaks=one_break("2026-03-02"))
    assert (known.status, known.sentence) == (
        "break in recording",
        "Break in recording: recording changed on Mon 2 Mar 2026.",
    )
    short = same_time.against_last_years(crimes_in([20] * 30), name="y", period=W46, as_at=AS_AT)
    assert short.sentence == "Not assessed: these data do not reach back to the same time of last year."


def test_week_53_is_compared_with_its_neighbours() -> None:
    period = parse("2026-W53")
    as_at = datetime(2027, 1, 4, 5)
    times = pd.date_range("2023-01-02", "2027-01-03 12:00", freq="12h")
    crimes = pd.DataFrame({"middle": times, "hours_wide": 0.0})
    found = same_time.against_last_years(crimes, name="y", period=period, as_at=as_at)
    assert found.table["start"].tolist()[-2:] == [date(2025, 12, 29), date(2026, 12, 28)]
    assert found.values["words"] == "about the same as"


def test_a_part_of_a_month_is_compared_with_the_same_part() -> None:
    days = pd.date_range("2024-01-01 03:00", "2026-11-10 15:00", freq="12h")
    crimes = pd.DataFrame({"middle": days, "recorded": days, "hours_wide": 0.0})
    found = same_time.against_last_years(
        crimes, name="y", period=parse("2026-11"), as_at=datetime(2026, 11, 11), years=2
    )
    assert found.table["n"].tolist() == [20, 20, 20]
    assert "this month so far" in found.sentence


def test_a_whole_year_is_compared_whatever_its_days() -> None:
    days = [d for d in pd.date_range("2021-01-01", "2025-12-31") for _ in range(2)]
    crimes = pd.DataFrame({"middle": pd.to_datetime(days) + pd.Timedelta(hours=12), "hours_wide": 0.0})
    found = same_time.against_last_years(crimes, name="y", period=parse("2025-01-01/2025-12-31"), as_at=AS_AT, years=2)
    assert found.table["days"].tolist() == [365, 366, 365]
    assert found.values["words"] == "about the same as"
    assert found.values["usual"] == pytest.approx(730, abs=1)


METHODS = [
    surveillance.weekly, daily_alarms.ears_days, drift.rising, control_chart.chart, weekly_chart.recent,
    weekly_chart.seasonal, same_time.against_last_years, weekdays.favoured, season.parts, levels.changed, forecast.ahead,
]  # fmt: skip


@pytest.mark.parametrize("method", METHODS, ids=[f"{m.__module__.rpartition('.')[2]}.{m.__name__}" for m in METHODS])
def test_order_and_dates_to_come_change_nothing_and_areas_outside_do_not_count(method: object) -> None:
    crimes = crimes_in(quiet(14, 330, seed=8))
    plain = method(crimes, name="x", period=W46, as_at=AS_AT)  # type: ignore[operator]
    assert plain.is_assessed
    later = crimes.tail(30).assign(
        middle=lambda rows: rows["middle"] + pd.Timedelta(days=400), recorded=pd.NaT, inside=True
    )
    elsewhere = crimes.tail(300).assign(inside=False)
    mixed = pd.concat([crimes.assign(inside=True), later, elsewhere]).sample(frac=1, random_state=1)
    mixed.attrs.update(crimes.attrs)
    found = method(mixed, name="x", period=W46, as_at=AS_AT)  # type: ignore[operator]
    told = {key: value for key, value in found.values.items() if key != "left_out"}
    assert told == {key: value for key, value in plain.values.items() if key != "left_out"}
    pd.testing.assert_frame_equal(found.table, plain.table)


def test_days_of_a_series_by_hand() -> None:
    fridays = ["2026-10-02", "2026-10-09", "2026-10-16", "2026-10-23", "2026-11-06", "2026-11-10"]
    crimes = pd.DataFrame({"middle": pd.to_datetime(fridays), "hours_wide": 0.0})
    found = weekdays.favoured(crimes, name="w", period=W46, as_at=AS_AT, back=6)
    assert found.table["n"].tolist() == [0, 1, 0, 0, 5, 0, 0]
    assert found.table["came"].tolist() == [7] * 7
    # 7 ways for six on one day, 7 x 6 x 6 for five: of 7**6
    assert found.values["chance"] == pytest.approx((7 + 7 * 6 * 6) / 7**6, abs=1e-4)
    assert found.values["uneven"] == "yes"
    even = pd.DataFrame({"middle": pd.date_range("2026-11-02", periods=14), "hours_wide": 0.0})
    assert weekdays.favoured(even, name="w", period=W46, as_at=AS_AT).values["uneven"] == "no"


def test_days_the_data_do_not_hold_are_no_days_without_crime() -> None:
    """Nine a day from a Saturday on; and from a Saturday three weeks before, where Saturdays came once more."""
    late = pd.DataFrame({"middle": pd.date_range("2026-11-14", "2026-11-15").repeat(9), "hours_wide": 0.0})
    assert weekdays.favoured(late, name="w", period=W46, as_at=AS_AT).sentence == (
        "Not assessed: this time lacks every Monday, Tuesday, Wednesday, Thursday and Friday in the data."
    )
    longer = pd.DataFrame({"middle": pd.date_range("2026-10-24", "2026-11-15").repeat(9), "hours_wide": 0.0})
    found = weekdays.favoured(longer, name="w", period=W46, as_at=AS_AT)
    assert found.table["came"].tolist() == [3, 3, 3, 3, 3, 4, 4]
    assert found.values["uneven"] == "no"
    assert any("hold no crime before Sat 24 Oct 2026" in one for one in found.caveats)


def test_a_week_that_is_not_over_says_where_the_days_end() -> None:
    """Counted to the end of Tuesday; five of the day that has begun are left out, and said to be."""
    crimes = pd.DataFrame({"middle": pd.date_range("2026-10-19", "2026-11-11").repeat(5), "hours_wide": 0.0})
    asked = {"name": "w", "period": W46, "as_at": datetime(2026, 11, 11, 5)}
    found = weekdays.favoured(crimes, **asked, back=3)
    assert found.table["came"].tolist() == [4, 4, 3, 3, 3, 3, 3]
    assert any(one.startswith("Data end on Wed 11 Nov 2026") for one in found.caveats)
    assert "5 crimes are dated before the data begin, or on the day they end or later, and left out." in found.caveats
    assert "lacks every Wednesday" in weekdays.favoured(crimes, **asked, back=0).sentence


def test_days_known_only_to_the_week_or_too_few_are_not_judged() -> None:
    crimes = pd.DataFrame({"middle": pd.to_datetime(["2026-11-10"] * 4), "hours_wide": 0.0})
    assert weekdays.favoured(crimes, name="w", period=W46, as_at=AS_AT).sentence == (
        "Not assessed: 4 crimes with a known day are too few; 5 are needed."
    )
    vague = pd.DataFrame({"middle": pd.to_datetime(["2026-11-10"] * 9), "hours_wide": 100.0})
    assert "not known to the day" in weekdays.favoured(vague, name="w", period=W46, as_at=AS_AT).sentence


def test_only_crimes_of_these_weeks_are_left_out_of_them() -> None:
    """Eleven known too loosely lie in the 13 weeks; twenty older ones, and one dated years later, do not count."""
    inside = pd.DataFrame({"middle": pd.date_range("2026-08-17 12:00", periods=90, freq="D"), "hours_wide": 1.0})
    vague = pd.DataFrame({"middle": pd.date_range("2026-09-01", periods=11, freq="D"), "hours_wide": 100.0})
    older = pd.DataFrame(
        {"middle": pd.date_range("2026-01-01", periods=60, freq="D"), "hours_wide": [100.0, 0.0, 0.0] * 20}
    )
    later = pd.DataFrame({"middle": [pd.Timestamp("2036-01-01")], "hours_wide": 0.0})
    crimes = pd.concat([inside, vague, older, later], ignore_index=True)
    crimes.attrs["as_at"] = AS_AT
    found = weekdays.favoured(crimes, name="w", period=W46, as_at=AS_AT)
    assert (found.values["n"], found.values["left_out"]) == (90, 11)
    assert "11 crimes are known only to within more than 24 hours and left out." in found.caveats
    assert not any("dated after" in one for one in found.caveats)


def wards(counts: dict[str, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    crimes = pd.DataFrame(
        {
            "middle": pd.Timestamp("2026-10-14"),
            "hours_wide": 0.0,
            "ward": [w for w, n in counts.items() for _ in range(n)],
        }
    )
    return crimes, pd.DataFrame({"code": list(counts), "name": [f"Ward {code}" for code in counts]})


def test_a_funnel_names_the_ward_that_differs_and_not_the_small_one() -> None:
    rng = np.random.default_rng(3)
    people = {f"W{i}": int(size) for i, size in enumerate(rng.integers(1500, 12_000, 20))}
    counts = {code: int(rng.poisson(0.01 * size * rng.gamma(25, 0.04))) for code, size in people.items()}
    counts["W3"] = 3 * int(0.01 * people["W3"])
    counts["W20"], people["W20"] = 3, 100  # three times the rate, on three crimes
    crimes, areas = wards(counts)
    population = pd.DataFrame({"code": list(people), "population": list(people.values())})
    found = funnel.areas_compared(
        crimes, name="f", level="ward", areas=areas, population=population, period=parse("2026-10"), as_at=AS_AT
    )
    assert found.sentence == "1 of 21 wards has more crimes than areas of its size usually have: Ward W3."
    row = found.table.set_index("code").loc["W20"]
    assert row["outside"] == ""
    assert row["rate"] == 30
    assert (found.table["low_998"] <= found.table["low"]).all()


def test_areas_without_people_or_reports_are_left_out_and_told() -> None:
    crimes, areas = wards({"A": 10, "B": 12, "C": 40, "D": 5})
    population = pd.DataFrame({"code": ["A", "B", "C"], "population": [4000, 4000, 4000]})
    found = funnel.areas_compared(
        crimes, name="f", level="ward", areas=areas, population=population, period=parse("2026-10"), as_at=AS_AT,
        not_submitted=["B"],
    )  # fmt: skip
    assert found.table["status"].tolist() == ["assessed", "not submitted", "assessed", "not assessed"]
    assert found.table["n"].isna().tolist() == [False, True, False, False]
    assert "1 ward has no population given and is left out." in found.caveats
    assert "1 ward did not submit and is left out." in found.caveats
    with pytest.raises(MethodError, match="stands twice: "):
        funnel.areas_compared(
            crimes,
            name="f",
            level="ward",
            areas=areas,
            population=pd.concat([population] * 2),
            period=parse("2026-10"),
            as_at=AS_AT,
        )


def test_a_population_without_a_column_is_refused_by_its_name() -> None:
    crimes, areas = wards({"A": 10, "B": 12})
    asked = {"name": "f", "level": "ward", "areas": areas, "period": parse("2026-10"), "as_at": AS_AT}
    for lacking in ("code", "population"):
        people = pd.DataFrame({"code": ["A", "B"], "population": [4000, 4000]}).rename(columns={lacking: "x"})
        with pytest.raises(MethodError, match=f"the population lacks {lacking}"):
            funnel.areas_compared(crimes, population=people, **asked)


def test_a_force_without_crime_has_no_funnel() -> None:
    crimes, areas = wards({"A": 1, "B": 0})
    population = pd.DataFrame({"code": ["A", "B"], "population": [4000, 0]})
    found = funnel.areas_compared(
        crimes, name="f", level="ward", areas=areas, population=population, period=parse("2026-10"), as_at=AS_AT
    )
    assert found.sentence == "Not assessed: fewer than two areas have residents and crimes to compare."


def test_a_week_that_is_not_over_is_told_so_far_by_every_chart() -> None:
    crimes = crimes_in(PLAIN * 10)
    asked = {"name": "c", "period": W46, "as_at": datetime(2026, 11, 12, 9)}
    charts = (control_chart.chart, weekly_chart.recent, weekly_chart.seasonal, comparison.with_usual, alarms.expected)
    for chart in charts:
        assert " this week so far, " in chart(crimes, **asked).sentence
        assert " this week, " in chart(crimes, **{**asked, "as_at": AS_AT}).sentence


def test_a_band_that_rests_on_a_gap_and_weekdays_without_it_name_the_weeks() -> None:
    crimes = crimes_in(PLAIN * 10)
    crimes.attrs["gaps"] = (Gap(date(2026, 11, 2), date(2026, 11, 8), 0, 400),)
    gap = "No records from 2 Nov to 8 Nov 2026, where about 400 were due: looks like a gap"
    band = weekly_chart.recent(crimes, name="r", period=W46, as_at=AS_AT)
    assert band.sentence == "Not assessed: 2026-W45 cannot be compared, and this week's band rests on the 8 before it."
    assert f"{gap}; weeks it touches are left out." in band.caveats
    days = weekdays.favoured(crimes, name="w", period=W46, as_at=AS_AT)
    assert "Only 12 of 13 weeks can be compared; left out: 2026-W45." in days.caveats
    assert f"{gap}." in days.caveats
