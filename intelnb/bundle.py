"""The sealed product as data: one strict, versioned model; the page is a function of it and of what was typed.

Everything in a bundle has been disclosed for its audience and drawn. It holds no markup but SVG, which
passes an allow-list before a page takes it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

MIME_TYPE = "application/vnd.intelnb.product+json"

Scalar = str | int | float | None


class _Part(BaseModel):
    """A frozen part that refuses unknown fields and silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PicturePart(_Part):
    """One drawing, the words that stand in for it, and the caption with source and dates."""

    svg: str
    title: str
    alt: str
    caption: str


class ColumnPart(_Part):
    """One column of a table; `spark` cells name an entry of the table's `sparks`."""

    name: str
    title: str
    kind: Literal["text", "number", "spark"] = "text"


class TablePart(_Part):
    """One table: its caption, columns, rows, and small drawings inside cells.

    `export` tables are also written as CSV beside the page. `shown` is false for a table that is only exported.
    """

    id: str
    caption: str
    columns: tuple[ColumnPart, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    sparks: dict[str, PicturePart] = {}
    note: str = ""
    export: bool = True
    shown: bool = True


class PlacePart(_Part):
    """A labelled place where an officer types; `evidence` are the numbers the judgement will rest on."""

    id: str
    kind: Literal["bottom_line", "assessment", "ask"]
    title: str
    sentence: str
    evidence: dict[str, str]


class FindingPart(_Part):
    """One finding: facts, pictures, tables, the place for a judgement, and why the reader was told."""

    id: str
    headline: str
    title: str = ""
    status: str = "assessed"
    facts: tuple[str, ...] = ()
    pictures: tuple[PicturePart, ...] = ()
    tables: tuple[TablePart, ...] = ()
    place: PlacePart | None = None
    why: tuple[tuple[str, str], ...] = ()
    caveats: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class SectionPart(_Part):
    """One section; `slot` says where on the page it goes, `empty` what one line it shrinks to."""

    id: str
    heading: str
    slot: Literal["bottom_line", "asks", "summary", "trust", "body", "back"]
    findings: tuple[FindingPart, ...]
    empty: str


class Bundle(_Part):
    """A whole product, sealed for one audience."""

    schema_name: Literal["intelnb.product"] = "intelnb.product"
    schema_version: Literal[1] = 1
    kind: str
    reference: str
    title: str
    force: str
    area_code: str
    area_name: str
    period: str
    period_words: str
    data_to: str
    as_at: str
    audience: str
    audience_title: str
    marking: str
    instruction: str
    judgements: bool
    owners: tuple[str, ...]
    terms: tuple[tuple[str, str], ...]
    sections: tuple[SectionPart, ...]
    version: str

    def places(self) -> tuple[PlacePart, ...]:
        """Every place where an officer may type, in the order of the page."""
        return tuple(f.place for s in self.sections for f in s.findings if f.place is not None)

    def tables(self) -> tuple[TablePart, ...]:
        """Every table behind the page, in the order of the page."""
        return tuple(t for s in self.sections for f in s.findings for t in f.tables)


class TypedJudgement(_Part):
    """What an officer typed in one place, as the page shows it."""

    place: str
    text: str = ""
    action: str = ""
    likelihood: str = ""
    confidence: str = ""
    why: str = ""
    owner: str = ""
    due: str = ""
    measure: str = ""
    power: str = ""
    by: str = ""
    at: str = ""
    stale: bool = False


class Release(_Part):
    """Who released the page, in which role, when, and as which version."""

    by: str
    role: str
    at: str
    number: int
