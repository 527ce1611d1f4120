"""Three years of invented crimes, as the force's export held them on Monday morning."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from intelnb.sample import burglary, county, crime_times, series, words
from intelnb.sample import streets as street_map
from intelnb.sample.series import LAST, PINNED, SERIES, Series

SILENT_WARD = "S4"
SILENT_FROM = (LAST * 7 + 2) * series.DAY  # Wednesday 2026-11-11, midnight
STATION = (648250.0, 447480.0)
ELMFIELD = (653050.0, 448750.0)
HOT_RADIUS_M = 230.0
TRANSIENT_WEEKS = (147, 152)  # 2026-W37 to W42
TRANSIENT_ROWS = 5
SURPLUS = 8  # candidates drawn for each row of a week whose count is fixed


def draw(wards: gpd.GeoDataFrame, *, streams: dict[str, np.random.Generator]) -> pd.DataFrame:
    """Every crime recorded by the as-at time, one row each, before it is put in the force's own words.

    Parameters
    ----------
    wards
        The wards table of ``county.wards``.
    streams
        One random generator for each part of the force.

    Returns
    -------
    Rows in the order of recording; times are minutes since Monday 2023-11-13.
    """
    shapes = dict(zip(wards["code"], wards.geometry, strict=True))
    streets = street_map.lay(wards, rng=streams["streets"])
    parts = [_series_rows(one, streets, shapes, streams) for one in SERIES]
    parts.append(burglary.planted_series(streets, rng=streams["burglary"]))
    table = pd.concat(parts, ignore_index=True)
    table["plant"] = table["plant"].fillna("")
    rng = streams["records"]
    for column in ("start", "end"):
        table[column] = crime_times.out_of_spring_gap(table[column].to_numpy())
    slow = (table["kind"] == "sexual offence").to_numpy()
    table["reported"], table["recorded"] = crime_times.recording(table["end"].to_numpy(), slow=slow, rng=rng)
    table = _thinned(_submitted(_series_on_time(table, rng)), rng)
    table = table.sort_values(["recorded", "start", "easting"], kind="stable", ignore_index=True)
    table["flags"] = _flags(table, streams["flags"])
    return table


def _series_rows(
    one: Series,
    streets: street_map.Streets,
    shapes: dict[str, shapely.Polygon],
    streams: dict[str, np.random.Generator],
) -> pd.DataFrame:
    """All crimes of one series with their time and place."""
    counts = series.weekly_counts(one, rng=streams["counts"])
    for (name, week), rows in PINNED.items():
        if name == one.name:
            counts[week] = SURPLUS * rows
    weeks = np.repeat(np.arange(series.WEEKS, dtype=np.int64), counts)
    rng = streams["crimes"]
    start, end, blank = crime_times.intervals(one, weeks, rng=rng)
    table = pd.DataFrame({"start": start, "end": end, "week": weeks, "blank_end": blank})
    table["middle"] = (start + end) // 2
    table["series"], table["plant"] = one.name, ""
    table["kind"] = rng.choice(list(one.kinds), len(weeks), p=list(one.kinds.values()))
    table["ward"] = _wards_drawn(one.place, len(weeks), rng)
    public = one.place in ("public", "night", "retail")
    for column, values in street_map.addresses(streets, table["ward"].to_numpy(), public=public, rng=rng).items():
        table[column] = values
    if one.name == "residential burglary":
        return burglary.draw_near(table, shapes, streets, rng=streams["burglary"])
    if one.name == "night-time violence":
        return _hot_spots(table, streets, streams["hot spots"])
    return table


def _wards_drawn(place: str, size: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """The ward of each crime by homes, nightlife, shops or parked cars."""
    factors = series.PLACES[place]
    weight = np.array([ward[3] * factors.get(code, 1.0) for code, ward in county.WARDS.items()])
    return rng.choice(np.array(list(county.WARDS), dtype=object), size, p=weight / weight.sum())


def _hot_spots(table: pd.DataFrame, streets: street_map.Streets, rng: np.random.Generator) -> pd.DataFrame:
    """Move part of the night-time violence to the Station for good, and to Elmfield for six weeks."""
    moved = table.copy()
    station = rng.random(len(moved)) < 0.17
    station &= moved["ward"].to_numpy() != SILENT_WARD
    elmfield = np.zeros(len(moved), dtype=np.bool_)
    for week in range(TRANSIENT_WEEKS[0], TRANSIENT_WEEKS[1] + 1):
        free = np.flatnonzero((moved["week"] == week).to_numpy() & ~station)
        elmfield[rng.choice(free, TRANSIENT_ROWS, replace=False)] = True
    for chosen, centre, ward, plant in (
        (station, STATION, "C3", "station hot spot"),
        (elmfield, ELMFIELD, "E3", "elmfield hot spot"),
    ):
        size = int(chosen.sum())
        angle, away = rng.uniform(0, 2 * np.pi, size), np.minimum(np.abs(rng.normal(0, 110, size)), HOT_RADIUS_M)
        east = np.round(centre[0] + away * np.cos(angle)).astype(np.int64)
        north = np.round(centre[1] + away * np.sin(angle)).astype(np.int64)
        rows = moved.index[chosen]
        moved.loc[rows, "easting"], moved.loc[rows, "northing"] = east, north
        moved.loc[rows, "location"] = street_map.named(streets, ward, east, north, rng=rng)
        moved.loc[rows, "ward"], moved.loc[rows, "plant"] = ward, plant
    return moved


def _series_on_time(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The planted series is known by Monday: its rows are recorded between two and nine hours after they were found."""
    timely = table.copy()
    planted = timely["plant"].str.startswith("burglary").to_numpy()
    wait = rng.integers(120, 540, int(planted.sum()))
    timely.loc[planted, "recorded"] = timely.loc[planted, "end"] + wait
    timely.loc[planted, "reported"] = timely.loc[planted, "end"] + wait // 2
    return timely


def _submitted(table: pd.DataFrame) -> pd.DataFrame:
    """Only what was recorded by the as-at time, and nothing from the beat that stopped submitting."""
    seen = table["recorded"] <= series.AS_AT_MINUTE
    silent = (table["ward"] == SILENT_WARD) & (table["recorded"] >= SILENT_FROM)
    return table[seen & ~silent]


def _thinned(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Keep, in a week whose count is fixed, exactly that many of the rows that would have been seen anyway."""
    keep = np.ones(len(table), dtype=np.bool_)
    name, week = table["series"].to_numpy(), table["week"].to_numpy()
    ward, planted = table["ward"].to_numpy(), table["plant"].str.startswith("burglary").to_numpy()
    pools: dict[bool | None, int]
    for (wanted, when), rows in PINNED.items():
        here = (name == wanted) & (week == when) & ~planted
        if wanted == "domestic repeat":
            continue
        keep[here] = False
        pools = {None: rows}
        if wanted == "residential burglary":
            # no other burglary of the ward: the planted ones are the ward's whole count
            here &= ward != series.SERIES_WARD
            pools = {None: rows - series.SERIES_ROWS[when]}
        if wanted == "vehicle crime":
            pools = {True: series.NOISE_ROWS, False: rows - series.NOISE_ROWS}
        usual = pd.Series(ward[(name == wanted) & (week >= LAST - 52) & (week < LAST - 1)]).value_counts() / 51
        for inside, count in pools.items():
            pool = here if inside is None else here & ((ward == series.NOISE_WARD) == inside)
            keep[_calm(np.flatnonzero(pool), count, ward, usual, rng)] = True
    return table[keep]


def _calm(
    pool: NDArray[np.int64], count: int, ward: NDArray[np.object_], usual: pd.Series, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Rows drawn again until no ward stands out by chance: what is not planted must not look planted."""
    most = usual + 2 * np.sqrt(usual)
    chosen = pool[:0]
    for _ in range(2000):
        chosen = rng.choice(pool, count, replace=False)
        found = pd.Series(ward[chosen]).value_counts()
        if (found <= most.reindex(found.index).fillna(0)).all():
            break
    return chosen


def _flags(table: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """The force's flags; the domestic and repeat-victim pair falls on a set number of violent crimes each week."""
    size, kind = len(table), table["kind"].to_numpy()
    violent = np.char.startswith(kind.astype(str), "violence")
    pair = np.zeros(size, dtype=np.bool_)
    weight = np.where(table["series"] == "other violence", 3.0, 1.0) * (table["plant"] == "")
    by_week = table["week"].to_numpy()
    for week, count in enumerate(series.domestic_counts(rng=rng)):
        pool = np.flatnonzero(violent & (by_week == week))
        pair[rng.choice(pool, count, replace=False, p=weight[pool] / weight[pool].sum())] = True
    home = np.isin(kind, ["criminal damage", "sexual offence", "arson", "public order"])
    domestic = pair | (rng.random(size) < np.where(violent, 0.22, np.where(home, 0.1, 0.0)))
    repeat = pair | (~domestic & (rng.random(size) < 0.05))
    armed = kind == "weapon possession"
    knife = rng.random(size) < np.select([armed, kind == "robbery", violent], [0.75, 0.2, 0.03], 0.0)
    columns = {
        "domestic": domestic,
        "repeat victim": repeat,
        "vulnerable": rng.random(size) < 0.05,
        "knife": knife,
        "hate": rng.random(size) < np.where(kind == "public order", 0.12, 0.005),
        "child": rng.random(size) < np.where(kind == "sexual offence", 0.2, 0.02),
    }
    parts = [np.where(mask, f"{flag};", "") for flag, mask in columns.items()]
    text = parts[0].astype(object)
    for more in parts[1:]:
        text = text + more.astype(object)
    return pd.Series([item.rstrip(";") for item in text], index=table.index)


def titles(kind: pd.Series, *, rng: np.random.Generator) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """The force's own offence title and code for each kind."""
    title, code = np.empty(len(kind), dtype=object), np.empty(len(kind), dtype=object)
    for name, options in words.TITLES.items():
        rows = np.flatnonzero((kind == name).to_numpy())
        chosen = rng.choice(len(options), len(rows), p=[share for _, _, share in options])
        title[rows] = np.array([option[0] for option in options], dtype=object)[chosen]
        code[rows] = np.array([option[1] for option in options], dtype=object)[chosen]
    return title, code
