"""Gi*: worked by hand, against spdep's and esda's real output, on irregular study areas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.discovery import q_values
from intelnb.stats.gi_star import gi_star

GOLDEN = Path(__file__).parents[1] / "golden" / "gi_star_moran_grid"


@pytest.fixture
def grid() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "input_grid_counts.csv")


@pytest.fixture
def expected() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "expected_spdep.csv")


def test_worked_by_hand() -> None:
    # 4 cells in a row, counts 4 0 0 0: mean 1, s = sqrt(3); first cell: W = 2, (4 - 2) / (sqrt 3 * sqrt((8 - 4) / 3)) = 1
    found = gi_star([4, 0, 0, 0], rows=[0, 0, 0, 0], cols=[0, 1, 2, 3])
    assert found.z == pytest.approx([1.0, 1 / np.sqrt(3), -np.sqrt(3), -1.0])
    assert found.neighbours.tolist() == [2, 3, 3, 2]
    assert found.p[0] == pytest.approx(0.31731, abs=1e-5)


def test_equals_spdep(grid: pd.DataFrame, expected: pd.DataFrame) -> None:
    found = gi_star(grid["count"], grid["row"], grid["col"])
    np.testing.assert_allclose(found.z, expected["Gistar_B"], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(found.p, expected["p_two_sided"], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(q_values(found.p), expected["p_BH"], rtol=1e-8, atol=1e-12)


def test_differs_from_the_peer_that_standardises_rows(grid: pd.DataFrame) -> None:
    wrong = pd.read_csv(GOLDEN / "expected_esda.csv")["Gistar_row_std_Zs"]
    assert np.abs(gi_star(grid["count"], grid["row"], grid["col"]).z - wrong).max() > 1


def test_equals_esda_on_an_irregular_area() -> None:
    esda, weights = pytest.importorskip("esda"), pytest.importorskip("libpysal.weights")
    rng = np.random.default_rng(8)
    rows, cols = np.nonzero(rng.random((20, 25)) < 0.8)
    counts = rng.poisson(3, rows.size)
    number = {cell: i for i, cell in enumerate(zip(rows.tolist(), cols.tolist(), strict=True))}
    near = {
        i: [number[r + a, c + b] for a in (-1, 0, 1) for b in (-1, 0, 1) if (a or b) and (r + a, c + b) in number]
        for (r, c), i in number.items()
    }
    peer = esda.G_Local(
        counts.astype(float), weights.W(near, silence_warnings=True), transform="B", permutations=0, star=True
    )
    found = gi_star(counts, rows, cols)
    assert found.neighbours.min() < 9
    np.testing.assert_allclose(found.z, peer.Zs, atol=1e-10)
    np.testing.assert_allclose(found.p, 2 * peer.p_norm, atol=1e-10)


def test_finds_a_planted_hot_spot_and_not_the_next_valley() -> None:
    rng = np.random.default_rng(3)
    rows, cols = (part.ravel() for part in np.mgrid[0:30, 0:30])
    counts = rng.poisson(2, 900)
    planted = (abs(rows - 10) <= 1) & (abs(cols - 20) <= 1)
    counts[planted] += 12
    hot = (found := gi_star(counts, rows, cols)).z > 0
    hot &= q_values(found.p) <= 0.05
    assert hot[planted].all()
    assert not hot[(abs(rows - 10) > 3) | (abs(cols - 20) > 3)].any()


def test_a_cell_that_touches_everything_is_not_assessed() -> None:
    rows, cols = (part.ravel() for part in np.mgrid[0:3, 0:3])
    found = gi_star(np.arange(9), rows, cols)
    assert np.flatnonzero(np.isnan(found.z)).tolist() == [4]
    assert np.isnan(q_values(found.p)[4])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(-50, 50), st.integers(-50, 50))
def test_order_place_and_scale_do_not_matter(seed: int, down: int, right: int) -> None:
    rng = np.random.default_rng(seed)
    rows, cols = np.nonzero(rng.random((7, 8)) < 0.7)
    counts = rng.poisson(2, rows.size) + np.arange(rows.size) % 2
    order = rng.permutation(rows.size)
    plain = gi_star(counts, rows, cols).z
    moved = gi_star(10 * counts[order], rows[order] + down, cols[order] + right).z
    np.testing.assert_allclose(moved, plain[order], atol=1e-9)


@pytest.mark.parametrize(
    ("counts", "rows", "cols", "told"),
    [
        ([1, 2], [0, 0], [0, 1], "at least 3 cells"),
        ([2, 2, 2], [0, 0, 0], [0, 1, 2], "same count"),
        ([1, 2, 3], [0, 0, 0], [0, 1, 1], "more than once"),
        ([1, 2, np.nan], [0, 0, 0], [0, 1, 2], "missing or below zero"),
        ([1, 2, -1], [0, 0, 0], [0, 1, 2], "missing or below zero"),
        ([1, 2, 3], [0, 0, 0], [0.0, 1.0, 2.0], "whole grid numbers"),
        ([1, 2, 3], [0, 0], [0, 1], "differ in length"),
        ([1, 2, 3], [0, 0, 10**6], [0, 1, 10**6], "too large"),
    ],
)
def test_refuses_with_a_remedy(counts: list[float], rows: list[int], cols: list[int], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        gi_star(counts, np.asarray(rows), np.asarray(cols))
    assert refused.value.now


@given(st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), max_size=30))
def test_q_is_never_smaller_than_p_and_keeps_order(p: list[float]) -> None:
    q = q_values(p)
    given_p = np.asarray(p, dtype=float)
    known = ~np.isnan(given_p)
    assert (np.isnan(q) == ~known).all()
    assert (q[known] >= given_p[known] - 1e-12).all()
    assert (np.diff(q[known][np.argsort(given_p[known])]) >= -1e-12).all()


def test_q_refuses_scores() -> None:
    with pytest.raises(MethodError, match="outside 0 to 1"):
        q_values([0.2, 1.7])
