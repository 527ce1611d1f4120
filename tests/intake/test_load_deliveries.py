"""Deliveries: read, a blank kept blank, and the place kept from those who may not know places so fine."""

from __future__ import annotations

from pathlib import Path

import pytest

from intelnb import workspace
from intelnb.load.check import check

FILE = (
    "place,date,action,planned_minutes,delivered_minutes,planned_visits,delivered_visits\n"
    "P1,2026-11-09,AC-034,45,25,3,\n,2026-11-09,AC-034,45,25,3,2\nP2,2026-11-10,AC-034,45,0,3,0\n"
)
SOURCES = '\n[sources.deliveries]\nfiles = "deliveries.csv"\nmarking = "OFFICIAL"\n'


def test_a_row_without_a_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "deliveries.csv").write_text(FILE, "utf-8")
    found = check(tmp_path / "deliveries.csv", kind="deliveries")
    assert (found.read, found.accepted, found.quarantined) == (3, 2, 1)
    assert [(p.row, p.column, p.code) for p in found.problems] == [(3, "place", "missing")]


@pytest.mark.parametrize("finest", ["point", "force"])
def test_a_blank_is_not_nothing_and_places_are_for_those_who_may_know_them(small_workspace: Path, finest: str) -> None:
    settings = small_workspace / "intelnb.toml"
    level = '[[areas]]\nlevel = "beat"\nfile = "beats.geojson"\n'
    told = f'sources = ["deliveries"]\nfinest = "{finest}"'
    text = settings.read_text("utf-8").replace('sources = ["crimes"]\njudgements', f"{told}\njudgements")
    text = text.replace("[audiences.internal]", f"{level}{SOURCES}\n[audiences.internal]")
    settings.write_text(text, "utf-8")
    (small_workspace / "deliveries.csv").write_text(FILE, "utf-8")
    table = workspace.Workspace.open(small_workspace, audience="internal").read("deliveries")
    assert ("place" in table) == (finest == "point")
    assert table["delivered_minutes"].tolist() == [25, 0]
    assert table["delivered_visits"].isna().tolist() == [True, False]
