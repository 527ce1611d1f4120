"""The register of releases: which version of which page left the unit, by whom, and its digest."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint, func, select

from intelnb.errors import ProductError
from intelnb.registers.store import METADATA, Store, append_only, next_number, plain

_RELEASES = append_only(
    Table(
        "releases",
        METADATA,
        Column("seq", Integer, primary_key=True, autoincrement=False),
        Column("reference", String, nullable=False),
        Column("number", Integer, nullable=False),
        Column("by", String, nullable=False),
        Column("role", String, nullable=False),
        Column("at", String, nullable=False),
        Column("page_sha256", String(64), nullable=False),
        Column("marking", String, nullable=False),
        Column("audience", String, nullable=False),
        UniqueConstraint("reference", "number", name="releases_version"),
    )
)


@dataclass(frozen=True)
class Released:
    """One released version of a page."""

    reference: str
    number: int
    by: str
    role: str
    at: str
    page_sha256: str
    marking: str
    audience: str


def next_version(store: Store, reference: str) -> int:
    """The number the next release of a product will have: 1 for the first."""
    with store.reading() as connection:
        top = select(func.max(_RELEASES.c.number)).where(_RELEASES.c.reference == plain(reference))
        return int(connection.scalar(top) or 0) + 1


def add(store: Store, released: Released) -> None:
    """Keep one release; two people cannot release the same version.

    Raises
    ------
    ProductError
        When the number is not the next one of its product: somebody else released meanwhile.
    """
    row = {field.name: getattr(released, field.name) for field in fields(released)}
    row = {name: plain(value) if isinstance(value, str) else value for name, value in row.items()}
    with store.writing() as connection:
        top = select(func.max(_RELEASES.c.number)).where(_RELEASES.c.reference == row["reference"])
        due = int(connection.scalar(top) or 0) + 1
        if released.number != due:
            raise ProductError(
                what=f"Version {released.number} of {released.reference} is not the next one to release",
                now=f"The next one is version {due}: look at what was released meanwhile, then release again.",
            )
        connection.execute(_RELEASES.insert().values(seq=next_number(connection, _RELEASES), **row))


def of(store: Store, reference: str) -> tuple[Released, ...]:
    """Every released version of a product, first to last."""
    columns = [_RELEASES.c[field.name] for field in fields(Released)]
    chosen = select(*columns).where(_RELEASES.c.reference == plain(reference)).order_by(_RELEASES.c.number)
    with store.reading() as connection:
        return tuple(Released(**row) for row in connection.execute(chosen).mappings())
