"""Results reduced to what one audience may have, over the whole page at once, before anything is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value
from intelnb.disclose.small_counts import Cell, Sum, suppressed
from intelnb.records import Clearance

WITHHELD = "withheld"
CANNOT_SAY = "Some counts are too small to be shown, so this cannot be summed up."
_NAMED = re.compile(r"\{([^{}]+)\}")


def reduce(results: Mapping[str, Result], *, clearance: Clearance, levels: tuple[str, ...]) -> dict[str, Result]:
    """The Results of a page as one audience may have them.

    Nothing changes for an audience that may see exact places and every count. For any other, a Result stays only
    when it speaks of no finer place than the audience may have and declares which of its columns are counts;
    small counts go from all of them together. What declares nothing is left out: the rule fails closed.

    Parameters
    ----------
    results
        The Results of the page by name.
    clearance
        What the audience may have.
    levels
        The area levels of the workspace, largest first.

    Returns
    -------
    dict of Results
        Reduced Results by name; a name that is missing may not be shown. A suppressed count is None in its
        table and `withheld` in its value.
    """
    if clearance.finest == "point" and clearance.smallest_count == 0:
        return dict(results)
    grains = {"force", "none"}
    if clearance.finest in levels:
        grains.update(levels[: levels.index(clearance.finest) + 1])
    shown = {name: r for name, r in results.items() if r.grain in grains and (r.counts or r.grain == "none")}
    counts, sums = _cells(shown.values())
    hidden = suppressed(counts, sums=sums, smallest=clearance.smallest_count)
    return {name: _hide(result, hidden) for name, result in shown.items()}


def _cells(results: Iterable[Result]) -> tuple[dict[Cell, int], list[Sum]]:
    """Every count of the page by cell, and every sum a reader can check."""
    counts: dict[Cell, int] = {}
    sums: list[Sum] = []
    for result in results:
        for row in result.table.to_dict("records"):
            code = str(row.get(result.key, ""))
            cells = {column: (code, column) for column in result.counts if not pd.isna(row[column])}
            counts.update({cell: int(row[column]) for column, cell in cells.items()})
            if result.total in cells:
                parts = tuple(cell for column, cell in cells.items() if column != result.total)
                if parts:
                    sums.append(Sum(cells[result.total], parts))
    return counts, sums


def _hide(result: Result, hidden: frozenset[Cell]) -> Result:
    """The same Result without the suppressed cells, in its table and in its values."""
    if not result.counts:
        return result
    declared = {result.key, *result.counts, *result.follows, *result.plain}
    table = result.table.loc[:, [column for column in result.table.columns if column in declared]].copy()
    for column in result.counts:
        gone = np.array([(str(code), column) in hidden for code in table[result.key]], dtype=bool)
        table[column] = table[column].astype(object).mask(gone, None)
    # what was read off a suppressed count goes with it: "below the expected range" would bound it again
    row_hidden = {code for code, column in hidden if column == (result.total or result.counts[0])}
    gone = np.array([str(code) in row_hidden for code in table[result.key]], dtype=bool)
    for column in result.follows:
        table[column] = table[column].astype(object).mask(gone, WITHHELD)
    values = {
        name: WITHHELD if _goes(name, hidden, row_hidden, result) else value
        for name, value in result.values.items()
        if name.partition(".")[2] in declared
    }
    return replace(result, table=table, values=values, wording=_wording(result, values, row_hidden))


def _wording(result: Result, values: Mapping[str, Value], row_hidden: set[str]) -> str:
    """The sentence, unless it rests on what is gone: "nothing is outside its range" would bound a count again."""
    was_read_off = bool(result.follows) and any(str(code) in row_hidden for code in result.table[result.key])
    rests_on_undeclared = any(name.partition("|")[0] not in values for name in _NAMED.findall(result.wording))
    return CANNOT_SAY if was_read_off or rests_on_undeclared else result.wording


def _goes(name: str, hidden: frozenset[Cell], row_hidden: set[str], result: Result) -> bool:
    """Whether a value named `<row>.<column>` must go because its cell, or the count it was read off, goes."""
    row, _, column = name.partition(".")
    return (row, column) in hidden or (row in row_hidden and column in result.follows)
