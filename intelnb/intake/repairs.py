"""What may be read otherwise than written: a small closed set of rules, each only where the map names it.

    [repairs]
    excel_serial_dates = ["start", "end"]    45748.4375 is 1 April 2025, 10:30
    excel_scientific_ids = ["id"]            1.23457E+11 has lost its digits: the id is blank
    excel_age_bands = ["age"]                17-Oct was 10-17, where no other band of the list can have been
    apostrophes = ["id"]                     '007 was typed to keep its zeros

Every repair is counted in the account. Without its rule a damaged value is quarantined, or stands as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from intelnb.intake import age_bands

SERIAL = re.compile(r"^[1-9]\d{4}(\.\d+)?$")
SCIENTIFIC = re.compile(r"^\d(\.\d+)?[eE]\+\d+$")
# the numbers of 1900 count a leap day that never was, so that from March 1900 on they begin a day earlier
_FIRST_DAYS = {1900: datetime.fromisoformat("1899-12-30"), 1904: datetime.fromisoformat("1904-01-01")}
AGE_BANDS = "excel_age_bands"


def serial_date(text: str, *, date_system: int = 1900) -> str | None:
    """A day number of Excel as a date, or date and time, in ISO form; None where it is none.

    Numbers of five digits are day numbers: from 1927 to 2173. A fraction is the time of day, to the second.

    Examples
    --------
    >>> serial_date("45748"), serial_date("45748.4375"), serial_date("44286", date_system=1904), serial_date("20250401")
    ('2025-04-01', '2025-04-01 10:30:00', '2025-04-01', None)
    """
    if not SERIAL.match(text):
        return None
    moment = _FIRST_DAYS[date_system] + timedelta(seconds=round(float(text) * 86_400))
    return moment.date().isoformat() if "." not in text else moment.isoformat(sep=" ")


RULES: dict[str, tuple[Callable[[str, int, Collection[str]], str | None], str, str]] = {
    "excel_serial_dates": (
        lambda text, system, _: serial_date(text, date_system=system),
        "day number of Excel read as a date",
        "day numbers of Excel read as dates",
    ),
    "excel_scientific_ids": (
        lambda text, _, __: "" if SCIENTIFIC.match(text) else None,
        "id that Excel wrote as 1.2E+11 left blank",
        "ids that Excel wrote as 1.2E+11 left blank",
    ),
    AGE_BANDS: (
        lambda text, system, codes: age_bands.band(text, codes or age_bands.PUBLISHED, date_system=system) or None,
        "age band that Excel wrote as a date read as {made}",
        "age bands that Excel wrote as a date read as {made}",
    ),
    "apostrophes": (
        lambda text, _, __: text[1:] if text.startswith("'") else None,
        "apostrophe before a value taken off",
        "apostrophes before a value taken off",
    ),
}
"""For each rule what it makes of a text, whose column may hold some codes (None: nothing), and how it is told of one
and of several."""


def told(rule: str, count: int, made: str = "") -> str:
    """How a rule tells what it changed, how often, and into what where that is one of a few.

    Examples
    --------
    >>> told("excel_age_bands", 1, "10-17")
    '1 age band that Excel wrote as a date read as 10-17'
    """
    _, of_one, of_several = RULES[rule]
    return f"{count:,} {(of_one if count == 1 else of_several).format(made=made)}"


def repaired(
    texts: Sequence[str], rule: str, *, date_system: int, codes: Collection[str] = ()
) -> tuple[list[str], list[str]]:
    """What one rule makes of texts, and for each what it is told as: "" where it changed nothing.

    Examples
    --------
    >>> repaired(["17-Oct", "over 34"], "excel_age_bands", date_system=1900)
    (['10-17', 'over 34'], ['10-17', ''])
    """
    mend = RULES[rule][0]
    made = [mend(text, date_system, codes) for text in texts]
    names = ["" if new is None else new if rule == AGE_BANDS else rule for new in made]
    return [text if new is None else new for text, new in zip(texts, made, strict=True)], names
