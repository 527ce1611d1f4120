"""Emerging hot spots: name the record of a place that was hot, cold or neither in each of a row of steps."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

MINIMUM_STEPS = 10  # with fewer, one step would be 90 % of them or next to it
LONG_SHARE = 0.9
KINDS = ("new", "consecutive", "intensifying", "persistent", "diminishing", "sporadic", "oscillating", "historical")
NO_PATTERN = "no pattern"

Bools = NDArray[np.bool_]


def emerging(
    is_hot: ArrayLike,
    is_cold: ArrayLike,
    trend: ArrayLike,
    *,
    rules: Literal["esri", "esri-2.8/sfdep"] = "esri",
) -> NDArray[np.str_]:
    """Name each place's record: `new hot spot`, `persistent cold spot`, ..., or `no pattern`; always exactly one.

    Under "esri", the current definitions, with S steps of which the last is now:

    - *new*: hot now, never before.
    - *consecutive*: hot now in an unbroken run of 2 or more steps, never before it; hot in under 90 % of steps.
    - *intensifying*, *diminishing*, *persistent*: hot now and in 90 % of steps or more; rising, falling, neither.
    - *sporadic*: hot now, on and off before; under 90 %; never cold.
    - *oscillating*: hot now, once cold; under 90 %.
    - *historical*: not hot now, hot in 90 % of steps or more.

    Cold mirrors hot. The definitions overlap; the order is ours: the last step decides whether a place counts
    as hot or cold, and the long record only where it is neither; then the first of the list that fits, so that
    a place once cold and now hot for the first time is new or consecutive, not oscillating.

    "esri-2.8/sfdep" follows the older text as the R package sfdep reads it: no run of 2 is asked of
    consecutive; sporadic need not be hot now, only have been; persistent asks for no trend and not for now, and
    goes before historical; oscillating goes before new and consecutive.

    Parameters
    ----------
    is_hot, is_cold
        Whether each place stood out in each step, shape (places, steps), oldest first, at least 10 steps.
    trend
        Whether each place's score rises (1), falls (-1) or neither (0) over the steps, shape (places,).
    rules
        Which definitions to use.

    Returns
    -------
    numpy.ndarray
        A name per place, shape (places,).

    Raises
    ------
    MethodError
        For fewer than 10 steps, a bin both hot and cold, shapes that differ, or rules we do not know.

    References
    ----------
    Esri. How Emerging Hot Spot Analysis works. ArcGIS Pro 3, Space Time Pattern Mining toolbox.

    Examples
    --------
    >>> hot = [[False] * 8 + [True] * 2, [True] * 9 + [False]]
    >>> emerging(hot, [[False] * 10] * 2, [0, 0]).tolist()
    ['consecutive hot spot', 'historical hot spot']
    """
    hot, cold, rising = np.asarray(is_hot, bool), np.asarray(is_cold, bool), np.asarray(trend)
    _check(hot, cold, rising, rules)
    named = {
        side: np.where(kind == "", "", np.char.add(kind, f" {side} spot"))
        for side, kind in (("hot", _kinds(hot, cold, rising, rules)), ("cold", _kinds(cold, hot, -rising, rules)))
    }
    # the last step decides; a place that is neither hot nor cold now has at most one long record
    first = np.where(cold[:, -1], named["cold"], named["hot"])
    other = np.where(cold[:, -1], named["hot"], named["cold"])
    return np.where(first != "", first, np.where(other != "", other, NO_PATTERN))


def _kinds(hot: Bools, cold: Bools, trend: NDArray[np.int64], rules: str) -> NDArray[np.str_]:
    """The kind of each place's record, looked at from the hot side; blank where none fits."""
    steps, now = hot.shape[1], hot[:, -1]
    times = hot.sum(axis=1)
    is_long, was_cold = times >= LONG_SHARE * steps - 1e-9, cold.any(axis=1)
    # steps since the place was last not hot: the length of the final run
    run = np.where(hot.all(axis=1), steps, np.argmin(hot[:, ::-1], axis=1))
    only_run = now & (times == run) & ~is_long
    held = {
        "new": only_run & (run == 1),
        "consecutive": only_run & (run >= 2),
        "intensifying": is_long & now & (trend > 0),
        "persistent": is_long & now & (trend == 0),
        "diminishing": is_long & now & (trend < 0),
        "sporadic": now & ~is_long & ~was_cold,
        "oscillating": now & ~is_long & was_cold,
        "historical": is_long & ~now,
    }
    order: tuple[str, ...] = KINDS
    if rules == "esri-2.8/sfdep":
        held["persistent"] = is_long & (trend == 0)
        held["sporadic"] = (times > 0) & ~is_long & ~was_cold
        order = ("oscillating", *(kind for kind in KINDS if kind != "oscillating"))
    return np.select([held[kind] for kind in order], order, default="")


def _check(hot: Bools, cold: Bools, trend: NDArray[np.int64], rules: str) -> None:
    """Refuse what cannot be named."""
    if hot.ndim != 2 or hot.shape != cold.shape or trend.shape != hot.shape[:1]:
        raise MethodError(what="hot, cold and trend differ in shape", now="Give one row for each place.")
    if hot.shape[1] < MINIMUM_STEPS:
        raise MethodError(
            what=f"a record needs at least {MINIMUM_STEPS} steps and there are {hot.shape[1]}",
            now="Choose shorter steps or a longer period.",
        )
    if (hot & cold).any():
        raise MethodError(what="a bin is called hot and cold at once", now="Mark each bin as one of them at most.")
    if rules not in {"esri", "esri-2.8/sfdep"}:
        raise MethodError(what=f"there are no rules '{rules}'", now="Choose esri or esri-2.8/sfdep.")
