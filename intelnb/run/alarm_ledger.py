"""From pages to the alarm ledger and back: what a released page alarmed about, and how often such alarms were right."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from intelnb.analysis import alarm_record
from intelnb.analysis.result import Result
from intelnb.bundle import Bundle
from intelnb.registers import alarms
from intelnb.registers.alarms import Alarm
from intelnb.registers.store import Store

KIND = "priority against its expected range"
TABLE = "priority_table"


def raised_on(bundle: Bundle) -> tuple[Alarm, ...]:
    """The alarms of a page: the priorities it calls outside their expected range.

    A reduced page may have the row without its word; what it does not say it has not raised.
    """
    found: list[Alarm] = []
    for table in (one for one in bundle.tables() if one.id == TABLE):
        names = [column.name for column in table.columns]
        for row in (dict(zip(names, cells, strict=True)) for cells in table.rows):
            said = " ".join(str(row.get("real") or "").split())
            if said.startswith("Yes"):
                found.append(Alarm(KIND, str(row["name"]), bundle.area_code, bundle.period, said, bundle.reference))
    return tuple(found)


def table(store: Store) -> pd.DataFrame:
    """The ledger as a table: `number, kind, series, area, period, said, product, raised, outcome, by, reviewed, why`."""
    columns = list(alarms.Entry.__dataclass_fields__)
    return pd.DataFrame([asdict(entry) for entry in alarms.ledger(store)], columns=columns)


def record(store: Store) -> Result:
    """How often each kind of alarm was right."""
    return alarm_record.how_often_right(table(store), name="alarm_record")
