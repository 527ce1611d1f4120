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
    assert "00" in str(found.values["peak"])


def test_the_planted_series_is_in_late_afternoon_on_weekdays(crimes: Any, truths: Any) -> None:
    series = crimes[crimes["id"].isin(truths["burglary_series_rows"]["series"])]
    found = timing.hour_by_weekday(series, name="t", period=W46)
    assert str(found.values["peak"]).startswith("Monday to Friday, 1")
    first = int(str(found.values["peak"]).removeprefix("Monday to Friday, ")[:2])
    assert 14 <= first <= 16
