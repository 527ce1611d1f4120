"""Harm weights: how many days of harm the force counts one crime of each kind as, by measure and version."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "harm_weights",
    (
        Field("kind", "code", required=True),
        Field("weight_days", "number", required=True),
        Field("source", "code"),
        Field("version", "code"),
        Field("effective_from", "day"),
        Field("measure", "code", codes=("harm", "severity")),
        Field("provisional", "code", codes=("yes", "no")),
    ),
)
