"""docs/cli.md is what `--help` says. `python -m tests.test_docs_cli` writes it again."""

from __future__ import annotations

import re
import shlex

import pytest
import typer.main

from intelnb.cli.main import app
from tests.pages_of_docs import DOCS

PATH = DOCS / "cli.md"
WIDTH = 100
ABOUT = """\
# The command line

This page is what `intelnb --help` and the help of each command say. A test keeps it so.

`--workspace` names a folder that holds `intelnb.toml`; in such a folder it can be left out. A *reference* is kind, area,
period and audience: `WTA/NOR/2026-W46/internal`.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | refused or failed, with one plain line; nothing half made is left |
| 2 | wrong usage |
| 3 | done, but records were quarantined (`check`, `ingest`; `run` above the tolerance in the settings) |
"""
EXAMPLES = {
    "products": "intelnb products",
    "run": "intelnb run weekly_threat_assessment --workspace wrenmouth --area WRN --period 2026-W46",
    "demo": "intelnb demo practice",
    "desk": "intelnb desk WTA/NOR/2026-W46/internal",
    "render": "intelnb render WTA/NOR/2026-W46/internal",
    "release": 'intelnb release WTA/NOR/2026-W46/internal --by "A Person" --role "Senior analyst"',
    "alarms": "intelnb alarms --workspace wrenmouth",
    "alarm": 'intelnb alarm 3 --verdict right --by "A Person" --why "Series charged"',
    "search": 'intelnb search "rear door" --workspace wrenmouth --audience internal',
    "check": "intelnb check exports/crimes.csv --as crimes --map maps/crimes.toml",
    "sample": "intelnb sample northmere",
    "ingest": "intelnb ingest exports/crimes.csv --as crimes --workspace wrenmouth",
    "map": "intelnb map exports/crimes.csv --as crimes --workspace wrenmouth --write maps/crimes.toml",
    "doctor": "intelnb doctor --workspace wrenmouth",
    "lab": "intelnb lab --workspace wrenmouth",
}
GROUP = typer.main.get_command(app)


def page() -> str:
    """The whole page."""
    chapters = [ABOUT]
    for name, command in GROUP.commands.items():
        told = help_of(name)
        chapters.append(f"## {name}\n\n```text\n{told}\n```\n\nFor example: `{EXAMPLES[name]}`\n")
        assert command.help
    return "\n".join(chapters)


def help_of(name: str) -> str:
    """What `--help` says of one command, on lines of one length wherever it is asked."""
    command = GROUP.commands[name]
    context = command.make_context(name, [], resilient_parsing=True, terminal_width=WIDTH, max_content_width=WIDTH)
    context.info_name = f"intelnb {name}"
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())


def test_the_page_is_what_help_says() -> None:
    assert PATH.read_text("utf-8") == page(), "write it again: python -m tests.test_docs_cli"


@pytest.mark.parametrize("name", list(GROUP.commands))
def test_every_command_says_what_it_does_and_every_option_has_help(name: str) -> None:
    command = GROUP.commands[name]
    assert re.search(rf"^## {name}$", PATH.read_text("utf-8"), re.MULTILINE)
    assert command.help.endswith(".")
    assert not [p.name for p in command.params if not getattr(p, "help", "")]


@pytest.mark.parametrize("name", list(GROUP.commands))
def test_every_example_could_be_typed(name: str) -> None:
    _, verb, *words = shlex.split(EXAMPLES[name])
    assert verb == name
    GROUP.commands[name].make_context(name, words)


if __name__ == "__main__":
    PATH.write_text(page(), "utf-8", newline="\n")
