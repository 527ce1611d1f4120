"""Stop-and-search files of data.police.uk: no column map is needed."""

from __future__ import annotations

from dataclasses import replace

from intelnb.intake import occurrences
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.tables.searches import CONTRACT


def read(request: Request) -> Loaded:
    """Read published stops and searches for one area and period, as one audience may have them.

    Times are written in UTC and brought to the force's clocks, so that a month's file, which may begin on the
    last evening of the month before, is of its month again. An age band Excel took for a date is read as the band.

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
    return occurrences.read(replace(request, layout="police-uk-stop-and-search"), CONTRACT)
