"""What counts as sent: what somebody says stands alone, and a month is sent where everyone sent it."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from intelnb.analysis import submission
from intelnb.dates import parse
from intelnb.errors import InputRefused, SettingsError
from intelnb.intake.request import Request
from intelnb.intake.store import keeping
from intelnb.intake.store.catalogue import Catalogue, Issue
from intelnb.intake.store.catalogue import parse as catalogue_from
from intelnb.tables import coverage
from tests.intake.stores import NOVEMBER, OCTOBER, Store, crime, read

WEST, EAST = {"easting": "400500", "area": "W1"}, {"easting": "401500", "area": "W2"}


@pytest.fixture
def unit(folder: Path, ask: Callable[..., Request]) -> Store:
    return Store(folder, ask)


def month(name: str, which: str, place: dict[str, str], *, n: int = 8) -> list[str]:
    return [crime(f"{name}{which}-{i}", f"{which}-{10 + i} 09:00", **place) for i in range(n)]


def mixed() -> list[str]:
    """An October export of 73 records, 13 of them of September."""
    september = [crime(f"s{i}", f"2025-09-{i + 10} 10:00") for i in range(13)]
    return [*september, *(crime(f"o{i}", f"2025-10-{i % 28 + 1:02} 10:00") for i in range(60))]


@pytest.mark.parametrize(
    ("said", "whole", "in_part"),
    [
        ({}, ["2025-09", "2025-10"], []),
        ({"covers": "2025-10"}, ["2025-10"], ["2025-09"]),
        ({"covers": "2025-10-01/2025-10-07"}, [], ["2025-09", "2025-10"]),
        ({"adds": True}, [], ["2025-09", "2025-10"]),
    ],
)
@pytest.mark.parametrize("before", [False, True])
def test_what_somebody_says_alone_decides_which_months_are_held_whole(
    unit: Store, said: dict[str, object], whole: list[str], in_part: list[str], before: bool
) -> None:
    kept = ["2025-06"] if before else []
    if before:  # the store knows something, and nothing of these months
        unit.ingest(unit.write("a.csv", *(crime(f"j{i}", f"2025-06-{i + 1:02} 10:00") for i in range(9))))
    (taken,) = unit.ingest(unit.write("b.csv", *mixed()), asked=said)["files"]
    assert (taken["whole"], taken["in_part"]) == (whole, in_part)
    assert taken["changes"]["withdrawn"] == 0
    held = unit.held().table
    days = [f"2025-10-{day:02}" for day in range(1, 8)] if said.get("covers") == "2025-10-01/2025-10-07" else []
    assert list(held.attrs["covered"]) == [*kept, *whole, *days]
    asked = [parse("2025-09"), parse("2025-10")]
    assert coverage.submitted(held, asked).tolist() == ["2025-09" in whole, "2025-10" in whole]


def test_a_month_sent_in_two_halves_is_whole_once_both_are_there(unit: Store) -> None:
    first, second = unit.write("h1.csv", *OCTOBER[:3]), unit.write("h2.csv", *OCTOBER[3:])
    (one,) = unit.ingest(first, asked={"covers": "2026-10-01/2026-10-12"})["files"]
    assert one["whole"] == []
    weeks = [parse("2026-W41"), parse("2026-W42"), parse("2026-10")]
    assert coverage.submitted(unit.held().table, weeks).tolist() == [True, False, False]
    assert coverage.sent_until(unit.held().table, end=parse("2026-10").end).isoformat() == "2026-10-13"
    (two,) = unit.ingest(second, asked={"covers": "2026-10-13/2026-10-31"})["files"]
    assert (two["whole"], two["added_to"], two["changes"]["withdrawn"]) == (["2026-10"], [], 0)
    assert unit.held().table.attrs["covered"] == ("2026-10",)
    assert len(unit.ids()) == 6


def test_halves_taken_in_at_once_hold_their_days_together(unit: Store) -> None:
    names = unit.write("h1.csv", *OCTOBER[:3]), unit.write("h2.csv", *OCTOBER[3:])
    account = unit.ingest(*names, asked={"covers": "2026-10"})
    assert [one["changes"]["withdrawn"] for one in account["files"]] == [0, 0]
    assert unit.ids() == ["o0", "o1", "o2", "o3", "o4", "o5"]
    # and what was there before, and is in neither, is withdrawn all the same
    unit.ingest(unit.write("n.csv", *OCTOBER[:4]), asked={"covers": "2026-10"})
    assert unit.ids() == ["o0", "o1", "o2", "o3"]


@pytest.mark.parametrize("said", [{}, {"covers": "2026-10"}, {"adds": True}])
def test_the_same_command_twice_changes_nothing(unit: Store, said: dict[str, object]) -> None:
    name = unit.write("a.csv", *OCTOBER)
    unit.ingest(name, asked=said)
    before = {path: path.read_bytes() for path in unit.place.rglob("*") if path.is_file()}
    for again in (said, {}):  # nor does the file without a word of what was said of it
        (taken,) = unit.ingest(name, asked=again)["files"]
        assert (taken["unchanged"], taken["note"]) == (True, "already in the store")
    assert before == {path: path.read_bytes() for path in unit.place.rglob("*") if path.is_file()}


def test_what_was_concluded_of_a_file_goes_when_somebody_says_better(unit: Store) -> None:
    name = unit.write("b.csv", *mixed())
    unit.ingest(name)
    assert unit.held().table.attrs["covered"] == ("2025-09", "2025-10")
    (taken,) = unit.ingest(name, asked={"covers": "2025-10"})["files"]
    assert (taken["unchanged"], taken["changes"]["unchanged"]) == (False, 73)
    assert unit.held().table.attrs["covered"] == ("2025-10",)
    unit.ingest(name, asked={"adds": True})
    assert unit.held().table.attrs["covered"] == ()


def test_records_without_an_id_beside_the_days_stated_are_not_doubled(unit: Store) -> None:
    unit.ingest(unit.write("s.csv", *(crime("", f"2026-09-{i + 10} 10:00") for i in range(9))))
    more = [crime("", f"2026-09-{i + 10} 10:00") for i in range(3)]
    october = [crime("", f"2026-10-{i + 1:02} 10:00") for i in range(9)]
    with pytest.raises(InputRefused, match=r"3 records without an id .*2026-09"):
        unit.ingest(unit.write("o.csv", *more, *october), asked={"covers": "2026-10"})
    unit.ingest(unit.write("o.csv", *october), asked={"covers": "2026-10"})
    assert len(unit.ids()) == 18


def test_a_store_of_the_version_before_is_read_and_goes_on(unit: Store) -> None:
    issue = Issue(1, "a.csv", "s", "", "", "r", "", 1, 1, (), (), ("id",), "", "Europe/London", ("2026-10",), "")
    plain = json.loads(Catalogue("crimes", "own", (issue,), covered=("2026-10",)).as_text())
    del plain["issues"][0]["said"]
    found = catalogue_from(json.dumps({**plain, "version": 1}), name="x")
    assert (found.issues[0].said, found.covered) == ("", ("2026-10",))


# --- who sent what


def test_a_month_one_of_two_feeds_did_not_send_was_not_sent(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *month("w", "2026-10", WEST), *month("w", "2026-11", WEST)), asked={"feed": "west"})
    unit.ingest(unit.write("b.csv", *month("e", "2026-10", EAST)), asked={"feed": "east"})
    both = unit.held().table
    assert both.attrs["covered"] == ("2026-10",)
    november = [parse("2026-11")]
    assert coverage.submitted(both, november).tolist() == [False]
    assert coverage.submitted(both, november, area="W1").tolist() == [True]
    assert coverage.submitted(both, november, area="W2").tolist() == [False]
    # read for one feed's area, that feed alone decides
    assert unit.held(area="W1").table.attrs["covered"] == ("2026-10", "2026-11")
    assert unit.held(area="W2").table.attrs["covered"] == ("2026-10",)
    assert unit.held(area="F").table.attrs["covered"] == ("2026-10",)
    assert "covered_by" not in unit.held(area="W1").table.attrs
    assert unit.held(files="store:west").table.attrs["covered"] == ("2026-10", "2026-11")


def test_an_area_without_any_record_is_read_as_none(unit: Store) -> None:
    for feed, which, n in (("east", "2026-08", 16), ("west", "2026-09", 16), ("mid", "2026-08", 8)):
        unit.ingest(unit.write(f"{feed}.csv", *month(feed, which, WEST, n=n)), asked={"feed": feed})
    assert unit.held(area="W2").table.empty


def test_where_a_feed_is_at_home_is_known_of_months_that_are_not_opened(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *month("w", "2026-10", WEST), *month("w", "2026-11", WEST)), asked={"feed": "west"})
    unit.ingest(unit.write("b.csv", *month("e", "2026-10", EAST)), asked={"feed": "east"})
    asked = {"since": "2026-11-01", "until_end": "2026-12-01"}
    east, west = (unit.held(area=area, **asked).table for area in ("W2", "W1"))
    assert len(east) == 0
    assert east.attrs["covered"] == ("2026-10",)
    assert west.attrs["covered"] == ("2026-10", "2026-11")


def test_a_few_strays_do_not_make_a_place_rest_on_another_feed(unit: Store) -> None:
    home = month("w", "2026-10", WEST, n=20) + month("w", "2026-11", WEST, n=20)
    unit.ingest(unit.write("a.csv", *home, *home[:0]), asked={"feed": "west"})
    strays = [*month("e", "2026-10", EAST, n=20), *month("e2", "2026-10", EAST, n=20), crime("x", "2026-10-03", **WEST)]
    unit.ingest(unit.write("b.csv", *strays), asked={"feed": "east"})
    assert unit.held(area="W1").table.attrs["covered"] == ("2026-10", "2026-11")


@pytest.mark.parametrize("tiny", [("2026-11",), ("2026-09", "2026-10"), ("2026-09", "2026-12")])
def test_a_tiny_feed_neither_proves_a_month_nor_takes_one_away(unit: Store, tiny: tuple[str, ...]) -> None:
    """It starts, stops, or sends a month that the force did not: two records a month beside a hundred."""
    for which in ("2026-09", "2026-10", "2026-11"):
        unit.ingest(unit.write(f"{which}.csv", *month(f"w{which}", which, WEST, n=20) * 5), asked={"feed": "force"})
    for which in tiny:
        unit.ingest(unit.write(f"t{which}.csv", *month(f"t{which}", which, EAST, n=2)), asked={"feed": "hospital"})
    named = ["2026-09", "2026-10", "2026-11", "2026-12"]
    whole, asked = unit.held().table, [parse(one) for one in named]
    assert coverage.submitted(whole, asked).tolist() == [True, True, True, False]
    for area, sent in (("W1", [True, True, True, False]), ("W2", [one in tiny for one in named])):
        assert coverage.submitted(whole, asked, area=area).tolist() == sent
        assert coverage.submitted(unit.held(area=area).table, asked).tolist() == sent


def test_many_small_feeds_together_weigh_what_they_hold(unit: Store) -> None:
    """Five feeds of four in a hundred: one of them is missed by nobody, two are."""
    sent = {"force": ("2026-10", "2026-11", "2026-12")} | {f"f{i}": ("2026-10", "2026-11", "2026-12") for i in range(5)}
    sent |= {"f0": ("2026-10",), "f1": ("2026-10", "2026-11")}
    for feed, which in sent.items():
        lines = [line for one in which for line in month(feed + one, one, WEST, n=19 if feed == "force" else 1)]
        unit.ingest(unit.write(f"{feed}.csv", *lines), asked={"feed": feed})
    assert unit.held().table.attrs["covered"] == ("2026-10", "2026-11")


def test_how_much_a_feed_sends_is_told_by_the_month_and_not_by_how_long_it_has_sent(unit: Store) -> None:
    years = [line for year in range(2010, 2027) for line in month(f"o{year}", f"{year}-10", WEST)]
    unit.ingest(unit.write("old.csv", *years), asked={"feed": "old", "covers": "2010-01-01/2026-12-31"})
    unit.ingest(unit.write("new.csv", *month("n", "2026-10", EAST)), asked={"feed": "new"})
    assert coverage.submitted(unit.held().table, [parse("2026-11"), parse("2026-10")]).tolist() == [False, True]


def test_a_single_feed_lacks_the_month_it_did_not_send(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *month("a", "2026-09", WEST), *month("b", "2026-11", EAST)))
    asked = [parse("2026-09"), parse("2026-10"), parse("2026-11")]
    for held in (unit.held(), unit.held(area="W1"), unit.held(area="W2"), unit.held(area="F")):
        assert coverage.submitted(held.table, asked).tolist() == [True, False, True]


def test_one_silent_area_of_three_is_told_alike_alone_and_with_the_others(unit: Store) -> None:
    places = {"W1": WEST, "W2": EAST, "W3": {"easting": "400500", "northing": "301500", "area": "W3"}}
    for code, place in places.items():
        lines = [*month(code, "2026-10", place), *(month(f"{code}n", "2026-11", place) if code != "W3" else [])]
        unit.ingest(unit.write(f"{code}.csv", *lines), asked={"feed": code.casefold()})
    whole, november = unit.held().table, [parse("2026-11")]
    assert coverage.submitted(whole, november).tolist() == [False]
    told = {code: coverage.submitted(whole, november, area=code).item() for code in places}
    assert told == {"W1": True, "W2": True, "W3": False}
    assert told == {code: coverage.submitted(unit.held(area=code).table, november).item() for code in places}


def test_a_feed_that_goes_on_where_another_ended_is_the_same(unit: Store) -> None:
    """A force that changed its crime system: two names, one place, no month of both but that of the change."""
    old = [*month("o", "2026-08", WEST), *month("o", "2026-09", WEST), *month("o", "2026-10", WEST, n=3)]
    new = [*month("n", "2026-10", WEST), *month("n", "2026-11", WEST)]
    unit.ingest(unit.write("old.csv", *old), asked={"feed": "niche"})
    unit.ingest(unit.write("new.csv", *new), asked={"feed": "connect"})
    assert unit.held().table.attrs["covered"] == ("2026-08", "2026-09", "2026-10", "2026-11")


def test_plain_files_of_one_force_and_month_each_know_what_is_missing(unit: Store, ask: Callable[..., Request]) -> None:
    names = [
        unit.write(f"forces/{force}-{which}.csv", *month(force, which, place))
        for force, place, sent in (("westshire", WEST, ("2026-10", "2026-11")), ("eastshire", EAST, ("2026-10",)))
        for which in sent
    ]
    table = read(ask("crimes", files=names)).table
    assert table.attrs["covered"] == ("2026-10",)
    assert coverage.submitted(table, [parse("2026-11")], area="W1").tolist() == [True]
    assert read(ask("crimes", files=names, area="W1")).table.attrs["covered"] == ("2026-10", "2026-11")
    # the store, where nobody named a feed, says the same
    unit.ingest(*names)
    assert unit.held().table.attrs["covered_by"] == table.attrs["covered_by"]
    assert unit.held().table.attrs["covered"] == ("2026-10",)


def test_plain_files_of_one_force_are_one_sender_however_they_are_called(unit: Store) -> None:
    names = (
        unit.write("october final.csv", *month("a", "2026-10", WEST)),
        unit.write("export_v2.csv", *month("b", "2026-11", EAST)),
        unit.write(
            "year.csv", *month("c", "2026-09", WEST), *month("c", "2026-10", WEST), *month("c", "2026-10", EAST)
        ),
    )
    covered = read(unit.request(files=names)).table.attrs["covered"]
    assert covered == ("2026-09", "2026-10", "2026-11")


def test_the_silence_of_one_feed_is_told_of_its_areas_alone(unit: Store) -> None:
    days = pd.date_range("2026-09-01 09:00", "2026-11-29 09:00")
    west, east = (
        [crime(f"{name}{i}", f"{day:%Y-%m-%d %H:%M}", **place) for i, day in enumerate(days)]
        for name, place in (("w", WEST), ("e", EAST))
    )
    unit.ingest(unit.write("a.csv", *west), asked={"feed": "west"})
    unit.ingest(unit.write("b.csv", *east[:61]), asked={"feed": "east"})
    areas = pd.DataFrame({"code": ["W1", "W2"], "name": ["West", "East"]})
    found = submission.silent_areas(
        unit.held().table, level="ward", areas=areas, as_at=pd.Timestamp("2026-11-30"), period=parse("2026-11"),
    )  # fmt: skip
    # November is told by the files alone: chance judges no day of it where nobody sent it
    assert found.table[["code", "expected"]].to_numpy().tolist() == [["W2", 30.5]]
    assert found.sentence == "East: November 2026 was not sent whole; about 30 crimes were expected."


@pytest.mark.parametrize("period", ["2026-11", "2026-W46"])
def test_an_area_whose_small_feed_is_behind_is_named_though_the_force_was_sent(unit: Store, period: str) -> None:
    hours = pd.date_range("2026-09-01", "2026-11-29 23:00", freq="h")
    west = [crime(f"w{i}", f"{hour:%Y-%m-%d %H:%M}", **WEST) for i, hour in enumerate(hours)]
    unit.ingest(unit.write("a.csv", *west), asked={"feed": "west"})
    east = [crime(f"e{i}", f"{hour:%Y-%m-%d %H:%M}", **EAST) for i, hour in enumerate(hours[: 61 * 24 : 48])]
    unit.ingest(unit.write("b.csv", *east), asked={"feed": "east"})
    areas, asked = pd.DataFrame({"code": ["W1", "W2"], "name": ["West", "East"]}), parse(period)
    table = unit.held(until_end=asked.end.isoformat()).table
    assert coverage.submitted(table, [asked]).tolist() == [True]
    found = submission.silent_areas(table, level="ward", areas=areas, as_at=pd.Timestamp("2026-11-30"), period=asked)
    assert found.table[["code", "since"]].astype(str).to_numpy().tolist() == [["W2", "2026-11-01"]]


def test_an_audience_is_not_told_which_small_areas_a_feed_serves(unit: Store, clearance: Callable[..., object]) -> None:
    unit.ingest(unit.write("a.csv", *month("w", "2026-10", WEST), *month("w", "2026-11", WEST)), asked={"feed": "west"})
    unit.ingest(unit.write("b.csv", *month("e", "2026-10", EAST)), asked={"feed": "east"})
    assert unit.held().table.attrs["covered_by"] == ((("2026-10", "2026-11"), ("W1",)),)
    assert "covered_by" not in unit.held(clearance=clearance(finest="force")).table.attrs


def test_two_files_of_one_name_stay_two_in_the_account(unit: Store) -> None:
    bad = crime("bad", "2026-10-40")
    for feed, lines in (("west", OCTOBER), ("east", NOVEMBER)):
        unit.ingest(unit.write("export.csv", *lines, bad), asked={"feed": feed})
    source = unit.held().workings.source
    assert sorted(source.sha256) == ["export.csv (east, file 1)", "export.csv (west, file 1)"]
    assert unit.held().workings.quarantine["file"].tolist() == [
        "export.csv (east, file 1)",
        "export.csv (west, file 1)",
    ]
    assert keeping.current(unit.place).number == 2


def test_half_a_month_sent_again_is_added_and_what_decided_is_told(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *mixed()))
    half = [line for line in mixed() if line.startswith("o")][:30]
    (taken,) = unit.ingest(unit.write("b.csv", *half))["files"]
    why = "2025-10 is added to: 30 of the 60 records held of it are in the file (50 %; from 90 % on it is the month again)"
    assert taken["decided"] == [why]
    assert taken["doubts"] == [
        (
            "2025-10 may have been sent again: 30 records not in the file are kept. "
            "Say --covers 2025-10 to withdraw them, or --adds"
        )
    ]
    assert len(unit.ids()) == 73
    (taken,) = unit.ingest(unit.write("b.csv", *half), asked={"covers": "2025-10"})["files"]
    assert (taken["decided"], taken["doubts"], taken["changes"]["withdrawn"]) == ([], [], 30)
    # a week of new crimes is no month sent again
    week = [crime(f"x{i}", "2025-10-30 10:00") for i in range(4)]
    assert unit.ingest(unit.write("c.csv", half[0], *week))["files"][0]["doubts"] == []


@pytest.mark.parametrize(
    ("kept", "again", "why"),
    [
        (range(60), True, "60 of the 60 records held of it are in the file (100 %; from 90 % on"),
        ([i for i in range(60) if i % 10 != 5], True, "54 of the 60 records held of it are in the file (90 %; from"),
        ([i for i in range(60) if i % 8 != 5], False, "53 of the 60 records held of it are in the file (88 %; from"),
        # all but the last days: it was cut before they came, and they are not gone
        (range(55), False, "55 of the 60 records held of it are in the file (91 %; 5 count before its first record or"),
    ],
)
def test_how_much_of_a_month_must_come_again_to_replace_it(unit: Store, kept: range, again: bool, why: str) -> None:
    october = [crime(f"o{i}", f"2025-10-{i // 2 + 1:02} {10 + i % 2}:00") for i in range(60)]
    unit.ingest(unit.write("a.csv", *october))
    (taken,) = unit.ingest(unit.write("b.csv", *(october[i] for i in kept), crime("n", "2025-10-02")))["files"]
    assert taken["decided"][0].startswith(f"2025-10 is {'replaced' if again else 'added to'}: {why}")
    assert (taken["changes"]["withdrawn"], bool(taken["doubts"])) == (60 - len(kept) if again else 0, not again)


def test_half_of_a_small_month_sent_again_withdraws_nothing(unit: Store) -> None:
    unit.ingest(unit.write("a.csv", *OCTOBER))
    (taken,) = unit.ingest(unit.write("b.csv", *OCTOBER[::2], OCTOBER[5].replace("theft", "rape")))["files"]
    assert taken["decided"] == [
        (
            "2026-10 is added to: 4 of the 6 records held of it are in the file (66 %; "
            "all but one, or from 90 % on, is the month again)"
        )
    ]
    assert (len(taken["doubts"]), taken["changes"]["withdrawn"], len(unit.ids())) == (1, 0, 6)


@pytest.mark.parametrize("which", ["2026-10", "2026-11"])
@pytest.mark.parametrize("said", [{}, {"covers": "2026-11"}, {"adds": True}])
def test_rows_counted_from_one_in_each_export_are_no_ids(unit: Store, which: str, said: dict[str, object]) -> None:
    unit.ingest(unit.write("a.csv", *(crime(str(i), f"2026-10-{i:02} 10:00") for i in range(1, 13))))
    again = [crime(str(i), f"{which}-{i + 12:02} 10:00") for i in range(1, 13)]
    with pytest.raises(InputRefused, match="12 of the 12 ids that are held already belong to records of other days"):
        unit.ingest(unit.write("b.csv", *again), asked=said)
    assert len(unit.ids()) == 12


def test_the_same_file_of_two_feeds_is_pointed_at(unit: Store) -> None:
    name = unit.write("a.csv", *OCTOBER)
    unit.ingest(name)
    (taken,) = unit.ingest(name, asked={"feed": "west"})["files"]
    assert taken["note"] == "this very file is held of own too, so its records count more than once"


@pytest.mark.parametrize("at", ["write", "swap"])
def test_a_full_disk_is_one_plain_line_and_the_store_is_as_it_was(
    unit: Store, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    unit.ingest(unit.write("a.csv", *OCTOBER))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(*((keeping.os, "fsync", full) if at == "write" else (Path, "replace", full)))
        with pytest.raises(SettingsError, match=r"cannot be written to: No space left on device.*as it was"):
            unit.ingest(unit.write("b.csv", *NOVEMBER))
    assert len(unit.ids()) == 6
    unit.ingest(unit.write("b.csv", *NOVEMBER))
    assert len(unit.ids()) == 12


def test_a_sender_that_falls_silent_alone_is_a_gap_of_the_areas_that_rest_on_it(unit: Store) -> None:
    """Both send September to November whole; the east, one record in three, sends none for three weeks of October."""
    days = pd.date_range("2026-08-01", "2026-11-30", freq="D")
    silent = (days >= "2026-10-05") & (days < "2026-10-26")
    for feed, place, n, sent in (("west", WEST, 20, days), ("east", EAST, 10, days[~silent])):
        rows = [crime(f"{feed}{i}-{d:%m%d}", f"{d:%Y-%m-%d} {i:02}:00", **place) for d in sent for i in range(n)]
        unit.ingest(unit.write(f"{feed}.csv", *rows), asked={"feed": feed, "covers": "2026-08-01/2026-11-30"})
    (both,) = unit.held().table.attrs["gaps"]
    assert (str(both.first), str(both.last), both.of) == ("2026-10-05", "2026-10-25", "one sender")
    assert both.words() == "no records of one sender from 5 Oct to 25 Oct 2026"
    october = [parse("2026-W42")]
    of = {code: coverage.submitted(unit.held().table, october, area=code).item() for code in ("", "F", "W1", "W2")}
    assert of == {"": False, "F": False, "W1": True, "W2": False}
    assert unit.held(area="W1").table.attrs["gaps"] == ()
    assert not coverage.submitted(unit.held(area="W2").table, october).item()
