"""Actions: overdue by the day, not the hour; a closed one without a result is told."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from intelnb.analysis import tasking

AS_AT = datetime(2026, 11, 16, 5)


def test_each_state_and_the_order() -> None:
    actions = pd.DataFrame(
        {
            "code": list("ABCDEF"), "action": "x", "priority": "p", "owner": "o",
            "due": pd.to_datetime(["2026-11-20", "2026-11-15", "2026-11-16", "2026-10-01", "2026-11-01", None]),
            "status": ["open", "open", "in progress", "Closed", "done", ""], "result": ["", "", "", "12 seen", "", ""],
        }
    )  # fmt: skip
    found = tasking.last_meeting(actions, name="actions", as_at=AS_AT)
    assert found.table["code"].tolist() == ["B", "C", "A", "F", "D", "E"]
    assert found.table["state"].tolist() == ["overdue", "open", "open", "open", "closed", "closed without a result"]
    assert found.table["days_late"].tolist() == [1, 0, 0, 0, 0, 0]
    assert found.sentence == "4 open, 1 overdue."
    assert (found.values["closed"], found.values["closed_without_result"], found.values["no_due_day"]) == (2, 1, 1)


def test_the_sample_meeting(registers: dict[str, pd.DataFrame]) -> None:
    found = tasking.last_meeting(registers["actions"], name="actions", as_at=AS_AT)
    overdue = found.table.loc[found.table["state"] == "overdue", "code"].tolist()
    # due on 11 and 13 November and still open in the file
    assert overdue == ["AC-032", "AC-035"]
    assert found.values["open"] + found.values["closed"] == len(registers["actions"])
