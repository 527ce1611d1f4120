"""Extraction: which vehicles, telephones, postcodes and known names may the text of logs speak of, and which are new?"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import Period
from intelnb.doctrine import identifiers
from intelnb.stats.identifiers import STRENGTHS
from intelnb.tables import candidates, options, standing
from intelnb.tables.words import several

CAVEATS = (
    "Candidates by rule: a person reads the log and confirms each before it is used.",
    "The strength is how seldom anything else is written so; it says nothing of a person.",
    "What is spelt otherwise, described without its number, or only hinted at is not found.",
)
RESTRICTED = "Conditional: it rests on logs with handling conditions, or without a handling code."
NO_NAMES = "Names are withheld from this audience: only references of known entities were looked for."
COLUMNS = ["kind", "value", "entity", "logs", "first_urn", "received", "strength", "rules", "conditional"]


def from_logs(
    logs: pd.DataFrame,
    entities: pd.DataFrame,
    *,
    name: str,
    as_at: datetime,
    since: date | None = None,
    until: date | None = None,
    weakest: str = "fair",
) -> Result:
    """List what the text of logs may say of vehicles, telephones, postcodes and known names, for a person to confirm.

    Rules only, no language model. Each candidate has its place in the text, the rule that read it and how sure the
    form of that rule is. Logs suspected false or still to be graded are read too and marked in `standing`.

    Parameters
    ----------
    logs, entities
        The logs table with its text; the entities table, whose names and references are looked for.
    name
        Name of the Result on its page.
    as_at
        Logs received after this moment are not read; vehicle marks of an age issued after its year are weak.
    since, until
        First day read, and the first day after it; all where not given.
    weakest
        The least sure form listed: `strong`, `fair` or `weak`. Weaker readings are counted, not listed.

    Returns
    -------
    Result
        Table `urn, received, standing, conditional, kind, value, found, start, end, rule, strength, entity`: characters
        `start` up to, not with, `end` of the text; `entity` holds the id of a known one, else nothing. Not assessed
        where the text is withheld.

    Raises
    ------
    MethodError
        When `weakest` is no strength.

    Examples
    --------
    >>> import pandas as pd
    >>> logs = pd.DataFrame({"urn": ["1"], "received": pd.Timestamp("2026-11-10"), "scheme": "3x5x2", "source_grade": "2",
    ...     "information_grade": "B", "to_grade": False, "conditional": False, "text": "Left in AB12 CDE at 20:15."})
    >>> known = pd.DataFrame({"id": ["N7"], "type": ["person"], "name": ["Ann Other"]})
    >>> from_logs(logs, known, name="marks", as_at=pd.Timestamp("2026-11-16")).sentence
    'To confirm: 1 candidate in 1 of 1 log; 1 is no known entity.'
    """
    options.choice(STRENGTHS, weakest=weakest)
    options.moment(as_at=as_at)
    status, reason = candidates.refusal(logs)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("logs", "entities"))
    first = logs["received"].min() if since is None else since
    asked = standing.received_in(logs, since=first, until=pd.Timestamp.max if until is None else until, as_at=as_at)
    if asked.empty:
        return not_assessed(name, why="no log was received in the days asked about", sources=("logs", "entities"))
    found, lost = candidates.in_logs(asked, entities, year=as_at.year)
    table = _listed(found, weakest)
    values: dict[str, Value] = {
        "n": len(table), "n_logs": int(table["urn"].nunique()), "n_read": len(asked), "n_weaker": len(found) - len(table),
        "n_overlapped": lost, "n_unknown": int((table["entity"] == "").sum()),
        "conditional": bool(table["conditional"].any()),
    }  # fmt: skip
    return Result(
        name=name,
        table=table,
        values=values,
        wording=_wording(values),
        settings=_settings(weakest, as_at),
        caveats=(*CAVEATS, *_said(table, entities)),
        grain="log",
        sources=("logs", "entities"),
    )


def new_items(
    logs: pd.DataFrame,
    entities: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    back_weeks: int = 8,
    weakest: str = "fair",
) -> Result:
    """List candidates in this period's logs that no log of the weeks before spoke of.

    Only counted logs speak: not those suspected false or still to be graded. Anything that any log of the weeks
    before may have spoken of, however weak the form, is not new.

    Parameters
    ----------
    logs, entities
        The logs table with its text and the weeks before; the entities table.
    name
        Name of the Result on its page.
    period, as_at
        The period; logs received after this moment are not read.
    back_weeks
        How many weeks before the period count as known.
    weakest
        The least sure form listed: `strong`, `fair` or `weak`.

    Returns
    -------
    Result
        Table `kind, value, entity, logs, first_urn, received` (of its first log) `, strength` (the surest) `, rules,
        conditional`, most logs first. Not assessed where text is withheld or logs do not reach back that far.

    Raises
    ------
    MethodError
        When an option is out of range.

    Examples
    --------
    >>> import pandas as pd
    >>> from intelnb.dates import parse
    >>> logs = pd.DataFrame({"urn": ["1", "2"], "received": pd.to_datetime(["2026-09-14", "2026-11-10"]), "scheme": "3x5x2",
    ...     "source_grade": "2", "information_grade": "B", "to_grade": False, "conditional": False,
    ...     "text": ["Seen in AB12 CDE.", "In AB12CDE, then BC13 DEF."]})
    >>> known = pd.DataFrame({"id": ["N7"], "type": ["person"], "name": ["Ann Other"]})
    >>> new_items(logs, known, name="new", period=parse("2026-W46"), as_at=pd.Timestamp("2026-11-16")).table["value"].tolist()
    ['BC13 DEF']
    """
    options.whole(1, back_weeks=back_weeks)
    options.choice(STRENGTHS, weakest=weakest)
    options.stretch(period=period)
    options.moment(as_at=as_at)
    status, reason = candidates.refusal(logs)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("logs", "entities"))
    since = period.start - timedelta(weeks=back_weeks)
    # a day's grace: the first log of a span need not come at midnight
    if logs["received"].min() > pd.Timestamp(since) + pd.Timedelta(days=1):
        why = f"logs do not reach {several(back_weeks, 'week')} back, so new cannot be told from old"
        return not_assessed(name, why=why, sources=("logs", "entities"))
    near = standing.received_in(logs, since=since, until=period.end, as_at=as_at)
    near = near[(standing.standing(near) == standing.COUNTED).to_numpy()]
    found, _ = candidates.in_logs(near, entities, year=as_at.year)
    is_now = (found["received"] >= pd.Timestamp(period.start)).to_numpy()
    # a known entity is the same by name and by reference
    found["known_as"] = found["kind"] + " " + found["entity"].where(found["entity"] != "", found["value"])
    now = _listed(found[is_now], weakest)
    now = now[~now["known_as"].isin(found.loc[~is_now, "known_as"])]
    table = _each(now)
    values: dict[str, Value] = {
        "n": len(table), "n_unknown": int((table["entity"] == "").sum()), "back_weeks": back_weeks,
        "conditional": bool(table["conditional"].any()),
    }  # fmt: skip
    return Result(
        name=name,
        table=table,
        values=values,
        wording="Candidates in no log of the {back_weeks} {back_weeks|week|weeks} before, to confirm: {n}; no known entity: {n_unknown}."
        if len(table)
        else "No candidate is new against the {back_weeks} {back_weeks|week|weeks} before.",
        settings={"period": period.label, "back_weeks": back_weeks, **_settings(weakest, as_at)},
        caveats=(*CAVEATS, *_said(table, entities)),
        grain="log",
        sources=("logs", "entities"),
    )


def _listed(found: pd.DataFrame, weakest: str) -> pd.DataFrame:
    """The candidates at least this sure."""
    return found[found["strength"].isin(STRENGTHS[: STRENGTHS.index(weakest) + 1])].reset_index(drop=True)


def _each(now: pd.DataFrame) -> pd.DataFrame:
    """One row per candidate, most logs first."""
    ranked = now.assign(rank=now["strength"].map(STRENGTHS.index)).sort_values(["received", "urn"], kind="stable")
    each = ranked.groupby(["kind", "value"], sort=True).agg(
        entity=("entity", "first"), logs=("urn", "nunique"), first_urn=("urn", "first"), received=("received", "first"),
        rank=("rank", "min"), rules=("rule", lambda told: "; ".join(sorted(set(told)))), conditional=("conditional", "any"),
    )  # fmt: skip
    table = each.reset_index().sort_values(["logs", "rank"], ascending=[False, True], kind="stable")
    return table.assign(strength=[STRENGTHS[int(at)] for at in table["rank"]])[COLUMNS].reset_index(drop=True)


def _settings(weakest: str, as_at: datetime) -> dict[str, Value]:
    """The choices made."""
    return {
        "rules": identifiers.version(),
        "weakest": weakest,
        "as_at": str(as_at),
        "names": "each word exact, or one slip away where it has five letters or more; references exact",
    }


def _wording(values: dict[str, Value]) -> str:
    """How many candidates, or none."""
    if not values["n"]:
        return "No candidate was found in {n_read} {n_read|log|logs}."
    found = "To confirm: {n} {n|candidate|candidates} in {n_logs} of {n_read} {n_read|log|logs}"
    return (
        f"{found}; {{n_unknown}} {{n_unknown|is|are}} no known entity."
        if values["n_unknown"]
        else f"{found}, each known."
    )


def _said(table: pd.DataFrame, entities: pd.DataFrame) -> tuple[str, ...]:
    """What restricts use, and what could not be looked for."""
    restricted = (RESTRICTED,) if bool(table["conditional"].any()) else ()
    if not len(entities):
        is_withheld = entities.attrs.get("status") == "withheld"
        why = "Known entities are withheld from this audience" if is_withheld else "There are no known entities"
        return (*restricted, f"{why}: names and references were not looked for.")
    return restricted if "name" in entities else (*restricted, NO_NAMES)
