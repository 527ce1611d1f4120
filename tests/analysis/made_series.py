"""Crimes made to order: so many in each week, day or month, and a known break."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from intelnb.dates import Period, parse, periods_until

AS_AT = datetime.fromisoformat("2026-11-16T05:00")
W46 = parse("2026-W46")


def crimes_in(counts: Sequence[int], last: str = "2026-W46", *, lag_days: float = 0.0) -> pd.DataFrame:
    """So many crimes in each period up to the last, spread evenly over it, recorded after a lag."""
    periods = periods_until(parse(last), count=len(counts))
    middle = [moment for one, n in zip(periods, counts, strict=True) for moment in _spread(one, n)]
    times = pd.Series(middle, dtype="datetime64[us]")
    table = pd.DataFrame({"middle": times, "recorded": times + pd.Timedelta(days=lag_days), "hours_wide": 0.0})
    table.attrs["covered_from"] = periods[0].start
    return table[table["recorded"] <= pd.Timestamp(AS_AT)]


def _spread(period: Period, n: int) -> list[pd.Timestamp]:
    hours = 24 * period.days
    return [pd.Timestamp(period.start) + pd.Timedelta(hours=hours * (k + 0.5) / n) for k in range(n)]


def quiet(mean: float, weeks: int, *, seed: int = 1, phi: float = 1.0, swing: float = 0.2) -> list[int]:
    """Counts of quiet weeks with a yearly wave."""
    rng = np.random.default_rng(seed)
    level = mean * np.exp(swing * np.cos(2 * np.pi * np.arange(weeks) / 52.1775))
    drawn = rng.poisson(level if phi == 1 else rng.gamma(level / (phi - 1), phi - 1))
    return [int(n) for n in drawn]


def one_break(day: str, until: str | None = None) -> pd.DataFrame:
    """A change of recording, or a disturbance that passed."""
    return pd.DataFrame(
        {"date": pd.to_datetime([day]), "until": pd.to_datetime([until]), "kinds": [()], "flags": [()], "areas": [()],
         "priorities": [()], "what": ["new form"]}
    )  # fmt: skip


def monthly(counts: Sequence[int], last: str = "2026-10") -> pd.DataFrame:
    """So many crimes in each month, known by month only."""
    months = periods_until(parse(last), count=len(counts))
    middle = [
        pd.Timestamp(one.start) + pd.Timedelta(days=one.days / 2)
        for one, n in zip(months, counts, strict=True)
        for _ in range(n)
    ]
    table = pd.DataFrame({"middle": pd.to_datetime(middle), "hours_wide": 730.0})
    table.attrs["covered_from"] = months[0].start
    return table
