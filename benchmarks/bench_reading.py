"""Reading a year of data.police.uk with every record checked, against pandas reading the same files unchecked.

Ours passes the gate, takes the digest, proves that no line was swallowed, looks for markings above the ceiling, reads every
value by contract, names what it cannot take, and closes both ledgers; the peer does none of these. With geometry every
record has its point in the force's grid, doubtful ones named, and the table is a GeoDataFrame; the peer still only reads
text and numbers. The whole read is what a notebook waits for: the same by another process, for one audience, with repeated
ids and records looked for, reduced to what the audience may have, digested and handed over.
"""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from timing import row

from intelnb.intake import occurrences, placing, reading
from intelnb.intake.child import Reader, points_of
from intelnb.intake.request import Request
from intelnb.load.check import NOBODY
from intelnb.load.kinds import loader

DATA = Path(os.environ.get("INTELNB_REAL_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
SET = "police_uk_2025_four_forces"
KIND = "police-uk-street"
RUNS = 4


def measure() -> list[dict[str, Any]]:
    """Each in turn, several times; the fastest of each is kept."""
    folder = DATA / SET
    if not folder.is_dir():
        print(f"  left out: the data are not there ({folder}); set INTELNB_REAL_DATA to the folder that holds {SET}")
        return []
    paths = sorted(folder.glob("*/*.csv.gz"))
    with tempfile.TemporaryDirectory() as workspace, _reader(Path(workspace), folder) as reader:
        request = Request.of(
            kind="crimes", folder=workspace, clearance=NOBODY, crs="EPSG:27700", files=f"{folder}/*/*.csv.gz",
            allowed=[folder], layout=KIND,
        )  # fmt: skip
        contract = loader(KIND).CONTRACT
        works: dict[str, Callable[[], Any]] = {
            "peer": lambda: [pd.read_csv(path) for path in paths],
            "rows": lambda: reading.rows(request, contract, checks=occurrences.CHECKS),
            "geometry": lambda: _with_geometry(reading.rows(request, contract, checks=occurrences.CHECKS), request),
            "read": lambda: reader.read(KIND, files=f"{folder}/*/*.csv.gz", marking="OFFICIAL"),
        }
        found, best = _best(works)
    theirs = pd.concat(found["peer"])
    rows, placed, table = found["rows"], found["geometry"], found["read"].table
    points = int(theirs["Longitude"].notna().sum())
    assert rows.read == len(rows.table) == len(theirs) == len(table)
    assert points == placed.geometry.notna().sum() == table.geometry.notna().sum()
    size = f"{len(theirs):,} records in {len(paths)} gzipped files"
    told = f"read {rows.read:,} = accepted {len(rows.table):,} + quarantined {rows.quarantined}; the peer's {len(theirs):,}"
    works_told = {
        "rows": ("reading, checked", told),
        "geometry": ("reading, checked, with geometry", f"{points:,} points in EPSG:27700, the others unplaced"),
        "read": ("the whole read by the reader process", "one audience; repeated ids looked for, reduced, handed over"),
    }
    return [
        row(
            work, size=size, ours_s=best[name], peer="pandas.read_csv, unchecked and without geometry",
            peer_s=best["peer"], settings=settings, max_difference=0.0,
        )
        for name, (work, settings) in works_told.items()
    ]  # fmt: skip


def _with_geometry(rows: reading.Rows, request: Request) -> gpd.GeoDataFrame:
    """Accepted records as points in the force's grid."""
    table = placing.placed(rows, request, noun="crimes").table
    points = points_of(table["easting"].to_numpy(), table["northing"].to_numpy())
    return gpd.GeoDataFrame(table, geometry=points, crs=request.crs)


def _reader(workspace: Path, folder: Path) -> Reader:
    """A warm reader, as a notebook has it."""
    clearance = {
        **vars(NOBODY),
        "audience": "unit",
        "title": "Unit",
        "sources": ("crimes",),
        "page_marking": "OFFICIAL",
    }
    reader = Reader(folder=workspace, clearance=clearance, crs="EPSG:27700", allowed=[folder])
    (workspace / "events.csv").write_text("date,name\n2025-01-01,warm\n", "utf-8")
    reader.read("events", files="events.csv")
    return reader


def _best(works: dict[str, Callable[[], Any]]) -> tuple[dict[str, Any], dict[str, float]]:
    """What each gives, and the shortest time of each; one after another, so that a busy machine is busy for all."""
    found: dict[str, Any] = {}
    best = dict.fromkeys(works, float("inf"))
    for _ in range(RUNS):
        for name, work in works.items():
            gc.collect()
            start = time.perf_counter()
            found[name] = work()
            best[name] = min(best[name], time.perf_counter() - start)
    return found, best
