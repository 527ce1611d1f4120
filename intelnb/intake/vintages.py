"""Editions of area codes (LSOA of 2011, of 2021), told apart by the lookup the settings name and never by guessing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.intake import database, nouns, reading
from intelnb.intake.request import Request
from intelnb.tables.area_lookup import CONTRACT
from intelnb.tables.words import several


@dataclass(frozen=True, eq=False)
class Editions:
    """Two editions of one kind of area: the codes only the older or only the newer has, and what became of which.

    A code both editions have names the same area in both.
    """

    older: str = ""
    newer: str = ""
    best_fit: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def only_older(self) -> frozenset[str]:
        """Codes the newer edition does not have."""
        return frozenset(self.best_fit) - frozenset(self.best_fit.values())

    @cached_property
    def only_newer(self) -> frozenset[str]:
        """Codes the older edition does not have."""
        return frozenset(self.best_fit.values()) - frozenset(self.best_fit)

    @cached_property
    def listed(self) -> frozenset[str]:
        """Every code of the lookup, of either edition."""
        return frozenset(self.best_fit) | frozenset(self.best_fit.values())

    def knows(self, codes: pd.Series[str]) -> bool:
        """Whether any of these codes is of an area the lookup speaks of."""
        return not self.listed.isdisjoint(codes.unique())

    def among(self, codes: NDArray[np.object_], known: frozenset[str]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
        """Codes as one of the known areas, blank where they name none, and which of them only by best fit.

        Examples
        --------
        >>> two = Editions("LSOA 2011", "LSOA 2021", {"E01": "E09"})
        >>> codes, fitted = two.among(np.array(["E01", "E02", "E05"], dtype=object), frozenset({"E02", "E09"}))
        >>> codes.tolist(), fitted.tolist()
        (['E09', 'E02', ''], [True, False, False])
        """
        plain = {code: code for code in set(codes.tolist()) & known}
        fitted = {code: self.best_fit.get(code, "") for code in set(codes.tolist()) - known}
        fitted = {code: became for code, became in fitted.items() if became in known}
        named = np.array([plain.get(code) or fitted.get(code, "") for code in codes], dtype=object)
        return named, np.array([code in fitted for code in codes], dtype=bool)

    def told(self, codes: pd.Series[str], file: NDArray[np.object_], noun: str, *, unit: str = "file") -> list[str]:
        """Whether recorded codes are of one edition, of the other, or of both within one file (or other unit)."""
        if not self.knows(codes):
            return []
        which, distinct = pd.factorize(codes)
        at_file, files = pd.factorize(file)
        sorts = [np.array([code in known for code in distinct]) for known in (self.only_older, self.only_newer)]
        old, new = (np.bincount(at_file[sort[which]], minlength=len(files)) for sort in sorts)
        strange = np.array([code != "" and code not in self.listed for code in distinct], dtype=bool)
        neither = int(strange[which].sum())
        told = []
        if old.any() or new.any() or neither:
            also = f"; in neither list: {neither:,}" if neither else ""
            counted = f"{nouns.counted(int(old.sum()), noun)}; only {self.newer} has: {int(new.sum()):,}"
            told.append(f"area codes only {self.older} has: {counted}{also}")
        mixed = np.flatnonzero((old > 0) & (new > 0))
        if len(mixed):
            worst = mixed[int(np.argmax((old + new)[mixed]))]
            such = f"{files[worst]}: {old[worst]:,} and {new[worst]:,}"
            what = f"1 {unit} mixes" if len(mixed) == 1 else f"{len(mixed)} {unit}s mix"
            told.append(f"{what} codes of {self.older} and {self.newer}, such as {such}")
        return told

    def contradictions(self, codes: pd.Series[str], stated: pd.Series[str]) -> list[str]:
        """How many records state one edition and have a code that only the other has.

        Examples
        --------
        >>> two = Editions("LSOA 2011", "LSOA 2021", {"E01": "E09"})
        >>> two.contradictions(pd.Series(["E01", "E09"]), pd.Series(["LSOA 2021", "LSOA 2021"]))
        ['1 record states LSOA 2021 and has a code that only LSOA 2011 has: kept']
        """
        told = []
        for edition, strange, other in (
            (self.newer, self.only_older, self.older),
            (self.older, self.only_newer, self.newer),
        ):
            count = int(((stated == edition) & codes.isin(strange)).sum()) if edition else 0
            if count:
                state, have = several(count, "record", "states", "state"), "has" if count == 1 else "have"
                told.append(f"{state} {edition} and {have} a code that only {other} has: kept")
        return told


NONE = Editions()
"""No lookup: nothing is known of editions, and nothing is said."""


def read(request: Request) -> Editions:
    """The editions the workspace's lookup tells apart; none where it has no lookup.

    Raises
    ------
    IntelError
        When the lookup cannot be read.
    """
    lookup = request.lookup
    if lookup is None or not lookup.files:
        return NONE
    in_database = database.is_url(lookup.files)
    asked = replace(
        request, kind="area_lookup", column_map=lookup.map, layout=lookup.layout,
        files=() if in_database else (lookup.files,), database=lookup.files if in_database else "",
        members=(lookup.members,) if lookup.members else (),
    )  # fmt: skip
    table = reading.rows(asked, CONTRACT).table
    editions = [next(iter(table[name]), "") for name in ("edition", "becomes_edition")]
    best_fit = dict(zip(table["code"], table["becomes"], strict=True))
    return Editions(editions[0] or "the older edition", editions[1] or "the newer edition", best_fit)
