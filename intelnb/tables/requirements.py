"""Intelligence requirements: the questions the force has asked, and who must answer by when."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "requirements",
    (
        Field("code", "code", required=True),
        Field("question", required=True),
        Field("priority", "code"),
        Field("owner"),
        Field("due", "day"),
        Field("status", "code"),
    ),
)
