"""What one read may take: memory and time, with one plain line when it is not enough, and a reader that lives on."""

from __future__ import annotations

import faulthandler
import gzip
import io
import os
import signal
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from intelnb.errors import InputRefused, IntelError
from intelnb.intake import forking, frames, limits
from intelnb.intake.child import Reader
from intelnb.intake.request import Request
from intelnb.load import reader
from intelnb.load.check import CheckReport
from intelnb.records import Clearance
from intelnb.tables import arrow

needs_fork = pytest.mark.skipif(not forking.is_available(), reason="this system cannot fork a reader")


def test_small_files_may_take_little_and_large_ones_more(folder: Path, ask: Callable[..., Request]) -> None:
    (folder / "small.csv").write_bytes(b"x" * 1000)
    small = limits.of(ask("crimes", files="small.csv", levels=()), seconds=300)
    assert small.memory_bytes < 330e6
    assert small.seconds < 10
    (folder / "large.csv").write_bytes(b"x" * 5_000_000)
    large = limits.of(ask("crimes", files="*.csv", levels=()), seconds=300)
    assert large.memory_bytes == pytest.approx(520e6, rel=0.01)
    assert large.seconds == pytest.approx(24, abs=0.1)
    assert limits.of(ask("crimes", files="*.csv", levels=()), seconds=5).seconds == 5
    for fields in ({"files": "none.csv"}, {"files": "", "levels": ()}, {"files": "", "database": "sqlite:///x"}):
        assert limits.of(ask("crimes", **fields), seconds=77) == limits.Limits(limits.of_the_machine(), 77)


@needs_fork
def test_a_forked_process_that_dies_or_hangs_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    assert forking.run(lambda begin: begin(), seconds=9) == forking.Outcome("done", began=True)
    assert forking.run(lambda _: None, seconds=9) == forking.Outcome("done", began=False)
    killed = lambda _: os.kill(os.getpid(), signal.SIGKILL)  # noqa: E731
    assert forking.run(killed, seconds=9) == forking.Outcome("died", began=False)
    began = time.monotonic()
    assert forking.run(lambda _: time.sleep(60), seconds=0.2) == forking.Outcome("overdue", began=False)
    held = lambda _: (limits.hold(limits.Limits(10**9, 0.2)), sum(iter(int, 1)))  # noqa: E731
    assert forking.run(held, seconds=60) == forking.Outcome("spent", began=False)
    assert time.monotonic() - began < 30
    assert forking.run(lambda begin: (begin(), 1 / 0), seconds=9).how == "died"


@needs_fork
def test_a_read_that_wants_too_much_is_one_line_and_the_reader_lives_on(
    folder: Path, clearance: Callable[..., Clearance]
) -> None:
    # 12 million records in 150 kB, all of them well formed
    (folder / "events.csv").write_bytes(gzip.compress(b"date,name\n" + b"a,b\n" * 12_000_000))
    (folder / "good.csv").write_text("date,name\n2026-01-05,Fair\n", "utf-8")
    with Reader(folder=folder, clearance=clearance(), crs="EPSG:27700", marking="OFFICIAL") as open_reader:
        child = open_reader._child
        began = time.monotonic()
        with pytest.raises(InputRefused, match=r"Reading needs more than the 32\d MB it may take \(events\)"):
            open_reader.read("events", files="events.csv")
        assert time.monotonic() - began < 60
        assert len(open_reader.read("events", files="good.csv").table) == 1
        assert open_reader._child is child


@needs_fork
def test_a_read_that_takes_too_long_is_one_line_and_the_reader_lives_on(
    folder: Path, clearance: Callable[..., Clearance]
) -> None:
    (folder / "events.csv").write_bytes(b"date,name\n" + b'2026-01-05,"a\nb"\n' * 200_000)
    (folder / "good.csv").write_text("date,name\n2026-01-05,Fair\n", "utf-8")
    with Reader(folder=folder, clearance=clearance(), crs="EPSG:27700", marking="OFFICIAL") as open_reader:
        assert len(open_reader.read("events", files="good.csv").table) == 1
        child, open_reader._time_limit_s = open_reader._child, 0.1
        with pytest.raises(IntelError, match=r"longer than 0\.1 seconds"):
            open_reader.read("events", files="events.csv")
        open_reader._time_limit_s = 300
        assert len(open_reader.read("events", files="good.csv").table) == 1
        assert open_reader._child is child


def test_where_nothing_can_be_forked_the_reader_reads_by_itself(
    folder: Path, ask: Callable[..., Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forking, "is_available", lambda: False)
    (folder / "events.csv").write_text("date,name\n2026-01-05,Fair\n", "utf-8")
    requests, answers = io.BytesIO(), io.BytesIO()
    for files in ("events.csv", "none.csv", "events.csv"):
        frames.send(requests, {**ask("events", files=files, levels=()).as_dict(), "seconds": 9})
    requests.seek(0)
    reader.serve(requests, answers)
    answers.seek(0)
    told = [frames.receive(answers) for _ in range(3)]
    assert [one is not None and "error" in one[0] for one in told] == [False, True, False]
    assert told[2] is not None
    assert len(arrow.from_stream(told[2][1])) == 1
    assert frames.receive(answers) is None


@needs_fork
def test_a_library_that_gives_up_is_one_true_line_and_the_reader_lives_on(
    folder: Path, ask: Callable[..., Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    for gives_up in (lambda: (faulthandler.disable(), os.abort()), lambda: os._exit(127)):
        assert forking.run(lambda _, end=gives_up: end(), seconds=9) == forking.Outcome("broken_off", began=False)
    monkeypatch.setattr(reader, "_answered", lambda _: os._exit(127))
    requests, answers = io.BytesIO(), io.BytesIO()
    (folder / "events.csv").write_text("date,name\n2026-01-05,Fair\n", "utf-8")
    frames.send(requests, {**ask("events", files="events.csv", levels=()).as_dict(), "seconds": 9})
    requests.seek(0)
    reader.serve(requests, answers)
    answers.seek(0)
    told = frames.receive(answers)
    assert told is not None
    assert "most likely for want of more than the 320 MB" in told[0]["error"]["what"]


@needs_fork
def test_an_archive_of_very_many_small_files_is_read_in_bounded_time_and_memory(
    folder: Path, clearance: Callable[..., Clearance]
) -> None:
    with zipfile.ZipFile(folder / "many.zip", "w") as archive:
        for number in range(9_000):
            archive.writestr(f"f{number}.csv", f"id,kind,start\n{number},theft,2026-01-05\n")
    with Reader(folder=folder, clearance=clearance(), crs="EPSG:27700", marking="OFFICIAL") as open_reader:
        began = os.times().children_user
        assert len(open_reader.read("crimes", files="many.zip").table) == 9_000
        open_reader.close()
        assert os.times().children_user - began < 10


@needs_fork
def test_a_matrix_of_a_thousand_names_and_a_file_of_many_columns_are_read_within_their_limits(
    folder: Path, clearance: Callable[..., Clearance]
) -> None:
    """Arrow reserves half of what it reads at once for each column: of a wide file that was gigabytes."""
    names = [f"N{i}" for i in range(1000)]
    rows = (f"{one},{','.join('1' if i == at + 1 else '0' for i in range(1000))}" for at, one in enumerate(names))
    (folder / "m.csv").write_text("\n".join([f",{','.join(names)}", *rows]), "utf-8")
    cells = ",".join(["some words"] * 300)
    lines = (f"c{i},theft,2026-01-05,{cells}" for i in range(1500))
    (folder / "w.csv").write_text(
        "\n".join([f"id,kind,start,{','.join(f'x{i}' for i in range(300))}", *lines]), "utf-8"
    )
    with Reader(folder=folder, clearance=clearance(), crs="EPSG:27700") as one:
        for kind, name, layout, read in (("links", "m.csv", "matrix", 999), ("crimes", "w.csv", "", 1500)):
            options = {"file": str(folder / name), "asked": {"layout": layout}}
            found = one.ask("check", options=options, kind=kind, files=name, allowed=[folder])
            assert (found["reason"], found["accepted"]) == ("", read)


@needs_fork
@pytest.mark.parametrize(("line", "read"), [("a\n", 900_000), ('"x\n', 600_000)])
def test_a_small_file_of_nothing_but_faulty_lines_is_told_of_within_its_limits(
    line: str, read: int, folder: Path, clearance: Callable[..., Clearance]
) -> None:
    """An object or two for each line took more memory than a small file may, and the whole account was lost."""
    (folder / "d.csv").write_text("id,kind,start\n" + line * read, "utf-8")
    with Reader(folder=folder, clearance=clearance(), crs="EPSG:27700") as one:
        options = {"file": str(folder / "d.csv"), "asked": {}}
        answer = one.ask("check", options=options, kind="crimes", files="d.csv", allowed=[folder])
    report = CheckReport.of_answer(answer)
    assert (report.reason, report.read, report.accepted, report.quarantined) == ("", read, 0, read)
    assert [one.row for one in report.problems] == list(range(2, read + 2))
    assert len(answer["problems"]["said"]) <= 2


def test_what_to_do_about_too_large_a_file_suits_its_kind() -> None:
    few = limits.Limits(10**8, 9)
    for told in (limits.out_of_memory, limits.broken_off, lambda _, kind: limits.overdue(9, kind)):
        assert "as a list of links" in str(told(few, "links"))
        assert "Read a shorter period" in str(told(few, "crimes"))
        assert "one level alone" in str(told(few, "areas"))
