"""How the page was made: the choices that decide what it says, in words a chair can ask about."""

from __future__ import annotations

import pandas as pd

from intelnb.analysis.result import Result
from intelnb.finding import Column, Finding, TableView

NAME = "method"


def finding(*, budget: str, cell_m: int, windows: int, least_hot: int, harm: Result, reduced: bool) -> Finding:
    """The rules behind the figures.

    Parameters
    ----------
    budget
        The false-alarm budget in words.
    cell_m
        Side of a map cell in metres.
    windows, least_hot
        The rule of persistence.
    harm
        The Result of `harm.harm`, for its formula and the source of its weights.
    reduced
        Whether the page is for an audience that gets counts by district alone: it is told of these alone.
    """
    rules = {
        "When": "A crime belongs to the week, month and hour its middle lies in, half way between first and last "
        "possible time. Wall-clock times of the force.",
        "Expected range": "Learnt from the same series over up to three years, trend and season allowed for from two "
        "years on, each period counted as it was known equally long after its end. The range is the alarm limit "
        f"itself, so it is wider than what is usual. The ranges allow {budget}. A known break in recording cuts the history.",
        "Real change": "A count outside its expected range. '1 in N' says how rarely chance brings such a count.",
        "Hot places": f"Cells of {cell_m} m that stand out with their eight neighbours, corrected for how many were "
        f"looked at. Long-standing: hot in at least {least_hot} of the last {windows} four-week windows.",
        "Near repeats": "Pairs close in place and time against 999 shufflings of the dates.",
        "Hours": "A crime with a wide interval is shared evenly over the hours it may have happened in.",
        "Intelligence": "Logs suspected false or not yet graded are not counted. Logs that lead back to one origin "
        "count as one origin.",
        "Harm and movement": str(harm.settings.get("formula", "No harm table is loaded.")).capitalize() + ".",
        "Machine and person": "The machine counts, compares and flags. Assessments are typed and signed by people.",
    }
    if reduced:
        rules = {what: rules[what] for what in ("When", "Expected range", "Real change", "Machine and person")}
    table = pd.DataFrame({"what": list(rules), "rule": list(rules.values())})
    result = Result(
        name=NAME, table=table, values={}, wording="How this was made.", grain="none", plain=("what", "rule")
    )
    columns = (Column("what", "What"), Column("rule", "Rule"))
    return Finding(
        section="method",
        id="method",
        headline="",
        evidence=(result,),
        tables=(TableView(NAME, "Rules behind the figures", columns),),
    )
