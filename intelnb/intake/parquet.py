"""Parquet files as records: plain columns only, and nothing in the file is ever run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from intelnb.errors import InputRefused
from intelnb.intake import cells, packed
from intelnb.intake.records import Records, Spoilt

_OF_LIBRARIES = (b"pandas", b"ARROW:schema", b"geo")
_DAY_US = 86_400_000_000


def scan(data: bytes, *, name: str) -> Records:
    """Cut a Parquet file into records; a record's row is its number, from 1.

    Parameters
    ----------
    data
        The file.
    name
        File name for messages.

    Raises
    ------
    InputRefused
        When it is damaged, or larger unpacked than we can hold.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(data), arrow_extensions_enabled=False)
        about = file.metadata
        size = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
        if size > packed.allowed_bytes(len(data)) or about.num_rows * about.num_columns > cells.MOST_CELLS:
            raise InputRefused(what="Unpacked, the Parquet file is too large", where=name, now="Split it by month.")
        read = file.read(use_threads=False)
        while any(pa.types.is_struct(field.type) for field in read.schema):
            read = read.flatten()
        read.validate(full=True)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError):
        raise InputRefused(what="The Parquet file is damaged", where=name, now="Write it again.") from None
    return replace(of_table(read, name, lane="parquet"), around=_around(about.metadata or {}))


def _around(stated: dict[bytes, bytes]) -> tuple[tuple[str, str], ...]:
    """What a file says of itself beside its columns; what libraries keep for themselves is left out."""
    own = {key: told for key, told in stated.items() if key not in _OF_LIBRARIES}
    return tuple((key.decode("utf-8", "replace"), told.decode("utf-8", "replace")) for key, told in own.items())


def of_table(read: pa.Table, name: str, *, lane: str) -> Records:
    """Records of an Arrow table, its columns as text.

    Examples
    --------
    >>> from datetime import datetime
    >>> of_table(pa.table({"id": [7], "at": [datetime.fromisoformat("2026-11-16")]}), "x", lane="").table.iloc[0].tolist()
    ['7', '2026-11-16']
    """
    headings = cells.headings(list(read.column_names), name)
    columns, spoilt = {}, []
    for heading, column in zip(headings, read.columns, strict=True):
        text = _text(column)
        if text is None:
            text = pa.array([""] * len(column), type=pa.string())
            at = np.flatnonzero(column.is_valid().to_numpy())
            spoilt.append(Spoilt(heading, "not_text", f"A value of type {column.type} is no text, number or date", at))
        columns[heading] = pc.fill_null(text, "")
    row = np.arange(1, read.num_rows + 1, dtype=np.int64)
    return Records(pa.table(columns), row, lane=lane, spoilt=tuple(spoilt), typed=True)


def _moments(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """Moments in ISO form, with their offset where they have a zone; days where none has a time of day."""
    us = pc.cast(column, pa.timestamp("us", tz=column.type.tz), safe=False)
    if column.type.tz is None:
        whole = pc.cast(us.drop_null(), pa.int64()).to_numpy()
        if len(whole) and not (whole % _DAY_US).any():
            return us.cast(pa.date32()).cast(pa.string())
        return us.cast(pa.string())
    return us.cast(pa.timestamp("us", tz="UTC")).cast(pa.string())


def _one_by_one(column: pa.ChunkedArray) -> pa.Array:
    return pa.array([None if v is None else cells.text(v) for v in column.to_pylist()], type=pa.string())


def _as_string(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


_WRITERS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.ChunkedArray], Any]], ...] = (
    (_is_text, _as_string),
    (pa.types.is_null, lambda column: pa.nulls(len(column), pa.string())),
    (pa.types.is_boolean, _as_string),
    (pa.types.is_integer, _as_string),
    (pa.types.is_decimal, _as_string),
    (pa.types.is_date, lambda column: column.cast(pa.date32()).cast(pa.string())),
    (pa.types.is_timestamp, _moments),
    (pa.types.is_floating, _one_by_one),
    (pa.types.is_time, _one_by_one),
    (lambda kind: pa.types.is_list(kind) and _is_text(kind.value_type), _one_by_one),
)


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array | None:
    """One column as text; None where its type is none we read."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    made = next((write for fits, write in _WRITERS if fits(column.type)), None)
    return None if made is None else made(column)
