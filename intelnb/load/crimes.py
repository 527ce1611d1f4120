"""Crimes: read through the force's column map, placed in its areas, and put in time by their middle."""

from __future__ import annotations

from intelnb.intake import occurrences
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.tables.crimes import CONTRACT, EXCLUDED


def read(request: Request) -> Loaded:
    """Read crimes for one area and period, as one audience may have them.

    Crimes that were cancelled or transferred are excluded by rule. What a record's time and place mean is said
    in `intake/occurrences.py`.

    Parameters
    ----------
    request
        What is asked, and for whom.

    Returns
    -------
    The reduced table and its source.

    Raises
    ------
    IntelError
        When files, map, settings or the area asked for cannot be used.
    """
    return occurrences.read(request, CONTRACT, excluded=EXCLUDED)
