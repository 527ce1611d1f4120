"""Searches: stops and searches, placed in the force's areas, by the force's own clocks."""

from __future__ import annotations

from intelnb.intake import occurrences
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.tables.searches import CONTRACT


def read(request: Request) -> Loaded:
    """Read stops and searches for one area and period, as one audience may have them.

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
    return occurrences.read(request, CONTRACT)
