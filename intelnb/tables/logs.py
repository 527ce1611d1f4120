"""Intelligence logs: what was said, by whom it is graded, and who may have it."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "logs",
    (
        Field("urn", required=True),
        Field("received", "moment", required=True),
        Field("scheme", "code"),
        Field("source_grade", "code"),
        Field("information_grade", "code"),
        Field("handling", "code"),
        Field("conditions", "code"),
        Field("marking", "code"),
        Field("area", "list", locating="area", vocabulary=True),
        Field("priority", "list", vocabulary=True),
        Field("requirement", "list", vocabulary=True),
        Field("subjects", "list", personal=True),
        Field("text", free_text=True),
        Field("linked", "list"),
        Field("review", "day"),
        Field("audiences", "list", vocabulary=True),
        Field("provenance", personal=True),
        Field("origin", "code"),
    ),
)
