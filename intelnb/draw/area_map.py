"""Counts by area: shades for counts, hatching for what may not be shown or was not submitted."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from intelnb.analysis.result import Result
from intelnb.draw.ink import colour, land, letters
from intelnb.draw.ink.svg import SMALL_TEXT, TEXT, frame, hatch, label, number, tag, tooltip
from intelnb.draw.picture import Picture
from intelnb.errors import ProductError
from intelnb.tables.words import several

_WIDTH, _HIGHEST = 560, 470
_STEPS = (colour.PALE, colour.LIGHT, colour.MIDDLE, colour.DARK)
_NAMED = 40
"""Above so many areas names are left to the tooltips."""


@dataclass(frozen=True)
class _Shade:
    """One entry of the key: which areas, filled how, called what."""

    fill: str
    words: str
    members: tuple[int, ...]


def picture(result: Result, *, marking: str, prefix: str, title: str, caption: str = "") -> Picture:
    """Draw areas by count, in at most four shades.

    Parameters
    ----------
    result
        Its table is a GeoDataFrame: `code`, `name`, `n` (missing where it may not be or cannot be shown), `shown`
        (the count as words: `12`, `under 5`, `not submitted`), `geometry`.
    marking, prefix, title, caption
        As for `trend.picture`.

    Raises
    ------
    ProductError
        When the table lacks a column or has no outline.
    """
    table: gpd.GeoDataFrame = result.table
    missing = [name for name in ("code", "name", "n", "shown", "geometry") if name not in table.columns]
    if missing:
        raise ProductError(what=f"an area map lacks {', '.join(missing)}", where="draw")
    shapes = np.asarray(table.geometry)
    view = land.view(shapes, width=_WIDTH, highest=_HIGHEST)
    simple = land.lighter(shapes, metres=view.metres_per_pixel * 0.7)
    shades = _shades(table, prefix)
    key, height = _key(shades, top=view.height + 8)
    names, told = table["name"].astype(str).tolist(), table["shown"].astype(str).tolist()
    drawn = [
        tag("g", *(tag("path", tooltip(f"{names[i]}: {told[i]}"), d=land.path(simple[i], of=view)) for i in s.members),
            fill=s.fill)
        for s in shades
    ]  # fmt: skip
    many = len(table) > 500
    areas = tag(
        "g", *drawn, transform="scale(0.1)", stroke=colour.WHITE if many else colour.BORDER,
        stroke_width=2 if many else 8, fill_rule="evenodd",
    )  # fmt: skip
    alt = f"{result.sentence} {_told(names, told, shades)}"
    parts = [areas, *_scale_bar(view), *(_words(table, view, shades) if len(table) <= _NAMED else []), *key]
    defs = hatch(f"{prefix}-h0", line=colour.BORDER, gap=60) + hatch(
        f"{prefix}-h1", line=colour.BORDER, gap=50, dots=True
    )
    svg = frame(parts, width=_WIDTH, height=height, title=title, alt=alt, marking=marking, prefix=prefix, defs=defs)
    return Picture(svg=svg, title=title, alt=alt, caption=caption)


def _shades(table: gpd.GeoDataFrame, prefix: str) -> list[_Shade]:
    """Counts in at most four classes of about equal size, then one hatch per reason for no count."""
    n = table["n"].astype(float).to_numpy()
    counted = np.flatnonzero(~np.isnan(n))
    shades = []
    limits = _limits(n[counted])
    low = -np.inf
    for fill, limit in zip(_STEPS[-len(limits) :] if limits else (), limits, strict=True):
        members = tuple(int(i) for i in counted if low < n[i] <= limit)
        shades.append(_Shade(fill, _span(n[list(members)]), members))
        low = limit
    reasons = sorted({str(s) for s, count in zip(table["shown"], n, strict=True) if np.isnan(count)})
    for i, reason in enumerate(reasons):
        members = tuple(
            j
            for j, (s, count) in enumerate(zip(table["shown"], n, strict=True))
            if np.isnan(count) and str(s) == reason
        )
        shades.append(_Shade(f"url(#{prefix}-h{min(i, 1)})", reason, members))
    return shades


def _limits(counts: np.ndarray) -> list[float]:
    """Upper limits of classes that hold about equally many areas, zero by itself."""
    if not len(counts):
        return []
    values = np.unique(counts)
    if len(values) <= len(_STEPS):
        return [float(v) for v in values]
    zero = [0.0] if values[0] == 0 else []
    above = counts[counts > 0]
    shares = np.linspace(0, 1, len(_STEPS) - len(zero) + 1)[1:]
    return zero + sorted({float(q) for q in np.quantile(above, shares, method="higher")})


def _span(counts: np.ndarray) -> str:
    """The counts of one class as words."""
    low, high = counts.min(), counts.max()
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def _words(table: gpd.GeoDataFrame, view: land.View, shades: list[_Shade]) -> list[str]:
    """Name and count on every area with room for them."""
    labels = land.Labels(within=(2, 2, _WIDTH - 2, view.height - 2))
    dark = {i for shade in shades if shade.fill in (colour.DARK, colour.MIDDLE) for i in shade.members}
    rows = zip(table["name"], table["shown"], table.geometry, range(len(table)), strict=True)
    parts = []
    for name, shown, shape, i in sorted(rows, key=lambda row: (-row[2].area, str(row[0]))):
        ink: dict[str, str] = {"fill": colour.WHITE} if i in dark else {}
        west, _, east, _ = shape.bounds
        room = min(max((east - west) / view.metres_per_pixel, 36), 150)
        lines = [*letters.wrapped(str(name), size=SMALL_TEXT, within=room), str(shown)]
        easting, northing = land.middle(shape)
        x = view.x(easting)
        first = labels.place(lines, x=x, y=view.y(northing), size=SMALL_TEXT, shifts=(0, -12, 12, -24, 24))
        if np.isnan(first):
            continue
        for row, line in enumerate(lines):
            weight = "bold" if row == len(lines) - 1 else None
            parts.append(
                label(line, x=x, y=first + row * 16.5, size=SMALL_TEXT, halo=i not in dark, text_anchor="middle",
                      font_weight=weight, **ink)
            )  # fmt: skip
    return parts


def _scale_bar(view: land.View) -> list[str]:
    """How long a round number of metres is."""
    metres = land.bar_metres(view, within=_WIDTH / 5)
    length = metres / view.metres_per_pixel
    y = view.height - 8
    ends = tag("path", d=f"M10 {y - 4:.1f}v4h{length:.1f}v-4", fill="none", stroke=colour.BLACK, stroke_width=2)
    return [
        ends,
        label(land.spoken_metres(metres), x=10 + length / 2, y=y - 6, size=SMALL_TEXT, halo=True, text_anchor="middle"),
    ]


def _key(shades: list[_Shade], *, top: float) -> tuple[list[str], float]:
    """What every shade stands for, with how many areas have it, and where the key ends."""
    parts, x, y = [], 4.0, top
    for shade in shades:
        words = f"{shade.words} ({several(len(shade.members), 'area')})"
        wide = 28 + letters.width(words, size=TEXT) + 18
        if x > 4 and x + wide - 18 > _WIDTH:
            x, y = 4.0, y + 24
        # drawn ten times too large and scaled down, so that the hatch is the map's
        swatch = tag("rect", width=200, height=150, fill=shade.fill, stroke=colour.INK, stroke_width=8,
                     transform="scale(0.1)")  # fmt: skip
        parts.append(tag("g", swatch, label(words, x=28, y=14), transform=f"translate({x:.1f} {y:.1f})"))
        x += wide
    return parts, y + 22


def _told(names: list[str], told: list[str], shades: list[_Shade]) -> str:
    """The counts in words where they are few, the classes where they are many."""
    if len(names) <= 20:
        return f"{'; '.join(f'{name} {shown}' for name, shown in zip(names, told, strict=True))}."
    return f"{'; '.join(' '.join((several(len(s.members), 'area'), s.words)) for s in shades)}."
