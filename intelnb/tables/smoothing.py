"""Smoothing: crimes, the cells their density is read off at, how far it reaches, and who chose that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb import grid
from intelnb.stats import bandwidth, kernel
from intelnb.tables import cells, options, placed
from intelnb.tables.words import several

LEAST_CRIMES = 10
PIECES_A_BANDWIDTH = 4  # pieces the area is cut into, along a bandwidth, to measure what lies beyond its border
UNITS = {
    "gaussian": "per square kilometre; a Gaussian integrating to 1 per event",
    "quartic": "per square kilometre; a quartic integrating to 1 per event",
    "quartic_qgis": "QGIS scaled quartic per square metre of the map: it integrates to 7.25 per event and is no density",
}
GIVEN, RULE = "given", "Scott's rule; it smooths too much where crimes gather"

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Smoothing:
    """Crimes to smooth, the cells, the kernel, how far it reaches in metres, and by which rule that was chosen."""

    cells: cells.Cells
    chosen: placed.Placed
    kind: kernel.Kernel
    bandwidth_m: float
    rule: str

    def density(self, crimes: pd.DataFrame, *, weights: Floats | None = None) -> Floats:
        """The density of crimes at the middle of every reported cell, per square kilometre."""
        here = self.cells.reported
        return kernel.density(
            crimes["easting"], crimes["northing"], self.cells.x[here], self.cells.y[here],
            bandwidth_m=self.bandwidth_m, kernel=self.kind, weights=weights,
        )  # fmt: skip

    def share_within(self, within: gpd.GeoDataFrame) -> Floats:
        """The share of a kernel at each cell that lies inside the area, which is cut into small squares for it."""
        piece_m = max(1, int(self.bandwidth_m / PIECES_A_BANDWIDTH))
        pieces = grid.cells_within(within, cell_m=piece_m)
        here = self.cells.reported
        return kernel.mass_within(
            self.cells.x[here], self.cells.y[here], area_x=(pieces["col"] + 0.5) * piece_m,
            area_y=(pieces["row"] + 0.5) * piece_m, piece_m2=piece_m**2, bandwidth_m=self.bandwidth_m,
            kernel="gaussian" if self.kind == "gaussian" else "quartic",
        )  # fmt: skip

    def settings(self, *, since: date, until: date) -> dict[str, str | int | float]:
        """Every choice, for the settings of a Result."""
        return {
            "kernel": self.kind,
            "unit": UNITS[self.kind],
            "bandwidth_m": round(self.bandwidth_m, 1),
            "bandwidth_rule": self.rule,
            **self.cells.settings(),
            "since": str(pd.Timestamp(since).date()),
            "until": str(pd.Timestamp(until).date()),
        }


def of(
    crimes: gpd.GeoDataFrame,
    *,
    within: gpd.GeoDataFrame,
    since: date,
    until: date,
    bandwidth_m: float | None,
    kind: kernel.Kernel,
    shape: cells.Shape,
    cell_m: int,
) -> Smoothing | tuple[str, str]:
    """Choose the crimes and lay the cells for a map of density, or say why there can be none.

    Returns
    -------
    Crimes that are known to half of the cell and of the bandwidth, and the cells; or a status and a reason.

    Raises
    ------
    MethodError
        For a bandwidth that is none, a CRS that is missing, in degrees or not the area's, or cells that cannot be laid.
    """
    if bandwidth_m is not None:
        options.above_zero(bandwidth_m=bandwidth_m)
    limits = [float(cell_m)] if shape != "area" else []
    limits += [] if bandwidth_m is None else [float(bandwidth_m)]
    fine_m = min(limits, default=250.0)
    status, reason = placed.refusal(crimes, cell_m=fine_m, wanted=f"a map this fine ({fine_m:,.10g} m)")
    if not status and (reason := placed.window_refusal(crimes, since=since, until=until)):
        status = "not assessed"
    if status:
        return status, reason
    options.outlines(within=within)
    chosen = placed.on_map(crimes, since=since, until=until, cell_m=fine_m)
    if within.crs != crimes.crs:
        raise placed.unlike_crs(within, crimes)
    if len(chosen.inside) < LEAST_CRIMES:
        n = several(len(chosen.inside), "crime")
        return "not assessed", f"{n} can be placed and a density needs at least {LEAST_CRIMES}"
    laid = cells.lay(within, shape=shape, cell_m=cell_m)
    if not (laid.locate(chosen.inside) >= 0).any():
        return "not assessed", "no crime lies in the area"
    if bandwidth_m is not None:
        return Smoothing(laid, chosen, kind, bandwidth_m, GIVEN)
    return Smoothing(laid, chosen, kind, scott(chosen.table, kind), RULE)


def scott(crimes: pd.DataFrame, kind: kernel.Kernel) -> float:
    """Choose how far to smooth these crimes by rule of thumb: a standard deviation, or a quartic's radius."""
    found = bandwidth.scott(crimes["easting"], crimes["northing"])
    return found.gaussian_m if kind == "gaussian" else found.quartic_m
