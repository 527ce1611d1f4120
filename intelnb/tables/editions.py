"""Editions of area codes: codes of two censuses are compared only through the lookup, and it is said."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from intelnb.errors import MethodError
from intelnb.tables.words import several


@dataclass(frozen=True, eq=False)
class Brought:
    """Codes of one edition; how many came by best fit, and how many the lookup does not know."""

    codes: pd.Series[str]
    fitted: int
    unknown: int

    def caveats(self, edition: str) -> tuple[str, ...]:
        """What a reader must know of it."""
        told = []
        if self.fitted:
            told.append(
                f"{several(self.fitted, 'area code', 'was', 'were')} brought to {edition} by best fit, which is not exact."
            )
        if self.unknown:
            told.append(f"{several(self.unknown, 'area code', 'is', 'are')} in neither edition of the lookup.")
        return tuple(told)


def brought(codes: pd.Series[str], *, to: str, lookup: pd.DataFrame | None, stated: str = "") -> Brought:
    """Bring area codes to one edition, so that two tables can be joined.

    Codes both editions have stay as they are. Codes only the older has become what the lookup says; several may
    become one. Codes of a newer edition cannot be brought to an older one: what was put together cannot be told apart.

    Parameters
    ----------
    codes
        Area codes as recorded; a blank stays blank.
    to
        The edition they are wanted in, as the lookup names it: `LSOA 2021`.
    lookup
        The `area_lookup` table; None where the workspace has none.
    stated
        The edition the table states; empty where it may hold both, such as published crimes.

    Returns
    -------
    Brought
        The codes, index kept, and what was done.

    Raises
    ------
    MethodError
        When the stated edition is another and no lookup leads from it to the one wanted.

    Examples
    --------
    >>> lookup = pd.DataFrame({"code": ["E01", "E02"], "becomes": ["E09", "E02"],
    ...     "edition": "LSOA 2011", "becomes_edition": "LSOA 2021"})
    >>> found = brought(pd.Series(["E01", "E02", "E09"]), to="LSOA 2021", lookup=lookup)
    >>> found.codes.tolist(), found.fitted
    (['E09', 'E02', 'E09'], 1)
    """
    if stated and stated == to:
        return Brought(codes, 0, 0)
    leads = lookup is not None and len(lookup) > 0 and set(lookup["becomes_edition"]) == {to}
    if lookup is None or not leads or (stated and stated not in set(lookup["edition"])):
        held = f"of {stated}" if stated else "of an edition nobody states"
        raise MethodError(
            what=f"area codes {held} cannot be joined to those of {to} as they are",
            now=f"Give the workspace an area_lookup that leads to {to}.",
        )
    becomes = dict(zip(lookup["code"], lookup["becomes"], strict=True))
    newer = set(becomes.values())
    named = codes != ""
    moved = codes.map(lambda code: code if code in newer else becomes.get(code, code)).astype("str")
    unknown = named & ~codes.isin(newer | set(becomes))
    return Brought(moved, int((moved != codes).sum()), int(unknown.sum()))
