"""High-risk issues: worded by chance, stopped at breaks, small counts left alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from intelnb.analysis import high_risk
from intelnb.dates import parse

PERIOD = parse("2026-W46")


def _crimes(now: dict[str, int], before: dict[str, int]) -> gpd.GeoDataFrame:
    """Flagged crimes of this week, and of each of the four weeks before, after a year with one crime a month."""
    rows: list[tuple[pd.Timestamp, tuple[str, ...]]] = [
        (day, ()) for day in pd.date_range("2025-11-01", "2026-09-01", freq="MS")
    ]
    rows += [(pd.Timestamp("2026-11-10"), (flag,)) for flag, n in now.items() for _ in range(n)]
    weeks = pd.date_range("2026-10-12", periods=4, freq="W-MON")
    rows += [(week + pd.Timedelta(days=1), (flag,)) for week in weeks for flag, n in before.items() for _ in range(n)]
    return gpd.GeoDataFrame(
        {"middle": [r[0] for r in rows], "flags": [r[1] for r in rows], "hours_wide": 1.0, "inside": True}
    )


def _change(crimes: pd.DataFrame, **options: Any) -> dict[str, str]:
    return high_risk.issues(crimes, name="risk", period=PERIOD, **options).table.set_index("flag")["change"].to_dict()


def test_words_follow_chance_and_small_counts_are_left_alone() -> None:
    crimes = _crimes(
        {"knife": 18, "child": 5, "hate": 2, "vulnerable": 2}, {"knife": 5, "child": 4, "hate": 1, "vulnerable": 14}
    )
    assert _change(crimes) == {
        "repeat victim": "too few to compare", "vulnerable": "fewer than usual", "child": "no clear change",
        "hate": "too few to compare", "knife": "more than usual",
    }  # fmt: skip
    found = high_risk.issues(crimes, name="risk", period=PERIOD)
    assert found.sentence == "Above their usual level: Knife crime."
    row = found.table.set_index("flag").loc["knife"]
    assert (row["n"], row["usual"], row["n_before"], row["ratio"]) == (18, 5.0, 20, pytest.approx(3.6))
    assert high_risk.THREAT_TO_LIFE in found.caveats


def _break(day: str, **lists: tuple[str, ...]) -> pd.DataFrame:
    blank = {"kinds": (), "flags": (), "areas": (), "priorities": ()}
    lists = {key: [value] for key, value in {**blank, **lists}.items()}
    return pd.DataFrame({"date": [pd.Timestamp(day)], "until": [pd.NaT], "what": ["new form"], **lists})


def test_a_break_stops_the_comparison_for_the_flags_it_names() -> None:
    crimes = _crimes({"knife": 18, "child": 18}, {"knife": 5, "child": 5})
    broken = _change(crimes, breaks=_break("2026-11-09", flags=("knife", "domestic")))
    assert (broken["knife"], broken["child"]) == ("break in recording", "more than usual")
    assert _change(crimes, breaks=_break("2026-11-09"))["child"] == "break in recording"
    elsewhere = _break("2026-11-09", flags=("knife",), areas=("S1",))
    assert _change(crimes, breaks=elsewhere, areas=("C1", "C2"))["knife"] == "more than usual"


def test_only_weeks_after_a_break_are_compared() -> None:
    crimes = _crimes({"knife": 18}, {"knife": 5})
    table = high_risk.issues(crimes, name="r", period=PERIOD, breaks=_break("2026-10-26", flags=("knife",))).table
    row = table.set_index("flag").loc["knife"]
    assert (row["periods_before"], row["n_before"]) == (2, 10)


def test_data_that_cannot_answer_are_refused() -> None:
    crimes = _crimes({"knife": 5}, {"knife": 5})
    bare = crimes.assign(flags=[()] * len(crimes))
    assert high_risk.issues(bare, name="r", period=PERIOD).sentence == "Not assessed: no crime carries a flag."
    monthly = crimes.assign(hours_wide=743.0)
    assert high_risk.issues(monthly, name="r", period=PERIOD).sentence == "Not assessed: data are monthly."


def test_a_week_the_data_do_not_reach_is_not_a_fall() -> None:
    crimes = _crimes({"knife": 5}, {"knife": 5})
    found = high_risk.issues(crimes, name="r", period=PERIOD, as_at=datetime(2026, 11, 8, 5))
    assert found.sentence == "Not assessed: data end on Sun 8 Nov 2026, before this week."
    assert high_risk.issues(crimes, name="r", period=PERIOD, as_at=datetime(2026, 11, 16, 5)).is_assessed


def _places(x: list[float], days: list[str], **others: Any) -> gpd.GeoDataFrame:
    table = {
        "easting": x,
        "northing": 5.0,
        "middle": pd.to_datetime(days),
        "kind": "arson",
        "location": "1 Low Lane",
        "inside": True,
    }
    return gpd.GeoDataFrame({**table, **others}, geometry=gpd.points_from_xy(x, [5.0] * len(x)), crs="EPSG:27700")


def test_places_repeat_within_the_window_and_at_one_exact_place() -> None:
    days = [
        "2026-10-19",
        "2026-11-01",
        "2026-11-15",
        "2026-10-18",
        "2026-11-01",
        "2026-11-02",
        "2026-11-01",
        "2026-11-02",
        "2026-11-03",
    ]
    crimes = _places([100.0, 100.2, 100.0, 200.0, 200.0, 200.0, 300.0, 300.0, 304.0], days)
    found = high_risk.repeat_places(crimes, name="p", until=PERIOD.end)
    assert found.table[["easting", "n"]].to_numpy().tolist() == [[100.0, 3]]
    assert found.sentence == "Places with 3 or more crimes in 28 days: 1; the most at one place: 3."


def test_snapped_points_are_not_places() -> None:
    crimes = _places([1.0] * 4, ["2026-11-01"] * 4, accuracy_m=50.0)
    found = high_risk.repeat_places(crimes, name="p", until=PERIOD.end)
    assert found.sentence == "Not assessed: locations are snapped to map points, too coarse for repeat places."


def test_the_planted_break_is_not_a_rise(
    crimes: gpd.GeoDataFrame, registers: dict[str, pd.DataFrame], truths: dict
) -> None:
    assert not truths["repeat_domestic_break"]["assessed"]
    found = high_risk.issues(crimes, name="r", period=PERIOD, breaks=registers["breaks"])
    assert found.table.set_index("flag").loc["repeat victim", "change"] == "break in recording"
    assert found.values["n_broken"] == 1
