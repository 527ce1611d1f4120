"""The workspace: reads for one audience, answers the unknown with the choices, and starts no product on nothing."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from intelnb.analysis import change, levels, weekly_chart
from intelnb.dates import parse
from intelnb.errors import InputRefused, IntelError, ProductError, SettingsError, UsageError
from intelnb.registers import audit
from intelnb.registers.store import open_store
from intelnb.tables import selection
from intelnb.workspace import WORKINGS, Workspace

AUDIENCE = """
[audiences.{name}]
title = "Somebody"
highest_marking = "OFFICIAL-SENSITIVE"
handling = ["P"]
finest = "{finest}"
sources = ["crimes", "areas", "priorities", "logs"]
smallest_count = {smallest}
page_marking = "OFFICIAL"
"""
SETTINGS = """\
state = "state"
[force]
name = "Smallshire"
code = "SMA"
{as_at}
[[areas]]
level = "force"
file = "force.gpkg"
[[areas]]
level = "ward"
file = "ward.gpkg"
[sources.crimes]
files = "crimes.csv"
marking = "OFFICIAL-SENSITIVE"
[sources.priorities]
files = "priorities.csv"
marking = "OFFICIAL"
"""
CRIMES = """\
id,kind,start,end,recorded,easting,northing
1,theft,2026-11-10 10:00:00,2026-11-10 11:00:00,2026-11-10 12:00:00,640500,440500
2,theft,2026-11-11 10:00:00,2026-11-11 11:00:00,2026-11-12 12:00:00,641500,440500
3,theft,2026-11-12 10:00:00,2026-11-12 11:00:00,2026-11-13 12:00:00,,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = SETTINGS.format(as_at="")
    text += AUDIENCE.format(name="internal", finest="point", smallest=0)
    text += AUDIENCE.format(name="public", finest="force", smallest=5)
    (tmp_path / "intelnb.toml").write_text(text, "utf-8")
    boxes = {"force": [("SMA", 0, 2)], "ward": [("W1", 0, 1), ("W2", 1, 2)]}
    for level, codes in boxes.items():
        shapes = [shapely.box(640000 + a * 1000, 440000, 640000 + b * 1000, 441000) for _, a, b in codes]
        table = gpd.GeoDataFrame(
            {"code": [c for c, *_ in codes], "name": [f"Area {c}" for c, *_ in codes]}, geometry=shapes, crs=27700
        )
        table.to_file(tmp_path / f"{level}.gpkg", engine="pyogrio")
    (tmp_path / "crimes.csv").write_text(CRIMES, "utf-8")
    (tmp_path / "priorities.csv").write_text("code,name,rank,kinds,flags,hours\ntheft,Theft,1,theft,,\n", "utf-8")
    return tmp_path


@pytest.fixture
def unit(folder: Path) -> Workspace:
    return Workspace.open(folder, audience="internal")


def test_nothing_is_public_but_open_read_area_and_product() -> None:
    public = {name for name in vars(Workspace) if not name.startswith("_")}
    assert public - {"settings", "clearance"} == {"open", "read", "area", "areas", "product"}


def test_an_unknown_area_is_answered_with_those_there_are(unit: Workspace) -> None:
    for ask in (
        lambda: unit.area("X9"),
        lambda: unit.read("crimes", area="X9"),
        lambda: unit.areas("ward", within="X9"),
    ):
        with pytest.raises(UsageError) as fault:
            ask()
        assert "'X9'" in str(fault.value)
        assert "SMA" in str(fault.value)
        assert "W1" in str(fault.value)
    assert unit.area("W1")["name"].tolist() == ["Area W1"]


def test_areas_come_by_level_and_within_an_area(unit: Workspace, folder: Path) -> None:
    assert unit.areas()["code"].tolist() == ["SMA", "W1", "W2"]
    assert unit.areas("finest").attrs["level"] == "ward"
    assert unit.areas("ward", within="W2")["code"].tolist() == ["W2"]
    assert Workspace.open(folder, audience="public").areas("finest")["code"].tolist() == ["SMA"]


def test_a_source_the_workspace_lacks_is_not_submitted_and_one_the_audience_lacks_is_withheld(unit: Workspace) -> None:
    logs = unit.read("logs")
    assert (len(logs), logs.attrs["status"]) == (0, "not submitted")
    assert {"urn", "received", "to_grade", "conditional"} <= set(logs.columns)
    assert unit.read("actions").attrs["status"] == "withheld"
    with pytest.raises(UsageError, match=r"'crime' is not a kind of source.*crimes"):
        unit.read("crime")


@pytest.mark.parametrize(
    ("change", "kind", "told"),
    [
        (lambda f: (f / "crimes.csv").unlink(), InputRefused, "crimes.csv"),
        (lambda f: (f / "ward.gpkg").unlink(), IntelError, "ward.gpkg"),
        (lambda f: (f / "crimes.csv").write_bytes(b"PK\x03\x04nothing"), InputRefused, "crimes.csv"),
    ],
)
def test_a_file_that_is_gone_or_is_no_table_is_one_plain_line(
    folder: Path, change: object, kind: type[IntelError], told: str
) -> None:
    change(folder)  # type: ignore[operator]
    with pytest.raises(kind) as fault:
        Workspace.open(folder, audience="internal").read("crimes", area="SMA")
    assert told in str(fault.value)
    assert "\n" not in str(fault.value)
    assert "Traceback" not in str(fault.value)


def test_a_read_is_one_row_of_the_audit(unit: Workspace, folder: Path) -> None:
    unit.read("crimes", area="SMA", until="2026-W46", weeks=4)
    unit.read("logs")
    store = open_store(f"sqlite:///{(folder / 'state' / 'registers.sqlite').as_posix()}")
    rows = list(audit.entries(store, event="read"))
    assert [row.subject for row in rows] == ["crimes", "logs"]
    detail = json.loads(rows[0].detail)
    assert detail["audience"] == "internal"
    assert detail["until_end"] == "2026-11-16"


def test_a_product_is_not_started_before_anything_was_read(unit: Workspace) -> None:
    with pytest.raises(ProductError, match="Nothing was read yet"):
        unit.product("weekly_threat_assessment", area="SMA", period="2026-W46")
    unit.read("crimes", area="SMA", until="2026-W46")
    for kind, area, period, told in (
        ("weekly", "SMA", "2026-W46", "'weekly' is not a kind"),
        ("weekly_threat_assessment", "XX", "2026-W46", "'XX'"),
        ("weekly_threat_assessment", "SMA", "2026-W99", "2026-W99"),
    ):
        with pytest.raises(UsageError, match=re.escape(told)):
            unit.product(kind, area=area, period=period)


def test_as_at_is_the_latest_recording_or_what_the_settings_say(unit: Workspace, folder: Path) -> None:
    unit.read("crimes", area="SMA", until="2026-W46")
    heading = unit.product("weekly_threat_assessment", area="SMA", period="2026-W46").heading
    assert (heading.as_at, heading.data_to) == ("13 Nov 2026 12:00", "13 Nov 2026 12:00")
    told = (
        (folder / "intelnb.toml")
        .read_text("utf-8")
        .replace('code = "SMA"\n', 'code = "SMA"\nas_at = 2026-11-20T05:00:00\n')
    )
    (folder / "intelnb.toml").write_text(told, "utf-8")
    later = Workspace.open(folder, audience="internal")
    later.read("crimes", area="SMA", until="2026-W46")
    heading = later.product("weekly_threat_assessment", area="SMA", period="2026-W46").heading
    assert (heading.as_at, heading.data_to) == ("20 Nov 2026 05:00", "15 Nov 2026 23:59")


def test_a_page_carries_the_highest_marking_of_what_was_read_and_a_reduced_one_its_own(folder: Path) -> None:
    for audience, marking in (("internal", "OFFICIAL-SENSITIVE"), ("public", "OFFICIAL")):
        unit = Workspace.open(folder, audience=audience)
        unit.read("crimes", area="SMA", until="2026-W46")
        product = unit.product("weekly_threat_assessment", area="SMA", period="2026-W46")
        assert product.heading.marking == marking


def test_the_account_of_every_read_is_on_the_product_and_closes(unit: Workspace) -> None:
    unit.read("crimes", area="W1", until="2026-W46")
    unit.read("priorities")
    sources = unit.product("weekly_threat_assessment", area="W1", period="2026-W46").sources
    rows = {row["source"]: row for row in sources.to_dict("records")}
    assert (rows["crimes"]["read"], rows["crimes"]["used"]) == (3, 1)
    assert rows["priorities"]["used"] == 1
    assert (sources["read"] == sources["accepted"] + sources["quarantined"]).all()


def test_tables_are_copies_a_notebook_may_change(unit: Workspace) -> None:
    table = unit.read("crimes", area="SMA")
    table["kind"] = "changed"
    areas = unit.areas("ward")
    areas["code"] = "changed"
    assert set(unit.read("crimes", area="SMA")["kind"]) == {"theft"}
    assert unit.areas("ward")["code"].tolist() == ["W1", "W2"]


def test_a_month_and_weeks_back_make_one_window(unit: Workspace) -> None:
    whole = unit.read("crimes", area="SMA", until="2026-11", weeks=6)
    assert len(whole) == 3
    assert len(unit.read("crimes", area="SMA", until="2026-10", weeks=6)) == 0
    unplaced = whole[whole["placed_by"] == "unplaced"]
    assert len(unplaced) == 1
    assert pd.isna(unplaced["easting"].iloc[0])


def test_workings_go_where_the_runner_says_and_nowhere_near_the_data(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    monkeypatch.setenv(WORKINGS, str(kept))
    before = {p.name for p in folder.iterdir()} | {"state", "kept"}
    Workspace.open(folder, audience="internal").read("crimes")
    assert sorted(p.name for p in kept.glob("01-*")) == [
        "01-crimes.ledger.json", "01-crimes.quarantine.csv", "01-crimes.remarks.csv", "01-crimes.withheld.json",
    ]  # fmt: skip
    assert {p.name for p in folder.iterdir()} <= before
    if os.name != "nt":
        assert (kept / "01-crimes.ledger.json").stat().st_mode & 0o077 == 0


def test_files_may_lie_in_a_folder_the_settings_allow_and_nowhere_else(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    exports = tmp_path_factory.mktemp("exports")
    (folder / "crimes.csv").rename(exports / "crimes.csv")
    text = (folder / "intelnb.toml").read_text("utf-8").replace('"crimes.csv"', f'"{exports.as_posix()}/*.csv"')
    (folder / "intelnb.toml").write_text(text, "utf-8")
    with pytest.raises(InputRefused, match="outside the folders this workspace may read"):
        Workspace.open(folder, audience="internal").read("crimes")
    (folder / "intelnb.toml").write_text(f'allowed = ["{exports.as_posix()}"]\n{text}', "utf-8")
    assert len(Workspace.open(folder, audience="internal").read("crimes")) == 3


def test_a_missing_workspace_is_one_plain_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no intelnb"):
        Workspace.open(tmp_path / "nowhere", audience="internal")
    with pytest.raises(SettingsError):
        Workspace.open(tmp_path / "a\nb", audience="internal")


def test_a_gap_in_the_files_travels_with_the_table_to_every_series(folder: Path, unit: Workspace) -> None:
    days = pd.date_range("2026-01-05", "2026-11-15", freq="2h")
    days = days[(days < "2026-06-10") | (days >= "2026-07-16")]
    table = pd.DataFrame({"id": range(len(days))}).assign(
        kind=["theft" if i % 10 == 0 else "burglary" for i in range(len(days))], start=days, end=days,
        recorded=days + pd.Timedelta(hours=2), easting=640500, northing=440500,
    )  # fmt: skip
    table.to_csv(folder / "crimes.csv", index=False)
    crimes = unit.read("crimes", area="SMA", until="2026-W46")
    (gap,) = crimes.attrs["gaps"]
    assert (str(gap.first), str(gap.last), gap.n) == ("2026-06-10", "2026-07-15", 0)
    chosen = selection.of_priority(crimes, kinds=["theft"])
    assert chosen.attrs["gaps"] == (gap,)
    assert unit.read("crimes", area="SMA", until="2026-W20").attrs["gaps"] == ()


def test_a_ward_too_thin_to_tell_has_the_gap_of_the_whole_source(folder: Path, unit: Workspace) -> None:
    hours = pd.date_range("2025-01-06", "2026-11-15 22:00", freq="42min")  # 240 a week, 12 of them in one ward
    hours = hours[(hours < "2026-03-02") | (hours >= "2026-03-23")]
    table = pd.DataFrame({"id": range(len(hours)), "kind": "theft", "start": hours, "end": hours}).assign(
        recorded=hours + pd.Timedelta(hours=2),
        easting=[640500 if i % 20 == 0 else 641500 for i in range(len(hours))], northing=440500,
    )  # fmt: skip
    table.to_csv(folder / "crimes.csv", index=False)
    ward = unit.read("crimes", area="W1", until="2026-W46")
    (gap,) = ward.attrs["gaps"]
    assert (str(gap.first), str(gap.last), gap.n, gap.of) == ("2026-03-02", "2026-03-22", 0, "all areas")
    asked = {"name": "x", "period": parse("2026-W46"), "as_at": ward.attrs["as_at"]}
    charted = weekly_chart.recent(ward, **asked).table
    assert not {"2026-W10", "2026-W11", "2026-W12"} & set(charted.dropna(subset="n")["period"])
    level = levels.changed(ward, **asked)
    assert level.table["since"].tolist() == ["2026-W13"]
    assert level.values["level"] == 12
    window = {"since": date(2026, 3, 16), "until": date(2026, 4, 27), "within": unit.area("W1"), "cell_m": 250}
    changed = change.between(ward, name="c", **window)
    assert changed.sentence == "Not submitted: no records from 2 Mar to 22 Mar 2026, which looks like a gap."
