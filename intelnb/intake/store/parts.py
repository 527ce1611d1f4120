"""Parts of the store as GeoParquet files: the typed records of one month of one file, each with its row."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pyproj
from numpy.typing import NDArray

from intelnb import geo
from intelnb.errors import InputRefused
from intelnb.tables import arrow
from intelnb.tables.contract import Contract

ROW = "row"
_GEOMETRY = "geometry"
_X, _Y = "easting", "northing"
_GROUP_ROWS = 250_000


def packed(table: pd.DataFrame, row: NDArray[np.int64], *, crs: str, about: dict[str, Any]) -> bytes:
    """Records as the bytes of a GeoParquet file.

    Coordinates stand in it as the file had them, in its own system, which is declared: nothing is moved on the
    way in, and moving them is the same work for a store as for files.

    Parameters
    ----------
    table
        Records that keep their contract.
    row
        For each, the physical row it stood on.
    crs
        The system of the coordinates.
    about
        Where the records came from; kept in the file itself.
    """
    columns = {name: _plain(arrow.array(table[name])) for name in table.columns if name not in {_X, _Y}}
    metadata = {"intelnb": json.dumps(about, sort_keys=True, ensure_ascii=False)}
    if {_X, _Y} <= set(table.columns):
        columns[_GEOMETRY] = _points(*(table[name].to_numpy(dtype=float) for name in (_X, _Y)))
        metadata["geo"] = json.dumps(_declared(crs))
    columns[ROW] = pa.array(row, type=pa.int64())
    made = pa.table(columns).replace_schema_metadata(metadata)
    sink = io.BytesIO()
    pa.parquet.write_table(made, sink, compression="zstd", row_group_size=_GROUP_ROWS)
    return sink.getvalue()


def read(
    path: Path, contract: Contract, *, sha256: str = "", columns: tuple[str, ...] = ()
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """The records of a part and their rows again, exactly as they went in.

    Parameters
    ----------
    path
        The part.
    contract
        The table it makes.
    sha256
        The digest it must have; empty while it is not yet made true.
    columns
        Only these of its columns; empty for all.

    Raises
    ------
    InputRefused
        When the file is damaged, or of another contract.
    """
    names = columns or contract.names
    has_places = {_X, _Y} <= set(contract.names)
    wanted = [name for name in names if not (has_places and name in {_X, _Y})]
    if has_places and {_X, _Y} & set(names):
        wanted.append(_GEOMETRY)
    data = path.read_bytes()
    try:
        if sha256 and hashlib.sha256(data).hexdigest() != sha256:
            raise pa.ArrowInvalid
        # one thread: a reader process may be one of many
        held = pa.parquet.read_table(pa.BufferReader(data), columns=[*wanted, ROW], use_threads=False)
        made = {name: held.column(name) for name in names if name in wanted}
    except (OSError, pa.ArrowException, KeyError):
        raise InputRefused(
            what="A part of the store is damaged, or was written by another version",
            where=path.name,
            now="Take the store from a copy, or ingest the export again.",
        ) from None
    series = {name: arrow.series(column) for name, column in made.items()}
    if _GEOMETRY in wanted:
        series[_X], series[_Y] = _coordinates(held.column(_GEOMETRY))
    table = pd.DataFrame({name: series[name] for name in names})
    return table, held.column(ROW).to_numpy().astype(np.int64)


def _plain(column: pa.Array) -> pa.Array:
    """A column as Parquet can hold it: lists are not said once each there."""
    if pa.types.is_dictionary(column.type) and pa.types.is_list(column.type.value_type):
        return column.dictionary.take(column.indices)
    return column


def _points(x: NDArray[np.float64], y: NDArray[np.float64]) -> pa.Array:
    """Points as the GeoArrow encoding of GeoParquet: two numbers each; none where there is neither."""
    nowhere = ~np.isfinite(x) & ~np.isfinite(y)
    return pa.StructArray.from_arrays(
        [pa.array(x, type=pa.float64()), pa.array(y, type=pa.float64())], names=["x", "y"], mask=pa.array(nowhere)
    )


def _coordinates(points: pa.ChunkedArray) -> tuple[pd.Series[float], pd.Series[float]]:
    """The two numbers of each point; not-a-number where there is none."""
    whole = points.combine_chunks()
    nowhere = whole.is_null().to_numpy(zero_copy_only=False)
    found = []
    for name in ("x", "y"):
        values = whole.field(name).to_numpy(zero_copy_only=False).astype(np.float64)
        found.append(pd.Series(np.where(nowhere, np.nan, values)))
    return found[0], found[1]


def _declared(crs: str) -> dict[str, Any]:
    """The metadata by which any reader of GeoParquet knows the points and their system."""
    system = pyproj.CRS.from_user_input(crs or geo.WGS84)
    column = {"encoding": "point", "geometry_types": ["Point"], "crs": json.loads(system.to_json())}
    return {"version": "1.1.0", "primary_column": _GEOMETRY, "columns": {_GEOMETRY: column}}
