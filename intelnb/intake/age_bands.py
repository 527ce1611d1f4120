"""Age bands a spreadsheet took for dates: which band of a list became this date, where only one can have."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta

PUBLISHED = ("10-17", "18-24", "25-34")
"""The bands of data.police.uk, for a map that lists none."""
_BAND = re.compile(r"^(\d{1,2})\s*[-\u2013]\s*(\d{1,2})$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(r"^(?:(\d{1,2})[-/ ])?([A-Za-z]{3})(?:[-/ ](\d{2}|\d{4}))?$")
_NUMBERS = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?: 00:00(?::00)?)?$")
_ISO = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?$")
_DAY_NUMBER = re.compile(r"^[2-7]\d{4}(?:\.0+)?$")
_Day = tuple[int, int, int]  # day, month, year; 0 where the text does not say it


def days(text: str, *, date_system: int = 1900) -> set[_Day]:
    """Every day, month and year a text may stand for; none where it is no date.

    Examples
    --------
    >>> days("17-Oct"), days("10-17"), sorted(days("01/10/2017"))
    ({(17, 10, 0)}, set(), [(1, 10, 2017), (10, 1, 2017)])
    """
    found = set[_Day]()
    if (named := _NAMED.match(text)) and named[2].lower() in _MONTHS and (named[1] or named[3]):
        month, last = _MONTHS.index(named[2].lower()) + 1, int(named[3] or 0)
        found |= {(int(named[1]), month, last)} if named[1] else {(1, month, last), (last, month, 0)}
    elif numbers := _NUMBERS.match(text):
        one, other, year = (int(part) for part in numbers.groups())
        found |= {(day, month, year) for day, month in ((one, other), (other, one)) if month <= 12}
    elif iso := _ISO.match(text):
        found |= {(int(iso[3]), int(iso[2]), int(iso[1]))}
    elif _DAY_NUMBER.match(text):
        first = date(1899, 12, 30) if date_system == 1900 else date(1904, 1, 1)
        day = first + timedelta(days=int(float(text)))
        found |= {(day.day, day.month, day.year)}
    return found


def band(text: str, bands: Collection[str], *, date_system: int = 1900) -> str:
    """The one band of a list that a spreadsheet can have made this date of; "" where there is none, or several.

    `10-17` becomes 17 October of the year it is typed where months stand first, and October 2017 elsewhere; `5-9`
    becomes 5 September or May the 9th.

    Parameters
    ----------
    text
        The cell as it is written: `17-Oct`, `Oct-17`, `17/10/2024`, `2017-10-01`, or a day number of Excel.
    bands
        The bands the column may hold.
    date_system
        Year the day numbers of the workbook count from.

    Examples
    --------
    >>> [band(text, PUBLISHED) for text in ("17-Oct", "Oct-17", "10/17/2024", "2017-10-01", "10-Jul")]
    ['10-17', '10-17', '10-17', '10-17', '']
    >>> band("01/10/2017", ["10-17", "1-10"])
    ''
    """
    meant = days(text, date_system=date_system)
    fitting = []
    for one in bands:
        cut = _BAND.match(one.strip())
        if cut and any(_becomes(int(cut[1]), int(cut[2]), day) for day in meant):
            fitting.append(one)
    return fitting[0] if len(fitting) == 1 else ""


def _becomes(low: int, high: int, meant: _Day) -> bool:
    """Whether a band can be read as this date: as day and month, month and day, or month and year."""
    day, month, year = meant
    return (low, high) in {(day, month), (month, day)} or (
        low == month and day == 1 and year > 0 and high == year % 100
    )
