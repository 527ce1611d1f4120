"""Times on the nights clocks change are kept as they are read, and said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from intelnb.intake.request import Request
from intelnb.load.kinds import loader
from tests.intake.stores import Store

LONDON = [
    "2025-03-30 00:59", "2025-03-30 01:00", "2025-03-30 01:59", "2025-03-30 02:00", "2025-03-30",
    "2025-10-26 00:59", "2025-10-26 01:00", "2025-10-26 01:59", "2025-10-26 02:00", "2025-10-26", "2025-06-01 01:30",
]  # fmt: skip
NEVER = "in an hour that never was, as clocks went forward: kept, and not shifted"
TWICE = "in an hour that came twice, as clocks went back: kept, and not shifted"


def test_an_hour_that_never_was_or_came_twice_is_kept_and_said(folder: Path, ask: Callable[..., Request]) -> None:
    rows = [f"{i},theft,{text}" for i, text in enumerate(LONDON)]
    (folder / "a.csv").write_text("\n".join(["id,kind,start", *rows]), "utf-8")
    loaded = loader("crimes").read(ask("crimes", files="a.csv"))
    assert [f"{t:%Y-%m-%d %H:%M}" for t in loaded.table["start"]] == [(f"{t} 00:00")[:16] for t in LONDON]
    assert [told for told in loaded.source.repairs if "hour" in told] == [
        f"2 crimes have 'start' {NEVER}", f"2 crimes have 'start' {TWICE}",
    ]  # fmt: skip
    assert loaded.workings is not None
    remarks = loaded.workings.remarks
    assert list(zip(remarks["row"], remarks["remark"], strict=True)) == [
        (3, f"'start' {NEVER}"), (4, f"'start' {NEVER}"), (8, f"'start' {TWICE}"), (9, f"'start' {TWICE}"),
    ]  # fmt: skip
    elsewhere = loader("crimes").read(ask("crimes", files="a.csv", timezone="UTC"))
    assert not [told for told in elsewhere.source.repairs if "hour" in told]


STATED = ["2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z", "2025-10-26T01:30+01:00", "2025-10-26 01:30:00"]


@pytest.mark.parametrize("stored", [False, True])
def test_an_offset_says_which_hour_it_was(folder: Path, ask: Callable[..., Request], stored: bool) -> None:
    unit = Store(folder, ask)
    name = unit.write("a.csv", *(f"{i},theft,{text}" for i, text in enumerate(STATED)), head="id,kind,start")
    unit.ingest(name)
    loaded = unit.held() if stored else loader("crimes").read(ask("crimes", files="a.csv"))
    assert [f"{t:%H:%M}" for t in loaded.table["start"]] == ["01:30", "01:30", "01:30", "01:30"]
    assert [told for told in loaded.source.repairs if "hour" in told] == [f"1 crime has 'start' {TWICE}"]
    assert loaded.workings is not None
    assert loaded.workings.remarks["row"].tolist() == [5]


@pytest.mark.parametrize(
    ("text", "rules", "read"),
    [
        ("26/10/2025 01:30+0000", '[formats]\nstart="%d/%m/%Y %H:%M%z"', "01:30"),
        ("26/10/2025 03:30+0100", '[formats]\nstart="%d/%m/%Y %H:%M%z"', "02:30"),
        ("2025-10-26 01:30", '[source]\ntimezone="UTC"', "01:30"),
        ("26/07/2025 01:30+0000", '[formats]\nstart="%d/%m/%Y %H:%M%z"', "02:30"),
    ],
)
def test_other_clocks_and_layouts_with_an_offset_say_it_too(
    folder: Path, ask: Callable[..., Request], text: str, rules: str, read: str
) -> None:
    (folder / "a.csv").write_text(f"id,kind,start\n1,theft,{text}\n", "utf-8")
    (folder / "m.toml").write_text(f'[columns]\nid="id"\nkind="kind"\nstart="start"\n{rules}\n', "utf-8")
    loaded = loader("crimes").read(ask("crimes", files="a.csv", column_map="m.toml"))
    assert [f"{t:%H:%M}" for t in loaded.table["start"]] == [read]
    assert not [told for told in loaded.source.repairs if "hour" in told]


def test_logs_have_clocks_too(folder: Path, ask: Callable[..., Request]) -> None:
    (folder / "l.csv").write_text("urn,received\nU1,2025-10-26 01:30\n", "utf-8")
    loaded = loader("logs").read(ask("logs", files="l.csv"))
    assert f"1 log has 'received' {TWICE}" in loaded.source.repairs
