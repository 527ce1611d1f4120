"""Deliveries: how much of what was planned for a place on a day was done there; a blank is not known, never nothing."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "deliveries",
    (
        Field("place", "code", required=True, locating="area"),
        Field("date", "day", required=True),
        Field("action", "code"),
        Field("planned_minutes", "number"),
        Field("delivered_minutes", "number"),
        Field("planned_visits", "number"),
        Field("delivered_visits", "number"),
    ),
)
