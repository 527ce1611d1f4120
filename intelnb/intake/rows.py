"""All accepted records of a source, and the account of all others."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.intake.column_map import ColumnMap
from intelnb.intake.sending import Sent
from intelnb.intake.source import no_quarantine
from intelnb.intake.store.holding import Beyond
from intelnb.tables.contract import Contract


@dataclass(frozen=True, eq=False)
class Rows:
    """All accepted records of a source, where each stood, and what became of the others.

    `mapped` are the columns every file has; the others are empty or the same throughout. From the store, `sent`
    says who sent them and which months whole (None: their files must say), and `beyond` the records that were not
    read because they count in no month asked about. `stated` names, by column, file and row, times on nights clocks
    change whose text says an offset: there is no doubt which hour they are.
    """

    table: pd.DataFrame
    file: NDArray[np.object_]
    row: NDArray[np.int64]
    read: int
    quarantine: pd.DataFrame
    sha256: dict[str, str]
    encodings: tuple[str, ...]
    repairs: tuple[str, ...]
    column_map: ColumnMap | None
    mapped: frozenset[str]
    submitted: bool
    sent: Sent | None = None
    beyond: Beyond = field(default_factory=Beyond)
    stated: frozenset[tuple[str, str, int]] = frozenset()

    @property
    def quarantined(self) -> int:
        """How many records are in quarantine; one may have several faults."""
        return self.read - len(self.table)


def nothing(contract: Contract, chosen: ColumnMap | None = None) -> Rows:
    """No records, of a source that was never sent."""
    return Rows(
        contract.empty(), np.array([], dtype=object), np.array([], dtype=np.int64), 0, no_quarantine(),
        {}, (), (), chosen, frozenset(), submitted=False,
    )  # fmt: skip
