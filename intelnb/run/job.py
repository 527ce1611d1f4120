"""One job: what is asked, checked before anything starts, run in a kernel of its own, and published whole or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from intelnb import kinds, settings, share
from intelnb.bundle import Bundle
from intelnb.dates import parse
from intelnb.errors import IntelError, UsageError, together
from intelnb.run import engine, folders, inputs, outcome, pages, parameters, publishing, workings

_QUARANTINED = 3


@dataclass(frozen=True)
class JobSpec:
    """What to run; plain values only, so that a scheduler or a cluster can pass it on.

    Parameters
    ----------
    kind
        The product, as `intelnb products` lists it.
    parameters
        What the notebook is asked, by parameter name; text is read as the parameter's type.
    notebook
        Another notebook than the kind's own; empty for its own.
    cell_timeout_s, run_timeout_s
        Longest time for one cell, and for the whole notebook, in seconds.
    """

    kind: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    notebook: str = ""
    cell_timeout_s: int = 900
    run_timeout_s: int = 3600


@dataclass(frozen=True)
class RunResult:
    """What came of a job: the page, where its workings lie, and the exit code it earns."""

    reference: str
    run: str
    folder: Path
    page: Path
    workings: Path
    quarantined: int
    exit_code: int


def run(job: JobSpec, *, progress: engine.Progress | None = None) -> RunResult:
    """Run a product notebook and publish its draft page.

    Parameters
    ----------
    job
        What to run.
    progress
        Told before each code cell: its number, how many there are, the heading it stands under.

    Raises
    ------
    UsageError
        When something was asked that cannot be, or the area is not known; before a kernel starts.
    RunFailed
        When the notebook did not end in exactly one sealed product.
    IntelError
        When the notebook refused something itself; its own line.
    """
    notebook = Path(job.notebook) if job.notebook else share.product(job.kind)
    asked = check(job, notebook)
    here = settings.load(str(asked["workspace"]))
    inputs.refuse(here, area=str(asked["area"]), period=parse(str(asked["period"])), audience=str(asked["audience"]))
    started = datetime.now(UTC)
    name = folders.run_id(started)
    place = folders.Place(job.kind, str(asked["area"]), parse(str(asked["period"])).slug, str(asked["audience"]))
    kept = folders.workings(here.state_folder(), place, name)
    bundle = _sealed(job, notebook, asked, kept, progress)
    ledger = workings.ledger_in(kept)
    published = publishing.publish_bundle(
        bundle,
        reports=here.reports_folder(),
        run=name,
        making=publishing.Making(name, started, datetime.now(UTC), asked, ledger.reads),
        typed=pages.kept_judgements(here, bundle),
        withheld=workings.withheld_in(kept),
    )
    over = ledger.quarantined_share > here.tolerance.quarantined_share
    return RunResult(
        reference=bundle.reference,
        run=name,
        folder=published.folder,
        page=published.page,
        workings=kept,
        quarantined=ledger.quarantined,
        exit_code=_QUARANTINED if over else 0,
    )


def check(job: JobSpec, notebook: Path) -> dict[str, parameters.Value]:
    """Check everything that can be checked without running.

    Parameters
    ----------
    job
        What is to run.
    notebook
        The notebook that is to run.

    Returns
    -------
    dict
        A value for every parameter; the audience is the kind's default where none was asked for, and the workspace
        an absolute path.

    Raises
    ------
    UsageError
        When anything is wrong; all faults at once.
    """
    kind = kinds.load(job.kind)
    known = parameters.read(notebook)
    given = {name: value for name, value in job.parameters.items() if value is not None}
    if "audience" in known and not given.get("audience") and not known["audience"].default:
        given["audience"] = kind.default_audience
    settled = parameters.settle(known, given, where=job.kind)
    settled["workspace"] = str(Path(str(settled["workspace"])).resolve())
    here = settings.load(str(settled["workspace"]))
    faults = []
    for ask in (
        lambda: here.clearance(str(settled["audience"])),
        lambda: parse(str(settled["period"])),
        lambda: folders.check_name(str(settled["area"])),
    ):
        try:
            ask()
        except UsageError as fault:
            faults.append(fault)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise together(
            [str(f).rstrip(".") for f in faults], what=f"{job.kind} cannot be asked this", now="", kind=UsageError
        )
    return settled


def _sealed(
    job: JobSpec,
    notebook: Path,
    asked: Mapping[str, parameters.Value],
    kept: Path,
    progress: engine.Progress | None,
) -> Bundle:
    """Run the notebook and take its one product out of it."""
    executed = kept / workings.NOTEBOOK
    period = parse(str(asked["period"])).slug
    reference = f"{kinds.load(job.kind).short}/{asked['area']}/{period}/{asked['audience']}"
    reached = (0, 0)

    def tell(number: int, of: int, heading: str) -> None:
        nonlocal reached
        reached = (number, of)
        if progress:
            progress(number, of, heading)

    try:
        engine.execute(
            notebook,
            executed,
            parameters=asked,
            extra_environment={workings.VARIABLE: str(kept), workings.REFERENCE: reference},
            cell_timeout_s=job.cell_timeout_s,
            run_timeout_s=job.run_timeout_s,
            progress=tell,
        )
    except IntelError:
        raise
    except Exception as fault:  # noqa: BLE001 - whatever stops a notebook is told as one line
        raise outcome.told(fault, executed, at=reached) from None
    bundle = outcome.product_of(executed)
    outcome.check_asked(
        bundle,
        kind=job.kind,
        area=str(asked["area"]),
        period=str(asked["period"]),
        audience=str(asked["audience"]),
    )
    workings.keep(kept, bundle)
    return bundle
