"""Outlines from an ESRI Shapefile, cut from its bytes by ourselves: shapes from .shp, columns from .dbf, system from .prj.

The format: ESRI Shapefile Technical Description (1998) and dBASE III tables. Only polygons are read.
"""

from __future__ import annotations

import codecs
import itertools
import struct

import numpy as np
import shapely
from numpy.typing import NDArray

MAGIC = b"\x00\x00\x27\x0a"
_POLYGONS = {5, 15, 25}
_FARTHEST = 1e9  # metres or degrees; no place lies farther from its origin
_ENCODINGS = {0x03: "cp1252", 0x57: "cp1252", 0x01: "cp437", 0x02: "cp850"}


class BrokenShapefileError(ValueError):
    """The bytes are not a shapefile of polygons; its words are for the reader of a message."""


def outlines(data: bytes) -> NDArray[np.object_]:
    """The outlines of a .shp file, in order; None where a record holds no shape.

    Rings that run clockwise are outer rings, others are holes of the outer ring they lie in, as the format says;
    a hole that lies in none is an outline of its own.

    Raises
    ------
    BrokenShapefileError
        When it is cut short or damaged, or holds anything but polygons.
    """
    if len(data) < 100 or data[:4] != MAGIC or struct.unpack("<i", data[28:32])[0] != 1000:
        raise BrokenShapefileError("The file does not begin as a shapefile does")
    end = 2 * struct.unpack(">i", data[24:28])[0]
    if end != len(data):
        raise BrokenShapefileError("The shapefile is cut short, or longer than it says")
    found: list[shapely.Geometry | None] = []
    at = 100
    while at < end:
        if at + 12 > end:
            raise BrokenShapefileError("The shapefile ends inside a record")
        number, words = struct.unpack(">ii", data[at : at + 8])
        body = data[at + 8 : at + 8 + 2 * words]
        if number != len(found) + 1 or words < 2 or len(body) != 2 * words:
            raise BrokenShapefileError(f"Record {len(found) + 1} of the shapefile is damaged")
        found.append(_polygon(body, number))
        at += 8 + 2 * words
    made = np.empty(len(found), dtype=object)
    made[:] = found
    return made


def _polygon(body: bytes, number: int) -> shapely.Geometry | None:
    """One record's outline."""
    kind = struct.unpack("<i", body[:4])[0]
    if kind == 0:
        return None
    if kind not in _POLYGONS:
        raise BrokenShapefileError("The shapefile does not hold polygons")
    damaged = BrokenShapefileError(f"Record {number} of the shapefile is damaged")
    if len(body) < 44:
        raise damaged
    parts, points = struct.unpack("<ii", body[36:44])
    if parts < 1 or points < 4 or len(body) < 44 + 4 * parts + 16 * points:
        raise damaged
    starts = np.frombuffer(body, "<i4", count=parts, offset=44)
    spots = np.frombuffer(body, "<f8", count=2 * points, offset=44 + 4 * parts).reshape(points, 2)
    edges = [*starts.tolist(), points]
    whole = edges[0] == 0 and all(b - a >= 4 for a, b in itertools.pairwise(edges))
    if not whole or not (np.abs(spots) < _FARTHEST).all():
        raise damaged
    return _assembled([spots[a:b] for a, b in itertools.pairwise(edges)], damaged)


def _assembled(rings: list[NDArray[np.float64]], damaged: BrokenShapefileError) -> shapely.Geometry:
    """Outer rings with the holes that lie in them."""
    if any((ring[0] != ring[-1]).any() for ring in rings):
        raise damaged
    areas = [_twice_area(ring) for ring in rings]
    shells = [shapely.Polygon(ring) for ring, area in zip(rings, areas, strict=True) if area <= 0]
    holes = [ring for ring, area in zip(rings, areas, strict=True) if area > 0]
    inside: list[list[NDArray[np.float64]]] = [[] for _ in shells]
    for hole in holes:
        around = [i for i, shell in enumerate(shells) if _lies_in(hole, np.asarray(shell.exterior.coords))]
        if around:
            inside[min(around, key=lambda i: shells[i].area)].append(hole)
        else:
            shells.append(shapely.Polygon(hole))
            inside.append([])
    polygons = [shapely.Polygon(shell.exterior, cut) for shell, cut in zip(shells, inside, strict=True)]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _lies_in(hole: NDArray[np.float64], shell: NDArray[np.float64]) -> bool:
    """Whether most of a ring's edges have their middle inside another ring (rings may touch), by ray casting."""
    middle = (hole[:-1] + hole[1:]) / 2
    (ax, ay), (bx, by) = shell[:-1].T, shell[1:].T
    inside = 0
    for x, y in middle:
        crosses = (ay > y) != (by > y)
        at = ax[crosses] + (y - ay[crosses]) * (bx[crosses] - ax[crosses]) / (by[crosses] - ay[crosses])
        inside += int((at > x).sum()) % 2
    return 2 * inside > len(middle)


def _twice_area(ring: NDArray[np.float64]) -> float:
    """Twice the signed area of a ring: negative where it runs clockwise."""
    x, y = (ring - ring[0]).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())


def columns(data: bytes, *, code_page: str = "") -> tuple[list[dict[str, str]], list[bool]]:
    """The rows of a .dbf table as text by column, in order, and which of them are marked as deleted.

    Parameters
    ----------
    data
        The table's bytes.
    code_page
        What its .cpg file says of its encoding; empty where there is none, then what the table itself says.

    Raises
    ------
    BrokenShapefileError
        When it is damaged, or its text cannot be read.
    """
    if len(data) < 33 or data[0] & 0x07 != 3:
        raise BrokenShapefileError("The .dbf file is not a dBASE table")
    count, header, width = struct.unpack("<IHH", data[4:12])
    if header < 33 or header > len(data):
        raise BrokenShapefileError("The .dbf file is damaged")
    fields: list[tuple[str, int, int]] = []
    offset = 1
    encoding = _encoding(code_page, data[29])
    for at in range(32, header - 31, 32):
        if data[at : at + 1] == b"\r":
            break
        name = _text(data[at : at + 11].split(b"\x00")[0], encoding)
        length = data[at + 16]
        fields.append((name, offset, length))
        offset += length
    if not fields or offset > width or len(data) < header + count * width:
        raise BrokenShapefileError("The .dbf file is damaged")
    rows, deleted = list[dict[str, str]](), list[bool]()
    for number in range(count):
        record = data[header + number * width : header + (number + 1) * width]
        rows.append({name: _text(record[start : start + long], encoding) for name, start, long in fields})
        deleted.append(record[:1] == b"*")
    return rows, deleted


def _encoding(code_page: str, language: int) -> str:
    """The encoding of a table: what is stated beside it, else in it, else UTF-8."""
    if not code_page:
        return _ENCODINGS.get(language, "utf-8")
    stated = code_page.strip().removeprefix("ANSI ")
    try:
        return codecs.lookup(f"cp{stated}" if stated.isdigit() else stated).name
    except LookupError:
        raise BrokenShapefileError("The .cpg file names no encoding we know") from None


def _text(cell: bytes, encoding: str) -> str:
    try:
        return cell.decode(encoding).strip(" \x00")
    except UnicodeDecodeError:
        raise BrokenShapefileError(f"Text in the .dbf file cannot be read as {encoding}") from None
