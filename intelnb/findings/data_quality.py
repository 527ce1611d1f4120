"""Data quality: what was found wrong or missing, source by source, for the back of the page."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from intelnb.analysis.result import Result
from intelnb.finding import Column, Finding, TableView

# these readers' table has no finer place, so nobody who makes their page can know
UNSEEN = "Whether a part smaller than a {level} stopped sending cannot be seen here; counts may then be too low."
ISSUES = (Column("what", "What"), Column("source", "Source"), Column("n", "Records", "number"))


def finding(*, trust: Result, delay: Result, submission: Result, breaks: Sequence[str], reduced: bool) -> Finding:
    """Everything the checks found, with the recording delay and the areas that fell silent.

    Parameters
    ----------
    trust
        A Result of `quality.trust`.
    delay
        A Result of `delay.recording_delay`.
    submission
        A Result of `submission.silent_areas`.
    breaks
        Names of the priorities whose recording changed, so that their counts do not compare.
    reduced
        Whether the page is for an audience that gets no table of checks: it is told in sentences what matters.
    """
    if reduced:
        return _in_sentences(delay, submission, breaks)
    return Finding(
        section="data_quality",
        id="data_quality",
        headline="",
        evidence=(trust, delay, submission),
        tables=(TableView(trust.name, "What the checks found", ISSUES),),
        sources=("Crime export", "Intelligence logs"),
    )


def _in_sentences(delay: Result, submission: Result, breaks: Sequence[str]) -> Finding:
    """What every reader must know of the figures, without a place finer than the whole area."""
    told = [delay.sentence] if delay.is_assessed else []
    if submission.values.get("n"):
        told.append("Part of the area has sent no records lately: the counts that include it are too low.")
    told.append(UNSEEN.format(level=submission.grain if submission.grain != "force" else "area"))
    told += [f"{name}: recording changed, so the count does not compare with earlier ones." for name in breaks]
    results = tuple(
        Result(f"quality.{i}", pd.DataFrame(), {}, text, grain="none", sources=("crimes",))
        for i, text in enumerate(told, start=1)
    )
    return Finding(
        section="data_quality",
        id="data_quality",
        headline="",
        evidence=results,
        facts=tuple(result.name for result in results),
        sources=("Crime export",),
    )
