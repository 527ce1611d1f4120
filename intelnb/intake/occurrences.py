"""Occurrences: what happened at a time and a place. Crimes, incidents, outcomes and searches are read alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.intake import clearance, placing, reading, sending, values
from intelnb.intake.clearance import EXCLUDED, OUTSIDE_AREA, OUTSIDE_PERIOD, USED, Prepared
from intelnb.intake.column_map import Plan
from intelnb.intake.nouns import counted
from intelnb.intake.request import Request
from intelnb.intake.rows import Rows
from intelnb.intake.sending import Coverage, Sent
from intelnb.intake.source import Loaded
from intelnb.intake.values import Problem, Typed
from intelnb.tables import lateness, silence
from intelnb.tables.contract import MOMENT, Contract

_FILLED_IN = 0.05  # above this share, times at midnight sharp are likelier blanks than times


def read(request: Request, contract: Contract, *, excluded: Sequence[str] = ()) -> Loaded:
    """Read occurrences for one area and period, as one audience may have them.

    An occurrence counts in the period its middle lies in. An end written without a time is the end of that day;
    a start written without a time, and without an end, lasts to the end of its day or month. It lies where its
    point lies; without a point, in its recorded area; else it is unplaced, which is no fault. Unplaced ones
    belong to the force as a whole. Blank and repeated ids, and records alike in every column, are kept and counted.

    Parameters
    ----------
    request
        What is asked, and for whom.
    contract
        The table they make: it has `start`, `end`, `easting`, `northing`, `area`.
    excluded
        Values of `status` that take a record out of every count, by rule.

    Returns
    -------
    The reduced table and its source.

    Raises
    ------
    IntelError
        When files, map, settings or the area asked for cannot be used.
    """
    rows = reading.rows(request, contract, checks=CHECKS, settle=_ended)
    place = placing.placed(rows, request, noun=contract.kind)
    table = _in_time(place.table).assign(inside=place.inside)
    table = table[[*contract.names, "middle", "hours_wide", "inside", "placed_by", *request.level_names()]]
    senders = _senders(rows, table)
    sent = _coverage(rows, senders, table, place.inside, request=request, contract=contract)
    prepared = Prepared(
        rows=rows,
        table=table,
        scope=_scope(table, place.inside | place.near, request, excluded),
        recorded=_how_far(table, rows),
        derived={"placed_by": "point"} | {level: level for level in request.level_names()},
        crs_operation=place.operation,
        accuracy_m=place.accuracy_m,
        repairs=(*place.told, *_alike(rows, contract), *_midnights(table, contract)),
        remarks=place.remarks,
        beyond=_beyond(rows, excluded),
        covered=sent.months if sent else None,
        covered_by=sent.by_area if sent else (),
    )
    loaded = clearance.hand_over(prepared, contract, request)
    loaded.table.attrs |= _travelling(prepared, senders, loaded.table, request)
    return loaded


def _intervals(typed: Typed, plan: Plan) -> Sequence[Problem]:
    return values.ends_before_start(typed, told=plan.heading("end"))


CHECKS = (_intervals,)
"""Checks of these kinds beyond their contracts."""


def _ended(typed: Typed) -> pd.DataFrame:
    """Ends as they are stated: to the last second of a day or month where no time is given."""
    end = typed.stated_end["end"]
    open_ended = typed.table["end"].isna() & ~typed.is_exact["start"]
    return typed.table.assign(end=end.where(~open_ended, typed.stated_end["start"]).astype(MOMENT))


def _in_time(table: pd.DataFrame) -> pd.DataFrame:
    """The middle of each interval, and how wide it is; what has no end happened at its start."""
    length = table["end"].fillna(table["start"]) - table["start"]
    middle = (table["start"] + length / 2).dt.floor("s").astype(MOMENT)
    hours = (length.dt.total_seconds() / 3600).astype("float64").round(4)
    return table.assign(middle=middle, hours_wide=hours)


def _scope(
    table: pd.DataFrame, in_area: NDArray[np.bool_], request: Request, excluded: Sequence[str]
) -> NDArray[np.object_]:
    """What each record counts as; the first that applies of: excluded, outside the period, outside the area."""
    scope = np.full(len(table), USED, dtype=object)
    scope[~in_area] = OUTSIDE_AREA
    scope[~reading.in_period(table["middle"], request)] = OUTSIDE_PERIOD
    if excluded:
        scope[table["status"].isin(excluded).to_numpy(dtype=bool)] = EXCLUDED
    return scope


def _how_far(table: pd.DataFrame, rows: Rows) -> pd.Series[pd.Timestamp]:
    """When each was recorded; where the force does not say, when it was reported, or ended, or started."""
    told = (name for name in ("recorded", "reported", "end", "start") if name in table)
    return next(
        (table[name] for name in told if name in rows.beyond.latest or table[name].notna().any()), table["start"]
    )


def _senders(rows: Rows, table: pd.DataFrame) -> Sent:
    """Who sent the records: as the store says, else as the files are called."""
    if rows.sent is not None:
        return rows.sent
    return sending.of_files(rows.file, table["middle"].to_numpy(), table["hours_wide"].to_numpy())


def _told(request: Request) -> list[str]:
    """The levels of areas this audience may be told of."""
    return [level for level in request.level_names() if clearance.place_may_be_told(level, request)]


def _coverage(
    rows: Rows, sent: Sent, table: pd.DataFrame, inside: NDArray[np.bool_], *, request: Request, contract: Contract
) -> Coverage | None:
    """The months everyone sent on whose records the area asked for rests; None where nothing was sent at all."""
    if not rows.submitted:
        return None
    if len(sent.more):
        nobody = np.full(len(sent.more), "", dtype=object)
        more = replace(rows, table=sent.more, file=nobody, row=np.zeros(len(nobody), dtype=np.int64))
        place = placing.placed(more, request, noun=contract.kind)
        table = pd.concat([table, _in_time(place.table)], ignore_index=True)
        inside = np.concatenate([inside, place.inside])
    return sending.coverage(sent, table, inside, levels=request.level_names(), told=_told(request))


def _travelling(prepared: Prepared, sent: Sent, handed: pd.DataFrame, request: Request) -> dict[str, Any]:
    """How late records are made, and where they look like a gap: of the whole source where an area is too thin to tell."""
    if handed.attrs["status"] != "submitted":
        return {}
    table, as_at = prepared.table, handed.attrs["as_at"]
    told, asked = _told(request), np.isin(prepared.scope, (USED, OUTSIDE_AREA))
    source = table.loc[asked, [name for name in ("middle", "start", *lateness.NEEDS, *told) if name in table]]
    source.attrs = handed.attrs
    area = source[table.loc[source.index, "inside"].to_numpy(dtype=bool)]
    late = lateness.measured(source, as_at)
    own = lateness.measured(area, as_at) if len(area) < len(source) else late
    gaps = silence.looked_for(
        source, area, delay=late, until=request.until_end, levels=told,
        senders=sending.joined(sent, table, levels=request.level_names())[asked],
    )  # fmt: skip
    return {"delay": own or late, "gaps": gaps}


def _beyond(rows: Rows, excluded: Sequence[str]) -> dict[str, int]:
    """What the records count as that the store holds in other months: they were not read."""
    if not rows.beyond.count:
        return {}
    out = sum(rows.beyond.status.get(word, 0) for word in excluded)
    return {EXCLUDED: out, OUTSIDE_PERIOD: rows.beyond.count - out}


def _alike(rows: Rows, contract: Contract) -> list[str]:
    """Records without an id, with the id of another, or alike in every column: all are somebody's, and all are kept."""
    table, noun = rows.table, contract.kind
    if "id" not in rows.mapped or table.empty:
        return []
    which, ids = pd.factorize(table["id"])
    held = np.bincount(which)
    blank = np.asarray(ids == "", dtype=bool)
    without, repeated = int(held[blank].sum()), int((held[~blank] - 1).sum())
    told = [f"{counted(without, noun, 'has', 'have')} no id: kept"] if without else []
    if repeated:
        told.append(f"{counted(repeated, noun, 'repeats', 'repeat')} the id of another: kept")
    # only records of one id, or of none, can be alike
    candidates = held[which] > 1
    if repeated and not contract.named_by:
        told += _in_other_files(which[candidates & ~blank[which]], rows.file[candidates & ~blank[which]], noun)
    alike = int(table[candidates].duplicated().sum())
    if alike:
        told.append(f"{counted(alike, noun, 'is', 'are')} like another in every column: kept")
    return told


def _in_other_files(which: NDArray[np.int64], file: NDArray[np.object_], noun: str) -> list[str]:
    """Ids that several files have: exports that overlap count a record twice."""
    pairs = pd.DataFrame({"id": which, "file": file}).drop_duplicates()
    shared = int(pairs["id"].duplicated().sum())
    return (
        [f"{counted(shared, noun, 'has', 'have')} an id that an earlier file has too: kept, and counted twice"]
        if shared
        else []
    )


def _midnights(table: pd.DataFrame, contract: Contract) -> list[str]:
    """Whether so many times are midnight sharp that it stands for no time at all."""
    exact = table[(table["hours_wide"] == 0).to_numpy(dtype=bool)]
    if exact.empty:
        return []
    sharp = int((exact["start"] == exact["start"].dt.normalize()).sum())
    if sharp <= _FILLED_IN * len(exact):
        return []
    return [f"{counted(sharp, contract.kind, 'is', 'are')} timed at midnight sharp, which may stand for no time: kept"]
