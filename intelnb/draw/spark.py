"""The last thirteen periods in the height of a line of text."""

from __future__ import annotations

from intelnb.analysis.result import Result
from intelnb.draw.ink import colour, scale, series
from intelnb.draw.ink.svg import frame, hatch, tag
from intelnb.draw.picture import Picture

_WIDTH, _HEIGHT, _PERIODS = 132, 24, 13


def picture(result: Result, *, prefix: str, title: str, marking: str = "") -> Picture:
    """Draw the last thirteen periods of a series with its expected range and a marker at its end.

    Parameters
    ----------
    result
        A series as `trend.picture` takes it.
    prefix
        Keeps the ids of this picture apart from all others.
    title
        What the picture shows, such as "Residential burglary, 13 weeks"; without one, the Result's sentence.
    marking
        Accepted so that all pictures are called alike; too small to carry it, the picture lives in a marked table.

    Raises
    ------
    ProductError
        When the table lacks a column or a row.
    """
    del marking
    steps = series.steps(result.table)[-_PERIODS:]
    tops = [v for s in steps for v in (s.n, s.high) if v is not None]
    x = scale.Scale(0, max(len(steps) - 1, 1), 4, _WIDTH - 6)
    # without an axis nobody reads a height as a count: movement against the range is what shows
    bases = [v for s in steps for v in (s.n, s.low) if v is not None]
    y = scale.Scale(min(bases, default=0.0) * 0.85, max(tops, default=0.0) or 1.0, _HEIGHT - 3, 4)
    parts = []
    for run in series.runs(steps, lambda s: s.status == series.MISSING):
        start, end = max(x(run[0] - 0.5), 0), min(x(run[-1] + 0.5), _WIDTH)
        parts.append(
            tag("rect", x=start, y=1, width=end - start, height=_HEIGHT - 2, fill=f"url(#{prefix}-missing)"),
        )
    for run in series.runs(steps, lambda s: s.low is not None and s.high is not None):
        high = [(x(i), y(steps[i].high or 0)) for i in run]
        low = [(x(i), y(steps[i].low or 0)) for i in reversed(run)]
        parts.append(tag("path", d=series.polyline(high + low) + "Z", fill=colour.BAND))
    for run in series.runs(steps, lambda s: s.n is not None):
        line = [(x(i), y(steps[i].n or 0)) for i in run]
        parts.append(tag("path", d=series.polyline(line), fill="none", stroke=colour.NAVY, stroke_width=1.5))
    parts += _breaks(steps, x)
    last = steps[-1]
    if last.n is not None:
        fill, size = (colour.PLUM, 4) if last.is_outside else (colour.NAVY, 3)
        parts.append(tag("circle", cx=x(len(steps) - 1), cy=y(last.n), r=size, fill=fill))
    alt = f"{', '.join(series.spoken(s.n) for s in steps)}: {steps[0].period} to {steps[-1].period}."
    defs = hatch(f"{prefix}-missing", line=colour.BORDER, gap=4)
    title = title or result.sentence
    hatched = any(s.status == series.MISSING for s in steps)
    svg = frame(
        parts, width=_WIDTH, height=_HEIGHT, title=title, alt=alt, marking="", prefix=prefix,
        defs=defs if hatched else "",
    )  # fmt: skip
    return Picture(svg=svg, title=title, alt=alt)


def _breaks(steps: list[series.Step], x: scale.Scale) -> list[str]:
    """A dashed line where the way of recording changed."""
    return [
        tag("path", d=f"M{x(max(run[0] - 0.5, 0)):.1f} 1V{_HEIGHT - 1}", stroke=colour.INK, stroke_dasharray="2 2")
        for run in series.runs(steps, lambda s: s.status == series.BREAK)
    ]
