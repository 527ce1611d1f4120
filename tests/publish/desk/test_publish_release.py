"""What forbids a release is told in plain words, all at once, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intelnb.bundle import TypedJudgement
from intelnb.errors import ProductError
from intelnb.publish import release
from intelnb.records import Clearance

INTERNAL = Clearance(
    audience="internal",
    title="Internal",
    highest_marking="OFFICIAL-SENSITIVE",
    handling=("P", "C"),
    ungraded=True,
    personal_data=True,
    free_text=True,
    finest="point",
    sources=(),
    smallest_count=0,
    judgements=True,
    says_withheld=True,
    page_marking="OFFICIAL-SENSITIVE",
    instruction="",
)
PUBLIC = replace(
    INTERNAL, audience="public", judgements=False, page_marking="OFFICIAL", instruction="FOR PUBLIC RELEASE"
)
WHO = {"by": "A. Moss", "role": "Chief Inspector, tasking chair"}
BOTTOM = TypedJudgement(
    place="bottom.burglary", text="One group.", likelihood="likely", confidence="low", why="one log", by="A", at="x"
)
ASK = TypedJudgement(place="ask.one", action="Task it.", owner="Sgt T. Holt", due="2026-11-20", by="A", at="x")
TYPED = {"bottom.burglary": BOTTOM, "ask.one": ASK}


def _with(one, **changed):
    return TYPED | {one.place: one.model_copy(update=changed)}


def test_a_complete_page_may_go(draft):
    assert release.faults(draft(), TYPED, clearance=INTERNAL, **WHO) == []
    stamp = release.stamp(draft(), TYPED, clearance=INTERNAL, **WHO, at="2026-11-16T08:00", number=1)
    assert (stamp.by, stamp.at, stamp.number) == ("A. Moss", "2026-11-16T08:00", 1)


def test_an_empty_ask_or_assessment_may_stay_empty(draft):
    assert release.faults(draft(), {"bottom.burglary": BOTTOM}, clearance=INTERNAL, **WHO) == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "bottom line 'Burglary' has nothing typed"),
        (_with(BOTTOM, text="", action="Task it"), "what to do but not what it means"),
        (_with(BOTTOM, text=" "), "bottom line 'Burglary' has nothing typed"),
        (_with(BOTTOM, likelihood=""), "no likelihood"),
        (_with(BOTTOM, likelihood="very likely"), "no likelihood"),
        (_with(BOTTOM, confidence=""), "no confidence"),
        (_with(BOTTOM, stale=True), "judged on other evidence"),
        (_with(BOTTOM, by=""), "who typed it"),
        (_with(ASK, owner=""), "no owner"),
        (_with(ASK, due=""), "no date"),
        (_with(ASK, stale=True), "judged on other evidence"),
        (_with(ASK, action=""), "'First ask' has no words"),
        (_with(ASK, action="", text="a reason"), "does not say what is asked"),
        (TYPED | {"other": BOTTOM}, "a place this page does not have"),
    ],
)
def test_each_fault_of_what_was_typed(draft, typed, told):
    found = release.faults(draft(), typed, clearance=INTERNAL, **WHO)
    assert len(found) == 1
    assert told in found[0]


@pytest.mark.parametrize(
    ("bundle", "clearance", "who", "told"),
    [
        ({}, INTERNAL, {"by": " "}, "nobody is named"),
        ({}, INTERNAL, {"role": ""}, "no role"),
        ({}, replace(INTERNAL, judgements=False), {}, "not cleared for judgements"),
        ({"judgements": False}, INTERNAL, {}, "not cleared for judgements"),
        ({"audience": "partner"}, INTERNAL, {}, "sealed for 'partner', not for 'internal'"),
        ({}, replace(INTERNAL, page_marking="OFFICIAL"), {}, "'OFFICIAL-SENSITIVE' is above 'OFFICIAL'"),
        ({"marking": ""}, INTERNAL, {}, "has no marking"),
        ({"marking": "SECRET"}, INTERNAL, {}, "cannot stand"),
        ({"instruction": "FOR PUBLIC RELEASE"}, INTERNAL, {}, "only OFFICIAL pages"),
        ({"instruction": "TO ALL"}, INTERNAL, {}, "not a handling instruction"),
    ],
)
def test_each_fault_of_the_page_and_the_releaser(draft, bundle, clearance, who, told):
    found = release.faults(draft(**bundle), TYPED, clearance=clearance, **(WHO | who))
    assert told in " ".join(found)


def test_a_public_page_goes_without_judgements(draft):
    section = draft().sections[0].model_copy(update={"findings": ()})
    page = {"audience": "public", "marking": "OFFICIAL", "instruction": "FOR PUBLIC RELEASE", "judgements": False}
    assert release.faults(draft(sections=(section,), **page), {}, clearance=PUBLIC, **WHO) == []
    assert release.faults(draft(**page), {}, clearance=PUBLIC, **WHO) == []


def test_every_fault_is_told_at_once(draft):
    with pytest.raises(ProductError) as fault:
        release.stamp(
            draft(marking=""), _with(ASK, owner="", due=""), clearance=INTERNAL, by="", role="", at="", number=0
        )
    line = str(fault.value)
    told = ("nobody", "no role", "no marking", "no owner", "no date", "moment of release", "number of the version")
    assert all(words in line for words in told)
    assert "\n" not in line
