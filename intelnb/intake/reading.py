"""From files to typed records: gate, encoding, records, map, values; every record accepted or quarantined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import repeat

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from intelnb.errors import SettingsError
from intelnb.intake import clock_changes, column_map, fitting, layouts, records, uncut, values
from intelnb.intake.column_map import ColumnMap, Plan, SourceRules
from intelnb.intake.fitting import Fitting
from intelnb.intake.formats import Cut
from intelnb.intake.request import Request
from intelnb.intake.rows import Rows, nothing
from intelnb.intake.source import QUARANTINE, no_quarantine
from intelnb.intake.store import holding
from intelnb.intake.values import Problem, Typed
from intelnb.tables.contract import Contract, proven
from intelnb.tables.words import several

_MOST_TOGETHER = 1_000_000
_MOST_AT_ONCE = 100_000

Check = Callable[[Typed, Plan], Sequence[Problem]]
"""A further check of one kind of table, such as grades or intervals."""

Settle = Callable[[Typed], pd.DataFrame]
"""What a kind of table makes of its values once they are read, such as the end of an interval."""


def as_read(typed: Typed) -> pd.DataFrame:
    """The table as its values say it."""
    return typed.table


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
    if not request.files and not request.database:
        return nothing(contract, fitting.chosen_map(request, contract))
    if holding.is_store(request.files):
        return _stored(request, contract)
    if request.take is not None:
        for files in _alike(fitting.each(request, contract), most=_MOST_AT_ONCE):
            for one in _one_by_one(files, request, contract, checks=checks, settle=settle):
                request.take(one)
        return nothing(contract, fitting.chosen_map(request, contract))
    together = _alike(fitting.each(request, contract))
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
        stated=frozenset[tuple[str, str, int]]().union(*(part.stated for part in parts)),
    )


def _stored(request: Request, contract: Contract) -> Rows:
    """The records the store holds, as its files would give them."""
    held = holding.held(request, contract)
    if held is None:
        return nothing(contract)
    rules = ColumnMap(source=SourceRules(crs=held.crs))
    return Rows(
        proven(held.table, contract), held.file, held.row, held.read, held.quarantine, held.sha256, held.encodings,
        held.repairs, rules, held.mapped, submitted=True, sent=held.sent, beyond=held.beyond,
        stated=held.stated,
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
    for one in fitting.each(request, contract):
        yield _made([one], request, contract, checks=checks, settle=settle)


def _alike(every: Iterable[Fitting], *, most: int = _MOST_TOGETHER) -> Iterator[list[Fitting]]:
    """Files one after another that have the same headings and map, so that their values are read together."""
    held: list[Fitting] = []
    count = 0
    for one in every:
        if held and (one.form() != held[0].form() or count > most):
            yield held
            held, count = [], 0
        held.append(one)
        count += one.cut.records.read
    if held:
        yield held


def _made(
    files: Sequence[Fitting], request: Request, contract: Contract, *, checks: Sequence[Check], settle: Settle
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
    spoilt = list(_spoilt(cuts, plan))
    problems = [*spoilt, *_but(typed.problems, spoilt, plan), *(p for check in checks for p in check(typed, plan))]
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
        quarantine=_quarantine(cuts, problems, typed.table, owner=owner, row=row),
        sha256=archives | {cut.name: cut.sha256 for cut in cuts},
        encodings=tuple(dict.fromkeys(cut.encoding for cut in cuts if cut.encoding)),
        repairs=(*_told(cuts), *typed.repairs),
        column_map=chosen,
        mapped=frozenset(plan.headings),
        submitted=True,
        stated=frozenset(
            (name, names[owner[at]], int(row[at]))
            for name, where in typed.is_stated.items()
            for at in clock_changes.doubtful(typed.table[name], where & kept, timezone=request.timezone)
        ),
    )


def _one_by_one(
    files: Sequence[Fitting], request: Request, contract: Contract, *, checks: Sequence[Check], settle: Settle
) -> Iterator[Rows]:
    """Files that are read together, for speed, each with its own records and its own account."""
    made = _made(files, request, contract, checks=checks, settle=settle)
    if len(files) == 1:
        yield made
        return
    if len(made.repairs) > len(tuple(_told([one.cut for one in files]))):
        # what was repaired is told of all of them together, and must be told of each
        for one in files:
            yield from _one_by_one([one], request, contract, checks=checks, settle=settle)
        return
    number = pd.Index([one.cut.name for one in files]).get_indexer(pd.Index(made.file))
    ends = np.searchsorted(number, np.arange(1, len(files) + 1))
    start = 0
    for one, end in zip(files, ends, strict=True):
        cut, at = one.cut, slice(start, int(end))
        yield replace(
            made, table=made.table.iloc[at].reset_index(drop=True), file=made.file[at], row=made.row[at],
            read=cut.records.read, quarantine=made.quarantine[made.quarantine["file"] == cut.name],
            sha256={**({cut.archive: cut.archive_sha256} if cut.archive else {}), cut.name: cut.sha256},
            encodings=(cut.encoding,) if cut.encoding else (), repairs=tuple(_told([cut])),
            stated=frozenset(place for place in made.stated if place[1] == cut.name),
        )  # fmt: skip
        start = int(end)


def _spoilt(cuts: Sequence[Cut], plan: Plan) -> Iterator[Problem]:
    """Cells that hold no value, in columns that are read."""
    before = 0
    for cut in cuts:
        for one in cut.records.spoilt:
            if one.heading in plan.needed():
                yield Problem(one.heading, one.code, one.reason, one.at + before)
        before += len(cut.records.row)


def _but(problems: Iterable[Problem], spoilt: Sequence[Problem], plan: Plan) -> Iterator[Problem]:
    """Problems of cells that hold nothing, but for those whose own fault is told already."""
    named = {plan.heading(column): headings for column, headings in plan.headings.items()}
    for one in problems:
        own = [s.at for s in spoilt if s.column in named.get(one.column, ())] if one.code == "missing" else []
        left = np.setdiff1d(one.at, np.concatenate(own)) if own else one.at
        if len(left):
            yield replace(one, at=left)


def _told(cuts: Sequence[Cut]) -> Iterator[str]:
    """What to say of how each file was read."""
    for cut in cuts:
        if cut.records.blank_lines:
            yield f"{cut.name}: {several(cut.records.blank_lines, 'blank line')} passed over"
        yield from (f"{cut.name}: {note}" for note in cut.records.notes)


def _fitted(chosen: ColumnMap | None, cut: records.Records, contract: Contract, name: str, request: Request) -> Plan:
    """The map fitted to one file's headings; a fault names the map where there is one."""
    try:
        return column_map.fit(chosen, cut.headings, contract=contract, name=name)
    except SettingsError as fault:
        raise SettingsError(what=fault.what, where=request.column_map or fault.where, now=fault.now) from None


def _quarantine(
    cuts: Sequence[Cut],
    problems: Sequence[Problem],
    table: pd.DataFrame,
    *,
    owner: NDArray[np.int64],
    row: NDArray[np.int64],
) -> pd.DataFrame:
    """One line per fault, in the order of the files; it inherits its record's handling and marking."""
    once: dict[tuple[str, ...], int] = {}
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
    for place, cut in enumerate(cuts):
        at, which, faults = uncut.faults_of(cut.records.rejected)
        known = [once.setdefault((*fault, "", ""), len(once)) for fault in faults]
        parts.append((np.full(len(at), place), at, np.array(known, dtype=np.int64)[which]))
    for problem in problems:
        at = problem.at
        own = [table[c].iloc[at].tolist() if c in table else repeat("", len(at)) for c in ("handling", "marking")]
        fault = (problem.column, problem.code, problem.reason)
        known = [once.setdefault((*fault, *need), len(once)) for need in zip(*own, strict=True)]
        parts.append((owner[at], row[at], np.array(known, dtype=np.int64)))
    if not once:
        return no_quarantine()
    file, line, number = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((line, file))
    columns = zip(QUARANTINE[2:], zip(*once, strict=True), strict=True)
    told = {name: pd.array(values, dtype="str").take(number[order]) for name, values in columns}
    names = pd.array([cut.name for cut in cuts], dtype="str").take(file[order])
    return pd.DataFrame({"file": names, "row": line[order], **told}, copy=False)


def in_period(moments: pd.Series[pd.Timestamp], request: Request) -> NDArray[np.bool_]:
    """Which moments lie in the period asked for; a record without one lies in none, unless none is asked for."""
    within = np.ones(len(moments), dtype=bool)
    if request.since is not None:
        within &= (moments >= pd.Timestamp(request.since)).to_numpy(dtype=bool)
    if request.until_end is not None:
        within &= (moments < pd.Timestamp(request.until_end)).to_numpy(dtype=bool)
    return within
