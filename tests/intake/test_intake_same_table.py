"""However an export is written, it is the same table: order, columns, marks, line ends, packing and format change nothing."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intelnb.intake import reading
from intelnb.intake.request import Request
from intelnb.load.check import NOBODY
from intelnb.tables.crimes import CONTRACT

HEAD = ["id", "kind", "start", "end", "easting", "northing", "mo", "flags"]
Table = Sequence[Sequence[str]]

words = st.text(alphabet="abcXYZ019 ,;|'\"é\u2013£=+-@#/\\{}[]:.", max_size=10)
moments = st.datetimes(
    min_value=pd.Timestamp("2020-01-01").to_pydatetime(), max_value=pd.Timestamp("2027-01-01").to_pydatetime()
).map(lambda at: at.strftime("%Y-%m-%d %H:%M:%S"))
dates = st.one_of(moments, st.dates().map(str), st.sampled_from(["", "soon", "2026-02-30", "45748"]))
numbers = st.one_of(
    st.integers(0, 700_000).map(str),
    st.floats(0, 7e5).map(repr),
    st.sampled_from(["", "1,234", "NOT KNOWN", "inf", "#REF!"]),
)
records = st.tuples(st.integers(1, 99).map(lambda n: f"X{n}"), words, dates, dates, numbers, numbers, words, words)
tables = st.lists(records, min_size=1, max_size=8)


def as_csv(head: Sequence[str], table: Table, *, mark: str = ",", end: str = "\n") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([head, *table])
    return out.getvalue().encode()


def as_book(head: Sequence[str], table: Table) -> bytes:
    made = openpyxl.Workbook()
    for number, row in enumerate([head, *table], start=1):
        for column, text in enumerate(row, start=1):
            if text:
                cell = made.active.cell(number, column)
                cell.value, cell.data_type = text, "s"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def as_lines(head: Sequence[str], table: Table) -> bytes:
    return "\n".join(json.dumps(dict(zip(head, row, strict=True)), ensure_ascii=False) for row in table).encode()


def as_json(head: Sequence[str], table: Table) -> bytes:
    return json.dumps({"n": len(table), "rows": [dict(zip(head, row, strict=True)) for row in table]}).encode()


def as_parquet(head: Sequence[str], table: Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({h: [row[i] for row in table] for i, h in enumerate(head)}), out)
    return out.getvalue()


def as_zip(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x/a.csv", data)
    return out.getvalue()


RELATIONS: dict[str, Callable[[Sequence[str], Table], bytes]] = {
    "a mark of UTF-8": lambda head, table: b"\xef\xbb\xbf" + as_csv(head, table),
    "UTF-16": lambda head, table: as_csv(head, table).decode().encode("utf-16"),
    "CRLF": lambda head, table: as_csv(head, table, end="\r\n"),
    "CR": lambda head, table: as_csv(head, table, end="\r"),
    "no last line end": lambda head, table: as_csv(head, table).rstrip(b"\n"),
    "blank lines": lambda head, table: as_csv(head, table, end="\n\n"),
    "semicolons": lambda head, table: as_csv(head, table, mark=";"),
    "tabs": lambda head, table: as_csv(head, table, mark="\t"),
    "gzip": lambda head, table: gzip.compress(as_csv(head, table)),
    "zip": lambda head, table: as_zip(as_csv(head, table)),
    "workbook": as_book,
    "JSON lines": as_lines,
    "JSON": as_json,
    "Parquet": as_parquet,
}


def read(folder: Path, data: bytes) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """The table and, by record, what is wrong with it; where each stood is another thing in each format."""
    (folder / "a.dat").write_bytes(data)
    (folder / "map.toml").write_text("[columns]\n" + "".join(f'{h} = "{h}"\n' for h in HEAD), "utf-8")
    request = Request.of(
        kind="crimes", folder=folder, clearance=NOBODY, crs="EPSG:27700", files="a.dat", column_map="map.toml"
    )
    found = reading.rows(request, CONTRACT)
    assert found.read == len(found.table) + found.quarantined
    return found.table, sorted(zip(found.quarantine["column"], found.quarantine["code"], strict=True))


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(list(table.columns.drop("flags")), ignore_index=True)


@pytest.mark.parametrize("relation", RELATIONS)
@given(tables)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_way_it_is_written_changes_nothing(tmp_path: Path, relation: str, table: Table) -> None:
    ours, faults = read(tmp_path, as_csv(HEAD, table))
    other, others = read(tmp_path, RELATIONS[relation](HEAD, table))
    pd.testing.assert_frame_equal(ours, other)
    assert faults == others


@given(tables, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_rows_and_columns_changes_nothing(tmp_path: Path, table: Table, rng: random.Random) -> None:
    ours, faults = read(tmp_path, as_csv(HEAD, table))
    places = rng.sample(range(len(HEAD)), len(HEAD))
    rows = [[row[i] for i in places] for row in rng.sample(list(table), len(table))]
    other, others = read(tmp_path, as_csv([HEAD[i] for i in places], rows))
    pd.testing.assert_frame_equal(in_order(ours), in_order(other))
    assert faults == others


@pytest.mark.long
@pytest.mark.parametrize("relation", RELATIONS)
@given(tables)
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_way_it_is_written_changes_nothing_five_hundred_times(tmp_path: Path, relation: str, table: Table) -> None:
    test_the_way_it_is_written_changes_nothing.hypothesis.inner_test(tmp_path, relation, table)
