"""Gaps: each state worked by hand, and the planted ones found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from intelnb.analysis import gaps

AS_AT = datetime(2026, 11, 16, 5)


def _asked(**others: Any) -> pd.DataFrame:
    usual = {
        "code": ["Q1"],
        "question": "Who?",
        "priority": "burglary",
        "owner": "x",
        "due": pd.Timestamp("2026-11-15"),
        "status": "open",
    }
    return pd.DataFrame({**usual, **others})


def _logs(*grades: str, received: str = "2026-11-10", scheme: str = "3x5x2", to_grade: bool = False) -> pd.DataFrame:
    size = len(grades) + 1
    return pd.DataFrame(
        {
            "urn": [f"U{i}" for i in range(size)], "received": pd.Timestamp(received), "scheme": scheme,
            "source_grade": ["1", *(g[0] for g in grades)], "information_grade": ["A", *(g[1] for g in grades)],
            "requirement": [("Q9",), *[("Q1", "Q8")] * len(grades)], "to_grade": to_grade, "conditional": False,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("logs", "state", "best", "answers"),
    [
        (_logs(), "no answer", "", 0),
        (_logs("2D", "3A", "1E"), "weak answers only", "3A", 3),
        (_logs("3A", "2C"), "answered", "2C", 2),
        (_logs("1B", "2A"), "answered", "2A", 2),
        (_logs("1A", received="2026-08-01"), "out of date", "1A", 1),
        (_logs("1A", to_grade=True), "answers still to grade", "", 1),
        (_logs("E3", scheme="5x5x5"), "answered", "E3 (5x5x5)", 1),
        (_logs("D1", "B4", scheme="5x5x5"), "weak answers only", "D1 (5x5x5)", 2),
    ],
)
def test_each_state(logs: pd.DataFrame, state: str, best: str, answers: int) -> None:
    row = gaps.open_requirements(_asked(), logs, name="gaps", as_at=AS_AT).table.iloc[0]
    assert (row["state"], row["best_grade"], row["answers"]) == (state, best, answers)
    assert row["is_gap"] == row["is_overdue"] == (state != "answered")


def test_overdue_from_the_day_after_and_only_while_it_is_a_gap() -> None:
    today = gaps.open_requirements(_asked(due=pd.Timestamp("2026-11-16")), _logs(), name="gaps", as_at=AS_AT)
    assert not today.table["is_overdue"].item()
    undated = gaps.open_requirements(_asked(due=pd.NaT), _logs(), name="gaps", as_at=AS_AT)
    assert not undated.table["is_overdue"].item()


def test_closed_requirements_are_counted_and_later_logs_are_not() -> None:
    asked = _asked(code=["Q1", "Q2"], status=["open", "Answered"])
    found = gaps.open_requirements(asked, _logs("1A", received="2026-11-16 06:00"), name="gaps", as_at=AS_AT)
    assert (found.values["n"], found.values["n_closed"], found.values["no_answer"]) == (1, 1, 1)
    assert (
        found.sentence == "1 of 1 open requirement is a gap: 1 unanswered, 0 weakly answered, 0 out of date; 1 overdue."
    )


def test_the_planted_gaps_are_found(logs: pd.DataFrame, registers: dict[str, pd.DataFrame], truths: dict) -> None:
    table = gaps.open_requirements(registers["requirements"], logs, name="gaps", as_at=AS_AT).table.set_index("code")
    assert table.loc[truths["unanswered_requirement"]["code"], "state"] == "no answer"
    doubtful = table.loc[truths["doubtful_requirement"]["code"]]
    assert (doubtful["state"], doubtful["answers"]) == (
        "weak answers only",
        len(truths["doubtful_requirement"]["urns"]),
    )
    assert table.index[table["is_overdue"]].tolist() == [truths["unanswered_requirement"]["code"]]
