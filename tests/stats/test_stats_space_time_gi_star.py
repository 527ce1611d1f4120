"""Gi* through time: by hand, against esda on the whole cube with its own weights, and one step at a time."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.space_time_gi_star import space_time_gi_star

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from esda.getisord import G_Local
    from libpysal.weights import W


def _area(side: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A square with holes."""
    rows, cols = np.divmod(np.arange(side * side), side)
    kept = rng.random(rows.size) < 0.8
    return rows[kept] - 3, cols[kept] + 700


def test_worked_by_hand() -> None:
    # three cells in a row, two steps; only the last bin holds anything: mean 1, spread sqrt(5)
    found = space_time_gi_star([[0, 0], [0, 0], [0, 6]], rows=[0, 0, 0], cols=[0, 1, 2])
    assert found.around.tolist() == [[0, 0], [0, 6], [0, 6]]
    assert found.neighbours.tolist() == [[2, 4], [3, 6], [2, 4]]
    # last cell, last step: (6 - 1 * 4) / (sqrt(5) * sqrt((6 * 4 - 16) / 5))
    assert found.z[2, 1] == pytest.approx(2 / np.sqrt(8))
    assert found.z[0, 0] == pytest.approx(-2 / np.sqrt(8))
    # the middle cell touches every bin of both steps: nothing to compare it with
    assert np.isnan(found.z[1, 1])
    assert np.isnan(found.p[1, 1])


@pytest.mark.parametrize("steps_back", [0, 1, 2])
def test_equals_esda_on_the_whole_cube(steps_back: int) -> None:
    rng = np.random.default_rng(steps_back)
    rows, cols = _area(7, rng)
    steps = 5
    counts = rng.poisson(2.0, (rows.size, steps))
    bins = [(cell, step) for cell in range(rows.size) for step in range(steps)]
    number = {one: at for at, one in enumerate(bins)}
    near = {
        number[cell, step]: [
            number[other, step - back]
            for other in np.flatnonzero((abs(rows - rows[cell]) <= 1) & (abs(cols - cols[cell]) <= 1))
            for back in range(min(steps_back, step) + 1)
            if (other, back) != (cell, 0)
        ]
        for cell, step in bins
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = G_Local(counts.ravel().astype(float), W(near), transform="B", star=True, permutations=0)
    ours = space_time_gi_star(counts, rows, cols, steps_back=steps_back)
    np.testing.assert_allclose(ours.z.ravel(), peer.Zs, atol=1e-9)


def test_the_mean_of_a_step_takes_no_notice_of_the_others() -> None:
    rng = np.random.default_rng(5)
    rows, cols = _area(8, rng)
    counts = rng.poisson(2.0, (rows.size, 4))
    whole = space_time_gi_star(counts, rows, cols, steps_back=0, mean_of="step")
    busy = counts.copy()
    busy[:, 3] *= 7
    np.testing.assert_allclose(space_time_gi_star(busy, rows, cols, steps_back=0, mean_of="step").z, whole.z)
    # against the mean of the cube the busy step is hot nearly everywhere
    cube = space_time_gi_star(busy, rows, cols, steps_back=0)
    assert (cube.z[:, 3] > 1).mean() > 0.8
    for step in range(4):
        alone = space_time_gi_star(counts[:, [step]], rows, cols, steps_back=0)
        np.testing.assert_allclose(whole.z[:, step], alone.z[:, 0])


def test_a_level_step_has_nothing_to_compare() -> None:
    counts = np.column_stack([[1] * 12, [0, 5] + [0] * 10])
    found = space_time_gi_star(counts, rows=[0] * 12, cols=range(12), mean_of="step")
    assert np.isnan(found.z[:, 0]).all()
    assert np.isfinite(found.z[:, 1]).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_order_origin_and_scale_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, cols = _area(6, rng)
    counts = rng.poisson(1.0, (rows.size, 3))
    if rows.size < 3 or counts.min() == counts.max():
        return
    found = space_time_gi_star(counts, rows, cols)
    order = rng.permutation(rows.size)
    moved = space_time_gi_star(4 * counts[order], rows[order] + 999, cols[order] - 50)
    np.testing.assert_allclose(moved.z, found.z[order], atol=1e-9)
    finite = np.isfinite(found.p)
    assert ((found.p[finite] >= 0) & (found.p[finite] <= 1)).all()


@pytest.mark.parametrize(
    ("counts", "rows", "options", "told"),
    [
        ([[1, 2], [2, 1]], [0, 0], {}, "2 cells in 2 steps"),
        ([[1], [2], [3]], [0, 0, 0], {}, "cannot be compared"),
        ([[1, 1], [1, 1], [1, 1]], [0, 0, 0], {}, "none stands out"),
        ([[1, 2], [np.nan, 1], [0, 0]], [0, 0, 0], {}, "missing or below zero"),
        ([[1, 2], [2, 1], [0, 0]], [0, 0], {}, "differ in length"),
        ([[1, 2], [2, 1], [0, 0]], [0.5, 0.0, 0.0], {}, "whole grid numbers"),
        ([[1, 2], [2, 1], [0, 0]], [0, 0, 10**9], {}, "too large to score"),
        ([[1, 2], [2, 1], [0, 0]], [0, 0, 0], {"cols": [0, 1, 1]}, "more than once"),
    ],
)
def test_refuses_with_a_remedy(counts: object, rows: object, options: dict[str, list[int]], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        space_time_gi_star(counts, rows, options.get("cols", [0, 1, 2][: len(rows)]))  # type: ignore[arg-type]
    assert refused.value.now
