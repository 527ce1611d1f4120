"""The sample and real exports: the counts their notes give, and every record accounted for."""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.load import check as checking
from intelnb.records import Clearance

SAMPLE_LEVELS = (
    {"level": "force", "file": "areas/force.geojson"},
    {"level": "district", "file": "areas/districts.geojson"},
    {"level": "ward", "file": "areas/wards.gpkg"},
)


def read(request: Request) -> Loaded:
    return importlib.import_module(f"intelnb.load.{request.kind}").read(request)


@pytest.fixture(scope="module")
def sample() -> Path:
    return Path(__file__).resolve().parents[2] / "data" / "samples"


@pytest.fixture(scope="module")
def truths(sample: Path) -> dict[str, Any]:
    return {truth["id"]: truth["expect"] for truth in json.loads((sample / "truths.json").read_text("utf-8"))}


@pytest.fixture
def of_sample(sample: Path, ask: Callable[..., Request]) -> Callable[..., Request]:
    return lambda kind, **other: ask(
        kind, folder=sample, levels=SAMPLE_LEVELS, column_map=f"maps/{kind}.toml", marking="OFFICIAL-SENSITIVE", **other
    )


def test_the_sample_ledger_is_what_was_planted(of_sample: Callable[..., Request], truths: dict[str, Any]) -> None:
    for name, told in truths["files"]["files"].items():
        kind = name.split("/")[0]
        loaded = read(of_sample(kind, files=name))
        assert loaded.source.ledger.read == told["rows"]
        assert loaded.source.ledger.quarantined == told["unusable"]
        if kind == "crimes":
            assert loaded.source.ledger.excluded_by_rule == told["cancelled"] + told["transferred"]


def test_planted_broken_rows_are_quarantined_on_their_lines(
    of_sample: Callable[..., Request], truths: dict[str, Any]
) -> None:
    wanted = {(row["file"], row["line"], row["column"]) for row in truths["unusable_rows"]["rows"]}
    found = set()
    for kind, files in (("crimes", "crimes/crimes_*.csv.gz"), ("logs", "logs/*.csv.gz")):
        workings = read(of_sample(kind, files=files)).workings
        assert workings is not None
        found |= {(row.file, row.row, row.column) for row in workings.quarantine.itertuples()}
    assert found == wanted


def test_planted_logs_are_kept_from_those_who_may_not_have_them(
    of_sample: Callable[..., Request], truths: dict[str, Any], clearance: Callable[..., Clearance]
) -> None:
    internal = clearance(audience="internal", ungraded=False)
    seen = set(read(of_sample("logs", files="logs/*.csv.gz", clearance=internal)).table["urn"])
    for name in ("conditional_logs", "ungraded_withheld"):
        assert truths[name]["must_not_see"]
        assert not seen & set(truths[name]["must_not_see"])
    unit = read(of_sample("logs", files="logs/*.csv.gz")).table
    assert set(unit.loc[unit["to_grade"], "urn"]) == set(truths["logs_to_grade"]["urns"])


@pytest.mark.parametrize(
    "kind", ["priorities", "requirements", "actions", "breaks", "events", "entities", "links", "harm_weights"]
)
def test_every_small_table_of_the_sample_is_read_whole(sample: Path, ask: Callable[..., Request], kind: str) -> None:
    loaded = read(ask(kind, folder=sample, levels=(), files=f"{kind}.csv"))
    records = pd.read_csv(sample / f"{kind}.csv", dtype=str)
    assert len(loaded.table) == len(records) == loaded.source.ledger.used
    report = checking.check(sample / f"{kind}.csv", kind=kind)
    assert (report.exit_code, report.read, report.encoding, report.layer) == (0, len(records), "utf-8", "text")


def test_a_check_says_what_a_read_would(sample: Path, truths: dict[str, Any]) -> None:
    file = "crimes/crimes_2026.csv.gz"
    report = checking.check(sample / file, kind="crimes", column_map=sample / "maps" / "crimes.toml").as_dict()
    lines = {row["line"] for row in truths["unusable_rows"]["rows"] if row["file"] == file}
    assert {problem["row"] for problem in report["problems"]} == lines
    assert report["read"] == report["accepted"] + report["quarantined"]
    assert list(report) == [
        "file", "kind", "refused", "reason", "read", "accepted", "quarantined", "encoding", "layer", "sha256",
        "problems", "repairs",
    ]  # fmt: skip
    json.dumps(report)


def test_a_check_of_a_refused_file_is_a_report_too(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "logs.csv").write_text("urn,received,marking\n1,2026-01-01,SECRET\n", "utf-8")
    for file, kind in (
        (sample / "areas" / "wards.gpkg", "crimes"),
        (sample / "none.csv", "crimes"),
        (sample / "events.csv", "areas"),
        (sample / "crimes" / "crimes_2026.csv.gz", "crimes"),
        (tmp_path / "logs.csv", "logs"),
    ):
        report = checking.check(file, kind=kind)
        assert report.refused
        assert report.exit_code == 1
        assert report.reason
        assert "SECRET" not in report.reason
    areas = checking.check(sample / "areas" / "wards.gpkg", kind="areas")
    assert (areas.read, areas.layer, areas.exit_code) == (24, "sqlite", 0)


HOUSTON = """
[columns]
kind = "offense"
start = "time"
longitude = "lon"
latitude = "lat"
area = "beat"
location = "address"
[source]
timezone = "UTC"
"""
POLICE_UK = """
[columns]
id = "Crime ID"
kind = "Crime type"
start = "Month"
longitude = "Longitude"
latitude = "Latitude"
area = "LSOA code"
location = "Location"
outcome = "Last outcome category"
[formats]
start = "month"
[constants]
accuracy_m = 500
"""


def mapped(folder: Path, text: str) -> str:
    (folder / "map.toml").write_text(text, "utf-8")
    return "map.toml"


@pytest.mark.real_data
def test_houston_loads_whole(real_data: Path, folder: Path, ask: Callable[..., Request]) -> None:
    file = real_data / "us_houston_2010" / "crime.csv.gz"
    loaded = read(
        ask(
            "crimes", files=str(file), allowed=[file.parent], column_map=mapped(folder, HOUSTON), crs="EPSG:32615",
            timezone="America/Chicago", levels=(),
        )
    )  # fmt: skip
    ledger, table = loaded.source.ledger, loaded.table
    assert (ledger.read, ledger.accepted, ledger.quarantined) == (86_314, 86_314, 0)
    theirs = pd.read_csv(file)
    # the export's own local hour and day say what its UTC time says on local clocks, but for nine crimes written
    # in the hour that never was on 14 March
    other = theirs[table["start"].dt.hour.to_numpy() != theirs["hour"].to_numpy()]
    assert (other["date"].unique().tolist(), other["hour"].unique().tolist(), len(other)) == (["3/14/2010"], [2], 9)
    days = pd.to_datetime(theirs["date"], format="%m/%d/%Y").to_numpy()
    assert (table["start"].dt.normalize().to_numpy() == days).all()
    # 575 full-row duplicates are somebody's crimes
    assert theirs.duplicated().sum() == 575
    placed = table["easting"].notna().to_numpy()
    assert placed.sum() == theirs["lon"].notna().sum()
    assert table.loc[placed, "easting"].median() == pytest.approx(267_000, abs=10_000)


@pytest.mark.real_data
def test_four_forces_load_whole(real_data: Path, folder: Path, ask: Callable[..., Request]) -> None:
    root = real_data / "police_uk_2025_four_forces"
    column_map = mapped(folder, POLICE_UK)
    counts = {"cheshire": 80_955, "cumbria": 38_944, "norfolk": 67_367, "north-yorkshire": 61_523}
    for force, count in counts.items():
        loaded = read(
            ask("crimes", files=f"{root}/*/*-{force}-street.csv.gz", allowed=[root], column_map=column_map, levels=())
        )
        ledger = loaded.source.ledger
        assert (ledger.read, ledger.accepted, ledger.used) == (count, count, count)
        assert (loaded.table["hours_wide"] > 600).all()
        assert (loaded.table["accuracy_m"] == 500).all()
        assert loaded.workings is not None
        assert len(loaded.workings.source.sha256) == 12
        assert str(loaded.source.as_at) == "2025-12-31 23:59:59"
        theirs = pd.concat(pd.read_csv(p, usecols=["Longitude"]) for p in root.glob(f"*/*-{force}-street.csv.gz"))
        assert (loaded.table["placed_by"] == "unplaced").sum() == theirs["Longitude"].isna().sum()
