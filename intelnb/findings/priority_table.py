"""The table over the control-strategy priorities: count, expected range, real or not, harm, movement, logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from intelnb.analysis.result import Result
from intelnb.dates import Period
from intelnb.finding import Column, Finding, TableView
from intelnb.findings import words
from intelnb.tables.words import listed

NAME = "priority_table"
MARK = "*"
CONDITIONAL = f"{MARK} rests partly on logs with handling conditions."
SHORT = "Short history: under two years, which cannot show the time of year, so the range is wide."


def finding(
    priorities: pd.DataFrame,
    *,
    alarms: Mapping[str, Result],
    harm: Result,
    logs: Mapping[str, Result],
    period: Period,
    budget: str,
) -> Finding:
    """One row for each priority, in the order of the control strategy.

    Parameters
    ----------
    priorities
        Priorities: code, name, rank.
    alarms
        Results of `alarms.expected` by code.
    harm
        The Result of `harm.harm` over all priorities.
    logs
        Results of `intelligence.of_priority` by code.
    period
        The page's period.
    budget
        The false-alarm budget in words, printed under the table.
    """
    rows = [
        _row(row, alarm=alarms[str(row["code"])], harm=harm, logs=logs[str(row["code"])])
        for row in priorities.sort_values("rank", kind="stable").to_dict("records")
    ]
    table = pd.DataFrame(rows)
    evidence = Result(
        name=NAME,
        table=table,
        values={f"{row['code']}.n": row["n"] for row in rows if row["n"] is not None},
        wording=_wording(rows, period),
        settings={"false_alarms": budget},
        key="code",
        counts=("n",),
        follows=("real",),
        plain=("rank", "name", "expected"),
        sources=("crimes", "logs"),
    )
    columns = (
        Column("rank", "", "number"),
        Column("name", "Priority"),
        Column("n", f"This {period.noun}", "number"),
        Column("expected", "Expected"),
        Column("real", "Real change?"),
        Column("harm", "Share of harm", "number"),
        Column("movement", "Movement"),
        Column("trend", f"13 {period.noun}s", "spark"),
        Column("logs", "Intelligence"),
    )
    return Finding(
        section="priority_table",
        id="priority_table",
        headline=NAME,
        evidence=(evidence, harm, *alarms.values(), *logs.values()),
        tables=(TableView(NAME, "Control-strategy priorities", columns, note=_note(budget, rows, logs)),),
        sources=("Crime export", "Intelligence logs"),
    )


def _row(row: Mapping[Any, Any], *, alarm: Result, harm: Result, logs: Result) -> dict[str, Any]:
    """One priority's row."""
    code = str(row["code"])
    weighed = harm.table[harm.table["code"] == code] if "code" in harm.table else harm.table
    return {
        "code": code,
        "rank": row["rank"],
        "name": str(row["name"]),
        "n": words.count(alarm),
        "expected": words.expected(alarm),
        "real": words.real(alarm),
        "harm": _harm(weighed),
        "movement": _movement(weighed),
        "trend": alarm.name,
        "logs": _logs(logs),
    }


def _movement(weighed: pd.DataFrame) -> str | None:
    """Where a priority's rank by harm came from; a dash where ranks cannot be compared."""
    if not len(weighed):
        return "rank not assessed"
    moved = str(weighed["movement"].iloc[0])
    return None if moved == "break in recording" else moved


def _harm(weighed: pd.DataFrame) -> str:
    """A priority's share of the harm of all priorities."""
    if not len(weighed) or pd.isna(weighed["share"].iloc[0]):
        return "not assessed"
    return f"{100 * float(weighed['share'].iloc[0]):.0f} %"


def _logs(logs: Result) -> str:
    """Logs, their grades, and how many independent origins they have; the small words come second."""
    if not logs.is_assessed:
        return logs.status
    n, origins = int(logs.values["n"]), int(logs.values["origins"])
    if not n:
        return "no graded log"
    mark = MARK if logs.values.get("conditional") else ""
    return f"{n} log{'s' if n > 1 else ''}{mark}\n{logs.values['mix']}; {origins} origin{'s' if origins > 1 else ''}"


def _note(budget: str, rows: Sequence[Mapping[str, Any]], logs: Mapping[str, Result]) -> str:
    """What stands under the table."""
    is_conditional = any(one.values.get("conditional") for one in logs.values())
    is_short = any(words.SHORT in str(row["expected"]) for row in rows)
    told = (f"Expected ranges allow {budget}.", SHORT if is_short else "", CONDITIONAL if is_conditional else "")
    return " ".join(part for part in told if part)


def _wording(rows: Sequence[Mapping[str, Any]], period: Period) -> str:
    """Whether anything is outside its range, in one sentence; what was not assessed is not called inside."""
    outside = [words.plain(str(row["name"])) for row in rows if str(row["real"]).startswith("Yes")]
    if outside:
        verb = "are" if len(outside) > 1 else "is"
        return f"{listed(outside)} {verb} outside the expected range this {period.noun}."
    unknown = sum(not str(row["real"]).startswith("No\n") for row in rows)
    if unknown == len(rows):
        return f"No priority could be set against an expected range this {period.noun}."
    rest = f"; {unknown} could not be assessed" if unknown else ""
    return f"No priority is outside its expected range this {period.noun}{rest}."
