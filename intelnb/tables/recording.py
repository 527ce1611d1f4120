"""Known breaks in recording: which of them touch a series, and which periods can still be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.dates import day_words
from intelnb.doctrine.recording import passes
from intelnb.tables.coverage import GAP, why_unsent
from intelnb.tables.words import many, several

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from intelnb.dates import Period


@dataclass(frozen=True, eq=False)
class Comparable:
    """Which periods were recorded the same way, and the latest break among them.

    `segment` numbers the stretches between lasting changes, oldest first; a period a break falls in, or that was
    never submitted, has -1. `unsent` tells the two apart: why each period is not there, blank where it is. `reason` is
    why recording changed, where known; `is_passing` tells a disturbance, such as a backlog, from a change for good.
    """

    segment: NDArray[np.int64]
    changed: date | None
    what: str
    reason: str = ""
    unsent: tuple[str, ...] = ()
    is_passing: bool = False

    @property
    def is_last_broken(self) -> bool:
        """Whether a break falls in the last period itself."""
        return bool(self.segment[-1] < 0)

    @property
    def told(self) -> str:
        """What happened to the recording, and when, to stand within a sentence; blank where nothing did."""
        return told_of(self.changed, is_passing=self.is_passing) if self.changed else ""

    @property
    def silent(self) -> NDArray[np.bool_]:
        """Which periods were never submitted, or lie in what looks like a gap."""
        return np.array([bool(why) for why in self.unsent] or [False] * self.segment.size, dtype=np.bool_)

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Which periods were recorded as the last one was."""
        return np.asarray((self.segment >= 0) & (self.segment == self.segment[-1]), dtype=np.bool_)


def breaks_for(
    breaks: pd.DataFrame,
    *,
    kinds: Collection[str] = (),
    flags: Collection[str] = (),
    areas: Collection[str] | None = (),
    priority: str = "",
) -> pd.DataFrame:
    """Choose the known breaks that touch one series.

    Every list a break fills must be met. A break in some kinds touches each series that holds one of them,
    also a series of all kinds. A break in flagged crimes touches only series of crimes with all its flags.

    Parameters
    ----------
    breaks
        The table of known breaks; a blank list means all.
    kinds, flags
        What the series counts, as in the priority.
    areas
        Codes of the area the series is about, and of those it lies in; None leaves breaks of every area in,
        for a method that looks at each area itself.
    priority
        Code of the priority, if any.

    Returns
    -------
    DataFrame
        The rows that apply, index kept.

    Examples
    --------
    >>> known = pd.DataFrame({"date": pd.to_datetime(["2026-11-04", "2023-05-01"]), "until": pd.NaT,
    ...     "kinds": [("violence",), ()], "flags": [("domestic",), ()], "areas": [(), ("S",)],
    ...     "priorities": [(), ()], "what": ["new form", "new borders"]})
    >>> breaks_for(known, kinds=["violence"], flags=["domestic", "repeat"], areas=["C"]).index.tolist()
    [0]
    """
    asked = {"kinds": set(kinds), "flags": set(flags), "priorities": {priority} - {""}}
    touched = [
        (not row["kinds"] or not asked["kinds"] or bool(asked["kinds"] & row["kinds"]))
        and row["flags"] <= asked["flags"]
        and (not row["priorities"] or bool(asked["priorities"] & row["priorities"]))
        for row in ({name: _list(record.get(name)) for name in asked} for record in breaks.to_dict("records"))
    ]
    chosen = breaks[np.array(touched, dtype=bool)]
    return chosen if areas is None else in_areas(chosen, codes=areas)


def in_areas(breaks: pd.DataFrame, *, codes: Collection[str]) -> pd.DataFrame:
    """Choose the breaks of everywhere and those of the areas named.

    Examples
    --------
    >>> in_areas(pd.DataFrame({"areas": [("S", "E"), (), ("N",)]}), codes=["E", "E1"]).index.tolist()
    [0, 1]
    """
    named = set(codes)
    held = [_list(value) for value in breaks["areas"]] if "areas" in breaks else [set[str]()] * len(breaks)
    return breaks[np.array([not areas or bool(areas & named) for areas in held], dtype=bool)]


def known(crimes: pd.DataFrame, breaks: pd.DataFrame | None = None) -> pd.DataFrame | None:
    """The breaks that touch a series: those somebody chose for it, else those that travel with its table.

    A table read through the workspace carries the known breaks; choosing a priority from it keeps those of its
    kinds and flags. So a method that was told of none still does not compare across one.

    Parameters
    ----------
    crimes
        The table the series is made from.
    breaks
        Breaks chosen for it; None for none.

    Returns
    -------
    DataFrame or None
        The breaks; None where nobody knows of any.

    Examples
    --------
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs["breaks"] = ({"date": pd.Timestamp("2026-11-04"), "areas": (), "what": "new form"},)
    >>> known(crimes)["what"].tolist()
    ['new form']
    """
    if breaks is not None:
        return breaks
    return touching(crimes, None, codes=[str(crimes.attrs.get("area", ""))])


def touching(crimes: pd.DataFrame, breaks: pd.DataFrame | None, *, codes: Collection[str]) -> pd.DataFrame | None:
    """The breaks that touch some areas, of those chosen for a series or else those that travel with its table.

    Examples
    --------
    >>> crimes = pd.DataFrame()
    >>> crimes.attrs["breaks"] = ({"date": pd.Timestamp("2026-11-04"), "areas": ("E",), "what": "new border"},)
    >>> touching(crimes, None, codes=["E"])["what"].tolist(), len(known(crimes))
    (['new border'], 0)
    """
    every = _every(crimes, breaks)
    return None if every is None else in_areas(every, codes=codes)


def anywhere(crimes: pd.DataFrame, breaks: pd.DataFrame | None = None) -> pd.DataFrame | None:
    """The breaks that touch any part of a table's area, for methods that look at places: one ward's break moves a map.

    A break of an area that none of these crimes lies in is of elsewhere. Where the table does not say in which areas
    its crimes lie, every break counts. Without breaks chosen for it, those that travel with the table are meant.

    Examples
    --------
    >>> crimes = pd.DataFrame({"area": ["E1"], "ward": ["E1"], "district": ["E"]})
    >>> of = [{"date": pd.Timestamp("2026-11-04"), "areas": areas, "what": "w"} for areas in (("E1",), ("S",), ())]
    >>> anywhere(crimes, pd.DataFrame(of)).index.tolist(), anywhere(crimes[["ward"]], pd.DataFrame(of)).index.tolist()
    ([0, 2], [0, 1, 2])
    """
    every = _every(crimes, breaks)
    if every is None or "areas" not in every or "area" not in crimes:
        return every
    rows = crimes[crimes["inside"].to_numpy(dtype=bool)] if "inside" in crimes else crimes
    named = {code for areas in every["areas"] for code in _list(areas)}
    where = (
        pd.DataFrame(rows).select_dtypes(include=["object", "str", "category"]).drop(columns="flags", errors="ignore")
    )
    found = {code for column in where for code in named.intersection(where[column].unique())}
    return in_areas(every, codes={*found, str(crimes.attrs.get("area", ""))})


def told_of(day: date, *, is_passing: bool) -> str:
    """What happened to the recording, and when, to stand within a sentence.

    Examples
    --------
    >>> from datetime import date
    >>> told_of(date(2026, 11, 4), is_passing=False), told_of(date(2026, 11, 4), is_passing=True)
    ('recording changed on Wed 4 Nov 2026', 'recording was disturbed from Wed 4 Nov 2026')
    """
    verb = "was disturbed from" if is_passing else "changed on"
    return f"recording {verb} {day_words(day)}"


def comparable(crimes: pd.DataFrame, periods: Sequence[Period], *, breaks: pd.DataFrame | None = None) -> Comparable:
    """Judge which periods were recorded the same way as the last.

    A lasting change makes every period before it, and the one it falls in, unlike the last. A passing
    disturbance (one with `until`, or a backlog) takes out only the periods it touches; a backlog without `until`
    is still open. A period that was never submitted is like no other.

    Parameters
    ----------
    crimes
        The table the series is made from, which knows what was submitted.
    periods
        Periods, oldest first.
    breaks
        The breaks that touch the series, all of them taken as applying; None for those that travel with `crimes`.

    Returns
    -------
    Comparable
        `segment` and `usable` of shape (periods), whether the last period itself is broken, first day and
        words of the latest break that touches them.

    Examples
    --------
    >>> from intelnb.dates import parse, periods_until
    >>> known = pd.DataFrame({"date": pd.to_datetime(["2026-11-04"]), "until": pd.NaT, "what": ["new form"]})
    >>> found = comparable(pd.DataFrame(), periods_until(parse("2026-W46"), count=3), breaks=known)
    >>> found.usable.tolist(), found.changed.isoformat()
    ([False, False, True], '2026-11-04')
    """
    segment, broken = np.zeros(len(periods), dtype=np.int64), np.zeros(len(periods), dtype=bool)
    changed, what, reason, is_passing = None, "", "", False
    breaks = known(crimes, breaks)
    rows = [] if breaks is None else breaks.sort_values("date", kind="stable").to_dict("records")
    for row in rows:
        first = pd.Timestamp(row["date"]).date()
        why = row.get("reason")
        why = why if isinstance(why, str) else ""
        ended = pd.notna(row.get("until"))
        passing = ended or passes(why)
        # the day a passing disturbance ended is its last; a lasting change breaks only the period it falls in
        last = pd.Timestamp(row["until"]).date() if ended else periods[-1].end if passing else first
        broken |= [p.end > first and p.start <= last and (passing or p.start < first) for p in periods]
        if not passing:
            segment += np.array([p.start >= first for p in periods], dtype=np.int64)
        begins = periods[0].start
        if begins < first < periods[-1].end or (passing and first < periods[-1].end and last >= begins):
            changed, what, reason, is_passing = first, str(row["what"]), why, bool(passing)
    unsent = why_unsent(crimes, periods)
    silent = np.array([bool(why) for why in unsent], dtype=bool)
    return Comparable(np.where(broken | silent, -1, segment), changed, what, reason, unsent, is_passing)


def left_out(same: Comparable, noun: str) -> str:
    """The caveat of a history that a break touches.

    Examples
    --------
    >>> from datetime import date
    >>> left_out(Comparable(np.array([0, -1, 1]), date(2026, 11, 4), "new form"), "week")
    'Recording changed on Wed 4 Nov 2026: new form; weeks it touches are left out.'
    """
    reason, what = f" ({same.reason})" if same.reason else "", f": {same.what}" if same.what else ""
    return f"{same.told[0].upper()}{same.told[1:]}{reason}{what}; {many(noun)} it touches are left out."


def why_unlike(same: Comparable) -> tuple[str, str]:
    """Say why periods that must all be alike are not: the status and the reason.

    Examples
    --------
    >>> from datetime import date
    >>> why_unlike(Comparable(np.array([0, -1]), date(2026, 11, 4), "new form"))
    ('break in recording', 'recording changed on Wed 4 Nov 2026')
    """
    if told := [why for why in same.unsent if why]:
        return "not submitted", told[-1] if told[-1].endswith(GAP) else "part of this time was never submitted"
    return "break in recording", same.told


def why_none(same: Comparable, *, held: int, needed: int, noun: str) -> tuple[str, str]:
    """Say why a period with too little comparable history is not assessed: its status and the reason.

    Examples
    --------
    >>> why_none(Comparable(np.array([0]), None, ""), held=12, needed=26, noun="week")
    ('not assessed', '26 weeks of history are needed, 12 are there')
    """
    if same.silent[-1]:
        return "not submitted", same.unsent[-1]
    wanted = f"{several(needed, noun, 'is', 'are')} needed"
    there = "none is there yet" if held == 0 else f"{held} {'is' if held == 1 else 'are'} there"
    if same.changed:
        return "break in recording", f"{same.told}; {wanted}, {there}"
    if silent := [why for why in same.unsent if why.endswith(GAP)]:
        return "not assessed", f"{silent[-1]}; {wanted}, {there}"
    return "not assessed", f"{several(needed, noun)} of history {'is' if needed == 1 else 'are'} needed, {there}"


def _every(crimes: pd.DataFrame, breaks: pd.DataFrame | None) -> pd.DataFrame | None:
    """The breaks chosen for a series, else all that travel with its table."""
    held = crimes.attrs.get("breaks") or ()
    return breaks if breaks is not None else pd.DataFrame(list(held)) if held else None


def _list(value: object) -> set[str]:
    """A list cell as a set; a missing or blank one is empty."""
    return set(value) if isinstance(value, (tuple, list, set, frozenset)) else set()
