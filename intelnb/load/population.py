"""Population: how many people live in each area, read whole."""

from __future__ import annotations

from intelnb.intake import clearance, reading, vintages
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.tables.population import CONTRACT


def read(request: Request) -> Loaded:
    """Read how many people live in each area, as one audience may have it.

    Where the workspace has a lookup of area codes, codes that are not of the edition a record states are counted.

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
    rows = reading.rows(request, CONTRACT)
    told = vintages.read(request).contradictions(rows.table["area"], rows.table["edition"])
    return clearance.hand_over_all(rows, CONTRACT, request, repairs=told)
