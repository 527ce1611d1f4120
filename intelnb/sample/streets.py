"""Invented streets and house numbers, so that crimes repeat at addresses as they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from intelnb.sample import county, words

STREETS_A_WARD = 42
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Streets:
    """Street lines with their ward and how much crime each draws."""

    name: NDArray[np.object_]
    ward: NDArray[np.object_]
    ends: Floats  # x0, y0, x1, y1
    home_weight: Floats
    public_weight: Floats


def lay(wards: gpd.GeoDataFrame, *, rng: np.random.Generator) -> Streets:
    """Lay streets in every ward, closer together near its middle and never across its border."""
    names, codes, ends = [], [], []
    pool = [f"{first} {last}" for first in words.STREET_FIRST for last in words.STREET_LAST]
    for code, shape in zip(wards["code"], wards.geometry, strict=True):
        inside = shape.buffer(-45)
        shapely.prepare(inside)
        _, east, north, _ = county.WARDS[code]
        spread = 0.24 * np.sqrt(shape.area)
        laid = 0
        chosen = rng.choice(len(pool), STREETS_A_WARD, replace=False)
        while laid < STREETS_A_WARD:
            middle = rng.normal((east, north), spread)
            angle, half = rng.uniform(0, np.pi), rng.uniform(70, 220)
            step = half * np.array([np.cos(angle), np.sin(angle)])
            line = np.concatenate([middle - step, middle + step])
            if inside.contains(shapely.LineString(line.reshape(2, 2))):
                names.append(pool[chosen[laid]])
                codes.append(code)
                ends.append(line)
                laid += 1
    count = len(names)
    return Streets(
        np.array(names, dtype=object),
        np.array(codes, dtype=object),
        np.array(ends),
        rng.gamma(1.6, size=count),
        rng.gamma(0.45, size=count),
    )


def addresses(
    streets: Streets, ward: NDArray[np.object_], *, public: bool, rng: np.random.Generator
) -> dict[str, NDArray[Any]]:
    """One address in each ward asked for: whole metres and the words for it."""
    chosen = np.zeros(len(ward), dtype=np.int64)
    weight = streets.public_weight if public else streets.home_weight
    for code in np.unique(ward):
        here = np.flatnonzero(streets.ward == code)
        rows = np.flatnonzero(ward == code)
        chosen[rows] = rng.choice(here, len(rows), p=weight[here] / weight[here].sum())
    return _houses(streets, chosen, rng)


def _houses(streets: Streets, chosen: Ints, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """A house number on each chosen street and where it stands."""
    x0, y0, x1, y1 = streets.ends[chosen].T
    length = np.hypot(x1 - x0, y1 - y0)
    houses = np.maximum((length / 9).astype(np.int64), 4)
    number = (rng.random(len(chosen)) * houses).astype(np.int64) + 1
    share = number / (houses + 1)
    side = np.where(number % 2 == 0, 9.0, -9.0)
    east = x0 + share * (x1 - x0) - side * (y1 - y0) / length
    north = y0 + share * (y1 - y0) + side * (x1 - x0) / length
    return {
        "easting": np.round(east).astype(np.int64),
        "northing": np.round(north).astype(np.int64),
        "location": np.array([f"{n} {s}" for n, s in zip(number, streets.name[chosen], strict=True)], dtype=object),
    }


def named(
    streets: Streets, ward: str, east: NDArray[Any], north: NDArray[Any], *, rng: np.random.Generator
) -> NDArray[np.object_]:
    """Words for points that were placed by a plant: the nearest street of the ward."""
    here = np.flatnonzero(streets.ward == ward)
    tree = shapely.STRtree(shapely.linestrings(streets.ends[here].reshape(-1, 2, 2)))
    nearest = tree.nearest(shapely.points(east, north))
    number = rng.integers(1, 40, len(nearest))
    return np.array([f"{n} {s}" for n, s in zip(number, streets.name[here][nearest], strict=True)], dtype=object)
