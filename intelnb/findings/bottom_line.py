"""The bottom line: three lines of what, so what, now what; the machine offers the what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from intelnb.analysis.result import Result
from intelnb.finding import Finding, Place
from intelnb.findings import words

LINES = 3
STATES = ("Not assessed: ", "Not submitted: ")
GROWN = "{n} logs, {change} ({usual}), from {origins} independent origins."


def findings(
    priorities: pd.DataFrame,
    *,
    alarms: Mapping[str, Result],
    logs: Mapping[str, Result],
    growth: Mapping[str, Result],
    harm: Result,
    lines: int = LINES,
) -> tuple[Finding, ...]:
    """The priorities a reader should hear of first, each with a place for so what, now what and how sure.

    Order: crime above its range; then intelligence that grows, as a whole or in one area; then crime below its
    range; then by harm.
    A priority whose crime is above its range is never left out for one that is not.

    Parameters
    ----------
    priorities
        Priorities: code, name, rank.
    alarms, logs, growth
        Results of `alarms.expected`, `intelligence.of_priority` and `novelty.growing_areas` by code.
    harm
        The Result of `harm.harm`.
    lines
        How many lines, 1 to 5.
    """
    leading = {code: _growing(logs[code], growth[code]) for code in alarms}
    ranked = _ranked(priorities, alarms=alarms, leading=leading, harm=harm)
    return tuple(
        _finding(place, code, name, alarm=alarms[code], logs=logs[code], leading=leading[code])
        for place, (code, name) in enumerate(ranked[:lines], start=1)
    )


def _finding(place: int, code: str, name: str, *, alarm: Result, logs: Result, leading: Result | None) -> Finding:
    """One line; it leads with intelligence when only intelligence has grown."""
    leads = leading if leading and _side(alarm) != "above" else alarm
    wording = GROWN if leads is logs else leads.wording
    what = Result(
        name=f"what.{code}",
        table=pd.DataFrame(),
        values=leads.values,
        wording=_about(words.plain(name), wording),
        status=leads.status,
        sources=leads.sources,
    )
    return Finding(
        section="bottom_line",
        id=f"bottom_line.{place}",
        headline=what.name,
        evidence=(what, alarm, logs, *((leading,) if leading and leading is not logs else ())),
        place=Place(f"bottom_line.{code}", "bottom_line", f"Bottom line: {name}", (what.name, alarm.name, logs.name)),
        status=what.status,
    )


def _about(name: str, wording: str) -> str:
    """A sentence with its subject in front."""
    if wording.startswith("{"):
        return f"{name}, {wording}"
    if wording.startswith(STATES):
        return f"{name} {wording[:1].lower()}{wording[1:]}"
    return f"{name}: {wording[:1].lower()}{wording[1:].replace(': ', ', ', 1)}"


def _ranked(
    priorities: pd.DataFrame, *, alarms: Mapping[str, Result], leading: Mapping[str, Result | None], harm: Result
) -> list[tuple[str, str]]:
    """Codes and names in the order a reader should hear of them."""
    weight = dict(zip(harm.table["code"], harm.table["harm_days"], strict=True)) if "code" in harm.table else {}

    def order(row: Mapping[Any, Any]) -> tuple[int, float, int]:
        code = str(row["code"])
        side = _side(alarms[code])
        first = 0 if side == "above" else 1 if leading[code] else 2 if side == "below" else 3
        days = weight.get(code, 0.0)
        return first, -(0.0 if pd.isna(days) else float(days)), int(str(row["rank"]))

    return [(str(row["code"]), str(row["name"])) for row in sorted(priorities.to_dict("records"), key=order)]


def _side(alarm: Result) -> str:
    """On which side of its range a count lies; blank inside it or where nothing was assessed."""
    return str(alarm.values.get("real", "")).partition("yes, ")[2]


def _growing(logs: Result, growth: Result) -> Result | None:
    """The Result that says intelligence has grown: in one area, or as a whole; None when it has not."""
    if growth.values.get("n_growing"):
        return growth
    return logs if str(logs.values.get("change", "")).startswith("more") else None
