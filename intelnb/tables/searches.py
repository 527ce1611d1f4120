"""Searches: who was stopped and searched, when, where, for what, and what was found."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "searches",
    (
        Field("id", personal=True),
        Field("kind", "code", required=True),
        Field("start", "moment", required=True),
        Field("end", "moment"),
        Field("is_operation", "code"),
        Field("operation", "code"),
        Field("easting", "number", locating="point"),
        Field("northing", "number", locating="point"),
        Field("area", "code", locating="area"),
        Field("location", locating="point"),
        Field("gender", "code", personal=True),
        Field("age", "code", personal=True),
        Field("self_defined_ethnicity", "code", personal=True),
        Field("officer_defined_ethnicity", "code", personal=True),
        Field("legislation", "code"),
        Field("object", "code"),
        Field("outcome", "code"),
        Field("is_outcome_linked", "code"),
        Field("is_clothing_removed", "code"),
        Field("accuracy_m", "number"),
    ),
)
