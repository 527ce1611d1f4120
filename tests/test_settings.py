"""Settings: read once, all faults at once, one plain line each."""

from __future__ import annotations

from pathlib import Path

import pytest

from intelnb import settings
from intelnb.errors import SettingsError, UsageError

GOOD = """\
owners = ["Chair"]
[force]
name = "Smallshire"
code = "SMA"
[[areas]]
level = "force"
file = "force.gpkg"
[sources.crimes]
files = "crimes.csv"
[audiences.internal]
title = "Meeting"
highest_marking = "OFFICIAL-SENSITIVE"
sources = ["crimes"]
page_marking = "OFFICIAL-SENSITIVE"
[audiences.public]
title = "Public"
highest_marking = "OFFICIAL"
sources = ["crimes"]
page_marking = "OFFICIAL"
"""


def write(folder: Path, text: str) -> Path:
    (folder / settings.FILE_NAME).write_text(text, "utf-8")
    return folder


def test_good_settings_are_read_with_their_defaults(tmp_path: Path) -> None:
    here = settings.load(write(tmp_path, GOOD))
    assert (here.force.name, here.force.crs, here.force.timezone) == ("Smallshire", "EPSG:27700", "Europe/London")
    assert here.sources["crimes"].marking == ""
    assert here.alarms.false_alarms_per_week == 0.25
    assert (here.persistence.windows, here.persistence.hot_at_least) == (12, 6)
    assert here.clearance("public").smallest_count == 5, "small counts are kept back unless the settings say otherwise"
    assert here.clearance("internal").ungraded is False


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    here = settings.load(write(tmp_path, GOOD))
    with pytest.raises(ValueError, match="frozen"):
        here.force.name = "Otherland"


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (GOOD.replace('name = "Smallshire"\n', ""), ["force.name"]),
        (GOOD.replace('code = "SMA"', 'code = "SMA"\ncolour = "blue"'), ["force.colour"]),
        ("reprots = 'x'\n" + GOOD, ["reprots"]),
        (GOOD + "[alarms]\nfalse_alarms_per_week = 0\n", ["alarms.false_alarms_per_week", "greater than 0"]),
        (GOOD + "[places]\ncell_m = 1\n", ["places.cell_m", "50"]),
        (
            GOOD + '[sources.logs]\nfiles = "logs.csv"\nmarking = "SECRET"\n',
            ["sources.logs.marking: 'SECRET' is not a marking this tool may handle; choose one of OFFICIAL,"],
        ),
        (GOOD + "[tolerance]\nquarantined_share = 2\n", ["tolerance.quarantined_share"]),
        (GOOD.replace('[audiences.internal]\ntitle = "Meeting"', "[audiences.internal]"), ["audiences.internal.title"]),
        (
            GOOD.replace('name = "Smallshire"\n', "").replace('file = "force.gpkg"\n', "") + "[persistence]\nwindows = 1\n",
            ["(1)", "(2)", "(3)", "force.name", "areas.0.file", "persistence.windows"],
        ),
    ],
)  # fmt: skip
def test_all_faults_are_told_at_once_by_the_name_of_the_setting(tmp_path: Path, broken: str, told: list[str]) -> None:
    with pytest.raises(SettingsError) as fault:
        settings.load(write(tmp_path, broken))
    line = str(fault.value)
    assert "\n" not in line
    assert [part for part in (*told, str(tmp_path)) if part not in line] == []
    assert fault.value.exit_code == 1


def test_a_missing_file_and_a_fault_of_toml_are_one_plain_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"There is no intelnb\.toml here"):
        settings.load(tmp_path)
    with pytest.raises(SettingsError, match=r"cannot be read.*line 2.*Mend that line"):
        settings.load(write(tmp_path, "state = ''\nowners = [Chair]\n"))
    (tmp_path / settings.FILE_NAME).write_bytes(b"state = '\xff'")
    with pytest.raises(SettingsError, match="cannot be read"):
        settings.load(tmp_path)
    with pytest.raises(SettingsError, match="'folder' is not a setting"):
        settings.load(write(tmp_path, "folder = 'x'\n" + GOOD))


def test_a_folder_in_place_of_the_file_is_one_plain_line(tmp_path: Path) -> None:
    (tmp_path / settings.FILE_NAME).mkdir()
    with pytest.raises(SettingsError, match="cannot be opened"):
        settings.load(tmp_path)


@pytest.mark.parametrize("name", ["", "everyone"])
def test_an_unknown_audience_is_answered_with_the_choices(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as fault:
        settings.load(write(tmp_path, GOOD)).clearance(name)
    assert "internal, public" in str(fault.value)
    assert fault.value.exit_code == 2


def test_folders_lie_where_the_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = settings.load(write(tmp_path, "state = 'mine/state'\nreports = '../out'\n" + GOOD))
    assert here.state_folder() == tmp_path / "mine" / "state"
    assert here.reports_folder() == tmp_path.parent / "out"
    assert here.registers_url() == f"sqlite:///{(tmp_path / 'mine' / 'state' / 'registers.sqlite').as_posix()}"
    monkeypatch.chdir(tmp_path)
    quiet = settings.load(write(tmp_path, GOOD))
    assert quiet.reports_folder() == tmp_path / "reports"
    assert not quiet.state_folder().is_relative_to(tmp_path), "what the unit remembers never lies with its data"
    other = settings.load(write(tmp_path, "registers = 'postgresql://db/unit'\n" + GOOD))
    assert other.registers_url() == "postgresql://db/unit"


def test_two_workspaces_of_one_name_have_two_state_folders(tmp_path: Path) -> None:
    for one in ("a", "b"):
        (tmp_path / one / "unit").mkdir(parents=True)
    folders = {settings.load(write(tmp_path / one / "unit", GOOD)).state_folder() for one in ("a", "b")}
    assert len(folders) == 2


def test_every_setting_of_the_sample_is_known_and_every_audience_can_be_cleared(checkout: Path) -> None:
    here = settings.load(checkout / "data" / "samples")
    assert {here.clearance(name).audience for name in here.audiences} == {"unit", "internal", "public"}
    assert here.clearance("public").sources == ("crimes", "areas", "priorities", "breaks")
