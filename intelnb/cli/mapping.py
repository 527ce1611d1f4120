"""Verbs about column maps: `map`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from intelnb.errors import InputRefused, UsageError
from intelnb.tables.words import several

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intelnb.intake.child import Reader

_WIDTH = 110
_WIDEST = 28


def add(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command("map")(propose)


def propose(
    file: Annotated[Path, typer.Argument(help="The export nobody has mapped yet.")],
    kind: Annotated[str, typer.Option("--as", help="What it is: crimes, incidents, logs, ...")],
    said: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="A correction: start='Date From', start=%d/%m/%Y, dates=day-first, kind:THEIRS=ours, area= for none.",
        ),
    ] = None,
    kept: Annotated[
        list[str] | None, typer.Option("--keep", help="A column whose codes are taken as they are.")
    ] = None,
    write: Annotated[Path | None, typer.Option(help="Where the map goes, once it is accepted.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Accept it without being asked: for scripts.")] = False,
    workspace: Annotated[
        str | None, typer.Option(help="Folder that holds intelnb.toml: its grid, clock and areas are used.")
    ] = None,
    crs: Annotated[str, typer.Option(help="The force's grid, where no workspace is named.")] = "EPSG:27700",
    timezone: Annotated[str, typer.Option(help="The force's clock, where no workspace is named.")] = "Europe/London",
) -> None:
    """Propose a column map for a file, show what it makes of it, and write it once a person accepts."""
    from intelnb.intake.child import Reader
    from intelnb.intake.paths import no_scheme

    if yes and write is None:
        raise UsageError(what="--yes accepts a map, but nothing says where it goes", now="Add --write MAP.toml.")
    no_scheme(str(file))
    corrections = list(said or [])
    with Reader(**_standing(file, workspace, crs, timezone)) as reader:
        while True:
            found = _ask(reader, file, kind, corrections, kept or [])
            _show(found)
            answered = _answers(found["questions"]) if _is_terminal() and not yes else []
            if not answered:
                break
            corrections += answered
    if found["questions"]:
        print("\nNothing was written: answer what is asked with --set.")
        raise typer.Exit(1)
    _keep(found["toml"], write, yes=yes)


def _standing(file: Path, workspace: str | None, crs: str, timezone: str) -> dict[str, Any]:
    """What holds for the reader: whoever has the file sees it whole."""
    from intelnb.load.check import NOBODY
    from intelnb.settings import load

    standing: dict[str, Any] = {"folder": file.absolute().parent, "clearance": NOBODY, "crs": crs, "timezone": timezone}
    if workspace is None:
        return standing
    settings = load(workspace)
    levels = [
        {"level": one.level, "file": str((settings.folder / one.file).resolve()), "code": one.code, "name": one.name}
        for one in settings.areas
    ]
    return {
        **standing, "crs": settings.force.crs, "timezone": settings.force.timezone, "levels": levels,
        "allowed": [settings.folder.resolve()],
    }  # fmt: skip


def _ask(reader: Reader, file: Path, kind: str, said: Sequence[str], kept: Sequence[str]) -> dict[str, Any]:
    from intelnb.load.check import literal

    return reader.ask("proposing", kind=kind, files=literal(file), options={"said": list(said), "kept": list(kept)})


def _show(found: dict[str, Any]) -> None:
    """Everything a person must see before accepting a map."""
    from intelnb.intake.mapping.profile import readable

    print(
        f"{readable(found['file'])} as {found['kind']}, {found['encoding'] or found['layer']}, "
        f"{several(found['read'], 'record')}"
    )
    for note in found["notes"]:
        print(f"  note: {readable(note)}")
    print("\nWhich heading is which")
    for column in found["columns"]:
        told = column["format"] if isinstance(column["format"], str) else " or ".join(column["format"])
        headings = " + ".join(f"'{readable(heading)}'" for heading in column["headings"])
        print(f"  {column['column']:<17} {headings}  ({column['why']}{f'; dates as {told}' if told else ''})")
    if found["unread"]:
        print(f"\nHeadings left unread: {', '.join(repr(readable(one)) for one in found['unread'])}")
    _show_rows(found["preview"])
    _show_codes(found["codes"])
    told = f"read {found['read']:,} = accepted {found['accepted']:,} + quarantined {found['quarantined']:,}"
    print(f"\nThrough this map: {told}" if not found["fault"] else f"\nThis map does not work yet: {found['fault']}")
    for problem in found["problems"][:5]:
        column = f" {readable(problem['column'])}:" if problem["column"] else ""
        print(f"  line {problem['row']}:{column} {readable(problem['message'])}")
    if found["questions"]:
        print("\nWhat only you can say")
    for question in found["questions"]:
        print(f"  {question['column']}: {readable(question['why'])}")
        for correction, words in question["answers"]:
            print(f"    --set '{correction}'   {readable(words)}")


def _show_rows(preview: dict[str, Any]) -> None:
    """Rows as they were understood, some columns at a time so that lines stay on the screen."""
    names, rows = preview["columns"], preview["rows"]
    if not rows:
        return
    cut = [[cell if len(cell) <= _WIDEST else f"{cell[: _WIDEST - 3]}..." for cell in row["cells"]] for row in rows]
    wide = [max(len(name), *(len(row[i]) for row in cut)) for i, name in enumerate(names)]
    are = "it is" if len(rows) == 1 else "they are"
    print(f"\n{several(len(rows), 'row')} as {are} understood (what could not be read stands in brackets)")
    at = 0
    while at < len(names):
        last, used = at, 6
        while last < len(names) and (last == at or used + wide[last] + 2 <= _WIDTH):
            used += wide[last] + 2
            last += 1
        print("  line  " + "  ".join(names[i].ljust(wide[i]) for i in range(at, last)).rstrip())
        for row, cells in zip(rows, cut, strict=True):
            print(f"{row['row']:>6}  " + "  ".join(cells[i].ljust(wide[i]) for i in range(at, last)).rstrip())
        at = last
        print()


def _show_codes(codes: list[dict[str, Any]]) -> None:
    """Every code nobody knows, with how many records have it."""
    from intelnb.intake.mapping.profile import readable

    for column in dict.fromkeys(code["column"] for code in codes):
        mine = [code for code in codes if code["column"] == column]
        fate = "taken as they are" if mine[0]["kept"] else "quarantined until the map says what they mean"
        print(f"Codes of {column} that are not known, {fate}:")
        for code in mine:
            perhaps = f"   perhaps {code['perhaps']}" if code["perhaps"] else ""
            print(f"  {code['records']:>7,}  {readable(code['code'])}{perhaps}")


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _answers(questions: list[dict[str, Any]]) -> list[str]:
    """What somebody at a terminal answers; nothing where there is nothing to choose from, or nothing is chosen."""
    said = []
    for question in (one for one in questions if one["answers"]):
        print(f"\n{question['why']}")
        for number, (_, words) in enumerate(question["answers"], start=1):
            print(f"  {number}  {words}")
        chosen = typer.prompt("Which one? (a number, or nothing to leave it)", default="", show_default=False)
        if chosen.isdigit() and 1 <= int(chosen) <= len(question["answers"]):
            said.append(question["answers"][int(chosen) - 1][0])
    return said


def _keep(toml: str, write: Path | None, *, yes: bool) -> None:
    """Write the map where it is accepted: asked at a terminal, said by --yes elsewhere, and never over another."""
    if not yes and not _is_terminal():
        if write is not None:
            raise InputRefused(
                what="Nobody accepted the map, and nothing was written", now="Look at it, then add --yes."
            )
        print("\nNothing was written. To accept it: --write MAP.toml --yes")
        return
    path = write or Path(typer.prompt("\nWrite it to (a path, or nothing to leave it)", default="", show_default=False))
    if not yes and (
        not str(path).strip(".") or not typer.confirm(f"Do the rows above say what happened? Write {path}?")
    ):
        print("Nothing was written.")
        raise typer.Exit(1)
    replaces = path.exists()
    if replaces and (yes or not typer.confirm(f"There is already a {path}. Replace it?")):
        raise InputRefused(
            what="There is already a map of that name",
            where=str(path),
            now="Name another, or take that one away first.",
        )
    _write(path, toml, replaces=replaces)
    print(f"\n{path}")


def _write(path: Path, text: str, *, replaces: bool) -> None:
    """A file whole or not at all."""
    import os

    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        if not replaces and path.exists():
            part.unlink()
            raise InputRefused(what="There is already a map of that name", where=str(path), now="Name another.")
        part.replace(path)
    except OSError as fault:
        raise InputRefused(
            what=f"The map cannot be written: {fault.strerror}", where=str(path), now="Name a folder you may write to."
        ) from None
