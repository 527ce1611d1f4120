"""The values an audience may not have, listed so that finished pages can be searched for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.tables.contract import Contract

SHORTEST_TEXT = 4
FEWEST_DIGITS = 5
MANY_RECORDS = 20


def texts_and_numbers(
    table: pd.DataFrame,
    contract: Contract,
    *,
    rows_withheld: NDArray[np.bool_],
    columns_withheld: tuple[str, ...],
    reduced: pd.DataFrame,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """List what only withheld cells say.

    Codes of the force's vocabulary are not listed, for every page has them; nor is anything the audience may
    have from another cell. A single word that many records share (`officer`) is a category and tells of no
    record; it is not listed either. Texts of fewer than four characters and numbers of fewer than five digits are left
    out, because they are found everywhere.

    Parameters
    ----------
    table
        All accepted records.
    rows_withheld, columns_withheld
        What of them is withheld.
    reduced
        What is handed over.

    Returns
    -------
    Texts, and numbers as they would be written, both sorted.
    """
    texts: set[str] = set()
    numbers: set[str] = set()
    for field in contract.fields:
        if not field.tells:
            continue
        cells = table[field.name]
        hidden = cells if field.name in columns_withheld else cells[rows_withheld]
        (numbers if field.kind == "number" else texts).update(set(written(hidden)) - _categories(hidden))
    if not texts and not numbers:
        return (), ()
    open_texts = {text for name in reduced.columns for text in written(reduced[name])}
    telling = {text for text in texts - open_texts if len(text) >= SHORTEST_TEXT}
    digits = {number for number in numbers - open_texts if _digits(number) >= FEWEST_DIGITS}
    return tuple(sorted(telling)), tuple(sorted(digits))


def _categories(cells: pd.Series) -> set[str]:
    """Single words that so many records share that they tell of none."""
    if str(cells.dtype) != "str":
        return set()
    shared = cells.value_counts()
    return {str(text) for text in shared.index[shared >= MANY_RECORDS] if str(text).isalpha()}


def written(cells: pd.Series) -> Iterator[str]:
    """The distinct values of a column as a page would write them; the items of a list one by one."""
    if str(cells.dtype) == "float64":
        yield from (_number(value) for value in cells.dropna().unique())
    elif str(cells.dtype) == "str":
        yield from cells.unique()
    elif str(cells.dtype) == "object" and len(cells) and isinstance(cells.iloc[0], tuple):
        yield from _items(cells)


def _items(cells: Iterable[tuple[str, ...]]) -> set[str]:
    return {item for listed in cells for item in listed}


def _number(value: float) -> str:
    return np.format_float_positional(value, trim="-")


def _digits(number: str) -> int:
    """Digits of a written number after the zeros it begins with."""
    return len(number.replace("-", "").lstrip("0.").replace(".", ""))
