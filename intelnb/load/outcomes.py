"""Outcomes: what became of crimes, placed in the force's areas."""

from __future__ import annotations

from intelnb.intake import occurrences
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.tables.outcomes import CONTRACT


def read(request: Request) -> Loaded:
    """Read outcomes of crimes for one area and period, as one audience may have them.

    An outcome counts in the period it was decided in, which is not the crime's. A crime may have several, and
    its own record may lie in another file, or in none.

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
