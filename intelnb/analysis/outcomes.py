"""What became of the crimes? Outcomes put beside the crimes they belong to, with those that belong to none counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, not_assessed
from intelnb.tables import counting, placed, selection, unsent
from intelnb.tables.outcomes import Matched, matched
from intelnb.tables.words import several

if TYPE_CHECKING:
    from datetime import date

COLUMNS = ["kind", "n", "without_id", "decided", "undecided", "share_decided", "commonest", "commonest_n"]
SOURCES = ("crimes", "outcomes")


def by_kind(crimes: pd.DataFrame, outcomes: pd.DataFrame, *, name: str, since: date, until: date) -> Result:
    """Say how many crimes of a window have an outcome, and which is the commonest, kind by kind.

    Assumes that an outcome and its crime have the same id. A crime with several outcomes counts once, with its
    latest. Outcomes of crimes that were not read are counted apart and in no row.

    Parameters
    ----------
    crimes
        The crimes table, as read or chosen from it.
    outcomes
        The outcomes table, read as far on as it reaches: an outcome comes months after its crime.
    name
        Name of the Result on its page.
    since, until
        First day of the window, and the first day after it, by the middle of each crime.

    Returns
    -------
    Result
        Table `kind, n, without_id, decided, undecided, share_decided` (0 to 1, of the crimes with an id)`, commonest,
        commonest_n`, one row for each kind, most crimes first. Values: n, decided, share (per cent), commonest,
        commonest_n. Not assessed when ids are withheld, or no crime of the window has one.

    References
    ----------
    Home Office (2024). Crime outcomes in England and Wales 2023 to 2024. Statistical bulletin.

    Examples
    --------
    >>> from datetime import date
    >>> crimes = pd.DataFrame({"id": ["a", "b", ""], "kind": "theft", "middle": pd.Timestamp("2026-10-05"), "hours_wide": 0.0})
    >>> found = pd.DataFrame({"id": ["a", "z"], "outcome": "charged", "start": pd.Timestamp("2026-11-02")})
    >>> by_kind(crimes, found, name="o", since=date(2026, 10, 1), until=date(2026, 11, 1)).sentence
    "1 of 2 crimes with an id has an outcome; the commonest is 'charged' (1)."
    """
    status, why = selection.refusal(crimes, needs=["middle", "id", "kind"])
    if not why and (why := placed.window_refusal(crimes, since=since, until=until)):
        status = "not assessed"
    if not why and outcomes.attrs.get("status", "submitted") != "submitted":
        is_absent = outcomes.attrs["status"] == "not submitted"
        status = "not submitted" if is_absent else "not assessed"
        why = "no outcomes were received" if is_absent else "outcomes are withheld from this audience"
    if not why and "id" not in outcomes:
        status, why = "not assessed", "the ids of outcomes are withheld from this audience"
    if why:
        return not_assessed(name, why=why, status=status, sources=SOURCES)
    rows = counting.inside(crimes)
    within = (rows["middle"] >= pd.Timestamp(since)) & (rows["middle"] < pd.Timestamp(until))
    rows = pd.DataFrame({"kind": rows["kind"].astype(str), "id": rows["id"].astype(str)})[within.to_numpy()]
    named = rows["id"] != ""
    if not named.any():
        return not_assessed(name, why="no crime of this time has an id to find its outcome by", sources=SOURCES)
    latest = outcomes[outcomes["id"] != ""].sort_values("start", kind="stable").drop_duplicates("id", keep="last")
    rows = rows.assign(outcome=rows["id"].map(latest.set_index("id")["outcome"]).where(named))
    table = pd.DataFrame([_row(kind, part) for kind, part in rows.groupby("kind", sort=True)], columns=COLUMNS)
    table = table.sort_values(["n", "kind"], ascending=[False, True], ignore_index=True)
    decided = rows["outcome"].dropna()
    commonest, commonest_n = _commonest(decided)
    told = "the commonest is '{commonest}' ({commonest_n})" if len(decided) else "none has been told yet"
    verb = "has" if len(decided) == 1 else "have"
    return Result(
        name=name,
        table=table,
        values={
            "n": int(named.sum()), "decided": len(decided), "share": round(100 * len(decided) / int(named.sum())),
            "commonest": commonest, "commonest_n": commonest_n,
        },
        wording=f"{{decided}} of {{n}} {{n|crime|crimes}} with an id {verb} an outcome; {told}.",
        settings={"since": since.isoformat(), "until": until.isoformat(), "counted": "the latest outcome of each crime"},
        caveats=(
            *unsent.told(crimes, since=since, until=until),
            *_caveats(matched(outcomes, crimes), int((~named).sum())),
        ),
        sources=SOURCES,
    )  # fmt: skip


def _row(kind: object, part: pd.DataFrame) -> tuple[object, ...]:
    """One kind of crime."""
    named, decided = int((part["id"] != "").sum()), part["outcome"].dropna()
    share = round(len(decided) / named, 4) if named else np.nan
    return (kind, len(part), len(part) - named, len(decided), named - len(decided), share, *_commonest(decided))


def _commonest(decided: pd.Series[str]) -> tuple[str, int]:
    """The commonest outcome; of two as common, the first by name."""
    if decided.empty:
        return "", 0
    counts = decided.value_counts()
    return min(counts.index[counts == counts.max()]), int(counts.max())


def _caveats(found: Matched, unnamed: int) -> tuple[str, ...]:
    """What a reader must know of the numbers."""
    told = ["The newest crimes have had the least time to be decided: compare times of the same age."]
    if unnamed:
        told.append(f"{several(unnamed, 'crime', 'has', 'have')} no id, so what became of it cannot be told.")
    if found.without_crime:
        told.append(f"{several(found.without_crime, 'outcome', 'belongs', 'belong')} to crimes that were not read.")
    if found.without_id:
        told.append(f"{several(found.without_id, 'outcome', 'names', 'name')} no crime.")
    if found.crimes_with_several:
        told.append(
            f"{several(found.crimes_with_several, 'crime', 'has', 'have')} more than one outcome; the latest counts."
        )
    return tuple(told)
