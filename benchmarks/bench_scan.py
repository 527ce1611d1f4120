"""The prospective space-time scan: circles of up to half of the events, lengths of up to half of the days, 999 shuffles.

SaTScan is no Python package and is not run here (a test holds ours to its clusters and likelihoods), so the peer is the
plain way in numpy: the likelihood of every cylinder of every shuffle, worked out from a few of the same shuffles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from timing import alone, best_s, row

from intelnb.stats.circles import Circles, circles
from intelnb.stats.scan import scan

PERMUTATIONS = 999
FEW = 2  # shuffles the peer is timed on
EVENTS_PER_PLACE_DAY = 1 / 9


def measure() -> list[dict[str, Any]]:
    """500 places and 90 days under both models; then 1, 4 and 16 times the cylinders, by places and by days."""
    rows = [_one(500, 90), _one(500, 90, has_baseline=True)]
    rows += [_one(places, 90, work=", growth in places") for places in (125, 250)]
    rows += [_one(125, days, work=", growth in days") for days in (24, 96, 384)]
    return rows


def setting(places: int, days: int, has_baseline: int) -> tuple[np.ndarray, Circles, np.ndarray | None]:
    """Busy and quiet places anywhere in 20 by 20 km, no cluster planted."""
    rng = np.random.default_rng(0)
    rate = rng.gamma(2, 1, places)
    share = np.repeat(rate[:, None] / rate.sum() / days, days, axis=1)
    counts = rng.multinomial(round(places * days * EVENTS_PER_PLACE_DAY), share.ravel()).reshape(places, days)
    drawn = circles(rng.uniform(0, 20_000, places), rng.uniform(0, 20_000, places), counts.sum(axis=1))
    return counts, drawn, share if has_baseline else None


def prepared(places: int, days: int, has_baseline: int, permutations: int = PERMUTATIONS) -> Callable[[], Any]:
    """The method as it is called."""
    counts, drawn, baseline = setting(places, days, has_baseline)
    return lambda: scan(counts, drawn.order, drawn.size, baseline=baseline, permutations=permutations)


def _one(places: int, days: int, *, has_baseline: bool = False, work: str = "") -> dict[str, Any]:
    counts, drawn, baseline = setting(places, days, has_baseline)
    few = prepared(places, days, has_baseline, FEW)().chance
    kept: list[np.ndarray] = []
    few_s = best_s(lambda: kept.append(_plain(counts, drawn, baseline)), runs=1)
    seconds, peak_mb = alone(__file__, places, days, int(has_baseline))
    return row(
        f"space-time scan, {'Poisson' if has_baseline else 'permutation'}{work}",
        size=f"{places} places, {days} days, {counts.sum():,} events, {int(drawn.size.sum()) * (days // 2):,} cylinders, "
        f"{PERMUTATIONS} shuffles",
        ours_s=seconds,
        peer=f"numpy, every cylinder of every shuffle (worked out from {FEW})",
        peer_s=few_s * PERMUTATIONS / FEW,
        max_difference=float(np.abs(few - kept[0]).max()),
        settings=f"one thread; our process took {peak_mb:,.0f} MB at most; difference: of the best likelihoods of the same "
        f"{FEW} shuffles",
    )


def _plain(counts: np.ndarray, drawn: Circles, baseline: np.ndarray | None) -> np.ndarray:
    """The best likelihood of each shuffle, centre by centre, by the formula."""
    days = counts.shape[1]
    total, longest = int(counts.sum()), days // 2
    place, day = (np.repeat(part.ravel(), counts.ravel()) for part in np.indices(counts.shape))
    late = np.cumsum(counts.sum(axis=0)[::-1])[:longest]
    if baseline is None:
        expected = counts.sum(axis=1)[:, None] * late / total
    else:
        expected = np.cumsum(baseline[:, ::-1], axis=1)[:, :longest] * total / baseline.sum()
    best = np.zeros(FEW)
    for at, seed in enumerate(np.random.SeedSequence(0).spawn(FEW)):
        rng = np.random.default_rng(seed)
        if baseline is None:
            where, age = place, rng.permutation(days - 1 - day)
        else:
            odds = np.cumsum(baseline.ravel()) / baseline.sum()
            where, when = np.divmod(np.searchsorted(odds, rng.random(total), side="right"), days)
            age = days - 1 - when
        tails = np.cumsum(np.bincount(where * days + age, minlength=counts.size).reshape(counts.shape), axis=1)
        for row_, size in zip(drawn.order, drawn.size, strict=True):
            n = np.cumsum(tails[row_[:size], :longest], axis=0)
            mu = np.cumsum(expected[row_[:size]], axis=0)
            with np.errstate(divide="ignore", invalid="ignore"):
                value = n * np.log(n / mu) + (total - n) * np.log((total - n) / (total - mu))
            best[at] = max(best[at], np.where((n > mu) & (n >= 2), value, 0.0).max(initial=0.0))
    return best
