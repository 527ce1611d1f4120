"""Usual headings and words: every one leads to a column there is, and says how far it was verified."""

from __future__ import annotations

import pytest

from intelnb.doctrine import code_table, headings, recording
from intelnb.load.kinds import loader
from intelnb.tables.breaks import CONTRACT as BREAKS

VERIFIED = {"read in source", "general knowledge", "unverified"}
KINDS = [kind for kind in code_table.read("headings").body if kind != "any"]


@pytest.mark.parametrize("kind", KINDS)
def test_usual_headings_name_columns_of_their_kind(kind: str) -> None:
    known = {*loader(kind).CONTRACT.names, "longitude", "latitude"}
    assert set(code_table.read("headings").body[kind]) <= known
    for listed in headings.synonyms(kind).values():
        assert all(headings.folded(text) == text for text in listed)


def test_ready_maps_have_what_their_kind_needs_and_say_how_far_they_were_verified() -> None:
    rows = code_table.read("ready_maps").rows("maps")
    names = [row["name"] for row in rows]
    assert len(set(names)) == len(names)
    for word in ("Niche", "Athena", "CONNECT", "NSPIS"):
        (verified,) = {row["verified"] for row in rows if word in row["name"]}
        assert verified == "unverified"
    for row in rows:
        contract = loader(row["kind"]).CONTRACT
        assert row["verified"] in VERIFIED
        assert set(row["columns"]) <= {*contract.names, "longitude", "latitude"}
        assert {field.name for field in contract.fields if field.required} <= set(row["columns"])


def test_a_word_means_one_thing() -> None:
    for column, body in code_table.read("vocabulary").body.items():
        words = [headings.folded(word) for listed in body.values() for word in listed]
        assert len(set(words)) == len(words), column
        assert all(word for word in words)


def test_what_resembles_a_word_is_suggested_and_never_taken() -> None:
    assert headings.vocabulary("kind").get("burglary other than a dwelling with intent") is None
    assert headings.resembling("kind", "Attempt theft from a motor vehicle (locked)") == "vehicle crime"
    assert headings.resembling("status", "Nothing like it") == ""


def test_the_reasons_of_breaks_are_a_closed_list() -> None:
    assert BREAKS.field("reason").codes == tuple(one.name for one in recording.reasons())
    assert [one.name for one in recording.reasons() if one.passes] == ["backlog"]
    assert all(one.means.endswith(".") for one in recording.reasons())
