"""The homes that were burgled near each other: a process over three years and one planted series at its end."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from intelnb.sample import streets as street_map
from intelnb.sample.series import DAY, LAST, SERIES_ROWS, SERIES_WARD, WEEK

NEAR_M = 200
NEAR_DAYS = 14
NEAR_SHARE = 0.22
SERIES_CENTRE = (650550.0, 448850.0)
SERIES_RADIUS_M = 330.0


def draw_near(
    table: pd.DataFrame, wards: dict[str, shapely.Polygon], streets: street_map.Streets, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Move about one burglary in five close to one of the fortnight before it: the near-repeat process.

    Times stay; place, street and method are taken from near the earlier one.
    """
    moved = table.sort_values("middle", kind="stable").copy()
    middle, week = moved["middle"].to_numpy(), moved["week"].to_numpy()
    east, north = moved["easting"].to_numpy().copy(), moved["northing"].to_numpy().copy()
    ward, place, parent = moved["ward"].to_numpy().copy(), moved["location"].to_numpy().copy(), np.full(len(moved), -1)
    first = np.searchsorted(middle, middle - (NEAR_DAYS - 1) * DAY)
    last = np.searchsorted(middle, middle - DAY // 2)
    # the last two weeks belong to the planted series, so that nothing beside it looks like another
    for row in np.flatnonzero((rng.random(len(moved)) < NEAR_SHARE) & (week <= LAST - 2)):
        if last[row] <= first[row]:
            continue
        source = int(rng.integers(first[row], last[row]))
        # the last weeks of the ward belong to the planted series: nothing else may look like its beginning
        if week[row] > LAST - 9 and ward[source] == SERIES_WARD:
            continue
        angle, away = rng.uniform(0, 2 * np.pi), rng.uniform(20, NEAR_M - 30)
        spot = (round(east[source] + away * np.cos(angle)), round(north[source] + away * np.sin(angle)))
        if not wards[ward[source]].buffer(-5).contains(shapely.Point(spot)):
            continue
        (east[row], north[row]), ward[row], parent[row] = spot, ward[source], source
        place[row] = street_map.named(streets, ward[row], np.array([spot[0]]), np.array([spot[1]]), rng=rng)[0]
    moved["easting"], moved["northing"], moved["ward"], moved["location"] = east, north, ward, place
    moved["parent"] = np.where(parent >= 0, moved.index.to_numpy()[parent], -1)
    return moved.sort_index()


def planted_series(streets: street_map.Streets, *, rng: np.random.Generator) -> pd.DataFrame:
    """Twenty burglaries by the rear door, weekday late afternoons, in one part of Brickfields in two weeks.

    The first five of the last week form a chain: each within 170 m and two days of the one before.
    """
    start, end, week = _series_times(rng)
    spots = _series_places(start, rng)
    rows = pd.DataFrame({"start": start, "end": end, "week": week, "blank_end": False})
    rows["easting"], rows["northing"] = spots[:, 0], spots[:, 1]
    rows["middle"] = (rows["start"] + rows["end"]) // 2
    rows["location"] = street_map.named(streets, SERIES_WARD, spots[:, 0], spots[:, 1], rng=rng)
    rows["ward"], rows["series"], rows["kind"] = SERIES_WARD, "residential burglary", "residential burglary"
    first = np.flatnonzero(week == LAST)[0]
    rows["plant"] = np.where((rows.index >= first) & (rows.index < first + 5), "burglary chain", "burglary series")
    return rows


def _series_times(rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Committed ranges of half an hour to an hour and a half between 15:30 and 19:00, Monday to Friday."""
    week = np.repeat([LAST - 1, LAST], [SERIES_ROWS[LAST - 1], SERIES_ROWS[LAST]])
    day = np.concatenate([[0, 1, 1, 2, 3, 3, 4, 4, 4], [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 4]])
    start = week * WEEK + day * DAY + rng.integers(15 * 60 + 30, 17 * 60 + 30, len(week))
    return start, start + rng.integers(30, 90, len(week)), week


def _series_places(start: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Places in the zone; the chain walks from one to the next."""
    centre = np.array(SERIES_CENTRE)
    angle = rng.uniform(0, 2 * np.pi, len(start))
    away = SERIES_RADIUS_M * np.sqrt(rng.uniform(0, 1, len(start)))
    spots = centre + np.column_stack([away * np.cos(angle), away * np.sin(angle)])
    first = SERIES_ROWS[LAST - 1]
    spots[first] = centre + np.array([-190.0, 40.0])
    for step in range(1, 5):
        spots[first + step] = spots[first + step - 1] + np.array([rng.uniform(60, 120), rng.uniform(-90, 90)])
    return np.round(spots).astype(np.int64)
