"""Pairs of crimes likely linked, for the workbench alone: ranked, with what drove each, and scored on a known series."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.errors import MethodError
from intelnb.stats import linkage
from intelnb.stats.words import stem, words
from intelnb.tables import options, placed, selection, workbench
from intelnb.tables.words import several

LEAST_CRIMES = 10
HOUR_KNOWN_WITHIN = 12.0  # hours; a longer interval does not say which part of the day
# a part of the method that holds one of these says what was taken; `nothing taken` says that nothing was
TAKING = frozenset(stem(word) for word in ("taken", "stolen", "stole", "takes", "removed"))
STEP_MO = (",", ";", ".")
DRIVES_FROM = 0.5  # a feature drove a pair when fewer than about a third of pairs are as alike by it
CAVEATS = (
    workbench.ONLY,
    "A pair is a question for a detective: alike is not linked, and linked crimes may be unlike.",
    "Features hang together, so a score ranks pairs and is no chance that they are linked.",
    "What was not written down cannot be alike: methods recorded poorly hide series.",
)
COLUMNS = ["rank", "one", "two", "score", "metres", "days", "hours", *linkage.FEATURES, "drove"]


def pairs(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    since: date,
    until: date,
    impact_assessment: str,
    equality_assessment: str,
    top: int = 100,
) -> Result:
    """Rank pairs of crimes by how rarely two are so alike in place, time, hour, method and property, and say what drove each.

    No person is looked at or scored: the crimes are compared, nobody who may have done them. The impact assessment must
    cover purpose and necessity, the records and their gaps, how often pairs are right on known series, who decides and
    what ends it; the equality assessment whose crimes are recorded well enough to be linked, and whose are not.

    Parameters
    ----------
    crimes
        The crimes table, chosen by kind, in metres, with `id` and `mo`.
    name
        Name of the Result on the workbench.
    since, until
        First day of the window, and the first day after it.
    impact_assessment, equality_assessment
        References of both assessments of this use; without them the method is off.
    top
        How many pairs are listed.

    Returns
    -------
    Result
        Table `rank, one, two` (ids) `, score, metres, days, hours` (apart; blank where not known) `, place, time, hour, method,
        property` (how rare such likeness is, as a power of ten) `, drove` (the features that did most). Not assessed
        where ids, methods or places are withheld, places are snapped, dates monthly, or crimes fewer than 10.

    Raises
    ------
    MethodError
        When an assessment is not named, the window is empty, or crimes are too many to compare.

    References
    ----------
    Bennell, C. and Canter, D. (2002). Linking commercial burglaries by modus operandi. Science and Justice 42(3).

    Examples
    --------
    >>> import geopandas as gpd, numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> x = np.r_[rng.uniform(0, 9000, 20), 100, 150]
    >>> when = pd.Timestamp("2026-11-01") + pd.to_timedelta(np.r_[rng.uniform(0, 14, 20), 9.6, 10.6], unit="D")
    >>> crimes = gpd.GeoDataFrame({"id": [f"C{i}" for i in range(22)], "easting": x, "northing": x, "middle": when, "hours_wide": 1.0,
    ...     "mo": ["Front window, cash taken"] * 20 + ["Rear door drilled, ring taken"] * 2}, geometry=gpd.points_from_xy(x, x), crs="EPSG:27700")
    >>> asked = {"since": pd.Timestamp("2026-11-01"), "until": pd.Timestamp("2026-11-16"), "impact_assessment": "D", "equality_assessment": "E"}
    >>> pairs(crimes, name="pairs", **asked).table[["one", "two"]].iloc[0].tolist()
    ['C20', 'C21']
    """
    options.whole(1, top=top)
    named = workbench.permitted(impact_assessment=impact_assessment, equality_assessment=equality_assessment)
    status, reason = _refusal(crimes)
    if not status and (reason := placed.window_refusal(crimes, since=since, until=until)):
        status = "not assessed"
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",), is_workbench=True)
    chosen = placed.on_map(crimes, since=since, until=until, cell_m=200)
    if reason := placed.none_inside(chosen):
        return not_assessed(name, why=reason, sources=("crimes",), is_workbench=True)
    table = chosen.table[(chosen.table["id"] != "").to_numpy()]
    if len(table) < LEAST_CRIMES:
        why = f"{several(len(table), 'crime')} of these days {'has' if len(table) == 1 else 'have'} a place and an id; {LEAST_CRIMES} are needed"
        return not_assessed(name, why=why, sources=("crimes",), is_workbench=True)
    told = [_parts(mo) for mo in table["mo"]]
    middle = table["middle"]
    hour = (middle.dt.hour + middle.dt.minute / 60).where(table["hours_wide"] <= HOUR_KNOWN_WITHIN)
    found = linkage.likeness(
        table["easting"], table["northing"], (middle - pd.Timestamp(since)) / pd.Timedelta(days=1), hour,
        method=[one for one, _ in told], taken=[two for _, two in told],
    )  # fmt: skip
    listed = _table(found, table["id"].to_numpy(dtype=object), top=top)
    values: dict[str, Value] = {
        "n": len(table), "n_pairs": len(found.score), "n_listed": len(listed), "n_without_method": sum(not one for one, _ in told),
        "n_hour_unknown": int(hour.isna().sum()), "first": f"{listed['one'].iloc[0]} and {listed['two'].iloc[0]}",
        "drove": str(listed["drove"].iloc[0]),
    }  # fmt: skip
    return Result(
        name=name,
        table=listed,
        values=values,
        wording="Of {n_pairs} {n_pairs|pair|pairs} of {n} {n|crime|crimes}, {n_listed} {n_listed|is|are} listed; most alike are {first}, by {drove}.",
        settings={
            **named, "since": str(pd.Timestamp(since).date()), "until": str(pd.Timestamp(until).date()), "top": top,
            "score": "sum of the rarity of each likeness among all pairs", "hour_known_within_hours": HOUR_KNOWN_WITHIN,
            "property": f"parts of the method with one of: {', '.join(sorted(TAKING))}", "drives_from": DRIVES_FROM,
        },
        caveats=(*CAVEATS, *chosen.caveats("left out"), *_said(values)),
        grain="point",
        sources=("crimes",),
        is_workbench=True,
    )  # fmt: skip


def found_of_series(ranked: Result, *, name: str, series: Collection[str]) -> Result:
    """Score a ranking on a series that is known: how many of the pairs listed are of it, and how much of it is listed.

    Parameters
    ----------
    ranked
        A Result of `pairs`.
    name
        Name of the Result on the workbench.
    series
        Ids of the crimes of a series known otherwise; a pair is right when both are of it.

    Returns
    -------
    Result
        Table `listed, right, precision, recall, crimes_found, crimes_recall`: for the first 10, 20, 50 pairs and so on;
        `recall` of all pairs of the series, `crimes_recall` of its crimes. Not assessed when the ranking is not.

    Raises
    ------
    MethodError
        When the series has fewer than 2 crimes.

    Examples
    --------
    >>> found_of_series(not_assessed("pairs", why="data are monthly"), name="scored", series=["a", "b"]).sentence
    'Not assessed: data are monthly.'
    """
    if not ranked.is_assessed:
        why = ranked.sentence.partition(": ")[2]
        return not_assessed(name, why=why, status=ranked.status, sources=("crimes",), is_workbench=True)
    known = set(series)
    if len(known) < 2:
        raise MethodError(what="a series of fewer than 2 crimes has no pair", now="Give the ids of a known series.")
    table = ranked.table
    is_right = (table["one"].isin(known) & table["two"].isin(known)).to_numpy()
    steps = sorted({min(step, len(table)) for step in (10, 20, 50, 100, 200, 500, 1000)})
    rows = []
    for step in steps:
        right = int(is_right[:step].sum())
        crimes = len(set(table["one"][:step][is_right[:step]]) | set(table["two"][:step][is_right[:step]]))
        every = len(known) * (len(known) - 1) // 2
        rows.append(
            (step, right, round(right / step, 3), round(right / every, 3), crimes, round(crimes / len(known), 3))
        )
    columns = ["listed", "right", "precision", "recall", "crimes_found", "crimes_recall"]
    scored = pd.DataFrame(rows, columns=columns)
    last = scored.iloc[-1]
    return Result(
        name=name,
        table=scored,
        values={
            "n_series": len(known), "listed": int(last["listed"]), "right": int(last["right"]), "crimes_found": int(last["crimes_found"]),
            "precision": float(last["precision"]), "recall": float(last["recall"]),
        },
        wording="{right} of the {listed} {listed|pair|pairs} listed {right|is|are} of the known series; they name {crimes_found} of its {n_series} {n_series|crime|crimes}.",
        settings={"rests_on": ranked.name},
        caveats=(workbench.ONLY, "Pairs that are not of this series may be of another: it says nothing against them."),
        grain="point",
        sources=("crimes",),
        is_workbench=True,
    )  # fmt: skip


def _refusal(crimes: gpd.GeoDataFrame) -> tuple[str, str]:
    """Why crimes cannot be compared pair by pair; blank when they can."""
    status, reason = placed.refusal(crimes, cell_m=200, wanted="linking crimes")
    if not status and selection.resolution(crimes) == "month":
        return "not assessed", "data are monthly"
    missing = [word for column, word in (("id", "crime numbers"), ("mo", "methods")) if column not in crimes]
    if not status and missing:
        is_withheld = {"id", "mo"} & set(crimes.attrs.get("withheld", ()))
        return (
            "not assessed",
            f"{' and '.join(missing)} are {'withheld from this audience' if is_withheld else 'not in these data'}",
        )
    return status, reason


def _parts(mo: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of how it was done, and of what was taken."""
    for mark in STEP_MO:
        mo = mo.replace(mark, "\n")
    method: set[str] = set()
    taken: set[str] = set()
    for part in mo.splitlines():
        stems = {stem(one.plain) for one in words(part)}
        (taken if stems & TAKING else method).update(stems - TAKING)
    return frozenset(method), frozenset(taken)


def _table(found: linkage.Likeness, ids: np.ndarray, *, top: int) -> pd.DataFrame:
    """The pairs listed, with what drove each."""
    part = slice(0, top)
    rarity = found.rarity[part]
    drove = []
    for row in rarity:
        order = np.argsort(-row, kind="stable")
        most = [linkage.FEATURES[at] for at in order if row[at] >= DRIVES_FROM]
        drove.append(", ".join(most) or linkage.FEATURES[int(order[0])])
    table = pd.DataFrame({
        "rank": np.arange(1, len(rarity) + 1), "one": ids[found.one[part]], "two": ids[found.two[part]], "score": found.score[part].round(3),
        "metres": found.metres[part].round(), "days": found.days[part].round(2), "hours": found.hours[part].round(2),
        **{name: rarity[:, at].round(3) for at, name in enumerate(linkage.FEATURES)}, "drove": drove,
    })  # fmt: skip
    return table[COLUMNS]


def _said(values: dict[str, Value]) -> tuple[str, ...]:
    """What was not known of some crimes."""
    told = []
    if values["n_without_method"]:
        told.append(
            f"No method is recorded for {several(int(values['n_without_method']), 'crime')}: it neither speaks for nor against them."
        )
    if values["n_hour_unknown"]:
        told.append(
            f"The hour is not known for {several(int(values['n_hour_unknown']), 'crime')}: it neither speaks for nor against them."
        )
    return tuple(told)
