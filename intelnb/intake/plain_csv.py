"""A table as CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import pandas as pd


def written(table: pd.DataFrame) -> str:
    r"""A table as CSV in which no cell is a formula.

    Examples
    --------
    >>> written(pd.DataFrame({"told": ["=1+1", "plain"], "row": [2, 3]}))
    "told,row\n'=1+1,2\nplain,3\n"
    """
    safe = table.copy()
    for name in safe.columns[safe.dtypes.astype(str) != "int64"]:
        cells = safe[name].astype("str")
        safe[name] = cells.where(~cells.str.match(r"^[=+\-@\t\r]"), "'" + cells)
    return safe.to_csv(index=False, lineterminator="\n")
