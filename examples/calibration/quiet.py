"""Invented weeks in which nothing happens, and what each method of time makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom, norm, poisson

from intelnb.analysis.alarms import Budget
from intelnb.stats.change_points import change_points
from intelnb.stats.control_chart import u_chart, xmr_chart
from intelnb.stats.cusum import cusum
from intelnb.stats.ears import ears
from intelnb.stats.expected_range import WEEKS, expected_ranges
from intelnb.stats.farrington import PRESETS, farrington, weeks_needed
from intelnb.stats.forecast import count_model
from intelnb.stats.mann_kendall import mann_kendall
from intelnb.stats.run_rules import NELSON, WESTERN_ELECTRIC, signals
from intelnb.stats.yearly_wave import yearly_wave

Floats = NDArray[np.float64]

BUDGET = Budget(false_alarms_per_week=0.25, priorities=5, areas=24)
HISTORY = 157  # weeks: three years and the week judged
# each priority's crimes a week, unevenness of an area's weeks, yearly swing, and trend a year (both on the log scale)
PRIORITIES = ((12.0, 1.2, 0.25, -0.10), (30.0, 1.3, 0.15, 0.05), (60.0, 1.5, 0.30, 0.10), (120.0, 1.6, 0.20, -0.05), (8.0, 2.0, 0.35, 0.0))  # fmt: skip
WHOLE_FORCE = 0.05  # what all areas of a priority share from week to week: weather, holidays, football (log scale)
NARROW = 0.2  # the 99 % interval of a rate is narrower than this share of it before it is believed
AT_ONCE = 60  # force-weeks simulated together
MEANS, UNEVEN, RISES = (1.0, 3.0, 10.0, 30.0, 100.0), (1.0, 2.0), (1.5, 2.0, 3.0)


@dataclass(frozen=True)
class Rate:
    """False alarms counted over quiet force-weeks, per force-week, with a 99 % interval."""

    forces: int
    alarms: int
    rate: float
    low: float
    high: float

    @property
    def is_narrow(self) -> bool:
        """Whether the interval is narrow enough to believe."""
        return self.alarms > 0 and self.high - self.low < NARROW * self.rate


def force_weeks(*, seed: int = 1, most: int = 60_000) -> dict[str, Rate]:
    """Simulate quiet force-weeks until the rate of false alarms of a whole page is known closely.

    Each is five priorities over three years, each the sum of 24 areas of unequal size, with a yearly wave at any time
    of year, a trend, weeks all areas share, and more unevenness than chance.
    """
    found: dict[str, list[int]] = {"all": [], "priorities": [], "areas": []}
    for batch in count():
        whole, areas = _forces(AT_ONCE, np.random.default_rng([seed, batch]))
        over = _outside(whole.reshape(-1, HISTORY), BUDGET.alpha).reshape(AT_ONCE, -1).sum(axis=1)
        within = _outside(areas.reshape(-1, HISTORY), BUDGET.area_alpha).reshape(AT_ONCE, -1).sum(axis=1)
        for name, counted in (("all", over + within), ("priorities", over), ("areas", within)):
            found[name] += counted.tolist()
        rates = {name: _rate(np.array(counted)) for name, counted in found.items()}
        if rates["all"].is_narrow or rates["all"].forces >= most:
            return rates
    raise AssertionError  # the loop has no end


def _forces(size: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Counts of the priorities (force, priority, week) and of their areas (force, priority, area, week)."""
    years = (np.arange(HISTORY) - HISTORY + 1) / WEEKS
    whole, areas = [], []
    for mean, phi, swing, trend in PRIORITIES:
        wave = swing * np.cos(2 * np.pi * (years + rng.random((size, 1))))
        shared = rng.normal(-(WHOLE_FORCE**2) / 2, WHOLE_FORCE, (size, HISTORY))
        level = mean * np.exp(wave + trend * years + shared)
        share = rng.dirichlet(np.full(BUDGET.areas, 2.0), size)
        counts = uneven(level[:, None] * share[:, :, None], phi, rng)
        areas.append(counts)
        whole.append(counts.sum(axis=1))
    return np.stack(whole, axis=1), np.stack(areas, axis=1)


def _outside(y: Floats, alpha: float) -> NDArray[np.bool_]:
    """Which series the alarm model calls outside in their last week."""
    found = expected_ranges(y, season=WEEKS, alpha=alpha)
    return np.asarray(((found.observed > found.high) | (found.observed < found.low))[:, 0])


def _rate(alarms: NDArray[np.int64]) -> Rate:
    """Mean per force-week, its interval by how much force-weeks differ."""
    reach = float(norm.isf(0.005) * alarms.std(ddof=1) / np.sqrt(alarms.size))
    rate = float(alarms.mean())
    return Rate(forces=alarms.size, alarms=int(alarms.sum()), rate=rate, low=rate - reach, high=rate + reach)


def uneven(mean: Floats, phi: float, rng: np.random.Generator) -> Floats:
    """Counts with these means and variance phi times as large."""
    return rng.poisson(mean if phi == 1 else rng.gamma(mean / (phi - 1), phi - 1)).astype(np.float64)


def series(mean: float, phi: float, *, rows: int, weeks: int, seed: int) -> tuple[Floats, Floats]:
    """Quiet series and the means they were drawn from: a yearly wave at any time of year, no trend."""
    rng = np.random.default_rng(seed)
    turn = 2 * np.pi * (np.arange(weeks) / WEEKS + rng.random((rows, 1)))
    level = mean * np.exp(0.25 * np.cos(turn))
    return uneven(level, phi, rng), level


def power(alpha: float, *, rows: int = 1500) -> Iterator[tuple[float, float, list[float]]]:
    """How often the alarm model finds one week risen by a half, to twice and to three times what it would have been."""
    for phi in UNEVEN:
        for mean in MEANS:
            y, level = series(mean, phi, rows=rows, weeks=HISTORY, seed=int(10 * mean + phi))
            found = expected_ranges(y, season=WEEKS, alpha=alpha)
            yield mean, phi, [float(_passes(found.high[:, 0], rise * level[:, -1], phi).mean()) for rise in RISES]


def _passes(high: NDArray[np.int64], mean: Floats, phi: float) -> Floats:
    """Chance of a count above the range."""
    return np.asarray(poisson.sf(high, mean) if phi == 1 else nbinom.sf(high, mean / (phi - 1), 1 / phi))


def farrington_rates(
    *, rows: int = 400, trailing: int = 26
) -> Iterator[tuple[str, float, float, float, float, list[float]]]:
    """Share of all quiet weeks that alarm, of those that could be assessed, and of rises found, by preset."""
    for name, preset in PRESETS.items():
        for phi in UNEVEN:
            for mean in MEANS:
                weeks = weeks_needed(preset) + trailing
                y, level = series(mean, phi, rows=rows, weeks=weeks, seed=int(10 * mean + phi))
                found = farrington(y, settings=preset, trailing=trailing)
                judged = found.why_not == ""
                every, assessed = float(found.alarm.mean()), float(found.alarm[judged].mean())
                # the same limits, and what would have come had the week risen
                high = np.floor(np.where(judged, found.upper, np.inf))
                risen = [float(_passes(high, rise * level[:, -trailing:], phi)[judged].mean()) for rise in RISES]
                yield name, mean, phi, every, assessed, risen


def daily_rates(*, rows: int = 300, days: int = 210) -> Iterator[tuple[str, float, float, float]]:
    """Share of quiet days that alarm, by method."""
    for method in ("C1", "C2", "C3"):
        for phi in UNEVEN:
            for mean in (0.5, 2.0, 10.0, 50.0):
                y = uneven(np.full((rows, days), mean), phi, np.random.default_rng(int(10 * mean + phi)))
                found = ears(y, method=method)  # type: ignore[arg-type]
                yield method, mean, phi, float(found.alarm[~np.isnan(found.upper)].mean())


def others(*, rows: int = 400) -> Iterator[tuple[str, Callable[[float, float], float]]]:
    """Share of quiet series, or weeks, in which each further method speaks, by mean and unevenness."""

    def drift(mean: float, phi: float) -> float:
        y, _ = series(mean, phi, rows=rows, weeks=182, seed=3)
        alarms = []
        for row in y:
            learnt = count_model(row[:-26], horizon=26, season=WEEKS)
            alarms.append(cusum(row[-26:], learnt.mean, dispersion=learnt.phi).alarm[-1])
        return float(np.mean(alarms))

    def charted(mean: float, phi: float, *, single: bool, rules: dict[str, object] | None) -> float:
        y = uneven(np.full((rows * 4, 105), mean), phi, np.random.default_rng(4))
        spoken = []
        for row in y:
            if np.ptp(row[:-1]) == 0:
                continue
            chart = xmr_chart(row, learn=104) if single else u_chart(row, np.ones(105), learn=104, limits="exact")
            met = signals(chart.z, rules=rules) if rules else {}  # type: ignore[arg-type]
            named = [where[-1] for rule, where in met.items() if not rule.startswith("one ")]
            spoken.append(bool(chart.is_outside[-1]) or any(named))
        return float(np.mean(spoken))

    def moved(mean: float, phi: float) -> float:
        y, _ = series(mean, phi, rows=rows // 2, weeks=157, seed=6)
        return float(np.mean([bool(change_points(row, exposure=yearly_wave(row, season=WEEKS)).at) for row in y]))

    def trended(mean: float, phi: float) -> float:
        y, _ = series(mean, phi, rows=rows, weeks=157, seed=7)
        level = np.stack([row / yearly_wave(row, season=WEEKS) for row in y])[:, -52:]
        return float((mann_kendall(level.reshape(rows, 13, 4).sum(axis=2)).p < 0.05).mean())

    yield "drift: rises said to last, of series", drift
    yield "control chart of single values, limits alone, of weeks", lambda m, p: charted(m, p, single=True, rules=None)
    yield "control chart of single values, Western Electric, of weeks", lambda m, p: charted(
        m, p, single=True, rules=dict(WESTERN_ELECTRIC))  # fmt: skip
    yield (
        "control chart of single values, Nelson, of weeks",
        lambda m, p: charted(m, p, single=True, rules=dict(NELSON)),
    )
    yield "control chart of counts, limits alone, of weeks", lambda m, p: charted(m, p, single=False, rules=None)
    yield "change of level, of series", moved
    yield "level rising or falling, of series", trended


def forecast_cover(*, rows: int = 150, horizon: int = 13) -> Iterator[tuple[float, float, list[float]]]:
    """Share of weeks ahead inside the two ranges of the count model."""
    for phi in UNEVEN:
        for mean in MEANS:
            inside = []
            for row in series(mean, phi, rows=rows, weeks=HISTORY + horizon, seed=int(9 * mean + phi))[0]:
                found = count_model(row[:-horizon], horizon=horizon, season=WEEKS)
                inside.append((row[-horizon:] >= found.low) & (row[-horizon:] <= found.high))
            yield mean, phi, np.mean(inside, axis=(0, 2)).tolist()
