"""Links: who or what was seen with whom or what, when, and on which log that rests."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "links",
    (
        Field("source", required=True),
        Field("target", required=True),
        Field("type", "code"),
        Field("start", "moment"),
        Field("end", "moment"),
        Field("weight", "number"),
        Field("urn"),
    ),
)
