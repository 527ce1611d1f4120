"""Actions from the last meeting: what is open, what is late, what came of the rest."""

from __future__ import annotations

from intelnb.analysis.result import Result
from intelnb.finding import Column, Finding, TableView

COLUMNS = (
    Column("code", "Action"),
    Column("action", "What"),
    Column("owner", "Owner"),
    Column("due", "Due"),
    Column("state", "Status"),
    Column("result", "Result"),
)


def finding(actions: Result) -> Finding:
    """The section on actions from the last meeting.

    Parameters
    ----------
    actions
        A Result of `tasking.last_meeting`.

    Returns
    -------
    Finding
        One table, late actions first.
    """
    return Finding(
        section="actions",
        id="actions",
        headline=actions.name,
        evidence=(actions,),
        tables=(TableView(actions.name, "Actions, late ones first", COLUMNS),),
        sources=("Action log",),
        status=actions.status,
    )
