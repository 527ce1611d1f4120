"""Each section from hand-made Results: what is said, what is not, and nothing invented where a question had no answer."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from intelnb.analysis.result import Result, not_assessed
from intelnb.dates import parse
from intelnb.finding import Finding
from intelnb.findings import (
    actions,
    asks,
    bottom_line,
    data_quality,
    distribution,
    districts,
    gaps,
    high_risk,
    method,
    priority,
    priority_table,
    provenance,
    trust,
)  # fmt: skip
from intelnb.records import Clearance

WEEK = parse("2026-W46")
CODES = ["a", "b", "c", "d", "e", "f"]
NAMES = ["Burglary", "Violence", "Cuckooing", "Vehicles", "Domestic", "Robbery"]
PRIORITIES = pd.DataFrame({"code": CODES, "name": NAMES, "rank": [2, 1, 3, 4, 5, 6]})
WARDS = gpd.GeoDataFrame(
    {"code": ["W1", "W2"], "name": ["Castle", "Harbour"]},
    geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
    crs="EPSG:27700",
)


def made(name: str, wording: str = "Said.", **values: Any) -> Result:
    return Result(name=name, table=pd.DataFrame({"n": [1]}), values=values, wording=wording)


def alarm(code: str, real: str = "no", n: int = 10) -> Result:
    told = {
        "n": n,
        "low": 4,
        "high": 20,
        "real": real,
        "one_in": "1 in 200 weeks",
        "periods_outside": int(real != "no"),
    }
    return made(f"alarm.{code}", "{n} this week, {low} to {high} expected.", **told)


def log(code: str, change: str = "no clear change", n: int = 3) -> Result:
    told = {"n": n, "origins": 2, "mix": "1-2 A-B: 1", "conditional": False, "change": change, "usual": 2.0}
    return made(f"logs.{code}", "{n} logs from {origins} origins.", **told)


def harm(days: dict[str, float] | None = None) -> Result:
    rows = [
        {"code": c, "harm_days": (days or {}).get(c, 1.0), "share": 0.1, "movement": "steady", "status": "assessed"}
        for c in CODES
    ]
    return Result("harm", pd.DataFrame(rows), {}, "Harm.", settings={"formula": "days times crimes"})


def all_of(make: Any, **special: Result) -> dict[str, Result]:
    return {code: special.get(code, make(code)) for code in CODES}


def table_of(alarms: dict[str, Result], **other: Any) -> Result:
    told = {"harm": harm(), "logs": all_of(log), "period": WEEK, "budget": "one false alarm in 4 weeks", **other}
    found = priority_table.finding(PRIORITIES, alarms=alarms, **told)
    return next(r for r in found.evidence if r.name == priority_table.NAME)


def row_of(result: Result, code: str) -> dict[str, Any]:
    (row,) = result.table[result.table["code"] == code].to_dict("records")
    return row


def test_the_table_has_every_priority_in_the_order_of_the_strategy() -> None:
    result = table_of(all_of(alarm))
    assert result.table["name"].tolist() == ["Violence", "Burglary", "Cuckooing", "Vehicles", "Domestic", "Robbery"]
    assert row_of(result, "a")["expected"] == "4 to 20"
    assert row_of(result, "a")["real"].splitlines()[0] == "No"
    assert (result.key, result.counts, result.follows) == ("code", ("n",), ("real",))


def test_none_outside_is_said_exactly_when_all_were_assessed_and_none_is() -> None:
    assert table_of(all_of(alarm)).sentence == "No priority is outside its expected range this week."
    one = table_of(all_of(alarm, b=alarm("b", "yes, above")))
    assert one.sentence == "Violence is outside the expected range this week."
    two = table_of(all_of(alarm, b=alarm("b", "yes, above"), f=alarm("f", "yes, below")))
    assert two.sentence == "Violence and Robbery are outside the expected range this week."
    half = table_of(all_of(alarm, c=not_assessed("alarm.c", why="data are monthly")))
    assert half.sentence == "No priority is outside its expected range this week; 1 could not be assessed."
    none = table_of({c: not_assessed(f"alarm.{c}", why="data are monthly") for c in CODES})
    assert "No priority is outside" not in none.sentence


def test_a_priority_that_could_not_be_assessed_has_no_count_no_range_and_the_reason() -> None:
    broken = not_assessed("alarm.e", why="recording changed on Wed 4 Nov 2026", status="break in recording")
    result = table_of(all_of(alarm, c=not_assessed("alarm.c", why="data are monthly"), e=broken))
    for code, reason in (("c", "data are monthly"), ("e", "")):
        row = row_of(result, code)
        assert row["real"].startswith("Not assessed\n")
        assert reason in row["real"]
        assert pd.isna(row["n"])
        assert not any(char.isdigit() for char in row["expected"])
    assert "c.n" not in result.values


def test_harm_and_logs_are_told_where_there_are_any() -> None:
    withheld = not_assessed("logs.a", why="logs are withheld from this audience")
    result = table_of(
        all_of(alarm), harm=not_assessed("harm", why="no harm table is loaded"),
        logs=all_of(log, a=withheld, b=log("b", n=0), c=not_assessed("logs.c", why="none", status="not submitted")),
    )  # fmt: skip
    assert [row_of(result, c)["logs"].splitlines()[0] for c in "abcd"] == [
        "not assessed", "no graded log", "not submitted", "3 logs",
    ]  # fmt: skip
    assert set(result.table["harm"]) == {"not assessed"}


def test_a_workspace_without_priorities_has_an_empty_table_not_a_fault() -> None:
    found = priority_table.finding(
        PRIORITIES.head(0), alarms={}, harm=not_assessed("harm", why="x"), logs={}, period=WEEK, budget="b"
    )
    assert len(found.evidence[0].table) == 0
    assert "No priority is outside" not in found.evidence[0].sentence


def test_braces_in_a_name_are_only_letters() -> None:
    odd = PRIORITIES.assign(name=["{n} Burglary}", *NAMES[1:]])
    found = priority_table.finding(
        odd, alarms=all_of(alarm, a=alarm("a", "yes, above")), harm=harm(), logs=all_of(log), period=WEEK, budget="b"
    )
    assert "Burglary" in found.evidence[0].sentence
    lines = said_first(odd, all_of(alarm, a=alarm("a", "yes, above")), all_of(log))
    assert "Burglary" in lines[0].evidence[0].sentence


def growing(code: str, n: int = 0) -> Result:
    return made(f"growth.{code}", "Logs are growing in Castle." if n else "No area has more.", n_growing=n)


def said_first(
    priorities: pd.DataFrame, alarms: dict[str, Result], logs: dict[str, Result], *, growth: dict[str, Result] | None = None,
    weights: dict[str, float] | None = None, **other: Any,
) -> tuple[Finding, ...]:  # fmt: skip
    return bottom_line.findings(
        priorities,
        alarms=alarms,
        logs=logs,
        growth=growth or all_of(growing),
        harm=other.pop("harm", harm(weights)),
        **other,
    )


def headlines(alarms: dict[str, Result], logs: dict[str, Result], weights: dict[str, float]) -> list[str]:
    lines = said_first(PRIORITIES, alarms, logs, weights=weights)
    return [line.evidence[0].sentence.split(",")[0].split(":")[0] for line in lines]


def test_the_bottom_line_has_what_is_above_first_then_growing_logs_then_below_then_harm() -> None:
    alarms = all_of(alarm, f=alarm("f", "yes, above"), c=alarm("c", "yes, below"))
    logs = all_of(log, e=log("e", "more than usual"))
    weights = {"a": 99.0}
    assert headlines(alarms, logs, weights) == ["Robbery", "Domestic", "Cuckooing"]
    assert headlines(all_of(alarm), all_of(log), weights)[0] == "Burglary"
    assert len(said_first(PRIORITIES, alarms, logs, lines=5)) == 5
    (first, *_) = said_first(PRIORITIES, all_of(alarm), all_of(log), growth=all_of(growing, f=growing("f", 1)))
    assert first.evidence[0].sentence == "Robbery: logs are growing in Castle."


def test_no_priority_above_its_range_is_left_out_for_one_that_is_not() -> None:
    alarms = all_of(alarm, d=alarm("d", "yes, above"), e=alarm("e", "yes, above"), f=alarm("f", "yes, above"))
    logs = all_of(lambda code: log(code, "more than usual"))
    assert set(headlines(alarms, logs, {"a": 1e6})) == {"Vehicles", "Domestic", "Robbery"}


def test_the_bottom_line_of_what_was_not_assessed_gives_the_reason() -> None:
    alarms = {c: not_assessed(f"alarm.{c}", why="data are monthly") for c in CODES}
    lines = said_first(PRIORITIES, alarms, all_of(log), harm=not_assessed("harm", why="none"))
    assert [line.status for line in lines] == ["not assessed"] * 3
    assert "not assessed: data are monthly" in lines[0].evidence[0].sentence
    assert all(line.place is not None and line.place.kind == "bottom_line" for line in lines)


def test_places_for_asks_are_empty_and_name_the_options() -> None:
    offered = asks.findings(
        {"Burglary": made("zones.a", "One place matters."), "Arson": not_assessed("z", why="x")}, asks=2
    )
    assert [one.place.id for one in offered if one.place] == ["ask.1", "ask.2"]
    assert offered[0].place is not None
    assert [r.sentence for r in offered[0].evidence if r.name in offered[0].place.offers] == [
        "Burglary: One place matters."
    ]
    assert offered[0].place.of == (), "a decision does not go stale with every place on the page"
    assert len(asks.findings({})) == 3


def evidence(code: str, **special: Result) -> priority.Evidence:
    def one(name: str) -> Result:
        return special.get(name) or made(f"{name}.{code}", f"{name} said.")

    held = {field.name: one(field.name) for field in fields(priority.Evidence)}
    told = {**held, "alarm": special.get("alarm", alarm(code)), "areas": special.get("areas", counted(code))}
    return priority.Evidence(
        **{**told, "hot": special.get("hot", not_assessed(f"hot.{code}", why="points are snapped"))}
    )


def counted(code: str) -> Result:
    table = pd.DataFrame(
        {"code": ["W1", "W2"], "n": pd.array([3, None], dtype="Int64"), "status": ["assessed", "not submitted"]}
    )
    return Result(f"areas.{code}", table, {}, "Areas said.", grain="ward")


def findings_of(held: dict[str, priority.Evidence]) -> tuple[Finding, ...]:
    places = priority.Places(outline=WARDS.head(1), within=WARDS) if hasattr(priority, "Places") else WARDS
    name = "places" if hasattr(priority, "Places") else "wards"
    return priority.findings(PRIORITIES, held, source="Crime export.", **{name: places})


def test_six_priorities_make_six_findings_in_the_order_of_the_strategy() -> None:
    found = findings_of({c: evidence(c) for c in CODES})
    assert [one.title for one in found] == [
        "1 Violence", "2 Burglary", "3 Cuckooing", "4 Vehicles", "5 Domestic", "6 Robbery",
    ]  # fmt: skip
    assert len({one.id for one in found}) == 6
    assert {one.place.kind for one in found if one.place} == {"assessment"}


def test_a_priority_that_could_not_be_assessed_says_so_once_and_draws_no_cells() -> None:
    why = "data are monthly"
    none = {
        f.name: not_assessed(f"{f.name}.a", why=why)
        for f in fields(priority.Evidence)
        if f.name not in {"areas", "logs"}
    }
    found = next(
        one for one in findings_of({c: evidence(c, **(none if c == "a" else {})) for c in CODES}) if "a" in one.id[-1]
    )
    by_name = {r.name: r for r in found.evidence}
    said = [by_name[found.headline].sentence, *(by_name[name].sentence for name in found.facts)]
    assert found.status == "not assessed"
    assert said.count(f"Not assessed: {why}.") == 1
    assert "places" not in {drawing.picture for drawing in found.drawings}


def test_the_caption_of_a_map_claims_no_day_outside_the_data() -> None:
    """A window to the end of November, in data known to the third."""
    days = {"held_from": "2026-09-08", "held_to": "2026-11-03"}
    window = {"since": "2026-09-08", "until": "2026-12-01", "cell_m": 250}
    hot = Result("hot.a", pd.DataFrame({"level": ["raised"]}), days, "Hot said.", settings=window)
    zones = Result("zones.a", pd.DataFrame({"zone": ["A"]}), {}, "Zones said.")
    found, *_ = findings_of({c: evidence(c, hot=hot, zones=zones) for c in CODES})
    where = next(one for one in found.drawings if one.picture == "places")
    assert where.caption == "250 m cells, crimes of 8 Sep to 3 Nov 2026. Crime export."


def test_areas_that_sent_nothing_are_drawn_as_such_and_never_as_zero() -> None:
    found = findings_of({c: evidence(c) for c in CODES})[0]
    drawn = next(r for r in found.evidence if r.name == "map.b")
    shown = dict(zip(drawn.table["code"], drawn.table["shown"], strict=True))
    assert shown == {"W1": "3", "W2": "not submitted"}


SHAPE = {
    "actions": lambda r: actions.finding(r("actions")),
    "gaps": lambda r: gaps.finding(requirements=r("requirements"), unassigned=r("unassigned"), circular=r("circular")),
    "high_risk": lambda r: high_risk.finding(issues=r("issues"), places=r("places")),
    "data_quality": lambda r: data_quality.finding(
        trust=r("trust"), delay=r("delay"), submission=r("submission"), breaks=[], reduced=False
    ),
}


@pytest.mark.parametrize("section", sorted(SHAPE))
@pytest.mark.parametrize("status", ["assessed", "not assessed", "not submitted"])
def test_sections_say_one_line_where_nothing_was_submitted(section: str, status: str) -> None:
    def result(name: str) -> Result:
        if status == "assessed":
            return made(name)
        return not_assessed(name, why="no records were received", status=status)

    found = SHAPE[section](result)
    held = {r.name for r in found.evidence}
    assert found.section == section
    assert set(found.facts) <= held
    assert {view.of for view in found.tables} <= held
    if section != "data_quality":
        assert found.headline in held
        assert found.status == status


def test_trust_is_two_lines() -> None:
    found = trust.findings(actions=made("actions", "2 overdue."), trust=made("trust", "S4 is silent."))
    assert [(f.headline, f.facts) for f in found] == [("Actions", ("actions",)), ("Do not trust yet", ("trust",))]


def test_districts_add_up_and_what_cannot_be_asked_is_blank_not_zero() -> None:
    early = pd.array([None, 2], dtype="Int64")
    table = pd.DataFrame({"code": ["D1", "D2"], "n": pd.array([6, None], dtype="Int64"), "before_silence": early})
    counts = {c: Result(f"areas.{c}", table, {"n": 9, "unplaced": 1}, "Said.") for c in CODES}
    counts["f"] = not_assessed("areas.f", why="data are monthly")
    places = pd.DataFrame({"code": ["D1", "D2"], "name": ["North", "South"]})
    found = districts.finding(PRIORITIES, by_district=counts, districts=places, period=WEEK).evidence[0]
    rows = {row["code"]: row for row in found.table.to_dict("records")}
    # what the silent district sent before it fell silent is in no district's count, and the row still adds up
    assert (rows["a"]["D1"], rows["a"]["unplaced"], rows["a"]["n"]) == (6, 3, 9)
    assert pd.isna(rows["a"]["D2"])
    assert pd.isna(rows["f"]["D1"])
    assert pd.isna(rows["f"]["n"])
    assert (found.total, found.counts) == ("n", ("D1", "D2", "unplaced", "n"))


def test_the_public_is_told_the_same_whatever_was_withheld_and_the_meeting_how_much() -> None:
    told = ("a", "Title", "OFFICIAL", ("P",), False, True, False, "point", ("crimes",))
    meeting = Clearance(*told, 0, True, True, "OFFICIAL", "")
    public = Clearance(*told, 5, False, False, "OFFICIAL", "FOR PUBLIC RELEASE")

    def left_out(clearance: Clearance, n: int) -> str:
        table = distribution.finding(clearance, withheld=n).evidence[0].table
        return str(table.loc[table["what"] == "Left out", "how"].iloc[0])

    assert left_out(public, 0) == left_out(public, 5000)
    assert "under 5" in left_out(public, 0)
    assert left_out(meeting, 5000).startswith("5,000 records")


def test_provenance_shows_the_account_it_was_given() -> None:
    sources = pd.DataFrame([{c.name: 1 for c in provenance.COLUMNS} | {"withheld": 7}])
    found = provenance.finding(sources).evidence[0]
    assert "withheld" not in found.plain
    assert found.grain == "none"


def test_the_method_note_carries_the_rules_that_were_used() -> None:
    told = {"budget": "one false alarm in 4 weeks", "cell_m": 333, "windows": 11, "least_hot": 5, "harm": harm()}
    found = method.finding(**told, reduced=False)
    text = " ".join(found.evidence[0].table["rule"])
    assert all(
        part in text
        for part in ("one false alarm in 4 weeks", "333 m", "at least 5 of the last 11", "Days times crimes")
    )
    short = method.finding(**told, reduced=True).evidence[0].table
    assert "333 m" not in " ".join(short["rule"])
    assert "one false alarm in 4 weeks" in " ".join(short["rule"])


def test_a_reduced_page_is_told_what_matters_in_sentences() -> None:
    late = made("delay", "The last 3 days are about 21 % incomplete.")
    silent = Result("submission", pd.DataFrame(), {"n": 1}, "S4 has sent nothing.", grain="ward")
    found = data_quality.finding(trust=made("t"), delay=late, submission=silent, breaks=["Arson"], reduced=True)
    said = [result.sentence for result in found.evidence]
    assert said[0] == "The last 3 days are about 21 % incomplete."
    assert said[1].startswith("Part of the area has sent no records")
    assert said[2] == (
        "Whether a part smaller than a ward stopped sending cannot be seen here; counts may then be too low."
    )
    assert said[3].startswith("Arson: recording changed")
    assert not [one for one in said if "S4" in one], "no place finer than the whole area"
