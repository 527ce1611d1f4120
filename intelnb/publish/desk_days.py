"""Days in a desk file that cannot be meant: before the period the page is about, or absurdly long after it was typed."""

from __future__ import annotations

from datetime import date

from intelnb.dates import Period, day_words

LONGEST_YEARS = 5


def impossible_typing(typed_on: str, *, period: Period) -> str:
    """Why nobody can have typed on this day; empty where somebody can.

    Parameters
    ----------
    typed_on
        The day or moment, as ISO text; empty where none was given.
    period
        What the page is about.

    Examples
    --------
    >>> from intelnb.dates import parse
    >>> impossible_typing("2025-11-16", period=parse("2026-W46"))
    'Sun 16 Nov 2025 lies before the period, which began on Mon 9 Nov 2026; correct the day it was typed'
    >>> impossible_typing("2026-11-16T08:20", period=parse("2026-W46"))
    ''
    """
    if not typed_on or (day := _day(typed_on)) >= period.start:
        return ""
    return f"{_before(day, period)}; correct the day it was typed"


def impossible_due(due: str, *, typed_on: str, period: Period) -> str:
    """Why a decision cannot be due on this day: before the period, or years after it was typed; empty where it can.

    Examples
    --------
    >>> from intelnb.dates import parse
    >>> impossible_due("2016-11-20", typed_on="2026-11-16", period=parse("2026-W46"))
    'Sun 20 Nov 2016 lies before the period, which began on Mon 9 Nov 2026; give the day the decision is due'
    >>> impossible_due("2062-11-20", typed_on="2026-11-16", period=parse("2026-W46"))
    'Mon 20 Nov 2062 lies more than 5 years after it was typed; give the day the decision is due'
    """
    if not due:
        return ""
    now = "give the day the decision is due"
    if (day := _day(due)) < period.start:
        return f"{_before(day, period)}; {now}"
    if typed_on and day.year - _day(typed_on).year > LONGEST_YEARS:
        return f"{day_words(day)} lies more than {LONGEST_YEARS} years after it was typed; {now}"
    return ""


def doubtful_due(due: str, *, typed_on: str) -> str:
    """What is odd about a day a decision is due on: it was over when it was typed; empty where nothing is.

    Examples
    --------
    >>> doubtful_due("2026-11-13", typed_on="2026-11-16T08:20"), doubtful_due("2026-11-16", typed_on="2026-11-16T08:20")
    ('the decision was due on Fri 13 Nov 2026, before it was typed: is that right?', '')
    """
    if not due or not typed_on or _day(due) >= _day(typed_on):
        return ""
    return f"the decision was due on {day_words(_day(due))}, before it was typed: is that right?"


def _before(day: date, period: Period) -> str:
    """A day and the first one it may not lie before."""
    return f"{day_words(day)} lies before the period, which began on {day_words(period.start)}"


def _day(text: str) -> date:
    """The day of an ISO text, with or without a time."""
    return date.fromisoformat(text[:10])
