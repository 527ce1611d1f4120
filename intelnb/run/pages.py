"""A page after its run: the desk file, the page again with what was typed, the release; always on the run's numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from intelnb import kinds, settings
from intelnb.bundle import Bundle, Release, TypedJudgement
from intelnb.errors import JudgementError, ProductError, UsageError
from intelnb.publish import desk, judged, naming
from intelnb.publish import release as releasing
from intelnb.records import Judgement
from intelnb.registers import alarms, audit, judgements, releases
from intelnb.registers.store import Store, open_store
from intelnb.run import alarm_ledger, folders, manifest, publishing, workings
from intelnb.settings import Settings


@dataclass(frozen=True, eq=False)
class Draft:
    """A product as its last run sealed it, with what is needed to publish it again."""

    settings: Settings
    bundle: Bundle
    workings: Path
    making: publishing.Making

    @property
    def desk_file(self) -> Path:
        """Where the desk file of this product lies, whether it was made yet or not."""
        name = naming.marked_name(self.bundle.marking, self.bundle.reference, suffix=".xlsx")
        return self.settings.state_folder() / "desk" / name


@dataclass(frozen=True)
class Rendered:
    """A page rendered again, and what to think over before it goes anywhere."""

    published: publishing.Published
    warnings: tuple[str, ...]


def find(workspace: Path, reference: str) -> Draft:
    """Find a product by its reference.

    Parameters
    ----------
    workspace
        The folder that holds `intelnb.toml`.
    reference
        Kind, area, period and audience: `WTA/NOR/2026-W46/internal`.

    Raises
    ------
    UsageError
        When the reference is not one, or there is no such product yet.
    RunFailed
        When its workings are gone.
    """
    here = settings.load(workspace)
    place = _place(reference)
    parent = place.below(here.reports_folder())
    entry = folders.pointed(parent)
    note = manifest.load(parent / str(entry["run"]))
    source = str(note.run["source_run"])
    folders.check_name(source)
    kept = place.below(here.state_folder() / "workings") / source
    making = publishing.Making(
        source_run=source,
        started=datetime.now(UTC),
        finished=datetime.now(UTC),
        parameters={**note.content["parameters"], "workspace": str(workspace.resolve())},
        reads=workings.ledger_in(kept).reads,
    )
    return Draft(settings=here, bundle=workings.bundle_in(kept), workings=kept, making=making)


def kept_judgements(here: Settings, bundle: Bundle) -> dict[str, TypedJudgement]:
    """What officers typed for a product before, as its page shows it; nothing where its audience may not read it."""
    if not bundle.judgements:
        return {}
    return judged.shown(bundle, judgements.latest(open_store(here.registers_url()), bundle.reference))


def write_desk(draft: Draft) -> Path:
    """Write the desk file of a product, filled with what was judged before; what a filled one holds is kept first.

    Parameters
    ----------
    draft
        The product, from `find`.

    Returns
    -------
    The path of the workbook.

    Raises
    ------
    ProductError
        When its audience may not read judgements, so that there is nothing to type.
    JudgementError
        When the file is open in Excel, or holds what cannot be used.
    """
    if not draft.bundle.places() or not draft.bundle.judgements:
        raise ProductError(
            what="This page has no places for judgements",
            where=draft.bundle.reference,
            now="Its audience is not cleared for them.",
        )
    store = open_store(draft.settings.registers_url())
    saved = judgements.latest(store, draft.bundle.reference)
    if reading := _typed(draft, saved):
        judgements.save(store, draft.bundle.reference, reading.judgements.values())
    draft.desk_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    desk.write(draft.bundle, draft.desk_file, saved=judgements.latest(store, draft.bundle.reference))
    return draft.desk_file


def render(draft: Draft) -> Rendered:
    """Render the page again with what was typed, on the numbers of its run.

    Parameters
    ----------
    draft
        The product, from `find`. Its desk file may be missing: then what was kept before is shown.

    Raises
    ------
    JudgementError
        When the desk file is open in Excel, or holds what cannot be used; all faults at once.
    LeakFound
        When something typed repeats what this audience may not have; it is not kept then.
    """
    store = open_store(draft.settings.registers_url())
    saved = judgements.latest(store, draft.bundle.reference)
    reading = _typed(draft, saved)
    typed = {**saved, **reading.judgements} if reading else saved
    shown = {place: one for place, one in typed.items() if not one.is_empty}

    def keep(_: bytes) -> None:
        # only what the scan let pass is kept: a refused text would stop every later run too
        if reading:
            judgements.save(store, draft.bundle.reference, reading.judgements.values())

    published = publishing.publish_bundle(
        draft.bundle,
        reports=draft.settings.reports_folder(),
        run=folders.run_id(datetime.now(UTC)),
        making=replace(draft.making, finished=datetime.now(UTC)),
        typed=judged.shown(draft.bundle, shown) if draft.bundle.judgements else {},
        withheld=workings.withheld_in(draft.workings),
        record=keep,
    )
    return Rendered(published, reading.warnings if reading else ())


def release(draft: Draft, *, by: str, role: str, at: datetime | None = None) -> publishing.Published:
    """Release a page: check it, write its final version, and enter it in the registers.

    Parameters
    ----------
    draft
        The product, from `find`.
    by, role
        Who releases it, and as what.
    at
        When; without it, now, in the force's time.

    Raises
    ------
    ProductError
        When anything forbids the release, all faults at once, or the desk file holds what was not rendered yet.
    LeakFound
        When a withheld value stands in the finished bytes.
    """
    store = open_store(draft.settings.registers_url())
    bundle = draft.bundle
    saved = judgements.latest(store, bundle.reference)
    reading = _typed(draft, saved)
    if reading and _unrendered(reading.judgements, saved):
        raise ProductError(
            what="The desk file holds what the page does not show yet",
            where=draft.desk_file.name,
            now=f"Look at it first: intelnb render {bundle.reference}",
        )
    typed = kept_judgements(draft.settings, bundle)
    moment = at or datetime.now(ZoneInfo(draft.settings.force.timezone)).replace(tzinfo=None)
    stamp = releasing.stamp(
        bundle,
        typed,
        clearance=draft.settings.clearance(bundle.audience),
        by=by,
        role=role,
        at=moment.isoformat(timespec="minutes"),
        number=releases.next_version(store, bundle.reference),
    )
    return publishing.publish_bundle(
        bundle,
        reports=draft.settings.reports_folder(),
        run=folders.run_id(datetime.now(UTC)),
        making=replace(draft.making, finished=datetime.now(UTC)),
        typed=typed,
        release=stamp,
        withheld=workings.withheld_in(draft.workings),
        record=lambda page: _record(store, bundle, stamp, page),
    )


def _record(store: Store, bundle: Bundle, stamp: Release, page: bytes) -> None:
    """Enter a release in its register and in the audit."""
    digest = hashlib.sha256(page).hexdigest()
    entry = releases.Released(
        reference=bundle.reference,
        number=stamp.number,
        by=stamp.by,
        role=stamp.role,
        at=stamp.at,
        page_sha256=digest,
        marking=bundle.marking,
        audience=bundle.audience,
    )
    releases.add(store, entry)
    # what left the unit is what can turn out right or wrong
    alarms.keep(store, alarm_ledger.raised_on(bundle), at=stamp.at)
    audit.append(
        store,
        event="released",
        subject=bundle.reference,
        detail={"number": stamp.number, "role": stamp.role, "page_sha256": digest, "marking": bundle.marking},
        by=stamp.by,
    )


def _typed(draft: Draft, saved: Mapping[str, Judgement]) -> desk.DeskReading | None:
    """What the desk file holds; None where there is none."""
    if not draft.desk_file.exists():
        return None
    try:
        return desk.read(draft.desk_file, draft.bundle, saved=saved)
    except JudgementError as fault:
        # where the reader's remedy is another file, this one is in the way of writing it
        if fault.now and "written again" not in fault.now:
            raise
        now = f"Move or delete this file and run 'intelnb desk {draft.bundle.reference}' again; "
        kept = "what was rendered before is kept."
        raise JudgementError(what=fault.what, where=str(draft.desk_file), now=now + kept) from None


def _unrendered(typed: Mapping[str, Judgement], saved: Mapping[str, Judgement]) -> bool:
    """Whether a desk file says anything that was not kept, and so not shown, yet."""
    for place, one in typed.items():
        before = saved.get(place)
        if before is None:
            if not one.is_empty:
                return True
        elif not judged.same_words(one, before) or one.confirmed != before.confirmed:
            return True
    return False


def _place(reference: str) -> folders.Place:
    parts = reference.strip().strip("/").split("/")
    known = {kinds.load(name).short: name for name in kinds.names()}
    if len(parts) != 4 or parts[0] not in known:
        raise UsageError(
            what=f"'{reference}' is not a reference",
            now=f"It names kind, area, period and audience, such as {next(iter(known))}/NOR/2026-W46/internal.",
        )
    return folders.Place(known[parts[0]], *parts[1:])
