"""The map of priority places: unusual cells, lettered zones and near-repeat risk over the area's outlines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from intelnb.analysis.result import Result
from intelnb.draw.ink import colour, land, letters
from intelnb.draw.ink.svg import SMALL_TEXT, TEXT, frame, label, tag, tooltip
from intelnb.draw.picture import Picture

_WIDTH, _HIGHEST = 560, 470
_FILLS = {"very unusual": colour.DARK, "unusual": colour.MIDDLE, "raised": colour.LIGHT}


@dataclass(frozen=True, eq=False)
class Backdrop:
    """What lies under and over the cells, all in the same metres.

    Parameters
    ----------
    areas
        `code`, `name`, `geometry`: outlines with their names.
    outline
        The area the product is about; the map is fitted to it. Without it, to the areas.
    zones
        `zone` (a letter), `geometry`, `is_persistent`, and `state` in words where it is known.
    risk
        `geometry`, `until`: where a near repeat is more likely, until which day.
    """

    areas: gpd.GeoDataFrame
    outline: gpd.GeoDataFrame | None = None
    zones: gpd.GeoDataFrame | None = None
    risk: gpd.GeoDataFrame | None = None


def picture(result: Result, *, backdrop: Backdrop, marking: str, prefix: str, title: str, caption: str = "") -> Picture:
    """Draw cells by how unusual they are, with zones, risk, outlines, names, a scale bar and a key.

    Parameters
    ----------
    result
        Its table is a GeoDataFrame of cells: `level` (`very unusual`, `unusual`, `raised` or blank), `geometry`.
    backdrop
        Outlines and overlays.
    marking, prefix, title, caption
        As for `trend.picture`.

    Raises
    ------
    ProductError
        When there is no outline to fit the map to.
    """
    cells = result.table
    frame_of = backdrop.areas if backdrop.outline is None else backdrop.outline
    view = land.view(np.asarray(frame_of.geometry), width=_WIDTH, highest=_HIGHEST)
    labels = land.Labels(within=(2, 2, _WIDTH - 2, view.height - 2))
    bar = _scale_bar(view, labels)
    zones = _zones(backdrop.zones, view, labels)
    shapes = [*_areas(backdrop, view), *_cells(cells, view), *_risk(backdrop.risk, view), *zones[0]]
    key, height = _key(cells, backdrop, top=view.height + 8)
    drawn = tag("g", *shapes, clip_path=f"url(#{prefix}-c)")
    clip = tag("clipPath", tag("rect", width=_WIDTH, height=view.height), id=f"{prefix}-c")
    alt = f"{result.sentence} {_told(cells, backdrop)}"
    parts = [drawn, *zones[1], *_names(backdrop.areas, cells, view, labels), *bar, *key]
    svg = frame(parts, width=_WIDTH, height=height, title=title, alt=alt, marking=marking, prefix=prefix, defs=clip)
    return Picture(svg=svg, title=title, alt=alt, caption=caption)


def _areas(backdrop: Backdrop, view: land.View) -> list[str]:
    """Outlines of areas, the product's own area drawn bold; a name shows when pointed at."""
    window = view.window()
    near = backdrop.areas[backdrop.areas.geometry.intersects(window)]
    shapes = land.lighter(np.asarray(near.geometry), metres=view.metres_per_pixel * 0.7)
    parts = [
        tag("path", tooltip(str(name)), d=land.path(shape, of=view))
        for name, shape in zip(near["name"], shapes, strict=True)
    ]
    drawn = (
        [
            tag(
                "g",
                *parts,
                transform="scale(0.1)",
                fill=colour.LAND,
                stroke=colour.BORDER,
                stroke_width=8,
                fill_rule="evenodd",
            )
        ]
        if parts
        else []
    )
    if backdrop.outline is not None:
        own = shapely.union_all(np.asarray(backdrop.outline.geometry)).simplify(view.metres_per_pixel * 0.7)
        drawn.append(
            tag(
                "path",
                d=land.path(own, of=view),
                transform="scale(0.1)",
                fill="none",
                stroke=colour.INK,
                stroke_width=16,
            )
        )
    return drawn


def _cells(cells: gpd.GeoDataFrame, view: land.View) -> list[str]:
    """Cells, one path per level, so that a thousand cells stay a few kilobytes; pale ones first."""
    if cells.empty:
        return []
    parts = []
    for level in reversed(_FILLS):
        data = "".join(land.path(shape, of=view) for shape in cells.geometry[cells["level"] == level])
        if data:
            parts.append(
                tag("path", d=data, transform="scale(0.1)", fill=_FILLS[level], stroke=colour.WHITE, stroke_width=5)
            )
    return parts


def _risk(risk: gpd.GeoDataFrame | None, view: land.View) -> list[str]:
    """Dashed outlines where a near repeat is more likely."""
    if risk is None or risk.empty:
        return []
    data = "".join(land.path(shape.simplify(view.metres_per_pixel / 2), of=view) for shape in risk.geometry)
    return [
        tag("path", d=data, transform="scale(0.1)", fill="none", stroke=colour.PLUM, stroke_width=20,
            stroke_dasharray="60 40")
    ]  # fmt: skip


def _zones(zones: gpd.GeoDataFrame | None, view: land.View, labels: land.Labels) -> tuple[list[str], list[str]]:
    """Outlines of zones, and their letters: white on black where long-standing, else black on white."""
    shapes: list[str] = []
    badges: list[str] = []
    if zones is None or zones.empty:
        return shapes, badges
    for zone, shape, old in zip(zones["zone"], zones.geometry, zones["is_persistent"], strict=True):
        light = shape.simplify(view.metres_per_pixel / 2)
        shapes.append(
            tag("path", d=land.path(light, of=view), transform="scale(0.1)", fill="none", stroke=colour.BLACK,
                stroke_width=22)
        )  # fmt: skip
        _, _, east, north = shape.bounds
        at, _ = shapely.shortest_line(shape.boundary, shapely.Point(east, north)).coords
        x = min(max(view.x(at[0]), 14), _WIDTH - 14)
        y = min(max(view.y(at[1]), 14), view.height - 14)
        ground, ink = (colour.BLACK, colour.WHITE) if old else (colour.WHITE, colour.BLACK)
        badges.append(tag("circle", cx=x, cy=y, r=11, fill=ground, stroke=colour.BLACK, stroke_width=2))
        badges.append(label(str(zone), x=x, y=y + 5, text_anchor="middle", font_weight="bold", fill=ink))
        labels.keep_free(x - 13, y - 13, x + 13, y + 13)
    return shapes, badges


def _names(areas: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, view: land.View, labels: land.Labels) -> list[str]:
    """Names of areas, the large ones first; one without room, or under cells, stays in the tooltip."""
    marked = cells.geometry[cells["level"].isin(list(_FILLS))] if len(cells) else cells.geometry
    for shape in marked:
        west, south, east, north = shape.bounds
        labels.keep_free(view.x(west), view.y(north), view.x(east), view.y(south))
    ranked = sorted(zip(areas["name"], areas.geometry, strict=True), key=lambda pair: (-pair[1].area, str(pair[0])))
    parts = []
    for name, shape in ranked:
        west, _, east, _ = shape.bounds
        room = min(max((east - west) / view.metres_per_pixel, 30), 150)
        lines = letters.wrapped(str(name), size=SMALL_TEXT, within=room)
        easting, northing = land.middle(shape)
        x = view.x(easting)
        first = labels.place(lines, x=x, y=view.y(northing), size=SMALL_TEXT, shifts=(0, -18, 18, -34, 34))
        if np.isnan(first):
            continue
        for i, line in enumerate(lines):
            parts.append(label(line, x=x, y=first + i * 16.5, size=SMALL_TEXT, halo=True, text_anchor="middle"))
    return parts


def _scale_bar(view: land.View, labels: land.Labels) -> list[str]:
    """How long a round number of metres is."""
    metres = land.bar_metres(view, within=_WIDTH / 5)
    length = metres / view.metres_per_pixel
    y = view.height - 8
    labels.keep_free(0, y - 22, length + 24, y + 8)
    ends = tag("path", d=f"M10 {y - 4:.1f}v4h{length:.1f}v-4", fill="none", stroke=colour.BLACK, stroke_width=2)
    words = label(
        land.spoken_metres(metres), x=10 + length / 2, y=y - 6, size=SMALL_TEXT, halo=True, text_anchor="middle"
    )
    return [ends, words]


def _key(cells: gpd.GeoDataFrame, backdrop: Backdrop, *, top: float) -> tuple[list[str], float]:
    """What every mark on this map stands for, and where the key ends."""
    counts = Counter(cells["level"]) if not cells.empty else Counter()
    entries = [
        (
            tag("rect", x=0, y=1, width=16, height=14, fill=fill),
            f"{level} ({counts[level]} {'cell' if counts[level] == 1 else 'cells'})",
        )
        for level, fill in _FILLS.items()
        if counts[level]
    ]
    zones, risk = backdrop.zones, backdrop.risk
    if zones is not None and not zones.empty:
        for fill, words in _zone_words(zones):
            entries.append((tag("circle", cx=8, cy=8, r=7, fill=fill, stroke=colour.BLACK, stroke_width=2), words))
    if risk is not None and not risk.empty:
        line = tag("path", d="M0 8H18", stroke=colour.PLUM, stroke_width=2, stroke_dasharray="6 4")
        entries.append((line, f"near-repeat risk until {_latest(risk)}"))
    parts, x, y = [], 4.0, top
    for swatch, words in entries:
        wide = 24 + letters.width(words, size=TEXT) + 20
        if x > 4 and x + wide - 20 > _WIDTH:
            x, y = 4.0, y + 24
        parts.append(tag("g", swatch, label(words, x=24, y=14), transform=f"translate({x:.1f} {y:.1f})"))
        x += wide
    return parts, (y + 22 if entries else top)


def _states(zones: gpd.GeoDataFrame) -> list[str]:
    """The state of each zone in words; without that column only whether it is long-standing is known."""
    told = zones["state"] if "state" in zones.columns else [""] * len(zones)
    return [
        "long-standing" if old else str(state or "not long-standing")
        for state, old in zip(told, zones["is_persistent"], strict=True)
    ]


def _zone_words(zones: gpd.GeoDataFrame) -> list[tuple[str, str]]:
    """The key's circles: filled for long-standing zones, open for all others, named by their state if they share one."""
    states = _states(zones)
    others = sorted({state for state in states if state != "long-standing"})
    entries = [(colour.BLACK, "long-standing zone")] if "long-standing" in states else []
    if len(others) == 1:
        return [*entries, (colour.WHITE, "new zone" if others[0] == "new" else f"zone {others[0]}")]
    return [*entries, (colour.WHITE, "other zone")] if others else entries


def _latest(risk: gpd.GeoDataFrame) -> str:
    """The last day any risk lasts."""
    until = risk["until"].max()
    return f"{until.day} {until:%b}" if hasattr(until, "day") else str(until)


def _told(cells: gpd.GeoDataFrame, backdrop: Backdrop) -> str:
    """What the map shows, for those who cannot see it."""
    counts = Counter(cells["level"]) if not cells.empty else Counter()
    shown = [f"{counts[level]} {level}" for level in _FILLS if counts[level]]
    told = [f"Cells: {', '.join(shown)}." if shown else "No cell stands out."]
    zones = backdrop.zones
    if zones is not None and not zones.empty:
        named = [f"{zone} ({state})" for zone, state in zip(zones["zone"], _states(zones), strict=True)]
        told.append(f"Zones: {', '.join(named)}.")
    return " ".join(told)
