"""Priorities: what the force's control strategy puts first, and which crimes count towards each."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "priorities",
    (
        Field("code", "code", required=True),
        Field("name", "code", required=True),
        Field("rank", "whole", required=True),
        Field("kinds", "list", vocabulary=True),
        Field("flags", "list", vocabulary=True),
        Field("hours", "code"),
    ),
)
