"""Files cut into records, each with the map that fits it: the unit's own, or a ready one of the files' layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from intelnb.intake import ceiling, column_map, formats, gate, layouts, spread
from intelnb.intake.column_map import ColumnMap, SourceRules
from intelnb.intake.formats import Cut
from intelnb.intake.request import Request
from intelnb.tables.contract import Contract


@dataclass(frozen=True, eq=False)
class Fitting:
    """One file cut into records, and the map that fits it: the unit's own, or a ready one of its layout."""

    cut: Cut
    map: ColumnMap | None

    def form(self) -> tuple[object, ...]:
        """What files must share to be read together."""
        found = self.cut.records
        return found.headings, found.typed, found.date_system, self.map


def each(request: Request, contract: Contract) -> Iterator[Fitting]:
    """Every file cut into records that make a table, with the map that fits it; its text is not kept.

    Raises
    ------
    InputRefused
        When a file as a whole cannot be read, or holds something above the ceiling.
    SettingsError
        When the column map cannot be used, or a file is not in the layout the settings name.
    """
    chosen, laid = chosen_map(request, contract), layouts.named(request.layout, contract)
    for cut in cuts(request, contract):
        found = laid.shaped(cut.records, cut.name)
        fitting = laid.fitting(found, cut.name) or chosen
        if found.is_empty_answer:
            found = found.under(_wanted(fitting, contract))
        if fitting is not None:
            found, fitting = spread.lengthened(found, fitting, cut.name)
        yield Fitting(replace(cut, text=b"", records=found), fitting)


def cuts(request: Request, contract: Contract) -> Iterator[Cut]:
    """Every file of a source cut into records, as they stand in it; what may be above the ceiling is held back.

    Raises
    ------
    InputRefused
        When a file as a whole cannot be read.
    SettingsError
        When the column map cannot be used.
    """
    chosen, laid = chosen_map(request, contract), layouts.named(request.layout, contract)
    laid.refuse_columns(chosen, request.column_map)
    # a layout knows its headings by itself
    headings = () if laid.name else _wanted(chosen, contract)
    for cut in formats.each(laid.asked(request), rules(chosen), wanted=headings):
        mapped = _marking_headings(chosen)
        yield replace(cut, records=ceiling.taken(cut.text, cut.records, marking_headings=mapped, name=cut.name))


def chosen_map(request: Request, contract: Contract) -> ColumnMap | None:
    """The column map the settings name, if any."""
    if not request.column_map:
        return None
    path = request.folder / request.column_map
    opened = gate.open_file(path, folder=request.folder, allowed=request.allowed, largest=1_000_000)
    return column_map.parse(opened.data, name=request.column_map, contract=contract)


def rules(chosen: ColumnMap | None) -> SourceRules:
    """How a map says files are written."""
    return chosen.source if chosen else SourceRules()


def _wanted(chosen: ColumnMap | None, contract: Contract) -> tuple[str, ...]:
    """The headings a file must have: those its map names, or those no record of the kind can do without."""
    if chosen is None:
        return tuple(field.name for field in contract.fields if field.required)
    named = [*chosen.columns.values(), *(part for parts in chosen.combine.values() for part in parts)]
    named += [heading for headings in chosen.spread.values() for heading in headings]
    return tuple(dict.fromkeys(named))


def _marking_headings(chosen: ColumnMap | None) -> tuple[str, ...]:
    """Headings whose cells are markings."""
    if chosen is None:
        return ("marking",)
    return tuple(h for h in (chosen.columns.get("marking"), *chosen.combine.get("marking", [])) if h)
