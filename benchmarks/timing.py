"""How benchmarks time: the best of several runs, and a row in the form the results file has."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def best_s(work: Callable[[], Any], *, runs: int) -> float:
    """The shortest of several runs, in seconds: what else the machine does only ever adds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def row(
    work: str, *, size: str, ours_s: float, peer: str, peer_s: float, settings: str, max_difference: float | None = None
) -> dict[str, Any]:
    """One comparison."""
    return {
        "work": work,
        "size": size,
        "ours_s": round(ours_s, 6),
        "peer": peer,
        "peer_s": round(peer_s, 6),
        "ratio": round(peer_s / ours_s, 3),
        "max_difference": max_difference,
        "settings": settings,
    }
