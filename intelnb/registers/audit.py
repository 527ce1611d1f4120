"""The audit register: who did what to what, when, in a chain that shows every later change.

Each entry carries the SHA-256 of itself and of the entry before it. A chain alone does not show that its
end was cut off: keep a `Head` in a second place and give it to `verify`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, Integer, String, Table, Text, select

from intelnb.errors import IntelError
from intelnb.registers.store import METADATA, Store, append_only, plain

_AUDIT = append_only(
    Table(
        "audit",
        METADATA,
        Column("seq", Integer, primary_key=True, autoincrement=False),
        Column("at", String, nullable=False),
        Column("by", String, nullable=False),
        Column("event", String, nullable=False, index=True),
        Column("subject", Text, nullable=False, index=True),
        Column("detail", Text, nullable=False),
        Column("previous", String(64), nullable=False),
        Column("digest", String(64), nullable=False),
    )
)
_START = "0" * 64

Detail = str | int | float | bool | None


@dataclass(frozen=True)
class Entry:
    """One entry of the audit register."""

    seq: int
    at: str
    by: str
    event: str
    subject: str
    detail: str
    previous: str
    digest: str

    def expected_digest(self) -> str:
        """The digest these contents must have."""
        return _digest(self.seq, self.previous, (self.at, self.by, self.event, self.subject, self.detail))


@dataclass(frozen=True)
class Head:
    """The last entry at some moment; kept elsewhere, it shows that nothing was cut off or put back."""

    seq: int
    digest: str


@dataclass(frozen=True)
class Verdict:
    """What checking the chain found: how many entries hold, and the first that does not."""

    good: int
    first_bad: int | None = None
    why: str = ""

    @property
    def holds(self) -> bool:
        """Whether the whole register is as it was written."""
        return self.first_bad is None


def append(
    store: Store,
    *,
    event: str,
    subject: str,
    detail: Mapping[str, Detail],
    by: str = "",
    at: str | datetime | None = None,
) -> Head:
    """Write one entry at the end of the register; safe with several processes writing at once.

    Keep identifiers and counts in it, never the text of a report. What somebody searched for is kept as typed: who
    looked for whom must be answerable.

    Parameters
    ----------
    event
        What happened: `read`, `sealed`, `released`.
    subject
        What it happened to: a reference, a file's digest.
    detail
        Named text, whole numbers, fractions, yes/no.
    by
        Who did it; empty for the machine.
    at
        When, as recorded by the caller; without it, now in UTC.

    Returns
    -------
    The number and digest of the entry written.

    Raises
    ------
    IntelError
        When the event is not named, the detail cannot be kept, or the database refuses.
    """
    if not event.strip():
        raise IntelError(what="An audit entry needs the name of its event")
    if isinstance(at, datetime):
        at = at.isoformat(timespec="seconds")
    when = datetime.now(UTC).isoformat(timespec="milliseconds") if at is None else at
    content = (plain(when), plain(by), plain(event), plain(subject), _written(detail))
    with store.writing() as connection:
        last = connection.execute(select(_AUDIT.c.seq, _AUDIT.c.digest).order_by(_AUDIT.c.seq.desc()).limit(1)).first()
        seq, previous = (last.seq + 1, last.digest) if last else (1, _START)
        entry = Entry(seq, *content, previous=previous, digest=_digest(seq, previous, content))
        connection.execute(_AUDIT.insert().values(**vars(entry)))
    return Head(entry.seq, entry.digest)


def entries(store: Store, *, event: str = "", subject: str = "") -> Iterator[Entry]:
    """Entries in the order they were written, of one event or about one subject where asked."""
    chosen = select(_AUDIT).order_by(_AUDIT.c.seq)
    if event:
        chosen = chosen.where(_AUDIT.c.event == event)
    if subject:
        chosen = chosen.where(_AUDIT.c.subject == subject)
    with store.reading() as connection:
        for row in connection.execute(chosen).mappings():
            yield Entry(**row)


def head(store: Store) -> Head:
    """The last entry, to be kept in a second place; number 0 while the register is empty."""
    with store.reading() as connection:
        last = connection.execute(select(_AUDIT.c.seq, _AUDIT.c.digest).order_by(_AUDIT.c.seq.desc()).limit(1)).first()
    return Head(last.seq, last.digest) if last else Head(0, _START)


def verify(store: Store, *, anchor: Head | None = None) -> Verdict:
    """Check every entry against the chain and name the first that was changed, removed or put in.

    Parameters
    ----------
    anchor
        A head kept elsewhere; with it a register cut short or replaced by an older copy is found too.

    Returns
    -------
    A verdict; `first_bad` is the number of the first entry that does not hold, None when all do.
    """
    good, previous = 0, _START
    for entry in entries(store):
        why = _fault(entry, seq=good + 1, previous=previous)
        if not why and anchor and entry.seq == anchor.seq and entry.digest != anchor.digest:
            why = "it is not the entry whose digest was kept elsewhere"
        if why:
            return Verdict(good, good + 1, why)
        good, previous = entry.seq, entry.digest
    if anchor and good < anchor.seq:
        return Verdict(good, good + 1, f"entries up to {anchor.seq} existed and are gone")
    return Verdict(good)


def _fault(entry: Entry, *, seq: int, previous: str) -> str:
    if entry.seq != seq:
        return f"entry {seq} is missing: the next one is {entry.seq}"
    if entry.previous != previous:
        return "it does not follow from the entry before it"
    return "" if entry.digest == entry.expected_digest() else "its content was changed"


def _digest(seq: int, previous: str, content: tuple[str, ...]) -> str:
    """SHA-256 over the number, the digest before and the content; JSON keeps the fields apart."""
    return hashlib.sha256(json.dumps([seq, previous, *content]).encode("ascii")).hexdigest()


def _written(detail: Mapping[str, Detail]) -> str:
    bad = sorted(name for name, value in detail.items() if not isinstance(value, (str, int, float, bool, type(None))))
    if bad:
        raise IntelError(what=f"Audit detail must be plain text and numbers: {', '.join(bad)} is not")
    try:
        return json.dumps(dict(detail), sort_keys=True, separators=(",", ":"), allow_nan=False)
    except ValueError:
        raise IntelError(what="Audit detail holds a number that is not a number or infinite") from None
