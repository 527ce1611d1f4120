"""Options as they are typed: a number that is none, below what makes sense, or blank, is refused with its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import pairwise
from math import isfinite
from numbers import Integral, Real
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import geopandas as gpd
import pandas as pd

from intelnb.dates import Period
from intelnb.errors import MethodError, together

# how far a count reaches at most: a century of weeks, of years; a million of anything else, such as shuffles or metres
CENTURY_WEEKS, CENTURY_YEARS, MOST = 5_200, 100, 1_000_000
FURTHEST: Mapping[str, int] = {
    "back": CENTURY_WEEKS, "back_weeks": CENTURY_WEEKS, "history": CENTURY_WEEKS, "history_weeks": CENTURY_WEEKS,
    "weeks": CENTURY_WEEKS, "windows": CENTURY_WEEKS, "days": 7 * CENTURY_WEEKS, "within_days": 7 * CENTURY_WEEKS,
    "window_days": 7 * CENTURY_WEEKS, "shelf_days": 7 * CENTURY_WEEKS, "years": CENTURY_YEARS, "permutations": 99_999,
    "draws": 99_999, "runs": 99_999, "rewirings": 99_999, "seed": 2**63 - 1,
}  # fmt: skip
LARGEST_CHANCE = 0.2  # a larger chance of a false name tells nothing


def whole(least: int, /, **given: float) -> None:
    """Refuse options that are not whole numbers of at least so much, or that reach further than `FURTHEST` allows.

    Parameters
    ----------
    least
        The smallest number that makes sense.
    given
        The options by their names.

    Raises
    ------
    MethodError
        With every fault at once.

    Examples
    --------
    >>> whole(1, cell_m=250, back=4)
    >>> whole(1, cell_m=float("nan"))
    Traceback (most recent call last):
    intelnb.errors.MethodError: This cannot be asked: cell_m is nan. Give cell_m as a whole number of 1 or more.
    """
    low = {name: value for name, value in given.items() if not _is_whole(value) or value < least}
    _refuse(low, f"a whole number of {least} or more")
    for most in sorted({FURTHEST.get(name, MOST) for name in given}):
        far = {name: value for name, value in given.items() if value > most == FURTHEST.get(name, MOST)}
        _refuse(far, f"a whole number from {least} to {most:,}")


def together_at_most(most: int, /, **given: int) -> None:
    """Refuse options whose product is more than so many, such as windows and the weeks of each.

    Examples
    --------
    >>> together_at_most(5200, windows=1000, weeks=52)
    Traceback (most recent call last):
    intelnb.errors.MethodError: This cannot be asked: (1) windows is 1000; (2) weeks is 52. Give windows and weeks as numbers that make 5,200 together at most.
    """
    product = 1
    for value in given.values():
        product *= value
    if product > most:
        _refuse(given, f"numbers that make {most:,} together at most" if len(given) > 1 else f"a number up to {most:,}")


def number(least: float, /, **given: float) -> None:
    """Refuse options that are not numbers of at least so much; parts of one are allowed, endless ones are not.

    Parameters
    ----------
    least
        The smallest number that makes sense.
    given
        The options by their names.

    Raises
    ------
    MethodError
        With every fault at once.

    Examples
    --------
    >>> number(0, least_events=2.5)
    >>> number(0, least_events=-1)
    Traceback (most recent call last):
    intelnb.errors.MethodError: This cannot be asked: least_events is -1. Give least_events as a number of 0 or more.
    """
    wrong = {name: value for name, value in given.items() if not _is_number(value) or value < least}
    _refuse(wrong, f"a number of {least:g} or more")
    _refuse({name: value for name, value in given.items() if value > MOST}, f"a number from {least:g} to {MOST:,}")


def above_zero(**given: float) -> None:
    """Refuse options that are not numbers above 0, such as a distance or a length of time.

    Examples
    --------
    >>> above_zero(within_m=0)
    Traceback (most recent call last):
    intelnb.errors.MethodError: This cannot be asked: within_m is 0. Give within_m as a number above 0.
    """
    wrong = {name: value for name, value in given.items() if not _is_number(value) or value <= 0}
    _refuse(wrong, "a number above 0")
    _refuse({name: value for name, value in given.items() if value > MOST}, f"a number above 0, up to {MOST:,}")


def share(**given: float) -> None:
    """Refuse options that are not shares above 0 and under 1.

    Examples
    --------
    >>> share(level=95)
    Traceback (most recent call last):
    intelnb.errors.MethodError: This cannot be asked: level is 95. Give level as a share above 0 and under 1.
    """
    wrong = {name: value for name, value in given.items() if not _is_number(value) or not 0 < value < 1}
    _refuse(wrong, "a share above 0 and under 1")


def chance(**given: float) -> None:
    """Refuse options that are not small chances of error to accept, above 0 and up to 0.2.

    Examples
    --------
    >>> chance(share_false="")
    Traceback (most recent call last):
    intelnb.errors.MethodError: This cannot be asked: share_false is blank. Give share_false as a number above 0, up to 0.2.
    """
    wrong = {name: value for name, value in given.items() if not _is_number(value) or not 0 < value <= LARGEST_CHANCE}
    _refuse(wrong, f"a number above 0, up to {LARGEST_CHANCE:g}")


def day(**given: object) -> None:
    """Refuse options that are no day of the calendar.

    Examples
    --------
    >>> day(since=None, until=date(2026, 11, 16))
    Traceback (most recent call last):
    intelnb.errors.MethodError: This cannot be asked: since is None. Give since as a day, such as date(2026, 11, 9).
    """
    _refuse({name: value for name, value in given.items() if not _is_day(value)}, "a day, such as date(2026, 11, 9)")


def moment(**given: object) -> None:
    """Refuse options that are no moment, a day with its time.

    Examples
    --------
    >>> moment(as_at="today")
    Traceback (most recent call last):
    intelnb.errors.MethodError: This cannot be asked: as_at is today. Give as_at as a moment, such as datetime(2026, 11, 16, 6).
    """
    wrong = {name: value for name, value in given.items() if not (_is_day(value) and isinstance(value, datetime))}
    _refuse(wrong, "a moment, such as datetime(2026, 11, 16, 6)")


def stretch(**given: object) -> None:
    """Refuse options that are no period.

    Examples
    --------
    >>> stretch(period="2026-W46")
    Traceback (most recent call last):
    intelnb.errors.MethodError: This cannot be asked: period is 2026-W46. Give period as a period, such as parse("2026-W46").
    """
    wrong = {name: value for name, value in given.items() if not isinstance(value, Period)}
    _refuse(wrong, 'a period, such as parse("2026-W46")')


def timezone(**given: object) -> None:
    """Refuse options that name no time zone.

    Examples
    --------
    >>> timezone(timezone="Europe/Londres")
    Traceback (most recent call last):
    intelnb.errors.MethodError: This cannot be asked: timezone is Europe/Londres. Give timezone as a time zone, such as Europe/London.
    """
    _refuse(
        {name: value for name, value in given.items() if not _is_timezone(value)}, "a time zone, such as Europe/London"
    )


def outlines(**given: object) -> None:
    """Refuse areas that are no table of outlines, or an empty one.

    Examples
    --------
    >>> outlines(within=gpd.GeoDataFrame(geometry=[]))
    Traceback (most recent call last):
    intelnb.errors.MethodError: This cannot be asked: within is empty. Give within as areas with outlines, read through the workspace.
    """
    wrong: dict[str, object] = {}
    for name, value in given.items():
        if not isinstance(value, gpd.GeoDataFrame):
            wrong[name] = "no table of areas"
        elif value.empty or not value.geometry.notna().any():
            wrong[name] = "empty"
    _refuse(wrong, "areas with outlines, read through the workspace")


def choice(choices: Iterable[str], /, **given: object) -> None:
    """Refuse options that are none of the words to choose from.

    Examples
    --------
    >>> choice(("C1", "C2"), method="C9")
    Traceback (most recent call last):
    intelnb.errors.MethodError: This cannot be asked: method is C9. Give method as one of C1, C2.
    """
    known = tuple(choices)
    _refuse({name: value for name, value in given.items() if value not in known}, f"one of {', '.join(known)}")


def rising(**given: Iterable[float]) -> None:
    """Refuse rows of numbers that are empty, hold one that is not above 0, or do not rise, such as bands.

    Examples
    --------
    >>> rising(bands_m=())
    Traceback (most recent call last):
    intelnb.errors.MethodError: This cannot be asked: bands_m is empty. Give bands_m as numbers above 0, smallest first.
    """
    wrong: dict[str, object] = {}
    for name, values in given.items():
        held = tuple(values) if isinstance(values, Iterable) else (values,)
        is_right = all(_is_number(one) and one > 0 for one in held)
        if not held or not is_right or not all(a < b for a, b in pairwise(held)):
            wrong[name] = ", ".join(str(one) for one in held) or "empty"
    _refuse(wrong, "numbers above 0, smallest first")


def _is_number(value: object) -> bool:
    """Whether this is one number, not endless and not blank; yes and no are no numbers."""
    return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)


def _is_whole(value: object) -> bool:
    """Whether this is a whole number, written without a point."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def _is_day(value: object) -> bool:
    """Whether this is a day, or a moment of one; not a blank one."""
    return isinstance(value, date) and not pd.isna(value)


def _is_timezone(value: object) -> bool:
    """Whether this names a time zone."""
    try:
        return isinstance(value, str) and bool(value.strip()) and bool(ZoneInfo(value).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _said(value: object) -> str:
    """A value as it was typed; a text without a sign is blank."""
    return str(value).strip() or "blank"


def _refuse(wrong: Mapping[str, object], wanted: str) -> None:
    """Refuse with every fault, and say what to give instead."""
    if wrong:
        now = f"Give {' and '.join(wrong)} as {wanted}."
        faults = [f"{name} is {_said(value)}" for name, value in wrong.items()]
        raise together(faults, what="This cannot be asked", now=now, kind=MethodError)
