"""The alarm ledger: every alarm that left the unit on a page, and what a named person found it to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint, select

from intelnb.errors import UsageError
from intelnb.registers.store import METADATA, Store, append_only, next_number, plain

OPEN = "open"
VERDICTS = ("right", "wrong", "cannot tell")

_ALARMS = append_only(
    Table(
        "alarms",
        METADATA,
        Column("seq", Integer, primary_key=True, autoincrement=False),
        Column("kind", String, nullable=False),
        Column("series", String, nullable=False),
        Column("area", String, nullable=False),
        Column("period", String, nullable=False),
        Column("said", Text, nullable=False),
        Column("product", String, nullable=False),
        Column("at", String, nullable=False),
        UniqueConstraint("kind", "series", "area", "period", name="alarms_once"),
    )
)
_REVIEWS = append_only(
    Table(
        "alarm_reviews",
        METADATA,
        Column("seq", Integer, primary_key=True, autoincrement=False),
        Column("alarm", Integer, nullable=False, index=True),
        Column("verdict", String, nullable=False),
        Column("by", String, nullable=False),
        Column("at", String, nullable=False),
        Column("why", Text, nullable=False),
    )
)


@dataclass(frozen=True)
class Alarm:
    """One alarm as a page raised it: what kind, on which series, area and period, in which words, on which product."""

    kind: str
    series: str
    area: str
    period: str
    said: str
    product: str


@dataclass(frozen=True)
class Entry:
    """An alarm of the ledger with the review now in force; `outcome` is `open` until one is there."""

    number: int
    kind: str
    series: str
    area: str
    period: str
    said: str
    product: str
    raised: str
    outcome: str = OPEN
    by: str = ""
    reviewed: str = ""
    why: str = ""


def keep(store: Store, alarms: Iterable[Alarm], *, at: str) -> int:
    """Enter alarms; one raised before, on the same series, area and period, is not entered twice.

    Parameters
    ----------
    alarms
        What a page raised.
    at
        When the page left.

    Returns
    -------
    How many were new.
    """
    kept = 0
    with store.writing() as connection:
        columns = (_ALARMS.c.kind, _ALARMS.c.series, _ALARMS.c.area, _ALARMS.c.period)
        known = {tuple(row) for row in connection.execute(select(*columns))}
        for alarm in alarms:
            row = {field.name: plain(getattr(alarm, field.name)) for field in fields(alarm)}
            key = tuple(row[column.name] for column in columns)
            if key in known:
                continue
            connection.execute(_ALARMS.insert().values(seq=next_number(connection, _ALARMS), at=plain(at), **row))
            known.add(key)
            kept += 1
    return kept


def review(store: Store, number: int, *, verdict: str, by: str, at: str, why: str) -> None:
    """Enter what a person found an alarm to be; a later review stands above an earlier one, and both are kept.

    Parameters
    ----------
    number
        The alarm's number in the ledger.
    verdict
        `right` (what it pointed to was real), `wrong` or `cannot tell`.
    by, at, why
        Who says so, when, and on what grounds; none may be blank.

    Raises
    ------
    UsageError
        When there is no such alarm or verdict, or nobody or no reason is named.
    """
    faults = [f"'{verdict}' is no verdict; choose from {', '.join(VERDICTS)}"] if verdict not in VERDICTS else []
    faults += [f"{what} is not said" for what, told in (("who", by), ("why", why)) if not told.strip()]
    with store.writing() as connection:
        found = connection.scalar(select(_ALARMS.c.seq).where(_ALARMS.c.seq == number))
        faults += [] if found else [f"there is no alarm {number}"]
        if faults:
            raise UsageError(what=f"The review cannot be entered: {'; '.join(faults)}", now="See: intelnb alarms.")
        row = {"alarm": number, "verdict": verdict, "by": plain(by), "at": plain(at), "why": plain(why)}
        connection.execute(_REVIEWS.insert().values(seq=next_number(connection, _REVIEWS), **row))


def ledger(store: Store) -> tuple[Entry, ...]:
    """Every alarm with the review now in force, in the order they were raised."""
    with store.reading() as connection:
        raised = connection.execute(select(_ALARMS).order_by(_ALARMS.c.seq)).mappings().all()
        reviews = connection.execute(select(_REVIEWS).order_by(_REVIEWS.c.seq)).mappings().all()
    last = {row["alarm"]: row for row in reviews}
    return tuple(
        Entry(
            number=row["seq"], raised=row["at"], **{name: row[name] for name in ("kind", "series", "area", "period", "said", "product")},
            **({"outcome": told["verdict"], "by": told["by"], "reviewed": told["at"], "why": told["why"]} if (told := last.get(row["seq"])) else {}),
        )
        for row in raised
    )  # fmt: skip
