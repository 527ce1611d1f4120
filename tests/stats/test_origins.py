"""Independent origins: shared references and repetition join, corroboration does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.origins import origin_groups


def _count(names: str, linked: list[list[str]], origin: list[str]) -> int:
    return len(set(origin_groups(list(names), linked=linked, origin=origin).tolist()))


def test_one_origin_reference_is_one_origin() -> None:
    assert _count("abc", [[], [], []], ["x", "x", "y"]) == 2


def test_a_chain_of_retellings_is_one_origin() -> None:
    assert _count("abcd", [[], ["a"], ["b"], []], ["x", "", "", "x"]) == 1


def test_a_link_between_two_stated_origins_is_corroboration() -> None:
    assert _count("ab", [[], ["a"]], ["x", "y"]) == 2


def test_logs_that_rest_on_one_older_log_share_its_origin() -> None:
    assert _count("ab", [["old"], ["old"]], ["", ""]) == 1


def test_nothing_known_counts_each_by_itself() -> None:
    assert _count("ab", [[], []], ["", ""]) == 2
    assert origin_groups([], linked=[], origin=[]).size == 0


def test_a_reference_and_a_log_of_one_name_are_not_confused() -> None:
    assert _count("ab", [[], []], ["b", ""]) == 2


def test_lengths_must_agree() -> None:
    with pytest.raises(MethodError, match="differ in length"):
        origin_groups(["a"], linked=[], origin=[""])


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_order_does_not_matter_and_a_reference_never_splits(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 12))
    names = [f"u{i}" for i in range(size)]
    origin = data.draw(st.lists(st.sampled_from(["", "x", "y", "z"]), min_size=size, max_size=size))
    linked = data.draw(st.lists(st.lists(st.sampled_from(names), max_size=2), min_size=size, max_size=size))
    found = origin_groups(names, linked=linked, origin=origin)
    order = data.draw(st.permutations(range(size)))
    turned = origin_groups(
        [names[i] for i in order], linked=[linked[i] for i in order], origin=[origin[i] for i in order]
    )
    same, same_turned = found[:, None] == found, turned[:, None] == turned
    assert np.array_equal(same[np.ix_(order, order)], same_turned)
    assert all(same[i, j] for i in range(size) for j in range(size) if origin[i] and origin[i] == origin[j])
