"""`intelnb search`: what is held, for whom, marked; and every search kept, those that found nothing above all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from intelnb import settings
from intelnb.cli.running import copy_sample
from intelnb.registers import audit, store
from tests.test_cli_verbs import Cli, cli  # noqa: F401 - a fixture


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_sample(tmp_path_factory.mktemp("search") / "force")


def _kept(workspace: Path) -> list[audit.Entry]:
    return list(audit.entries(store.open_store(settings.load(workspace).registers_url()), event="searched"))


def test_what_is_found_is_marked_and_the_search_is_kept(cli: Cli, workspace: Path) -> None:  # noqa: F811
    code, out, _ = cli(
        "search", "jewell*", "--workspace", str(workspace), "--audience", "unit", "--why", "burglary series"
    )
    assert code == 0
    shown = out.splitlines()
    assert shown[0] == shown[-1] == "OFFICIAL-SENSITIVE"
    found = [line for line in shown if "jewellery" in line]
    assert found
    last = json.loads(_kept(workspace)[-1].detail)
    assert (last["terms"], last["why"], last["audience"]) == ("jewell*", "burglary series", "unit")
    assert last["found"] == len(found)
    assert last["searched"] > last["found"]


def test_a_search_that_finds_nothing_is_kept_too(cli: Cli, workspace: Path) -> None:  # noqa: F811
    code, out, _ = cli("search", "hippopotamus", "--workspace", str(workspace), "--audience", "unit")
    assert code == 0
    assert "Nothing found: none of " in out
    last = json.loads(_kept(workspace)[-1].detail)
    assert (last["terms"], last["found"], last["status"]) == ("hippopotamus", 0, "assessed")


def test_whoever_may_not_have_the_text_gets_none(cli: Cli, workspace: Path) -> None:  # noqa: F811
    code, out, _ = cli("search", "door", "--workspace", str(workspace), "--audience", "public")
    assert code == 1
    assert "door" not in out
    assert json.loads(_kept(workspace)[-1].detail)["found"] == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ([], 2, "unit, internal, public"),
        (["--audience", "internal", "--since", "2026-11-09", "--until", "2026-11-02"], 2, "comes before"),
        (["--audience", "internal", "--since", "yesterday"], 2, "yesterday"),
    ],
)
def test_wrong_usage_is_one_line(cli: Cli, workspace: Path, words: list[str], code: int, told: str) -> None:  # noqa: F811
    found, _, err = cli("search", "door", "--workspace", str(workspace), *words)
    assert found == code
    assert told in err.lower() or told in err
    assert cli("search", "(door", "--workspace", str(workspace), "--audience", "internal")[0] == 1


def test_days_are_both_included(cli: Cli, workspace: Path) -> None:  # noqa: F811
    asked = ("search", "the OR a", "--workspace", str(workspace), "--audience", "unit")
    _, out, _ = cli(*asked, "--since", "2026-11-09", "--until", "2026-11-09")
    days = {line.split("  ")[1] for line in out.splitlines() if "  2026-" in line}
    assert days == {"2026-11-09"}
