"""Would a map of next week's risk have beaten last year's map? For the workbench alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.stats import t as student

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.errors import MethodError
from intelnb.stats import predictive_accuracy, proper_scores
from intelnb.tables import foretold, options, selection, workbench
from intelnb.tables.words import several

LEAST_TESTED, LEAST_EVENTS = 8, 100
ONE_CELL = "all crimes of the weeks tested lie in one cell, which any map finds"
MEASURES = ("caught", "pai", "pei", "log_rri", "log_score", "brier", "ranked")


def back_test(
    crimes: gpd.GeoDataFrame,
    *,
    name: str,
    within: gpd.GeoDataFrame,
    since: date,
    until: date,
    impact_assessment: str,
    equality_assessment: str,
    maps: Sequence[str] = tuple(foretold.MAPS),
    cell_m: int = 250,
    area_share: float = 0.05,
    level: float = 0.95,
    seed: int = 0,
) -> Result:
    """Make each map for each past week from what was known before it, and score it against last year's map.

    Every map expects the same number of crimes, and all carry the same even twentieth, so that only where they put
    them is compared. It scores places and never persons. The impact assessment must cover what `tables/workbench.py`
    lists: purpose and necessity, the data and their gaps, accuracy, who decides, review and end; the equality assessment
    who lives where it points, how recording differs, effects on trust and searches, and what would stop it.

    Parameters
    ----------
    crimes
        The crimes table, chosen by kind, in metres, with the year before `since`.
    name
        Name of the Result on the workbench.
    within
        The area, as polygons.
    since, until
        First day of the first week tested; the last week ends by the day `until`.
    impact_assessment, equality_assessment
        References of both assessments of this use; without them the method is off.
    maps
        Which maps; last year's is always among them.
    cell_m
        Side of a cell in whole metres.
    area_share
        Share of the area marked, above 0 and under 1.
    level
        Share of chance that all ranges together cover, under 1.
    seed
        Start of the random numbers: cells of equal risk, of which last year's map has many, are marked in an order drawn
        anew each week, the same for every map.

    Returns
    -------
    Result
        Table `map, weeks, caught` (share of crimes in the area marked) `, pai, pei, log_rri, log_score, brier, ranked,
        caught_gain, caught_gain_low, caught_gain_high, log_gain, log_gain_low, log_gain_high`: means over the weeks; gains
        against last year's map in the same weeks, above 0 where the map is better; `log_gain` is per crime. Not assessed
        where places are withheld or snapped, dates are monthly, or weeks or crimes are too few.

    Raises
    ------
    MethodError
        When an assessment is not named, a map is unknown, or area, cells or window cannot be.

    References
    ----------
    Bowers, K. J., Johnson, S. D. and Pease, K. (2004). Prospective hot-spotting. British Journal of Criminology 44(5).
    Chainey, S., Tompson, L. and Uhlig, S. (2008). The utility of hotspot mapping. Security Journal 21.
    Adepeju, M., Rosser, G. and Cheng, T. (2016). Novel evaluation metrics for sparse spatio-temporal point process hotspot
    predictions. International Journal of Geographical Information Science 30(11).

    Examples
    --------
    >>> from datetime import date
    >>> import geopandas as gpd, pandas as pd
    >>> back_test(gpd.GeoDataFrame(), name="test", within=gpd.GeoDataFrame(), since=date(2026, 1, 5), until=date(2026, 6, 1),
    ...     impact_assessment="", equality_assessment="EIA-3")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    MethodError: This method is off
    """
    options.whole(1, cell_m=cell_m)
    options.whole(0, seed=seed)
    named = workbench.permitted(impact_assessment=impact_assessment, equality_assessment=equality_assessment)
    if unknown := [one for one in maps if one not in foretold.MAPS]:
        raise MethodError(
            what=f"no map is called {', '.join(unknown)}", now=f"Choose from: {', '.join(foretold.MAPS)}."
        )
    options.share(area_share=area_share, level=level)
    options.day(since=since, until=until)
    starts = [since + timedelta(weeks=n) for n in range(max((until - since).days, 0) // 7)]
    status, reason = foretold.refusal(crimes, cell_m=cell_m)
    if not status and len(starts) < LEAST_TESTED:
        weeks = several(len(starts), "week", "is", "are")
        status, reason = "not assessed", f"{weeks} too few to test on; {LEAST_TESTED} are needed"
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",), is_workbench=True)
    weeks_back = max((since - _first(crimes)).days // 7, 0)
    if weeks_back < foretold.LEAST_WEEKS:
        lie = several(weeks_back, "week", "lies", "lie") if weeks_back else "no week lies"
        why = f"{lie} before the first tested; {foretold.LEAST_WEEKS} are needed for last year's map"
        return not_assessed(name, why=why, sources=("crimes",), is_workbench=True)
    held, left_out = foretold.laid(crimes, within, since=since, until=until, cell_m=cell_m)
    learn = foretold.LEARN_WEEKS + 1
    every = [foretold.week(held, starts[0] + timedelta(weeks=n)) for n in range(-learn, len(starts))]
    happened = np.sum([one.happened for one in every[learn:]], axis=0)
    n_crimes = int(happened.sum())
    if n_crimes < LEAST_EVENTS:
        why = f"{several(n_crimes, 'crime')} in the weeks tested {'is' if n_crimes == 1 else 'are'} too few; {LEAST_EVENTS} are needed"
        return not_assessed(name, why=why, sources=("crimes",), is_workbench=True)
    if (happened > 0).sum() == 1:
        return not_assessed(name, why=ONE_CELL, sources=("crimes",), is_workbench=True)
    asked = tuple(dict.fromkeys((foretold.NAIVE, *maps)))
    scored = _scored(held, every, learn=learn, asked=asked, area_share=area_share, seed=seed)
    # several maps are compared with last year's, so each range is wider by their number
    table = _table(scored, asked, level=1 - (1 - level) / max(len(asked) - 1, 1))
    values = _values(table, n_crimes=n_crimes, n_weeks=len(starts), area_share=area_share)
    return Result(
        name=name,
        table=table,
        values=values,
        wording=_wording(values),
        settings={
            **named, **{f"map_{one.replace(' ', '_')}": foretold.MAPS[one] for one in asked}, "since": str(since), "until": str(until),
            "longest_interval_hours": foretold.LONGEST_HOURS, "cell_m": cell_m, "cells": len(held.cells), "area_share": area_share, "equal_risk": "in a drawn order", "seed": seed, "level": level, "even_share": foretold.EVEN_SHARE,
            "expected": f"mean of the {foretold.LEVEL_WEEKS} weeks before, the same for every map",
        },
        caveats=(
            *workbench.CAVEATS, *_said(table, weeks_back, len(starts)), *left_out
        ),
        grain="cell",
        sources=("crimes",),
        is_workbench=True,
    )  # fmt: skip


def _first(crimes: gpd.GeoDataFrame) -> date:
    """The first day these data cover."""
    first = selection.covered_from(crimes)
    return first if first is not None else date.max


def _scored(
    held: foretold.Ground,
    every: Sequence[foretold.Week],
    *,
    learn: int,
    asked: Sequence[str],
    area_share: float,
    seed: int,
) -> pd.DataFrame:
    """One row for each map and week it could be made for and had a crime to be scored by."""
    rows = []
    rng = np.random.default_rng(seed)
    for at in range(learn, len(every)):
        now = every[at]
        # far below any difference between risks: it orders cells of equal risk and no others
        turn = 1 + 1e-9 * rng.random(len(held.cells))
        if not now.happened.sum():
            continue
        for one in asked:
            try:
                told = foretold.expected(one, held, now, every[:at])
            except MethodError:
                continue
            pai, pei, log_rri = predictive_accuracy.at_area(
                predictive_accuracy.accuracy(now.happened, told * turn), share=area_share
            )
            share = int(area_share * told.size * (1 + 1e-12)) / told.size
            found = proper_scores.scores(now.happened, told)
            rows.append((one, at, pai * share, pai, pei, log_rri, found.log_score, found.brier, found.ranked,
                         found.log_score * told.size / now.happened.sum()))  # fmt: skip
    return pd.DataFrame(rows, columns=["map", "week", *MEASURES, "log_per_crime"])


def _table(scored: pd.DataFrame, asked: Sequence[str], *, level: float) -> pd.DataFrame:
    """Means of each map, and what it gained on last year's in the weeks both were made for."""
    naive = scored[scored["map"] == foretold.NAIVE].set_index("week")
    rows = []
    for one in asked:
        mine = scored[scored["map"] == one].set_index("week")
        both = mine.index.intersection(naive.index)
        gains = (mine["caught"] - naive["caught"]).loc[both], (naive["log_per_crime"] - mine["log_per_crime"]).loc[both]
        told = [_mean(gain.to_numpy(dtype=float), level) for gain in gains]
        means = [float(mine[measure].mean()) for measure in MEASURES]
        rows.append((one, len(mine), *(round(value, 4) for value in (*means, *told[0], *told[1]))))
    gained = [f"{what}_gain{side}" for what in ("caught", "log") for side in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["map", "weeks", *MEASURES, *gained])


def _mean(gains: np.ndarray, level: float) -> tuple[float, float, float]:
    """The mean over weeks with its range; blank where fewer than two weeks tell."""
    if gains.size < 2:
        return float("nan"), float("nan"), float("nan")
    middle = float(gains.mean())
    edge = float(student.ppf(0.5 + level / 2, gains.size - 1) * gains.std(ddof=1) / np.sqrt(gains.size))
    return middle, middle - edge, middle + edge


def _values(table: pd.DataFrame, *, n_crimes: int, n_weeks: int, area_share: float) -> dict[str, Value]:
    """Which map did best, and whether it beat last year's by more than chance."""
    naive, others = table.iloc[0], table.iloc[1:]
    best = others.sort_values("caught", ascending=False, kind="stable").iloc[0] if len(others) else naive
    better = others[(others["caught_gain_low"] > 0).to_numpy()]
    return {
        "n_crimes": n_crimes, "n_weeks": n_weeks, "area_percent": round(100 * area_share, 1), "best": str(best["map"]),
        "best_caught": round(100 * float(best["caught"]), 1), "naive_caught": round(100 * float(naive["caught"]), 1),
        "n_better": len(better), "is_best_better": "yes" if str(best["map"]) in set(better["map"]) else "no",
    }  # fmt: skip


def _wording(values: dict[str, Value]) -> str:
    """The best map beside last year's."""
    if values["best"] == foretold.NAIVE:
        return "Over {n_weeks} {n_weeks|week|weeks} last year's map caught {naive_caught} % of crimes in {area_percent} % of the area."
    told = "the {best} map caught {best_caught} % of crimes in {area_percent} % of area, last year's {naive_caught} %"
    unsure = "" if values["is_best_better"] == "yes" else ": within chance"
    return f"Over {{n_weeks}} {{n_weeks|week|weeks}} {told}{unsure}."


def _said(table: pd.DataFrame, weeks_back: int, n_weeks: int) -> tuple[str, ...]:
    """What the test itself could not have."""
    told = []
    if weeks_back < foretold.NAIVE_WEEKS:
        lie = several(weeks_back, "week", "lies", "lie")
        told.append(f"Only {lie} before the first tested: last year's map is of that much.")
    short = table[table["weeks"] < n_weeks]
    if len(short):
        said = ", ".join(f"{one} {n}" for one, n in zip(short["map"], short["weeks"], strict=True))
        told.append(f"Not every map could be made for or scored in each of {n_weeks} weeks: {said}.")
    return tuple(told)
