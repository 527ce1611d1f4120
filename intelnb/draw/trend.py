"""A count over time against its expected range; breaks and missing submissions are drawn as what they are."""

from __future__ import annotations

from intelnb.analysis.result import Result
from intelnb.draw.ink import colour, letters, scale, series
from intelnb.draw.ink.series import Step
from intelnb.draw.ink.svg import TEXT, frame, hatch, label, tag
from intelnb.draw.picture import Picture
from intelnb.tables.words import several

_WIDTH, _HEIGHT = 560, 226
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 552, 58, 194
_LAST_Y = 45
_BREAK_WORDS = "break in recording"
ALIKE = "Each period as known equally long after its end; what was recorded later is not drawn."

Box = tuple[float, float, float, float]


def picture(
    result: Result, *, marking: str, prefix: str, title: str, caption: str = "", counted: str = "known by then"
) -> Picture:
    """Draw a count per period with its expected range; points outside it are marked and numbered.

    Parameters
    ----------
    result
        Its table has one row per period, oldest first: `period`, `start`, `n`, `low`, `high`, `outside` (true,
        or the side), `status` (`assessed`, `not assessed`, `not submitted`, `break in recording`). A missing `n` leaves a gap, never a zero.
    marking
        Protective marking, printed in the picture's foot.
    prefix
        Keeps the ids of this picture apart from all others.
    title
        What the picture says, in about ten words.
    caption
        What was counted, from when to when, from which source, as at. How periods are made comparable is added.
    counted
        What the line counts, for the key.

    Raises
    ------
    ProductError
        When the table lacks a column or a row.
    """
    steps = series.steps(result.table)
    tops = [v for s in steps for v in (s.n, s.high) if v is not None]
    marks = scale.ticks(max(tops, default=0.0))
    x = scale.Scale(0, max(len(steps) - 1, 1), _LEFT + 8, _RIGHT - 8)
    y = scale.Scale(0, marks[-1], _BOTTOM, _TOP)
    parts = [
        *_grid(marks, y), *_dates(steps, x), *_band(steps, x, y), *_missing(steps, x, prefix),
        *_line(steps, x, y), *_breaks(steps, x, y), *_outside(steps, x, y), *_last(steps, x, y), *_key(steps, counted),
    ]  # fmt: skip
    alt = f"{result.sentence} {_told(steps)}"
    svg = frame(
        parts, width=_WIDTH, height=_HEIGHT, title=title, alt=alt, marking=marking, prefix=prefix,
        defs=hatch(f"{prefix}-missing", line=colour.BORDER),
    )  # fmt: skip
    return Picture(svg=svg, title=title, alt=alt, caption=f"{caption} {ALIKE}".strip())


def _grid(marks: list[float], y: scale.Scale) -> list[str]:
    """Horizontal lines with their numbers."""
    parts = []
    for mark in marks:
        stroke = colour.INK if mark == 0 else colour.GRID
        parts.append(tag("path", d=f"M{_LEFT} {y(mark):.1f}H{_RIGHT}", stroke=stroke, stroke_width=1))
        parts.append(label(f"{mark:,}", x=_LEFT - 6, y=y(mark) + 5, text_anchor="end"))
    return parts


def _dates(steps: list[Step], x: scale.Scale) -> list[str]:
    """Months under a long series, the periods themselves under a short one."""
    parts = []
    for at, text in _date_labels(steps):
        anchor = "start" if x(at) < _LEFT + 24 else "end" if x(at) > _RIGHT - 24 else "middle"
        parts.append(tag("path", d=f"M{x(at):.1f} {_BOTTOM}V{_BOTTOM + 5}", stroke=colour.INK, stroke_width=1))
        parts.append(label(text, x=x(at), y=_BOTTOM + 22, text_anchor=anchor))
    return parts


def _date_labels(steps: list[Step]) -> list[tuple[float, str]]:
    """Where along the series a date is written, and which."""
    if len(steps) <= 16:
        every = max(1, -(-len(steps) // 4))
        return [(float(i), s.period) for i, s in enumerate(steps) if (len(steps) - 1 - i) % every == 0]
    found: list[tuple[float, str]] = []
    for month, text in scale.month_ticks(steps[0].start, steps[-1].start):
        after = next((i for i, s in enumerate(steps) if s.start >= month), None)
        if after is not None:
            found.append((float(after), text))
    return found


def _band(steps: list[Step], x: scale.Scale, y: scale.Scale) -> list[str]:
    """The expected range, cut where there is none; its edges are drawn for grey print."""
    parts = []
    for run in series.runs(steps, lambda s: s.low is not None and s.high is not None):
        half = 4.0 if len(run) == 1 else 0.0
        at = [x(i) for i in run] if not half else [x(run[0]) - half, x(run[0]) + half]
        rows = [steps[i] for i in run] if not half else [steps[run[0]]] * 2
        high = [(px, y(s.high or 0)) for px, s in zip(at, rows, strict=True)]
        low = [(px, y(s.low or 0)) for px, s in zip(at, rows, strict=True)]
        parts.append(tag("path", d=series.polyline(high + low[::-1]) + "Z", fill=colour.BAND))
        edges = series.polyline(high) + series.polyline(low)
        parts.append(tag("path", d=edges, fill="none", stroke=colour.LIGHT, stroke_width=1))
    return parts


def _line(steps: list[Step], x: scale.Scale, y: scale.Scale) -> list[str]:
    """The counts; dashed where they were not assessed, cut where there are none and at breaks."""
    parts = []
    for i in range(1, len(steps)):
        before, after = steps[i - 1], steps[i]
        starts_break = after.status == series.BREAK and before.status != series.BREAK
        if before.n is None or after.n is None or starts_break:
            continue
        plain = after.status == "assessed"
        segment = series.polyline([(x(i - 1), y(before.n)), (x(i), y(after.n))])
        parts.append((segment, plain))
    drawn = []
    for plain in (True, False):
        data = "".join(segment for segment, is_plain in parts if is_plain is plain)
        if data:
            drawn.append(
                tag("path", d=data, fill="none", stroke=colour.NAVY, stroke_width=2, stroke_linejoin="round",
                    stroke_linecap="round", stroke_dasharray=None if plain else "3 4")
            )  # fmt: skip
    return drawn


def _missing(steps: list[Step], x: scale.Scale, prefix: str) -> list[str]:
    """Hatched stretches for which nothing was submitted."""
    parts = []
    for run in series.runs(steps, lambda s: s.status == series.MISSING):
        start, end = max(x(run[0] - 0.5), _LEFT), min(x(run[-1] + 0.5), _RIGHT)
        parts.append(
            tag("rect", x=start, y=_TOP, width=end - start, height=_BOTTOM - _TOP, fill=f"url(#{prefix}-missing)")
        )
        parts.append(_inside("not submitted", at=(start + end) / 2, y=_TOP + 16))
    return parts


def _breaks(steps: list[Step], x: scale.Scale, y: scale.Scale) -> list[str]:
    """A dashed line where the way of recording changed."""
    parts = []
    for at, box in _break_boxes(steps, x, y):
        line = f"M{at:.1f} {_TOP}V{_BOTTOM}"
        parts.append(tag("path", d=line, stroke=colour.INK, stroke_width=1.5, stroke_dasharray="5 4"))
        parts.append(label(_BREAK_WORDS, x=(box[0] + box[2]) / 2, y=box[3] - 4, halo=True, text_anchor="middle"))
    return parts


def _break_boxes(steps: list[Step], x: scale.Scale, y: scale.Scale) -> list[tuple[float, Box]]:
    """Where each break is, and the room its words take: the highest row without a marked point in it."""
    marked = [i for i, s in enumerate(steps) if s.n is not None and (s.is_outside or i == len(steps) - 1)]
    points = [(x(i) - 5, y(steps[i].n or 0) - 5, x(i) + 5, y(steps[i].n or 0) + 5) for i in marked]
    half = letters.width(_BREAK_WORDS, size=TEXT) / 2
    found = []
    for run in series.runs(steps, lambda s: s.status == series.BREAK):
        at = x(run[0] - 0.5) if run[0] else x(0)
        centre = min(max(at, _LEFT + half + 4), _RIGHT - half - 4)
        boxes = [(centre - half, row - 12.0, centre + half, row + 4.0) for row in range(_TOP + 16, _BOTTOM - 8, 18)]
        free = [box for box in boxes if not any(_touch(box, point) for point in points)]
        found.append((at, (free or boxes)[0]))
    return found


def _touch(one: Box, other: Box) -> bool:
    """Whether two boxes share room."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _outside(steps: list[Step], x: scale.Scale, y: scale.Scale) -> list[str]:
    """Filled markers on points outside the range, numbered where there is room."""
    parts: list[str] = []
    taken = float("inf")
    words = letters.width(_last_words(steps[-1]), size=TEXT) * 1.1  # bold
    full = [(_RIGHT - words, _LAST_Y - 13.0, float(_RIGHT), _LAST_Y + 5.0)]
    full += [box for _, box in _break_boxes(steps, x, y)]
    for i in reversed(range(len(steps))):
        step = steps[i]
        if not step.is_outside or step.n is None:
            continue
        parts.append(tag("circle", cx=x(i), cy=y(step.n), r=5, fill=colour.PLUM, stroke=colour.WHITE))
        # the latest is said in words above, and needs room of its own
        if i < len(steps) - 1 and x(i) < x(len(steps) - 1) - 30 and taken - x(i) > 26:
            above = step.high is None or step.n > step.high
            at = max(y(step.n) - 9 if above else y(step.n) + 20, _TOP + 4)
            text = series.spoken(step.n)
            half = letters.width(text, size=TEXT) * 0.55
            if any(_touch((x(i) - half, at - 12, x(i) + half, at + 1), box) for box in full):
                continue
            parts.append(
                label(text, x=x(i), y=at, halo=True, text_anchor="middle", font_weight="bold", fill=colour.PLUM)
            )
            taken = x(i)
    return parts


def _last(steps: list[Step], x: scale.Scale, y: scale.Scale) -> list[str]:
    """The latest period: its marker, and its words above the drawing, where no line runs through them."""
    step = steps[-1]
    at = x(len(steps) - 1)
    fill = colour.PLUM if step.is_outside else colour.NAVY
    said = label(_last_words(step), x=_RIGHT, y=_LAST_Y, text_anchor="end", font_weight="bold", fill=fill)
    if step.n is None or step.is_outside:
        return [said]
    return [said, tag("circle", cx=at, cy=y(step.n), r=5, fill=fill, stroke=colour.WHITE)]


def _last_words(step: Step) -> str:
    """What the last point's label says."""
    if step.low is None or step.high is None:
        return f"{series.spoken(step.n)} in {step.period}, range not assessed"
    return f"{series.spoken(step.n)} in {step.period}, expected {series.spoken(step.low)} to {series.spoken(step.high)}"


def _key(steps: list[Step], counted: str) -> list[str]:
    """What line, band and marker mean, above the picture."""
    parts = [tag("path", d=f"M{_LEFT} 14h22", stroke=colour.NAVY, stroke_width=2), label(counted, x=_LEFT + 28, y=20)]
    at = _LEFT + 28 + letters.width(counted, size=TEXT) + 20
    if any(s.low is not None for s in steps):
        parts.append(tag("rect", x=at, y=6, width=20, height=16, fill=colour.BAND, stroke=colour.LIGHT))
        parts.append(label("expected range", x=at + 26, y=20))
        at += 26 + letters.width("expected range", size=TEXT) + 20
    if any(s.is_outside for s in steps):
        parts.append(tag("circle", cx=at + 5, cy=14, r=5, fill=colour.PLUM))
        parts.append(label("outside it", x=at + 15, y=20))
    return parts


def _inside(text: str, *, at: float, y: float) -> str:
    """Words kept inside the drawing."""
    half = letters.width(text, size=TEXT) / 2
    centre = min(max(at, _LEFT + half + 4), _RIGHT - half - 4)
    return label(text, x=centre, y=y, halo=True, text_anchor="middle")


def _told(steps: list[Step]) -> str:
    """What the picture shows, for those who cannot see it."""
    outside = [f"{s.period} ({series.spoken(s.n)})" for s in steps if s.is_outside]
    missing = sum(s.status == series.MISSING for s in steps)
    broken = next((s.period for s in steps if s.status == series.BREAK), "")
    told = [
        f"{several(len(steps), 'period')} from {steps[0].period} to {steps[-1].period}; the last: {_last_words(steps[-1])}."
    ]
    if outside:
        told.append(f"Outside the expected range: {', '.join(outside[-12:])}.")
    if missing:
        told.append(f"Nothing submitted for {several(missing, 'period')}.")
    if broken:
        told.append(f"Break in recording from {broken}.")
    return " ".join(told)
