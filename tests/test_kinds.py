"""Kinds of product: found by looking, strict, and the same for an audience whatever the data hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from intelnb import kinds, settings, share
from intelnb.errors import SettingsError, UsageError


def test_every_kind_can_be_read_and_has_a_notebook() -> None:
    assert kinds.names() == sorted(share.products())
    for name in kinds.names():
        kind = kinds.load(name)
        assert kind.kind == name
        ids = [section.id for section in kind.section]
        assert len(ids) == len(set(ids))
        assert all(section.empty.endswith(".") for section in kind.section), "an empty section is one line"
    assert len({kinds.load(name).short for name in kinds.names()}) == len(kinds.names())


def test_every_section_has_findings_of_its_own_and_every_finding_a_section() -> None:
    folder = Path(kinds.__file__).parents[1] / "findings"
    text = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    for section in kinds.load("weekly_threat_assessment").section:
        assert f'section="{section.id}"' in text


def test_an_unknown_kind_names_those_there_are() -> None:
    for name in ("weekly", "../weekly_threat_assessment", ""):
        with pytest.raises(UsageError, match="Choose one of: weekly_threat_assessment"):
            kinds.load(name)


@pytest.mark.parametrize(
    "text", ["kind = 'x'", "kind = [", 'kind = "x"\ntitle = "x"\nshort = "X"\nversion = "1"\nsection = []\nterms = {}\nx = 1']
)  # fmt: skip
def test_a_kind_file_that_cannot_be_used_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (tmp_path / "odd.toml").write_text(text, "utf-8")
    monkeypatch.setattr(kinds, "files", lambda _: tmp_path)
    with pytest.raises(SettingsError, match="kind file cannot be used") as fault:
        kinds.load("odd")
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("asked", "internal", "public"),
    [
        ({}, True, True),
        ({"needs": ("actions",)}, True, False),
        ({"needs": ("crimes", "logs")}, True, False),
        ({"points": True}, True, False),
        ({"judgements": True}, True, False),
        ({"reduced": True}, False, True),
    ],
)
def test_who_gets_a_section_is_settled_by_their_clearance_alone(
    checkout: Path, asked: dict[str, Any], internal: bool, public: bool
) -> None:
    here = settings.load(checkout / "data" / "samples")
    section = kinds.SectionKind(id="s", heading="S", slot="body", empty="None.", **asked)
    assert section.is_for(here.clearance("internal")) is internal
    assert section.is_for(here.clearance("public")) is public
