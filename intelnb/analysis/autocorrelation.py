"""Likeness of neighbours: does crime gather, which places are high among high, and which stand out from theirs?"""

from __future__ import annotations

from datetime import date
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.errors import MethodError
from intelnb.stats import discovery
from intelnb.stats import local_moran as anselin
from intelnb.stats import moran as global_moran
from intelnb.stats.neighbours import MINIMUM_PLACES
from intelnb.tables import cells as places
from intelnb.tables import options, spread
from intelnb.tables.words import several

LEAST_CRIMES = 30
SIGNIFICANT = 0.05
GATHERS = "{noun} gathers: places next to each other are more alike than chance would make them."
SCATTERS = "{noun} scatters: places next to each other are less alike than chance would make them."
NEITHER = "{noun} does not gather: places next to each other are no more alike than chance would make them."
FOUND = "{n_high} of {cells} {cells|place|places} {n_high|stands|stand} high among high, {n_odd} {n_odd|stands|stand} out from {n_odd|its|their} neighbours."
PLAIN = "No place of {cells} stands out together with its neighbours or from them."
COARSE = "Not told: {draws} draws are too few to name a place among {cells}; ask for more draws or larger cells."
CAVEATS = (
    "Likeness of neighbours says where crime gathers, not why.",
    "Other cells, or other borders, give other answers.",
)
RAW = "Areas differ in size and in how many live there: counts alone may look alike next to each other."
Of = Literal["count", "km2"]

Floats = NDArray[np.float64]


def overall(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    within: gpd.GeoDataFrame,
    since: date,
    until: date,
    noun: str = "Crime",
    shape: places.Shape = "square",
    cell_m: int = 250,
    of: Of = "count",
    permutations: int = 999,
    seed: int = 0,
) -> Result:
    """Say whether crime gathers in the area as a whole: are places next to each other more alike than chance?

    Cells whose centre lies inside the area take part, and the ring round them when crimes were read with a margin.

    Parameters
    ----------
    crimes
        The crimes table, already chosen by kind, in metres.
    name, noun
        Name of the Result; what the crimes are called in its sentence.
    within
        The area, in the CRS of the crimes; with "area" the areas to compare: `code, name, geometry`, one level.
    since, until
        First day of the window, and the first day after it; a crime belongs by its middle.
    shape
        "square", "hexagon" (points north and south, `cell_m` between opposite sides), or "area", the force's own.
    cell_m
        Side of a square or width of a hexagon in metres; not used for areas.
    of
        "count", or "km2" for crimes per square kilometre, which suits areas of unlike size.
    permutations, seed
        How often values are shuffled, and the start of the random numbers.

    Returns
    -------
    Result
        Table `code, name, n, value, neighbours, around, geometry`: each place's value, how many neighbours it has and
        their mean (blank for an island). Not assessed when places are withheld, missing, too vague or all one, or
        with fewer than 30 crimes.

    Raises
    ------
    MethodError
        For a CRS that is missing, in degrees or not the area's, cells larger than the area, fewer than 4 places, or
        an impossible window.

    References
    ----------
    Cliff, A. D. and Ord, J. K. (1981). Spatial processes: models and applications.

    Examples
    --------
    >>> from intelnb.tables.crimes import CONTRACT
    >>> none = gpd.GeoDataFrame(CONTRACT.empty())
    >>> none.attrs["status"] = "not submitted"
    >>> overall(none, name="m", within=none, since=date(2026, 11, 9), until=date(2026, 11, 16)).sentence
    'Not submitted: no crime records were received.'
    """
    options.whole(1, cell_m=cell_m)
    options.whole(0, permutations=permutations, seed=seed)
    made = _made(crimes, name, within=within, since=since, until=until, shape=shape, cell_m=cell_m, of=of)
    if isinstance(made, Result):
        return made
    found, values = made
    tested = global_moran.moran(values, found.cells.neighbours, permutations=permutations, seed=seed)
    p = tested.p if not permutations else tested.p_shuffled
    is_unusual = p <= SIGNIFICANT
    wording = NEITHER if not is_unusual else GATHERS if tested.i > tested.expected else SCATTERS
    near = found.cells.neighbours
    around = np.divide(near.sums(values), near.degree, out=np.full(values.size, np.nan), where=near.degree > 0)
    here = found.cells.reported
    table = found.cells.table[["code", "name", "geometry"]].assign(
        n=found.n[here], value=values[here].round(4), neighbours=near.degree[here], around=around[here].round(4)
    )
    return Result(
        name=name,
        table=table[["code", "name", "n", "value", "neighbours", "around", "geometry"]],
        values={
            "noun": noun,
            "n": len(found.chosen.inside),
            "cells": len(table),
            "likeness": round(tested.i, 3),
            "likeness_by_chance": round(tested.expected, 3),
            "z": round(tested.z, 2),
            "p": float(p),
        },
        wording=wording,
        settings={
            "method": "Moran's I, each place's neighbours weighing 1 together, two-sided p",
            **_settings(found, since=since, until=until, of=of, permutations=permutations, seed=seed),
        },
        caveats=_caveats(found, of=of),
        grain=found.cells.level or "cell",
        sources=("crimes",),
    )


def local(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    within: gpd.GeoDataFrame,
    since: date,
    until: date,
    shape: places.Shape = "square",
    cell_m: int = 250,
    of: Of = "count",
    share_false: float = 0.05,
    permutations: int = 999,
    most: int = 99_999,
    seed: int = 0,
) -> Result:
    """Name the places that are high among high or low among low, and those that stand out from their neighbours.

    Parameters
    ----------
    crimes, name, within, since, until, shape, cell_m, of
        As for `overall`.
    share_false
        Share of the places named that may be flukes, above 0 and up to 0.2.
    permutations, most, seed
        How many sets of neighbours are drawn for each place, how many at most for places where chance is small, and
        the start of the random numbers. No p is smaller than 2 in `most` + 1; where that is too coarse for so
        many places, the sentence says so.

    Returns
    -------
    Result
        Table `code, name, n, value, i, quadrant, p, q, group, geometry`: `quadrant` 1 high among high, 2 low among
        high, 3 low among low, 4 high among low; `group` says it in words where q is under `share_false`, else
        blank; `i`, `p`, `q` are blank for an island. Not assessed as `overall`.

    Raises
    ------
    MethodError
        As `overall`, and for an impossible share.

    References
    ----------
    Anselin, L. (1995). Local indicators of spatial association: LISA. Geographical Analysis 27(2).

    Examples
    --------
    >>> from intelnb.tables.crimes import CONTRACT
    >>> none = gpd.GeoDataFrame(CONTRACT.empty())
    >>> none.attrs["status"] = "not submitted"
    >>> local(none, name="m", within=none, since=date(2026, 11, 9), until=date(2026, 11, 16)).sentence
    'Not submitted: no crime records were received.'
    """
    options.whole(1, cell_m=cell_m)
    options.whole(0, permutations=permutations, most=most, seed=seed)
    options.chance(share_false=share_false)
    made = _made(crimes, name, within=within, since=since, until=until, shape=shape, cell_m=cell_m, of=of)
    if isinstance(made, Result):
        return made
    found, values = made
    tested = anselin.local_moran(values, found.cells.neighbours, permutations=permutations, most=most, seed=seed)
    here = found.cells.reported
    q = discovery.q_values(tested.p[here])
    named = np.nan_to_num(q, nan=1.0) < share_false
    quadrant = tested.quadrant[here]
    words = np.array(["", *anselin.QUADRANTS], dtype=object)
    table = found.cells.table[["code", "name", "geometry"]].assign(
        n=found.n[here], value=values[here].round(4), i=tested.i[here], quadrant=quadrant, p=tested.p[here], q=q,
        group=words[np.where(named, quadrant, 0)],
    )  # fmt: skip
    odd = named & np.isin(quadrant, (2, 4))
    smallest = 2 / (max(permutations, most) + 1)
    is_coarse = bool(np.any(tested.p[here] <= smallest * (1 + 1e-9))) and not named.any()
    return Result(
        name=name,
        table=table[["code", "name", "n", "value", "i", "quadrant", "p", "q", "group", "geometry"]],
        values={
            "n": len(found.chosen.inside),
            "cells": len(table),
            "n_high": int((named & (quadrant == 1)).sum()),
            "n_low": int((named & (quadrant == 3)).sum()),
            "n_odd": int(odd.sum()),
            "draws": max(permutations, most),
        },
        wording=FOUND if named.any() else COARSE if is_coarse else PLAIN,
        settings={
            "method": "Local Moran, neighbours drawn anew for each place, two-sided pseudo p",
            "correction": "Benjamini-Hochberg over the places reported",
            "share_false": share_false,
            "most_permutations": max(permutations, most),
            **_settings(found, since=since, until=until, of=of, permutations=permutations, seed=seed),
        },
        caveats=_caveats(found, of=of),
        grain=found.cells.level or "cell",
        sources=("crimes",),
    )


def _made(
    crimes: gpd.GeoDataFrame,
    name: str,
    *,
    within: gpd.GeoDataFrame,
    since: date,
    until: date,
    shape: places.Shape,
    cell_m: int,
    of: Of,
) -> tuple[spread.Spread, Floats] | Result:
    """The counted crimes and the value of every place that takes part; or why there is no answer."""
    if of not in {"count", "km2"}:
        raise MethodError(what=f"'{of}' is not a value of a place", now="Choose count or km2.")
    found = spread.over(crimes, within=within, since=since, until=until, shape=shape, cell_m=cell_m, least=LEAST_CRIMES)
    if isinstance(found, tuple):
        return not_assessed(name, why=found[1], status=found[0], sources=("crimes",))
    if found.cells.x.size < MINIMUM_PLACES:
        raise MethodError(
            what=f"the area holds {several(found.cells.x.size, 'place')}, too few to compare",
            now="Choose smaller cells.",
        )
    values = found.n / found.cells.km2 if of == "km2" else found.n.astype(np.float64)
    if found.is_one_point:
        return not_assessed(name, why=spread.ONE_POINT, sources=("crimes",))
    if (found.n > 0).sum() == 1:
        return not_assessed(
            name, why="all crimes lie in one place, so none can be like its neighbours", sources=("crimes",)
        )
    why = spread.too_alike(found.n) or ("every place holds as many crimes for its size" if np.ptp(values) == 0 else "")
    if why:
        return not_assessed(name, why=why, sources=("crimes",))
    return found, values


def _settings(
    found: spread.Spread, *, since: date, until: date, of: Of, permutations: int, seed: int
) -> dict[str, Value]:
    """Every choice both methods make."""
    return {
        **found.cells.settings(),
        "value": "crimes" if of == "count" else "crimes per square kilometre",
        "since": str(pd.Timestamp(since).date()),
        "until": str(pd.Timestamp(until).date()),
        "permutations": permutations,
        "seed": seed,
        "least_crimes": LEAST_CRIMES,
    }


def _caveats(found: spread.Spread, *, of: Of) -> tuple[str, ...]:
    """What a reader must know of either answer."""
    unlike = (RAW,) if found.cells.shape == "area" and of == "count" else ()
    islands = int((found.cells.neighbours.degree[found.cells.reported] == 0).sum())
    alone = (f"Touching no other, and so not compared: {several(islands, 'place')}.",) if islands else ()
    return (*CAVEATS, *unlike, *alone, *found.caveats)
