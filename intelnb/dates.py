"""Periods, local time and calendars: time is always an interval.

A period is an ISO week (`2026-W46`), a month (`2026-10`) or a range of days
(`2026-10-01/2026-12-31`). Wall-clock times are naive and local (Europe/London unless the settings
say otherwise); elapsed time is computed in UTC where a clock change could matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from intelnb.errors import UsageError

_WEEK = re.compile(r"^(\d{4})-W(\d{2})$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_RANGE = re.compile(r"^(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})$")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Period:
    """A stretch of whole days: `start` is its first day, `end` the first day after it."""

    label: str
    kind: str
    start: date
    end: date

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day inside the period."""
        return self.end - timedelta(days=1)

    @property
    def noun(self) -> str:
        """What a reader calls it: week, month, day or period."""
        return {"week": "week", "month": "month"}.get(self.kind, "day" if self.days == 1 else "period")

    @property
    def slug(self) -> str:
        """The label as it stands in folder and file names: a range is written with `--`."""
        return self.label.replace("/", "--")

    def words(self) -> str:
        """The period as a reader says it.

        Examples
        --------
        >>> parse("2026-W46").words()
        'Week 46, Mon 9 to Sun 15 Nov 2026'
        >>> parse("2025-12").words()
        'December 2025'
        """
        if self.kind == "month":
            return f"{_LONG_MONTHS[self.start.month - 1]} {self.start.year}"
        span = f"{_short(self.start, self.last_day)} to {day_words(self.last_day)}"
        if self.kind == "week":
            return f"Week {self.start.isocalendar().week}, {span}"
        return span

    def known_until(self, as_at: datetime) -> datetime:
        """The last moment of the period that data known to `as_at` speak of.

        Examples
        --------
        >>> parse("2026-W46").known_until(datetime(2027, 1, 4, 5)).isoformat()
        '2026-11-16T00:00:00'
        """
        return min(as_at, datetime.combine(self.end, datetime.min.time()))

    def years_back(self, years: int) -> Period:
        """The same time of an earlier year: the month or days of the same dates, or the week that starts nearest to them.

        Examples
        --------
        >>> parse("2020-W53").years_back(1).label, parse("2024-02").years_back(1).label
        ('2020-W01', '2023-02')
        >>> parse("2024-02-29/2024-03-31").years_back(1).label
        '2023-02-28/2023-03-31'
        """
        if self.kind == "month":
            return self.back(12 * years)
        first = _same_day(self.start, years)
        if self.kind == "week":
            monday = first - timedelta(days=(first.weekday() + 3) % 7 - 3)
            iso = monday.isocalendar()
            return parse(f"{iso.year:04d}-W{iso.week:02d}")
        return parse(f"{first.isoformat()}/{_same_day(self.last_day, years).isoformat()}")

    def back(self, steps: int) -> Period:
        """The period of the same kind, `steps` earlier."""
        if self.kind == "month":
            month = self.start.year * 12 + self.start.month - 1 - steps
            return parse(f"{month // 12:04d}-{month % 12 + 1:02d}")
        start = self.start - timedelta(days=self.days * steps)
        if self.kind == "week":
            iso = start.isocalendar()
            return parse(f"{iso.year:04d}-W{iso.week:02d}")
        end = start + timedelta(days=self.days - 1)
        return parse(f"{start.isoformat()}/{end.isoformat()}")


def parse(text: str) -> Period:
    """Read a period: an ISO week, a month, or a range of days.

    Parameters
    ----------
    text
        `2026-W46`, `2026-10` or `2026-10-01/2026-12-31` (both days included).

    Raises
    ------
    UsageError
        When the text is none of these, or names a week, month or day that does not exist.

    Examples
    --------
    >>> parse("2026-W46").start.isoformat(), parse("2026-W46").end.isoformat()
    ('2026-11-09', '2026-11-16')
    """
    try:
        if found := _WEEK.match(text):
            start = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            return Period(text, "week", start, start + timedelta(days=7))
        if found := _MONTH.match(text):
            year, month = int(found[1]), int(found[2])
            start = date(year, month, 1)
            return Period(text, "month", start, date(year + month // 12, month % 12 + 1, 1))
        if found := _RANGE.match(text):
            start, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
            if start <= last:
                return Period(text, "range", start, last + timedelta(days=1))
    except ValueError as fault:
        raise UsageError(what=f"'{text}' is not a period that exists: {fault}", now=_FORMS) from None
    raise UsageError(what=f"'{text}' is not a period", now=_FORMS)


_FORMS = "Give an ISO week (2026-W46), a month (2026-10) or a range of days (2026-10-01/2026-12-31)."


def periods_until(last: Period, *, count: int) -> list[Period]:
    """The `count` consecutive periods that end with `last`, oldest first.

    Examples
    --------
    >>> [p.label for p in periods_until(parse("2027-W01"), count=2)]
    ['2026-W53', '2027-W01']
    """
    return [last.back(steps) for steps in range(count - 1, -1, -1)]


def day_words(day: date) -> str:
    """A day as a reader says it: `Sun 15 Nov 2026`."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment_words(moment: datetime) -> str:
    """A moment as a reader says it: `15 Nov 2026 23:59`."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year} {moment:%H:%M}"


def short_day(day: date) -> str:
    """A day without its year: `15 Nov`."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _same_day(day: date, years: int) -> date:
    """The same date of an earlier year; 28 February stands in for a 29th that was not."""
    earlier = day.year - years
    is_leap = earlier % 4 == 0 and (earlier % 100 != 0 or earlier % 400 == 0)
    return day.replace(year=earlier, day=28 if (day.month, day.day) == (2, 29) and not is_leap else day.day)


def _short(first: date, last: date) -> str:
    """The first day of a span, leaving out what the last day says again."""
    words = f"{_DAYS[first.weekday()]} {first.day}"
    if (first.year, first.month) != (last.year, last.month):
        words += f" {_MONTHS[first.month - 1]}"
    return words if first.year == last.year else f"{words} {first.year}"
