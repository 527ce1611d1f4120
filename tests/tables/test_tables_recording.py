"""Known breaks: whom they touch, and what they leave comparable."""

from __future__ import annotations

import pandas as pd
import pytest

from intelnb.dates import parse, periods_until
from intelnb.tables import recording


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
    found = recording.comparable(breaks(), weeks)
    assert found.segment.tolist() == [0, -1, 1, 1]
    assert found.usable.tolist() == [False, False, True, True]
    assert not found.is_last_broken
    on_monday = recording.comparable(breaks(date="2026-11-09"), weeks)
    assert on_monday.segment.tolist() == [0, 0, 1, 1]


def test_a_passing_disturbance_takes_out_only_the_weeks_it_touches() -> None:
    found = recording.comparable(
        breaks(date="2026-11-01", until="2026-11-02"), periods_until(parse("2026-W47"), count=5)
    )
    assert found.segment.tolist() == [0, -1, -1, 0, 0]
    assert found.usable.tolist() == [True, False, False, True, True]


def test_a_break_after_the_period_or_long_before_does_not_touch_it() -> None:
    weeks = periods_until(parse("2026-W44"), count=3)
    for day in ("2026-11-04", "2020-01-01"):
        found = recording.comparable(breaks(date=day), weeks)
        assert found.usable.all()
        assert found.changed is None


def test_a_change_within_the_period_leaves_nothing_comparable() -> None:
    found = recording.comparable(breaks(), periods_until(parse("2026-W45"), count=3))
    assert found.is_last_broken
    assert not found.usable.any()


def test_no_breaks_at_all() -> None:
    weeks = periods_until(parse("2026-W45"), count=3)
    assert recording.comparable(None, weeks).usable.all()
    assert recording.comparable(breaks().iloc[:0], weeks).usable.all()
    assert recording.breaks_for(breaks().iloc[:0], kinds=["a"]).empty
