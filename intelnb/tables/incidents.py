"""Incidents: calls for service, when they came, where to, and how they were answered."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "incidents",
    (
        Field("id", personal=True),
        Field("kind", "code", required=True),
        Field("start", "moment", required=True),
        Field("end", "moment"),
        Field("recorded", "moment"),
        Field("grade", "code"),
        Field("channel", "code"),
        Field("easting", "number", locating="point"),
        Field("northing", "number", locating="point"),
        Field("area", "code", locating="area"),
        Field("location", locating="point"),
        Field("text", free_text=True),
        Field("result", "code"),
        Field("status", "code"),
        Field("flags", "list", vocabulary=True),
        Field("crime_id", personal=True),
        Field("accuracy_m", "number"),
    ),
)
