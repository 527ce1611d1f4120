"""What the templates see: the parts of a bundle with their numbers, cleaned drawings and what was typed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

from markupsafe import Markup

from intelnb.bundle import (
    Bundle,
    ColumnPart,
    FindingPart,
    PicturePart,
    PlacePart,
    Scalar,
    TablePart,
    TypedJudgement,
)
from intelnb.errors import ProductError
from intelnb.publish import said, svg

_NUMBER = re.compile(r"\d")
_STATES = {
    "yes": "yes", "no": "no", "not assessed": "na", "not submitted": "na", "withheld": "na",
    "break in recording": "na",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One cell: words, the smaller words after them, how it is set, and a drawing instead of words."""

    words: str
    small: str
    kind: str
    state: str
    drawing: Markup | None


@dataclass(frozen=True)
class Table:
    """One table as it is set; `columns` are titles and how they are set."""

    id: str
    number: int
    caption: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str

    is_terms: bool


@dataclass(frozen=True)
class Figure:
    """One picture as it is set."""

    id: str
    number: int
    title: str
    caption: str
    drawing: Markup


@dataclass(frozen=True)
class Finding:
    """One finding as it is set."""

    id: str
    part: FindingPart
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    place: PlacePart | None
    typed: TypedJudgement

    @property
    def is_typed(self) -> bool:
        """Whether anybody wrote in the finding's place."""
        return bool(self.typed.text.strip() or self.typed.action.strip())


@dataclass(frozen=True)
class Section:
    """One section as it is set; without findings it is one line."""

    id: str
    heading: str
    slot: str
    findings: tuple[Finding, ...]
    empty: str


def sections(bundle: Bundle, typed: Mapping[str, TypedJudgement]) -> tuple[Section, ...]:
    """Every section of the page, figures and tables numbered in reading order."""
    setting = _Setting(bundle, typed)
    return tuple(
        Section(
            id=f"s{i}",
            heading=part.heading,
            slot=part.slot,
            findings=tuple(setting.finding(f, f"s{i}f{j}", part.slot) for j, f in enumerate(part.findings)),
            empty=part.empty,
        )
        for i, part in enumerate(bundle.sections, start=1)
    )


def shared_limits(sections: tuple[Section, ...]) -> tuple[str, ...]:
    """Limits that several findings share, in the order they first come up: a page says them once.

    A limit with a number speaks of its own finding, even where another happens to have the same number.
    """
    counted = Counter(limit for s in sections for f in s.findings for limit in dict.fromkeys(f.part.caveats))
    return tuple(limit for limit, findings in counted.items() if findings > 1 and not _NUMBER.search(limit))


class _Setting:
    """One pass over a bundle: what was typed, and running numbers of figures and tables."""

    def __init__(self, bundle: Bundle, typed: Mapping[str, TypedJudgement]) -> None:
        # an audience that may not read judgements is not told that there is a place for one either
        self.typed = typed if bundle.judgements else {}
        self.shows_places = bundle.judgements
        self.figures = count(1)
        self.tables = count(1)

    def finding(self, part: FindingPart, identity: str, slot: str) -> Finding:
        """One finding with its drawings and tables, and what was typed where this audience may read it."""
        place = part.place if self.shows_places else None
        nothing = TypedJudgement(place=place.id if place else "")
        shown = [table for table in part.tables if table.shown]
        figures = [_figure(p, f"{identity}p{i}", next(self.figures)) for i, p in enumerate(part.pictures)]
        tables = [
            _table(t, f"{identity}t{i}", 0 if slot == "summary" or _is_terms(t) else next(self.tables))
            for i, t in enumerate(shown)
        ]
        typed = self.typed.get(place.id, nothing) if place else nothing
        return Finding(id=identity, part=part, figures=tuple(figures), tables=tuple(tables), place=place, typed=typed)


def _figure(part: PicturePart, identity: str, number: int) -> Figure:
    """One picture, its drawing past the gate."""
    drawing = svg.cleaned(part.svg, prefix=identity)
    return Figure(id=identity, number=number, title=part.title, caption=part.caption, drawing=drawing)


def _table(part: TablePart, identity: str, number: int) -> Table:
    """One table, its cells set by the kind of their column."""
    wrong = next((i for i, row in enumerate(part.rows, start=1) if len(row) != len(part.columns)), 0)
    if wrong:
        raise ProductError(what=f"row {wrong} of table '{part.id}' has not as many cells as there are columns")
    heads = next((i for i, column in enumerate(part.columns) if column.kind == "text"), 0)
    rows = tuple(
        tuple(
            _cell(value, column, part, f"{identity}r{r}c{c}", role=_role(c, heads, column))
            for c, (value, column) in enumerate(zip(row, part.columns, strict=True))
        )
        for r, row in enumerate(part.rows)
    )
    columns = tuple((column.title, _role(i, heads, column)) for i, column in enumerate(part.columns))
    return Table(
        id=identity, number=number, caption=part.caption, columns=columns, rows=rows, note=part.note,
        is_terms=_is_terms(part),
    )  # fmt: skip


def _is_terms(part: TablePart) -> bool:
    """Whether a table is no more than names and words, which read better as a list."""
    return [column.kind for column in part.columns] == ["text", "text"]


def _cell(value: Scalar, column: ColumnPart, part: TablePart, identity: str, *, role: str) -> Cell:
    """One cell: what follows the first line break is set small, a state stands out, a spark is drawn."""
    if column.kind == "spark" and isinstance(value, str) and value in part.sparks:
        drawing = svg.cleaned(part.sparks[value].svg, prefix=identity)
        return Cell("", "", "spark", "", drawing)
    words, _, small = _said(value).partition("\n")
    role = "date" if role == "text" and words != value and isinstance(value, str) and not small else role
    return Cell(words, small, role, "" if role == "head" else _STATES.get(words.strip().lower(), ""), None)


def _role(at: int, heads: int, column: ColumnPart) -> str:
    """How a column is set: what names the row is its head, a number before it its rank."""
    if at == heads:
        return "head"
    return "rank" if at < heads and column.kind == "number" else column.kind


def _said(value: Scalar) -> str:
    """A value as a cell shows it; a value that is not there is a dash, never a zero."""
    if value is None:
        return "\N{EN DASH}"
    if isinstance(value, str):
        return said.moment(value)
    return f"{value:,.1f}".removesuffix(".0") if isinstance(value, float) else f"{value:,}"
