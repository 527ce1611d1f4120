"""When crimes happened, as intervals in whole minutes since the first Monday, and when they were recorded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from intelnb.sample.series import DAY, DAYS, HOURS, WEEK, Series

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# the hour that does not exist: 01:00 to 02:00 on the last Sunday of March, as minutes since the first Monday
SPRING_HOURS = tuple(days * DAY + 60 for days in (139, 503, 867))
DELAY_MIXTURE = (
    {"share": 0.78, "form": "exponential", "mean_days": 0.35, "from_days": 0.0, "to_days": 1.0},
    {"share": 0.17, "form": "exponential", "mean_days": 2.0, "from_days": 1.0, "to_days": 7.0},
    {"share": 0.05, "form": "exponential", "mean_days": 20.0, "from_days": 7.0, "to_days": None},
)


def out_of_spring_gap(minute: Ints) -> Ints:
    """Clock times that cannot exist become 02:00, so that nothing changes its order."""
    moved = minute.copy()
    for gap in SPRING_HOURS:
        moved = np.where((moved >= gap) & (moved < gap + 60), gap + 60, moved)
    return moved


def _middles(week: Ints, profile: str, rng: np.random.Generator) -> Ints:
    """The middle of each interval, inside its own week."""
    days, hours = np.array(DAYS[profile]), np.array(HOURS[profile])
    day = rng.choice(7, len(week), p=days / days.sum())
    hour = rng.choice(24, len(week), p=hours / hours.sum())
    return week * WEEK + day * DAY + hour * 60 + rng.integers(0, 60, len(week))


def intervals(series: Series, week: Ints, *, rng: np.random.Generator) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Committed from, committed to and whether the second was left blank.

    The middle of every interval lies in the week asked for; a blank end means the moment was known.
    """
    if series.hours == "burglary":
        return _burglary(week, rng)
    middle = _middles(week, series.hours, rng)
    wide = rng.random(len(week)) < series.wide
    half = np.where(
        wide,
        np.clip(rng.lognormal(np.log(270), 0.4, len(week)), 90, 700),
        np.clip(rng.lognormal(np.log(7), 0.7, len(week)), 0, 45),
    ).astype(np.int64)
    blank = ~wide & (rng.random(len(week)) < 0.45)
    half = np.where(blank, 0, half)
    return middle - half, middle + half, blank


def _burglary(week: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Homes are found burgled after a working day, a night, an evening or a holiday."""
    size = len(week)
    days = np.array(DAYS["burglary"])
    midnight = week * WEEK + rng.choice(7, size, p=days / days.sum()) * DAY
    sort = rng.choice(5, size, p=[0.42, 0.2, 0.18, 0.08, 0.12])
    wobble = rng.integers(-75, 76, (2, size))
    holiday = rng.integers(1, 5, size) * DAY // 2 * 2
    # working day, night, evening, holiday, known within the hour
    start = np.choose(sort, [8 * 60 + 30, -90, 18 * 60, 13 * 60 - holiday, rng.integers(540, 1380, size)])
    end = np.choose(
        sort, [17 * 60 + 15, 6 * 60 + 40, 21 * 60 + 45, 13 * 60 + holiday, start + rng.integers(5, 50, size)]
    )
    calm = sort == 4
    start = midnight + start + np.where(calm, 0, wobble[0])
    end = midnight + end + np.where(calm, 0, wobble[1])
    return start, end, np.zeros(size, dtype=np.bool_)


def _late(low: float, high: float, mean: float, draw: Floats) -> Floats:
    """An exponential delay kept between two limits."""
    reach = 1.0 if np.isinf(high) else 1.0 - np.exp(-(high - low) / mean)
    return low - mean * np.log1p(-draw * reach)


def recording(end: Ints, *, slow: NDArray[np.bool_], rng: np.random.Generator) -> tuple[Ints, Ints]:
    """When each crime was reported and recorded, in minutes.

    Four in five are recorded within a day and one in twenty later than a week; slow kinds have a tail four times as long.
    """
    size = len(end)
    which, draw = rng.random(size), rng.random(size)
    tail = np.where(slow, 0.2, 0.05)
    days = np.select(
        [which < tail, which < tail + 0.17],
        [_late(7.0, np.inf, 20.0, draw), _late(1.0, 7.0, 2.0, draw)],
        _late(0.0, 1.0, 0.35, draw),
    )
    delay = np.maximum((days * DAY).astype(np.int64), 12)
    reported = end + (delay * rng.uniform(0.45, 0.95, size)).astype(np.int64)
    return out_of_spring_gap(reported), out_of_spring_gap(end + delay)
