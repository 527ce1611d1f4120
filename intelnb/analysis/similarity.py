"""Similarity of two patterns: do the crimes of two windows share themselves out over places alike?"""

from __future__ import annotations

from datetime import date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, not_assessed
from intelnb.stats import sppt
from intelnb.tables import cells as places
from intelnb.tables import options, placed, spread, windows
from intelnb.tables.words import several

LEAST_CRIMES = 30  # in each window
ALIKE_FROM = 0.8  # share of places alike from which the whole is called alike
ALIKE = "The pattern is alike: {n_alike} of {tested} {tested|place|places} {n_alike|holds|hold} about the same share as before, {n_differ} {n_differ|does|do} not."
UNLIKE = "The pattern has shifted: {n_differ} of {tested} {tested|place|places} {n_differ|holds|hold} a clearly different share than before."
CAVEATS = (
    "Shares are compared, so a rise or fall everywhere does not show.",
    "Places with few crimes are called alike for want of numbers.",
)


def pattern(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    within: gpd.GeoDataFrame,
    since: date,
    until: date,
    before_since: date | None = None,
    before_until: date | None = None,
    shape: places.Shape = "area",
    cell_m: int = 500,
    share_false: float = 0.05,
    draws: int = 200,
    seed: int = 0,
    as_at: datetime | None = None,
    breaks: pd.DataFrame | None = None,
) -> Result:
    """Test each place's share of the crimes against its share in an earlier window, and say how alike the whole is.

    The pattern is called alike while at least 80 % of the places tested are; Andresen's index, which draws samples
    and makes no allowance for many places, stands beside it.

    Parameters
    ----------
    crimes, name, within, since, until
        As for `change.between`.
    before_since, before_until
        The earlier window; None gives the window of the same length that ends where the later one begins.
    shape, cell_m
        "area", "square" or "hexagon", and the size of a cell in metres.
    share_false
        Share of places called different that may be flukes, above 0 and up to 0.2.
    draws, seed
        Samples for Andresen's index, and the start of the random numbers.
    as_at, breaks
        As for `change.between`.

    Returns
    -------
    Result
        Table `code, name, n_before, n, share_before, share, difference, p, q, differs, direction, geometry`: shares 0 to
        1, `p`, `q` blank where neither window has a crime; `direction` is Andresen's, 1 more, -1 less, 0 alike. Not
        assessed when places are withheld, missing or too vague, the windows were not recorded alike or not sent, or
        with fewer than 30 crimes in a window.

    Raises
    ------
    MethodError
        As `change.between`.

    References
    ----------
    Wheeler, A. P., Steenbeek, W. and Andresen, M. A. (2018). Testing for similarity in area-based spatial patterns.
    Transactions in GIS 22(3).
    Andresen, M. A. (2016). An area-based nonparametric spatial point pattern test. Methodological Innovations 9.

    Examples
    --------
    >>> from intelnb.tables.crimes import CONTRACT
    >>> none = gpd.GeoDataFrame(CONTRACT.empty())
    >>> none.attrs["status"] = "not submitted"
    >>> pattern(none, name="s", within=none, since=date(2026, 11, 9), until=date(2026, 11, 16)).sentence
    'Not submitted: no crime records were received.'
    """
    options.whole(1, cell_m=cell_m, draws=draws)
    options.whole(0, seed=seed)
    options.chance(share_false=share_false)
    first, last = placed.window_before(since, until, before_since=before_since, before_until=before_until)
    laid = spread.over(crimes, within=within, since=since, until=until, shape=shape, cell_m=cell_m, least=LEAST_CRIMES)
    if isinstance(laid, tuple):
        return not_assessed(name, why=laid[1], status=laid[0], sources=("crimes",))
    fit = windows.alike(crimes, earlier=(first, last), later=(since, until), as_at=as_at, breaks=breaks)
    if fit.status:
        return not_assessed(name, why=fit.why, status=fit.status, sources=("crimes",))
    found = spread.anew(fit.table, laid.cells, since=since, until=until)
    here = found.cells.reported
    now, before = found.n[here], spread.anew(fit.table, laid.cells, since=first, until=last).n[here]
    if min(now.sum(), before.sum()) < LEAST_CRIMES or ((now + before) > 0).sum() < 2:
        where = several(int(((now + before) > 0).sum()), "place")
        why = f"{several(int(now.sum()), 'crime')} now and {before.sum()} before, in {where}, are too few"
        return not_assessed(name, why=why, sources=("crimes",))
    tested = sppt.proportions(before, now)
    index = sppt.similarity(before, now, draws=draws, seed=seed)
    held = ~np.isnan(tested.p)
    differs = np.nan_to_num(tested.q, nan=1.0) < share_false
    alike = 1 - differs[held].mean()
    table = found.cells.table[["code", "name", "geometry"]].assign(
        n_before=before, n=now, share_before=tested.first, share=tested.second, difference=tested.difference,
        p=tested.p, q=tested.q, differs=differs, direction=index.direction,
    )  # fmt: skip
    return Result(
        name=name,
        table=table[[*(c for c in table.columns if c != "geometry"), "geometry"]],
        values={
            "n": int(now.sum()),
            "n_before": int(before.sum()),
            "tested": int(held.sum()),
            "n_differ": int(differs.sum()),
            "n_alike": int(held.sum() - differs.sum()),
            "share_alike": round(float(alike), 3),
            "index_andresen": round(index.index_held, 3),
        },
        wording=ALIKE if alike >= ALIKE_FROM else UNLIKE,
        settings={
            "method": "chi-squared of each place's share, Yates's correction; Benjamini-Yekutieli over places",
            "alike_from": ALIKE_FROM,
            **found.cells.settings(),
            "since": str(pd.Timestamp(since).date()),
            "until": str(pd.Timestamp(until).date()),
            "before_since": str(first.date()),
            "before_until": str(last.date()),
            "share_false": share_false,
            "counted": "each window as known equally long after its end",
            "draws": draws,
            "seed": seed,
        },
        caveats=(*CAVEATS, *fit.told, *found.caveats),
        grain=found.cells.level or "cell",
        sources=("crimes",),
    )
