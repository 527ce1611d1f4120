"""Moran, over the whole area and place by place: by hand, against esda and spdep, on planted and shuffled values."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.local_moran import QUADRANTS, local_moran
from intelnb.stats.moran import moran
from intelnb.stats.neighbours import Neighbours, of_pairs, of_squares

GOLDEN = Path(__file__).parents[1] / "golden" / "gi_star_moran_grid"


@pytest.fixture(scope="module")
def grid() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "input_grid_counts.csv")


def _row(size: int) -> Neighbours:
    return of_pairs(np.arange(size - 1), np.arange(1, size), size=size)


def _tied(seed: int) -> tuple[np.ndarray, Neighbours]:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(6, 30))
    one, two = rng.integers(0, size, 2 * size), rng.integers(0, size, 2 * size)
    return rng.gamma(1.2, 3, size), of_pairs(np.r_[one, np.arange(size - 1)], np.r_[two, np.arange(1, size)], size=size)


def test_worked_by_hand() -> None:
    # 3 1 0 0 in a row, mean 1: departures 2 0 -1 -1, their squares sum to 6, means next door 0 0.5 -0.5 -1
    found = moran([3, 1, 0, 0], _row(4), permutations=0)
    assert found.i == pytest.approx((2 * 0 + 0 + 0.5 + 1) / 6)
    assert found.expected == pytest.approx(-1 / 3)
    assert np.isnan(found.p_shuffled)
    local = local_moran([3, 1, 0, 0], _row(4), permutations=99)
    # (n - 1) / n * departure * mean next door / variance, variance 6 / 4
    assert local.i == pytest.approx(np.array([0, 0, 0.5, 1]) * 3 / 4 / 1.5)
    assert [QUADRANTS[q - 1] for q in local.quadrant] == [
        "high among low",
        "low among high",
        "low among low",
        "low among low",
    ]


def test_equals_esda_over_the_whole_area(grid: pd.DataFrame) -> None:
    peer = json.loads((GOLDEN / "expected_global.json").read_text())
    found = moran(grid["count"], of_squares(grid["row"], grid["col"]), permutations=99)
    assert found.i == pytest.approx(peer["Moran_I"], rel=1e-10)
    assert found.expected == pytest.approx(peer["EI"], rel=1e-10)
    assert found.variance == pytest.approx(peer["VI_rand"], rel=1e-10)
    assert found.variance_normal == pytest.approx(peer["VI_norm"], rel=1e-10)
    assert (found.z, found.z_normal) == pytest.approx((peer["z_rand"], peer["z_norm"]), rel=1e-10)
    assert found.p == pytest.approx(peer["p_rand"], rel=1e-8)
    assert found.p_shuffled == 0.02  # the least that 99 shuffles can give


def test_equals_esda_and_spdep_place_by_place(grid: pd.DataFrame) -> None:
    esda, spdep = (pd.read_csv(GOLDEN / f"expected_{name}.csv") for name in ("esda", "spdep"))
    found = local_moran(grid["count"], of_squares(grid["row"], grid["col"]), permutations=999, seed=4)
    np.testing.assert_allclose(found.i, esda["LocalMoran_Is"], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(found.i, spdep["Ii"] * 179 / 180, rtol=1e-8, atol=1e-12)
    assert found.quadrant.tolist() == esda["LocalMoran_q"].tolist()
    # the peer takes the smaller of "as large" and "not as large"; draws that tie fall to either side by its rounding,
    # so its p lies between ours with all ties on one side and on the other; all are estimates from 999 draws
    theirs = esda["LocalMoran_p_sim_seed12345"]
    is_high = grid["count"] > grid["count"].mean()
    most, least = np.where(is_high, [found.p_above, 1.001 - found.p_below], [found.p_below, 1.001 - found.p_above])
    tails = np.minimum([most, least], [1.001 - most, 1.001 - least])
    highest = np.where((least <= 0.5) & (most >= 0.5), 0.5005, tails.max(axis=0))
    spread = 4.5 * np.sqrt(2 * theirs * (1 - theirs) / 1000) + 0.002
    assert (theirs >= tails.min(axis=0) - spread).all()
    assert (theirs <= highest + spread).all()
    assert (found.p >= 2 * tails.min(axis=0) - 1e-12).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_equals_esda_among_places_of_any_shape(seed: int) -> None:
    esda, weights = pytest.importorskip("esda"), pytest.importorskip("libpysal.weights")
    values, neighbours = _tied(seed)
    lists = {i: neighbours.others[a:b].tolist() for i, (a, b) in enumerate(itertools.pairwise(neighbours.starts))}
    w = weights.W(lists, silence_warnings=True)
    peer, local = esda.Moran(values, w, permutations=0), esda.Moran_Local(values, w, permutations=0)
    found = moran(values, neighbours, permutations=0)
    assert (found.i, found.z, found.z_normal) == pytest.approx((peer.I, peer.z_rand, peer.z_norm), rel=1e-8)
    ours = local_moran(values, neighbours, permutations=9)
    np.testing.assert_allclose(ours.i, local.Is, atol=1e-10)
    assert ours.quadrant.tolist() == local.q.tolist()


def test_finds_planted_crowds_and_the_odd_one_out() -> None:
    rng = np.random.default_rng(2)
    row, col = (part.ravel() for part in np.mgrid[0:15, 0:15])
    values = rng.poisson(4, 225).astype(float)
    crowd = (abs(row - 4) <= 1) & (abs(col - 4) <= 1)
    values[crowd] += 20
    odd = (row == 11) & (col == 11)
    values[(abs(row - 11) <= 1) & (abs(col - 11) <= 1) & ~odd] += 20
    values[odd] = 0
    found = local_moran(values, of_squares(row, col), permutations=999)
    assert (found.quadrant[crowd] == 1).all()
    assert (found.p[crowd] <= 0.05).all()
    assert (found.quadrant[odd].item(), found.p[odd].item()) == (2, 0.002)


def test_chance_is_called_rare_as_often_as_stated() -> None:
    row, col = (part.ravel() for part in np.mgrid[0:12, 0:12])
    neighbours = of_squares(row, col)
    rng = np.random.default_rng(8)
    values = [rng.poisson(3, 144) for _ in range(40)]
    shares = [(local_moran(v, neighbours, permutations=199, seed=k).p <= 0.1).mean() for k, v in enumerate(values)]
    assert 0.06 < np.mean(shares) < 0.11  # counts are whole, so a little below 0.1
    finer = [
        (local_moran(v, neighbours, permutations=99, most=999, seed=k).p <= 0.01).mean() for k, v in enumerate(values)
    ]
    assert np.mean(finer) < 0.013
    overall = [moran(v, neighbours, permutations=0).p <= 0.1 for v in values]
    assert sum(overall) <= 10


def test_the_seed_decides_and_values_keep_their_order(grid: pd.DataFrame) -> None:
    neighbours = of_squares(grid["row"], grid["col"])
    one, two, other = (local_moran(grid["count"], neighbours, permutations=99, seed=s).p for s in (1, 1, 2))
    assert (one == two).all()
    assert (one != other).any()
    assert (local_moran(5 * grid["count"] + 7, neighbours, permutations=99, seed=1).p == one).all()


def test_more_is_drawn_where_chance_is_small() -> None:
    rng = np.random.default_rng(2)
    row, col = (part.ravel() for part in np.mgrid[0:15, 0:15])
    values = rng.poisson(4, 225).astype(float)
    values[(abs(row - 4) <= 1) & (abs(col - 4) <= 1)] += 20
    neighbours = of_squares(row, col)
    once = local_moran(values, neighbours, permutations=99, seed=5)
    often = local_moran(values, neighbours, permutations=99, most=20_000, seed=5)
    direct = local_moran(values, neighbours, permutations=20_000, seed=6)
    same = np.minimum(once.p_above, once.p_below) > 11 / 100
    assert (often.p[same] == once.p[same]).all()
    assert often.p.min() < 2 / 100 / 50
    tail = direct.p / 2
    error = 9 * np.sqrt(tail * (1 - tail) / np.where(same, 100, 990)) + 0.02
    assert (np.abs(often.p - direct.p) <= error).all()
    small = direct.p < 0.005
    assert small.any()
    assert (np.abs(often.p - direct.p)[small] <= 9 * np.sqrt(direct.p[small] / 9_900) + 2e-4).all()


def test_an_island_has_no_answer_and_a_place_at_the_mean_no_side() -> None:
    found = local_moran([0, 2, 4, 2, 2], of_pairs([0, 1, 2], [1, 2, 3], size=5), permutations=49)
    assert np.isnan(found.i[4])
    assert np.isnan(found.p[4])
    assert found.quadrant[4] == 0
    assert found.p[1] == 1.0


def test_places_that_touch_all_others_are_drawn_too() -> None:
    star = of_pairs([0, 0, 0, 0, 0], [1, 2, 3, 4, 5], size=6)
    found = local_moran([9, 1, 2, 3, 4, 5], star, permutations=99)
    assert found.p[0] == 1.0  # whichever way its neighbours are drawn they are the same five
    assert np.isfinite(found.p).all()


@pytest.mark.parametrize(
    ("values", "pairs", "told"),
    [
        ([1, 2, 3], ([0], [1]), "at least 4 places"),
        ([1, 2, 3, 4, 5], ([0], [1]), "differ in length"),
        ([2, 2, 2, 2], ([0], [1]), "same value"),
        ([1, 2, np.nan, 2], ([0], [1]), "is missing"),
    ],
)
def test_refuses_with_a_remedy(values: list[float], pairs: tuple[list[int], list[int]], told: str) -> None:
    neighbours = of_pairs(*pairs, size=3 if len(values) == 3 else 4)
    for method in (moran, local_moran):
        with pytest.raises(MethodError, match=told) as refused:
            method(values, neighbours)
        assert refused.value.now


def test_refuses_when_nothing_touches_or_nothing_is_drawn() -> None:
    with pytest.raises(MethodError, match="no two places touch"):
        moran([1, 2, 3, 4], of_pairs([], [], size=4))
    with pytest.raises(MethodError, match="draw nothing"):
        local_moran([1, 2, 3, 4], _row(4), permutations=0)
