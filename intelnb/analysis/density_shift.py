"""Shift of density: where do crimes have more than their share, against before or against another set?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, not_assessed
from intelnb.errors import MethodError
from intelnb.stats import kernel, relative_risk
from intelnb.tables import cells as places
from intelnb.tables import options, placed, selection, smoothing, spread, windows

SHIFTED = "{n_more} of {assessed} {assessed|cell|cells} {n_more|holds|hold} over twice {n_more|its|their} share of before, {n_less} under half; {n_thin} {n_thin|is|are} too empty to say."
AGAINST = "{n_more} of {assessed} {assessed|cell|cells} {n_more|holds|hold} over twice {n_more|its|their} share of the others, {n_less} under half; {n_thin} {n_thin|is|are} too empty."
CAVEATS = (
    "Shares are compared, so a rise or fall everywhere does not show.",
    "Smoothing spreads each crime over its surroundings, rivers and parks included.",
    "No test of chance stands behind this map.",
)


def shift(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    within: gpd.GeoDataFrame,
    since: date,
    until: date,
    others: gpd.GeoDataFrame | None = None,
    before_since: date | None = None,
    before_until: date | None = None,
    bandwidth_m: float | None = 500.0,
    kind: kernel.Kernel = "gaussian",
    shape: places.Shape = "square",
    cell_m: int = 100,
    least_events: float = 5.0,
    as_at: datetime | None = None,
    breaks: pd.DataFrame | None = None,
) -> Result:
    """Divide the density of one set of crimes by that of another: where has the first more than its share?

    Both are smoothed alike over the same cells, and each is taken as shares of its own total, so that a general
    rise or fall does not show. Cells near which too few events of both lie are not assessed.

    Parameters
    ----------
    crimes, name, within, since, until, kind, shape, cell_m
        As for `density.smoothed`; "quartic_qgis" is refused.
    others
        What to compare with, a table like the crimes: another kind, or places at risk. None takes the same crimes
        in an earlier window.
    before_since, before_until
        Window of the others; None gives the window as long as the first that ends where it begins.
    bandwidth_m
        As for `density.smoothed`; Scott's rule looks at both sets together.
    least_events
        Fewest events of both sets, in the area the kernel averages over, that a ratio may rest on.
    as_at, breaks
        As for `change.between`: the same crimes earlier are counted as known equally long after their window's end.

    Returns
    -------
    Result
        Table `code, name, density, density_before, events_near, ratio, log2_ratio, geometry`; the ratios are blank
        where too few events are near. Not assessed as `density.smoothed`, for either set, or where the windows were not
        recorded alike or not sent.

    Raises
    ------
    MethodError
        As `density.smoothed`.

    References
    ----------
    Kelsall, J. E. and Diggle, P. J. (1995). Non-parametric estimation of spatial variation in relative risk.
    Statistics in Medicine 14(21-22).

    Examples
    --------
    >>> from intelnb.tables.crimes import CONTRACT
    >>> none = gpd.GeoDataFrame(CONTRACT.empty())
    >>> none.attrs["status"] = "not submitted"
    >>> shift(none, name="d", within=none, since=date(2026, 11, 9), until=date(2026, 11, 16)).sentence
    'Not submitted: no crime records were received.'
    """
    options.whole(1, cell_m=cell_m)
    options.number(0, least_events=least_events)
    if kind == "quartic_qgis":
        raise MethodError(what="QGIS's scaled quartic is no density and cannot be compared", now="Choose quartic.")
    first, last = placed.window_before(since, until, before_since=before_since, before_until=before_until)
    asked = ((crimes, since, until), (crimes if others is None else others, first, last))
    fit = _fit(asked, is_same=others is None, as_at=as_at, breaks=breaks)
    if fit.status:
        return not_assessed(name, why=fit.why, status=fit.status, sources=("crimes",))
    sets = [
        smoothing.of(
            fit.table if others is None else table, within=within, since=begin, until=end, bandwidth_m=bandwidth_m,
            kind=kind, shape=shape, cell_m=cell_m,
        )
        for table, begin, end in asked
    ]  # fmt: skip
    for one, which in zip(sets, ("", "earlier " if others is None else "other "), strict=True):
        if isinstance(one, tuple):
            return not_assessed(name, why=f"{which}{one[1]}", status=one[0], sources=("crimes",))
    now, before = (one for one in sets if isinstance(one, smoothing.Smoothing))
    both = pd.concat([now.chosen.table, before.chosen.table])
    if spread.on_one_point(both):
        return not_assessed(name, why=spread.ONE_POINT, sources=("crimes",))
    if bandwidth_m is None:
        now = replace(now, bandwidth_m=smoothing.scott(both, kind), rule=f"{smoothing.RULE}; both sets together")
    densities = [now.density(one.chosen.table) for one in (now, before)]
    found = relative_risk.relative_risk(
        *densities, total=len(now.chosen.table), other_total=len(before.chosen.table), bandwidth_m=now.bandwidth_m,
        kernel=kind, least_events=least_events,
    )  # fmt: skip
    assessed = ~np.isnan(found.ratio)
    if not assessed.any():
        return not_assessed(name, why="no cell has enough crimes near it; smooth over more", sources=("crimes",))
    table = now.cells.table[["code", "name", "geometry"]].assign(
        density=densities[0], density_before=densities[1], events_near=found.events_near.round(1), ratio=found.ratio,
        log2_ratio=found.log2,
    )  # fmt: skip
    return Result(
        name=name,
        table=table[[*(c for c in table.columns if c != "geometry"), "geometry"]],
        values={
            "n": len(now.chosen.inside),
            "n_before": len(before.chosen.inside),
            "assessed": int(assessed.sum()),
            "n_thin": int((~assessed).sum()),
            "n_more": int((found.ratio[assessed] > 2).sum()),
            "n_less": int((found.ratio[assessed] < 0.5).sum()),
            "bandwidth_m": round(now.bandwidth_m, 1),
        },
        wording=SHIFTED if others is None else AGAINST,
        settings={
            **now.settings(since=since, until=until),
            "before_since": str(first.date()),
            "before_until": str(last.date()),
            "least_events": least_events,
            "compared_with": "the same crimes before" if others is None else "another set of events",
        },
        caveats=(*CAVEATS, *fit.told, *now.chosen.caveats()),
        grain="cell",
        sources=("crimes",),
    )


def _fit(
    asked: tuple[tuple[gpd.GeoDataFrame, date, date], ...],
    *,
    is_same: bool,
    as_at: datetime | None,
    breaks: pd.DataFrame | None,
) -> windows.Alike[gpd.GeoDataFrame]:
    """The crimes to count both windows from where they are the same crimes; or why a window cannot be used."""
    (crimes, since, until), (_, first, last) = asked
    if any(selection.refusal(table, needs=["middle"])[0] for table, *_ in asked):
        return windows.Alike(crimes, (), ())  # which the smoothing refuses in its own words
    if is_same:
        return windows.alike(crimes, earlier=(first, last), later=(since, until), as_at=as_at, breaks=breaks)
    for at, (table, begin, end) in enumerate(asked):
        status, why = windows.unlike(table, [(begin, end)], breaks=None if at else breaks)
        if status:
            return windows.Alike(crimes, (), (), status, why)
    return windows.Alike(crimes, (), ())
