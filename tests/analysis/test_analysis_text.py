"""Search and extraction: places and counts by hand, nil results said, text withheld, and the sample's logs."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest

from intelnb.analysis import extraction, search
from intelnb.dates import parse
from intelnb.errors import MethodError

AS_AT = datetime(2026, 11, 16, 5)
NEW = {"name": "new", "period": parse("2026-W46"), "as_at": AS_AT}
KNOWN = pd.DataFrame({"id": ["N7", "V1"], "type": ["person", "vehicle"], "name": ["Jon Sandmartin", "AB12 CDE"]})


def _logs(*rows: dict[str, Any] | str) -> pd.DataFrame:
    usual = {
        "received": pd.Timestamp("2026-11-10"), "scheme": "3x5x2", "source_grade": "2", "information_grade": "C",
        "to_grade": False, "conditional": False,
    }  # fmt: skip
    given = [row if isinstance(row, dict) else {"text": row} for row in rows]
    return pd.DataFrame([{"urn": f"U{at}", **usual, **row} for at, row in enumerate(given)])


def test_every_place_is_told_newest_log_first() -> None:
    logs = _logs(
        {"text": "Rear doors and a door", "received": pd.Timestamp("2026-11-09")}, "The door.", "No such thing",
        {"text": "A door", "received": pd.Timestamp("2026-11-17")}, {"text": "door", "information_grade": "E"},
        {"text": "door", "to_grade": True, "conditional": True}, "",
    )  # fmt: skip
    found = search.find(logs, name="s", terms="door", as_at=AS_AT)
    assert found.table[["urn", "found", "start", "end"]].to_numpy().tolist() == [
        ["U1", "door", 4, 8], ["U4", "door", 0, 4], ["U5", "door", 0, 4], ["U0", "doors", 5, 10], ["U0", "door", 17, 21],
    ]  # fmt: skip
    assert found.sentence == "4 of 6 logs hold what was asked for, in 5 places."
    assert found.values["conditional"]
    assert "Suspected false: 1 of the logs found." in found.caveats
    assert "Still to be graded: 1 of the logs found." in found.caveats
    assert "1 log has no text and cannot be found." in found.caveats
    assert found.settings["terms"] == "door"


def test_what_stands_around_a_place_is_shown_and_no_more() -> None:
    text = "x" * 100 + " knife " + "y" * 100
    around = search.find(_logs(text), name="s", terms="knife", as_at=AS_AT).table["around"].iloc[0]
    assert around == text[101 - 60 : 106 + 60]


def test_nothing_found_is_an_answer() -> None:
    found = search.find(_logs("a", "b"), name="s", terms="door", as_at=AS_AT)
    assert found.is_assessed
    assert found.sentence == "Nothing found: none of 2 logs holds what was asked for."
    assert "not that nothing is known" in found.caveats[1]


def test_days_bound_what_is_searched() -> None:
    logs = _logs({"text": "door", "received": pd.Timestamp("2026-11-08 23:59")}, "door")
    days = {"since": date(2026, 11, 9), "until": date(2026, 11, 10)}
    assert search.find(logs, name="s", terms="door", as_at=AS_AT, **days).status == "not assessed"
    assert search.find(logs, name="s", terms="door", as_at=AS_AT, since=date(2026, 11, 9)).values["n"] == 1


def _withheld() -> pd.DataFrame:
    logs = _logs("door").drop(columns="text")
    logs.attrs["withheld"] = ("text",)
    return logs


@pytest.mark.parametrize("find", [
    lambda logs: search.find(logs, name="s", terms="door", as_at=AS_AT),
    lambda logs: extraction.from_logs(logs, KNOWN, name="s", as_at=AS_AT),
    lambda logs: extraction.new_items(logs, KNOWN, **NEW),
])  # fmt: skip
def test_text_this_audience_may_not_have_gives_no_answer(find: Any) -> None:
    assert find(_withheld()).sentence == "Not assessed: the text of logs is withheld from this audience."


def test_candidates_by_hand() -> None:
    logs = _logs(
        "Jon Sandmartin drives ab12cde, calls 07700 900123", "Sandmartin, Jon and N7 at AB1 2BD on 12/03/2026",
        "Jon Sandmarten in BC13 DEF", "nothing here", {"text": "N7 again", "conditional": True},
    )  # fmt: skip
    found = extraction.from_logs(logs, KNOWN, name="c", as_at=AS_AT)
    told = found.table[["urn", "kind", "value", "entity", "rule"]].to_numpy().tolist()
    assert told == [
        ["U0", "person", "Jon Sandmartin", "N7", "exact spelling"],
        ["U0", "vehicle", "AB12 CDE", "V1", "current vehicle mark"],
        ["U0", "telephone", "+447700900123", "", "UK mobile number"],
        ["U1", "person", "Jon Sandmartin", "N7", "names in the other order"],
        ["U1", "person", "N7", "N7", "reference of a known entity"],
        ["U1", "postcode", "AB1 2BD", "", "postcode"],
        ["U2", "vehicle", "BC13 DEF", "", "current vehicle mark"],
        ["U4", "person", "N7", "N7", "reference of a known entity"],
    ]  # fmt: skip
    assert (found.table["found"] == [t[a:b] for t, a, b in _spans(logs, found.table)]).all()
    assert found.values["n_weaker"] == 1, "the close spelling is counted and not listed"
    assert found.sentence == "To confirm: 8 candidates in 4 of 5 logs; 3 are no known entity."
    assert found.values["conditional"]
    assert found.table["conditional"].tolist() == [False] * 7 + [True]
    weak = extraction.from_logs(logs, KNOWN, name="c", as_at=AS_AT, weakest="weak").table
    assert weak.loc[weak["rule"] == "close spelling", ["urn", "entity", "found"]].to_numpy().tolist() == [
        ["U2", "N7", "Jon Sandmarten"]
    ]


def _spans(logs: pd.DataFrame, table: pd.DataFrame) -> list[tuple[str, int, int]]:
    text = logs.set_index("urn")["text"]
    return [(text[urn], start, end) for urn, start, end in zip(table["urn"], table["start"], table["end"], strict=True)]


def test_names_are_looked_for_only_where_they_may_be_known() -> None:
    logs = _logs("Jon Sandmartin and N7")
    known = KNOWN.drop(columns="name")
    found = extraction.from_logs(logs, known, name="c", as_at=AS_AT)
    assert found.table["value"].tolist() == ["N7"]
    assert extraction.NO_NAMES in found.caveats
    none = extraction.from_logs(logs, KNOWN.iloc[:0], name="c", as_at=AS_AT)
    assert none.sentence == "No candidate was found in 1 log."
    assert "There are no known entities: names and references were not looked for." in none.caveats


def test_an_unknown_strength_is_refused() -> None:
    with pytest.raises(MethodError, match="weakest is sure"):
        extraction.from_logs(_logs("x"), KNOWN, name="c", as_at=AS_AT, weakest="sure")


def test_new_is_what_no_counted_log_of_the_weeks_before_may_have_said() -> None:
    old = {"received": pd.Timestamp("2026-10-01")}
    logs = _logs(
        {"received": pd.Timestamp("2026-09-14"), "text": "start"},
        {**old, "text": "AB12CDE and Jon Sandmarten"}, {**old, "text": "BC13 DEF", "information_grade": "E"},
        {"text": "AB12 CDE, BC13 DEF, N7"}, {"text": "BC13DEF"}, {"text": "CD14 EFG", "to_grade": True},
    )  # fmt: skip
    found = extraction.new_items(logs, KNOWN, **NEW)
    # AB12 CDE was named before; N7 may have been, by a close spelling of the same person's name
    assert found.table[["value", "logs", "first_urn"]].to_numpy().tolist() == [["BC13 DEF", 2, "U3"]]
    assert found.sentence == "Candidates in no log of the 8 weeks before, to confirm: 1; no known entity: 1."
    short = extraction.new_items(logs.iloc[1:], KNOWN, **NEW)
    assert short.sentence == "Not assessed: logs do not reach 8 weeks back, so new cannot be told from old."


def test_removing_logs_an_audience_may_not_have_changes_nothing_of_the_rest() -> None:
    logs = _logs("Jon Sandmartin in AB12 CDE", {"text": "Jon Sandmartin calls 07700 900123", "conditional": True})
    part = logs.iloc[:1]
    whole = extraction.from_logs(logs, KNOWN, name="c", as_at=AS_AT).table
    alone = extraction.from_logs(part, KNOWN, name="c", as_at=AS_AT).table
    pd.testing.assert_frame_equal(whole[whole["urn"] == "U0"].reset_index(drop=True), alone)


@pytest.fixture(scope="module")
def entities() -> pd.DataFrame:
    from tests.analysis.conftest import SAMPLE

    return pd.read_csv(SAMPLE / "entities.csv", dtype=str, keep_default_na=False)


def test_the_sample_names_its_subjects_in_its_text(logs: pd.DataFrame, entities: pd.DataFrame) -> None:
    recent = logs[logs["received"] >= "2026-11-09"]
    found = extraction.from_logs(recent, entities, name="c", as_at=AS_AT, weakest="weak").table
    named = found[found["entity"] != ""].groupby("urn")["entity"].agg(set)
    texts = recent.set_index("urn")["text"]
    assert {
        urn: set(re.findall(r"\b[NVATB]\d{4}\b", text)) for urn, text in texts.items() if urn in named
    } == named.to_dict()
    assert found.loc[found["entity"] == "", "value"].tolist() == [], (
        "the sample holds nothing else that looks like a mark"
    )


def test_the_sample_is_searched_as_a_plain_reading_would(logs: pd.DataFrame) -> None:
    found = search.find(logs, name="s", terms='jewellery OR "back lanes"', as_at=AS_AT)
    by_hand = logs["text"].str.lower().str.contains(r"\bjewellery\b|\bback lanes\b", regex=True)
    assert set(found.table["urn"]) == set(logs.loc[by_hand, "urn"])
    assert found.values["n"] > 100
