"""Street files of data.police.uk, read as crimes: no column map is needed."""

from __future__ import annotations

from dataclasses import replace

from intelnb.intake import occurrences
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.tables.crimes import CONTRACT, EXCLUDED


def read(request: Request) -> Loaded:
    """Read published street-level crimes for one area and period, as one audience may have them.

    Every date is a month, as wide as it is; every place a map point, known to about 500 m. Records without a
    Crime ID or a location are kept, and so are records alike in every column: the points repeat by design.

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
    return occurrences.read(replace(request, layout="police-uk-street"), CONTRACT, excluded=EXCLUDED)
