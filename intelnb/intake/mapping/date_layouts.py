"""How the dates of a column are written, decided for the whole column by elimination and never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.intake import moments

FEWEST_READ = 0.9
"""The share of a column's dates a layout must read for the column to be one of dates at all."""
SLIPS = 0.02
"""A rival layout is out when what it alone can read is at most this share of what the best alone can read."""

_DATES: dict[str, tuple[str, ...]] = {
    "#/#/####": ("%d/%m/%Y", "%m/%d/%Y"),
    "#-#-####": ("%d-%m-%Y", "%m-%d-%Y"),
    "#.#.####": ("%d.%m.%Y", "%m.%d.%Y"),
    "#/#/#": ("%d/%m/%y", "%m/%d/%y", "%y/%m/%d"),
    "#-#-#": ("%d-%m-%y", "%m-%d-%y", "%y-%m-%d"),
    "#.#.#": ("%d.%m.%y", "%m.%d.%y", "%y.%m.%d"),
    "####/#/#": ("%Y/%m/%d", "%Y/%d/%m"),
    "####-#-#": ("%Y-%m-%d", "%Y-%d-%m"),
    "########": ("%Y%m%d", "%d%m%Y", "%m%d%Y"),
    "#-A-####": ("%d-%b-%Y", "%d-%B-%Y"),
    "#/A/####": ("%d/%b/%Y", "%d/%B/%Y"),
    "# A ####": ("%d %b %Y", "%d %B %Y"),
    "#A####": ("%d%b%Y",),
    "#A#": ("%d%b%y",),
    "#-A-#": ("%d-%b-%y",),
    "# A #": ("%d %b %y",),
    "A # ####": ("%b %d %Y", "%B %d %Y"),
    "A #, ####": ("%b %d, %Y", "%B %d, %Y"),
    "A # A ####": ("%a %d %b %Y", "%A %d %B %Y"),
    "####-#": ("month",),
}
_TIMES: dict[str, str] = {
    "": "",
    "#:#": "%H:%M",
    "#:#:#": "%H:%M:%S",
    "####": "%H%M",
    "#.#": "%H.%M",
    "#:# A": "%I:%M %p",
    "#:#:# A": "%I:%M:%S %p",
    "#:#A": "%I:%M%p",
}
_SPLIT = re.compile(
    r"^(?P<date>.+?)(?P<joint>[ T]|, | at | - )(?P<time>\d{1,2}[:.]?\d{2}(?:[:.]\d{2})?(?: ?[AaPp][Mm])?)$"
)
_ONE_OR_TWO = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")
_TIME_OF_DAY = re.compile(r"^([01]?\d|2[0-3])[:.]?[0-5]\d([:.][0-5]\d)?( ?[AaPp][Mm])?$")


@dataclass(frozen=True)
class Decision:
    """What a column's dates are written in.

    Parameters
    ----------
    layouts
        The layouts a map needs, the most used first; empty when the column is none of dates.
    rivals
        When nothing in the column tells them apart: the ways of writing of which one must be chosen, each as its
        layouts, the most used first.
    exclusive
        For each rival, dates that it alone can read; when two have some, the column is written in both ways.
    unread
        How many filled cells no chosen layout reads.
    has_time
        Whether most of the dates come with a time of day.
    """

    layouts: tuple[str, ...] = ()
    rivals: tuple[tuple[str, ...], ...] = ()
    exclusive: tuple[int, ...] = ()
    unread: int = 0
    has_time: bool = False

    @property
    def is_dates(self) -> bool:
        """Whether the column holds dates, decided or not."""
        return bool(self.layouts or self.rivals)


def decide(texts: pd.Series[str]) -> Decision:
    """Decide how the dates of a column are written.

    Every layout that dates of their shape could have is tried on all of them. A layout is eliminated by a date
    it cannot read and another can. Where two are left, the column cannot tell, and somebody must say.

    Parameters
    ----------
    texts
        The whole column, trimmed; "" where there is none.

    Examples
    --------
    >>> decide(pd.Series(["03/04/2025 09:00", "25/04/2025 10:30"])).layouts
    ('%d/%m/%Y %H:%M',)
    >>> decide(pd.Series(["03/04/2025", "05/06/2025"])).rivals
    (('%d/%m/%Y',), ('%m/%d/%Y',))
    """
    counts = texts[texts != ""].value_counts()
    if counts.empty:
        return Decision()
    distinct = pd.Series(list(counts.index), dtype="str")
    often = counts.to_numpy().astype(np.int64)
    iso = ~moments.read(distinct, ["iso"]).is_bad
    if iso.mean() == 1 or often[iso].sum() >= FEWEST_READ * often.sum():
        has_time = often[iso & (distinct.str.len() > 10).to_numpy()].sum() * 2 > often.sum()
        return Decision(("iso",), unread=int(often[~iso].sum()), has_time=bool(has_time))
    return _by_elimination(distinct, often)


def is_time_of_day(texts: pd.Series[str]) -> bool:
    """Whether a column holds times of day without a date, such as `09:30` or `0930`.

    Examples
    --------
    >>> is_time_of_day(pd.Series(["09:30", "", "2315"])), is_time_of_day(pd.Series(["250", "90"]))
    (True, False)
    """
    filled = texts[texts != ""]
    if filled.empty:
        return False
    marked = filled.str.contains(r"[:.]|^\d{4}$", regex=True)
    return bool((filled.str.match(_TIME_OF_DAY.pattern) & marked).mean() >= FEWEST_READ)


def _by_elimination(distinct: pd.Series[str], often: NDArray[Any]) -> Decision:
    """Shapes first, then every layout of the commonest shape on every date of it."""
    shapes = _shapes(distinct)
    weight = pd.Series(often).groupby([s[0] for s in shapes]).sum()
    known = [shape for shape in weight.sort_values(ascending=False).index if shape in _DATES]
    if not known:
        return Decision()
    date_shape = known[0]
    mine = np.array([shape[0] == date_shape for shape in shapes])
    if often[mine].sum() < FEWEST_READ * often.sum():
        return Decision()
    bare = pd.Series([shapes[i][2] for i in np.flatnonzero(mine)], dtype="str")
    read = {form: moments.read(bare, [form]) for form in _DATES[date_shape]}
    reads = {form: ~found.is_bad for form, found in read.items()}
    weights = often[mine]
    ranked = sorted(reads, key=lambda form: -int(weights[reads[form]].sum()))
    best = ranked[0]
    if weights[reads[best]].sum() < FEWEST_READ * often.sum():
        return _mixed(ranked, reads, weights)
    rivals = [form for form in ranked[1:] if not _is_out(reads[form], reads[best], weights)]
    left = [best, *(form for form in rivals if _differ(read[form], read[best]))]
    times = _times(shapes, mine & _placed(mine, reads[best]), often)
    forms = {form: _joined(form, times) for form in left}
    has_time = bool(often[mine & np.array([bool(s[1]) for s in shapes])].sum() * 2 > often.sum())
    unread = int(often.sum() - weights[reads[best]].sum())
    if len(left) > 1:
        only = tuple(_only(reads, form, left, weights) for form in left)
        return Decision(rivals=tuple(forms[form] for form in left), exclusive=only, unread=unread, has_time=has_time)
    return Decision(layouts=forms[best], unread=unread, has_time=has_time)


def _mixed(ranked: Sequence[str], reads: dict[str, NDArray[np.bool_]], weights: NDArray[np.int64]) -> Decision:
    """A column no single layout reads: two ways of writing in one, or no dates at all."""
    together = np.any([reads[form] for form in ranked], axis=0)
    if weights[together].sum() < FEWEST_READ * weights.sum():
        return Decision()
    both = tuple(ranked[:2])
    return Decision(
        rivals=tuple((form,) for form in both), exclusive=tuple(_only(reads, form, both, weights) for form in both)
    )


def _only(reads: dict[str, NDArray[np.bool_]], form: str, rivals: Sequence[str], weights: NDArray[np.int64]) -> int:
    """How many dates one layout alone can read."""
    others = np.any([reads[other] for other in rivals if other != form], axis=0)
    return int(weights[reads[form] & ~others].sum())


def _is_out(rival: NDArray[np.bool_], best: NDArray[np.bool_], weights: NDArray[np.int64]) -> bool:
    """Whether a rival is eliminated: the best reads dates it cannot, and it hardly any the best cannot."""
    against, for_it = int(weights[best & ~rival].sum()), int(weights[rival & ~best].sum())
    return against > 0 and for_it <= SLIPS * against


def _differ(rival: moments.Moments, best: moments.Moments) -> bool:
    """Whether two layouts say different days of any date; where they never do, either will do."""
    return bool((rival.start[~rival.is_bad & ~best.is_bad] != best.start[~rival.is_bad & ~best.is_bad]).any()) or bool(
        (best.is_bad & ~rival.is_bad).any()
    )


def _shapes(distinct: pd.Series[str]) -> list[tuple[str, str, str]]:
    """For each text the shape of its date, the joint and layout of its time, and its date alone."""
    found = []
    for text in distinct:
        split = None if _shape(text) in _DATES else _SPLIT.match(text)
        if split and (form := _TIMES.get(_shape(split["time"]))):
            found.append((_shape(split["date"]), split["joint"] + form, split["date"]))
        else:
            found.append((_shape(text), "", text))
    return found


def _shape(text: str) -> str:
    """Digits as `#` (one or two of them) or one for each, words as A."""
    return _WORD.sub("A", _DIGIT.sub("#", _ONE_OR_TWO.sub("#", text)))


def _placed(mine: NDArray[np.bool_], good: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of all texts are readable ones of the chosen shape."""
    placed = np.zeros(len(mine), dtype=bool)
    placed[np.flatnonzero(mine)[good]] = True
    return placed


def _times(shapes: list[tuple[str, str, str]], good: NDArray[np.bool_], often: NDArray[np.int64]) -> list[str]:
    """The ways a time follows the date, the most used first."""
    used: dict[str, int] = {}
    for i in np.flatnonzero(good):
        used[shapes[i][1]] = used.get(shapes[i][1], 0) + int(often[i])
    return sorted(used, key=lambda joint: (-used[joint], joint))


def _joined(form: str, times: list[str]) -> tuple[str, ...]:
    """A layout of dates with each way its time is written."""
    return tuple(form if form == "month" else form + time for time in times) or (form,)
