"""Places on the force's grid, to zoom into: hot cells, clusters and outlines."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import plotly.graph_objects as go
import shapely

from intelnb.analysis.result import Result
from intelnb.explore.figure import Interactive, on_grid

FILLS = {"very unusual": "#12436D", "unusual": "#2073BC", "raised": "#6BACE6"}
STEPS = ("#CFE2F3", "#6BACE6", "#2073BC", "#12436D")
CLUSTER_COLOURS = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")


def hot_cells(hot: Result, *, areas: gpd.GeoDataFrame, marking: str) -> Interactive:
    """Hot cells over the outlines of areas; hover says how many crimes a cell holds.

    Parameters
    ----------
    hot
        A Result of `hotspot.gi_star`.
    areas
        Outlines with `name`, in the CRS of the cells.
    marking
        Marking of the data shown.

    Examples
    --------
    >>> from intelnb.analysis.result import not_assessed
    >>> empty = gpd.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:27700")
    >>> hot_cells(not_assessed("hot", why="data are monthly"), areas=empty, marking="OFFICIAL").alt
    'Not assessed: data are monthly.'
    """
    traces = [_borders(areas)]
    if hot.is_assessed:
        for level, fill in FILLS.items():
            cells = hot.table[hot.table["level"] == level]
            traces.append(_filled(cells.geometry, name=f"{level}: {len(cells)} cells", fill=fill))
            centres = cells.geometry.centroid
            traces.append(_labels(centres, [f"{n} crimes, {round_n} in and around" for n, round_n in zip(
                cells["n"], cells["neighbourhood_n"], strict=True)]))  # fmt: skip
    return on_grid(go.Figure([*traces, _names(areas)]), title=hot.sentence, marking=marking, alt=hot.sentence)


def clusters(groups: Result, *, areas: gpd.GeoDataFrame, marking: str) -> Interactive:
    """Crimes by the cluster they fall in, over the outlines of areas.

    Parameters
    ----------
    groups
        A Result of `clusters.groups`.
    areas, marking
        As for `hot_cells`.
    """
    traces = [_borders(areas)]
    if groups.is_assessed:
        for found, part in groups.table.groupby("cluster"):
            label = int(str(found))
            colour = "#b1b4b6" if label < 0 else CLUSTER_COLOURS[label % len(CLUSTER_COLOURS)]
            traces.append(
                go.Scattergl(
                    x=part["easting"],
                    y=part["northing"],
                    mode="markers",
                    hoverinfo="name",
                    name="in no group" if label < 0 else f"group {label + 1}: {len(part)}",
                    marker={"color": colour, "size": 4 if label < 0 else 7, "symbol": max(label, 0) % 8},
                )
            )
    return on_grid(go.Figure([*traces, _names(areas)]), title=groups.sentence, marking=marking, alt=groups.sentence)


def shaded(result: Result, *, column: str, areas: gpd.GeoDataFrame, marking: str) -> Interactive:
    """Places shaded by one column in four steps of about equally many places; hover gives the value.

    Parameters
    ----------
    result
        A Result whose table has a row for each place, with its `geometry`: counts, densities, changes.
    column
        The column of numbers to shade by; places where it is blank or 0 are not filled.
    areas, marking
        As for `hot_cells`.
    """
    traces = [_borders(areas)]
    if result.is_assessed:
        value = result.table[column].to_numpy(dtype=np.float64)
        shown = np.flatnonzero(np.isfinite(value) & (value != 0))
        edges = np.quantile(value[shown], [0.25, 0.5, 0.75]) if shown.size else np.zeros(3)
        for step, fill in enumerate(STEPS):
            cells = result.table.iloc[shown[np.searchsorted(edges, value[shown]) == step]]
            if len(cells):
                told = f"{cells[column].min():,.3g} to {cells[column].max():,.3g}"
                traces.append(_filled(cells.geometry, name=told, fill=fill))
                middle = cells.geometry.representative_point()
                traces.append(_labels(middle, [f"{column} {number:,.3g}" for number in cells[column]]))
    return on_grid(go.Figure([*traces, _names(areas)]), title=result.sentence, marking=marking, alt=result.sentence)


def _borders(areas: gpd.GeoDataFrame) -> Any:
    """The borders of areas."""
    x, y = _rings(areas.geometry)
    return go.Scatter(x=x, y=y, mode="lines", line={"color": "#8a9299", "width": 1}, hoverinfo="skip", name="areas")


def _names(areas: gpd.GeoDataFrame) -> Any:
    """The names of areas at a point inside, with a pale rim and drawn last so that nothing covers them."""
    middle = areas.geometry.representative_point()
    return go.Scatter(
        x=list(middle.x), y=list(middle.y), text=list(areas["name"]), mode="text", hoverinfo="skip",
        textfont={"size": 12, "color": "#0b0c0c", "shadow": "0 0 3px #fff, 0 0 3px #fff, 0 0 3px #fff"}, showlegend=False,
    )  # fmt: skip


def _filled(shapes: gpd.GeoSeries, *, name: str, fill: str) -> Any:
    x, y = _rings(shapes)
    return go.Scatter(x=x, y=y, fill="toself", fillcolor=fill, mode="lines", line={"width": 0.5, "color": "#ffffff"},
                      hoverinfo="skip", name=name)  # fmt: skip


def _labels(points: gpd.GeoSeries, texts: list[str]) -> Any:
    return go.Scatter(x=list(points.x), y=list(points.y), text=texts, mode="markers", hoverinfo="text",
                      marker={"size": 6, "opacity": 0}, showlegend=False)  # fmt: skip


def _rings(shapes: gpd.GeoSeries) -> tuple[list[float | None], list[float | None]]:
    """The outer rings of shapes as one broken line."""
    x: list[float | None] = []
    y: list[float | None] = []
    for part in shapely.get_parts(shapes.to_numpy()):
        ring = shapely.get_coordinates(shapely.get_exterior_ring(part))
        x += [*ring[:, 0].round(1), None]
        y += [*ring[:, 1].round(1), None]
    return x, y
