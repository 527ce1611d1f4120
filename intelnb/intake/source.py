"""Where a table came from, and the account of every record: nothing is lost on the way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import pandas as pd

from intelnb.errors import InputRefused

QUARANTINE = ("file", "row", "column", "code", "reason", "handling", "marking")
"""Columns of a quarantine table: one line per fault, and the need-to-know of its record."""


@dataclass(frozen=True)
class Ledger:
    """What became of every record of a read; it cannot exist unless both sums close.

    Raises
    ------
    InputRefused
        When records are missing from either sum: that is a fault of ours, and nothing is handed over.

    Examples
    --------
    >>> Ledger(read=10, accepted=9, quarantined=1, used=6, outside_period=2, withheld=1).used
    6
    """

    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    used: int = 0
    outside_period: int = 0
    outside_area: int = 0
    excluded_by_rule: int = 0
    withheld: int = 0

    def __post_init__(self) -> None:
        parts = self.used + self.outside_period + self.outside_area + self.excluded_by_rule + self.withheld
        if self.read != self.accepted + self.quarantined or self.accepted != parts or min(asdict(self).values()) < 0:
            told = ", ".join(f"{name} {count}" for name, count in asdict(self).items())
            raise InputRefused(
                what=f"The account of records does not close: {told}",
                now="Please report this as a fault of the reader; nothing was taken.",
            )

    def __add__(self, other: Ledger) -> Ledger:
        return Ledger(**{name: count + getattr(other, name) for name, count in asdict(self).items()})


@dataclass(frozen=True, eq=False)
class Source:
    """Where a table came from.

    Parameters
    ----------
    name
        Kind of the source.
    sha256
        Digest of every file read, by its path in the workspace.
    as_at
        The moment the data are complete to, from the settings or the latest record; None where nobody knows.
    encoding
        How the text was written.
    crs_operation, accuracy_m
        How coordinates were brought into the grid, and how exact that is (None where nobody states it).
    marking
        Marking the file carries where rows do not say.
    repairs
        What was read otherwise than written, and how often.
    ledger
        The account of its records.
    digest
        SHA-256 of the table that was handed over.
    """

    name: str
    ledger: Ledger
    sha256: Mapping[str, str] = field(default_factory=dict)
    as_at: datetime | None = None
    encoding: str = ""
    crs_operation: str = ""
    accuracy_m: float | None = None
    marking: str = ""
    repairs: tuple[str, ...] = ()
    digest: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for a file or a pipe."""
        plain = asdict(self)
        return {**plain, "as_at": self.as_at.isoformat() if self.as_at else None, "repairs": list(self.repairs)}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Source:
        """The same source again from its plain values."""
        as_at = datetime.fromisoformat(plain["as_at"]) if plain["as_at"] else None
        told = {"ledger": Ledger(**plain["ledger"]), "as_at": as_at, "repairs": tuple(plain["repairs"])}
        return cls(**{**plain, **told})


@dataclass(frozen=True, eq=False)
class Workings:
    """What never leaves the reader but for the workings folder, at the highest marking.

    `stream` is the reduced table as it is handed over.
    """

    source: Source
    quarantine: pd.DataFrame
    remarks: pd.DataFrame
    stream: memoryview
    withheld_texts: tuple[str, ...] = ()
    withheld_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Loaded:
    """A table as one audience may have it, and where it came from.

    `source` and `quarantine` are as reduced as the table; the full account is in `workings`, which is None
    once the table has left the reader.
    """

    table: pd.DataFrame
    source: Source
    quarantine: pd.DataFrame
    workings: Workings | None = None


def no_quarantine() -> pd.DataFrame:
    """A quarantine table of no rows.

    Examples
    --------
    >>> no_quarantine().shape
    (0, 7)
    """
    return _empty().copy()


@cache
def _empty() -> pd.DataFrame:
    """Made once: many small files have none in quarantine."""
    return pd.DataFrame({name: pd.Series([], dtype="int64" if name == "row" else "str") for name in QUARANTINE})
