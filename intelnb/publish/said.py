"""Days and moments as a page says them; what is none of these stays as it was typed."""

from __future__ import annotations

import re
from datetime import date, datetime

from intelnb.dates import day_words, moment_words, short_day

_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$")


def moment(text: str) -> str:
    """A date or time as a reader says it; anything else as it was typed.

    Examples
    --------
    >>> moment("2026-11-16T08:40"), moment("2026-11-17"), moment("today")
    ('16 Nov 2026 08:40', 'Tue 17 Nov 2026', 'today')
    """
    found = _parsed(text)
    if found is None:
        return text
    return moment_words(found) if isinstance(found, datetime) else day_words(found)


def short(text: str) -> str:
    """A day without its year; anything else as it was typed.

    Examples
    --------
    >>> short("2026-11-17"), short("today")
    ('Tue 17 Nov', 'today')
    """
    found = _parsed(text)
    if found is None:
        return text
    day = found.date() if isinstance(found, datetime) else found
    return f"{day_words(day)[:3]} {short_day(day)}"


def _parsed(text: str) -> date | datetime | None:
    """The day or moment a text is, if it is one."""
    if not _ISO.match(text.strip()):
        return None
    try:
        return datetime.fromisoformat(text.strip()) if len(text.strip()) > 10 else date.fromisoformat(text.strip())
    except ValueError:
        return None
