"""Every contract, found by its file: what a table holds, proven, and the same over a pipe."""

import importlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import intelnb.tables
from intelnb.errors import InputRefused
from intelnb.tables import arrow
from intelnb.tables.contract import DTYPES, Contract, Field, proven

MODULES = [
    importlib.import_module(f"intelnb.tables.{p.stem}") for p in Path(intelnb.tables.__file__).parent.glob("*.py")
]
CONTRACTS = sorted((m.CONTRACT for m in MODULES if hasattr(m, "CONTRACT")), key=lambda c: c.kind)


def test_every_kind_has_its_file() -> None:
    assert {c.kind for c in CONTRACTS} >= {
        "crimes", "logs", "areas", "entities", "links", "priorities", "requirements", "actions", "breaks", "events",
        "harm_weights",
    }  # fmt: skip


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda c: c.kind)
def test_an_empty_table_keeps_its_contract_and_survives_the_pipe(contract: Contract) -> None:
    table = proven(contract.empty(), contract)
    again = arrow.from_stream(arrow.to_stream(table))
    pd.testing.assert_frame_equal(again, table)
    assert all(field.kind in DTYPES for field in contract.fields)
    assert len(set(contract.names)) == len(contract.names)


ONE = Contract("breaks", (Field("code", "code", required=True), Field("n", "number"), Field("listed", "list")))


@pytest.mark.parametrize(
    "broken",
    [
        {"code": pd.Series([""], dtype="str"), "n": [1.0], "listed": [()]},
        {"code": pd.Series(["a"], dtype="str"), "n": ["1"], "listed": [()]},
        {"code": pd.Series(["a"], dtype="str"), "n": [1.0], "listed": [["x"]]},
        {"code": pd.Series(["a"], dtype="str"), "n": [1.0]},
    ],
    ids=["required", "type", "list", "missing"],
)
def test_a_broken_table_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(InputRefused, match="breaks its contract"):
        proven(pd.DataFrame(broken), ONE)


cells = st.tuples(
    st.text(max_size=5).filter(lambda t: "\x00" not in t and t.isprintable()),
    st.floats(allow_nan=True, allow_infinity=False, width=32),
    st.lists(st.sampled_from(["a", "b"]), max_size=3).map(tuple),
    st.none() | st.datetimes(pd.Timestamp("1990-01-01"), pd.Timestamp("2090-01-01")),
    st.booleans(),
    st.none() | st.integers(-5, 5),
)


def frame(rows: list[tuple]) -> pd.DataFrame:
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    return pd.DataFrame(
        {
            "t": pd.Series(columns[0], dtype="str"),
            "n": pd.Series(columns[1], dtype="float64"),
            "l": pd.Series(columns[2], dtype="object"),
            "m": pd.Series(columns[3], dtype="datetime64[us]"),
            "b": pd.Series(columns[4], dtype="bool"),
            "w": pd.Series(columns[5], dtype="Int64"),
        }
    )


@given(st.lists(st.tuples(cells, st.booleans()), max_size=12))
def test_bytes_depend_on_values_alone(rows: list[tuple]) -> None:
    kept = [row for row, keep in rows if keep]
    filtered = frame([row for row, _ in rows])[np.array([keep for _, keep in rows], dtype=bool)].reset_index(drop=True)
    stream = arrow.to_stream(frame(kept))
    assert arrow.to_stream(filtered) == stream
    pd.testing.assert_frame_equal(arrow.from_stream(stream), frame(kept))
    halves = pd.concat([frame(kept[:2]), frame(kept[2:])], ignore_index=True)
    assert arrow.to_stream(halves) == stream


def test_the_digest_sees_every_cell() -> None:
    one = frame([("a", 1.0, ("x",), None, True, 1)])
    digests = {arrow.digest(arrow.to_stream(one))}
    for column, value in (("t", "b"), ("n", 2.0), ("b", False), ("w", 2)):
        digests.add(arrow.digest(arrow.to_stream(one.assign(**{column: pd.Series([value], dtype=one[column].dtype)}))))
    assert len(digests) == 5
