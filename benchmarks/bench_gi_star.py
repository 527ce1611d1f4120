"""Gi* on square cells against esda, which must give the same scores."""

from __future__ import annotations

import warnings
from importlib.metadata import version
from typing import Any

import numpy as np
from timing import best_s, row

from intelnb.stats.gi_star import gi_star


def measure() -> list[dict[str, Any]]:
    """Rasters of three sizes, binary queen weights with the cell itself, no permutations."""
    return [_one(side) for side in (20, 60, 120)]


def _one(side: int) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda.getisord import G_Local  # noqa: PLC0415 - its import warns
        from libpysal.weights import lat2W  # noqa: PLC0415

        counts = np.random.default_rng(1).poisson(3.0, side * side).astype(float)
        rows, cols = np.divmod(np.arange(side * side), side)

        def peer() -> Any:
            return G_Local(counts, lat2W(side, side, rook=False), transform="B", star=True, permutations=0)

        ours = gi_star(counts, rows, cols).z
        return row(
            "Gi*",
            size=f"{side * side:,} cells",
            ours_s=best_s(lambda: gi_star(counts, rows, cols), runs=7),
            peer=f"esda {version('esda')}",
            peer_s=best_s(peer, runs=2),
            max_difference=float(np.abs(ours - peer().Zs).max()),
            settings="binary queen weights with the cell itself; the peer's weights are built in its time, as ours are",
        )
