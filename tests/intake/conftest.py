"""A small invented workspace for readers: two levels of square areas, and requests that only say what differs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intelnb.intake.request import Request
from intelnb.records import Clearance

UNIT = {
    "audience": "unit",
    "title": "The unit",
    "highest_marking": "OFFICIAL-SENSITIVE",
    "handling": ("P", "C"),
    "ungraded": True,
    "personal_data": True,
    "free_text": True,
    "finest": "point",
    "sources": (
        "crimes",
        "logs",
        "entities",
        "links",
        "priorities",
        "requirements",
        "actions",
        "breaks",
        "events",
        "harm_weights",
    ),
    "smallest_count": 0,
    "judgements": True,
    "says_withheld": True,
    "page_marking": "OFFICIAL-SENSITIVE",
    "instruction": "",
}
PARTNER = {"audience": "partner", "ungraded": False, "personal_data": False, "free_text": False, "says_withheld": False}
LEVELS = ({"level": "force", "file": "force.geojson"}, {"level": "ward", "file": "wards.geojson"})


def geojson(squares: dict[str, tuple[float, float, float]], *, crs: str = "urn:ogc:def:crs:EPSG::27700") -> str:
    """Squares by code: west, south, side."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": f"Area {code}"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]],
            },
        }
        for code, (x, y, side) in squares.items()
    ]
    named = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return json.dumps({"type": "FeatureCollection", **named, "features": features})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace of one force of 2 km by 2 km and four wards of 1 km, at 400000, 300000."""
    place = tmp_path / "unit"
    place.mkdir()
    (place / "force.geojson").write_text(geojson({"F": (400000, 300000, 2000)}), "utf-8")
    wards = {f"W{1 + i + 2 * j}": (400000 + 1000 * i, 300000 + 1000 * j, 1000) for i in (0, 1) for j in (0, 1)}
    (place / "wards.geojson").write_text(geojson(wards), "utf-8")
    return place


@pytest.fixture
def clearance() -> Callable[..., Clearance]:
    """The unit's clearance, but for what is named."""
    return lambda **other: Clearance(**{**UNIT, **other})


@pytest.fixture
def partner() -> Clearance:
    """An outside audience: no personal data, no narrative, nothing ungraded."""
    return Clearance(**{**UNIT, **PARTNER})


@pytest.fixture
def ask(folder: Path) -> Callable[..., Request]:
    """A request on the small workspace, but for what is named."""

    def made(kind: str, **other: Any) -> Request:
        fields = {"folder": folder, "clearance": Clearance(**UNIT), "crs": "EPSG:27700", "levels": LEVELS}
        return Request.of(kind=kind, **{**fields, "marking": "OFFICIAL", **other})

    return made
