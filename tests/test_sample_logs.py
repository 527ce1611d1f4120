"""The planted truths in logs, links and hand-kept tables, counted again from the files alone."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from intelnb.sample import log_words

Row = dict[str, str]
GRADES = {"3x5x2": ("123", "ABCDE", "PC"), "5x5x5": ("ABCDE", "12345", "12345")}


@pytest.fixture(scope="module")
def samples(checkout: Path) -> Path:
    return checkout / "data" / "samples"


@pytest.fixture(scope="module")
def told(samples: Path) -> dict[str, Any]:
    return {one["id"]: one["expect"] for one in json.loads((samples / "truths.json").read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def logs(samples: Path) -> list[Row]:
    text = gzip.decompress((samples / "logs" / "intelligence_logs.csv.gz").read_bytes()).decode()
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def by_urn(logs: list[Row]) -> dict[str, Row]:
    return {row["Log Reference"]: row for row in logs}


def rows_of(path: Path) -> list[Row]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def received(row: Row) -> datetime:
    return datetime.strptime(row["Date Received"], "%d/%m/%Y %H:%M")  # noqa: DTZ007 - local clock time


def test_about_sixty_logs_a_day_for_fourteen_weeks_in_order(logs: list[Row], by_urn: dict[str, Row]) -> None:
    times = [received(row) for row in logs]
    assert times == sorted(times)
    assert len(by_urn) == len(logs)
    per_day = Counter(one.date() for one in times)
    assert (min(per_day), max(per_day), len(per_day)) == (date(2026, 8, 10), date(2026, 11, 15), 98)
    assert len(logs) / 98 == pytest.approx(60, abs=4)


def test_grades_belong_to_their_scheme(logs: list[Row], told: dict[str, Any]) -> None:
    unknown = {one["line"] for one in told["unusable_rows"]["rows"] if one["file"].startswith("logs/")}
    assert {at for at, row in enumerate(logs, 2) if row["Handling Code"] == "X"} == unknown
    assert len(unknown) == 2
    assert told["files"]["files"]["logs/intelligence_logs.csv.gz"] == {"rows": len(logs), "unusable": 2}
    for at, row in enumerate(logs, 2):
        source, information, handling = GRADES[row["Grading Scheme"]]
        assert row["Source Evaluation"] in source
        assert row["Intelligence Assessment"] in information
        assert at in unknown or row["Handling Code"] == "" or row["Handling Code"] in handling
        assert row["Protective Marking"] in ("", "OFFICIAL", "OFFICIAL-SENSITIVE")
    modern = [row for row in logs if row["Grading Scheme"] == "3x5x2"]
    assert 1 - len(modern) / len(logs) == pytest.approx(0.02, abs=0.002)
    assert sum(row["Source Evaluation"] == "2" for row in modern) / len(modern) > 0.7
    assert sum(row["Intelligence Assessment"] in "CD" for row in modern) / len(modern) > 0.7
    assert sum(row["Handling Code"] == "C" for row in modern) / len(modern) == pytest.approx(0.12, abs=0.02)
    assert 0.005 < sum(row["Intelligence Assessment"] == "E" for row in modern) / len(modern) < 0.03


def test_conditional_logs_say_on_what_condition_and_for_whom(logs: list[Row], told: dict[str, Any]) -> None:
    unseen = set()
    for row in logs:
        conditional = row["Handling Code"] == "C" or (
            row["Grading Scheme"] == "5x5x5" and row["Handling Code"] in "2345"
        )
        assert bool(row["Handling Conditions"]) == bool(row["Dissemination List"]) == conditional
        if conditional and "internal" not in row["Dissemination List"].split(";"):
            unseen.add(row["Log Reference"])
    assert set(told["conditional_logs"]["must_not_see"]) == unseen
    assert 200 < len(unseen) < 600


def test_sixty_logs_wait_to_be_graded(logs: list[Row], told: dict[str, Any]) -> None:
    waiting = {row["Log Reference"] for row in logs if not row["Handling Code"] or not row["Protective Marking"]}
    assert set(told["logs_to_grade"]["urns"]) == set(told["ungraded_withheld"]["must_not_see"]) == waiting
    assert len(waiting) == 60


def test_logs_graded_b_rest_on_a_first_hand_log_of_another_origin(logs: list[Row], by_urn: dict[str, Row]) -> None:
    corroborated = [row for row in logs if row["Grading Scheme"] == "3x5x2" and row["Intelligence Assessment"] == "B"]
    assert len(corroborated) > 50
    for row in corroborated:
        ground = by_urn[row["Linked Logs"]]
        assert ground["Intelligence Assessment"] == "A"
        assert received(ground) <= received(row)
        assert ground["Origin Reference"] != row["Origin Reference"]
        assert set(ground["Linked Nominals"].split(";")) & set(row["Linked Nominals"].split(";"))


def test_subjects_are_the_entities_a_text_names(logs: list[Row], samples: Path) -> None:
    known = {row["id"] for row in rows_of(samples / "entities.csv")}
    for row in logs:
        named = re.findall(r"\b[NVATB]\d{4}\b", row["Information"])
        assert set(row["Linked Nominals"].split(";")) - {""} == set(named) <= known


def test_castle_grows_to_twenty_two_logs_of_six_origins(logs: list[Row], told: dict[str, Any]) -> None:
    expect = told["castle_cuckooing"]
    castle = [
        row
        for row in logs
        if "C1" in row["Beat"].split(";") and "cuckooing" in row["Control Strategy Priority"].split(";")
    ]
    weeks = Counter((received(row).date() - date(2026, 8, 10)).days // 7 for row in castle)
    counts = [weeks[at] for at in range(14)]
    assert counts == expect["weekly_counts"]
    assert counts[10:] == [12, 15, 18, 22]
    assert sum(counts[:10]) / 10 == pytest.approx(9, abs=1)
    last = [row for row in castle if received(row) >= datetime(2026, 11, 9)]
    assert [row["Log Reference"] for row in last] == expect["last_week"]
    assert len({row["Origin Reference"] for row in last}) == 6
    assert sum(row["Intelligence Assessment"] == "E" for row in last) == 1
    assert all("internal" in row["Dissemination List"] for row in last if row["Handling Code"] == "C")
    for address in expect["new_addresses"]:
        naming = [row for row in logs if address in row["Linked Nominals"].split(";")]
        assert naming
        assert {row["Log Reference"] for row in naming} <= set(expect["last_week"])


def test_circular_reports_go_back_to_one_origin(logs: list[Row], by_urn: dict[str, Row], told: dict[str, Any]) -> None:
    expect = told["circular_reporting"]
    naming = {row["Log Reference"] for row in logs if expect["subject"] in row["Linked Nominals"].split(";")}
    assert naming == set(expect["urns"])
    assert len(naming) == 5

    def origin(urn: str) -> str:
        row = by_urn[urn]
        return row["Origin Reference"] or origin(row["Linked Logs"])

    assert len({origin(urn) for urn in naming}) == expect["independent_origins"] == 1
    assert len({by_urn[urn]["Source Type"] for urn in naming}) == 4
    # a blank origin is the linked log's: so it is for these alone
    assert {row["Log Reference"] for row in logs if not row["Origin Reference"]} < naming


def test_false_claims_would_double_the_count(logs: list[Row], told: dict[str, Any]) -> None:
    expect = told["false_claim"]
    naming = [row for row in logs if expect["subject"] in row["Linked Nominals"].split(";")]
    false = {row["Log Reference"] for row in naming if row["Intelligence Assessment"] == "E"}
    assert (len(naming), len(naming) - len(false)) == (expect["count_with_e"], expect["count"]) == (8, 4)
    assert false == set(expect["e_logs"])


def test_only_the_planted_logs_hold_words_that_point_to_a_source(
    logs: list[Row], by_urn: dict[str, Row], told: dict[str, Any]
) -> None:
    planted = told["revealing_logs"]["phrases"]
    assert len(planted) == 12
    for one in planted:
        assert one["phrase"] in by_urn[one["urn"]]["Information"]
    phrases = [phrase for _, phrase in log_words.REVEALING]
    holding = {row["Log Reference"] for row in logs if any(phrase in row["Information"] for phrase in phrases)}
    assert holding == {one["urn"] for one in planted}


def test_fifteen_reviews_are_overdue_and_one_is_due_today(logs: list[Row], told: dict[str, Any]) -> None:
    overdue, today = set(), set()
    for row in logs:
        review = datetime.strptime(row["Review Date"], "%d/%m/%Y").date()  # noqa: DTZ007 - a day
        assert review > received(row).date()
        if review < date(2026, 11, 16):
            overdue.add(row["Log Reference"])
        elif review == date(2026, 11, 16):
            today.add(row["Log Reference"])
    assert overdue == set(told["overdue_reviews"]["urns"])
    assert today == set(told["overdue_reviews"]["due_today"])
    assert (len(overdue), len(today)) == (15, 1)


def test_requirements_are_answered_except_two(logs: list[Row], samples: Path, told: dict[str, Any]) -> None:
    grades = defaultdict(set)
    for row in logs:
        for code in filter(None, row["Requirement Answered"].split(";")):
            grades[code].add(row["Intelligence Assessment"])
    asked = {row["code"] for row in rows_of(samples / "requirements.csv")}
    assert len(asked) == 8
    assert asked - set(grades) == {told["unanswered_requirement"]["code"]}
    assert set(grades) <= asked
    doubtful = told["doubtful_requirement"]["code"]
    assert grades[doubtful] == {"D", "E"}
    assert all(held & {"A", "B", "C"} for code, held in grades.items() if code != doubtful)


def test_the_group_is_the_one_set_tied_fivefold(samples: Path, told: dict[str, Any]) -> None:
    ties: dict[str, set[str]] = defaultdict(set)
    links = rows_of(samples / "links.csv")
    for row in links:
        if row["source"][0] == row["target"][0] == "N":
            ties[row["source"]].add(row["target"])
            ties[row["target"]].add(row["source"])
    core = dict(ties)
    # take away whoever has fewer than five ties among those left, until nobody is taken
    while weak := [one for one, others in core.items() if len(others & core.keys()) < told["organised_group"]["core"]]:
        core = {one: others for one, others in core.items() if one not in weak}
    assert sorted(core) == told["organised_group"]["members"]
    assert len(core) == 14
    assert len(links) == pytest.approx(700, abs=10)


def test_links_join_known_entities_and_known_logs(samples: Path, by_urn: dict[str, Row]) -> None:
    entities = rows_of(samples / "entities.csv")
    assert len(entities) == 300
    known = {row["id"] for row in entities}
    links = rows_of(samples / "links.csv")
    for row in links:
        assert {row["source"], row["target"]} <= known
        assert not row["end"] or row["end"] > row["start"]
        assert row["start"] < "2026-11-16"
        if row["urn"]:
            assert row["source"] in by_urn[row["urn"]]["Linked Nominals"].split(";")
    assert sum(bool(row["urn"]) for row in links) > 150


def test_tasking_tables_speak_of_known_priorities(samples: Path) -> None:
    codes = {row["code"] for row in rows_of(samples / "priorities.csv")}
    assert codes == {"burglary", "violence", "cuckooing", "vehicle", "domestic"}
    actions = rows_of(samples / "actions.csv")
    assert {row["priority"] for row in actions + rows_of(samples / "requirements.csv")} == codes
    assert len(actions) == 9
    assert sum(row["status"] == "open" and row["due"] < "2026-11-16" for row in actions) == 2
    weights = rows_of(samples / "harm_weights.csv")
    assert {row["source"] for row in weights} == {"invented for the sample; not the Cambridge index, not for use"}
