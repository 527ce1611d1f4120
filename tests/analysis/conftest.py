"""The sample force in the shape analysis receives it, read here directly so that these tests need no loader."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples"
EXCLUDED = ("Cancelled", "Transferred")


def _mapped(kind: str, files: list[Path]) -> tuple[pd.DataFrame, dict[str, Any]]:
    plan = tomllib.loads((SAMPLE / "maps" / f"{kind}.toml").read_text(encoding="utf-8"))
    raw = pd.concat([pd.read_csv(file, dtype=str, keep_default_na=False) for file in files], ignore_index=True)
    table = pd.DataFrame({ours: raw[theirs] for ours, theirs in plan["columns"].items()})
    for column, layout in plan["formats"].items():
        table[column] = pd.to_datetime(table[column], format=layout, errors="coerce")
    return table, plan


def _tuples(column: pd.Series) -> list[tuple[str, ...]]:
    return [tuple(part for part in text.split(";") if part) for text in column]


@pytest.fixture(scope="session")
def wards() -> gpd.GeoDataFrame:
    return gpd.read_file(SAMPLE / "areas" / "wards.gpkg")


@pytest.fixture(scope="session")
def force() -> gpd.GeoDataFrame:
    return gpd.read_file(SAMPLE / "areas" / "force.geojson")


@pytest.fixture(scope="session")
def districts() -> gpd.GeoDataFrame:
    return gpd.read_file(SAMPLE / "areas" / "districts.geojson")


@pytest.fixture(scope="session")
def crimes() -> gpd.GeoDataFrame:
    table, plan = _mapped("crimes", sorted((SAMPLE / "crimes").glob("*.csv.gz")))
    table["kind"] = table["kind"].map(plan["values"]["kind"])
    for column in ("easting", "northing"):
        table[column] = pd.to_numeric(table[column], errors="coerce")
    table = table[table["kind"].notna() & table["start"].notna() & ~table["status"].isin(EXCLUDED)]
    table = table.reset_index(drop=True)
    table["end"] = table["end"].fillna(table["start"])
    table = table[table["end"] >= table["start"]].reset_index(drop=True)
    table["flags"] = _tuples(table["flags"])
    table["middle"] = table["start"] + (table["end"] - table["start"]) / 2
    table["hours_wide"] = (table["end"] - table["start"]) / pd.Timedelta(hours=1)
    table["accuracy_m"] = np.nan
    table["inside"] = True
    table["placed_by"] = np.where(table["easting"].notna(), "point", "code")
    shapes = gpd.points_from_xy(table["easting"].fillna(0), table["northing"].fillna(0))
    found = gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:27700")
    found.loc[found["easting"].isna(), "geometry"] = None
    found.attrs.update(kind="crimes", status="submitted", withheld=())
    return found


@pytest.fixture(scope="session")
def logs() -> pd.DataFrame:
    table, _ = _mapped("logs", sorted((SAMPLE / "logs").glob("*.csv.gz")))
    table = table[~table["handling"].isin(["X"])].reset_index(drop=True)
    for column in ("area", "priority", "requirement", "subjects", "linked", "audiences"):
        table[column] = _tuples(table[column])
    table["to_grade"] = (table["handling"] == "") | (table["marking"] == "")
    modern = table["scheme"] == "3x5x2"
    conditional = (modern & (table["handling"] == "C")) | (~modern & (table["handling"] != "1"))
    table["conditional"] = conditional | table["to_grade"]
    table.attrs.update(kind="logs", status="submitted", withheld=())
    return table


@pytest.fixture(scope="session")
def registers() -> dict[str, pd.DataFrame]:
    """The small tables: priorities, requirements, actions, breaks."""
    found = {}
    for kind in ("priorities", "requirements", "actions", "breaks"):
        table = pd.read_csv(SAMPLE / f"{kind}.csv", dtype=str, keep_default_na=False)
        for column in {"due", "date", "until"} & set(table.columns):
            table[column] = pd.to_datetime(table[column])
        for column in {"kinds", "flags", "areas", "priorities"} & set(table.columns):
            table[column] = _tuples(table[column])
        table.attrs.update(kind=kind, status="submitted")
        found[kind] = table
    return found


@pytest.fixture(scope="session")
def truths() -> dict[str, dict[str, Any]]:
    return {one["id"]: one["expect"] for one in json.loads((SAMPLE / "truths.json").read_text(encoding="utf-8"))}
