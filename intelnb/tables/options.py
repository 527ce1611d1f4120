"""Options as they are typed: a number that is none, below what makes sense, or blank, is refused with its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import isfinite
from numbers import Integral, Real

from intelnb.errors import MethodError, together


def whole(least: int, /, **given: float) -> None:
    """Refuse options that are not whole numbers of at least so much.

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
    wrong = {name: value for name, value in given.items() if not _is_whole(value) or value < least}
    _refuse(wrong, f"a whole number of {least} or more")


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
        held = tuple(values)
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


def _refuse(wrong: Mapping[str, object], wanted: str) -> None:
    """Refuse with every fault, and say what to give instead."""
    if wrong:
        now = f"Give {' and '.join(wrong)} as {wanted}."
        faults = [f"{name} is {value}" for name, value in wrong.items()]
        raise together(faults, what="This cannot be asked", now=now, kind=MethodError)
