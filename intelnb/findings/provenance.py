"""Provenance: which records the page rests on, how many, up to when, and the mark that identifies them."""

from __future__ import annotations

import pandas as pd

from intelnb.analysis.result import Result
from intelnb.finding import Column, Finding, TableView

NAME = "provenance"
COLUMNS = (
    Column("source", "Source"),
    Column("read", "Read", "number"),
    Column("accepted", "Accepted", "number"),
    Column("quarantined", "Quarantined", "number"),
    Column("used", "Used here", "number"),
    Column("left_out", "Left out", "number"),
    Column("as_at", "As at"),
    Column("mark", "Mark of the data used"),
)


def finding(sources: pd.DataFrame) -> Finding:
    """The sources of the page and their ledgers.

    Parameters
    ----------
    sources
        One row a source: source, read, accepted, quarantined, used, as_at, mark; the ledger of what this audience
        may have.
    """
    result = Result(
        name=NAME,
        table=_told(sources),
        values={},
        wording="The records this page rests on.",
        grain="none",
        plain=tuple(column.name for column in COLUMNS),
    )
    note = (
        "Read is accepted and quarantined. Left out: outside the period or the area, cancelled or transferred, "
        "or withheld. No value was filled, dropped or swapped."
    )
    return Finding(
        section="provenance",
        id="provenance",
        headline="",
        evidence=(result,),
        tables=(TableView(NAME, "Records", COLUMNS, note=note),),
    )


def _told(sources: pd.DataFrame) -> pd.DataFrame:
    """The sources there are, with what was accepted and not used."""
    there = sources[sources["read"] > 0].reset_index(drop=True)
    return there.assign(left_out=there["accepted"] - there["used"])
