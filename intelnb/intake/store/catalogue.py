"""What the store holds of one feed: which files came in, which parts are standing, which months are covered."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from intelnb.errors import SettingsError

VERSION = 3
_READ = (1, 2, 3)
"""Versions we read: the first did not keep what was said of a file."""
OWN = "own"
"""The feed of a force's own exports, where nothing names another."""
_PUBLISHED = re.compile(r"(?:^|[/\\])\d{4}-\d{2}-([a-z][a-z-]*?)-(?:street|outcomes|stop-and-search)\.[a-z.]+$")


@dataclass(frozen=True)
class Part:
    """The records of one month that came in one file.

    Parameters
    ----------
    file
        Name of its Parquet file.
    month
        The month they count in, `2026-10`.
    issue
        Number of the file they came in.
    rows
        How many they are.
    first, last
        The earliest and the latest moment a record of it counts at.
    latest
        The latest moment in each column of moments that has any.
    status
        How many records have each status; empty where the kind has none.
    sha256
        Digest of the file, which every read of it is held against.
    """

    file: str
    month: str
    issue: int
    rows: int
    first: str
    last: str
    latest: dict[str, str]
    status: dict[str, int]
    sha256: str = ""


@dataclass(frozen=True)
class Issue:
    """One file as it was taken in: the account of its records, and how it was read.

    `read_as` is the digest of the column map or layout it was read through; `covers` are the months it was taken
    to hold whole; `quarantine` is the file of its quarantined records, empty where there are none. `said` is what
    somebody said of it: `adds`, or the first day it holds whole and the first after (`2026-10-01/2026-11-01`).
    `about` are the months its records are about, but for a thin tail. `stated` are times that say their offset on a
    night clocks change, by column and row: `start 12`.
    """

    number: int
    name: str
    sha256: str
    archive: str
    archive_sha256: str
    read_as: str
    at: str
    read: int
    accepted: int
    encodings: tuple[str, ...]
    repairs: tuple[str, ...]
    mapped: tuple[str, ...]
    crs: str
    timezone: str
    covers: tuple[str, ...]
    quarantine: str
    said: str = ""
    about: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()

    def days(self) -> list[str]:
        """The days somebody said it holds whole."""
        first, mark, end = self.said.partition("/")
        if not mark:
            return []
        return [str(day.date()) for day in pd.date_range(first, end, inclusive="left")]

    def days_alone(self) -> str:
        """These days in words, where they are not the months it covers."""
        days = self.days()
        return f"{days[0]} to {days[-1]}" if days and {day[:7] for day in days} != set(self.covers) else ""


@dataclass(frozen=True)
class Catalogue:
    """Everything the store knows of one feed of one kind."""

    kind: str
    feed: str
    issues: tuple[Issue, ...] = ()
    parts: tuple[Part, ...] = ()
    covered: tuple[str, ...] = ()

    def issue(self, number: int) -> Issue:
        """The file of this number."""
        return next(one for one in self.issues if one.number == number)

    def standing(self) -> tuple[Issue, ...]:
        """Files whose account still stands, in the order their records are read.

        A file stands while a record of it does. One that had none to begin with stands until another of its
        name has come in.
        """
        held = {part.issue for part in self.parts}
        newest = {one.name: one.number for one in self.issues}
        stand = [
            one for one in self.issues if one.number in held or (not one.accepted and newest[one.name] == one.number)
        ]
        return tuple(sorted(stand, key=lambda one: (one.name, one.number)))

    def files(self) -> set[str]:
        """Every file of the feed's folder this catalogue names."""
        return {part.file for part in self.parts} | {one.quarantine for one in self.issues if one.quarantine}

    def without(self, parts: Sequence[Part]) -> Catalogue:
        """The catalogue without some parts."""
        gone = {part.file for part in parts}
        return replace(self, parts=tuple(part for part in self.parts if part.file not in gone))

    def with_issue(self, issue: Issue) -> Catalogue:
        """The catalogue with one more file; what was concluded of the same file before counts no more."""
        again = {one.number for one in self.issues if one.sha256 == issue.sha256}
        once = {month for one in self.issues if one.number in again for month in one.covers}
        others = {month for one in self.issues if one.number not in again for month in one.covers}
        covered = (set(self.covered) - (once - others)) | set(issue.covers)
        return replace(self, issues=(*self.issues, issue), covered=tuple(sorted(covered)))

    def as_text(self) -> str:
        """The catalogue as its file says it."""
        return json.dumps({"version": VERSION, **asdict(self)}, separators=(",", ":"), ensure_ascii=False)


def parse(text: str, *, name: str) -> Catalogue:
    """A catalogue again from its file.

    Raises
    ------
    SettingsError
        When it is of another version, or damaged.

    Examples
    --------
    >>> parse(Catalogue("crimes", "own", covered=("2026-10",)).as_text(), name="x").covered
    ('2026-10',)
    """
    try:
        plain: dict[str, Any] = json.loads(text)
        version = plain.pop("version")
        if version in _READ:
            issues = tuple(Issue(**_tuples(one)) for one in plain["issues"])
            parts = tuple(Part(**one) for one in plain["parts"])
            return Catalogue(plain["kind"], plain["feed"], issues, parts, tuple(plain["covered"]))
    except (ValueError, KeyError, TypeError):
        raise SettingsError(
            what="A catalogue of the store is damaged", where=name, now="Take the store from a copy, or ingest again."
        ) from None
    told = f"The store was written by another version (its catalogue is {version}, ours {VERSION})"
    raise SettingsError(what=told, where=name, now="Use the version that wrote it, or ingest the exports again.")


def feed_of(name: str) -> str:
    """The feed a file belongs to by its name: the force of a file of data.police.uk, else the force's own.

    Examples
    --------
    >>> feed_of("archive.zip/2025-01/2025-01-north-yorkshire-street.csv"), feed_of("exports/crimes.csv")
    ('north-yorkshire', 'own')
    """
    named = _PUBLISHED.search(name.removesuffix(".gz"))
    return named[1] if named else OWN


def checked_feed(feed: str) -> str:
    """A feed's name as it can stand in a folder.

    Raises
    ------
    SettingsError
        When it is not made of small letters, digits and dashes.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", feed):
        raise SettingsError(
            what=f"'{feed[:80]}' is no name for a feed",
            now="Use small letters, digits and dashes, such as north-yorkshire.",
        )
    return feed


def _tuples(plain: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
