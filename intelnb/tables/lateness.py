"""How late records are made: measured on a whole table once, and carried by every series made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.errors import MethodError
from intelnb.stats import maturity
from intelnb.tables.selection import resolution

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

HORIZON_DAYS = 91  # what is not recorded within thirteen weeks says nothing about last week
STEP_H = 6  # delay is learnt in steps of six hours: a day is too coarse for the first one
STEP_S = STEP_H * 3600.0
NEEDS = ("end", "recorded", "hours_wide")


def learnt(rows: pd.DataFrame, as_at: datetime) -> maturity.RecordingDelay:
    """Learn the delay from the end of the time something may have happened in to its recording, in six-hour steps.

    Each step takes the place of a day in the method.

    Raises
    ------
    MethodError
        When too few records carry both moments.
    """
    happened = rows["end"].fillna(rows["start"]) if "start" in rows else rows["end"]
    dated = happened.notna() & (happened <= pd.Timestamp(as_at))
    age = np.floor(np.asarray((pd.Timestamp(as_at) - happened[dated]).dt.total_seconds()) / STEP_S)
    late = np.asarray((rows.loc[dated, "recorded"] - happened[dated]).dt.total_seconds()) / STEP_S
    # whole steps of delay are counted up and age down, so that a step is judged only once it is over
    delay = np.where(late >= 0, np.ceil(late), np.floor(late))
    today = np.datetime64(as_at, "D")
    event = today - age.astype(np.int64)
    recorded = np.where(np.isnan(delay), np.datetime64("NaT", "D"), event + np.nan_to_num(delay).astype(np.int64))
    return maturity.recording_delay(event, recorded, as_at=str(today), horizon_days=HORIZON_DAYS * 24 // STEP_H)


def measured(table: pd.DataFrame, as_at: datetime | None) -> tuple[float, ...]:
    """The share recorded within 0, 6, 12 ... hours, for a table to carry; nothing where it cannot be told.

    Parameters
    ----------
    table
        A table as read; rows outside the area asked for are not used.
    as_at
        The moment it is known to.
    """
    if as_at is None or not set(NEEDS) <= set(table.columns) or resolution(table) in {"", "month"}:
        return ()
    rows = table[table["inside"].to_numpy(dtype=bool)] if "inside" in table else table
    try:
        return tuple(float(share) for share in learnt(rows, as_at).share)
    except MethodError:
        return ()


def complete(share: Sequence[float], start: pd.Timestamp, end: pd.Timestamp, *, as_at: datetime) -> float:
    """The share recorded by now of what happened between two moments, evenly spread; nothing after `as_at` counts.

    Parameters
    ----------
    share
        As `measured` gives it.
    start, end
        The moments.
    as_at
        The moment the data are known to.

    Returns
    -------
    float
        From 0 to 1; not-a-number where the delay is not known.

    Examples
    --------
    >>> from datetime import datetime
    >>> day, next_day = pd.Timestamp("2026-11-15"), pd.Timestamp("2026-11-16")
    >>> round(complete([0.0, 0.5, 1.0], day, next_day, as_at=datetime(2026, 11, 16)), 2)
    0.75
    """
    if not len(share):
        return float("nan")
    step = pd.Timedelta(hours=STEP_H)
    youngest = max((pd.Timestamp(as_at) - end) / step, 0.0)
    oldest = max((pd.Timestamp(as_at) - start) / step, youngest)
    ages = np.linspace(youngest, oldest, 401)
    return float(np.interp(ages, np.arange(len(share)), np.asarray(share)).mean())
