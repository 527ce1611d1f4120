"""Which places are hot: scored among their neighbours, guarded against handfuls, corrected for looking at many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intelnb.stats import discovery, even_spread, weighted_spread
from intelnb.stats import gi_star as getis_ord
from intelnb.tables.cells import Cells

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class HotCells:
    """One row per reported place: score, p, guarded p, q, events in and around it, and whether it is hot or cold."""

    z: Floats
    p: Floats
    p_even: Floats
    q: Floats
    around: Ints
    is_hot: Bools
    is_cold: Bools


@dataclass(frozen=True, eq=False)
class Harm:
    """Harm instead of counts: its sum in every place that takes part, and the weight of every event there."""

    sums: Floats
    weights: Floats


def scored(
    cells: Cells,
    n: Ints,
    *,
    least_events: int,
    share_false: float,
    with_itself: bool = True,
    harm: Harm | None = None,
) -> HotCells:
    """Score every place that takes part, and report those inside the area.

    Parameters
    ----------
    cells
        The places, those reported first.
    n
        Events in each place that takes part.
    least_events
        A place with fewer events in and around it is never called hot.
    share_false
        Share of hot places that may be flukes.
    with_itself
        Whether a place counts among its own neighbours.
    harm
        What to score instead of the counts; the count still has to reach `least_events`.

    Raises
    ------
    MethodError
        When there are fewer than 3 places, or all hold the same.
    """
    values = n.astype(np.float64) if harm is None else harm.sums
    if cells.shape == "square":
        found = getis_ord.gi_star(values, cells.rows, cells.cols, with_itself=with_itself)
    else:
        found = getis_ord.among(values, cells.neighbours, with_itself=with_itself)
    around = np.rint(cells.neighbours.sums(n)).astype(np.int64) + (n if with_itself else 0)
    inside = cells.reported
    if harm is None:
        even = even_spread.even_spread(around, found.neighbours, total=int(n.sum()), all_cells=n.size)[inside]
    else:
        held = cells.neighbours.sums(harm.sums) + (harm.sums if with_itself else 0)
        reach = found.neighbours[inside]
        even = np.minimum(2 * weighted_spread.weighted_spread(held[inside], reach, harm.weights, all_cells=n.size), 1.0)
    z, p, around = found.z[inside], found.p[inside], around[inside]
    # both must find it rare: the normal curve fails on handfuls, even spread on crowded places
    q = discovery.q_values(np.maximum(p, even))
    unusual = np.nan_to_num(q, nan=1.0) < share_false
    return HotCells(
        z=z, p=p, p_even=even, q=q, around=around,
        is_hot=unusual & (np.nan_to_num(z) > 0) & (around >= least_events), is_cold=unusual & (np.nan_to_num(z) < 0),
    )  # fmt: skip
