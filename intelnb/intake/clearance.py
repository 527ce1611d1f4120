"""Need to know, applied where records are read: what an audience may not have never reaches its notebook."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.doctrine import grading, marking
from intelnb.errors import SettingsError, UsageError
from intelnb.intake import clock_changes
from intelnb.intake.request import Request
from intelnb.intake.rows import Rows
from intelnb.intake.source import Ledger, Loaded, Source, Workings, no_quarantine
from intelnb.intake.withheld import texts_and_numbers
from intelnb.records import Clearance
from intelnb.tables import arrow
from intelnb.tables.contract import Contract

USED, OUTSIDE_PERIOD, OUTSIDE_AREA, EXCLUDED = "used", "outside_period", "outside_area", "excluded_by_rule"


@dataclass(frozen=True, eq=False)
class Prepared:
    """Accepted records with everything derived from them, before anybody's clearance is applied.

    Parameters
    ----------
    rows
        The records as read.
    table
        Their table, with derived columns.
    scope
        For each record: `used`, `outside_period`, `outside_area` or `excluded_by_rule`.
    recorded
        For each record the moment that says how far the data reach; None where the kind has none.
    derived
        Derived columns and what each tells of the place: "", `point`, or a level of areas.
    only_for_unit
        Records that rest on something graded elsewhere, and so are for the unit alone.
    beyond
        How many records the store holds that were not read, by what they count as.
    covered
        The months that were sent whole; None where nobody can know.
    covered_by
        Where senders differ: the months of areas of which others were sent, and these areas.
    """

    rows: Rows
    table: pd.DataFrame
    scope: NDArray[np.object_]
    recorded: pd.Series[pd.Timestamp] | None = None
    derived: Mapping[str, str] = field(default_factory=dict)
    only_for_unit: NDArray[np.bool_] | None = None
    crs_operation: str = ""
    accuracy_m: float | None = None
    repairs: tuple[str, ...] = ()
    remarks: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"file": [], "row": [], "remark": []}))
    beyond: Mapping[str, int] = field(default_factory=dict)
    covered: tuple[str, ...] | None = None
    covered_by: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()


def hand_over(prepared: Prepared, contract: Contract, request: Request) -> Loaded:
    """Reduce a table to what one audience may have.

    What is handed over depends on nothing that is withheld: with the withheld records gone from the input,
    it is the same to the byte.

    Parameters
    ----------
    prepared
        The records with everything derived from them.
    contract
        What each column means for need to know.
    request
        For whom, and what was asked.

    Returns
    -------
    The reduced table and source, and the workings that stay behind.
    """
    clearance = request.clearance
    rows, table = prepared.rows, prepared.table
    whole_kind = kind_is_withheld(contract, request)
    kept_back = np.ones(len(table), dtype=bool) if whole_kind else withheld_rows(prepared, contract, request)
    columns = withheld_columns(contract, prepared.derived, request)
    in_scope = prepared.scope == USED
    shown = [name for name in table.columns if name not in columns]
    used = in_scope & ~kept_back
    reduced = table[shown] if used.all() else table.loc[used, shown]
    reduced = reduced.reset_index(drop=True)
    stream = arrow.to_stream(reduced)
    as_at = _as_at(prepared, ~kept_back, request, whole_kind=whole_kind)
    status = _status(contract, request, submitted=rows.submitted)
    attrs: dict[Hashable, Any] = {"kind": contract.kind, "status": status, "withheld": columns, "as_at": as_at}
    if prepared.covered is not None and status == "submitted":
        attrs["covered"] = prepared.covered
        attrs |= {"covered_by": prepared.covered_by} if prepared.covered_by else {}
    beyond = Ledger(read=(more := sum(prepared.beyond.values())), accepted=more, **prepared.beyond)
    full = _ledger(prepared.scope, kept_back, quarantined=rows.quarantined) + beyond
    clocks, doubtful = clock_changes.told(
        table, contract, timezone=request.timezone, file=rows.file, row=rows.row, stated=rows.stated
    )  # fmt: skip
    repairs = (*rows.repairs, *prepared.repairs, *clocks)
    remarks = pd.concat([prepared.remarks, doubtful], ignore_index=True) if clocks else prepared.remarks
    workings = Source(
        contract.kind, full, sha256=rows.sha256, as_at=as_at, encoding=", ".join(rows.encodings),
        crs_operation=prepared.crs_operation, accuracy_m=prepared.accuracy_m, marking=request.marking, repairs=repairs,
    )  # fmt: skip
    # the numbers of what is withheld travel only to those who may know that something is
    told = (
        full
        if clearance.says_withheld
        else _ledger(prepared.scope[~kept_back], np.zeros((~kept_back).sum(), dtype=bool))
        + (Ledger() if whole_kind else beyond)
    )
    handed = Source(
        contract.kind, told, as_at=as_at, crs_operation=prepared.crs_operation, accuracy_m=prepared.accuracy_m,
        marking=request.marking, repairs=repairs if clearance.says_withheld else (), digest=arrow.digest(stream),
    )  # fmt: skip
    reduced.attrs = {**attrs, "digest": handed.digest}
    texts, numbers = texts_and_numbers(
        table, contract, rows_withheld=kept_back, columns_withheld=columns, reduced=reduced
    )
    behind = Workings(workings, rows.quarantine, remarks, stream, texts, numbers)
    return Loaded(reduced, handed, no_quarantine(), behind)


def hand_over_all(
    rows: Rows,
    contract: Contract,
    request: Request,
    *,
    only_for_unit: NDArray[np.bool_] | None = None,
    repairs: Sequence[str] = (),
) -> Loaded:
    """Hand over a table that is read whole, whatever the area and period asked for."""
    scope = np.full(len(rows.table), USED, dtype=object)
    prepared = Prepared(rows, rows.table, scope, only_for_unit=only_for_unit, repairs=tuple(repairs))
    return hand_over(prepared, contract, request)


def kind_is_withheld(contract: Contract, request: Request) -> bool:
    """Whether an audience may have nothing of a kind: not among its sources, or its files marked too high.

    Files without a marking, where records have none of their own, are for the unit alone.
    """
    clearance = request.clearance
    if contract.kind not in clearance.sources:
        return True
    if "marking" in contract.names:
        return False
    return not _may_have(request.marking, clearance)


def _status(contract: Contract, request: Request, *, submitted: bool) -> str:
    """Whether there is a table at all: an audience that may not have a kind is not told whether there is one."""
    if contract.kind not in request.clearance.sources:
        return "withheld"
    if not submitted:
        return "not submitted"
    return "withheld" if kind_is_withheld(contract, request) else "submitted"


def withheld_rows(prepared: Prepared, contract: Contract, request: Request) -> NDArray[np.bool_]:
    """Which records an audience may not have: by marking, handling, missing grade, or what they rest on."""
    table, clearance = prepared.table, request.clearance
    kept_back = np.zeros(len(table), dtype=bool)
    if prepared.only_for_unit is not None and not clearance.ungraded:
        kept_back |= prepared.only_for_unit
    if "marking" in contract.names:
        allowed = {mark: _may_have(mark, clearance) for mark in table["marking"].unique()}
        kept_back |= ~table["marking"].map(allowed).to_numpy(dtype=bool)
    if "handling" in contract.names:
        kept_back |= ~_handling_allows(table, clearance)
    return kept_back


def _may_have(mark: str, clearance: Clearance) -> bool:
    """Whether a marking may go to an audience; a missing or legacy one goes to the unit alone."""
    rank, top = marking.rank(mark), marking.rank(clearance.highest_marking)
    if top is None:
        told = f"The audience '{clearance.audience}' has no highest marking we know"
        raise SettingsError(what=told, now=f"Choose one of: {', '.join(marking.ALLOWED)}.")
    return clearance.ungraded if rank is None else rank <= top


def effective_handling(scheme: pd.Series[str], handling: pd.Series[str]) -> NDArray[np.object_]:
    """P or C by today's scheme, for filtering only; a missing code stays missing, and legacy ones are C unless open.

    Examples
    --------
    >>> effective_handling(pd.Series(["3x5x2", "5x5x5", "5x5x5"]), pd.Series(["P", "1", "4"])).tolist()
    ['P', 'P', 'C']
    """
    pairs = {pair: _effective(*pair) for pair in set(zip(scheme, handling, strict=True))}
    return np.array([pairs[pair] for pair in zip(scheme, handling, strict=True)], dtype=object)


def _effective(scheme: str, handling: str) -> str:
    if not handling:
        return ""
    if scheme == "3x5x2":
        return handling
    if scheme == "5x5x5":
        return grading.indicative(grading.Grade(scheme, "", "", handling, handling)).handling or "C"
    return "C"


def _handling_allows(table: pd.DataFrame, clearance: Clearance) -> NDArray[np.bool_]:
    """Whether each record's handling lets an audience have it.

    A conditional record is for those its own conditions name; the unit that holds it has it in any case.
    """
    code = effective_handling(table["scheme"], table["handling"])
    named = np.array([clearance.audience in listed for listed in table["audiences"]], dtype=bool)
    open_to_all = (code == "P") & ("P" in clearance.handling)
    conditional = (code == "C") & ("C" in clearance.handling) & (named | clearance.ungraded)
    missing = (code == "") & clearance.ungraded
    graded = ~table["to_grade"].to_numpy(dtype=bool) | clearance.ungraded
    allowed: NDArray[np.bool_] = (open_to_all | conditional | missing) & graded
    return allowed


def withheld_columns(contract: Contract, derived: Mapping[str, str], request: Request) -> tuple[str, ...]:
    """Which columns an audience may not have: personal data, narrative, places finer than it may know."""
    clearance = request.clearance
    hidden = []
    for column in contract.fields:
        personal = column.personal and not clearance.personal_data
        narrative = column.free_text and not clearance.free_text
        if personal or narrative or not place_may_be_told(column.locating, request):
            hidden.append(column.name)
    hidden += [name for name, locating in derived.items() if not place_may_be_told(locating, request)]
    return tuple(hidden)


def place_may_be_told(locating: str, request: Request) -> bool:
    """Whether a column that tells a place this finely may be shown.

    Raises
    ------
    SettingsError
        When the audience's finest place is neither `point` nor a level of areas.
    """
    finest, levels = request.clearance.finest, request.level_names()
    if finest != "point" and finest not in levels:
        choices = ", ".join(("point", *levels))
        told = f"The audience '{request.clearance.audience}' may know places as fine as '{finest}', which is no level"
        raise SettingsError(what=told, now=f"Choose one of: {choices}.")
    if not locating or finest == "point":
        return True
    if locating == "point":
        return False
    if locating == "area":
        return finest == levels[-1]
    return levels.index(locating) <= levels.index(finest)


def refuse_finer_area(level: str, request: Request) -> None:
    """Refuse to read for an area smaller than the audience may know of: the choice itself would tell.

    Raises
    ------
    UsageError
        When the area's level is finer than the audience's.
    """
    if not place_may_be_told(level, request):
        clearance = request.clearance
        told = f"'{request.area}' is a {level}, and '{clearance.audience}' may know places no finer than {clearance.finest}"
        raise UsageError(what=told, now=f"Choose a {clearance.finest} or a larger area, or another audience.")


def _ledger(scope: NDArray[np.object_], withheld: NDArray[np.bool_], *, quarantined: int = 0) -> Ledger:
    """The account: a record outside what was asked is counted there, whether or not it would be withheld."""
    counts = {name: int((scope == name).sum()) for name in (OUTSIDE_PERIOD, OUTSIDE_AREA, EXCLUDED)}
    used = scope == USED
    return Ledger(
        read=len(scope) + quarantined,
        accepted=len(scope),
        quarantined=quarantined,
        used=int((used & ~withheld).sum()),
        withheld=int((used & withheld).sum()),
        **counts,
    )


def _as_at(prepared: Prepared, may_have: NDArray[np.bool_], request: Request, *, whole_kind: bool) -> datetime | None:
    """The moment the data are complete to: the settings' value, else the latest record this audience may have."""
    if request.as_at is not None:
        return request.as_at
    if prepared.recorded is None or whole_kind:
        return None
    latest = [prepared.recorded[may_have].max()]
    held = prepared.rows.beyond.latest.get(str(prepared.recorded.name))
    if prepared.beyond and held is not None:  # what was not read is kept from nobody who may have the kind
        latest.append(held)
    known = [moment for moment in latest if not pd.isna(moment)]
    return max(known).to_pydatetime() if known else None
