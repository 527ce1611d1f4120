"""What was sent at all: a month nobody sent is no month without crime."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from intelnb.dates import Period


def submitted(crimes: pd.DataFrame, periods: Sequence[Period]) -> NDArray[np.bool_]:
    """Say for each period whether the force sent its records: what was never sent is not a zero.

    A table that was read knows which months its files hold; one that does not know is taken as whole. A period
    counts as sent when every month it touches was, months before the first and after the last ones included.

    Parameters
    ----------
    crimes
        The table as read, or one chosen from it.
    periods
        The periods asked about.

    Returns
    -------
    array
        One truth per period.

    Examples
    --------
    >>> import pandas as pd
    >>> from intelnb.dates import parse
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs["covered"] = ("2026-10", "2026-12")
    >>> submitted(crimes, [parse("2026-10"), parse("2026-11"), parse("2026-W49")]).tolist()
    [True, False, False]
    """
    months = crimes.attrs.get("covered")
    if months is None:
        return np.ones(len(periods), dtype=bool)
    held = set(months)
    touched = (pd.period_range(p.start, p.last_day, freq="M") for p in periods)
    return np.array([all(str(month) in held for month in one) for one in touched], dtype=bool)


def sent_since(crimes: pd.DataFrame, *, first: date, end: date) -> date:
    """Find the first day, not before `first`, from which every month up to `end` was submitted; `end` when none was.

    Examples
    --------
    >>> from datetime import date
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs["covered"] = ("2026-09", "2026-11")
    >>> sent_since(crimes, first=date(2026, 9, 7), end=date(2026, 11, 16)).isoformat()
    '2026-11-01'
    """
    months = crimes.attrs.get("covered")
    if months is None or first >= end:
        return first
    asked = pd.period_range(first, end - timedelta(days=1), freq="M")
    silent = [month for month in asked if str(month) not in set(months)]
    return min((silent[-1] + 1).start_time.date(), end) if silent else first
