"""Gi*: worked by hand, against spdep's and esda's real output, on irregular study areas."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats import gi_star as module
from intelnb.stats.discovery import q_values
from intelnb.stats.gi_star import among, gi_star
from intelnb.stats.neighbours import of_hexagons, of_pairs, of_squares

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


def test_without_the_cell_itself_equals_spdep(grid: pd.DataFrame, expected: pd.DataFrame) -> None:
    found = gi_star(grid["count"], grid["row"], grid["col"], with_itself=False)
    np.testing.assert_allclose(found.z, expected["Gi_B"], rtol=1e-8, atol=1e-12)
    assert found.neighbours.max() == 8


def test_every_way_to_sum_gives_the_same(grid: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = {}
    for with_itself in (True, False):
        given = (grid["count"], grid["row"], grid["col"])
        raster = gi_star(*given, with_itself=with_itself)
        listed = among(grid["count"], of_squares(grid["row"], grid["col"]), with_itself=with_itself)
        with monkeypatch.context() as patched:
            patched.setattr(module, "RASTER_LIMIT", 0)
            keyed = gi_star(*given, with_itself=with_itself)
        for other in (listed, keyed):
            np.testing.assert_allclose(other.z, raster.z, atol=1e-12)
            np.testing.assert_allclose(other.p, raster.p, atol=1e-12)
            assert (other.neighbours == raster.neighbours).all()
        ways[with_itself] = raster.z
    assert np.abs(ways[True] - ways[False]).max() > 0.1


def test_parts_far_apart_are_looked_up_not_laid_out() -> None:
    # two blocks of 3 x 4 cells, ten million cells apart: the rectangle round them would not fit in memory
    row, col = (part.ravel() for part in np.mgrid[0:3, 0:4])
    far = np.r_[row, row + 10**7], np.r_[col, col + 10**7]
    near = np.r_[row, row + 10], np.r_[col, col + 10]
    counts = np.arange(24) % 7
    np.testing.assert_allclose(gi_star(counts, *far).z, gi_star(counts, *near).z, atol=1e-12)
    for lists in (of_squares, of_hexagons):
        assert lists(*far).others.tolist() == lists(*near).others.tolist()
        assert lists(*far).starts.tolist() == lists(*near).starts.tolist()


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


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([True, False]))
def test_equals_esda_among_areas_of_any_shape(seed: int, with_itself: bool) -> None:
    esda, weights = pytest.importorskip("esda"), pytest.importorskip("libpysal.weights")
    rng = np.random.default_rng(seed)
    size = int(rng.integers(5, 40))
    one, two = rng.integers(0, size, 2 * size), rng.integers(0, size, 2 * size)
    neighbours = of_pairs(np.r_[one, np.arange(size - 1)], np.r_[two, np.arange(1, size)], size=size)
    values = rng.gamma(1.2, 3, size)
    lists = {i: neighbours.others[a:b].tolist() for i, (a, b) in enumerate(itertools.pairwise(neighbours.starts))}
    with np.errstate(divide="ignore", invalid="ignore"):  # the peer divides by 0 where a place touches all others
        peer = esda.G_Local(
            values, weights.W(lists, silence_warnings=True), transform="B", permutations=0, star=with_itself
        )
    found = among(values, neighbours, with_itself=with_itself)
    known = ~np.isnan(found.z)
    np.testing.assert_allclose(found.z[known], peer.Zs[known], atol=1e-9)
    assert (found.neighbours[~known] == size - (not with_itself)).all()


def test_an_island_is_judged_by_itself_or_not_at_all() -> None:
    island = of_pairs([0, 1], [1, 2], size=4)
    assert among([1, 2, 3, 9], island).z[3] == pytest.approx((9 - 3.75) / np.std([1, 2, 3, 9]))
    assert np.isnan(among([1, 2, 3, 9], island, with_itself=False).z[3])


def test_hexagons_touch_six_and_pairs_are_mutual() -> None:
    row, col = (part.ravel() for part in np.mgrid[0:5, 0:5])
    found = of_hexagons(row, col)
    assert found.degree[12] == 6
    assert found.degree.sum() == found.others.size
    pairs = {(i, int(j)) for i in range(25) for j in found.others[found.starts[i] : found.starts[i + 1]]}
    assert pairs == {(j, i) for i, j in pairs}
    # centres of neighbours lie one width apart, whichever row they stand in
    x, y = col + 0.5 * (row % 2), row * np.sqrt(3) / 2
    assert all(np.hypot(x[i] - x[j], y[i] - y[j]) == pytest.approx(1) for i, j in pairs)


def test_groups_and_parts_of_neighbours() -> None:
    found = of_squares([0, 0, 1, 5, 6], [0, 1, 2, 5, 5])
    assert found.groups().tolist() == [0, 0, 0, 1, 1]
    part = found.among(np.array([True, False, True, True, True]))
    assert part.degree.tolist() == [0, 0, 1, 1]


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
        ([1, 2, 3], [0, 0, 10**11], [0, 1, 10**11], "too large"),
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


def test_refuses_neighbours_of_other_places() -> None:
    with pytest.raises(MethodError, match="differ in length"):
        among([1, 2, 3], of_pairs([0], [1], size=2))
    with pytest.raises(MethodError, match="not one of the 2"):
        of_pairs([0], [2], size=2)


def test_q_refuses_scores() -> None:
    with pytest.raises(MethodError, match="outside 0 to 1"):
        q_values([0.2, 1.7])
