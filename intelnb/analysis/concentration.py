"""Concentration: how few places hold how much, and how much of that luck alone would bring."""

from __future__ import annotations

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, not_assessed
from intelnb.stats import concentration as measures
from intelnb.tables import options
from intelnb.tables.words import several

SHARES = (0.25, 0.5, 0.8)
LEAST_CRIMES = 20
CURVE_ROWS = 200  # most rows of the curve: more cannot be seen
SHARED_OUT = {"n": "crimes", "harm_days": "harm"}
ONE_PLACE = "the crimes are counted in one place alone, so nothing can be more or less in it"
HALF = "{share_of_places}% of {places} {places|place holds|places hold} half of {n} {n|crime|crimes}; by luck alone it would be {by_luck}%."
CAVEATS = (
    "Luck alone gathers crimes too; only what goes beyond it says something of places.",
    "The smaller the places, the fewer of them hold most.",
)


def few_places(counted: Result, *, name: str, runs: int = 199, seed: int = 0) -> Result:
    """Say how few places hold a quarter, a half and four fifths of the crimes, and how few would by luck alone.

    Luck alone drops each crime on any place alike. With fewer crimes than places even that leaves most places empty,
    which the adjusted measure allows for.

    Parameters
    ----------
    counted
        A Result of `counts.per_place` or `street_segments.counts`; places without crimes must be in it.
    name
        Name of the Result on its page.
    runs, seed
        How often crimes are dropped by luck, and the start of the random numbers.

    Returns
    -------
    Result
        Table `share_of_crimes, places, share_of_places, places_by_luck, share_by_luck`, one row each for 25, 50 and 80 %
        (shares 0 to 1). `values` also hold `unevenness` and `unevenness_adjusted`, 0 even to 1 all in one place. Not
        assessed when `counted` is not, or with fewer than 20 crimes.

    Raises
    ------
    MethodError
        When an option is out of range.

    References
    ----------
    Weisburd, D. (2015). The law of crime concentration and the criminology of place. Criminology 53(2).
    Bernasco, W. and Steenbeek, W. (2017). More places than crimes. Journal of Quantitative Criminology 33(3).

    Examples
    --------
    >>> table = pd.DataFrame({"code": list("abcdefghij"), "n": [30, 5, 5] + [0] * 7})
    >>> few_places(Result("counts", table, {}, ""), name="few").sentence
    '10% of 10 places hold half of 40 crimes; by luck alone it would be 37%.'
    """
    options.whole(1, runs=runs)
    options.whole(0, seed=seed)
    if not counted.is_assessed:
        return _passed_on(counted, name)
    n = counted.table["n"].to_numpy(dtype=np.int64)
    if n.size == 1:
        return not_assessed(name, why=ONE_PLACE, sources=counted.sources)
    if n.sum() < LEAST_CRIMES:
        why = f"{several(int(n.sum()), 'crime', 'is', 'are')} too few; concentration needs at least {LEAST_CRIMES}"
        return not_assessed(name, why=why, sources=counted.sources)
    rows = [
        (share, measures.places_holding(n, share=share), measures.by_chance(n, share=share, runs=runs, seed=seed))
        for share in SHARES
    ]
    table = pd.DataFrame(rows, columns=["share_of_crimes", "places", "places_by_luck"])
    table = table.assign(
        share_of_places=(table["places"] / n.size).round(4), share_by_luck=(table["places_by_luck"] / n.size).round(4)
    )
    half = table[table["share_of_crimes"] == 0.5].iloc[0]
    return Result(
        name=name,
        table=table[["share_of_crimes", "places", "share_of_places", "places_by_luck", "share_by_luck"]],
        values={
            "n": int(n.sum()),
            "places": int(n.size),
            "places_with_any": int((n > 0).sum()),
            "places_with_more": int((n > 1).sum()),
            "share_of_places": _percent(half["share_of_places"]),
            "by_luck": _percent(half["share_by_luck"]),
            "unevenness": round(measures.gini(n), 3),
            "unevenness_adjusted": round(measures.gini_adjusted(n), 3),
        },
        wording=HALF,
        settings={
            "rests_on": counted.name,
            "unevenness": "Gini; adjusted against the most even spread possible with so few crimes",
            "runs": runs,
            "seed": seed,
            **{key: counted.settings[key] for key in ("shape", "cell_m", "since", "until") if key in counted.settings},
        },
        caveats=(*CAVEATS, *counted.caveats),
        sources=counted.sources,
    )


def curve(counted: Result, *, name: str, of: str = "n") -> Result:
    """Draw up the curve of shares: the fullest places first, what part of all crimes (or harm) they hold.

    Parameters
    ----------
    counted
        As for `few_places`.
    name
        Name of the Result on its page.
    of
        Column to share out: `n`, or `harm_days` where harm was counted.

    Returns
    -------
    Result
        Table `places, share_of_places, share_held`, at most 200 rows from the fullest place on (shares 0 to 1). Not
        assessed when `counted` is not, lacks the column, or holds nothing.

    References
    ----------
    Lorenz, M. O. (1905). Methods of measuring the concentration of wealth. Publications of the ASA 9(70).

    Examples
    --------
    >>> table = pd.DataFrame({"code": list("abcd"), "n": [6, 3, 1, 0]})
    >>> curve(Result("counts", table, {}, ""), name="curve").table["share_held"].tolist()
    [0.0, 0.6, 0.9, 1.0, 1.0]
    """
    options.choice(SHARED_OUT, of=of)
    if not counted.is_assessed:
        return _passed_on(counted, name)
    held = counted.table[of].to_numpy(dtype=np.float64) if of in counted.table else np.empty(0)
    if held.size == 1:
        return not_assessed(name, why=ONE_PLACE, sources=counted.sources)
    if not held.sum() > 0:
        return not_assessed(name, why=f"there is no {of} to share out", sources=counted.sources)
    found = measures.lorenz(held)
    at = np.unique(np.linspace(0, held.size, min(CURVE_ROWS, held.size + 1)).round().astype(np.int64))
    table = pd.DataFrame(
        {"places": at, "share_of_places": found.places[at].round(4), "share_held": found.events[at].round(4)}
    )
    tenth = float(np.interp(0.1, found.places, found.events))
    return Result(
        name=name,
        table=table,
        values={"places": int(held.size), "tenth_holds": _percent(tenth), "what": SHARED_OUT[of]},
        wording="The fullest tenth of {places} {places|place|places} holds {tenth_holds}% of {what}.",
        settings={"rests_on": counted.name, "of": of, "rows": len(table)},
        caveats=(*CAVEATS, *counted.caveats),
        sources=counted.sources,
        is_workbench=counted.is_workbench,
    )


def _percent(share: float) -> float:
    """A share as a percentage, with a digit behind the point only where it is small."""
    percent = 100 * float(share)
    return round(percent) if percent >= 10 else round(percent, 1)


def _passed_on(counted: Result, name: str) -> Result:
    """The answer that could not be given, handed on."""
    return Result(
        name=name, table=counted.table, values={}, wording=counted.wording, status=counted.status,
        sources=counted.sources or ("crimes",), is_workbench=counted.is_workbench,
    )  # fmt: skip
