"""Harm and rank of the priorities."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest

from intelnb.analysis import harm
from intelnb.dates import parse
from intelnb.tables.coverage import Gap

AS_AT = datetime.fromisoformat("2026-11-16T05:00")
W46 = parse("2026-W46")
WEIGHTS = pd.DataFrame({"kind": ["robbery", "burglary", "theft"], "weight_days": [365, 40, 2], "source": "invented"})
PRIORITIES = pd.DataFrame(
    {
        "code": ["R", "B", "T", "N"],
        "name": ["Robbery", "Burglary", "Theft", "Groups"],
        "kinds": [("robbery",), ("burglary",), ("theft", "pickpocketing"), ()],
        "flags": [(), (), (), ()],
        "hours": "",
    }
)


def crimes(*weeks: dict[str, int]) -> pd.DataFrame:
    """Crimes by kind in each week, the last one W46."""
    found = [
        (kind, pd.Timestamp(W46.start) - pd.Timedelta(weeks=len(weeks) - 1 - i))
        for i, week in enumerate(weeks)
        for kind, n in week.items()
        for _ in range(n)
    ]
    table = pd.DataFrame(found, columns=["kind", "middle"]).assign(hours_wide=0.0)
    table["flags"] = [()] * len(table)
    return table


def asked(table: pd.DataFrame, **options: Any) -> Any:
    given = {"weights": WEIGHTS, "priorities": PRIORITIES, "period": W46, "as_at": AS_AT, "back": 2, **options}
    return harm.harm(table, **given)


def test_harm_is_weight_times_count_and_rank_moves() -> None:
    found = asked(
        crimes(
            {"robbery": 1, "burglary": 2, "theft": 9},
            {"robbery": 3, "theft": 1},
            {"robbery": 1, "burglary": 10, "theft": 5},
        )
    )
    table = found.table.set_index("code")
    assert table["harm_days"].tolist() == [365.0, 400.0, 10.0, pd.NA]
    assert table["rank"].tolist() == [2, 1, 3, pd.NA]
    # before: robbery (365 + 1095) / 2, burglary 80 / 2, theft 20 / 2
    assert table["rank_usual"].tolist() == [1, 2, 3, pd.NA]
    assert table["movement"].tolist() == ["down from 1st", "up from 2nd", "steady", "not assessed"]
    assert table["share"].tolist()[:3] == pytest.approx([365 / 775, 400 / 775, 10 / 775], abs=0.001)
    assert found.sentence == "Burglary carries most harm this week, 52 % of all in the priorities, up from 2nd."
    assert found.settings["weights"] == "invented"
    assert "Harm weights: invented." in found.caveats
    assert "Groups: not assessed, it names no kind of crime." in found.caveats


def test_kinds_without_a_weight_are_named_and_understate() -> None:
    found = asked(crimes({"theft": 1}, {"theft": 1, "pickpocketing": 4}))
    assert found.values["kinds_without_weight"] == "pickpocketing"
    assert found.table.set_index("code").loc["T", ["n", "harm_days"]].tolist() == [5, 2.0]
    assert any("No weight for pickpocketing" in one for one in found.caveats)
    only = asked(crimes({"pickpocketing": 1}, {"pickpocketing": 4})).table.set_index("code").loc["T"]
    assert (only["status"], only["movement"], only["n"]) == ("not assessed", "not assessed", 4)
    assert only["harm_days"] is pd.NA


def test_no_harm_table_no_rank() -> None:
    found = asked(crimes({"theft": 1}, {"theft": 1}), weights=WEIGHTS.iloc[:0])
    assert (found.status, found.sentence) == (
        "not assessed",
        "Not assessed: no harm table is loaded, so harm and rank are not known.",
    )
    assert found.table["movement"].tolist() == ["not assessed"] * 4


def test_a_priority_whose_recording_changed_moves_nobody() -> None:
    breaks = pd.DataFrame(
        {"date": pd.to_datetime(["2026-11-04"]), "until": pd.to_datetime([None]), "kinds": [("burglary",)]}
        | {name: [()] for name in ("flags", "areas", "priorities")}
        | {"what": ["new form"]}
    )
    table = crimes({"robbery": 1, "burglary": 1}, {"robbery": 1, "burglary": 1}, {"robbery": 1, "burglary": 20})
    found = asked(table, breaks=breaks).table.set_index("code")
    assert found.loc["B", ["movement", "status"]].tolist() == ["break in recording"] * 2
    assert found.loc["R", "movement"] == "steady"
    assert asked(table).table.set_index("code").loc["R", "movement"] == "down from 1st"


def test_one_label_for_all_violence_is_told() -> None:
    weights = pd.DataFrame({"kind": ["violence-and-sexual-offences"], "weight_days": [200], "source": "x"})
    assert any("500-fold" in one for one in asked(crimes({"theft": 1}, {"theft": 1}), weights=weights).caveats)
    assert not any("500-fold" in one for one in asked(crimes({"theft": 1}, {"theft": 1})).caveats)


def test_a_crime_of_two_priorities_counts_once_in_the_whole() -> None:
    twice = pd.concat([PRIORITIES.iloc[:1], PRIORITIES.iloc[:1].assign(code="R2")], ignore_index=True)
    found = asked(crimes({"robbery": 1}, {"robbery": 2}), priorities=twice)
    assert found.values["harm_days"] == 730.0
    assert found.table["share"].tolist() == [1.0, 1.0]
    assert any("more than one priority" in one for one in found.caveats)


def test_no_crimes_at_all_has_no_first() -> None:
    found = asked(crimes({"robbery": 1}, {}))
    assert found.sentence == "No weighted harm was recorded in any priority this week."
    assert "top" not in found.values


def test_the_sample_says_its_weights_are_invented(crimes_of_sample: Any, registers: Any) -> None:
    weights = pd.read_csv(crimes_of_sample[1])
    found = harm.harm(
        crimes_of_sample[0],
        weights=weights,
        priorities=registers["priorities"],
        period=W46,
        as_at=AS_AT,
        breaks=registers["breaks"],
        areas=["NOR"],
    )
    table = found.table.set_index("code")
    assert table.loc["burglary", "n"] == 26
    assert table.loc["domestic", "movement"] == "break in recording"
    assert any("invented for the sample" in one for one in found.caveats)


@pytest.fixture
def crimes_of_sample(request: Any) -> tuple[pd.DataFrame, Any]:
    return request.getfixturevalue("crimes"), request.getfixturevalue("checkout") / "data/samples/harm_weights.csv"


def test_a_week_in_a_gap_is_no_week_without_harm() -> None:
    """Burglary led two weeks ago; last week nothing was sent: its usual rank stays the first."""
    weeks = crimes({"burglary": 10, "robbery": 1}, {"robbery": 1}, {"burglary": 10, "robbery": 1})
    weeks.attrs["gaps"] = (Gap(date(2026, 11, 2), date(2026, 11, 8), 1, 400),)
    found = asked(weeks)
    assert found.settings["compared_with"] == 1
    assert found.table.set_index("code").loc[["B", "R"], "movement"].tolist() == ["steady", "steady"]
    assert any("from 2 Nov to 8 Nov 2026" in one for one in found.caveats)
    unaware = crimes({"burglary": 10, "robbery": 1}, {"robbery": 1}, {"burglary": 10, "robbery": 1})
    assert asked(unaware).table.set_index("code").loc["B", "movement"] == "up from 2nd"
