"""The command line as a person meets it: plain lines, right exit codes, no traceback."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from intelnb import settings, share
from intelnb.cli import main as command
from intelnb.cli import running
from intelnb.errors import UsageError
from intelnb.intake import child
from intelnb.load import kinds
from intelnb.registers import store
from intelnb.run import health, laboratory, parameters
from tests.reader_here import Here

Typed = tuple[int, str, str]
Cli = Callable[..., Typed]

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "samples"


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    """Type a command; its exit code, what it printed, and what it said beside that."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state-home"))

    def typed(*words: str) -> Typed:
        monkeypatch.setattr(sys, "argv", ["intelnb", *words])
        with pytest.raises(SystemExit) as left:
            command.main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return int(left.value.code or 0), out, err

    return typed


def test_every_verb_is_there_and_says_what_it_does(cli: Cli) -> None:
    code, out, _ = cli("--help")
    assert code == 0
    for verb in ("demo", "products", "run", "check", "desk", "render", "release", "sample", "doctor", "lab"):
        assert f"\n  {verb} " in out
        assert cli(verb, "--help")[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["bogus"], 2, "No such command"),
        (["run"], 2, "Missing argument"),
        (["run", "weekly"], 2, "There is no product 'weekly'"),
        (["run", "weekly_threat_assessment", "--workspace", "nowhere"], 1, "There is no intelnb.toml here"),
        (["run", "weekly_threat_assessment", "--workspace", "x", "--audiance", "y"], 2, "did you mean 'audience'"),
        (["run", "weekly_threat_assessment", "--workspace", "x", "loose"], 2, "'loose' was not expected"),
        (["run", "weekly_threat_assessment", "--workspace", "x", "--weeks"], 2, "--weeks has no value"),
        (["run", "weekly_threat_assessment", "--area", "NOR"], 2, "No workspace is named"),
        (["run", "weekly_threat_assessment", "--workspace", str(SAMPLE), "--area", "NOR"], 2, "--period must be named"),
        (["desk", "WTA/NOR"], 2, "No workspace is named"),
        (["check", "missing.csv", "--as", "crims"], 2, "'crims' is not a kind"),
    ],
)
def test_wrong_usage_is_one_plain_line(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str], code: int, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    left, out, err = cli(*words)
    assert left == code
    assert told in err
    assert out == ""


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("ingest", 2, "Missing argument 'files'"),
        ("ingest a.csv", 2, "Missing option '--as'"),
        ("ingest a.csv --as crimes", 2, "No workspace is named"),
        ("ingest a.csv --as crims --workspace unit", 2, "'crims' is not a kind"),
        ("ingest gone.csv --as crimes --workspace unit", 1, "There is no such file"),
        ("ingest https://host/a.csv --as crimes --workspace unit", 2, "is not a file"),
        ("ingest a.csv --as crimes --workspace bad", 1, "The settings cannot be read"),
        ("ingest a.csv --as crimes --workspace unit --covers soon", 2, "'soon' is not a period"),
        ("ingest a.csv --as crimes --workspace unit --covers 2026-10 --adds", 2, "not both"),
        ("ingest a.csv --as priorities --workspace unit", 2, "do not come month by month"),
        ("ingest p.csv --as crimes --workspace unit", 1, "This is a PDF"),
        ("ingest s.csv --as crimes --workspace unit", 1, "report a security incident"),
        ("ingest a.csv --as crimes --workspace unit --bogus", 2, "No such option: --bogus"),
        ("check a.csv", 2, "Missing option '--as'"),
        ("check a.csv --as crims", 2, "'crims' is not a kind"),
        ("check gone.csv --as crimes", 1, "There is no such file"),
        ("check p.csv --as crimes", 1, "This is a PDF"),
        ("check s.csv --as crimes", 1, "report a security incident"),
        ("check --as crimes --workspace bad", 1, "The settings cannot be read"),
        ("check a.csv --as crimes --map gone.toml", 1, "There is no such file"),
        ("check a.csv --as crimes --crs EPSG:nowhere", 1, "EPSG:nowhere"),
        ("check a.csv --as crimes --timezone Mars/Base", 2, "'Mars/Base' are no clocks we know"),
        ("check a.csv --as crimes --bogus", 2, "No such option: --bogus"),
        ("bogus", 2, "No such command 'bogus'"),
    ],
)
def test_whoever_asks_for_json_reads_json_whatever_is_wrong(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, small_workspace: Path, words: str, code: int, told: str
) -> None:
    if words.startswith("check"):
        monkeypatch.setattr(child, "Reader", Here)
    place = small_workspace.parent
    monkeypatch.chdir(place)
    small_workspace.rename(place / "unit")
    (place / "bad").mkdir()
    (place / "bad" / "intelnb.toml").write_text("x = [", "utf-8")
    (place / "a.csv").write_text("kind,start\ntheft,2026-01-05\n", "utf-8")
    (place / "p.csv").write_bytes(b"%PDF-1.4")
    (place / "s.csv").write_text("kind,start,mo\ntheft,2026-01-05,SECRET\n", "utf-8")
    left, out, err = cli(*words.split(), "--json")
    found = json.loads(out)
    assert (left, err, found["refused"]) == (code, "", True)
    assert told in found["reason"]
    assert ("problems" in found) == words.startswith("check")


def test_a_fault_of_ours_is_json_too(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("Nominal N0412")

    monkeypatch.setattr(kinds, "loader", fail)
    code, out, err = cli("check", "a.csv", "--as", "crimes", "--json")
    assert (code, err, json.loads(out)["refused"]) == (1, "", True)
    assert "N0412" not in out


def test_a_fault_of_ours_is_one_line_and_a_file_for_its_owner(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail() -> None:
        raise RuntimeError("Nominal N0412")

    monkeypatch.setattr(share, "products", fail)
    code, out, err = cli("products")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "Something went wrong that should not have" in err
    assert "N0412" not in err
    (log,) = (tmp_path / "state-home").rglob("*.txt")
    assert str(log) in err
    assert "N0412" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o077 == 0


def test_products_are_found_by_looking_with_help_from_their_parameters_cell(cli: Cli) -> None:
    code, out, _ = cli("products")
    assert code == 0
    for kind, notebook in share.products().items():
        assert f"{kind}: " in out
        for one in parameters.read(notebook).values():
            assert one.help
            assert one.help in out


def test_check_prints_the_ledger_or_one_json_object(cli: Cli, checkout: Path) -> None:
    events = checkout / "data" / "samples" / "events.csv"
    code, out, _ = cli("check", str(events), "--as", "events")
    assert code == 0
    assert "read 4 = accepted 4 + quarantined 0" in out
    told = json.loads(cli("check", str(events), "--as", "events", "--json")[1])
    assert set(told) == {
        "file", "kind", "refused", "reason", "read", "accepted", "quarantined", "encoding", "layer", "sha256", "problems",
        "repairs",
    }  # fmt: skip


def test_check_refuses_and_quarantines_with_its_exit_codes(cli: Cli, tmp_path: Path) -> None:
    assert cli("check", str(tmp_path / "missing.csv"), "--as", "events")[0] == 1
    bad = tmp_path / "events.csv"
    bad.write_text("date,name,area\n2026-11-10,Fair,NOR\nsoon,Match,NOR\n", "utf-8")
    code, out, _ = cli("check", str(bad), "--as", "events")
    assert code == 3
    assert "read 2 = accepted 1 + quarantined 1" in out
    assert "line 3" in out


def test_the_demo_copies_the_sample_to_a_folder_of_its_own(tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "thesis.doc").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="something else"):
        running.copy_sample(full)
    own = running.copy_sample(tmp_path / "new")
    assert settings.load(own).state_folder() == own / "state"
    assert settings.load(own).reports_folder() == own / "reports"
    assert running.copy_sample(own) == own
    sample = tomllib.loads((share.samples() / "intelnb.toml").read_text("utf-8"))
    copied = tomllib.loads((own / "intelnb.toml").read_text("utf-8"))
    assert {**sample, "state": "", "reports": ""} == {**copied, "state": "", "reports": ""}


def test_progress_is_one_moving_line_on_a_terminal_and_plain_lines_elsewhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    running.tell(1, 2, "Hot spots")
    assert capsys.readouterr().err == "  cell 1 of 2: Hot spots\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    running.tell(1, 2, "Hot spots")
    running.tell(2, 2, "")
    moved = capsys.readouterr().err
    assert moved.count("\n") == 1
    assert moved.startswith("\r  cell 1 of 2: Hot spots")


def test_doctor_finds_this_machine_well(cli: Cli, small_workspace: Path) -> None:
    code, out, _ = cli("doctor", "--workspace", str(small_workspace))
    assert code == 0, out
    for name in ("Python", "packages", "Excel files", "coordinates", "kernel", "browser", "locale", "timezone",
                 "state folder", "reports folder", "registers", "audit"):  # fmt: skip
        assert f"  {name}: " in out


def test_doctor_finds_what_is_wrong(cli: Cli, small_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = small_workspace / "state"
    state.mkdir()
    state.chmod(0o755)
    code, out, _ = cli("doctor", "--workspace", str(small_workspace))
    assert code == 1
    assert "is open to others" in out
    state.chmod(0o700)
    with monkeypatch.context() as patch:
        patch.setattr(store, "is_network_share", lambda _path: True)
        code, out, _ = cli("doctor", "--workspace", str(small_workspace))
        assert (code, "network share" in out) == (1, True)
    with monkeypatch.context() as patch:
        patch.setattr(health, "version", lambda _name: "0.1")
        code, out, _ = cli("doctor")
        assert (code, "nbconvert 0.1 is not >=7.17.1" in out) == (1, True)


SOURCES = """
[sources.priorities]
files = "priorities.csv"
marking = "OFFICIAL"
[sources.events]
files = "{events}"
map = "{map}"
"""


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        ({}, "ok    source events: 1 file, 2 records\n"),
        ({"priorities.csv": None}, "BAD   source priorities: There is no such file ("),
        ({"events": "exports/*.csv"}, "BAD   source events: No file fits 'exports/*.csv'"),
        ({"events": "../events.csv"}, "BAD   source events: "),
        ({"map": "maps/gone.toml"}, "maps/gone.toml). Put the export there, or mend the path."),
        ({"maps/events.toml": '[columns]\ndate = "When"\nname = "What"\n'}, "BAD   source events: "),
        (
            {"events.csv": "Date,Title\nsoon,Fair\n2026-11-09,Match\n"},
            "note  source events: 1 file, 2 records, 1 cannot",
        ),
        ({"events.csv": "Date,Title\n"}, "note  source events: 1 file, 0 records: nothing to read"),
        ({"force.geojson": "{"}, "BAD   areas: "),
        ({"force.geojson": None}, "BAD   areas: "),
    ],
)
def test_doctor_looks_at_areas_maps_and_sources(
    cli: Cli, small_workspace: Path, spoilt: dict[str, str | None], told: str
) -> None:
    named = {
        name: spoilt.get(name, default) for name, default in (("events", "events.csv"), ("map", "maps/events.toml"))
    }
    files = {
        "priorities.csv": "code,name,rank,kinds,flags,hours\nb,Burglary,1,burglary,,\n",
        "events.csv": "Date,Title\n2026-11-02,Fair\n2026-11-09,Match\n",
        "maps/events.toml": '[columns]\ndate = "Date"\nname = "Title"\n',
    }
    (small_workspace / "maps").mkdir()
    for name, text in (files | {k: v for k, v in spoilt.items() if "." in k and k not in named}).items():
        if text is None:
            (small_workspace / name).unlink(missing_ok=True)
        else:
            (small_workspace / name).write_text(text, "utf-8")
    chosen = small_workspace / settings.FILE_NAME
    chosen.write_text(chosen.read_text("utf-8") + SOURCES.format(**named), "utf-8")
    code, out, _ = cli("doctor", "--workspace", str(small_workspace))
    assert told in out, out
    assert code == int("BAD" in out)
    assert ("BAD" in out) == (not told.startswith(("ok", "note")))
    assert not [line for line in out.splitlines() if line.count("  ") > 4], "one plain line each"


def test_lab_opens_copies_set_to_the_workspace(
    cli: Cli, small_workspace: Path, monkeypatch: pytest.MonkeyPatch, write_notebook: Callable[..., Path]
) -> None:
    source = write_notebook("x = 1", name="weekly_threat_assessment")
    shipped = small_workspace.parent / "shipped" / "products"
    shipped.mkdir(parents=True)
    source.rename(shipped / source.name)
    monkeypatch.setattr(share, "notebooks", lambda: shipped.parent)
    called: list[list[str]] = []

    def pretend(words: list[str], **_: object) -> object:
        called.append(words)
        return type("Done", (), {"returncode": 0})()

    monkeypatch.setattr(laboratory.subprocess, "run", pretend)
    assert cli("lab", "--workspace", str(small_workspace), "--no-browser")[0] == 0
    folder = small_workspace / "state" / "notebooks"
    copy = folder / "products" / source.name
    known = parameters.read(copy)
    assert known["workspace"].default == str(small_workspace)
    assert known["audience"].default == "internal"
    assert known["audience"].help == "who it is for"
    assert "--no-browser" in called[0]
    assert not [word for word in called[0] if "token" in word]
    assert "--KernelManager.transport_encryption=required" in called[0]
    settings_folder = small_workspace / "state" / "lab-settings"
    assert f"--LabApp.user_settings_dir={settings_folder}" in called[0]
    news = settings_folder / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    assert json.loads(news.read_text("utf-8")) == {"fetchNews": "false"}
    for user, is_root in ((0, True), (1000, False)):
        monkeypatch.setattr(laboratory.os, "geteuid", lambda user=user: user, raising=False)
        laboratory.start(folder, browser=False, port=8888)
        assert ("--allow-root" in called[-1]) is is_root
    quiet = json.loads((folder / "jupyter_config.json").read_text("utf-8"))
    assert quiet["LabApp"]["news_url"] is None
    assert quiet["LabApp"]["extension_manager"] == "readonly"

    copy.write_text(copy.read_text("utf-8").replace("x = 1", "x = 2"), "utf-8")
    cli("lab", "--workspace", str(small_workspace))
    assert "x = 2" in copy.read_text("utf-8")


def test_demo_leaves_a_workspace_of_another_force_alone(cli: Cli, tmp_path: Path) -> None:
    folder = running.copy_sample(tmp_path / "sample")
    assert running.copy_sample(folder) == folder, "its own folder may be made again"
    chosen = folder / settings.FILE_NAME
    sample = chosen.read_text("utf-8")
    for own in (sample.replace('name = "Northmere Police"', 'name = "Eastmere Police"'), "[force", "force = 1"):
        assert own != sample
        chosen.write_text(own, "utf-8")
        (folder / "crimes.csv").write_text("ours", "utf-8")
        code, out, err = cli("demo", str(folder))
        assert (code, out) == (2, "")
        assert "a workspace that is not the sample" in err
        assert (chosen.read_text("utf-8"), (folder / "crimes.csv").read_text("utf-8")) == (own, "ours")
