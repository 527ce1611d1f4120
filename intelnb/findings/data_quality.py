"""Data quality: what was found wrong or missing, source by source, for the back of the page."""

from __future__ import annotations

from intelnb.analysis.result import Result
from intelnb.finding import Column, Finding, TableView

ISSUES = (Column("what", "What"), Column("source", "Source"), Column("n", "Records", "number"))


def finding(*, trust: Result, delay: Result, submission: Result) -> Finding:
    """Everything the checks found, with the recording delay and the areas that fell silent.

    Parameters
    ----------
    trust
        A Result of `quality.trust`.
    delay
        A Result of `delay.recording_delay`.
    submission
        A Result of `submission.silent_areas`.
    """
    return Finding(
        section="data_quality",
        id="data_quality",
        headline="",
        evidence=(trust, delay, submission),
        tables=(TableView(trust.name, "What the checks found", ISSUES),),
        sources=("Crime export", "Intelligence logs"),
    )
