"""The rows of a series as pictures need them: what was counted, what was expected, and where recording fails."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd

from intelnb.draw.ink.svg import number
from intelnb.errors import ProductError

COLUMNS = ("period", "start", "n", "low", "high", "outside", "status")
BREAK = "break in recording"
MISSING = "not submitted"


@dataclass(frozen=True)
class Step:
    """One period of a series; `None` where a number is not there."""

    period: str
    start: date
    n: float | None
    low: float | None
    high: float | None
    is_outside: bool
    status: str


def steps(table: pd.DataFrame) -> list[Step]:
    """Read a series, oldest first.

    Raises
    ------
    ProductError
        When a column is missing, or there is nothing to draw.
    """
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise ProductError(what=f"a series lacks {', '.join(missing)}", where="draw")
    if table.empty:
        raise ProductError(what="a series without periods cannot be drawn", where="draw")
    rows = table.loc[:, list(COLUMNS)].itertuples(index=False, name=None)
    return [
        Step(str(period), pd.Timestamp(start).date(), _some(n), _some(low), _some(high), _is_set(outside), str(status))
        for period, start, n, low, high, outside, status in rows
    ]


def runs(series: list[Step], kept: Callable[[Step], bool]) -> Iterator[list[int]]:
    """Positions of neighbouring steps that are all kept."""
    run: list[int] = []
    for i, step in enumerate(series):
        if kept(step):
            run.append(i)
        elif run:
            yield run
            run = []
    if run:
        yield run


def spoken(value: float | None) -> str:
    """A count as a label shows it."""
    return "no count" if value is None else f"{value:,.0f}" if float(value).is_integer() else number(value)


def polyline(points: list[tuple[float, float]]) -> str:
    """Points as the data of a path."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _some(value: object) -> float | None:
    """The number, or nothing where a table has none."""
    if value is None or value is pd.NA:
        return None
    found = float(value)  # type: ignore[arg-type]
    return None if math.isnan(found) else found


def _is_set(value: object) -> bool:
    """Whether a point is outside its range: a true flag, or the side it is on; a missing flag is not."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return False
    return bool(value)
