"""What a table must hold: its fields, what each means for need-to-know, and the proof that it holds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import pandas as pd
import pandera.pandas as pa

from intelnb.errors import InputRefused

MOMENT: Final = "datetime64[us]"
DTYPES = {
    "text": "str", "code": "str", "list": "object", "moment": MOMENT, "day": MOMENT, "number": "float64", "whole": "Int64",
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One column of a table.

    Parameters
    ----------
    name
        Our name of the column.
    kind
        `text` (what only this record says), `code` (a word of the trade's or the force's vocabulary), `list`
        (several, as a tuple), `moment` (date and time), `day`, `number` or `whole`.
    required
        Whether a record without it is quarantined.
    personal, free_text
        Whether it may name a person; whether it is narrative. Each can be kept from an audience.
    locating
        `point` when it tells where to the metre or the address, `area` when it is a recorded area code.
    codes
        The only values it may have; empty when the force decides them.
    vocabulary
        For lists: whether the items are codes rather than something only this record says.
    """

    name: str
    kind: str = "text"
    required: bool = False
    personal: bool = False
    free_text: bool = False
    locating: str = ""
    codes: tuple[str, ...] = ()
    vocabulary: bool = False

    @property
    def tells(self) -> bool:
        """Whether its values could only have come from the record itself, so that a page must not hold them."""
        return self.kind in {"text", "number"} or (self.kind == "list" and not self.vocabulary)


@dataclass(frozen=True)
class Contract:
    """The fields of one kind of table, in order.

    `named_by` are the fields that tell one record from every other, where neither `id` nor `urn` does by itself.
    """

    kind: str
    fields: tuple[Field, ...]
    named_by: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """The field of this name."""
        return next(field for field in self.fields if field.name == name)

    def empty(self) -> pd.DataFrame:
        """A table of no rows with every column of the contract.

        Examples
        --------
        >>> Contract("breaks", (Field("date", "day"), Field("what"))).empty().columns.tolist()
        ['date', 'what']
        """
        return pd.DataFrame({field.name: pd.Series([], dtype=DTYPES[field.kind]) for field in self.fields})


def proven(table: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Prove that a typed table keeps its contract, and hand it back.

    This is the last check in the reader: a failure here is a fault of ours, never of the file.

    Raises
    ------
    InputRefused
        When a column is missing, of another type, or holds what it may not.

    Examples
    --------
    >>> one = Contract("breaks", (Field("what", required=True),))
    >>> proven(pd.DataFrame({"what": ["new system"]}), one).shape
    (1, 1)
    """
    try:
        return schema(contract).validate(table, lazy=True, inplace=True)  # nothing is coerced, so nothing is changed
    except pa.errors.SchemaErrors as fault:
        columns = sorted({str(c) for c in fault.failure_cases["column"].dropna()} or {"columns"})
        raise InputRefused(
            what=f"The {contract.kind} table breaks its contract in: {', '.join(columns)}",
            now="Please report this as a fault of the reader; nothing was taken.",
        ) from None


@lru_cache(maxsize=32)
def schema(contract: Contract) -> pa.DataFrameSchema:
    """The contract as a pandera schema."""
    return pa.DataFrameSchema({field.name: _column(field) for field in contract.fields}, strict=True, ordered=True)


def _column(field: Field) -> pa.Column:
    """One field as a pandera column."""
    checks = []
    if field.kind == "list":
        checks.append(pa.Check(_are_tuples, name="tuples"))
    elif field.required and field.kind in {"text", "code"}:
        checks.append(pa.Check(_are_filled, name="filled"))
    if field.codes:
        checks.append(pa.Check(_among(field.codes), name="codes"))
    # that a list is never missing is proven by its check already
    nullable = field.kind == "list" or (not field.required and field.kind not in {"text", "code"})
    return pa.Column(DTYPES[field.kind], checks=checks, nullable=nullable)


def _are_tuples(values: pd.Series[Any]) -> bool:
    return set(map(type, values.to_numpy())) <= {tuple}


def _are_filled(values: pd.Series[Any]) -> bool:
    return bool((values != "").all())


def _among(codes: tuple[str, ...]) -> Callable[[pd.Series[Any]], bool]:
    def holds(values: pd.Series[Any]) -> bool:
        return set(values.unique()) <= {*codes, ""}

    return holds
