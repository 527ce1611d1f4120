"""Crimes and areas: put in time by their middle, in space by their point, and every one accounted for."""

import importlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from intelnb.errors import InputRefused, UsageError
from intelnb.intake.request import Request
from intelnb.intake.source import Ledger, Loaded
from intelnb.records import Clearance

HEAD = "id,kind,start,end,recorded,easting,northing,area,status"


def read(request: Request) -> Loaded:
    return importlib.import_module(f"intelnb.load.{request.kind}").read(request)


def crimes(folder: Path, *lines: str) -> str:
    (folder / "crimes.csv").write_text("\n".join([HEAD, *lines]) + "\n", "utf-8")
    return "crimes.csv"


def test_the_middle_decides_the_period(folder: Path, ask: Callable[..., Request]) -> None:
    files = crimes(
        folder,
        "1,a,2026-11-08 20:00,2026-11-09 02:00,,,,,",  # middle Sunday 23:00: the week before
        "2,a,2026-11-08 22:00,2026-11-09 04:00,,,,,",  # middle Monday 01:00
        "3,a,2026-11-15 23:59,,,,,,",
        "4,a,2026-11-16 00:00,,,,,,",
        "5,a,2026-11-15,,,,,,",  # only the day: lasts to its end
    )
    loaded = read(ask("crimes", files=files, since="2026-11-09", until_end="2026-11-16"))
    assert loaded.table["id"].tolist() == ["2", "3", "5"]
    assert loaded.table["hours_wide"].tolist() == [6, 0, pytest.approx(24, abs=0.001)]
    assert loaded.table["end"].isna().tolist() == [False, True, False]
    assert loaded.source.ledger == Ledger(read=5, accepted=5, used=3, outside_period=2)


def test_a_month_is_as_wide_as_it_is(folder: Path, ask: Callable[..., Request]) -> None:
    (folder / "crimes.csv").write_text("Month,Type\n2025-02,a\n2025-13,a\n", "utf-8")
    (folder / "m.toml").write_text('[columns]\nkind="Type"\nstart="Month"\n[formats]\nstart="month"\n', "utf-8")
    loaded = read(ask("crimes", files="crimes.csv", column_map="m.toml"))
    one = loaded.table.iloc[0]
    assert (str(one["start"]), str(one["end"])) == ("2025-02-01 00:00:00", "2025-02-28 23:59:59")
    assert one["hours_wide"] > 600
    assert loaded.source.ledger.quarantined == 1


def test_cancelled_and_transferred_are_excluded_by_rule(folder: Path, ask: Callable[..., Request]) -> None:
    files = crimes(
        folder, *(f"{i},a,2026-11-09,,,,,,{s}" for i, s in enumerate(["live", "cancelled", "transferred", ""]))
    )
    loaded = read(ask("crimes", files=files))
    assert loaded.table["status"].tolist() == ["live", ""]
    assert loaded.source.ledger == Ledger(read=4, accepted=4, used=2, excluded_by_rule=2)


def test_areas_and_margins(folder: Path, ask: Callable[..., Request], partner: Clearance) -> None:
    files = crimes(
        folder,
        "in W1,a,2026-11-09,,,400500,300500,,",
        "on the border,a,2026-11-09,,,401000,300500,W2,",
        "near in W2,a,2026-11-09,,,401100,300500,,",
        "far in W2,a,2026-11-09,,,401900,300500,,",
        "outside,a,2026-11-09,,,399950,300500,,",
        "by code,a,2026-11-09,,,,,W1,",
        "nowhere,a,2026-11-09,,,,,,",
        "unknown code,a,2026-11-09,,,,,XX,",
        "swapped,a,2026-11-09,,,300500,400500,W1,",
        "zero,a,2026-11-09,,,0,0,W1,",
        "half,a,2026-11-09,,,400500,,W1,",
    )
    loaded = read(ask("crimes", files=files, area="W1", margin_m=150))
    table = loaded.table.set_index("id")
    assert table.index[table["inside"]].tolist() == ["in W1", "on the border", "by code", "swapped", "zero", "half"]
    assert table.index[~table["inside"]].tolist() == ["near in W2", "outside"]
    assert table.loc["near in W2", "ward"] == "W2"
    assert table.loc[["swapped", "zero", "half"], "easting"].isna().all()
    assert table.loc["swapped", "placed_by"] == "code"
    assert {told.split(" ", 1)[1].split(":")[0] for told in loaded.source.repairs} == {
        "crime with only one of two coordinates", "crime with easting and northing swapped", "crime with coordinates 0,0",
        "crime with a point outside every force",
    }  # fmt: skip
    assert loaded.workings is not None
    assert loaded.workings.remarks["row"].tolist() == [10, 11, 12]

    force = read(ask("crimes", files=files, area="F"))
    assert len(force.table) == 10  # unplaced crimes belong to the force; the point outside does not
    assert force.table["inside"].all()
    everything = read(ask("crimes", files=files))
    assert len(everything.table) == 11
    by_ward = everything.table["ward"].value_counts()
    assert by_ward.sum() == 11
    assert (by_ward["W1"], by_ward["W2"], by_ward[""]) == (6, 2, 3)

    # a margin would tell those who may not know points where a crime lies
    coarse = read(ask("crimes", files=files, area="W1", margin_m=150, clearance=replace(partner, finest="ward")))
    assert coarse.table["inside"].all()
    assert len(coarse.table) == 6


def test_unknown_area_names_those_there_are(ask: Callable[..., Request]) -> None:
    with pytest.raises(UsageError, match=r"no area 'W9'.*F, W1, W2"):
        read(ask("crimes", area="W9"))


def test_blank_and_repeated_ids_and_full_duplicates_are_kept(folder: Path, ask: Callable[..., Request]) -> None:
    line = ",a,2026-11-09,,,400500,300500,,"
    loaded = read(ask("crimes", files=crimes(folder, line, line, f"7{line}", f"7{line}")))
    assert len(loaded.table) == 4


def test_several_files_are_one_source(folder: Path, ask: Callable[..., Request]) -> None:
    for year in ("2025", "2024"):
        (folder / f"c_{year}.csv").write_text(f"{HEAD}\n{year},a,{year}-01-01,,,,,,\nbad\n", "utf-8")
    loaded = read(ask("crimes", files="c_*.csv"))
    assert loaded.table["id"].tolist() == ["2024", "2025"]
    assert loaded.workings is not None
    assert loaded.workings.quarantine[["file", "row"]].to_numpy().tolist() == [["c_2024.csv", 3], ["c_2025.csv", 3]]
    assert loaded.source.ledger == Ledger(read=4, accepted=2, quarantined=2, used=2)
    assert set(loaded.workings.source.sha256) == {"c_2024.csv", "c_2025.csv"}


def test_degrees_become_metres_and_say_how(folder: Path, ask: Callable[..., Request]) -> None:
    (folder / "crimes.csv").write_text(
        "kind,start,longitude,latitude\na,2026-01-01,-1.99,52.6\na,2026-01-01,52.6,-1.99\n", "utf-8"
    )
    (folder / "m.toml").write_text(
        '[columns]\nkind="kind"\nstart="start"\nlongitude="longitude"\nlatitude="latitude"\n', "utf-8"
    )
    loaded = read(ask("crimes", files="crimes.csv", column_map="m.toml"))
    assert loaded.table["ward"].tolist() == ["W1", ""]
    assert loaded.table["easting"].iloc[0] == pytest.approx(400680, abs=150)
    assert "OSGB" in loaded.source.crs_operation


def test_row_order_and_columns_do_not_depend_on_how_the_file_is_written(
    folder: Path, ask: Callable[..., Request]
) -> None:
    lines = ["1,a,2026-11-09,,,400500,300500,W1,", "2,b café,2026-11-10 09:00,,,,,,"]
    digests = set()
    for text in (
        "\n".join([HEAD, *lines]),
        "\r\n".join([HEAD, *lines, ""]),
        "\n".join([HEAD, *lines]).replace(",", ";"),
        "\n".join([HEAD, *lines]).replace(",", "\t"),
        "\ufeff" + "\n".join(['"id",' + HEAD[3:], *lines]),
        "\n".join(",".join(reversed(line.split(","))) for line in [HEAD, *lines]),
    ):
        for encoding in ("utf-8", "utf-16"):
            (folder / "crimes.csv").write_bytes(text.encode(encoding))
            digests.add(read(ask("crimes", files="crimes.csv")).source.digest)
    (folder / "crimes.csv").write_bytes("\n".join([HEAD, *lines]).encode("cp1252"))
    digests.add(read(ask("crimes", files="crimes.csv")).source.digest)
    assert len(digests) == 1


def test_areas_are_handed_over_in_order(folder: Path, ask: Callable[..., Request]) -> None:
    loaded = read(ask("areas"))
    assert loaded.table[["code", "level"]].to_numpy().tolist() == [
        ["F", "force"], ["W1", "ward"], ["W2", "ward"], ["W3", "ward"], ["W4", "ward"],
    ]  # fmt: skip
    assert loaded.table.attrs["levels"] == ("force", "ward")
    assert shapely.from_wkb(loaded.table["geometry"].iloc[1]).area == 1_000_000
    assert len(read(ask("areas", area="W2")).table) == 1


def rewritten(folder: Path, change: Callable[[dict], None]) -> None:
    body = json.loads((folder / "wards.geojson").read_text("utf-8"))
    change(body)
    (folder / "wards.geojson").write_text(json.dumps(body), "utf-8")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (
            lambda b: b.update(crs={"type": "link", "properties": {"href": "http://example.invalid/crs"}}),
            "do not follow",
        ),
        (
            lambda b: b.update(crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::999999"}}),
            "do not follow",
        ),
        (lambda b: b.pop("crs"), "not in degrees"),
        (lambda b: b["features"][0].update(geometry={"type": "Point", "coordinates": [400000, 300000]}), "not areas"),
        (lambda b: b["features"][0].update(geometry=None), "not a GeoJSON|not areas"),
        (lambda b: b["features"][0]["properties"].update(code="W2"), "used twice"),
        (lambda b: b["features"][0]["properties"].update(code=None), "without a code"),
        (lambda b: b.update(features=[]), "no column|no area"),
        (lambda b: [f["properties"].pop("name") for f in b["features"]], "no column 'name'"),
        (lambda b: b.pop("features"), "not a GeoJSON"),
    ],
)
def test_bad_boundary_files_say_what_is_wrong(
    folder: Path, ask: Callable[..., Request], change: Callable[[dict], None], word: str
) -> None:
    rewritten(folder, change)
    with pytest.raises(InputRefused, match=word):
        read(ask("areas"))


def test_broken_outlines_are_mended_and_said(folder: Path, ask: Callable[..., Request]) -> None:
    def twist(body: dict) -> None:
        ring = body["features"][0]["geometry"]["coordinates"][0]
        ring[1], ring[2] = ring[2], ring[1]

    rewritten(folder, twist)
    loaded = read(ask("areas"))
    assert loaded.source.repairs == ("wards.geojson: 1 broken outline made valid",)


def test_degrees_in_a_boundary_file_are_brought_to_metres(folder: Path, ask: Callable[..., Request]) -> None:
    square = {
        "type": "Polygon",
        "coordinates": [[[-2.0, 52.5], [-1.9, 52.5], [-1.9, 52.6], [-2.0, 52.6], [-2.0, 52.5]]],
    }
    body = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"code": "W", "name": "W"}, "geometry": square}],
    }
    (folder / "wards.geojson").write_text(json.dumps(body), "utf-8")
    outline = shapely.from_wkb(read(ask("areas", area="W")).table["geometry"].iloc[0])
    assert np.allclose(outline.centroid.coords[0], (403390, 295000), atol=700)


def test_a_virtual_file_named_geojson_never_reaches_a_driver(folder: Path, ask: Callable[..., Request]) -> None:
    (folder / "wards.geojson").write_text("<OGRVRTDataSource></OGRVRTDataSource>", "utf-8")
    with pytest.raises(InputRefused, match="XML"):
        read(ask("areas"))


def test_a_geopackage_with_a_view_or_damage_is_refused(
    folder: Path, ask: Callable[..., Request], checkout: Path
) -> None:
    good = (checkout / "data" / "samples" / "areas" / "wards.gpkg").read_bytes()
    (folder / "wards.geojson").write_bytes(good)
    assert len(read(ask("areas")).table) == 25
    (folder / "wards.geojson").write_bytes(good[:100] + bytes(8092) + good[8192:])
    with pytest.raises(InputRefused, match="damaged"):
        read(ask("areas"))
    path = folder / "view.gpkg"
    path.write_bytes(good)
    with sqlite3.connect(path) as base:
        base.execute("CREATE VIEW trick AS SELECT * FROM wards")
        base.execute("UPDATE gpkg_geometry_columns SET table_name = 'trick'")
    base.close()
    (folder / "wards.geojson").write_bytes(path.read_bytes())
    with pytest.raises(InputRefused, match="0 tables"):
        read(ask("areas"))
