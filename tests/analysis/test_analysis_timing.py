"""Hour by weekday, and the busiest time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import timing
from intelnb.dates import parse
from intelnb.tables import selection

W46 = parse("2026-W46")


def table_of(*spans: tuple[str, str]) -> pd.DataFrame:
    start, end = (pd.to_datetime([span[i] for span in spans], format="ISO8601") for i in (0, 1))
    return pd.DataFrame(
        {
            "start": start,
            "end": end,
            "middle": start + (end - start) / 2,
            "hours_wide": (end - start) / pd.Timedelta("1h"),
        }
    )


def test_unknown_hours_are_shared_out_by_hand() -> None:
    """Monday 22:30 to Tuesday 00:30 gives a quarter, a half and a quarter; a point gives one."""
    found = timing.hour_by_weekday(
        table_of(("2026-11-09 22:30", "2026-11-10 00:30"), ("2026-11-15 03:10", "2026-11-15 03:10")),
        name="t",
        period=W46,
    )
    held = found.table.loc[found.table["n"] > 0, ["day", "hour", "n"]].to_numpy().tolist()
    assert held == [["Monday", 22, 0.25], ["Monday", 23, 0.5], ["Tuesday", 0, 0.25], ["Sunday", 3, 1.0]]
    assert len(found.table) == 168
    assert (found.values["n"], found.values["known_hour"]) == (2, 1)
    assert found.sentence == "2 crimes: too few to name a busiest time."


@pytest.mark.parametrize(
    ("days", "hour", "words"),
    [
        (["09", "10", "11", "12", "13"], 16, "Monday to Friday, "),
        (["14", "15"], 10, "Saturday and Sunday, "),
        (["13", "14"], 22, "Friday and Saturday, "),
        (["09", "10", "11", "12", "13", "14", "15"], 22, "any day, "),
    ],
)
def test_the_busiest_time_is_where_crimes_were_put(days: list[str], hour: int, words: str) -> None:
    """Three hours on the named days, over an even background."""
    spans = [f"2026-11-{day} {(hour + k) % 24:02d}:20" for day in days for k in range(2) for _ in range(12)]
    even = [str(pd.Timestamp("2026-11-09") + pd.Timedelta(hours=h)) for h in range(0, 168, 6)]
    found = timing.hour_by_weekday(table_of(*[(s, s) for s in spans + even]), name="t", period=W46, back=0)
    assert str(found.values["peak"]).startswith(words)
    first = int(str(found.values["peak"]).removeprefix(words)[:2])
    assert (hour - first) % 24 <= 2


def test_an_even_week_has_no_busiest_time() -> None:
    rng = np.random.default_rng(3)
    named = 0
    for _ in range(40):
        at = pd.Timestamp("2026-11-09") + pd.to_timedelta(rng.uniform(0, 168, 120), unit="h")
        named += (
            "peak" in timing.hour_by_weekday(table_of(*[(str(t), str(t)) for t in at]), name="t", period=W46).values
        )
    # one in twenty is allowed for; seven or more of forty would have a chance under 1 in 200
    assert named <= 6


def nights(rng: np.random.Generator, *, by_day: list[float], size: int) -> pd.DataFrame:
    """Crimes of four weeks at ten at night to two, over an even background, spread over the days as told."""
    day = rng.choice(7, size, p=np.array(by_day) / sum(by_day)) + 7 * rng.integers(0, 4, size)
    late = pd.Timestamp("2026-10-19 22:00") + pd.to_timedelta(day * 24 + rng.uniform(0, 4, size), unit="h")
    even = pd.Timestamp("2026-10-19") + pd.to_timedelta(rng.uniform(0, 4 * 168, size // 2), unit="h")
    return table_of(*[(str(t), str(t)) for t in (*late, *even)])


def test_nights_much_busier_at_weekends_are_named_by_their_days() -> None:
    table = nights(np.random.default_rng(5), by_day=[1, 1, 1, 1, 2.5, 2.5, 1], size=300)
    found = timing.hour_by_weekday(table, name="t", period=W46)
    assert str(found.values["peak"]).startswith("Friday and Saturday, 2")
    assert found.sentence.endswith(f"on all days these hours hold {found.values['hours_percent']} %.")
    assert int(found.values["hours_percent"]) > int(found.values["peak_percent"])
    assert "Hours after midnight belong to the day before." in found.caveats
    # by hand: the crimes that began on a Friday or a Saturday, in the hours named
    first = int(str(found.values["peak"]).removeprefix("Friday and Saturday, ")[:2])
    began = table["start"] - pd.Timedelta(hours=first)
    counted = began.dt.day_of_week.isin([4, 5]) & (began.dt.hour < int(str(found.values["peak"])[-5:-3]) + 24 - first)
    assert found.values["peak_n"] == int(counted.sum())


def test_a_little_more_at_weekends_names_no_days_however_many_crimes_there_are() -> None:
    table = nights(np.random.default_rng(6), by_day=[1, 1, 1, 1, 1.3, 1.3, 1], size=8000)
    found = timing.hour_by_weekday(table, name="t", period=W46)
    assert str(found.values["peak"]).startswith("any day, ")
    assert "hours_percent" not in found.values


def test_days_that_are_alike_are_seldom_told_apart() -> None:
    """One in twenty is allowed for; few crimes, so that half as many again comes by chance."""
    named = sum(
        "hours_percent"
        in timing.hour_by_weekday(
            nights(np.random.default_rng(seed), by_day=[1] * 7, size=60), name="t", period=W46
        ).values
        for seed in range(100)
    )
    # eleven or more of a hundred would have a chance of about 1 in 100
    assert named <= 10


def test_wide_and_impossible_times_are_told_not_hidden() -> None:
    table = table_of(("2026-11-09 10:00", "2026-11-12 10:00"), ("2026-11-10 10:00", "2026-11-10 10:00"))
    table.loc[2] = [pd.NaT, pd.NaT, pd.Timestamp("2026-11-10"), 0.0]
    found = timing.hour_by_weekday(table, name="t", period=W46)
    assert (found.values["n"], found.values["wide"], found.values["left_out"]) == (2, 1, 1)
    assert found.table["n"].sum() == pytest.approx(2, abs=0.01)
    assert any("interval over 24 hours" in one for one in found.caveats)


def test_monthly_data_have_no_hours() -> None:
    found = timing.hour_by_weekday(table_of(("2026-10-01", "2026-10-31 23:59:59")), name="t", period=parse("2026-10"))
    assert found.sentence == "Not assessed: data are monthly."


def test_only_the_periods_asked_for_are_counted() -> None:
    table = table_of(*[(f"2026-11-{d:02d} 12:00", f"2026-11-{d:02d} 12:00") for d in (1, 2, 8, 9, 15, 16)])
    assert timing.hour_by_weekday(table, name="t", period=W46, back=0).values["n"] == 2
    assert timing.hour_by_weekday(table, name="t", period=W46, back=1).values["n"] == 4


def test_night_time_violence_of_the_sample_peaks_at_night(crimes: Any, registers: Any) -> None:
    row = registers["priorities"].set_index("code").loc["violence"]
    chosen = selection.of_priority(crimes, kinds=row["kinds"], hours=row["hours"])
    found = timing.hour_by_weekday(chosen, name="t", period=W46)
    day = found.table.groupby("hour")["n"].sum()
    assert day.loc[[20, 21, 22, 23, 0, 1, 2, 3]].sum() / day.sum() > 0.9
    # the planted nights are busiest at weekends, and a patrol should hear of that
    assert found.sentence == (
        "Busiest time: Friday and Saturday, 22:00 to 02:00, with 28 % of 541 crimes; on all days these hours hold 59 %."
    )


def test_the_planted_series_is_in_late_afternoon_on_weekdays(crimes: Any, truths: Any) -> None:
    series = crimes[crimes["id"].isin(truths["burglary_series_rows"]["series"])]
    found = timing.hour_by_weekday(series, name="t", period=W46)
    assert str(found.values["peak"]).startswith("Monday to Friday, 1")
    first = int(str(found.values["peak"]).removeprefix("Monday to Friday, ")[:2])
    assert 14 <= first <= 16


def hourly(first: str, until: str, *, as_at: str = "") -> pd.DataFrame:
    """One crime at half past every hour of a stretch: no time of the week has more than another."""
    moments = pd.date_range(first, until, freq="h", inclusive="left").strftime("%Y-%m-%d %H:30").tolist()
    crimes = table_of(*((one, one) for one in moments))
    crimes.attrs["as_at"] = pd.Timestamp(as_at).to_pydatetime() if as_at else None
    return crimes


def test_a_week_the_data_begin_or_end_within_has_no_busiest_time() -> None:
    """All crimes lie on Saturday and Sunday, because nothing else is held."""
    late = timing.hour_by_weekday(hourly("2026-11-14", "2026-11-16"), name="t", period=W46, back=0)
    assert late.sentence == "48 crimes, and 2 of 7 days of the week held whole: too few days to name a busiest time."
    assert late.values["since"] == "Sat 14 Nov 2026"
    early = hourly("2026-11-01", "2026-11-11 05:00", as_at="2026-11-11 05:00")
    found = timing.hour_by_weekday(early, name="t", period=W46, back=0)
    assert found.sentence == "53 crimes, and 2 of 7 days of the week held whole: too few days to name a busiest time."
    assert any(one.startswith("Data end on Wed 11 Nov 2026") for one in found.caveats)


def test_days_that_came_more_often_in_what_is_held_are_no_busier() -> None:
    """From Friday to Saturday week: Fridays and Saturdays come twice, the others once, and all hours alike."""
    even = hourly("2026-11-06", "2026-11-15", as_at="2026-11-15 05:00")
    four = pd.concat([even] * 8, ignore_index=True)
    four.attrs = even.attrs
    assert timing.hour_by_weekday(four, name="t", period=W46, back=3).sentence == "No time of the week stands out."
    peak = table_of(*((f"2026-11-{day:02d} 20:30",) * 2 for day in (6, 13) for _ in range(80)))
    both = pd.concat([four, peak], ignore_index=True)
    both.attrs = even.attrs
    assert str(timing.hour_by_weekday(both, name="t", period=W46, back=3).values["peak"]).startswith(
        "Friday and Saturday"
    )


def test_crimes_dated_outside_the_data_are_left_out_and_told() -> None:
    crimes = table_of(*((f"2026-11-{day:02d} 12:00",) * 2 for day in (9, 10, 14)))
    crimes.attrs.update(
        covered_from=pd.Timestamp("2026-11-10").date(), as_at=pd.Timestamp("2026-11-12 05:00").to_pydatetime()
    )
    found = timing.hour_by_weekday(crimes, name="t", period=W46)
    assert (found.values["n"], found.values["outside"], found.table["n"].sum()) == (1, 2, 1.0)
    assert "Dated before the data begin or after they end, so not counted: 2 crimes." in found.caveats


def test_a_time_outside_the_data_is_no_time_without_crime() -> None:
    crimes = hourly("2026-10-01", "2026-11-09", as_at="2026-11-09 05:00")
    assert timing.hour_by_weekday(crimes, name="t", period=W46, back=0).sentence == (
        "Not assessed: data end on Mon 9 Nov 2026, when this time has only just begun."
    )
