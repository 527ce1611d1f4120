"""Peak hours: the shortest run holding its share, over midnight if need be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.peak_hours import peak_hours


def test_a_run_over_midnight() -> None:
    day = np.zeros(24)
    day[[22, 23, 0, 1]] = 5, 6, 7, 5
    day[12] = 4
    # 6 + 7 of 27 is under half; with 22:00 or 01:00 it is 18
    assert peak_hours(day) == (22, 1)


def test_a_run_to_midnight_ends_at_24() -> None:
    day = np.zeros(24)
    day[23] = 1
    assert peak_hours(day) == (23, 24)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 30), min_size=24, max_size=24).filter(any), st.sampled_from([0.3, 0.5, 0.8]))
def test_no_shorter_run_holds_the_share(day: list[int], share: float) -> None:
    first, last = peak_hours(day, share=share)
    length = (last - first) % 24 or 24
    sums = lambda size: [sum(day[(start + i) % 24] for i in range(size)) for start in range(24)]  # noqa: E731
    assert sums(length)[first] >= share * sum(day) - 1e-6
    assert length == 1 or max(sums(length - 1)) < share * sum(day)


@pytest.mark.parametrize("day", [[1] * 23, [0] * 24, [-1, *[1] * 23]])
def test_what_is_no_day_is_refused(day: list[int]) -> None:
    with pytest.raises(MethodError, match="have no peak"):
        peak_hours(day)
