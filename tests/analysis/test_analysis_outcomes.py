"""What became of the crimes: by hand; published outcomes are joined in tests/intake/test_load_uk_traps.py."""

from __future__ import annotations

from datetime import date

import pandas as pd

from intelnb.analysis import outcomes

WINDOW = {"since": date(2026, 10, 1), "until": date(2026, 11, 1)}


def _crimes() -> pd.DataFrame:
    days = pd.to_datetime(["2026-10-02", "2026-10-31", "2026-10-09", "2026-10-10", "2026-11-01", "2026-10-03"])
    return pd.DataFrame(
        {"id": ["a", "b", "c", "", "e", "f"], "kind": ["theft", "theft", "arson", "theft", "theft", "theft"],
         "middle": days, "hours_wide": 0.0}
    )  # fmt: skip


def _decided(*rows: tuple[str, str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["id", "outcome", "start"])
    return table.assign(start=pd.to_datetime(table["start"]))


def test_by_hand() -> None:
    decided = _decided(("a", "charged", "2026-12-01"), ("a", "no suspect", "2026-11-01"), ("b", "charged", "2026-11-01"),
                       ("e", "cautioned", "2026-11-01"), ("z", "charged", "2026-11-01"), ("", "charged", "2026-11-01"))  # fmt: skip
    found = outcomes.by_kind(_crimes(), decided, name="o", **WINDOW)
    # a's latest is the charge; e happened after the window; z was not read; one names no crime
    assert found.table.to_numpy().tolist() == [
        ["theft", 4, 1, 2, 1, 0.6667, "charged", 2],
        ["arson", 1, 0, 0, 1, 0.0, "", 0],
    ]
    assert found.sentence == "2 of 4 crimes with an id have an outcome; the commonest is 'charged' (2)."
    assert found.caveats[1:] == (
        "1 crime has no id, so what became of it cannot be told.",
        "1 outcome belongs to crimes that were not read.",
        "1 outcome names no crime.",
        "1 crime has more than one outcome; the latest counts.",
    )


def test_what_cannot_be_told_says_why() -> None:
    decided = _decided(("a", "charged", "2026-12-01"))
    none = outcomes.by_kind(_crimes(), decided.iloc[:0], name="o", **WINDOW)
    assert none.sentence == "0 of 4 crimes with an id have an outcome; none has been told yet."
    for status, told in (
        ("not submitted", "Not submitted: no outcomes"),
        ("withheld", "Not assessed: outcomes are withheld"),
    ):
        decided.attrs["status"] = status
        assert outcomes.by_kind(_crimes(), decided, name="o", **WINDOW).sentence.startswith(told)
    decided.attrs.clear()
    assert "ids of outcomes" in outcomes.by_kind(_crimes(), decided.drop(columns="id"), name="o", **WINDOW).sentence
    assert (
        "no crime of this time has an id"
        in outcomes.by_kind(_crimes().assign(id=""), decided, name="o", **WINDOW).sentence
    )
    assert outcomes.by_kind(_crimes().drop(columns="id"), decided, name="o", **WINDOW).status == "not assessed"


def test_monthly_crimes_are_not_counted_in_parts_of_a_month() -> None:
    crimes = _crimes().assign(middle=pd.Timestamp("2026-10-16 12:00"), hours_wide=743.0)
    decided = _decided(("a", "charged", "2026-11-01"))
    assert outcomes.by_kind(crimes, decided, name="o", **WINDOW).is_assessed
    part = outcomes.by_kind(crimes, decided, name="o", since=date(2026, 10, 10), until=date(2026, 11, 1))
    assert part.sentence == "Not assessed: data are monthly and the window does not begin and end with a month."
