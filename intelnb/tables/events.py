"""Events: matches, fairs and holidays that explain a busy day."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "events",
    (
        Field("date", "day", required=True),
        Field("name", "code", required=True),
        Field("area", "code"),
    ),
)
