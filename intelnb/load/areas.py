"""Areas: the outlines of every level, in the force's grid, with broken ones mended and counted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from intelnb.intake import boundaries, vintages
from intelnb.intake.request import Request
from intelnb.intake.source import Ledger, Loaded, Source, Workings, no_quarantine
from intelnb.tables import arrow
from intelnb.tables.areas import CONTRACT
from intelnb.tables.contract import proven


def read(request: Request) -> Loaded:
    """Read the areas of every level; boundaries are public, so every audience has them.

    Parameters
    ----------
    request
        Whose levels; `area` keeps that one alone.

    Returns
    -------
    A table of `code`, `name`, `level` and `geometry` (well-known binary, in the force's grid) from the largest
    level to the smallest, and its source.

    Raises
    ------
    IntelError
        When a boundary file cannot be used, or there is no such area.
    """
    every, mended, digests = boundaries.levels(request)
    areas = boundaries.chosen(every, request.area) if request.area else every
    table = proven(pd.DataFrame(areas.drop(columns="geometry")).reset_index(drop=True), CONTRACT)
    table = table.assign(geometry=pd.Series(list(areas.geometry.to_wkb()), dtype="object"))
    editions = vintages.read(request) if request.levels else vintages.NONE
    for level in request.level_names():
        codes = every.loc[every["level"] == level, "code"]
        mended += tuple(editions.told(codes, np.full(len(codes), level, dtype=object), "areas", unit="level"))
    used = len(areas)
    ledger = Ledger(read=len(every), accepted=len(every), used=used, outside_area=len(every) - used)
    stream = arrow.to_stream(table)
    digest = arrow.digest(stream)
    full = Source("areas", ledger, sha256=digests, as_at=request.as_at, repairs=mended, digest=digest)
    handed = Source("areas", ledger, as_at=request.as_at, repairs=mended, digest=digest)
    table.attrs = {
        "kind": "areas", "status": "submitted" if request.levels else "not submitted", "withheld": (),
        "as_at": request.as_at, "digest": digest, "levels": request.level_names(),
    }  # fmt: skip
    remarks = pd.DataFrame({"file": np.array([], dtype=object), "row": [], "remark": []})
    return Loaded(table, handed, no_quarantine(), Workings(full, no_quarantine(), remarks, stream))
