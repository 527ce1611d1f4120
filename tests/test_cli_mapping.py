"""`intelnb map`: shown first, written once accepted, never over another, and nothing half written."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from intelnb.cli import mapping
from intelnb.cli.main import app
from intelnb.errors import InputRefused, UsageError
from intelnb.intake import child
from intelnb.load.check import check
from tests.reader_here import Here

EXPORT = "Offence Title,Date From,Somebody\nBurglary,25/12/2026,Secret Name\nBurglary,01/01/2027,Secret Name\n"
UNDECIDED = "Offence Title,Date From\nBurglary,03/04/2026\n"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export [new].csv"
    path.write_text(EXPORT, "utf-8")
    return path


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "Reader", Here)


def run(*words: object, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["map", *map(str, words)], input=typed)


def test_it_is_shown_and_not_written_unless_somebody_says_so(export: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    done = run(export, "--as", "crimes")
    assert done.exit_code == 0
    assert "'Offence Title'" in done.output
    assert "Fri 25 Dec 2026" in done.output
    assert "Headings left unread: 'Somebody'" in done.output
    assert "Secret Name" not in done.output
    assert "read 2 = accepted 2 + quarantined 0" in done.output
    assert "Nothing was written" in done.output
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.usefixtures("here")
def test_accepted_by_a_script_it_is_written_whole_and_never_over_another(export: Path, tmp_path: Path) -> None:
    path = tmp_path / "maps" / "crimes.toml"
    done = run(export, "--as", "crimes", "--write", path)
    assert isinstance(done.exception, InputRefused)
    assert not path.parent.exists()
    assert run(export, "--as", "crimes", "--write", path, "--yes").exit_code == 0
    assert check(export, kind="crimes", column_map=path).accepted == 2
    path.write_text("# somebody's own\n", "utf-8")
    done = run(export, "--as", "crimes", "--write", path, "--yes")
    assert isinstance(done.exception, InputRefused)
    assert path.read_text("utf-8") == "# somebody's own\n"
    assert [p.name for p in path.parent.iterdir()] == ["crimes.toml"]
    assert isinstance(run(export, "--as", "crimes", "--yes").exception, UsageError)


@pytest.mark.usefixtures("here")
def test_what_only_a_person_can_say_stops_it(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(UNDECIDED, "utf-8")
    done = run(tmp_path / "x.csv", "--as", "crimes", "--write", tmp_path / "m.toml", "--yes")
    assert done.exit_code == 1
    assert "--set 'start=%d/%m/%Y'   03/04/2026 is 3 April 2026" in done.output
    assert not (tmp_path / "m.toml").exists()
    done = run(
        tmp_path / "x.csv", "--as", "crimes", "--write", tmp_path / "m.toml", "--yes", "--set", "dates=month-first"
    )
    assert done.exit_code == 0
    assert '"%m/%d/%Y"' in (tmp_path / "m.toml").read_text("utf-8")


@pytest.mark.usefixtures("here")
def test_at_a_terminal_it_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "_is_terminal", lambda: True)
    path = tmp_path / "x.csv"
    path.write_text(UNDECIDED, "utf-8")
    there = tmp_path / "there.toml"
    there.write_text("# old\n", "utf-8")
    done = run(path, "--as", "crimes", typed=f"2\n{tmp_path / 'm.toml'}\ny\n")
    assert done.exit_code == 0, done.output
    assert '"%m/%d/%Y"' in (tmp_path / "m.toml").read_text("utf-8")
    done = run(path, "--as", "crimes", "--set", "dates=day-first", typed="\n")
    assert done.exit_code == 1
    done = run(path, "--as", "crimes", "--set", "dates=day-first", "--write", there, typed="y\nn\n")
    assert isinstance(done.exception, InputRefused)
    assert there.read_text("utf-8") == "# old\n"
    done = run(path, "--as", "crimes", "--set", "dates=day-first", "--write", there, typed="y\ny\n")
    assert done.exit_code == 0
    assert "%d/%m/%Y" in there.read_text("utf-8")
    done = run(path, "--as", "crimes", typed="\n")  # nothing chosen: the question stays open
    assert done.exit_code == 1


@pytest.mark.usefixtures("here")
def test_the_areas_of_a_workspace_are_looked_at(tmp_path: Path, checkout: Path) -> None:
    path = tmp_path / "x.csv"
    rows = "".join(f"Burglary,2026-11-{10 + i},{'N1' if i else 'ZZ'},{644000 + i},{452000 + i}\n" for i in range(9))
    path.write_text("Offence Title,Date From,Beat,X,Y\n" + rows, "utf-8")
    done = run(path, "--as", "crimes", "--workspace", checkout / "data" / "samples")
    assert done.exit_code == 0, done.output
    assert "      1  ZZ" in done.output
    assert "of its points lie in the force" in done.output


@pytest.mark.usefixtures("here")
def test_every_code_nobody_knows_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    odd = [f"Odd offence {i:02}" for i in range(51)]
    path.write_text(
        "Offence Title,Date From\n" + "".join(f"{what},2026-11-01\n" for what in [*odd, *["Burglary"] * 60])
    )
    done = run(path, "--as", "crimes")
    assert all(f"      1  {what}\n" in done.output for what in odd)
    assert " more\n" not in done.output


@pytest.mark.usefixtures("here")
def test_one_record_is_one_record(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Offence Title,Date From\nBurglary,2026-11-01\n")
    told = run(path, "--as", "crimes").output
    assert ", 1 record\n" in told
    assert "\n1 row as it is understood" in told


@pytest.mark.usefixtures("here")
def test_areas_and_unknown_kinds_have_no_map(export: Path) -> None:
    assert isinstance(run(export, "--as", "areas").exception, UsageError)
    assert isinstance(run(export, "--as", "nonsense").exception, UsageError)
    assert isinstance(run(export.with_name("gone.csv"), "--as", "crimes").exception, InputRefused)
