"""Crimes: what happened, between when and when, where, and what the force made of it."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "crimes",
    (
        Field("id", personal=True),
        Field("kind", "code", required=True),
        Field("ho_class", "code"),
        Field("start", "moment", required=True),
        Field("end", "moment"),
        Field("reported", "moment"),
        Field("recorded", "moment"),
        Field("easting", "number", locating="point"),
        Field("northing", "number", locating="point"),
        Field("area", "code", locating="area"),
        Field("location", locating="point"),
        Field("mo", free_text=True),
        Field("status", "code"),
        Field("outcome", "code"),
        Field("flags", "list", vocabulary=True),
        Field("accuracy_m", "number"),
    ),
)

EXCLUDED = ("cancelled", "transferred")
"""Statuses that take a crime out of every count, by rule."""
