"""What a file replaces: decided month by month, never by throwing away what nobody said was gone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.errors import InputRefused
from intelnb.intake.rows import Rows
from intelnb.intake.store import changes, months, parts, weighing
from intelnb.intake.store.catalogue import Catalogue, Issue, Part
from intelnb.intake.store.changes import Difference, Side
from intelnb.tables.contract import Contract
from intelnb.tables.words import several

_HOW_FAR = ("recorded", "reported", "received")


class Said(Protocol):
    """What was said of a file."""

    @property
    def since(self) -> date | None:
        """The first day it holds whole."""

    @property
    def until_end(self) -> date | None:
        """The first day after."""

    @property
    def adds(self) -> bool:
        """Whether it only adds."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What taking a file in does to what is held.

    `whole` are months it holds whole and so replaces, `added_to` those it only adds to, `body` those it is about;
    `cut` are parts that lose records, each with those left to it. `weighed` says, by month, how what was concluded of
    a month that is held already came about.
    """

    whole: tuple[str, ...]
    added_to: tuple[str, ...]
    body: tuple[str, ...]
    cut: tuple[tuple[Part, Side], ...]
    difference: Difference
    weighed: Mapping[str, weighing.Weighed] = field(default_factory=dict)


def side(rows: Rows, contract: Contract) -> Side:
    """The records of a file as one side of a comparison."""
    return Side(rows.table, months.counted_at(rows.table, contract), rows.file, rows.row)


def plan(
    catalogue: Catalogue,
    after: Side,
    *,
    contract: Contract,
    folder: Path,
    asked: Said,
    issue: Issue,
    together: int | None = None,
) -> Plan:
    """Decide what a file replaces.

    Published records say their month alone: a file of them holds its months whole. Else a month of the file's
    body is held whole where the store has none of it, or nearly all the store has of it is in the file and none of the
    rest lies outside the time the file spans. Records
    of any other month are added to it, and replace only those of their own id. What somebody says stands in place
    of all of this, for months the store has and for those it has not: the days a file holds whole, or that it only
    adds. Days stated file by file make a month whole once they fill it. The same file read in another way replaces
    all that was read of it before.

    Parameters
    ----------
    catalogue
        What is held of the feed.
    after
        The records of the file.
    contract, folder
        Their kind, and where the feed's parts lie.
    asked
        What was said of the file.
    issue
        The file as the catalogue will name it.
    together
        The number of the first file that came in at once with this one, under the same words: they hold the stated
        days together, so none of them takes out the records of another. None where it came alone.

    Raises
    ------
    InputRefused
        When records without an id would be added to others without one, the file is older than what it would
        replace, or its ids are given again to other records.
    """
    sent = [str(month) for month in np.unique(after.month)]
    monthly = months.is_monthly(after.table, contract)
    again = {one.number for one in catalogue.issues if one.sha256 == issue.sha256}
    reached = {*sent, *_span(catalogue, asked)}
    touched = [part for part in catalogue.parts if part.month in reached or part.issue in again]
    if not monthly:
        touched += _elsewhere(catalogue, after, contract, folder, but=touched)
    stated, body = _stated(catalogue, asked, again), sent if monthly else months.body(after.month)
    is_said = asked.adds or asked.since is not None
    known = {*catalogue.covered, *(part.month for part in catalogue.parts)}
    until = max((pd.Timestamp(part.last) for part in catalogue.parts), default=pd.Timestamp.min)
    if not touched and not known & set(sent):  # the store knows nothing of these months
        difference = Difference(changes.nothing(), unchanged=0, new=len(after.table))
        return Plan(tuple(stated if is_said else body), (), tuple(body), (), difference)
    held = [_held(part, catalogue, contract, folder) for part in touched]
    before = _joined(held, after)
    is_again = np.repeat([part.issue in again for part in touched], [len(one.table) for one in held]).astype(bool)
    weighed = {} if is_said or monthly else weighing.weighed(before.take(~is_again), after, body, contract)
    concluded = [month for month in body if month not in weighed or weighed[month].is_again]
    whole = stated if is_said else sent if monthly else concluded
    goes = np.isin(before.month.astype(str), whole)
    if is_said:
        at_once = [together is not None and part.issue >= together for part in touched]
        goes = _within(before, asked) & ~np.repeat(at_once, [len(one.table) for one in held]).astype(bool)
    ids = changes.keys(after.table, contract)
    if not monthly:
        weighing.refuse_numbered(before.take(~is_again), after, contract, issue.name)
        goes = goes | (pd.Series(changes.keys(before.table, contract)).isin(set(ids) - {""})).to_numpy(dtype=bool)
    if not asked.adds:  # of days somebody named, what comes takes the place of what is there
        elsewhere = before.take(~is_again & ~_within(before, asked)), after.take(~_within(after, asked))
        _refuse_doubtful(*elsewhere, [] if is_said else whole, contract, issue.name)
    if not is_said:
        nearly = np.isin(before.month.astype(str), [month for month, one in weighed.items() if one.is_nearly_all])
        _refuse_older(before.take((goes | nearly) & ~is_again), after, contract, issue.name)
    goes = goes | is_again
    ends = np.cumsum([len(one.table) for one in held])
    cut = [
        (part, one.take(~goes[end - len(one.table) : end]))
        for part, one, end in zip(touched, held, ends, strict=True)
        if goes[end - len(one.table) : end].any()
    ]
    difference = changes.compare(
        before.take(goes), after, contract=contract, known_months=sorted(known), known_until=until
    )
    met = {part.month for part in touched if part.issue not in again}
    # of what the store had nothing, a file's body is all there is, unless somebody says what the file is
    fresh = set() if is_said else set(body) - met
    added = tuple(sorted((met & set(sent)) - set(whole)))
    return Plan(tuple(sorted({*whole, *fresh})), added, tuple(body), tuple(cut), difference, weighed)


def _stated(catalogue: Catalogue, asked: Said, again: Collection[int]) -> list[str]:
    """The months somebody says are held whole: by this file, or by it and the days stated of others before."""
    if asked.adds or asked.since is None or asked.until_end is None:
        return []
    days = [one.said.split("/") for one in catalogue.issues if "/" in one.said and one.number not in again]
    spans = [(date.fromisoformat(first), date.fromisoformat(end)) for first, end in days]
    runs: list[tuple[date, date]] = []
    for first, end in sorted([(asked.since, asked.until_end), *spans]):
        if runs and first <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(end, runs[-1][1]))
        else:
            runs.append((first, end))
    whole = {month for run in runs for month in months.between(*map(pd.Timestamp, run))}
    return sorted(whole & months.touching(asked.since, asked.until_end))


def _span(catalogue: Catalogue, asked: Said) -> set[str]:
    """Months of the store that lie, whole or in part, in the days somebody named."""
    if asked.since is None or asked.until_end is None:
        return set()
    first, end = pd.Timestamp(asked.since), pd.Timestamp(asked.until_end)
    return {p.month for p in catalogue.parts if pd.Timestamp(p.last) >= first and pd.Timestamp(p.first) < end}


def _within(before: Side, asked: Said) -> NDArray[np.bool_]:
    """Held records that count in the days somebody named; none where nobody named any."""
    first, end = (np.datetime64(day or "NaT", "us") for day in (asked.since, asked.until_end))
    return np.asarray((before.at >= first) & (before.at < end))


def _elsewhere(
    catalogue: Catalogue, after: Side, contract: Contract, folder: Path, *, but: Sequence[Part]
) -> list[Part]:
    """Parts of other months that hold a record of the file: its date was put right since."""
    names = changes.identity(contract)
    ids = set(changes.keys(after.table, contract)) - {""}
    if not names or not ids:
        return []
    taken = {part.file for part in but}
    others = [part for part in catalogue.parts if part.file not in taken]
    held = (parts.read(folder / part.file, contract, sha256=part.sha256, columns=names)[0] for part in others)
    return [part for part, table in zip(others, held, strict=True) if not ids.isdisjoint(changes.keys(table, contract))]


def _held(part: Part, catalogue: Catalogue, contract: Contract, folder: Path) -> Side:
    """The records of a part."""
    table, row = parts.read(folder / part.file, contract, sha256=part.sha256)
    issue = catalogue.issue(part.issue)
    file = np.full(len(table), issue.name, dtype=object)
    return Side(table, months.counted_at(table, contract), file, row)


def _joined(held: Sequence[Side], like: Side) -> Side:
    """The records of several parts, in their order; none where there are none."""
    if not held:
        return like.take(np.zeros(len(like.table), dtype=bool))
    return Side(
        pd.concat([one.table for one in held], ignore_index=True),
        np.concatenate([one.at for one in held]),
        np.concatenate([one.file for one in held]),
        np.concatenate([one.row for one in held]),
    )


def _refuse_doubtful(before: Side, after: Side, whole: Sequence[str], contract: Contract, name: str) -> None:
    """Records nobody can tell apart: those without an id, in a month that is only added to."""
    held = set(before.month[changes.keys(before.table, contract) == ""].astype(str)) - set(whole)
    unnamed = after.month[changes.keys(after.table, contract) == ""].astype(str)
    doubtful = unnamed[np.isin(unnamed, list(held))]
    if len(doubtful):
        listed = months.tight(sorted(set(doubtful)))
        raise InputRefused(
            what=f"{several(len(doubtful), 'record')} without an id {'falls' if len(doubtful) == 1 else 'fall'} in months of which the store holds others without one ({listed})",
            where=name,
            now="Say which days this file holds whole (--covers), or that it only adds (--adds).",
        )


def _refuse_older(goes: Side, after: Side, contract: Contract, name: str) -> None:
    """An export made before the one it would replace."""
    for column in (one for one in _HOW_FAR if one in contract.names):
        held, sent = goes.table[column].max(), after.table[column].max()
        if pd.notna(held) and pd.notna(sent):
            if sent < held:
                raise InputRefused(
                    what=f"This file ends with what was {column} on {sent:%Y-%m-%d}, and the store holds a later issue of it",
                    where=name,
                    now="Ingest the newest export; or say which days this one holds whole (--covers).",
                )
            return
