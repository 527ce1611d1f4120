"""Gaps nobody reported: a planted one is found, a fall, a season and chance are none, and it travels to every series."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import alarms, burst, comparison, drift, levels, same_time, submission
from intelnb.dates import parse, periods_until
from intelnb.tables import counting, coverage, daily, recording, selection, silence, unsent

START = pd.Timestamp("2023-11-13")
WEEKS = 157
AS_AT = datetime(2026, 11, 16, 5)
W46 = parse("2026-W46")


def _table(
    a_week: float, *, weeks: int = WEEKS, uneven: float = 1.0, swing: float = 0.0, seed: int = 1
) -> pd.DataFrame:
    """Records at a steady rate, with a yearly wave and weeks more uneven than chance where asked."""
    rng = np.random.default_rng(seed)
    level = a_week * np.exp(swing * np.cos(2 * np.pi * np.arange(weeks) / 52.1775)) / np.i0(swing)
    level = level if uneven == 1 else rng.gamma(level / (uneven - 1), uneven - 1)
    days = rng.poisson(np.repeat(level / 7, 7))
    middle = START + pd.to_timedelta(np.repeat(np.arange(days.size), days) * 24 + 9, unit="h")
    kind = np.where(rng.random(middle.size) < 0.1, "burglary", "other")
    return pd.DataFrame({"middle": middle, "hours_wide": 0.0, "kind": kind, "ward": "W1"})


def _without(table: pd.DataFrame, first: str, end: str, *, but: int = 0) -> pd.DataFrame:
    """The table without the records from one day up to another, but for so many."""
    gone = (table["middle"] >= first) & (table["middle"] < end)
    return table[~gone | (gone & (gone.cumsum() <= but))].reset_index(drop=True)


@pytest.mark.parametrize("uneven", [1.0, 4.0])
@pytest.mark.parametrize("swing", [0.0, 1.0])
def test_a_gap_is_found_to_the_day(uneven: float, swing: float) -> None:
    table = _without(_table(370, uneven=uneven, swing=swing), "2026-06-01", "2026-07-16", but=2)
    (found,) = silence.found(table)
    assert (found.first, found.last, found.n) == (date(2026, 6, 1), date(2026, 7, 15), 2)
    assert found.due > 500
    week = silence.found(_without(_table(370, uneven=uneven), "2026-06-01", "2026-06-08"))
    assert [(one.first, one.last) for one in week] == [(date(2026, 6, 1), date(2026, 6, 7))]


@pytest.mark.parametrize("uneven", [1.0, 4.0])
@pytest.mark.parametrize(("swing", "weeks"), [(0.0, 157), (1.0, 157), (1.0, 60), (2.0, 157)])
@pytest.mark.parametrize("a_week", [3, 55, 120, 400])
def test_steady_seasonal_and_uneven_tables_have_none(a_week: int, swing: float, weeks: int, uneven: float) -> None:
    found = [
        silence.found(_table(a_week, weeks=weeks, uneven=uneven, swing=swing, seed=seed)) for seed in range(100)
    ]  # fmt: skip
    assert np.mean([bool(one) for one in found]) <= silence.FALSE


def test_a_fall_however_deep_is_no_gap() -> None:
    table = _table(400)
    falls = table["middle"] >= "2026-06-01"
    rng = np.random.default_rng(2)
    for kept in (0.4, 0.1):  # one kind of crime gone, and all but one
        assert silence.found(table[~falls | (rng.random(len(table)) < kept)]) == ()
    stopped = table[~((table["kind"] == "burglary") & falls)]
    assert silence.found(stopped) == ()


def test_what_is_empty_every_year_is_a_season() -> None:
    table = _table(400)
    closed = table["middle"].dt.month == 8
    assert silence.found(table[~closed]) == ()
    once = silence.found(table[~(closed & (table["middle"].dt.year == 2026))])
    assert [(one.first, one.last) for one in once] == [(date(2026, 8, 1), date(2026, 8, 31))]


def test_weekends_and_holidays_without_records_are_none() -> None:
    table = _table(400)
    office = table[table["middle"].dt.day_of_week < 5]
    easter = (office["middle"] >= "2026-04-03") & (office["middle"] < "2026-04-07")
    assert silence.found(office[~easter]) == ()


def test_the_end_is_judged_by_lateness_and_by_weeks_where_it_is_not_known() -> None:
    table = _table(400)
    table = table[table["middle"] < "2026-11-02"]
    table.attrs["as_at"] = AS_AT
    assert silence.found(table) == ()
    prompt = tuple(np.minimum(np.arange(60) / 8, 1.0))  # all is recorded within two days
    (found,) = silence.found(table, delay=prompt)
    assert (found.first, found.last, found.n) == (date(2026, 11, 2), date(2026, 11, 15), 0)
    assert silence.found(table, delay=prompt, until=date(2026, 11, 2)) == ()  # what was not asked for is not missed
    slow = tuple(np.minimum(np.arange(400) / 40_000, 1.0))
    assert silence.found(table, delay=slow) == ()
    # six weeks are no lateness, whoever knows how late: the same table, with nothing since 5 October
    stopped = table[table["middle"] < "2026-10-05"]
    stopped.attrs["as_at"] = AS_AT
    (found,) = silence.found(stopped)
    assert (found.first, found.n) == (date(2026, 10, 5), 0)
    (asked,) = silence.found(stopped, until=date(2026, 10, 26))
    assert (asked.first, asked.last) == (date(2026, 10, 5), date(2026, 10, 25))


def test_monthly_tables_are_judged_by_months() -> None:
    months = pd.period_range("2024-01", "2026-10", freq="M")
    rows = [(month.start_time + pd.Timedelta(days=14), 730.0) for month in months for _ in range(800)]
    table = pd.DataFrame(rows, columns=["middle", "hours_wide"])
    assert silence.found(table) == ()
    (found,) = silence.found(_without(table, "2026-03-01", "2026-05-01", but=5))
    assert (found.first, found.last, found.n) == (date(2026, 3, 1), date(2026, 4, 30), 5)
    sent = _without(table, "2026-03-01", "2026-05-01")
    sent.attrs["covered"] = tuple(str(month) for month in months if str(month) not in ("2026-03", "2026-04"))
    assert silence.found(sent) == ()  # never sent, and known to be
    assert silence.found(pd.DataFrame({"middle": [], "hours_wide": []})) == ()
    assert silence.found(pd.DataFrame({"received": [1]})) == ()


@pytest.fixture(scope="module")
def whole() -> pd.DataFrame:
    """A table with records of six weeks gone, which knows it, as the workspace hands it out."""
    table = _without(_table(370), "2026-06-01", "2026-07-16", but=2)
    table.attrs.update(gaps=silence.found(table), covered_from=START.date(), as_at=AS_AT)
    return table


def test_the_finding_travels_from_the_whole_table_to_a_sparse_series(whole: pd.DataFrame) -> None:
    chosen = selection.of_priority(whole, kinds=["burglary"])
    weeks = periods_until(parse("2026-W30"), count=10)
    assert coverage.submitted(chosen, weeks).tolist() == [True, True, *[False] * 7, True]
    assert coverage.submitted(chosen, [parse("2026-06"), parse("2026-07"), parse("2026-08")]).tolist() == [
        False,
        False,
        True,
    ]
    assert recording.comparable(chosen, weeks).usable.tolist() == [True, True, *[False] * 7, True]
    told = counting.caveats(counting.per_period(chosen, weeks, as_at=AS_AT), as_at=AS_AT)
    assert any(one.startswith("Hardly any records from 1 Jun to 15 Jul 2026, where about 2,") for one in told)
    assert not any(one.startswith("Not submitted") for one in told)
    unaware = chosen.copy()
    unaware.attrs.pop("gaps")
    assert coverage.submitted(unaware, weeks).all()  # a series alone is never called a gap


def test_no_method_of_time_tells_a_gap_as_a_change(whole: pd.DataFrame) -> None:
    chosen = selection.of_priority(whole, kinds=["burglary"])
    unaware = chosen.copy()
    unaware.attrs.pop("gaps")
    asked = {"name": "x", "period": W46, "as_at": AS_AT}
    assert levels.changed(unaware, **asked).values["changes"] > 0  # the fault
    found = levels.changed(chosen, **asked)
    assert found.sentence == (
        "Not assessed: hardly any records from 1 Jun to 15 Jul 2026, which looks like a gap; 26 weeks are needed, 16 are there."
    )
    wide, narrow = alarms.expected(unaware, **asked).values, alarms.expected(chosen, **asked).values
    assert narrow["high"] - narrow["low"] < wide["high"] - wide["low"]
    assert any("looks like a gap" in told for told in alarms.expected(chosen, **asked).caveats)
    then = {**asked, "period": parse("2026-W26")}
    for method in (alarms.expected, comparison.with_usual, same_time.against_last_years, drift.rising, levels.changed):
        silent = method(chosen, **then)
        assert silent.sentence == "Not submitted: hardly any records from 1 Jun to 15 Jul 2026, which looks like a gap."


def test_days_and_areas_know_of_it(whole: pd.DataFrame) -> None:
    since = daily.alike_since(whole, first=date(2026, 5, 1), end=date(2026, 11, 16))
    assert (since.day, since.status) == (date(2026, 7, 16), "not submitted")
    assert since.why == "hardly any records from 1 Jun to 15 Jul 2026, which looks like a gap"
    busy = burst.busiest(whole, name="b", since=date(2026, 5, 1), until=W46.end)
    assert any("123 of 199 days can be compared: hardly any records" in told for told in busy.caveats)
    wards = pd.DataFrame({"code": ["W1"], "name": ["Low"]})
    silent = submission.silent_areas(whole, level="ward", areas=wards, as_at=AS_AT, period=W46)
    assert any(told.startswith("Hardly any records from 1 Jun to 15 Jul 2026") for told in silent.caveats)


def test_an_area_that_falls_silent_alone_has_its_gap_and_the_sources_gap_is_told_once() -> None:
    """The area holds a third of the records: the source goes on, or falls silent with it for less long."""
    source = _table(300)
    here = np.arange(len(source)) % 3 == 0
    silent = source["middle"].between("2026-06-01", "2026-06-28 23:59")
    (own,) = silence.looked_for(source[~(silent & here)], source[~silent & here])
    assert (own.first, own.last, own.of) == (date(2026, 6, 1), date(2026, 6, 28), "")
    wider = source["middle"].between("2026-06-01", "2026-06-14 23:59")
    gone = wider | (silent & here)
    (one,) = silence.looked_for(source[~gone], source[~gone & here])
    assert (one.last, one.of) == (date(2026, 6, 28), "")


def test_a_small_sender_takes_no_week_away() -> None:
    """One record in 25 comes from a sender of its own, who falls silent: hardly a record of the area is missing."""
    source = _table(2000)
    senders = (np.arange(len(source)) % 25 == 0).astype(np.int64)
    gone = source["middle"].between("2026-06-01", "2026-06-28 23:59").to_numpy() & (senders == 1)
    assert silence.looked_for(source[~gone], source[~gone], senders=senders[~gone]) == ()
    senders = (np.arange(len(source)) % 10 == 0).astype(np.int64)
    gone = source["middle"].between("2026-06-01", "2026-06-28 23:59").to_numpy() & (senders == 1)
    (one,) = silence.looked_for(source[~gone], source[~gone], senders=senders[~gone])
    assert (one.first, one.of) == (date(2026, 6, 1), "one sender")


def test_a_window_tells_its_gaps_and_the_days_of_months_never_sent() -> None:
    crimes = pd.DataFrame()
    crimes.attrs["covered"] = ("2026-09", *(f"2026-10-{day:02}" for day in range(1, 12)))
    crimes.attrs["gaps"] = (coverage.Gap(date(2026, 9, 7), date(2026, 9, 20), 0, 800),)
    said = "Not submitted: {}. What happened then is not counted, and is no quiet time."
    assert unsent.told(crimes, since=date(2026, 9, 21), until=date(2026, 10, 12)) == ()
    assert unsent.told(crimes, since=date(2026, 9, 21), until=date(2026, 10, 13)) == (said.format("2026-10"),)
    gap, missing = unsent.told(crimes, since=date(2026, 8, 31), until=date(2026, 9, 8))
    assert gap == "No records from 7 Sep to 20 Sep 2026, where about 800 were due: looks like a gap."
    assert missing == said.format("2026-08")
    assert unsent.told(pd.DataFrame(), since=date(2026, 9, 1), until=date(2026, 10, 1)) == ()
