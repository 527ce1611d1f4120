"""Matrices of links: square and two-mode, valued, one way or both, with names as awkward as they come."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import InputRefused
from intelnb.intake import matrix
from intelnb.intake.delimited import scan
from intelnb.intake.request import Request
from intelnb.load.check import check
from intelnb.load.kinds import loader


def links(text: str) -> list[tuple[str, str, str]]:
    made = matrix.links(scan(text.encode(), name="m.csv"), "m.csv")
    return [tuple(row) for row in made.table.to_numpy().tolist()]


def test_one_way_and_valued() -> None:
    assert links(",A,B,C\nA,0,2.5,0\nB,1,0,0\nC,0,-1,3\n") == [
        ("A", "B", "2.5"), ("B", "A", "1"), ("C", "B", "-1"), ("C", "C", "3"),
    ]  # fmt: skip


def test_a_symmetric_matrix_gives_each_tie_once_in_any_order_of_rows() -> None:
    assert links(",A,B,C\nA,0,2,0\nB,2,0,7\nC,0,7,0\n") == [("A", "B", "2"), ("B", "C", "7")]
    assert links(",A,B,C\nC,0,7,0\nB,2,0,7\nA,0,2,0\n") == [("B", "C", "7"), ("A", "B", "2")]


def test_two_modes_tie_rows_to_columns() -> None:
    text = '"","Dinner at ""the Anchor"", Port",Meeting\n"A, the elder",1,0\nB,1,1\n'
    assert links(text) == [
        ("A, the elder", 'Dinner at "the Anchor", Port', "1"), ("B", 'Dinner at "the Anchor", Port', "1"), ("B", "Meeting", "1"),
    ]  # fmt: skip
    made = matrix.entities(scan(text.encode(), name="m.csv"), "m.csv")
    assert made.table["type"].tolist() == ["row", "row", "column", "column"]


def test_blank_cells_are_zeros_and_said() -> None:
    made = matrix.links(scan(b",A,B\nA,,1\nB,1,\n", name="m.csv"), "m.csv")
    assert made.notes == (
        "a matrix of 2 by 2: 1 link, symmetric, so each tie once, and 2 zeros, of which 2 are blank cells",
    )


def test_a_row_that_is_no_number_is_rejected_whole_on_its_line() -> None:
    made = matrix.links(scan(b",A,B,C\nA,0,1,1\nB,1,0,x\nC,1,1,0\n", name="m.csv"), "m.csv")
    assert [(bad.row, bad.code, bad.reason) for bad in made.rejected] == [
        (3, "not_a_number", "The cell under 'C' is not a number")
    ]
    # what is left is symmetric, and ties to the lost row are kept
    assert made.table[["source", "target"]].to_numpy().tolist() == [["A", "B"], ["A", "C"], ["C", "B"]]
    short = matrix.links(scan(b",A,B\nA,0,1\nB,1\n", name="m.csv"), "m.csv")
    assert short.read == 2
    assert [bad.code for bad in short.rejected] == ["too_few_columns"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (",A,B\nA,0,1\nA,1,0\n", "rows or columns of the same name: A"),
        (",A,B\nA,0,1\n,1,0\n", "1 row or column without a name"),
        (",A,\nA,0,1\nB,1,0\n", "1 row or column without a name"),
        (",A,B\nA,0,1\n", "share some names"),
        (",A,B\nA,0,1\nB,1,0\nC,1,0\n", "share some names"),
        (",A,A\nA,0,1\n", "rows or columns of the same name: A"),
        ("A\n1\n", "one column"),
    ],
)
def test_what_is_no_matrix_is_refused(text: str, word: str) -> None:
    with pytest.raises(InputRefused, match=word):
        links(text)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 6), st.data())
def test_links_are_the_cells_that_are_not_zero(size: int, data: st.DataObject) -> None:
    cells = np.array(
        data.draw(st.lists(st.lists(st.integers(0, 2), min_size=size, max_size=size), min_size=size, max_size=size))
    )
    names = [f"N{i}" for i in range(size)]
    order = data.draw(st.permutations(range(size)))
    lines = [",".join([names[r], *(str(cells[r, c]) for c in range(size))]) for r in order]
    found = {(a, b): float(w) for a, b, w in links("\n".join([",".join(["", *names]), *lines]))}
    wanted = {(names[r], names[c]): float(cells[r, c]) for r, c in zip(*np.nonzero(cells), strict=True)}
    if (cells == cells.T).all():
        assert len(found) == int(np.count_nonzero(np.triu(cells)))
        assert all(wanted[pair] == weight for pair, weight in found.items())
    else:
        assert found == wanted


def test_a_matrix_is_read_as_links_and_as_entities(folder: Path, ask: Callable[..., Request]) -> None:
    (folder / "m.csv").write_bytes("\ufeff,A,B\r\nA,0,4\r\nB,1,0\r\n".encode())
    made = loader("links").read(ask("links", files="m.csv", layout="matrix"))
    assert made.table[["source", "target", "weight"]].to_numpy().tolist() == [["A", "B", 4.0], ["B", "A", 1.0]]
    assert (made.source.ledger.read, made.source.ledger.used) == (2, 2)
    assert made.source.repairs == ("m.csv: a matrix of 2 by 2: 2 links, each from row to column, and 2 zeros",)
    named = loader("entities").read(ask("entities", files="m.csv", layout="matrix"))
    assert named.table["id"].tolist() == ["A", "B"]
    report = check(folder / "m.csv", kind="links", layout="matrix")
    assert (report.exit_code, report.read) == (0, 2)
    json.dumps(report.as_dict())


def test_a_marking_above_the_ceiling_refuses_a_matrix_too(folder: Path) -> None:
    (folder / "m.csv").write_text(",A,SECRET\nA,0,1\nSECRET,1,0\n", "utf-8")
    report = check(folder / "m.csv", kind="links", layout="matrix")
    assert report.refused
    assert "SECRET" not in report.reason
