"""Outlines of areas from GeoJSON, GeoPackage and Shapefile, read by ourselves so that no driver can be talked into more."""

from __future__ import annotations

import json
import re
import sqlite3
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from intelnb import geo
from intelnb.errors import InputRefused
from intelnb.intake import ceiling, gate, json_records, shapefile
from intelnb.tables.words import several

LAYERS = ("shapefile", "json", "sqlite")
ENDINGS = (".shp", ".dbf", ".prj", ".cpg", ".geojson", ".json", ".gpkg")
"""How the parts of an archive that are read may end; what they are is told by their content."""
_NO_TEXT = frozenset({"coordinates", "bbox"})
_DAMAGED = object()
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
Beside = Callable[[str], gate.Opened | None]
"""Opens the file of the same name with another ending; None where there is none."""


@dataclass(frozen=True, eq=False)
class Outlines:
    """What one file says of its areas: their columns, their outlines, and the system these are in.

    An outline is None where a feature has none; `damaged` are the places of those whose outline cannot be drawn.
    """

    columns: list[dict[str, Any]]
    geometry: NDArray[np.object_]
    crs: pyproj.CRS
    told: tuple[str, ...] = ()
    damaged: frozenset[int] = frozenset()


def read(opened: gate.Opened, beside: Beside) -> Outlines:
    """Read the areas of one file, known by its content.

    Parameters
    ----------
    opened
        The file.
    beside
        Opens the files that belong to a Shapefile.

    Raises
    ------
    InputRefused
        When it is damaged, of another kind, or does not declare its system.
    """
    ceiling.refuse_name(opened.name)
    if opened.layer == "shapefile":
        return _shapefile(opened, beside)
    if opened.layer == "json":
        return _geojson(opened)
    if opened.layer == "sqlite":
        return _geopackage(opened)
    raise InputRefused(
        what="This is no GeoJSON, GeoPackage or Shapefile", where=opened.name, now="Export the areas as one of these."
    )


def _geojson(opened: gate.Opened) -> Outlines:
    """A GeoJSON file, with its outlines checked one by one."""
    fault = InputRefused(
        what="This is not a GeoJSON file of areas", where=opened.name, now="Export the areas as a FeatureCollection."
    )
    try:
        body: Any = json.loads(opened.data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise fault from None
    # before anything of the file is told
    ceiling.refuse_above_in(json_records.named(body, without=_NO_TEXT), name=opened.name)
    features = body.get("features") if isinstance(body, dict) else None
    if not isinstance(features, list):
        raise fault
    nameless = [i + 1 for i, one in enumerate(features) if not isinstance(_member(one, "properties"), dict)]
    if nameless:
        listed = ", ".join(map(str, nameless[:5])) + (" ..." if len(nameless) > 5 else "")
        what = f"{several(len(nameless), 'feature')} of the file {'has' if len(nameless) == 1 else 'have'} no properties, so nobody knows which area it is: number {listed}"
        raise InputRefused(what=what, where=opened.name, now="Export the areas with their codes and names.")
    columns = [{str(k): v for k, v in feature["properties"].items()} for feature in features]
    shapes = [_shape(_member(feature, "geometry")) for feature in features]
    crs = _declared(body.get("crs"), opened.name)
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = [None if shape is _DAMAGED else shape for shape in shapes]
    damaged = frozenset(place for place, shape in enumerate(shapes) if shape is _DAMAGED)
    west, south, east, north = shapely.total_bounds(geometry) if len(geometry) else (0, 0, 0, 0)
    if crs.is_geographic and (west < -180 or east > 180 or south < -90 or north > 90):
        raise InputRefused(
            what="The areas are not in degrees, and the file does not say in what",
            where=opened.name,
            now="Export it with its 'crs' member, or as a GeoPackage.",
        )
    return Outlines(columns, geometry, crs, damaged=damaged)


def _member(feature: Any, name: str) -> Any:
    """A member of a feature; None where it has none."""
    return feature.get(name) if isinstance(feature, dict) else None


def _shape(outline: Any) -> Any:
    """One geometry; None where the feature has none, `_DAMAGED` where it cannot be drawn."""
    if outline is None:
        return None
    try:
        return shapely.from_geojson(json.dumps(outline))
    except (ValueError, TypeError, RecursionError, shapely.errors.GEOSException):
        return _DAMAGED


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


def _geopackage(opened: gate.Opened) -> Outlines:
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
            about = _about(base)
    except (sqlite3.Error, UnicodeDecodeError):
        raise broken from None
    columns = [{k: row[k] for k in row.keys() if k != column} for row in read]  # noqa: SIM118 - a Row iterates its values
    ceiling.refuse_above_in([*about, *_texts(columns)], name=opened.name)
    try:
        geometry = np.empty(len(read), dtype=object)
        geometry[:] = [_outline(row[column]) for row in read]
        crs = pyproj.CRS.from_authority(authority, code)
    except (struct.error, IndexError, TypeError, shapely.errors.GEOSException):
        raise broken from None
    except CRSError:
        raise InputRefused(
            what="The GeoPackage declares no coordinate system we know",
            where=opened.name,
            now="Declare it and export again.",
        ) from None
    return Outlines(columns, geometry, crs)


def _texts(columns: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every text of a table of areas under its column, each once; the names of the columns too."""
    names = {str(name): None for row in columns for name in row}
    yield from ((name, "") for name in names)
    yield from {(name, value): None for row in columns for name, value in row.items() if isinstance(value, str)}


def _about(base: sqlite3.Connection) -> list[tuple[str, str]]:
    """What a GeoPackage says of its layers, and the metadata it carries."""
    told: list[tuple[str, str]] = []
    for query in ("SELECT * FROM gpkg_contents", "SELECT * FROM gpkg_metadata"):
        try:
            found = base.execute(query)
        except sqlite3.OperationalError:
            continue  # a part that not every file has
        names = [column[0] for column in found.description]
        told += [(n, v) for row in found for n, v in zip(names, row, strict=True) if isinstance(v, str)]
    return told


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


def _outline(blob: bytes | None) -> shapely.Geometry | None:
    """The WKB inside a GeoPackage geometry, behind its header; None where there is none."""
    if blob is None:
        return None
    if blob[:2] != b"GP":
        raise struct.error("not a GeoPackage geometry")
    return shapely.from_wkb(blob[8 + _ENVELOPE_BYTES[(blob[3] >> 1) & 7] :])


def _shapefile(opened: gate.Opened, beside: Beside) -> Outlines:
    """A Shapefile with the table and the system that lie beside it."""
    table, system, page = beside(".dbf"), beside(".prj"), beside(".cpg")
    if table is None or system is None:
        told, remedy = "its .dbf file, which holds codes and names", "Put all its files into the folder."
        if table is not None:
            told, remedy = "its .prj file, so nobody knows in which system it is", "Export it with its .prj file."
        raise InputRefused(what=f"The Shapefile lies here without {told}", where=opened.name, now=remedy)
    try:
        geometry = shapefile.outlines(opened.data)
        columns, deleted = shapefile.columns(table.data, code_page=page.data.decode("ascii", "replace") if page else "")
        stated = pyproj.CRS.from_wkt(system.data.decode("utf-8-sig"))
    except shapefile.BrokenShapefileError as fault:
        raise InputRefused(what=str(fault), where=opened.name, now="Export it again.") from None
    except (CRSError, UnicodeDecodeError):
        raise InputRefused(
            what="The .prj file declares no system we know", where=system.name, now="Declare it and export again."
        ) from None
    if len(columns) != len(geometry):
        told = f"The Shapefile has {several(len(geometry), 'outline')} and its .dbf file {several(len(columns), 'row')}"
        raise InputRefused(what=told, where=opened.name, now="Export it again.")
    # a row marked as deleted still lies in the file
    ceiling.refuse_above_in(_texts(list(columns)), name=table.name)
    kept = [i for i, is_deleted in enumerate(deleted) if not is_deleted]
    known = stated.to_epsg()
    crs = pyproj.CRS.from_epsg(known) if known else stated
    left_out = (f"{several(sum(deleted), 'area')} marked as deleted left out",) if any(deleted) else ()
    return Outlines([dict(columns[i]) for i in kept], geometry[kept], crs, left_out)
