"""Dates and times as text, read by a layout that is stated and never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.tables.contract import MOMENT

_ISO = (
    (r"^\d{4}-\d{2}-\d{2}$", "%Y-%m-%d", "day"),
    (r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}$", "%Y-%m-%d %H:%M", "minute"),
    (r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}$", "%Y-%m-%d %H:%M:%S", "second"),
    (r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}\.\d{1,6}$", "%Y-%m-%d %H:%M:%S.%f", "second"),
)
_ZONED = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})$"
_MONTH = r"^\d{4}-\d{2}$"
_FIRST, _LAST = pd.Timestamp("1850-01-01"), pd.Timestamp("2150-01-01")


@dataclass(frozen=True, eq=False)
class Moments:
    """Moments read, the end of what each text states, and which texts could not be read.

    A day is stated to its last second, a month to its last second; a moment with a time is exact.
    """

    start: pd.Series[pd.Timestamp]
    end: pd.Series[pd.Timestamp]
    is_bad: NDArray[np.bool_]
    is_exact: NDArray[np.bool_]


def read(texts: pd.Series[str], layouts: Sequence[str] = ("iso",), *, timezone: str = "", local: str = "") -> Moments:
    """Read a column of dates.

    Parameters
    ----------
    texts
        Trimmed texts; "" where there is none, which is not a fault.
    layouts
        `iso`, `month` (`2025-01`) or layouts such as `%d/%m/%Y %H:%M`, tried in order.
    timezone, local
        The clocks the texts were written by, and the force's; times are brought to the force's clocks where
        the two differ or the text itself states an offset.

    Examples
    --------
    >>> import pandas as pd
    >>> found = read(pd.Series(["31/02/2025", "01/03/2025"]), ["%d/%m/%Y"])
    >>> found.is_bad.tolist(), str(found.end[1])
    ([True, False], '2025-03-01 23:59:59')
    """
    size = len(texts)
    start = pd.Series(np.full(size, np.datetime64("NaT"), dtype=MOMENT), index=texts.index)
    step = np.full(size, "", dtype=object)
    filled = (texts != "").to_numpy()
    for layout in layouts:
        if not (filled & start.isna().to_numpy()).any():
            break
        _try(texts, start, step, layout, timezone, local)
    outside = ((start < _FIRST) | (start >= _LAST)).to_numpy()
    start[outside] = pd.NaT
    end = start.copy()
    days, months = step == "day", step == "month"
    end[days] = start[days] + pd.Timedelta(days=1) - pd.Timedelta(seconds=1)
    end[months] = (start[months] + pd.offsets.MonthBegin(1)) - pd.Timedelta(seconds=1)
    exact = (step == "minute") | (step == "second")
    return Moments(start, end.astype(MOMENT), filled & start.isna().to_numpy(), exact)


def _try(
    texts: pd.Series[str], start: pd.Series[pd.Timestamp], step: NDArray[np.object_], layout: str, zone: str, local: str
) -> None:
    """Fill in what one layout can read."""
    if layout == "iso":
        for pattern, form, what in _ISO:
            _fill(texts, start, step, texts.str.match(pattern).to_numpy(bool), form, what, zone, local)
        zoned = texts.str.match(_ZONED).to_numpy(bool) & start.isna().to_numpy()
        if zoned.any():
            moved = pd.to_datetime(texts[zoned], format="ISO8601", utc=True, errors="coerce")
            start[zoned] = moved.dt.tz_convert(local or "UTC").dt.tz_localize(None).astype(MOMENT)
            step[zoned] = "second"
    elif layout == "month":
        _fill(texts, start, step, texts.str.match(_MONTH).to_numpy(bool), "%Y-%m", "month", "", "")
    else:
        what = "second" if "%H" in layout or "%I" in layout else "day"
        _fill(texts, start, step, (texts != "").to_numpy(), layout, what, zone, local)


def _fill(
    texts: pd.Series[str], start: pd.Series[pd.Timestamp], step: NDArray[np.object_], where: NDArray[np.bool_],
    form: str, what: str, zone: str, local: str,
) -> None:  # fmt: skip
    """Read the texts at some places by one layout; a day or a month is the same on any clock."""
    where = where & start.isna().to_numpy()
    if not where.any():
        return
    chosen = texts[where]
    if form.startswith("%Y-%m-%d %H"):
        chosen = chosen.str.replace("T", " ", regex=False)
    # few distinct texts are read once each
    moments = pd.to_datetime(chosen, format=form, exact=True, errors="coerce").astype(MOMENT)
    if zone and local and zone != local and what in {"minute", "second"}:
        zoned = moments.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
        moments = zoned.dt.tz_convert(local).dt.tz_localize(None).astype(MOMENT)
    start[where] = moments
    step[np.flatnonzero(where)[moments.notna().to_numpy()]] = what
