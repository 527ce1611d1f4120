"""Suppression of small counts that cannot be undone by subtraction.

All counts of a page are looked at together: a count is a cell (row, column), the same cell may stand in
several tables, and some columns are sums of others. A reader who knows every printed number and every sum
must not be able to pin a suppressed count down to fewer than `smallest` different values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

Cell = tuple[str, str]


@dataclass(frozen=True)
class Sum:
    """One sum a reader can check: the total cell and the cells it adds up."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell of the sum."""
        return (self.total, *self.parts)


def suppressed(counts: Mapping[Cell, int], *, sums: Iterable[Sum] = (), smallest: int = 5) -> frozenset[Cell]:
    """Which counts must not be shown: the small ones, and those that would give them away.

    A count below `smallest` goes, zero included. Then, for as long as the printed numbers pin a suppressed count
    down to fewer than `smallest` values, the smallest printed count that shares a sum with it goes too.

    Parameters
    ----------
    counts
        Every count of the page, by cell.
    sums
        The sums a reader can check.
    smallest
        Smallest count that may be shown; 0 suppresses nothing.

    Returns
    -------
    frozenset of cells
        All suppressed cells.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control, chapter 4 (cell suppression and its audit).

    Examples
    --------
    >>> cells = {("burglary", "N"): 3, ("burglary", "S"): 9, ("burglary", "all"): 12}
    >>> total = Sum(("burglary", "all"), (("burglary", "N"), ("burglary", "S")))
    >>> sorted(suppressed(cells, sums=[total]))
    [('burglary', 'N'), ('burglary', 'S')]
    """
    if smallest <= 0:
        return frozenset()
    known_sums = tuple(sums)
    hidden = {cell for cell, n in counts.items() if n < smallest}
    while exposed := _exposed(counts, frozenset(hidden), known_sums, smallest=smallest):
        # its own sums first; where they are hidden whole, a chain of other sums gives it away
        printed = _printed(known_sums, touching=exposed, hidden=hidden) or _printed(
            known_sums, touching=frozenset(hidden), hidden=hidden
        )
        hidden.add(min(printed, key=lambda cell: (counts[cell], cell)))
    return frozenset(hidden)


def _printed(sums: tuple[Sum, ...], *, touching: frozenset[Cell], hidden: set[Cell]) -> set[Cell]:
    """The cells still printed in sums that hold one of some cells."""
    held = [one.cells for one in sums if any(cell in touching for cell in one.cells)]
    return {cell for cells in held for cell in cells if cell not in hidden}


def _exposed(
    counts: Mapping[Cell, int], hidden: frozenset[Cell], sums: tuple[Sum, ...], *, smallest: int
) -> frozenset[Cell]:
    """The suppressed cells whose range, as a reader could work it out, is narrower than `smallest` values."""
    order = sorted(hidden)
    place = {cell: i for i, cell in enumerate(order)}
    rows, known = [], []
    for one in sums:
        row = np.zeros(len(order))
        right = 0.0
        for sign, cell in [(1.0, one.total), *((-1.0, part) for part in one.parts)]:
            if cell in place:
                row[place[cell]] += sign
            else:
                right -= sign * counts[cell]
        if row.any():
            rows.append(row)
            known.append(right)
    if not rows:
        return frozenset()
    tied = [i for i in range(len(order)) if any(row[i] for row in rows)]
    return frozenset(order[i] for i in tied if _width(i, np.array(rows), np.array(known)) < smallest - 1e-6)


def _width(column: int, rows: np.ndarray, known: np.ndarray) -> float:
    """How far apart the smallest and the largest value lie that the sums allow for one suppressed count."""
    aim = np.zeros(rows.shape[1])
    aim[column] = 1.0
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * aim, A_eq=rows, b_eq=known, bounds=(0, None), method="highs")
        if found.status == 3:  # unbounded: no printed number limits it
            return float("inf")
        ends.append(sign * float(found.fun or 0.0))
    return float(ends[1] - ends[0])
