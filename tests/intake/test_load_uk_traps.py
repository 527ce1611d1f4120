"""What published crimes of British forces are really like, and what becomes of it: kept, counted, said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from intelnb.analysis import outcomes
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.load.kinds import loader
from intelnb.records import Clearance
from intelnb.tables.outcomes import matched

pytestmark = pytest.mark.real_data
CITY, MET, CHESHIRE = "police_uk_city_of_london", "police_uk_metropolitan_burglary", "police_uk_cheshire"
LOOKUP = "uk_population/lsoa11_to_lsoa21_best_fit_lookup_england_wales_v2.csv"
LSOA = {"code": "LSOA11CD", "name": "LSOA11NM"}


@pytest.fixture
def load(real_data: Path, folder: Path, clearance: Callable[..., Clearance]) -> Callable[..., Loaded]:
    everything = clearance(sources=("crimes", "outcomes", "searches"))
    lookup = {"files": str(real_data / LOOKUP), "layout": "ons-lsoa-2011-2021"}

    def made(kind: str, files: str, **more: object) -> Loaded:
        fields = {
            "folder": folder,
            "allowed": [real_data],
            "crs": "EPSG:27700",
            "marking": "OFFICIAL",
            "lookup": lookup,
        }
        request = {"kind": kind, "files": str(real_data / files), "clearance": everything, **fields, **more}
        return loader(kind).read(Request.of(**request))

    return made


def theirs(real_data: Path, files: str) -> pd.DataFrame:
    return pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False) for path in sorted(real_data.glob(files))])


@pytest.fixture
def city_levels(real_data: Path) -> list[dict[str, str]]:
    return [
        {"level": "force", "file": str(real_data / "uk_boundaries" / "police_force_areas.geojson")},
        {"level": "lsoa", "file": str(real_data / "uk_boundaries" / "lsoa_2011_by_lad" / "E09000001.json"), **LSOA},
    ]


def test_no_crime_is_lost_where_ids_points_and_areas_are(
    load: Callable[..., Loaded], real_data: Path, city_levels: list[dict[str, str]]
) -> None:
    files = f"{CITY}/2016-*/*-street.csv"
    loaded, raw = load("police-uk-street", files, levels=city_levels), theirs(real_data, files)
    table = loaded.table
    assert len(table) == len(raw)
    assert (table["id"].to_numpy() == raw["Crime ID"].to_numpy()).all()
    assert (table["area"].to_numpy() == raw["LSOA code"].to_numpy()).all()
    # a blank id is antisocial behaviour, and nothing else
    assert ((table["id"] == "") == (table["kind"] == "anti-social behaviour")).all()
    # no location: accepted and unplaced
    missing = (raw["Longitude"] == "").to_numpy()
    assert missing.sum() > 0
    assert ((table["placed_by"] == "unplaced").to_numpy() == missing).all()
    # sums over areas and the unplaced are the total, level by level
    for level in ("force", "lsoa"):
        counts = table[level].value_counts()
        assert counts.sum() == len(table)
        assert counts[""] >= missing.sum()
    # most lie in the force; some snapped points do not, and are kept all the same
    told = [words for words in loaded.source.repairs if "point outside every force" in words]
    assert (table["lsoa"] != "").sum() > 0.8 * len(table)
    assert len(told) == int(((table["force"] == "") & ~missing).any())
    # the outlines of forces are drawn coarsely: a sixth of the City's crimes fall into its neighbour's
    assert 0.7 < (table["force"] == "E23000034").sum() / (table["lsoa"] != "").sum() < 0.9
    duplicates = int(raw.duplicated().sum())
    assert f"{duplicates:,} crimes are like another in every column: kept" in loaded.source.repairs


def test_the_force_has_its_own_and_those_nobody_can_place(
    load: Callable[..., Loaded], city_levels: list[dict[str, str]]
) -> None:
    files = f"{CITY}/2016-01/*-street.csv"
    everything = load("police-uk-street", files, levels=city_levels).table
    loaded = load("police-uk-street", files, levels=city_levels, area="E23000034")
    ledger = loaded.source.ledger
    assert ledger.used + ledger.outside_area == ledger.accepted == len(everything)
    assert ledger.used == (everything["force"] == "E23000034").sum()


def test_outcomes_lie_in_other_months_than_their_crimes(load: Callable[..., Loaded]) -> None:
    crimes = load("police-uk-street", f"{CITY}/*/*-street.csv").table
    loaded = load("police-uk-outcomes", f"{CITY}/*/*-outcomes.csv")
    found = matched(loaded.table, crimes)
    assert found.with_crime + found.without_crime + found.without_id == 9_136
    named = loaded.table.loc[loaded.table["id"] != "", "id"]
    assert named.isin(set(crimes["id"])).mean() == pytest.approx(0.857, abs=0.001)
    assert found.crimes_with_several > 0
    assert "1,260 outcomes repeat the id of another: kept" in loaded.source.repairs
    assert not [told for told in loaded.source.repairs if "counted twice" in told]


def test_published_outcomes_against_a_plain_join(load: Callable[..., Loaded]) -> None:
    crimes = load("police-uk-street", f"{CITY}/*/*-street.csv").table
    decided = load("police-uk-outcomes", f"{CITY}/*/*-outcomes.csv").table
    found = outcomes.by_kind(crimes, decided, name="o", since=date(2000, 1, 1), until=date(2100, 1, 1))
    latest = decided[decided["id"] != ""].sort_values("start", kind="stable").groupby("id")["outcome"].last()
    joined = crimes[crimes["id"] != ""].merge(latest.rename("latest"), left_on="id", right_index=True, how="left")
    assert found.table["n"].sum() == len(crimes)
    assert found.values["n"] == len(joined)
    assert found.values["decided"] == joined["latest"].notna().sum()
    assert found.values["commonest_n"] == joined["latest"].value_counts().iloc[0]
    theirs = joined.groupby("kind")["latest"].count()
    assert found.table.set_index("kind")["decided"].to_dict() == theirs.to_dict() | dict.fromkeys(
        set(crimes["kind"]) - set(theirs.index), 0
    )


def test_searches_of_a_month_lie_in_it_by_local_clocks(load: Callable[..., Loaded], real_data: Path) -> None:
    for month, files in (("2019-06", "police_uk_extra/*.csv"), ("2023-09", f"{MET}/2023-09/*-search.csv.gz")):
        table, raw = load("police-uk-stop-and-search", files).table, theirs(real_data, files)
        stamped = raw["Date"].str.slice(0, 7)
        assert stamped.min() < month, "in UTC the file begins in the month before"
        assert set(table["start"].dt.strftime("%Y-%m")) == {month}
        assert (table["age"].to_numpy() == raw["Age range"].to_numpy()).all()
        assert set(table["age"]) <= {"", "under 10", "10-17", "18-24", "25-34", "over 34"}


def test_searches_without_coordinates_are_unplaced(load: Callable[..., Loaded]) -> None:
    table = load("police-uk-stop-and-search", f"{CITY}/201[5-7]-*/*-search.csv").table
    assert len(table) == 2_885
    assert (table["placed_by"] == "unplaced").all()


def test_codes_of_two_censuses_in_one_file_are_told_apart(load: Callable[..., Loaded], real_data: Path) -> None:
    file = f"{MET}/2023-03/2023-03-metropolitan-street.csv.gz"
    loaded = load("police-uk-street", file)
    (counts,) = [told for told in loaded.source.repairs if told.startswith("area codes only")]
    # by full lists of codes 214 are of 2011 alone and 146 of 2021 alone. A best fit leads from one that 2021 kept,
    # and to no more than 71 of the 146: the rest are in neither of its lists, and are not guessed
    assert counts == "area codes only LSOA 2011 has: 215 crimes; only LSOA 2021 has: 71; in neither list: 75"
    assert any(told.startswith("1 file mixes codes of LSOA 2011 and LSOA 2021") for told in loaded.source.repairs)
    assert (loaded.table["area"].to_numpy() == theirs(real_data, file)["LSOA code"].to_numpy()).all()


def test_snapped_points_have_no_default_location(load: Callable[..., Loaded]) -> None:
    loaded = load("police-uk-street", f"{CITY}/*/*-street.csv")
    assert not [told for told in loaded.source.repairs if "default location" in told]
    assert (loaded.table["accuracy_m"] == 500).all()


@pytest.mark.long
def test_cheshire_has_real_duplicates_and_blank_ids(load: Callable[..., Loaded]) -> None:
    told = load("police-uk-street", f"{CHESHIRE}/*/*-street.csv.gz").source.repairs
    assert "73,697 crimes have no id: kept" in told
    assert "134 crimes repeat the id of another: kept" in told
    assert "24,318 crimes are like another in every column: kept" in told


@pytest.mark.long
def test_the_metropolitan_series_changes_its_codes_on_the_way(load: Callable[..., Loaded]) -> None:
    loaded = load("police-uk-street", f"{MET}/*/*-street.csv.gz")
    assert "2,329 crimes repeat the id of another: kept" in loaded.source.repairs
    assert (loaded.table["placed_by"] == "unplaced").sum() == 4_550
    assert any(" files mix codes of LSOA 2011 and LSOA 2021" in told for told in loaded.source.repairs)
    outcomes = load("police-uk-outcomes", f"{MET}/*/*-outcomes.csv.gz")
    found = matched(outcomes.table, loaded.table)
    assert (found.without_crime, found.without_id) == (0, 0)
    assert "8,845 outcomes repeat the id of another: kept" in outcomes.source.repairs
    assert "8,804 outcomes are like another in every column: kept" in outcomes.source.repairs


def test_outlines_of_two_censuses_are_told_apart(load: Callable[..., Loaded], real_data: Path) -> None:
    older = real_data / "uk_boundaries" / "lsoa_2011_by_lad" / "E09000012.json"
    newer = real_data / "uk_boundaries" / "lsoa_2021_london_boroughs" / "Hackney.shp"
    lookup = pd.read_csv(real_data / LOOKUP, dtype=str)
    names = set(lookup["LSOA11CD"]), set(lookup["LSOA21CD"])
    for file in (older, newer):
        loaded = load("areas", "none", levels=[{"level": "lsoa", "file": str(file)}])
        codes = set(loaded.table["code"])
        old, new = len(codes & names[0] - names[1]), len(codes & names[1] - names[0])
        assert (old > 0) == (file == older)
        assert (new > 0) == (file == newer)
        assert loaded.source.repairs[-1].startswith(
            f"area codes only LSOA 2011 has: {old} areas; only LSOA 2021 has: {new}"
        )
