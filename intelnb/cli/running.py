"""Verbs that make pages: `products`, `run`, `demo`."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Annotated

import typer

from intelnb import settings, share
from intelnb.errors import UsageError
from intelnb.run.parameters import Parameter, Value, read

_ANY_PARAMETER = {"allow_extra_args": True, "ignore_unknown_options": True}
_DEMO_KIND = "weekly_threat_assessment"
_HERE = "Folder that holds intelnb.toml; this folder if it does."


def add(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command()(products)
    app.command(context_settings=_ANY_PARAMETER)(run)
    app.command()(demo)


def products() -> None:
    """List the products and what each can be asked."""
    for kind, notebook in share.products().items():
        print(f"{kind}: {_title(notebook)}")
        for one in read(notebook).values():
            print(f"  --{one.name:<12} {one.help or one.type}{_default(one)}")


def run(
    context: typer.Context,
    product: Annotated[str, typer.Argument(help="The product, as 'intelnb products' lists it.")],
    workspace: Annotated[str | None, typer.Option(help=_HERE)] = None,
    area: Annotated[str | None, typer.Option(help="Code of the area.")] = None,
    period: Annotated[
        str | None, typer.Option(help="Week 2026-W46, month 2026-10 or days 2026-10-01/2026-12-31.")
    ] = None,
    audience: Annotated[str | None, typer.Option(help="Who it is for; the product's own default if left out.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Longest time for the whole run, in seconds.")] = 3600,
    cell_limit: Annotated[int, typer.Option(min=1, help="Longest time for one cell, in seconds.")] = 900,
) -> None:
    """Run a product's notebook and publish its draft page. Other parameters of the notebook are options too."""
    from intelnb.run.job import JobSpec, check
    from intelnb.run.job import run as run_job

    notebook = share.product(product)
    named = {"area": area, "period": period, "audience": audience}
    asked = {"workspace": str(here(workspace)), **{k: v for k, v in named.items() if v is not None}}
    asked |= extra_parameters(context.args)
    job = JobSpec(product, asked, cell_timeout_s=cell_limit, run_timeout_s=limit)
    check(job, notebook)
    _refuse_left_out([name for name in ("area", "period") if name in read(notebook) and named[name] is None])
    result = run_job(job, progress=tell)
    if result.quarantined:
        print(f"Records quarantined: {result.quarantined}; see {result.workings}", file=sys.stderr)
    print(result.reference)
    print(result.page)
    raise typer.Exit(result.exit_code)


def _refuse_left_out(missing: list[str]) -> None:
    """A page about the wrong week or place is worse than none, so neither has a default here."""
    if missing:
        left_out = " and ".join(f"--{name}" for name in missing)
        raise UsageError(what=f"{left_out} must be named", now="Say which place and which week or month it is about.")


def demo(
    folder: Annotated[Path, typer.Argument(help="Where the sample force goes.")] = Path("intelnb-demo"),
) -> None:
    """Copy the sample force to a folder and make its weekly page for the internal and the public audience."""
    from intelnb.run import pages
    from intelnb.run.job import JobSpec
    from intelnb.run.job import run as run_job

    workspace = copy_sample(folder)
    made = []
    for audience in ("internal", "public"):
        print(f"weekly threat assessment, {audience}:", file=sys.stderr)
        result = run_job(JobSpec(_DEMO_KIND, {"workspace": str(workspace), "audience": audience}), progress=tell)
        page = result.page
        filled = sorted((share.samples() / "desk").glob(f"*_{audience}.xlsx"))
        if filled:
            draft = pages.find(workspace, result.reference)
            draft.desk_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(filled[-1], draft.desk_file)
            page = pages.render(draft).published.page
        made.append(page)
    print("The pages, drafts both of them:")
    for page in made:
        print(page)


def copy_sample(folder: Path) -> Path:
    """Copy the sample force to a folder of its own, with its state and its reports inside.

    Raises
    ------
    UsageError
        When the folder holds something else, or a workspace of another force.
    """
    chosen = settings.FILE_NAME
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / chosen).is_file())):
        raise UsageError(what="This folder holds something else", where=str(folder), now="Name a new or empty one.")
    if (folder / chosen).is_file() and _force(folder / chosen) != _force(share.samples() / chosen):
        raise UsageError(
            what="This folder holds a workspace that is not the sample",
            where=str(folder),
            now="Nothing in it was touched. Name a new or empty one.",
        )
    shutil.copytree(share.samples(), folder, dirs_exist_ok=True)
    text = (share.samples() / chosen).read_text(encoding="utf-8")
    # what stands before the first table are the workspace's own settings; two of them are set anew
    text = re.sub(r"^(state|reports) = .*\n", "", text, flags=re.MULTILINE)
    own = 'state = "state"\nreports = "reports"\n'
    (folder / chosen).write_text(own + text, encoding="utf-8", newline="\n")
    return folder.resolve()


def _force(file: Path) -> str:
    """The name of the force in a settings file; empty where it cannot be read."""
    try:
        return str(tomllib.loads(file.read_text(encoding="utf-8"))["force"]["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def here(workspace: str | None) -> Path:
    """The workspace that was named, or this folder where it is one.

    Raises
    ------
    UsageError
        When none was named and this folder is none.
    """
    if workspace is not None:
        return Path(workspace)
    if Path(settings.FILE_NAME).is_file():
        return Path()
    raise UsageError(what="No workspace is named", now="Name the folder that holds intelnb.toml with --workspace.")


def extra_parameters(words: list[str]) -> dict[str, str]:
    """The notebook's own parameters among the words of a command line.

    Raises
    ------
    UsageError
        When a word is not an option, or an option has no value.

    Examples
    --------
    >>> extra_parameters(["--weeks", "26", "--kinds=burglary,theft"])
    {'weeks': '26', 'kinds': 'burglary,theft'}
    """
    found: dict[str, str] = {}
    left = list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("--") or word == "--":
            raise UsageError(what=f"'{word}' was not expected here", now="Write parameters as --name value.")
        name, equals, value = word[2:].partition("=")
        if not equals:
            if not left:
                raise UsageError(what=f"--{name} has no value", now=f"Write --{name} VALUE.")
            value = left.pop(0)
        found[name.replace("-", "_")] = value
    return found


def tell(number: int, of: int, heading: str) -> None:
    """Show how far a run has come: one line that moves on a terminal, plain lines elsewhere."""
    line = f"  cell {number} of {of}{': ' if heading else ''}{heading}"
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r{line[:width]:<{width}}", end="\n" if number == of else "", file=sys.stderr, flush=True)
    else:
        print(line, file=sys.stderr, flush=True)


def _title(notebook: Path) -> str:
    """The first heading of a notebook."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    lines = ("".join(cell["source"]).splitlines() for cell in cells if cell["cell_type"] == "markdown")
    return next((line.lstrip("# ") for one in lines for line in one if line.startswith("#")), notebook.stem)


def _default(one: Parameter) -> str:
    value: Value = one.default
    return f" [{','.join(value) if isinstance(value, list) else value}]" if value not in ("", []) else ""
