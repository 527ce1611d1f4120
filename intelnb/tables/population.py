"""Population: how many people live in each area, by age where it is given, and by which edition of codes."""

from __future__ import annotations

import pandas as pd

from intelnb.errors import MethodError
from intelnb.tables import editions
from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "population",
    (
        Field("area", "code", required=True),
        Field("name", "code"),
        Field("edition", "code"),
        Field("year", "whole"),
        Field("age", "code"),
        Field("residents", "whole", required=True),
    ),
)


def by_code(population: pd.DataFrame) -> pd.Series:
    """Look up what areas are measured by: a number by code, blank where it is no number.

    Parameters
    ----------
    population
        `code, population`, one row for each area.

    Raises
    ------
    MethodError
        When a column is missing, or a code stands twice.

    Examples
    --------
    >>> by_code(pd.DataFrame({"code": ["A", "B"], "population": [100, "?"]})).to_dict()
    {'A': 100.0, 'B': nan}
    """
    if missing := {"code", "population"} - set(population.columns):
        now = "Give code and population, as `tables.population.residents` makes them."
        raise MethodError(what=f"the population lacks {' and '.join(sorted(missing))}", now=now)
    codes = population["code"].astype(str)
    if codes.duplicated().any():
        twice = ", ".join(codes[codes.duplicated()].unique()[:5])
        raise MethodError(what=f"the population of a place stands twice: {twice}", now="Give each place once.")
    held = pd.to_numeric(population["population"], errors="coerce").astype(float)
    if (held < 0).any():
        below = ", ".join(codes[held < 0].unique()[:5])
        raise MethodError(
            what=f"the population is below 0 in: {below}", now="Mend it, or leave it blank where not known."
        )
    return pd.Series(held.to_numpy(), index=codes.to_numpy(dtype=object))


def residents(
    population: pd.DataFrame, *, year: int | None = None, edition: str = "", lookup: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Add up how many people live in each area in one year, by one edition of area codes.

    Where a row for all ages stands beside rows by age, it alone counts.

    Parameters
    ----------
    population
        The population table, as read.
    year
        The year wanted; None for the latest the table has.
    edition
        The edition the codes are wanted in, as the lookup names it: `LSOA 2021`. Empty takes them as they are, of
        whatever one edition they state.
    lookup
        The `area_lookup` table; None where the workspace has none.

    Returns
    -------
    DataFrame
        `code, population`, one row for each area; none where the table has none. Its `attrs["told"]` are sentences for
        readers.

    Raises
    ------
    MethodError
        When the year is not among them, or codes of two editions cannot be brought together.

    Examples
    --------
    >>> table = pd.DataFrame({"area": ["A", "A", "B"], "age": ["0-15", "16+", ""], "edition": "", "year": 2024,
    ...     "residents": [20, 80, 50]})
    >>> residents(table).to_numpy().tolist()
    [['A', 100], ['B', 50]]
    """
    if population.empty:
        table = pd.DataFrame({"code": pd.Series(dtype="str"), "population": pd.Series(dtype="int64")})
        table.attrs["told"] = ("No residents are given.",)
        return table
    rows, told = _of_year(population, year)
    stated = sorted(set(rows["edition"]))
    if not edition and len(stated) > 1:
        raise MethodError(
            what=f"the population holds codes of {' and '.join(one or 'an edition nobody states' for one in stated)}",
            now="Name the edition wanted; the workspace's area_lookup must lead to it.",
        )
    codes = rows["area"].astype("str")
    if edition:
        for one in stated:
            own = rows["edition"] == one
            found = editions.brought(codes[own], to=edition, lookup=lookup, stated=one)
            codes = codes.mask(own, found.codes.reindex(codes.index))
            told += found.caveats(edition)
    # a total beside its parts would count everybody twice
    has_total = (rows["age"] == "").groupby(rows["area"]).transform("any")
    counted = (rows["age"] == "") | ~has_total
    sums = rows["residents"][counted].groupby(codes[counted], sort=True).sum()
    table = pd.DataFrame({"code": sums.index.astype("str"), "population": sums.to_numpy(dtype="int64")})
    table.attrs["told"] = tuple(told)
    return table


def _of_year(population: pd.DataFrame, year: int | None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows of one year; a table that states none is taken as it is."""
    years = sorted(int(one) for one in population["year"].dropna().unique())
    if not years and year is None:
        return population, ("The population does not say of which year it is.",)
    chosen = years[-1] if year is None else year
    if chosen not in years:
        held = ", ".join(map(str, years)) or "no year at all"
        raise MethodError(
            what=f"there are no residents of {chosen}; the population holds {held}", now="Choose another year."
        )
    return population[(population["year"] == chosen).fillna(False)], (f"Residents are those of {chosen}.",)
