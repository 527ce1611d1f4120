"""Invented series, weeks and places of Northmere to draw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from intelnb.analysis.result import Result
from intelnb.draw.places import Backdrop

CRS = 27700


def weekly(count: int = 104, *, missing: tuple[int, ...] = (), broken_from: int | None = None) -> Result:
    """A weekly count that ends with two unusual weeks."""
    rng = np.random.default_rng(3)
    start = [dt.date(2026, 11, 9) - dt.timedelta(weeks=count - 1 - i) for i in range(count)]
    mean = 13 + 4 * np.sin(np.arange(count) / 52 * 2 * np.pi)
    n = rng.poisson(mean).astype(float)
    n[-2:] = 22, 26
    low, high = np.maximum(mean - 6, 0).round(), (mean + 7).round()
    status = np.array(["assessed"] * count, dtype=object)
    n[list(missing)], status[list(missing)] = np.nan, "not submitted"
    if broken_from is not None:
        low[broken_from:], high[broken_from:], status[broken_from:] = np.nan, np.nan, "break in recording"
    iso = [day.isocalendar() for day in start]
    table = pd.DataFrame({
        "period": [f"{week.year}-W{week.week:02d}" for week in iso],
        "start": pd.to_datetime(start),
        "n": n, "low": low, "high": high, "mean": mean, "outside": (n > high) | (n < low), "status": status,
    })  # fmt: skip
    return Result(name="alarms", table=table, values={"n": 26}, wording="{n} burglaries, 8 to 17 expected.")


def grid(west: float = 640_000, south: float = 440_000, *, side: int = 4, size_m: float = 2_000) -> gpd.GeoDataFrame:
    """Square districts beside each other."""
    boxes = [
        shapely.box(west + i * size_m, south + j * size_m, west + (i + 1) * size_m, south + (j + 1) * size_m)
        for j in range(side)
        for i in range(side)
    ]
    codes = [f"N{i:02d}" for i in range(len(boxes))]
    return gpd.GeoDataFrame({"code": codes, "name": [f"Ward {c}" for c in codes]}, geometry=boxes, crs=CRS)


@pytest.fixture
def series() -> Callable[..., Result]:
    """The maker of weekly counts."""
    return weekly


@pytest.fixture
def week() -> Result:
    """Weekday afternoons stand out."""
    rows = [
        (day, hour, (3.6 if day < 5 else 0.6) * float(np.exp(-(((hour - 17) / 2.2) ** 2))))
        for day in range(7)
        for hour in range(24)
    ]
    table = pd.DataFrame(rows, columns=["weekday", "hour", "n"])
    return Result(name="timing", table=table, values={}, wording="Weekday late afternoon stands out.")


@pytest.fixture
def areas() -> gpd.GeoDataFrame:
    """Sixteen square wards."""
    return grid()


@pytest.fixture
def cells() -> Result:
    """Three cells, one of each level, and one that is nothing."""
    at = [(642_000, 442_000), (642_250, 442_000), (642_500, 442_000), (645_000, 445_000)]
    boxes = [shapely.box(x, y, x + 250, y + 250) for x, y in at]
    table = gpd.GeoDataFrame({"level": ["very unusual", "unusual", "raised", ""]}, geometry=boxes, crs=CRS)
    return Result(name="hotspot", table=table, values={}, wording="One place stands out.")


@pytest.fixture
def backdrop(areas: gpd.GeoDataFrame) -> Backdrop:
    """The wards with an outline, a long-standing and a new zone, and one circle of risk."""
    first, second = shapely.Point(642_400, 442_100).buffer(600), shapely.Point(645_000, 445_000).buffer(500)
    zones = gpd.GeoDataFrame({"zone": ["A", "B"], "is_persistent": [True, False]}, geometry=[first, second], crs=CRS)
    risk = gpd.GeoDataFrame({"until": pd.to_datetime(["2026-11-22"])}, geometry=[second.buffer(-100)], crs=CRS)
    outline = gpd.GeoDataFrame(geometry=[areas.union_all()], crs=CRS)
    return Backdrop(areas=areas, outline=outline, zones=zones, risk=risk)
