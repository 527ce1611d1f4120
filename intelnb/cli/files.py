"""Verbs about files: `check`, `sample`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from intelnb.errors import IntelError, UsageError
from intelnb.tables.words import several

if TYPE_CHECKING:
    from intelnb.intake.child import Reader
    from intelnb.load.check import CheckReport, Problems

_SHOWN = 20
_NO_PROBLEMS = '"problems": []'


def add(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    for verb in (check, sample):
        app.command()(verb)


def check(
    kind: Annotated[str, typer.Option("--as", help="What it is: crimes, logs, areas, ...")],
    files: Annotated[list[Path] | None, typer.Argument(help="The file to look at, or several.")] = None,
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
    workspace: Annotated[
        str | None, typer.Option(help="Without a file: look at what this workspace's settings name, a database too.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object; of several files, one a line.")
    ] = False,
) -> None:
    """Look at a file: every record that cannot be taken, with its line and the reason."""
    from intelnb.load.check import refused

    asked: dict[str, str | None] = {
        "column_map": str(column_map) if column_map else None, "layout": layout, "members": members, "crs": crs,
        "timezone": timezone, "quarantine": str(quarantine) if quarantine else None,
    }  # fmt: skip
    try:
        worst = _looked_at(list(files or []), kind, asked, workspace=workspace, as_json=as_json)
    except IntelError as fault:
        if not as_json:
            raise
        # whoever asked for JSON reads JSON, whatever is wrong
        _print(refused(", ".join(str(file) for file in files or []), kind, fault))
        worst = fault.exit_code
    raise typer.Exit(worst)


def _looked_at(
    files: list[Path], kind: str, asked: dict[str, str | None], *, workspace: str | None, as_json: bool
) -> int:
    """Every file, told one by one; the exit code of the worst."""
    from intelnb.intake.child import Reader
    from intelnb.load.check import NOBODY
    from intelnb.load.kinds import loader

    loader(kind)
    if workspace is not None and not files:
        files, asked = _declared(workspace, kind, asked)
    if not files:
        raise UsageError(what="No file is named", now="Name one, or a --workspace whose settings do.")
    if asked["quarantine"] and len(files) > 1:
        raise UsageError(what="--quarantine takes the records of one file", now="Check the files one by one.")
    worst = 0
    with Reader(folder=Path.cwd(), clearance=NOBODY, crs=asked["crs"]) as reader:
        for file in files:
            report = _checked(reader, file, kind, asked)
            if as_json:
                _print(report, many=len(files) > 1)
            else:
                _tell(report)
            # a refused file outweighs quarantined records
            worst = 1 if 1 in {worst, report.exit_code} else max(worst, report.exit_code)
    return worst


def _print(report: CheckReport, *, many: bool = False) -> None:
    """One JSON object; of several files, one a line."""
    from intelnb.load.check import Problems

    indent = None if many else 1
    plain = replace(report, problems=Problems()).as_dict()
    before, after = json.dumps(plain, indent=indent, ensure_ascii=False, default=asdict).split(_NO_PROBLEMS)
    sys.stdout.write(before)
    sys.stdout.writelines(_listed(report.problems, indent))
    print(after)


def _listed(problems: Problems, indent: int | None) -> Iterator[str]:
    """The list of problems as JSON, one by one: of a million the whole text would not fit."""
    from intelnb.load.check import ProblemFound

    if not problems:
        yield _NO_PROBLEMS
        return
    between = "" if indent is None else "\n  "
    said = [ProblemFound(0, *one)._asdict() for one in problems.said]
    # every message is written once; the row comes first
    ends = [json.dumps(one, indent=indent, ensure_ascii=False).replace("\n", between) for one in said]
    begin, ends = ends[0].split("0", 1)[0], [end.split("0", 1)[1] for end in ends]
    yield f'"problems": [{between}'
    comma = ""
    for row, which in zip(problems.row, problems.which, strict=True):
        yield f"{comma}{begin}{row}{ends[which]}"
        comma = f",{between or ' '}"
    yield "]" if indent is None else "\n ]"


def _declared(workspace: str, kind: str, asked: dict[str, str | None]) -> tuple[list[Path], dict[str, str | None]]:
    """What the settings of a workspace name for a kind: its files and their map, or its database."""
    from intelnb.intake import database, gate
    from intelnb.settings import load

    settings = load(workspace)
    source = settings.sources.get(kind)
    if source is None:
        choices = ", ".join(settings.sources)
        raise UsageError(
            what=f"The settings name no source '{kind}'", now=f"Choose one of: {choices or 'none is set'}."
        )
    found = asked | {
        "column_map": str(settings.folder / source.map) if source.map else None, "layout": source.layout,
        "members": source.members, "crs": settings.force.crs, "timezone": settings.force.timezone,
    }  # fmt: skip
    if database.is_url(source.files):
        return [settings.folder], found | {"database": source.files}
    return gate.find([source.files], folder=settings.folder), found


def _checked(reader: Reader, file: Path, kind: str, asked: dict[str, str | None]) -> CheckReport:
    """One file, looked at in a reader process within limits of memory and time."""
    from intelnb.load.check import CheckReport, literal, refused

    try:
        options = {"file": str(file), "asked": asked}
        whole = file.absolute()
        # the reader's limits go by what it reads
        where = (
            {"database": asked["database"]} if asked.get("database") else {"files": str(whole.parent / literal(file))}
        )
        return CheckReport.of_answer(reader.ask("check", options=options, kind=kind, allowed=[whole.parent], **where))
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
    print(f"{several(len(written), 'file')} in {folder}")
