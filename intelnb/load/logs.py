"""Intelligence logs: graded in their own scheme, and kept from whoever may not have them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.doctrine import grading, marking
from intelnb.intake import boundaries, clearance, reading
from intelnb.intake.clearance import OUTSIDE_AREA, OUTSIDE_PERIOD, USED, Prepared
from intelnb.intake.column_map import Plan
from intelnb.intake.request import Request
from intelnb.intake.rows import Rows
from intelnb.intake.source import Loaded
from intelnb.intake.values import Problem, Typed
from intelnb.tables.logs import CONTRACT
from intelnb.tables.words import several

_PARTS = {"source_grade": "source", "information_grade": "information", "handling": "handling"}


def read(request: Request) -> Loaded:
    """Read intelligence logs for one area and period, as one audience may have them.

    A grade is read in its own scheme and kept as it is; a code the scheme does not have is quarantined. A log
    without a handling code, a marking or a scheme is accepted and still *to grade*: it counts as conditional,
    and is for the unit alone. The marking of the file stands in only where the file has no column of markings.
    A log belongs to every area it names and those around it; one that names none belongs to the force.

    Parameters
    ----------
    request
        What is asked, and for whom.

    Returns
    -------
    The reduced table, with `to_grade` and `conditional`, and its source.

    Raises
    ------
    SecurityIncident
        When any record is marked above OFFICIAL-SENSITIVE.
    IntelError
        When files, map, settings or the area asked for cannot be used.
    """
    rows = reading.rows(request, CONTRACT, checks=CHECKS, settle=_spelt)
    table, repairs = _marked(rows, request)
    table = _conditional(table)
    prepared = Prepared(
        rows=rows,
        table=table,
        scope=_scope(table, request),
        recorded=table["received"],
        repairs=repairs,
    )
    return clearance.hand_over(prepared, CONTRACT, request)


def _grades(typed: Typed, plan: Plan) -> Sequence[Problem]:
    """Schemes nobody knows, and codes their scheme does not have."""
    problems: list[Problem] = []
    table = typed.table
    for scheme, rows in table.groupby("scheme", sort=True).groups.items():
        at = table.index.get_indexer(rows)
        if not scheme:
            continue
        try:
            name = grading.scheme_named(str(scheme))
        except grading.GradeError as fault:
            problems.append(Problem(plan.heading("scheme"), "unknown_scheme", fault.what, at))
            continue
        for column, part in _PARTS.items():
            known = {"", *(grading.codes(name, part) if part in _parts_of(name) else ())}
            given = table[column].iloc[at].str.upper()
            for code in sorted(set(given) - known):
                reason = f"The code '{code[:12]}' is not one of {name}"
                problems.append(Problem(plan.heading(column), "unknown_code", reason, at[(given == code).to_numpy()]))
    return problems


def _parts_of(scheme: str) -> tuple[str, ...]:
    """Which parts a scheme grades; Admiralty has no handling codes."""
    return ("source", "information") if scheme == "Admiralty" else tuple(_PARTS.values())


def _markings(typed: Typed, plan: Plan) -> Sequence[Problem]:
    """Markings of no scheme; their text is not repeated."""
    given = typed.table["marking"]
    strange = {mark for mark in given.unique() if mark and not marking.is_known(mark)}
    at = np.flatnonzero(given.isin(strange).to_numpy(dtype=bool))
    return (
        [Problem(plan.heading("marking"), "unknown_marking", "The marking is not one we know", at)] if len(at) else []
    )


def _spelt(typed: Typed) -> pd.DataFrame:
    """Schemes, codes and markings in their official spelling; what a grade says is never changed."""
    table = typed.table
    spelt = {column: table[column].str.upper() for column in _PARTS}
    known = {mark: marking.normalise(mark) for mark in table["marking"].unique()}
    names = {scheme: _scheme(scheme) for scheme in table["scheme"].unique()}
    return table.assign(**spelt, marking=table["marking"].map(known), scheme=table["scheme"].map(names)).astype(
        {"marking": "str", "scheme": "str"}
    )


def _scheme(scheme: str) -> str:
    try:
        return grading.scheme_named(scheme) if scheme else ""
    except grading.GradeError:
        return scheme


def _marked(rows: Rows, request: Request) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The marking of the file, where it has no column of markings; said in the account."""
    if "marking" in rows.mapped or not request.marking or rows.table.empty:
        return rows.table, ()
    its = "its" if len(rows.table) == 1 else "their"
    told = f"{several(len(rows.table), 'log', 'carries', 'carry')} the marking of {its} file: {request.marking}"
    return rows.table.assign(marking=pd.Series([request.marking] * len(rows.table), dtype="str")), (told,)


def _conditional(table: pd.DataFrame) -> pd.DataFrame:
    """Which logs are still to grade, and which may be shared on conditions only; a missing code is never P."""
    ranked = {mark: marking.rank(mark) is not None for mark in table["marking"].unique()}
    marked = table["marking"].map(ranked).to_numpy(dtype=bool)
    to_grade = (table["handling"] == "").to_numpy(dtype=bool) | (table["scheme"] == "").to_numpy(dtype=bool) | ~marked
    code = clearance.effective_handling(table["scheme"], table["handling"])
    return table.assign(to_grade=to_grade, conditional=to_grade | (code != "P"))


def _scope(table: pd.DataFrame, request: Request) -> NDArray[np.object_]:
    """What each log counts as: by when it was received, and by the areas it names."""
    scope = np.full(len(table), USED, dtype=object)
    if request.area:
        areas, _, _ = boundaries.levels(request)
        level = str(boundaries.chosen(areas, request.area)["level"].iloc[0])
        clearance.refuse_finer_area(level, request)
        if not boundaries.is_whole_force(areas, request):
            above = boundaries.parents(areas, request.level_names())
            inside = {code for code, larger in above.items() if larger.get(level) == request.area}
            named = np.array([bool(inside & set(listed)) for listed in table["area"]], dtype=bool)
            scope[~named] = OUTSIDE_AREA
    scope[~reading.in_period(table["received"], request)] = OUTSIDE_PERIOD
    return scope


CHECKS = (
    _grades,
    _markings,
)
"""Checks of this kind beyond its contract."""
