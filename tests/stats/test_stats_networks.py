"""Networks: positions, groups, brokers, circles and covers, by hand, against networkx and by trying every choice."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats import brokerage, centrality, communities, cores, cover, ego, graph

KITE = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (4, 5), (4, 6), (5, 6)]  # two triangles and 3 between them


@st.composite
def linked(draw: st.DrawFn, most: int = 9) -> tuple[int, list[tuple[int, int]]]:
    size = draw(st.integers(2, most))
    every = list(combinations(range(size), 2))
    pairs = draw(st.lists(st.sampled_from(every), unique=True, max_size=len(every)))
    return size, pairs


def test_positions_by_hand() -> None:
    found = centrality.centrality(7, KITE)
    assert found.degree.tolist() == [2, 2, 3, 2, 3, 2, 2]
    # of the 15 pairs of others, 3 lies between 3 x 3; 2 and 4 between their two and the far four
    assert (found.betweenness * 15).round(6).tolist() == [0, 0, 8, 9, 8, 0, 0]
    assert found.closeness[3] == pytest.approx((2 * 1 + 4 * 1 / 2) / 6)
    assert found.ranks()[1].tolist() == [4, 4, 2, 1, 2, 4, 4]


@pytest.mark.parametrize("is_directed", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_positions_equal_those_of_networkx(seed: int, is_directed: bool) -> None:
    peer = nx.gnm_random_graph(25, 30 + 9 * seed, seed=seed, directed=is_directed)
    pairs, weight = np.array(peer.edges()), np.random.default_rng(seed).uniform(0.5, 3, peer.number_of_edges())
    nx.set_edge_attributes(peer, dict(zip(peer.edges(), weight, strict=True)), "weight")
    found = centrality.centrality(25, pairs, weight, is_directed=is_directed)
    expected = [
        nx.betweenness_centrality(peer),
        nx.harmonic_centrality(peer),
        nx.pagerank(peer, tol=1e-13, max_iter=2000),
    ]
    for ours, theirs, scale in zip(
        (found.betweenness, found.closeness, found.pagerank), expected, (1, 24, 1), strict=True
    ):
        np.testing.assert_allclose(ours * scale, [theirs[node] for node in range(25)], atol=1e-9)


def test_many_starting_points_are_walked_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    peer = nx.gnm_random_graph(40, 80, seed=1)
    whole = centrality.centrality(40, list(peer.edges()))
    monkeypatch.setattr(centrality, "CHUNK", 7)
    parts = centrality.centrality(40, list(peer.edges()))
    np.testing.assert_allclose(parts.betweenness, whole.betweenness, atol=1e-12)
    np.testing.assert_allclose(parts.closeness, whole.closeness, atol=1e-12)


@given(linked())
@settings(max_examples=40, deadline=None)
def test_numbers_of_nodes_do_not_matter(given_: tuple[int, list[tuple[int, int]]]) -> None:
    size, pairs = given_
    turn = np.random.default_rng(0).permutation(size)
    one = centrality.centrality(size, pairs)
    two = centrality.centrality(size, [(turn[a], turn[b]) for a, b in pairs])
    for name in centrality.MEASURES:
        np.testing.assert_allclose(getattr(one, name), getattr(two, name)[turn], atol=1e-9)


def test_the_middle_of_a_star_stays_first_and_a_ring_has_no_first() -> None:
    star = centrality.stays_on_top(9, [(0, n) for n in range(1, 9)], top=1, runs=30)
    assert (star[:, :, 0] == 1).all()
    ring = centrality.stays_on_top(12, [(n, (n + 1) % 12) for n in range(12)], top=1, missing=(0.25,), runs=60, seed=3)
    assert (ring[1] < 0.5).all()
    again = centrality.stays_on_top(12, [(n, (n + 1) % 12) for n in range(12)], top=1, missing=(0.25,), runs=60, seed=3)
    assert (ring == again).all()


@pytest.mark.parametrize(
    ("pairs", "weight", "told"),
    [
        ([(0, 5)], None, "none of the 3"), ([(-1, 0)], None, "none of the 3"), ([(1, 1)], None, "with itself"),
        ([(0, 1), (0, 1)], None, "linked twice"), ([(0, 1)], [0.0], "no weight above 0"), ([(0, 1)], [np.nan], "no weight above 0"),
        ([(0, 1)], [1.0, 2.0], "no weight above 0"),
    ],
)  # fmt: skip
def test_faulty_links_are_refused_with_a_remedy(
    pairs: list[tuple[int, int]], weight: list[float] | None, told: str
) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        graph.checked(3, pairs, weight)
    assert refused.value.now


def test_options_out_of_range_are_refused() -> None:
    for options in ({"top": 0}, {"runs": 0}, {"missing": (1.0,)}, {"missing": (0.0,)}):
        with pytest.raises(MethodError, match="out of range"):
            centrality.stays_on_top(3, [(0, 1)], **options)  # type: ignore[arg-type]
    with pytest.raises(MethodError, match="every node"):
        cores.core_groups(3, [(0, 1)], least=0)
    with pytest.raises(MethodError, match="cannot be asked"):
        ego.ego(3, [(0, 1)], centre=3)
    with pytest.raises(MethodError, match="no member"):
        cover.reaching_members(3, [(0, 1)], [])
    with pytest.raises(MethodError, match="1 members are linked to nothing"):
        cover.reaching_members(3, [(0, 1)], [1, 2], among=[0])


def _planted(sizes: tuple[int, ...] = (12, 10, 8), seed: int = 2) -> tuple[int, list[tuple[int, int]], np.ndarray]:
    """Circles of many links inside and few between."""
    peer = nx.random_partition_graph(list(sizes), 0.7, 0.02, seed=seed)
    return sum(sizes), list(peer.edges()), np.repeat(np.arange(len(sizes)), sizes)


@pytest.mark.parametrize("method", ["louvain", "greedy"])
def test_planted_circles_are_found_and_hold(method: communities.Method) -> None:
    size, pairs, truth = _planted()
    found = communities.communities(size, pairs, method=method, runs=10)
    # joining step by step leaves one node with the wrong circle here
    assert np.sum(found.group != truth) <= (0 if method == "louvain" else 1)
    assert (found.holds > 0.9).sum() >= 29
    assert found.p == 0.05, "none of 19 networks joined by chance divides as well"
    parts = [set(np.flatnonzero(found.group == n).tolist()) for n in range(3)]
    assert found.modularity == pytest.approx(nx.community.modularity(nx.Graph(pairs), parts))
    assert found.by_chance.max() < found.modularity


@pytest.mark.long
def test_links_joined_by_chance_seldom_seem_divided() -> None:
    p = [
        communities.communities(40, list(nx.gnm_random_graph(40, 90, seed=seed).edges()), runs=0, seed=seed).p
        for seed in range(20)
    ]
    # 1 of 20 is expected at or under 0.05; 5 or more would come about once in 400
    assert sum(one <= 0.05 for one in p) < 5
    assert np.mean(p) > 0.3


def test_the_same_seed_divides_the_same_and_lone_nodes_hold_nothing() -> None:
    size, pairs, _ = _planted()
    one, two = (communities.communities(size + 2, pairs, runs=5, rewirings=2, seed=4) for _ in range(2))
    assert one.group.tolist() == two.group.tolist()
    assert one.by_chance.tolist() == two.by_chance.tolist()
    assert np.isnan(one.holds[-2:]).all()
    empty = communities.communities(3, [], runs=2, rewirings=1)
    assert empty.group.tolist() == [0, 1, 2]
    assert empty.modularity == 0


def test_rewiring_keeps_every_number_of_links() -> None:
    peer = nx.gnm_random_graph(30, 60, seed=3)
    made = communities._rewired(peer, np.random.default_rng(0))
    assert dict(made.degree()) == dict(peer.degree())
    assert len(set(map(frozenset, made.edges())) & set(map(frozenset, peer.edges()))) < 25


@given(linked(), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_a_core_is_the_largest_set_in_which_each_has_enough(
    given_: tuple[int, list[tuple[int, int]]], least: int
) -> None:
    size, pairs = given_
    members = set(np.flatnonzero(cores.core_groups(size, pairs, least=least) >= 0).tolist())
    held = {node: sum(node in pair and set(pair) <= members for pair in pairs) for node in members}
    assert all(n >= least for n in held.values())
    for count in range(len(members) + 1, size + 1):
        for other in map(set, combinations(range(size), count)):
            assert any(sum(node in pair and set(pair) <= other for pair in pairs) < least for node in other)


def test_brokers_by_hand_and_against_networkx() -> None:
    found = brokerage.brokerage(8, KITE)
    assert found.parts.tolist() == [1, 1, 2, 2, 2, 1, 1, 0]
    # 2 has three links, of which one is between two of those: 3 less 2 x 1 / 3
    assert found.effective_size[2] == pytest.approx(3 - 2 / 3)
    assert found.effective_size[3] == pytest.approx(2)
    # 3 spends half on each of two that are not linked with each other
    assert found.constraint[3] == pytest.approx(0.5)
    assert np.isnan(found.constraint[7])


@given(linked())
@settings(max_examples=60, deadline=None)
def test_parts_are_those_left_when_it_is_taken_away(given_: tuple[int, list[tuple[int, int]]]) -> None:
    size, pairs = given_
    found = brokerage.brokerage(size, pairs).parts
    peer = nx.Graph(pairs)
    for node in range(size):
        whole = nx.node_connected_component(peer, node) - {node} if node in peer else set()
        left = peer.subgraph(whole)
        assert found[node] == nx.number_connected_components(left)


def test_circles_round_a_centre_by_hand() -> None:
    # 0 knows 1, 2 (who know each other and 3), 4, and 5 who alone leads to 6 and to 7
    found = ego.ego(9, [(0, 1), (0, 2), (1, 2), (1, 3), (0, 4), (0, 5), (5, 6), (5, 7), (7, 8)], centre=0, steps=2)
    assert found.steps.tolist() == [0, 1, 1, 2, 1, 1, 2, 2, -1]
    assert found.via.tolist() == [-1, 0, 0, 1, 0, 0, 5, 5, -1]
    assert found.circle.tolist() == [-1, 0, 0, 0, 2, 1, 1, 1, -1]
    assert found.joins.tolist() == [-1, 2, 1, 1, 1, 2, 1, 1, -1]


def _fewest_links(size: int, pairs: list[tuple[int, int]]) -> int:
    return next(
        n for n in range(size + 1) if any(all(set(p) & set(c) for p in pairs) for c in combinations(range(size), n))
    )


@given(linked())
@settings(max_examples=60, deadline=None)
def test_the_fewest_that_touch_every_link(given_: tuple[int, list[tuple[int, int]]]) -> None:
    size, pairs = given_
    found, greedy = cover.touching_links(size, pairs), cover.touching_links(size, pairs, exact_up_to=0)
    for one in (found, greedy):
        assert all(set(pair) & set(one.chosen.tolist()) for pair in pairs)
        assert one.adds.sum() == len(pairs)
        assert one.at_least <= _fewest_links(size, pairs) <= len(one.chosen)
    assert len(found.chosen) == _fewest_links(size, pairs)
    assert found.is_fewest


@given(linked(), st.data())
@settings(max_examples=60, deadline=None)
def test_the_fewest_that_reach_every_member(given_: tuple[int, list[tuple[int, int]]], data: st.DataObject) -> None:
    size, pairs = given_
    members = data.draw(st.lists(st.integers(0, size - 1), min_size=1, unique=True))
    near = {node: {node} | {b if a == node else a for a, b in pairs if node in (a, b)} for node in range(size)}
    found = cover.reaching_members(size, pairs, members)
    assert all(near[member] & set(found.chosen.tolist()) for member in members)
    fewest = next(
        n
        for n in range(1, size + 1)
        if any(all(near[m] & set(c) for m in members) for c in combinations(range(size), n))
    )
    assert (len(found.chosen), found.is_fewest) == (fewest, True)


def test_where_greed_needs_more_than_the_fewest_the_exact_answer_is_given() -> None:
    # one place reaches 4, two others reach 3 each and together all 6
    pairs = [(6, 0), (6, 1), (6, 3), (6, 4), (7, 0), (7, 1), (7, 2), (8, 3), (8, 4), (8, 5)]
    exact = cover.reaching_members(9, pairs, range(6), among=[6, 7, 8])
    assert sorted(exact.chosen.tolist()) == [7, 8]
    greedy = cover.reaching_members(9, pairs, range(6), among=[6, 7, 8], exact_up_to=2)
    assert greedy.chosen.tolist() == [6, 7, 8]
    assert (greedy.is_fewest, greedy.at_least) == (False, 2)
