"""Every real file that fits a source: loaded, with the counts its notes give, and nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from intelnb.errors import InputRefused
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.load.kinds import kinds, loader
from intelnb.records import Clearance

pytestmark = pytest.mark.real_data
long = pytest.mark.long

MONTHS = "{}/*/*-{}"
FOUR, CHESHIRE, CITY, MET = (
    "police_uk_2025_four_forces", "police_uk_cheshire", "police_uk_city_of_london", "police_uk_metropolitan_burglary",
)  # fmt: skip
LOOKUP = "uk_population/lsoa11_to_lsoa21_best_fit_lookup_england_wales_v2.csv"

NYC = """
[columns]
id = "uid"
start = "date_start"
end = "date_end"
longitude = "longitude"
latitude = "latitude"
location = "location_type"
[constants]
kind = "vehicle theft"
"""
NYC_SINGLE = NYC.replace('"date_start"', '"date_single"').replace('end = "date_end"\n', "")
DC = """
[columns]
easting = "X"
northing = "Y"
start = "StartDateTime"
end = "EndDateTime"
[constants]
kind = "burglary"
[source]
crs = "EPSG:2248"
timezone = "UTC"
"""
CHICAGO = '[columns]\neasting = "X"\nnorthing = "Y"\nstart = "date"\n[constants]\nkind = "burglary"\n'
CENSUS = """
[columns]
area = "lsoa21_code"
name = "lsoa21_name"
age = "age_group"
residents = "usual_residents"
[constants]
edition = "LSOA 2021"
year = 2021
"""
DENSITY = """
[columns]
area = "LSOA 2021 Code"
name = "LSOA 2021 Name"
[constants]
edition = "LSOA 2021"
[spread.residents]
"Mid-2022: Population" = {year = 2022}
"Mid-2023: Population" = {year = 2023}
"Mid-2024: Population" = {year = 2024}
"""
ATLAS = """
[columns]
area = "Lower Super Output Area"
name = "Names"
[constants]
edition = "LSOA 2011"
year = 2013
[spread.residents]
"Mid-year Population Estimates;Aged 0-15;2013" = {age = "0-15"}
"Mid-year Population Estimates;Aged 16-29;2013" = {age = "16-29"}
"Mid-year Population Estimates;Aged 30-44;2013" = {age = "30-44"}
"Mid-year Population Estimates;Aged 45-64;2013" = {age = "45-64"}
"Mid-year Population Estimates;Aged 65+;2013" = {age = "65+"}
"""
IMD = """
[columns]
area = "lsoa11_code"
name = "lsoa11_name"
rank = "index_of_multiple_deprivation_imd_rank"
decile = "index_of_multiple_deprivation_imd_decile"
crime_rank = "crime_rank"
crime_decile = "crime_decile"
[constants]
edition = "LSOA 2011"
index = "IMD 2019"
"""
EXPERTS = '[columns]\nid = "id"\ntype = "member_type"\nname = "name"\n'
FTM = '[columns]\nid = "id"\ntype = "schema"\nname = "properties.name"\n'
COMPANIES = '[source]\ntable = "company"\n[columns]\nid = "id"\nname = "name"\n[constants]\ntype = "company"\n'
SHARES = '[source]\ntable = "shares"\n[columns]\nsource = "shareholder"\ntarget = "owns"\nweight = "share"\n'
STIX = '[source]\nrecords = "objects"\n[columns]\nid = "id"\ntype = "type"\n'
EDGES = '[columns]\nsource = "from"\ntarget = "to"\n'
NODES = '[columns]\nid = "name"\nname = "name"\n[constants]\ntype = "person"\n'


@dataclass(frozen=True)
class Case:
    """One file, or one set of files read as one source, and how many records it holds."""

    files: str
    kind: str
    count: int
    column_map: str = ""
    layout: str = ""
    quarantined: int = 0
    each: int = 1  # records in one row of a wide table
    grid: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.files}"


def case(files: str, kind: str, count: int, *marks: pytest.MarkDecorator, **more: Any) -> Any:
    made = Case(files, kind, count, **more)
    return pytest.param(made, marks=marks, id=str(made))


AMERICA = {"crs": "EPSG:32618", "timezone": "America/New_York"}
TABLES = [
    case(MONTHS.format(CITY, "street.csv"), "police-uk-street", 10_118),
    case(MONTHS.format(CITY, "outcomes.csv"), "police-uk-outcomes", 9_136),
    case(MONTHS.format(CITY, "stop-and-search.csv"), "police-uk-stop-and-search", 2_885),
    case("police_uk_extra/*.csv", "police-uk-stop-and-search", 907),
    case(MONTHS.format(CHESHIRE, "street.csv.gz"), "police-uk-street", 176_534, long),
    *(
        case(MONTHS.format(FOUR, f"{force}-street.csv.gz"), "police-uk-street", count, long)
        for force, count in (("cheshire", 80_955), ("cumbria", 38_944), ("norfolk", 67_367), ("north-yorkshire", 61_523))
    ),
    case(MONTHS.format(MET, "street.csv.gz"), "police-uk-street", 271_921, long),
    case(MONTHS.format(MET, "outcomes.csv.gz"), "police-uk-outcomes", 104_980, long),
    case(MONTHS.format(MET, "stop-and-search.csv.gz"), "police-uk-stop-and-search", 117_852, long),
    case("us_nyc_vehicle_thefts/nycvehiclethefts.csv", "crimes", 35_746, column_map=NYC_SINGLE, grid=AMERICA),
    case("us_dc_burglaries/dcburglaries.csv", "crimes", 1_025, column_map=DC, grid=AMERICA),
    case("near_repeat_chicago/chicago_be.csv", "crimes", 11_701, column_map=CHICAGO, quarantined=1, grid={"crs": "EPSG:26971"}),  # one has no date
    case("near_repeat_chicago/chicago_arson.csv", "crimes", 522, column_map=CHICAGO, grid={"crs": "EPSG:26971"}),
    case(LOOKUP, "area_lookup", 34_753, layout="ons-lsoa-2011-2021"),
    case("uk_population/census21_pop_lsoa21_by_age.csv.gz", "population", 214_032, long, column_map=CENSUS),
    case(
        "uk_population/ons_lsoa21_population_density_mid2022_mid2024.xlsx", "population", 35_672, long,
        column_map=DENSITY, each=3,
    ),
    case("uk_population/lsoa-data_clean.csv", "population", 4_835, column_map=ATLAS, each=5),
    case("uk_population/iod2019_eng_lsoa11.csv.gz", "deprivation", 32_844, column_map=IMD),
    case("followthemoney/experts.csv", "entities", 14, column_map=EXPERTS),
    case("followthemoney/ftm.jsonl", "entities", 81, column_map=FTM),
    case("followthemoney/kek.sqlite", "entities", 3_065, column_map=COMPANIES),
    case("followthemoney/kek.sqlite", "links", 2_904, column_map=SHARES),
    *(
        case(f"stix/{name}.json", "entities", count, column_map=STIX)
        for name, count in (
            ("apt1", 76), ("defining-campaigns-threat-actors-intrusion-sets", 26),
            ("identifying-a-threat-actor-profile", 3), ("indicator-for-malicious-url", 3),
            ("malware-indicator-for-file-hash", 3), ("sighting-of-an-indicator", 4), ("sighting-of-observed-data", 8),
            ("threat-actor-leveraging-attack-patterns-and-malware", 7), ("using-marking-definitions", 4),
        )
    ),
]  # fmt: skip
MATRICES = {
    # names, links: where a matrix is symmetric each tie once
    "MONTREALGANG": (35, 153), "NDRANGHETAMAFIA_2M": (203, 455), "luciaetal_montagna": (40, 72),
    "macdonald_tfc": (112, 361), "morselli_caviar": (110, 295), "morselli_cielnet": (25, 45), "morselli_togo": (33, 47),
    "natajaran_cocaine": (28, 40), "natajaran_heroin": (38, 168),
}  # fmt: skip
EDGELISTS = {
    # nodes, edges
    "Caviar_01": (110, 205), "Hijackers_911_01": (60, 125), "Madrid_bombing_v2": (70, 243),
    "Montagna_mafia_Montagna_meetings": (144, 289), "Montagna_mafia_Montagna_phone": (144, 150),
    "Montreal_gangs": (35, 78), "Natarajan_heroin": (38, 87), "Ndrangheta_mafia": (203, 455),
    **{f"Noordin_top_{i:02d}": (79, None) for i in range(1, 11)},
}  # fmt: skip
AREAS = {
    "uk_boundaries/lsoa_2011_by_lad/*.json": (5_487, 8),
    "uk_boundaries/msoa_2011_by_lad/*.json": (140, 0),
    "uk_boundaries/wards_by_lad/*.json": (166, 0),
    "uk_boundaries/lsoa_2021_london_boroughs/*.shp": (411, 0),
    "uk_boundaries/police_force_areas.geojson": (43, 1),
    "uk_boundaries/police_boundaries_2016_epsg27700.gpkg": (43, 0),
}


@pytest.fixture
def load(real_data: Path, folder: Path, clearance: Callable[..., Clearance]) -> Callable[..., Loaded]:
    """Read real files as one source, for somebody who may have everything."""

    def made(kind: str, files: str, *, column_map: str = "", **more: Any) -> Loaded:
        if column_map:
            (folder / "map.toml").write_text(column_map, "utf-8")
        fields = {"folder": folder, "allowed": [real_data], "crs": "EPSG:27700", "marking": "OFFICIAL", **more}
        everything = tuple(kind.replace("-", "_") for kind in kinds())
        return loader(kind).read(
            Request.of(
                kind=kind, clearance=clearance(sources=everything), files=str(real_data / files),
                column_map="map.toml" if column_map else "", **fields,
            )
        )  # fmt: skip

    return made


@pytest.mark.parametrize("one", TABLES)
def test_tables(one: Case, load: Callable[..., Loaded]) -> None:
    loaded = load(one.kind, one.files, column_map=one.column_map, layout=one.layout, **one.grid)
    ledger = loaded.source.ledger
    assert (ledger.read, ledger.quarantined) == (one.count * one.each, one.quarantined)
    assert ledger.used == ledger.accepted == len(loaded.table) == ledger.read - one.quarantined


@pytest.mark.parametrize("name", MATRICES)
def test_matrices(name: str, load: Callable[..., Loaded]) -> None:
    nodes, edges = MATRICES[name]
    made = load("links", f"networks_covert/{name}.csv", layout="matrix")
    named = load("entities", f"networks_covert/{name}.csv", layout="matrix")
    assert (len(named.table), len(made.table)) == (nodes, edges)
    assert made.source.ledger.quarantined == named.source.ledger.quarantined == 0
    assert set(made.table["source"]) | set(made.table["target"]) <= set(named.table["id"])


@pytest.mark.parametrize("name", EDGELISTS)
def test_edge_lists(name: str, load: Callable[..., Loaded]) -> None:
    nodes, edges = EDGELISTS[name]
    made = load("links", f"networks_covert/edgelists/{name}_edges.csv", column_map=EDGES)
    named = load("entities", f"networks_covert/edgelists/{name}_nodes.csv", column_map=NODES)
    assert len(named.table) == nodes
    assert edges is None or len(made.table) == edges
    assert made.source.ledger.quarantined == named.source.ledger.quarantined == 0
    assert set(made.table["source"]) | set(made.table["target"]) <= set(named.table["id"])


def test_every_edge_list_loads_whole(real_data: Path, load: Callable[..., Loaded]) -> None:
    """Phases and waves, of which the notes give no counts: as many records as lines."""
    for kind, rules, lines in (("links", EDGES, 3_155), ("entities", NODES, 1_970)):
        ending = "edges" if kind == "links" else "nodes"
        loaded = load(kind, f"networks_covert/edgelists/*_{ending}.csv", column_map=rules)
        assert (loaded.source.ledger.read, loaded.source.ledger.quarantined) == (lines, 0)


def test_a_two_mode_matrix_and_its_edge_list_say_the_same(load: Callable[..., Loaded]) -> None:
    matrix = load("links", "networks_covert/NDRANGHETAMAFIA_2M.csv", layout="matrix").table
    edges = load("links", "networks_covert/edgelists/Ndrangheta_mafia_edges.csv", column_map=EDGES).table
    as_pairs = [set(zip(t["source"], t["target"].str.replace(" ", ""), strict=True)) for t in (matrix, edges)]
    assert as_pairs[0] == as_pairs[1]


@pytest.mark.parametrize("files", AREAS)
def test_areas(files: str, load: Callable[..., Loaded], real_data: Path) -> None:
    count, broken = AREAS[files]
    loaded = load("areas", "", levels=[{"level": "area", "file": str(real_data / files)}])
    assert (loaded.source.ledger.read, len(loaded.table)) == (count, count)
    mended = [told for told in loaded.source.repairs if "broken outline" in told]
    assert sum(int(told.split(": ")[1].split()[0]) for told in mended) == broken


@pytest.mark.parametrize(
    ("file", "word"),
    [
        ("pysal_examples/columbus/columbus.shp", r"\.prj"),
        ("pysal_examples/stl/stl_hom.shp", r"\.prj"),
        ("pysal_examples/juvenile/juvenile.shp", r"\.prj"),
        ("pysal_examples/geodanet/crimes.shp", "does not hold polygons"),
        ("pysal_examples/geodanet/streets.shp", "does not hold polygons"),
    ],
)
def test_areas_nobody_can_place_are_refused(file: str, word: str, load: Callable[..., Loaded], real_data: Path) -> None:
    with pytest.raises(InputRefused, match=word):
        load("areas", "", levels=[{"level": "area", "file": str(real_data / file)}])
