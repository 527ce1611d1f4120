"""Deprivation: the rank and decile of each area in an index and its domains, and by which edition of codes."""

from __future__ import annotations

from intelnb.tables.contract import Contract, Field

DOMAINS = ("income", "employment", "education", "health", "crime", "housing", "environment")
"""Domains of the English index; 1 is the most deprived, in ranks and deciles alike."""

CONTRACT = Contract(
    "deprivation",
    (
        Field("area", "code", required=True),
        Field("name", "code"),
        Field("edition", "code"),
        Field("index", "code"),
        Field("rank", "whole"),
        Field("decile", "whole"),
        *(Field(f"{domain}_{measure}", "whole") for domain in DOMAINS for measure in ("rank", "decile")),
    ),
)
