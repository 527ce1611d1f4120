"""Scales: from numbers and dates to pixels, with ticks a reader would choose."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Scale:
    """A straight line from a stretch of numbers to a stretch of pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a number lies, in pixels."""
        if self.high == self.low:
            return (self.start + self.end) / 2
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def ticks(highest: float, *, count: int = 4) -> list[float]:
    """Round numbers from zero that cover the highest value.

    Parameters
    ----------
    highest
        Largest value to show; not negative.
    count
        About how many steps to take.

    Examples
    --------
    >>> ticks(26), ticks(3), ticks(0)
    ([0, 10, 20, 30], [0, 1, 2, 3], [0, 1])
    """
    if highest <= 0:
        return [0, 1]
    rough = highest / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= rough * 0.999)
    step = max(step, 1.0) if highest >= 1 else step
    steps = math.ceil(highest / step - 1e-9)
    return [_whole(step * i) for i in range(steps + 1)]


def month_ticks(first: date, last: date, *, most: int = 7) -> list[tuple[date, str]]:
    """First days of months between two days, with the year where it helps.

    Examples
    --------
    >>> [words for _, words in month_ticks(date(2025, 11, 10), date(2026, 11, 9), most=5)]
    ['Jan 26', 'Apr', 'Jul', 'Oct']
    """
    start = first.year * 12 + first.month - 1 + (first.day > 1)
    stop = last.year * 12 + last.month - 1
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60, 120) if (stop - start) // s + 1 <= most), 240)
    months = [m for m in range(start, stop + 1) if m % min(step, 12) == 0 and (step <= 12 or m % step < 12)]
    told: list[tuple[date, str]] = []
    for i, month in enumerate(months):
        year, within = divmod(month, 12)
        dated = i == 0 or within == 0 or step >= 12
        told.append((date(year, within + 1, 1), f"{_MONTHS[within]} {year % 100:02d}" if dated else _MONTHS[within]))
    return told


def _whole(value: float) -> float:
    """The number without a rounding tail, as an integer where it is one."""
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
