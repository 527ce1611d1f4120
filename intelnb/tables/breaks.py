"""Breaks: days from which figures can no longer be compared with those before; blank lists mean all."""

from __future__ import annotations

from intelnb.doctrine import recording
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
        Field("reason", "code", codes=tuple(one.name for one in recording.reasons())),
        Field("what", "code", required=True),
    ),
)
