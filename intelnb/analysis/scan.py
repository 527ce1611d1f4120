"""Prospective scan: where, and since when, has there lately been more crime than its own past and the rest explain?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import short_day
from intelnb.errors import MethodError
from intelnb.stats import circles, rarity
from intelnb.stats import scan as cylinders
from intelnb.tables import daily, options, placed, places, selection
from intelnb.tables.words import several

LEAST_CRIMES = 30
LEAST_DAYS = 28
MOST = 5
GAP_CRIMES = 20.0  # a stretch without any crime, where so many were due, is a gap in recording and no lull
ALARM = "{n_in} {n_in|crime|crimes} since {since} in {names}, {expected} expected; by chance alone: {one_in}."
QUIET = "No group of {noun}s has lately had more crimes than expected from {explained}."
STEADY = "Measured by {}: a place always busier than that shows again and again."
CAVEATS = (
    "An alarm says that chance seldom brings as much; it does not say why, who, or that it will go on.",
    "Crimes that follow from each other, as in a series, make such clusters without any wider rise.",
    "Crimes recorded later in some places than in others look like a lull there and a rise elsewhere.",
)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What both ways of asking share."""

    name: str
    days: int
    looks_every_days: int
    alpha: float
    longest_interval_hours: float
    permutations: int
    seed: int


def by_area(
    crimes: pd.DataFrame,
    *,
    name: str,
    level: str,
    areas: gpd.GeoDataFrame,
    until: date,
    days: int = 90,
    looks_every_days: int = 7,
    alpha: float = 0.01,
    at_risk: str = "",
    breaks: pd.DataFrame | None = None,
    not_submitted: Collection[str] = (),
    longest_interval_hours: float = 72.0,
    permutations: int = 999,
    seed: int = 0,
) -> Result:
    """Look for neighbouring areas in which the last days hold more crimes than expected.

    Every circle of areas with up to half of the crimes is tried, and every length up to half of the days.
    Without `at_risk` an area is expected to have its own share of each day's crimes: neither a busy area nor
    a busy time is unusual, only both together. Places need not be exact, only the area they lie in. One look
    in `1 / alpha` gives a false alarm, however many circles are tried.

    Parameters
    ----------
    crimes
        The crimes table, already chosen by kind; rows outside the area asked for are left out.
    name
        Name of the Result on its page.
    level
        Column of the crimes table that holds the area, such as `ward`; also what one area is called.
    areas
        The areas: `code, name, geometry`, in metres.
    until
        The first day after the last one looked at.
    days
        How far back crimes are compared, at least 28.
    looks_every_days
        How often this question is asked: 7 for every week.
    alpha
        Chance of a false alarm per look, above 0 and up to 0.2.
    at_risk
        Column of `areas` the crimes are expected to be in proportion to, such as `households`, on every day
        alike; blank for each area's own share.
    breaks
        Known breaks that touch these crimes: only days after the last one are compared.
    not_submitted
        Codes of areas that did not submit; they are left out.
    longest_interval_hours
        A crime known less closely in time than this is left out and counted.
    permutations, seed
        How often chance is tried, and the start of the random numbers.

    Returns
    -------
    Result
        Table `cluster, places, names, n, expected, ratio, first, days, likelihood, p, p_gumbel,
        recurrence_days, is_alarm, easting, northing, radius_m, geometry`, the most unusual first, at most 5,
        none sharing an area: `first` is the first day, `recurrence_days` how often chance brings as much at
        this rate of looking, `p_gumbel` a finer reading of a small `p`. Not assessed when data are monthly or
        withheld, with fewer than 30 crimes or 28 comparable days, or all in one area or on one day.

    Raises
    ------
    MethodError
        For options that make no sense, areas in degrees, fewer than 2 areas, or `at_risk` that is missing or
        not above 0.

    References
    ----------
    Kulldorff, M. et al. (2005). A space-time permutation scan statistic for disease outbreak detection.
    PLoS Medicine 2(3).

    Examples
    --------
    >>> crimes = pd.DataFrame({"middle": [], "hours_wide": [], "ward": []})
    >>> crimes.attrs["status"] = "not submitted"
    >>> by_area(crimes, name="scan", level="ward", areas=gpd.GeoDataFrame(), until=date(2026, 11, 16)).sentence
    'Not submitted: no crime records were received.'
    """
    asked = _Asked(name, days, looks_every_days, alpha, longest_interval_hours, permutations, seed)
    _check(asked, until)
    status, reason = selection.refusal(crimes, needs=["middle", "hours_wide", level])
    if status:
        return not_assessed(name, why=reason, status=status, grain=level, sources=("crimes",))
    known = crimes[placed.is_inside(crimes)]
    spots = places.of_areas(known, areas, level=level, without=not_submitted, at_risk=at_risk)
    named = ", ".join(sorted(map(str, not_submitted)))
    told = (f"Not submitted, so not scanned: {named}.",) if named else ()
    return _scanned(known, spots, asked, until=until, breaks=breaks, at_risk=at_risk, caveats=told, grain=level)


def by_cell(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    until: date,
    cell_m: int = 500,
    days: int = 90,
    looks_every_days: int = 7,
    alpha: float = 0.01,
    breaks: pd.DataFrame | None = None,
    longest_interval_hours: float = 72.0,
    permutations: int = 999,
    seed: int = 0,
) -> Result:
    """Look for neighbouring cells in which the last days hold more crimes than expected; see `by_area`.

    Cells that held a crime are scanned, each expected to have its own share of each day's crimes.

    Parameters
    ----------
    crimes
        The crimes table, already chosen by kind, in metres; those in the margin are left out.
    name, until, days, looks_every_days, alpha, breaks, longest_interval_hours, permutations, seed
        As for `by_area`.
    cell_m
        Side of a cell in metres.

    Returns
    -------
    Result
        Table `cluster, places, names, n, expected, ratio, first, days, likelihood, p, p_gumbel, recurrence_days,
        is_alarm, easting, northing, radius_m, geometry` as in `by_area`; also not assessed when places are snapped.

    Raises
    ------
    MethodError
        For options that make no sense, or a CRS that is missing or in degrees.

    Examples
    --------
    >>> crimes = gpd.GeoDataFrame({"easting": [1.0], "accuracy_m": [900.0], "middle": [pd.NaT], "hours_wide": [1.0]})
    >>> by_cell(crimes, name="scan", until=date(2026, 11, 16)).sentence
    'Not assessed: locations are snapped to map points, too coarse for 500 m cells.'
    """
    options.whole(1, cell_m=cell_m)
    asked = _Asked(name, days, looks_every_days, alpha, longest_interval_hours, permutations, seed)
    _check(asked, until)
    status, reason = placed.refusal(crimes, cell_m=cell_m)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",))
    chosen = placed.on_map(crimes, since=pd.Timestamp(until) - pd.Timedelta(days=days), until=until, cell_m=cell_m)
    known, spots = chosen.inside, places.of_cells(chosen.inside, cell_m=cell_m)
    return _scanned(known, spots, asked, until=until, breaks=breaks, caveats=chosen.caveats(), grain="cell")


def _check(asked: _Asked, until: date) -> None:
    """Refuse options that make no sense."""
    options.day(until=until)
    options.whole(LEAST_DAYS, days=asked.days)
    options.whole(1, looks_every_days=asked.looks_every_days, permutations=asked.permutations)
    options.whole(0, seed=asked.seed)
    options.number(0, longest_interval_hours=asked.longest_interval_hours)
    options.chance(alpha=asked.alpha)
    if asked.alpha < 1 / (asked.permutations + 1):
        raise MethodError(
            what=f"alpha is {asked.alpha:g}, permutations {asked.permutations}", now="Give 1 / alpha or more."
        )


def _scanned(
    crimes: pd.DataFrame,
    spots: places.Places,
    asked: _Asked,
    *,
    until: date,
    breaks: pd.DataFrame | None,
    at_risk: str = "",
    caveats: tuple[str, ...],
    grain: str,
) -> Result:
    """Count per place and day, scan, and describe what was found."""
    held = daily.per_place(
        crimes, spots.of_crime, places=len(spots.table), until=until, days=asked.days, least_days=LEAST_DAYS,
        breaks=breaks, longest_interval_hours=asked.longest_interval_hours,
    )  # fmt: skip
    if reason := held.reason or _too_thin(crimes, held, spots, at_risk):
        status = held.status or "not assessed"
        return not_assessed(asked.name, why=reason, status=status, grain=grain, sources=("crimes",))
    centre = spots.table.geometry.centroid
    risk = spots.table[at_risk].to_numpy(dtype=np.float64) if at_risk else None
    drawn = circles.circles(centre.x, centre.y, held.counts.sum(axis=1) if risk is None else risk)
    found = cylinders.scan(
        held.counts, drawn.order, drawn.size, baseline=None if risk is None else np.tile(risk[:, None], held.days),
        most=MOST, permutations=asked.permutations, seed=asked.seed,
    )  # fmt: skip
    table = _clusters(found, spots, asked, end=held.end)
    lie = several(held.nowhere, "crime", "lies in none of the places and is", "lie in none of the places and are")
    nowhere = (f"{lie} left out.",) if held.nowhere else ()
    return Result(
        name=asked.name,
        table=table,
        values={
            **_values(table, spots, asked, at_risk, first=found.places[:1]),
            "n": int(held.counts.sum()), "places": len(spots.table), "days": held.days, "cylinders": found.cylinders,
            "n_nowhere": held.nowhere, "n_vague": held.vague, "n_future": held.future,
        },
        wording=ALARM if table["is_alarm"].any() else QUIET,
        settings={
            "method": "space-time scan, discrete Poisson" if at_risk else "space-time permutation scan",
            "circles": "round each place, up to half of the whole; lengths up to half of the days",
            "since": held.begin.isoformat(), "until": held.end.isoformat(), "days": held.days, "at_risk": at_risk,
            "looks_every_days": asked.looks_every_days, "alpha": asked.alpha, "least_crimes": LEAST_CRIMES,
            "longest_interval_hours": asked.longest_interval_hours, "permutations": asked.permutations, "seed": asked.seed,
        },
        caveats=tuple(dict.fromkeys((*CAVEATS, *((STEADY.format(at_risk),) if at_risk else ()), *held.told, *nowhere, *caveats))),
        grain=grain,
        sources=("crimes",),
    )  # fmt: skip


def _too_thin(crimes: pd.DataFrame, held: daily.Daily, spots: places.Places, at_risk: str) -> str:
    """Why these crimes are too coarse, too few or too alike to scan; blank when they are not."""
    n = held.counts
    if selection.resolution(crimes) == "month":
        return "data are monthly"
    if n.sum() < LEAST_CRIMES:
        return f"{several(int(n.sum()), 'crime')} can be placed in these days and a scan needs at least {LEAST_CRIMES}"
    if (n.sum(axis=1) > 0).sum() == 1:
        return f"all crimes lie in one {spots.noun}"
    if (n.sum(axis=0) > 0).sum() == 1:
        return "all crimes fall on one day"
    # shares of each day's crimes are not touched by a gap; numbers set against what is at risk are
    return daily.gap(held, due=GAP_CRIMES) if at_risk else ""


def _clusters(found: cylinders.Scan, spots: places.Places, asked: _Asked, *, end: date) -> gpd.GeoDataFrame:
    """One row per cluster."""
    table = pd.DataFrame(
        {
            "cluster": np.arange(1, len(found.places) + 1),
            "places": [members.size for members in found.places],
            "names": [", ".join(spots.table["name"].iloc[members].astype(str)) for members in found.places],
            "n": found.cases,
            "expected": found.expected.round(2),
            "ratio": (found.cases / found.expected).round(2) if found.cases.size else found.expected,
            "first": pd.to_datetime([end - timedelta(days=int(length)) for length in found.days]),
            "days": found.days,
            "likelihood": found.likelihood.round(6),
            "p": found.p,
            "p_gumbel": np.where(np.isnan(found.p_gumbel), found.p, found.p_gumbel),
            "recurrence_days": (asked.looks_every_days / found.p).round(0),
            "is_alarm": found.p <= asked.alpha,
        }
    )
    shapes = [spots.table.geometry.iloc[members] for members in found.places]
    centres = [part.iloc[0].centroid for part in shapes]
    table["easting"], table["northing"] = [one.x for one in centres], [one.y for one in centres]
    table["radius_m"] = [round(max(part.centroid.distance(one)), 1) for part, one in zip(shapes, centres, strict=True)]
    return gpd.GeoDataFrame(table, geometry=[part.union_all() for part in shapes], crs=spots.table.crs)


def _values(
    table: gpd.GeoDataFrame, spots: places.Places, asked: _Asked, at_risk: str, *, first: tuple[NDArray[np.int32], ...]
) -> dict[str, Value]:
    """The numbers and names a page may speak of; `first` holds the places of the first cluster."""
    own = f"its {at_risk}" if at_risk else "its own share of each day's crimes"
    values: dict[str, Value] = {"noun": spots.noun, "alarms": int(table["is_alarm"].sum()), "explained": own}
    if table.empty:
        return values
    best, others = table.iloc[0], first[0].size - 1
    more = f" and {several(others, f'more {spots.noun}')}" if others else ""
    return values | {
        "n_in": int(best["n"]), "expected": float(best["expected"]), "ratio": float(best["ratio"]),
        "since": short_day(best["first"].date()),
        "names": f"{spots.table['name'].iloc[int(first[0][0])]}{more}",
        "p": float(best["p"]),
        "recurrence_days": float(best["recurrence_days"]),
        "one_in": rarity.one_in(float(best["p"]), noun={1: "day", 7: "week"}.get(asked.looks_every_days, "look")),
    }  # fmt: skip
