"""What was said of files, and what became of each: the words of an ingestion's account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from intelnb.errors import InputRefused
from intelnb.intake.store.catalogue import Catalogue, Issue
from intelnb.intake.store.weighing import MOST_ABSENT, Weighed
from intelnb.tables.words import several

_FEW = 10
"""Of fewer records one is more than the share that may be missing."""


@dataclass(frozen=True)
class Asked:
    """What was said of the files beside their kind.

    Parameters
    ----------
    feed
        Who sends them; empty: the force in the name of a published file, else the force's own.
    since, until_end
        The days they hold whole, first and first after; None where nobody said.
    adds
        Whether they only add to what is held, and withdraw nothing.
    read_as
        Digest of the map or layout they are read through.
    at, by
        When, and under which account.
    """

    feed: str = ""
    since: date | None = None
    until_end: date | None = None
    adds: bool = False
    read_as: str = ""
    at: str = ""
    by: str = ""

    @property
    def said(self) -> str:
        """What was said, as the catalogue keeps it; blank for nothing."""
        if self.since is None or self.until_end is None:
            return "adds" if self.adds else ""
        return f"{self.since.isoformat()}/{self.until_end.isoformat()}"


@dataclass(frozen=True)
class Taken:
    """What became of one file: `unchanged` when the store had it already, with the account and what it changed.

    `whole` are the months held whole from now on by this file, `added_to` those it adds to what was held, `in_part`
    those it is about that the store does not hold whole all the same. `days` are days somebody said it holds whole,
    where they are not whole months: `2026-10-01 to 2026-10-07`. `decided` says what was concluded of months held
    already and why, `doubts` what nobody can know but whoever sends the file.
    """

    name: str
    feed: str
    sha256: str
    unchanged: bool
    read: int
    accepted: int
    whole: tuple[str, ...] = ()
    added_to: tuple[str, ...] = ()
    in_part: tuple[str, ...] = ()
    days: str = ""
    changes: dict[str, int] | None = None
    note: str = ""
    decided: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def decided(weighed: Mapping[str, Weighed]) -> list[str]:
    """What was concluded of each month that was held already, and why.

    Examples
    --------
    >>> decided({"2026-10": Weighed(held=60, alike=30, beyond=0, sent=30)})
    ['2026-10 is added to: 30 of the 60 records held of it are in the file (50 %; from 90 % on it is the month again)']
    """
    return [
        f"{month} {'is replaced' if one.is_again else 'is added to'}: {one.alike:,} of the "
        f"{several(one.held, 'record')} held of it {'is' if one.alike == 1 else 'are'} in the file "
        f"({int(100 * one.alike / one.held)} %; {_why(one)})"
        for month, one in weighed.items()
    ]


def _why(one: Weighed) -> str:
    """What decided of one month."""
    if one.is_nearly_all and one.beyond:
        return f"{one.beyond:,} {'counts' if one.beyond == 1 else 'count'} before its first record or after its last"
    least = f"from {100 * (1 - MOST_ABSENT):.0f} % on"
    return f"all but one, or {least}, is the month again" if one.held < _FEW else f"{least} it is the month again"


def doubts(weighed: Mapping[str, Weighed]) -> list[str]:
    """What to say of months of which a file may be a part sent again, and how to decide.

    Examples
    --------
    >>> doubts({"2026-10": Weighed(held=60, alike=30, beyond=0, sent=30)})
    ['2026-10 may have been sent again: 30 records not in the file are kept. Say --covers 2026-10 to withdraw them, or --adds']
    """
    found = {month: one.held - one.alike for month, one in weighed.items() if one.is_doubtful}
    return [
        f"{month} may have been sent again: {several(n, 'record')} not in the file {'is' if n == 1 else 'are'} kept. "
        f"Say --covers {month} to withdraw {'it' if n == 1 else 'them'}, or --adds"
        for month, n in found.items()
    ]


def known_already(catalogue: Catalogue, issue: Issue) -> str:
    """What to say of a file the store has had before; blank where it has not, or there is more to say of it now.

    There is when it is read otherwise than before, or somebody says of it what was not said before.

    Raises
    ------
    InputRefused
        When it is read otherwise now, but a later file has replaced some of it since.
    """
    same = [one for one in catalogue.issues if one.sha256 == issue.sha256]
    if not same:
        return ""
    last = same[-1]
    held = sum(part.rows for part in catalogue.parts if part.issue == last.number)
    is_news = issue.said not in {"", last.said}
    if last.read_as == issue.read_as and not (is_news and held == last.accepted):
        return (
            "already in the store" if held == last.accepted else "already taken in, and replaced by a later file since"
        )
    if held < last.accepted:
        raise InputRefused(
            what="This file is in the store, and a later one has replaced some of it since",
            where=issue.name,
            now="Ingest the later file again instead.",
        )
    return ""
