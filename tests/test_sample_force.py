"""The invented force as files: the same bytes every time, valid areas, maps that fit their exports."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from intelnb.sample import county, crime_times, force, series, settings, tasking, truths, words

CAPABILITIES = {
    "alarms", "near_repeat", "hotspot", "submission", "breaks", "network", "corroboration", "sanitise", "clearance",
    "grading", "review", "gaps", "maturity", "ledger",
}  # fmt: skip


@pytest.fixture(scope="module")
def samples(checkout: Path) -> Path:
    return checkout / "data" / "samples"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    folder = tmp_path_factory.mktemp("force")
    return folder, force.write(folder)


def contents(path: Path) -> bytes:
    """Bytes of a file; of a compressed one, what it holds: compressors differ between machines."""
    held = path.read_bytes()
    return gzip.decompress(held) if path.suffix == ".gz" else held


def test_the_seed_gives_the_committed_files(samples: Path, written: tuple[Path, list[Path]]) -> None:
    folder, paths = written
    names = sorted(path.relative_to(folder).as_posix() for path in paths)
    assert names == sorted(p.relative_to(samples).as_posix() for p in samples.rglob("*") if p.is_file())
    assert [name for name in names if contents(folder / name) != contents(samples / name)] == []


@pytest.mark.long
def test_writing_twice_gives_the_same_bytes_and_another_seed_does_not(
    tmp_path: Path, written: tuple[Path, list[Path]]
) -> None:
    folder, paths = written
    again, other = tmp_path / "again", tmp_path / "other"
    force.write(again)
    force.write(other, seed=1)
    assert all((again / p.relative_to(folder)).read_bytes() == p.read_bytes() for p in paths)
    differing = {
        p.relative_to(folder).as_posix()
        for p in paths
        if (other / p.relative_to(folder)).read_bytes() != p.read_bytes()
    }
    assert {"crimes/crimes_2024.csv.gz", "logs/intelligence_logs.csv.gz", "links.csv", "areas/wards.gpkg"} <= differing
    # what is planted is told truly for any seed
    told = {one["id"]: one["expect"] for one in json.loads((other / "truths.json").read_text(encoding="utf-8"))}
    assert told["burglary_series"]["force_counts"] == {"2026-W45": 22, "2026-W46": 26}
    assert len(told["burglary_series_rows"]["series"]) == 20


def test_compressed_files_carry_no_name_and_no_time(samples: Path) -> None:
    for path in samples.rglob("*.gz"):
        head = path.read_bytes()[:10]
        assert head[3] == 0, "flags: no name"
        assert head[4:8] == b"\0\0\0\0", "no time"


def test_files_are_small_plain_and_described(samples: Path) -> None:
    files = [p for p in samples.rglob("*") if p.is_file()]
    assert sum(p.stat().st_size for p in files) < 15_000_000
    about = (samples / "README.md").read_text(encoding="utf-8")
    for path in files:
        name = (
            re.sub(r"\d{4}", "<year>", path.relative_to(samples).as_posix())
            if "crimes_" in path.name
            else path.relative_to(samples).as_posix()
        )
        assert name == "README.md" or f"`{name}`" in about or path.suffix == ".xlsx", name
        if path.suffix not in {".gpkg", ".xlsx"}:
            assert b"\r" not in contents(path), name
    assert "not the Cambridge index, not for use" in about


def test_areas_are_a_coverage_in_open_sea(samples: Path) -> None:
    wards = gpd.read_file(samples / "areas" / "wards.gpkg")
    assert wards["code"].tolist() == sorted(county.WARDS)
    assert wards.crs.to_epsg() == 27700
    shapes = wards.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.is_valid(shapes).all()
    # whole metres: the same numbers in every file and every reader
    assert np.array_equal(shapely.get_coordinates(shapes), np.round(shapely.get_coordinates(shapes)))
    west, south, east, north = wards.total_bounds
    assert (west >= 640000, east <= 658000, south >= 440000, north <= 455000) == (True,) * 4
    assert 14500 < east - west < 17500
    assert 12000 < north - south < 15000


def test_wards_nest_in_districts_and_districts_in_the_force(samples: Path) -> None:
    wards = gpd.read_file(samples / "areas" / "wards.gpkg")
    districts = gpd.read_file(samples / "areas" / "districts.geojson")
    whole = gpd.read_file(samples / "areas" / "force.geojson")
    assert districts.crs.to_epsg() == whole.crs.to_epsg() == 27700
    assert (whole["code"].tolist(), whole["name"].tolist()) == (["NOR"], ["Northmere"])
    assert districts["code"].tolist() == ["NOR-C", "NOR-N", "NOR-E", "NOR-S"]
    sizes = {code: int((wards["code"].str[0] == code[-1]).sum()) for code in districts["code"]}
    assert sizes == {"NOR-C": 7, "NOR-N": 6, "NOR-E": 6, "NOR-S": 5}
    for code, shape in zip(districts["code"], districts.geometry, strict=True):
        own = wards.geometry[wards["code"].str[0] == code[-1]]
        assert shape.area == own.area.sum(), "whole metres: areas are exact"
        assert own.within(shape).all()
    assert shapely.coverage_is_valid(districts.geometry.to_numpy())
    assert whole.geometry.iloc[0].area == districts.area.sum()


@pytest.mark.parametrize(("name", "exports"), [("crimes", "crimes/*.gz"), ("logs", "logs/*.gz")])
def test_a_map_names_every_heading_of_its_export_once(samples: Path, name: str, exports: str) -> None:
    column_map = tomllib.loads((samples / "maps" / f"{name}.toml").read_text(encoding="utf-8"))
    for path in samples.glob(exports):
        headings = next(csv.reader(io.StringIO(contents(path).decode())))
        assert sorted(column_map["columns"].values()) == sorted(headings)


def test_every_kind_has_a_title_a_method_a_weight_and_no_title_two_kinds() -> None:
    kinds = {kind for one in series.SERIES for kind in one.kinds}
    assert kinds == set(words.TITLES) == set(words.METHODS) == {kind for kind, _ in tasking.HARM}
    titles = [title for options in words.TITLES.values() for title, _, _ in options]
    assert len(titles) == len(set(titles))
    assert tomllib.loads(settings.crimes_map())["values"]["kind"]["Theft from shop"] == "shoplifting"
    for options in words.TITLES.values():
        assert sum(share for _, _, share in options) == pytest.approx(1)


def test_truths_have_unique_names_and_known_capabilities(samples: Path) -> None:
    told = json.loads((samples / "truths.json").read_text(encoding="utf-8"))
    assert {one["capability"] for one in told} == CAPABILITIES
    assert len({one["id"] for one in told}) == len(told)
    assert all(one["what"] and one["expect"] for one in told)
    assert [one["id"] for one in truths.alarms()] == [one["id"] for one in told if one["capability"] == "alarms"]


def test_clock_times_of_the_spring_hour_become_two_o_clock() -> None:
    gaps = np.array(crime_times.SPRING_HOURS)
    assert crime_times.out_of_spring_gap(gaps - 1).tolist() == (gaps - 1).tolist()
    assert crime_times.out_of_spring_gap(gaps).tolist() == (gaps + 60).tolist()
    assert crime_times.out_of_spring_gap(gaps + 59).tolist() == (gaps + 60).tolist()
    assert crime_times.out_of_spring_gap(gaps + 60).tolist() == (gaps + 60).tolist()


def test_drawn_delays_have_the_shares_they_are_said_to_have() -> None:
    end = np.zeros(200_000, dtype=np.int64) + 400 * series.DAY
    _, recorded = crime_times.recording(end, slow=np.zeros(len(end), dtype=bool), rng=np.random.default_rng(4))
    days = (recorded - end) / series.DAY
    assert (days > 7).mean() == pytest.approx(0.05, abs=0.002)
    assert (days <= 1).mean() == pytest.approx(0.78, abs=0.004)
    # one in twenty beyond a week, exponential with a mean of twenty days more
    assert (days[days > 7] - 7).mean() == pytest.approx(20, abs=0.7)
