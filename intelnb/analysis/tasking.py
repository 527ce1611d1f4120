"""Tasking: what did the last meeting ask for, and what came of it?"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, not_assessed
from intelnb.tables import options

CLOSED = frozenset({"cancelled", "closed", "complete", "completed", "discharged", "done", "withdrawn"})
COLUMNS = ["code", "action", "priority", "owner", "due", "status", "result", "state", "days_late"]


def last_meeting(actions: pd.DataFrame, *, name: str, as_at: datetime) -> Result:
    """List the last meeting's actions: overdue first, then open, then closed with their result.

    Assumes that an action whose status is not one that closes it (closed, done, complete, cancelled ...) is
    open. An action is overdue from the day after it was due.

    Parameters
    ----------
    actions
        The actions table.
    name
        Name of the Result on its page.
    as_at
        The moment actions are judged at.

    Returns
    -------
    Result
        Table `code, action, priority, owner, due, status, result, state` (overdue, open, closed, closed
        without a result) `, days_late` (0 unless overdue). Not assessed when none was received.

    Examples
    --------
    >>> import pandas as pd
    >>> actions = pd.DataFrame({"code": ["A1", "A2"], "action": ["Visit", "Letters"], "priority": "b", "owner": "x",
    ...     "due": pd.to_datetime(["2026-11-15", "2026-11-16"]), "status": "open", "result": ""})
    >>> last_meeting(actions, name="actions", as_at=pd.Timestamp("2026-11-16 05:00")).sentence
    '2 open, 1 overdue.'
    """
    options.moment(as_at=as_at)
    if (state := actions.attrs.get("status", "submitted")) != "submitted":
        is_absent = state == "not submitted"
        why = "no actions were received" if is_absent else "actions are withheld from this audience"
        return not_assessed(name, why=why, status=state if is_absent else "not assessed", sources=("actions",))
    if not len(actions):
        return not_assessed(name, why="the last meeting left no actions", sources=("actions",))
    today = pd.Timestamp(as_at).normalize()
    is_closed = actions["status"].str.lower().isin(CLOSED).to_numpy()
    is_overdue = ~is_closed & (actions["due"] < today).to_numpy()
    is_silent = is_closed & (actions["result"] == "").to_numpy()
    words = np.select([is_overdue, is_silent, is_closed], ["overdue", "closed without a result", "closed"], "open")
    late = (today - actions["due"].dt.normalize()).dt.days.where(is_overdue, 0).astype(int)
    table = actions.assign(state=words, days_late=late, rank=np.select([is_overdue, ~is_closed], [0, 1], 2))
    table = table.sort_values(["rank", "due", "code"], kind="stable")[COLUMNS].reset_index(drop=True)
    return Result(
        name=name,
        table=table,
        values={
            "n": len(actions),
            "open": int((~is_closed).sum()),
            "overdue": int(is_overdue.sum()),
            "closed": int(is_closed.sum()),
            "closed_without_result": int(is_silent.sum()),
            "no_due_day": int((actions["due"].isna().to_numpy() & ~is_closed).sum()),
        },
        wording="{open} open, {overdue} overdue.",
        settings={"as_at": str(as_at)},
        caveats=("Status is what the action's owner reported.",),
        sources=("actions",),
    )
