"""The alarm ledger: entered once, reviewed by name, every review kept, the last one standing."""

from __future__ import annotations

import pytest

from intelnb.errors import IntelError, UsageError
from intelnb.registers import alarms
from intelnb.registers.alarms import Alarm
from intelnb.registers.store import Store

ONE = Alarm("count", "Burglary", "NOR", "2026-W46", "Yes, above", "WTA/NOR/2026-W46/internal")
TWO = Alarm("count", "Vehicle", "NOR", "2026-W46", "Yes, below", "WTA/NOR/2026-W46/internal")


def test_an_alarm_is_entered_once_whatever_page_says_it_again(store: Store) -> None:
    assert alarms.keep(store, [ONE, TWO], at="2026-11-16T09:00") == 2
    again = Alarm(
        *[getattr(ONE, name) for name in ("kind", "series", "area", "period", "said")], "WTA/NOR/2026-W46/public"
    )
    assert alarms.keep(store, [again, ONE], at="2026-11-17T09:00") == 0
    entries = alarms.ledger(store)
    assert [(e.number, e.series, e.outcome, e.raised) for e in entries] == [
        (1, "Burglary", "open", "2026-11-16T09:00"), (2, "Vehicle", "open", "2026-11-16T09:00"),
    ]  # fmt: skip


def test_a_later_review_stands_and_the_earlier_is_kept(store: Store) -> None:
    alarms.keep(store, [ONE, TWO], at="2026-11-16T09:00")
    alarms.review(store, 1, verdict="wrong", by="A. Person", at="2026-11-20T10:00", why="late records")
    alarms.review(store, 1, verdict="right", by="B. Person", at="2026-11-27T10:00", why="series charged")
    one, two = alarms.ledger(store)
    assert (one.outcome, one.by, one.why, one.reviewed) == ("right", "B. Person", "series charged", "2026-11-27T10:00")
    assert two.outcome == "open"
    with store.reading() as connection:
        kept = connection.execute(alarms._REVIEWS.select()).all()
    assert len(kept) == 2


def test_a_review_needs_an_alarm_a_verdict_a_name_and_a_reason(store: Store) -> None:
    with pytest.raises(UsageError) as told:
        alarms.review(store, 7, verdict="maybe", by=" ", at="2026-11-20", why="")
    for part in ("'maybe' is no verdict", "who is not said", "why is not said", "there is no alarm 7"):
        assert part in str(told.value)
    assert alarms.ledger(store) == ()


def test_nothing_of_the_ledger_can_be_changed(store: Store) -> None:
    alarms.keep(store, [ONE], at="2026-11-16T09:00")
    alarms.review(store, 1, verdict="right", by="A", at="t", why="w")
    for statement in (alarms._ALARMS.delete(), alarms._REVIEWS.update().values(verdict="wrong")):
        with pytest.raises(IntelError, match="append-only"), store.writing() as connection:
            connection.execute(statement)
