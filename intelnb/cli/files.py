"""Verbs about files: `sample`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from intelnb.errors import UsageError


def add(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command()(sample)


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
