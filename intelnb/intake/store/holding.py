"""Reading the store: the same rows its files would give, without opening months nobody asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
from numpy.typing import NDArray

from intelnb.errors import InputRefused, SettingsError
from intelnb.intake.request import Request
from intelnb.intake.sending import Sender, Sent, is_one, known_as
from intelnb.intake.source import QUARANTINE, no_quarantine
from intelnb.intake.store import keeping, months, parts
from intelnb.intake.store.catalogue import Catalogue, Issue, Part, checked_feed
from intelnb.tables.contract import Contract

WORD = "store"
"""What the settings write in place of files: `store` for all feeds, `store:cheshire` for one."""


@dataclass(frozen=True)
class Beyond:
    """Records that are held and were not read, because they count in no month that was asked about.

    `latest` is, for each column of moments, the latest of all that are held; `status` counts them by status.
    """

    count: int = 0
    latest: dict[str, pd.Timestamp] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Held:
    """What a read of files would give, from the store."""

    table: pd.DataFrame
    file: NDArray[np.object_]
    row: NDArray[np.int64]
    read: int
    quarantine: pd.DataFrame
    sha256: dict[str, str]
    encodings: tuple[str, ...]
    repairs: tuple[str, ...]
    crs: str
    mapped: frozenset[str]
    sent: Sent
    beyond: Beyond
    stated: frozenset[tuple[str, str, int]]


def is_store(files: Sequence[str]) -> bool:
    """Whether a source lies in the store rather than in files.

    Examples
    --------
    >>> is_store(("store",)), is_store(("store:north-yorkshire",)), is_store(("exports/store.csv",))
    (True, True, False)
    """
    return any(one == WORD or one.startswith(f"{WORD}:") for one in files)


def held(request: Request, contract: Contract) -> Held | None:
    """Read a kind from the store; None where nothing of it was ever taken in.

    Months that no record asked for can count in are not opened, unless records decide for themselves who may
    have them: then how far the data reach depends on each, and all are read.

    Raises
    ------
    InputRefused
        When a part is damaged, or the state that is read was replaced twice meanwhile.
    SettingsError
        When a feed is not there, or its clocks or coordinates do not go together with the others'.
    """
    folder = Path(request.store)
    for _ in range(3):
        try:
            return _held(request, contract, folder, keeping.current(folder))
        except FileNotFoundError:
            continue  # another ingestion has been made true: read what it says
    raise InputRefused(what="The store changed while it was read", where=str(folder), now="Run it again.")


def _held(request: Request, contract: Contract, folder: Path, now: keeping.Current) -> Held | None:
    catalogues = _chosen(request, contract, folder, now)
    if not catalogues:
        return None
    issues = [(one, issue) for one in catalogues for issue in one.standing()]
    issues.sort(key=lambda pair: (pair[1].name, pair[0].feed, pair[1].number))
    _refuse_mixed([issue for _, issue in issues], request)
    place = {(one.feed, issue.number): at for at, (one, issue) in enumerate(issues)}
    every = [(one, part) for one in catalogues for part in one.parts]
    asked = [(one, part) for one, part in every if _is_asked(part, request, contract)]
    wanted = sorted(asked, key=lambda pair: (place[pair[0].feed, pair[1].issue], pair[1].file))
    read = [_opened(one, part, folder, contract) for one, part in wanted]
    table, row, number, order = _ordered(read, [place[one.feed, part.issue] for one, part in wanted], contract)
    called = _called(issues)
    names = np.array(called, dtype=object)
    quarantine = [
        _quarantine(keeping.home(folder, one.kind, one.feed), issue, called=name)
        for (one, issue), name in zip(issues, called, strict=True)
    ]
    left = [part for _, part in every if not _is_asked(part, request, contract)]
    rows = sum(part.rows for _, part in every)
    return Held(
        table=table,
        file=names[number],
        row=row,
        read=rows + sum(issue.read - issue.accepted for _, issue in issues) - sum(part.rows for part in left),
        quarantine=pd.concat([no_quarantine(), *quarantine], ignore_index=True),
        sha256={n: s for (_, issue), name in zip(issues, called, strict=True) for n, s in _digests(issue, name)},
        encodings=tuple(dict.fromkeys(e for _, issue in issues for e in issue.encodings)),
        repairs=tuple(told for _, issue in issues for told in issue.repairs),
        crs=next((issue.crs for _, issue in issues), ""),
        mapped=frozenset[str].intersection(*(frozenset(issue.mapped) for _, issue in issues))
        if issues
        else frozenset(),
        sent=_sent(
            catalogues, wanted, np.array([len(rows) for _, rows in read]), order, folder=folder, contract=contract
        ),
        beyond=_beyond(left, [part for _, part in every]),
        stated=frozenset(
            (column, name, int(line))
            for (_, issue), name in zip(issues, called, strict=True)
            for column, line in (one.split(" ") for one in issue.stated)
        ),
    )


def _opened(one: Catalogue, part: Part, folder: Path, contract: Contract) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """The records of a part, and their rows in its file."""
    return parts.read(keeping.home(folder, one.kind, one.feed) / part.file, contract, sha256=part.sha256)


def _chosen(request: Request, contract: Contract, folder: Path, now: keeping.Current) -> list[Catalogue]:
    """The catalogues of the feeds asked for."""
    feeds = {checked_feed(one.removeprefix(f"{WORD}:")) for one in request.files if one != WORD}
    there = {
        key.partition("/")[2]: name for key, name in now.catalogues.items() if key.partition("/")[0] == contract.kind
    }
    if missing := sorted(feeds - set(there)):
        raise SettingsError(
            what=f"The store holds no {contract.kind} of {', '.join(missing)}",
            where=str(folder),
            now=f"It holds: {', '.join(sorted(there)) or 'nothing'}. Ingest an export first, or mend the settings.",
        )
    chosen = feeds if feeds and WORD not in request.files else set(there)
    found = [keeping.load(folder, there[feed]) for feed in sorted(chosen)]
    return [one for one in found if one.issues]


def _is_asked(part: Part, request: Request, contract: Contract) -> bool:
    """Whether a part may hold a record of the period asked for."""
    if {"marking", "handling"} & set(contract.names):
        return True
    late = request.until_end is not None and pd.Timestamp(part.first) >= pd.Timestamp(request.until_end)
    early = request.since is not None and pd.Timestamp(part.last) < pd.Timestamp(request.since)
    return not (late or early)


def _ordered(
    read: Sequence[tuple[pd.DataFrame, NDArray[np.int64]]], place: Sequence[int], contract: Contract
) -> tuple[pd.DataFrame, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """All records in the order of their files and rows, as if the files themselves had been read."""
    if not read:
        nothing = np.array([], dtype=np.int64)
        return contract.empty(), nothing, nothing, nothing
    table = pd.concat([one for one, _ in read], ignore_index=True) if len(read) > 1 else read[0][0]
    row = np.concatenate([rows for _, rows in read])
    number = np.repeat(np.asarray(place, dtype=np.int64), [len(rows) for _, rows in read])
    order = np.lexsort((row, number))
    if (order == np.arange(len(order))).all():
        return table, row, number, order
    return table.iloc[order].reset_index(drop=True), row[order], number[order], order


def _called(issues: Sequence[tuple[Catalogue, Issue]]) -> list[str]:
    """What the account calls each file: its name, with feed and number where another standing file has the same."""
    often = Counter(issue.name for _, issue in issues)
    return [
        issue.name if often[issue.name] == 1 else f"{issue.name} ({one.feed}, file {issue.number})"
        for one, issue in issues
    ]


def _sent(
    catalogues: Sequence[Catalogue],
    wanted: Sequence[tuple[Catalogue, Part]],
    rows: NDArray[np.int64],
    order: NDArray[np.int64],
    *,
    folder: Path,
    contract: Contract,
) -> Sent:
    """Who sent each record and which months whole; where senders differ, with records enough to place each of them."""
    senders = [sender for one in catalogues for sender in _senders(one)]
    number = {(one.feed, one.series): at for at, one in enumerate(senders)}

    def by(catalogue: Catalogue, part: Part) -> int:
        return number[known_as(catalogue.feed, catalogue.issue(part.issue).name)]

    opened = np.array([by(*pair) for pair in wanted], dtype=np.int64)
    sent = Sent(tuple(senders), np.repeat(opened, rows)[order], contract.empty(), np.array([], dtype=np.int64))
    if is_one(senders):
        return sent
    largest: dict[int, tuple[Catalogue, Part]] = {}
    for one in catalogues:
        for part in one.parts:
            at = by(one, part)
            if at not in largest or part.rows > largest[at][1].rows:
                largest[at] = (one, part)
    few = [at for at, (_, part) in largest.items() if rows[opened == at].sum() < part.rows]
    more = [_opened(*largest[at], folder, contract)[0] for at in few]
    more_by = np.repeat(np.array(few, dtype=np.int64), [len(one) for one in more])
    return replace(sent, more=pd.concat(more, ignore_index=True) if more else sent.more, more_by=more_by)


def _senders(catalogue: Catalogue) -> list[Sender]:
    """Who sent the files of a feed; what files without a record left said of their months, all others answer for."""
    last = {issue.sha256: issue.number for issue in catalogue.issues}
    held = {part.issue for part in catalogue.parts}
    sent: dict[str, set[str]] = {}
    for issue in catalogue.issues:
        if issue.number in held:
            sent.setdefault(known_as(catalogue.feed, issue.name)[1], set())
    sent = sent or {"": set()}
    for issue in catalogue.issues:
        if last[issue.sha256] == issue.number:
            # what a file only adds to, its sender has sent all the same, where the month is held whole
            whole = set(issue.covers) | (set() if issue.said else set(issue.about))
            mine = known_as(catalogue.feed, issue.name)[1]
            for series in [mine] if mine in sent else sent:
                sent[series] |= (whole & set(catalogue.covered)) | set(issue.days())
    return [Sender(catalogue.feed, series, months.together([found])) for series, found in sent.items()]


def _quarantine(home: Path, issue: Issue, *, called: str) -> pd.DataFrame:
    """The quarantined records of a file."""
    if not issue.quarantine:
        return no_quarantine()
    try:
        read = pa.parquet.read_table(home / issue.quarantine, use_threads=False).to_pandas()
    except FileNotFoundError:
        raise
    except (OSError, pa.ArrowException):
        raise InputRefused(
            what="A quarantine list of the store is damaged", where=issue.quarantine, now="Take the store from a copy."
        ) from None
    made: pd.DataFrame = read.astype({name: "int64" if name == "row" else "str" for name in QUARANTINE})
    return made[list(QUARANTINE)] if called == issue.name else made[list(QUARANTINE)].assign(file=called)


def _digests(issue: Issue, called: str) -> list[tuple[str, str]]:
    return [*([(issue.archive, issue.archive_sha256)] if issue.archive else []), (called, issue.sha256)]


def _beyond(left: Sequence[Part], every: Sequence[Part]) -> Beyond:
    """The account of what was not opened."""
    latest: dict[str, pd.Timestamp] = {}
    status: dict[str, int] = {}
    for part in every:
        for column, moment in part.latest.items():
            latest[column] = max(latest.get(column, pd.Timestamp(moment)), pd.Timestamp(moment))
    for part in left:
        for word, n in part.status.items():
            status[word] = status.get(word, 0) + n
    return Beyond(sum(part.rows for part in left), latest, status)


def _refuse_mixed(issues: Sequence[Issue], request: Request) -> None:
    """Records that were read by other clocks than the force's, or with coordinates in several systems."""
    clocks = sorted({one.timezone for one in issues} - {request.timezone})
    systems = {(one.crs, "longitude" in one.mapped) for one in issues if {"easting", "longitude"} & set(one.mapped)}
    if clocks:
        raise SettingsError(
            what=f"The store was filled when the force's clocks were {clocks[0]}, and they are {request.timezone} now",
            now="Set the clocks as they were, or ingest the exports again into a new store.",
        )
    if len(systems) > 1:
        raise SettingsError(
            what="Some exports in the store have coordinates in another system than others",
            now='Name one feed (files = "store:FEED"), or ingest the older exports again in the system of the newer.',
        )
