"""Kernel density onto a grid against scikit-learn, exact and at its rtol of 1e-3, and the quartic pair by pair."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import numpy as np
from sklearn.neighbors import KernelDensity
from timing import best_s, row

from intelnb.stats.kernel import density

SIDE = 200
CELL_M = 100.0
BANDWIDTH_M = 300.0
EVENTS = 10_000


def measure() -> list[dict[str, Any]]:
    """10,000 clustered events onto 200 x 200 cells of 100 m; wider smoothing; growth in events and in cells."""
    x, y = _events(EVENTS)
    at = _cells(SIDE)
    rows = [
        _gaussian(x, y, at, rtol=0.0),
        _gaussian(x, y, at, rtol=1e-3),
        _gaussian(x, y, at, rtol=1e-3, bandwidth_m=1000.0),
        _quartic(x, y, at),
    ]
    rows += [_gaussian(*_events(n), at, rtol=1e-3, work="growth in events") for n in (2_500, 40_000)]
    rows += [_gaussian(x, y, _cells(side), rtol=1e-3, work="growth in cells") for side in (SIDE // 2, SIDE * 2)]
    return rows


def _events(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Half the events in forty crowds, half anywhere, on 20 by 20 km."""
    rng = np.random.default_rng(3)
    extent = SIDE * CELL_M
    heart = rng.uniform(0, extent, (40, 2))[rng.integers(0, 40, n // 2)]
    where = np.vstack([heart + rng.normal(0, 250, heart.shape), rng.uniform(0, extent, (n - n // 2, 2))])
    return where[:, 0], where[:, 1]


def _cells(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Centres of side x side cells over the same 20 by 20 km."""
    centre = (np.arange(side) + 0.5) * SIDE * CELL_M / side
    east, north = np.meshgrid(centre, centre)
    return east.ravel(), north.ravel()


def _gaussian(
    x: np.ndarray,
    y: np.ndarray,
    at: tuple[np.ndarray, np.ndarray],
    *,
    rtol: float,
    bandwidth_m: float = BANDWIDTH_M,
    work: str = "",
) -> dict[str, Any]:
    """Ours, always exact, against scikit-learn's tree at one tolerance."""
    where, asked = np.column_stack([x, y]), np.column_stack(at)

    def peer() -> np.ndarray:
        tree = KernelDensity(bandwidth=bandwidth_m, rtol=rtol, atol=0.0).fit(where)
        return np.asarray(np.exp(tree.score_samples(asked)) * x.size * 1e6)

    kept: list[np.ndarray] = []
    peer_s = best_s(lambda: kept.append(peer()), runs=2 if rtol else 1)
    ours = density(x, y, *at, bandwidth_m=bandwidth_m)
    told = "exact" if not rtol else f"rtol={rtol:g}"
    return row(
        f"kernel density, Gaussian {work}".strip(),
        size=f"{x.size:,} events onto {at[0].size:,} cells, bandwidth {bandwidth_m:g} m",
        ours_s=best_s(lambda: density(x, y, *at, bandwidth_m=bandwidth_m), runs=5),
        peer=f"scikit-learn {version('scikit-learn')} KernelDensity, {told}",
        peer_s=peer_s,
        max_difference=float(np.abs(ours - kept[-1]).max() / ours.max()),
        settings=f"one thread; peer: kd-tree, atol=0, {told}; ours exact but for what lies below 1e-15 of a peak; "
        "difference relative to the highest density",
    )


def _quartic(x: np.ndarray, y: np.ndarray, at: tuple[np.ndarray, np.ndarray]) -> dict[str, Any]:
    """The quartic has no peer in scikit-learn: every pair in numpy, by the definition."""
    radius = 3 * BANDWIDTH_M
    theirs = np.empty(0)

    def every_pair() -> None:
        nonlocal theirs
        parts = []
        for east, north in zip(np.array_split(at[0], 100), np.array_split(at[1], 100), strict=True):
            near = 1 - ((east[:, None] - x) ** 2 + (north[:, None] - y) ** 2) / radius**2
            parts.append((np.maximum(near, 0) ** 2).sum(axis=1))
        theirs = np.concatenate(parts) * 3 / (np.pi * radius**2) * 1e6

    peer_s = best_s(every_pair, runs=1)
    options: dict[str, Any] = {"bandwidth_m": radius, "kernel": "quartic"}
    ours = density(x, y, *at, **options)
    return row(
        "kernel density, quartic",
        size=f"{x.size:,} events onto {at[0].size:,} cells, radius {radius:g} m",
        ours_s=best_s(lambda: density(x, y, *at, **options), runs=5),
        peer="every pair in numpy",
        peer_s=peer_s,
        max_difference=float(np.abs(ours - theirs).max() / ours.max()),
        settings="one thread; both exact; difference relative to the highest density",
    )
