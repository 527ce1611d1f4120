"""Areas of every level: one or several files each, mended, in the force's grid, and which lies in which."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from intelnb import coordinates, geo
from intelnb.errors import InputRefused, UsageError
from intelnb.intake import gate, outlines, overlaps
from intelnb.intake.request import Level, Request
from intelnb.tables.words import listed, several

_AREAL = ("Polygon", "MultiPolygon")
_CONFUSED = {
    "degrees_swapped": (
        "Latitude stands before longitude in the areas", "Export them with longitude first, as GeoJSON has it.",
    ),
    "degrees": (
        "The areas are in degrees, and their file says that they are in metres",
        "Export them with the system they are in.",
    ),
}  # fmt: skip
_ONS = re.compile(r"^(\w+\d\d)(cd|nm)$", re.IGNORECASE)


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
    parts, repairs, digests = [], list[str](), dict[str, str]()
    for level in request.levels:
        files = [_file(path, level, request) for path in gate.find([level.file], **_folders(request))]
        table = pd.concat([one for one, _, _ in files], ignore_index=True).sort_values("code", kind="stable")
        _checked(table, ", ".join(list(files[0][2])[:1]), level)
        parts.append(table)
        for _, told, digest in files:
            repairs += told
            digests |= digest
        repairs += overlaps.told(table, level.level)
    if not parts:
        empty = {name: pd.Series([], dtype="str") for name in ("code", "name", "level")}
        return gpd.GeoDataFrame(empty, geometry=[], crs=request.crs), (), {}
    joined = pd.concat(parts, ignore_index=True)
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=request.crs), tuple(repairs), digests


def _folders(request: Request) -> dict[str, Any]:
    return {"folder": request.folder, "allowed": request.allowed}


def _file(path: Path, level: Level, request: Request) -> tuple[pd.DataFrame, list[str], dict[str, str]]:
    """One file of a level in the force's grid, what was repaired, and the digests of all its parts."""
    opened = gate.open_file(path, **_folders(request))
    digests = {opened.name: opened.sha256}
    if opened.layer == "zip":
        opened, beside = _in_archive(path, opened.name, request)
    else:
        beside = _in_folder(path, digests, request)
    read = outlines.read(opened, beside)
    table, told = _named(read, level, opened.name)
    _refuse_confused(table, read, opened.name, request)
    whole, mended = geo.repaired(table["geometry"].to_numpy(dtype=object))
    if mended:
        told.append(f"{several(mended, 'broken outline')} made valid")
    moved = gpd.GeoSeries(whole, crs=read.crs).to_crs(geo.metric_crs(request.crs))
    table = table.assign(level=level.level, geometry=moved.to_numpy())
    return table, [f"{opened.name}: {words}" for words in (*read.told, *told)], digests


def _in_folder(path: Path, digests: dict[str, str], request: Request) -> outlines.Beside:
    """Opens what lies beside a file, and keeps its digest."""

    def beside(ending: str) -> gate.Opened | None:
        found = next((p for e in (ending, ending.upper()) if (p := path.with_suffix(e)).exists()), None)
        if found is None:
            return None
        part = gate.open_file(found, **_folders(request))
        digests[part.name] = part.sha256
        return part

    return beside


def _in_archive(path: Path, name: str, request: Request) -> tuple[gate.Opened, outlines.Beside]:
    """The one file of areas in an archive, and what opens those beside it there.

    Raises
    ------
    InputRefused
        When the archive holds none, or several.
    """
    wanted = [pattern for ending in outlines.ENDINGS for pattern in (f"*{ending}", f"*{ending.upper()}")]
    members = {member.name: member for member in gate.each(path, **_folders(request), members=wanted)}
    areas = [member for member in members.values() if member.layer in outlines.LAYERS]
    if len(areas) != 1:
        told = f"The archive holds {len(areas)} files of areas where one is expected"
        raise InputRefused(what=told, where=name, now="Unpack it, and name the file.")
    stem = areas[0].name.rpartition(".")[0]
    return areas[0], lambda ending: members.get(stem + ending) or members.get(stem + ending.upper())


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
        told = f"codes used twice: {', '.join(twice[:5])}" if twice else f"{several(blank, 'area')} without a code"
        told = told if len(table) else "no area"
        raise InputRefused(
            what=f"The area file has {told}", where=f"{name}, column '{level.code}'", now="Mend the file."
        )


def _named(read: outlines.Outlines, level: Level, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Codes, names and outlines in one table, and from which columns where the settings do not say."""
    if not read.columns:
        raise InputRefused(what="The area file has no area", where=name, now="Export the areas again.")
    known = sorted({key for row in read.columns for key in row})
    code, called, told = level.code, level.name, list[str]()
    if (code, called) == ("code", "name") and not {"code", "name"} <= set(known):
        code, called = _published(read.columns, known) or (code, called)
        told = [f"codes read from '{code}', names from '{called}'"] if code != level.code else []
    for wanted in (code, called):
        if wanted not in known:
            what = f"The area file has no column '{wanted}'"
            raise InputRefused(what=what, where=name, now=f"It has: {', '.join(known[:12])}. Mend the settings.")
    _refuse_outlines(read, code, called, name)
    text = {
        ours: [_text(row.get(theirs)) for row in read.columns] for ours, theirs in (("code", code), ("name", called))
    }
    table = pd.DataFrame({key: pd.Series(cells, dtype="str") for key, cells in text.items()})
    return table.assign(geometry=pd.Series(list(read.geometry), dtype="object")), told


def _refuse_confused(table: pd.DataFrame, read: outlines.Outlines, name: str, request: Request) -> None:
    """Refuse areas whose degrees are swapped or stand where metres should, as points are told: they lie nowhere near."""
    extent = coordinates.extent(request.crs)
    if extent is None:
        return
    x, y = shapely.get_coordinates(shapely.centroid(table["geometry"].to_numpy(dtype=object))).T
    faults = (
        coordinates.faults_in_degrees(x, y, extent=extent)
        if read.crs.is_geographic
        else coordinates.faults_in_metres(x, y, extent=extent)
    )
    at = np.flatnonzero(faults != "")
    if len(at):
        what, now = _CONFUSED[faults[at[0]]]
        told = [f"feature {i + 1} ('{(table['code'].iloc[i] or table['name'].iloc[i])[:40]}')" for i in at.tolist()]
        raise InputRefused(what=f"{what}: {listed(told, most=5)}", where=name, now=now)


def _refuse_outlines(read: outlines.Outlines, code: str, called: str, name: str) -> None:
    """Refuse features that are no areas, each by number and code or name: what is left out would be missed by nobody."""
    told = []
    for i, shape in enumerate(read.geometry):
        fault = _no_area(shape, is_damaged=i in read.damaged)
        if fault:
            known = _text(read.columns[i].get(code)) or _text(read.columns[i].get(called))
            told.append(f"feature {i + 1} ('{known[:40]}') {fault}")
    if told:
        raise InputRefused(
            what=f"Some features are not areas: {listed(told)}", where=name,
            now="Draw them as polygons or take them out, and export again.",
        )  # fmt: skip


def _no_area(shape: Any, *, is_damaged: bool) -> str:
    """Why one feature is no area; "" where it is one."""
    if is_damaged:
        return "has an open or broken ring"
    if shape is None:
        return "has no outline"
    if shape.geom_type not in _AREAL:
        return f"is a {shape.geom_type}"
    return "has an empty outline" if shape.is_empty else ""


def _published(columns: list[dict[str, Any]], known: list[str]) -> tuple[str, str] | None:
    """The pair of columns named as the Office for National Statistics names them, such as LSOA21CD and LSOA21NM.

    Where a file has several pairs (an area, and the larger ones it lies in), it is the one pair whose codes are
    all different.
    """
    stems: dict[str, dict[str, str]] = {}
    for column in known:
        if found := _ONS.match(column):
            stems.setdefault(found[1].casefold(), {})[found[2].casefold()] = column
    pairs = [(pair["cd"], pair["nm"]) for pair in stems.values() if len(pair) == 2]
    own = [pair for pair in pairs if len({_text(row.get(pair[0])) for row in columns}) == len(columns)]
    return own[0] if len(own) == 1 else None


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def is_whole_force(areas: gpd.GeoDataFrame, request: Request) -> bool:
    """Whether the area asked for is the one area of the largest level: all the force's records belong to it."""
    largest = areas[areas["level"] == request.levels[0].level] if request.levels else areas
    return len(largest) == 1 and str(largest["code"].iloc[0]) == request.area
