"""What was sent at all: a month nobody sent is no month without crime."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

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
