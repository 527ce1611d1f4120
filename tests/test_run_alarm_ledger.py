"""From a released page to the ledger and back, by the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from intelnb import settings, share
from intelnb.cli import main as command
from intelnb.registers import alarms
from intelnb.registers.store import open_store
from tests.conftest import SEAL

TABLE = """table = TablePart(id="priority_table", caption="Counts", columns=(ColumnPart(name="name", title="Priority"),
    ColumnPart(name="real", title="Real?")), rows=(("Burglary", "Yes, above\\n1 in 400 weeks"), ("Vehicle", "No\\n1 in 3 weeks"),
    ("Domestic", "Not assessed\\n recording changed"), ("Arson", None)))
"""
REFERENCE = "WTA/NOR/2026-W46/internal"


@pytest.fixture
def cli(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], small_workspace: Path, write_notebook: Callable[..., Path]
) -> Callable[..., tuple[int, str, str]]:  # fmt: skip
    before, _, after = SEAL.partition("table = TablePart(")
    rest = after.partition("\n")[2].replace(", place=place)", ")")
    # no place to type in, so that nothing keeps the page from its release
    source = before + TABLE + rest
    notebook = write_notebook(source)
    monkeypatch.setattr(share, "product", lambda _kind: notebook)
    monkeypatch.chdir(small_workspace)

    def typed(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["intelnb", *words])
        with pytest.raises(SystemExit) as left:
            command.main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return int(left.value.code or 0), out, err

    return typed


def test_what_a_released_page_alarmed_about_is_entered_and_reviewed(
    cli: Callable[..., tuple[int, str, str]], small_workspace: Path
) -> None:
    code, out, _ = cli("alarms")
    assert (code, out) == (0, "Not assessed: no alarm has been raised.\n")
    assert cli("run", "weekly_threat_assessment", "--area", "NOR", "--period", "2026-W46")[0] == 0
    store = open_store(settings.load(small_workspace).registers_url())
    assert alarms.ledger(store) == (), "a draft has alarmed nobody"
    code, _, err = cli("release", REFERENCE, "--by", "A Chair", "--role", "Superintendent")
    assert code == 0, err
    (entry,) = alarms.ledger(store)
    assert (entry.series, entry.area, entry.period, entry.said, entry.product) == (
        "Burglary", "NOR", "2026-W46", "Yes, above 1 in 400 weeks", REFERENCE,
    )  # fmt: skip
    code, out, _ = cli("alarms")
    assert out.splitlines()[0] == "1  2026-W46  NOR  Burglary: Yes, above 1 in 400 weeks  open"
    assert out.splitlines()[-1] == "Not assessed: no alarm has been reviewed."
    code, out, _ = cli("alarm", "1", "--verdict", "right", "--by", "A Person", "--why", "series charged")
    assert (code, out) == (0, "Alarm 1 is entered as right.\n")
    _, out, _ = cli("alarms")
    assert "right (A Person: series charged)" in out
    assert "priority against its expected range: 1 raised, 1 right, 0 wrong, 0 cannot tell, 0 open" in out
    code, _, err = cli("alarm", "9", "--verdict", "perhaps", "--by", "A Person", "--why", "x")
    assert code == 2
    assert "'perhaps' is no verdict" in err
    assert "there is no alarm 9" in err
