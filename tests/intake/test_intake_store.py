"""The store: what it gives is what the files would give, whatever came in twice, anew, late or broken off."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intelnb.errors import InputRefused, SettingsError, UsageError
from intelnb.intake import limits
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.intake.store import keeping, months
from intelnb.load import ingesting
from intelnb.records import Clearance
from intelnb.registers import audit, store
from tests.intake.stores import NOVEMBER, OCTOBER, Store, crime, read


@pytest.fixture
def unit(folder: Path, ask: Callable[..., Request]) -> Store:
    return Store(folder, ask)


def same(one: Loaded, other: Loaded) -> None:
    """Everything an audience, an account and a page can see is the same."""
    pd.testing.assert_frame_equal(pd.DataFrame(one.table), pd.DataFrame(other.table))
    assert one.table.attrs == other.table.attrs
    assert one.source == other.source or vars(one.source) == vars(other.source)
    pd.testing.assert_frame_equal(one.workings.quarantine, other.workings.quarantine)
    assert one.workings.source.ledger == other.workings.source.ledger
    assert one.workings.source.sha256 == other.workings.source.sha256
    assert one.workings.stream == other.workings.stream
    assert (one.workings.withheld_texts, one.workings.withheld_numbers) == (
        other.workings.withheld_texts, other.workings.withheld_numbers,
    )  # fmt: skip


def test_the_store_gives_what_the_files_give(unit: Store, partner: Clearance) -> None:
    lines = [
        *OCTOBER, crime("bad", "2026-10-40"), crime("", "2026-10-20", flags="knife;hate"), crime("", "2026-10-20"),
        crime("half", "2026-11-02", northing=""), crime("zero", "2026-11-03", easting="0", northing="0"),
        crime("gone", "2026-11-03", status="cancelled"), crime("long", "2026-10-31 22:00", end="2026-11-01 04:00"),
        crime("old", "1999-05-01", kind="rape"), crime("swapped", "2026-10-10", easting="300500", northing="400500"),
    ]  # fmt: skip
    files = (unit.write("exports/b.csv", *NOVEMBER), unit.write("exports/a.csv", *lines))
    unit.ingest(*files)
    whole = {"area": "W1", "margin_m": 100.0}
    for asked in ({}, whole, {"since": "2026-10-01", "until_end": "2026-11-30"}):
        same(unit.held(**asked), read(unit.request(files=files, **asked)))
        same(unit.held(clearance=partner, **asked), read(unit.request(files=files, clearance=partner, **asked)))
    assert unit.held(since="2026-10-01").source.ledger.outside_period == 1


def test_months_nobody_asked_about_are_not_opened_and_still_counted(unit: Store, partner: Clearance) -> None:
    files = (
        unit.write("a.csv", *OCTOBER, crime("c", "2026-10-12", status="cancelled")),
        unit.write("b.csv", *NOVEMBER),
    )
    unit.ingest(*files)
    for path in unit.place.rglob("2026-10/*.parquet"):
        path.write_bytes(b"damaged")
    asked = {"since": "2026-11-01", "until_end": "2026-12-01"}
    for clearance in (unit.request().clearance, partner):
        found, other = (read(unit.request(files=one, clearance=clearance, **asked)) for one in ("store", files))
        pd.testing.assert_frame_equal(pd.DataFrame(found.table), pd.DataFrame(other.table))
        assert found.source.ledger == other.source.ledger
        assert found.table.attrs == other.table.attrs
    assert found.workings.source.ledger.excluded_by_rule == 1
    with pytest.raises(InputRefused, match="damaged"):
        unit.held()


def test_how_far_the_data_reach_counts_what_was_not_opened(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *OCTOBER), unit.write("b.csv", *NOVEMBER))
    assert str(unit.held(until_end="2026-11-01").table.attrs["as_at"]) == "2026-11-16 09:00:00"


def test_the_same_file_twice_changes_nothing(unit: Store) -> None:
    name = unit.write("a.csv", *OCTOBER)
    assert unit.ingest(name)["files"][0]["changes"]["new"] == 6
    before = {path: path.read_bytes() for path in unit.place.rglob("*") if path.is_file()}
    (again,) = unit.ingest(name)["files"]
    assert again["unchanged"]
    assert again["note"] == "already in the store"
    assert before == {path: path.read_bytes() for path in unit.place.rglob("*") if path.is_file()}
    (unit.folder / "a.csv").rename(unit.folder / "other name.csv")
    assert unit.ingest("other name.csv")["files"][0]["unchanged"]


def test_a_month_sent_again_replaces_the_one_before_and_says_what_changed(unit: Store) -> None:
    unit.ingest(unit.write("w1.csv", *OCTOBER, *NOVEMBER))
    newer = [
        *OCTOBER[:5],  # o5 is withdrawn
        NOVEMBER[0].replace("theft", "robbery"), NOVEMBER[1].replace("live", "cancelled"),
        *NOVEMBER[2:],
        crime("late", "2026-10-15 10:00", recorded="2026-11-20 09:00"),
        crime("new", "2026-11-20 10:00", recorded="2026-11-21 09:00"),
    ]  # fmt: skip
    account = unit.ingest(unit.write("w2.csv", *newer))["files"][0]
    assert account["whole"] == ["2026-10", "2026-11"]
    assert account["changes"] == {
        "new": 1, "late": 1, "re-classified": 1, "changed": 1, "withdrawn": 1, "unchanged": 9,
    }  # fmt: skip
    assert unit.told() == [("changed", "n1"), ("late", "late"), ("re-classified", "n0"), ("withdrawn", "o5")]
    row = unit.changes().set_index("id").loc["n0"]
    assert (row["before"], row["after"], row["file"], row["columns"]) == ("theft", "robbery", "w2.csv", "kind")
    same(unit.held(), read(unit.request(files="w2.csv")))


def test_a_week_that_only_adds_never_throws_away_the_month(unit: Store) -> None:
    unit.ingest(unit.write("w1.csv", *NOVEMBER, *(crime(f"m{i}", f"2026-11-{i + 1:02} 12:00") for i in range(9))))
    week = [NOVEMBER[5].replace("theft", "robbery"), crime("x", "2026-11-18 10:00", recorded="2026-11-19 10:00")]
    account = unit.ingest(unit.write("w2.csv", *week))["files"][0]
    assert (account["whole"], account["added_to"]) == ([], ["2026-11"])
    assert (account["changes"]["withdrawn"], account["changes"]["re-classified"], account["changes"]["new"]) == (
        0,
        1,
        1,
    )
    held = unit.held().table.set_index("id")
    assert len(held) == 16
    assert held.loc["n5", "kind"] == "robbery"


def test_the_tail_of_old_cases_is_never_taken_for_whole_months(unit: Store) -> None:
    unit.ingest(
        unit.write("a.csv", *OCTOBER, crime("t1", "1998-03-01"), crime("t2", "1998-03-02"), crime("t3", "1998-03-03"))
    )
    unit.ingest(unit.write("b.csv", *NOVEMBER, crime("t4", "1998-03-20")))
    assert {"t1", "t2", "t3", "t4"} <= set(unit.ids())
    assert unit.held().source.ledger.accepted == 16
    assert months.body(np.array(["1998-03"] + ["2026-10"] * 20, dtype="datetime64[M]")) == ["2026-10"]


def test_a_crime_whose_date_is_put_right_moves_to_its_month(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *OCTOBER, *NOVEMBER))
    moved = crime("o2", "2026-11-12 09:00", recorded="2026-11-18 09:00")
    unit.ingest(unit.write("b.csv", *NOVEMBER, moved))
    assert unit.ids().count("o2") == 1
    assert unit.told() == [("changed", "o2")]


def test_what_somebody_says_stands_above_what_is_concluded(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *OCTOBER, *NOVEMBER))
    few = unit.write("b.csv", OCTOBER[0])
    unit.ingest(few, asked={"covers": "2026-10-10/2026-10-12"})
    assert unit.told() == [("withdrawn", "o1"), ("withdrawn", "o2")]
    account = unit.ingest(unit.write("c.csv", NOVEMBER[0].replace("theft", "rape")), asked={"adds": True})["files"][0]
    assert (account["whole"], account["changes"]["withdrawn"]) == ([], 0)
    unit.ingest(unit.write("d.csv", NOVEMBER[1]), asked={"covers": "2026-12"})
    (catalogue,) = keeping.current(unit.place).catalogues.values()
    assert "2026-12" in keeping.load(unit.place, catalogue).covered  # nothing happened, and that is known


def test_records_nobody_can_tell_apart_are_not_added_unasked(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *(crime("", f"2026-10-{i + 1:02} 10:00") for i in range(9))))
    more = unit.write("b.csv", *(crime("", f"2026-10-{i + 1:02} 11:00") for i in range(9)))
    with pytest.raises(InputRefused, match=r"9 records without an id .* \(2026-10\)"):
        unit.ingest(more)
    assert len(unit.ids()) == 9
    unit.ingest(more, asked={"adds": True})
    assert len(unit.ids()) == 18
    unit.ingest(
        unit.write("c.csv", *(crime("", f"2026-10-{i + 1:02} 10:00") for i in range(9))), asked={"covers": "2026-10"}
    )
    assert len(unit.ids()) == 9


def test_an_older_export_does_not_undo_a_newer_one(unit: Store) -> None:
    unit.ingest(unit.write("new.csv", *NOVEMBER, crime("x", "2026-11-20", recorded="2026-11-25 10:00")))
    old = unit.write("old.csv", NOVEMBER[0].replace("theft", "rape"), *NOVEMBER[1:])
    with pytest.raises(InputRefused, match="later issue"):
        unit.ingest(old)
    first = unit.write("first.csv", *OCTOBER)
    unit.ingest(first)
    unit.ingest(unit.write("second.csv", *OCTOBER, crime("o9", "2026-10-30", recorded="2026-11-01")))
    (again,) = unit.ingest(first)["files"]
    assert again["unchanged"]
    assert "replaced by a later file since" in again["note"]


def test_a_file_read_through_a_mended_map_replaces_what_was_read_of_it(unit: Store) -> None:
    unit.write("x.csv", "a,B,2026-10-01", "b,Q,2026-10-02", ",B,2026-10-03", head="No,What,When")
    head = '[columns]\nid="No"\nkind="What"\nstart="When"\n[values.kind]\nB="burglary"\n'
    (unit.folder / "m.toml").write_text(head, "utf-8")
    assert unit.ingest("x.csv", column_map="m.toml")["files"][0]["accepted"] == 2
    assert unit.held().source.ledger.quarantined == 1
    (unit.folder / "m.toml").write_text(head + 'Q="rape"\n', "utf-8")
    account = unit.ingest("x.csv", column_map="m.toml")["files"][0]
    assert (account["accepted"], account["changes"]["unchanged"], account["changes"]["late"]) == (3, 2, 1)
    same(unit.held(), read(unit.request(files="x.csv", column_map="m.toml")))
    unit.ingest(unit.write("later.csv", crime("a", "2026-10-01 10:00")), asked={"covers": "2026-10"})
    (unit.folder / "m.toml").write_text(head + 'Q="arson"\n', "utf-8")
    with pytest.raises(InputRefused, match="a later one has replaced"):
        unit.ingest("x.csv", column_map="m.toml")


def test_quarantined_records_put_right_complete_the_set(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *OCTOBER, crime("bad", "2026-10-40")))
    assert unit.held().source.ledger.quarantined == 1
    unit.ingest(unit.write("a.csv", *OCTOBER, crime("bad", "2026-10-14")))
    assert (unit.held().source.ledger.quarantined, unit.held().source.ledger.accepted) == (0, 7)


@pytest.mark.parametrize("last", [False, True])
def test_broken_off_anywhere_the_old_state_stands(unit: Store, monkeypatch: pytest.MonkeyPatch, last: bool) -> None:
    unit.ingest(unit.write("a.csv", *OCTOBER, *NOVEMBER))
    old = unit.held()
    newer = unit.write(
        "b.csv", *OCTOBER[:5], *NOVEMBER, crime("x", "2026-11-20", recorded="2026-11-25 10:00"), crime("bad", "x")
    )
    write, replaced = keeping.write, Path.replace
    points = 0

    class Stopped(BaseException):
        pass

    def failing(path: Path, data: bytes) -> None:
        nonlocal points
        points += 1
        if points == stop_at:
            if last:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data[: len(data) // 2])  # half a file is what a broken disk leaves
            raise Stopped
        write(path, data)

    def never(self: Path, target: Path) -> Path:
        raise Stopped

    stop_at = 0
    while True:
        stop_at, points = stop_at + 1, 0
        monkeypatch.setattr(keeping, "write", failing)
        try:
            unit.ingest(newer)
        except Stopped:
            monkeypatch.setattr(keeping, "write", write)
            same(unit.held(), old)
        else:
            break
    monkeypatch.setattr(keeping, "write", write)
    assert stop_at > 6
    # the last moment at which it can break is the swap itself
    assert "x" in unit.ids()
    final = unit.write("c.csv", *OCTOBER, *NOVEMBER, crime("y", "2026-11-21", recorded="2026-11-26 10:00"))
    old = unit.held()
    monkeypatch.setattr(Path, "replace", never)
    with pytest.raises(Stopped):
        unit.ingest(final)
    monkeypatch.setattr(Path, "replace", replaced)
    same(unit.held(), old)
    unit.ingest(final)
    assert "y" in unit.ids()
    named = {path.name for path in unit.place.rglob("*.parquet")}
    keeping.sweep(unit.place, replace(keeping.current(unit.place), before={}))
    (catalogue,) = keeping.current(unit.place).catalogues.values()
    assert {path.name for path in unit.place.rglob("*.parquet")} == {
        file.rsplit("/", 1)[-1] for file in keeping.load(unit.place, catalogue).files()
    }
    assert named  # and nothing broken off is left among them


def test_a_read_that_began_before_an_ingestion_ends_well(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *OCTOBER))
    before = keeping.current(unit.place)
    unit.ingest(unit.write("b.csv", *OCTOBER, crime("z", "2026-10-30", recorded="2026-11-01")))
    (name,) = before.catalogues.values()
    old = keeping.load(unit.place, name)
    assert all((keeping.home(unit.place, "crimes", "own") / part.file).is_file() for part in old.parts)


def test_two_do_not_write_at_once(unit: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_WAIT_S", 0.05)
    name = unit.write("a.csv", *OCTOBER)
    with keeping.locked(unit.place), pytest.raises(InputRefused, match="Somebody else"):
        unit.ingest(name)
    unit.ingest(name)


def test_the_store_is_for_its_owner_alone_and_any_reader_of_geoparquet_knows_it(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *OCTOBER, crime("nowhere", "2026-10-11", easting="", northing="")))
    for path in [unit.place, *unit.place.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0, path
    (part,) = unit.place.rglob("2026-10/*.parquet")
    found = gpd.read_parquet(part)
    assert found.crs == "EPSG:27700"
    assert found.geometry.x.tolist()[:1] == [400500.0]
    assert found["row"].tolist() == [2, 3, 4, 5, 6, 7, 8]
    assert found.geometry.isna().sum() == 1


def test_feeds_are_kept_apart_and_chosen_by_name(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *OCTOBER), asked={"feed": "east"})
    unit.ingest(unit.write("b.csv", OCTOBER[0], *NOVEMBER), asked={"feed": "west"})
    assert len(unit.held().table) == 13
    assert len(unit.held(files="store:west").table) == 7
    with pytest.raises(SettingsError, match=r"no crimes of north .*It holds: east, west"):
        unit.held(files="store:north")
    with pytest.raises(SettingsError, match="no name for a feed"):
        unit.ingest(unit.write("c.csv", *NOVEMBER), asked={"feed": "../out"})


def test_coordinates_in_two_systems_are_not_mixed(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *OCTOBER))
    head = '[columns]\nid="id"\nkind="kind"\nstart="start"\nlongitude="easting"\nlatitude="northing"\n'
    (unit.folder / "m.toml").write_text(head, "utf-8")
    unit.ingest(
        unit.write("b.csv", crime("d", "2026-11-01", easting="-1.99", northing="52.6")),
        column_map="m.toml",
        asked={"feed": "degrees"},
    )
    with pytest.raises(SettingsError, match="another system"):
        unit.held()
    assert unit.held(files="store:degrees").table["easting"].between(400000, 402000).all()
    with pytest.raises(SettingsError, match="clocks"):
        unit.held(files="store:own", timezone="Europe/Paris")


def test_a_source_nobody_ingested_is_not_submitted(unit: Store) -> None:
    loaded = unit.held()
    assert loaded.table.attrs["status"] == "not submitted"
    with pytest.raises(UsageError, match="month by month"):
        unit.ingest("priorities.csv", kind="priorities")


def test_a_file_that_is_refused_leaves_the_others_out_too(unit: Store) -> None:
    good, bad = unit.write("a.csv", *OCTOBER), unit.write("z.csv", "1", head="nothing")
    with pytest.raises(SettingsError):
        unit.ingest(good, bad)
    assert unit.held().table.attrs["status"] == "not submitted"


def test_who_took_what_in_is_in_the_audit(unit: Store) -> None:
    registers = f"sqlite:///{(unit.folder / 'registers.sqlite').as_posix()}"
    unit.ingest(unit.write("a.csv", *OCTOBER, crime("bad", "x")), registers=registers)
    (entry,) = audit.entries(store.open_store(registers), event="ingested")
    detail = json.loads(entry.detail)
    assert (entry.by, entry.subject) == ("somebody", "crimes")
    assert (detail["read"], detail["accepted"], detail["files"], detail["number"]) == (7, 6, 1, 1)
    assert "o1" not in entry.detail


def test_a_folder_of_its_name_does_not_bound_a_read_of_the_store(unit: Store) -> None:
    (unit.folder / "store").mkdir()
    machine = limits.of_the_machine()
    assert limits.of(unit.request(files="store"), seconds=300).memory_bytes == machine
    assert limits.of(unit.request(files=unit.write("a.csv", *OCTOBER)), seconds=300).memory_bytes < machine


def test_damage_is_seen(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *OCTOBER))
    (part,) = unit.place.rglob("2026-10/*.parquet")
    data = bytearray(part.read_bytes())
    data[len(data) // 3] ^= 0xFF
    part.write_bytes(bytes(data))
    with pytest.raises(InputRefused, match="damaged"):
        unit.held()
    (unit.place / "pointer.json").write_text("{", "utf-8")
    with pytest.raises(SettingsError, match="pointer is damaged"):
        unit.held()


def test_every_outcome_of_a_crime_is_held(unit: Store, clearance: Callable[..., Clearance]) -> None:
    """Its id comes again with each: the charge does not take the place of the bail, nor one culprit's of another's."""
    head = "id,outcome,start"
    first = unit.write("a.csv", "CR1,bailed,2026-10-05", "CR2,no suspect,2026-10-06", head=head)
    second = unit.write(
        "b.csv", "CR1,charged,2026-10-12", "CR1,cautioned,2026-10-12", "CR3,bailed,2026-11-02", head=head
    )
    again = unit.write("c.csv", "CR1,charged,2026-10-12", "CR3,charged,2026-11-09", head=head)
    for file in (first, second, again):
        unit.ingest(file, kind="outcomes", asked={"adds": True})
    held = unit.held("outcomes", clearance=clearance(sources=("outcomes",))).table
    assert sorted(zip(held["id"], held["outcome"], strict=True)) == [
        ("CR1", "bailed"), ("CR1", "cautioned"), ("CR1", "charged"), ("CR2", "no suspect"), ("CR3", "bailed"),
        ("CR3", "charged"),
    ]  # fmt: skip


def test_logs_accumulate_too_and_are_kept_from_whoever_may_not_have_them(unit: Store, partner: Clearance) -> None:
    head = "urn,received,scheme,source_grade,information_grade,handling,marking,text"
    logs = [
        "U1,2026-10-01 09:00,3x5x2,1,A,P,OFFICIAL,one thing", "U2,2026-10-02 09:00,3x5x2,2,B,C,OFFICIAL-SENSITIVE,another",
        "U3,2026-11-02 09:00,,,,,,not graded yet", "U4,2026-11-03 09:00,3x5x2,9,B,C,OFFICIAL,no such grade",
    ]  # fmt: skip
    name = unit.write("logs.csv", *logs, head=head)
    unit.ingest(name, kind="logs")
    for clearance in (unit.request("logs").clearance, partner):
        for since in ("", "2026-11-01"):
            found = unit.held("logs", clearance=clearance, since=since)
            same(found, read(unit.request("logs", files=name, clearance=clearance, since=since)))


@given(
    issues=st.lists(
        st.tuples(
            st.sampled_from(["2026-09", "2026-10", "2026-11"]),
            st.lists(st.tuples(st.sampled_from(["", "a", "b", "c", "d"]), st.sampled_from(["theft", "arson"])), max_size=6),
        ),
        min_size=1, max_size=6,
    )
)  # fmt: skip
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_published_months_are_sent_again_the_last_of_each_is_held(
    issues: list[tuple[str, list[tuple[str, str]]]],
    tmp_path_factory: pytest.TempPathFactory,
    ask: Callable[..., Request],
) -> None:
    unit = Store(
        tmp_path_factory.mktemp("unit"),
        lambda kind, **other: ask(kind, **{**other, "folder": unit.folder, "levels": ()}),
    )
    (unit.folder / "m.toml").write_text(
        '[columns]\nid="id"\nkind="kind"\nstart="month"\n[formats]\nstart="month"\n', "utf-8"
    )
    last: dict[str, list[tuple[str, str]]] = {}
    for number, (month, records) in enumerate(issues):
        lines = [f"{name},{kind},{month},{number}" for name, kind in records]
        if not lines:
            continue
        unit.ingest(unit.write(f"{number}.csv", *lines, head="id,kind,month,issue"), column_map="m.toml")
        last[month] = records
    held = unit.held().table
    got = sorted(zip(held["start"].dt.strftime("%Y-%m"), held["id"], held["kind"], strict=True))
    assert got == sorted((month, *record) for month, records in last.items() for record in records)


@pytest.mark.long
def test_a_year_of_four_real_forces_is_held_as_it_was_published(unit: Store, real_data: Path) -> None:
    files = tuple(sorted(str(path) for path in (real_data / "police_uk_2025_four_forces").glob("*/*-street.csv.gz")))
    asked: dict[str, Any] = {"allowed": [real_data], "levels": ()}
    account = unit.ingest(*files, kind="police-uk-street", **asked)
    assert sum(one["accepted"] for one in account["files"]) == 248_789
    assert {one["feed"] for one in account["files"]} == {"cheshire", "cumbria", "norfolk", "north-yorkshire"}
    found, other = unit.held(**asked), read(unit.request("police-uk-street", files=files, **asked))
    pd.testing.assert_frame_equal(pd.DataFrame(found.table), pd.DataFrame(other.table))
    assert found.workings.source.ledger == other.workings.source.ledger
    march = {"since": "2025-03-01", "until_end": "2025-04-01", **asked}
    one = unit.held(files="store:norfolk", **march)
    month = tuple(file for file in files if "2025-03-norfolk" in file)
    assert len(one.table) == len(read(unit.request("police-uk-street", files=month, **asked)).table)
    assert all(one["unchanged"] for one in unit.ingest(*files, kind="police-uk-street", **asked)["files"])


def test_files_are_shared_out_by_feed_and_none_is_lost(unit: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [unit.write(f"2026-{m:02}/2026-{m:02}-force-{f}-street.csv", "x") for m in (1, 2) for f in "abcde"]
    monkeypatch.setattr(ingesting, "_MUCH_BYTES", 1)
    monkeypatch.setattr(ingesting.os, "cpu_count", lambda: 3)
    groups = ingesting._groups(unit.request(files=names), ingesting.Asked())
    assert sorted(name for group in groups for name in group) == sorted(names)
    feeds = [{name.split("-force-")[1] for name in group} for group in groups]
    assert len(groups) == 3
    assert sum(map(len, feeds)) == 5
    for alone in (ingesting.Asked(feed="one"), ingesting.Asked()):
        files = names if alone.feed else ["*/*.csv"]
        assert len(ingesting._groups(unit.request(files=files), alone)) == 1


@pytest.mark.long
def test_several_processes_make_the_store_one_would_make(unit: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    head = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context"
    names = [
        unit.write(
            f"2026-{m:02}/2026-{m:02}-force-{f}-street.csv",
            *(f"{f}{m}{i},2026-{m:02},F,F,-1.99,52.6,On or near X,E01,Y,Burglary,," for i in range(50)), head=head,
        )
        for m in (1, 2) for f in "abc"
    ]  # fmt: skip
    monkeypatch.setattr(ingesting, "_MUCH_BYTES", 1)
    monkeypatch.setattr(ingesting.os, "cpu_count", lambda: 2)
    account = unit.ingest(*names, kind="police-uk-street")
    assert [one["name"] for one in account["files"]] == sorted(names)
    pd.testing.assert_frame_equal(
        pd.DataFrame(unit.held().table), pd.DataFrame(read(unit.request("police-uk-street", files=names)).table)
    )
    again = unit.ingest(*names, kind="police-uk-street")
    assert all(one["unchanged"] for one in again["files"])
    with pytest.raises(SettingsError):  # a fault in one of them is told, and nothing of the others counts
        unit.ingest(*names, unit.write("2026-03/2026-03-force-d-street.csv", "x", head="y"), kind="police-uk-street")
    assert len(unit.held().table) == 300
