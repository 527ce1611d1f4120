"""Near repeats: after one crime, is the risk close by raised for a while, and where is it raised now?"""

from __future__ import annotations

from datetime import date, datetime
from itertools import product

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import short_day
from intelnb.errors import MethodError
from intelnb.stats import discovery
from intelnb.stats import knox as knox_test
from intelnb.tables import options, placed, selection, timed, unsent
from intelnb.tables.words import several

LEAST_EVENTS = 30
SIGNIFICANT = 0.05
LEFT_OUT = "left out of near repeats"
LEAST_RATIO = 1.2  # with many crimes chance is beaten by a tenth; nobody should be sent out for that
FOUND = "After one {noun}, risk nearby is about {ratio} times the usual within {within_m} m for {within_days} {within_days|day|days}."
HARDLY = (
    "Risk nearby is hardly raised after one {noun}: {ratio} times the usual within {within_m} m for {within_days} "
    "{within_days|day|days}."
)
NOT_FOUND = "One {noun} does not raise the risk nearby within {within_m} m and {within_days} {within_days|day|days} by more than chance."
CAVEATS = (
    "Raised risk after a crime does not say that the same people are responsible.",
    "Two crimes recorded from one incident look like a repeat at the same place.",
)
COLUMNS = ["zone", "events", "first", "latest", "until", "geometry"]


def knox(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    since: date,
    until: date,
    noun: str = "crime",
    within_m: int = 200,
    within_days: int = 14,
    bands_m: tuple[int, ...] = (100, 200, 300, 400),
    bands_days: tuple[int, ...] = (7, 14, 21, 28),
    longest_interval_hours: float = 72.0,
    permutations: int = 999,
    seed: int = 0,
) -> Result:
    """Compare how many pairs of crimes were close in place and time with how many chance would bring.

    The answer rests on one band fixed beforehand (`within_m`, `within_days`, the same place apart), so that
    nothing is picked after looking; the table of bands is there to see how far the pattern reaches. Crimes
    in the margin round the area take part. Days are shuffled among places.

    Parameters
    ----------
    crimes
        The crimes table, already chosen by kind, in metres.
    name, noun
        Name of the Result; what one crime is called in its sentence (`burglary`).
    since, until
        First day of the window, and the first day after it.
    within_m, within_days
        The band the answer rests on: nearer than this, and sooner than this.
    bands_m, bands_days
        Upper ends of the bands of the table, rising.
    longest_interval_hours
        A crime known less closely in time than this is left out and counted.
    permutations, seed
        How often days are shuffled, and the start of the random numbers.

    Returns
    -------
    Result
        Table `space, time, observed, expected, ratio, p, q`, one row per band, the same place first;
        `ratio` is blank where no pair was expected. Not assessed when places are withheld or snapped,
        data are monthly, fewer than 30 crimes can be used, they share one point or one day, or chance brings
        no pair at all.

    Raises
    ------
    MethodError
        For bands that do not rise, an impossible window, or a CRS that is missing or in degrees.

    References
    ----------
    Knox, E. G. (1964). The detection of space-time interactions. Applied Statistics 13(1).
    Johnson, S. D. et al. (2007). Space-time patterns of risk. Journal of Quantitative Criminology 23(3).

    Examples
    --------
    >>> import geopandas as gpd, numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> x, day = np.repeat(rng.uniform(0, 9000, 40), 2), np.repeat(rng.integers(0, 300, 40), 2)
    >>> x[1::2] += 50
    >>> when = pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D")
    >>> crimes = gpd.GeoDataFrame(
    ...     {"easting": x, "northing": x, "middle": when, "hours_wide": 1.0},
    ...     geometry=gpd.points_from_xy(x, x), crs="EPSG:27700",
    ... )
    >>> year = {"since": pd.Timestamp("2026-01-01"), "until": pd.Timestamp("2027-01-01")}
    >>> knox(crimes, name="near", noun="burglary", **year).values["p"]
    0.001
    """
    options.above_zero(within_m=within_m)
    options.whole(1, within_days=within_days, permutations=permutations)
    options.rising(bands_m=bands_m, bands_days=bands_days)
    options.number(0, longest_interval_hours=longest_interval_hours)
    options.whole(0, seed=seed)
    status, reason = placed.refusal(crimes, cell_m=min(within_m, *bands_m), wanted="near repeats")
    if not status and selection.resolution(crimes) == "month":
        status, reason = "not assessed", "data are monthly"
    if not status and (reason := placed.window_refusal(crimes, since=since, until=until)):
        status = "not assessed"
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",))
    chosen = placed.on_map(crimes, since=since, until=until, cell_m=min(within_m, *bands_m))
    dated = timed.to_the_day(chosen.table, longest_interval_hours=longest_interval_hours)
    if reason := placed.none_inside(chosen) or _too_thin(dated.table):
        return not_assessed(name, why=reason, sources=("crimes",))
    shuffles = {"permutations": permutations, "seed": seed}
    near = _tested(dated, (within_m,), (within_days,), **shuffles)
    if near.mean[1, 0] == 0:
        why = f"chance brings no pair within {within_m} m and {several(within_days, 'day')}"
        return not_assessed(name, why=why, sources=("crimes",))
    return Result(
        name=name,
        table=_bands(_tested(dated, bands_m, bands_days, **shuffles)),
        values={
            "noun": noun,
            "n": len(dated.table),
            "n_vague": dated.vague,
            "n_future": dated.future,
            "n_unplaced": chosen.unplaced,
            "n_coarse": chosen.coarse,
            "pairs": int(near.observed[1, 0]),
            "expected": round(float(near.mean[1, 0]), 1),
            "ratio": round(float(near.ratio_mean[1, 0]), 2),
            "p": float(near.p[1, 0]),
            "same_place_pairs": int(near.observed[0, 0]),
            "same_place_p": float(near.p[0, 0]),
            "within_m": within_m,
            "within_days": within_days,
        },
        wording=_wording(near.p[1, 0], near.ratio_mean[1, 0]),
        settings={
            "method": "Knox, straight-line distance, days shuffled, p of one band fixed beforehand",
            "since": str(pd.Timestamp(since).date()),
            "until": str(pd.Timestamp(until).date()),
            "within_m": within_m,
            "within_days": within_days,
            "longest_interval_hours": longest_interval_hours,
            "least_events": LEAST_EVENTS,
            "least_ratio": LEAST_RATIO,
            **shuffles,
        },
        caveats=(*CAVEATS, *dated.caveats(LEFT_OUT), *chosen.caveats(LEFT_OUT)),
        sources=("crimes",),
    )


def risk(crimes: gpd.GeoDataFrame, near: Result, *, name: str, as_at: datetime) -> Result:
    """Draw where risk is still raised by recent crimes, and until when; nothing is drawn without a pattern.

    Circles of the distance `near` was tested at stand round each recent crime inside the area for the tested
    number of days, that of the crime being the first. Circles that overlap make one zone, which ends with
    its last crime's.

    Parameters
    ----------
    crimes
        The crimes `near` was made from.
    near
        A Result of `knox`.
    name
        Name of the Result on its page.
    as_at
        The moment risk is asked about; later crimes are not used.

    Returns
    -------
    Result
        Table `zone, events, first, latest, until` (last day of raised risk) `, geometry`, most events
        first; empty where `near` found no pattern, or a ratio under 1.2. Not assessed when `near` is not.

    References
    ----------
    Johnson, S. D. et al. (2007). Space-time patterns of risk. Journal of Quantitative Criminology 23(3).

    Examples
    --------
    >>> import geopandas as gpd
    >>> from datetime import datetime
    >>> from intelnb.analysis.result import not_assessed
    >>> near = not_assessed("near", why="data are monthly")
    >>> risk(gpd.GeoDataFrame(), near, name="risk", as_at=datetime(2026, 11, 16)).sentence
    'Not assessed: data are monthly.'
    """
    options.moment(as_at=as_at)
    if not near.is_assessed:
        return Result(
            name=name, table=near.table, values={}, wording=near.wording, status=near.status, sources=("crimes",)
        )
    within_m, within_days = int(near.values["within_m"]), int(near.values["within_days"])
    empty = gpd.GeoDataFrame(pd.DataFrame(columns=COLUMNS), geometry="geometry", crs=crimes.crs)
    recent, lacks, why = _recent(crimes, near, as_at)
    if why:
        return not_assessed(name, why=why, sources=("crimes",))
    table, wording = empty, "No near-repeat pattern was found, so no risk zone is drawn."
    if _is_pattern(float(near.values["p"]), float(near.values["ratio"])):
        wording = "No recent {noun} is close enough in time to raise the risk nearby."
        if len(recent):
            table = _zones(recent, within_m=within_m, within_days=within_days)
            wording = "Risk is raised within {within_m} m of {events} recent {events|crime|crimes}; the last zone ends on {until}."
    values: dict[str, Value] = {
        "noun": near.values["noun"],
        "zones": len(table),
        "events": int(table["events"].sum()),
        "until": short_day(pd.Timestamp(table["until"].max()).date()) if len(table) else "",
        "within_m": within_m,
        "within_days": within_days,
    }
    return Result(
        name=name,
        table=table,
        values=values,
        wording=wording,
        settings={"as_at": str(as_at), "within_m": within_m, "within_days": within_days, "rests_on": near.name},
        caveats=(
            "A zone says where risk is raised, not that a crime will happen.",
            *dict.fromkeys((*lacks, *near.caveats)),
        ),
        grain="point",
        sources=("crimes",),
    )


def _too_thin(crimes: gpd.GeoDataFrame) -> str:
    """Why these crimes are too few or too alike to test; blank when they are not."""
    if len(crimes) < LEAST_EVENTS:
        return f"{several(len(crimes), 'crime', 'is', 'are')} known closely enough and near repeats need at least {LEAST_EVENTS}"
    return timed.too_alike(crimes)


def _tested(
    dated: timed.Timed, bands_m: tuple[int, ...], bands_days: tuple[int, ...], *, permutations: int, seed: int
) -> knox_test.Knox:
    """Run the test on whole days."""
    x, y = dated.table["easting"].to_numpy(), dated.table["northing"].to_numpy()
    return knox_test.knox(
        x, y, dated.days, bands_m=bands_m, bands_days=bands_days, permutations=permutations, seed=seed
    )


def _is_pattern(p: float, ratio: float) -> bool:
    """Whether more pairs are near than chance brings, and enough more to act on."""
    return bool(p <= SIGNIFICANT and ratio >= LEAST_RATIO)


def _wording(p: float, ratio: float) -> str:
    """The sentence: a pattern, one too weak to act on, or none."""
    if p > SIGNIFICANT or ratio <= 1:
        return NOT_FOUND
    return FOUND if _is_pattern(p, ratio) else HARDLY


def _bands(found: knox_test.Knox) -> pd.DataFrame:
    """One row per band of distance and time."""
    names = list(product(found.space_bands, found.time_bands))
    ratio = np.where(np.isfinite(found.ratio_mean), found.ratio_mean, np.nan)
    space = ["same place" if band == found.space_bands[0] else band for band, _ in names]
    return pd.DataFrame(
        {
            "space": space,
            "time": [band for _, band in names],
            "observed": found.observed.ravel(),
            "expected": found.mean.ravel().round(2),
            "ratio": ratio.ravel().round(2),
            "p": found.p.ravel(),
            "q": discovery.q_values(found.p).ravel(),
        }
    )


def _recent(crimes: gpd.GeoDataFrame, near: Result, as_at: datetime) -> tuple[gpd.GeoDataFrame, tuple[str, ...], str]:
    """Crimes inside the area whose risk is not over, timed as the test wanted; what their days lack, or why they are not held."""
    within_days = int(near.values["within_days"])
    today = pd.Timestamp(as_at).normalize()
    if pd.isna(today):
        raise MethodError(what="there is no moment to ask about", now="Give as_at.")
    since, cell_m = today - pd.Timedelta(days=within_days - 1), float(near.settings["within_m"])
    chosen = placed.on_map(crimes, since=since, until=today + pd.Timedelta(days=1), cell_m=cell_m).inside
    is_close = (chosen["hours_wide"] <= float(near.settings["longest_interval_hours"])).to_numpy()
    days = {"since": since, "until": today}  # today is not over, and nobody asks for the rest of it
    recent = chosen[is_close & (chosen["middle"] <= pd.Timestamp(as_at)).to_numpy()]
    return recent, unsent.told(crimes, **days), unsent.outside(crimes, **days)


def _zones(recent: gpd.GeoDataFrame, *, within_m: int, within_days: int) -> gpd.GeoDataFrame:
    """Join overlapping circles, and say when each zone ends."""
    points = shapely.points(recent["easting"].to_numpy(), recent["northing"].to_numpy())
    shapes = shapely.get_parts(shapely.union_all(shapely.buffer(points, within_m)))
    day = recent["middle"].dt.normalize().to_numpy()
    held = [shapely.intersects(shape, points) for shape in shapes]
    rows = {
        "events": [int(mask.sum()) for mask in held],
        "first": [day[mask].min() for mask in held],
        "latest": [day[mask].max() for mask in held],
    }
    table = gpd.GeoDataFrame(rows, geometry=shapes, crs=recent.crs)
    # "sooner than 14 days after" leaves 13 days and that of the crime
    table["until"] = table["latest"] + pd.Timedelta(days=within_days - 1)
    west = table.geometry.bounds["minx"]
    order = np.lexsort((west, -table["latest"].to_numpy().astype(np.int64), -table["events"].to_numpy()))
    table = table.iloc[order].reset_index(drop=True)
    return table.assign(zone=np.arange(1, len(table) + 1))[COLUMNS]
