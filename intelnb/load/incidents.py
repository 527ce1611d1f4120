"""Incidents: calls for service, placed in the force's areas and put in time by their middle."""

from __future__ import annotations

from intelnb.intake import occurrences
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.tables.incidents import CONTRACT


def read(request: Request) -> Loaded:
    """Read calls for service for one area and period, as one audience may have them.

    Incidents that were cancelled or transferred are counted like all others: somebody called.

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
