"""The trade's code tables: versioned data files, read once, with where each one comes from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class CodeTable:
    """One code table and its pedigree.

    `verified` says in words how far the content was checked: "read in source", "general knowledge" or
    "unverified". `body` holds the rows as the file gives them; treat it as read-only.
    """

    name: str
    scheme: str
    version: str
    source: str
    effective_from: str
    verified: str
    note: str
    body: dict[str, Any]

    def rows(self, part: str) -> tuple[dict[str, Any], ...]:
        """Rows of one part of the table, in the order of the file."""
        return tuple(self.body.get(part, ()))


@cache
def read(name: str) -> CodeTable:
    """Read a code table that ships with the package.

    Parameters
    ----------
    name
        File name without its ending: `marking`, `yardstick`, `grading_3x5x2`.

    Examples
    --------
    >>> read("yardstick").scheme
    'PHIA Probability Yardstick'
    """
    text = files("intelnb.doctrine").joinpath("tables", f"{name}.toml").read_text(encoding="utf-8")
    body = tomllib.loads(text)
    pedigree = body.pop("pedigree")
    return CodeTable(name=name, body=body, **{"note": "", **pedigree})


def names() -> tuple[str, ...]:
    """Every code table that ships with the package."""
    folder = files("intelnb.doctrine").joinpath("tables")
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))
