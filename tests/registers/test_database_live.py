"""A source in a real PostgreSQL: read as a file would be, and never written to."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from intelnb.errors import InputRefused
from intelnb.intake import database
from intelnb.intake.database import Answer


@pytest.fixture
def crimes(server: str) -> str:
    """A schema with one table of every type an export has."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS rms CASCADE")
        connection.execute("CREATE SCHEMA rms")
        connection.execute(
            "CREATE TABLE rms.crimes (no int PRIMARY KEY, kind text, start timestamp, seen timestamptz, day date,"
            " easting numeric(9,2), share float8, live boolean, flags text[], photo bytea)"
        )
        moment = datetime(2026, 1, 5, 10, 30, tzinfo=timezone.utc)  # noqa: UP017
        for no in (2, 1):
            connection.execute(
                "INSERT INTO rms.crimes VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)",
                (no, "théft", datetime(2026, 1, 5, 10, 30), moment, date(2026, 1, 5), Decimal("400500.50"), 0.1, True,
                 ["a", "b"], b"x" if no == 1 else None),
            )  # fmt: skip
    return server


def read(url: str, folder: Path, *, table: str = "", query: str = "") -> Answer:
    return database.read(url, table=table, query=query, folder=folder, allowed=[])


def test_a_table_is_read_in_the_order_of_its_key(crimes: str, tmp_path: Path) -> None:
    found = read(crimes, tmp_path, table="rms.crimes").records
    assert found.table.iloc[0].tolist()[:3] == ["1", "théft", "2026-01-05 10:30:00"]
    assert found.table.iloc[0].tolist()[4:] == ["2026-01-05", "400500.50", "0.1", "true", "a;b", ""]
    assert "10:30:00+00:00" in found.table["seen"][0]
    assert [(one.heading, one.code, one.at.tolist()) for one in found.spoilt] == [("photo", "not_text", [0])]
    assert found.row.tolist() == [1, 2]
    assert read(crimes, tmp_path, table="rms.crimes").sha256 == read(crimes, tmp_path, table="rms.crimes").sha256


def test_a_query_reads_and_nothing_else(crimes: str, tmp_path: Path) -> None:
    found = read(crimes, tmp_path, query="SELECT no, start::date AS day, '10:30' AS at FROM rms.crimes WHERE no > 1")
    assert found.records.table.to_numpy().tolist() == [["2", "2026-01-05", "10:30"]]
    with pytest.raises(InputRefused, match="did not answer"):
        read(crimes, tmp_path, query="WITH x AS (DELETE FROM rms.crimes RETURNING *) SELECT * FROM x")
    assert len(read(crimes, tmp_path, table="rms.crimes").records.row) == 2


def test_a_table_that_is_not_there_names_those_that_are(crimes: str, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"no table 'rms\.crime'.*Choose one of: crimes"):
        read(crimes, tmp_path, table="rms.crime")
