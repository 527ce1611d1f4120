"""A table as an Arrow stream: the same values give the same bytes, whatever they were computed from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from intelnb.tables.contract import MOMENT

_LOOKED_AT = 2000
"""How many of the first rows tell whether many share a text."""


def to_stream(table: pd.DataFrame) -> memoryview:
    """A table as bytes: text, lists of text, moments, numbers, truths and outlines (as WKB).

    Parameters
    ----------
    table
        Plain columns; its index is not kept.

    Examples
    --------
    >>> table = pd.DataFrame({"code": pd.Series(["A"], dtype="str")})
    >>> from_stream(to_stream(table)).equals(table)
    True
    """
    columns = {name: array(table[name]) for name in table.columns}
    batch = pa.record_batch(list(columns.values()), names=list(columns))
    # written twice, the first time to nowhere: a place of the right size is made once
    size = pa.MockOutputStream()
    _write(batch, size)
    held = pa.allocate_buffer(size.size())
    _write(batch, pa.FixedSizeBufferWriter(held))
    return memoryview(held)


def _write(batch: pa.RecordBatch, sink: Any) -> None:
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)


def from_stream(stream: bytes | memoryview) -> pd.DataFrame:
    """The table again, in the types of its contract."""
    read = pa.ipc.open_stream(stream).read_all()
    return pd.DataFrame({name: series(read.column(name)) for name in read.column_names})


def digest(stream: bytes | memoryview) -> str:
    """SHA-256 of a table's stream."""
    return hashlib.sha256(stream).hexdigest()


def array(values: pd.Series[Any]) -> pa.Array:
    """One column, built afresh from its values so that nothing of its past is left in it."""
    kind = str(values.dtype)
    made = next((make for start, make in _MAKERS.items() if kind.startswith(start)), None)
    if made is None:
        raise TypeError(kind)
    return made(values)


def _texts(values: pd.Series[Any]) -> pa.Array:
    """Text, each said once where many rows share it; what is left of filtering (slices, spare bits) is not copied."""
    column = pa.array(values.array, type=pa.string())
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    first = whole.slice(0, _LOOKED_AT)
    if len(first.unique()) <= len(first) // 2:
        return whole.dictionary_encode()
    return pa.concat_arrays([whole, pa.array([], type=pa.string())])


def _objects(values: pd.Series[Any]) -> pa.Array:
    """Outlines as bytes, or lists of text, each said once."""
    listed = values.tolist()
    if listed and isinstance(listed[0], bytes):
        return pa.array(listed, type=pa.binary())
    # most rows share one list, the empty one: rows are told apart by which object they hold, and only those by value
    which = np.fromiter(map(id, listed), dtype=np.int64, count=len(listed))
    _, first, object_of = np.unique(which, return_index=True, return_inverse=True)
    places: dict[tuple[str, ...], int] = {}
    place_of = np.empty(len(first), dtype=np.int32)
    for one in np.argsort(first):
        place_of[one] = places.setdefault(listed[first[one]], len(places))
    at = pa.array(place_of[object_of], type=pa.int32())
    return pa.DictionaryArray.from_arrays(at, pa.array(places, type=pa.list_(pa.string())))


def _whole(values: pd.Series[Any]) -> pa.Array:
    return pa.array([None if pd.isna(v) else int(v) for v in values], type=pa.int64())


def _numbers(values: pd.Series[Any]) -> pa.Array:
    """Numbers; a missing one keeps one bit pattern only."""
    return pa.array(values.where(values.notna(), float("nan")).to_numpy(copy=True), type=pa.float64())


def _moments(values: pd.Series[Any]) -> pa.Array:
    return pa.array(values.to_numpy(dtype=MOMENT), type=pa.timestamp("us"))


def _truths(values: pd.Series[Any]) -> pa.Array:
    return pa.array(values.to_numpy(), type=pa.bool_())


_MAKERS: dict[str, Callable[[pd.Series[Any]], pa.Array]] = {
    "datetime64": _moments,
    "Int64": _whole,
    "float64": _numbers,
    "bool": _truths,
    "str": _texts,
    "object": _objects,
}


def _lists(column: pa.ChunkedArray) -> list[tuple[str, ...]]:
    """Lists as tuples; most are empty, and nothing is made for those."""
    found: list[tuple[str, ...]] = []
    for chunk in column.chunks:
        if not len(chunk.flatten()):
            found += [()] * len(chunk)
        else:
            found += [tuple(v) for v in chunk.to_pylist()]
    return found


def series(column: pa.ChunkedArray) -> pd.Series[Any]:
    """One column in the type its contract names."""
    if pa.types.is_dictionary(column.type) and pa.types.is_list(column.type.value_type):
        coded = column.combine_chunks()
        held = np.empty(len(coded.dictionary), dtype=object)
        held[:] = [tuple(v) for v in coded.dictionary.to_pylist()]
        return pd.Series(held[coded.indices.to_numpy()], dtype="object")
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    if pa.types.is_list(column.type):
        return pd.Series(_lists(column), dtype="object")
    if pa.types.is_binary(column.type):
        return pd.Series(column.to_pylist(), dtype="object")
    if pa.types.is_integer(column.type):
        return pd.Series(column.to_pylist(), dtype="Int64")
    plain: pd.Series[Any] = column.to_pandas()
    if pa.types.is_string(column.type):
        return plain.astype("str")
    return plain.astype(MOMENT) if pa.types.is_timestamp(column.type) else plain
