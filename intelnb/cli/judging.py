"""Verbs of the officer's morning: `desk`, `render`, `release`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from intelnb.cli.running import here

_REFERENCE = "The product's reference, such as WTA/NOR/2026-W46/internal."
_HERE = "Folder that holds intelnb.toml; this folder if it does."


def add(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    for verb in (desk, render, release):
        app.command()(verb)


def desk(
    reference: Annotated[str, typer.Argument(help=_REFERENCE)],
    workspace: Annotated[str | None, typer.Option(help=_HERE)] = None,
) -> None:
    """Write the desk file: an Excel workbook with a row for every judgement, the evidence beside it."""
    from intelnb.run import pages

    print(pages.write_desk(pages.find(here(workspace), reference)))


def render(
    reference: Annotated[str, typer.Argument(help=_REFERENCE)],
    workspace: Annotated[str | None, typer.Option(help=_HERE)] = None,
) -> None:
    """Render the page again with what was typed in the desk file, on the same numbers."""
    from intelnb.run import pages

    made = pages.render(pages.find(here(workspace), reference))
    for warning in made.warnings:
        print(f"to think over: {warning}", file=sys.stderr)
    print(made.published.page)


def release(
    reference: Annotated[str, typer.Argument(help=_REFERENCE)],
    by: Annotated[str, typer.Option(help="Who releases it, by name.")],
    role: Annotated[str, typer.Option(help="As what they release it, such as 'Senior analyst'.")],
    workspace: Annotated[str | None, typer.Option(help=_HERE)] = None,
) -> None:
    """Check the page, write its final version marked RELEASED, and enter it in the registers."""
    from intelnb.run import pages

    print(pages.release(pages.find(here(workspace), reference), by=by, role=role).page)
