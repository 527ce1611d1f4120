"""Circles: by hand, ties from west to east, and no circle beyond its share or radius."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats import circles as module
from intelnb.stats.circles import circles


def test_worked_by_hand() -> None:
    found = circles([0, 100, 300, 700], [0, 0, 0, 0], [1, 1, 2, 4])
    # each circle holds at most 4 of 8; the last place alone holds them
    assert [row[:size].tolist() for row, size in zip(found.order, found.size, strict=True)] == [
        [0, 1, 2],
        [1, 0, 2],
        [2, 1, 0],
        [3],
    ]
    assert found.radius[0].tolist() == [0, 100, 300]


def test_ties_join_from_west_to_east_and_south_to_north() -> None:
    # a cross: centre, north, east, south, west
    found = circles([0, 0, 1, 0, -1], [0, 1, 0, -1, 0], np.ones(5), max_share=1.0)
    assert found.order[0].tolist() == [0, 4, 3, 1, 2]


def test_places_at_one_point_are_kept_apart() -> None:
    found = circles([5, 5, 9], [5, 5, 5], [1, 1, 1])
    assert found.order[:, 0].tolist() in ([0, 0, 2], [0, 1, 2])
    assert found.size.tolist() == [1, 1, 1]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.05, 1.0), st.floats(1.0, 900.0))
def test_circles_keep_their_limits_and_are_the_largest(seed: int, share: float, radius: float) -> None:
    rng = np.random.default_rng(seed)
    x, y, weight = rng.uniform(0, 1000, 12), rng.uniform(0, 1000, 12), rng.uniform(0, 3, 12)
    try:
        found = circles(x, y, weight, max_share=share, max_radius_m=radius)
    except MethodError:
        assert (weight > share * weight.sum()).all()
        return
    for centre, (order, size) in enumerate(zip(found.order, found.size, strict=True)):
        apart = np.hypot(x - x[centre], y - y[centre])
        nearest = np.argsort(apart)
        held = np.cumsum(weight[nearest]) / weight.sum()
        fits = (held <= share + 1e-9) & (apart[nearest] <= radius + 1e-6)
        assert size == fits.sum()
        assert order[:size].tolist() == nearest[:size].tolist()


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    x, y, weight = rng.uniform(0, 1000, 40), rng.uniform(0, 1000, 40), rng.uniform(0, 3, 40)
    whole = circles(x, y, weight)
    monkeypatch.setattr(module, "BLOCK", 100)
    parts = circles(x, y, weight)
    assert parts.size.tolist() == whole.size.tolist()
    for one, other, size in zip(whole.order, parts.order, whole.size, strict=True):
        assert one[:size].tolist() == other[:size].tolist()


@pytest.mark.parametrize(
    ("x", "weight", "options", "told"),
    [
        ([1.0], [1.0], {}, "1 places"),
        ([1.0, np.nan], [1.0, 1.0], {}, "no coordinates"),
        ([1.0, 2.0], [0.0, 0.0], {}, "all zero"),
        ([1.0, 2.0], [1.0, 1.0], {"max_share": 1.5}, "up to 1.5"),
        ([1.0, 2.0], [1.0, 1.0], {"max_radius_m": 0.0}, "0.0 m"),
        ([1.0, 2.0], [1.0, 1.0], {"max_share": 0.4}, "more than 40%"),
    ],
)
def test_refuses_with_a_remedy(x: list[float], weight: list[float], options: dict[str, float], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        circles(x, np.zeros(len(x)), weight, **options)
    assert refused.value.now
