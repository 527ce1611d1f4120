"""The product notebook run cell by cell in this process, which is quicker than a kernel and leaves every Result to look at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from intelnb import share, workspace
from intelnb.bundle import Bundle, FindingPart
from intelnb.cli.running import copy_sample
from intelnb.intake import child
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.load import reader
from intelnb.publish import render
from intelnb.run import publishing, workings
from tests.notebook_cells import execute


@dataclass(frozen=True)
class Made:
    """What a run made: every name of the notebook, the bundle, and the files a reader gets."""

    names: dict[str, Any]
    bundle: Bundle
    files: dict[str, bytes]
    workings: Path

    def section(self, name: str) -> tuple[FindingPart, ...]:
        """The findings of one section."""
        return next((s.findings for s in self.bundle.sections if s.id == name), ())

    def finding(self, name: str) -> FindingPart:
        """One finding by its id."""
        return next(f for s in self.bundle.sections for f in s.findings if f.id == name)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of one table of the page, by column name."""
        found = next(t for t in self.bundle.tables() if t.id == table)
        return [dict(zip([c.name for c in found.columns], row, strict=True)) for row in found.rows]

    @property
    def page(self) -> str:
        """The draft page."""
        return render.page(self.bundle)


Execute = Callable[..., dict[str, Any]]


def run(workspace: Path, kept: Path, **asked: Any) -> Made:
    """Run the weekly threat assessment in this process."""
    before = os.environ.get(workings.VARIABLE)
    os.environ[workings.VARIABLE] = str(kept)
    try:
        names = execute(share.product("weekly_threat_assessment"), workspace=str(workspace), **asked)
    finally:
        if before is None:
            del os.environ[workings.VARIABLE]
        else:
            os.environ[workings.VARIABLE] = before
    bundle: Bundle = names["Out"][-1].bundle
    page = {render.file_name(bundle): render.page(bundle).encode("utf-8")}
    return Made(names, bundle, {**page, **publishing._tables(bundle)}, kept)


@pytest.fixture(scope="session")
def run_cells() -> Execute:
    return execute


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample force, with its state and reports inside."""
    return copy_sample(tmp_path_factory.mktemp("sample") / "force")


@pytest.fixture(scope="session")
def run_product(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Made]:
    """Run the product on a workspace."""

    def made(workspace: Path, **asked: Any) -> Made:
        return run(workspace, tmp_path_factory.mktemp("kept"), **asked)

    return made


@pytest.fixture(scope="session")
def internal(sample: Path, run_product: Callable[..., Made]) -> Made:
    """The sample's page of week 46 for the tasking meeting."""
    return run_product(sample, audience="internal")


@pytest.fixture(scope="session")
def public(sample: Path, run_product: Callable[..., Made]) -> Made:
    """The sample's page of week 46 for the public."""
    return run_product(sample, audience="public")


class ReaderHere:
    """The reader without its process: the same reading and the same reducing, only quicker to start."""

    def __init__(self, **standing: Any) -> None:
        self._standing = {**standing, "registers": ""}

    def read(self, kind: str, **fields: Any) -> Loaded:
        request = Request.of(kind=kind, **{**self._standing, **fields})
        loaded = reader.answer(request)
        assert loaded.workings is not None
        return child._loaded(reader._told(loaded), loaded.workings.stream, request)


@pytest.fixture(scope="module")
def reader_here() -> Iterator[None]:
    """Read in this process, for tests that open many small workspaces."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workspace, "Reader", ReaderHere)
        yield


SMALL = """\
state = "state"
reports = "reports"
owners = ["Chair"]
[force]
name = "Smallshire"
code = "SMA"
as_at = 2026-11-16T05:00:00
[[areas]]
level = "force"
file = "force.gpkg"
[[areas]]
level = "district"
file = "district.gpkg"
[[areas]]
level = "ward"
file = "ward.gpkg"
[sources.crimes]
files = "crimes.csv"
marking = "OFFICIAL-SENSITIVE"
[sources.logs]
files = "logs.csv"
[sources.priorities]
files = "priorities.csv"
marking = "OFFICIAL"
[sources.requirements]
files = "requirements.csv"
marking = "OFFICIAL-SENSITIVE"
[sources.actions]
files = "actions.csv"
marking = "OFFICIAL-SENSITIVE"
[audiences.unit]
title = "Unit"
highest_marking = "OFFICIAL-SENSITIVE"
handling = ["P", "C"]
ungraded = true
personal_data = true
free_text = true
sources = ["crimes", "logs", "areas", "priorities", "requirements", "actions", "breaks", "events", "harm_weights"]
smallest_count = 0
judgements = true
says_withheld = true
page_marking = "OFFICIAL-SENSITIVE"
[audiences.internal]
title = "Tasking meeting"
highest_marking = "OFFICIAL-SENSITIVE"
handling = ["P", "C"]
personal_data = true
sources = ["crimes", "logs", "areas", "priorities", "requirements", "actions", "breaks", "events", "harm_weights"]
smallest_count = 0
judgements = true
says_withheld = true
page_marking = "OFFICIAL-SENSITIVE"
[audiences.public]
title = "Public"
highest_marking = "OFFICIAL-SENSITIVE"
finest = "district"
sources = ["crimes", "areas", "priorities", "breaks"]
smallest_count = 5
page_marking = "OFFICIAL"
instruction = "FOR PUBLIC RELEASE"
"""
WEST, SOUTH, SIDE_M = 640000, 440000, 2000


def squares(level: str, codes: list[str], boxes: list[tuple[float, float, float, float]], folder: Path) -> None:
    """Square areas as a GeoPackage."""
    table = gpd.GeoDataFrame({"code": codes, "name": [f"Area {c}" for c in codes]}, geometry=[
        shapely.box(*box) for box in boxes], crs="EPSG:27700")  # fmt: skip
    table.to_file(folder / f"{level}.gpkg", engine="pyogrio")


def write_small(folder: Path, *, seed: int = 7) -> Path:
    """A force of two districts and four wards, a year of crimes, ten weeks of logs."""
    folder.mkdir(parents=True)
    (folder / "intelnb.toml").write_text(SMALL, "utf-8")
    corners = [(WEST + i * SIDE_M, SOUTH + j * SIDE_M) for i in (0, 1) for j in (0, 1)]
    wards = [(x, y, x + SIDE_M, y + SIDE_M) for x, y in corners]
    halves = [(WEST + i * SIDE_M, SOUTH, WEST + (i + 1) * SIDE_M, SOUTH + 2 * SIDE_M) for i in (0, 1)]
    squares("force", ["SMA"], [(WEST, SOUTH, WEST + 2 * SIDE_M, SOUTH + 2 * SIDE_M)], folder)
    squares("district", ["D1", "D2"], halves, folder)
    squares("ward", ["W11", "W12", "W21", "W22"], wards, folder)
    rng = np.random.default_rng(seed)
    n = 1200
    start = pd.Timestamp("2025-09-01") + pd.to_timedelta(rng.integers(0, 441 * 24 * 60, n), unit="min")
    pd.DataFrame({
        "id": [f"CR{i:05d}" for i in range(n)],
        "kind": rng.choice(["burglary", "vehicle crime", "arson"], n, p=[0.5, 0.45, 0.05]),
        "start": start.strftime("%Y-%m-%d %H:%M:%S"),
        "end": (start + pd.Timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S"),
        "recorded": (start + pd.Timedelta(hours=9)).strftime("%Y-%m-%d %H:%M:%S"),
        "easting": WEST + rng.integers(0, 2 * SIDE_M, n),
        "northing": SOUTH + rng.integers(0, 2 * SIDE_M, n),
        "area": "", "location": [f"{i} Long Lane" for i in range(n)], "mo": "rear window forced",
    }).to_csv(folder / "crimes.csv", index=False)  # fmt: skip
    m = 150
    received = pd.Timestamp("2026-09-07") + pd.to_timedelta(rng.integers(0, 70 * 24 * 60, m), unit="min")
    logs = pd.DataFrame({
        "urn": [f"LG-{i:05d}" for i in range(m)], "received": received.strftime("%Y-%m-%d %H:%M:%S"),
        "scheme": "3x5x2", "source_grade": rng.choice(["1", "2", "3"], m),
        "information_grade": rng.choice(["A", "B", "D", "E"], m), "handling": "P", "conditions": "",
        "marking": "OFFICIAL", "area": "", "priority": rng.choice(["burglary", "vehicle", ""], m),
        "requirement": rng.choice(["IR-1", ""], m), "subjects": [f"N{i % 40:03d}" for i in range(m)],
        "text": "seen near the shops", "linked": "", "review": "2032-01-01", "audiences": "", "provenance": "",
        "origin": [f"OR-{i % 90}" for i in range(m)],
    })  # fmt: skip
    logs.to_csv(folder / "logs.csv", index=False)
    (folder / "priorities.csv").write_text(
        "code,name,rank,kinds,flags,hours\nburglary,Burglary,1,burglary,,\nvehicle,Vehicle crime,2,vehicle crime,,\n"
        "fire,Arson,3,arson,,\n", "utf-8",
    )  # fmt: skip
    (folder / "requirements.csv").write_text(
        "code,question,priority,owner,due,status\nIR-1,Who fences tools?,vehicle,Chair,2026-12-01,open\n", "utf-8"
    )
    (folder / "actions.csv").write_text(
        "code,action,priority,owner,due,status,result\nAC-1,Patrol the lanes,burglary,Chair,2026-11-10,open,\n", "utf-8"
    )
    return folder


@pytest.fixture(scope="session")
def small_force(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Write a small force to a folder of its own."""
    return lambda: write_small(tmp_path_factory.mktemp("small") / "force")
