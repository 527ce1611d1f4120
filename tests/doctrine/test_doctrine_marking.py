"""Markings: a missing one is never OFFICIAL, and nothing above the ceiling slips by, however it is spelt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.doctrine import marking
from intelnb.errors import UsageError


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("OFFICIAL", 0),
        ("official", 0),
        ("UK OFFICIAL", 0),
        ("(O)", 0),
        ("OFFICIAL // FOR PUBLIC RELEASE", 0),
        ("OFFICIAL-SENSITIVE", 1),
        ("Official Sensitive", 1),
        ("OFFICIAL - SENSITIVE", 1),
        ("OFFICIAL\u2013SENSITIVE", 1),
        ("OFFICIAL\u2010SENSITIVE\u200b", 1),
        ("OFFICIAL-SENSITIVE [PERSONAL DATA] RECIPIENTS ONLY", 1),
        ("O-S", 1),
        ("SECRET", 2),
        ("Confidential", 2),
        ("UK SECRET - UK EYES ONLY", 2),
        ("OFFICIAL / SECRET", 2),
        ("OFFICIAL-SENSITIVE (upgraded to SECRET 3/11)", 2),
        ("S\u200bECRET", 2),
        ("\uff33\uff25\uff23\uff32\uff25\uff34", 2),
        ("top  secret", 3),
        ("TOP-SECRET//STRAP", 3),
        ("TS", 3),
        ("", None),
        ("   ", None),
        (None, None),
        ("UNCLASSIFIED", None),
        ("NOT PROTECTIVELY MARKED", None),
        ("PROTECT", None),
        ("RESTRICTED", None),
        ("OFFICIAL BANANA", None),
        ("OFFICIALLY", None),
        ("UNOFFICIAL", None),
    ],
)
def test_rank(written, place):
    assert marking.rank(written) == place
    assert marking.is_above_ceiling(written) is (place is not None and place > 1)


@pytest.mark.parametrize(
    "written", ["OS", "o/s", "Off-Sens", "Off. Sens.", "NPM", "R", "P", "Unmarked", "U", "OS [COMMERCIAL]"]
)
def test_a_short_spelling_is_one_but_gives_no_rank(written: str) -> None:
    assert marking.is_spelling(written)
    assert marking.rank(written) is None
    assert not marking.is_known(written)


def test_every_known_marking_is_a_spelling_and_a_code_of_an_offence_is_none() -> None:
    assert all(marking.is_spelling(one) for one in ("Official", "O-S", "RESTRICTED", "(O)", "SECRET"))
    assert not any(marking.is_spelling(one) for one in ("", "BD", "S", "N/A", "OFFICER", "OSS", "OFFICIAL BANANA"))


@given(st.text(max_size=15), st.text(max_size=15), st.sampled_from(["SECRET", "TOP SECRET", "CONFIDENTIAL"]))
def test_a_word_above_the_ceiling_is_seen_in_any_company(before, after, word):
    assert marking.is_above_ceiling(f"{before} {word.lower()} {after}")


@given(st.text(max_size=30))
def test_only_the_word_itself_ranks_as_official(text):
    assert marking.rank(text) not in {0, 1} or "O" in marking.normalise(text)
    assert marking.normalise(marking.normalise(text)) == marking.normalise(text)


@given(st.lists(st.sampled_from(["OFFICIAL", "OFFICIAL-SENSITIVE", "SECRET", "", "RESTRICTED", "?"]), max_size=6))
def test_the_highest_is_never_below_any_part_and_unmarked_is_never_official(markings):
    top = marking.rank(marking.highest(markings))
    assert all(top >= (marking.rank(one) if marking.rank(one) is not None else 1) for one in markings)
    assert (top == 0) is (bool(markings) and set(markings) == {"OFFICIAL"})


def test_within():
    assert marking.is_within("OFFICIAL", "OFFICIAL")
    assert not marking.is_within("OFFICIAL-SENSITIVE", "OFFICIAL")
    assert not marking.is_within("", "OFFICIAL-SENSITIVE")
    assert not marking.is_within("OFFICIAL", "")
    assert not marking.is_within("RESTRICTED", "OFFICIAL-SENSITIVE")


def test_a_page_carries_only_what_is_on_the_closed_lists():
    assert marking.page_marking("Official-Sensitive", "recipients only") == ("OFFICIAL-SENSITIVE", "RECIPIENTS ONLY")
    for name in ("SECRET", "", "CONFIDENTIAL", "PUBLIC"):
        with pytest.raises(UsageError, match="OFFICIAL, OFFICIAL-SENSITIVE"):
            marking.page_marking(name)
    with pytest.raises(UsageError, match="FOR PUBLIC RELEASE"):
        marking.page_marking("OFFICIAL", 'EVERYBODY"; content: "x')
