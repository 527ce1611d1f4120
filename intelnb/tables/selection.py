"""Choosing rows of the crimes table, and judging what its times and places can bear."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
import pandas as pd

from intelnb.errors import MethodError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

Grain = Literal["", "hour", "day", "week", "month"]
Table = TypeVar("Table", bound=pd.DataFrame)

GRAINS_HOURS: tuple[tuple[Grain, float], ...] = (("hour", 12), ("day", 24), ("week", 168))
FITTING_SHARE = 0.8  # this share of rows must be known as finely as a grain for the table to have it
HOUR_KNOWN_WITHIN = 24.0  # hours; a longer interval does not say which hour of the day
SAID = {
    "middle": "times",
    "start": "times",
    "end": "times",
    "hours_wide": "times",
    "recorded": "recording dates",
    "kind": "kinds of crime",
    "flags": "flags",
    "easting": "locations",
    "northing": "locations",
}
_HOURS = re.compile(r"^([01]\d|2[0-3])-([01]\d|2[0-4])$")


def of_priority(crimes: Table, *, kinds: Collection[str] = (), flags: Collection[str] = (), hours: str = "") -> Table:
    """Choose the crimes of one priority: of its kinds, with all its flags, in its hours of the day.

    A crime belongs to the hour its middle lies in. One whose interval is longer than 24 hours belongs to no
    hour and is left out: `hours_unknown` says how many. When the data cannot answer (monthly dates, or a
    column this audience may not have) the table given back is empty and `refusal` says why.

    Parameters
    ----------
    crimes
        The crimes table as read.
    kinds
        Kinds of crime, any of which will do; none means all.
    flags
        Flags a crime must have, every one of them.
    hours
        First and last whole hour of the day, the last not included: `20-04` runs over midnight.

    Returns
    -------
    DataFrame
        The chosen rows, index and columns as they were; `attrs` also hold `covered_from`, `hours_unknown`
        and `refused`.

    Raises
    ------
    MethodError
        When `hours` cannot be read.

    Examples
    --------
    >>> import pandas as pd
    >>> middle = pd.to_datetime(["2026-11-09 23:30", "2026-11-09 12:00", "2026-11-09 21:00"])
    >>> crimes = pd.DataFrame({"kind": "violence", "flags": [(), (), ()], "middle": middle, "hours_wide": [0, 0, 90]})
    >>> chosen = of_priority(crimes, kinds=["violence"], hours="20-04")
    >>> chosen.index.tolist(), hours_unknown(chosen)
    ([0], 1)
    """
    span = _hours(hours)
    reason = _why_not(crimes, kinds=kinds, flags=flags, hours=hours)
    chosen = np.full(len(crimes), not reason)
    if not reason and kinds:
        chosen &= crimes["kind"].isin(list(kinds)).to_numpy()
    if not reason and flags:
        needed = frozenset(flags)
        chosen &= np.fromiter((needed.issubset(held) for held in crimes["flags"]), dtype=bool, count=len(crimes))
    unknown = 0
    if not reason and span:
        known = (crimes["hours_wide"] <= HOUR_KNOWN_WITHIN).to_numpy() & crimes["middle"].notna().to_numpy()
        unknown = int((chosen & ~known).sum())
        chosen &= known & _in_hours(crimes["middle"], span)
    result: Table = crimes[chosen]
    result.attrs = {**crimes.attrs, "covered_from": covered_from(crimes), "hours_unknown": unknown, "refused": reason}
    if "breaks" in result.attrs:
        result.attrs["breaks"] = tuple(one for one in result.attrs["breaks"] if _touches(one, kinds, flags))
    return result


def of_code(crimes: Table, priorities: pd.DataFrame, *, code: str) -> Table:
    """Choose the crimes of the priority with this code; see `of_priority`.

    Raises
    ------
    MethodError
        When no priority has the code; the message names those there are.

    Examples
    --------
    >>> import pandas as pd
    >>> crimes = pd.DataFrame({"kind": ["a", "b"], "middle": pd.NaT, "hours_wide": 0.0})
    >>> known = pd.DataFrame({"code": ["x"], "kinds": [("a",)], "flags": [()], "hours": [""]})
    >>> of_code(crimes, known, code="x").index.tolist()
    [0]
    """
    found = priorities[priorities["code"] == code].to_dict("records")
    if not found:
        raise MethodError(
            what=f"There is no priority '{code}'", now=f"Choose one of: {', '.join(priorities['code'].astype(str))}."
        )
    chosen = of_priority(crimes, kinds=found[0]["kinds"], flags=found[0]["flags"], hours=found[0]["hours"])
    if "breaks" in chosen.attrs:
        named = [one for one in chosen.attrs["breaks"] if code in (one.get("priorities") or (code,))]
        chosen.attrs["breaks"] = tuple(named)
    return chosen


def hours_unknown(crimes: pd.DataFrame) -> int:
    """How many crimes `of_priority` left out because their hour is not known."""
    return int(crimes.attrs.get("hours_unknown", 0))


def refusal(crimes: pd.DataFrame, *, needs: Collection[str] = ()) -> tuple[str, str]:
    """Say why a table cannot be asked at all: the status and the reason, both blank when it can.

    Parameters
    ----------
    crimes
        The crimes table, as read or as `of_priority` gave it back.
    needs
        Columns the method cannot do without.

    Returns
    -------
    tuple
        A status of `Result` (`not submitted`, `not assessed`) and a reason for readers.

    Examples
    --------
    >>> import pandas as pd
    >>> refusal(pd.DataFrame({"kind": []}), needs=["middle"])
    ('not assessed', 'times are not in these data')
    """
    if crimes.attrs.get("status", "submitted") == "not submitted":
        return "not submitted", "no crime records were received"
    if crimes.attrs.get("status") == "withheld":
        return "not assessed", "crime records are withheld from this audience"
    if reason := str(crimes.attrs.get("refused", "")):
        return "not assessed", reason
    return ("not assessed", absent) if (absent := _absent(crimes, needs)) else ("", "")


def resolution(crimes: pd.DataFrame) -> Grain:
    """Judge how finely the times are known: `hour`, `day`, `week`, or only `month`; blank for no rows.

    Assumes that a table is as fine as four fifths of its rows: hour up to 12 hours between first and last
    possible moment, day up to 24, week up to 168; anything else is called month.

    Parameters
    ----------
    crimes
        A table with `hours_wide`.

    Returns
    -------
    str
        The grain.

    Examples
    --------
    >>> import pandas as pd
    >>> resolution(pd.DataFrame({"hours_wide": [0, 2, 8, 8, 100]})), resolution(pd.DataFrame({"hours_wide": [743.0]}))
    ('hour', 'month')
    """
    if not len(crimes):
        return ""
    wide = crimes["hours_wide"].to_numpy(dtype=np.float64)
    # what has no date at all says nothing of how finely the others are dated
    wide = wide[np.isfinite(wide)]
    if not wide.size:
        return ""
    for grain, limit in GRAINS_HOURS:
        if (wide <= limit).mean() >= FITTING_SHARE:
            return grain
    return "month"


def covered_from(crimes: pd.DataFrame) -> date | None:
    """Find the first day from which crimes were recorded, so that what lies before is absence of data, not zero.

    An export of one year's records also holds a thin tail of crimes that happened years before: coverage
    begins with the first recording where recording dates are known, and never before the first crime.

    Parameters
    ----------
    crimes
        The table as read, or one chosen from it (the day found on the whole table travels with it).

    Returns
    -------
    date or None
        The first day covered; the first of the month when times are known by month only. None for no rows.

    Examples
    --------
    >>> import pandas as pd
    >>> times = pd.to_datetime(["2019-05-01", "2024-01-03", "2024-01-04"])
    >>> found = pd.to_datetime(["2024-01-02", "2024-01-03", "2024-01-05"])
    >>> covered_from(pd.DataFrame({"middle": times, "recorded": found, "hours_wide": 0}))
    datetime.date(2024, 1, 2)
    """
    if "covered_from" in crimes.attrs:
        known: date | None = crimes.attrs["covered_from"]
        return known
    if "middle" not in crimes or not crimes["middle"].notna().any():
        return None
    first = crimes["middle"].min()
    if "recorded" in crimes and crimes["recorded"].notna().any():
        first = max(first, crimes["recorded"].min())
    if "hours_wide" in crimes and resolution(crimes) == "month":
        first = first.replace(day=1)
    return date(first.year, first.month, first.day)


def has_points(crimes: pd.DataFrame) -> bool:
    """Whether any crime has a place: false where none was given, or places are withheld."""
    return "easting" in crimes and bool(crimes["easting"].notna().any())


def is_snapped(crimes: pd.DataFrame, *, cell_m: float) -> bool:
    """Whether places are too vague for cells of this size: most are known to no better than half a cell.

    Parameters
    ----------
    crimes
        A table with `easting` and `accuracy_m` (blank means exact).
    cell_m
        Size of a cell, or the distance asked about, in metres.

    Returns
    -------
    bool
        True where more than half of the placed rows have an accuracy worse than half of `cell_m`.

    Examples
    --------
    >>> import pandas as pd
    >>> crimes = pd.DataFrame({"easting": [1.0, 2.0, 3.0], "accuracy_m": [500.0, 500.0, None]})
    >>> is_snapped(crimes, cell_m=250), is_snapped(crimes, cell_m=2000)
    (True, False)
    """
    if not has_points(crimes) or "accuracy_m" not in crimes:
        return False
    placed = crimes["easting"].notna()
    vague = crimes.loc[placed, "accuracy_m"].astype(float) > cell_m / 2
    return bool(vague.mean() > 0.5)


def _why_not(crimes: pd.DataFrame, *, kinds: Collection[str], flags: Collection[str], hours: str) -> str:
    """Why these rows cannot be chosen from this table; blank when they can."""
    needs = [name for name, asked in (("kind", kinds), ("flags", flags), ("middle", hours)) if asked]
    if absent := _absent(crimes, needs):
        return absent
    if hours and resolution(crimes) == "month":
        return "data are monthly"
    return str(crimes.attrs.get("refused", ""))


def _absent(crimes: pd.DataFrame, needs: Collection[str]) -> str:
    """Name the columns that are missing, and whether it is this audience that may not have them."""
    absent = [name for name in needs if name not in crimes]
    if not absent:
        return ""
    withheld = set(crimes.attrs.get("withheld", ()))
    reason = "withheld from this audience" if withheld.issuperset(absent) else "not in these data"
    said = dict.fromkeys(SAID.get(name, f"{name}s") for name in absent)
    return f"{' and '.join(said)} are {reason}"


def _touches(known: Mapping[str, Any], kinds: Collection[str], flags: Collection[str]) -> bool:
    """Whether a break that travels with a table touches crimes of some kinds and flags."""
    in_kinds = not known.get("kinds") or not kinds or bool(set(known["kinds"]) & set(kinds))
    return in_kinds and set(known.get("flags") or ()) <= set(flags)


def _hours(text: str) -> tuple[int, int] | None:
    """Read `20-04` as (20, 4); a blank means any hour."""
    if not text:
        return None
    found = _HOURS.match(text)
    if not found or int(found[1]) == int(found[2]) % 24:
        raise MethodError(
            what=f"'{text}' are not hours of the day", now="Give first and last whole hour, such as 20-04 or 09-17."
        )
    return int(found[1]), int(found[2]) % 24


def _in_hours(middle: pd.Series, span: tuple[int, int]) -> NDArray[np.bool_]:
    """Whether each moment lies in the hours, which may run over midnight."""
    first, last = span
    hour = middle.dt.hour.to_numpy()
    inside = (hour >= first) & (hour < last) if first < last else (hour >= first) | (hour < last)
    return np.asarray(inside, dtype=np.bool_)
