"""The codes of a proposed map: usual words become ours, and every other one is listed with how often it occurs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from intelnb.doctrine.headings import folded, resembling, vocabulary
from intelnb.intake.mapping.choice import Choice
from intelnb.intake.mapping.corrections import Corrections
from intelnb.tables.contract import Contract, Field

RECOGNISED = 0.5
"""Codes are mapped when at least this share of a column's records have usual words; else they are kept as they are."""


@dataclass(frozen=True)
class Code:
    """A code of the file that the map does not know: how many records have it, and what it may mean.

    A code that is `kept` is taken as it is; any other is quarantined until the map says what it means.
    """

    column: str
    code: str
    records: int
    perhaps: str
    kept: bool


def codes(
    table: Mapping[str, pd.Series[str]],
    chosen: Sequence[Choice],
    said: Corrections,
    contract: Contract,
    area_codes: frozenset[str] | None,
) -> tuple[dict[str, dict[str, str]], list[Code]]:
    """Their codes and ours, and those nobody knows."""
    values: dict[str, dict[str, str]] = {}
    unknown: list[Code] = []
    for choice in chosen:
        field = contract.field(choice.column)
        if field.kind not in {"code", "list"} or len(choice.headings) > 1:
            continue
        counts = _counted(table[choice.headings[0]], field)
        if field.locating == "area":
            if area_codes is not None:
                unknown += [_code(field, c, n, kept=True) for c, n in counts.items() if c not in area_codes]
            continue
        words, own = vocabulary(field.name), said.codes.get(field.name, {})
        ours = {code: own.get(code) or words.get(folded(code), "") for code in counts}
        known, total = sum(n for code, n in counts.items() if ours[code]), sum(counts.values())
        if not (words or own) or not total:
            continue
        recognised = known >= RECOGNISED * total
        keep = field.name in said.kept or not recognised
        if recognised or own:
            values[field.name] = {code: ours[code] or code for code in counts if ours[code] or keep}
        if recognised or own or field.kind == "code":
            unknown += [_code(field, c, n, kept=keep) for c, n in counts.items() if not ours[c]]
    return values, unknown


def _counted(texts: pd.Series[str], field: Field) -> dict[str, int]:
    """Every code of a column and how many records have it, the most used first."""
    cells = texts[texts != ""]
    if field.kind == "list":
        cells = cells.str.replace("|", ";", regex=False).str.split(";").explode().str.strip()
        cells = cells[cells != ""]
    counts = cells.value_counts()
    return {str(code): int(n) for code, n in sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))}


def _code(field: Field, code: str, records: int, *, kept: bool) -> Code:
    return Code(field.name, code, records, resembling(field.name, code), kept)
