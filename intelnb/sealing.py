"""What sealing a product does: disclose all Results at once, draw them, and put the page's parts together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from importlib import import_module
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, spoken
from intelnb.bundle import ColumnPart, FindingPart, PicturePart, PlacePart, Scalar, SectionPart, TablePart
from intelnb.disclose.page import reduce
from intelnb.draw.picture import Picture
from intelnb.errors import ProductError
from intelnb.finding import Drawing, Finding, Place, TableView
from intelnb.kinds import Kind, SectionKind
from intelnb.records import Clearance


def sections(
    findings: Iterable[Finding], *, kind: Kind, clearance: Clearance, levels: tuple[str, ...], marking: str
) -> tuple[SectionPart, ...]:
    """The sections of a page for one audience, in the order of the kind.

    Every Result of every finding the audience gets is disclosed together before the first one is drawn.
    """
    mine = {section.id: section for section in kind.section if section.is_for(clearance)}
    kept = [finding for finding in findings if finding.section in mine]
    shown = reduce(_by_name(kept), clearance=clearance, levels=levels)
    return tuple(
        SectionPart(
            id=section.id,
            heading=section.heading,
            slot=section.slot,
            empty=section.empty,
            findings=tuple(
                _part(f, section, shown, clearance=clearance, marking=marking) for f in kept if f.section == section.id
            ),
        )
        for section in mine.values()
    )


def _by_name(findings: Iterable[Finding]) -> dict[str, Result]:
    """All Results of the page by name; one name means one Result."""
    named: dict[str, Result] = {}
    for finding in findings:
        for result in finding.evidence:
            if named.setdefault(result.name, result) is not result:
                raise ProductError(
                    what=f"Two different Results are called '{result.name}'",
                    where=finding.id,
                    now="Give each question its own name.",
                )
    return named


def _part(
    finding: Finding, section: SectionKind, shown: Mapping[str, Result], *, clearance: Clearance, marking: str
) -> FindingPart:
    """One finding with its sentences, pictures and tables made from disclosed Results."""
    # the first screen leads to the sections, which say why and with which limits
    told = [shown[r.name] for r in finding.evidence if r.name in shown] if section.slot in ("body", "back") else []
    prefix = f"{section.id}-{finding.id}".replace(".", "-").replace("_", "-")
    return FindingPart(
        id=finding.id,
        title=finding.title,
        headline=shown[finding.headline].sentence if finding.headline in shown else _words(finding),
        status=finding.status,
        facts=tuple(dict.fromkeys(shown[name].sentence for name in finding.facts if name in shown)),
        pictures=tuple(
            _picture(drawing, shown, marking=marking, prefix=f"{prefix}-{i}")
            for i, drawing in enumerate(finding.drawings, start=1)
            if drawing.of in shown and len(shown[drawing.of].table)
        ),
        tables=tuple(
            _table(view, shown, marking=marking, prefix=f"{prefix}-t{i}")
            for i, view in enumerate(finding.tables, start=1)
            if view.of in shown and len(shown[view.of].table)
        ),
        place=_place(finding.place, shown) if finding.place and clearance.judgements else None,
        why=tuple((_title(r), _settings(r)) for r in told if r.settings),
        caveats=tuple(dict.fromkeys(caveat for r in told for caveat in r.caveats)),
        sources=finding.sources,
    )


def _words(finding: Finding) -> str:
    """A headline in plain words; the name of a Result that may not be shown is not one."""
    named = {result.name for result in finding.evidence}
    return "" if finding.headline in named else finding.headline


def _picture(drawing: Drawing, shown: Mapping[str, Result], *, marking: str, prefix: str) -> PicturePart:
    """One picture, drawn by the file of `draw/` the finding named."""
    draw = import_module(f"intelnb.draw.{drawing.picture}")
    under: dict[str, Any] = {}
    if drawing.backdrop is not None:
        layers = {name: shown[of].table for name, of in drawing.layers.items() if of in shown and len(shown[of].table)}
        under["backdrop"] = draw.Backdrop(areas=drawing.backdrop, outline=drawing.outline, **layers)
    made: Picture = draw.picture(shown[drawing.of], title=drawing.title, marking=marking, prefix=prefix, **under)
    caption = " ".join(part for part in (made.caption, drawing.caption) if part)
    return PicturePart(svg=made.svg, title=made.title, alt=made.alt, caption=caption)


def _table(view: TableView, shown: Mapping[str, Result], *, marking: str, prefix: str) -> TablePart:
    """One table as a reader sees it; small drawings in its cells are made here."""
    result = shown[view.of]
    columns = [c for c in view.columns if c.name in result.table.columns]
    sparks: dict[str, PicturePart] = {}
    rows = []
    table = result.table.head(view.rows) if view.shown else result.table
    for i, record in enumerate(table.to_dict("records")):
        row: list[Scalar] = []
        for column in columns:
            value = record[column.name]
            if column.kind == "spark" and value in shown and len(shown[value].table):
                drawing = Drawing("spark", of=str(value), title="")
                sparks[f"{prefix}-{i}"] = _picture(drawing, shown, marking=marking, prefix=f"{prefix}-{i}")
                row.append(f"{prefix}-{i}")
            else:
                row.append("" if column.kind == "spark" else _scalar(value))
        rows.append(tuple(row))
    return TablePart(
        id=view.of,
        caption=view.caption,
        columns=tuple(ColumnPart(name=c.name, title=c.title, kind=c.kind) for c in columns),
        rows=tuple(rows),
        sparks=sparks,
        note=view.note,
        shown=view.shown,
    )


def _scalar(value: Any) -> Scalar:
    """A cell as plain text or number: lists joined, dates as days, missing as nothing."""
    if isinstance(value, (list, tuple)):
        return ", ".join(str(v) for v in value)
    if value is None or pd.isna(value):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time.min else "%Y-%m-%d %H:%M")
    return _number(value)


def _number(value: Any) -> Scalar:
    """A number with no more digits than were reckoned; truth as words."""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    number = float(value)
    if not isfinite(number):
        return None
    return int(number) if number.is_integer() else round(number, 4)


def _place(place: Place, shown: Mapping[str, Result]) -> PlacePart:
    """The place where an officer types, with the numbers the judgement will rest on."""
    rests_on = [shown[name] for name in place.of if name in shown]
    beside = [shown[name] for name in place.offers if name in shown]
    return PlacePart(
        id=place.id,
        kind=place.kind,
        title=place.title,
        sentence=" ".join(dict.fromkeys(r.sentence for r in (*rests_on, *beside))),
        evidence={name: value for r in rests_on for name, value in r.evidence().items()},
    )


def _title(result: Result) -> str:
    """A Result's name as a heading for its settings."""
    return result.name.replace(".", ", ").replace("_", " ").capitalize()


def _settings(result: Result) -> str:
    """Every choice behind a Result, automatic ones included, as one line."""
    return "; ".join(f"{name.replace('_', ' ')}: {spoken(value)}" for name, value in result.settings.items())
