"""Gi* on square cells against esda, which must give the same scores: full, with holes, in parts far apart, among areas.

Both build what they need to know of who touches whom within their time.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray
from timing import best_s, row

from intelnb.stats.gi_star import among, gi_star
from intelnb.stats.neighbours import of_squares

SIDE = 200
TOLD = "binary queen weights with the cell itself, no permutations; one thread; the peer's weights are built in its time, as ours are"

Ints = NDArray[np.int64]


def measure() -> list[dict[str, Any]]:
    """A lattice of 200 x 200 whole, with a fifth of it missing, and in four parts far apart; then growth."""
    row_, col = np.divmod(np.arange(SIDE * SIDE), SIDE)
    kept = np.random.default_rng(5).random(row_.size) < 0.8
    # four quarters pushed 20,000 cells apart: no rectangle round them would be laid out
    far = row_ + 20_000 * (row_ >= SIDE // 2), col + 20_000 * (col >= SIDE // 2)
    rows = [
        _one("raster", row_, col, peer=_lattice_peer(SIDE)),
        _one("masked, a fifth missing", row_[kept], col[kept]),
        _one("irregular, four parts far apart", *far),
        _one("any places, by lists of neighbours", row_[kept], col[kept], ours=_by_lists),
    ]
    for side in (SIDE // 2, SIDE * 2):
        grown = np.divmod(np.arange(side * side), side)
        rows.append(_one("raster, growth", *grown, peer=_lattice_peer(side)))
    return rows


def _by_lists(counts: Any, rows: Ints, cols: Ints) -> Any:
    return among(counts, of_squares(rows, cols))


def _one(
    kind: str, rows: Ints, cols: Ints, *, ours: Callable[..., Any] = gi_star, peer: Callable[..., Any] | None = None
) -> dict[str, Any]:
    """One comparison on Poisson counts; the peer's weights come from a dictionary unless it has a lattice's own."""
    counts = np.random.default_rng(1).poisson(3.0, rows.size).astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = peer or _dictionary_peer(rows, cols)
        kept: list[Any] = []
        peer_s = best_s(lambda: kept.append(theirs(counts)), runs=2)
    return row(
        f"Gi*, {kind}",
        size=f"{rows.size:,} cells",
        ours_s=best_s(lambda: ours(counts, rows, cols), runs=25),
        peer=f"esda {version('esda')}, transform='B', permutations=0",
        peer_s=peer_s,
        max_difference=float(np.abs(ours(counts, rows, cols).z - kept[-1].Zs).max()),
        settings=TOLD,
    )


def _lattice_peer(side: int) -> Callable[..., Any]:
    """The peer with the weights its own library makes for a full lattice."""
    from esda.getisord import G_Local  # noqa: PLC0415 - its import warns
    from libpysal.weights import lat2W  # noqa: PLC0415

    return lambda counts: G_Local(counts, lat2W(side, side, rook=False), transform="B", star=True, permutations=0)


def _dictionary_peer(rows: Ints, cols: Ints) -> Callable[..., Any]:
    """The peer with weights from a dictionary of neighbours, as its library takes them for any outline."""
    from esda.getisord import G_Local  # noqa: PLC0415 - its import warns
    from libpysal.weights import W  # noqa: PLC0415

    steps = [(up, across) for up in (-1, 0, 1) for across in (-1, 0, 1) if up or across]

    def work(counts: Any) -> Any:
        number = {cell: i for i, cell in enumerate(zip(rows.tolist(), cols.tolist(), strict=True))}
        near = {
            i: [number[r + up, c + across] for up, across in steps if (r + up, c + across) in number]
            for (r, c), i in number.items()
        }
        return G_Local(counts, W(near, silence_warnings=True), transform="B", star=True, permutations=0)

    return work
