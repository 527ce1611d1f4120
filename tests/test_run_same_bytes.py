"""The same question gives the same bytes, whatever this machine's clock, language and hashing are set to."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from intelnb.cli.running import copy_sample
from intelnb.run import manifest

SETTINGS = (
    {"TZ": "Europe/London", "LC_ALL": "en_GB.UTF-8", "LANG": "en_GB.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "Pacific/Auckland", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "2"},
)


def has_locale(name: str) -> bool:
    code = f"import locale; locale.setlocale(locale.LC_ALL, {name!r})"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    missing = [each["LC_ALL"] for each in SETTINGS if not has_locale(each["LC_ALL"])]
    if missing:
        told = f"locales are missing on this machine: {', '.join(missing)}"
        pytest.fail(told) if os.environ.get("CI") == "true" else pytest.skip(told)
    return copy_sample(tmp_path_factory.mktemp("same") / "sample")


@pytest.mark.parametrize("audience", ["internal", pytest.param("public", marks=pytest.mark.long)])
def test_page_and_tables_are_the_same_bytes_in_two_time_zones_and_two_locales(workspace: Path, audience: str) -> None:
    made = []
    for each in SETTINGS:
        words = [
            sys.executable,
            "-m",
            "intelnb.cli.main",
            "run",
            "weekly_threat_assessment",
            "--area",
            "NOR",
            "--period",
            "2026-W46",
            "--workspace",
            str(workspace),
        ]
        done = subprocess.run(
            [*words, "--audience", audience], env={**os.environ, **each}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        made.append(Path(done.stdout.splitlines()[1]).parent)
    one, two = ({p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()} for folder in made)
    changing = {manifest.FILE_NAME}
    assert {n: d for n, d in one.items() if n not in changing} == {n: d for n, d in two.items() if n not in changing}
    assert len(one) > 1
    assert json.dumps(dict(manifest.load(made[0]).content)) == json.dumps(dict(manifest.load(made[1]).content))
