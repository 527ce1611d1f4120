"""Communities: which nodes have more links among themselves, how firmly they hold together, and is it more than chance?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.stats.graph import checked, undirected

Method = Literal["louvain", "greedy"]
SWAPS_PER_LINK = 10  # enough to forget who was linked with whom
TRIES, TRIES_COMPARED = (
    10,
    3,
)  # divisions of which the best is taken: for the answer, and on both sides of the comparison

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Communities:
    """Communities numbered from 0, the largest first; `holds` is blank (NaN) for a node that is alone.

    `modularity` is the share of links inside communities beyond what the nodes' numbers of links would bring;
    `by_chance` the same for rewired links, shape (rewirings,); `p` how often chance does as well.
    """

    group: Ints
    holds: Floats
    modularity: float
    by_chance: Floats
    p: float


def communities(
    size: int,
    pairs: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    method: Method = "louvain",
    missing: float = 0.1,
    runs: int = 50,
    rewirings: int = 19,
    seed: int = 0,
) -> Communities:
    """Divide nodes into communities, and test how firm the division is and whether chance divides as well.

    Assumes that a node belongs to one community. Direction is dropped. The division is the best of ten tries (one
    for "greedy", which has no chance in it). It is then made again with a share of links missing: `holds` says in how
    many of those runs a node was with half or more of the others of its community. Any network can be divided; the
    links are therefore also rewired, every node keeping its number of links, and divided in the same way.

    Parameters
    ----------
    size, pairs, weight
        Nodes numbered from 0, two numbers per link, its weight (above 0).
    method
        "louvain" or "greedy" (joining the two communities that gain most).
    missing, runs
        Share of links taken away in each run, and how many runs.
    rewirings
        How many rewired networks chance is judged by; p is never under 1/(rewirings + 1). Weights are left out there.
    seed
        Start of the random numbers; the same seed gives the same answer.

    Returns
    -------
    Communities
        `group` and `holds` of shape (size,), `modularity`, `by_chance`, `p`.

    Raises
    ------
    MethodError
        When the links are faulty.

    References
    ----------
    Blondel, V. D. et al. (2008). Fast unfolding of communities in large networks. J. Stat. Mech. P10008.
    Clauset, A., Newman, M. E. J. and Moore, C. (2004). Finding community structure in very large networks. Phys. Rev. E 70.
    Guimera, R., Sales-Pardo, M. and Amaral, L. A. N. (2004). Modularity from fluctuations in random graphs. Phys. Rev. E 70.

    Examples
    --------
    >>> ring = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (2, 3)]
    >>> communities(6, ring).group.tolist()
    [0, 0, 0, 1, 1, 1]
    """
    ends, strength = checked(size, pairs, weight)
    rng = np.random.default_rng(seed)
    graph = undirected(size, ends, strength)
    group, score = _best(graph, method, rng, tries=TRIES)
    held = np.zeros(size)
    kept = len(ends) - round(missing * len(ends))
    for _ in range(runs):
        chosen = np.sort(rng.permutation(len(ends))[:kept])
        held += _is_with_most(group, _once(undirected(size, ends[chosen], strength[chosen]), method, rng))
    alone = np.bincount(group)[group] == 1
    # weights cannot be carried over to rewired links, so both sides of the comparison go without
    plain = nx.Graph(graph.edges())
    best = [_best(one, method, rng, tries=TRIES_COMPARED)[1] for one in _with_rewired(plain, rewirings, rng)]
    bare, chance = best[0], np.array(best[1:])
    return Communities(
        group=group,
        holds=np.where(alone, np.nan, held / max(runs, 1)),
        modularity=score,
        by_chance=chance,
        p=float((np.sum(chance >= bare) + 1) / (rewirings + 1)),
    )


def _best(graph: nx.Graph, method: Method, rng: np.random.Generator, *, tries: int) -> tuple[Ints, float]:
    """The best of so many divisions, and its modularity; "greedy" has only one."""
    made = [_once(graph, method, rng) for _ in range(tries if method == "louvain" else 1)]
    scores = [_modularity(graph, one) for one in made]
    at = int(np.argmax(scores))
    return made[at], scores[at]


def _with_rewired(graph: nx.Graph, rewirings: int, rng: np.random.Generator) -> Iterator[nx.Graph]:
    """The network itself, then rewired ones."""
    yield graph
    for _ in range(rewirings):
        yield _rewired(graph, rng)


def _once(graph: nx.Graph, method: Method, rng: np.random.Generator) -> Ints:
    """One division, numbered from the largest community; equal ones by their first node."""
    nodes = sorted(graph)
    place = {node: at for at, node in enumerate(nodes)}
    if graph.number_of_edges() == 0:
        parts = [{node} for node in nodes]
    elif method == "louvain":
        parts = nx.community.louvain_communities(graph, weight="weight", seed=int(rng.integers(2**31)))
    else:
        parts = nx.community.greedy_modularity_communities(graph, weight="weight")
    group = np.empty(len(nodes), dtype=np.int64)
    for number, part in enumerate(sorted(parts, key=lambda one: (-len(one), min(one)))):
        group[[place[node] for node in part]] = number
    return group


def _modularity(graph: nx.Graph, group: Ints) -> float:
    """Modularity of a division; 0 without links."""
    if graph.number_of_edges() == 0:
        return 0.0
    nodes = np.array(sorted(graph))
    parts = [set(nodes[group == number].tolist()) for number in range(int(group.max()) + 1)]
    return float(nx.community.modularity(graph, parts, weight="weight"))


def _is_with_most(group: Ints, other: Ints) -> NDArray[np.bool_]:
    """Whether each node is, in another division, with half or more of the others of its community."""
    crossed = np.zeros((int(group.max(initial=0)) + 1, int(other.max(initial=0)) + 1), dtype=np.int64)
    np.add.at(crossed, (group, other), 1)
    together = crossed[group, other] - 1
    others = np.bincount(group)[group] - 1
    return np.asarray(2 * together >= np.maximum(others, 1), dtype=np.bool_)


def _rewired(graph: nx.Graph, rng: np.random.Generator) -> nx.Graph:
    """The same numbers of links, joined by chance: pairs of links exchange their ends."""
    ends = [tuple(sorted(pair)) for pair in graph.edges()]
    held = set(ends)
    if len(ends) < 2:
        return graph
    for _ in range(SWAPS_PER_LINK * len(ends)):
        one, two = (int(at) for at in rng.integers(0, len(ends), 2))
        (a, b), (c, d) = ends[one], ends[two]
        if rng.random() < 0.5:
            c, d = d, c
        new = tuple(sorted((a, d))), tuple(sorted((c, b)))
        if one == two or a == d or c == b or new[0] == new[1] or held.intersection(new):
            continue
        held -= {ends[one], ends[two]}
        held.update(new)
        ends[one], ends[two] = new
    made = nx.Graph()
    made.add_nodes_from(graph)
    made.add_edges_from(ends)
    return made
