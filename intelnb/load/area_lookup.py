"""Area lookup: which newer area each older one became, read whole."""

from __future__ import annotations

from intelnb.intake import clearance, reading
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.tables.area_lookup import CONTRACT


def read(request: Request) -> Loaded:
    """Read which newer area each older one became, as one audience may have it.

    Parameters
    ----------
    request
        What is asked, and for whom; area and period make no difference.

    Returns
    -------
    The reduced table and its source.

    Raises
    ------
    IntelError
        When files, map or settings cannot be used.
    """
    return clearance.hand_over_all(reading.rows(request, CONTRACT), CONTRACT, request)
