"""Areas and months that sent nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from intelnb.analysis import submission
from intelnb.dates import parse

AS_AT = datetime.fromisoformat("2026-11-16T05:00")
W46 = parse("2026-W46")
AREAS = pd.DataFrame({"code": ["A", "B", "C"], "name": ["Ash", "Birch", "Cedar"]})


def daily(every_h: float, until: str, code: str) -> pd.DataFrame:
    times = pd.date_range("2026-07-01", until, freq=pd.Timedelta(hours=every_h))
    return pd.DataFrame({"middle": times, "recorded": times, "hours_wide": 0.0, "ward": code})


def asked(table: pd.DataFrame, **options: Any) -> Any:
    given = {"level": "ward", "areas": AREAS, "as_at": AS_AT, "period": W46, **options}
    return submission.silent_areas(table, **given)


def test_the_planted_silent_beat_is_found_and_no_other(crimes: Any, wards: Any, truths: Any) -> None:
    truth = truths["silent_beat"]
    found = submission.silent_areas(crimes, level="area", areas=wards, as_at=AS_AT, period=W46)
    assert found.table["code"].tolist() == [truth["area"]]
    assert found.table["since"].tolist() == [datetime.fromisoformat(truth["silent_from"]).date()]
    assert found.table["status"].tolist() == ["not submitted"]
    assert found.sentence.startswith("Reservoir has sent nothing since 11 Nov, where about ")


def test_no_beat_is_silent_a_week_earlier(crimes: Any, wards: Any) -> None:
    as_at = datetime.fromisoformat("2026-11-09T05:00")
    known = crimes[crimes["recorded"] <= as_at]
    found = submission.silent_areas(known, level="area", areas=wards, as_at=as_at, period=parse("2026-W45"))
    assert found.table.empty
    assert found.sentence == "No area has been silent for longer than chance explains."


def test_a_busy_beat_is_missed_sooner_than_a_quiet_one() -> None:
    """Both silent since 11 November: two a day make about 10 expected, one in four days about 1."""
    table = pd.concat(
        [daily(12, "2026-11-10 23:00", "A"), daily(96, "2026-11-10 23:00", "B"), daily(24, "2026-11-15", "C")]
    )
    found = asked(table)
    assert found.table["code"].tolist() == ["A"]
    assert abs(found.table["expected"].iloc[0] - 10) < 1.5
    assert found.values["codes"] == "A"


def test_the_moment_of_recording_counts_where_known() -> None:
    """Crimes from before the silence that trickle in show that the beat still submits."""
    table = daily(12, "2026-11-05", "A")
    late = table.tail(1).assign(recorded=pd.Timestamp("2026-11-15 12:00"))
    others, two = daily(24, "2026-11-15", "C"), AREAS[AREAS["code"] != "B"]
    assert asked(pd.concat([table, others]), areas=two).values["n"] == 1
    assert asked(pd.concat([table, late, others]), areas=two).values["n"] == 0


def test_an_area_that_never_sent_anything_is_told_not_judged() -> None:
    found = asked(daily(12, "2026-11-15 22:00", "A"))
    assert found.values["n"] == 0
    assert "These data hold no crime at all in Birch and Cedar." in found.caveats


def test_missing_months_of_monthly_data() -> None:
    months = pd.period_range("2026-01", "2026-10", freq="M")
    rows = [(m, ward) for m in months for ward, n in (("A", 30), ("B", 30), ("C", 1)) for _ in range(n)]
    table = pd.DataFrame(rows, columns=["month", "ward"])
    table["middle"] = pd.PeriodIndex(table["month"]).to_timestamp() + pd.Timedelta(days=15)
    table["hours_wide"] = 743.0
    gone = (table["month"] == pd.Period("2026-05")) | (
        (table["month"] == pd.Period("2026-08")) & table["ward"].isin(["A", "C"])
    )
    found = asked(table[~gone], period=parse("2026-10"))
    assert found.table[["code", "since"]].astype(str).to_numpy().tolist() == [["", "2026-05-01"], ["A", "2026-08-01"]]
    assert found.sentence.startswith("All areas: nothing was sent for May 2026, where about ")
    later = asked(table, period=parse("2026-11"), months=["2026-10", "2026-11"])
    assert later.table["since"].astype(str).tolist() == ["2026-11-01"]


def test_nothing_to_judge_by() -> None:
    table = daily(12, "2026-11-15", "A")
    assert asked(table.iloc[:0]).sentence == "Not assessed: there are no crimes to judge by."
    table.attrs.update(withheld=("ward",))
    assert asked(table.drop(columns="ward")).sentence == "Not assessed: wards are withheld from this audience."


def test_chance_alone_seldom_silences_an_area() -> None:
    """Three hundred Poisson beats that never stopped: the stated chance is one in a hundred for all together."""
    rng = np.random.default_rng(11)
    wrong = 0
    for _ in range(100):
        at = np.sort(rng.uniform(0, 138.2, 138 * 3))
        times = pd.Timestamp("2026-07-01") + pd.to_timedelta(at, unit="D")
        table = pd.DataFrame({"middle": times, "recorded": times, "hours_wide": 0.0})
        table["ward"] = rng.choice(["A", "B", "C"], len(table))
        wrong += asked(table).values["n"] > 0
    assert wrong <= 5


def test_a_past_period_is_judged_up_to_its_end_not_up_to_today(crimes: Any, wards: Any) -> None:
    week = parse("2026-W30")
    read = crimes[crimes["middle"] < pd.Timestamp(week.end)]
    found = submission.silent_areas(read, level="area", areas=wards, as_at=datetime(2026, 11, 16, 5), period=week)
    assert found.values["n"] == 0, found.sentence


def test_a_month_that_goes_on_after_the_period_is_not_missing() -> None:
    start = pd.to_datetime([f"2025-{month:02d}-01" for month in range(1, 12) for _ in range(50)])
    end = start + pd.offsets.MonthEnd(1)
    crimes = pd.DataFrame({"middle": start + (end - start) / 2, "hours_wide": 740.0, "ward": "W1"})
    areas = pd.DataFrame({"code": ["W1"], "name": ["Castle"]})
    asked = {"level": "ward", "areas": areas, "as_at": datetime(2026, 1, 5)}
    assert submission.silent_areas(crimes, period=parse("2025-W50"), **asked).values["n"] == 0
    whole = submission.silent_areas(crimes, period=parse("2025-12"), **asked)
    assert whole.values["n"] == 1
    assert "December 2025" in whole.sentence


def test_months_no_file_holds_are_told_and_empty_ones_that_are_held_are_zeros() -> None:
    table = daily(6, "2026-11-15", "A")
    table = table[~table["middle"].dt.month.isin([8, 9])]
    table.attrs["covered"] = ("2026-07", "2026-09", "2026-10", "2026-11")
    found = asked(table, areas=AREAS.head(1))
    assert found.table[["code", "since"]].to_numpy().tolist() == [["", datetime(2026, 8, 1).date()]]
    monthly = table.assign(hours_wide=740.0)
    monthly.attrs = table.attrs
    assert asked(monthly, areas=AREAS.head(1)).table["since"].tolist() == [datetime(2026, 8, 1).date()]


def test_an_area_without_any_record_was_not_submitted_where_every_other_has_many() -> None:
    table = pd.concat([daily(24, "2026-11-15", "A"), daily(48, "2026-11-15", "B")])
    found = asked(table)
    assert found.table[["code", "status", "expected"]].to_numpy().tolist() == [["C", "not submitted", 69.0]]
    few = pd.concat([daily(24, "2026-11-15", "A"), daily(24 * 40, "2026-11-15", "B")])
    assert "C" not in asked(few).table["code"].tolist()


def test_an_area_nothing_happened_in_but_round_it_is_not_judged() -> None:
    table = daily(12, "2026-11-15", "A").assign(inside=False)
    found = asked(table)
    assert found.status == "not submitted"
    assert found.sentence == "No crime at all is held of this area, and many are held round it."
    few = asked(table.tail(20))
    assert (few.status, few.sentence) == ("not assessed", "Not assessed: there are no crimes to judge by.")


def test_a_silence_that_began_in_another_year_names_it() -> None:
    early = daily(12, "2026-07-03", "A")
    early[["middle", "recorded"]] -= pd.Timedelta(days=365)
    found = asked(pd.concat([early, daily(12, "2026-11-15", "B"), daily(12, "2026-11-15", "C")]))
    assert found.sentence.startswith("Ash has sent nothing since 4 Jul 2025, where about ")
