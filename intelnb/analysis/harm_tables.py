"""Tables of harm side by side: what a new version changes, and where harm and severity rank things differently."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.doctrine import harm as doctrine
from intelnb.errors import MethodError
from intelnb.tables import placed, selection, unsent

SOURCES = ("crimes", "harm_weights")
CHANGED = "The newer weights change {n_changed} of {kinds} {kinds|kind|kinds}; the same crimes come to {percent}% {direction} {measure}."
SAME = "The newer weights change none of {kinds} {kinds|kind|kinds}."
ONE_KIND = "Only {top_harm} has both weights, so harm and severity have nothing to rank differently."
RANKED = "{top_harm} ranks first by harm and {top_severity} by severity; of {kinds} {kinds|kind|kinds} {n_differ} {n_differ|ranks|rank} differently."
NOTHING = "no crime of this window has a weight"


def version_changes(
    crimes: pd.DataFrame, *, weights: pd.DataFrame, name: str, since: date, until: date, measure: str = doctrine.HARM
) -> Result:
    """Say what the newest version of a table of weights changes against the one before it, on the same crimes.

    Parameters
    ----------
    crimes
        The crimes table; those inside the area are weighed, by their kind.
    weights
        Harm tables of at least two versions of the measure, told apart by source, version or first day.
    name
        Name of the Result.
    since, until
        First day of the window, and the first day after it.
    measure
        "harm" or "severity".

    Returns
    -------
    Result
        Table `kind, n, weight_before, weight, change_days, days_before, days, rank_before, rank, what`, one row per kind
        in either version, most harm first: `what` is "changed", "new", "dropped" or "same"; ranks are by days,
        equals sharing the better. Not assessed with fewer than two versions.

    Raises
    ------
    MethodError
        When a table could mislead, or the measure is not known.

    References
    ----------
    Sherman, L., Neyroud, P. W. and Neyroud, E. (2016). The Cambridge crime harm index. Policing 10(3).

    Examples
    --------
    >>> crimes = pd.DataFrame({"kind": ["a", "a", "b"], "middle": pd.Timestamp("2026-11-10"), "inside": True})
    >>> weights = pd.DataFrame({"kind": list("abab"), "weight_days": [10, 5, 20, 5], "source": "invented",
    ...     "version": list("1122"), "effective_from": pd.to_datetime(["2026-01-01"] * 2 + ["2027-01-01"] * 2)})
    >>> window = {"since": date(2026, 11, 9), "until": date(2026, 11, 16)}
    >>> version_changes(crimes, weights=weights, name="versions", **window).sentence
    'The newer weights change 1 of 2 kinds; the same crimes come to 80% more harm.'
    """
    if (refused := _refusal(name, crimes, weights, since=since, until=until)) is not None:
        return refused
    if measure not in doctrine.MEASURES:
        raise MethodError(what=f"'{measure}' is not a measure", now=f"Choose one of: {', '.join(doctrine.MEASURES)}.")
    known = [one for one in doctrine.tables(weights) if one.measure == measure]
    if len(known) < 2:
        why = f"{len(known)} version of {measure} is loaded and a comparison needs two"
        return not_assessed(name, why=why, sources=SOURCES)
    old, new = known[-2:]
    counts = _counts(crimes, since=since, until=until)
    if not counts[counts.index.isin([*old.weights, *new.weights])].sum():
        return not_assessed(name, why=NOTHING, sources=SOURCES)
    table = _changes(old, new, counts)
    before, now = float(table["days_before"].sum()), float(table["days"].sum())
    changed = int((table["what"] != "same").sum())
    percent = round(100 * abs(now / before - 1)) if before > 0 else 0
    return Result(
        name=name,
        table=table,
        values={
            "n_changed": changed,
            "kinds": len(table),
            "days_before": round(before, 1),
            "days": round(now, 1),
            "percent": percent,
            "direction": "more" if now >= before else "less",
            "measure": measure,
        },
        wording=CHANGED if changed else SAME,
        settings={
            **_window(since, until),
            "measure": doctrine.MEASURES[measure],
            "before": old.label,
            "now": new.label,
        },
        caveats=(
            "The crimes are the same; only the weights differ. Figures of two versions are never set side by side.",
            *_missing(counts, new),
            *unsent.told(crimes, since=since, until=until),
        ),
        sources=SOURCES,
    )


def two_measures(crimes: pd.DataFrame, *, weights: pd.DataFrame, name: str, since: date, until: date) -> Result:
    """Rank kinds of crime by harm and by severity, side by side, because the two rank things differently.

    Parameters
    ----------
    crimes, name, since, until
        As for `version_changes`.
    weights
        Harm tables of both measures; of each, the version in force on the last day of the window is used.

    Returns
    -------
    Result
        Table `kind, n, harm_days, harm_rank, severity_days, severity_rank, rank_gap`, most harm first, of the kinds that
        have both weights; `rank_gap` is the rank by severity less that by harm. Not assessed unless both are loaded.

    Raises
    ------
    MethodError
        When a table could mislead, or no version had begun.

    References
    ----------
    Ashby, M. P. J. (2018). Comparing methods for measuring crime harm/severity. Policing 12(4).

    Examples
    --------
    >>> crimes = pd.DataFrame({"kind": ["a", "b", "b"], "middle": pd.Timestamp("2026-11-10"), "inside": True})
    >>> weights = pd.DataFrame({"kind": list("abab"), "weight_days": [30, 10, 30, 20], "source": "invented",
    ...     "measure": ["harm", "harm", "severity", "severity"]})
    >>> window = {"since": date(2026, 11, 9), "until": date(2026, 11, 16)}
    >>> two_measures(crimes, weights=weights, name="both", **window).sentence
    'a ranks first by harm and b by severity; of 2 kinds 2 rank differently.'
    """
    if (refused := _refusal(name, crimes, weights, since=since, until=until)) is not None:
        return refused
    on = (pd.Timestamp(until) - pd.Timedelta(days=1)).date()
    harm, severity = (doctrine.in_force(weights, on=on, measure=m) for m in (doctrine.HARM, doctrine.SEVERITY))
    if not harm.weights or not severity.weights:
        lacking = doctrine.HARM if not harm.weights else doctrine.SEVERITY
        return not_assessed(name, why=f"no table of {lacking} is loaded", sources=SOURCES)
    counts = _counts(crimes, since=since, until=until)
    kinds = [kind for kind in counts.index if kind in harm.weights and kind in severity.weights]
    if not kinds:
        return not_assessed(name, why=NOTHING, sources=SOURCES)
    table = _ranked(counts[kinds], harm, severity)
    top = {m: str(table.loc[table[f"{m}_rank"] == 1, "kind"].iloc[0]) for m in (doctrine.HARM, doctrine.SEVERITY)}
    differ = int((table["rank_gap"] != 0).sum())
    return Result(
        name=name,
        table=table,
        values={"kinds": len(table), "n_differ": differ, **{f"top_{m}": kind for m, kind in top.items()}},
        wording=RANKED if len(table) > 1 else ONE_KIND,
        settings={**_window(since, until), **{one.measure: one.label for one in (harm, severity)}},
        caveats=(
            "Harm counts days from where the guideline starts; severity counts days from sentences passed.",
            *_missing(counts, harm),
            *_missing(counts, severity),
            *unsent.told(crimes, since=since, until=until),
        ),
        sources=SOURCES,
    )


def _refusal(name: str, crimes: pd.DataFrame, weights: pd.DataFrame, *, since: date, until: date) -> Result | None:
    """The Result of a question that cannot be asked; None where it can."""
    status, why = selection.refusal(crimes, needs=["kind", "middle"])
    if not why and (why := placed.window_refusal(crimes, since=since, until=until)):
        status = "not assessed"
    if not why and not len(weights):
        status, why = "not assessed", "no harm table is loaded"
    return not_assessed(name, why=why, status=status, sources=SOURCES) if why else None


def _window(since: date, until: date) -> dict[str, Value]:
    """The window, for the settings."""
    return {"since": str(pd.Timestamp(since).date()), "until": str(pd.Timestamp(until).date())}


def _counts(crimes: pd.DataFrame, *, since: date, until: date) -> pd.Series:
    """Crimes inside the area per kind."""
    mine = crimes[placed.is_inside(crimes) & placed.in_window(crimes, since=since, until=until)]
    counts: pd.Series = mine["kind"].astype(str).value_counts().sort_index()
    return counts


def _missing(counts: pd.Series, table: doctrine.HarmTable) -> tuple[str, ...]:
    """What these kinds lack in a table, source and measure named first."""
    return table.caveats(pd.Series(counts.index, dtype="str"))


def _changes(old: doctrine.HarmTable, new: doctrine.HarmTable, counts: pd.Series) -> pd.DataFrame:
    """Every kind of either version with both weights and what they come to."""
    kinds = sorted({*old.weights, *new.weights})
    before, now = (np.array([one.weights.get(kind, np.nan) for kind in kinds]) for one in (old, new))
    n = counts.reindex(kinds, fill_value=0).to_numpy(dtype=np.int64)
    days_before, days = n * np.nan_to_num(before), n * np.nan_to_num(now)
    what = np.select([np.isnan(before), np.isnan(now), before != now], ["new", "dropped", "changed"], default="same")
    table = pd.DataFrame(
        {
            "kind": kinds, "n": n, "weight_before": before, "weight": now, "change_days": days - days_before,
            "days_before": days_before, "days": days, "rank_before": _ranks(days_before), "rank": _ranks(days), "what": what,
        }
    )  # fmt: skip
    return table.sort_values(["days", "kind"], ascending=[False, True]).reset_index(drop=True)


def _ranked(counts: pd.Series, harm: doctrine.HarmTable, severity: doctrine.HarmTable) -> pd.DataFrame:
    """Kinds with both sums and both ranks."""
    n, kinds = counts.to_numpy(dtype=np.int64), pd.Series(counts.index, dtype="str")
    by_harm, by_severity = n * harm.days(kinds), n * severity.days(kinds)
    table = pd.DataFrame(
        {
            "kind": kinds, "n": n, "harm_days": by_harm, "harm_rank": _ranks(by_harm),
            "severity_days": by_severity, "severity_rank": _ranks(by_severity),
        }
    )  # fmt: skip
    table["rank_gap"] = table["severity_rank"] - table["harm_rank"]
    return table.sort_values(["harm_rank", "kind"]).reset_index(drop=True)


def _ranks(days: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rank from the largest, equals sharing the better rank."""
    return np.asarray(pd.Series(days).round(6).rank(method="min", ascending=False), dtype=np.int64)
