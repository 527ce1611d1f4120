"""From files to typed records: gate, encoding, records, map, values; every record accepted or quarantined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from intelnb.errors import SettingsError
from intelnb.intake import ceiling, column_map, formats, gate, layouts, quarantine, records, spread, values
from intelnb.intake.column_map import ColumnMap, Plan, SourceRules
from intelnb.intake.formats import Cut
from intelnb.intake.request import Request
from intelnb.intake.source import no_quarantine
from intelnb.intake.store import holding
from intelnb.intake.store.holding import Beyond
from intelnb.intake.values import Problem, Typed
from intelnb.tables.contract import Contract, proven

_MOST_TOGETHER = 1_000_000

Check = Callable[[Typed, Plan], Sequence[Problem]]
"""A further check of one kind of table, such as grades or intervals."""

Settle = Callable[[Typed], pd.DataFrame]
"""What a kind of table makes of its values once they are read, such as the end of an interval."""


def as_read(typed: Typed) -> pd.DataFrame:
    """The table as its values say it."""
    return typed.table


@dataclass(frozen=True, eq=False)
class Rows:
    """All accepted records of a source, where each stood, and what became of the others.

    `mapped` are the columns every file has; the others are empty or the same throughout. From the store, `covered`
    are the months it holds whole (None: nobody knows), and `beyond` the records that were not read because they
    count in no month asked about.
    """

    table: pd.DataFrame
    file: NDArray[np.object_]
    row: NDArray[np.int64]
    read: int
    quarantine: pd.DataFrame
    sha256: dict[str, str]
    encodings: tuple[str, ...]
    repairs: tuple[str, ...]
    column_map: ColumnMap | None
    mapped: frozenset[str]
    submitted: bool
    covered: tuple[str, ...] | None = None
    beyond: Beyond = field(default_factory=Beyond)

    @property
    def quarantined(self) -> int:
        """How many records are in quarantine; one may have several faults."""
        return self.read - len(self.table)


def rows(request: Request, contract: Contract, *, checks: Sequence[Check] = (), settle: Settle = as_read) -> Rows:
    """Read every record of a source.

    Parameters
    ----------
    request
        Whose files, through which map or layout.
    contract
        The table they must make.
    checks
        Further checks of this kind of table.
    settle
        What this kind of table makes of its values.

    Returns
    -------
    The accepted records as a table that keeps its contract, and the account of all others.

    Raises
    ------
    InputRefused
        When a file as a whole cannot be read.
    SettingsError
        When the column map does not fit, or the files are not in the layout the settings name.
    """
    chosen = chosen_map(request, contract)
    if not request.files and not request.database:
        return _nothing(contract, chosen)
    if holding.is_store(request.files):
        return _stored(request, contract)
    if request.take is not None:
        for part in each(request, contract, checks=checks, settle=settle):
            request.take(part)
        return _nothing(contract, chosen)
    together = _alike(_fitting(request, contract, chosen))
    parts = [_made(files, request, contract, checks=checks, settle=settle) for files in together]
    table = parts[0].table if len(parts) == 1 else pd.concat([part.table for part in parts], ignore_index=True)
    return Rows(
        table=proven(table, contract),
        file=np.concatenate([part.file for part in parts]),
        row=np.concatenate([part.row for part in parts]),
        read=sum(part.read for part in parts),
        quarantine=pd.concat([part.quarantine for part in parts], ignore_index=True),
        sha256={name: digest for part in parts for name, digest in part.sha256.items()},
        encodings=tuple(dict.fromkeys(e for part in parts for e in part.encodings)),
        repairs=tuple(told for part in parts for told in part.repairs),
        column_map=layouts.one_of([part.column_map for part in parts]),
        mapped=frozenset.intersection(*(part.mapped for part in parts)),
        submitted=True,
    )


def _nothing(contract: Contract, chosen: ColumnMap | None = None) -> Rows:
    """No records, of a source that was never sent."""
    return Rows(
        contract.empty(), np.array([], dtype=object), np.array([], dtype=np.int64), 0, no_quarantine(),
        {}, (), (), chosen, frozenset(), submitted=False,
    )  # fmt: skip


def _stored(request: Request, contract: Contract) -> Rows:
    """The records the store holds, as its files would give them."""
    held = holding.held(request, contract)
    if held is None:
        return _nothing(contract)
    rules = ColumnMap(source=column_map.SourceRules(crs=held.crs))
    return Rows(
        proven(held.table, contract), held.file, held.row, held.read, held.quarantine, held.sha256, held.encodings,
        held.repairs, rules, held.mapped, submitted=True, covered=held.covered, beyond=held.beyond,
    )  # fmt: skip


def each(
    request: Request, contract: Contract, *, checks: Sequence[Check] = (), settle: Settle = as_read
) -> Iterator[Rows]:
    """Read a source file by file, archives member by member: the records of one file at a time.

    Raises
    ------
    InputRefused
        When a file as a whole cannot be read.
    SettingsError
        When the column map does not fit.
    """
    for one in _fitting(request, contract, chosen_map(request, contract)):
        yield _made([one], request, contract, checks=checks, settle=settle)


def wanted(chosen: ColumnMap | None, contract: Contract) -> tuple[str, ...]:
    """The headings a file must have: those its map names, or those no record of the kind can do without."""
    if chosen is None:
        return tuple(field.name for field in contract.fields if field.required)
    named = [*chosen.columns.values(), *(part for parts in chosen.combine.values() for part in parts)]
    named += [heading for headings in chosen.spread.values() for heading in headings]
    return tuple(dict.fromkeys(named))


def chosen_map(request: Request, contract: Contract) -> ColumnMap | None:
    """The column map the settings name, if any."""
    if not request.column_map:
        return None
    path = request.folder / request.column_map
    opened = gate.open_file(path, folder=request.folder, allowed=request.allowed, largest=1_000_000)
    return column_map.parse(opened.data, name=request.column_map, contract=contract)


@dataclass(frozen=True, eq=False)
class _Fitting:
    """One file cut into records, and the map that fits it: the unit's own, or a ready one of its layout."""

    cut: Cut
    map: ColumnMap | None

    def form(self) -> tuple[object, ...]:
        """What files must share to be read together."""
        found = self.cut.records
        return found.headings, found.typed, found.date_system, self.map


def _fitting(request: Request, contract: Contract, chosen: ColumnMap | None) -> Iterator[_Fitting]:
    """Every file cut into records that make a table; its text is not kept."""
    laid = layouts.named(request.layout, contract)
    for cut in cuts(request, contract):
        found = laid.shaped(cut.records, cut.name)
        fitting = laid.fitting(found, cut.name) or chosen
        if fitting is not None:
            found, fitting = spread.lengthened(found, fitting, cut.name)
        yield _Fitting(replace(cut, text=b"", records=found), fitting)


def cuts(request: Request, contract: Contract) -> Iterator[Cut]:
    """Every file of a source cut into records, as they stand in it, none of them above the ceiling.

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
    headings = () if laid.name else wanted(chosen, contract)
    for cut in formats.each(laid.asked(request), rules(chosen), wanted=headings):
        ceiling.refuse_above(cut.text, cut.records, marking_headings=_marking_headings(chosen), name=cut.name)
        yield cut


def rules(chosen: ColumnMap | None) -> SourceRules:
    """How a map says files are written."""
    return chosen.source if chosen else SourceRules()


def _alike(every: Iterable[_Fitting]) -> Iterator[list[_Fitting]]:
    """Files one after another that have the same headings and map, so that their values are read together."""
    held: list[_Fitting] = []
    for one in every:
        if held and (one.form() != held[0].form() or sum(h.cut.records.read for h in held) > _MOST_TOGETHER):
            yield held
            held = []
        held.append(one)
    if held:
        yield held


def _made(
    files: Sequence[_Fitting], request: Request, contract: Contract, *, checks: Sequence[Check], settle: Settle
) -> Rows:
    """The values of one or several files of the same headings and map."""
    cuts, chosen = [one.cut for one in files], files[0].map
    first, names = cuts[0].records, np.array([cut.name for cut in cuts], dtype=object)
    plan = _fitted(chosen, first, contract, cuts[0].name, request)
    row = np.concatenate([cut.records.row for cut in cuts])
    owner = np.repeat(np.arange(len(cuts)), [len(cut.records.row) for cut in cuts])
    needed = list(plan.needed())
    typed = values.typed(
        pa.concat_tables([cut.records.columns.select(needed) for cut in cuts]), plan, contract=contract,
        timezone=request.timezone, also_iso=first.typed, date_system=first.date_system,
        names=tuple(names), owner=owner,
    )  # fmt: skip
    problems = [*_spoilt(cuts, plan), *typed.problems, *(p for check in checks for p in check(typed, plan))]
    table, kept = settle(typed), np.ones(len(row), dtype=bool)
    for problem in problems:
        kept[problem.at] = False
    if not kept.all():
        table = table[kept].reset_index(drop=True)
    archives = {cut.archive: cut.archive_sha256 for cut in cuts if cut.archive}
    return Rows(
        table=table,
        file=names[owner[kept]],
        row=row[kept],
        read=sum(cut.records.read for cut in cuts),
        quarantine=quarantine.made(cuts, problems, typed.table, owner=owner, row=row),
        sha256=archives | {cut.name: cut.sha256 for cut in cuts},
        encodings=tuple(dict.fromkeys(cut.encoding for cut in cuts if cut.encoding)),
        repairs=(*_told(cuts), *typed.repairs),
        column_map=chosen,
        mapped=frozenset(plan.headings),
        submitted=True,
    )


def _spoilt(cuts: Sequence[Cut], plan: Plan) -> Iterator[Problem]:
    """Cells that hold no value, in columns that are read."""
    before = 0
    for cut in cuts:
        for one in cut.records.spoilt:
            if one.heading in plan.needed():
                yield Problem(one.heading, one.code, one.reason, one.at + before)
        before += len(cut.records.row)


def _told(cuts: Sequence[Cut]) -> Iterator[str]:
    """What to say of how each file was read."""
    for cut in cuts:
        if cut.records.blank_lines:
            yield f"{cut.name}: {cut.records.blank_lines} blank lines passed over"
        yield from (f"{cut.name}: {note}" for note in cut.records.notes)


def _marking_headings(chosen: ColumnMap | None) -> tuple[str, ...]:
    """Headings whose cells are markings."""
    if chosen is None:
        return ("marking",)
    return tuple(h for h in (chosen.columns.get("marking"), *chosen.combine.get("marking", [])) if h)


def _fitted(chosen: ColumnMap | None, cut: records.Records, contract: Contract, name: str, request: Request) -> Plan:
    """The map fitted to one file's headings; a fault names the map where there is one."""
    try:
        return column_map.fit(chosen, cut.headings, contract=contract, name=name)
    except SettingsError as fault:
        raise SettingsError(what=fault.what, where=request.column_map or fault.where, now=fault.now) from None


def in_period(moments: pd.Series[pd.Timestamp], request: Request) -> NDArray[np.bool_]:
    """Which moments lie in the period asked for; a record without one lies in none, unless none is asked for."""
    within = np.ones(len(moments), dtype=bool)
    if request.since is not None:
        within &= (moments >= pd.Timestamp(request.since)).to_numpy(dtype=bool)
    if request.until_end is not None:
        within &= (moments < pd.Timestamp(request.until_end)).to_numpy(dtype=bool)
    return within
