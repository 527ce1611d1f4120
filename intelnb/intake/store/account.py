"""What was said of files, and what became of each: the words of an ingestion's account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from intelnb.errors import InputRefused
from intelnb.intake.store.catalogue import Catalogue, Issue
from intelnb.tables.words import several


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
    where they are not whole months: `2026-10-01 to 2026-10-07`.
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


def kept_told(kept: Mapping[str, int]) -> list[str]:
    """What to say of records that a file which looks like a month sent again does not have."""
    return [
        f"{several(n, 'record')} held of {month} {'is' if n == 1 else 'are'} not in it and kept; "
        f"--covers {month} would withdraw {'it' if n == 1 else 'them'}"
        for month, n in kept.items()
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
