"""Who sent which months: a month counts as sent where everyone sent it whose records the place rests on."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.intake.store import months
from intelnb.intake.store.catalogue import OWN, feed_of

RESTS_ON = 0.05
"""A place rests on a sender who sends so large a share of its records, or so large a share of whose records lie there."""
APART = 0.10
"""Two senders are apart when less than this share of the smaller one's records lies where the larger has any."""
_SQUARE_M = 5000.0
_LEAVES_OUT = re.compile(r"^(jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*$|^[wqmy]$")


@dataclass(frozen=True)
class Sender:
    """A feed, or the files of the force's own exports that are called alike, and the months it sent whole.

    `series` is what its files are called, where no feed has a name: `eastshire csv` for `eastshire 2025-01.csv`. Of a
    month that was said to be sent in part, its days stand among the `months`.
    """

    feed: str
    series: str
    months: frozenset[str]


@dataclass(frozen=True, eq=False)
class Sent:
    """The senders of a table, and which of them sent each record.

    `more` are records the store holds and that were not asked for, to say where their senders are at home, with
    their senders in `more_by`.
    """

    senders: tuple[Sender, ...]
    by: NDArray[np.int64]
    more: pd.DataFrame
    more_by: NDArray[np.int64]


@dataclass(frozen=True)
class Coverage:
    """The months (and days of other months) everyone sent; where senders differ, those of each and its areas."""

    months: tuple[str, ...]
    senders: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()


def series(name: str) -> str:
    """What a file is called but for its numbers and months, by which files of one sender are known.

    Examples
    --------
    >>> series("Eastshire 2025-01.csv"), series("exports/crimes_Nov26.csv"), series("exports/crimes_2026.csv")
    ('eastshire csv', 'exports crimes csv', 'exports crimes csv')
    """
    words = re.findall(r"[^\W\d_]+", name.casefold())
    return " ".join(word for word in words if not _LEAVES_OUT.match(word))


def known_as(feed: str, name: str) -> tuple[str, str]:
    """The feed and series a file's records belong to: a named feed is one sender, however its files are called."""
    return (feed, series(name) if feed == OWN else "")


def is_one(senders: Sequence[Sender]) -> bool:
    """Whether senders need not be told apart: all sent the same months, or nobody named them and no two the same.

    Examples
    --------
    >>> october, november = frozenset({"2026-10"}), frozenset({"2026-11"})
    >>> is_one([Sender("own", "a", october), Sender("own", "b", november)])
    True
    >>> is_one([Sender("east", "", october), Sender("west", "", november)])
    False
    """
    listed = [month for one in senders for month in {sent[:7] for sent in one.months}]
    unshared = len(listed) == len(set(listed))
    return len({one.months for one in senders}) < 2 or (unshared and {one.feed for one in senders} == {OWN})


def of_files(file: NDArray[np.object_], middle: NDArray[np.datetime64], hours_wide: NDArray[np.float64]) -> Sent:
    """The senders of files that were read as they lie, each file with the months the store would conclude of it.

    Parameters
    ----------
    file
        The file each record came from, all records of a file together.
    middle, hours_wide
        The middle of each record's interval, and its length in hours.
    """
    ends = [*(np.flatnonzero(file[1:] != file[:-1]) + 1).tolist(), len(file)] if len(file) else []
    held: dict[tuple[str, str], set[str]] = {}
    which: list[int] = []
    start = 0
    for end in ends:
        month = middle[start:end].astype("datetime64[M]")
        monthly = bool((hours_wide[start:end] >= months.MONTH_HOURS).all())
        key = known_as(feed_of(str(file[start])), str(file[start]))
        found = held.setdefault(key, set())
        found |= {str(one) for one in np.unique(month)} if monthly else set(months.body(month))
        which.append(list(held).index(key))
        start = end
    lengths = [end - start for start, end in itertools.pairwise([0, *ends])]
    senders = tuple(Sender(*key, frozenset(found)) for key, found in held.items())
    return Sent(senders, np.repeat(np.array(which, dtype=np.int64), lengths), pd.DataFrame(), np.array([], np.int64))


def coverage(
    sent: Sent, table: pd.DataFrame, inside: NDArray[np.bool_], *, levels: Sequence[str], told: Collection[str]
) -> Coverage:
    """Find the months everyone sent whose records the area asked for rests on.

    A named feed is a sender of its own, unless it only went on where another at the same place ended: then both
    are one. Files nobody named a feed for are one sender, unless they are called differently, lie apart and hold
    the same months: then each force sends its own.

    Parameters
    ----------
    sent
        The senders.
    table, inside
        The records, then those of `sent.more`, with coordinates in metres, recorded area and one column a level;
        and which lie in the area asked for.
    levels, told
        Levels of areas, the largest first, and those this audience may be told of.
    """
    if is_one(sent.senders):
        return Coverage(tuple(sorted(months.together(one.months for one in sent.senders))))
    by = np.concatenate([sent.by, sent.more_by])
    of, held = _joined(sent.senders, by, _places(table, levels))
    by = np.asarray(of, dtype=np.int64)[by]
    total, within = (np.bincount(by[chosen], minlength=len(held)) for chosen in (slice(None), inside))
    rests = (within >= RESTS_ON * np.maximum(total, 1)) | (within >= RESTS_ON * within.sum())
    rests &= within > 0
    chosen = [at for at in range(len(held)) if rests[at] or not rests.any()]
    every = months.in_common([held[at] for at in chosen])
    if len({held[at] for at in chosen}) < 2:
        return Coverage(tuple(sorted(every)))
    areas = _served(table[inside], by[inside], [level for level in levels if level in told])
    each = zip(months.levelled([held[at] for at in chosen]), chosen, strict=True)
    return Coverage(tuple(sorted(every)), tuple((tuple(sorted(sent)), tuple(areas.get(at, ()))) for sent, at in each))


def joined(sent: Sent, table: pd.DataFrame, *, levels: Sequence[str]) -> NDArray[np.int64]:
    """Which sender each record that was read comes from: one number for senders that are one and the same."""
    if len(sent.senders) < 2:
        return np.zeros(len(sent.by), dtype=np.int64)
    of, _ = _joined(sent.senders, sent.by, _places(table, levels))
    return np.asarray(of, dtype=np.int64)[sent.by]


def _joined(
    senders: Sequence[Sender], by: NDArray[np.int64], places: NDArray[np.object_]
) -> tuple[list[int], list[frozenset[str]]]:
    """Senders that are one and the same, the largest first: the number of each, and their months together."""
    counts = [
        pd.Series(places[by == at], dtype=object).replace("", np.nan).value_counts() for at in range(len(senders))
    ]
    held: list[tuple[Sender, pd.Series[int]]] = []
    of = [0] * len(senders)
    for at in sorted(range(len(senders)), key=lambda at: (-counts[at].sum(), senders[at].feed, senders[at].series)):
        apart = [_are_apart(counts[at], other) for _, other in held]
        fits = [
            place for place, (other, _) in enumerate(held) if not _is_another(senders[at], other, apart=apart[place])
        ]
        if not fits:
            of[at] = len(held)
            held.append((senders[at], counts[at]))
            continue
        place = of[at] = min(fits, key=lambda place: apart[place])
        other, there = held[place]
        held[place] = (
            Sender(other.feed, other.series, months.together([other.months, senders[at].months])),
            there.add(counts[at], fill_value=0),
        )
    return of, [one.months for one, _ in held]


def _is_another(one: Sender, other: Sender, *, apart: bool) -> bool:
    """Whether two are two: named feeds where they lie apart or send at the same time, others only where both."""
    mine, theirs = ({sent[:7] for sent in sender.months} for sender in (one, other))
    if one.feed == other.feed:
        return apart and bool(mine & theirs)
    return apart or not (_follow(mine, theirs) or _follow(theirs, mine))


def _follow(first: AbstractSet[str], then: AbstractSet[str]) -> bool:
    """Whether one's months go on where the other's end; the month of the change may be sent by both."""
    if not first or not then:
        return True
    return max(first) < min(then) or (max(first) == min(then) and min(first) < min(then) and max(first) < max(then))


def _are_apart(one: pd.Series[int], other: pd.Series[int]) -> bool:
    """Whether hardly any record of the smaller lies where the larger has some; unknown places are not apart."""
    smaller, larger = sorted((one, other), key=lambda counts: int(counts.sum()))
    if not smaller.sum():
        return False
    return float(smaller[smaller.index.isin(larger.index)].sum()) < APART * float(smaller.sum())


def _places(table: pd.DataFrame, levels: Sequence[str]) -> NDArray[np.object_]:
    """Where each record lies, coarsely: its smallest area where areas tell places apart, else a square of the grid."""
    x, y = (table[name].to_numpy(dtype=float) // _SQUARE_M for name in ("easting", "northing"))
    located = np.isfinite(x) & np.isfinite(y)
    found = table["area"].to_numpy(dtype=object).copy()
    found[located] = [f"{int(a)},{int(b)}" for a, b in zip(x[located], y[located], strict=True)]
    areas = table[levels[-1]].to_numpy(dtype=object) if levels else np.full(len(table), "", dtype=object)
    return np.where(areas != "", areas, found) if len(set(areas) - {""}) > 1 else found


def _served(table: pd.DataFrame, by: NDArray[np.int64], levels: Sequence[str]) -> dict[int, list[str]]:
    """For each sender the areas that rest on it."""
    found: dict[int, list[str]] = {int(at): [] for at in np.unique(by)}
    for level in levels:
        which, codes = pd.factorize(table[level].to_numpy(dtype=object))
        counts = np.zeros((max(found, default=0) + 1, len(codes)), dtype=np.int64)
        np.add.at(counts, (by, which), 1)
        own, every = counts.sum(axis=1, keepdims=True), counts.sum(axis=0)
        rests = (counts > 0) & ((counts >= RESTS_ON * own) | (counts >= RESTS_ON * every)) & (codes != "")
        for at in found:
            found[at] += sorted(str(code) for code in codes[rests[at]])
    return found
