"""Areas: the force, its districts and its wards as outlines in metres."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "areas",
    (
        Field("code", "code", required=True),
        Field("name", "code", required=True),
        Field("level", "code", required=True),
    ),
)
