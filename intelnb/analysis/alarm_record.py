"""The record of alarms: how often was each kind of alarm right?"""

from __future__ import annotations

import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.stats.exact_share import exact_share
from intelnb.tables import options

OUTCOMES = {"right": "right", "wrong": "wrong", "cannot tell": "cannot_tell", "open": "open"}
CAVEATS = (
    "Right and wrong are what a named person found, who knew of the alarm.",
    "Alarms that were never raised are in no ledger: it says nothing of what was missed.",
)


def how_often_right(alarms: pd.DataFrame, *, name: str, level: float = 0.95) -> Result:
    """Count, for each kind of alarm, how many were found right, wrong, or neither, and how many nobody has reviewed.

    Parameters
    ----------
    alarms
        The ledger: columns `kind` and `outcome` (right, wrong, cannot tell, open), one row for each alarm.
    name
        Name of the Result.
    level
        Share of chance the range of a share covers, under 1.

    Returns
    -------
    Result
        Table `kind, raised, right, wrong, cannot_tell, open, share, low, high`: `share` of those found right or wrong that were
        right, with its exact range, blank where none was. Not assessed while no alarm has been reviewed.

    References
    ----------
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits. Biometrika 26(4).

    Examples
    --------
    >>> rows = pd.DataFrame({"kind": ["weekly count"] * 4, "outcome": ["right", "right", "wrong", "open"]})
    >>> how_often_right(rows, name="record").sentence
    'Of 3 alarms reviewed 2 were right; between 9 and 99 in a hundred can be expected to be; 1 open.'
    """
    options.share(level=level)
    if (state := alarms.attrs.get("status", "submitted")) != "submitted":
        status = state if state == "not submitted" else "not assessed"
        told = (
            "no alarm ledger is kept" if state == "not submitted" else "the alarm ledger is withheld from this audience"
        )
        return not_assessed(name, why=told, status=status, sources=("alarm ledger",))
    if alarms.empty:
        return not_assessed(name, why="no alarm has been raised", sources=("alarm ledger",))
    counts = (
        pd.crosstab(alarms["kind"], alarms["outcome"])
        .reindex(columns=list(OUTCOMES), fill_value=0)
        .rename(columns=OUTCOMES)
    )
    table = counts.astype("int64").reset_index().rename_axis(columns=None)
    table.insert(1, "raised", table[list(OUTCOMES.values())].sum(axis=1))
    judged = table["right"] + table["wrong"]
    if not judged.sum():
        return not_assessed(name, why="no alarm has been reviewed", sources=("alarm ledger",))
    blank = (float("nan"),) * 3
    shares = [
        tuple(round(one, 3) for one in exact_share(int(right), int(of), level=level)) if of else blank
        for right, of in zip(table["right"], judged, strict=True)
    ]
    table[["share", "low", "high"]] = pd.DataFrame(shares, index=table.index)
    _, low, high = exact_share(int(table["right"].sum()), int(judged.sum()), level=level)
    values: dict[str, Value] = {
        "reviewed": int(judged.sum()), "right": int(table["right"].sum()), "low": round(100 * low), "high": round(100 * high),
        "open": int(table["open"].sum()), "cannot_tell": int(table["cannot_tell"].sum()), "raised": int(table["raised"].sum()),
    }  # fmt: skip
    return Result(
        name=name,
        table=table,
        values=values,
        wording="Of {reviewed} {reviewed|alarm|alarms} reviewed {right} {right|was|were} right; between {low} and {high} in a hundred can be expected to be; {open} open.",
        settings={"level": level, "range": "exact, for each kind and for all"},
        caveats=CAVEATS,
        sources=("alarm ledger",),
    )
