"""Short words several sections share: expected ranges, what is real, ordinal positions."""

from __future__ import annotations

from typing import Any

import pandas as pd

from intelnb.analysis.result import Result, Value, spoken

SHORT = "short history"


def expected(alarm: Result) -> str:
    """The expected range of a series: `8 to 17`, or a dash where there is none; a short history in small words."""
    if "low" not in alarm.values or "high" not in alarm.values:
        return "\N{EN DASH}"
    small = f"\n{SHORT}" if "short" in alarm.values else ""
    return f"{spoken(alarm.values['low'])} to {spoken(alarm.values['high'])}{small}"


def real(alarm: Result) -> str:
    """Whether a count is outside its expected range, and how rare that is: first line, then the small words."""
    if alarm.status == "break in recording":
        return f"Not assessed\nbreak {alarm.values.get('changed', 'in recording')}"
    if not alarm.is_assessed:
        return f"Not assessed\n{alarm.sentence.partition(':')[2].strip().rstrip('.')}"
    said = str(alarm.values["real"])
    if said == "no":
        return "No\ninside range"
    return f"{said.partition(',')[0].capitalize()}\n{alarm.values['one_in']}"


def count(alarm: Result) -> Value | None:
    """The count of a series, where it has one."""
    return alarm.values.get("n")


def plain(name: str) -> str:
    """A name as it may stand in a wording, where braces stand for values.

    Examples
    --------
    >>> plain("Theft {shops}")
    'Theft (shops)'
    """
    return name.replace("{", "(").replace("}", ")")


def shown(n: Any, status: str) -> str:
    """A count as a map says it; what was not sent or cannot be shown is said in words, never as zero."""
    return status if pd.isna(n) else f"{int(n):,}"
