"""The yardstick, confidence, the linter of judgements, harm weights, and the pedigree of every table."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.doctrine import code_table, confidence, harm, wording, yardstick
from intelnb.errors import MethodError, UsageError

GOOD = {"likelihood": "likely", "confidence": "moderate", "why": "two independent logs; an arrest would change it"}


def test_every_table_says_where_it_comes_from():
    assert {"marking", "yardstick", "grading_3x5x2", "wording", "confidence"} <= set(code_table.names())
    for name in code_table.names():
        table = code_table.read(name)
        assert all((table.scheme, table.version, table.source, table.effective_from))
        assert table.verified in {"read in source", "general knowledge", "unverified"}


@pytest.mark.parametrize(
    ("share", "term"),
    [
        (0.0, None),
        (0.01, "remote chance"),
        (0.05, "remote chance"),
        (0.07, None),
        (0.10, "highly unlikely"),
        (0.20, "highly unlikely"),
        (0.22, None),
        (0.25, "unlikely"),
        (0.37, None),
        (0.40, "realistic possibility"),
        (0.4999, "realistic possibility"),
        (0.50, None),
        (0.55, "likely"),
        (0.75, "likely"),
        (0.77, None),
        (0.80, "highly likely"),
        (0.92, None),
        (0.95, "almost certain"),
        (1.0, None),
    ],
)
def test_the_gaps_have_no_term(share, term):
    found = yardstick.term_for(share)
    assert (found.term if found else None) == term


@given(st.floats(allow_nan=False))
def test_at_most_one_term_holds_a_share(share):
    assert sum(term.holds(share) for term in yardstick.terms()) <= 1
    if not 0 <= share <= 1:
        with pytest.raises(UsageError):
            yardstick.term_for(share)


def test_terms_are_known_by_their_names_alone():
    assert yardstick.term_named(" Almost  CERTAIN ").term == "almost certain"
    assert yardstick.term_named("probable").term == "likely"
    assert yardstick.term_named("very likely") is None
    assert yardstick.term_named("") is None
    assert confidence.level_named("HIGH") == "high"
    assert confidence.level_named("60%") is None


@pytest.mark.parametrize(
    "vague",
    ["may", "might", "could", "possibly", "potentially", "it is believed", "cannot be ruled out", "probably not"],
)
def test_a_vague_word_is_quoted_and_a_term_offered(vague):
    told = wording.warnings(f"Burglary {vague} return to Mill Lane.", **GOOD)
    assert len(told) == 1
    assert f"'{vague}'" in told[0]
    assert any(name in told[0] for name in yardstick.names())


def test_a_good_judgement_has_no_warning():
    assert wording.warnings("It is likely that one group works both estates in May 2026.", **GOOD) == ()
    assert wording.warnings("Up 40% on last week: a likely series.", **GOOD)  # near a likelihood it is queried
    assert wording.warnings("Burglary is up 40% on last week in the north; one group is behind it.", **GOOD) == ()
    assert wording.warnings("   ") == ()


def test_what_contradicts_or_lacks_is_told_together():
    told = " ".join(wording.warnings("It is highly likely, a 60% chance, that they return.", likelihood="unlikely"))
    assert "'highly likely' but the likelihood chosen is 'unlikely'" in told
    assert "'60%' stands for a likelihood" in told
    assert "'likely'" in told
    assert "no confidence" in told
    assert "no likelihood is given" in " ".join(wording.warnings("They return."))
    assert "but not why" in " ".join(wording.warnings("They return.", likelihood="likely", confidence="low"))
    assert "61 words" in " ".join(wording.warnings("word " * 61, **GOOD))
    assert wording.warnings("word " * 60, **GOOD) == ()


def test_a_term_inside_another_is_not_a_contradiction():
    for name in yardstick.names():
        assert wording.warnings(f"It is {name} that they return.", **(GOOD | {"likelihood": name})) == ()


@given(st.text(max_size=200))
def test_the_linter_never_blocks(text):
    assert all(isinstance(line, str) for line in wording.warnings(text, likelihood="likely"))


def test_harm_weights_are_refused_with_every_fault():
    good = pd.DataFrame({"kind": ["robbery", "burglary"], "weight_days": [300, 60.0], "source": "invented, v1"})
    table = harm.table(good)
    assert table.weights["burglary"] == 60.0
    assert table.is_invented
    bad = pd.DataFrame(
        {"kind": ["a", "a", "b", "c"], "weight_days": [1, 2, math.nan, 0], "source": ["one", "two", "one", "one"]}
    )
    with pytest.raises(MethodError, match=r"'a' stands twice.*'b' has no weight.*'c' has no weight.*one and the same"):
        harm.table(bad)
    assert not harm.table(good.iloc[:0]).weights


def versions(**columns):
    rows = {"kind": ["robbery", "theft", "robbery", "theft"], "weight_days": [300, 2, 320, 2], "source": "invented"}
    days = pd.to_datetime(["2026-04-01", "2026-04-01", "2027-04-01", "2027-04-01"])
    return pd.DataFrame(rows | {"version": ["1", "1", "2", "2"], "effective_from": days} | columns)


def test_the_version_in_force_is_the_latest_that_has_begun():
    assert [one.version for one in harm.tables(versions())] == ["1", "2"]
    assert harm.in_force(versions(), on=date(2026, 11, 16)).weights["robbery"] == 300
    later = harm.in_force(versions(), on=date(2027, 4, 1))
    assert (later.weights["robbery"], later.label) == (320, "invented, version 2, in force from 2027-04-01")
    with pytest.raises(MethodError, match="begins after 2020-01-01, the first on 2026-04-01"):
        harm.in_force(versions(), on=date(2020, 1, 1))
    with pytest.raises(MethodError, match="begin together"):
        harm.in_force(versions(effective_from=pd.NaT), on=date(2026, 11, 16))


def test_harm_and_severity_are_never_mixed():
    both = versions(measure=["", "", "severity", "severity"])
    assert harm.in_force(both, on=date(2028, 1, 1)).weights["robbery"] == 300
    assert harm.in_force(both, on=date(2028, 1, 1), measure="severity").weights["robbery"] == 320
    assert not harm.in_force(versions(), on=date(2028, 1, 1), measure="severity").weights
    with pytest.raises(MethodError, match="'cost' is not a measure"):
        harm.in_force(both, on=date(2028, 1, 1), measure="cost")
    with pytest.raises(MethodError, match=r"'cost' is not a measure.*provisional is 'perhaps'"):
        harm.table(versions(measure="cost", provisional="perhaps").iloc[:2])


def test_missing_and_provisional_weights_are_told():
    table = harm.table(versions(provisional=["yes", "", "", ""]).iloc[:2])
    kinds = pd.Series(["robbery", "arson", "theft"])
    assert table.days(kinds).tolist()[::2] == [300, 2]
    assert math.isnan(table.days(kinds)[1])
    told = table.caveats(kinds)
    assert told[0].startswith("Harm: days from where the guideline starts. Weights: invented, version 1")
    assert told[1:] == (
        "No weight for arson: their harm is left out, so it is understated.",
        "Provisional in their source: the weights of robbery.",
    )
