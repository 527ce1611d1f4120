"""Which priority does most harm, and is it rising or falling among the others?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.doctrine import harm as harm_weights
from intelnb.tables import counting, coverage, options, recording, selection, unsent

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from intelnb.dates import Period

FORMULA = "harm is the sum, over crimes, of the days their kind weighs; rank by harm, against the mean of the {back} periods before"
COLUMNS = ["code", "name", "n", "harm_days", "share", "rank", "rank_usual", "movement", "status"]


@dataclass(frozen=True, eq=False)
class _Row:
    """One priority: its counts and harm per period (the last one is now), or why there is none."""

    code: str
    name: str
    n: int
    harm_days: NDArray[np.float64]
    unweighted: frozenset[str]
    broken: str
    status: str
    why: str


def harm(
    crimes: pd.DataFrame,
    *,
    weights: pd.DataFrame,
    priorities: pd.DataFrame,
    period: Period,
    as_at: datetime,
    back: int = 4,
    breaks: pd.DataFrame | None = None,
    areas: Collection[str] = (),
    name: str = "harm",
) -> Result:
    """Rank the priorities by the harm of their crimes, and say which moved against the periods before.

    Assumes the weights of the table given; they are days of custody a guideline starts from, not what
    victims feel, and a kind that holds light and grave crimes weighs them alike. Every period is counted at
    the same maturity.

    Parameters
    ----------
    crimes
        All crimes of the product's area.
    weights
        Harm tables: kind, weight_days, source, and version, effective_from, measure, provisional where they say; the
        version of harm in force at `as_at` is used.
    priorities
        Priorities: code, name, kinds, flags, hours.
    period
        The week or month asked about.
    as_at
        The moment the data are known to.
    back
        How many earlier periods the rank is compared with.
    breaks
        Known breaks in recording: a priority one touches keeps its rank and is given no movement.
    areas
        Codes of the product's area and of those it lies in, for breaks that name areas.
    name
        Name of the result.

    Returns
    -------
    Result
        `table`: code, name, n, harm_days, share (0-1 of all crimes in any priority), rank, rank_usual,
        movement (`up from 4th`, `steady`, `down from 1st`, or why there is none), status. `values`:
        harm_days, top, top_percent, top_movement, kinds_without_weight.

    Raises
    ------
    MethodError
        When the harm table could mislead: a kind twice, a weight that is none, sources mixed, no version in force.

    References
    ----------
    Sherman, L., Neyroud, P. W. and Neyroud, E. (2016). The Cambridge crime harm index. Policing 10(3).

    Examples
    --------
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> days = pd.to_datetime(["2026-11-02"] * 4 + ["2026-11-10"] * 5)
    >>> crimes = pd.DataFrame({"kind": list("vvvbbbbvv"), "middle": days, "hours_wide": 0.0})
    >>> weights = pd.DataFrame({"kind": ["v", "b"], "weight_days": [10, 19], "source": "invented"})
    >>> priorities = pd.DataFrame({"code": ["P1", "P2"], "name": ["Violence", "Burglary"], "kinds": [("v",), ("b",)]})
    >>> found = harm(crimes, weights=weights, priorities=priorities, period=parse("2026-W46"),
    ...     as_at=datetime(2026, 11, 16), back=1)
    >>> found.table[["code", "harm_days", "rank", "movement"]].to_numpy().tolist()
    [['P1', 20.0, 2, 'down from 1st'], ['P2', 57.0, 1, 'up from 2nd']]
    """
    options.whole(0, back=back)
    options.stretch(period=period)
    options.moment(as_at=as_at)
    settings: dict[str, Value] = {"formula": FORMULA.format(back=back), "back": back, "as_at": as_at.isoformat()}
    status, why = counting.unanswerable(crimes, period, as_at=as_at, needs=["kind", "middle"])
    if why := why or ("" if len(weights) else "no harm table is loaded, so harm and rank are not known"):
        return _nothing(name, priorities, why=why, status=status or "not assessed", settings=settings)
    periods = counting.history_until(crimes, period, most=back + 1)
    # weeks nobody sent are no weeks without harm
    sent = coverage.submitted(crimes, periods)
    table_ = harm_weights.in_force(weights, on=as_at.date())
    if not table_.weights:
        why = "no table of harm is loaded, only of severity, so harm and rank are not known"
        return _nothing(name, priorities, why=why, status="not assessed", settings=settings)
    weigh = table_.weights
    rows = [
        _row(crimes, record, weigh=weigh, periods=periods, sent=sent, as_at=as_at, breaks=breaks, areas=areas)
        for record in priorities.to_dict("records")
    ]
    total = _union(crimes, priorities, weigh=weigh, periods=periods, as_at=as_at)
    table = _ranked(rows, total=total, has_past=int(sent.sum()) > 1)
    unweighted = sorted(frozenset().union(*(row.unweighted for row in rows)))
    return Result(
        name=name,
        table=table,
        values={"harm_days": round(total, 1), "kinds_without_weight": ", ".join(unweighted), **_top(table)},
        wording=_wording(table, period),
        settings={
            **settings,
            "weights": table_.label,
            "measure": harm_weights.MEASURES[table_.measure],
            "compared_with": int(sent.sum()) - 1,
        },
        caveats=(
            *_caveats(rows, weights=table_, unweighted=unweighted, total=total, table=table),
            *unsent.told(crimes, since=periods[0].start, until=period.end),
        ),
        sources=("crimes", "harm_weights"),
    )


def _row(
    crimes: pd.DataFrame,
    record: Mapping[Any, Any],
    *,
    weigh: Mapping[str, float],
    periods: list[Period],
    sent: NDArray[np.bool_],
    as_at: datetime,
    breaks: pd.DataFrame | None,
    areas: Collection[str],
) -> _Row:
    """Count of one priority now, and its harm in every period that was sent."""
    kinds, flags, hours = _asked(record)
    row = _Row(str(record["code"]), str(record["name"]), 0, np.zeros(len(periods)), frozenset(), "", "assessed", "")
    if not kinds and not flags:
        return replace(row, status="not assessed", why="it names no kind of crime")
    chosen = selection.of_priority(crimes, kinds=kinds, flags=flags, hours=hours)
    status, why = selection.refusal(chosen)
    if why:
        return replace(row, status=status, why=why)
    held = sorted(set(chosen["kind"].astype(str)))
    counts = counting.per_period(chosen, periods, as_at=as_at, by="kind", groups=held).n
    seen = frozenset(kind for kind, n in zip(held, counts.sum(axis=1), strict=True) if n)
    unweighted = seen - weigh.keys()
    if seen and unweighted == seen:
        return replace(row, n=int(counts[:, -1].sum()), unweighted=unweighted, status="not assessed", why="no weight")
    touched = None
    if breaks is not None:
        touched = recording.breaks_for(breaks, kinds=kinds, flags=flags, areas=areas, priority=row.code)
    same = recording.comparable(chosen, periods, breaks=touched)
    return replace(
        row,
        n=int(counts[:, -1].sum()),
        harm_days=np.array([weigh.get(kind, 0.0) for kind in held]) @ counts[:, sent],
        unweighted=unweighted,
        broken=same.told,
    )


def _asked(record: Mapping[Any, Any]) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Kinds, flags and hours of a priority; what it does not hold is blank."""
    kinds, flags, hours = (record.get(name) for name in ("kinds", "flags", "hours"))
    lists = [tuple(value) if isinstance(value, (tuple, list)) else () for value in (kinds, flags)]
    return lists[0], lists[1], hours if isinstance(hours, str) else ""


def _union(
    crimes: pd.DataFrame,
    priorities: pd.DataFrame,
    *,
    weigh: Mapping[str, float],
    periods: list[Period],
    as_at: datetime,
) -> float:
    """Harm this period of the crimes in any priority, each counted once."""
    held = np.zeros(len(crimes), dtype=bool)
    numbered = crimes.reset_index(drop=True)
    for record in priorities.to_dict("records"):
        kinds, flags, hours = _asked(record)
        if kinds or flags:
            held[selection.of_priority(numbered, kinds=kinds, flags=flags, hours=hours).index] = True
    rows = numbered[held]
    kinds_held = sorted(set(rows["kind"].astype(str)))
    counts = counting.per_period(rows, periods, as_at=as_at, by="kind", groups=kinds_held).n
    return float(np.array([weigh.get(kind, 0.0) for kind in kinds_held]) @ counts[:, -1])


def _ranked(rows: list[_Row], *, total: float, has_past: bool) -> pd.DataFrame:
    """The table of priorities with rank now, rank before and movement."""
    now = pd.Series([row.harm_days[-1] if row.status == "assessed" else None for row in rows], dtype="Float64")
    # a priority whose recording changed is held at its present harm, so that it moves no other one
    usual = now.copy()
    for i, row in enumerate(rows):
        if has_past and row.status == "assessed" and not row.broken:
            usual[i] = row.harm_days[:-1].mean()
    ranks, before = (_ranks(series) for series in (now, usual))
    return pd.DataFrame(
        {
            "code": [row.code for row in rows],
            "name": [row.name for row in rows],
            "n": [row.n for row in rows],
            "harm_days": now.round(1),
            "share": (now / total).round(3) if total > 0 else pd.Series([None] * len(rows), dtype="Float64"),
            "rank": ranks,
            "rank_usual": before if has_past else pd.Series([None] * len(rows), dtype="Int64"),
            "movement": [
                _movement(row, rank=rank, usual=old, has_past=has_past)
                for row, rank, old in zip(rows, ranks, before, strict=True)
            ],
            "status": [row.status if not row.broken else "break in recording" for row in rows],
        },
        columns=COLUMNS,
    )


def _ranks(values: pd.Series) -> pd.Series:
    """Rank from the largest, equals sharing the better rank; rounded so that order of adding does not matter."""
    return values.round(6).rank(method="min", ascending=False).astype("Int64")


def _movement(row: _Row, *, rank: object, usual: object, has_past: bool) -> str:
    """How the rank moved, in words."""
    if row.status != "assessed":
        return row.status
    if row.broken:
        return "break in recording"
    if not has_past:
        return "not assessed"
    now, before = int(str(rank)), int(str(usual))
    if now == before:
        return "steady"
    return f"{'up' if now < before else 'down'} from {_ordinal(before)}"


def _ordinal(number: int) -> str:
    """Say a number as 1st, 2nd, 3rd, 4th, 11th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _top(table: pd.DataFrame) -> dict[str, str | int]:
    """The first-ranked priority, its percentage and its movement; nothing where there is no harm."""
    first = table[(table["rank"] == 1).fillna(value=False) & (table["harm_days"] > 0).fillna(value=False)]
    if first.empty:
        return {}
    row = first.iloc[0]
    return {"top": row["name"], "top_percent": round(100 * float(row["share"])), "top_movement": row["movement"]}


def _wording(table: pd.DataFrame, period: Period) -> str:
    """The sentence: who leads, by how much, and whether it moved."""
    top = _top(table)
    if not top:
        return f"No weighted harm was recorded in any priority this {period.noun}."
    words = "{top} carries most harm this " + period.noun + ", {top_percent} % of all in the priorities"
    moved = {"steady": "; its rank is steady"}.get(str(top["top_movement"]), ", {top_movement}")
    return f"{words}{moved if str(top['top_movement']).startswith(('up', 'down', 'steady')) else ''}."


def _caveats(
    rows: list[_Row], *, weights: harm_weights.HarmTable, unweighted: list[str], total: float, table: pd.DataFrame
) -> tuple[str, ...]:
    """What a reader must know of the weights and the ranks."""
    found = [f"Harm weights: {weights.label or 'source not stated'}."]
    if unweighted:
        found.append(f"No weight for {', '.join(unweighted)}: their harm is left out, so it is understated.")
    if weights.provisional:
        found.append(f"Provisional in their source: the weights of {', '.join(sorted(weights.provisional))}.")
    if harm_weights.hides_grave_violence(weights.weights):
        found.append(harm_weights.ONE_LABEL_TOLD)
    found += [f"{row.name}: {row.broken}, so no movement is given." for row in rows if row.broken]
    found += [f"{row.name}: not assessed, {row.why}." for row in rows if row.status != "assessed"]
    if total > 0 and float(table["harm_days"].fillna(0).sum()) > total + 0.5:
        found.append("Some crimes belong to more than one priority, so shares add up to more than the whole.")
    return tuple(found)


def _nothing(name: str, priorities: pd.DataFrame, *, why: str, status: str, settings: Mapping[str, Value]) -> Result:
    """The Result without ranks: every priority listed, none assessed."""
    table = priorities[["code", "name"]].reset_index(drop=True).reindex(columns=COLUMNS)
    table = table.assign(movement="not assessed", status=status)
    refused = not_assessed(name, why=why, status=status, settings=settings, sources=("crimes", "harm_weights"))
    return replace(refused, table=table)
