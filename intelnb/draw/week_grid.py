"""Hour by weekday: when it happens, with events of unknown hour shared out."""

from __future__ import annotations

import math
from collections.abc import Mapping

from intelnb.analysis.result import Result
from intelnb.draw.ink import colour, letters
from intelnb.draw.ink.svg import TEXT, frame, label, number, tag, tooltip
from intelnb.draw.picture import Picture
from intelnb.errors import ProductError

_WIDTH, _HEIGHT = 560, 213
_LEFT, _TOP, _CELL_W, _CELL_H = 46, 6, 21, 21
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# what stands before the key, and the room between its parts
_HEADINGS = (("Crimes an hour:", 12), ("An hour:", 12), ("An hour:", 6))
_STEPS = (colour.WHITE, colour.PALE, colour.LIGHT, colour.MIDDLE, colour.DARK)

Grid = Mapping[tuple[int, int], float]


def picture(result: Result, *, marking: str, prefix: str, title: str, caption: str = "") -> Picture:
    """Draw the week as seven rows of twenty-four hours, darker where more happened.

    Parameters
    ----------
    result
        Its table has one row per hour of the week: `weekday` (0 = Monday), `hour` (0-23), `n` (may be a fraction,
        because an event with a wide interval is shared over its hours).
    marking, prefix, title, caption
        As for `trend.picture`.

    Raises
    ------
    ProductError
        When the table lacks a column.
    """
    missing = [name for name in ("weekday", "hour", "n") if name not in result.table.columns]
    if missing:
        raise ProductError(what=f"a week grid lacks {', '.join(missing)}", where="draw")
    rows = zip(result.table["weekday"], result.table["hour"], result.table["n"], strict=True)
    grid = {(int(day), int(hour)): float(n) for day, hour, n in rows}
    limits = _limits(max(grid.values(), default=0.0))
    alt = f"{result.sentence} {_told(grid)}"
    parts = [*_cells(grid, limits), *_axes(), *_key(limits)]
    svg = frame(parts, width=_WIDTH, height=_HEIGHT, title=title, alt=alt, marking=marking, prefix=prefix)
    return Picture(svg=svg, title=title, alt=alt, caption=caption)


def _limits(highest: float) -> list[float]:
    """Upper limits of the shades, each double the one before; what is under half of the first stays white.

    Examples
    --------
    >>> _limits(39), _limits(3.6), _limits(1)
    ([5.0, 10.0, 20.0, 40.0], [0.5, 1.0, 2.0, 4.0], [0.125, 0.25, 0.5, 1.0])
    """
    if highest <= 0:
        return []
    doublings = 2 ** (len(_STEPS) - 2)
    rough = highest / doublings
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if s * power >= rough * 0.9999)
    return [float(f"{step * 2**i:.6g}") for i in range(len(_STEPS) - 1)]


def _fill(n: float, limits: list[float]) -> str:
    """The shade a number falls into; white for nothing, or hardly anything."""
    if not limits or n < limits[0] / 2:
        return _STEPS[0]
    return next(fill for fill, limit in zip(_STEPS[1:], limits, strict=True) if n <= limit * 1.0001)


def _cells(grid: Grid, limits: list[float]) -> list[str]:
    """One square per hour, its number in words when pointed at."""
    parts = []
    for day, name in enumerate(_DAYS):
        for hour in range(24):
            n = grid.get((day, hour), 0.0)
            told = tooltip(f"{name} {hour:02d}:00 to {(hour + 1) % 24:02d}:00: {number(n)}") if n > 0 else ""
            parts.append(
                tag("rect", told, x=_LEFT + hour * _CELL_W, y=_TOP + day * _CELL_H, width=_CELL_W, height=_CELL_H,
                    fill=_fill(n, limits))
            )  # fmt: skip
    lines = "".join(f"M{_LEFT} {_TOP + i * _CELL_H}h{24 * _CELL_W}" for i in range(8))
    lines += "".join(f"M{_LEFT + i * _CELL_W} {_TOP}v{7 * _CELL_H}" for i in range(25))
    return [*parts, tag("path", d=lines, fill="none", stroke=colour.GRID)]


def _axes() -> list[str]:
    """Days at the left, hours below: each hour stands under the line where it begins."""
    parts = [label(name, x=_LEFT - 8, y=_TOP + day * _CELL_H + 16, text_anchor="end") for day, name in enumerate(_DAYS)]
    foot = _TOP + 7 * _CELL_H
    for hour in range(0, 25, 3):
        at = _LEFT + hour * _CELL_W
        parts.append(tag("path", d=f"M{at} {foot}v5", stroke=colour.INK))
        parts.append(label(f"{hour:02d}", x=at, y=foot + 21, text_anchor="middle"))
    return parts


def _key(limits: list[float]) -> list[str]:
    """What each shade stands for; fewer words where the numbers are long."""
    at, y = float(_LEFT), _TOP + 7 * _CELL_H + 36
    said = [f"under {limits[0] / 2:g}", *(f"to {limit:g}" for limit in limits)] if limits else ["none"]
    heading, gap = next((one for one in _HEADINGS if _key_width(said, *one) <= _WIDTH - at), _HEADINGS[-1])
    parts = [label(heading, x=at, y=y + 14)]
    at += letters.width(heading, size=TEXT) + gap
    for fill, text in zip(_STEPS, said, strict=False):
        parts.append(tag("rect", x=at, y=y, width=18, height=16, fill=fill, stroke=colour.NAVY))
        parts.append(label(text, x=at + 24, y=y + 14))
        at += 24 + letters.width(text, size=TEXT) + gap
    return parts


def _key_width(said: list[str], heading: str, gap: int) -> float:
    """How much room the key takes."""
    return sum(letters.width(text, size=TEXT) + gap for text in (heading, *said)) + 24 * len(said) - gap


def _told(grid: Grid) -> str:
    """The busiest hours in words."""
    busiest = sorted(((n, at) for at, n in grid.items() if n > 0), key=lambda pair: (-pair[0], pair[1]))[:3]
    named = [f"{_DAYS[day]} {hour:02d}:00 ({number(n)})" for n, (day, hour) in busiest]
    return f"Busiest hours: {', '.join(named)}." if named else "No hour holds any."
