"""PAI, PEI, RRI: by hand, against ptools, and the best never beaten where areas differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.predictive_accuracy import accuracy, at_area

GOLDEN = Path(__file__).parents[1] / "golden" / "pai_pei_rri"


def test_worked_by_hand() -> None:
    # flagged first: the cell of 1 event of 4; a quarter of the area, so PAI 1; the best cell had 3
    found = accuracy([1, 3, 0, 0], [2.0, 1.0, 0.5, 0.5])
    assert found.order.tolist() == [0, 1, 2, 3]
    assert found.pai == pytest.approx([1, 2, 4 / 3, 1])
    assert found.pei == pytest.approx([1 / 3, 1, 1, 1])
    assert found.rri == pytest.approx([2, 3 / 4, 3.5 / 4, 1])
    assert found.log_rri[-1] == pytest.approx(0)
    assert at_area(found, share=0.5)[0] == 2.0


@pytest.mark.parametrize("suffix", ["", "_unequal_area"])
def test_equals_ptools(suffix: str) -> None:
    cells = pd.read_csv(GOLDEN / f"input_cells{suffix}.csv")
    peer = pd.read_csv(GOLDEN / f"expected_pai_ptools{suffix}.csv")
    found = accuracy(cells["obs"], cells["pred"], area=cells["area"])
    assert cells["cell"].to_numpy()[found.order].tolist() == peer["cell"].tolist()
    for ours, theirs in ((found.area, "PCumArea"), (found.caught, "PCumCount"), (found.pai, "PAI")):
        np.testing.assert_allclose(ours, peer[theirs], rtol=1e-8)
    np.testing.assert_allclose(found.rri, peer["RRI"], rtol=1e-8)
    if suffix:
        # the peer compares with the best at the same number of cells, so that it may be beaten: kept as its quirk
        assert found.pei.max() <= 1
        assert np.abs(found.pei - peer["PEI"]).max() > 0.01
    else:
        np.testing.assert_allclose(found.pei, peer["PEI"], rtol=1e-8)


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 9), st.floats(0.1, 4)), min_size=2, max_size=30))
def test_no_map_beats_the_best_at_the_same_area(cells: list[tuple[int, float, float]]) -> None:
    seen, told, size = (np.array(v, dtype=float) for v in zip(*cells, strict=True))
    if not seen.sum():
        return
    found = accuracy(seen, told, area=size)
    perfect = accuracy(seen, seen, area=size)
    assert (found.pei[~np.isnan(found.pei)] <= 1).all()
    assert perfect.pei == pytest.approx(np.ones(len(cells)), abs=1e-9)
    assert (found.pai[-1], found.caught[-1], found.area[-1]) == pytest.approx((1, 1, 1))
    # nobody can catch more than the perfect map at any of its own shares of area
    assert (np.interp(perfect.area, np.r_[0, found.area], np.r_[0, found.caught]) <= perfect.caught + 1e-9).all()


def test_a_map_that_does_not_decide_gains_nothing() -> None:
    assert accuracy([9, 0, 0, 0], [1.0, 1.0, 1.0, 1.0]).caught.tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("seen", "told_", "area", "told"),
    [
        ([1], [1, 2], None, "differ in length"),
        ([0, 0], [1, 2], None, "no event fell"),
        ([1, 0.5], [1, 2], None, "missing or below zero"),
        ([1, 1], [-1, 2], None, "missing or below zero"),
        ([1, 1], [1, 2], [1, 0], "no area"),
    ],
)
def test_refuses_with_a_remedy(seen: Any, told_: Any, area: Any, told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        accuracy(seen, told_, area=area)
    assert refused.value.now


def test_refuses_a_share_smaller_than_a_cell() -> None:
    with pytest.raises(MethodError, match=r"takes up 25\.00% of the area"):
        at_area(accuracy([1, 1, 1, 1], [4, 3, 2, 1]), share=0.1)
