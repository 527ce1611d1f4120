"""Near-repeat chains: which crimes followed each other closely, and is that more than chance would link?"""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.stats import chains as chain_search
from intelnb.tables import options, placed, selection, timed
from intelnb.tables.words import several

LEAST_EVENTS = 20
UNUSUAL = 0.05
MORE = (
    "{n_linked} of {n} {n|crime|crimes} {n_linked|lies|lie} in chains, where chance alone links about {expected}; "
    "the longest holds {longest_n}, over {longest_days} {longest_days|day|days}."
)
NO_MORE = (
    "Chains hold {n_linked} of {n} {n|crime|crimes}, no more than chance links; "
    "the longest holds {longest_n}, over {longest_days} {longest_days|day|days}."
)
NONE = "No chain: none of {n} {n|crime|crimes} follows others within {within_m} m and {within_days} {within_days|day|days}."
CAVEATS = (
    "A chain links crimes by place and time alone; it does not say that the same people are responsible.",
    "Chance links crimes too where many lie close together: read a chain with the number chance links.",
)


def linked(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    since: date,
    until: date,
    within_m: int = 200,
    within_days: int = 14,
    least_events: int = 3,
    longest_interval_hours: float = 72.0,
    permutations: int = 199,
    seed: int = 0,
) -> Result:
    """Join crimes that lie near each other and soon after each other into chains.

    A crime belongs to a chain when another of the chain lies nearer than `within_m` and less than
    `within_days` apart; the first and last of a chain may be far apart. Crimes in the margin round the area
    take part. Shuffling the days among the places says how many crimes chance would link.

    Parameters
    ----------
    crimes
        The crimes table, already chosen by kind, in metres.
    name
        Name of the Result on its page.
    since, until
        First day of the window, and the first day after it.
    within_m, within_days
        How near and how soon crimes must be to be linked.
    least_events
        Fewest crimes of a chain, 2 or more.
    longest_interval_hours
        A crime known less closely in time than this is left out and counted.
    permutations, seed
        How often days are shuffled, and the start of the random numbers.

    Returns
    -------
    Result
        Table `id, middle, easting, northing, chain, geometry`, one row per crime used, index as in `crimes`;
        `chain` is 0 for the longest and -1 for crimes in none. Not assessed when places are withheld or
        snapped, data are monthly, fewer than 20 crimes can be used, or they share one point or one day.

    Raises
    ------
    MethodError
        For distances, days or sizes that make no sense, an impossible window, or a CRS that is missing or in
        degrees.

    References
    ----------
    Haberman, C. P. and Ratcliffe, J. H. (2012). The predictive policing challenges of near repeat armed street
    robberies. Policing 6(2).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x, day = np.r_[rng.uniform(0, 9000, 40), 4000 + 50 * np.arange(5)], np.r_[rng.integers(0, 90, 40), np.arange(5)]
    >>> middle = pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D")
    >>> crimes = gpd.GeoDataFrame(
    ...     {"id": "", "easting": x, "northing": x, "middle": middle, "hours_wide": 1.0},
    ...     geometry=gpd.points_from_xy(x, x), crs="EPSG:27700",
    ... )
    >>> spring = {"since": pd.Timestamp("2026-01-01"), "until": pd.Timestamp("2026-05-01")}
    >>> linked(crimes, name="chains", **spring).values["longest_n"]
    5
    """
    options.above_zero(within_m=within_m)
    options.whole(1, within_days=within_days, permutations=permutations)
    options.whole(2, least_events=least_events)
    options.whole(0, seed=seed)
    options.number(0, longest_interval_hours=longest_interval_hours)
    status, reason = placed.refusal(crimes, cell_m=within_m, wanted="chains")
    if not status and selection.resolution(crimes) == "month":
        status, reason = "not assessed", "data are monthly"
    if not status and (reason := placed.window_refusal(crimes, since=since, until=until)):
        status = "not assessed"
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",))
    chosen = placed.on_map(crimes, since=since, until=until, cell_m=within_m)
    dated = timed.to_the_day(chosen.table, longest_interval_hours=longest_interval_hours)
    events = dated.table
    if len(events) < LEAST_EVENTS:
        why = (
            f"{several(len(events), 'crime', 'is', 'are')} known closely enough and chains need at least {LEAST_EVENTS}"
        )
        return not_assessed(name, why=why, sources=("crimes",))
    if why := placed.none_inside(chosen) or timed.too_alike(events):
        return not_assessed(name, why=why, sources=("crimes",))
    found = chain_search.chains(
        events["easting"],
        events["northing"],
        dated.days,
        within_m=within_m,
        within_days=within_days,
        least_events=least_events,
        permutations=permutations,
        seed=seed,
    )
    columns = [c for c in ("id", "middle", "easting", "northing", "geometry") if c in events]
    table = events[columns].assign(chain=found.chain)
    longest = found.size.size > 0
    values: dict[str, Value] = {
        "n": len(events),
        "n_vague": dated.vague,
        "n_future": dated.future,
        "n_unplaced": chosen.unplaced,
        "n_coarse": chosen.coarse,
        "n_linked": found.linked,
        "chains": int(found.size.size),
        "expected": round(float(found.chance_linked.mean()), 1),
        "p": found.p,
        "longest_n": int(found.size[0]) if longest else 0,
        "longest_days": int(found.days[0]) + 1 if longest else 0,
        "longest_by_chance": int(found.chance_longest.max()),
        "within_m": within_m,
        "within_days": within_days,
    }
    return Result(
        name=name,
        table=table[[*(c for c in table.columns if c != "geometry"), "geometry"]],
        values=values,
        wording=NONE if not longest else MORE if found.p <= UNUSUAL else NO_MORE,
        settings={
            "method": "crimes nearer and sooner than both limits are linked, straight-line distance, days shuffled",
            "since": str(pd.Timestamp(since).date()),
            "until": str(pd.Timestamp(until).date()),
            "within_m": within_m,
            "within_days": within_days,
            "least_events": least_events,
            "longest_interval_hours": longest_interval_hours,
            "least_crimes": LEAST_EVENTS,
            "permutations": permutations,
            "seed": seed,
        },
        caveats=(*CAVEATS, *dated.caveats(), *chosen.caveats()),
        grain="point",
        sources=("crimes",),
    )


def each(chained: Result, *, name: str) -> Result:
    """Describe each chain of `linked`: how many crimes, from when to when, where, and whether it is still open.

    A chain is open until the last day on which another crime near it would belong to it; one whose last such
    day lies in or after the window's end is still open.

    Parameters
    ----------
    chained
        A Result of `linked`.
    name
        Name of the Result.

    Returns
    -------
    Result
        Table `chain, n, first, last, span_days, open_until, is_open, easting, northing, radius_m, geometry`, the
        longest first; `easting, northing` is the centre, `radius_m` the farthest crime from it in whole metres,
        `geometry` the circle of that radius, grown by the distance that links. Not assessed when `chained` is not.

    Examples
    --------
    >>> each(not_assessed("chains", why="data are monthly"), name="each").sentence
    'Not assessed: data are monthly.'
    """
    if not chained.is_assessed:
        return Result(
            name=name,
            table=chained.table,
            values={},
            wording=chained.wording,
            status=chained.status,
            sources=chained.sources,
        )
    within_m, within_days = int(chained.settings["within_m"]), int(chained.settings["within_days"])
    table = _described(chained.table, within_m=within_m, within_days=within_days)
    table["is_open"] = table["open_until"] >= pd.Timestamp(str(chained.settings["until"]))
    columns = ["chain", "n", "first", "last", "span_days", "open_until", "is_open", "easting", "northing", "radius_m"]
    return Result(
        name=name,
        table=table[[*columns, "geometry"]],
        values={
            "chains": len(table),
            "n_open": int(table["is_open"].sum()),
            "longest_n": int(table["n"].max()) if len(table) else 0,
            "within_m": within_m,
            "within_days": within_days,
        },
        wording="Chains still open: {n_open} of {chains}; the longest holds {longest_n} {longest_n|crime|crimes}."
        if len(table)
        else "No chain was found.",
        settings=chained.settings,
        caveats=chained.caveats,
        grain="point",
        sources=chained.sources,
    )


def _described(crimes: gpd.GeoDataFrame, *, within_m: int, within_days: int) -> gpd.GeoDataFrame:
    """One row per chain."""
    own = pd.DataFrame(crimes.loc[crimes["chain"] >= 0, ["chain", "middle", "easting", "northing"]])
    own["day"] = own["middle"].dt.normalize()
    centre = own.groupby("chain")[["easting", "northing"]].transform("mean")
    own["away"] = np.hypot(own["easting"] - centre["easting"], own["northing"] - centre["northing"])
    table = (
        own.groupby("chain")
        .agg(
            n=("day", "size"), first=("day", "min"), last=("day", "max"),
            easting=("easting", "mean"), northing=("northing", "mean"), radius_m=("away", "max"),
        )
        .reset_index()
    )  # fmt: skip
    table["span_days"] = (table["last"] - table["first"]).dt.days + 1
    # "sooner than 14 days after" leaves 13 days and that of the last crime
    table["open_until"] = table["last"] + pd.Timedelta(days=within_days - 1)
    table["radius_m"] = np.ceil(table["radius_m"]).astype(np.int64)
    points = gpd.GeoSeries.from_xy(table["easting"], table["northing"], crs=crimes.crs)
    return gpd.GeoDataFrame(table, geometry=points.buffer(table["radius_m"] + within_m))
