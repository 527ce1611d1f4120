"""A map of next week's risk, drawn only with the test it rests on. For the workbench alone."""

from __future__ import annotations

from datetime import timedelta

import geopandas as gpd
import numpy as np

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import Period
from intelnb.errors import MethodError
from intelnb.tables import foretold, options, workbench


def next_week(
    crimes: gpd.GeoDataFrame,
    tested: Result,
    *,
    name: str,
    within: gpd.GeoDataFrame,
    period: Period,
    map_name: str = "prospective",
) -> Result:
    """Draw one map for a week, from what was known before it, and say what its test showed.

    The assessments named for the test hold for the map; see `risk_map.back_test` for what they must cover. It is for the
    workbench alone and says nothing of any person.

    Parameters
    ----------
    crimes
        The crimes the test was made on, or newer.
    tested
        A Result of `risk_map.back_test`; nothing is drawn without one.
    name
        Name of the Result on the workbench.
    within
        The area, as polygons.
    period
        The week the map is for.
    map_name
        Which map; it must be among those tested.

    Returns
    -------
    Result
        Table `cell, expected, rank, is_marked, geometry`, highest first. Not assessed when the test is not.

    Raises
    ------
    MethodError
        For a period that is no week, or a map that was not tested.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from intelnb.dates import parse
    >>> none = not_assessed("test", why="data are monthly")
    >>> next_week(gpd.GeoDataFrame(), none, name="map", within=gpd.GeoDataFrame(), period=parse("2026-W47")).sentence
    'Not assessed: data are monthly.'
    """
    options.stretch(period=period)
    if not tested.is_assessed:
        return not_assessed(
            name, why=tested.sentence.partition(": ")[2], status=tested.status, sources=("crimes",), is_workbench=True
        )
    if period.kind != "week":
        raise MethodError(what=f"{period.label} is no week", now="Give a week, such as 2026-W47.")
    if map_name not in set(tested.table["map"]):
        raise MethodError(what=f"the map '{map_name}' was not tested", now="Test it first.")
    cell_m, share = int(tested.settings["cell_m"]), float(tested.settings["area_share"])
    status, reason = foretold.refusal(crimes, cell_m=cell_m)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes",), is_workbench=True)
    held, left_out = foretold.laid(crimes, within, since=period.start, until=period.start, cell_m=cell_m)
    learn = foretold.LEARN_WEEKS + 1
    past = [foretold.week(held, period.start - timedelta(weeks=n)) for n in range(learn, 0, -1)]
    try:
        told = foretold.expected(map_name, held, foretold.week(held, period.start), past)
    except MethodError as fault:
        return not_assessed(name, why=fault.what, sources=("crimes",), is_workbench=True)
    order = np.argsort(-told, kind="stable")
    rank = np.empty(told.size, dtype=np.int64)
    rank[order] = np.arange(1, told.size + 1)
    marked = max(int(share * told.size), 1)
    table = held.cells[["cell", "geometry"]].assign(expected=told.round(4), rank=rank, is_marked=rank <= marked)
    row = tested.table[tested.table["map"] == map_name].iloc[0]
    better = bool(row["caught_gain_low"] > 0)
    values: dict[str, Value] = {
        "n_marked": marked, "n_cells": told.size, "expected": round(float(told.sum()), 1), "caught": round(100 * float(row["caught"])),
        "is_better": "yes" if better else "no", "map": map_name,
    }  # fmt: skip
    beside = "more than" if better else "not clearly more than"
    return Result(
        name=name,
        table=table.iloc[order][["cell", "expected", "rank", "is_marked", "geometry"]].reset_index(drop=True),
        values=values,
        wording=f"{{n_marked}} of {{n_cells}} {{n_cells|cell|cells}} marked; in past weeks such cells held {{caught}} % of crimes, {beside} last year's map.",
        settings={**tested.settings, "period": period.label, "map": map_name, "rests_on": tested.name},
        caveats=(*workbench.CAVEATS, *left_out),
        grain="cell",
        sources=("crimes",),
        is_workbench=True,
    )
