"""What is new in the logs against the weeks before: new subjects, growing places, and one story told many times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pandas as pd

from intelnb.analysis.result import Result, not_assessed
from intelnb.dates import Period
from intelnb.stats import discovery, origins, poisson
from intelnb.tables import options, standing
from intelnb.tables.words import several

LEAST_LOGS = 5  # fewer than this now is no growth worth a line
LEAST_TOTAL = 10  # an area with fewer now and before together cannot show growth, and would only dilute the others
SHARE_FALSE = 0.05
RESTRICTED = "Conditional: it rests on logs with handling conditions, or without a handling code."


def new_subjects(
    logs: pd.DataFrame, *, name: str, priority: str, period: Period, as_at: datetime, back_weeks: int = 8
) -> Result:
    """List subjects seen on a priority this period and in none of its logs of the weeks before.

    Only counted logs speak: not those suspected false or still to be graded. Being named is not being suspected.

    Parameters
    ----------
    logs
        The logs table, with the weeks before.
    name, priority
        Name of the Result; code of the control-strategy priority.
    period, as_at
        The period; logs received after this moment are not used.
    back_weeks
        How many weeks before the period count as known.

    Returns
    -------
    Result
        Table `subject, logs, origins, first_urn, is_known_elsewhere` (named under another priority in the
        weeks before), most logs first. Not assessed when logs are withheld or do not reach back that far.

    Raises
    ------
    MethodError
        When an option is out of range.

    Examples
    --------
    >>> import pandas as pd
    >>> from intelnb.dates import parse
    >>> logs = pd.DataFrame({"urn": ["1", "2"], "received": pd.to_datetime(["2026-09-01", "2026-11-10"]),
    ...     "scheme": "3x5x2", "source_grade": "2", "information_grade": "B", "priority": [("burglary",)] * 2,
    ...     "linked": [(), ()], "origin": "", "subjects": [("N1",), ("N1", "N2")], "to_grade": False, "conditional": False})
    >>> new_subjects(logs, name="new", priority="burglary", period=parse("2026-W46"),
    ...     as_at=pd.Timestamp("2026-11-16")).table["subject"].tolist()
    ['N1', 'N2']
    """
    options.whole(1, back_weeks=back_weeks)
    options.stretch(period=period)
    options.moment(as_at=as_at)
    status, reason = _refusal(logs, period, back_weeks, needs="subjects")
    if status:
        return not_assessed(name, why=reason, status=status, sources=("logs",))
    counted = _counted(logs, as_at)
    since = period.start - timedelta(weeks=back_weeks)
    before = standing.received_in(counted, since=since, until=period.start, as_at=as_at)
    now = standing.of_priority(
        standing.received_in(counted, since=period.start, until=period.end, as_at=as_at), priority
    )
    known = set(standing.of_priority(before, priority)["subjects"].explode().dropna())
    elsewhere = set(before["subjects"].explode().dropna())
    each = now.sort_values("received").explode("subjects").dropna(subset=["subjects"])
    found = each[~each["subjects"].isin(known)].groupby("subjects", sort=True).agg(
        logs=("urn", "nunique"), origins=("origin_group", "nunique"), first_urn=("urn", "first"),
        conditional=("conditional", "any"),
    )  # fmt: skip
    table = found.sort_values(["logs", "origins"], ascending=False, kind="stable").reset_index(names="subject")
    is_conditional = bool(table["conditional"].any())
    table = table.drop(columns="conditional").assign(is_known_elsewhere=table["subject"].isin(elsewhere))
    return Result(
        name=name,
        table=table,
        values={"n": len(table), "back_weeks": back_weeks, "conditional": is_conditional},
        wording="No subject is new on this priority in {back_weeks} {back_weeks|week|weeks}."
        if table.empty
        else f"{{n}} subject{' is' if len(table) == 1 else 's are'} named on this priority for the first time in {{back_weeks}} {{back_weeks|week|weeks}}.",
        settings={"priority": priority, "period": period.label, "as_at": str(as_at), "back_weeks": back_weeks},
        caveats=("Named in a log is not suspected of anything.", *((RESTRICTED,) if is_conditional else ())),
        grain="log",
        sources=("logs",),
    )


def growing_areas(
    logs: pd.DataFrame,
    *,
    name: str,
    priority: str,
    period: Period,
    as_at: datetime,
    back_weeks: int = 8,
    names: Mapping[str, str] | None = None,
) -> Result:
    """Find areas with more logs on a priority this period than the weeks before would lead one to expect.

    Parameters
    ----------
    logs
        The logs table, with the weeks before; a log on several areas counts in each.
    name, priority
        Name of the Result; code of the control-strategy priority.
    period, as_at
        The period; logs received after this moment are not used.
    back_weeks
        How many weeks before the period it is compared with.
    names
        Names of areas by code, for the sentence.

    Returns
    -------
    Result
        Table `area, n, usual` (a period's mean before), `ratio, p, q, is_growing`, most logs first. Areas
        with fewer than 10 logs in all and 5 now are not tested; with fewer than 5 now never growing. Not assessed as `new_subjects`.

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
    >>> days = ["2026-09-01", "2026-10-01", *["2026-11-10"] * 9]
    >>> logs = pd.DataFrame({"urn": [str(i) for i in range(11)], "received": pd.to_datetime(days), "scheme": "3x5x2",
    ...     "source_grade": "2", "information_grade": "B", "priority": [("drugs",)] * 11, "linked": [()] * 11, "origin": "",
    ...     "area": [("C1",)] * 11, "to_grade": False, "conditional": False})
    >>> growing_areas(logs, name="grow", priority="drugs", period=parse("2026-W46"),
    ...     as_at=pd.Timestamp("2026-11-16")).sentence
    'Logs are growing in C1: 9 this week, usually 0.1.'
    """
    options.whole(1, back_weeks=back_weeks)
    options.stretch(period=period)
    options.moment(as_at=as_at)
    status, reason = _refusal(logs, period, back_weeks, needs="areas")
    if status:
        return not_assessed(name, why=reason, status=status, sources=("logs",))
    chosen = standing.of_priority(_counted(logs, as_at), priority)
    since = period.start - timedelta(weeks=back_weeks)
    spans = ((period.start, period.end), (since, period.start))
    now, before = (
        standing.received_in(chosen, since=a, until=b, as_at=as_at)["area"].explode().dropna().value_counts()
        for a, b in spans
    )
    rows = []
    for area in sorted(set(now.index) | set(before.index)):
        n, past = int(now.get(area, 0)), int(before.get(area, 0))
        compared = poisson.e_test(n, past, period.days, 7 * back_weeks)
        usual = past * period.days / (7 * back_weeks)
        rows.append((area, n, round(usual, 1), n / usual if usual else float("nan"), compared.p))
    table = pd.DataFrame(rows, columns=["area", "n", "usual", "ratio", "p"])
    # choosing by the total leaves the test of the share unbiased; a sudden handful stands out whatever the family
    total = table["area"].map(now).fillna(0) + table["area"].map(before).fillna(0)
    table["p"] = table["p"].where((total >= LEAST_TOTAL) | (table["n"] >= LEAST_LOGS))
    table["q"] = discovery.q_values(table["p"].to_numpy(dtype=float))
    table["is_growing"] = (table["q"] < SHARE_FALSE) & (table["n"] > table["usual"]) & (table["n"] >= LEAST_LOGS)
    table = table.sort_values(["is_growing", "n"], ascending=False, kind="stable").reset_index(drop=True)
    growing = table[table["is_growing"]]
    return Result(
        name=name,
        table=table,
        values={
            "n_growing": len(growing),
            "area": _named(str(growing["area"].iloc[0]), names or {}) if len(growing) else "",
            "n": int(growing["n"].iloc[0]) if len(growing) else 0,
            "usual": float(growing["usual"].iloc[0]) if len(growing) else 0,
            "noun": period.noun,
            "conditional": bool(chosen["conditional"].any()),
        },
        wording="Logs are growing in {area}: {n} this {noun}, usually {usual}."
        if len(growing)
        else "Logs are not growing in any area.",
        settings={"priority": priority, "period": period.label, "as_at": str(as_at), "back_weeks": back_weeks},
        caveats=("More logs may mean more looking, not more happening.",),
        grain="log",
        sources=("logs",),
    )


def _named(code: str, names: Mapping[str, str]) -> str:
    """An area's name where it is known, else its code."""
    return names.get(code, code)


def circular(
    logs: pd.DataFrame, *, name: str, period: Period, as_at: datetime, back_weeks: int = 8, least: int = 2
) -> Result:
    """Flag stories that reached the unit by several routes and still rest on one origin.

    Parameters
    ----------
    logs
        The logs table, with the weeks before.
    name
        Name of the Result on its page.
    period, as_at
        A story is flagged when one of its logs was received in the period.
    back_weeks
        How far back its other logs are looked for.
    least
        Fewest logs in a story, and fewest different routes; 2 or more.

    Returns
    -------
    Result
        Table `origin_group, logs, routes, urns, subjects, first, latest, conditional`, most logs first.
        Not assessed when logs, or their provenance, are withheld.

    Raises
    ------
    MethodError
        When an option is out of range.

    Examples
    --------
    >>> import pandas as pd
    >>> from intelnb.dates import parse
    >>> logs = pd.DataFrame({"urn": ["1", "2"], "received": pd.to_datetime(["2026-11-02", "2026-11-10"]), "scheme": "3x5x2",
    ...     "source_grade": "2", "information_grade": "C", "linked": [(), ()], "origin": "R7",
    ...     "provenance": ["partner", "public"], "subjects": [("N1",)] * 2, "to_grade": False, "conditional": False})
    >>> circular(logs, name="circular", period=parse("2026-W46"), as_at=pd.Timestamp("2026-11-16")).sentence
    'One origin, several routes: 2 logs in 1 story look like support for each other and are not.'
    """
    options.whole(1, back_weeks=back_weeks)
    options.stretch(period=period)
    options.moment(as_at=as_at)
    options.whole(2, least=least)
    status, reason = standing.refusal(logs)
    if not status and "provenance" not in logs:
        status, reason = "not assessed", "provenance is withheld from this audience"
    if status:
        return not_assessed(name, why=reason, status=status, sources=("logs",))
    since = period.start - timedelta(weeks=back_weeks)
    near = standing.received_in(_with_groups(logs, as_at), since=since, until=period.end, as_at=as_at)
    near = near[(near.groupby("origin_group")["urn"].transform("nunique") >= least).to_numpy()]
    stories = near.sort_values("received").groupby("origin_group", sort=True).agg(
        logs=("urn", "nunique"), routes=("provenance", lambda told: told[told != ""].nunique()), urns=("urn", tuple),
        subjects=("subjects", lambda held: tuple(sorted({one for each in held for one in each}))),
        first=("received", "min"), latest=("received", "max"), conditional=("conditional", "any"),
    )  # fmt: skip
    is_now = stories["latest"] >= pd.Timestamp(period.start)
    flagged = stories[(stories["logs"] >= least) & (stories["routes"] >= least) & is_now]
    table = flagged.sort_values("logs", ascending=False, kind="stable").reset_index()
    found = "One origin, several routes: {n_logs} {n_logs|log|logs} in {n} {n|story|stories} look like support for each other and are not."
    return Result(
        name=name,
        table=table,
        values={"n": len(table), "n_logs": int(table["logs"].sum()), "conditional": bool(table["conditional"].any())},
        wording=found if len(table) else "No story came by several routes from one origin.",
        settings={"period": period.label, "as_at": str(as_at), "back_weeks": back_weeks, "least": least},
        caveats=("Only stated origins and links are followed; the same story retold without either is not seen.",),
        grain="log",
        sources=("logs",),
    )


def _refusal(logs: pd.DataFrame, period: Period, back_weeks: int, *, needs: str) -> tuple[str, str]:
    """Why new and old cannot be told apart; blank when they can."""
    status, reason = standing.refusal(logs)
    if status:
        return status, reason
    if {"subjects": "subjects", "areas": "area"}[needs] not in logs:
        return "not assessed", f"the {needs} of logs are withheld from this audience"
    first = logs["received"].min()
    # a day's grace: the first log of a span need not come at midnight
    if pd.isna(first) or first > pd.Timestamp(period.start) - pd.Timedelta(weeks=back_weeks) + pd.Timedelta(days=1):
        return "not assessed", f"logs do not reach {several(back_weeks, 'week')} back, so new cannot be told from old"
    return "", ""


def _with_groups(logs: pd.DataFrame, as_at: datetime) -> pd.DataFrame:
    """The logs known at a moment, with the number of their origin."""
    known = logs[(logs["received"] <= pd.Timestamp(as_at)).to_numpy()]
    names, linked, origin = (known[column].tolist() for column in ("urn", "linked", "origin"))
    return known.assign(origin_group=origins.origin_groups(names, linked=linked, origin=origin))


def _counted(logs: pd.DataFrame, as_at: datetime) -> pd.DataFrame:
    """The logs that speak: graded, and not suspected false."""
    known = _with_groups(logs, as_at)
    return known[(standing.standing(known) == standing.COUNTED).to_numpy()]
