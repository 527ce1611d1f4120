"""Reads pages of the documentation as a person does: files to save, lines to add, commands to type, what to see."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
DOCS = CHECKOUT / "docs"
BLOCK = re.compile(r"(?P<lead>(?:[^\n]+\n)*)\n?^```(?P<language>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
SAVE = re.compile(r"Save this as \*\*`(?P<path>[^`]+)`\*\*:$")
ADD = re.compile(r"Add to \*\*`(?P<path>[^`]+)`\*\*, under `\[(?P<section>[^`]+)\]`:$")
EXIT = re.compile(r"\(exit code (\d)\)")


@dataclass(frozen=True)
class Save:
    """A file to save."""

    path: str
    text: str


@dataclass(frozen=True)
class Add:
    """Lines to add to a file, under a heading of it."""

    path: str
    section: str
    text: str


@dataclass(frozen=True)
class Table:
    """Rows of a table that says what to type."""

    rows: tuple[tuple[str, ...], ...]


@dataclass
class Command:
    """A line to type, what is shown then, and the exit code it earns."""

    words: str
    shown: list[str] = field(default_factory=list)
    code: int = 0


Step = Save | Add | Table | Command


def blocks(page: str) -> list[tuple[str, str, str]]:
    """Language, body and the line before, of every fenced block."""
    found = []
    for match in BLOCK.finditer(page):
        lead = match["lead"].rstrip().rsplit("\n", 1)[-1]
        found.append((match["language"], match["body"], lead))
    return found


def steps(page: str, *, table: str = "") -> list[Step]:
    """Everything a page asks its reader to do, in order; `table` is the heading row of the one to type from."""
    found: list[tuple[int, Step]] = []
    for match in BLOCK.finditer(page):
        at, body = match.start("body"), match["body"]
        lead = match["lead"].rstrip().rsplit("\n", 1)[-1]
        if saved := SAVE.search(lead):
            found.append((at, Save(saved["path"], body)))
        elif added := ADD.search(lead):
            found.append((at, Add(added["path"], added["section"], body)))
        elif match["language"] == "console":
            found += [(at, command) for command in commands(body)]
    if table:
        at = page.index(table)
        lines = page[at:].split("\n\n", 1)[0].splitlines()[2:]
        rows = tuple(tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines)
        found.append((at, Table(rows)))
    return [step for _, step in sorted(found, key=lambda pair: pair[0])]


def commands(body: str) -> list[Command]:
    """The commands of one console block, each with what should be seen."""
    found: list[Command] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:]))
        elif told := EXIT.fullmatch(line):
            found[-1].code = int(told[1])
        else:
            found[-1].shown.append(line)
    return found


def fits(shown: list[str], said: str) -> bool:
    """Whether what was said is what the page shows, where `...` stands for anything."""
    pattern = re.escape("\n".join(shown)).replace(re.escape("..."), ".*")
    return re.fullmatch(pattern, said.rstrip("\n"), re.DOTALL) is not None
