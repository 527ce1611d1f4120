"""Layouts this package knows, so that files written in one need no column map: data.police.uk, matrices of links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from intelnb.errors import SettingsError, UsageError, together
from intelnb.intake import column_map as maps
from intelnb.intake import matrix
from intelnb.intake.column_map import ColumnMap
from intelnb.intake.records import Records
from intelnb.tables.contract import Contract

Shape = Callable[[Records, str], Records]
"""What makes a table of records that are laid out otherwise, and notes what it found."""

_READY = Path(__file__).parent / "known_layouts"
_SHAPES: dict[tuple[str, str], Shape] = {
    ("links", "matrix"): matrix.links,
    ("entities", "matrix"): matrix.entities,
}


@dataclass(frozen=True)
class Layout:
    """One layout: the ready maps of its variants, or what makes a table of it; empty for an ordinary table."""

    name: str = ""
    maps: tuple[ColumnMap, ...] = ()
    shape: Shape | None = None

    def shaped(self, cut: Records, name: str) -> Records:
        """The records as a table."""
        return self.shape(cut, name) if self.shape else cut

    def fitting(self, headings: Sequence[str], name: str) -> ColumnMap | None:
        """The ready map whose headings a file has; None for an ordinary table.

        Raises
        ------
        SettingsError
            When the file is not in this layout; headings it lacks are named.
        """
        lacking = [sorted(_needed(ready) - set(headings)) for ready in self.maps]
        if not lacking:
            return None
        fewest = min(range(len(lacking)), key=lambda i: len(lacking[i]))
        if lacking[fewest]:
            raise together(
                [f"no heading '{heading}'" for heading in lacking[fewest]],
                what=f"{name} is not laid out as {self.name}",
                now="Fetch the file again as it is published, or read it through a column map.",
                kind=SettingsError,
            )
        return self.maps[fewest]


def named(layout: str, contract: Contract) -> Layout:
    """A layout of one kind of table by its name; the ordinary one for no name.

    Raises
    ------
    UsageError
        When the kind has no such layout; the message names those it has.

    Examples
    --------
    >>> from intelnb.tables.crimes import CONTRACT
    >>> named("police-uk-street", CONTRACT).maps[0].columns["kind"]
    'Crime type'
    """
    if not layout:
        return Layout()
    known = of_kind(contract.kind)
    if layout not in known:
        choices = f"Choose one of: {', '.join(known)}." if known else "Write a column map for these files."
        raise UsageError(what=f"'{layout}' is not a layout of {contract.kind}", now=choices)
    files = sorted((_READY / contract.kind).glob(f"{layout}.*.toml"))
    ready = tuple(maps.parse(path.read_bytes(), name=path.name, contract=contract) for path in files)
    return Layout(layout, ready, _SHAPES.get((contract.kind, layout)))


def of_kind(kind: str) -> tuple[str, ...]:
    """Names of the layouts a kind of table has.

    Examples
    --------
    >>> of_kind("links")
    ('matrix',)
    """
    ready = {path.name.split(".")[0] for path in (_READY / kind).glob("*.toml")}
    return tuple(sorted(ready | {layout for one, layout in _SHAPES if one == kind}))


def one_of(every: Sequence[ColumnMap | None]) -> ColumnMap | None:
    """The map that speaks for all files of a source.

    Raises
    ------
    SettingsError
        When coordinates of some are in another system than those of others.
    """
    if len({one.source.crs for one in every if one}) > 1:
        raise SettingsError(
            what="Some files of this source have coordinates in another system than others",
            now="Read them as two workspaces, or bring them to one system first.",
        )
    return next(iter(every), None)


def _needed(ready: ColumnMap) -> set[str]:
    return {*ready.columns.values(), *(heading for parts in ready.combine.values() for heading in parts)}
