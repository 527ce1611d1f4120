"""Known breaks: whom they touch, and what they leave comparable."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import alarms, comparison
from intelnb.dates import parse, periods_until
from intelnb.tables import counting, lateness, recording, selection


def breaks(**one: object) -> pd.DataFrame:
    row = {"date": "2026-11-04", "until": None, "kinds": (), "flags": (), "areas": (), "priorities": (), "what": "w"}
    table = pd.DataFrame([{**row, **one}])
    return table.assign(date=pd.to_datetime(table["date"]), until=pd.to_datetime(table["until"]))


@pytest.mark.parametrize(
    ("held", "asked", "applies"),
    [
        ({}, {}, True),
        ({"kinds": ("a",)}, {"kinds": ["a", "b"]}, True),
        ({"kinds": ("a",)}, {"kinds": ["b"]}, False),
        ({"kinds": ("a",)}, {}, True),
        ({"flags": ("domestic",)}, {"flags": ["domestic", "repeat"]}, True),
        ({"flags": ("domestic", "repeat")}, {"flags": ["domestic"]}, False),
        ({"flags": ("domestic",)}, {}, False),
        ({"areas": ("E1",)}, {"areas": ["E1", "E"]}, True),
        ({"areas": ("E1",)}, {"areas": ["S"]}, False),
        ({"areas": ("E1",)}, {}, False),
        ({"areas": ("E1",)}, {"areas": None}, True),
        ({"priorities": ("domestic",)}, {"priority": "domestic"}, True),
        ({"priorities": ("domestic",)}, {"priority": "violence"}, False),
        ({"priorities": ("domestic",)}, {}, False),
    ],
)
def test_every_list_a_break_fills_must_be_met(held: dict, asked: dict, applies: bool) -> None:
    assert len(recording.breaks_for(breaks(**held), **asked)) == int(applies)


def test_a_lasting_change_parts_the_history_and_breaks_the_week_it_falls_in() -> None:
    weeks = periods_until(parse("2026-W47"), count=4)
    found = recording.comparable(pd.DataFrame(), weeks, breaks=breaks())
    assert found.segment.tolist() == [0, -1, 1, 1]
    assert found.usable.tolist() == [False, False, True, True]
    assert not found.is_last_broken
    on_monday = recording.comparable(pd.DataFrame(), weeks, breaks=breaks(date="2026-11-09"))
    assert on_monday.segment.tolist() == [0, 0, 1, 1]


def test_a_passing_disturbance_takes_out_only_the_weeks_it_touches() -> None:
    found = recording.comparable(
        pd.DataFrame(),
        periods_until(parse("2026-W47"), count=5),
        breaks=breaks(date="2026-11-01", until="2026-11-02"),
    )
    assert found.segment.tolist() == [0, -1, -1, 0, 0]
    assert found.usable.tolist() == [True, False, False, True, True]


def test_a_break_after_the_period_or_long_before_does_not_touch_it() -> None:
    weeks = periods_until(parse("2026-W44"), count=3)
    for day in ("2026-11-04", "2020-01-01"):
        found = recording.comparable(pd.DataFrame(), weeks, breaks=breaks(date=day))
        assert found.usable.all()
        assert found.changed is None


def test_a_change_within_the_period_leaves_nothing_comparable() -> None:
    found = recording.comparable(pd.DataFrame(), periods_until(parse("2026-W45"), count=3), breaks=breaks())
    assert found.is_last_broken
    assert not found.usable.any()


def test_no_breaks_at_all() -> None:
    weeks = periods_until(parse("2026-W45"), count=3)
    assert recording.comparable(pd.DataFrame(), weeks).usable.all()
    assert recording.comparable(pd.DataFrame(), weeks, breaks=breaks().iloc[:0]).usable.all()
    assert recording.breaks_for(breaks().iloc[:0], kinds=["a"]).empty


def test_a_backlog_passes_and_is_open_until_somebody_ends_it() -> None:
    weeks = periods_until(parse("2026-W46"), count=6)
    row = {"date": pd.Timestamp("2026-10-20"), "until": pd.NaT, "reason": "backlog", "what": "entered late"}
    found = recording.comparable(pd.DataFrame(), weeks, breaks=pd.DataFrame([row]))
    assert found.segment.tolist() == [0, 0, -1, -1, -1, -1]
    assert (found.is_last_broken, found.reason) == (True, "backlog")
    assert recording.why_none(found, held=0, needed=4, noun="week")[1].startswith(
        "recording was disturbed from Tue 20 Oct 2026; "
    )
    ended = recording.comparable(
        pd.DataFrame(), weeks, breaks=pd.DataFrame([{**row, "until": pd.Timestamp("2026-10-30")}])
    )
    assert ended.segment.tolist() == [0, 0, -1, -1, 0, 0]
    lasting = recording.comparable(pd.DataFrame(), weeks, breaks=pd.DataFrame([{**row, "reason": "system migration"}]))
    assert lasting.segment.tolist() == [0, 0, -1, 1, 1, 1]


def test_breaks_travel_with_the_table_to_the_series_they_touch() -> None:
    crimes = pd.DataFrame({"kind": ["a", "b"], "flags": [(), ()], "middle": pd.NaT, "hours_wide": 0.0})
    known = [
        {"date": pd.Timestamp("2026-11-04"), "until": pd.NaT, "kinds": kinds, "flags": flags, "areas": areas,
         "priorities": priorities, "reason": "", "what": what}
        for kinds, flags, areas, priorities, what in (
            (("a",), (), (), (), "in a"), (("b",), (), (), (), "in b"), ((), ("knife",), (), (), "with knives"),
            ((), (), ("E",), (), "in the east"), ((), (), (), ("p",), "of p"),
        )
    ]  # fmt: skip
    crimes.attrs.update(breaks=tuple(known), area="N")
    weeks = periods_until(parse("2026-W46"), count=3)
    assert recording.known(crimes)["what"].tolist() == ["in a", "in b", "with knives", "of p"]
    chosen = selection.of_priority(crimes, kinds=["a"])
    assert recording.known(chosen)["what"].tolist() == ["in a", "of p"]
    assert recording.touching(chosen, None, codes=["E"])["what"].tolist() == ["in a", "in the east", "of p"]
    priorities = pd.DataFrame({"code": ["p", "q"], "kinds": [("b",)] * 2, "flags": [()] * 2, "hours": [""] * 2})
    assert recording.known(selection.of_code(crimes, priorities, code="q"))["what"].tolist() == ["in b"]
    assert recording.known(selection.of_code(crimes, priorities, code="p"))["what"].tolist() == ["in b", "of p"]
    assert recording.comparable(chosen, weeks).usable.tolist() == [False, False, True]
    assert recording.comparable(selection.of_priority(crimes, kinds=["c"]), weeks).segment.tolist() == [
        0,
        -1,
        1,
    ]
    explicit = recording.comparable(chosen, weeks, breaks=pd.DataFrame(known[:0], columns=list(known[0])))
    assert explicit.segment.tolist() == [0, 0, 0]  # what somebody chose stands above what travels


def test_what_was_never_sent_is_no_zero() -> None:
    days = pd.to_datetime([f"2026-{m:02}-{d:02}" for m in (8, 9, 11) for d in range(1, 29)])
    crimes = pd.DataFrame({"middle": days, "hours_wide": 0.0})
    as_at = datetime(2026, 12, 1, 5)
    months = periods_until(parse("2026-11"), count=4)
    crimes.attrs["covered"] = ("2026-08", "2026-09", "2026-11")
    counts = counting.per_period(crimes, months, as_at=as_at)
    assert counts.submitted.tolist() == [True, True, False, True]
    assert any("Not submitted: 2026-10" in told for told in counting.caveats(counts, as_at=as_at))
    same = recording.comparable(crimes, months)
    assert same.usable.tolist() == [True, True, False, True]
    found = alarms.expected(crimes, name="x", period=parse("2026-11"), as_at=as_at)
    row = found.table.set_index("period").loc["2026-10"]
    assert (row["status"], pd.isna(row["n"])) == ("not submitted", True)
    usual = comparison.with_usual(crimes, name="x", period=parse("2026-11"), as_at=as_at, back=3)
    assert usual.values["usual"] == pytest.approx(28 * 2 / 61 * 30, abs=0.1)
    for method in (alarms.expected, comparison.with_usual):
        silent = method(crimes, name="x", period=parse("2026-10"), as_at=as_at)
        assert (silent.status, silent.values) == ("not submitted", {})
    crimes.attrs["covered"] = ("2026-08", "2026-09", "2026-10", "2026-11")  # then nothing happened, and that is known
    assert counting.per_period(crimes, months, as_at=as_at).n.tolist() == [[28, 28, 0, 28]]
    assert comparison.with_usual(crimes, name="x", period=parse("2026-10"), as_at=as_at).values["n"] == 0


def test_how_late_records_are_travels_with_the_table() -> None:
    happened = pd.date_range("2026-08-01", "2026-11-15 12:00", freq="6h")
    late = pd.to_timedelta(np.where(np.arange(len(happened)) % 4 == 0, 72, 1), unit="h")
    crimes = pd.DataFrame(
        {"middle": happened, "end": happened, "recorded": happened + late, "hours_wide": 0.0, "kind": "a"}
    )
    as_at = datetime(2026, 11, 16)
    known = crimes[crimes["recorded"] <= pd.Timestamp(as_at)]
    weeks = periods_until(parse("2026-W46"), count=3)
    assert np.isnan(counting.per_period(known, weeks, as_at=as_at).complete)
    known.attrs["delay"] = lateness.measured(known, as_at)
    chosen = selection.of_priority(known, kinds=["a"])
    counts = counting.per_period(chosen, weeks, as_at=as_at)
    assert counts.complete == pytest.approx(1 - 0.25 * 3 / 7, abs=0.03)
    (told,) = (one for one in counting.caveats(counts, as_at=as_at) if "still to be recorded" in one)
    assert told.startswith("About 1")
    assert lateness.measured(known.assign(hours_wide=700.0), as_at) == ()
    assert lateness.measured(known.head(5), as_at) == ()
