"""Any file at all: a report in one line, never a traceback, and every record counted as somebody else counts it."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import sqlite3
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from intelnb.errors import IntelError
from intelnb.intake import forking
from intelnb.intake.child import Reader
from intelnb.load.check import NOBODY, CheckReport, check
from tests.intake import counting

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples"
LONGEST_S = 10.0


@dataclass(frozen=True)
class Seed:
    """A good file before its accident: its kind and map, and how the accident reaches its records."""

    name: str
    kind: str
    data: bytes
    column_map: str = ""
    wrap: Callable[[bytes], bytes] = bytes


def head_of(name: str, lines: int = 40) -> bytes:
    return b"\n".join(gzip.decompress((SAMPLE / name).read_bytes()).split(b"\n")[:lines])


def rows_of(text: bytes) -> tuple[list[str], list[list[str]]]:
    import csv

    read = list(csv.reader(io.StringIO(text.decode())))
    return read[0], [row for row in read[1:] if row]


def archive_of(parts: dict[str, bytes]) -> bytes:
    """An archive whose bytes do not depend on when it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(data: bytes) -> bytes:
    return archive_of({"2026-01/a.csv": data})


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def book(text: bytes) -> bytes:
    made = openpyxl.Workbook()
    head, rows = rows_of(text)
    for row in [["A title"], [], head, *rows]:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    parts = parts_of(out.getvalue())
    parts["docProps/core.xml"] = re.sub(
        rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2026-11-26T00:00:00Z", parts["docProps/core.xml"]
    )
    return archive_of(parts)


def with_sheet(template: bytes) -> Callable[[bytes], bytes]:
    """Put a damaged sheet back into its workbook."""

    def wrap(sheet: bytes) -> bytes:
        return archive_of(parts_of(template) | {"xl/worksheets/sheet1.xml": sheet})

    return wrap


def as_parquet(text: bytes) -> bytes:
    head, rows = rows_of(text)
    out = io.BytesIO()
    pq.write_table(pa.table({h: [row[i] for row in rows] for i, h in enumerate(head)}), out)
    return out.getvalue()


def as_sqlite(text: bytes, folder: Path) -> bytes:
    head, rows = rows_of(text)
    path = folder / "seed.sqlite"
    with sqlite3.connect(path) as base:
        base.execute(f"CREATE TABLE export ({', '.join(json.dumps(h) for h in head)})")
        base.executemany(f"INSERT INTO export VALUES ({','.join('?' * len(head))})", rows)
    base.close()
    return path.read_bytes()


def seeds(folder: Path) -> list[Seed]:
    """The beginnings of the sample's own files, in every format."""
    crimes, logs = head_of("crimes/crimes_2026.csv.gz"), head_of("logs/intelligence_logs.csv.gz")
    stated = {kind: (SAMPLE / "maps" / f"{kind}.toml").read_text("utf-8") for kind in ("crimes", "logs")}
    maps = {kind: re.sub(r"(?m)^(encoding|delimiter) = .*\n", "", text) for kind, text in stated.items()}
    from_table = re.sub(r"(?m)^\[source\]\n", "[source]\ntable = 'export'\n", maps["crimes"])
    if "table = " not in from_table:
        from_table += "\n[source]\ntable = 'export'\n"
    head, rows = rows_of(logs)
    lines = "\n".join(json.dumps(dict(zip(head, row, strict=True)), ensure_ascii=False) for row in rows).encode()
    street = b"Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context\n"
    street += (
        b'%s,2026-01,F,F,-1.5,53.8,"On or near High St, x",E01000001,L 001A,Burglary,Under investigation,\n'
        * 20
        % tuple(b"%064x" % i for i in range(20))
    )
    api = [
        {"category": "burglary", "month": "2026-01", "location": {"latitude": "53.8", "longitude": "-1.5", "street": {"id": i, "name": "On or near X"}},
         "persistent_id": f"{i:064x}", "location_type": "Force", "outcome_status": None, "context": "", "id": i, "location_subtype": ""}
        for i in range(12)
    ]  # fmt: skip
    workbook = book(crimes)
    sheet = parts_of(workbook)["xl/worksheets/sheet1.xml"]
    return [
        Seed("csv", "crimes", crimes, maps["crimes"]),
        Seed("logs", "logs", logs, maps["logs"]),
        Seed("ours", "breaks", (SAMPLE / "breaks.csv").read_bytes()),
        Seed("links", "links", (SAMPLE / "links.csv").read_bytes()[:3000]),
        Seed("street", "police-uk-street", street),
        Seed("semicolons", "events", b"date;name;area\n" + b"2026-01-05;A fair, with music;NOR\n" * 12),
        Seed("utf-16", "logs", logs.decode().encode("utf-16"), maps["logs"]),
        Seed("gzip", "crimes", crimes, maps["crimes"], gzipped),
        Seed("zip", "crimes", crimes, maps["crimes"], zipped),
        Seed("json lines", "logs", lines, maps["logs"]),
        Seed("json", "police-uk-street", json.dumps(api).encode()),
        Seed("sheet", "crimes", sheet, maps["crimes"], with_sheet(workbook)),
        Seed("xlsx", "crimes", workbook, maps["crimes"]),
        Seed("packed gzip", "crimes", gzipped(crimes), maps["crimes"]),
        Seed("packed zip", "crimes", zipped(crimes), maps["crimes"]),
        Seed("parquet", "crimes", as_parquet(crimes), maps["crimes"]),
        Seed("sqlite", "crimes", as_sqlite(crimes, folder), from_table),
        Seed("geojson", "areas", (SAMPLE / "areas" / "districts.geojson").read_bytes()),
        Seed("geopackage", "areas", (SAMPLE / "areas" / "wards.gpkg").read_bytes()),
    ]


IN_ANOTHER_PROCESS = {"parquet", "sqlite", "geopackage"}
"""Formats whose readers are written in C: damage there is looked at in a process that may die."""


CUTS_OUT, PUTS_IN_AGAIN = 5, 4
MOST_ACCIDENTS = 10


def damaged(data: bytes, rng: random.Random) -> tuple[bytes, int]:
    """The same bytes after one to ten accidents of one kind, and which kind."""
    body, kind = bytearray(data), rng.randrange(10)
    mark = rng.choice([0, 10, 13, 34, 44, 255, 0x81])
    for _ in range(rng.choice([1, 1, 3, MOST_ACCIDENTS])):
        at = rng.randrange(len(body) + 1)
        lines = bytes(body).split(b"\n")
        if kind == 0 and body:
            body[at % len(body)] = rng.randrange(256)
        elif kind == 1:
            body = body[:at]
        elif kind == 2:
            body[at:at] = b'"'
        elif kind == 3:
            body[at:at] = bytes([mark])
        elif kind == 4:
            body[at:at] = body[at - 500 : at]
        elif kind == 5:
            del body[at : at + rng.randrange(1, 50)]
        elif kind == 6:
            body = bytearray(bytes(body).replace(b",", b";", rng.randrange(5)))
        elif kind == 7:
            body[at:at] = "é\u2028\x85".encode(rng.choice(["utf-8", "utf-16-le", "cp1252"]), "replace")
        elif kind == 8:
            lines.insert(rng.randrange(len(lines)), rng.choice(lines))
            body = bytearray(b"\n".join(lines))
        else:
            cells = lines[place := rng.randrange(len(lines))].split(b",")
            rng.shuffle(cells)
            lines[place] = b",".join(cells)
            body = bytearray(b"\n".join(lines))
    return bytes(body), kind


def counted(report: CheckReport, seed: Seed, data: bytes, path: Path) -> int | None:
    """How many records a file holds, counted here; None where nobody can say without a reader of its kind."""
    told = " ".join(report.repairs)
    head = int(found[1]) if (found := re.search(r"headings in line (\d+)", told)) else 0
    mark = next((mark for word, mark in counting.MARKS.items() if f"columns cut at {word}" in told), ",")
    if report.layer in {"text", "zip"}:
        raw = path.read_bytes()
        if report.layer == "zip":
            with zipfile.ZipFile(path) as archive:
                raw = archive.read(archive.namelist()[0])
        raw = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
        text = raw.decode(report.encoding).removeprefix("\ufeff")
        # the seeds have one line a record, so that after any accident a record is a line; what is written as RFC 4180
        # says is what the csv module makes of it, unless the reader says that it cannot tell
        in_doubt = sum(problem.code == "in_doubt" for problem in report.problems)
        formed = counting.of_well_formed(text, mark=mark, head=head)
        return counting.of_lines(text, head=head) if formed is None else formed + in_doubt
    if seed.name == "json lines" and report.layer == "json":
        return counting.of_json_lines(data.decode(report.encoding))
    if report.layer == "json":
        return counting.of_json(data.decode(report.encoding or "utf-8", "replace").lstrip("\ufeff"))
    if seed.name == "sheet":
        return counting.of_sheet(path.read_bytes(), 3)
    return counting.of_sqlite(path, "export") if seed.name == "sqlite" else None


def looked_at(path: Path, seed: Seed, column_map: Path | None, reader: Reader) -> CheckReport | str:
    """A report; or, where a C library died of it in its own process, the one line about that."""
    if seed.name not in IN_ANOTHER_PROCESS:
        return check(path, kind=seed.kind, column_map=column_map)
    asked = {"column_map": str(column_map) if column_map else None}
    try:
        return CheckReport.of_answer(
            reader.ask("check", options={"file": str(path), "asked": asked}, kind=seed.kind, files=path.name)
        )
    except IntelError as fault:
        return str(fault)


def proven(count: int, folder: Path) -> set[int]:
    codes, rng = set(), random.Random(20261116)
    every = seeds(folder)
    path = folder / "any.dat"
    with Reader(folder=folder, clearance=NOBODY, crs="EPSG:27700") as reader:
        for number in range(count):
            seed = every[number % len(every)]
            data, kind = damaged(seed.data, rng)
            path.write_bytes(seed.wrap(data))
            column_map = folder / f"{seed.kind}-{seed.name}.toml" if seed.column_map else None
            if column_map:
                column_map.write_text(seed.column_map, "utf-8")
            began = time.monotonic()
            report = looked_at(path, seed, column_map, reader)
            assert time.monotonic() - began < LONGEST_S
            if isinstance(report, str):
                assert "\n" not in report
                assert "does not know" not in report
                continue
            assert report.read == report.accepted + report.quarantined, seed.name
            assert report.quarantined == len({problem.row for problem in report.problems}), seed.name
            assert "\n" not in report.reason
            assert "does not know" not in report.reason
            assert report.refused == bool(report.reason)
            if not report.refused:
                known = counted(report, seed, data, path)
                # what is cut out, or put in twice, may take a line's end and half a pair of marks: then two lines are
                # one record that is written as it should be, and nobody but its author knows
                slack = MOST_ACCIDENTS if kind in {CUTS_OUT, PUTS_IN_AGAIN} and report.layer in {"text", "zip"} else 0
                assert known is None or known - slack <= report.read <= known, (seed.name, number)
            codes.add(report.exit_code)
    return codes


def test_damaged_files_end_in_a_report(tmp_path: Path) -> None:
    assert proven(300, tmp_path) == {0, 1, 3}


@pytest.mark.long
def test_very_many_damaged_files_end_in_a_report(tmp_path: Path) -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert proven(6_000, tmp_path) == {0, 1, 3}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000


def test_seeds_do_not_depend_on_when_they_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = [(seed.data, seed.wrap(seed.data)) for seed in seeds(tmp_path)]
    (tmp_path / "seed.sqlite").unlink()
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert [(seed.data, seed.wrap(seed.data)) for seed in seeds(tmp_path)] == first


def test_undamaged_seeds_are_read_whole(tmp_path: Path) -> None:
    with Reader(folder=tmp_path, clearance=NOBODY, crs="EPSG:27700") as reader:
        for seed in seeds(tmp_path):
            (tmp_path / "a.dat").write_bytes(seed.wrap(seed.data))
            column_map = tmp_path / "map.toml" if seed.column_map else None
            (tmp_path / "map.toml").write_text(seed.column_map, "utf-8")
            report = looked_at(tmp_path / "a.dat", seed, column_map, reader)
            assert not isinstance(report, str), (seed.name, report)
            assert not report.reason, (seed.name, report.reason)
            known = counted(report, seed, seed.data, tmp_path / "a.dat")
            assert known in {None, report.read}, seed.name
            assert report.read >= 3, seed.name


# ------------------------------------------------------------------------------------------------- by their own names


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("swallowed quote", 'a,theft,2026-01-05\nb,"theft,2026-01-05\nc,theft,2026-01-05\nd,x",2026-01-05\n', [(3, "open_quote")]),
        ("short", "a,theft\nb,theft,2026-01-05\n", [(2, "too_few_columns")]),
        ("long", "a,theft,2026-01-05,x\nb,theft,2026-01-05\n", [(2, "too_many_columns")]),
        ("every record long", "a,theft,2026-01-05,\nb,theft,2026-01-05,\n", [(2, "too_many_columns"), (3, "too_many_columns")]),
        ("NUL", "a,the\x00ft,2026-01-05\nb,theft,2026-01-05\n", [(2, "nul")]),
        ("lone CR", "a,the\rft,2026-01-05\nb,theft,2026-01-05\n", [(2, "stray_cr")]),
        ("text after a quote", 'a,"theft" x,2026-01-05\nb,theft,2026-01-05\n', [(2, "stray_quote")]),
        ("blank lines", "\n\na,theft,2026-01-05\n\n\r\nb,theft,\n", [(7, "missing")]),
        ("control Z", "a,theft,2026-01-05\n\x1a", [(3, "too_few_columns")]),
    ],
)  # fmt: skip
def test_traps_by_name(tmp_path: Path, name: str, body: str, told: list[tuple[int, str]]) -> None:
    text = "id,kind,start\n" + body
    (tmp_path / "a.csv").write_bytes(text.encode())
    report = check(tmp_path / "a.csv", kind="crimes")
    assert [(p.row, p.code) for p in report.problems] == told
    assert report.read == counting.of_lines(text)
    assert report.quarantined == len(told)


# -------------------------------------------------------------------------------------------------------------- bombs


def sparse_sheet() -> bytes:
    made = openpyxl.Workbook()
    made.active.append(["id", "kind", "start"])
    made.active["XFD1048576"] = "far"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def padded_book() -> bytes:
    out = io.BytesIO(sparse_sheet())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/padding.bin", bytes(300_000_000))
    return out.getvalue()


def entity_book() -> bytes:
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + i, (b"&%c;" % (97 + i)) * 10) for i in range(8)
    )
    return with_sheet(sparse_sheet())(evil + b"]><worksheet>&i;</worksheet>")


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "gzip": (lambda: gzip.compress(bytes(200_000_000)), "Unpacked, the file is larger than 50 MB"),
    "gzip of records": (
        lambda: gzip.compress(b"id,kind,start\n" + b"a,b,2026-01-05\n" * 8_000_000),
        "larger than 50 MB",
    ),
    "zip": (lambda: zipped(bytes(200_000_000)), "Unpacked, the file is larger than 50 MB"),
    "workbook": (padded_book, "larger than it may be"),
    "sparse sheet": (sparse_sheet, ""),
    "entities": (entity_book, "document type"),
    "many columns": (lambda: b",".join(b"c%d" % i for i in range(200_000)) + b"\n1\n", "more than 2,000 columns"),
    "deep json": (lambda: b'[{"a":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}]", "cannot be read"),
    "one long field": (lambda: b'id,kind,start\n1,"' + b"x" * 40_000_000 + b'",2026-01-05\n', ""),
    "open quotes": (lambda: b"id,kind,start\n" + b'a,"b,c\n' * 20_000, ""),
}


@pytest.mark.skipif(not forking.is_available(), reason="memory is limited where a reader can be forked")
def test_bombs_end_in_one_line_in_bounded_time_and_memory(tmp_path: Path) -> None:
    with Reader(folder=tmp_path, clearance=NOBODY, crs="EPSG:27700") as reader:
        for name, (made, word) in BOMBS.items():
            (tmp_path / "bomb.dat").write_bytes(made())
            began = time.monotonic()
            report = CheckReport.of_answer(
                reader.ask("check", options={"file": str(tmp_path / "bomb.dat"), "asked": {}}, kind="crimes", files="bomb.dat")
            )  # fmt: skip
            assert word in report.reason, name
            assert report.refused == bool(word), name
            assert time.monotonic() - began < LONGEST_S, name


def everything_that_is_not_a_file(folder: Path) -> Iterator[Path]:
    yield folder / "none.csv"
    yield folder
    (folder / "empty.csv").write_bytes(b"")
    yield folder / "empty.csv"


def test_what_is_no_file_is_a_report_too(tmp_path: Path) -> None:
    for path in everything_that_is_not_a_file(tmp_path):
        report = check(path, kind="crimes")
        assert (report.exit_code, report.read) == (1, 0)
        assert report.reason
