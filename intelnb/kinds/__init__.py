"""Kinds of product: one TOML file each, found by its name; adding a product registers nothing."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from intelnb.errors import SettingsError, UsageError
from intelnb.records import Clearance


class SectionKind(BaseModel):
    """One section of a kind: its heading, where it goes on the page, and which audiences it is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    heading: str
    slot: Literal["bottom_line", "asks", "summary", "trust", "body", "back"]
    empty: str
    needs: tuple[str, ...] = ()
    points: bool = False
    judgements: bool = False
    reduced: bool = False
    guidance: str = ""

    def is_for(self, clearance: Clearance) -> bool:
        """Whether this audience gets the section at all; it never depends on the data."""
        if any(source not in clearance.sources for source in self.needs):
            return False
        if self.points and clearance.finest != "point":
            return False
        if self.judgements and not clearance.judgements:
            return False
        return clearance.smallest_count > 0 if self.reduced else True


class Kind(BaseModel):
    """What one kind of product is: title, terms of reference, sections in order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    title: str
    short: str
    version: str
    default_audience: str
    terms: dict[str, str]
    section: tuple[SectionKind, ...]


def names() -> list[str]:
    """The kinds there are, by name."""
    return sorted(p.name.removesuffix(".toml") for p in files(__package__).iterdir() if p.name.endswith(".toml"))


def load(name: str) -> Kind:
    """Read one kind.

    Raises
    ------
    UsageError
        When there is no such kind; the message names those there are.
    SettingsError
        When the kind's file is not what a kind must be.

    Examples
    --------
    >>> load("weekly_threat_assessment").short
    'WTA'
    """
    if name not in names():
        raise UsageError(what=f"'{name}' is not a kind of product", now=f"Choose one of: {', '.join(names())}.")
    source = files(__package__).joinpath(f"{name}.toml")
    try:
        return Kind(**tomllib.loads(source.read_text(encoding="utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError) as fault:
        raise SettingsError(what=f"The kind file cannot be used: {fault}", where=name, now="Mend it.") from None
