"""Verbs about the store: `ingest`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from intelnb.tables.words import several

_HERE = "Folder that holds intelnb.toml; this folder if it does."
_MOST_FILES = 12
_LONGEST_S = 24 * 3600.0


def add(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command()(ingest)


def ingest(
    files: Annotated[list[Path], typer.Argument(help="The exports to take in; archives are read file by file.")],
    kind: Annotated[str, typer.Option("--as", help="What they are: crimes, logs, police-uk-street, ...")],
    workspace: Annotated[str | None, typer.Option(help=_HERE)] = None,
    column_map: Annotated[
        Path | None, typer.Option("--map", help="Their column map; the one of the settings if left out.")
    ] = None,
    feed: Annotated[
        str, typer.Option(help="Who sends them; the force in a published file's name, else the force itself.")
    ] = "",
    covers: Annotated[
        str, typer.Option(help="The days they hold whole: month 2026-10, week 2026-W46 or days 2026-10-01/2026-12-31.")
    ] = "",
    adds: Annotated[bool, typer.Option("--adds", help="They only add to what is held: nothing is withdrawn.")] = False,
    members: Annotated[str, typer.Option(help="Which files of an archive, such as *-street.csv.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Take exports into the workspace's store. The same file twice changes nothing; a month sent again replaces the
    one before, and says what changed; broken off, it leaves the store as it was.
    """
    import getpass
    from datetime import UTC, datetime

    from intelnb.cli.running import here
    from intelnb.errors import UsageError
    from intelnb.intake.child import Reader
    from intelnb.intake.paths import no_scheme
    from intelnb.load.check import NOBODY
    from intelnb.load.kinds import loader
    from intelnb.settings import load

    if covers and adds:
        raise UsageError(what="A file either holds days whole or only adds", now="Give --covers or --adds, not both.")
    for path in files:
        no_scheme(str(path))  # before the folder we are in is put before it
    settings = load(here(workspace))
    source = settings.sources.get(loader(kind).CONTRACT.kind)
    own_map = str(column_map.absolute()) if column_map else (source.map if source else "")
    folder = settings.folder.resolve()
    paths = [path.absolute() for path in files]
    allowed = {path.parent for path in paths} | ({Path(own_map).parent} if column_map else set())
    options = {
        "feed": feed, "covers": covers, "adds": adds, "by": getpass.getuser(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    with Reader(folder=folder, clearance=NOBODY, crs=settings.force.crs, time_limit_s=_LONGEST_S) as reader:
        account = reader.ask(
            "ingesting", options=options, kind=kind, files=[_literal(path) for path in paths], column_map=own_map,
            layout=source.layout if source and not column_map else "", members=members, allowed=sorted(allowed),
            timezone=settings.force.timezone, store=str(settings.store_folder()), registers=settings.registers_url(),
        )  # fmt: skip
    if as_json:
        print(json.dumps({"refused": False, "reason": "", **account}, indent=1, ensure_ascii=False))
    else:
        _tell(account, settings.store_folder())
    taken = [one for one in account["files"] if not one["unchanged"]]
    raise typer.Exit(3 if any(one["read"] > one["accepted"] for one in taken) else 0)


def _literal(path: Path) -> str:
    """A path as a pattern that fits it alone."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))


def _tell(account: dict[str, Any], folder: Path) -> None:
    """What became of each file, or of all together where they are many."""
    from intelnb.intake.mapping.profile import readable

    files = account["files"]
    taken = [one for one in files if not one["unchanged"]]
    for one in files[:_MOST_FILES] if len(files) <= _MOST_FILES else ():
        if one["unchanged"]:
            print(f"{readable(one['name'])}: {one['note']}; nothing changed")
            continue
        print(f"{readable(one['name'])} ({one['feed']}): {_read([one])}")
        _tell_months(one)
        print(f"  {_counts(one['changes'])}")
        for said in (*one["decided"], *([f"note: {one['note']}"] if one["note"] else [])):
            print(f"  {said}")
    if len(files) > _MOST_FILES:
        if taken:
            print(f"{several(len(taken), 'file')}: {_read(taken)}")
            print(f"  {_counts({word: sum(one['changes'][word] for one in taken) for word in taken[0]['changes']})}")
        for note in dict.fromkeys(one["note"] for one in files if one["unchanged"]):
            known = sum(one["note"] == note for one in files)
            print(f"{several(known, 'file')} {note}; nothing changed for {'it' if known == 1 else 'them'}")
    doubtful = [one for one in taken if one["doubts"]]
    for one in doubtful[:_MOST_FILES]:
        print(f"  in doubt: {readable(one['name'])}: {'; '.join(one['doubts'])}")
    if len(doubtful) > _MOST_FILES:
        print(f"  and {several(len(doubtful) - _MOST_FILES, 'more file')} in doubt; the account below names all")
    if taken:
        print(f"What changed, and what is quarantined: {folder / 'ingestions' / format(account['number'], '06d')}")


def _read(files: list[dict[str, Any]]) -> str:
    """The account of some files together."""
    read, accepted = (sum(one[name] for one in files) for name in ("read", "accepted"))
    return f"read {read:,} = accepted {accepted:,} + quarantined {read - accepted:,}"


def _tell_months(one: dict[str, Any]) -> None:
    from intelnb.intake.store.months import tight

    if one["days"]:
        print(f"  held whole from now on: {one['days']}")
    if one["whole"]:
        print(f"  held whole from now on: {tight(one['whole'])}")
    if one["added_to"]:
        print(f"  added to what was held: {tight(one['added_to'])}")
    if one["in_part"]:
        print(f"  not held whole, so no month to count: {tight(one['in_part'])}")


def _counts(changes: dict[str, int]) -> str:
    return ", ".join(f"{word} {n:,}" for word, n in changes.items())
