"""Where the headings of a table stand, under titles and groups of columns."""

from __future__ import annotations

from collections.abc import Sequence

LOOKED_AT = 40
"""How many of the first rows may hold the headings."""


def at(rows: Sequence[Sequence[str]], wanted: Sequence[str]) -> int:
    """Which of the first rows holds the headings.

    It is the first that has every heading wanted. Where none does, it is the first row as wide as the rows below it
    usually are, of at least two cells and no cell twice; else the first row.

    Parameters
    ----------
    rows
        The first rows as trimmed text, "" where a cell is empty; a row may be shorter than others.
    wanted
        Headings that must be there; empty where nobody knows.

    Returns
    -------
    The row's place in `rows`.

    Examples
    --------
    >>> at([["Crimes of October"], [""], ["id", "kind"], ["1", "theft"]], [])
    2
    """
    first = rows[:LOOKED_AT]
    if wanted:
        for place, row in enumerate(first):
            if set(wanted) <= {trimmed(cell) for cell in row}:
                return place
    filled = [sum(bool(cell.strip()) for cell in row) for row in first]
    for place, row in enumerate(first):
        below = sorted(n for n in filled[place + 1 :] if n)
        usual = below[len(below) // 2] if below else filled[place]
        named = [trimmed(cell) for cell in row if cell.strip()]
        if len(named) >= min(2, usual) and len(named) >= 0.6 * usual and len(set(named)) == len(named):
            return place
    return 0


def trimmed(cell: str) -> str:
    """A heading on one line, without blanks round it."""
    return " ".join(cell.split())


def grouped(upper: Sequence[str], lower: Sequence[str], spans: Sequence[tuple[int, int]]) -> list[str]:
    """Headings of two rows as one: a group of columns gives its name to each of them.

    Parameters
    ----------
    upper, lower
        Both rows.
    spans
        First and last column of each group in the upper row.

    Examples
    --------
    >>> grouped(["Crime No", "Committed", ""], ["", "From", "To"], [(1, 2)])
    ['Crime No', 'Committed From', 'Committed To']
    """
    width = max(len(upper), len(lower))
    above = [*upper, *[""] * (width - len(upper))]
    below = [*lower, *[""] * (width - len(lower))]
    for first, last in spans:
        for column in range(first + 1, min(last, width - 1) + 1):
            above[column] = above[first]
    return [trimmed(f"{above[i]} {below[i]}") for i in range(width)]
