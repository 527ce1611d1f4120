"""Harm weights: the force's own table or a labelled invented one, and what has no weight.

A kind without a weight has no harm figure; it never counts as zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from intelnb.errors import MethodError, together


@dataclass(frozen=True, eq=False)
class HarmTable:
    """Weights in days per kind of crime, and the label they must be shown with."""

    label: str
    weights: Mapping[str, float]

    @property
    def is_invented(self) -> bool:
        """Whether the table says of itself that it is invented."""
        return "invented" in self.label.lower()


def table(rows: pd.DataFrame) -> HarmTable:
    """Read a table of harm weights, refusing one that could mislead.

    Parameters
    ----------
    rows
        Columns `kind`, `weight_days` (days, above zero) and `source` (name and version of the table, the same
        in every row). No rows mean no table: nothing is ranked by harm then.

    Raises
    ------
    MethodError
        Naming every kind given twice, every weight that is missing or not above zero, and mixed sources.

    Examples
    --------
    >>> table(pd.DataFrame({"kind": ["robbery"], "weight_days": [300.0], "source": ["invented, v1"]})).is_invented
    True
    """
    kinds = rows["kind"].astype(str)
    sources = tuple(dict.fromkeys(str(source).strip() for source in rows["source"]))
    faults = [f"'{kind}' stands twice" for kind in dict.fromkeys(kinds[kinds.duplicated()])]
    weights = {kind: float(weight) for kind, weight in zip(kinds, rows["weight_days"], strict=True)}
    faults += [f"'{kind}' has no weight above zero" for kind, w in weights.items() if not (math.isfinite(w) and w > 0)]
    if len(sources) > 1 or sources == ("",):
        faults.append("every row must name one and the same source and version")
    if faults:
        raise together(faults, what="The harm weights cannot be used", now="Correct the table.", kind=MethodError)
    return HarmTable(sources[0] if sources else "", MappingProxyType(weights))
