"""The register of judgements: everything officers typed, each change kept beside what it changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields

from sqlalchemy import Column, Connection, Integer, String, Table, Text, select

from intelnb.records import Judgement
from intelnb.registers.store import METADATA, Store, append_only, next_number, plain

_JUDGEMENTS = append_only(
    Table(
        "judgements",
        METADATA,
        Column("seq", Integer, primary_key=True, autoincrement=False),
        Column("reference", String, nullable=False, index=True),
        Column("place", String, nullable=False),
        Column("by", String, nullable=False),
        Column("at", String, nullable=False),
        Column("content", Text, nullable=False),
    )
)


def save(store: Store, reference: str, judgements: Iterable[Judgement]) -> int:
    """Keep what was typed for one product; what is kept already, word for word, is not kept twice.

    Parameters
    ----------
    reference
        The product: `WTA/NOR/2026-W46/internal`.
    judgements
        One per place. An empty one withdraws what was typed in its place before; the history keeps both.

    Returns
    -------
    How many were new or changed.
    """
    kept = 0
    with store.writing() as connection:
        known = {judgement.place: _content(judgement) for judgement in _history(connection, reference)}
        for judgement in judgements:
            content = _content(judgement)
            is_withdrawal = judgement.is_empty and judgement.place not in known
            if content == known.get(judgement.place) or is_withdrawal:
                continue
            row = {"reference": plain(reference), "place": plain(judgement.place), "by": plain(judgement.by)}
            row |= {"at": plain(judgement.at), "content": content}
            connection.execute(_JUDGEMENTS.insert().values(seq=next_number(connection, _JUDGEMENTS), **row))
            known[judgement.place] = content
            kept += 1
    return kept


def latest(store: Store, reference: str) -> dict[str, Judgement]:
    """The judgement now in force in every place of a product; places where it was withdrawn are left out."""
    last = {judgement.place: judgement for judgement in history(store, reference)}
    return {place: judgement for place, judgement in last.items() if not judgement.is_empty}


def history(store: Store, reference: str, place: str = "") -> tuple[Judgement, ...]:
    """Every judgement ever kept for a product, oldest first; of one place where asked."""
    with store.reading() as connection:
        kept = _history(connection, reference)
    return tuple(judgement for judgement in kept if place in {"", judgement.place})


def _history(connection: Connection, reference: str) -> tuple[Judgement, ...]:
    chosen = select(_JUDGEMENTS.c.content).where(_JUDGEMENTS.c.reference == plain(reference))
    rows = connection.execute(chosen.order_by(_JUDGEMENTS.c.seq)).scalars()
    return tuple(Judgement(**json.loads(content)) for content in rows)


def _content(judgement: Judgement) -> str:
    """A judgement as the register keeps it; JSON escapes keep every character any database would change."""
    typed = {field.name: getattr(judgement, field.name) for field in fields(judgement)}
    return json.dumps(typed | {"evidence": dict(judgement.evidence)}, sort_keys=True)
