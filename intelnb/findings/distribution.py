"""Distribution: whom the page is for, how it may be handled, and what was left out for them."""

from __future__ import annotations

import pandas as pd

from intelnb.analysis.result import Result
from intelnb.finding import Column, Finding, TableView
from intelnb.records import Clearance
from intelnb.tables.words import several

NAME = "distribution"


def finding(clearance: Clearance, *, withheld: int = 0) -> Finding:
    """Who may read the page.

    Parameters
    ----------
    clearance
        What the audience may have.
    withheld
        Records withheld from it; printed only where the audience may know.
    """
    rows = {
        "For": clearance.title,
        "Marking": clearance.page_marking,
        "Handling": clearance.instruction or "As marked",
        "Left out": _left_out(clearance, withheld),
    }
    table = pd.DataFrame({"what": list(rows), "how": list(rows.values())})
    result = Result(name=NAME, table=table, values={}, wording="Distribution.", grain="none", plain=("what", "how"))
    columns = (Column("what", "What"), Column("how", "How"))
    return Finding(
        section="distribution",
        id="distribution",
        headline="",
        evidence=(result,),
        tables=(TableView(NAME, "Distribution", columns),),
    )


def _left_out(clearance: Clearance, withheld: int) -> str:
    """What the audience does not get; the same words whatever the data hold, unless it may know the number."""
    if clearance.says_withheld and not withheld:
        return "No record had to be left out for this audience."
    if clearance.says_withheld:
        return f"{several(withheld, 'record')} this audience may not have {'was' if withheld == 1 else 'were'} left out before anything was counted."
    parts = ["Records and details this audience may not have were left out before anything was counted"]
    if clearance.smallest_count:
        parts.append(f"counts under {clearance.smallest_count}, and those that would give them away, are withheld")
    return "; ".join(parts) + "."
