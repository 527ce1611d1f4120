"""Any file at all: a report in one line, never a traceback, and every record accounted for."""

import gzip
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from intelnb.load.check import check

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples"


def seeds() -> list[tuple[str, bytes, Path | None]]:
    """The beginnings of the sample's own files."""
    found: list[tuple[str, bytes, Path | None]] = []
    for kind, name in (("crimes", "crimes/crimes_2026.csv.gz"), ("logs", "logs/intelligence_logs.csv.gz")):
        head = b"\n".join(gzip.decompress((SAMPLE / name).read_bytes()).split(b"\n")[:40])
        found += [(kind, head, SAMPLE / "maps" / f"{kind}.toml"), (kind, gzip.compress(head), None)]
    found += [("areas", (SAMPLE / "areas" / name).read_bytes(), None) for name in ("districts.geojson", "wards.gpkg")]
    return [*found, ("breaks", (SAMPLE / "breaks.csv").read_bytes(), None)]


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The same bytes after one to ten accidents of one kind."""
    body, kind = bytearray(data), rng.randrange(8)
    for _ in range(rng.choice([1, 1, 3, 10])):
        at = rng.randrange(len(body) + 1)
        if kind == 0 and body:
            body[at % len(body)] = rng.randrange(256)
        elif kind == 1:
            body = body[:at]
        elif kind == 2:
            body[at:at] = b'"'
        elif kind == 3:
            body[at:at] = bytes([rng.choice([0, 10, 13, 34, 44, 255, 0x81])])
        elif kind == 4:
            body[at:at] = body[at - 500 : at]
        elif kind == 5:
            del body[at : at + rng.randrange(1, 50)]
        elif kind == 6:
            body = bytearray(bytes(body).replace(b",", b";", rng.randrange(5)))
        else:
            body[at:at] = "é\u2028\x85".encode(rng.choice(["utf-8", "utf-16-le"]))
    return bytes(body)


def mutants(count: int) -> Iterator[tuple[str, bytes, Path | None]]:
    rng = random.Random(20261116)
    every = seeds()
    for _ in range(count):
        kind, data, column_map = rng.choice(every)
        yield kind, damaged(data, rng), column_map


def proven(count: int, folder: Path) -> set[int]:
    codes = set()
    for kind, data, column_map in mutants(count):
        (folder / "any.dat").write_bytes(data)
        report = check(folder / "any.dat", kind=kind, column_map=column_map)
        assert report.read == report.accepted + report.quarantined
        assert report.quarantined == len({problem.row for problem in report.problems})
        assert "\n" not in report.reason
        assert report.refused == bool(report.reason)
        codes.add(report.exit_code)
    return codes


def test_damaged_files_end_in_a_report(tmp_path: Path) -> None:
    assert proven(120, tmp_path) == {0, 1, 3}


@pytest.mark.long
def test_very_many_damaged_files_end_in_a_report(tmp_path: Path) -> None:
    assert proven(5_000, tmp_path) == {0, 1, 3}
