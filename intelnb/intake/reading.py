"""From files to typed records: gate, encoding, records, map, values; every record accepted or quarantined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.errors import InputRefused, SettingsError
from intelnb.intake import ceiling, column_map, encoding, gate, layouts, records, spread, values
from intelnb.intake.column_map import ColumnMap, Plan
from intelnb.intake.request import Request
from intelnb.intake.source import QUARANTINE, no_quarantine
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

    `mapped` are the columns every file has; the others are empty or the same throughout.
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
    laid = layouts.named(request.layout, contract)
    if not request.files:
        return Rows(
            contract.empty(), np.array([], dtype=object), np.array([], dtype=np.int64), 0, no_quarantine(),
            {}, (), (), chosen, frozenset(), submitted=False,
        )  # fmt: skip
    found = gate.find(request.files, folder=request.folder, allowed=request.allowed)
    opened = (gate.open_file(path, folder=request.folder, allowed=request.allowed) for path in found)
    parts = [_one(one, request, contract, chosen=chosen, laid=laid, checks=checks, settle=settle) for one in opened]
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


def _map(request: Request, contract: Contract) -> ColumnMap | None:
    """The column map the settings name, if any."""
    if not request.column_map:
        return None
    path = request.folder / request.column_map
    opened = gate.open_file(path, folder=request.folder, allowed=request.allowed, largest=1_000_000)
    return column_map.parse(opened.data, name=request.column_map, contract=contract)


def _one(
    opened: gate.Opened,
    request: Request,
    contract: Contract,
    *,
    chosen: ColumnMap | None,
    laid: layouts.Layout,
    checks: Sequence[Check],
    settle: Settle,
) -> Rows:
    """One file."""
    if opened.layer != "text":
        kind = {"zip": "an Excel workbook or a zip", "sqlite": "a database", "json": "JSON"}[opened.layer]
        raise InputRefused(
            what=f"This is {kind}, and {contract.kind} are read from CSV", where=opened.name, now="Save it as CSV."
        )
    rules = chosen.source if chosen else column_map.SourceRules()
    text, written = encoding.decoded(opened.data, name=opened.name, encoding=rules.encoding)
    cut = records.scan(text, name=opened.name, delimiter=rules.delimiter)
    marks = _marking_headings(chosen)
    ceiling.refuse_above(text, cut, marking_headings=marks, name=opened.name)
    cut, told = laid.shaped(cut, opened.name)
    chosen = laid.fitting(cut.headings, opened.name) or chosen
    if chosen is not None:
        cut, chosen, wide = spread.lengthened(cut, chosen, opened.name)
        told += wide
    plan = _fitted(chosen, cut, contract, opened.name, request)
    typed = values.typed(cut.table[list(plan.needed())], plan, contract=contract, timezone=request.timezone)
    problems = [*typed.problems, *(p for check in checks for p in check(typed, plan))]
    bad = np.zeros(len(cut.row), dtype=bool)
    for problem in problems:
        bad[problem.at] = True
    repairs = [f"{opened.name}: {cut.blank_lines} blank lines passed over"] if cut.blank_lines else []
    repairs += [f"{opened.name}: {words}" for words in told]
    return Rows(
        table=settle(typed)[~bad].reset_index(drop=True),
        file=np.full(int((~bad).sum()), opened.name, dtype=object),
        row=cut.row[~bad],
        read=cut.read,
        quarantine=_quarantine(opened.name, cut, problems, typed.table),
        sha256={opened.name: opened.sha256},
        encodings=(written,),
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
