"""Verbs about files: `check`, `sample`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from intelnb.errors import UsageError

if TYPE_CHECKING:
    from intelnb.load.check import CheckReport

_SHOWN = 20


def add(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    for verb in (check, sample):
        app.command()(verb)


def check(
    file: Annotated[Path, typer.Argument(help="The file to look at.")],
    kind: Annotated[str, typer.Option("--as", help="What it is: crimes, logs, areas, ...")],
    column_map: Annotated[
        Path | None, typer.Option("--map", help="Its column map, where its headings are not ours.")
    ] = None,
    layout: Annotated[str, typer.Option(help="Its layout, where it is no plain table: matrix.")] = "",
    crs: Annotated[str, typer.Option(help="The force's grid.")] = "EPSG:27700",
    timezone: Annotated[str, typer.Option(help="The force's clock.")] = "Europe/London",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Look at one file: every record that cannot be taken, with its line and the reason."""
    from intelnb.load import check as checking

    report = checking.check(file, kind=kind, column_map=column_map, layout=layout, crs=crs, timezone=timezone)
    if as_json:
        print(json.dumps(report.as_dict(), indent=1, ensure_ascii=False))
    else:
        _tell(report)
    raise typer.Exit(report.exit_code)


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
