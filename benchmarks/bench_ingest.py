"""A national archive taken into the store, against a bare DuckDB scan-and-write of the same files.

The archive is invented, in the layout of data.police.uk: a file for each force and month. Sizes grow from one to five
million records, and to the twenty of three years of the whole country where there is room for them. Ours and the peer's run in
processes of their own, timed once they have started, and watched with all below them for memory.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
from timing import row, watched

SIZES = (1_000_000, 5_000_000, 20_000_000)
BYTES_A_RECORD = 400
"""Room for the archive, the peer's file and the store, with some to spare."""
FORCES = 43
MONTHS = 36
KINDS = (
    "Violence and sexual offences", "Anti-social behaviour", "Criminal damage and arson", "Public order", "Shoplifting",
    "Other theft", "Vehicle crime", "Burglary", "Drugs", "Other crime", "Robbery", "Theft from the person",
    "Bicycle theft", "Possession of weapons",
)  # fmt: skip
OUTCOMES = (
    "Investigation complete; no suspect identified", "Unable to prosecute suspect", "Under investigation",
    "Awaiting court outcome", "Status update unavailable", "Local resolution", "",
)  # fmt: skip
PEER = """
import sys, time, duckdb
start = time.perf_counter()
duckdb.sql(f"COPY (SELECT * FROM read_csv('{sys.argv[1]}/*/*.csv')) TO '{sys.argv[1]}/peer.parquet' (FORMAT parquet)")
print(time.perf_counter() - start)
"""
INGEST = """
import sys, time
from pathlib import Path
from intelnb.intake.child import Reader
from intelnb.load.check import NOBODY

options = {"feed": "", "covers": "", "adds": False, "at": "2026-11-26T00:00:00+00:00", "by": "bench"}
archive, unit = Path(sys.argv[1]), Path(sys.argv[2])
files = sorted(str(path) for path in archive.glob("*/*.csv"))
asked = {"kind": "police-uk-street", "options": options, "allowed": [archive]}
with Reader(folder=unit, clearance=NOBODY, crs="EPSG:27700", time_limit_s=36000) as reader:
    # the reader process has started and loaded what it needs before the clock does, as the peer's library has
    reader.ask("ingesting", files=files[:1], store=str(unit / "warm"), **asked)
    start = time.perf_counter()
    reader.ask("ingesting", files=files, store=str(unit / "store"), **asked)
    print(time.perf_counter() - start)
"""
READ = """
import sys, time
from pathlib import Path
from intelnb.intake.request import Request
from intelnb.intake.store import holding
from intelnb.load.check import NOBODY
from intelnb.tables.crimes import CONTRACT

def rows(files, **asked):
    request = Request.of(kind="crimes", folder=sys.argv[2], clearance=NOBODY, crs="EPSG:27700", store=sys.argv[3], files=files, **asked)
    return len(holding.held(request, CONTRACT).table)

feeds = sorted(path.name for path in (Path(sys.argv[3]) / "crimes").iterdir())
start = time.perf_counter()
# feed by feed: what one reader is asked for at a time
total = sum(rows(f"store:{feed}") for feed in feeds)
whole = time.perf_counter() - start
month = sys.argv[1]
one = min(
    (lambda begun: (rows(f"store:{feeds[3]}", since=f"{month}-01", until_end=f"{month}-28"), time.perf_counter() - begun)[1])(time.perf_counter())
    for _ in range(3)
)
print(total, whole, one)
"""


def measure() -> list[dict[str, Any]]:
    """Each size once: an archive is read and written by both in turn."""
    found = []
    for size in SIZES:
        free = shutil.disk_usage(tempfile.gettempdir()).free
        if free < size * BYTES_A_RECORD:
            print(
                f"  left out: {size:,} records need {size * BYTES_A_RECORD / 1e9:.0f} GB in the folder for passing files"
            )
            continue
        with tempfile.TemporaryDirectory(prefix="intelnb-bench-") as root:
            found += _one(Path(root), size)
    return found


def _one(root: Path, size: int) -> list[dict[str, Any]]:
    archive = root / "archive"
    months = generate(archive, size)
    files = sorted(str(path) for path in archive.glob("*/*.csv"))
    megabytes = sum(Path(file).stat().st_size for file in files) / 1e6
    unit = root / "unit"
    unit.mkdir()
    peer_mb, said = watched(PEER, str(archive))
    peer_s = float(said.split()[-1])
    (archive / "peer.parquet").unlink()
    ours_mb, said = watched(INGEST, str(archive), str(unit))
    ours_s = float(said)
    store = unit / "store"
    held = sum(path.stat().st_size for path in store.rglob("*.parquet")) / 1e6
    read_mb, said = watched(READ, months[len(months) // 2], str(unit), str(store))
    total, whole_s, month_s = said.split()
    if int(total) != size:
        raise SystemExit(f"{total} records in the store, {size} in the archive")
    told = (
        f"{len(files):,} files of {megabytes:,.0f} MB to {held:,.0f} MB; {size / ours_s / 1e6:.2f} million records a second; "
        f"its processes took {ours_mb:,.0f} MB together, the peer's {peer_mb:,.0f} MB"
    )
    again = (
        f"one force and month {float(month_s):.3f} s of {float(whole_s):.2f} s: {float(month_s) / float(whole_s):.2%}"
    )
    return [
        row("ingest", size=f"{size:,} records", ours_s=ours_s, peer="DuckDB, scanned and written, unchecked", peer_s=peer_s, settings=told),
        row("read back", size=f"{size:,} records", ours_s=float(month_s), peer="reading all of it", peer_s=float(whole_s),
            settings=f"{again}; {read_mb:,.0f} MB"),
    ]  # fmt: skip


def generate(archive: Path, size: int) -> list[str]:
    """Write an archive of so many records, spread over forces and months; the months it has."""
    months = min(MONTHS, max(1, size // (FORCES * 12_000)))
    labels = [f"{2023 + i // 12}-{i % 12 + 1:02}" for i in range(months)]
    counts = np.full(FORCES * months, size // (FORCES * months))
    counts[: size - counts.sum()] += 1
    rng = np.random.default_rng(7)
    streets = pa.array([f"On or near Invented Street {i}" for i in range(4000)])
    for at, n in enumerate(counts.tolist()):
        month, force = labels[at // FORCES], at % FORCES
        ids = rng.bytes(32 * n).hex()
        place = rng.integers(0, 4000, n)
        kind = rng.choice(len(KINDS), n, p=np.array([33, 17, 9, 8, 8, 7, 6, 4, 3, 2, 1, 1, 0.5, 0.5]) / 100)
        crime_id = np.array([ids[64 * i : 64 * i + 64] for i in range(n)], dtype=object)
        crime_id[kind == 1] = ""
        name = [f"Invented Force {force} Constabulary"] * n
        table = pa.table(
            {
                "Crime ID": crime_id, "Month": [month] * n, "Reported by": name, "Falls within": name,
                "Longitude": np.round(-3 + 0.05 * (force % 7) + (place % 63) / 1000, 6),
                "Latitude": np.round(51 + 0.1 * (force // 7) + (place // 63) / 1000, 6),
                "Location": streets.take(pa.array(place)), "LSOA code": [f"E0{1000000 + force}"] * n,
                "LSOA name": [f"Invented {force:03}A"] * n, "Crime type": pa.array(KINDS).take(pa.array(kind)),
                "Last outcome category": pa.array(OUTCOMES).take(pa.array(rng.integers(0, len(OUTCOMES), n))),
                "Context": [""] * n,
            }
        )  # fmt: skip
        path = archive / month / f"{month}-invented-force-{chr(97 + force // 26)}{chr(97 + force % 26)}-street.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            stream.write((",".join(table.column_names) + "\n").encode("ascii"))
            options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")
            pyarrow.csv.write_csv(table, stream, options)
    return labels
