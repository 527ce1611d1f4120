"""Outcomes: what became of a crime, as often as something did; the crime itself may lie in another table."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "outcomes",
    (
        Field("id", personal=True),
        Field("outcome", "code", required=True),
        Field("start", "moment", required=True),
        Field("end", "moment"),
        Field("easting", "number", locating="point"),
        Field("northing", "number", locating="point"),
        Field("area", "code", locating="area"),
        Field("location", locating="point"),
        Field("accuracy_m", "number"),
    ),
)
