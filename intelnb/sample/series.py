"""How many crimes of each sort a week brings: level, season and a little more scatter than chance alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

START = date(2023, 11, 13)  # the first Monday
WEEKS = 157
DAY = 1440
WEEK = 7 * DAY
AS_AT_MINUTE = WEEKS * WEEK + 5 * 60  # Monday 2026-11-16, 05:00
LAST = WEEKS - 1  # 2026-W46
PLAIN_WEEKS = (139, 140, 141)  # 2026-W29 to W31


@dataclass(frozen=True)
class Series:
    """One sort of crime: its weekly level, its season and where and when it falls."""

    name: str
    mean: float
    kinds: dict[str, float]
    hours: str
    place: str
    swing: float = 0.06
    peak_day: int = 200
    phi: float = 1.2
    wide: float = 0.1  # share with a wide committed range


SERIES: tuple[Series, ...] = (
    Series("residential burglary", 12.6, {"residential burglary": 1.0}, "burglary", "home", 0.13, 5, 1.2),
    Series(
        "night-time violence",
        42.0,
        {"violence with injury": 0.5, "violence without injury": 0.5},
        "night",
        "night",
        0.08,
        200,
        1.2,
        0.0,
    ),
    Series(
        "other violence",
        81.0,
        {"violence with injury": 0.3, "violence without injury": 0.7},
        "day",
        "home",
        0.08,
        200,
        1.25,
        0.02,
    ),
    Series("vehicle crime", 40.0, {"vehicle crime": 1.0}, "overnight", "vehicle", 0.05, 330, 1.3, 0.6),
    Series("drug trafficking", 7.0, {"drug trafficking": 1.0}, "day", "public", 0.0, 0, 1.1, 0.0),
    Series("business burglary", 6.0, {"business burglary": 1.0}, "overnight", "public", 0.08, 5, 1.2, 0.8),
    Series("sexual offence", 11.0, {"sexual offence": 1.0}, "evening", "home", 0.06, 200, 1.15, 0.3),
    Series("robbery", 5.0, {"robbery": 1.0}, "evening", "public", 0.05, 330, 1.15, 0.0),
    Series("theft", 42.0, {"theft": 1.0}, "day", "public", 0.06, 210, 1.3, 0.3),
    Series("shoplifting", 45.0, {"shoplifting": 1.0}, "shop", "retail", 0.06, 345, 1.35, 0.0),
    Series("criminal damage", 42.0, {"criminal damage": 1.0}, "evening", "vehicle", 0.06, 200, 1.3, 0.35),
    Series("drug possession", 12.0, {"drug possession": 1.0}, "evening", "public", 0.0, 0, 1.25, 0.0),
    Series("public order", 32.0, {"public order": 1.0}, "evening", "public", 0.1, 200, 1.3, 0.0),
    Series("weapon possession", 4.0, {"weapon possession": 1.0}, "evening", "public", 0.0, 0, 1.1, 0.0),
    Series("arson", 3.5, {"arson": 1.0}, "evening", "vehicle", 0.1, 200, 1.1, 0.1),
)
DOMESTIC_REPEAT_MEAN = 18.0
DOMESTIC_REPEAT_PHI = 1.15

# weeks whose count in the export is fixed: (series, week) -> rows, and the ward within it -> rows
PINNED: dict[tuple[str, int], int] = {
    ("residential burglary", LAST): 26,
    ("residential burglary", LAST - 1): 22,
    ("night-time violence", LAST): 41,
    ("vehicle crime", LAST): 38,
    ("drug trafficking", LAST): 7,
    ("domestic repeat", LAST): 29,
    ("domestic repeat", LAST - 1): 24,
}
SERIES_WARD = "C2"
SERIES_ROWS = {LAST: 11, LAST - 1: 9}
NOISE_WARD = "C6"
NOISE_ROWS = 6

HOURS: dict[str, list[float]] = {
    "night": [9, 8, 7, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 6, 8, 9],
    "day": [0, 0, 0, 0, 1, 1, 2, 4, 6, 5, 6, 6, 7, 6, 6, 9, 9, 9, 8, 7, 0, 0, 0, 0],
    "evening": [5, 4, 3, 2, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 6, 7, 8, 8, 8, 8, 7, 6],
    "overnight": [8, 8, 8, 7, 5, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 4, 5, 5, 6, 6, 7, 8],
    "shop": [0, 0, 0, 0, 0, 0, 0, 1, 3, 6, 8, 9, 10, 10, 10, 10, 10, 9, 7, 5, 3, 2, 0, 0],
}
DAYS: dict[str, list[float]] = {
    "night": [8, 8, 9, 11, 17, 26, 21],
    "day": [14, 14, 14, 14, 15, 15, 14],
    "evening": [13, 13, 13, 14, 16, 17, 14],
    "overnight": [15, 14, 14, 14, 14, 14, 15],
    "shop": [14, 14, 14, 15, 17, 16, 10],
    "burglary": [15, 15, 15, 15, 16, 13, 11],
}
PLACES: dict[str, dict[str, float]] = {
    "home": {},
    "vehicle": {"C3": 1.2, "C6": 1.35, "C4": 1.3},
    "public": {"C3": 2.2, "C5": 1.6, "C1": 1.5, "C4": 1.2},
    "night": {"C3": 1.9, "C5": 2.3, "C1": 1.8, "C4": 1.5, "C2": 1.2},
    "retail": {"C3": 2.5, "C5": 3.5, "C1": 2.0, "C6": 1.4, "N6": 1.2},
}


def _drawn(mean: NDArray[np.float64], phi: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Counts whose variance is ``phi`` times their mean."""
    rate = rng.gamma(mean / (phi - 1), phi - 1)
    return rng.poisson(rate).astype(np.int64)


def weekly_counts(series: Series, *, rng: np.random.Generator) -> NDArray[np.int64]:
    """How many crimes of a series happen in each of the 157 weeks, before any is lost to late recording."""
    middle = np.arange(WEEKS) * 7 + 3 + START.timetuple().tm_yday
    mean = series.mean * (1 + series.swing * np.cos(2 * np.pi * (middle - series.peak_day) / 365.25))
    counts = _drawn(mean, series.phi, rng)
    # a plain week must be plain: within one standard deviation of its level
    for week in PLAIN_WEEKS:
        edge = np.sqrt(series.phi * mean[week])
        counts[week] = int(np.clip(counts[week], np.ceil(mean[week] - edge), np.floor(mean[week] + edge)))
    return counts


def domestic_counts(*, rng: np.random.Generator) -> NDArray[np.int64]:
    """How many violent crimes a week carry both the domestic and the repeat-victim flag."""
    counts = _drawn(np.full(WEEKS, DOMESTIC_REPEAT_MEAN), DOMESTIC_REPEAT_PHI, rng)
    for week in PLAIN_WEEKS:
        counts[week] = int(np.clip(counts[week], 14, 22))
    for week in (LAST, LAST - 1):
        counts[week] = PINNED["domestic repeat", week]
    return counts
