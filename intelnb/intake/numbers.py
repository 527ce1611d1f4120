"""Numbers as text, written plainly or with commas between thousands; nothing else is one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from intelnb.intake.words import Words

_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
_THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"


def read(words: Words, *, whole: bool) -> tuple[Any, NDArray[np.bool_]]:
    """Read numbers, written plainly or with commas between thousands.

    Parameters
    ----------
    words
        The column.
    whole
        Whether only whole numbers count; they come as nullable integers.

    Returns
    -------
    The numbers, missing where there is none, and which distinct texts are no number.

    Examples
    --------
    >>> import pyarrow as pa
    >>> found, bad = read(Words.of([pa.chunked_array([["1,200", "4O"]])]), whole=False)
    >>> found.tolist(), bad.tolist()
    ([1200.0, nan], [False, True])
    """
    filled = words.filled()
    numbers = np.full(len(filled), np.nan)
    try:
        numbers[filled] = np.asarray(words.distinct.filter(pa.array(filled)).cast(pa.float64()))
    except pa.ArrowInvalid:
        numbers = _one_by_one(words)
    good = np.isfinite(numbers)
    if whole:
        with np.errstate(invalid="ignore"):
            good &= (numbers % 1 == 0) & (np.abs(numbers) < 2**53)
        column = pd.array(words.spread(np.where(good, numbers, np.nan)), dtype="Float64").astype("Int64")
        return column, filled & ~good
    return words.spread(np.where(good, numbers, np.nan)), filled & ~good


def _one_by_one(words: Words) -> NDArray[np.float64]:
    """Numbers where a text is one: with a plus in front, or commas between thousands, too."""
    made = np.full(len(words.distinct), np.nan)
    plain, grouped = words.like(_NUMBER), words.like(_THOUSANDS)
    listed = words.listed()
    for place in np.flatnonzero(plain | grouped):
        made[place] = float(listed[place].replace(",", ""))
    return made
