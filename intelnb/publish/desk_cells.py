"""What people typed in one cell: text as text only, dates as days, terms as their tables spell them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from openpyxl.cell.cell import Cell

from intelnb.doctrine import confidence, yardstick

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BY_NUMBER = re.compile(r"(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4})")
_BY_NAME = re.compile(r"(?P<day>\d{1,2})\s+(?P<name>[A-Za-z]{3,9})\s+(?P<year>\d{4})")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?")
_YEARS = range(2000, 2101)
_ESCAPED = re.compile(r"_x(005F|000[9AD])_", re.IGNORECASE)


class CellFaultError(ValueError):
    """Why a cell cannot be used; the message is the end of a sentence that begins with its address."""


def text_in(cell: Cell) -> str:
    """The words in a cell, without outer space and with plain line ends.

    Raises
    ------
    CellFaultError
        When the cell holds a formula or an Excel error instead of words.
    """
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise CellFaultError("holds a formula; type the words themselves")
    if cell.data_type == "e":
        raise CellFaultError("holds an Excel error; type the words themselves")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return _moment(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    # Excel writes a line end inside a cell as `_x000D_`, and text that looks like it as `_x005F_x000D_`
    return _ESCAPED.sub(lambda hit: chr(int(hit[1], 16)), str(value)).replace("\r\n", "\n").replace("\r", "\n").strip()


def day_in(cell: Cell, *, with_time: bool = False) -> str:
    """The day in a cell as `2026-11-20`, from a true date or from text; empty when the cell is.

    Parameters
    ----------
    with_time
        Whether a time of day may stand behind it.

    Raises
    ------
    CellFaultError
        When it is no day of the calendar, or not one of this century.
    """
    text = text_in(cell)
    if not text:
        return ""
    if isinstance(cell.value, int | float):
        raise CellFaultError(f"'{text}' is a number, not a date; type it like 20/11/2026")
    named = _BY_NUMBER.fullmatch(text) or _BY_NAME.fullmatch(text)
    try:
        moment = (
            _named_day(named.groupdict()) if named else datetime.fromisoformat(text if _ISO.fullmatch(text) else "")
        )
    except ValueError:
        raise CellFaultError(f"'{_short(text)}' is not a date there is; type it like 20/11/2026") from None
    if moment.year not in _YEARS:
        raise CellFaultError(f"the year {moment.year} cannot be meant; type the date like 20/11/2026")
    if named or not with_time:
        return moment.date().isoformat()
    return text.replace(" ", "T")


def _named_day(found: dict[str, str]) -> datetime:
    month = int(found["month"]) if "month" in found else _MONTHS.index(found["name"][:3].lower()) + 1
    return datetime(int(found["year"]), month, int(found["day"]))  # noqa: DTZ001 - a day has no zone


def likelihood_in(cell: Cell) -> str:
    """The term of the yardstick in a cell; empty when the cell is."""
    text = text_in(cell)
    term = yardstick.term_named(text)
    if text and term is None:
        raise CellFaultError(f"'{_short(text)}' is not a term of the yardstick; choose {_either(yardstick.names())}")
    return term.term if term else ""


def confidence_in(cell: Cell) -> str:
    """The level of confidence in a cell; empty when the cell is."""
    text = text_in(cell)
    level = confidence.level_named(text)
    if text and level is None:
        raise CellFaultError(f"'{_short(text)}' is not a level of confidence; choose {_either(confidence.levels())}")
    return level or ""


def owner_in(cell: Cell, owners: Sequence[str]) -> str:
    """The owner in a cell, as the settings spell them; any name where the settings list none."""
    text = text_in(cell)
    known = next((owner for owner in owners if owner.casefold() == text.casefold()), "")
    if text and owners and not known:
        raise CellFaultError(f"'{_short(text)}' is not on the list of owners; choose {_either(owners)}")
    return known or text


def confirmation_in(cell: Cell) -> str:
    """The word yes, or nothing; nothing else may stand in the cell."""
    text = text_in(cell).lower()
    if text not in {"", "yes"}:
        raise CellFaultError(f"'{_short(text)}' does not confirm; choose yes or leave it empty")
    return text


def _moment(value: date) -> str:
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        return value.isoformat(timespec="minutes")
    return value.isoformat()[:10]


def _either(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:39]}\u2026"
