"""Near repeats in 5 x 5 bands and the same place, 999 shuffles, up to ten million pairs.

No package does this within memory, so the peer is the plain way in numpy: one shuffle after the other, over the same
pairs and with the same shuffles, its time worked out from a few of them. The largest run has a process of its own, whose
memory is told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.spatial import cKDTree
from timing import alone, best_s, row

from intelnb.stats.knox import knox

BANDS_M = (100.0, 200.0, 300.0, 400.0, 500.0)
BANDS_DAYS = (7, 14, 21, 28, 35)
PERMUTATIONS = 999
FEW = 3  # shuffles the peer is timed on
EVENTS = (3_125, 12_500, 50_000)
PAIRS_PER_EVENT = 210
DAYS = 730


def measure() -> list[dict[str, Any]]:
    """3,125, 12,500 and 50,000 events lying equally dense: 1, 4 and 16 times the pairs."""
    return [_one(n) for n in EVENTS]


def events(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Events anywhere in a square in which each has about 420 others within 500 m."""
    rng = np.random.default_rng(0)
    side = (n / 2 * np.pi * BANDS_M[-1] ** 2 / PAIRS_PER_EVENT) ** 0.5
    return rng.uniform(0, side, n), rng.uniform(0, side, n), rng.integers(0, DAYS, n)


def prepared(n: int, permutations: int = PERMUTATIONS) -> Callable[[], Any]:
    """The method as it is called."""
    x, y, day = events(n)
    return lambda: knox(x, y, day, bands_m=BANDS_M, bands_days=BANDS_DAYS, permutations=permutations)


def _one(n: int) -> dict[str, Any]:
    x, y, day = events(n)
    few = prepared(n, FEW)()
    kept: list[Any] = []
    pairs_s = best_s(lambda: kept.append(_plain_pairs(x, y)), runs=1)
    few_s = best_s(lambda: kept.append(_plain_means(*kept[0], day)), runs=1)
    seconds, peak_mb = alone(__file__, n)
    return row(
        "near repeat, 6 x 5 bands",
        size=f"{n:,} events, {few.pairs:,} pairs within {BANDS_M[-1]:g} m, {PERMUTATIONS} shuffles",
        ours_s=seconds,
        peer=f"numpy, one shuffle after the other (worked out from {FEW})",
        peer_s=pairs_s + few_s * PERMUTATIONS / FEW,
        max_difference=float(np.abs(few.mean - kept[1]).max()),
        settings=f"one thread; our process took {peak_mb:,.0f} MB at most; difference: of the mean of the same {FEW} shuffles",
    )


def _plain_pairs(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both members of each pair, and its distance band."""
    where = np.column_stack([x, y])
    first, second = cKDTree(where).query_pairs(BANDS_M[-1], output_type="ndarray").T
    band = np.searchsorted((0.001, *BANDS_M), np.hypot(*(where[first] - where[second]).T), side="right")
    return first, second, band


def _plain_means(first: np.ndarray, second: np.ndarray, band: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Each shuffle's pairs in a histogram of distance and time, averaged."""
    counts = np.zeros((len(BANDS_M) + 2, len(BANDS_DAYS) + 1))
    for seed in np.random.SeedSequence(0).spawn(FEW):
        shuffled = np.random.default_rng(seed).permutation(day)
        time = np.searchsorted(BANDS_DAYS, np.abs(shuffled[first] - shuffled[second]), side="right")
        counts += np.bincount(band * counts.shape[1] + time, minlength=counts.size).reshape(counts.shape)
    return counts[:-1, :-1] / FEW
