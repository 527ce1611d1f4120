"""Search: which logs hold these words, and where in their text?"""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd

from intelnb.analysis.result import Result, not_assessed
from intelnb.stats import text_query
from intelnb.tables import candidates, options, standing
from intelnb.tables.words import several

AROUND = 60  # characters of text shown on either side of a place
COLUMNS = ["urn", "received", "standing", "conditional", "found", "start", "end", "around"]
CAVEATS = (
    "Words are found in their usual forms; other words for the same thing, and misspellings, are not.",
    "Nothing found means that the words are in none of these logs, not that nothing is known.",
)


def find(
    logs: pd.DataFrame,
    *,
    name: str,
    terms: str,
    as_at: datetime,
    since: date | None = None,
    until: date | None = None,
) -> Result:
    """Find the logs whose text answers a search, and every place in it that does.

    Words side by side must all be in a text; `OR` gives a choice, `NOT` forbids, brackets group, quotation marks
    keep words as written and in order, `burgl*` finds every word that begins so. Logs suspected false or still to
    be graded are searched too and marked in `standing`: what undermines must be found as well.

    Parameters
    ----------
    logs
        The logs table as read; an audience that may not have free text gets no answer.
    name, terms
        Name of the Result; what to look for.
    as_at
        Logs received after this moment are not searched.
    since, until
        First day searched, and the first day after it; all where not given.

    Returns
    -------
    Result
        Table `urn, received, standing, conditional, found, start, end, around`: one row per place, newest log first;
        characters `start` up to, not with, `end` of the text. A nil result is assessed and says how many logs were searched.

    Raises
    ------
    MethodError
        When the search cannot be read; the message says how to write it.

    Examples
    --------
    >>> import pandas as pd
    >>> logs = pd.DataFrame({"urn": ["1", "2"], "received": pd.Timestamp("2026-11-10"), "scheme": "3x5x2", "source_grade": "2",
    ...     "information_grade": "B", "to_grade": False, "conditional": False, "text": ["Rear doors forced.", "A car."]})
    >>> asked = {"name": "search", "as_at": pd.Timestamp("2026-11-16")}
    >>> find(logs, terms="door AND NOT front", **asked).sentence
    '1 of 2 logs holds what was asked for, in 1 place.'
    >>> find(logs, terms="window", **asked).sentence
    'Nothing found: none of 2 logs holds what was asked for.'
    """
    options.moment(as_at=as_at)
    query = text_query.parse(terms)
    status, reason = candidates.refusal(logs)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("logs",))
    first = logs["received"].min() if since is None else since
    last = pd.Timestamp.max if until is None else until
    asked = standing.received_in(logs, since=first, until=last, as_at=as_at)
    if asked.empty:
        return not_assessed(name, why="no log was received in the days asked about", sources=("logs",))
    asked = asked.assign(standing=standing.standing(asked)).sort_values("received", ascending=False, kind="stable")
    rows = []
    columns = (asked[column].tolist() for column in (*COLUMNS[:4], "text"))
    for urn, received, worth, conditional, text in zip(*columns, strict=True):
        for start, end in query.places(text) or ():
            around = text[max(start - AROUND, 0) : end + AROUND]
            rows.append((urn, received, worth, bool(conditional), text[start:end], start, end, around))
    table = pd.DataFrame(rows, columns=COLUMNS)
    held = table.drop_duplicates("urn")
    values = {
        "n": len(held), "n_places": len(table), "n_searched": len(asked), "n_without_text": int((asked["text"] == "").sum()),
        "n_false": int((held["standing"] == standing.FALSE).sum()),
        "n_to_grade": int((held["standing"] == standing.TO_GRADE).sum()), "conditional": bool(table["conditional"].any()),
    }  # fmt: skip
    return Result(
        name=name,
        table=table,
        values=values,
        wording=_wording(len(held)),
        settings={
            "terms": terms, "as_at": str(as_at), "since": str(pd.Timestamp(first).date()),
            "until": str(pd.Timestamp(last).date()) if until else "latest",
            "word_forms": "usual English endings by rule; as written in quotation marks",
        },
        caveats=(*CAVEATS, *_said(values)),
        grain="log",
        sources=("logs",),
    )  # fmt: skip


def _wording(logs: int) -> str:
    """What was found, or that nothing was."""
    if not logs:
        return "Nothing found: none of {n_searched} {n_searched|log|logs} holds what was asked for."
    found = "{n} of {n_searched} {n_searched|log|logs} {n|holds|hold} what was asked for"
    return f"{found}, in {{n_places}} {{n_places|place|places}}."


def _said(values: dict[str, int]) -> tuple[str, ...]:
    """What a reader must know of the logs searched and found."""
    told = []
    if values["n_without_text"]:
        told.append(f"{several(int(values['n_without_text']), 'log', 'has', 'have')} no text and cannot be found.")
    if values["n_false"]:
        told.append(f"Suspected false: {values['n_false']:,} of the logs found.")
    if values["n_to_grade"]:
        told.append(f"Still to be graded: {values['n_to_grade']:,} of the logs found.")
    if values["conditional"]:
        told.append("Conditional: it rests on logs with handling conditions, or without a handling code.")
    return tuple(told)
