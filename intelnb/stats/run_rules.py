"""Runs in a control chart: patterns within the limits that chance seldom makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Rule = Callable[[Floats], Bools]


def _of(needed: int, last: int, beyond: float) -> Rule:
    """At least so many of the last so many on one side beyond a distance, this one among them."""

    def fired(z: Floats) -> Bools:
        high, low = z > beyond, z < -beyond
        return (high & (_recent(high, last) >= needed)) | (low & (_recent(low, last) >= needed))

    return fired


def _steady(z: Floats) -> Bools:
    """Six values each above, or each below, the one before."""
    step = np.sign(np.diff(z, prepend=np.nan))
    return np.asarray((_recent(step == 1, 5) == 5) | (_recent(step == -1, 5) == 5))


def _alternating(z: Floats) -> Bools:
    """Fourteen values by turns up and down."""
    step = np.sign(np.diff(z, prepend=np.nan))
    turned = np.concatenate([[False], step[1:] * step[:-1] == -1])
    return np.asarray(_recent(turned, 12) == 12)


def _hugging(z: Floats) -> Bools:
    """Fifteen values within one standard deviation of the level."""
    return np.asarray(_recent(np.abs(z) < 1, 15) == 15)


def _avoiding(z: Floats) -> Bools:
    """Eight values with none within one standard deviation of the level."""
    return np.asarray(_recent(np.abs(z) > 1, 8) == 8)


def _recent(mask: Bools, last: int) -> Ints:
    """How many of the last so many values are marked, this one included; 0 before there are as many."""
    padded = np.concatenate([np.zeros(last - 1, dtype=bool), mask])
    total: Ints = sliding_window_view(padded, last).sum(axis=1)
    return total


WESTERN_ELECTRIC: Mapping[str, Rule] = MappingProxyType({
    "one beyond 3 sd": _of(1, 1, 3.0),
    "two of three beyond 2 sd on one side": _of(2, 3, 2.0),
    "four of five beyond 1 sd on one side": _of(4, 5, 1.0),
    "eight in a row on one side": _of(8, 8, 0.0),
})  # fmt: skip
NELSON: Mapping[str, Rule] = MappingProxyType({
    "one beyond 3 sd": _of(1, 1, 3.0),
    "nine in a row on one side": _of(9, 9, 0.0),
    "six in a row rising or falling": _steady,
    "fourteen in a row alternating": _alternating,
    "two of three beyond 2 sd on one side": _of(2, 3, 2.0),
    "four of five beyond 1 sd on one side": _of(4, 5, 1.0),
    "fifteen in a row within 1 sd": _hugging,
    "eight in a row beyond 1 sd": _avoiding,
})  # fmt: skip


def signals(z: ArrayLike, *, rules: Mapping[str, Rule] = WESTERN_ELECTRIC) -> dict[str, Bools]:
    """Say at which values of a control chart each rule is met.

    Assumes values that are independent of each other. Each further rule adds false alarms: the four of Western
    Electric together raise one in about 92 values where nothing changes, the first alone one in 370.

    Parameters
    ----------
    z
        Distance of each value from the level, in standard deviations, shape (periods,). NaN breaks every run.
    rules
        `WESTERN_ELECTRIC` or `NELSON`, or some of them.

    Returns
    -------
    dict
        For each rule's name, whether it is met at each value, shape (periods,): marked where the run is complete.

    Raises
    ------
    MethodError
        When `z` is not one series.

    References
    ----------
    Western Electric Company (1956). Statistical Quality Control Handbook.
    Nelson, L. S. (1984). The Shewhart control chart: tests for special causes. J. Quality Technology 16(4).

    Examples
    --------
    >>> signals([0.5, 2.1, 0.3, 2.4])["two of three beyond 2 sd on one side"].tolist()
    [False, False, False, True]
    """
    distance = np.asarray(z, dtype=np.float64)
    if distance.ndim != 1:
        raise MethodError(what="distances are not one series", now="Judge one chart at a time.")
    if not distance.size:
        return {name: np.zeros(0, dtype=bool) for name in rules}
    with np.errstate(invalid="ignore"):
        return {name: rule(distance) for name, rule in rules.items()}
