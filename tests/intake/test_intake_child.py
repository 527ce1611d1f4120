"""The reader process: what crosses the pipe, and what a user sees when it goes wrong."""

import getpass
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pytest

from intelnb.errors import InputRefused, IntelError, SecurityIncident, UsageError
from intelnb.intake.child import Reader
from intelnb.records import Clearance
from intelnb.registers import audit, store

LEVELS = [{"level": "force", "file": "force.geojson"}, {"level": "ward", "file": "wards.geojson"}]


@pytest.fixture
def reader(folder: Path, clearance: Callable[..., Clearance]) -> Iterator[Reader]:
    with Reader(
        folder=folder, clearance=clearance(), crs="EPSG:27700", levels=LEVELS, marking="OFFICIAL"
    ) as open_reader:
        yield open_reader


def write(folder: Path, *lines: str) -> str:
    head = "id,kind,start,easting,northing,area,location,mo,flags"
    (folder / "crimes.csv").write_text("\n".join([head, *lines]) + "\n", "utf-8")
    return "crimes.csv"


def test_one_read_from_file_to_table(
    reader: Reader, folder: Path, tmp_path: Path, clearance: Callable[..., Clearance]
) -> None:
    files = write(
        folder, "1,theft,2026-01-05 10:00,400500,300500,,,,a;b", "2,arson,2026-01-06,,,W2,,,", "3,theft,bad,,,,,,"
    )
    workings, url = tmp_path / "workings", f"sqlite:///{tmp_path / 'registers.sqlite'}"
    loaded = reader.read(
        "crimes", files=files, workings=workings, registers=url, reference="WTA/F/2026-W02/unit", area="F",
        since="2026-01-05", until_end="2026-01-12",
    )  # fmt: skip
    table = loaded.table
    assert isinstance(table, gpd.GeoDataFrame)
    assert table.crs == "EPSG:27700"
    assert table["flags"].tolist() == [("a", "b"), ()]
    assert table["ward"].tolist() == ["W1", "W2"]
    assert table["placed_by"].tolist() == ["point", "code"]
    assert table.geometry.iloc[0].coords[0] == (400500, 300500)
    assert table.geometry.iloc[1] is None
    assert table.attrs["digest"] == loaded.source.digest
    assert loaded.workings is None
    assert loaded.quarantine.empty
    assert loaded.source.sha256 == {}

    assert sorted(p.name for p in workings.iterdir()) == [
        f"01-crimes.{end}" for end in ("ledger.json", "quarantine.csv", "remarks.csv", "withheld.json")
    ]
    account = json.loads((workings / "01-crimes.ledger.json").read_text("utf-8"))["source"]
    assert account["ledger"]["quarantined"] == 1
    assert list(account["sha256"]) == ["crimes.csv"]
    assert "crimes.csv,4,start,not_a_date" in (workings / "01-crimes.quarantine.csv").read_text("utf-8")
    assert (workings / "01-crimes.ledger.json").stat().st_mode & 0o077 == 0

    rows = list(audit.entries(store.open_store(url), event="read"))
    assert {row.by for row in rows} == {getpass.getuser()}
    assert len(rows) == 1
    detail = json.loads(rows[0].detail)
    assert (rows[0].subject, detail["rows"], detail["reference"]) == ("crimes", 2, "WTA/F/2026-W02/unit")


def test_errors_keep_their_class_and_show_no_traceback(reader: Reader, folder: Path) -> None:
    write(folder, "1,theft,2026-01-05,,,,,,SECRET")
    for kind, error, fields in (
        ("crimes", SecurityIncident, {"files": "crimes.csv"}),
        ("crimes", InputRefused, {"files": "none.csv"}),
        ("crimes", UsageError, {"area": "ZZ"}),
        ("cakes", UsageError, {}),
        ("../crimes", UsageError, {}),
    ):
        with pytest.raises(error) as caught:
            reader.read(kind, **fields)
        assert "Traceback" not in str(caught.value)
        assert "\n" not in str(caught.value)
    assert reader.read("events").table.empty  # it goes on after every one of them


def test_a_fault_of_ours_is_one_line_and_its_details_stay_in_the_workings(
    folder: Path, tmp_path: Path, clearance: Callable[..., Clearance]
) -> None:
    write(folder, "1,theft,2026-01-05,,,,,,")
    with Reader(folder=folder, clearance=clearance(), crs="EPSG:27700", workings=tmp_path / "w") as broken:
        with pytest.raises(IntelError, match="does not know") as caught:
            broken.read("crimes", files="crimes.csv", levels=LEVELS, area="F", margin_m="far")
        assert "(TypeError)" in str(caught.value)
        assert "far" not in str(caught.value)
        assert "Traceback" in (tmp_path / "w" / "reader-fault.txt").read_text("utf-8")


def test_a_dead_reader_is_one_line_and_the_next_read_works(reader: Reader, folder: Path) -> None:
    files = write(folder, "1,theft,2026-01-05,,,,,,")
    reader.read("crimes", files=files)
    child = reader._child
    assert child is not None
    os.kill(child.pid, signal.SIGSTOP)
    killer = threading.Timer(0.3, child.kill)
    killer.start()
    with pytest.raises(IntelError, match="ended without an answer"):
        reader.read("crimes", files=files)
    assert len(reader.read("crimes", files=files).table) == 1


def test_a_read_that_takes_too_long_is_stopped(folder: Path, clearance: Callable[..., Clearance]) -> None:
    with Reader(folder=folder, clearance=clearance(), crs="EPSG:27700", time_limit_s=0.5) as slow:
        child = slow._child
        assert child is not None
        os.kill(child.pid, signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(IntelError, match=r"longer than 0\.5 seconds"):
            slow.read("events")
        assert time.monotonic() - began < 5
        assert child.poll() is not None


def test_closing_ends_the_process(folder: Path, clearance: Callable[..., Clearance]) -> None:
    with Reader(folder=folder, clearance=clearance(), crs="EPSG:27700") as open_reader:
        child = open_reader._child
        assert child is not None
        open_reader.read("events")
    assert child.poll() == 0


def test_nothing_reaches_the_screen(reader: Reader, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    reader.read("crimes", files=write(folder, "1,theft,2026-01-05,0,0,,,,"))
    with pytest.raises(InputRefused):
        reader.read("crimes", files="none.csv")
    assert capfd.readouterr() == ("", "")


def test_two_readers_give_the_same_bytes(folder: Path, clearance: Callable[..., Clearance]) -> None:
    files = write(folder, "1,theft,2026-01-05,400500,300500,,,,", "2,théft,2026-01-05,400500,300500,,,,")
    digests = set()
    for zone in ("UTC", "Asia/Tokyo"):
        os.environ["TZ"] = zone
        try:
            with Reader(folder=folder, clearance=clearance(), crs="EPSG:27700", levels=LEVELS) as one:
                digests.add(one.read("crimes", files=files).source.digest)
        finally:
            os.environ.pop("TZ")
    assert len(digests) == 1
