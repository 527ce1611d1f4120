"""Small counts: suppressed, and not to be had back by subtraction."""

from __future__ import annotations

import itertools

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.analysis.result import Result
from intelnb.disclose.page import WITHHELD, reduce
from intelnb.disclose.small_counts import Sum, suppressed
from intelnb.records import Clearance


def clearance(*, finest: str = "district", smallest: int = 5) -> Clearance:
    return Clearance(
        audience="public", title="Public", highest_marking="OFFICIAL", handling=(), ungraded=False, personal_data=False,
        free_text=False, finest=finest, sources=("crimes",), smallest_count=smallest, judgements=False,
        says_withheld=False, page_marking="OFFICIAL", instruction="FOR PUBLIC RELEASE",
    )  # fmt: skip


def row(values: list[int]) -> tuple[dict[tuple[str, str], int], list[Sum]]:
    cells = {("r", f"c{i}"): n for i, n in enumerate(values)}
    total = ("r", "all")
    return {**cells, total: sum(values)}, [Sum(total, tuple(cells))]


def test_a_single_small_count_takes_its_smallest_neighbour_with_it() -> None:
    counts, sums = row([3, 20, 9, 30])
    assert suppressed(counts, sums=sums) == {("r", "c0"), ("r", "c2")}


def test_two_small_counts_with_a_small_sum_take_a_third() -> None:
    # 1 + 2 = 3 would leave only 0..3 for either of them
    counts, sums = row([1, 2, 40, 50])
    assert suppressed(counts, sums=sums) == {("r", "c0"), ("r", "c1"), ("r", "c2")}


def test_zero_is_a_small_count_and_nothing_is_hidden_without_a_floor() -> None:
    counts, sums = row([0, 50, 60])
    assert ("r", "c0") in suppressed(counts, sums=sums)
    assert suppressed(counts, sums=sums, smallest=0) == frozenset()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=4))
def test_a_reader_who_tries_every_number_is_left_with_five_or_more(values: list[int]) -> None:
    """Checked by brute force, which knows nothing of linear programming."""
    counts, sums = row(values)
    hidden = suppressed(counts, sums=sums)
    assert all(counts[cell] >= 5 for cell in counts if cell not in hidden)
    cells = [("r", f"c{i}") for i in range(len(values))]
    total_known = ("r", "all") not in hidden
    free = [cell for cell in cells if cell in hidden]
    if not free or not total_known:
        return
    left = sum(values) - sum(counts[cell] for cell in cells if cell not in hidden)
    worlds = [w for w in itertools.product(range(left + 1), repeat=len(free)) if sum(w) == left]
    for i in range(len(free)):
        assert max(w[i] for w in worlds) - min(w[i] for w in worlds) >= 5


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, 15), min_size=3, max_size=3), min_size=2, max_size=3))
def test_two_way_tables_hold_too(grid: list[list[int]]) -> None:
    """Rows and columns both add up, so a count has two sums to hide from."""
    wide, high = len(grid[0]), len(grid)
    counts = {(f"r{i}", f"c{j}"): grid[i][j] for i in range(high) for j in range(wide)}
    counts |= {(f"r{i}", "all"): sum(grid[i]) for i in range(high)}
    counts |= {("all", f"c{j}"): sum(r[j] for r in grid) for j in range(wide)}
    sums = [Sum((f"r{i}", "all"), tuple((f"r{i}", f"c{j}") for j in range(wide))) for i in range(high)]
    sums += [Sum(("all", f"c{j}"), tuple((f"r{i}", f"c{j}") for i in range(high))) for j in range(wide)]
    hidden = suppressed(counts, sums=sums)
    # an auditor's look: no checkable sum may have exactly one hidden cell
    assert all(sum(cell in hidden for cell in one.cells) != 1 for one in sums)
    assert all(n >= 5 for cell, n in counts.items() if cell not in hidden)


def table_result() -> Result:
    return Result(
        name="districts",
        table=pd.DataFrame(
            {"code": ["a", "b"], "name": ["A", "B"], "N": [3, 9], "S": [9, 30], "n": [12, 39], "real": ["no", "no"],
             "harm": [1.0, 2.0]}
        ),
        values={"a.n": 12, "a.N": 3, "b.real": "no", "secret": 4},
        wording="{a.N} in the north.",
        grain="district", key="code", counts=("N", "S", "n"), total="n", follows=("real",), plain=("name",),
    )  # fmt: skip


def test_a_reduced_result_loses_cells_values_and_undeclared_columns() -> None:
    result = table_result()
    before = result.table.copy()
    reduced = reduce({"districts": result}, clearance=clearance(), levels=("force", "district", "ward"))["districts"]
    assert list(reduced.table.columns) == ["code", "name", "N", "S", "n", "real"]
    assert reduced.table["N"].tolist() == [None, 9]
    assert reduced.table["S"].tolist() == [None, 30]
    assert reduced.values == {"a.n": 12, "a.N": WITHHELD, "b.real": "no"}
    assert reduced.sentence == "withheld in the north."
    pd.testing.assert_frame_equal(result.table, before)


def test_finer_results_and_undeclared_ones_are_left_out() -> None:
    fine = Result(name="cells", table=pd.DataFrame({"n": [9]}), values={}, wording="x", grain="cell", counts=("n",))
    bare = Result(name="bare", table=pd.DataFrame({"n": [9]}), values={"n": 9}, wording="{n}", grain="force")
    levels = ("force", "district", "ward")
    assert reduce({"cells": fine, "bare": bare}, clearance=clearance(), levels=levels) == {}
    kept = reduce({"cells": fine, "bare": bare}, clearance=clearance(finest="point", smallest=0), levels=levels)
    assert kept["cells"] is fine
