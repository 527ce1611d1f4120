"""The examples on real open data: a page comes out, every record is accounted for, and coarse data are told as coarse."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from intelnb import share
from intelnb.run import workings

pytestmark = pytest.mark.real_data
COARSE = ("monthly", "snapped")


def make(checkout: Path, name: str, folder: Path, real_data: Path) -> Path:
    done = subprocess.run(
        [sys.executable, str(checkout / "examples" / name / "make.py"), str(folder)],
        env={"INTELNB_REAL_DATA": str(real_data), "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


class Run:
    """The product notebook's names after a run in this process, and the ledger of its crimes."""

    def __init__(self, workspace: Path, kept: Path, patch: pytest.MonkeyPatch, **asked: str) -> None:
        patch.setenv(workings.VARIABLE, str(kept))
        cells = nbformat.read(share.product("weekly_threat_assessment"), as_version=4).cells
        sources = [cell.source for cell in cells if cell.cell_type == "code"]
        self.names: dict[str, Any] = {}
        exec(sources[0], self.names)
        self.names.update(workspace=str(workspace), audience="internal", **asked)
        for source in sources[1:]:
            exec(source, self.names)
        self.sealed = self.names["product"].seal()
        (account,) = kept.glob("*-crimes.ledger.json")
        self.ledger: dict[str, int] = json.loads(account.read_text("utf-8"))["source"]["ledger"]

    def told(self) -> list[str]:
        """Every sentence of the page."""
        parts = [f for s in self.sealed.bundle.sections for f in s.findings]
        return [text for part in parts for text in (part.headline, *part.facts) if text]


@pytest.fixture(scope="module")
def cheshire(checkout: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(checkout, "cheshire_2025", tmp_path_factory.mktemp("real") / "cheshire", real_data)


@pytest.fixture
def run_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    return lambda workspace, **asked: Run(workspace, tmp_path / "kept", monkeypatch, **asked)


def closes(ledger: dict[str, int]) -> bool:
    parts = ("used", "outside_period", "outside_area", "excluded_by_rule", "withheld")
    return ledger["read"] == ledger["accepted"] + ledger["quarantined"] and ledger["accepted"] == sum(
        ledger[p] for p in parts
    )


def test_houston_has_a_page_and_every_record_is_accounted_for(
    checkout: Path, real_data: Path, tmp_path: Path, run_on: Callable[..., Run]
) -> None:
    folder = make(checkout, "houston_2010", tmp_path / "houston", real_data)
    made = run_on(folder, area="HOU", period="2010-W33")
    assert made.ledger["read"] == 86_314
    assert closes(made.ledger)
    assert made.ledger["quarantined"] == 0
    page = made.sealed.show(made.sealed.bundle)
    assert "OFFICIAL" in page
    crimes = made.names["crimes"]
    burglary = crimes[(crimes["kind"] == "burglary") & crimes["inside"]]
    week = burglary[(burglary["middle"] >= "2010-08-16") & (burglary["middle"] < "2010-08-23")]
    alarm = made.names["alarm"]["burglary"]
    assert alarm.values["n"] == len(week) > 300
    assert any("weeks of comparable history" in caveat for caveat in alarm.caveats), "a short history says so"
    # the week is over and every beat goes on reporting: nothing is silent
    assert made.names["silent"].values["n"] == 0
    assert made.names["hot"]["burglary"].is_assessed
    assert made.names["near"]["burglary"].is_assessed
    assert made.names["weighed"].status == "not assessed"
    assert any("harm table" in text for text in [made.names["weighed"].sentence])


@pytest.mark.long
def test_houston_hours_are_local_hours(
    checkout: Path, real_data: Path, tmp_path: Path, run_on: Callable[..., Run]
) -> None:
    """The export's clock is UTC; its own column of local hours is the witness."""
    import pandas as pd

    from intelnb.workspace import Workspace

    folder = make(checkout, "houston_2010", tmp_path / "houston", real_data)
    read = Workspace.open(folder, audience="internal").read("crimes")
    witness = pd.read_csv(real_data / "us_houston_2010" / "crime.csv.gz", usecols=["hour", "date"])
    # on the morning the clocks went forward its local hours include one that never was
    ours = read.loc[read["start"].dt.strftime("%Y-%m-%d") != "2010-03-14", "start"].dt.hour
    theirs = witness.loc[witness["date"] != "3/14/2010", "hour"]
    assert ours.value_counts().to_dict() == theirs.value_counts().to_dict()


def test_cheshire_by_month_has_counts_and_says_what_monthly_snapped_data_cannot_tell(
    cheshire: Path, run_on: Callable[..., Run]
) -> None:
    made = run_on(cheshire, area="CHS", period="2025-12")
    assert made.ledger["read"] == 80_955
    assert closes(made.ledger)
    for code in made.names["codes"]:
        for question in ("hot", "near", "hours", "zone"):
            answer = made.names[question][code]
            assert answer.status == "not assessed", (question, code)
            assert [word for word in COARSE if word in answer.sentence], answer.sentence
    crimes = made.names["crimes"]
    december = crimes[(crimes["kind"] == "burglary") & (crimes["start"] == "2025-12-01") & crimes["inside"]]
    (row,) = made.names["alarm"]["burglary"].table.tail(1).to_dict("records")
    assert row["n"] == len(december) > 0
    # eleven months before cannot show the time of year: the range is wide for it and the sentence says why
    for one in made.names["alarm"].values():
        assert "expected on short history" in one.sentence
        assert one.values["high"] > 1.3 * one.values["mean"]
    assert made.names["silent"].values["n"] == 0
    assert any(text.startswith("Crime data are monthly") for text in made.told())
    assert all("short history" in text for text in made.told() if "inside the usual range" in text)


def test_a_week_of_monthly_data_is_not_assessed_and_no_month_is_called_missing(
    cheshire: Path, run_on: Callable[..., Run]
) -> None:
    made = run_on(cheshire, area="CHS", period="2025-W50")
    for code in made.names["codes"]:
        for question in ("alarm", "by_area", "usual", "hours"):
            assert made.names[question][code].sentence == "Not assessed: data are monthly.", question
    assert not [text for text in made.told() if "nothing was sent" in text]
    (table,) = [t for t in made.sealed.bundle.tables() if t.id == "priority_table"]
    shown = [dict(zip([c.name for c in table.columns], row, strict=True)) for row in table.rows]
    assert {row["n"] for row in shown} == {None}


@pytest.mark.long
def test_a_district_of_cheshire_is_a_part_of_it(cheshire: Path, run_on: Callable[..., Run]) -> None:
    made = run_on(cheshire, area="E06000049", period="2025-12")
    assert closes(made.ledger)
    assert made.sealed.bundle.area_name == "Cheshire East"
    assert 0 < made.ledger["used"] < 40_000
    assert all(code.startswith("E05") for code in made.names["places"]["code"])


def test_an_example_without_its_data_says_what_to_set(checkout: Path, tmp_path: Path) -> None:
    for name in ("houston_2010", "cheshire_2025"):
        done = subprocess.run(
            [sys.executable, str(checkout / "examples" / name / "make.py"), str(tmp_path / name)],
            env={"INTELNB_REAL_DATA": str(tmp_path / "nowhere"), "PATH": ""},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert "INTELNB_REAL_DATA" in done.stderr
        assert "Traceback" not in done.stderr
        assert not (tmp_path / name).exists()
