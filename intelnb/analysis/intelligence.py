"""The logs of a period on a priority: how many, how strong, from how many independent origins, and what is not read yet."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import Period
from intelnb.stats import origins, poisson
from intelnb.tables import options, standing

SIGNIFICANT = 0.01  # several priorities are looked at, so one in twenty would cry wolf most weeks
LEAST_LOGS = 5  # fewer than this in both spans is not compared
CAVEATS = (
    "A log without origin and links counts as an origin of its own: the number of origins is the most there can be.",
    "More logs may mean more looking, not more happening.",
    "Logs do not say which others they contradict; contradictions are for the reader to find.",
)
NAMED = "{n} {n|log|logs} from {origins} independent {origins|origin|origins}: {graded}."
SHOW_FALSE = "An application for a warrant or authority shows logs suspected false all the same."
COLUMNS = [
    "urn", "received", "standing", "scheme", "source_grade", "information_grade", "handling", "strength",
    "conditional", "origin_group", "is_repeated", "review",
]  # fmt: skip


def of_priority(
    logs: pd.DataFrame, *, name: str, priority: str, period: Period, as_at: datetime, back_weeks: int = 8
) -> Result:
    """Count a period's logs on a priority, kept apart by what they are worth, and the origins behind them.

    Logs suspected false and logs still to be graded are kept out of the count and counted apart. Links and
    origin references of all logs given are used to find origins, so give the weeks before as well.

    Parameters
    ----------
    logs
        The logs table, with at least `back_weeks` before the period for the comparison.
    name
        Name of the Result on its page.
    priority
        Code of the control-strategy priority.
    period
        The period; a log belongs by when it was received.
    as_at
        Logs received after this moment are not used.
    back_weeks
        How many weeks before the period it is compared with.

    Returns
    -------
    Result
        Table `urn, received, standing, scheme, source_grade, information_grade, handling, strength,
        conditional, origin_group, is_repeated, review`, one row per log of the period, counted or not,
        index kept. Not assessed when logs are withheld.

    Raises
    ------
    MethodError
        When an option is out of range.

    References
    ----------
    Krishnamoorthy, K. and Thomson, J. (2004). Journal of Statistical Planning and Inference 119(1).

    Examples
    --------
    >>> import pandas as pd
    >>> from intelnb.dates import parse
    >>> logs = pd.DataFrame({"urn": ["1", "2", "3"], "received": pd.Timestamp("2026-11-10"), "scheme": "3x5x2",
    ...     "source_grade": "2", "information_grade": ["B", "C", "E"], "handling": "P", "priority": [("burglary",)] * 3,
    ...     "linked": [(), ("1",), ()], "origin": "", "review": pd.NaT, "to_grade": False, "conditional": False})
    >>> found = of_priority(
    ...     logs, name="logs", priority="burglary", period=parse("2026-W46"), as_at=pd.Timestamp("2026-11-16"))
    >>> found.sentence, found.values["n_false"]
    ('2 logs from 1 independent origin: 1 graded 1-2 A-B, 1 graded C-D.', 1)
    """
    options.whole(1, back_weeks=back_weeks)
    options.stretch(period=period)
    options.moment(as_at=as_at)
    status, reason = standing.refusal(logs)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("logs",))
    known = logs[(logs["received"] <= pd.Timestamp(as_at)).to_numpy()]
    group = origins.origin_groups(
        known["urn"].tolist(), linked=known["linked"].tolist(), origin=known["origin"].tolist()
    )
    worth = known.assign(standing=standing.standing(known), strength=standing.strength(known), origin_group=group)
    chosen = standing.of_priority(worth, priority)
    now = standing.received_in(chosen, since=period.start, until=period.end, as_at=as_at)
    before = standing.received_in(
        chosen, since=period.start - timedelta(weeks=back_weeks), until=period.start, as_at=as_at
    )
    counted = now[now["standing"] == standing.COUNTED]
    repeated = counted["origin_group"].value_counts()
    table = now.assign(is_repeated=now["origin_group"].map(repeated).fillna(0).to_numpy() > 1)[COLUMNS]
    values = _values(now, counted, before, days=period.days, back_days=7 * back_weeks)
    wording = NAMED if len(counted) else "No graded log this {noun}."
    return Result(
        name=name,
        table=table,
        values={**values, "noun": period.noun},
        wording=wording,
        settings={
            "priority": priority, "period": period.label, "as_at": str(as_at), "back_weeks": back_weeks,
            "kept_apart": "suspected false; to grade",
            "origins": "same origin reference, or linked unless both state different origins",
        },
        caveats=(*CAVEATS, *_said(values)),
        grain="log",
        sources=("logs",),
    )  # fmt: skip


def unassigned(logs: pd.DataFrame, *, name: str, period: Period, as_at: datetime) -> Result:
    """List the period's logs that nobody has assigned to a priority, or that are still to be graded.

    They are not of low priority: nobody has said yet what they are.

    Parameters
    ----------
    logs
        The logs table.
    name
        Name of the Result on its page.
    period
        The period; a log belongs by when it was received.
    as_at
        Logs received after this moment are not used.

    Returns
    -------
    Result
        Table `urn, received, standing, has_priority, conditional`, index kept.

    Examples
    --------
    >>> import pandas as pd
    >>> from intelnb.dates import parse
    >>> logs = pd.DataFrame({"urn": ["1"], "received": pd.Timestamp("2026-11-10"), "scheme": "3x5x2", "source_grade": "2",
    ...     "information_grade": "B", "priority": [()], "to_grade": True, "conditional": True})
    >>> unassigned(logs, name="rest", period=parse("2026-W46"), as_at=pd.Timestamp("2026-11-16")).sentence
    '1 log is not yet assigned to a priority; 1 is still to be graded.'
    """
    options.stretch(period=period)
    options.moment(as_at=as_at)
    status, reason = standing.refusal(logs)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("logs",))
    now = standing.received_in(logs, since=period.start, until=period.end, as_at=as_at)
    has_priority = np.fromiter((len(held) > 0 for held in now["priority"]), dtype=bool, count=len(now))
    worth = now.assign(standing=standing.standing(now), has_priority=has_priority)
    # a log suspected false may lack its handling code or marking all the same
    to_grade = (worth["standing"] == standing.TO_GRADE).to_numpy() | now["to_grade"].to_numpy(dtype=bool)
    table = worth.loc[
        ~has_priority | to_grade,
        ["urn", "received", "standing", "has_priority", "conditional"],
    ]
    return Result(
        name=name,
        table=table,
        values={
            "n": len(now),
            "n_unassigned": int((~has_priority).sum()),
            "n_to_grade": int(to_grade.sum()),
            "conditional": bool(table["conditional"].any()),
        },
        wording=_loose(int((~has_priority).sum()), int(to_grade.sum())),
        settings={"period": period.label, "as_at": str(as_at)},
        caveats=("A log nobody has assigned or graded is not of low priority: nobody has said yet what it is.",),
        grain="log",
        sources=("logs",),
    )


def _loose(unassigned: int, to_grade: int) -> str:
    """What nobody has placed yet, and what nobody has graded."""
    placed = "{n_unassigned} {n_unassigned|log is|logs are} not yet assigned to a priority"
    graded = "{n_to_grade} {n_to_grade|is|are} still to be graded" if to_grade else "all are graded"
    return f"{placed if unassigned else 'Every log is assigned to a priority'}; {graded}."


def _values(
    now: pd.DataFrame, counted: pd.DataFrame, before: pd.DataFrame, *, days: int, back_days: int
) -> dict[str, Value]:
    """The numbers a page may speak of."""
    past = int((before["standing"] == standing.COUNTED).sum())
    usual = past * days / back_days
    compared = poisson.e_test(len(counted), past, days, back_days)
    if max(len(counted), past) < LEAST_LOGS:
        change = "too few to compare"
    elif compared.p > SIGNIFICANT:
        change = "no clear change"
    else:
        change = "more than usual" if compared.ratio > 1 else "fewer than usual"
    return {
        "n": len(counted),
        "n_received": len(now),
        "n_false": int((now["standing"] == standing.FALSE).sum()),
        "n_to_grade": int((now["standing"] == standing.TO_GRADE).sum()),
        "n_legacy": int((counted["scheme"] != "3x5x2").sum()),
        "origins": int(counted["origin_group"].nunique()),
        "n_origin_unknown": int((now.loc[counted.index, "origin"] == "").sum()) if "origin" in now else 0,
        "mix": standing.mix_words(counted["strength"]),
        "graded": standing.graded_words(counted["strength"]),
        "usual": round(usual, 1),
        "change": change,
        "p": compared.p,
        "conditional": bool(now["conditional"].any()),
        "n_conditional": int(now["conditional"].sum()),
    }


def _said(values: dict[str, Value]) -> tuple[str, ...]:
    """What was kept out or restricts use, in words."""
    told = []
    if values["n_false"]:
        told += [f"{_logs(values['n_false'])} suspected false and not counted.", SHOW_FALSE]
    if values["n_to_grade"]:
        told.append(f"{_logs(values['n_to_grade'])} still to be graded and not counted.")
    if values["n_legacy"]:
        told.append(f"{_logs(values['n_legacy'])} graded in another scheme and shown in it.")
    if values["conditional"]:
        told.append("Conditional: it rests on logs with handling conditions, or without a handling code.")
    return tuple(told)


def _logs(n: Value) -> str:
    """A number of logs in words."""
    return f"{n} log is" if n == 1 else f"{n} logs are"
