"""Propose a column map for one file, where files are read: what leaves is what the person who has it must see."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from intelnb.dates import day_words
from intelnb.errors import InputRefused, SettingsError, UsageError
from intelnb.intake import boundaries, ceiling, column_map, formats, records, values
from intelnb.intake.mapping import corrections, proposal, text
from intelnb.intake.mapping.profile import readable
from intelnb.intake.request import Request
from intelnb.intake.source import Workings
from intelnb.load.kinds import loader
from intelnb.tables.contract import Contract

SHOWN_ROWS = 20
SHOWN_PROBLEMS = 20


def answer(request: Request, options: Mapping[str, Any]) -> dict[str, Any]:
    """Propose a map for the one file a request names.

    Parameters
    ----------
    request
        The file, its kind, and the areas it is held against where a workspace has some.
    options
        `said` and `kept`: corrections as they were typed.

    Returns
    -------
    Plain values: `columns` with headings and reasons, `preview`, `codes` nobody knows, `unread` headings, `notes`,
    `questions` still open, the counts a read would give, and the map as `toml` (empty while a question is open).

    Raises
    ------
    IntelError
        When the file cannot be read, or a correction names nothing.
    """
    contract = loader(request.kind).CONTRACT
    if request.kind == "areas":
        raise UsageError(what="Areas have no column map", now="Name their columns in [[areas]] of the settings.")
    first = next(formats.each(request, corrections.source_rules(options["said"])), None)
    if first is None:
        raise InputRefused(what="The archive holds no file", where=request.files[0], now="Name another.")
    cut = ceiling.taken(first.text, first.records, marking_headings=(), name=first.name)
    said = corrections.parse(options["said"], kept=options["kept"], headings=cut.headings, contract=contract)
    areas = boundaries.levels(request)[0]
    table = {heading: cut.table[heading].str.strip().astype("str") for heading in cut.headings}
    bounds = tuple(float(edge) for edge in areas.total_bounds) if len(areas) else None
    made = proposal.draft(
        table, contract=contract, crs=request.crs, said=said,
        bounds=bounds,  # type: ignore[arg-type]
        area_codes=frozenset(areas["code"]) if len(areas) else None,
    )  # fmt: skip
    return {
        "file": first.name,
        "kind": request.kind,
        "sha256": first.sha256,
        "encoding": first.encoding,
        "layer": first.layer,
        **_tried(cut, made, request, first.name),
        "columns": _columns(made, contract),
        "codes": [asdict(code) for code in made.codes],
        "unread": list(made.unread),
        "notes": [*(["the first file of its archive"] if first.archive else []), *cut.notes, *made.notes],
        "questions": [asdict(question) for question in made.questions],
    }


def _columns(made: proposal.Draft, contract: Contract) -> list[dict[str, Any]]:
    """Where each of our columns comes from, in the order of the contract."""
    chosen = {ours: [theirs] for ours, theirs in made.column_map.columns.items()} | dict(made.column_map.combine)
    order = [*contract.names, "longitude", "latitude"]
    return [
        {
            "column": ours,
            "headings": chosen[ours],
            "why": made.reasons[ours],
            "format": made.column_map.formats.get(ours, ""),
        }
        for ours in sorted(chosen, key=order.index)
    ]


def _tried(cut: records.Records, made: proposal.Draft, request: Request, name: str) -> dict[str, Any]:
    """What a read through the map gives: counts, the first problems, and some rows; the map itself if it is whole."""
    asked, contract = {question.column for question in made.questions}, loader(request.kind).CONTRACT
    nothing = {"read": cut.read, "accepted": 0, "quarantined": 0, "problems": [], "toml": ""}
    try:
        toml = text.written(made.column_map, file=name, codes=made.codes)
        whole = column_map.parse(toml.encode("utf-8"), name="the proposed map", contract=contract)
        # dates whose order is still asked are shown as written, so none is tried on them
        unsettled = {one.name: "iso" for one in contract.fields if one.name in asked and one.kind in {"moment", "day"}}
        shown = whole.model_copy(update={"formats": {**unsettled, **whole.formats}})
        plan = column_map.fit(shown, cut.headings, contract=contract, name=name)
    except SettingsError as fault:
        if not asked:
            raise
        return {**nothing, "preview": {"columns": [], "rows": []}, "fault": fault.what}
    typed = values.typed(
        cut.table[list(plan.needed())], plan, contract=contract, timezone=request.timezone, also_iso=cut.typed
    )
    preview = _preview(cut, plan, typed, asked)
    if asked:
        return {**nothing, "preview": preview, "fault": "something is still asked"}
    return {**_read(toml, request), "toml": toml, "preview": preview, "fault": ""}


def _read(toml: str, request: Request) -> dict[str, Any]:
    """The account of a read of the file through the map, as any later read will give it."""
    with tempfile.TemporaryDirectory(prefix="intelnb-map-") as folder:
        path = Path(folder) / "map.toml"
        path.write_text(toml, encoding="utf-8")
        mapped = replace(
            request, column_map=str(path), allowed=(*request.allowed, Path(folder)), workings="", registers=""
        )
        behind = cast("Workings", loader(request.kind).read(mapped).workings)
    ledger = behind.source.ledger
    told = [
        {"row": int(str(one.row)), "column": str(one.column), "message": str(one.reason)}
        for one in behind.quarantine.head(SHOWN_PROBLEMS).itertuples()
    ]
    return {"read": ledger.read, "accepted": ledger.accepted, "quarantined": ledger.quarantined, "problems": told}


def _preview(cut: records.Records, plan: column_map.Plan, typed: values.Typed, asked: set[str]) -> dict[str, Any]:
    """Rows spread over the whole file, each value as it was understood; what is still asked stands as written."""
    names = {"easting": "longitude", "northing": "latitude"} if "longitude" in plan.headings else {}
    known = {*plan.headings, *plan.column_map.constants}
    own = [str(name) for name in typed.table if names.get(str(name), name) in known]
    at = np.unique(np.linspace(0, len(cut.row) - 1, num=min(SHOWN_ROWS, len(cut.row))).round().astype(int))
    cells = [
        [_shown(cut, plan, typed, names.get(name, name), int(i), as_written=name in asked) for name in own] for i in at
    ]
    return {
        "columns": [names.get(name, name) for name in own],
        "rows": [{"row": int(cut.row[i]), "cells": line} for i, line in zip(at, cells, strict=True)],
    }


def _shown(
    cut: records.Records, plan: column_map.Plan, typed: values.Typed, name: str, at: int, *, as_written: bool
) -> str:
    """One value as a person reads it; `(as written)` in brackets where it could not be read."""
    ours = column_map.COORDINATES.get(name, name)
    raw = " ".join(str(cut.table[heading].iloc[at]).strip() for heading in plan.headings.get(name, ())).strip()
    value = typed.table[ours].iloc[at]
    if as_written:
        return readable(raw)
    if isinstance(value, tuple):
        return readable("; ".join(value))
    if isinstance(value, str):
        return readable(value)
    if pd.isna(value):
        return f"({readable(raw)})" if raw else ""
    if isinstance(value, pd.Timestamp):
        return _moment(value, is_exact=bool(typed.is_exact[ours][at]))
    return f"{value:.10g}"


def _moment(value: pd.Timestamp, *, is_exact: bool) -> str:
    """A moment with its month in letters, so that day and month cannot be mistaken for each other."""
    day = day_words(value.date())
    return f"{day} {value:%H:%M}" if is_exact else day
