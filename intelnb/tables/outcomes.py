"""Outcomes: what became of a crime, as often as something did; the crime itself may lie in another table."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from intelnb.errors import MethodError
from intelnb.tables.contract import Contract, Field

CONTRACT = Contract(
    "outcomes",
    (
        Field("id", personal=True),
        Field("outcome", "code", required=True),
        Field("start", "moment", required=True),
        Field("end", "moment"),
        Field("easting", "number", locating="point"),
        Field("northing", "number", locating="point"),
        Field("area", "code", locating="area"),
        Field("location", locating="point"),
        Field("accuracy_m", "number"),
    ),
    # the id is the crime's: it comes again with each of its outcomes, two of one day among them
    named_by=("id", "outcome", "start"),
)


@dataclass(frozen=True)
class Matched:
    """How outcomes and crimes go together; every outcome is in one of the first three.

    Parameters
    ----------
    with_crime, without_crime, without_id
        Outcomes whose crime is in the crimes table; whose crime is not (it is older, or of another force); that name no
        crime at all.
    crimes_with_several
        Crimes that have more than one outcome.
    crimes_without
        Crimes with an id and no outcome in this table: still open, or decided in a month that was not read.
    """

    with_crime: int
    without_crime: int
    without_id: int
    crimes_with_several: int
    crimes_without: int


def matched(outcomes: pd.DataFrame, crimes: pd.DataFrame) -> Matched:
    """Count which outcomes belong to crimes that were read; nothing is dropped from either table.

    Parameters
    ----------
    outcomes, crimes
        Tables as read, with `id`.

    Raises
    ------
    MethodError
        When ids are not there, or withheld from this audience.

    Examples
    --------
    >>> of = lambda *ids: pd.DataFrame({"id": ids})
    >>> matched(of("a", "a", "b", ""), of("a", "c", ""))
    Matched(with_crime=2, without_crime=1, without_id=1, crimes_with_several=1, crimes_without=1)
    """
    if "id" not in outcomes or "id" not in crimes:
        raise MethodError(
            what="outcomes cannot be matched to crimes without the ids of both",
            now="Read them for an audience that may have ids.",
        )
    named = outcomes.loc[outcomes["id"] != "", "id"]
    known = set(crimes.loc[crimes["id"] != "", "id"])
    found = named.isin(known)
    times = named[found].value_counts()
    return Matched(
        with_crime=int(found.sum()),
        without_crime=int((~found).sum()),
        without_id=len(outcomes) - len(named),
        crimes_with_several=int((times > 1).sum()),
        crimes_without=len(known - set(named)),
    )
