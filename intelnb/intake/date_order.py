"""Which layouts a column of dates is read by: those the map states, else what the whole column of a file proves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from intelnb.errors import InputRefused
from intelnb.intake import moments
from intelnb.intake.mapping.date_layouts import SLIPS, decide
from intelnb.intake.words import Words


@dataclass(frozen=True)
class Order:
    """The layouts the column is read by in some files, each by its place among them."""

    layouts: tuple[str, ...]
    files: tuple[int, ...]

    def holds(self, owner: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which records are of these files."""
        return np.isin(owner, self.files)


@dataclass(frozen=True, eq=False)
class Files:
    """The files a column comes from: their names, which of them each record is of, and the column itself."""

    names: tuple[str, ...]
    owner: NDArray[np.int64] | None
    words: Words

    def counts(self, which: NDArray[np.bool_]) -> NDArray[np.int64]:
        """For each file how many records have one of the texts marked."""
        marked = self.words.where(which)
        owner = np.zeros(len(marked), dtype=np.int64) if self.owner is None else self.owner
        return np.bincount(owner[marked], minlength=len(self.names))

    def each(self) -> Iterator[Files]:
        """The files one by one; records of one file stand together."""
        if self.owner is None or len(self.names) == 1:
            yield self
            return
        column, ends = self.words.column(), np.searchsorted(self.owner, np.arange(1, len(self.names) + 1))
        start = 0
        for name, end in zip(self.names, ends.tolist(), strict=True):
            yield Files((name,), None, Words.of([pa.chunked_array([column.slice(start, end - start)])]))
            start = end


def settled(files: Files, *, stated: Sequence[str], column: str) -> tuple[tuple[Order, ...], tuple[str, ...]]:
    """Settle how the dates of a column are written, in each file by itself: none proves anything of another.

    Parameters
    ----------
    files
        The column and the files it comes from.
    stated
        The layouts of the map; empty where it states none.
    column
        Its heading, for messages.

    Returns
    -------
    The layouts to read by, with the files they hold for, and what to tell of them. A column nothing is stated of,
    and that is not in ISO form, is read day first or month first only where the file rules one of the two out.

    Raises
    ------
    InputRefused
        When both orders could be right for a file, or one file holds dates of both.

    Examples
    --------
    >>> import pyarrow as pa
    >>> words = Words.of([pa.chunked_array([["03/04/2026", "25/04/2026"]])])
    >>> settled(Files(("x.csv",), None, words), stated=(), column="From")[0][0].layouts
    ('%d/%m/%Y',)
    """
    distinct, every = files.words.series(), tuple(range(len(files.names)))
    if stated:
        _refuse_both(distinct, files, layouts=stated, column=column)
        return (Order(tuple(stated), every),), ()
    if not moments.read(distinct, ["iso"]).is_bad.any():
        return (Order(("iso",), every),), ()
    found: dict[tuple[str, ...], list[int]] = {}
    proven: dict[tuple[str, ...], list[str]] = {}
    for place, one in enumerate(files.each()):
        layouts, is_proven = _alone(one, column)
        found.setdefault(layouts, []).append(place)
        if is_proven:
            proven.setdefault(layouts, []).append(one.names[0])
    orders = tuple(Order(layouts, tuple(places)) for layouts, places in found.items())
    return orders, tuple(_told(layouts, names, column, files) for layouts, names in proven.items())


def _alone(one: Files, column: str) -> tuple[tuple[str, ...], bool]:
    """The layouts of one file, and whether its own dates prove them."""
    distinct = one.words.series()
    if (~moments.read(distinct, ["iso"]).is_bad & (distinct != "").to_numpy(dtype=bool)).any():
        return ("iso",), False
    decided = decide(one.words.column().to_pandas().astype("str"))
    forms = [form for rival in decided.rivals for form in rival] or list(decided.layouts)
    if any("%y" in form for form in forms):
        raise _undecided("The year has two digits", distinct, one, column)
    if not forms or not all(_is_day_and_month(form) for form in forms):
        return ("iso",), False
    if decided.rivals:
        told = f"It cannot be told which is right, {' or '.join(rival[0] for rival in decided.rivals)}"
        raise _undecided(told, distinct, one, column)
    _refuse_both(distinct, one, layouts=decided.layouts, column=column)
    return decided.layouts, True


def _told(layouts: Sequence[str], names: Sequence[str], column: str, files: Files) -> str:
    """How the dates of some files are read."""
    read = f"column '{column}' read as {' or '.join(layouts)}: no other order fits"
    if len(files.names) == 1:
        return f"{read} it"
    return f"{read} {names[0]}" if len(names) == 1 else f"{read} any of {len(names):,} files, such as {names[0]}"


def _undecided(why: str, distinct: pd.Series[str], files: Files, column: str) -> InputRefused:
    example = str(distinct[distinct != ""].iloc[0])[:20]
    return InputRefused(
        what=f"{why}: '{example}'",
        where=f"{files.names[0]}, column '{column}'",
        now="State the layout in the column map, under [formats].",
    )


def _is_day_and_month(form: str) -> bool:
    """Whether a layout says day and month before a whole year, the ways dates are written beside ISO."""
    return form.startswith(("%d", "%m/", "%m-", "%m.", "%b", "%B", "%a", "%A")) and "%Y" in form


def _mirrored(layout: str) -> str:
    """The layout with day and month changed for each other, where both are numbers."""
    if "%d" not in layout or "%m" not in layout:
        return layout
    return layout.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


def _refuse_both(distinct: pd.Series[str], files: Files, *, layouts: Sequence[str], column: str) -> None:
    """Refuse a file that holds dates only the other order can read: some of its other dates are then turned round.

    A slip or two among many dates of the right order is no such file; these are quarantined one by one.
    """
    mirrored = [_mirrored(layout) for layout in layouts]
    if mirrored == list(layouts):
        return
    bad = moments.read(distinct, layouts).is_bad
    if not bad.any():
        return
    other = ~moments.read(distinct, mirrored).is_bad
    turned, proven = files.counts(bad & other), files.counts(~bad & ~other)
    wrong = np.flatnonzero(turned > SLIPS * proven)
    if len(wrong):
        example = str(distinct[bad & other].iloc[0])[:20]
        raise InputRefused(
            what=f"Dates are written both {layouts[0]} and {mirrored[0]}, such as '{example}', so none can be trusted",
            where=f"{files.names[wrong[0]]}, column '{column}'",
            now="Export it again with one layout, or mend the layout under [formats].",
        )
