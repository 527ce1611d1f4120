"""Logs of a priority: what counts, what is kept apart, and how many origins stand behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from intelnb.analysis import intelligence
from intelnb.analysis.result import Result
from intelnb.dates import parse

AS_AT = datetime(2026, 11, 16, 5)
PERIOD = parse("2026-W46")


def _logs(*rows: dict[str, Any]) -> pd.DataFrame:
    usual = {
        "received": pd.Timestamp("2026-11-10"), "scheme": "3x5x2", "source_grade": "2", "information_grade": "C",
        "handling": "P", "marking": "OFFICIAL", "priority": ("burglary",), "linked": (), "origin": "", "subjects": (),
        "review": pd.NaT, "to_grade": False, "conditional": False,
    }  # fmt: skip
    return pd.DataFrame([{"urn": f"U{at}", **usual, **row} for at, row in enumerate(rows)])


def _found(logs: pd.DataFrame, **options: Any) -> Result:
    return intelligence.of_priority(logs, name="logs", priority="burglary", period=PERIOD, as_at=AS_AT, **options)


def test_what_counts_and_what_is_kept_apart_adds_up() -> None:
    found = _found(
        _logs(
            {"information_grade": "B"}, {"source_grade": "3", "information_grade": "A"}, {}, {"information_grade": "D"},
            {"information_grade": "E"}, {"to_grade": True, "conditional": True}, {"source_grade": ""},
            {"priority": ("drugs",)}, {"received": pd.Timestamp("2026-11-08 23:59")},
            {"scheme": "5x5x5", "source_grade": "E", "information_grade": "4"},
            {"scheme": "5x5x5", "source_grade": "B", "information_grade": "5"},
        )
    )  # fmt: skip
    kept = {key: found.values[key] for key in ("n", "n_received", "n_false", "n_to_grade", "n_legacy")}
    assert kept == {"n": 5, "n_received": 9, "n_false": 2, "n_to_grade": 2, "n_legacy": 1}
    assert found.values["mix"] == "1-2 A-B: 1 \u00b7 3 A-B: 1 \u00b7 C-D: 2 \u00b7 5x5x5: 1"
    assert len(found.table) == 9


def test_origins_are_counted_once() -> None:
    found = _found(_logs({"origin": "x"}, {"origin": "x"}, {"linked": ("U0",)}, {"origin": "y", "linked": ("U0",)}))
    assert found.sentence == "4 logs from 2 independent origins: 4 graded C-D."
    assert found.table["is_repeated"].tolist() == [True, True, True, False]


def test_an_older_log_joins_two_of_this_week() -> None:
    old = {"received": pd.Timestamp("2026-10-01"), "priority": ()}
    assert _found(_logs(old, {"linked": ("U0",)}, {"linked": ("U0",)})).values["origins"] == 1


def test_anything_from_a_conditional_log_is_conditional() -> None:
    assert _found(_logs({}, {})).values["conditional"] is False
    found = _found(_logs({}, {"handling": "C", "conditional": True}))
    assert found.values["conditional"] is True
    assert any(caveat.startswith("Conditional") for caveat in found.caveats)


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (20, 40, "more than usual"),
        (6, 40, "no clear change"),
        (1, 80, "fewer than usual"),
        (4, 0, "too few to compare"),
    ],
)
def test_the_comparison_is_worded_by_what_chance_explains(now: int, before: int, change: str) -> None:
    days = pd.date_range("2026-09-14", "2026-11-08", periods=max(before, 2))[:before]
    found = _found(_logs(*[{}] * now, *({"received": day} for day in days)))
    assert found.values["change"] == change
    assert found.values["usual"] == before / 8


def test_a_week_without_a_graded_log_says_so() -> None:
    assert _found(_logs({"to_grade": True})).sentence == "No graded log this week."


def test_what_nobody_assigned_is_listed_not_lowered() -> None:
    logs = _logs({"priority": ()}, {"priority": (), "to_grade": True}, {"to_grade": True}, {})
    found = intelligence.unassigned(logs, name="rest", period=PERIOD, as_at=AS_AT)
    assert found.table["urn"].tolist() == ["U0", "U1", "U2"]
    assert (found.values["n"], found.values["n_unassigned"], found.values["n_to_grade"]) == (4, 2, 2)


def test_castle_rests_on_six_origins_and_leaves_the_e_log_out(logs: pd.DataFrame, truths: dict) -> None:
    truth = truths["castle_cuckooing"]
    castle = logs[[truth["area"] in areas for areas in logs["area"]]]
    found = intelligence.of_priority(castle, name="castle", priority=truth["priority"], period=PERIOD, as_at=AS_AT)
    assert found.values["origins"] == truth["independent_origins"]
    assert found.values["n_false"] == truth["e_graded"]
    assert found.values["n_received"] == truth["weekly_counts"][-1]
    assert sorted(found.table["urn"]) == truth["last_week"]


def test_the_false_claim_does_not_double_the_count(logs: pd.DataFrame, truths: dict) -> None:
    truth = truths["false_claim"]
    about = logs[[truth["subject"] in subjects for subjects in logs["subjects"]]]
    found = intelligence.of_priority(about, name="claim", priority="violence", period=PERIOD, as_at=AS_AT)
    assert (found.values["n"], found.values["n_received"]) == (truth["count"], truth["count_with_e"])
    counted = found.table.loc[found.table["standing"] == "counted", "urn"]
    assert sorted(counted) == sorted(truth["sound"])
