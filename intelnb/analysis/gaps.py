"""Gaps: which questions has nobody answered, only weakly, or too long ago?"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, not_assessed
from intelnb.tables import options, standing

CLOSED = frozenset({"answered", "cancelled", "closed", "complete", "completed", "met", "satisfied", "withdrawn"})
STATES = ("no answer", "weak answers only", "answers still to grade", "out of date", "answered")
GAPS = STATES[:4]
COLUMNS = [
    "code", "question", "priority", "owner", "due", "answers", "best_grade", "latest", "state", "is_gap", "is_overdue",
    "conditional",
]  # fmt: skip
CAVEATS = (
    "A log counts as an answer when someone tagged it with the requirement; nobody has judged here whether it answers.",
    "Weak: source not reliable, or information not known or suspected false.",
)


def open_requirements(
    requirements: pd.DataFrame, logs: pd.DataFrame, *, name: str, as_at: datetime, shelf_days: int = 90
) -> Result:
    """Say of every open requirement whether logs answer it, how well, how lately, and whether it is overdue.

    Parameters
    ----------
    requirements
        The requirements table; those with a status such as closed or answered are left out and counted.
    logs
        The logs table.
    name
        Name of the Result on its page.
    as_at
        Logs received later are not used; a requirement due before this day and still a gap is overdue.
    shelf_days
        An answer older than this has gone stale.

    Returns
    -------
    Result
        Table `code, question, priority, owner, due, answers, best_grade` (as written, blank for none),
        `latest, state, is_gap, is_overdue, conditional`, gaps first, overdue ones before others. Not
        assessed when requirements or logs are withheld or not submitted.

    Raises
    ------
    MethodError
        When an option is out of range.

    Examples
    --------
    >>> import pandas as pd
    >>> asked = pd.DataFrame({"code": ["Q1"], "question": ["Who?"], "priority": ["b"], "owner": ["x"],
    ...     "due": pd.to_datetime(["2026-11-01"]), "status": ["open"]})
    >>> logs = pd.DataFrame({"urn": ["1"], "received": pd.to_datetime(["2026-11-10"]), "requirement": [("Q2",)],
    ...     "scheme": ["3x5x2"], "source_grade": ["1"], "information_grade": ["A"], "to_grade": False, "conditional": False})
    >>> open_requirements(asked, logs, name="gaps", as_at=pd.Timestamp("2026-11-16")).sentence
    '1 of 1 open requirement is a gap: 1 unanswered, 0 weakly answered, 0 out of date; 1 overdue.'
    """
    options.whole(0, shelf_days=shelf_days)
    options.moment(as_at=as_at)
    status, reason = standing.refusal(logs)
    if requirements.attrs.get("status", "submitted") != "submitted":
        is_absent = requirements.attrs["status"] == "not submitted"
        status = "not submitted" if is_absent else "not assessed"
        reason = "no requirements were received" if is_absent else "requirements are withheld from this audience"
    if not status and not len(requirements):
        status, reason = "not assessed", "there are no requirements"
    if status:
        return not_assessed(name, why=reason, status=status, sources=("requirements", "logs"))
    asked = requirements[~requirements["status"].str.lower().isin(CLOSED).to_numpy()]
    known = logs[(logs["received"] <= pd.Timestamp(as_at)).to_numpy()]
    known = known.assign(standing=standing.standing(known), is_weak=standing.is_weak(known))
    by_code = dict(tuple(known.explode("requirement").groupby("requirement", sort=False)))
    found = [_answer(by_code.get(code), as_at=as_at, shelf_days=shelf_days) for code in asked["code"]]
    table = asked.reset_index(drop=True).join(
        pd.DataFrame(found, columns=["answers", "best_grade", "latest", "state", "conditional"])
    )
    table["is_gap"] = table["state"].isin(GAPS)
    table["is_overdue"] = table["is_gap"] & (table["due"] < pd.Timestamp(as_at).normalize())
    table["rank"] = table["state"].map({state: at for at, state in enumerate(STATES)})
    table = table.sort_values(
        ["is_gap", "is_overdue", "rank", "due", "code"], ascending=[False, False, True, True, True]
    )
    counts = table["state"].value_counts()
    return Result(
        name=name,
        table=table[COLUMNS].reset_index(drop=True),
        values={
            "n": len(table),
            "n_closed": len(requirements) - len(asked),
            "n_gaps": int(table["is_gap"].sum()),
            "no_answer": int(counts.get("no answer", 0)),
            "weak": int(counts.get("weak answers only", 0)),
            "to_grade": int(counts.get("answers still to grade", 0)),
            "out_of_date": int(counts.get("out of date", 0)),
            "overdue": int(table["is_overdue"].sum()),
            "conditional": bool(table["conditional"].any()),
        },
        wording=(
            "{n_gaps} of {n} open {n|requirement|requirements} {n_gaps|is a gap|are gaps}: {no_answer} unanswered, {weak} weakly answered, "
            "{out_of_date} out of date; {overdue} overdue."
        ),
        settings={"as_at": str(as_at), "shelf_days": shelf_days},
        caveats=CAVEATS,
        grain="log",
        sources=("requirements", "logs"),
    )


def _answer(
    answers: pd.DataFrame | None, *, as_at: datetime, shelf_days: int
) -> tuple[int, str, pd.Timestamp | None, str, bool]:
    """How many logs answer a requirement, the best grade, the latest day, the state, and whether any is conditional."""
    if answers is None:
        return 0, "", None, "no answer", False
    latest, conditional = answers["received"].max(), bool(answers["conditional"].any())
    graded = answers[answers["standing"] != standing.TO_GRADE]
    if graded.empty:
        return len(answers), "", latest, "answers still to grade", conditional
    sound = graded[~graded["is_weak"]]
    # codes sort from best to worst in every scheme we know, the 5x5x5 untested source apart
    order = np.lexsort((graded["source_grade"], graded["information_grade"], graded["is_weak"]))
    best = graded.iloc[int(order[0])]
    legacy = "" if best["scheme"] == "3x5x2" else f" ({best['scheme']})"
    grade = f"{best['source_grade']}{best['information_grade']}{legacy}"
    if sound.empty:
        state = "weak answers only"
    elif sound["received"].max() < pd.Timestamp(as_at) - pd.Timedelta(days=shelf_days):
        state = "out of date"
    else:
        state = "answered"
    return len(answers), grade, latest, state, conditional
