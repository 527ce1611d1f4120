"""What the columns of an unknown export hold, judged by their values alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from intelnb.doctrine.heading_words import outside_brackets, words
from intelnb.doctrine.headings import folded, vocabulary
from intelnb.intake.mapping import date_layouts
from intelnb.tables.contract import Field

MOSTLY = 0.9
_NUMBER = r"^[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?$"
_FEW_FOR_CODES = 60
_SAMPLE = 200
_CLASS = r"^[A-Z]{0,2}\d{1,3}[A-Z]?([/.\- ]\d{1,3}[A-Z]?)*$"
TIME_WORDS = {"date", "time", "datetime", "d", "t", "on", "at"}
"""Words of headings (`doctrine.heading_words`) that only say that something is a date or a time."""


@dataclass(frozen=True, eq=False)
class Profile:
    """One column of the file.

    `dates` is how its dates are written, `is_time` whether it holds times of day, `numbers` the share of its
    filled cells that are numbers, `distinct` how many different ones there are.
    """

    heading: str
    filled: int
    distinct: int
    dates: date_layouts.Decision
    is_time: bool
    numbers: float

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return self.filled == 0

    @property
    def is_list_of_words(self) -> bool:
        """Whether few texts come again and again, as in no narrative."""
        return self.distinct <= _FEW_FOR_CODES and self.distinct * 3 <= self.filled

    def could_be(self, field: Field, texts: pd.Series[str]) -> bool:
        """Whether the values of a column could be those of a field; a blank column could be anything."""
        if self.is_blank:
            return True
        if field.kind in {"moment", "day"}:
            return self.dates.is_dates
        if field.kind in {"number", "whole"}:
            return self.numbers >= MOSTLY
        if field.kind == "code":
            repeats = self.distinct <= _FEW_FOR_CODES or self.distinct * 2 <= self.filled
            # 28/3, 104 ... and never the title of an offence
            fits = field.name != "ho_class" or bool(texts[texts != ""].str.match(_CLASS).mean() * 2 >= 1)
            return repeats and fits and not self.dates.is_dates and not self.is_time
        if field.name in {"id", "urn"}:
            return not self.dates.is_dates and (self.distinct * 2 >= self.filled or self.distinct > _FEW_FOR_CODES)
        return not self.dates.is_dates or field.kind == "text" or bool(texts.empty)


def of(table: Mapping[str, pd.Series[str]]) -> dict[str, Profile]:
    """Look at every column.

    Examples
    --------
    >>> found = of({"When": pd.Series(["25/12/2026 09:00", "01/01/2027 10:00"]), "E": pd.Series(["648,242", ""])})
    >>> found["When"].dates.layouts, found["E"].numbers, found["E"].filled
    (('%d/%m/%Y %H:%M',), 1.0, 1)
    """
    return {heading: _one(heading, texts) for heading, texts in table.items()}


def _one(heading: str, texts: pd.Series[str]) -> Profile:
    filled = texts[texts != ""]
    sample = pd.Series(filled.unique()[:_SAMPLE], dtype="str")
    is_time = date_layouts.is_time_of_day(sample) and date_layouts.is_time_of_day(texts)
    numbers = float(filled.str.match(_NUMBER).mean()) if len(filled) else 0.0
    # a column whose first texts are no dates is none; eight digits may be a date or a number of something
    looked = not is_time and date_layouts.decide(sample).is_dates
    dates = date_layouts.decide(texts) if looked else date_layouts.Decision()
    return Profile(heading, len(filled), int(filled.nunique()), dates, is_time, numbers)


def bare(heading: str) -> str:
    """A heading without the words that only say that it is a date or a time.

    Examples
    --------
    >>> bare("Date From"), bare("TIME_FROM"), bare("Time")
    ('from', 'from', '')
    """
    return " ".join(word for word in words(outside_brackets(heading)) if word not in TIME_WORDS)


def times_of(profiles: Mapping[str, Profile]) -> dict[str, str]:
    """For each column of days without a time, the column its times of day stand in.

    They belong together when their headings say the same but for the words date and time; else when a column
    of times stands directly after one of days, and names nothing else.

    Examples
    --------
    >>> days, times = pd.Series(["25/12/2026", "24/12/2026"]), pd.Series(["09:00", "10:30"])
    >>> times_of(of({"Date From": days, "Date To": days, "Time From": times, "Time To": times}))
    {'Date From': 'Time From', 'Date To': 'Time To'}
    """
    order = list(profiles)
    days = [
        h for h, p in profiles.items() if p.dates.is_dates and not p.dates.has_time and "month" not in p.dates.layouts
    ]
    times = [h for h, p in profiles.items() if p.is_time]
    found: dict[str, str] = {}
    for day in days:
        same = [time for time in times if bare(time) == bare(day)]
        if len(same) == 1:
            found[day] = same[0]
    for day in days:
        after = order[order.index(day) + 1 :][:1]
        if day not in found and after and after[0] in times and after[0] not in found.values() and not bare(after[0]):
            found[day] = after[0]
    return found


def known_share(column: str, texts: pd.Series[str], *, is_list: bool = False) -> float:
    """The share of a column's filled cells that are usual words of one of our columns.

    Examples
    --------
    >>> known_share("status", pd.Series(["Live", "No Crime", "zz", ""])).__round__(2)
    0.67
    """
    words = vocabulary(column)
    counts = texts[texts != ""].value_counts()
    if not words or counts.empty:
        return 0.0
    known = [all(folded(item) in words for item in _items(cell, is_list=is_list)) for cell in counts.index]
    return float(counts[known].sum() / counts.sum())


def _items(cell: str, *, is_list: bool) -> list[str]:
    return [item.strip() for item in re.split(r"[;|]", cell) if item.strip()] if is_list else [cell]


def readable(text: str) -> str:
    r"""Text of a file as a terminal may show it: nothing in it moves the cursor, hides or turns round what follows.

    Examples
    --------
    >>> print(readable("one\u202etwo\x1b[2J"))
    one\u202etwo\x1b[2J
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
