"""What cannot be trusted yet: one line for the first screen, and the list behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd

from intelnb.analysis.result import Result, not_assessed, spoken
from intelnb.tables import options, placed, selection

MOST_WORDS = 25
LONG_HOURS = 24.0
NOTABLE = {"quarantined": 0.01, "unplaced": 0.05, "long intervals": 0.25}  # shares from which the first screen says so
WARNED = ("n", "incomplete_3")  # the number a Result about the data warns of; at 0 it has nothing to warn of
NOTHING = "Nothing was found that would mislead; the checks are listed under data quality."
COLUMNS = ["issue", "source", "n", "of", "share", "what", "is_first"]
LEDGER = ("source", "read", "accepted", "quarantined")


def trust(
    ledgers: pd.DataFrame,
    *,
    name: str,
    as_at: datetime,
    crimes: pd.DataFrame,
    logs: pd.DataFrame,
    results: Sequence[Result] = (),
    names: Mapping[str, str] | None = None,
) -> Result:
    """Gather what a reader must not trust yet, the worst in one line.

    Results already made (areas that stopped sending, late recording, breaks) come first, in the order given:
    one speaks when it is assessed and its value `n`, if it has one, is above 0, or when its status is a break
    or not submitted; what it is about, the part of its name after a dot, heads its sentence. Then rows not read, crimes without a place, logs to grade, reviews overdue.

    Parameters
    ----------
    ledgers
        One row per source: `source, read, accepted, quarantined`, counts of rows; may be empty.
    name
        Name of the Result on its page.
    as_at
        A log whose review day lies before this day is overdue.
    crimes, logs
        The tables of the product; what an audience may not have is not judged.
    results
        Results about the data themselves, the most important first.
    names
        What to call the part of a Result's name after its dot (`domestic`), where it has a better name.

    Returns
    -------
    Result
        Table `issue, source, n` (records; blank where none are counted) `, of, share, what, is_first`, one
        row per thing found; `is_first` marks what the line says. The value `line` is the sentence, at most 25 words.

    Examples
    --------
    >>> import pandas as pd
    >>> ledgers = pd.DataFrame({"source": ["logs"], "read": [100], "accepted": [98], "quarantined": [2]})
    >>> trust(ledgers, name="trust", as_at=pd.Timestamp("2026-11-16"), crimes=pd.DataFrame(), logs=pd.DataFrame()).sentence
    '2 of 100 rows of logs could not be read.'
    """
    options.moment(as_at=as_at)
    if not (len(ledgers) or len(results) or any(len(t) or t.attrs.get("status") for t in (crimes, logs))):
        return not_assessed(name, why="there is nothing to check")
    table = pd.DataFrame(
        [*_of_results(results, names or {}), *_of_ledgers(ledgers), *_of_crimes(crimes), *_of_logs(logs, as_at)],
        columns=COLUMNS,
    )
    line, shown = _line(table)
    table["is_first"] = shown
    table["n"] = table["n"].astype("Int64")
    numbers = {issue: int(n) for issue, n in table.groupby("issue")["n"].sum().items()}
    return Result(
        name=name,
        table=table,
        values={
            "line": line,
            "n_issues": len(table),
            "n_first": int(sum(shown)),
            "n_quarantined": numbers.get("quarantined", 0),
            "n_unplaced": numbers.get("unplaced", 0),
            "n_long_intervals": numbers.get("long intervals", 0),
            "n_to_grade": numbers.get("to grade", 0),
            "n_overdue_reviews": numbers.get("overdue reviews", 0),
        },
        wording="{line}",
        settings={
            "as_at": str(as_at),
            "long_hours": LONG_HOURS,
            **{f"{key.replace(' ', '_')}_from": share for key, share in NOTABLE.items()},
        },
        caveats=("Only what was checked is listed; a fault nobody looked for is not here.",),
        sources=tuple(dict.fromkeys(("crimes", "logs", *(s for r in results for s in r.sources)))),
        # what no product may hold may not reach one in another's words
        is_workbench=any(one.is_workbench for one in results),
    )


def _of_results(results: Sequence[Result], names: Mapping[str, str]) -> list[tuple[object, ...]]:
    """What Results about the data have to say; they speak of no number of records."""
    return [
        (found.name, ", ".join(found.sources), None, None, None, _headed(found, names), _speaks(found))
        for found in results
    ]


def _headed(found: Result, names: Mapping[str, str]) -> str:
    """The sentence of a Result, headed by what it is about: a reader must know what was not assessed."""
    code = found.name.partition(".")[2]
    if not code and found.status in {"assessed", "break in recording"}:
        return found.sentence
    about = names.get(code) or (code or found.name).replace("_", " ")
    about = f"{about[0].upper()}{about[1:]}"
    status, _, why = found.sentence.partition(": ")
    if found.is_assessed or status.lower() not in {found.status, "not assessed"}:
        return f"{about}: {_lowered(found.sentence)}."
    # the reason itself says that recording changed: "Domestic abuse: recording changed on ..."
    if found.status == "break in recording":
        return f"{about}: {why}"
    return f"{about} {status.lower()}: {why}"


def _speaks(found: Result) -> bool:
    """Whether a Result has something to warn of."""
    if found.is_assessed:
        return next((found.values[warned] for warned in WARNED if warned in found.values), 1) != 0
    return found.status in {"break in recording", "not submitted"}


def _of_ledgers(ledgers: pd.DataFrame) -> list[tuple[object, ...]]:
    """Rows that could not be read, per source."""
    if not set(LEDGER) <= set(ledgers.columns):
        return []
    lost = ledgers[ledgers["quarantined"] > 0].sort_values("quarantined", ascending=False, kind="stable")
    rows = ((str(r["source"]), int(r["quarantined"]), int(r["read"])) for r in lost.to_dict("records"))
    return [_row("quarantined", src, n, of, f"rows of {src} could not be read") for src, n, of in rows]


def _of_crimes(crimes: pd.DataFrame) -> list[tuple[object, ...]]:
    """Crimes without a place, and crimes whose time is hardly known."""
    found: list[tuple[object, ...]] = []
    if crimes.attrs.get("status") == "not submitted":
        return [("not submitted", "crimes", 0, 0, 0.0, "No crime records were received.", True)]
    inside = crimes[placed.is_inside(crimes)]
    if not len(inside):
        return found
    if "placed_by" in inside:
        unplaced = int((inside["placed_by"] == "unplaced").sum())
        found += [_row("unplaced", "crimes", unplaced, len(inside), "crimes have no location")] if unplaced else []
    if selection.resolution(inside) == "month":
        return [*found, ("monthly", "crimes", len(inside), len(inside), 1.0, "Crime data are monthly.", True)]
    long = int((inside["hours_wide"] > LONG_HOURS).sum())
    text = f"crimes are known only to within more than {LONG_HOURS:g} hours"
    return [*found, _row("long intervals", "crimes", long, len(inside), text)] if long else found


def _of_logs(logs: pd.DataFrame, as_at: datetime) -> list[tuple[object, ...]]:
    """Logs without handling code or marking, and reviews whose day has passed."""
    if logs.attrs.get("status") == "not submitted":
        return [("not submitted", "logs", 0, 0, 0.0, "No intelligence logs were received.", True)]
    found: list[tuple[object, ...]] = []
    if "to_grade" in logs and (n := int(logs["to_grade"].sum())):
        text = f"{spoken(n)} logs are still to be graded." if n > 1 else "1 log is still to be graded."
        found.append(("to grade", "logs", n, len(logs), n / len(logs), text, True))
    if "review" in logs and (n := int((logs["review"] < pd.Timestamp(as_at).normalize()).sum())):
        text = f"{spoken(n)} logs are past their review day." if n > 1 else "1 log is past its review day."
        found.append(("overdue reviews", "logs", n, len(logs), n / len(logs), text, False))
    return found


def _row(issue: str, source: str, n: int, of: int, text: str) -> tuple[object, ...]:
    """One count as a row; it reaches the first screen from its notable share on."""
    return (issue, source, n, of, n / of, f"{spoken(n)} of {spoken(of)} {text}.", n / of >= NOTABLE[issue])


def _line(table: pd.DataFrame) -> tuple[str, list[bool]]:
    """Join what should be said first, as far as the words reach; say how much is left."""
    shown, told, more = [], "", 0
    for row in table.to_dict("records"):
        longer = f"{told}; {_lowered(row['what'])}" if told else str(row["what"]).rstrip(".")
        is_shown = bool(row["is_first"]) and len(longer.split()) <= MOST_WORDS - 3
        more += int(bool(row["is_first"]) and not is_shown)
        told = longer if is_shown else told
        shown.append(is_shown)
    if not told:
        return ("Several things cannot be trusted yet; see data quality." if more else NOTHING), shown
    return (f"{told}; and {more} more." if more else f"{told}."), shown


def _lowered(text: str) -> str:
    """A sentence as a part of a longer one; names and codes keep their capitals."""
    text = text.rstrip(".")
    first = text.split(" ", 1)[0]
    return text[0].lower() + text[1:] if first in {"No", "Crime", "Nothing", "Recording", "The", "About"} else text
