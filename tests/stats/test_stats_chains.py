"""Chains: by hand, the same groups as networkx finds, a planted chain, and honest about a crowded place."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.chains import chains


def test_worked_by_hand() -> None:
    # 0-1-2 follow each other; 3 is near 2 but too late; 4 and 5 are a pair; 6 is alone; 7-8-9 a shorter chain in time
    x = [0, 90, 180, 190, 5000, 5050, 9000, 2000, 2000, 2030]
    day = [10, 14, 23, 40, 1, 2, 5, 3, 4, 4]
    found = chains(x, np.zeros(10), day, within_m=100, within_days=10)
    assert found.chain.tolist() == [1, 1, 1, -1, -1, -1, -1, 0, 0, 0]
    assert found.size.tolist() == [3, 3]
    assert found.first.tolist() == [7, 0]
    assert found.last.tolist() == [9, 2]
    assert found.days.tolist() == [1, 13]
    assert found.x.tolist() == [2010, 90]
    assert found.radius_m.tolist() == [20, 90]
    assert found.linked == 6
    with_pairs = chains(x, np.zeros(10), day, within_m=100, within_days=10, least_events=2)
    assert with_pairs.chain.tolist() == [1, 1, 1, -1, 2, 2, -1, 0, 0, 0]


def test_what_lies_on_a_limit_follows_the_stated_rule() -> None:
    x, day = [0, 100, 200], [0, 10, 20]
    assert chains(x, [0, 0, 0], day, within_m=100, within_days=10).linked == 0
    assert chains(x, [0, 0, 0], day, within_m=100, within_days=10, closed="right").linked == 3
    # around a corner it is farther
    y = [0, 60, 0]
    assert chains([0, 60, 0], y, [1, 2, 3], within_m=100, within_days=5).linked == 3
    assert chains([0, 60, 0], y, [1, 2, 3], within_m=100, within_days=5, metric="manhattan", least_events=2).linked == 2


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 4))
def test_groups_are_those_of_the_graph_whatever_the_order(seed: int, least: int) -> None:
    rng = np.random.default_rng(seed)
    size = 40
    x, y, day = rng.uniform(0, 900, size), rng.uniform(0, 900, size), rng.integers(0, 60, size)
    asked: dict[str, Any] = {"within_m": 150, "within_days": 12, "least_events": least, "permutations": 3}
    found = chains(x, y, day, **asked)
    graph = nx.Graph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(
        (i, j)
        for i in range(size)
        for j in range(i)
        if np.hypot(x[i] - x[j], y[i] - y[j]) < 150 and abs(int(day[i]) - int(day[j])) < 12
    )
    groups = {frozenset(one) for one in nx.connected_components(graph) if len(one) >= least}
    ours = {frozenset(np.flatnonzero(found.chain == number).tolist()) for number in range(found.size.size)}
    assert ours == groups
    assert found.size.tolist() == sorted(found.size, reverse=True)
    assert found.linked == sum(map(len, groups)) == found.size.sum()
    for number in range(found.size.size):
        own = np.flatnonzero(found.chain == number)
        assert found.days[number] == np.ptp(day[own])
        assert day[found.first[number]] == day[own].min()
        assert found.x[number] == pytest.approx(x[own].mean())
        assert found.radius_m[number] == pytest.approx(np.hypot(x[own] - x[own].mean(), y[own] - y[own].mean()).max())
    order = rng.permutation(size)
    again = chains(x[order], y[order], day[order] + 900, **asked)
    assert sorted(again.size) == sorted(found.size)
    assert again.linked == found.linked


def test_a_planted_chain_is_found_and_chance_does_not_bring_it() -> None:
    rng = np.random.default_rng(5)
    x, y, day = rng.uniform(0, 8000, 300), rng.uniform(0, 8000, 300), rng.integers(0, 365, 300)
    steps = np.cumsum(rng.uniform(20, 60, 8))
    found = chains(np.r_[x, 4000 + steps], np.r_[y, np.full(8, 4000.0)], np.r_[day, 100 + 2 * np.arange(8)])
    assert set(range(300, 308)) <= set(np.flatnonzero(found.chain == 0).tolist())
    assert found.p <= 0.05
    assert found.chance_longest.max() < 8


def test_a_crowded_place_links_many_and_chance_as_many() -> None:
    rng = np.random.default_rng(7)
    p = [
        chains(
            rng.normal(0, 200, 150), rng.normal(0, 200, 150), rng.integers(0, 365, 150), permutations=39, seed=seed
        ).p
        for seed in range(40)
    ]
    # 5 % of 40 is 2; 8 or more would come once in a thousand
    assert sum(one <= 0.05 for one in p) < 8


def test_same_seed_same_answer_and_input_untouched() -> None:
    rng = np.random.default_rng(2)
    x, y, day = rng.uniform(0, 900, 60), rng.uniform(0, 900, 60), rng.integers(0, 90, 60)
    before = day.copy()
    one, two = (chains(x, y, day, seed=9) for _ in range(2))
    assert one.chance_linked.tolist() == two.chance_linked.tolist()
    assert (day == before).all()
    dates = np.datetime64("2026-01-01") + day
    assert chains(x, y, dates, seed=9).chain.tolist() == one.chain.tolist()


def test_no_link_at_all_is_no_chain() -> None:
    found = chains([0.0, 5000.0], [0.0, 0.0], [1, 1])
    assert found.chain.tolist() == [-1, -1]
    assert (found.size.size, found.linked, found.p) == (0, 0, 1.0)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"day": [1]}, "chains need at least 2 events"),
        ({"x": [0.0, np.nan]}, "has no place"),
        ({"day": [1.5, 2.5]}, "not whole"),
        ({"within_m": 0}, "within 0 m"),
        ({"within_days": 0}, "0 days"),
        ({"least_events": 1}, "chains of 1 events"),
    ],
)
def test_refuses_with_a_remedy(options: dict[str, Any], told: str) -> None:
    asked = {"x": [0.0, 1.0], "y": [0.0, 1.0], "day": [1, 2], **options}
    if len(asked["day"]) == 1:
        asked |= {"x": [0.0], "y": [0.0]}
    with pytest.raises(MethodError, match=told) as refused:
        chains(asked.pop("x"), asked.pop("y"), asked.pop("day"), **asked)
    assert refused.value.now
