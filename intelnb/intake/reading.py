"""From files to typed records: gate, encoding, records, map, values; every record accepted or quarantined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.errors import SettingsError
from intelnb.intake import ceiling, column_map, formats, gate, layouts, records, spread, values
from intelnb.intake.column_map import ColumnMap, Plan
from intelnb.intake.request import Request
from intelnb.intake.source import QUARANTINE, no_quarantine
from intelnb.intake.store import holding
from intelnb.intake.store.holding import Beyond
from intelnb.intake.values import Problem, Typed
from intelnb.tables.contract import Contract, proven

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
    chosen = _map(request, contract)
    if not request.files and not request.database:
        return _nothing(contract, chosen)
    if holding.is_store(request.files):
        return _stored(request, contract)
    if request.take is not None:
        for part in each(request, contract, checks=checks, settle=settle):
            request.take(part)
        return _nothing(contract, chosen)
    parts = list(each(request, contract, checks=checks, settle=settle))
    table = pd.concat([part.table for part in parts], ignore_index=True)
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
    chosen = _map(request, contract)
    laid = layouts.named(request.layout, contract)
    rules = chosen.source if chosen else column_map.SourceRules()
    # a layout knows its headings by itself
    headings = () if laid.name else wanted(chosen, contract)
    for cut in formats.each(request, rules, wanted=headings):
        yield _one(cut, request, contract, chosen=chosen, laid=laid, checks=checks, settle=settle)


def wanted(chosen: ColumnMap | None, contract: Contract) -> tuple[str, ...]:
    """The headings a file must have: those its map names, or those no record of the kind can do without."""
    if chosen is None:
        return tuple(field.name for field in contract.fields if field.required)
    named = [*chosen.columns.values(), *(part for parts in chosen.combine.values() for part in parts)]
    named += [heading for headings in chosen.spread.values() for heading in headings]
    return tuple(dict.fromkeys(named))


def _map(request: Request, contract: Contract) -> ColumnMap | None:
    """The column map the settings name, if any."""
    if not request.column_map:
        return None
    path = request.folder / request.column_map
    opened = gate.open_file(path, folder=request.folder, allowed=request.allowed, largest=1_000_000)
    return column_map.parse(opened.data, name=request.column_map, contract=contract)


def _one(
    cut: formats.Cut,
    request: Request,
    contract: Contract,
    *,
    chosen: ColumnMap | None,
    laid: layouts.Layout,
    checks: Sequence[Check],
    settle: Settle,
) -> Rows:
    """One file."""
    ceiling.refuse_above(cut.text, cut.records, marking_headings=_marking_headings(chosen), name=cut.name)
    found = laid.shaped(cut.records, cut.name)
    chosen = laid.fitting(found.headings, cut.name) or chosen
    if chosen is not None:
        found, chosen = spread.lengthened(found, chosen, cut.name)
    plan = _fitted(chosen, found, contract, cut.name, request)
    typed = values.typed(
        found.table[list(plan.needed())], plan, contract=contract, timezone=request.timezone, also_iso=found.typed
    )
    spoilt = [Problem(s.heading, s.code, s.reason, s.at) for s in found.spoilt if s.heading in plan.needed()]
    problems = [*spoilt, *typed.problems, *(p for check in checks for p in check(typed, plan))]
    bad = np.zeros(len(found.row), dtype=bool)
    for problem in problems:
        bad[problem.at] = True
    repairs = [f"{cut.name}: {found.blank_lines} blank lines passed over"] if found.blank_lines else []
    repairs += [f"{cut.name}: {note}" for note in found.notes]
    return Rows(
        table=settle(typed)[~bad].reset_index(drop=True),
        file=np.full(int((~bad).sum()), cut.name, dtype=object),
        row=found.row[~bad],
        read=found.read,
        quarantine=_quarantine(cut.name, found, problems, typed.table),
        sha256={**({cut.archive: cut.archive_sha256} if cut.archive else {}), cut.name: cut.sha256},
        encodings=(cut.encoding,) if cut.encoding else (),
        repairs=tuple(repairs),
        column_map=chosen,
        mapped=frozenset(plan.headings),
        submitted=True,
    )


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


def _quarantine(name: str, cut: records.Records, problems: Sequence[Problem], table: pd.DataFrame) -> pd.DataFrame:
    """One line per fault, in the order of the file; it inherits its record's handling and marking."""
    lines = [(name, bad.row, "", bad.code, bad.reason, "", "") for bad in cut.rejected]
    own = [table[c].to_numpy() if c in table else np.full(len(table), "") for c in ("handling", "marking")]
    lines += [
        (name, int(cut.row[at]), problem.column, problem.code, problem.reason, own[0][at], own[1][at])
        for problem in problems
        for at in problem.at
    ]
    if not lines:
        return no_quarantine()
    lines.sort(key=lambda line: line[1])
    made = pd.DataFrame(lines, columns=list(QUARANTINE))
    return made.astype({c: "int64" if c == "row" else "str" for c in QUARANTINE})


def in_period(moments: pd.Series[pd.Timestamp], request: Request) -> NDArray[np.bool_]:
    """Which moments lie in the period asked for; a record without one lies in none, unless none is asked for."""
    within = np.ones(len(moments), dtype=bool)
    if request.since is not None:
        within &= (moments >= pd.Timestamp(request.since)).to_numpy(dtype=bool)
    if request.until_end is not None:
        within &= (moments < pd.Timestamp(request.until_end)).to_numpy(dtype=bool)
    return within
