"""Default locations: a headquarters among exact points is found; snapped points and busy places are not."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.stats.default_location import is_default


def spots(*held: int) -> tuple[np.ndarray, np.ndarray]:
    """Points that hold so many records each."""
    x = np.repeat(np.arange(len(held), dtype=float), held)
    return x, x * 2


def test_a_headquarters_is_found_by_hand() -> None:
    # 500 places of one record, ten of two, one of 30: 30 of 550 records, ten times as many as 2 and more
    x, y = spots(*[1] * 500, *[2] * 10, 30)
    assert is_default(x, y).tolist() == [False] * 520 + [True] * 30


def test_too_few_a_small_share_or_busy_neighbours_are_no_default() -> None:
    assert not is_default(*spots(*[1] * 500, 19)).any()
    assert is_default(*spots(*[1] * 500, 20)).any()
    assert not is_default(*spots(*[1] * 3000, 20)).any(), "less than one in a hundred"
    assert not is_default(*spots(*[1] * 500, *[4] * 20, 39)).any(), "less than ten times the fullest of the others"
    assert not is_default(*spots(30, 30, 30)).any(), "every point is full: data snapped to map points"


def test_two_defaults_are_both_found() -> None:
    assert is_default(*spots(*[1] * 500, 60, 40)).sum() == 100


def test_records_without_a_location_are_never_at_a_default() -> None:
    x, y = spots(*[1] * 100)
    x, y = np.append(x, [np.nan] * 50), np.append(y, [np.nan] * 50)
    assert not is_default(x, y).any()
    assert is_default(np.array([]), np.array([])).tolist() == []


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_order_makes_no_difference_and_a_point_is_whole(held: list[int], rng: object) -> None:
    x, y = spots(*held)
    found = is_default(x, y)
    order = np.array(rng.sample(range(len(x)), len(x)), dtype=int)  # type: ignore[attr-defined]
    assert (is_default(x[order], y[order]) == found[order]).all()
    assert all(len(set(found[x == at])) == 1 for at in np.unique(x))
