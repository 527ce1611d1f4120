"""From a sealed bundle and what was typed to a finished run folder: the one way a page comes to lie anywhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from intelnb.bundle import Bundle, Release, TypedJudgement
from intelnb.dates import parse
from intelnb.disclose import scan
from intelnb.publish import render, tables
from intelnb.run import folders, manifest


@dataclass(frozen=True)
class Making:
    """How a page came about, for its manifest.

    `source_run` is the run whose notebook sealed the bundle; a page rendered again keeps it.
    """

    source_run: str
    started: datetime
    finished: datetime
    parameters: Mapping[str, Any] = field(default_factory=dict)
    reads: tuple[manifest.Read, ...] = ()


@dataclass(frozen=True)
class Published:
    """Where a finished page lies."""

    folder: Path
    page: Path
    run: str


def place_of(bundle: Bundle) -> folders.Place:
    """The folder a bundle's pages lie in."""
    return folders.Place(bundle.kind, bundle.area_code, parse(bundle.period).slug, bundle.audience)


def publish_bundle(
    bundle: Bundle,
    *,
    reports: Path,
    run: str,
    making: Making,
    typed: Mapping[str, TypedJudgement] | None = None,
    release: Release | None = None,
    withheld: Iterable[str] = (),
    record: Callable[[bytes], None] | None = None,
) -> Published:
    """Make page, tables and manifest of a bundle, scan them, and let the pointer name them.

    Parameters
    ----------
    bundle
        The sealed product.
    reports
        The folder finished pages lie in.
    run
        The name of the new run folder, from `folders.run_id`.
    making
        How it came about.
    typed
        What officers typed, by the id of the place.
    release
        Who released it, or None for a draft.
    withheld
        Texts and numbers the audience may not have.
    record
        Called with the page once it lies in its folder, before anything points to it; where it fails, the folder
        goes again.

    Raises
    ------
    LeakFound
        When a withheld value stands in the finished bytes; nothing is published then.
    IntelError
        When the disk refuses; nothing half written stays.
    """
    page = render.page(bundle, typed=typed, release=release)
    files = {render.file_name(bundle): page.encode("utf-8"), **_tables(bundle)}
    parent = place_of(bundle).below(reports)
    status = "released" if release else "draft"
    note = manifest.make(
        files,
        reads=making.reads,
        parameters=making.parameters,
        run={
            "run": run,
            "source_run": making.source_run,
            "started": making.started.isoformat(),
            "finished": making.finished.isoformat(),
        },
        more={
            "reference": bundle.reference,
            "marking": bundle.marking,
            "status": status,
            "release": release.model_dump() if release else None,
            "judgements": len(typed or {}),
        },
    )
    own = render.page(bundle.model_copy(update={"sections": ()})).encode("utf-8")
    scan.check({**files, manifest.FILE_NAME: manifest.words(note.content)}, withheld, own=own)
    folder = folders.complete(parent, run, {**files, manifest.FILE_NAME: note.to_bytes()})
    if record is not None:
        try:
            record(files[render.file_name(bundle)])
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    folders.point(parent, {"run": run, "page": render.file_name(bundle), "status": status, **_released(parent)})
    return Published(folder=folder, page=folder / render.file_name(bundle), run=run)


def _tables(bundle: Bundle) -> dict[str, bytes]:
    """The tables behind the page, as files."""
    marking, reference = bundle.marking, bundle.reference
    return {
        tables.file_name(table, marking=marking, reference=reference): tables.csv_bytes(
            table, marking=marking, reference=reference, as_at=bundle.as_at
        )
        for table in bundle.tables()
        if table.export
    }


def _released(parent: Path) -> dict[str, Any]:
    """The latest released version among the runs here, so that a newer draft never hides it."""
    numbered = []
    for path in parent.glob(f"*/{manifest.FILE_NAME}"):
        content = manifest.load(path.parent).content
        if content.get("release"):
            numbered.append((int(content["release"]["number"]), path.parent.name))
    if not numbered:
        return {"released": None}
    number, run = max(numbered)
    return {"released": {"number": number, "run": run}}
