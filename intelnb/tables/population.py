"""Population: how many people live in each area, by age where it is given, and by which edition of codes."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "population",
    (
        Field("area", "code", required=True),
        Field("name", "code"),
        Field("edition", "code"),
        Field("year", "whole"),
        Field("age", "code"),
        Field("residents", "whole", required=True),
    ),
)
