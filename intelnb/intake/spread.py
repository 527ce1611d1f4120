"""Wide tables: one row that holds several records, such as residents by year or by age, one heading each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from intelnb.errors import SettingsError, together
from intelnb.intake.column_map import ColumnMap
from intelnb.intake.records import Records
from intelnb.tables.words import several


def lengthened(cut: Records, column_map: ColumnMap, name: str) -> tuple[Records, ColumnMap]:
    r"""Records with one line for each row and spread heading, and the map that fits them.

    A row that could not be cut stays rejected once. Empty cells make records too, so that none is passed over.

    Raises
    ------
    SettingsError
        When the file does not have a heading that is spread.

    Examples
    --------
    >>> from intelnb.intake.delimited import scan
    >>> rules = ColumnMap(columns={"area": "LSOA"}, spread={"residents": {"2023": {"year": 2023}, "2024": {"year": 2024}}})
    >>> long, _ = lengthened(scan(b"LSOA,2023,2024\nE1,5,6\n", name="p.csv"), rules, "p.csv")
    >>> long.table.to_numpy().tolist()
    [['E1', '5', '2023'], ['E1', '6', '2024']]
    """
    if not column_map.spread:
        return cut, column_map
    ((ours, headings),) = column_map.spread.items()
    missing = [f"no heading '{heading}'" for heading in headings if heading not in cut.headings]
    if missing:
        told, remedy = f"{name} does not fit its column map", "Mend the map, or export the file with these headings."
        raise together(missing, what=told, now=remedy, kind=SettingsError)
    # names no file has, so that no heading of its own is lost
    own = {column: f"{column} (spread)" for column in (ours, *sorted({c for told in headings.values() for c in told}))}
    kept = [heading for heading in cut.headings if heading not in headings]
    parts = []
    for heading, says in headings.items():
        part = cut.columns.select(kept)
        for column, mine in own.items():
            said = pa.array([str(says.get(column, ""))] * len(cut.row), type=pa.string())
            part = part.append_column(mine, cut.columns.column(heading) if column == ours else said)
        parts.append(part)
    times = len(headings)
    # all records of a row beside each other
    in_order = np.arange(times * len(cut.row)).reshape(times, -1).T.reshape(-1)
    spoilt = []
    for cell in cut.spoilt:
        is_spread = cell.heading in headings
        turns = np.array([list(headings).index(cell.heading)]) if is_spread else np.arange(times)
        spots = np.add.outer(np.asarray(cell.at) * times, turns).reshape(-1)
        spoilt.append(replace(cell, heading=own[ours] if is_spread else cell.heading, at=spots))
    long = replace(
        cut,
        columns=pa.concat_tables(parts).take(in_order),
        row=np.repeat(cut.row, times),
        spoilt=tuple(spoilt),
        notes=(*cut.notes, f"{several(len(cut.row), 'row')} of {several(times, 'record')} each"),
    )
    return long, column_map.model_copy(update={"columns": {**column_map.columns, **own}})
