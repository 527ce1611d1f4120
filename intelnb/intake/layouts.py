"""Layouts this package knows, so that files written in one need no column map: data.police.uk, matrices of links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from intelnb.errors import SettingsError, UsageError, together
from intelnb.intake import column_map as maps
from intelnb.intake import matrix
from intelnb.intake.column_map import ColumnMap
from intelnb.intake.records import Records
from intelnb.intake.request import Request
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
    """One layout: the ready maps of its variants, or what makes a table of it; empty for an ordinary table.

    `required` are the columns no record can do without; `members` say which files of an archive are in the layout.
    """

    name: str = ""
    maps: tuple[ColumnMap, ...] = ()
    shape: Shape | None = None
    required: frozenset[str] = frozenset()
    members: tuple[str, ...] = ()

    def asked(self, request: Request) -> Request:
        """The request, which of an archive takes the files of this layout unless the settings name others."""
        return request if request.members else replace(request, members=self.members)

    def refuse_columns(self, own: ColumnMap | None, name: str) -> None:
        """Refuse a column map beside a layout that has one, unless it only says how the file is written.

        Raises
        ------
        SettingsError
            When the map has more than `[source]`.
        """
        if self.maps and own is not None and own != ColumnMap(source=own.source):
            raise SettingsError(
                what=f"The source has both the layout {self.name} and a column map with columns of its own",
                where=name,
                now="Take out one of the two; beside a layout a map may only have [source].",
            )

    def shaped(self, cut: Records, name: str) -> Records:
        """The records as a table."""
        return self.shape(cut, name) if self.shape else cut

    def fitting(self, cut: Records, name: str) -> ColumnMap | None:
        """The ready map whose headings a file has; None for an ordinary table.

        In JSON a value that no record has leaves no heading; only the required ones must be there.

        Raises
        ------
        SettingsError
            When the file is not in this layout; headings it lacks are named.
        """
        if not self.maps:
            return None
        if cut.is_empty_answer:
            return self.maps[-1]
        maps = [self._of_json(ready, cut) for ready in self.maps] if cut.lane.startswith("json") else self.maps
        lacking = [sorted(_needed(ready) - set(cut.headings)) for ready in maps]
        fits = next((ready for ready, missing in zip(maps, lacking, strict=True) if not missing), None)
        if fits is None:
            # told of the variant that is most nearly there
            nearest = max(range(len(maps)), key=lambda i: (len(_needed(maps[i]) & set(cut.headings)), -i))
            raise together(
                [f"no heading '{heading}'" for heading in lacking[nearest]],
                what=f"{name} is not laid out as {self.name}",
                now="Fetch the file again as it is published, or read it through a column map.",
                kind=SettingsError,
            )
        return fits

    def _of_json(self, ready: ColumnMap, cut: Records) -> ColumnMap:
        """A map without the headings that no record of this answer has."""
        has = set(cut.headings)
        kept = {ours: theirs for ours, theirs in ready.columns.items() if theirs in has or ours in self.required}
        return ready.model_copy(update={"columns": kept})


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
    required = frozenset(field.name for field in contract.fields if field.required)
    return Layout(layout, ready, _SHAPES.get((contract.kind, layout)), required, _members(layout))


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


def _members(layout: str) -> tuple[str, ...]:
    """How the files of a layout are called in the archives of data.police.uk, which hold other files beside them."""
    ending = layout.removeprefix("police-uk")
    return tuple(f"*{ending}{kind}" for kind in (".csv", ".csv.gz", ".json")) if ending != layout else ()


def _needed(ready: ColumnMap) -> set[str]:
    return {*ready.columns.values(), *(heading for parts in ready.combine.values() for heading in parts)}
