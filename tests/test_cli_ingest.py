"""`intelnb ingest`: what it says, its exit codes, and a page made from the store like one made from files."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from intelnb.cli import running
from intelnb.cli.main import app
from intelnb.errors import UsageError
from intelnb.run.job import JobSpec
from intelnb.run.job import run as run_job
from intelnb.workspace import Workspace

HEAD = "id,kind,start,recorded\n"
CHANGED = '[sources.crimes]\nfiles = "crimes/crimes_*.csv.gz"'


def ingest(*words: object) -> Result:
    return CliRunner().invoke(app, ["ingest", *map(str, words)])


@pytest.fixture
def unit(small_workspace: Path) -> Path:
    square = "[[[0,0],[9000,0],[9000,9000],[0,9000],[0,0]]]"
    feature = f'{{"type":"Feature","properties":{{"code":"F","name":"F"}},"geometry":{{"type":"Polygon","coordinates":{square}}}}}'
    crs = '"crs":{"type":"name","properties":{"name":"EPSG:27700"}}'
    outline = f'{{"type":"FeatureCollection",{crs},"features":[{feature}]}}'
    (small_workspace / "force.geojson").write_text(outline, "utf-8")
    lines = "".join(f"c{i},theft,2026-11-{i + 1:02} 10:00,2026-11-{i + 1:02} 12:00\n" for i in range(9))
    (small_workspace / "crimes.csv").write_text(HEAD + lines, "utf-8")
    (small_workspace / "bad.csv").write_text(HEAD + "x,theft,2026-13-01,\ny,theft,2026-10-01,\n", "utf-8")
    return small_workspace


def test_what_it_says_and_the_exit_codes_of_the_design(unit: Path) -> None:
    asked = ("--as", "crimes", "--workspace", unit)
    done = ingest(unit / "crimes.csv", *asked)
    assert done.exit_code == 0, done.output
    assert "crimes.csv (own): read 9 = accepted 9 + quarantined 0" in done.output
    assert "held whole from now on: 2026-11" in done.output
    assert "new 9, late 0, re-classified 0, changed 0, withdrawn 0, unchanged 0" in done.output
    (kept,) = re.findall(r"What changed, and what is quarantined: (.+)", done.output)
    assert {path.name for path in Path(kept).iterdir()} == {"account.json", "changes.csv", "quarantine.csv"}
    done = ingest(unit / "crimes.csv", unit / "bad.csv", *asked, "--json")
    assert done.exit_code == 3
    account = json.loads(done.output)
    assert [one["unchanged"] for one in account["files"]] == [False, True]
    assert isinstance(ingest(unit / "bad.csv", *asked, "--covers", "2026-10", "--adds").exception, UsageError)


def test_what_was_said_is_told_in_the_account(unit: Path) -> None:
    asked = ("--as", "crimes", "--workspace", unit)
    done = ingest(unit / "crimes.csv", *asked, "--covers", "2026-11-01/2026-11-09")
    assert "held whole from now on: 2026-11-01 to 2026-11-09\n" in done.output
    assert "not held whole, so no month to count: 2026-11\n" in done.output
    done = ingest(unit / "crimes.csv", *asked, "--covers", "2026-11-01/2026-11-09")
    assert done.output == f"{(unit / 'crimes.csv').relative_to(unit)}: already in the store; nothing changed\n"


def test_many_files_are_told_together_and_known_ones_as_known(unit: Path) -> None:
    files = [unit / f"m{number}.csv" for number in range(13)]
    for number, file in enumerate(files):
        file.write_text(HEAD + f"d{number},theft,20{number + 10}-11-01 10:00,\n", "utf-8")
    asked = ("--as", "crimes", "--workspace", unit)
    told = ingest(*files, *asked).output.splitlines()
    assert told[:2] == [
        "13 files: read 13 = accepted 13 + quarantined 0",
        "  new 13, late 0, re-classified 0, changed 0, withdrawn 0, unchanged 0",
    ]
    assert ingest(*files, *asked).output == "13 files already in the store; nothing changed for them\n"
    files[4].write_text(HEAD + "e,theft,2026-11-01 10:00,\n", "utf-8")
    told = ingest(*files, *asked).output.splitlines()
    assert told[0] == "1 file: read 1 = accepted 1 + quarantined 0"
    assert told[2] == "12 files already in the store; nothing changed for them"


@pytest.mark.long
def test_killed_at_any_moment_the_store_is_old_or_new(unit: Path, tmp_path: Path) -> None:
    """A process killed outright, again and again, a little later each time."""
    lines = "".join(f"n{i},theft,20{10 + i % 17}-{1 + i % 12:02}-11 10:00,\n" for i in range(3000))
    old, new = unit / "crimes.csv", tmp_path / "new.csv"
    new.write_text(HEAD + lines, "utf-8")
    settings = (unit / "intelnb.toml").read_text("utf-8")
    (unit / "intelnb.toml").write_text(settings + '[sources.crimes]\nfiles = "store"\nmarking = "OFFICIAL"\n', "utf-8")
    assert ingest(old, "--as", "crimes", "--workspace", unit).exit_code == 0
    seen = set()
    for step in range(60):
        words = ["ingest", str(new), "--as", "crimes", "--workspace", str(unit), "--feed", "more"]
        child = subprocess.Popen(
            [sys.executable, "-m", "intelnb.cli.main", *words], start_new_session=True, stdout=subprocess.DEVNULL
        )
        time.sleep(0.5 + step * 0.15)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        held = len(Workspace.open(unit, audience="internal").read("crimes"))
        assert held in {9, 3009}
        seen.add(held)
        if held == 3009:
            break
    assert seen == {9, 3009}


@pytest.mark.long
def test_a_page_from_the_store_is_the_page_from_the_files(tmp_path: Path) -> None:
    files, stored = (running.copy_sample(tmp_path / name) for name in ("files", "stored"))
    exports = sorted((stored / "crimes").glob("*.csv.gz"))
    assert ingest(*exports, "--as", "crimes", "--workspace", stored).exit_code == 3
    assert ingest(*exports, "--as", "crimes", "--workspace", stored).output.count("nothing changed") == len(exports)
    text = (stored / "intelnb.toml").read_text("utf-8")
    assert CHANGED in text
    (stored / "intelnb.toml").write_text(text.replace(CHANGED, '[sources.crimes]\nfiles = "store"'), "utf-8")
    for audience in ("internal", "public"):
        pages = [
            run_job(JobSpec("weekly_threat_assessment", {"workspace": str(unit), "audience": audience})).page
            for unit in (files, stored)
        ]
        assert pages[0].read_bytes() == pages[1].read_bytes()
