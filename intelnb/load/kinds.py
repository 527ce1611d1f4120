"""Every kind of source there is a reader for, found by its file."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Protocol, cast

from intelnb.errors import UsageError
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.tables.contract import Contract

_NOT_KINDS = {"kinds", "reader", "check", "proposing", "ingesting"}
_OPEN_DATA = "police_uk"


class Loader(Protocol):
    """A file of this folder: the contract of its table, and its one reader."""

    CONTRACT: Contract

    def read(self, request: Request) -> Loaded:
        """Read the source for one audience."""


def kinds() -> tuple[str, ...]:
    """Every kind of source; those of data.police.uk keep the hyphens of their file names.

    Examples
    --------
    >>> {"crimes", "harm_weights", "police-uk-street"} <= set(kinds())
    True
    """
    stems = {p.stem for p in Path(__file__).parent.glob("*.py") if not p.stem.startswith("_")} - _NOT_KINDS
    return tuple(sorted(stem.replace("_", "-") if stem.startswith(_OPEN_DATA) else stem for stem in stems))


def loader(kind: str) -> Loader:
    """The reader of a kind.

    Raises
    ------
    UsageError
        When there is no such kind.

    Examples
    --------
    >>> loader("police-uk-street").CONTRACT.kind
    'crimes'
    """
    if kind not in kinds():
        raise UsageError(what=f"'{kind}' is not a kind of source", now=f"Choose one of: {', '.join(kinds())}.")
    return cast("Loader", importlib.import_module(f"intelnb.load.{kind.replace('-', '_')}"))
