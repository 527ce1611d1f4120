"""What is new: subjects, growing places, and one story told many times."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from intelnb.analysis import novelty
from intelnb.dates import parse

ASKED = {"name": "new", "period": parse("2026-W46"), "as_at": datetime(2026, 11, 16, 5)}
FIRST = pd.Timestamp("2026-09-01")


def _logs(*rows: dict[str, Any]) -> pd.DataFrame:
    usual = {
        "received": pd.Timestamp("2026-11-10"), "scheme": "3x5x2", "source_grade": "2", "information_grade": "C",
        "priority": ("burglary",), "linked": (), "origin": "", "subjects": (), "area": (), "provenance": "public",
        "to_grade": False, "conditional": False,
    }  # fmt: skip
    first = {"received": FIRST, "priority": ()}
    return pd.DataFrame([{"urn": f"U{at}", **usual, **row} for at, row in enumerate((first, *rows))])


def test_a_subject_is_new_when_no_counted_log_of_the_priority_named_it() -> None:
    old = {"received": pd.Timestamp("2026-10-01")}
    logs = _logs(
        {**old, "subjects": ("known",)}, {**old, "subjects": ("elsewhere",), "priority": ("drugs",)},
        {**old, "subjects": ("only-false",), "information_grade": "E"}, {"received": FIRST, "subjects": ("long-ago",)},
        {"subjects": ("known", "elsewhere", "fresh", "only-false", "long-ago")}, {"subjects": ("fresh",)},
        {"subjects": ("lie",), "information_grade": "E"}, {"subjects": ("ungraded",), "to_grade": True},
    )  # fmt: skip
    found = novelty.new_subjects(logs, priority="burglary", **ASKED)
    assert found.table.set_index("subject")["logs"].to_dict() == {
        "fresh": 2,
        "elsewhere": 1,
        "only-false": 1,
        "long-ago": 1,
    }
    assert found.table.set_index("subject")["is_known_elsewhere"].to_dict()["elsewhere"]
    assert found.sentence == "4 subjects are named on this priority for the first time in 8 weeks."


def test_short_history_cannot_tell_new_from_old() -> None:
    logs = _logs({"subjects": ("x",)}).iloc[1:]
    expected = "Not assessed: logs do not reach 8 weeks back, so new cannot be told from old."
    assert novelty.new_subjects(logs, priority="burglary", **ASKED).sentence == expected
    assert novelty.growing_areas(logs, priority="burglary", **ASKED).sentence == expected


def test_an_area_grows_when_chance_does_not_explain_it() -> None:
    days = pd.date_range("2026-09-15", "2026-11-08", periods=32)
    logs = _logs(
        *({"received": day, "area": ("steady", "grown")} for day in days),
        *[{"area": ("steady", "grown")}] * 4, *[{"area": ("grown",)}] * 12, *[{"area": ("sudden",)}] * 5, {"area": ("one",)},
    )  # fmt: skip
    table = novelty.growing_areas(logs, priority="burglary", **ASKED).table.set_index("area")
    assert table["is_growing"].to_dict() == {"grown": True, "sudden": True, "steady": False, "one": False}
    assert table.loc["grown", ["n", "usual"]].tolist() == [16, 4.0]
    assert pd.isna(table.loc["one", "q"])


def test_one_origin_by_several_routes_is_circular_and_by_one_route_is_not() -> None:
    logs = _logs(
        {"origin": "x", "received": pd.Timestamp("2026-10-20")}, {"origin": "x", "provenance": "partner"},
        {"origin": "y"}, {"origin": "y"},
        {"origin": "z", "provenance": "officer"}, {"origin": "v", "provenance": "partner", "linked": ("U5",)},
        {"origin": "w", "received": pd.Timestamp("2026-10-20")}, {"origin": "w", "provenance": "partner", "received": pd.Timestamp("2026-10-21")},
    )  # fmt: skip
    found = novelty.circular(logs, **ASKED)
    assert found.table["urns"].tolist() == [("U1", "U2")]
    assert found.table["routes"].tolist() == [2]


def test_the_planted_circle_and_only_it_is_flagged(logs: pd.DataFrame, truths: dict) -> None:
    truth = truths["circular_reporting"]
    table = novelty.circular(logs, **ASKED).table
    assert [sorted(urns) for urns in table["urns"]] == [sorted(truth["urns"])]
    assert truth["subject"] in table["subjects"].iloc[0]


def test_castle_grows_and_its_addresses_are_new(logs: pd.DataFrame, truths: dict) -> None:
    truth = truths["castle_cuckooing"]
    grown = novelty.growing_areas(logs, priority=truth["priority"], **ASKED)
    assert grown.table.loc[grown.table["is_growing"], "area"].tolist() == [truth["area"]]
    new = novelty.new_subjects(logs, priority=truth["priority"], **ASKED).table["subject"]
    assert set(truth["new_addresses"]) <= set(new)
