"""Verbs about files: `check`, `sample`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from intelnb.errors import IntelError, UsageError

if TYPE_CHECKING:
    from intelnb.intake.child import Reader
    from intelnb.load.check import CheckReport

_SHOWN = 20


def add(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    for verb in (check, sample):
        app.command()(verb)


def check(
    files: Annotated[list[Path], typer.Argument(help="The file to look at, or several.")],
    kind: Annotated[str, typer.Option("--as", help="What it is: crimes, logs, areas, ...")],
    column_map: Annotated[
        Path | None, typer.Option("--map", help="Its column map, where its headings are not ours.")
    ] = None,
    layout: Annotated[str, typer.Option(help="Its layout, where it is no plain table: matrix.")] = "",
    members: Annotated[str, typer.Option(help="Which files of a zip archive, such as '*-street.csv'.")] = "",
    crs: Annotated[str, typer.Option(help="The force's grid.")] = "EPSG:27700",
    timezone: Annotated[str, typer.Option(help="The force's clock.")] = "Europe/London",
    quarantine: Annotated[
        Path | None,
        typer.Option(help="Write the records that cannot be taken here, as they stood, to correct and load again."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object; of several files, one a line.")
    ] = False,
) -> None:
    """Look at a file: every record that cannot be taken, with its line and the reason."""
    from intelnb.intake.child import Reader
    from intelnb.load.check import NOBODY

    if quarantine is not None and len(files) > 1:
        raise UsageError(what="--quarantine takes the records of one file", now="Check the files one by one.")
    asked = {
        "column_map": str(column_map) if column_map else None, "layout": layout, "members": members, "crs": crs,
        "timezone": timezone, "quarantine": str(quarantine) if quarantine else None,
    }  # fmt: skip
    worst = 0
    with Reader(folder=Path.cwd(), clearance=NOBODY, crs=crs) as reader:
        for file in files:
            report = _checked(reader, file, kind, asked)
            if as_json:
                plain = report.as_dict()
                print(json.dumps(plain, indent=1 if len(files) == 1 else None, ensure_ascii=False, default=asdict))
            else:
                _tell(report)
            # a refused file outweighs quarantined records
            worst = 1 if 1 in {worst, report.exit_code} else max(worst, report.exit_code)
    raise typer.Exit(worst)


def _checked(reader: Reader, file: Path, kind: str, asked: dict[str, Any]) -> CheckReport:
    """One file, looked at in a reader process within limits of memory and time."""
    from intelnb.load.check import CheckReport, literal, refused

    try:
        options = {"file": str(file), "asked": asked}
        pattern = str(file.absolute().parent / literal(file))
        return CheckReport.from_dict(
            reader.ask("check", options=options, kind=kind, files=pattern, allowed=[file.absolute().parent])
        )
    except UsageError:
        raise
    except IntelError as fault:
        return refused(str(file), kind, fault)


def _tell(report: CheckReport) -> None:
    if report.refused:
        print(f"refused: {report.reason}")
        return
    print(f"{report.file}: read {report.read:,} = accepted {report.accepted:,} + quarantined {report.quarantined:,}")
    for repair in report.repairs:
        print(f"  note: {repair}")
    for problem in report.problems[:_SHOWN]:
        column = f" {problem.column}:" if problem.column else ""
        print(f"  line {problem.row}:{column} {problem.message}")
    if len(report.problems) > _SHOWN:
        print(f"  and {len(report.problems) - _SHOWN:,} more; --json lists them all")


def sample(
    folder: Annotated[Path, typer.Argument(help="Where to write; new, empty, or an earlier sample.")],
    seed: Annotated[int | None, typer.Option(help="Another seed makes another force.")] = None,
) -> None:
    """Write the invented force again from its seed: the same seed gives the same bytes."""
    from intelnb.sample import force

    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / "truths.json").is_file())):
        raise UsageError(what="This folder holds something else", where=str(folder), now="Name a new or empty one.")
    written = force.write(folder, seed=force.SEED if seed is None else seed)
    print(f"{len(written)} files in {folder}")
