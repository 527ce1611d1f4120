"""Area lookup: which area of a newer edition an older one became, by best fit."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "area_lookup",
    (
        Field("code", "code", required=True),
        Field("becomes", "code", required=True),
        Field("edition", "code"),
        Field("becomes_edition", "code"),
    ),
)
