"""Taking files into the store one by one: each is compared with what is held, and written aside."""

from __future__ import annotations

import hashlib
import io
import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from intelnb.intake.rows import Rows
from intelnb.intake.source import no_quarantine
from intelnb.intake.store import changes, keeping, parts, replacing
from intelnb.intake.store.account import Asked, Taken, decided, doubts, known_already
from intelnb.intake.store.catalogue import Catalogue, Issue, Part, checked_feed, feed_of
from intelnb.tables.contract import Contract

_MOST_WAITING = 4
_MOST_STATUSES = 50


@dataclass(frozen=True, eq=False)
class Staged:
    """What was written aside and is not yet true: new catalogues by `kind/feed`, what changed, who is in quarantine."""

    catalogues: dict[str, Catalogue]
    taken: tuple[Taken, ...]
    changes: pd.DataFrame
    quarantine: pd.DataFrame


class Staging:
    """Files taken in, one after another, entered with `with`. None of them counts before `ingestion.commit`.

    Parameters
    ----------
    folder
        The store; its lock must be held by whoever commits.
    contract
        The kind of the files.
    timezone, crs
        The force's clocks and grid, which records are kept in and under.
    asked
        What was said of the files.
    """

    def __init__(self, folder: Path, *, contract: Contract, timezone: str, crs: str, asked: Asked) -> None:
        self._folder, self._contract, self._asked = folder, contract, asked
        self._clocks, self._crs = timezone, crs
        self._now = keeping.current(folder)
        self._catalogues: dict[str, Catalogue] = {}
        # the number of the first file of each feed: those from it on came at once
        self._first: dict[str, int] = {}
        self._taken: list[Taken] = []
        self._changes: list[pd.DataFrame] = []
        self._quarantine: list[pd.DataFrame] = []
        # what an earlier run left behind is never written over
        self._token, self._count = secrets.token_hex(4), 0
        # parts are packed and put on disk while the next file is read
        self._writer = ThreadPoolExecutor(1)
        self._unwritten: dict[str, Future[str]] = {}
        self._digests: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.shutdown(cancel_futures=True)

    def take(self, rows: Rows) -> None:
        """Take in the records of one file.

        Raises
        ------
        InputRefused
            When it is an older issue of what the store holds, or nobody can know what it replaces.
        """
        *archives, name = rows.sha256
        feed = checked_feed(self._asked.feed or feed_of(name))
        catalogue = self._catalogue(feed)
        issue = self._issue(rows, name, archives[0] if archives else "", number=len(catalogue.issues) + 1)
        if known := known_already(catalogue, issue):
            self._taken.append(
                Taken(name, feed, issue.sha256, unchanged=True, read=rows.read, accepted=len(rows.table), note=known)
            )
            return
        self._wait([part.file for part in catalogue.parts])
        after = replacing.side(rows, self._contract)
        plan = replacing.plan(
            catalogue, after, contract=self._contract, folder=self._home(feed), asked=self._asked, issue=issue,
            together=self._first.setdefault(feed, issue.number),
        )  # fmt: skip
        for part, left in plan.cut:
            catalogue = catalogue.without([part])
            if len(left.table):
                catalogue = self._with_part(catalogue, left, catalogue.issue(part.issue), part.month)
        issue = replace(issue, covers=plan.whole, about=plan.body)
        if issue.quarantine:
            path = self._home(feed) / issue.quarantine
            keeping.write(path, quarantine_bytes(rows.quarantine))
            keeping.on_disk(path.parent)
        catalogue = catalogue.with_issue(issue)
        for month in np.unique(after.month):
            catalogue = self._with_part(catalogue, after.take(after.month == month), issue, str(month))
        self._catalogues[f"{self._contract.kind}/{feed}"] = catalogue
        if len(plan.difference.table):
            self._changes.append(plan.difference.table.assign(feed=feed))
        if len(rows.quarantine):
            self._quarantine.append(rows.quarantine.assign(feed=feed))
        self._taken.append(
            Taken(
                name, feed, issue.sha256, unchanged=False, read=rows.read, accepted=len(rows.table), whole=plan.whole,
                added_to=plan.added_to, days=issue.days_alone(),
                in_part=tuple(sorted(set(plan.body) - set(catalogue.covered))),
                changes={**plan.difference.counts(), "unchanged": plan.difference.unchanged},
                note="; ".join(self._also_in(issue, feed)), decided=tuple(decided(plan.weighed)),
                doubts=tuple(doubts(plan.weighed)),
            )
        )  # fmt: skip

    def staged(self) -> Staged:
        """Everything taken in, all of it on disk."""
        self._wait(list(self._unwritten))
        return Staged(
            catalogues={key: self._sealed(one) for key, one in self._catalogues.items()},
            taken=tuple(self._taken),
            changes=pd.concat(self._changes, ignore_index=True) if self._changes else changes.nothing().assign(feed=""),
            quarantine=pd.concat(self._quarantine, ignore_index=True)
            if self._quarantine
            else no_quarantine().assign(feed=""),
        )

    def _sealed(self, catalogue: Catalogue) -> Catalogue:
        """A catalogue that knows the digest of every part."""
        known = self._digests
        sealed = [part if part.sha256 else replace(part, sha256=known[part.file]) for part in catalogue.parts]
        return replace(catalogue, parts=tuple(sealed))

    def _wait(self, files: list[str]) -> None:
        """Wait until some parts are on disk; a fault of writing them is raised here."""
        for file in files:
            if (written := self._unwritten.pop(file, None)) is not None:
                self._digests[file] = written.result()

    def _catalogue(self, feed: str) -> Catalogue:
        """What the store holds of a feed, with what was taken in this run."""
        key = f"{self._contract.kind}/{feed}"
        if key in self._catalogues:
            return self._catalogues[key]
        name = self._now.catalogues.get(key)
        return keeping.load(self._folder, name) if name else Catalogue(self._contract.kind, feed)

    def _also_in(self, issue: Issue, feed: str) -> list[str]:
        """The other feeds that hold this very file: its records count once for each."""
        named = {
            key.partition("/")[2]
            for key in {*self._now.catalogues, *self._catalogues}
            if key.startswith(f"{self._contract.kind}/")
        }
        others = [
            other
            for other in sorted(named - {feed})
            if any(one.sha256 == issue.sha256 and one.accepted for one in self._catalogue(other).standing())
        ]
        return (
            [f"this very file is held of {', '.join(others)} too, so its records count more than once"]
            if others
            else []
        )

    def _home(self, feed: str) -> Path:
        return keeping.home(self._folder, self._contract.kind, feed)

    def _issue(self, rows: Rows, name: str, archive: str, *, number: int) -> Issue:
        """The file as the catalogue will name it, with its quarantined records beside it."""
        rules = rows.column_map.source if rows.column_map else None
        quarantine = ""
        if len(rows.quarantine):
            quarantine = f"quarantine/{number:06d}-{rows.sha256[name][:12]}.parquet"
        return Issue(
            number=number, name=name, sha256=rows.sha256[name], archive=archive,
            archive_sha256=rows.sha256.get(archive, ""), read_as=self._asked.read_as, at=self._asked.at, read=rows.read,
            accepted=len(rows.table), encodings=rows.encodings, repairs=rows.repairs, mapped=tuple(sorted(rows.mapped)),
            crs=rules.crs if rules else "", timezone=self._clocks, covers=(), quarantine=quarantine,
            said=self._asked.said, stated=tuple(sorted(f"{column} {row}" for column, _, row in rows.stated)),
        )  # fmt: skip

    def _with_part(self, catalogue: Catalogue, side: changes.Side, issue: Issue, month: str) -> Catalogue:
        """A catalogue with one more part, which will be on disk before anything is made true."""
        self._count += 1
        file = f"{month}/{issue.sha256[:12]}-{self._token}-{self._count:05d}.parquet"
        system = issue.crs or ("EPSG:4326" if "longitude" in issue.mapped else self._crs)
        about = {
            "kind": catalogue.kind,
            "feed": catalogue.feed,
            "month": month,
            "file": issue.name,
            "sha256": issue.sha256,
        }
        path = self._home(catalogue.feed) / file
        while len(self._unwritten) >= _MOST_WAITING:
            self._wait([next(iter(self._unwritten))])
        self._unwritten[file] = self._writer.submit(_write_part, path, side, system, about)
        part = _described(side, self._contract, file=file, month=month, issue=issue.number)
        return replace(catalogue, parts=(*catalogue.parts, part))


def _write_part(path: Path, side: changes.Side, crs: str, about: dict[str, Any]) -> str:
    """One part, on disk when this returns; its digest."""
    data = parts.packed(side.table, side.row, crs=crs, about=about)
    keeping.write(path, data)
    keeping.on_disk(path.parent)
    return hashlib.sha256(data).hexdigest()


def _described(side: changes.Side, contract: Contract, *, file: str, month: str, issue: int) -> Part:
    """A part as the catalogue knows it."""
    columns = [field.name for field in contract.fields if field.kind == "moment"]
    filled = {name: at[~np.isnat(at)] for name in columns if len(at := side.table[name].to_numpy())}
    counts = pc.value_counts(pa.array(side.table["status"].array)).to_pylist() if "status" in contract.names else []
    return Part(
        file=file, month=month, issue=issue, rows=len(side.table), first=str(side.at.min()), last=str(side.at.max()),
        latest={name: str(at.max()) for name, at in filled.items() if len(at)},
        status={str(one["values"]): int(one["counts"]) for one in counts if len(counts) <= _MOST_STATUSES},
    )  # fmt: skip


def quarantine_bytes(table: pd.DataFrame) -> bytes:
    """A quarantine table as a Parquet file."""
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pa.Table.from_pandas(table, preserve_index=False), sink)
    return sink.getvalue()
