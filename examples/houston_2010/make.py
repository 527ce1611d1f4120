"""Make a workspace for Houston 2010 that reads the records where they lie, with beats drawn round the recorded points.

No boundary comes with the data. A beat is drawn here as all that lies nearer to its own middle point than to any
other beat's, inside the outline of the points themselves: enough to count by, and no official border.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

HERE = Path(__file__).parent
DATA = Path(os.environ.get("INTELNB_REAL_DATA", HERE.parents[2] / "shared" / "data"))
CRS = "EPSG:32615"
# points outside this box lie in other counties or states
WEST, SOUTH, EAST, NORTH = -95.80, 29.50, -95.00, 30.15


def areas(crimes: pd.DataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The city's outline and its beats, in metres."""
    near = crimes[crimes["lon"].between(WEST, EAST) & crimes["lat"].between(SOUTH, NORTH)]
    points = gpd.GeoSeries(gpd.points_from_xy(near["lon"], near["lat"]), crs="EPSG:4326", index=near.index).to_crs(CRS)
    outline = shapely.concave_hull(shapely.MultiPoint(points.to_list()), ratio=0.15).buffer(250)
    middle = pd.DataFrame({"beat": near["beat"], "x": points.x, "y": points.y}).groupby("beat")[["x", "y"]].median()
    seeds = shapely.MultiPoint(list(zip(middle["x"], middle["y"], strict=True)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=outline))
    shapes = [next(c for c in cells if c.contains(shapely.Point(x, y))) for x, y in middle.to_numpy()]
    beats = gpd.GeoDataFrame({"code": middle.index, "name": "Beat " + middle.index}, geometry=shapes, crs=CRS)
    beats.geometry = beats.geometry.intersection(outline).map(_largest)
    city = gpd.GeoDataFrame({"code": ["HOU"], "name": ["Houston"]}, geometry=[beats.union_all()], crs=CRS)
    return city, beats


def _largest(shape: shapely.Geometry) -> shapely.Geometry:
    """The largest part of a shape that an outline cut in pieces."""
    return max(shapely.get_parts(shape), key=lambda part: part.area)


def make(folder: Path) -> None:
    """Write the workspace."""
    source = DATA / "us_houston_2010" / "crime.csv.gz"
    if not source.exists():
        sys.exit(f"The Houston data are not there ({source}). Set INTELNB_REAL_DATA to the folder that holds them.")
    shutil.copytree(HERE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("make.py", "__pycache__"))
    settings = (HERE / "intelnb.toml").read_text("utf-8").replace("DATA", DATA.resolve().as_posix())
    (folder / "intelnb.toml").write_text(settings, "utf-8")
    city, beats = areas(pd.read_csv(source, usecols=["lon", "lat", "beat"]).dropna())
    (folder / "areas").mkdir(exist_ok=True)
    city.to_file(folder / "areas" / "city.gpkg", engine="pyogrio")
    beats.to_file(folder / "areas" / "beats.gpkg", engine="pyogrio")
    print(f"A workspace for Houston 2010 is in {folder}.")


if __name__ == "__main__":
    make(Path(sys.argv[1] if len(sys.argv) > 1 else "reports/houston"))
