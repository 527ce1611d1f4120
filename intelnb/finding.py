"""One finding for a page: which Results it rests on, what to draw of them, and where an officer types.

A finding names its Results instead of quoting their numbers. Sentences, tables and pictures are made when
the product is sealed, from Results that have been disclosed for its audience.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import geopandas as gpd

from intelnb.analysis.result import Result


@dataclass(frozen=True, eq=False)
class Drawing:
    """One picture to draw: `picture` names a file of `draw/`, `of` the Result it shows.

    `layers` are further Results drawn on top, by the name `draw` knows them by; `backdrop` and `outline` are public
    geography: the areas drawn under the picture, and the one the page is about.
    """

    picture: str
    of: str
    title: str
    caption: str = ""
    layers: Mapping[str, str] = field(default_factory=dict)
    backdrop: gpd.GeoDataFrame | None = None
    outline: gpd.GeoDataFrame | None = None


@dataclass(frozen=True)
class Column:
    """One column of a table on the page; a `spark` column holds names of Results to draw small."""

    name: str
    title: str
    kind: Literal["text", "number", "spark"] = "text"


@dataclass(frozen=True)
class TableView:
    """A Result's table as a reader sees it; `shown` is false where it is only written as CSV."""

    of: str
    caption: str
    columns: tuple[Column, ...]
    note: str = ""
    shown: bool = True
    rows: int = 40


@dataclass(frozen=True)
class Place:
    """A labelled place where an officer types.

    `of` names the Results the judgement will rest on; `offers` names Results shown beside it that it need not rest on.
    """

    id: str
    kind: Literal["bottom_line", "assessment", "ask"]
    title: str
    of: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Finding:
    """What one part of a page says.

    Parameters
    ----------
    section
        The section of the kind it belongs to.
    id, title
        Unique on the page; the title stands above the finding where its section has several.
    headline
        The name of a Result, whose sentence is the headline, or plain words without numbers.
    evidence
        The Results it rests on.
    facts
        Names of Results whose sentences stand as facts, in order.
    drawings, tables, place
        What to draw, which tables stand behind it, and where an officer types.
    sources
        Where it comes from, with grades, in words.
    """

    section: str
    id: str
    headline: str
    title: str = ""
    evidence: tuple[Result, ...] = ()
    facts: tuple[str, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    tables: tuple[TableView, ...] = ()
    place: Place | None = None
    sources: tuple[str, ...] = ()
    status: str = "assessed"
