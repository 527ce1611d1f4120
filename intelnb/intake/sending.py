"""Who sent which months: a month counts as sent where those who did not send it hold hardly a record of the place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.intake.store import months
from intelnb.intake.store.catalogue import OWN, feed_of

HARDLY = 0.05
"""A month is sent where those who did not send it have, in a usual month, less than this share of a place's records."""
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
    """The months (and days of other months) that were sent, and others with the areas of which they are true instead."""

    months: tuple[str, ...]
    by_area: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()


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
    """Find the months that were sent of the area asked for, and of each smaller one that differs.

    Every sender weighs as many records as it has there in a usual month. A month was not sent where those who did
    not send it hold a twentieth of this weight: a few strays, or a feed of a handful of records, neither prove a month
    nor take one away. An area is judged by its own records alone, so that it is told the same whether it was read by
    itself or with others.

    A named feed is a sender of its own, unless it only went on where another at the same place ended: then both
    are one. Files nobody named a feed for are one sender, unless they are called differently, lie apart and hold
    the same months: then each force sends its own.

    Parameters
    ----------
    sent
        The senders.
    table, inside
        The records, then those of `sent.more`, with their middle, coordinates in metres, recorded area and one column
        a level; and which lie in the area asked for.
    levels, told
        Levels of areas, the largest first, and those this audience may be told of.
    """
    if is_one(sent.senders):
        return Coverage(tuple(sorted(months.together(one.months for one in sent.senders))))
    by = np.concatenate([sent.by, sent.more_by])
    of, held = _joined(sent.senders, by, _places(table, levels))
    by = np.asarray(of, dtype=np.int64)[by]
    usual = _usual(by, table["middle"].to_numpy(dtype="datetime64[M]"), held)
    # of a place without a record, whatever is known is known of all
    whole = _sent_of(usual(inside if inside.any() else ~inside, np.zeros(len(by), dtype=np.int64))[0], held)
    areas: dict[tuple[str, ...], list[str]] = {}
    seen = set[str]()
    for level in (level for level in levels if level in told):
        which, codes = pd.factorize(table[level].to_numpy(dtype=object), sort=True)
        for code, weight in zip(codes, usual(inside, which), strict=False):
            if not code or code in seen or not weight.any():
                continue
            seen.add(code)
            own = _sent_of(weight, held)
            if own != whole:
                areas.setdefault(own, []).append(str(code))
    return Coverage(whole, tuple((own, tuple(codes)) for own, codes in areas.items()))


def _usual(
    by: NDArray[np.int64], month: NDArray[np.datetime64], held: Sequence[frozenset[str]]
) -> Callable[[NDArray[np.bool_], NDArray[np.int64]], NDArray[np.float64]]:
    """How many of some records each sender has in a usual month, place by place: over the months read that it sent.

    What it sent of other months, such as crimes reported years later, says nothing of how much it sends. A sender
    none of whose months is known to be whole is judged by every month it has a record of.
    """
    number = month.astype(np.int64)
    counts, spans = np.zeros(len(by), dtype=bool), np.ones(len(held))
    for at, sent in enumerate(held):
        mine = by == at
        own = np.array(sorted({one[:7] for one in sent}), dtype="datetime64[M]").astype(np.int64)
        known = mine & np.isin(number, own)
        known = known if known.any() else mine
        counts |= known
        spans[at] = max(len(np.unique(number[known])), 1)

    def usual(chosen: NDArray[np.bool_], place: NDArray[np.int64]) -> NDArray[np.float64]:
        kept = chosen & counts
        found = np.bincount(place[kept] * len(held) + by[kept], minlength=(int(place.max(initial=0)) + 1) * len(held))
        return found.reshape(-1, len(held)) / spans

    return usual


def _sent_of(weight: NDArray[np.float64], held: Sequence[frozenset[str]]) -> tuple[str, ...]:
    """The months, and days of others, of which those who did not send them hold hardly a record."""
    if not weight.any():  # nothing is known of anybody: all must have sent it
        return tuple(sorted(months.in_common(held)))
    spans, least = months.levelled(held), HARDLY * weight.sum()
    lost = {
        one: sum(float(w) for w, span in zip(weight, spans, strict=True) if one not in span)
        for one in set[str]().union(*spans)
    }
    return tuple(sorted(months.together([{one for one, much in lost.items() if much < least}])))


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
