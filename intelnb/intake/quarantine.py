"""The quarantine table: one line for each fault of a record that is not taken, where it stands, and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.intake.formats import Cut
from intelnb.intake.source import QUARANTINE, no_quarantine
from intelnb.intake.values import Problem


def made(
    cuts: Sequence[Cut],
    problems: Sequence[Problem],
    table: pd.DataFrame,
    *,
    owner: NDArray[np.int64],
    row: NDArray[np.int64],
) -> pd.DataFrame:
    """One line per fault, in the order of the files; it inherits its record's handling and marking."""
    lines: list[tuple[int, int, str, str, str, str, str]] = []
    for place, cut in enumerate(cuts):
        lines += [(place, bad.row, "", bad.code, bad.reason, "", "") for bad in cut.records.rejected]
    for problem in problems:
        at = problem.at
        own = [table[c].iloc[at].tolist() if c in table else [""] * len(at) for c in ("handling", "marking")]
        told = [[problem.column] * len(at), [problem.code] * len(at), [problem.reason] * len(at)]
        lines += zip(owner[at].tolist(), row[at].tolist(), *told, *own, strict=True)
    if not lines:
        return no_quarantine()
    lines.sort(key=lambda line: line[:2])
    table_of = pd.DataFrame([(cuts[line[0]].name, *line[1:]) for line in lines], columns=list(QUARANTINE))
    return table_of.astype({c: "int64" if c == "row" else "str" for c in QUARANTINE})
