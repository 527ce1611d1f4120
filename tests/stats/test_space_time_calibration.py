"""False alarms of the space-time methods on worlds without a pattern, and how often planted rises are found."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from intelnb.stats.chains import chains
from intelnb.stats.circles import circles
from intelnb.stats.knox import knox
from intelnb.stats.scan import scan

PAGE = Path(__file__).parents[2] / "docs" / "space-time.md"
LEVEL = 0.2  # with 19 shuffles p can be just this; a rarer one would need many more worlds to pin down
SHUFFLES = 19
WORLDS = 2_700  # the 99 % interval of a rate of 0.2 is then 0.04 wide: a fifth of it
WIDE = 2.576 * np.sqrt(LEVEL * (1 - LEVEL) / WORLDS)


def _rate(p: list[float]) -> float:
    return float(np.mean([one <= LEVEL + 1e-9 for one in p]))


@pytest.mark.long
def test_the_scan_alarms_no_oftener_than_stated() -> None:
    # busy and quiet places, busy and quiet days, nothing that holds for both together
    p = []
    for seed in range(WORLDS):
        rng = np.random.default_rng(seed)
        counts = rng.poisson(rng.gamma(2, 0.2, 12)[:, None] * rng.gamma(5, 0.2, 28)[None, :])
        drawn = circles(rng.uniform(0, 5000, 12), rng.uniform(0, 5000, 12), counts.sum(axis=1))
        found = scan(counts, drawn.order, drawn.size, permutations=SHUFFLES, seed=seed)
        p.append(found.p[0] if found.p.size else 1.0)
    assert 2 * WIDE <= LEVEL / 5
    assert _rate(p) <= LEVEL + WIDE
    assert _rate(p) >= LEVEL / 2  # so careful that it finds nothing would be a fault too


@pytest.mark.long
def test_near_repeats_and_chains_alarm_no_oftener_than_stated() -> None:
    # crowded and empty places, busy and quiet weeks, nothing that follows from another
    near, linked = [], []
    for seed in range(WORLDS):
        rng = np.random.default_rng(seed)
        heart = rng.uniform(0, 4000, (6, 2))[rng.integers(0, 6, 120)]
        x, y = (heart + rng.normal(0, 400, heart.shape)).T
        day = (rng.beta(2, 3, 120) * 200).astype(int)
        found = knox(x, y, day, bands_m=(200,), bands_days=(14,), permutations=SHUFFLES, seed=seed)
        near.append(float(found.p[1, 0]))
        linked.append(chains(x, y, day, within_m=150, within_days=7, permutations=SHUFFLES, seed=seed).p)
    for p in (near, linked):
        assert LEVEL / 2 <= _rate(p) <= LEVEL + WIDE


def _found(mean: float, rise: float, seed: int) -> bool:
    """Whether a rise in one of 20 places in the last 14 of 90 days alarms at 0.05 and names that place."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(mean / 7, (20, 90))
    counts[7, -14:] += rng.poisson(rise * mean / 7, 14)
    side = np.arange(20)
    drawn = circles(side % 5 * 1000.0, side // 5 * 1000.0, counts.sum(axis=1))
    found = scan(counts, drawn.order, drawn.size, most=1, permutations=99, seed=seed)
    return bool(found.p.size and found.p[0] <= 0.05 and 7 in found.places[0])


def power(mean: float, rise: float, *, worlds: int = 200) -> float:
    """The share of worlds in which a planted rise is found."""
    return float(np.mean([_found(mean, rise, seed) for seed in range(worlds)]))


@pytest.mark.long
@pytest.mark.parametrize("mean", [3, 10, 30])
@pytest.mark.parametrize("rise", [50, 100, 200])
def test_planted_rises_are_found_as_often_as_the_page_says(mean: int, rise: int) -> None:
    (row,) = re.findall(rf"^\| {mean} \| (\d+) % \| (\d+) % \| (\d+) % \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    told = int(row[(50, 100, 200).index(rise)]) / 100
    # the same worlds: only another library's random numbers may move it a little
    assert power(mean, rise / 100) == pytest.approx(told, abs=0.03)
