"""README and docs: links lead somewhere, nothing names a machine, nothing promises a command that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from intelnb.cli.main import app
from tests.pages_of_docs import CHECKOUT, DOCS

PAGES = sorted(
    [
        *CHECKOUT.glob("*.md"),
        *DOCS.rglob("*.md"),
        *CHECKOUT.glob("*/README.md"),
        CHECKOUT / "data" / "samples" / "README.md",
    ]
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
MACHINE = re.compile(
    r"(?<![\w.])/(?:home|root|work|tmp|Users|mnt|media|opt|srv|var|usr)/|\b[A-Z]:\\|file://|localhost|127\.0\.0\.1"
)
VERB = re.compile(r"(?:^|[`$ \\])intelnb ([a-z]+)\b", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def name(page: Path) -> str:
    return page.relative_to(CHECKOUT).as_posix()


def anchors(page: Path) -> set[str]:
    """The headings of a page, as links name them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}


def broken(page: Path, text: str) -> list[str]:
    """Relative links of a page that lead nowhere."""
    found = []
    for link in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert broken(page, page.read_text("utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_line_names_a_machine(page: Path) -> None:
    assert [line for line in page.read_text("utf-8").splitlines() if MACHINE.search(line)] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_a_page_names_is_one(page: Path) -> None:
    code = re.findall(r"`[^`\n]+`|^(?:    |\$ ).+$", page.read_text("utf-8"), re.MULTILINE)
    named = {verb for piece in code for verb in VERB.findall(piece)}
    assert named <= set(typer.main.get_command(app).commands)


def test_every_page_of_docs_is_reached_from_the_readme() -> None:
    todo, seen = [CHECKOUT / "README.md"], set()
    while todo:
        page = todo.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        links = [link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8"))]
        todo += [(page.parent / link).resolve() for link in links if link and ":" not in link]
    assert set(DOCS.rglob("*.md")) - seen == set()


def test_the_checks_see_a_planted_fault() -> None:
    page = DOCS / "house.md"
    assert broken(page, "[x](nowhere.md) [y](settings.md#nothing) [z](settings.md#force) [w](https://a.b)") == [
        "nowhere.md", "settings.md#nothing",
    ]  # fmt: skip
    assert MACHINE.search("cd /home/someone")
    assert MACHINE.search("C:\\Users")
    assert not MACHINE.search("see reports/usr and NOR/2026/work/x")
    assert VERB.findall("$ intelnb bogus") == ["bogus"]
