"""The invented county: one force, four districts and twenty-four wards, placed in open sea on the British grid."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

CRS = "EPSG:27700"
CENTRE = (649000.0, 447500.0)
DISTRICTS = {
    "NOR-C": "Northmere Central",
    "NOR-N": "Northmere North",
    "NOR-E": "Northmere East",
    "NOR-S": "Northmere South",
}

# code: name, seed easting, seed northing, share of the county's homes
WARDS: dict[str, tuple[str, float, float, float]] = {
    "C1": ("Castle", 646500, 448700, 7.0),
    "C2": ("Brickfields", 650500, 448800, 7.0),
    "C3": ("Station", 648250, 447450, 6.5),
    "C4": ("Harbour", 643700, 447500, 5.0),
    "C5": ("Old Town", 648500, 449500, 6.0),
    "C6": ("Linden", 650300, 446300, 6.5),
    "C7": ("Fairholm", 646400, 446100, 6.0),
    "E1": ("Quarry", 652800, 451600, 3.5),
    "E2": ("Saltings", 655100, 450200, 3.0),
    "E3": ("Elmfield", 652900, 448900, 5.0),
    "E4": ("Ropewalk", 655500, 447300, 3.5),
    "E5": ("Tannery", 652900, 446200, 4.5),
    "E6": ("Warren", 654600, 444300, 3.0),
    "N1": ("Northgate", 643500, 450300, 3.0),
    "N2": ("Westing", 645500, 452300, 3.0),
    "N3": ("Priory", 648000, 453100, 3.5),
    "N4": ("Meadow", 650700, 453000, 3.0),
    "N5": ("Glebe", 646900, 450900, 4.5),
    "N6": ("Orchard", 650000, 451100, 4.5),
    "S1": ("Carr", 643700, 444600, 3.5),
    "S2": ("Mill End", 646100, 443300, 3.5),
    "S3": ("Common", 648400, 444500, 4.5),
    "S4": ("Reservoir", 648900, 442300, 5.5),
    "S5": ("Kiln", 651500, 443500, 4.0),
}


def outline() -> shapely.Polygon:
    """One irregular shore about 16 km by 13 km, the same every time."""
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    wave = 0.042 * np.cos(3 * angle + 0.7) + 0.030 * np.cos(5 * angle + 2.1) + 0.016 * np.cos(9 * angle + 4.0)
    wave = wave + 0.010 * np.cos(17 * angle + 1.0)
    ring = np.column_stack(
        [CENTRE[0] + 8000 * (1 + wave) * np.cos(angle), CENTRE[1] + 6450 * (1 + wave) * np.sin(angle)]
    )
    return shapely.Polygon(np.round(ring))


def _wavy(line: shapely.LineString, rng: np.random.Generator) -> shapely.LineString:
    """A straight border bent a little, with its ends where they were."""
    steps = max(round(line.length / 320), 2)
    at = np.linspace(0, 1, steps + 1)
    points = shapely.get_coordinates(shapely.line_interpolate_point(line, at, normalized=True))
    along = (points[-1] - points[0]) / line.length
    across = np.array([-along[1], along[0]])
    height = min(0.045 * line.length, 110.0)
    bend = height * (np.sin(np.pi * at) * rng.uniform(-1, 1) + np.sin(3 * np.pi * at) * rng.uniform(-0.6, 0.6))
    bent = np.round(points + bend[:, None] * across)
    bent[[0, -1]] = np.round(points[[0, -1]])
    return shapely.LineString(bent)


def wards(rng: np.random.Generator) -> gpd.GeoDataFrame:
    """The 24 wards as a valid coverage: neighbours share every vertex of their border.

    Returns
    -------
    A table of ``code``, ``name``, ``geometry`` in metres (EPSG:27700), sorted by code.
    """
    shore = outline()
    seeds = shapely.points([(east, north) for _, east, north, _ in WARDS.values()])
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=shore.buffer(5000)))
    pieces = shapely.union_all(shapely.boundary(shapely.intersection(cells, shore)), grid_size=1.0)
    lines = sorted(shapely.get_parts(shapely.line_merge(pieces)), key=lambda line: shapely.normalize(line).wkt)
    rim = shore.boundary.buffer(3)
    bent = [line if rim.covers(line) else _wavy(shapely.normalize(line), rng) for line in lines]
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(bent, grid_size=1.0))))
    faces = shapely.orient_polygons(shapely.normalize(faces), exterior_cw=False)
    shapes = [faces[int(np.flatnonzero(shapely.contains(faces, seed))[0])] for seed in seeds]
    table = gpd.GeoDataFrame(
        {"code": list(WARDS), "name": [WARDS[code][0] for code in WARDS]}, geometry=shapes, crs=CRS
    )
    return table.sort_values("code", ignore_index=True)


def _joined(shapes: NDArray[np.object_]) -> shapely.Polygon:
    """Wards made into one area, without their inner borders."""
    whole = shapely.coverage_union_all(shapes)
    return shapely.orient_polygons(shapely.normalize(shapely.get_parts(whole)[0]), exterior_cw=False)


def districts(wards: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The four districts, each exactly its wards."""
    first = wards["code"].str[0]
    shapes = [_joined(wards.geometry.to_numpy()[first == code[-1]]) for code in DISTRICTS]
    return gpd.GeoDataFrame({"code": list(DISTRICTS), "name": list(DISTRICTS.values())}, geometry=shapes, crs=CRS)


def force(wards: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The whole county as one area with code NOR."""
    shape = _joined(wards.geometry.to_numpy())
    return gpd.GeoDataFrame({"code": ["NOR"], "name": ["Northmere"]}, geometry=[shape], crs=CRS)


def _geojson(areas: gpd.GeoDataFrame) -> str:
    """GeoJSON text in whole metres that declares its own grid."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [shapely.get_coordinates(shape.exterior).round().astype(int).tolist()],
            },
        }
        for code, name, shape in zip(areas["code"], areas["name"], areas.geometry, strict=True)
    ]
    head = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    return json.dumps({"type": "FeatureCollection", "crs": head, "features": features}, separators=(",", ":")) + "\n"


def write(folder: Path, wards: gpd.GeoDataFrame) -> list[Path]:
    """Write force and districts as GeoJSON and the wards as a GeoPackage."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / "force.geojson", folder / "districts.geojson", folder / "wards.gpkg"]
    paths[0].write_text(_geojson(force(wards)), encoding="utf-8", newline="\n")
    paths[1].write_text(_geojson(districts(wards)), encoding="utf-8", newline="\n")
    paths[2].unlink(missing_ok=True)
    # a GeoPackage stamps the moment of writing; a fixed moment keeps its bytes the same
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2026-11-16T05:00:00.000Z"})
    try:
        wards.to_file(paths[2], layer="wards", driver="GPKG")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return paths
