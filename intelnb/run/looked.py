"""One thing looked at before it goes wrong, and what was seen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One thing looked at; `only_told` ones never stop anything."""

    name: str
    good: bool
    told: str
    only_told: bool = False
