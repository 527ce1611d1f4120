"""Versions and measures of harm, side by side: by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from intelnb.analysis import harm_tables
from intelnb.errors import MethodError

WINDOW = {"since": date(2026, 11, 9), "until": date(2026, 11, 16)}


def _crimes() -> pd.DataFrame:
    kinds = ["robbery"] * 2 + ["burglary"] * 5 + ["theft"] * 30 + ["arson"]
    table = pd.DataFrame({"kind": kinds, "middle": pd.Timestamp("2026-11-11"), "inside": True})
    outside = table.iloc[:4].assign(inside=False)
    earlier = table.iloc[:4].assign(middle=pd.Timestamp("2026-11-08"))
    return pd.concat([table, outside, earlier], ignore_index=True)


def _weights() -> pd.DataFrame:
    rows = [
        ("robbery", 365, "1", "2026-01-01", "harm"),
        ("burglary", 20, "1", "2026-01-01", "harm"),
        ("theft", 2, "1", "2026-01-01", "harm"),
        ("robbery", 365, "2", "2027-01-01", "harm"),
        ("burglary", 190, "2", "2027-01-01", "harm"),
        ("arson", 70, "2", "2027-01-01", "harm"),
        ("robbery", 100, "a", "2026-01-01", "severity"),
        ("burglary", 90, "a", "2026-01-01", "severity"),
        ("theft", 5, "a", "2026-01-01", "severity"),
    ]
    table = pd.DataFrame(rows, columns=["kind", "weight_days", "version", "effective_from", "measure"])
    return table.assign(source="invented", effective_from=pd.to_datetime(table["effective_from"]))


def test_what_a_new_version_changes_by_hand() -> None:
    found = harm_tables.version_changes(_crimes(), weights=_weights(), name="v", **WINDOW)
    rows = found.table.set_index("kind")
    assert rows["what"].to_dict() == {"burglary": "changed", "robbery": "same", "arson": "new", "theft": "dropped"}
    assert rows["change_days"].to_dict() == {"burglary": 850, "robbery": 0, "arson": 70, "theft": -60}
    assert rows["rank_before"].to_dict() == {"burglary": 2, "robbery": 1, "arson": 4, "theft": 3}
    assert rows["rank"].to_dict() == {"burglary": 1, "robbery": 2, "arson": 3, "theft": 4}
    # 730 + 100 + 60 before, 730 + 950 + 70 now
    assert (found.values["days_before"], found.values["days"]) == (890, 1750)
    assert found.sentence == "The newer weights change 3 of 4 kinds; the same crimes come to 97% more harm."
    assert found.settings["now"] == "invented, version 2, in force from 2027-01-01"
    assert any("No weight for theft" in told for told in found.caveats)


def test_one_version_is_not_compared_and_a_measure_must_be_known() -> None:
    alone = harm_tables.version_changes(_crimes(), weights=_weights(), name="v", measure="severity", **WINDOW)
    assert alone.sentence == "Not assessed: 1 version of severity is loaded and a comparison needs two."
    with pytest.raises(MethodError, match="not a measure"):
        harm_tables.version_changes(_crimes(), weights=_weights(), name="v", measure="cost", **WINDOW)


def test_the_two_measures_rank_side_by_side() -> None:
    found = harm_tables.two_measures(_crimes(), weights=_weights(), name="both", **WINDOW)
    # the version in force in the window: robbery 730, burglary 100, theft 60; severity 200, 450, 150
    assert found.table[["kind", "harm_days", "harm_rank", "severity_days", "severity_rank", "rank_gap"]].to_numpy().tolist() == [
        ["robbery", 730.0, 1, 200.0, 2, 1],
        ["burglary", 100.0, 2, 450.0, 1, -1],
        ["theft", 60.0, 3, 150.0, 3, 0],
    ]  # fmt: skip
    assert found.sentence == "robbery ranks first by harm and burglary by severity; of 3 kinds 2 rank differently."
    assert sum("No weight for arson" in told for told in found.caveats) == 2


def test_both_measures_are_needed() -> None:
    only = _weights().query("measure == 'harm'")
    assert harm_tables.two_measures(_crimes(), weights=only, name="b", **WINDOW).sentence == (
        "Not assessed: no table of severity is loaded."
    )
    none = harm_tables.two_measures(_crimes(), weights=_weights().iloc[:0], name="b", **WINDOW)
    assert none.sentence == "Not assessed: no harm table is loaded."


def test_a_window_without_weighed_crimes_is_not_assessed() -> None:
    quiet = {"since": date(2026, 12, 7), "until": date(2026, 12, 14)}
    for method in (harm_tables.version_changes, harm_tables.two_measures):
        found = method(_crimes(), weights=_weights(), name="x", **quiet)
        assert found.sentence == "Not assessed: no crime of this window has a weight."


def test_monthly_crimes_are_not_weighed_in_parts_of_a_month() -> None:
    monthly = _crimes().assign(hours_wide=743.0)
    for found in (
        harm_tables.version_changes(monthly, weights=_weights(), name="v", **WINDOW),
        harm_tables.two_measures(monthly, weights=_weights(), name="b", **WINDOW),
    ):
        assert found.sentence == "Not assessed: data are monthly and the window does not begin and end with a month."


def test_one_kind_has_nothing_to_rank_against() -> None:
    found = harm_tables.two_measures(
        _crimes(), weights=_weights()[lambda t: t["kind"] == "robbery"], name="b", **WINDOW
    )
    assert found.sentence == "Only robbery has both weights, so harm and severity have nothing to rank differently."
