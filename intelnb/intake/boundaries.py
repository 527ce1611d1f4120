"""Outlines of areas from GeoJSON and GeoPackage, read by ourselves so that no driver can be talked into more."""

from __future__ import annotations

import json
import re
import sqlite3
import struct
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from intelnb import geo
from intelnb.errors import InputRefused, UsageError
from intelnb.intake import gate
from intelnb.intake.request import Level, Request
from intelnb.tables.words import listed

_ENVELOPE_BYTES = (0, 32, 48, 48, 64)


def levels(request: Request) -> tuple[gpd.GeoDataFrame, tuple[str, ...], dict[str, str]]:
    """Every area of every level, from the largest level to the smallest, in the force's grid.

    Returns
    -------
    A table of `code`, `name`, `level`, `geometry` sorted by level and code; what was repaired; and the digest
    of every file.

    Raises
    ------
    InputRefused
        When a file is not a boundary file, declares no system, or has areas without a code or with one twice.
    """
    parts, repairs, digests = [], [], {}
    for level in request.levels:
        opened = gate.open_file(request.folder / level.file, folder=request.folder, allowed=request.allowed)
        table, crs = _features(opened, level)
        outline = table["geometry"].to_numpy(dtype=object)
        whole, mended = geo.repaired(outline)
        if mended:
            repairs.append(f"{opened.name}: {mended} broken outlines made valid")
        moved = gpd.GeoSeries(whole, crs=crs).to_crs(geo.metric_crs(request.crs))
        table = table.assign(level=level.level, geometry=moved.to_numpy()).sort_values("code", kind="stable")
        _checked(table, opened.name, level)
        parts.append(table)
        digests[opened.name] = opened.sha256
    if not parts:
        empty = {name: pd.Series([], dtype="str") for name in ("code", "name", "level")}
        return gpd.GeoDataFrame(empty, geometry=[], crs=request.crs), (), {}
    joined = pd.concat(parts, ignore_index=True)
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=request.crs), tuple(repairs), digests


def parents(areas: gpd.GeoDataFrame, names: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """For each area code, the codes of the larger areas it lies in, by level, and its own.

    An area lies where a point inside it lies.
    """
    found: dict[str, dict[str, str]] = {}
    crs = str(areas.crs)
    for at, level in enumerate(names):
        own = areas[areas["level"] == level]
        inner = own.geometry.representative_point()
        x, y = inner.x.to_numpy(), inner.y.to_numpy()
        above = {up: geo.place(x, y, areas[areas["level"] == up], crs=crs) for up in names[:at]}
        for i, code in enumerate(own["code"]):
            found.setdefault(code, {**{up: str(codes[i]) for up, codes in above.items()}, level: code})
    return found


def chosen(areas: gpd.GeoDataFrame, code: str) -> gpd.GeoDataFrame:
    """The one area of a code; the largest where several levels use it.

    Raises
    ------
    UsageError
        When there is no such area.
    """
    own = areas[areas["code"] == code]
    if own.empty:
        told = listed(list(areas["code"]), most=12)
        raise UsageError(
            what=f"There is no area '{code}' in the area files", now=f"Choose one of: {told or 'none is set'}."
        )
    return own.iloc[[0]]


def _checked(table: pd.DataFrame, name: str, level: Level) -> None:
    """Refuse areas nobody could name, or two by one name."""
    blank = int((table["code"] == "").sum())
    twice = sorted(set(table.loc[table["code"].duplicated(), "code"]))
    if blank or twice or table.empty:
        told = f"codes used twice: {', '.join(twice[:5])}" if twice else f"{blank} areas without a code"
        told = told if len(table) else "no area"
        raise InputRefused(
            what=f"The area file has {told}", where=f"{name}, column '{level.code}'", now="Mend the file."
        )


def _features(opened: gate.Opened, level: Level) -> tuple[pd.DataFrame, pyproj.CRS]:
    """Codes, names and outlines of one file, and the system they are in."""
    if opened.layer == "json":
        return _geojson(opened, level)
    if opened.layer == "sqlite":
        return _geopackage(opened, level)
    raise InputRefused(
        what="This is neither GeoJSON nor a GeoPackage", where=opened.name, now="Export the areas as one of these."
    )


def _geojson(opened: gate.Opened, level: Level) -> tuple[pd.DataFrame, pyproj.CRS]:
    """A GeoJSON file, with its outlines checked one by one."""
    fault = InputRefused(
        what="This is not a GeoJSON file of areas", where=opened.name, now="Export the areas as a FeatureCollection."
    )
    try:
        body: Any = json.loads(opened.data.decode("utf-8-sig"))
        features = body["features"]
        properties = [feature["properties"] for feature in features]
        shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]
    except (ValueError, KeyError, TypeError, RecursionError, shapely.errors.GEOSException):
        raise fault from None
    crs = _declared(body.get("crs"), opened.name)
    geometry = np.array(shapes, dtype=object)
    west, south, east, north = shapely.total_bounds(geometry) if len(geometry) else (0, 0, 0, 0)
    if crs.is_geographic and (west < -180 or east > 180 or south < -90 or north > 90):
        raise InputRefused(
            what="The areas are not in degrees, and the file does not say in what",
            where=opened.name,
            now="Export it with its 'crs' member, or as a GeoPackage.",
        )
    columns = [{str(k): v for k, v in p.items()} for p in properties if isinstance(p, dict)]
    if len(columns) != len(shapes):
        raise fault
    return _named(columns, geometry, level, opened.name), crs


def _declared(member: Any, name: str) -> pyproj.CRS:
    """The system a GeoJSON file declares; degrees by the standard when it declares none. Links are never followed."""
    if member is None:
        return pyproj.CRS.from_user_input(geo.WGS84)
    try:
        if member["type"] == "name":
            stated = str(member["properties"]["name"])
            found = re.fullmatch(r"urn:ogc:def:crs:([A-Z]+):[^:]*:(\w+)|([A-Z]+):(\w+)", stated)
            if found:
                authority, code = found[1] or found[3], found[2] or found[4]
                return pyproj.CRS.from_authority(authority, code)
    except (CRSError, KeyError, TypeError):
        pass
    raise InputRefused(
        what="The file names its coordinate system in a way we do not follow",
        where=name,
        now="Export it with a 'crs' of type name, such as EPSG:27700.",
    )


def _geopackage(opened: gate.Opened, level: Level) -> tuple[pd.DataFrame, pyproj.CRS]:
    """A GeoPackage of one table of areas, opened in memory: nothing is written beside the file."""
    # a copy left in write-ahead mode cannot be opened from memory; the two bytes name the mode
    data = opened.data[:18] + b"\x01\x01" + opened.data[20:]
    broken = InputRefused(what="The GeoPackage is damaged", where=opened.name, now="Export it again.")
    try:
        with sqlite3.connect(":memory:") as base:
            base.deserialize(data)
            base.execute("PRAGMA trusted_schema = OFF")
            table, column, authority, code = _layer(base, opened.name)
            base.row_factory = sqlite3.Row
            read = base.execute(f"SELECT * FROM {_quoted(table)}").fetchall()  # noqa: S608 - quoted, and from its own catalogue
    except (sqlite3.Error, UnicodeDecodeError):
        raise broken from None
    try:
        geometry = np.array([_outline(row[column]) for row in read], dtype=object)
        crs = pyproj.CRS.from_authority(authority, code)
    except (struct.error, IndexError, TypeError, shapely.errors.GEOSException):
        raise broken from None
    except CRSError:
        raise InputRefused(
            what="The GeoPackage declares no coordinate system we know",
            where=opened.name,
            now="Declare it and export again.",
        ) from None
    columns = [{k: row[k] for k in row.keys() if k != column} for row in read]  # noqa: SIM118 - a Row iterates its values
    return _named(columns, geometry, level, opened.name), crs


def _layer(base: sqlite3.Connection, name: str) -> tuple[str, str, str, int]:
    """The one table of areas: its name, geometry column and system. Views are not run."""
    found = base.execute(
        "SELECT g.table_name, g.column_name, s.organization, s.organization_coordsys_id"
        " FROM gpkg_geometry_columns g JOIN gpkg_spatial_ref_sys s USING (srs_id)"
        " JOIN sqlite_master m ON m.name = g.table_name AND m.type = 'table'"
    ).fetchall()
    if len(found) != 1:
        raise InputRefused(
            what=f"The GeoPackage holds {len(found)} tables of areas where one is expected",
            where=name,
            now="Export one level alone.",
        )
    table, column, authority, code = found[0]
    return str(table), str(column), str(authority), int(code)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _outline(blob: bytes) -> shapely.Geometry:
    """The WKB inside a GeoPackage geometry, behind its header."""
    if blob[:2] != b"GP":
        raise struct.error("not a GeoPackage geometry")
    return shapely.from_wkb(blob[8 + _ENVELOPE_BYTES[(blob[3] >> 1) & 7] :])


def _named(columns: list[dict[str, Any]], geometry: NDArray[np.object_], level: Level, name: str) -> pd.DataFrame:
    """Codes, names and outlines in one table."""
    known = sorted({key for row in columns for key in row})
    for wanted in (level.code, level.name):
        if wanted not in known:
            told = f"The area file has no column '{wanted}'"
            raise InputRefused(what=told, where=name, now=f"It has: {', '.join(known[:12])}. Mend the settings.")
    areal = [shape is not None and shape.geom_type in {"Polygon", "MultiPolygon"} for shape in geometry]
    if not all(areal):
        told = f"{areal.count(False)} of {len(areal)} features are not areas"
        raise InputRefused(what=told, where=name, now="Export polygons only.")
    text = {
        ours: [_text(row.get(theirs)) for row in columns]
        for ours, theirs in (("code", level.code), ("name", level.name))
    }
    table = pd.DataFrame({key: pd.Series(cells, dtype="str") for key, cells in text.items()})
    return table.assign(geometry=pd.Series(list(geometry), dtype="object"))


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def is_whole_force(areas: gpd.GeoDataFrame, request: Request) -> bool:
    """Whether the area asked for is the one area of the largest level: all the force's records belong to it."""
    largest = areas[areas["level"] == request.levels[0].level] if request.levels else areas
    return len(largest) == 1 and str(largest["code"].iloc[0]) == request.area
