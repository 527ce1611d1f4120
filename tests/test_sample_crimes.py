"""The planted truths in the crimes, counted again from the files alone."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import tomllib
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pytest

Row = dict[str, Any]
LONDON = ZoneInfo("Europe/London")
VIOLENCE = {"violence with injury", "violence without injury"}


@cache
def moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%d/%m/%Y %H:%M")  # noqa: DTZ007 - local clock time is what the file holds
    except ValueError:
        return None


@pytest.fixture(scope="module")
def samples(checkout: Path) -> Path:
    return checkout / "data" / "samples"


@pytest.fixture(scope="module")
def told(samples: Path) -> dict[str, Any]:
    return {one["id"]: one["expect"] for one in json.loads((samples / "truths.json").read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def kinds(samples: Path) -> dict[str, str]:
    return tomllib.loads((samples / "maps" / "crimes.toml").read_text(encoding="utf-8"))["values"]["kind"]


@pytest.fixture(scope="module")
def raw(samples: Path) -> list[Row]:
    """Every row with its file and physical line."""
    rows: list[Row] = []
    for path in sorted((samples / "crimes").glob("*.gz")):
        text = gzip.decompress(path.read_bytes()).decode()
        reader = csv.DictReader(io.StringIO(text))
        rows.extend({**row, "file": f"crimes/{path.name}", "line": reader.line_num} for row in reader)
    return rows


@pytest.fixture(scope="module")
def crimes(raw: list[Row], kinds: dict[str, str], told: dict[str, Any]) -> list[Row]:
    """Usable rows that count, with the middle of their interval and its ISO week."""
    spoilt = {(one["file"], one["line"]) for one in told["unusable_rows"]["rows"]}
    rows = []
    for row in raw:
        if (row["file"], row["line"]) in spoilt or row["Status"] in ("Cancelled", "Transferred"):
            continue
        start = moment(row["Committed From"])
        assert start is not None
        end = moment(row["Committed To"]) or start
        middle = start + (end - start) / 2
        week = "{}-W{:02d}".format(*middle.isocalendar()[:2])
        flags = row["Flags"].split(";")
        rows.append(
            {
                **row,
                "start": start,
                "end": end,
                "middle": middle,
                "week": week,
                "kind": kinds[row["Offence Title"]],
                "flags": flags,
            }
        )
    return rows


def of_priority(crimes: list[Row], name: str) -> list[Row]:
    """Crimes of one of the force's five priorities, by the rule in priorities.csv, written out again."""
    rules = {
        "burglary": lambda r: r["kind"] == "residential burglary",
        "violence": lambda r: r["kind"] in VIOLENCE and (r["middle"].hour >= 20 or r["middle"].hour < 4),
        "cuckooing": lambda r: r["kind"] == "drug trafficking",
        "vehicle": lambda r: r["kind"] == "vehicle crime",
        "domestic": lambda r: r["kind"] in VIOLENCE and {"domestic", "repeat victim"} <= set(r["flags"]),
    }
    return [row for row in crimes if rules[name](row)]


def weekly(rows: list[Row]) -> list[int]:
    """Counts of the 157 weeks in order."""
    first = date(2023, 11, 13)
    counts = Counter((row["middle"].date() - first).days // 7 for row in rows)
    return [counts[week] for week in range(157)]


def near(rows: list[Row], east: float, north: float, radius_m: float) -> list[Row]:
    placed = [row for row in rows if row["Easting"]]
    return [r for r in placed if math.hypot(int(r["Easting"]) - east, int(r["Northing"]) - north) <= radius_m]


def poisson_tail(count: int, mean: float) -> float:
    """Chance of at least so many."""
    return 1 - sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(count))


def test_files_hold_what_the_ledger_says(raw: list[Row], told: dict[str, Any]) -> None:
    spoilt = {(one["file"], one["line"]) for one in told["unusable_rows"]["rows"]}
    for name, expect in told["files"]["files"].items():
        if not name.startswith("crimes/"):
            continue
        rows = [row for row in raw if row["file"] == name]
        usable = [row for row in rows if (name, row["line"]) not in spoilt]
        assert expect == {
            "rows": len(rows), "unusable": len(rows) - len(usable),
            "cancelled": sum(row["Status"] == "Cancelled" for row in usable),
            "transferred": sum(row["Status"] == "Transferred" for row in usable),
            "unplaced": sum(row["Easting"] == "" for row in usable),
        }  # fmt: skip
        assert {moment(row["Date Recorded"]).year for row in rows} == {int(name[14:18])}  # type: ignore[union-attr]
    assert len(raw) == pytest.approx(60_000, rel=0.05)


def test_the_unusable_rows_are_unusable_and_no_other_is(
    raw: list[Row], kinds: dict[str, str], told: dict[str, Any]
) -> None:
    found = set()
    for row in raw:
        start, end = moment(row["Committed From"]), moment(row["Committed To"])
        place = row["file"], row["line"]
        for column in ("Date Reported", "Date Recorded", "Committed From", "Committed To"):
            if row[column] and moment(row[column]) is None:
                found.add((*place, column, "impossible date"))
        if start and end and end < start:
            assert start - end > timedelta(weeks=2)
            found.add((*place, "Committed To", "end before start"))
        if row["Offence Title"] not in kinds:
            found.add((*place, "Offence Title", "unknown offence title"))
        if row["Easting"] and not row["Easting"].isdigit():
            found.add((*place, "Easting", "letters in a number"))
    expect = [one for one in told["unusable_rows"]["rows"] if one["file"].startswith("crimes/")]
    assert found == {(one["file"], one["line"], one["column"], one["why"]) for one in expect}
    assert len(expect) == 8


def test_rows_are_as_recorded_by_monday_morning_in_order(raw: list[Row], crimes: list[Row]) -> None:
    recorded = [moment(row["Date Recorded"]) for row in raw]
    assert recorded == sorted(recorded)  # type: ignore[type-var]
    assert recorded[-1] <= datetime(2026, 11, 16, 5)  # type: ignore[operator]
    for row in crimes:
        assert row["start"] <= row["end"] <= moment(row["Date Reported"]) <= moment(row["Date Recorded"])
    numbers = [row["Crime Number"] for row in raw]
    assert len(set(numbers)) == len(numbers)


def test_no_clock_time_falls_in_the_spring_hour(crimes: list[Row]) -> None:
    for row in crimes:
        for when in (row["start"], row["end"]):
            there = when.replace(tzinfo=LONDON).astimezone(ZoneInfo("UTC")).astimezone(LONDON)
            assert there.replace(tzinfo=None) == when


def test_every_place_lies_in_the_beat_it_names(crimes: list[Row], samples: Path) -> None:
    wards = gpd.read_file(samples / "areas" / "wards.gpkg").set_index("code").geometry
    placed = [row for row in crimes if row["Easting"]]
    points = gpd.GeoSeries.from_xy([int(r["Easting"]) for r in placed], [int(r["Northing"]) for r in placed], crs=27700)
    beats = [row["Beat"] for row in placed]
    assert points.within(wards.loc[beats].reset_index(drop=True)).all()
    assert 1 - len(placed) / len(crimes) == pytest.approx(0.03, abs=0.005)


@pytest.mark.parametrize(
    ("name", "mean", "last", "before"),
    [("burglary", 13, 26, 22), ("violence", 42, 41, None), ("cuckooing", 7, 7, None), ("vehicle", 40, 38, None), ("domestic", 18, 29, 24)],
)  # fmt: skip
def test_levels_scatter_and_last_weeks_of_the_priorities(
    crimes: list[Row], name: str, mean: float, last: int, before: int | None
) -> None:
    counts = weekly(of_priority(crimes, name))
    assert counts[156] == last
    assert before is None or counts[155] == before
    early = counts[:150]
    average = sum(early) / len(early)
    assert average == pytest.approx(mean, rel=0.06)
    # a little more scatter than chance alone, season included
    assert 0.9 < sum((one - average) ** 2 for one in early) / len(early) / average < 1.6


def test_the_series_stands_out_in_brickfields_and_nothing_else_does(crimes: list[Row], told: dict[str, Any]) -> None:
    burglary = of_priority(crimes, "burglary")
    for week, count in told["burglary_series"]["area_counts"].items():
        rows = [row for row in burglary if row["week"] == week and row["Beat"] == "C2"]
        assert len(rows) == count
        for row in rows:
            assert row["start"].weekday() < 5
            assert (row["start"].hour, row["start"].minute) >= (15, 30)
            assert (row["end"].hour, row["end"].minute) <= (19, 0)
            assert "rear door" in row["MO"].lower()
    force, ward = weekly(burglary), weekly([row for row in burglary if row["Beat"] == "C2"])
    assert poisson_tail(force[156], sum(force[100:152]) / 52) < 0.002
    assert poisson_tail(ward[156], sum(ward[100:152]) / 52) < 1e-6
    for other in {row["Beat"] for row in crimes} - {"C2"}:
        counts = weekly([row for row in burglary if row["Beat"] == other])
        assert poisson_tail(counts[156], sum(counts[100:152]) / 52) > 0.002


def test_the_chain_goes_from_one_crime_to_the_next(crimes: list[Row], told: dict[str, Any]) -> None:
    expect, by_id = told["burglary_series_rows"], {row["Crime Number"]: row for row in crimes}
    assert set(expect["chain"]) < set(expect["series"])
    assert len(expect["chain"]) == 5
    chain = [by_id[one] for one in expect["chain"]]
    for one, two in pairwise(chain):
        apart = math.hypot(int(one["Easting"]) - int(two["Easting"]), int(one["Northing"]) - int(two["Northing"]))
        assert apart <= expect["within_m"]
        assert timedelta(0) < two["start"] - one["start"] <= timedelta(days=expect["within_days"])


def test_burglaries_follow_near_ones_more_often_than_chance(crimes: list[Row], told: dict[str, Any]) -> None:
    expect = told["near_repeat_process"]
    # without the last two weeks, whose series would prove it alone
    rows = [row for row in of_priority(crimes, "burglary") if row["Easting"] and row["week"] < "2026-W45"]
    close = [
        abs((one["middle"] - two["middle"]).total_seconds()) / 86400
        for at, one in enumerate(rows)
        for two in rows[:at]
        if abs(int(one["Easting"]) - int(two["Easting"])) <= 200
        and math.hypot(int(one["Easting"]) - int(two["Easting"]), int(one["Northing"]) - int(two["Northing"]))
        <= expect["within_m"]
    ]
    soon = sum(days <= expect["within_days"] for days in close)
    # among pairs that close, what chance would put within a fortnight of three years
    by_chance = len(close) * (2 * 14 / 1090 - (14 / 1090) ** 2)
    assert soon > 2 * by_chance
    assert expect["share_planted"] == pytest.approx(0.2, abs=0.05)


def test_the_noise_bump_is_raised_and_inside_chance(crimes: list[Row], told: dict[str, Any]) -> None:
    expect = told["noise_bump"]
    counts = weekly([row for row in of_priority(crimes, "vehicle") if row["Beat"] == expect["area"]])
    usual = sum(counts[104:156]) / 52
    assert counts[156] == expect["count"] > 1.4 * usual
    assert poisson_tail(expect["count"], usual) > 0.05


@pytest.mark.parametrize("name", ["burglary", "violence", "cuckooing", "vehicle"])
def test_no_other_ward_stands_out_in_the_last_week(crimes: list[Row], told: dict[str, Any], name: str) -> None:
    assert name in told["quiet_wards"]["priorities"]
    rows = of_priority(crimes, name)
    for ward in {row["Beat"] for row in crimes} - {told["quiet_wards"]["except_area"]}:
        counts = weekly([row for row in rows if row["Beat"] == ward])
        assert poisson_tail(counts[156], sum(counts[100:156]) / 56) > 0.01, ward


def test_the_station_is_hot_throughout_and_elmfield_for_six_weeks(crimes: list[Row], told: dict[str, Any]) -> None:
    violence = of_priority(crimes, "violence")
    station, elmfield = told["station_hot_spot"], told["elmfield_hot_spot"]
    counts = weekly(near(violence, station["easting"], station["northing"], station["radius_m"] + 1))
    windows = [sum(counts[at : at + 4]) for at in range(157 - 64, 157, 4)]
    # a circle of 0.17 square km of 154: chance alone would put less than one there in four weeks
    assert min(windows) >= 12
    counts = weekly(near(violence, elmfield["easting"], elmfield["northing"], elmfield["radius_m"] + 1))
    assert min(counts[147:153]) >= elmfield["rows_a_week"]
    assert max(counts[:147] + counts[153:]) <= 3
    assert sum(counts[153:]) <= 2


def test_the_silent_beat_is_silent(raw: list[Row], told: dict[str, Any], samples: Path) -> None:
    silent = datetime.fromisoformat(told["silent_beat"]["silent_from"])
    beat = told["silent_beat"]["area"]
    after = [row for row in raw if moment(row["Date Recorded"]) >= silent]  # type: ignore[operator]
    shapes = gpd.read_file(samples / "areas" / "wards.gpkg").set_index("code").geometry
    points = gpd.GeoSeries.from_xy(
        *zip(*[(int(r["Easting"]), int(r["Northing"])) for r in after if r["Easting"]], strict=True)
    )
    assert {row["Beat"] for row in after} == set(shapes.index) - {beat}
    assert not points.within(shapes[beat]).any()
    usual = sum(row["Beat"] == beat for row in raw) / 1099
    assert math.exp(-usual * 5) < 0.0005, "five days of chance silence are unlikely"


def test_three_plain_weeks_are_plain(crimes: list[Row], told: dict[str, Any]) -> None:
    assert told["plain_weeks"]["weeks"] == ["2026-W29", "2026-W30", "2026-W31"]
    for name in ("burglary", "violence", "cuckooing", "vehicle", "domestic"):
        counts = weekly(of_priority(crimes, name))
        usual = sum(counts[35:139]) / 104
        assert all(abs(one - usual) <= 2 * math.sqrt(1.3 * usual) for one in counts[139:142])


def test_old_crimes_were_recorded_with_the_delays_told(raw: list[Row], told: dict[str, Any]) -> None:
    spoilt = {(one["file"], one["line"]) for one in told["unusable_rows"]["rows"]}
    until = datetime.fromisoformat(told["recording_delay"]["among_ended_before"])
    days = []
    for row in raw:
        if (row["file"], row["line"]) in spoilt:
            continue
        end = moment(row["Committed To"]) or moment(row["Committed From"])
        if end < until:  # type: ignore[operator]
            days.append((moment(row["Date Recorded"]) - end).total_seconds() / 86400)  # type: ignore[operator]
    assert len(days) == told["recording_delay"]["rows"]
    for limit, share in told["recording_delay"]["share_within_days"].items():
        assert sum(one <= int(limit) for one in days) / len(days) == pytest.approx(share, abs=1e-4)
    assert told["recording_delay"]["share_within_days"]["7"] == pytest.approx(0.945, abs=0.01)


def test_the_last_days_are_incomplete(crimes: list[Row]) -> None:
    per_day = Counter(row["end"].date() for row in crimes)
    usual = sum(per_day[date(2026, 9, 7) + timedelta(days=at)] for at in range(49)) / 49
    last = sum(per_day[date(2026, 11, 13) + timedelta(days=at)] for at in range(3)) / 3
    assert last < 0.95 * usual
