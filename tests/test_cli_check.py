"""`intelnb check`: files, archives, a workspace's sources and databases; one object of JSON each; exit codes 0, 1, 2, 3."""

from __future__ import annotations

import json
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from intelnb.cli import files as file_verbs
from intelnb.cli import main as command
from intelnb.errors import InputRefused
from intelnb.intake import child
from intelnb.load.check import Problems, refused
from tests.reader_here import Here

HEAD = "id,kind,start\n"
KEYS = [
    "file", "kind", "refused", "reason", "read", "accepted", "quarantined", "encoding", "layer", "sha256", "problems",
    "repairs",
]  # fmt: skip


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Type `intelnb check ...`: exit code, output, and what was said beside it."""

    def typed(*words: str, in_process: bool = True) -> tuple[int, str, str]:
        with monkeypatch.context() as only:
            if in_process:
                only.setattr(child, "Reader", Here)
            only.setattr(sys, "argv", ["intelnb", "check", *words])
            with pytest.raises(SystemExit) as left:
                command.main()
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return typed


def test_several_files_are_one_object_a_line_and_the_worst_of_them_decides(tmp_path: Path, run: Run) -> None:
    good, some, bad = (tmp_path / f"{name}.csv" for name in ("good", "some", "bad"))
    good.write_text(HEAD + "1,theft,2026-01-05\n")
    some.write_text(HEAD + "1,theft,2026-01-05\n2,,2026-01-05\n")
    bad.write_bytes(b"%PDF-1.4")
    for files, worst in (([good], 0), ([good, some], 3), ([bad, some], 1), ([bad], 1)):
        code, out, err = run(*map(str, files), "--as", "crimes", "--json", in_process=len(files) == 1)
        assert (code, err) == (worst, "")
        told = [json.loads(out)] if len(files) == 1 else [json.loads(line) for line in out.splitlines()]
        assert [list(one) for one in told] == [KEYS] * len(files)
        assert [one["file"] for one in told] == [str(file) for file in files]
    problem = {"row": 3, "column": "kind", "code": "missing", "message": "There is no kind"}
    assert json.loads(run(str(some), "--as", "crimes", "--json")[1])["problems"] == [problem]


def test_an_archive_is_looked_at_member_by_member(tmp_path: Path, run: Run) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x/1-crimes.csv", HEAD + "1,theft,2026-01-05\n")
        archive.writestr("x/2-crimes.csv", HEAD + "2,theft,soon\n")
        archive.writestr("x/other.txt", "nothing")
    code, out, _ = run(str(tmp_path / "a.zip"), "--as", "crimes", "--members", "*-crimes.csv")
    assert (code, "read 2 = accepted 1 + quarantined 1" in out) == (3, True)
    out = run(str(tmp_path / "a.zip"), "--as", "crimes", "--members", "*-crimes.csv", "--json")[1]
    assert (json.loads(out)["layer"], json.loads(out)["read"]) == ("zip", 2)


def test_what_the_settings_name_is_looked_at_a_database_too(small_workspace: Path, run: Run) -> None:
    with sqlite3.connect(small_workspace / "rms.sqlite") as base:
        base.execute("CREATE TABLE crimes (kind TEXT, start TEXT)")
        base.executemany("INSERT INTO crimes VALUES (?, ?)", [("theft", "2026-01-05"), ("theft", "never")])
    base.close()
    (small_workspace / "map.toml").write_text('[columns]\nkind="kind"\nstart="start"\n[source]\ntable="crimes"\n')
    settings = small_workspace / "intelnb.toml"
    source = '\n[sources.crimes]\nfiles = "sqlite:///rms.sqlite"\nmap = "map.toml"\n'
    settings.write_text(settings.read_text("utf-8") + source, "utf-8")
    asked = ("--as", "crimes", "--workspace", str(small_workspace))
    code, out, _ = run(*asked, "--json")
    told = json.loads(out)
    assert (code, told["file"], told["layer"], told["read"], told["quarantined"]) == (
        3, "sqlite:///rms.sqlite", "database", 2, 1,
    )  # fmt: skip
    assert len(told["sha256"]) == 64
    assert run(*asked, "--quarantine", str(small_workspace / "q.xlsx"))[0] == 3
    assert json.loads(run(str(small_workspace / "q.xlsx"), *asked[:2], "--json")[1])["read"] == 1
    # no file name is ever taken for a database
    code, out, _ = run("sqlite:///rms.sqlite", "--as", "crimes")
    assert (code, "is not a file" in out) == (1, True)


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (["--as", "crimes"], "No file is named"),
        (["x.csv", "--as", "crims"], "not a kind of source"),
        (["a.csv", "b.csv", "--as", "crimes", "--quarantine", "q.csv"], "one by one"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, words: list[str], word: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert word in err
    assert err.count("\n") == 1
    # and one object for whoever asked for objects
    code, out, err = run(*words, "--json")
    told = json.loads(out)
    assert (code, err, list(told), told["refused"]) == (2, "", KEYS, True)
    assert word in told["reason"]


@pytest.mark.parametrize("file", ["https://host/a.csv", "/vsicurl/x", "gone.csv"])
@pytest.mark.parametrize("kind", ["crimes", "areas"])
def test_what_is_no_file_is_refused_as_one_object(run: Run, file: str, kind: str) -> None:
    code, out, err = run(file, "--as", kind, "--json")
    told = json.loads(out)
    assert (code, err, told["refused"], told["file"], told["kind"]) == (1, "", True, str(Path(file)), kind)
    assert told["reason"]
    code, out, err = run(file, "--as", kind)
    assert (code, out[:9], err) == (1, "refused: ", "")


def test_one_of_several_that_is_no_file_does_not_hide_the_others(tmp_path: Path, run: Run) -> None:
    good = tmp_path / "good.csv"
    good.write_text(HEAD + "1,theft,2026-01-05\n")
    code, out, _ = run("https://host/a.csv", str(good), "--as", "crimes", "--json")
    assert (code, [json.loads(line)["refused"] for line in out.splitlines()]) == (1, [True, False])


@pytest.mark.parametrize("many", [False, True])
def test_json_lists_every_problem_as_the_report_has_them(many: bool, capsys: pytest.CaptureFixture[str]) -> None:
    said = (("id", "missing", 'a "0",\nb'), ("", "nul", '"problems": []'))
    for problems in (Problems(), Problems((2, 10, 30), (0, 1, 0), said)):
        report = replace(refused('f "problems": [].csv', "crimes", InputRefused(what="é")), problems=problems)
        file_verbs._print(report, many=many)
        told = json.dumps(report.as_dict(), indent=None if many else 1, ensure_ascii=False)
        assert capsys.readouterr().out == told + "\n"
        assert json.loads(told)["problems"] == [one._asdict() for one in problems[:]]
