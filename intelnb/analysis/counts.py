"""Counts: how many crimes, and how much harm, each place holds, and how that stands to its size and people."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.doctrine import harm as doctrine
from intelnb.errors import MethodError
from intelnb.stats import rate_interval
from intelnb.tables import cells as places
from intelnb.tables import options, placed, spread
from intelnb.tables.population import by_code
from intelnb.tables.words import listed, several

PER = 1000
MOST_NAMED = 3  # of areas that tie for most, more than so many are counted and not named
NAMED = "{n} {n|crime|crimes} in {places} {places|area|areas}; {top} holds most, {top_n}."
TIED = "{n} {n|crime|crimes} in {places} areas; {top} hold most, {top_n} each."
ALL_TIED = "{n} crimes in {places} areas; {n_top} of them hold most, {top_n} each."
PLAIN = "{n} {n|crime|crimes} in {places} {places|cell|cells}; {held} {held|cell holds|cells hold} any, the fullest {top_n}."
NONE = "No crime lies in any of {places} {places|place|places}."
RESIDENTS = "Residents are not those at risk: people who work, shop or go out in a place are not among them."
SMALL = "Rates of places with few people or few crimes jump about; read them with their limits."


def per_place(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    within: gpd.GeoDataFrame,
    since: date,
    until: date,
    shape: places.Shape = "area",
    cell_m: int = 250,
    population: pd.DataFrame | None = None,
    weights: pd.DataFrame | None = None,
) -> Result:
    """Count the crimes of a window in each place, per square kilometre, per 1,000 people, and by harm.

    Only crimes inside the area count, those of a margin do not.

    Parameters
    ----------
    crimes
        The crimes table, already chosen by kind, in metres.
    name
        Name of the Result on its page.
    within
        The area; with "area" the areas to count in: `code, name, geometry`, all of one level.
    since, until
        First day of the window, and the first day after it; a crime belongs by its middle.
    shape
        "area", "square" or "hexagon" (points north and south, `cell_m` between opposite sides).
    cell_m
        Side of a square or width of a hexagon in metres; not used for areas.
    population
        People of each place, `code, population`; None gives no rates.
    weights
        Harm tables; the version in force on the last day of the window is used. None gives no harm.

    Returns
    -------
    Result
        Table `code, name, n, shown` (the count as words) `, km2, per_km2, geometry`, most crimes first; with a
        population also `population, rate, rate_low, rate_high` (per 1,000 people over the window, with limits that
        hold 95 %), blank where it is 0 or not known; with weights also `harm_days`. Not assessed when places are
        withheld, missing or too vague for these cells.

    Raises
    ------
    MethodError
        For a CRS that is missing, in degrees or not the area's, areas that cannot be counted in, cells larger than
        the area, an impossible window, or a population that repeats a code.

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28(3/4).

    Examples
    --------
    >>> import shapely
    >>> crimes = gpd.GeoDataFrame(
    ...     {"easting": [1.0, 2.0, 9.0], "northing": 1.0, "middle": pd.Timestamp("2026-11-10")},
    ...     geometry=gpd.points_from_xy([1.0, 2.0, 9.0], [1.0] * 3), crs="EPSG:27700",
    ... )
    >>> two = gpd.GeoDataFrame({"code": ["A", "B"], "name": ["Low", "High"]},
    ...     geometry=[shapely.box(0, 0, 5, 5), shapely.box(5, 0, 10, 5)], crs="EPSG:27700")
    >>> per_place(crimes, name="n", within=two, since=date(2026, 11, 9), until=date(2026, 11, 16)).sentence
    '3 crimes in 2 areas; Low holds most, 2.'
    """
    options.whole(1, cell_m=cell_m)
    found = spread.over(crimes, within=within, since=since, until=until, shape=shape, cell_m=cell_m, least=0)
    if isinstance(found, tuple):
        return not_assessed(name, why=found[1], status=found[0], sources=("crimes",))
    inside = placed.is_inside(found.chosen.table)
    table = _counted(found, inside)
    told = list(found.caveats)
    settings: dict[str, Value] = {
        **found.cells.settings(), "since": str(pd.Timestamp(since).date()), "until": str(pd.Timestamp(until).date()),
    }  # fmt: skip
    if population is not None:
        table, missing = _with_rates(table, population)
        told += [RESIDENTS, SMALL, *missing]
        settings |= {"rate_per": PER, "limits": "exact, 95 %"}
    if weights is not None:
        table, label, missing = _with_harm(table, found, inside, weights, until=until)
        told += missing
        settings["weights"] = label
    table = table.sort_values(["n", "code"], ascending=[False, True]).reset_index(drop=True)
    is_area = shape == "area"
    return Result(
        name=name,
        table=table[[*(c for c in table.columns if c != "geometry"), "geometry"]],
        values=_values(table, found, is_area=is_area),
        wording=_wording(table, is_area=is_area),
        settings=settings,
        caveats=tuple(told),
        grain=found.cells.level or "cell",
        sources=("crimes",) if weights is None else ("crimes", "harm_weights"),
        key="code" if found.cells.level else "",
        counts=("n",) if found.cells.level else (),
        plain=("name",) if found.cells.level else (),
    )


def _counted(found: spread.Spread, inside: np.ndarray) -> gpd.GeoDataFrame:
    """Reported places with the crimes inside the area asked for."""
    where = found.position[inside & (found.position >= 0)]
    n = np.bincount(where, minlength=found.cells.x.size)[found.cells.reported].astype(np.int64)
    km2 = found.cells.km2[found.cells.reported]
    named = found.cells.table[["code", "name", "geometry"]]
    return named.assign(n=n, shown=[f"{k:,}" for k in n], km2=km2.round(4), per_km2=(n / km2).round(2))


def _with_rates(table: gpd.GeoDataFrame, population: pd.DataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """The table with people and rates, and what is not known of people."""
    people = table["code"].astype(str).map(by_code(population)).astype(float)
    rate = rate_interval.rates(table["n"], people, per=PER)
    unknown = table.loc[~(people > 0), "code"]
    n = several(len(unknown), "place")
    told = [f"No rate for {n}: nobody lives there, or how many is not known."] if len(unknown) else []
    columns = {"rate": rate.rate, "rate_low": rate.low, "rate_high": rate.high}
    return table.assign(population=people, **{key: value.round(2) for key, value in columns.items()}), told


def _with_harm(
    table: gpd.GeoDataFrame, found: spread.Spread, inside: np.ndarray, weights: pd.DataFrame, *, until: date
) -> tuple[gpd.GeoDataFrame, str, list[str]]:
    """The table with days of harm, the label of the weights, and what they lack."""
    weigh = doctrine.in_force(weights, on=(pd.Timestamp(until) - pd.Timedelta(days=1)).date())
    if not weigh.weights:
        raise MethodError(what="no table of harm is loaded", now="Load the force's own, or ask without weights.")
    kinds = found.chosen.table["kind"]
    days = np.nan_to_num(weigh.days(kinds)) * inside
    return (
        table.assign(harm_days=found.sums(days)[found.cells.reported].round(1)),
        weigh.label,
        list(weigh.caveats(kinds[inside])),
    )


def _values(table: gpd.GeoDataFrame, found: spread.Spread, *, is_area: bool) -> dict[str, Value]:
    """The numbers a page may speak of."""
    values: dict[str, Value] = {
        "n": int(table["n"].sum()),
        "places": len(table),
        "held": int((table["n"] > 0).sum()),
        "top_n": int(table["n"].iloc[0]),
        "n_unplaced": found.chosen.unplaced,
        "n_coarse": found.chosen.coarse,
        "n_elsewhere": found.elsewhere,
    }
    if is_area:
        top = table[table["n"] == table["n"].iloc[0]]
        named = [str(name) or str(code) for name, code in zip(top["name"], top["code"], strict=True)]
        values |= {"top": listed(named, most=MOST_NAMED), "n_top": len(top)}
    return values


def _wording(table: gpd.GeoDataFrame, *, is_area: bool) -> str:
    """The sentence; where areas tie for most, none is named alone."""
    if not table["n"].sum():
        return NONE
    if not is_area:
        return PLAIN
    n_top = int((table["n"] == table["n"].iloc[0]).sum())
    return NAMED if n_top == 1 else TIED if n_top <= MOST_NAMED else ALL_TIED
