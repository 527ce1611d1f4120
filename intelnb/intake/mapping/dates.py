"""How the dates of a proposed map are written: what nothing in a column decides is asked, never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from intelnb.intake.mapping.choice import Choice
from intelnb.intake.mapping.corrections import Corrections
from intelnb.intake.mapping.date_layouts import Decision, decide
from intelnb.tables.contract import Contract

_ORDER = {"day-first": ("%d/%m", "%d-%m", "%d.%m"), "month-first": ("%m/%d", "%m-%d", "%m.%d")}


@dataclass(frozen=True)
class Question:
    """What only a person can say: why, and what may be answered, each as a correction and in words."""

    column: str
    why: str
    answers: tuple[tuple[str, str], ...] = ()


def dates(
    table: Mapping[str, pd.Series[str]], chosen: Sequence[Choice], said: Corrections, contract: Contract
) -> tuple[dict[str, tuple[str, ...]], list[Question]]:
    """How each column of dates is written; what nothing in it decides is asked."""
    found: dict[str, tuple[str, ...]] = {}
    questions: list[Question] = []
    for choice in chosen:
        if contract.field(choice.column).kind not in {"moment", "day"}:
            continue
        texts = _joined(table, choice.headings)
        decided = decide(texts)
        if choice.column in said.layouts:
            found[choice.column] = _said(said.layouts[choice.column], decided)
            continue
        if not decided.is_dates:
            if (texts != "").any():
                questions.append(Question(choice.column, f"{_told(choice)} holds no dates we can read"))
            continue
        fitting = [forms for forms in decided.rivals if _is_of(forms[0], said.order)]
        if decided.layouts or len(fitting) == 1:
            found[choice.column] = decided.layouts or fitting[0]
        else:
            questions.append(_undecided(choice, decided, texts))
    return {column: named for column, named in found.items() if named != ("iso",)}, questions


def _said(layout: str, decided: Decision) -> tuple[str, ...]:
    """The layout somebody said, with every way its time is written in this column."""
    return next((forms for forms in decided.rivals if any(form.startswith(layout) for form in forms)), (layout,))


def _is_of(form: str, order: str) -> bool:
    return bool(order) and form.startswith(_ORDER[order])


def _undecided(choice: Choice, decided: Decision, texts: pd.Series[str]) -> Question:
    """Two ways of reading a column of dates, with a date of the file read in each."""
    shown = str(texts[texts != ""].iloc[0])
    ways = " or ".join(forms[0] for forms in decided.rivals)
    if sum(count > 0 for count in decided.exclusive) > 1:
        counts = " and ".join(
            f"{n:,} only as {forms[0]}" for forms, n in zip(decided.rivals, decided.exclusive, strict=True)
        )
        why = f"{_told(choice)} is written in more than one way: {counts}; have it exported in one"
        return Question(choice.column, why)
    why = f"{_told(choice)} can be read as {ways}, and no date in it decides (such as {shown})"
    answers = tuple((f"{choice.column}={forms[0]}", _in_words(shown, forms)) for forms in decided.rivals)
    return Question(choice.column, why, answers)


def _in_words(text: str, forms: Sequence[str]) -> str:
    """A date of the file as it would be read."""
    read = [moment for form in forms if not pd.isna(moment := pd.to_datetime(text, format=form, errors="coerce"))]
    return f"{text} is {read[0].day} {read[0]:%B %Y}" if read else forms[0]


def _told(choice: Choice) -> str:
    return " + ".join(choice.headings)


def _joined(table: Mapping[str, pd.Series[str]], headings: Sequence[str]) -> pd.Series[str]:
    joined = table[headings[0]]
    for heading in headings[1:]:
        joined = joined + " " + table[heading]
    return joined.str.strip().astype("str")
