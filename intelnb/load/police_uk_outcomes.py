"""Outcome files of data.police.uk: no column map is needed."""

from __future__ import annotations

from dataclasses import replace

from intelnb.intake import occurrences
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.tables.outcomes import CONTRACT


def read(request: Request) -> Loaded:
    """Read published outcomes for one area and period, as one audience may have them.

    The month is the outcome's; the crime may be of an earlier month, and may have several outcomes.

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
    return occurrences.read(replace(request, layout="police-uk-outcomes"), CONTRACT)
