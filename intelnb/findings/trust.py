"""The box on the first screen: overdue actions, and one line on what cannot be trusted yet."""

from __future__ import annotations

from intelnb.analysis.result import Result
from intelnb.finding import Finding


def findings(*, actions: Result, trust: Result) -> tuple[Finding, Finding]:
    """Two lines: actions of the last meeting, and what not to trust yet.

    Parameters
    ----------
    actions
        A Result of `tasking.last_meeting`.
    trust
        A Result of `quality.trust`.
    """
    return (
        Finding(section="trust", id="trust.actions", headline="Actions", evidence=(actions,), facts=(actions.name,)),
        Finding(section="trust", id="trust.data", headline="Do not trust yet", evidence=(trust,), facts=(trust.name,)),
    )
