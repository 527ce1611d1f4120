"""Rarity in words."""

from __future__ import annotations

import pytest

from intelnb.errors import MethodError
from intelnb.stats.rarity import one_in


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (1.0, "most weeks"),
        (0.5, "most weeks"),
        (0.4999, "1 in 2 weeks"),
        (0.019, "1 in 53 weeks"),
        (0.0099, "1 in 100 weeks"),
        (0.001, "1 in 1,000 weeks"),
        (0.000999, "rarer than 1 in 1,000 weeks"),
        (0.0, "rarer than 1 in 1,000 weeks"),
    ],
)
def test_chance_in_words(p: float, said: str) -> None:
    assert one_in(p) == said


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_chance_is_refused(p: float) -> None:
    with pytest.raises(MethodError):
        one_in(p)
