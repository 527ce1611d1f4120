"""Even spread of weighted events: every case counted, against the plain test and against simulation."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from intelnb.errors import MethodError
from intelnb.stats.weighted_spread import SMALLEST, weighted_spread


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([1, 2, 5, 40]), min_size=1, max_size=7),
    st.integers(1, 6),
    st.sampled_from([1.0, 0.3, 1000.5]),
)
def test_every_case_counted(weights: list[int], cells: int, scale: float) -> None:
    weight = np.array(weights) * scale
    seen = float(weight[: (len(weights) + 1) // 2].sum())
    chance = cells / 6
    exact = sum(
        chance ** sum(taken) * (1 - chance) ** (len(taken) - sum(taken))
        for taken in product([0, 1], repeat=len(weights))
        if np.array(taken) @ weight >= seen * (1 - 1e-9)
    )
    found = weighted_spread([seen], [cells], weight, all_cells=6)[0]
    assert found == pytest.approx(max(exact, SMALLEST), abs=1e-9) or found >= exact


def test_with_equal_weights_it_is_the_binomial_tail() -> None:
    found = weighted_spread(np.arange(0, 60, 3.0), np.full(20, 9), np.full(200, 3.0), all_cells=400)
    assert found == pytest.approx(np.maximum(binom.sf(np.arange(20) - 1, 200, 9 / 400), SMALLEST), abs=1e-10)


def test_rounded_weights_are_close_and_never_too_small() -> None:
    rng = np.random.default_rng(6)
    weights = rng.choice([3.25, 10.5, 182.25, 2555.0], 900, p=[0.5, 0.3, 0.18, 0.02])
    drawn = (rng.random((4000, 900)) < 9 / 300) @ weights
    seen = np.quantile(drawn, [0.5, 0.9, 0.99])
    found = weighted_spread(seen, [9] * 3, weights, all_cells=300)
    told = np.array([(drawn >= s).mean() for s in seen])
    error = 4.5 * np.sqrt(told * (1 - told) / 4000)
    assert (found >= told - error).all()
    assert (found <= told + error + 0.02).all()


def test_one_heavy_event_is_no_rarer_than_its_place() -> None:
    weights = np.r_[np.full(60, 2.0), 5475.0]
    assert weighted_spread([5475.0], [9], weights, all_cells=400)[0] >= 9 / 400 - 1e-12


@pytest.mark.parametrize(
    ("found", "cells", "weights", "told"),
    [
        ([1], [1], [], "no weight above zero"),
        ([1], [1], [1, 0], "no weight above zero"),
        ([1], [1], [np.nan], "no weight above zero"),
        ([9], [1], [1, 2], "more weight or cells"),
        ([1], [9], [1, 2], "more weight or cells"),
    ],
)
def test_refuses_with_a_remedy(found: Any, cells: Any, weights: Any, told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        weighted_spread(found, cells, weights, all_cells=4)
    assert refused.value.now
