"""Actions: what the last meeting asked for, of whom, and what came of it."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "actions",
    (
        Field("code", "code", required=True),
        Field("action", required=True),
        Field("priority", "code"),
        Field("owner"),
        Field("due", "day"),
        Field("status", "code"),
        Field("result"),
    ),
)
