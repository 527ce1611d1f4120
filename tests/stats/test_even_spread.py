"""Even spread against the sum worked by hand and against simulation."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from intelnb.errors import MethodError
from intelnb.stats.even_spread import even_spread


def test_equals_the_binomial_tail_worked_by_hand() -> None:
    # 3 or more of 5 events on 2 of 10 cells
    upper = sum(comb(5, k) * 0.2**k * 0.8 ** (5 - k) for k in (3, 4, 5))
    assert even_spread([3], [2], total=5, all_cells=10)[0] == pytest.approx(2 * upper, rel=1e-12)


def test_false_calls_stay_within_their_share() -> None:
    rng = np.random.default_rng(4)
    counts = rng.binomial(40, 9 / 400, 20_000)
    p = even_spread(counts, np.full(20_000, 9), total=40, all_cells=400)
    assert (p <= 0.05).mean() <= 0.05


def test_more_than_there_is_is_refused() -> None:
    with pytest.raises(MethodError, match="more events or cells"):
        even_spread([6], [1], total=5, all_cells=10)
