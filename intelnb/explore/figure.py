"""An interactive figure for JupyterLab that never talks to a server: no Share button, no tiles, no address.

A figure here is the workbench, not the page. It carries its marking, and it is shown through the extension
that ships with plotly, so that a notebook works without a network.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

MIME_TYPE = "application/vnd.plotly.v1+json"
QUIET: dict[str, Any] = {
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "displaylogo": False,
    "responsive": True,
}


@dataclass(frozen=True, eq=False)
class Interactive:
    """A plotly figure and the words that stand in for it."""

    figure: go.Figure
    alt: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        content = self.figure.to_plotly_json()
        return {MIME_TYPE: {**_plain(content), "config": QUIET}, "text/plain": self.alt}


def on_grid(figure: go.Figure, *, title: str, marking: str, alt: str) -> Interactive:
    """A figure laid on the force's grid: metres east and north at one scale, marked.

    Parameters
    ----------
    figure
        Traces whose x and y are metres of the force's grid.
    title
        What it shows.
    marking
        Its marking, printed above the figure.
    alt
        The figure in words.
    """
    axis = {"showgrid": False, "zeroline": False, "tickformat": ",d", "ticksuffix": " m"}
    laid = go.Figure(figure)
    laid.update_layout(
        title={"text": f"{_safe(title)}<br><sub>{_safe(marking)}</sub>"},
        template="plotly_white",
        height=620,
        xaxis={**axis, "title": "Easting"},
        yaxis={**axis, "title": "Northing", "scaleanchor": "x"},
        legend={"orientation": "h", "y": -0.12},
        hovermode="closest",
    )
    return Interactive(figure=laid, alt=alt)


def _safe(text: str) -> str:
    """Text as text: plotly reads a little markup in titles and labels."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("%{", "% {")


def _plain(content: Any) -> Any:
    """Arrays as lists: readable JSON in the notebook, not packed bytes nobody can search."""
    if isinstance(content, dict):
        # plotly packs arrays by itself; what it packed is unpacked again
        if {"dtype", "bdata"} <= set(content):
            packed = np.frombuffer(base64.b64decode(content["bdata"]), dtype=np.dtype(content["dtype"]))
            shape = [int(n) for n in str(content.get("shape", packed.size)).split(",")]
            return packed.reshape(shape).tolist()
        return {name: _plain(value) for name, value in content.items()}
    if hasattr(content, "tolist"):
        return content.tolist()
    if isinstance(content, (list, tuple)):
        return [_plain(value) for value in content]
    return content
