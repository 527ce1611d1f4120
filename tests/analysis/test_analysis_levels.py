"""Seasons, levels and forecasts: planted waves and steps, breaks, gaps, and what is not known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import drift, forecast, levels, season
from intelnb.analysis.result import Result
from intelnb.dates import parse
from intelnb.errors import MethodError
from intelnb.stats.yearly_wave import yearly_wave
from intelnb.tables import counting
from tests.analysis.made_series import AS_AT, W46, crimes_in, monthly, one_break, quiet


def test_a_planted_step_is_found_where_it_is() -> None:
    rng = np.random.default_rng(1)
    counts = [*rng.poisson(8, 120).tolist(), *rng.poisson(16, 30).tolist()]
    found = levels.changed(crimes_in(counts), name="l", period=W46, as_at=AS_AT)
    assert found.values["changes"] == 1
    step = pd.Timestamp(W46.end) - pd.Timedelta(weeks=30)
    row = found.table.iloc[-1]
    assert pd.Timestamp(row["earliest"]) <= step <= pd.Timestamp(row["latest"])
    assert found.values["before"] == pytest.approx(8, rel=0.15)
    assert found.values["level"] == pytest.approx(16, rel=0.2)
    assert found.table["n"].sum() == sum(counts)


def test_a_season_is_no_change_once_two_years_show_it() -> None:
    counts = quiet(30, 157, swing=0.6)
    found = levels.changed(crimes_in(counts), name="l", period=W46, as_at=AS_AT)
    assert found.sentence.startswith("No change of level in 157 weeks: ") or found.values["changes"] == 0
    short = levels.changed(crimes_in(counts[-60:]), name="l", period=W46, as_at=AS_AT)
    assert "The history is too short to know the time of year: a season can look like a change." in short.caveats


@pytest.mark.parametrize("seed", range(3))
def test_a_level_below_none_is_no_answer_and_another_question_is_named(seed: int) -> None:
    """Two a week for four years, then next to none: lines smoothed through it go below zero, counts do not."""
    crimes = crimes_in(
        [int(n) for n in np.random.default_rng(seed).poisson(np.r_[np.full(210, 2.0), np.full(52, 0.1)])]
    )
    found = season.parts(crimes, name="s", period=W46, as_at=AS_AT)
    assert not found.is_assessed
    assert "below none" in found.sentence
    assert "levels.changed" in found.sentence
    other = levels.changed(crimes, name="l", period=W46, as_at=AS_AT)
    assert other.is_assessed
    assert float(other.values["level"]) >= 0


def test_a_level_that_was_below_none_long_ago_is_told_beside_the_answer() -> None:
    counts = [*([6] * 52), *([0] * 52), *([12] * 158)]
    found = season.parts(crimes_in(counts), name="s", period=W46, as_at=AS_AT)
    assert found.is_assessed
    assert (found.table["level"] < 0).any() == any("below none" in one for one in found.caveats)
    assert (found.table["level"] < 0).any()


def test_a_change_of_recording_is_never_found_as_one_of_crime() -> None:
    counts = [*quiet(8, 80, swing=0), *quiet(30, 60, swing=0)]
    day = pd.Timestamp(W46.end) - pd.Timedelta(weeks=60)
    assert levels.changed(crimes_in(counts), name="l", period=W46, as_at=AS_AT).values["changes"] > 0
    known = levels.changed(crimes_in(counts), name="l", period=W46, as_at=AS_AT, breaks=one_break(str(day.date())))
    assert known.values["changes"] == 0
    assert known.values["periods"] == 60
    # a passing disturbance ends the history too: the method takes no gaps
    passing = levels.changed(
        crimes_in(counts),
        name="l",
        period=W46,
        as_at=AS_AT,
        breaks=one_break(str(day.date()), str((day + pd.Timedelta(days=20)).date())),
    )
    assert passing.values["periods"] == 57


def test_months_have_levels_by_their_days() -> None:
    days = [one.days for one in map(parse, [f"20{y}-{m:02d}" for y in (24, 25, 26) for m in range(1, 13)][:34])]
    found = levels.changed(monthly([2 * d for d in days]), name="l", period=parse("2026-10"), as_at=AS_AT)
    assert found.values["changes"] == 0
    assert found.values["level"] == pytest.approx(62, rel=0.02)


def test_a_planted_wave_is_the_time_of_year_and_a_planted_rise_is_rising() -> None:
    rng = np.random.default_rng(2)
    week = np.arange(209)
    wave = np.cos(2 * np.pi * (week - 208) / 52.1775)  # at its height now
    steady = rng.poisson(40 + 12 * wave).tolist()
    found = season.parts(crimes_in(steady), name="p", period=W46, as_at=AS_AT)
    assert found.values["direction"] == "steady"
    assert found.values["seasonal"] == pytest.approx(12, abs=5)
    assert "usually adds" in found.sentence
    rising = rng.poisson((40 + 12 * wave) * np.exp(np.clip((week - 150) / 60, 0, None))).tolist()
    assert season.parts(crimes_in(rising), name="p", period=W46, as_at=AS_AT).values["direction"] == "rising"
    parts = found.table[["level", "seasonal", "rest"]].sum(axis=1)
    np.testing.assert_allclose(parts, found.table["n"], atol=0.02)


def test_a_season_needs_two_whole_years_without_gaps() -> None:
    short = season.parts(crimes_in(quiet(20, 100)), name="p", period=W46, as_at=AS_AT)
    assert short.sentence == "Not assessed: 104 weeks of history are needed, 99 are there."
    gap = season.parts(
        crimes_in(quiet(20, 200)), name="p", period=W46, as_at=AS_AT, breaks=one_break("2026-03-02", "2026-03-09")
    )
    assert gap.status == "break in recording"
    months = season.parts(monthly([30] * 30), name="p", period=parse("2026-10"), as_at=AS_AT)
    assert months.values["direction"] == "steady"


def test_a_forecast_holds_what_came_and_counts_its_own_past() -> None:
    counts = quiet(20, 170, seed=3)
    seen = crimes_in(counts[:-4], "2026-W42")
    found = forecast.ahead(seen, name="f", period=parse("2026-W42"), as_at=pd.Timestamp("2026-10-19").to_pydatetime())
    assert found.table["period"].tolist() == ["2026-W43", "2026-W44", "2026-W45", "2026-W46"]
    came = np.array(counts[-4:])
    assert ((came >= found.table["low_95"]) & (came <= found.table["high_95"])).all()
    assert (found.table["low_95"] <= found.table["low"]).all()
    assert 0.7 < found.values["held"] / found.values["tried"] <= 1
    assert found.values["tried"] == 52
    assert found.sentence.endswith(f"past ranges held {found.values['held']} of {found.values['tried']}.")


def test_both_methods_and_months_work() -> None:
    crimes = crimes_in(quiet(20, 80))
    one, two = (
        forecast.ahead(crimes, name="f", period=W46, as_at=AS_AT, horizon=13, method=method)  # type: ignore[arg-type]
        for method in ("count model", "smoothing")
    )
    assert abs(one.values["low"] - two.values["low"]) <= 6
    months = forecast.ahead(monthly([30, 32, 28, 31] * 4), name="f", period=parse("2026-10"), as_at=AS_AT, horizon=2)
    assert months.table["period"].tolist() == ["2026-11", "2026-12"]
    assert months.values["low"] < 30 < months.values["high"]


def test_a_forecast_says_what_it_cannot_know() -> None:
    crimes = crimes_in(quiet(20, 80))
    early = forecast.ahead(crimes, name="f", period=W46, as_at=pd.Timestamp("2026-11-12").to_pydatetime())
    assert early.sentence == "Not assessed: this week is not over."
    short = forecast.ahead(crimes_in([9, 8, 10] * 5), name="f", period=W46, as_at=AS_AT)
    assert short.sentence == "Not assessed: 26 weeks of history are needed, 14 are there."
    assert (
        forecast.ahead(monthly([30] * 30), name="f", period=W46, as_at=AS_AT).sentence
        == "Not assessed: data are monthly."
    )
    broken = forecast.ahead(crimes, name="f", period=W46, as_at=AS_AT, breaks=one_break("2026-10-14"))
    assert broken.status == "break in recording"
    flat = forecast.ahead(crimes_in([10] * 40), name="f", period=W46, as_at=AS_AT, method="smoothing")
    assert flat.sentence == "Not assessed: all counts are alike, so smoothing has no spread to learn."
    with pytest.raises(MethodError, match="a horizon of 14"):
        forecast.ahead(crimes, name="f", period=W46, as_at=AS_AT, horizon=14)


def test_a_wave_is_flat_without_history_and_ignores_gaps() -> None:
    assert yearly_wave(np.ones(90), season=52.1775).tolist() == [1] * 90
    week = np.arange(160)
    counts = np.round(50 * np.exp(0.4 * np.sin(2 * np.pi * week / 52.1775)))
    whole = yearly_wave(counts, season=52.1775)
    counts[40:48] = np.nan
    np.testing.assert_allclose(yearly_wave(counts, season=52.1775), whole, rtol=0.02)
    with pytest.raises(MethodError, match="not one series"):
        yearly_wave([[1.0]], season=12)


@pytest.mark.parametrize("method", [levels.changed, season.parts, drift.rising])
def test_a_week_that_is_not_over_is_left_out_of_every_level(method: Callable[..., Result]) -> None:
    """Fourteen a week, six of the last: by Thursday morning that is no fall, and no level."""
    crimes = crimes_in([14] * 160)
    thursday = datetime(2026, 11, 12, 9)
    crimes = crimes[crimes["middle"] < pd.Timestamp(thursday)]
    found = method(crimes, name="x", period=W46, as_at=thursday)
    whole = method(crimes, name="x", period=W46.back(1), as_at=thursday)
    assert dict(found.values) == dict(whole.values)
    pd.testing.assert_frame_equal(found.table, whole.table)
    left = "The week asked about is not over and is left out: the last one looked at is 2026-W45."
    assert set(found.caveats) == {*whole.caveats, left}


@pytest.mark.parametrize("method", [levels.changed, season.parts, drift.rising, forecast.ahead])
def test_a_level_says_that_later_records_come_on_top_until_they_are_there(method: Callable[..., Result]) -> None:
    crimes = crimes_in([14] * 160)
    told = "Counts are those known {}; what is recorded later comes on top."
    crimes.attrs["delay"] = tuple(np.linspace(0, 1, 8 * 4))  # all within eight days, in steps of six hours
    asked = {"name": "x", "period": W46}
    assert told.format("as each week ended") in method(crimes, **asked, as_at=AS_AT).caveats
    assert told.format("2 days after each week") in method(crimes, **asked, as_at=datetime(2026, 11, 18)).caveats
    whole = method(crimes, **asked, as_at=datetime(2026, 12, 1))
    undated = method(crimes.drop(columns="recorded"), **asked, as_at=AS_AT)
    assert not any("on top" in one for found in (whole, undated) for one in found.caveats)


def test_a_month_known_to_its_last_second_is_over() -> None:
    """Monthly data without an as-at end with the last second of their last month."""
    last = datetime(2026, 10, 31, 23, 59, 59)
    assert forecast.ahead(monthly([30] * 30), name="f", period=parse("2026-10"), as_at=last).is_assessed
    assert not counting.is_over(parse("2026-10"), datetime(2026, 10, 31, 17))
