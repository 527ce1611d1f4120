"""Verbs about this machine: `doctor`, `lab`."""

from __future__ import annotations

from typing import Annotated

import typer

from intelnb.cli.running import here

_HERE = "Folder that holds intelnb.toml; this folder if it does."


def add(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command()(doctor)
    app.command()(lab)


def doctor(workspace: Annotated[str | None, typer.Option(help=_HERE)] = None) -> None:
    """Look at versions, folders, the database, areas, maps and every source, and say what to mend."""
    from pathlib import Path

    from intelnb.run import health
    from intelnb.settings import FILE_NAME, load

    named = here(workspace) if workspace is not None or Path(FILE_NAME).is_file() else None
    checks = health.look(load(named) if named is not None else None)
    for one in checks:
        print(f"{'ok  ' if one.good else 'note' if one.only_told else 'BAD '}  {one.name}: {one.told}")
    if any(not one.good and not one.only_told for one in checks):
        raise typer.Exit(1)


def lab(
    workspace: Annotated[str | None, typer.Option(help=_HERE)] = None,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8888,
) -> None:
    """Open JupyterLab on copies of the notebooks, set to this workspace; nothing there asks the network."""
    from intelnb.run import laboratory

    folder = laboratory.prepare(here(workspace))
    print(f"Notebooks in {folder}")
    raise typer.Exit(laboratory.start(folder, browser=browser, port=port))
