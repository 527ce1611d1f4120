"""Breaks: days from which figures can no longer be compared with those before; blank lists mean all."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "breaks",
    (
        Field("date", "day", required=True),
        Field("until", "day"),
        Field("kinds", "list", vocabulary=True),
        Field("flags", "list", vocabulary=True),
        Field("areas", "list", vocabulary=True),
        Field("priorities", "list", vocabulary=True),
        Field("what", "code", required=True),
    ),
)
