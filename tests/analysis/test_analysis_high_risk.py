"""High-risk issues: worded by chance, stopped at breaks, small counts left alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import high_risk
from intelnb.dates import parse, periods_until
from intelnb.tables import counting, expectation
from tests.analysis.made_series import crimes_in

PERIOD = parse("2026-W46")
AS_AT = datetime(2026, 11, 16, 5)


def _crimes(now: dict[str, int], before: dict[str, int]) -> gpd.GeoDataFrame:
    """Flagged crimes of this week, and of each of the 52 weeks before."""
    rows = [(pd.Timestamp("2026-11-10"), (flag,)) for flag, n in now.items() for _ in range(n)]
    weeks = pd.date_range(end="2026-11-02", periods=52, freq="W-MON")
    rows += [(week + pd.Timedelta(days=1), (flag,)) for week in weeks for flag, n in before.items() for _ in range(n)]
    table = gpd.GeoDataFrame(
        {"middle": [r[0] for r in rows], "flags": [r[1] for r in rows], "hours_wide": 1.0, "inside": True}
    )
    table.attrs["covered_from"] = weeks[0].date()
    return table


def _change(crimes: pd.DataFrame, **options: Any) -> dict[str, str]:
    return (
        high_risk.issues(crimes, name="risk", period=PERIOD, as_at=AS_AT, **options)
        .table.set_index("flag")["change"]
        .to_dict()
    )


def test_words_follow_chance_and_small_counts_are_left_alone() -> None:
    crimes = _crimes(
        {"knife": 18, "child": 5, "hate": 2, "vulnerable": 2}, {"knife": 5, "child": 4, "hate": 1, "vulnerable": 14}
    )
    assert _change(crimes) == {
        "repeat victim": "too few to compare", "vulnerable": "fewer than usual", "child": "no clear change",
        "hate": "too few to compare", "knife": "more than usual",
    }  # fmt: skip
    found = high_risk.issues(crimes, name="risk", period=PERIOD, as_at=AS_AT)
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
    asked = {"name": "r", "period": PERIOD, "as_at": AS_AT, "back": 20}
    table = high_risk.issues(crimes, breaks=_break("2026-07-27", flags=("knife",)), **asked).table
    row = table.set_index("flag").loc["knife"]
    assert (row["periods_before"], row["n_before"], row["change"]) == (15, 75, "more than usual")
    assert _change(crimes, breaks=_break("2026-10-26", flags=("knife",)))["knife"] == "break in recording"
    assert _change(crimes[crimes["middle"] >= "2026-09-01"], breaks=None)["knife"] == "more than usual"


def test_a_break_in_a_kind_touches_the_flags_its_crimes_carry() -> None:
    crimes = _crimes({"knife": 18, "child": 18}, {"knife": 5, "child": 5})
    crimes["kind"] = ["robbery" if "knife" in held else "neglect" for held in crimes["flags"]]
    broken = _change(crimes, breaks=_break("2026-11-09", kinds=("robbery",)))
    assert (broken["knife"], broken["child"]) == ("break in recording", "more than usual")


def _known_late(counts: list[int], *, days: float, as_at: datetime) -> pd.DataFrame:
    """So many knife crimes in each week up to the last, recorded after a delay that is often short and sometimes long."""
    table = crimes_in(counts).assign(flags=[("knife",)] * sum(counts))
    delay = days * np.random.default_rng(3).exponential(size=len(table))
    table["recorded"] = table["middle"] + pd.to_timedelta(delay, unit="D")
    known = table[(table["recorded"] <= pd.Timestamp(as_at)) & (table["middle"] <= pd.Timestamp(as_at))]
    known.attrs.update(covered_from=parse("2025-W40").start, as_at=as_at)
    return known


@pytest.mark.parametrize("moment", [AS_AT, datetime(2026, 11, 12, 5)])
def test_late_recording_and_an_unfinished_week_are_no_fall(moment: datetime) -> None:
    crimes = _known_late([60] * 60, days=5, as_at=moment)
    found = high_risk.issues(crimes, name="r", period=PERIOD, as_at=moment)
    row = found.table.set_index("flag").loc["knife"]
    counted = counting.per_period(crimes, periods_until(PERIOD, count=5), as_at=moment).n[0]
    assert (row["n"], row["n_before"], row["change"]) == (counted[-1], counted[:-1].sum(), "no clear change")
    assert row["n"] < 40 < 60  # most of the week is not known yet
    assert any("is not over" in told for told in found.caveats) is (moment < AS_AT)


def test_late_recording_is_told() -> None:
    crimes = _known_late([60] * 60, days=5, as_at=AS_AT)
    crimes.attrs["delay"] = tuple(1 - np.exp(-np.arange(365) / 20))
    told = high_risk.issues(crimes, name="r", period=PERIOD, as_at=AS_AT).caveats
    assert any("are still to be recorded on past form" in one for one in told)
    assert any("no alarm" in one and "outside" in one for one in told)


@pytest.mark.parametrize("uneven", [1.0, 3.0])
def test_words_on_quiet_weeks_keep_to_the_stated_share(uneven: float) -> None:
    """Five flags at once in quiet weeks: one or another is called changed in at most 1 page of 20."""
    rng = np.random.default_rng(int(uneven))
    called, pages = 0, 1500
    for _ in range(pages):
        for mean in (3, 8, 15, 40, 80):
            y = rng.poisson(mean, 105) if uneven == 1 else rng.poisson(rng.gamma(mean / (uneven - 1), uneven - 1, 105))
            found = expectation.against_few(
                int(y[-1]), int(y[-5:-1].sum()), days=7, before_days=28, history=y[:-1], history_days=np.full(104, 7)
            )
            if max(y[-1], y[-5:-1].sum()) >= high_risk.LEAST_COUNT and found.p < 0.01:
                called += 1
                break
    assert called / pages < high_risk.SHARE_FALSE


def test_an_uneven_flag_is_not_called_changed_as_an_even_one_is() -> None:
    jumpy = _known_late([*[12, 68] * 30, 70], days=0, as_at=AS_AT)
    even = _known_late([*[40] * 60, 70], days=0, as_at=AS_AT)
    found = [
        high_risk.issues(one, name="r", period=PERIOD, as_at=AS_AT).table.set_index("flag").loc["knife", "change"]
        for one in (jumpy, even)
    ]
    assert found == ["no clear change", "more than usual"]


def test_a_short_history_says_so() -> None:
    few = _known_late([40] * 10, days=0, as_at=AS_AT)
    few.attrs["covered_from"] = PERIOD.back(9).start
    found = high_risk.issues(few, name="r", period=PERIOD, as_at=AS_AT).table.set_index("flag")
    assert found.loc["knife", "change"] == "history too short"


def test_data_that_cannot_answer_are_refused() -> None:
    crimes = _crimes({"knife": 5}, {"knife": 5})
    bare = crimes.assign(flags=[()] * len(crimes))
    assert (
        high_risk.issues(bare, name="r", period=PERIOD, as_at=AS_AT).sentence
        == "Not assessed: no crime carries a flag."
    )
    monthly = crimes.assign(hours_wide=743.0)
    assert high_risk.issues(monthly, name="r", period=PERIOD, as_at=AS_AT).sentence == "Not assessed: data are monthly."


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
    found = high_risk.issues(crimes, name="r", period=PERIOD, as_at=AS_AT, breaks=registers["breaks"])
    assert found.table.set_index("flag").loc["repeat victim", "change"] == "break in recording"
    assert found.values["n_broken"] == 1
