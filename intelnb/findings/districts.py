"""Where, for readers who may have districts and no finer place: counts by priority and district."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from intelnb.analysis.result import Result
from intelnb.dates import Period
from intelnb.finding import Column, Finding, TableView

NAME = "districts"


def finding(
    priorities: pd.DataFrame, *, by_district: Mapping[str, Result], districts: pd.DataFrame, period: Period
) -> Finding:
    """One row for each priority, one column for each district, with what stands in none of them and the total.

    Parameters
    ----------
    priorities
        Priorities: code, name, rank.
    by_district
        Results of `alarms.by_area` for districts, by code of the priority.
    districts
        The districts: code, name.
    period
        The page's period.
    """
    ordered = priorities.sort_values("rank", kind="stable").to_dict("records")
    codes = [str(code) for code in districts["code"]]
    rows = [_row(row, by_district[str(row["code"])], codes) for row in ordered]
    parts = (*codes, "unplaced")
    evidence = Result(
        name=NAME,
        table=pd.DataFrame(rows, columns=["code", "name", *parts, "n"]),
        values={},
        wording=f"Crimes by district this {period.noun}; counts that are too small are withheld.",
        grain="district",
        key="code",
        counts=(*parts, "n"),
        total="n",
        plain=("name",),
        sources=("crimes",),
    )
    names = zip(codes, (str(name) for name in districts["name"]), strict=True)
    columns = (
        Column("name", "Priority"),
        *(Column(code, name, "number") for code, name in names),
        Column("unplaced", "In no district above", "number"),
        Column("n", "All", "number"),
    )
    note = "A dash stands for a count that is withheld because it, or another one, is small."
    return Finding(
        section="districts",
        id="districts",
        headline=NAME,
        evidence=(evidence,),
        tables=(TableView(NAME, f"Crimes by district, {period.words()}", columns, note=note),),
        sources=("Crime export",),
    )


def _row(row: Mapping[Any, Any], counted: Result, codes: list[str]) -> dict[str, object]:
    """One priority's counts; a question that could not be asked leaves every cell empty."""
    found: dict[str, Any] = {"code": row["code"], "name": row["name"]}
    if "code" not in counted.table:
        return found
    by_code = dict(zip(counted.table["code"].astype(str), counted.table["n"], strict=True))
    # what a district sent before it fell silent is in the total, so it must stand in a part of it: what is left
    # over from a printed sum is a number nobody looked at
    early = int(counted.table["before_silence"].sum())
    return {
        **found,
        **{code: by_code.get(code) for code in codes},
        "unplaced": int(counted.values["unplaced"]) + early,
        "n": counted.values["n"],
    }
