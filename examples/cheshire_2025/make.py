"""Make a workspace for Cheshire 2025 that reads twelve monthly files where they lie, with force, districts and wards."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd

HERE = Path(__file__).parent
DATA = Path(os.environ.get("INTELNB_REAL_DATA", HERE.parents[2] / "shared" / "data"))
CRS = "EPSG:27700"
DISTRICTS = {
    "E06000006": "Halton",
    "E06000007": "Warrington",
    "E06000049": "Cheshire East",
    "E06000050": "Cheshire West and Chester",
}


def areas(folder: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Force, districts and wards in metres; districts are the wards of each put together."""
    parts = []
    for code in DISTRICTS:
        wards = gpd.read_file(folder / "wards_by_lad" / f"{code}.json").to_crs(CRS)
        parts.append(wards.assign(code=wards["WD13CD"], name=wards["WD13NM"], district=code))
    wards = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=CRS)[["code", "name", "district", "geometry"]]
    wards.geometry = wards.geometry.make_valid()
    districts = wards.dissolve("district").reset_index()
    districts["code"], districts["name"] = districts["district"], districts["district"].map(DISTRICTS)
    force = gpd.GeoDataFrame({"code": ["CHS"], "name": ["Cheshire"]}, geometry=[districts.union_all()], crs=CRS)
    return force, districts[["code", "name", "geometry"]], wards[["code", "name", "geometry"]]


def make(folder: Path) -> None:
    """Write the workspace."""
    source = DATA / "police_uk_2025_four_forces"
    if not source.exists():
        sys.exit(f"The Cheshire data are not there ({source}). Set INTELNB_REAL_DATA to the folder that holds them.")
    shutil.copytree(HERE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("make.py", "__pycache__"))
    settings = (HERE / "intelnb.toml").read_text("utf-8").replace("DATA", DATA.resolve().as_posix())
    (folder / "intelnb.toml").write_text(settings, "utf-8")
    (folder / "areas").mkdir(exist_ok=True)
    for name, table in zip(("force", "districts", "wards"), areas(DATA / "uk_boundaries"), strict=True):
        table.to_file(folder / "areas" / f"{name}.gpkg", engine="pyogrio")
    print(f"A workspace for Cheshire 2025 is in {folder}.")


if __name__ == "__main__":
    make(Path(sys.argv[1] if len(sys.argv) > 1 else "reports/cheshire"))
