"""Persistence: is a hot spot long-standing, or here today and gone tomorrow?"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.errors import MethodError
from intelnb.stats import hot_pattern
from intelnb.tables import cells as places
from intelnb.tables import hot_cells, options, recording, selection, spread, unsent
from intelnb.tables import windows as spans
from intelnb.tables.words import several

KEPT = ("shape", "cell_m", "level", "until", "least_events", "share_false")
LEAST_CRIMES = 20  # in one window; with fewer the window is not assessed
LEAST_OLDER = 2  # windows before the recent ones, for a pattern
CAVEATS = ("Persistence says how often a cell was hot, not why; a gap nobody knows of looks like a quiet time.",)

HOT = (
    "Persistent: {n_persistent} of {n_hot} hot {n_hot|cell|cells}, each hot in {least_hot} or more of "
    "{windows_assessed} {windows_assessed|window|windows} of {weeks} {weeks|week|weeks}."
)
PATTERNED = (
    "Over {windows} {windows|window|windows} of {weeks} {weeks|week|weeks}: {n_persistent} {n_persistent|cell|cells} persistent, {n_emerging} emerging, "
    "{n_former} former, {n_intermittent} on and off."
)
MONTHLY = "data are monthly, and windows of whole weeks part months"
PLAIN = "No cell is hot now, so none is persistent or transient."

Bools = NDArray[np.bool_]


def hot_windows(
    crimes: gpd.GeoDataFrame,
    hot: Result,
    *,
    name: str,
    windows: int = 12,
    weeks: int = 4,
    least_hot: int = 6,
    breaks: pd.DataFrame | None = None,
) -> Result:
    """Count in how many of the last windows each cell that is hot now was hot: persistent, or transient.

    Each window is scored by itself as `hotspot.gi_star` scores the whole, on the same cells with the same
    settings. The last window ends with the window of `hot`. A window before the data begin or a lasting change of
    recording, touched by a disturbance or a month never submitted, that the data end within, or with fewer than 20
    crimes, is not assessed and is not counted as quiet.

    Parameters
    ----------
    crimes
        The same crimes as `hot` was made from, with the history before it.
    hot
        A Result of `hotspot.gi_star`.
    name
        Name of the Result on its page.
    windows, weeks
        How many windows, of how many weeks each.
    least_hot
        A cell hot in at least this many windows is persistent.
    breaks
        Known breaks that touch these crimes, in any part of the area; None for those that travel with the table.

    Returns
    -------
    Result
        Table `cell, row, col, n, windows_hot, windows_assessed, first_hot, last_hot, windows_since_first,
        is_persistent, geometry` (for areas `name` instead of `row, col`), one row per cell hot now; `first_hot` and `last_hot` are the first days
        of the first and last window it was hot in (blank: in none), `windows_since_first` counts from the
        first of them to now. Not assessed when fewer than `least_hot` windows can be.

    Raises
    ------
    MethodError
        When a count of windows, weeks or hot windows is impossible.

    References
    ----------
    Ord, J. K. and Getis, A. (1995). Local spatial autocorrelation statistics. Geographical Analysis 27(4).

    Examples
    --------
    >>> import geopandas as gpd
    >>> from intelnb.analysis.result import not_assessed
    >>> hot = not_assessed("hot", why="locations are withheld from this audience")
    >>> hot_windows(gpd.GeoDataFrame(), hot, name="persistence").sentence
    'Not assessed: locations are withheld from this audience.'
    """
    options.whole(1, windows=windows, weeks=weeks, least_hot=least_hot)
    options.together_at_most(options.CENTURY_WEEKS, windows=windows, weeks=weeks)
    if least_hot > windows:
        raise MethodError(what=f"least_hot is {least_hot} and windows {windows}", now="Give as many windows or more.")
    if not hot.is_assessed:
        return _passed_on(hot, name)
    if selection.resolution(crimes) == "month":
        return not_assessed(name, why=MONTHLY, sources=("crimes",))
    starts, until = _starts(hot, windows=windows, weeks=weeks)
    same = spans.recorded_alike(crimes, [(one, one + pd.Timedelta(weeks=weeks)) for one in starts], breaks=breaks)
    history, assessed = _history(crimes, hot, starts, weeks, same)
    if int(assessed.sum()) < least_hot:
        why = f"{several(int(assessed.sum()), f'window of {weeks} weeks')} can be assessed and the rule needs at least {least_hot}"
        return _too_few(name, same, why, held=int(assessed.sum()), needed=least_hot, weeks=weeks)
    table = _table(hot, history, assessed, starts, least_hot)
    persistent = int(table["is_persistent"].sum())
    values: dict[str, Value] = {
        "n_hot": len(table),
        "n_persistent": persistent,
        "n_transient": len(table) - persistent,
        "windows": windows,
        "windows_assessed": int(assessed.sum()),
        "weeks": weeks,
        "least_hot": least_hot,
    }
    return Result(
        name=name,
        table=table,
        values=values,
        wording=HOT if len(table) else PLAIN,
        settings={
            **{key: hot.settings[key] for key in KEPT if key in hot.settings},
            "rule": f"persistent: hot in at least {least_hot} of the last {windows} windows of {weeks} weeks",
            "windows": windows,
            "weeks": weeks,
            "least_hot": least_hot,
            "least_crimes": LEAST_CRIMES,
        },
        caveats=(*CAVEATS, *_short(same, int(assessed.sum()), unsent.told(crimes, since=starts[0], until=until))),
        grain="cell",
        sources=("crimes",),
    )


def patterns(
    crimes: gpd.GeoDataFrame,
    hot: Result,
    *,
    name: str,
    windows: int = 12,
    weeks: int = 4,
    recent: int = 3,
    least_share: float = 0.1,
    persistent_share: float = 0.8,
    breaks: pd.DataFrame | None = None,
) -> Result:
    """Class every cell that was hot in any of the last windows: persistent, emerging, former, or on and off.

    Windows are scored as `hot_windows` scores them, and those that cannot be assessed are left out. The first rule
    that holds counts: *persistent*, hot in at least `persistent_share` of all windows; *emerging*, in less than
    `least_share` of the older and at least that share of the recent ones; *former*, the other way round;
    *intermittent*, in at least `least_share` of all.

    Parameters
    ----------
    crimes, hot, name, windows, weeks, breaks
        As for `hot_windows`.
    recent
        How many of the last windows are recent.
    least_share, persistent_share
        Shares of windows, above 0 and up to 1.

    Returns
    -------
    Result
        Table `cell, row, col, n, windows_hot, windows_assessed, recent_hot, pattern, geometry` (for areas `name` instead
        of `row, col`), one row per cell with a pattern, most windows first; `pattern` is "persistent",
        "emerging", "former" or "intermittent". Not assessed with fewer than 2 older windows that can be.

    Raises
    ------
    MethodError
        When windows, weeks or shares are impossible.

    References
    ----------
    Chainey, S. (2020). Understanding crime: analyzing the geography of crime. Esri Press.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from intelnb.analysis.result import not_assessed
    >>> hot = not_assessed("hot", why="locations are withheld from this audience")
    >>> patterns(gpd.GeoDataFrame(), hot, name="patterns").sentence
    'Not assessed: locations are withheld from this audience.'
    """
    options.whole(1, windows=windows, weeks=weeks, recent=recent)
    options.together_at_most(options.CENTURY_WEEKS, windows=windows, weeks=weeks)
    options.share(least_share=least_share, persistent_share=persistent_share)
    if recent >= windows:
        raise MethodError(what=f"recent is {recent} and windows {windows}", now="Give recent as fewer than windows.")
    if not hot.is_assessed:
        return _passed_on(hot, name)
    if selection.resolution(crimes) == "month":
        return not_assessed(name, why=MONTHLY, sources=("crimes",))
    starts, until = _starts(hot, windows=windows, weeks=weeks)
    same = spans.recorded_alike(crimes, [(one, one + pd.Timedelta(weeks=weeks)) for one in starts], breaks=breaks)
    history, assessed = _history(crimes, hot, starts, weeks, same)
    used = history[assessed]
    newer = int(assessed[-recent:].sum())
    if not newer or int(assessed.sum()) - newer < LEAST_OLDER:
        why = f"{several(int(assessed.sum()), f'window of {weeks} weeks')} can be assessed, too few before and within the last {recent}"
        return _too_few(name, same, why, held=int(assessed.sum()), needed=recent + LEAST_OLDER, weeks=weeks)
    found = hot_pattern.hot_pattern(
        used, recent=newer, least_share=least_share, persistent_share=persistent_share, recent_share=least_share
    )
    named = [c for c in ("cell", "name", "row", "col", "n", "geometry") if c in hot.table]
    table = hot.table[named].assign(
        windows_hot=used.sum(axis=0), windows_assessed=len(used), recent_hot=used[-newer:].sum(axis=0),
        pattern=np.array(hot_pattern.PATTERNS, dtype=object)[found],
    )  # fmt: skip
    table = table[table["pattern"] != ""].sort_values("windows_hot", ascending=False, kind="stable")
    table = table.reset_index(drop=True)[[*(c for c in table.columns if c != "geometry"), "geometry"]]
    counts = {word: int((table["pattern"] == word).sum()) for word in hot_pattern.PATTERNS[1:]}
    return Result(
        name=name,
        table=table,
        values={"cells": len(table), "windows": len(used), "weeks": weeks, **{f"n_{k}": v for k, v in counts.items()}},
        wording=PATTERNED
        if len(table)
        else "No cell was hot often enough in {windows} {windows|window|windows} to have a pattern.",
        settings={
            **{key: hot.settings[key] for key in KEPT if key in hot.settings},
            "windows": windows,
            "weeks": weeks,
            "recent": recent,
            "recent_assessed": newer,
            "least_share": least_share,
            "persistent_share": persistent_share,
            "least_crimes": LEAST_CRIMES,
        },
        caveats=(*CAVEATS, *_short(same, int(assessed.sum()), unsent.told(crimes, since=starts[0], until=until))),
        grain=hot.grain,
        sources=("crimes",),
    )


def _passed_on(hot: Result, name: str) -> Result:
    """The answer that could not be given, handed on."""
    return Result(name=name, table=hot.table, values={}, wording=hot.wording, status=hot.status, sources=("crimes",))


def _starts(hot: Result, *, windows: int, weeks: int) -> tuple[list[pd.Timestamp], pd.Timestamp]:
    """The first day of each window, oldest first, and the day after the last, which ends with that of `hot`."""
    until = pd.Timestamp(str(hot.settings["until"]))
    return [until - pd.Timedelta(weeks=weeks * back) for back in range(windows, 0, -1)], until


def _history(
    crimes: gpd.GeoDataFrame, hot: Result, starts: list[pd.Timestamp], weeks: int, same: recording.Comparable
) -> tuple[Bools, Bools]:
    """Which cells of `hot` were hot in each window (windows, cells), and which windows could be assessed."""
    cells = places.again(hot.table, hot.settings)
    history = np.zeros((len(starts), len(hot.table)), dtype=np.bool_)
    assessed = np.zeros(len(starts), dtype=np.bool_)
    first = selection.covered_from(crimes)
    for at in np.flatnonzero(same.usable):
        start, until = starts[at], starts[at] + pd.Timedelta(weeks=weeks)
        if first is None or pd.Timestamp(first) > start or not unsent.is_to_the_end(crimes, since=start, until=until):
            continue
        found = spread.anew(crimes, cells, since=start, until=until)
        n = found.n
        if len(found.chosen.inside) >= LEAST_CRIMES and n.min() < n.max():
            # with the settings of `hot`
            history[at] = hot_cells.scored(
                cells, n, least_events=int(hot.settings["least_events"]),
                share_false=float(hot.settings["share_false"]), with_itself=bool(hot.settings["with_itself"]),
            ).is_hot  # fmt: skip
            assessed[at] = True
    return history, assessed


def _table(
    hot: Result, history: Bools, assessed: Bools, starts: list[pd.Timestamp], least_hot: int
) -> gpd.GeoDataFrame:
    """One row per cell hot now, with its record."""
    now = (hot.table["level"] != "").to_numpy()
    record, begins = history[:, now], np.array(starts, dtype="datetime64[us]")
    times = record.sum(axis=0)
    ever = times > 0
    first, last = record.argmax(axis=0), len(starts) - 1 - record[::-1].argmax(axis=0)
    blank = np.datetime64("NaT", "us")
    named = [c for c in ("cell", "name", "row", "col", "n", "geometry") if c in hot.table]
    table = hot.table.loc[now, named].assign(
        windows_hot=times,
        windows_assessed=int(assessed.sum()),
        first_hot=np.where(ever, begins[first], blank),
        last_hot=np.where(ever, begins[last], blank),
        windows_since_first=np.where(ever, len(starts) - first, 0),
        is_persistent=times >= least_hot,
    )
    return table[[*(c for c in table.columns if c != "geometry"), "geometry"]]


def _too_few(name: str, same: recording.Comparable, why: str, *, held: int, needed: int, weeks: int) -> Result:
    """The answer where too few windows can be assessed: because of how they were recorded, or because they hold too little."""
    status = "not assessed"
    if not same.usable.all():
        status, told = recording.why_none(same, held=held, needed=needed, noun=f"window of {several(weeks, 'week')}")
        why = why if status == "not assessed" else told
    return not_assessed(name, why=why, status=status, sources=("crimes",))


def _short(same: recording.Comparable, assessed: int, lacks: tuple[str, ...]) -> tuple[str, ...]:
    """Say so when fewer windows could be assessed than asked for, and why: the days are named."""
    windows, told = same.usable.size, [*lacks]
    if same.changed and not same.usable.all():
        told.append(recording.left_out(same, "window"))
    if silent := int(same.silent.sum()):
        told.append(
            f"{several(silent, 'window', 'holds', 'hold')} a time that was never submitted or looks like a gap, and is no quiet one."
        )
    if assessed < int(same.usable.sum()):
        told.append(
            f"Only {assessed} of {windows} windows could be assessed: others are not held whole or hold too little."
        )
    return tuple(told)
