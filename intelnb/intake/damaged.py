"""Texts that are what a spreadsheet left of a value, and no value: none of them is read as it stands."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from intelnb.intake import age_bands, repairs
from intelnb.intake.words import Words

_EXCEL_ERROR = r"^#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!|#{2,})$"
_IDENTITIES = ("id", "urn")
_AGE = "age"
_LONGEST_NUMBER = 24
_NO_BAND = "Excel has written a date over the age band, and no one band can have become it: export the column as text"
_NO_RULE = "This is what Excel makes of an age band; it is read where the map names it under [repairs] excel_age_bands"


def found(
    words: Words, column: str, *, bands: Collection[str], repaired: bool
) -> list[tuple[str, str, NDArray[np.bool_]]]:
    """Damage in one of our columns: a code, a reason, and which of its distinct texts have it.

    Parameters
    ----------
    words
        The texts of the column, after the repairs its map names.
    column
        Our name of it: an id may have lost its digits, an age may have become a date.
    bands
        Age bands the map lists for it.
    repaired
        Whether its map names the repair of age bands, so that what is left of them cannot be repaired.

    Examples
    --------
    >>> import pyarrow as pa
    >>> words = Words.of([pa.chunked_array([["17-Nov", "#REF!", "10-17"]])])
    >>> [(code, where.tolist()) for code, _, where in found(words, "age", bands=["10-17"], repaired=True)]
    [('excel_error', [False, True, False]), ('excel_date', [True, False, False])]
    """
    damage = []
    errors = words.begin("#")
    if errors.any():
        reason = "Excel could not work this cell out, or show it"
        damage.append(("excel_error", reason, errors & words.like(_EXCEL_ERROR)))
    if column in _IDENTITIES:
        lost = words.like(repairs.SCIENTIFIC.pattern, longest=_LONGEST_NUMBER)
        reason = "Excel has written a long number short, and its digits are lost: export the column as text"
        damage.append(("excel_number", reason, lost))
    if column == _AGE or repaired:
        dated = [text not in bands and bool(age_bands.days(text)) for text in words.listed()]
        damage.append(("excel_date", _NO_BAND if repaired else _NO_RULE, np.array(dated, dtype=bool)))
    return damage
