"""Damaged files of the newer sources: a report in one line, never a traceback, and every record accounted for."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from intelnb.load.check import check

STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context\r\n"
) + "".join(f"a{i},2025-02,P,P,-1.99,52.6,On or near X,E01,X 001A,Burglary,,\r\n" for i in range(30))
SEARCHES = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,"
    "Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome,"
    "Outcome linked to object of search,Removal of more than just outer clothing\n"
) + "Person search,2023-08-31T23:01:00+00:00,False,,52.6,-1.99,Male,10-17,,White,Act,Drugs,Arrest,True,False\n" * 30
API = json.dumps(
    [
        {
            "category": "burglary", "month": "2025-02", "persistent_id": f"a{i}", "outcome_status": None,
            "location": {"latitude": "52.6", "longitude": "-1.99", "street": {"id": i, "name": "On or near X"}},
        }
        for i in range(20)
    ]
)  # fmt: skip
MATRIX = ",A,B,C,D\n" + "".join(f"{row},0,1,2,3\n" for row in "ABCD")
WIDE = "LSOA,2023,2024\n" + "".join(f"E{i},{i},{i + 1}\n" for i in range(30))
MAP = '[columns]\narea = "LSOA"\n[spread.residents]\n"2023" = {year = 2023}\n"2024" = {year = 2024}\n'
SEEDS = {
    "street": (STREET, "police-uk-street", "", 1),
    "searches": (SEARCHES, "police-uk-stop-and-search", "", 1),
    "api": (API, "police-uk-street", "", 1),
    "matrix": (MATRIX, "links", "matrix", 1),
    "names": (MATRIX, "entities", "matrix", 1),
    "wide": (WIDE, "population", "", 2),
}


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The same bytes after one to five accidents."""
    body = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 5])):
        at, what = rng.randrange(len(body) + 1), rng.randrange(5)
        if what == 0 and at < len(body):
            body[at] = rng.randrange(256)
        elif what == 1:
            body[at:at] = bytes([rng.choice([0, 10, 13, 34, 44, 59, 123, 125, 255])])
        elif what == 2:
            del body[at : at + rng.randrange(1, 30)]
        elif what == 3:
            body[at:at] = body[max(0, at - 60) : at]
        elif rng.random() < 0.3:
            body = body[:at] or bytearray(b" ")
    return bytes(body)


def proven(folder: Path, name: str, count: int) -> set[int]:
    text, kind, layout, each = SEEDS[name]
    rng, codes = random.Random(f"2026-11-26 {name}"), set()
    (folder / "m.toml").write_text(MAP, "utf-8")
    for _ in range(count):
        (folder / "any.dat").write_bytes(damaged(text.encode(), rng))
        report = check(folder / "any.dat", kind=kind, layout=layout, column_map=folder / "m.toml" if each > 1 else None)
        assert report.read == report.accepted + report.quarantined
        assert report.refused == bool(report.reason)
        assert "\n" not in report.reason
        if not report.refused and kind.startswith("police"):
            assert report.quarantined == len({problem.row for problem in report.problems})
        codes.add(report.exit_code)
    return codes


@pytest.mark.parametrize("name", SEEDS)
def test_damaged_files_end_in_a_report(tmp_path: Path, name: str) -> None:
    assert proven(tmp_path, name, 25) <= {0, 1, 3}


@pytest.mark.long
@pytest.mark.parametrize("name", SEEDS)
def test_very_many_damaged_files_end_in_a_report(tmp_path: Path, name: str) -> None:
    assert proven(tmp_path, name, 250) == {0, 1, 3}
