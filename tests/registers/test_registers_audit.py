"""The audit register: append-only, one chain whoever writes, and every later change named."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from intelnb.errors import IntelError
from intelnb.registers import audit
from intelnb.registers.store import open_store

PROCESSES, EACH = 8, 12


def _fill(store, count=5):
    return [audit.append(store, event="read", subject=f"file {n}", detail={"rows": n}, by="A") for n in range(count)]


def _file(url):
    return url.removeprefix("sqlite:///")


def _tamper(url, *statements):
    """Change the file behind the back of the register, as somebody with the disk could."""
    connection = sqlite3.connect(_file(url))
    for name in ("audit_no_update", "audit_no_delete", "audit_no_replace"):
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_what_is_written_is_read_and_holds(store):
    heads = _fill(store)
    assert [entry.seq for entry in audit.entries(store)] == [1, 2, 3, 4, 5]
    assert audit.head(store) == heads[-1]
    assert audit.verify(store) == audit.Verdict(5)
    assert audit.verify(store, anchor=heads[2]).holds
    entry = next(audit.entries(store, subject="file 3"))
    assert (entry.by, entry.event, entry.detail) == ("A", "read", '{"rows":3}')
    assert list(audit.entries(store, event="released")) == []


def test_an_empty_register_holds(store):
    assert audit.verify(store) == audit.Verdict(0)
    assert audit.head(store).seq == 0
    assert not audit.verify(store, anchor=audit.Head(1, "x")).holds


def test_times_are_kept_as_recorded_and_utc_without(store):
    audit.append(store, event="released", subject="x", detail={}, at="2026-11-16T08:00")
    audit.append(store, event="released", subject="x", detail={}, at=datetime(2026, 11, 16, 8, 0, tzinfo=UTC))
    audit.append(store, event="released", subject="x", detail={})
    first, second, third = audit.entries(store)
    assert (first.at, second.at) == ("2026-11-16T08:00", "2026-11-16T08:00:00+00:00")
    assert datetime.fromisoformat(third.at).tzinfo is not None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET event = 'x' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 2",
        "TRUNCATE audit",
        "UPDATE judgements SET place = 'x'",
        "DELETE FROM releases",
    ],
)
def test_the_database_refuses_to_change_or_remove(store, statement):
    _fill(store)
    is_sqlite = store.is_sqlite
    if ("TRUNCATE" in statement and is_sqlite) or ("OR REPLACE" in statement and not is_sqlite):
        pytest.skip("the other database's statement")
    if "audit" not in statement:
        from intelnb.records import Judgement
        from intelnb.registers import judgements, releases

        judgements.save(store, "R", [Judgement("p", "words", by="A", at="2026-11-16")])
        releases.add(store, releases.Released("R", 1, "A", "DI", "2026-11-16", "0" * 64, "OFFICIAL", "internal"))
    with pytest.raises(IntelError, match="append-only"), store.writing() as connection:
        connection.execute(text(statement))
    assert audit.verify(store) == audit.Verdict(5)


@pytest.mark.parametrize(
    ("statements", "first_bad", "why"),
    [
        (["UPDATE audit SET detail = '{\"rows\":9}' WHERE seq = 3"], 3, "content was changed"),
        (["UPDATE audit SET at = '2020' WHERE seq = 1"], 1, "content was changed"),
        (["DELETE FROM audit WHERE seq = 2"], 2, "missing"),
        (["DELETE FROM audit WHERE seq = 1"], 1, "missing"),
        (["UPDATE audit SET seq = 9 WHERE seq = 4"], 4, "missing"),
        (["UPDATE audit SET digest = previous WHERE seq = 4"], 4, "content was changed"),
        (["DELETE FROM audit WHERE seq = 5"], 5, "are gone"),
        (["DELETE FROM audit"], 1, "are gone"),
    ],
)
def test_what_was_changed_behind_its_back_is_named(sqlite_url, statements, first_bad, why):
    anchor = _fill(open_store(sqlite_url))[-1]
    _tamper(sqlite_url, *statements)
    verdict = audit.verify(open_store(sqlite_url), anchor=anchor)
    assert verdict.first_bad == first_bad
    assert why in verdict.why
    assert verdict.good == first_bad - 1


def test_two_fields_cannot_trade_text(sqlite_url):
    _fill(open_store(sqlite_url), 1)
    _tamper(sqlite_url, "UPDATE audit SET event = 'rea', subject = 'dfile 0' WHERE seq = 1")
    assert audit.verify(open_store(sqlite_url)).first_bad == 1


def test_a_chain_written_anew_is_found_by_the_head_kept_elsewhere(sqlite_url, tmp_path):
    anchor = _fill(open_store(sqlite_url))[2]
    other = open_store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    for number in range(5):
        audit.append(other, event="read", subject=f"file {number}", detail={"rows": 99}, by="A")
    assert audit.verify(other).holds
    assert audit.verify(other, anchor=anchor).first_bad == 3


def _write_many(url, number, ready):
    store = open_store(url)
    ready.wait()
    for step in range(EACH):
        audit.append(store, event="read", subject=f"{number}/{step}", detail={"step": step}, by=str(os.getpid()))


def test_eight_threads_write_one_chain(store):
    with ThreadPoolExecutor(PROCESSES) as pool:
        heads = list(pool.map(lambda n: audit.append(store, event="read", subject=str(n), detail={}), range(40)))
    assert sorted(head.seq for head in heads) == list(range(1, 41))
    assert audit.verify(store) == audit.Verdict(40)


@pytest.mark.long
def test_eight_processes_write_one_chain(url):
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(PROCESSES)
    workers = [context.Process(target=_write_many, args=(url, number, ready)) for number in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    store = open_store(url)
    assert audit.verify(store) == audit.Verdict(PROCESSES * EACH)
    written = [entry.subject for entry in audit.entries(store)]
    assert sorted(written) == sorted(f"{n}/{s}" for n in range(PROCESSES) for s in range(EACH))


def test_a_failed_block_leaves_nothing(store):
    _fill(store, 1)
    copy = text("INSERT INTO audit SELECT 7, at, by, event, subject, detail, previous, digest FROM audit")
    with pytest.raises(IntelError), store.writing() as connection:  # noqa: PT012 - one block
        connection.execute(copy)
        connection.execute(text("SELECT * FROM nowhere"))
    assert audit.verify(store) == audit.Verdict(1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    subject=st.text(max_size=40),
    by=st.text(max_size=20),
    detail=st.dictionaries(
        st.text(max_size=8),
        st.one_of(st.text(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.none()),
    ),
)
def test_any_text_makes_one_entry_that_holds(url, subject, by, detail):
    store = open_store(url)
    before = audit.head(store).seq
    audit.append(store, event="e", subject=subject, detail=detail, by=by)
    assert audit.verify(store) == audit.Verdict(before + 1)


def test_detail_that_cannot_be_kept_is_refused(store):
    with pytest.raises(IntelError, match="rows"):
        audit.append(store, event="read", subject="x", detail={"rows": [1]})
    with pytest.raises(IntelError, match="infinite"):
        audit.append(store, event="read", subject="x", detail={"rows": float("nan")})
    with pytest.raises(IntelError, match="name of its event"):
        audit.append(store, event=" ", subject="x", detail={})
    assert audit.head(store).seq == 0


def test_errors_of_the_driver_never_reach_anybody(sqlite_url):
    store = open_store(sqlite_url)
    with pytest.raises(IntelError) as told, store.reading() as connection:
        connection.execute(text("SELECT * FROM nowhere"))
    assert not isinstance(told.value, DBAPIError)
    assert "\n" not in str(told.value)
