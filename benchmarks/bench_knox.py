"""Knox in one band against pointpats, which must count the same pairs: 99 shuffles, growing events."""

from __future__ import annotations

import warnings
from importlib.metadata import version
from typing import Any

import numpy as np
from timing import best_s, row

from intelnb.stats.knox import knox

WITHIN_M = 200.0
WITHIN_DAYS = 14
PERMUTATIONS = 99
DAYS = 730
SIDE_M = 20_000.0  # of the square that holds the most events; fewer lie as densely in a smaller one
EVENTS = (1_250, 5_000, 20_000)


def measure() -> list[dict[str, Any]]:
    """1,250, 5,000 and 20,000 events lying equally dense: 1, 4 and 16 times the pairs."""
    return [_one(n) for n in EVENTS]


def _one(n: int) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pointpats import Knox  # noqa: PLC0415 - its import warns

    rng = np.random.default_rng(1)
    where, day = rng.uniform(0, SIDE_M * (n / EVENTS[-1]) ** 0.5, (n, 2)), rng.integers(0, DAYS, n)

    def ours() -> Any:
        return knox(
            where[:, 0], where[:, 1], day, bands_m=(WITHIN_M,), bands_days=(WITHIN_DAYS,), closed="right",
            permutations=PERMUTATIONS,
        )  # fmt: skip

    kept: list[Any] = []
    # the peer shuffles the times it is given, so it gets its own
    peer_s = best_s(
        lambda: kept.append(Knox(where, day.astype(float)[:, None].copy(), WITHIN_M, WITHIN_DAYS, permutations=PERMUTATIONS)),
        runs=1,
    )  # fmt: skip
    found = ours()
    return row(
        "Knox, one band",
        size=f"{n:,} events, {found.pairs:,} pairs within {WITHIN_M:g} m, {PERMUTATIONS} shuffles",
        ours_s=best_s(ours, runs=5),
        peer=f"pointpats {version('pointpats')} Knox",
        peer_s=peer_s,
        max_difference=float(abs(found.observed.sum() - kept[0].statistic_)),
        settings=f"up to {WITHIN_M:g} m and {WITHIN_DAYS} days, limits included; one thread each; difference: of the pairs "
        "counted; shuffles are each side's own",
    )
