"""Places nobody can be sure of, and areas that are none: each named, and nothing left out unsaid."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from intelnb.intake.request import Request
from intelnb.load.check import check
from intelnb.load.kinds import loader
from tests.intake.conftest import LEVELS, geojson


@pytest.mark.parametrize(
    ("geometry", "told"),
    [
        (None, "feature 1 ('W1') has no outline"),
        ({"type": "Polygon", "coordinates": []}, "feature 1 ('W1') has an empty outline"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [9, 0], [9, 9], [0, 9]]]},
            "feature 1 ('W1') has an open or broken ring",
        ),
        ({"type": "Point", "coordinates": [0, 0]}, "feature 1 ('W1') is a Point"),
    ],
)
def test_a_feature_that_is_no_area_is_named(folder: Path, geometry: object, told: str) -> None:
    body = json.loads((folder / "wards.geojson").read_text("utf-8"))
    body["features"][0]["geometry"] = geometry
    (folder / "wards.geojson").write_text(json.dumps(body), "utf-8")
    assert (
        f"Some features are not areas: {told} (wards.geojson)" in check(folder / "wards.geojson", kind="areas").reason
    )


def test_a_feature_that_lacks_a_member_is_named(folder: Path) -> None:
    body = json.loads((folder / "wards.geojson").read_text("utf-8"))
    del body["features"][1]["geometry"]
    body["features"][2].update(geometry=None)
    body["features"][2]["properties"]["code"] = None
    (folder / "a.geojson").write_text(json.dumps(body), "utf-8")
    reason = check(folder / "a.geojson", kind="areas").reason
    assert "feature 2 ('W3') has no outline and feature 3 ('Area W2') has no outline" in reason
    del body["features"][0]["properties"]
    body["features"][3] = "W4"
    (folder / "a.geojson").write_text(json.dumps(body), "utf-8")
    reason = check(folder / "a.geojson", kind="areas").reason
    assert "2 features of the file have no properties, so nobody knows which area it is: number 1, 4 (a" in reason


@pytest.mark.parametrize("crs", ["", "urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_areas_with_latitude_first_are_refused_by_name(folder: Path, crs: str) -> None:
    squares = {"W1": (51.5, -0.1, 0.01), "W2": (-0.1, 51.5, 0.01), "W3": (52.5, -1.9, 0.01)}
    (folder / "a.geojson").write_text(geojson(squares, crs=crs), "utf-8")
    reason = check(folder / "a.geojson", kind="areas").reason
    assert "Latitude stands before longitude in the areas: feature 1 ('W1') and feature 3 ('W3') (a.geojson)" in reason
    (folder / "a.geojson").write_text(geojson({"W2": squares["W2"]}, crs=crs), "utf-8")
    assert check(folder / "a.geojson", kind="areas").accepted == 1
    # a force elsewhere in the world is judged by its own grid
    assert check(folder / "a.geojson", kind="areas", crs="EPSG:32630").accepted == 1


def test_areas_in_degrees_that_say_metres_are_refused_by_name(folder: Path) -> None:
    (folder / "a.geojson").write_text(geojson({"W2": (-0.1, 51.5, 0.01)}), "utf-8")
    reason = check(folder / "a.geojson", kind="areas").reason
    assert "The areas are in degrees, and their file says that they are in metres: feature 1 ('W2')" in reason


def test_a_file_without_areas_says_so(folder: Path) -> None:
    (folder / "none.geojson").write_text('{"type": "FeatureCollection", "features": []}', "utf-8")
    assert "The area file has no area (none.geojson)" in check(folder / "none.geojson", kind="areas").reason


def test_areas_that_overlap_are_said_and_slivers_are_not(folder: Path, ask: Callable[..., Request]) -> None:
    squares = {"W1": (400000, 300000, 1000), "W2": (400999.9, 300000, 1000), "OV": (400500, 300500, 1000)}
    (folder / "wards.geojson").write_text(geojson(squares), "utf-8")
    (folder / "crimes.csv").write_text("id,kind,start,easting,northing\n1,theft,2026-01-05,400600,300600\n", "utf-8")
    told = loader("crimes").read(ask("crimes", files="crimes.csv")).source.repairs
    assert (
        "2 pairs of areas of level ward overlap, such as OV and W2: a point in both counts in the first by code" in told
    )
    (folder / "wards.geojson").write_text(geojson({k: squares[k] for k in ("W1", "W2")}), "utf-8")
    assert not [
        one for one in loader("crimes").read(ask("crimes", files="crimes.csv")).source.repairs if "overlap" in one
    ]


@pytest.mark.parametrize("levels", [(), LEVELS])
def test_degrees_swapped_or_under_metres_are_said(folder: Path, ask: Callable[..., Request], levels: object) -> None:
    (folder / "d.csv").write_text(
        "id,kind,start,longitude,latitude\n1,theft,2026-01-05,51.5,-0.1\n2,theft,2026-01-05,-0.1,51.5\n"
    )
    (folder / "m.csv").write_text(
        "id,kind,start,easting,northing\n1,theft,2026-01-05,-0.1,51.5\n2,theft,2026-01-05,51.5,-0.1\n3,theft,2026-01-05,400500,300500\n"
    )
    swapped = loader("crimes").read(ask("crimes", files="d.csv", levels=levels))
    assert "1 crime with longitude and latitude swapped: read as no location" in swapped.source.repairs
    assert swapped.table["easting"].isna().tolist() == [True, False]
    metres = loader("crimes").read(ask("crimes", files="m.csv", levels=levels))
    assert "2 crimes with degrees under easting and northing: read as no location" in metres.source.repairs
    assert metres.table["easting"].isna().tolist() == [True, True, False]
    assert metres.workings is not None
    assert metres.workings.remarks["row"].tolist() == [2, 3]


@pytest.mark.parametrize("body", ["[]", '{"crimes": []}'])
@pytest.mark.parametrize("kind", ["crimes", "police-uk-street", "logs"])
def test_an_answer_without_records_is_no_records(folder: Path, body: str, kind: str) -> None:
    (folder / "a.json").write_text(body, "utf-8")
    report = check(folder / "a.json", kind=kind)
    assert (report.exit_code, report.read, report.repairs) == (0, 0, ("a.json: it holds no record",))
    (folder / "a.json").write_text("[{}]", "utf-8")
    assert "the file has: )" not in check(folder / "a.json", kind=kind).reason
