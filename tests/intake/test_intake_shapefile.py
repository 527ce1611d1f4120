"""Shapefiles from their bytes: the same outlines GDAL reads, holes and parts, and damage in one plain line."""

from __future__ import annotations

import random
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from intelnb.errors import InputRefused
from intelnb.intake import shapefile
from intelnb.intake.request import Request
from intelnb.load.check import check
from intelnb.load.kinds import loader

SQUARE = shapely.box(400000, 300000, 401000, 301000)
HOLED = shapely.Polygon(
    shapely.box(401000, 300000, 402000, 301000).exterior, [shapely.box(401200, 300200, 401400, 300400).exterior]
)
ISLANDS = shapely.MultiPolygon(
    [
        shapely.box(402000, 300000, 402400, 300400).difference(shapely.box(402100, 300100, 402300, 300300)),
        shapely.box(402150, 300150, 402250, 300250),  # an island in the hole of the other
    ]
)


@pytest.fixture
def wards(folder: Path) -> Path:
    """A shapefile written by GDAL: a square, a square with a hole, an island in a lake."""
    table = gpd.GeoDataFrame(
        {"code": ["W1", "W2", "W3"], "name": ["One", "Café", "Three"]}, geometry=[SQUARE, HOLED, ISLANDS], crs="EPSG:27700"
    )  # fmt: skip
    table.to_file(folder / "wards.shp", engine="pyogrio")
    return folder / "wards.shp"


def areas(ask: Callable[..., Request], **level: str) -> gpd.GeoDataFrame:
    request = ask("areas", levels=[{"level": "ward", "file": "wards.shp", **level}])
    return loader("areas").read(request).table


def test_outlines_are_those_gdal_reads(wards: Path, ask: Callable[..., Request]) -> None:
    theirs = gpd.read_file(wards)
    ours = areas(ask)
    assert ours[["code", "name"]].to_numpy().tolist() == theirs[["code", "name"]].to_numpy().tolist()
    for mine, other in zip(shapely.from_wkb(ours["geometry"].to_list()), theirs.geometry, strict=True):
        assert mine.normalize().equals_exact(other.normalize(), tolerance=0)


def test_a_pattern_takes_several_files_of_one_level(wards: Path, folder: Path, ask: Callable[..., Request]) -> None:
    gpd.GeoDataFrame({"code": ["W9"], "name": ["Nine"]}, geometry=[SQUARE], crs="EPSG:27700").to_file(
        folder / "wards_b.shp", engine="pyogrio"
    )
    loaded = loader("areas").read(ask("areas", levels=[{"level": "ward", "file": "wards*.shp"}]))
    assert loaded.table["code"].tolist() == ["W1", "W2", "W3", "W9"]
    assert loaded.workings is not None
    assert {Path(name).suffix for name in loaded.workings.source.sha256} == {".shp", ".dbf", ".prj", ".cpg"}


def test_without_its_other_files_it_is_refused_with_the_remedy(wards: Path, ask: Callable[..., Request]) -> None:
    for ending, word in ((".prj", "nobody knows in which system"), (".dbf", "holds codes and names")):
        kept = wards.with_suffix(ending).read_bytes()
        wards.with_suffix(ending).unlink()
        with pytest.raises(InputRefused, match=word):
            areas(ask)
        wards.with_suffix(ending).write_bytes(kept)
    wards.with_suffix(".prj").write_text("not a system", "utf-8")
    with pytest.raises(InputRefused, match="no system we know"):
        areas(ask)


def test_text_is_read_as_its_code_page_says(wards: Path, ask: Callable[..., Request]) -> None:
    table = wards.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace("Café ".encode(), "Café  ".encode("cp1252")))
    for page in ("1252", "ANSI 1252", "windows-1252"):
        wards.with_suffix(".cpg").write_text(page, "ascii")
        assert areas(ask)["name"].tolist()[1] == "Café"
    wards.with_suffix(".cpg").write_text("UTF-8", "ascii")
    with pytest.raises(InputRefused, match="cannot be read as utf-8"):
        areas(ask)
    wards.with_suffix(".cpg").write_text("klingon", "ascii")
    with pytest.raises(InputRefused, match="no encoding we know"):
        areas(ask)


def test_rows_marked_as_deleted_are_left_out_and_said(wards: Path, ask: Callable[..., Request]) -> None:
    table = wards.with_suffix(".dbf")
    body = bytearray(table.read_bytes())
    header, width = struct.unpack("<HH", body[8:12])
    body[header + width : header + width + 1] = b"*"
    table.write_bytes(bytes(body))
    loaded = loader("areas").read(ask("areas", levels=[{"level": "ward", "file": "wards.shp"}]))
    assert loaded.table["code"].tolist() == ["W1", "W3"]
    assert loaded.source.repairs == ("wards.shp: 1 area marked as deleted left out",)


def test_points_and_lines_are_refused(folder: Path, ask: Callable[..., Request]) -> None:
    points = gpd.GeoDataFrame({"code": ["W1"], "name": ["One"]}, geometry=[shapely.Point(1, 1)], crs="EPSG:27700")
    points.to_file(folder / "wards.shp", engine="pyogrio")
    with pytest.raises(InputRefused, match="does not hold polygons"):
        areas(ask)


def test_a_shapefile_of_another_name_is_known_by_its_bytes(wards: Path, ask: Callable[..., Request]) -> None:
    for ending in (".shp", ".dbf", ".prj"):
        shutil.copy(wards.with_suffix(ending), wards.with_name(f"other{'.json' if ending == '.shp' else ending}"))
    loaded = loader("areas").read(ask("areas", levels=[{"level": "ward", "file": "other.json"}]))
    assert len(loaded.table) == 3


def test_damage_ends_in_a_report(wards: Path) -> None:
    rng = random.Random(20261126)
    whole = {ending: wards.with_suffix(ending).read_bytes() for ending in (".shp", ".dbf")}
    codes = set()
    for _ in range(90):
        ending = rng.choice([".shp", ".dbf"])
        body = bytearray(whole[ending])
        for _ in range(rng.choice([1, 3])):
            at = rng.randrange(len(body))
            if rng.random() < 0.2:
                body = body[:at] or bytearray(b"x")
            else:
                body[at] = rng.randrange(256)
        wards.with_suffix(ending).write_bytes(bytes(body))
        report = check(wards, kind="areas")
        wards.with_suffix(ending).write_bytes(whole[ending])
        assert report.refused == bool(report.reason)
        assert "\n" not in report.reason
        codes.add(report.exit_code)
    assert codes == {0, 1}


def test_a_ring_that_is_not_closed_or_not_finite_is_damage() -> None:
    ring = np.array([[0, 0], [0, 1], [1, 1], [0, 0]], dtype="<f8")
    ok = record(ring)
    assert shapefile.outlines(ok)[0].area == 0.5
    for bad in (ring + np.array([[0, 0], [0, 0], [0, 0], [1, 0]]), ring * np.nan):
        with pytest.raises(shapefile.BrokenShapefileError):
            shapefile.outlines(record(bad))


def record(ring: np.ndarray) -> bytes:
    body = struct.pack("<i4d", 5, 0, 0, 1, 1) + struct.pack("<iii", 1, len(ring), 0) + ring.astype("<f8").tobytes()
    words = (100 + 8 + len(body)) // 2
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, words) + struct.pack("<2i8d", 1000, 5, *([0.0] * 8))
    return head + struct.pack(">2i", 1, len(body) // 2) + body


def test_a_zip_of_a_shapefile_is_read_as_it_is(wards: Path, folder: Path, ask: Callable[..., Request]) -> None:
    with zipfile.ZipFile(folder / "wards.zip", "w") as archive:
        for ending in (".shp", ".dbf", ".prj", ".cpg", ".shx"):
            archive.write(wards.with_suffix(ending), f"inner/Wards 2026{ending}")
    loaded = loader("areas").read(ask("areas", levels=[{"level": "ward", "file": "wards.zip"}]))
    assert loaded.table["code"].tolist() == ["W1", "W2", "W3"]
    with zipfile.ZipFile(folder / "wards.zip", "a") as archive:
        archive.write(wards, "second.shp")
    with pytest.raises(InputRefused, match="holds 2 files of areas"):
        loader("areas").read(ask("areas", levels=[{"level": "ward", "file": "wards.zip"}]))


@pytest.mark.real_data
def test_real_outlines_are_those_gdal_reads(real_data: Path, ask: Callable[..., Request]) -> None:
    file = real_data / "uk_boundaries" / "lsoa_2021_london_boroughs" / "Hackney.shp"
    theirs = gpd.read_file(file).set_index("lsoa21cd").sort_index()
    asked = ask("areas", allowed=[file.parent], levels=[{"level": "lsoa", "file": str(file)}])
    ours = loader("areas").read(asked).table
    assert ours["code"].tolist() == theirs.index.tolist()
    assert ours["name"].tolist() == theirs["lsoa21nm"].tolist()
    for mine, other in zip(shapely.from_wkb(ours["geometry"].to_list()), theirs.geometry, strict=True):
        assert mine.normalize().equals_exact(other.normalize(), tolerance=0)
