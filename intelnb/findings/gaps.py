"""Intelligence gaps: questions nobody has answered, only weakly, or too long ago; and logs nobody has placed."""

from __future__ import annotations

from intelnb.analysis.result import Result
from intelnb.finding import Column, Finding, TableView

REQUIREMENTS = (
    Column("code", "Requirement"),
    Column("question", "Question"),
    Column("owner", "Owner"),
    Column("due", "Due"),
    Column("answers", "Answers", "number"),
    Column("best_grade", "Best grade"),
    Column("state", "State"),
)


def finding(*, requirements: Result, unassigned: Result, circular: Result) -> Finding:
    """Requirements with their answers, logs not yet assigned, and stories that rest on one origin.

    Parameters
    ----------
    requirements
        A Result of `gaps.open_requirements`.
    unassigned
        A Result of `intelligence.unassigned`.
    circular
        A Result of `novelty.circular`.
    """
    return Finding(
        section="gaps",
        id="gaps",
        headline=requirements.name,
        evidence=(requirements, unassigned, circular),
        facts=(unassigned.name, circular.name),
        tables=(TableView(requirements.name, "Open requirements, gaps first", REQUIREMENTS),),
        sources=("Intelligence requirements", "Intelligence logs"),
        status=requirements.status,
    )
