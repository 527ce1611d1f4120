"""Entities: people, places, vehicles and telephones that logs speak of."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "entities",
    (
        Field("id", required=True),
        Field("type", "code", required=True),
        Field("name", personal=True),
    ),
)
